-- words_spans: tiles that span runs. A tap of a run that spans has the `first` and the number `n` of
-- the tile's rows (columns) that meet it.

-- The taps of a run that any of its elements meets.
function met_taps(run)
    local list = {}
    for _, tap in ipairs(run.taps) do
        list[#list + 1] = tap.n ~= 0 and tap or nil
    end
    return list
end

-- The rows (columns) of a tile of `n` that meet a tap: all, unless the run spans.
function met(tap, n)
    local list = {}
    for i = tap.first or 0, (tap.first or 0) + (tap.n or n) - 1 do
        list[#list + 1] = i
    end
    return list
end

local function which(axis, tap)
    local last = tap.first + tap.n - 1
    return "kernel " .. axis .. " " .. tap.tap .. " meets " .. axis .. (last > tap.first and "s " or " ")
        .. tap.first .. (last > tap.first and " to " .. last or "")
end

-- Which columns of the tile meet a tap of its columns.
function columns_met(q)
    return which("column", q) .. " of the tile"
end

-- Which taps are next: where runs span, which rows and columns meet them.
function tap_met(p, q)
    if not (p.n or q.n) then
        return string.format("the tap that reads %d rows and %d columns on", p.from, q.from)
    end
    local of_row = p.n and which("row", p) or "the tap that reads " .. p.from .. " rows on"
    local of_column = q.n and which("column", q) or "the tap that reads " .. q.from .. " columns on"
    return of_row .. ", " .. of_column
end
