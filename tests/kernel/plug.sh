#!/bin/bash
# What plugging makes of a NIC and of bridges, and what unplugging gives back.
# lanes: namespace lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# show DEVICE: what xenet sets, in one line.
show() {
	ip -j -d link show dev "$1" | jq -r '.[0] | [.mtu, .inet6_addr_gen_mode // "-",
		.master // "-", (.flags | if index("UP") then "up" else "down" end)] | join(" ")'
}

# round_trip DESCRIPTION MTU PORT BRIDGE: with the network's MTU so, eth1 and xenbr1 come to
# look like that, and then eth1 what it was.
round_trip() {
	local free
	free=$(network_state --ifindex)
	xenet network-param-set uuid="$network" MTU="$2"
	check "$1: plug" xenet pif-plug uuid="$pif"
	check_eq "$1: eth1 is a port of xenbr1" "$3" "$(show eth1)"
	check_eq "$1: xenbr1 has the network's MTU" "$4" "$(show xenbr1)"
	check_eq "$1: xenet agrees" true "$(attached pif "$pif")"
	check "$1: unplug" xenet pif-unplug uuid="$pif"
	check_eq "$1: eth1 is what it was" "$free" "$(network_state --ifindex)"
}

# nic_is MTU SETTING...: of eth1, down unless a setting says up.
nic_is() {
	ip link set dev eth1 down mtu "$1"
	ip link set dev eth1 "${@:2}"
}

# The lab is slow: one state of each kind has to do there.
nic_states() {
	nic_is 1500 addrgenmode eui64 up
	check "eth1 has a link-local address" wait_for 5 has_link_local eth1
	round_trip "eth1 up, with a link-local address" 1500 \
		"1500 none xenbr1 up" "1500 none - up"
	nic_is 1400 addrgenmode random
	round_trip "eth1 down, of other settings" 9000 \
		"9000 none xenbr1 up" "9000 none - up"
	[[ $XENET_LANE != lab ]] || return 0
	nic_is 1500 addrgenmode eui64
	round_trip "eth1 down" 1500 "1500 none xenbr1 up" "1500 none - up"
	nic_is 9000 addrgenmode none up
	round_trip "eth1 up, for larger frames" 1500 "9000 none xenbr1 up" "1500 none - up"
}

# A NIC is never lowered: below 1280 bytes it would lose its IPv6 settings.
small_frames() {
	nic_is 1500 addrgenmode eui64 up
	wait_for 5 has_link_local eth1
	round_trip "small frames, eth1 up" 1000 "1500 none xenbr1 up" "1000 - - up"
	nic_is 1000 down
	round_trip "small frames before" 1500 "1500 none xenbr1 up" "1500 none - up"
	[[ $XENET_LANE != lab ]] || return 0
	nic_is 1000 up
	round_trip "small frames before, eth1 up" 1500 "1500 none xenbr1 up" "1500 none - up"
	nic_is 1000 up
	round_trip "small frames always" 1000 "1000 - xenbr1 up" "1000 - - up"
	nic_is 1500 addrgenmode none
	round_trip "small frames, eth1 down without addresses" 1000 \
		"1500 none xenbr1 up" "1000 - - up"
	nic_is 1500 addrgenmode eui64
	round_trip "small frames, eth1 down" 1000 "1500 none xenbr1 up" "1000 - - up"
}

twice() {
	local plugged
	nic_is 1500 addrgenmode eui64
	xenet network-param-set uuid="$network" MTU=1500
	xenet pif-plug uuid="$pif"
	plugged=$(everything)
	check "plugging twice" xenet pif-plug uuid="$pif"
	check_eq "... changes nothing" "$plugged" "$(everything)"
	xenet network-param-set uuid="$network" MTU=4000
	check_eq "a new MTU waits for the next plug" "1500 none xenbr1 up" "$(show eth1)"
	xenet pif-plug uuid="$pif"
	check_eq "... which brings it" "4000 none xenbr1 up" "$(show eth1)"
	xenet pif-unplug uuid="$pif"
	check "unplugging twice" xenet pif-unplug uuid="$pif"
}

# planned CMD...: the steps that it would take.
planned() {
	xenet "$@" --dry-run | awk '{print $1 " " $2}' | sort | xargs
}

dry_runs() {
	local before
	before=$(everything)
	check_eq "a dry pif-plug tells its steps" \
		"add xenbr1 join eth1 set eth1 up eth1 up xenbr1" "$(planned pif-plug uuid="$pif")"
	check "a dry network-create" xenet network-create name-label=dry --dry-run
	check_eq "dry runs change nothing" "$before" "$(everything)"
}

guests() {
	local before inner vm inside outside
	before=$(network_state --ifindex)
	inner=$(xenet network-create name-label=inner)
	vm=$(xenet vm-create name-label=guest)
	inside=$(xenet vif-create vm-uuid="$vm" network-uuid="$inner" device=0)
	outside=$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=1)
	check_fails "no VIF is plugged into a halted VM" xenet vif-plug uuid="$inside"
	check_eq "... nor its network's bridge made" '' "$(bridges)"
	xenet vif-create vm-uuid="$vm" network-uuid="$inner" device=2 >/dev/null
	xenet vm-start uuid="$vm"
	check_eq "VIFs bring their networks up" "xapi0 xenbr1" "$(bridges)"
	check_eq "... and the PIF" "true true" "$(attached pif "$pif") $(attached vif "$outside")"
	check "... with the guest and" port_of vif1.1 xenbr1
	check "... the NIC on one bridge" port_of eth1 xenbr1
	check_fails "a PIF under a guest stays" xenet pif-unplug uuid="$pif"
	xenet vif-unplug uuid="$inside"
	check_eq "one VIF less" "xapi0 vif1.2" "$(bridge link show | awk '/xapi0/ {print $7, $2}' |
		tr -d :)"
	xenet vif-unplug uuid="$outside"
	xenet pif-unplug uuid="$pif"
	check_eq "an idle network has no bridge" xapi0 "$(bridges)"
	check "vif-plug" xenet vif-plug uuid="$outside"
	check "... brings the PIF back" port_of eth1 xenbr1
	check_fails "a plugged VIF is not plugged again" xenet vif-plug uuid="$outside"
	xenet vm-shutdown uuid="$vm"
	xenet pif-unplug uuid="$pif"
	check_eq "all is as it was before" "$before" "$(network_state --ifindex)"
}

nic eth1 far
fresh
pif=$(introduce eth1)
network=$(xenet pif-param-get uuid="$pif" param-name=network-uuid)
nic_states
twice
dry_runs
guests
small_frames
finish
