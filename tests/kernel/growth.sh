#!/bin/bash
# What the commands of tests/hot cost in system calls stays the same while there is more of
# everything, in the database and on the host: four times as many networks, VMs and VIFs.
# lanes: namespace
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=counting.sh
. "$(dirname "$0")/counting.sh"

columns=(sockets sends looks dumps changes receives syncs opens writes calls reads pages)
filled=0

# fill N: so many more networks and VMs, whose VIFs are plugged, each on its own and on $crowd.
fill() {
	local end=$((filled + $1))
	for ((; filled < end; filled++)); do
		cat <<-END
			n=network-create name-label=net$filled
			v=vm-create name-label=vm$filled
			vif-create vm-uuid=\$v network-uuid=\$n device=0
			vif-create vm-uuid=\$v network-uuid=$crowd device=1
			vm-start uuid=\$v
		END
	done >"$FRESH_DIR/lines"
	xenet batch file="$FRESH_DIR/lines" >/dev/null
}

# Those that every kernel can do.
hot_lines() {
	sed '/^# What not every kernel has/,/^# Away/d; /^#/d; /^$/d' "$(dirname "$0")/../hot"
}

# run_lines: what each line costs; a name in front of it is what it answers.
run_lines() {
	local line name command words
	while read -r line; do
		name='' command=$line
		if [[ $line =~ ^([a-z0-9]+)=([a-z].*) ]]; then
			name=${BASH_REMATCH[1]} command=${BASH_REMATCH[2]}
		fi
		eval "words=($command)"
		short_log 100000
		echo "$(costs xenet "${words[@]}") $line"
		[[ -z $name ]] || declare -g "$name=$(<"$FRESH_DIR/answer")"
	done < <(hot_lines)
}

# grown FEW MANY: what costs more beside many. Where a bridge goes, too, the one list of all
# links, which shows what hangs on it, is longer; and SQLite's trees grow in height.
grown() {
	paste -d ' ' "$1" "$2" | awk -v columns="${columns[*]}" -v levels=8 '{
		n = split(columns, names, " ")
		for (i = 1; i <= n; i++) {
			few[names[i]] = $i
			many[names[i]] = $(NF / 2 + i)
		}
		line = $0
		sub(/^[0-9 ]+ /, "", line)
		sub(/ [0-9]+ [0-9]+ [0-9]+ .*/, "", line)
		longer = many["dumps"] == 1 && many["changes"] > 1 ? many["receives"] - few["receives"] : 0
		many["receives"] -= longer
		many["calls"] -= longer
		for (i = 1; i <= n; i++)
			if (many[names[i]] > few[names[i]] + (names[i] ~ /reads|pages/ ? levels : 0))
				print names[i] ": " few[names[i]] ", later " many[names[i]] ": " line
	}'
}

nic eth0 far0
fresh
# shellcheck disable=SC2034  # for short_log
pool=$(xenet pool-list --minimal)
pif=$(introduce eth0)
crowd=$(xenet network-create name-label=crowd)
fill 10
run_lines >"$FRESH_DIR/few"
fill 30
run_lines >"$FRESH_DIR/many"
check "$(wc -l <"$FRESH_DIR/few") commands were counted" test -s "$FRESH_DIR/few"
check_eq "none costs more beside four times as much" '' "$(grown "$FRESH_DIR"/{few,many})"
finish
