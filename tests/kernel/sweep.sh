#!/bin/bash
# Every verb is killed at its write-type system calls, from outside; the next command, or
# host-recover, finishes it or takes it back (catalogue 1, 3, 8, 18), also when that is killed in
# its turn. With XENET_LONG=1 at every call of every verb, else at some. ROWS=REGEX limits it to
# the verbs that it fits.
# lanes: namespace lab
# timeout: 1200
set -e

# The machine keeps its name.
if [[ -z ${SWEEP_INSIDE-} ]]; then
	SWEEP_INSIDE=1 exec unshare --uts "$0"
fi

# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=sweeping.sh
. "$(dirname "$0")/sweeping.sh"

# killed CALL N CMD...: CMD is killed before its N-th CALL; false: it makes no such call, and
# has not failed either.
killed() {
	local status=0
	traced -qq -o "$FRESH_DIR/trace" -e trace="$1" -e inject="$1:signal=KILL:when=$2" \
		"${@:3}" >"$FRESH_DIR/output" 2>&1 || status=$?
	! grep -q 'killed by SIGKILL' "$FRESH_DIR/trace" || return 0
	check "${*:3} makes no $1 $2, and works: $(<"$FRESH_DIR/output")" test "$status" -eq 0
	return 1
}

# kill_verb CALL N
kill_verb() {
	words "$verb"
	killed "$1" "$2" xenet "${words[@]}" || {
		run_words "$reverse"
		return 1
	}
}

# Killed before its last message; then what settles that is, at each of its calls: in the lab,
# which takes seconds for each, of those only that the network or the intent hangs on.
nested() {
	local call=$1 at=$2 late n lates=sendmsg,ioctl,unlink
	[[ $XENET_LANE == lab ]] || lates+=,$writing
	for late in $(tr , '\n' <<<"$lates" | awk '!seen[$0]++'); do
		for ((n = 1; ; n++)); do
			kill_verb "$call" "$at" || return 0
			pick_settler
			killed "$late" "$n" "${settler[@]}" || break
			settled "$verb killed at $call $at, what settles that at $late $n"
		done
		settled "$verb killed at $call $at"
		((n > 1)) || [[ $late != sendmsg ]] || return 0
	done
}

# In a short run, of all its calls but one kind besides those to the kernel.
sweep() {
	local calls call count n rounds=0
	mapfile -t calls < <(calls_of_verb "$writing")
	[[ -n ${XENET_LONG-} ]] || mapfile -t calls < <(printf '%s\n' "${calls[@]}" |
		awk -v pick="$((row % ${#calls[@]} + 1))" '/^sendmsg/ || NR == pick')
	while read -r call count; do
		for n in $(points "$count"); do
			kill_verb "$call" "$n" || continue
			settled "$verb killed at $call $n"
			rounds=$((rounds + 1))
		done
		[[ -z ${XENET_LONG-} || $call != sendmsg ]] || nested sendmsg "$count"
	done < <(printf '%s\n' "${calls[@]}")
	# Not each time the log is started anew, which takes calls that the next one does not make.
	if ((rounds == 0)) && kill_verb pwrite64 1; then
		settled "$verb killed at pwrite64 1"
		rounds=1
	fi
	check "$verb was killed $rounds times" test "$rounds" -gt 0
}

fresh
check_eq "every verb that changes something has its row" "" "$(without_row)"
each_row sweep
finish
