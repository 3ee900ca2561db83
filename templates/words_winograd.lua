-- words_winograd: the words of minimal filtering. A pass's field `winograd` (gen/bind_winograd.c):
--
-- tile_rows, tile_columns  tiles of one image
-- block_tiles              the most tiles whose windows are transformed at a time, in
-- block_groups             the most groups of them
-- group, groups            the most tiles of one product, and the pieces that all tiles are cut into
-- sums                     element of the workspace where the products of a block of tiles (the weights'
--                          gradient: of a panel) lie, sums_point apart
-- panel                    the weights' gradient: output channels that are transformed together
-- terms                    without vectors: products of a sum that a step of its loop adds
-- parts_outputs            the weights' gradient: whether parts share the output channels first
-- kinds                    windows: rows and columns (a class of an axis each), points, phases,
--                          n_targets, depth, row, v, v_point, z, z_point, u (gen/layout.h), adds,
--                          is_aligned: whether tiles begin where these phases do
-- A class has n_taps, points, outputs, first_phase, n_phases; read_ and to_ step, first, phase;
-- falls; the programs window, output, spread, gather; and the matrix g.

-- A factor and a value as a term of a sum.
local function term(factor, value, is_first)
    local sign = factor < 0 and (is_first and "-" or " - ") or (is_first and "" or " + ")
    local size = math.abs(factor)
    local number = string.format("%.17g", size)
    if not number:find("%.") then
        number = number .. ".0"
    end
    return sign .. (size == 1 and "" or number .. (layer.is_float and "f" or "") .. " * ") .. value
end

-- Writes the sums of a program as declarations of name_0, name_1, ...; the names of its results.
function combine(indent, program, inputs, name)
    local values, results = {}, {}
    for i = 1, program.n_inputs do
        values[i] = inputs[i]
    end
    for number, terms in ipairs(program.sums) do
        local text = {}
        for i, t in ipairs(terms) do
            text[i] = term(t.factor, values[t.value + 1], i == 1)
        end
        values[#values + 1] = name .. "_" .. number - 1
        put(indent, "const ", vec(whole_vector), " ", values[#values], " = ", table.concat(text), ";\n")
    end
    for i, value in ipairs(program.outputs) do
        results[i] = values[value + 1]
    end
    return results
end

-- The two-dimensional transform of inputs[i][j]: `rows` down every column, then `columns` along
-- every row; results[i][j].
function combine_square(indent, rows, columns, inputs, name)
    local partly, results = {}, {}
    for j = 1, columns.n_inputs do
        local column = {}
        for i = 1, rows.n_inputs do
            column[i] = inputs[i][j]
        end
        for i, value in ipairs(combine(indent, rows, column, name .. "_c" .. j - 1)) do
            partly[i] = partly[i] or {}
            partly[i][j] = value
        end
    end
    for i, row in ipairs(partly) do
        results[i] = combine(indent, columns, row, name .. "_r" .. i - 1)
    end
    return results
end

-- F(3 x 3, 2 x 2) as part of a name: the taps that a kind of windows is for, and, where tiles begin
-- with their phases, the first of these.
function kind_name(kind)
    local first = kind.is_aligned and "_at_" .. kind.rows.first_phase .. "_" .. kind.columns.first_phase or ""
    return kind_taps(kind) .. first
end

function kind_taps(kind)
    return kind.rows.n_taps .. "x" .. kind.columns.n_taps
end

-- The first row or column that a strip of all kinds' outputs of the first tiles has: every aligned phase
-- begins with an output below the stride.
function strip_first(kind, axis)
    return kind.is_aligned and 0 or kind[axis].to_first
end

-- The phases of an aligned kind in a comment.
function kind_phases(kind)
    return kind.is_aligned and string.format(" of phase (%d, %d)%s", kind.rows.first_phase, kind.columns.first_phase, kind.phases > 1 and " and the next" or "") or ""
end

-- The columns of the gradient that the windows of all column phases of a tile read.
local function phases_span(columns)
    return (columns.points - 1) * columns.read_step + columns.n_phases
end

-- Whether the channels of a kind's column phases lie side by side in what is read, so that one window
-- can have them all.
function joins_windows(kind, view, depth)
    local columns = kind.columns
    return columns.read_phase == 1 and columns.n_phases > 1 and phases_span(columns) <= layer.columns.n_out and
        view.column == depth and view.channel == 1
end

-- Whether all of these columns are inside, as C, where `from` is the first; it may have begun below 0.
function is_inside(from, columns)
    return string.format("%s < %d", from, layer.columns.n_out - phases_span(columns) + 1)
end

function filter_name(kind)
    return string.format("F(%d x %d, %d x %d)", kind.rows.outputs, kind.columns.outputs,
                         kind.rows.n_taps, kind.columns.n_taps)
end

-- A position: a sum that may begin below 0, where size_t wraps and no bound is met.
function signed_sum(constant, ...)
    if constant >= 0 then
        return sum(constant, ...)
    end
    return sum(0, ...) .. " - " .. -constant
end

-- Pairs of a block of lane channels and a target that a block of tiles is multiplied with.
function n_columns(pass)
    if not pass.is_forward or pass.has_strip then
        return n_blocks(pass)
    end
    return total(pass.winograd.kinds, "n_targets") * n_blocks(pass)
end

function n_tiles(pass)
    return pass.winograd.tile_rows * pass.winograd.tile_columns
end

-- Groups of tiles, or of pairs, and the blocks of them that are transformed at a time.
function n_groups(pass)
    return total((pass.winograd or pass.strassen).groups, "n")
end

function n_tile_blocks(pass)
    local most = (pass.winograd or pass.strassen).block_groups
    return (n_groups(pass) + most - 1) // most
end

-- Elements of the next point's weights that a group of tiles asks for in each step: the fewest
-- groups that a block has ask for all of them.
function fetched_step(pass, block)
    local fewest = n_groups(pass) // n_tile_blocks(pass)
    return (block.width + fewest - 1) // fewest
end

-- The weights' gradient: groups of output channels of one product, over all kinds and phases.
function n_channel_groups(pass)
    return (layer.out_c + pass.winograd.group - 1) // pass.winograd.group
end

function n_gradient_columns(pass)
    return total(pass.winograd.kinds, "phases") * n_channel_groups(pass)
end

-- Tap number j of a phase as C.
function tap_of(axis, stride, phase, j)
    local from = axis.falls and "(" .. axis.n_taps - 1 .. " - " .. j .. ")" or j
    return sum(axis.first_phase, 1, phase, stride, from)
end

