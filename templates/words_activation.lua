-- words_activation: the words of the activation. layer.activation (gen/bind.c):
--
-- name, enum, slope, ceiling, threshold   what Keras and tconv.h call it, its parameters
-- call, slope_call, parameters            the runtime's formula and its further arguments
-- header, is_typed, lanes, is_cheap       where it stands, how many numbers it takes at once
--                                         (0: one, no vector), whether it is plain arithmetic
-- is_linear, is_rows (of z's last axis), halves (that axis; z stands apart from y then),
-- keeps_z                                 (z is saved, as y does not tell the derivative)

-- A formula of the runtime on a part, a vector of activation.lanes (0: one number).
function activate(z)
    if activation.is_linear or activation.is_rows then
        return z
    end
    return "tconv_" .. activation.call .. "_" .. type_suffix .. "(" .. z ..
        activation.parameters .. ")"
end

-- A row of z.
function activate_row(z, y)
    return "tconv_" .. activation.call .. "_" .. type_suffix .. "(" .. z .. ", " .. y ..
        ", " .. last_length .. ")"
end

-- dy/dz from the tensor that tells it: the saved z, or y.
slope_tensor = activation.keeps_z and "z" or "y"
slope_size = activation.keeps_z and size.z or size.y

function slope(argument)
    return "tconv_" .. activation.slope_call .. "_" .. type_suffix .. "(" .. argument ..
        activation.parameters .. ")"
end

-- Besides dy, what dz is made from: nothing for a linear layer.
function slope_parameter()
    return activation.is_linear and "" or ", const " .. real .. " *restrict " .. slope_tensor
end

function slope_argument(...)
    return activation.is_linear and "" or ", " .. pointer(slope_tensor, ...)
end

-- A part in memory.
function part_at(base, ...)
    if activation.lanes > 0 then
        return "PART(" .. pointer(base, ...) .. ")"
    end
    return element(base, ...)
end

-- y[first], y[first + 1] ...: n neighbours.
function elements(base, first, n, ...)
    local list = {}
    for k = 0, n - 1 do
        list[#list + 1] = element(base, first + k, ...)
    end
    return table.concat(list, ", ")
end

-- Cuts n neighbours into whole parts and one of what is left.
function cut_parts(n)
    local width = math.max(1, activation.lanes)
    return {width = width, n_whole = n // width, left = n % width}
end

-- Whether the activation is applied to sums in registers. Else a tile's sums go to memory side
-- by side and one function, the only place of its code, activates them there.
function activates_sums(pass, block)
    return not pass.is_forward or activation.is_linear or activation.is_rows or
        (activation.is_cheap and block.last_lanes % math.max(1, activation.lanes) == 0)
end

-- Elements of a tile's finished sums side by side, ended so that whole parts can be read.
function tile_elements(shape, block)
    local n = shape.rows * shape.columns * block.channels
    return n, (n - 1) // lanes * lanes + lanes + block.width - block.channels
end
