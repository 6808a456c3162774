#!/bin/bash
# A kernel without 802.1Q says so once, and nothing is left of the VLAN (catalogue 58).
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

on_pif() {
	local before
	before=$(everything)
	check_fails "$1: vlan-create is refused" \
		xenet vlan-create network-uuid="$network" pif-uuid="$pif" vlan=110
	check_eq "$1: the error has four lines" "The feature kernel step" \
		"$(awk -F '[: ]' '{print $1}' <<<"$OUTPUT" | xargs)"
	check_eq "$1: ... and names the module" "kernel module: 8021q" \
		"$(grep '^kernel module' <<<"$OUTPUT")"
	check "$1: ... and the step" grep -q '^step: add eth1.110 ' <<<"$OUTPUT"
	check_eq "$1: nothing has changed" "$before" "$(everything)"
	check_eq "$1: no intent is left" '' "$(find "$XENET_RUN" -name '*.intent*')"
}

nic eth1 far
if ip link add link eth1 name probe type vlan id 1 2>/dev/null; then
	check "this kernel has 802.1Q: nothing to see" true
	finish
fi
fresh
pif=$(introduce eth1)
network=$(xenet network-create name-label=red)
on_pif "unplugged PIF"
xenet pif-plug uuid="$pif"
on_pif "plugged PIF"
check_eq "no record is left" ' ' "$(xenet vlan-list --minimal) $(xenet pif-list VLAN=110 --minimal)"
check "everything else works on" xenet network-destroy uuid="$network"
finish
