#!/bin/bash
# Every verb is killed at its write-type system calls, from outside; the next command, or
# host-recover, finishes it or takes it back (catalogue 1, 3, 8, 18), also when that is killed in
# its turn. With XENET_LONG=1 at every call of every verb, else at some. ROWS=TEXT limits it to
# the verbs with that text.
# lanes: namespace lab
# timeout: 7200
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

# killed CALL N CMD...: CMD is killed before its N-th CALL; false: it makes no such call.
killed() {
	traced -qq -o "$FRESH_DIR/trace" -e trace="$1" -e inject="$1:signal=KILL:when=$2" \
		"${@:3}" >"$FRESH_DIR/output" 2>&1 || true
	grep -q 'killed by SIGKILL' "$FRESH_DIR/trace"
}

# kill_verb CALL N
kill_verb() {
	words "$verb"
	killed "$1" "$2" xenet "${words[@]}" || {
		run_words "$reverse"
		return 1
	}
}

# Killed before its last message, or the like; then what settles that is, at each of its calls.
nested() {
	local call=$1 at=$2 inner n
	for inner in sendmsg ioctl unlink; do
		for ((n = 1; ; n++)); do
			kill_verb "$call" "$at" || return 0
			pick_settler
			killed "$inner" "$n" "${settler[@]}" || break
			settled "$verb killed at $call $at, what settles that at $inner $n"
		done
		settled "$verb killed at $call $at"
		((n > 1)) || [[ $inner != sendmsg ]] || return 0
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
	check "$verb was killed $rounds times" test "$rounds" -gt 0
}

each_row sweep
finish
