-- words_weights: the words of the gradients of weights and bias. Fields of the pass: rows and
-- columns (what each tap meets), row_groups and column_groups (taps whose sums one tile holds).

-- Sums kept at once over n elements whose channels alternate: a power of two for each channel,
-- enough for several whole vectors.
function sums_width(n_channels, n)
    local width = n_channels
    while (width < 8 * lanes or width % lanes > 0) and 2 * width <= n and width < 64 * n_channels do
        width = 2 * width
    end
    return width
end

-- Halves of `width`, down to one sum for each channel.
function halves(width, n_channels)
    local list = {}
    while width > n_channels do
        width = width // 2
        list[#list + 1] = width
    end
    return list
end

-- The row taps in the order of the phases of dz that they meet, so that units which follow each
-- other, and so the parts of a pass, meet few of its rows. Nil where that is the order of the taps.
function taps_by_phase(pass)
    local stride, list = layer.rows.stride, {}
    if stride == 1 or #pass.rows <= stride then return end
    for phase = 0, stride - 1 do
        for tap = phase, #pass.rows - 1, stride do
            list[#list + 1] = tap
        end
    end
    return list
end

-- The longest loop over columns of a group of column taps; nil where columns are written out.
function longest_loop(pass, group)
    local longest
    for _, column in ipairs(pass.loops_columns and group.stretches or {}) do
        if column.count > 1 and (not longest or column.count > longest.count) then
            longest = column
        end
    end
    return longest
end

-- What products ask for of the rows that the next block reads (pass.prefetches): all of them share out a
-- row of x, and those of the `units` whose taps meet the same rows share out a row of dz, or, of all row
-- taps, the rows that a row of x meets. Each has a slice, and asks for `step` elements of it in each step.
-- Nil where some have no loop to do so in.
function asked_rows(pass)
    local steps
    for _, group in ipairs(pass.prefetches and pass.column_groups or {}) do
        local loop = longest_loop(pass, group)
        if not loop then return end
        steps = math.min(steps or loop.count, loop.count)
    end
    if not steps then return end
    local function share(elements, units)
        local slots = units * n_blocks(pass)
        local slice = (elements + slots - 1) // slots
        return {units = units, slice = slice, step = (slice + steps - 1) // steps}
    end
    local all, row, stride = n_weight_units(pass), pass.dz.view.row, layer.rows.stride
    local same = n_out_pieces(pass) * #pass.column_groups * math.max(1, #pass.rows // stride)
    return {x = share(pass.x.view.row, all), dz = pass.joins_rows and share(stride * row, all) or share(row, same)}
end

-- Where each of the lines begins that a step asks for.
function asked_lines(share)
    local line, list = 64 // (layer.is_float and 4 or 8), {}
    for from = 0, share.step - 1, line do
        list[#list + 1] = from
    end
    return list
end

-- Where each group of column taps begins, and the last one ends.
function group_bounds(pass)
    local list = {0}
    for _, group in ipairs(pass.column_groups) do
        list[#list + 1] = group.first + group.n
    end
    return list
end

-- The rows that one tap meets, in groups that keep a tile within
-- options.sum_statements.
local function row_groups(row, column, n_out, vectors)
    local most = math.max(1, options.sum_statements // math.max(1, column.count * n_out * vectors))
    local list = {}
    for first = 0, row.count - 1, most do
        list[#list + 1] = {count = math.min(most, row.count - first),
                           from_x = row.from_x + first,
                           from_dz = row.from_dz + first * layer.rows.stride}
    end
    return list
end

-- Every tile of the weights' gradient: one tap, a piece of output channels, a block of lanes,
-- a group of rows.
function straight_weight_tiles(pass)
    local list = {}
    for p, row in ipairs(pass.rows) do
        for q, column in ipairs(pass.columns) do
            for _, piece in ipairs(pass.out_pieces) do
                for number = 0, piece.n - 1 do
                    for _, block in ipairs(pass.blocks) do
                        for index = 0, block.n - 1 do
                            for _, group in ipairs(row_groups(row, column, piece.size,
                                                              block.vectors)) do
                                list[#list + 1] = {
                                    p = p - 1, q = q - 1, row = group, column = column,
                                    out = piece.first + number * piece.size,
                                    n_out = piece.size, block = block,
                                    first = block.first + index * block.width}
                            end
                        end
                    end
                end
            end
        end
    end
    return list
end

-- Whether a vector of output channels is stored in turns with those of the other input channels.
function weaves(pass, v)
    return pass.lanes_out and v.lanes == lanes and v.channels == lanes
end

function weight_tile_cost(tile)
    return tile.n_out * tile.block.vectors * (tile.row.count * tile.column.count + 1)
end
