# The pictures of plot.sh, which sets folder, prefix and passes.
load folder."/machine.gp"
n = words(passes)
file(i) = folder."/".word(passes, i)
title(i) = word(passes, i) eq "forward" ? "forward" : \
    word(passes, i) eq "backward_input" ? "gradient of x" : "gradient of w"
array colour[3] = ["#1f6fb2", "#e08a1e", "#3a9a5b"]
set tics nomirror textcolor "#222222"
set border 3 linecolor "#888888"

# ---- ratio: bars from 1 up or down, on a scale where half and double look alike
set terminal svg size 1180,460 noenhanced font "sans-serif,13" background "#ffffff"
set output prefix."-ratio.svg"
set title "Time of the fastest other library / time of tconv: above 1, tconv is faster"
stats file(1) using 2 nooutput
layers = STATS_records
set xrange [-0.6:layers - 0.4]
set logscale y 2
set yrange [0.2:5]
set ytics ("1/4" 0.25, "1/2" 0.5, "2/3" 2.0 / 3, "1" 1, "1.5" 1.5, "2" 2, "3" 3, "4" 4)
set xtics rotate by 50 right scale 0
set grid ytics linecolor "#dddddd" linetype 1
set key above right horizontal
width = 0.8 / n
clip(r) = r > 5 ? 5 : r < 0.2 ? 0.2 : r
left(x, i) = x - 0.4 + (i - 1) * width
set arrow from -0.6, 1 to layers - 0.4, 1 nohead linecolor "#444444" front
plot for [i = 1:n] file(i) \
    using (left($0, i)):(1):(left($0, i)):(left($0, i) + width):(1):(clip($2)) \
    with boxxyerror fillstyle solid noborder linecolor rgb colour[i] title title(i), \
    file(1) using 0:(1):xtic(1) with points pointtype 0 notitle
unset arrow

# ---- roofline: a panel for each pass; a line joins tconv with the fastest other library.
# Names where there is room for them: away from the roof.
set terminal svg size 480 * n,520 noenhanced font "sans-serif,12" background "#ffffff"
set output prefix."-roofline.svg"
set multiplot layout 1, n
set logscale xy 10
set xrange [1:1000]
set yrange [3:peak_gflops * 2.5]
set xtics norotate autofreq center scale 1
set ytics autofreq
set grid xtics ytics linecolor "#e8e8e8" linetype 1
set key inside bottom right vertical
set xlabel "operations / byte of x, w and y"
roof(x) = x * memory_gbytes < peak_gflops ? x * memory_gbytes : peak_gflops
apart(x, y, name) = y < 0.7 * roof(x) || y > 1.25 * roof(x) ? name : ""
do for [i = 1:n] {
    set title title(i)
    set ylabel i == 1 ? "GFLOP/s" : ""
    plot roof(x) with lines linewidth 2 linecolor "#444444" title "peak, memory", \
        file(i) using 3:4:(0):($5 - $4) with vectors nohead linecolor "#bbbbbb" notitle, \
        file(i) using 3:5 with points pointtype 6 pointsize 0.7 linecolor "#777777" \
            title "fastest other", \
        file(i) using 3:4 with points pointtype 7 pointsize 0.7 linecolor rgb colour[i] \
            title "tconv", \
        file(i) using 3:4:(apart($3, $4, stringcolumn(1))) with labels left offset 0.6, 0 \
            font ",10" textcolor "#222222" notitle
}
unset multiplot
