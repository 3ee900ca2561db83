-- words_vectors: the words of vectors and of the blocks of lane channels that they make up.
-- Fields of a block (gen/bind_pass.c): n, vectors, width, row (of packed weights), first, channels,
-- last_lane (where the last vector begins), last_lanes (it has in memory), sum_lanes (of its sums).

-- The vectors of a block. The last may be narrower than the target's, in memory if not as a sum, or
-- begin with channels that the one before it has too: `repeated`, not counted among its channels.
-- Packed weights have these twice, so that every vector of them begins with a line of the cache.
function vectors_of(block)
    local list = {}
    for n = 0, block.vectors - 1 do
        local is_last = n == block.vectors - 1
        local lane = is_last and block.last_lane or n * lanes
        list[#list + 1] = {number = n, lane = lane, packed = n * lanes, repeated = n * lanes - lane,
                           lanes = is_last and block.last_lanes or lanes,
                           sum = {lanes = is_last and block.sum_lanes or lanes},
                           channels = math.min(lanes, block.channels - n * lanes)}
    end
    return list
end

-- Lanes of a row of packed weights that hold channels, and the one that lane `v` holds.
local function last_packed(block)
    return (block.vectors - 1) * lanes
end

function packed_lanes(block)
    return block.channels + last_packed(block) - block.last_lane
end

function packed_channel(block, v)
    local last = last_packed(block)
    return last == block.last_lane and v or
        string.format("(%s < %d ? %s : %s - %d)", v, last, v, v, last - block.last_lane)
end

-- Where lanes are numbered: nowhere with vectors, else by the variable of a loop over the channels.
lane_index = target.has_vectors and 0 or "l"

-- The lanes, fewer than the target's and more than one, of vectors that some pass uses.
function narrow_widths()
    local is_used, list = {}, {}
    for _, pass in ipairs(backward and {forward, backward_input, backward_weights} or {forward}) do
        for _, block in ipairs(pass.lanes_depth and {} or pass.blocks) do
            is_used[block.last_lanes] = true
            local vectors = vectors_of(block)
            for _, spares in ipairs(target.has_vectors and {false, true} or {}) do
                for _, p in ipairs(parts_of(vectors[#vectors], spares and pass.name == "backward_weights")) do
                    is_used[p.lanes] = true
                end
            end
        end
    end
    if backward and backward_input.lanes_depth then
        note_depth_widths(backward_input, is_used)
    end
    if forward.is_scatter then
        is_used[forward.scatter.outputs.last_lanes] = true
    end
    local width = lanes // 2
    while width > 1 do
        list[#list + 1] = is_used[width] and width or nil
        width = width // 2
    end
    return list
end

-- The type of a vector of so many lanes: vec has them all, vec4 has four, one is a scalar.
function vec(v)
    return v.lanes == 1 and real or "vec" .. width_suffix(v.lanes)
end

function width_suffix(n_lanes)
    return n_lanes < lanes and tostring(n_lanes) or ""
end

-- One vector (or scalar) in memory.
function load(v, base, ...)
    if v.lanes > 1 then
        return "LOAD" .. width_suffix(v.lanes) .. "(" .. pointer(base, ...) .. ")"
    end
    return element(base, ...)
end

function stored(v, base, ...)
    if v.lanes > 1 then
        return "STORE" .. width_suffix(v.lanes) .. "(" .. pointer(base, ...) .. ")"
    end
    return element(base, ...)
end

-- Of a chunk's vectors the one that the last pixel's taps fill in part.
function part_vector(scatter)
    return vectors_of(scatter.outputs)[scatter.last_chunk // lanes + 1]
end

-- The items of a mask that keeps the first n lanes, or drops them.
function lane_mask(n, n_lanes, drops)
    local list = {}
    for lane = 1, n_lanes do
        list[lane] = (lane <= n) ~= (drops or false) and "-1" or "0"
    end
    return table.concat(list, ", ")
end

function zero_vector(v)
    return v.lanes > 1 and "{" .. zero .. "}" or zero
end

-- The parts in which a vector's channels are stored: all of it at once where each lane has one,
-- else powers of two, so that it stays in its register. Channels that were there before need not be
-- stored again: `spares` leaves them out where the others are a part, so that fewer lines are met.
function parts_of(v, spares)
    if spares and v.repeated > 0 and v.channels & (v.channels - 1) == 0 then
        return {{lanes = v.channels, first = v.repeated}}
    elseif v.repeated + v.channels == v.lanes then
        return {{lanes = v.lanes, first = 0}}
    end
    local list, first, width = {}, 0, v.lanes
    while first < v.channels do
        if first + width <= v.channels then
            list[#list + 1] = {lanes = width, first = first}
            first = first + width
        end
        width = width // 2
    end
    return list
end

-- A part of a vector of so many lanes: of a variable, not of an expression.
function part(p, value, n_lanes)
    if p.lanes == n_lanes then
        return value
    end
    return p.lanes == 1 and value .. "[" .. p.first .. "]" or
        "LANES" .. width_suffix(p.lanes) .. "(" .. value .. ", " .. p.first .. ")"
end

-- The lanes of a sum that memory has.
function kept(v, value)
    return part({lanes = v.lanes, first = 0}, value, v.sum.lanes)
end

-- One lane of a vector's value.
function lane_of(v, value, lane)
    return v.lanes > 1 and value .. "[" .. lane .. "]" or value
end
