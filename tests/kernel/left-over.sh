#!/bin/bash
# What a killed command has left, until the next one settles it: host-check tells how it goes; when
# the note about it is damaged, that is told too (catalogue 1).
# lanes: namespace
# timeout: 120
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# Made, and then marked.
has_bridge() {
	[[ $(ip link show dev xenbr1 2>&1) == *alias* ]]
}

# cut_short: a plug that is killed when its bridge is there.
cut_short() {
	local n=0
	until has_bridge; do
		n=$((n + 1))
		((n < 100))
		traced -qq -o /dev/null -e trace=sendmsg -e inject=sendmsg:signal=KILL:when="$n" \
			xenet pif-plug uuid="$pif" >/dev/null 2>&1 || true
	done
	intent=$(find "$XENET_RUN" -name '*.intent')
	check "killed: an intent is left" test -s "$intent"
}

notes() {
	{ "$@" >/dev/null; } 2>&1 || true
}

settled="Note: A change was cut short: host-recover, or the next command that changes anything, settles it."
damaged="Note: What a change that was cut short had noted in the run directory was damaged, so that \
change was not settled: host-check shows what it may have left, host-recover and host-recover --orphans \
put that in order."

whole() {
	cut_short
	check_eq "what it left is no orphan, and goes otherwise" "$settled" "$(notes xenet host-check)"
	check_eq "... without asking" "" "$(notes xenet host-recover)"
	check_fails "... and is gone" ip link show dev xenbr1
	check_eq "... nothing differs" "" "$(xenet host-check 2>&1)"
}

# part SIZE: of the intent.
part() {
	cut_short
	head -c "$1" "$intent" >"$FRESH_DIR/part"
	cp "$FRESH_DIR/part" "$intent"
	check_eq "cut after $1: told by the next change" "$damaged" \
		"$(notes xenet network-create name-label="part $1")"
	check_eq "... once" "" "$(notes xenet network-create name-label="more of $1")"
	check "... host-check shows it" grep -q 'host-recover --orphans' <<<"$(notes xenet host-check)"
	check_eq "... and that is how it goes" "" "$(notes xenet host-recover --orphans)"
	check_eq "... so that nothing differs" "" "$(xenet host-check 2>&1)"
}

nic eth1 far1
fresh
pif=$(introduce eth1)
whole
part 3
part 60
part 200
finish
