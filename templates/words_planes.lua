-- words_planes: the words of channels_first layers, whose channels the caller has as planes. Where
-- a kernel wants pixels they are turned from planes, and what it computes in a strip is turned
-- back: to[j][i] = from[i][j] by squares whose rows are vectors.

-- The side of the squares of a matrix: the most lanes that both of its sizes hold; 1 where that
-- would be less than 16 bytes.
function turn_side(rows, columns)
    local side = lanes
    while side > rows or side > columns do
        side = side // 2
    end
    return side > 1 and bytes(side) >= 16 and side or 1
end

-- The function that turns such a matrix.
function turn(rows, columns)
    return name .. "_turn_" .. turn_side(rows, columns)
end

local is_there = {}

-- Emits the macro that all of this is made of, the first time that it is asked for.
function need_mix()
    if not is_there.mix then
        is_there.mix = true
        include("mix.tmpl")
    end
end

-- Whether the pixels of a finished row have so few channels that lanes are picked from them.
function combs()
    return layer.channels_first and lanes >= 4 and (layer.out_c == 2 or layer.out_c == 3)
        and layer.columns.n_out >= lanes
end

-- Of pixels of n channels, in n vectors, the lanes of channel f: from the first two vectors, and
-- from these and the third.
function comb_lanes(n, f)
    local first, second = {}, {}
    for i = 0, lanes - 1 do
        local e = i * n + f
        first[i + 1] = e < 2 * lanes and e or 0
        second[i + 1] = e < 2 * lanes and i or e - lanes
    end
    return table.concat(first, ", "), table.concat(second, ", ")
end

-- Emits that function, the first time that it is asked for.
function need_turn(rows, columns)
    local side = turn_side(rows, columns)
    if not is_there[side] then
        is_there[side] = true
        if side > 1 then
            need_mix()
        end
        include("turn.tmpl", side)
    end
end

-- Which lanes of two rows, one behind the other, a step of a square takes: `blocks` of 16 bytes.
local function lanes_of(blocks)
    local width, list = 16 // size.element, {}
    for _, block in ipairs(blocks) do
        for lane = 0, width - 1 do
            list[#list + 1] = block * width + lane
        end
    end
    return list
end

-- Within each block of 16 bytes: `units` neighbours of the one row, then of the other, from unit
-- `first` on.
local function alternate(side, units, first)
    local width, list = 16 // size.element, {}
    for block = 0, side // width - 1 do
        local base = block * width + first * units
        for at = 0, width // 2 // units - 1 do
            for _, row in ipairs({0, side}) do
                for unit = 0, units - 1 do
                    list[#list + 1] = row + base + at * units + unit
                end
            end
        end
    end
    return list
end

-- The steps that turn a square of so many rows: patterns {name, lanes}, and in order the mixes
-- {to, pattern, a, b}, whose last ones make the rows of the result, listed in `results`.
function turn_steps(side)
    local width = 16 // size.element
    local patterns, mixes, rows, n = {}, {}, {}, 0
    local function pattern(word, list)
        patterns[#patterns + 1] = {name = word .. side, lanes = table.concat(list, ", ")}
        return word .. side
    end
    local function mix(word, a, b)
        n = n + 1
        mixes[#mixes + 1] = {to = "m_" .. n, pattern = word, a = a, b = b}
        return "m_" .. n
    end
    for i = 0, side - 1 do
        rows[i] = "r_" .. i
    end
    for units = 1, width // 2 do
        local low = pattern("LOW_" .. units .. "_", alternate(side, units, 0))
        local high = pattern("HIGH_" .. units .. "_", alternate(side, units, width // 2 // units))
        local mixed = {}
        for first = 0, side - 1, 2 * units do
            for i = 0, units - 1 do
                local a, b = rows[first + i], rows[first + units + i]
                mixed[first + 2 * i], mixed[first + 2 * i + 1] = mix(low, a, b), mix(high, a, b)
            end
        end
        rows = mixed
    end
    local n_blocks, results = side // width, {}
    if n_blocks == 1 then
        results = rows
    elseif n_blocks == 2 then
        local low, high = pattern("FIRST_", lanes_of({0, 2})), pattern("SECOND_", lanes_of({1, 3}))
        for j = 0, width - 1 do
            results[j], results[width + j] = mix(low, rows[j], rows[width + j]), mix(high, rows[j], rows[width + j])
        end
    else
        local low, high = pattern("FIRST_", lanes_of({0, 1, 4, 5})), pattern("SECOND_", lanes_of({2, 3, 6, 7}))
        local even, odd = pattern("EVEN_", lanes_of({0, 2, 4, 6})), pattern("ODD_", lanes_of({1, 3, 5, 7}))
        for j = 0, width - 1 do
            local a, b = mix(low, rows[j], rows[width + j]), mix(low, rows[2 * width + j], rows[3 * width + j])
            local c, d = mix(high, rows[j], rows[width + j]), mix(high, rows[2 * width + j], rows[3 * width + j])
            results[j], results[width + j] = mix(even, a, b), mix(odd, a, b)
            results[2 * width + j], results[3 * width + j] = mix(even, c, d), mix(odd, c, d)
        end
    end
    return patterns, mixes, results
end

-- Stretches {first, n} of neighbouring columns among the columns that a list of {to, to_step, n}
-- covers.
function column_stretches(list, n_columns)
    local covered, stretches = {}, {}
    for _, columns in ipairs(list) do
        for e = 0, columns.n - 1 do
            covered[columns.to + e * columns.to_step] = true
        end
    end
    local first
    for column = 0, n_columns do
        if covered[column] and not first then
            first = column
        elseif not covered[column] and first then
            stretches[#stretches + 1] = {first = first, n = column - first}
            first = nil
        end
    end
    return stretches
end

-- The stretches of a band of tiles.
function band_stretches(pass, band)
    local list = {}
    for _, piece in ipairs(band.pieces) do
        local columns = piece.region.columns
        list[#list + 1] = {to = columns.to + piece.columns.first * columns.to_step, to_step = columns.to_step,
                           n = piece.columns.n * piece.columns.size}
    end
    return column_stretches(list, pass.is_forward and layer.columns.n_out or layer.columns.n_in)
end

-- The stretches of the pieces of columns that a piece of rows of a compact pass goes through.
function piece_stretches(pass, rows)
    local list = {}
    for index = rows.first + 1, rows["end"] do
        local columns = pass.column_pieces[index]
        for e = 0, columns.n * columns.size - 1 do
            list[#list + 1] = {to = columns.to + e * columns.to_step // columns.size, to_step = 1, n = 1}
        end
    end
    return column_stretches(list, pass.is_forward and layer.columns.n_out or layer.columns.n_in)
end

-- Calls use(columns, channels) for every stretch of a block that a direct pass turns.
function each_stretch(pass, use)
    local all = {}
    for _, rows in ipairs(pass.is_compact and pass.row_pieces or {}) do
        all[#all + 1] = piece_stretches(pass, rows)
    end
    for _, band in ipairs(pass.is_compact and {} or (bands(pass))) do
        all[#all + 1] = band_stretches(pass, band)
    end
    for _, block in ipairs(pass.blocks) do
        for _, stretches in ipairs(all) do
            for _, stretch in ipairs(stretches) do
                use(stretch.n, block.channels)
            end
        end
    end
end

-- Whether a pass stages what it reads by windows of rows.
function reads_window(pass)
    return pass.read.is_staged and (pass.has_strip or pass.is_columns) and not pass.is_winograd
end

-- The strip as a parameter, and where z that is saved lies in it as an argument.
function strip_parameter(pass)
    return pass.has_strip and ", " .. real .. " *strip" or ""
end

function strip_z(pass, at, ...)
    return pass.is_forward and saves_z and ", " .. pointer("strip", pass.strip.size + at, ...) or ""
end

-- The workspace of a strip as an argument.
function strip_argument(pass)
    return pass.has_strip and ", " .. pointer("workspace", pass.strip.offset) or ""
end

-- The first row of dz that rows of x from `top` on meet, and the end of what is staged from there.
function first_gradient_row(top)
    local row, crop = sum(0, layer.rows.stride, top), layer.rows.crop
    return crop == 0 and row or string.format("%s > %d ? %s - %d : 0", row, crop, row, crop)
end

function last_gradient_row(pass, first)
    local n_out = layer.rows.n_out
    if pass.dz.rows == n_out then
        return tostring(n_out)
    end
    return string.format("%s < %d ? %s + %d : %d", first, n_out - pass.dz.rows, first, pass.dz.rows, n_out)
end

-- The rows of dz before those that input row `input` begins.
function gradient_rows_below(input)
    local rows = sum(0, layer.rows.stride, input)
    return string.format("(%s < %d ? %s : %d)", rows, layer.rows.n_out, rows, layer.rows.n_out)
end

-- What the weights' gradient stages dz from and to.
function gradient_arguments(pass)
    local made = pass.dz.made > 0 and not activation.is_linear
    return pointer("dy", 0, size.y, "image") .. slope_argument(0, slope_size, "image") .. ", " ..
        pointer("workspace", pass.dz.offset) .. (made and ", " .. pointer("workspace", pass.dz.made) or "")
end
