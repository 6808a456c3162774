# The rows of speed.tsv as a plot: gnuplot -e 'data = "..."; rows = ...' speed.gp
set terminal svg size 1000, 130 + 40 * rows font 'sans-serif,12' background '#ffffff'
set datafile separator tab
set title "xenet's time (P8: memory) as a multiple of its peer's"
set xlabel 'ratio, median and quartiles; left of 1 is faster'
set logscale x
set xrange [0.02:4]
set xtics (0.02, 0.05, 0.1, 0.2, 0.5, '1' 1, 2, 4)
set yrange [-rows + 0.4:0.6]
set ytics scale 0 font 'sans-serif,11'
set lmargin at screen 0.44
set rmargin at screen 0.97
set grid xtics lc rgb '#d0d0d0'
set key below horizontal center
set arrow from 1, graph 0 to 1, graph 1 nohead lc rgb '#404040' lw 1.5

has_goal(goal) = goal ne '-'
missed(goal, ratio, low, high) = has_goal(goal) && ratio - (high - low) / 2 > real(goal)
colour(goal, ratio, low, high) = \
	!has_goal(goal) ? 0x9a9a9a : missed(goal, ratio, low, high) ? 0xc0392b : 0x2f6f9f
label(figure, work, against) = sprintf("%s  %s\nagainst %s", figure, work, against)

plot data using (1):(-$0):($8 - 1):(0):(colour(strcol(4), $8, $9, $10)): \
		ytic(label(strcol(1), strcol(2), strcol(3))) \
		with vectors nohead lw 9 lc rgb variable notitle, \
	data using 8:(-$0):9:10 with xerrorbars pt 7 ps 0.4 lc rgb '#101010' title 'quartiles', \
	data using (has_goal(strcol(4)) ? real(strcol(4)) : NaN):(-$0) \
		with points pt 9 ps 0.9 lc rgb '#e08a00' title 'goal: at most'
