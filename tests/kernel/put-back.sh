#!/bin/bash
# A database that is put back from a backup knows nothing of what was made since: that is found,
# removed when asked for, and no NIC is given back to it (catalogue 29).
# lanes: namespace lab
# timeout: 120
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# put_back CMD...: CMD is done, and the database is as it was before.
put_back() {
	sqlite3 "$XENET_DB" ".backup $FRESH_DIR/older.db"
	"$@"
	rm "$XENET_DB"*
	cp "$FRESH_DIR/older.db" "$XENET_DB"
}

# recover ARG...: the exit status of host-recover, with what it prints in $FRESH_DIR.
recover() {
	local status=0
	xenet host-recover "$@" >"$FRESH_DIR/told" 2>"$FRESH_DIR/notes" || status=$?
	echo "$status"
}

with_port_of_others() {
	put_back xenet pif-plug uuid="$pif"
	ip link set dev eth2 master xenbr1
	check_eq "a bridge with others' port and ours: without being asked, it is only told" 0 "$(recover)"
	check "... and how it goes" grep -q 'removed by host-recover --orphans' "$FRESH_DIR/notes"
	check "... our port is left where it is" port_of eth1 xenbr1
	check_eq "asked, too, as it cannot go" 2 "$(recover --orphans)"
	check "... for the reason" \
		grep -q 'ports that are not taken off: eth2 ' "$FRESH_DIR/told"
	check_eq "... and nothing advises to do so once more" "" "$(<"$FRESH_DIR/notes")"
	check "... others' port stays" port_of eth2 xenbr1
	check_fails "... ours does not" port_of eth1 xenbr1
	ip link set dev eth2 nomaster
}

without() {
	check_eq "without others' port it goes" 0 "$(recover --orphans)"
	check_eq "... without a word" "" "$(cat "$FRESH_DIR/told" "$FRESH_DIR/notes")"
	check_fails "... indeed" ip link show dev xenbr1
	put_back xenet pif-plug uuid="$pif"
	check_eq "a bridge with our port alone goes at once" 0 "$(recover --orphans)"
	check_fails "... indeed" ip link show dev xenbr1
	check_eq "... and nothing differs" "" "$(xenet host-check 2>&1)"
}

plugged_again() {
	put_back xenet pif-plug uuid="$pif"
	check "a PIF whose NIC is a port already is plugged" xenet pif-plug uuid="$pif"
	check "... and unplugged" xenet pif-unplug uuid="$pif"
	check_fails "... with its bridge" ip link show dev xenbr1
	check_eq "... and nothing differs" "" "$(xenet host-check 2>&1)"
}

nic eth1 far1
nic eth2 far2
fresh
pif=$(introduce eth1)
with_port_of_others
without
plugged_again
finish
