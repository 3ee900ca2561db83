-- words: the vocabulary of the templates. Each word turns facts of the plan into a few tokens of
-- C; no word decides anything. The data comes from gen/bind.c and gen/bind_pass.c:
--
-- layer     name, is_float, channels_first, in_c, out_c, y_columns and y_channels (of y, which an
--           activation may halve), use_bias, is_same, activation, and per
--           axis `rows` and `columns`: n_in, n_out, kernel, stride, dilation, crop
-- size      elements of x, z, y, w, b, packed, saved, workspace; of sums, its place in the workspace;
--           multiply-adds
-- training  false, or kernel_regularizer, bias_regularizer, activity_regularizer (l1, l2, rounded_l1,
--           rounded_l2, twice_l2, has_l1, has_l2, divides_by_batch), kernel_constraint, bias_constraint (kind, min_value, max_value,
--           rate, axes): each false where the config has none; numbers are literals
-- target    name, attribute, flags, lanes, has_vectors, vector_bytes
-- forward, backward_input, backward_weights
--           a pass: name, is_straight, blocks (of lane channels), and
--   positions: read (an operand), computed (a view; of a strip where it has_strip), stored (a view:
--              the caller's), depth, regions (a run of rows by a run of
--              columns, cut into pieces), shapes (micro-kernels that regions share); where it
--              is_compact, instead of regions row_pieces, column_pieces and their steps;
--              or, where it scatters, pieces of an input row and scatter (gen/scatter.h)
--              or, where its lanes are columns, columns (words_columns.lua)
--              or, where it multiplies halves, strassen (words_strassen.lua)
--   weights:   x, dz (operands), out_pieces, rows and columns (what each tap meets)
-- A view maps (row, column, channel) to an element: steps `row`, `column`, `channel`.

NAME = name:upper()
real = layer.is_float and "float" or "double"
wide = layer.is_float and "double" or "long double"
type_suffix = layer.is_float and "f32" or "f64"
type_enum = layer.is_float and "TCONV_FLOAT32" or "TCONV_FLOAT64"
lanes = target.lanes
zero = layer.is_float and "0.0f" or "0.0"
activation = layer.activation

-- What --input-shape takes to name this shape.
shape_option = layer.channels_first
    and table.concat({layer.in_c, layer.rows.n_in, layer.columns.n_in}, ",")
    or table.concat({layer.rows.n_in, layer.columns.n_in, layer.in_c}, ",")

-- Numbers --------------------------------------------------------------------------------------

function bytes(elements)
    return elements * size.element
end

-- 1234567 as 1,234,567, for people.
function thousands(number)
    local text = tostring(number):reverse():gsub("(%d%d%d)", "%1,"):reverse()
    return (text:gsub("^,", ""))
end

-- The sum of one field over a list.
function total(list, field)
    local n = 0
    for _, item in ipairs(list) do
        n = n + item[field]
    end
    return n
end

-- The template that writes a pass.
function method_template(pass)
    return pass.method .. ".tmpl"
end

-- Addresses ------------------------------------------------------------------------------------

-- The element (row, column, channel) of a view.
function at(view, row, column, channel)
    return row * view.row + column * view.column + channel * view.channel
end

-- A sum as C: a constant, then pairs of a factor and a variable or number. Zero terms vanish.
function sum(constant, ...)
    local terms = {}
    local parts = {...}
    for i = 1, #parts, 2 do
        local factor, variable = parts[i], parts[i + 1]
        if type(variable) == "number" then
            constant = constant + factor * variable
        elseif factor == 1 then
            terms[#terms + 1] = variable
        elseif factor ~= 0 then
            terms[#terms + 1] = variable .. " * " .. factor
        end
    end
    if constant ~= 0 or #terms == 0 then
        table.insert(terms, 1, tostring(constant))
    end
    return table.concat(terms, " + ")
end

-- pointer + sum; the pointer alone when the sum is 0.
function pointer(base, ...)
    local offset = sum(...)
    return offset == "0" and base or base .. " + " .. offset
end

function element(base, ...)
    return base .. "[" .. sum(...) .. "]"
end

whole_vector = {lanes = target.lanes}

-- Names ----------------------------------------------------------------------------------------

-- x_0_1_2: tensor order after the tensor's name.
function variable(tensor, ...)
    return table.concat({tensor, ...}, "_")
end

-- What a pass computes and reads, as emitted code calls them.
function computed_name(pass)
    return pass.is_forward and "y" or "dx"
end

function read_name(pass)
    return pass.is_forward and "x" or "dz"
end

function accumulator_name(pass)
    return pass.is_forward and "z" or "dx"
end

function range(n)
    local list = {}
    for i = 0, n - 1 do
        list[#list + 1] = i
    end
    return list
end

-- Packed weights -------------------------------------------------------------------------------

-- Element of a block of packed weights: tap (p, q), reduced channel k, first lane; where lanes hold
-- the depth, of the first channel, those of others following by rows of taps.
function packed_at(pass, block, p, q, k)
    if pass.lanes_depth then
        return p * pass.kernel_columns * pass.depth * block.row + q * pass.depth + k
    end
    return ((p * pass.kernel_columns + q) * pass.depth + k) * block.row
end

-- Outputs --------------------------------------------------------------------------------------

-- Where channels are neighbours and complete, whole vectors of a finished row are stored; else
-- channel by channel.
function stores_vectors(pass, block)
    return pass.has_strip or (pass.computed.channel == 1 and block.channels == block.width)
end

-- The parameter that carries pre-activations out of the forward pass, where they are saved
-- besides y. Where the activation halves, all but the whole pass computes them instead of y.
saves_z = activation.keeps_z and not activation.halves
takes_z = activation.halves and backward
function z_parameter(pass)
    return pass.is_forward and saves_z and (", " .. real .. " *z") or ""
end

function z_argument(pass, ...)
    return pass.is_forward and saves_z and (", " .. pointer("z", ...)) or ""
end

-- A pointer that no other of the function's pointers aliases; y and z may be one buffer.
function output_qualifier(pass)
    return pass.is_forward and saves_z and "" or "restrict "
end

-- The last axis of z as laid out: what softmax and its like run over.
last_length = layer.channels_first and layer.columns.n_out or layer.out_c
y_last_length = layer.channels_first and layer.y_columns or layer.y_channels

-- Work units -----------------------------------------------------------------------------------

-- Whether two bands compute the same rows.
local function same_rows(band, region, rows)
    return band.region.rows.to == region.rows.to and band.rows.first == rows.first
        and band.rows.size == rows.size and band.rows.n == rows.n
end

-- Bands of one image and block: one band is one row of tiles. Where the plan joins columns, a
-- band goes through all column runs of its rows, so that what they read is read once.
local bands_of = {}
function bands(pass)
    if bands_of[pass] then return bands_of[pass].list, bands_of[pass].count end
    local list, count = {}, 0
    for _, region in ipairs(pass.regions) do
        local number = 0
        for _, rows in ipairs(region.rows.pieces) do
            local band
            for _, earlier in ipairs(pass.joins_columns and list or {}) do
                band = same_rows(earlier, region, rows) and earlier or band
            end
            if not band then
                band = {region = region, rows = rows, pieces = {}, n = rows.n}
                list[#list + 1] = band
                count = count + rows.n
            end
            for _, columns in ipairs(region.columns.pieces) do
                number = number + 1
                band.pieces[#band.pieces + 1] = {region = region, columns = columns,
                                                 shape = region.shapes[number]}
            end
        end
    end
    bands_of[pass] = {list = list, count = count}
    return list, count
end

function n_bands(pass)
    return pass.is_compact and pass.n_bands or (select(2, bands(pass)))
end

function n_blocks(pass)
    return total(pass.blocks, "n")
end

-- Units into which one image of a position pass can be divided among parts. An activation of
-- rows needs the whole image, and straight-line code has nothing to divide.
function n_units(pass)
    if pass.is_straight or (pass.is_forward and activation.is_rows) then
        return 1
    end
    return n_work_units(pass)
end

-- Units of one image's work, whether or not they can be divided.
function n_work_units(pass)
    if pass.is_winograd then
        return n_columns(pass) * n_tile_blocks(pass)
    end
    if pass.is_strassen then
        return n_halves(pass) * pass.strassen.n_targets * n_tile_blocks(pass)
    end
    if pass.is_scatter then
        return layer.rows.n_out
    end
    if pass.is_columns then
        return pass.is_forward and layer.rows.n_out or layer.rows.n_in
    end
    return n_blocks(pass) * n_bands(pass)
end

-- Pieces of the output channels in the weights' gradient.
function n_out_pieces(pass)
    return total(pass.out_pieces, "n")
end

-- Units of the weights' gradient: a group of taps by a piece of output channels; straight-line
-- code is one unit.
function n_weight_units(pass)
    if pass.is_winograd then
        return n_blocks(pass) * n_gradient_columns(pass)
    end
    return pass.is_straight and 1 or #pass.row_groups * #pass.column_groups * n_out_pieces(pass)
end

-- Channels of one unit of the bias' gradient: a cache line of floats, so that parts share none.
bias_width = 16

-- Whether the weights' gradient sums the bias' too, while dz is in the cache.
function sums_bias(pass)
    if not layer.use_bias or pass.is_straight then
        return false
    end
    return layer.channels_first and pass.dz.is_staged or
        (pass.dz.view.channel == 1 and layer.out_c > bias_width)
end

-- Units of the bias' gradient.
function n_bias_units()
    return sums_bias(backward_weights) and (layer.out_c + bias_width - 1) // bias_width or 1
end

function block_suffix(block)
    return block.is_last and "_last" or ""
end

-- up1_forward_1x8_2x2: tile rows x columns, taps rows x columns (but where those are arguments),
-- where a tile that spans runs begins, the narrower last block.
function shape_name(pass, block, shape)
    if pass.is_compact then
        return string.format("%s_%s_%dx%d%s", name, pass.name, shape.rows, shape.columns,
                             block_suffix(block))
    end
    local at_row = shape.row and "_row_" .. shape.row or ""
    local at_column = shape.column and "_column_" .. shape.column or ""
    return string.format("%s_%s_%dx%d_%dx%d%s%s%s", name, pass.name, shape.rows, shape.columns,
                         shape.row_taps, shape.column_taps, at_row, at_column, block_suffix(block))
end

-- The taps of a micro-kernel: rows, columns, the last of each, and the parameters that tell them.
function taps_of(pass, shape)
    if pass.is_compact then
        return "row_taps", "column_taps", "(row_taps - 1 - p)", "(column_taps - 1 - q)",
            ", size_t row_taps, size_t column_taps"
    end
    return shape.row_taps, shape.column_taps, "(" .. shape.row_taps - 1 .. " - p)",
        "(" .. shape.column_taps - 1 .. " - q)", ""
end

-- Straight-line code ---------------------------------------------------------------------------

-- Every tile of every block of a position pass, in the order of emission.
function straight_tiles(pass)
    local list = {}
    for _, region in ipairs(pass.regions) do
        for _, rows in ipairs(region.rows.pieces) do
            for row = 0, rows.n - 1 do
                for _, columns in ipairs(region.columns.pieces) do
                    for column = 0, columns.n - 1 do
                        for _, block in ipairs(pass.blocks) do
                            for number = 0, block.n - 1 do
                                list[#list + 1] = {
                                    region = region, rows = rows.size, columns = columns.size,
                                    row = rows.first + row * rows.size,
                                    column = columns.first + column * columns.size,
                                    block = block, first = block.first + number * block.width,
                                    w = block.w + number * block.w_step}
                            end
                        end
                    end
                end
            end
        end
    end
    return list
end

-- Groups a list into functions of about options.function_statements; cost(item) is its statements.
function in_functions(list, cost)
    local groups, statements = {}, 0
    for _, item in ipairs(list) do
        if #groups == 0 or statements >= options.function_statements then
            groups[#groups + 1] = {number = #groups, items = {}}
            statements = 0
        end
        local items = groups[#groups].items
        items[#items + 1] = item
        statements = statements + cost(item)
    end
    return groups
end

function tile_cost(pass)
    return function(tile)
        return tile.rows * tile.columns * tile.block.vectors *
            (tile.region.rows.n_taps * tile.region.columns.n_taps * pass.depth + 1)
    end
end

function one()
    return 1
end

-- Index of w[p][q][out][in], as Keras lays the kernel out.
function kernel_at(p, q, out, input)
    return ((p * layer.columns.kernel + q) * layer.out_c + out) * layer.in_c + input
end

-- How a pass rounds, as struct tconv_rounding.
function rounding_of(pass)
    return string.format("{%g, {%d, %d}, %d}", pass.rounding.growth, pass.rounding.rows,
                         pass.rounding.columns, pass.rounding.is_normwise and 1 or 0)
end

-- Parameters and arguments of the backward passes -------------------------------------------

-- dz as a pass reads it: staged in the workspace, or dy itself.
function dz_of_image(operand)
    if operand.is_staged then
        return pointer("workspace", operand.offset)
    end
    return pointer("dy", 0, size.y, "image")
end

-- Loops over the elements of `view` with literal trip counts.
function all_elements(n_rows, n_columns, n_channels)
    local list = {}
    for i = 0, n_rows - 1 do
        for j = 0, n_columns - 1 do
            for c = 0, n_channels - 1 do
                list[#list + 1] = {i = i, j = j, c = c}
            end
        end
    end
    return list
end

include("words_vectors.lua")
include("words_weights.lua")
include("words_activation.lua")
include("words_winograd.lua")
include("words_planes.lua")
include("words_columns.lua")
include("words_strassen.lua")
include("words_depth.lua")
include("words_spans.lua")
