# The lines of code.awk: what is worst and in the middle, per target.

function sorted(list, n,    i, j, value)
{
    for (i = 2; i <= n; i++) {
        value = list[i]
        for (j = i - 1; j >= 1 && list[j] > value; j--) list[j + 1] = list[j]
        list[j + 1] = value
    }
}

$3 == "refused:" { refused[$2]++; seen[$2] = 1; next }

{
    seen[$2] = 1
    layers[$2]++
    made[$2, layers[$2]] = $3
    compiled[$2, layers[$2]] = $5
    for (i = 7; i <= NF; i++) {
        split($i, part, /[:\/]/)
        ratio[$2, ++passes[$2]] = part[2] / (part[3] > 0 ? part[3] : 1)
        if (part[3] > largest[$2]) largest[$2] = part[3]
    }
}

function column(values, target, n,    i)
{
    split("", list)
    for (i = 1; i <= n; i++) list[i] = values[target, i] + 0
    sorted(list, n)
}

END {
    for (target in seen) {
        n = passes[target]
        column(ratio, target, n)
        for (i = within = 0; i < n; i++)
            within += list[i + 1] >= 0.8 && list[i + 1] <= 1.25
        printf "\n%s: %d layers, %d refused; largest pass %d bytes\n", target, layers[target],
            refused[target], largest[target]
        printf "  predicted/compiled: least %.2f, 5 %% %.2f, median %.2f, 95 %% %.2f, most %.2f; within 25 %%: %d of %d\n",
            list[1], list[int((n + 19) / 20)], list[int((n + 1) / 2)], list[int((19 * n + 19) / 20)], list[n], within, n
        m = layers[target]
        column(made, target, m)
        printf "  generation: median %d ms, worst %d ms\n", list[int((m + 1) / 2)], list[m]
        column(compiled, target, m)
        printf "  compilation: median %.2f s, worst %.2f s\n", list[int((m + 1) / 2)], list[m]
    }
}
