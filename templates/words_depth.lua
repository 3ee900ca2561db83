-- words_depth: the words of a gradient of x whose lanes hold what is summed over: the output channels
-- of a row of column taps, which lie side by side. Fields of the pass: depth (those channels of a
-- tap), depth_lanes (of a vector of them).

-- Where the vectors of so many column taps begin: whole ones, then one that ends with the last channel
-- and begins with `repeated` ones that were there before.
function depth_vectors(pass, column_taps)
    local width, n = pass.depth_lanes, column_taps * pass.depth
    return {lanes = width, whole = n // width * width, last = n - width,
            repeated = n % width > 0 and width - n % width or 0}
end

-- How many lanes the shapes' last vectors repeat.
function depth_repeats(pass)
    local list, is_there = {}, {[0] = true}
    for _, shape in ipairs(pass.shapes) do
        local n = depth_vectors(pass, shape.column_taps).repeated
        list[#list + 1] = not is_there[n] and shape.row_taps * shape.column_taps > 0 and n or nil
        is_there[n] = true
    end
    table.sort(list)
    return list
end

-- The lanes of what adds n sums: the least power of two that is no less.
function added_lanes(n)
    local power = 1
    while power < n do
        power = power * 2
    end
    return power
end

-- The sums of a tile in memory's order, {name, offset}, in groups of as many as a vector has lanes.
function depth_groups(pass, block, shape, region)
    local groups, to = {}, pass.computed
    for r = 0, shape.rows - 1 do
        for s = 0, shape.columns - 1 do
            for c = 0, block.channels - 1 do
                local group = groups[#groups]
                if not group or #group == pass.depth_lanes then
                    group = {}
                    groups[#groups + 1] = group
                end
                group[#group + 1] = {name = variable("dx", r, s, c),
                                     offset = at(to, r * region.rows.to_step, s * region.columns.to_step, c)}
            end
        end
    end
    return groups
end

-- How many sums the groups of a pass have: each number has a function that adds their lanes.
function depth_sizes(pass)
    local list, is_there = {}, {}
    for _, block in ipairs(pass.blocks) do
        for _, shape in ipairs(pass.shapes) do
            local n = shape.rows * shape.columns * block.channels
            for _, size in ipairs({n >= pass.depth_lanes and pass.depth_lanes or 0, n % pass.depth_lanes}) do
                if size > 0 and not is_there[size] then
                    is_there[size] = true
                    list[#list + 1] = size
                end
            end
        end
    end
    table.sort(list)
    return list
end

-- The lanes of the trees that add lanes, and of the vectors of integers that pick lanes for them
-- and for the mask of channels that were there before.
function depth_tree_widths(pass)
    local list, is_there = {}, {[1] = true}
    for _, n in ipairs(depth_sizes(pass)) do
        list[#list + 1] = not is_there[added_lanes(n)] and added_lanes(n) or nil
        is_there[added_lanes(n)] = true
    end
    return list
end

function depth_index_widths(pass)
    local list = depth_tree_widths(pass)
    local has_whole = list[#list] == pass.depth_lanes
    if #depth_repeats(pass) > 0 and not has_whole then
        list[#list + 1] = pass.depth_lanes
    end
    return list
end

-- The parts of n sums in a vector that neighbours in memory take, each a power of two lanes.
function depth_parts(group)
    local list, first = {}, 1
    while first <= #group do
        local width = added_lanes(#group)
        local function fits()
            local last = first + width - 1
            return last <= #group and (first - 1) % width == 0
                and group[last].offset - group[first].offset == width - 1
        end
        while not fits() do
            width = width // 2
        end
        list[#list + 1] = {lanes = width, first = first - 1, offset = group[first].offset}
        first = first + width
    end
    return list
end

-- The widths of vectors that all of this takes.
function note_depth_widths(pass, is_used)
    local width = pass.depth_lanes
    while width > 1 do
        is_used[width] = true
        width = width // 2
    end
end

-- A node of the tree that adds lanes: of two vectors, whose runs of `run` lanes are added to, the
-- runs' first halves, a's before b's, and their second ones.
function node_lanes(width, run)
    local first, second = {}, {}
    for start = 0, width - 1, run do
        for _, from in ipairs({start, width + start}) do
            for lane = from, from + run // 2 - 1 do
                first[#first + 1] = lane
                second[#second + 1] = lane + run // 2
            end
        end
    end
    return table.concat(first, ", "), table.concat(second, ", ")
end
