#!/bin/bash
# Devices that somebody changes behind our back: xenet notices, and mends (catalogue 47).
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

ours() {
	network_state | grep -E '^(link|addr|vlan|qdisc) (eth1|xenbr1) '
}

# damaged CMD...: does it; plugging the PIF again mends it.
damaged() {
	"$@"
	check "$*: plugged again" xenet pif-plug uuid="$pif"
	check_eq "$*: mended" "$plugged" "$(ours)"
	check_eq "$*: xenet agrees" true "$(attached pif "$pif")"
}

# ... that xenet has to notice first.
detached() {
	"$@"
	check_eq "$*: noticed" false "$(attached pif "$pif")"
	damaged true
}

# By somebody's bridge; who has it must let go of it.
taken() {
	ip link set dev eth1 master theirs
	check_fails "a NIC that somebody took is not taken back" xenet pif-plug uuid="$pif"
	check_eq "... and the error names the taker" $'device: eth1\nmaster: theirs' \
		"$(sed 1d <<<"$OUTPUT")"
	ip link set dev eth1 nomaster
}

nic_and_bridge() {
	local plugged
	xenet pif-plug uuid="$pif"
	plugged=$(ours)
	detached ip link del dev xenbr1
	detached ip link set dev eth1 nomaster
	detached taken
	detached ip link set dev eth1 down
	detached ip link set dev eth1 mtu 1400
	detached ip link set dev eth1 addrgenmode eui64
	damaged ip link set dev xenbr1 down
	damaged ip link set dev xenbr1 mtu 1400
	damaged ip link set dev xenbr1 addrgenmode eui64
	damaged ip link set dev xenbr1 address 02:00:00:00:00:01
	damaged ip link set dev xenbr1 type bridge forward_delay 1500
	damaged ip link set dev xenbr1 type bridge stp_state 1
	damaged ip link set dev xenbr1 type bridge no_linklocal_learn 0
	check "it does not learn from that again" \
		grep -q 'no_linklocal_learn 1' <<<"$(ip -d link show dev xenbr1)"
}

# The guest must not notice that its TAP is mended: it has the device open.
guest() {
	local index
	xenet vm-start uuid="$vm"
	index=$(cat /sys/class/net/vif1.0/ifindex)
	ip link set dev vif1.0 master theirs
	check_eq "a TAP on another bridge: noticed" false "$(attached vif "$vif")"
	check "... the network is still used" xenet vif-unplug uuid="$vif"
	check_fails "... and the TAP gone" ip link show dev vif1.0
	xenet vif-plug uuid="$vif"
	check_eq "a new TAP takes its place" "true true" \
		"$(attached vif "$vif") $([[ $(</sys/class/net/vif1.0/ifindex) != "$index" ]] && echo true)"
	ip link del dev vif1.0
	check_eq "a TAP deleted: noticed" false "$(attached vif "$vif")"
	check "... and no hindrance" xenet vm-shutdown uuid="$vm"
}

# loosened CMD...: does it to the TAP; plugging the PIF again mends that, and the guest, which
# has the TAP open, does not notice.
loosened() {
	local index
	index=$(</sys/class/net/vif2.0/ifindex)
	"$@"
	check_eq "$*: noticed" false "$(attached vif "$vif2")"
	check "$*: the PIF plugged again" xenet pif-plug uuid="$pif"
	check_eq "$*: mended" "true $index" "$(attached vif "$vif2") $(</sys/class/net/vif2.0/ifindex)"
}

guest_on_pif() {
	xenet vm-start uuid="$vm2"
	loosened ip link set dev vif2.0 nomaster
	loosened ip link set dev vif2.0 master theirs
	loosened ip link set dev vif2.0 down
	loosened ip link set dev vif2.0 mtu 1400
	loosened ip link set dev vif2.0 address 02:00:00:00:00:02
	xenet vm-shutdown uuid="$vm2"
}

# What is not found by its name does not count as there; but nothing gets stuck on it.
renamed() {
	ip link set dev xenbr1 down
	ip link set dev xenbr1 name astray
	check_eq "a bridge renamed: noticed" false "$(attached pif "$pif")"
	ip link set dev astray name xenbr1
	ip link set dev xenbr1 up
	check_eq "... and its return too" true "$(attached pif "$pif")"
	ip link set dev xenbr1 down
	ip link set dev xenbr1 name astray
	check "the PIF is unplugged all the same" xenet pif-unplug uuid="$pif"
	check_eq "... and the NIC given back" "$free" "$(ours)"
	check_fails "... and the bridge is found, and gone" ip link show dev astray
}

# gone DESCRIPTION: without its NIC the PIF's record can be cleared away.
gone() {
	check_eq "$1: noticed" false "$(attached pif "$pif")"
	check "$1: the PIF can be unplugged" xenet pif-unplug uuid="$pif"
	check_fails "$1: its bridge is gone" ip link show dev xenbr1
	check_fails "$1: it is not plugged again" xenet pif-plug uuid="$pif"
	check_eq "$1: ... and the error says why" "device: eth1" "$(sed 1d <<<"$OUTPUT")"
}

nic_gone() {
	xenet pif-plug uuid="$pif"
	ip link set dev eth1 name lan0
	check_fails "a NIC renamed: it is a foreign port now" xenet pif-forget uuid="$pif"
	check_eq "... and named" $'bridge: xenbr1\nports: lan0' "$(sed 1d <<<"$OUTPUT")"
	ip link set dev lan0 nomaster
	gone "a NIC renamed"
	ip link set dev lan0 down
	ip link set dev lan0 name eth1
	xenet vm-start uuid="$vm2"
	ip link del dev eth1
	check "a VM can be halted without its NIC" xenet vm-shutdown uuid="$vm2"
	gone "a NIC pulled out"
	check "... and it can be forgotten" xenet pif-forget uuid="$pif"
}

nic eth1 far
ip link add name theirs type bridge
fresh
two_networks
vm=$(xenet vm-create name-label=guest)
vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$inner" device=0)
vm2=$(xenet vm-create name-label=outside)
vif2=$(xenet vif-create vm-uuid="$vm2" network-uuid="$network" device=0)
free=$(ours)
nic_and_bridge
guest
guest_on_pif
renamed
nic_gone
finish
