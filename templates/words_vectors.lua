-- words_vectors: the words of vectors and of the blocks of lane channels that they make up.
-- Fields of a block (gen/bind_pass.c): n, vectors, width, row (of packed weights), first, channels,
-- last_lanes (of the last vector in memory), sum_lanes (of its sums).

-- The vectors of a block; the last may be narrower than the target's, in memory if not as a sum.
function vectors_of(block)
    local list = {}
    for n = 0, block.vectors - 1 do
        local is_last = n == block.vectors - 1
        list[#list + 1] = {number = n, lane = n * lanes,
                           lanes = is_last and block.last_lanes or lanes,
                           sum = {lanes = is_last and block.sum_lanes or lanes},
                           channels = math.min(lanes, block.channels - n * lanes)}
    end
    return list
end

-- Where lanes are numbered: nowhere with vectors, else by the variable of a loop over the channels.
lane_index = target.has_vectors and 0 or "l"

-- The lanes, fewer than the target's and more than one, of vectors that some pass uses.
function narrow_widths()
    local is_used, list = {}, {}
    for _, pass in ipairs(backward and {forward, backward_input, backward_weights} or {forward}) do
        for _, block in ipairs(pass.blocks) do
            is_used[block.last_lanes] = true
        end
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

-- The items of a mask that keeps the first n lanes.
function lane_mask(n, n_lanes)
    local list = {}
    for lane = 1, n_lanes do
        list[lane] = lane <= n and "-1" or "0"
    end
    return list
end

function zero_vector(v)
    return v.lanes > 1 and "{" .. zero .. "}" or zero
end

-- The lanes of a sum that memory has.
function kept(v, value)
    if v.lanes == v.sum.lanes then
        return value
    end
    return v.lanes == 1 and value .. "[0]" or "KEPT" .. width_suffix(v.lanes) .. "(" .. value .. ")"
end

-- The same of a sum whose further lanes are those before them, and where its factors begin.
function kept_last(v, value)
    if v.lanes == v.sum.lanes then
        return value
    end
    return v.lanes == 1 and value .. "[" .. v.sum.lanes - 1 .. "]" or
        "LAST" .. width_suffix(v.lanes) .. "(" .. value .. ")"
end

function widened_lane(v)
    return v.lane - (v.sum.lanes - v.lanes)
end

-- One lane of a vector's value.
function lane_of(v, value, lane)
    return v.lanes > 1 and value .. "[" .. lane .. "]" or value
end
