-- words_columns: the words of passes whose lanes are neighbouring columns. Fields of pass.columns
-- (gen/columns.h): positions, phases, residues, length, left, right, pitch; width (positions of a tile), pieces (of
-- the lane channels) and products (of one reduced channel: tap, phase, and the element of the
-- channel's staged rows that position 0 reads).

local is_there = false

-- Emits what picks of lanes are made of, the first time that it is asked for.
function need_picks()
    if not is_there then
        is_there = true
        need_mix()
        include("picks.tmpl")
    end
end

local keeps = false

-- Emits what keeps a loaded vector, the first time that it is asked for.
function need_keep()
    if not keeps then
        keeps = true
        include("keep.tmpl")
    end
end

-- A vector whose lane l is lane places[l].lane of sources[places[l].source], as mixes of two: of
-- the sources before, which have their lanes in place, and of the next.
function picked(sources, places)
    local value = sources[1]
    for number = 2, math.max(2, #sources) do
        local list = {}
        for l = 1, lanes do
            local place = places[l]
            if place.source == number then
                list[l] = place.lane + lanes
            elseif number == 2 and place.source == 1 then
                list[l] = place.lane
            else
                list[l] = l - 1
            end
        end
        value = string.format("MIX(picks, %s, %s, %s)", value, sources[number] or sources[1], table.concat(list, ", "))
    end
    return value
end

-- Of `step` vectors that lie one behind the other, every step-th element from number `first` on.
function every(sources, first)
    local places = {}
    for l = 0, lanes - 1 do
        local e = first + l * #sources
        places[l + 1] = {source = e // lanes + 1, lane = e % lanes}
    end
    return picked(sources, places)
end

-- Vector number n of what takes an element of each source in turns.
function in_turns(sources, n)
    local places = {}
    for l = 0, lanes - 1 do
        local e = n * lanes + l
        places[l + 1] = {source = e % #sources + 1, lane = e // #sources}
    end
    return picked(sources, places)
end

-- What the products of a reduced channel read, in ascending order, each with its products.
function column_reads(columns)
    local of, list = {}, {}
    for number, product in ipairs(columns.products) do
        local read = of[product.from]
        if not read then
            read = {from = product.from, products = {}}
            of[product.from] = read
            list[#list + 1] = read
        end
        read.products[#read.products + 1] = {phase = product.phase, number = number - 1}
    end
    table.sort(list, function(a, b) return a.from < b.from end)
    return list
end

-- Elements of packed weights: of one reduced channel, and of one row tap, of a piece of channels.
function column_weights(pass, piece)
    local channel = #pass.columns.products * piece.size
    return channel, pass.depth * channel
end

-- Where the packed weights of a piece begin, [block][row tap][channel][column tap][lane channel].
function columns_packed(pass, piece)
    local _, row_tap = column_weights(pass, piece)
    local first = pass.is_forward and size.packed_forward or size.packed_backward
    return first + piece.first * layer.rows.kernel * row_tap // piece.size
end

-- What the sums of channel f begin with: its bias in all lanes.
function first_sum(pass, f)
    return pass.is_forward and string.format("b[%d] - (vec){%s}", f, zero) or "{" .. zero .. "}"
end

-- Whether the last tile of a row computes positions or phases that are not there.
function columns_overrun(pass)
    local n = pass.is_forward and layer.columns.n_out or layer.columns.n_in
    local c = pass.columns
    return n < c.positions * c.phases or c.positions < c.width
end

-- The tile's width as the introduction tells it.
function tile_width(pass)
    return pass.is_columns and pass.columns.width or pass.blocks[1].width
end
