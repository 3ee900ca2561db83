# One layer a line, of zoo.csv or of tests/diff/shapes/*.txt -> NAME, its config as JSON and
# the options of `tconv gen`, separated by tabs. Lines that the command line cannot say
# (strides with a dilation) or that are meant to be refused are left out.

function pair(text,    at)
{
    at = index(text, "x")
    return at == 0 ? "[" text ", " text "]" : "[" substr(text, 1, at - 1) ", " substr(text, at + 1) "]"
}

function put(name, config, options)
{
    printf "%s\t{%s}\t%s\n", name, config, options
}

FNR == 1 { is_csv = FILENAME ~ /\.csv$/; file = FILENAME; gsub(/.*\/|\..*/, "", file) }

is_csv && FNR == 1 { split($0, names, ","); next }

is_csv {
    n = split($0, values, ",")
    for (i = 1; i <= n; i++) c[names[i]] = values[i]
    put(c["name"],
        "\"filters\": " c["cout"] ", \"kernel_size\": [" c["kh"] ", " c["kw"] "], \"strides\": [" \
        c["sh"] ", " c["sw"] "], \"padding\": \"" c["padding"] "\"",
        "--input-shape " c["h"] "," c["w"] "," c["cin"])
    next
}

{ sub(/#.*/, "") }
NF == 0 { next }

{
    split("", d)
    d["in"] = "1x1x1"
    d["filters"] = d["kernel"] = d["strides"] = d["dilation"] = "1"
    d["activation"] = "linear"
    d["unroll"] = "auto"
    for (i = 1; i <= NF; i++) {
        if ($i ~ /^(same|valid|channels_first|channels_last|float64|float32|nobias|forward_only|tf|refused)$/)
            d[$i] = 1
        else {
            d[$i] = $(i + 1)
            i++
        }
    }
    if ("refused" in d || (d["dilation"] !~ /^1(x1)?$/ && d["strides"] !~ /^1(x1)?$/))
        next
    config = "\"filters\": " d["filters"] ", \"kernel_size\": " pair(d["kernel"]) \
        ", \"strides\": " pair(d["strides"]) ", \"dilation_rate\": " pair(d["dilation"])
    if ("op" in d) config = config ", \"output_padding\": " pair(d["op"])
    config = config ", \"padding\": \"" ("same" in d ? "same" : "valid") "\""
    if ("channels_first" in d) config = config ", \"data_format\": \"channels_first\""
    if ("float64" in d) config = config ", \"dtype\": \"float64\""
    if ("nobias" in d) config = config ", \"use_bias\": false"
    config = config ", \"activation\": " (d["activation"] ~ /^{/ ? d["activation"] : "\"" d["activation"] "\"")
    if ("tf" in d) config = config ", \"groups\": 1"
    n = split(d["in"], in_size, "x")
    if (n == 1) in_size[2] = in_size[3] = in_size[1]
    options = "--unroll " d["unroll"] ("statements" in d ? " --max-statements " d["statements"] : "") \
        ("code" in d ? " --max-code-bytes " d["code"] : "") \
        ("forward_only" in d ? " --passes forward" : "") ("target" in d && d["target"] !~ /^(native|all)$/ ? " --target " d["target"] : "")
    put(file ":" FNR, config, options " --input-shape " ("channels_first" in d \
        ? in_size[3] "," in_size[1] "," in_size[2] : in_size[1] "," in_size[2] "," in_size[3]))
}
