#!/bin/bash
# What guests and the wire hear of each other: each network its own frames, with its own tag.
# lanes: lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

frame=$(dirname "$XENET_BIN")/../tests/tools/frame

# Everybody listens before anybody speaks: a station is a process with a pipe to speak into.
station() {
	local name=$1 mouth
	shift
	mkfifo "$FRESH_DIR/$name.in"
	"$frame" "$@" <"$FRESH_DIR/$name.in" >"$FRESH_DIR/$name.out" 2>&1 &
	exec {mouth}>"$FRESH_DIR/$name.in"
	mouths[$name]=$mouth
	wait_for 10 grep -q ready "$FRESH_DIR/$name.out"
}

say() {
	echo "$2" >&"${mouths[$1]}"
}

heard() {
	sed 1d "$FRESH_DIR/$1.out" | sort
}

nic eth1 far
fresh
pif=$(introduce eth1)
base=$(xenet pif-param-get uuid="$pif" param-name=network-uuid)
red=$(xenet network-create name-label=red)
blue=$(xenet network-create name-label=blue)
xenet vlan-create network-uuid="$red" pif-uuid="$pif" vlan=110 >/dev/null
xenet vlan-create network-uuid="$blue" pif-uuid="$pif" vlan=111 >/dev/null
vm=$(xenet vm-create name-label=guest)
xenet vif-create vm-uuid="$vm" network-uuid="$red" device=0 >/dev/null
xenet vif-create vm-uuid="$vm" network-uuid="$base" device=1 >/dev/null
xenet vif-create vm-uuid="$vm" network-uuid="$blue" device=2 >/dev/null
xenet vif-create vm-uuid="$vm" network-uuid="$red" device=3 >/dev/null
xenet vm-start uuid="$vm"

declare -A mouths=()
station wire nic far
station red tap vif1.0
station base tap vif1.1
station blue tap vif1.2
station red2 tap vif1.3
say red '- from red'
say base '- from base'
say blue '- from blue'
say wire '110 to red'
say wire '111 to blue'
say wire '- to base'
say wire '110 the end'
say wire '111 the end'
say wire '- the end'
say red '- the end'
for name in red base blue red2 wire; do
	wait_for 10 grep -q 'the end' "$FRESH_DIR/$name.out"
done
# What has strayed may be slower than what has not.
sleep 1

check_eq "the wire hears each network with its own tag" \
	$'- from base\n110 from red\n110 the end\n111 from blue' "$(heard wire)"
check_eq "the guest on VLAN 110 hears that VLAN, untagged" $'- the end\n- to red' "$(heard red)"
check_eq "its neighbour hears it too, and the guest itself" \
	$'- from red\n- the end\n- the end\n- to red' "$(heard red2)"
check_eq "the guest on the NIC's own network hears what is untagged" $'- the end\n- to base' \
	"$(heard base)"
check_eq "the guest on VLAN 111 hears that VLAN, untagged" $'- the end\n- to blue' \
	"$(heard blue)"
finish
