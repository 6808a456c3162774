#!/bin/bash
# The VLAN session of the README, from nothing and back to nothing.
# lanes: lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

session() {
	local up=$1 before before_refusal pif network vlan network2 vm vif
	fresh
	ip link set dev eth1 "$up"
	before=$(snapshot)

	pif=$(xenet pif-introduce host-uuid="$(xenet host-list --minimal)" device=eth1)
	xenet pif-plug uuid="$pif"
	check "eth1 ($up) is a port of xenbr1" port_of eth1 xenbr1
	check_eq "xenbr1 has the MAC of the NIC" "$(cat /sys/class/net/eth1/address)" \
		"$(cat /sys/class/net/xenbr1/address)"
	check_eq "xenbr1 has STP off and no delay" "0 0" \
		"$(ip -j -d link show xenbr1 |
			jq -r '.[0].linkinfo.info_data | "\(.stp_state) \(.forward_delay)"')"

	network=$(xenet network-create name-label=vlannet5)
	check_eq "a network without users is nothing in the kernel" xenbr1 "$(bridges)"
	vlan=$(xenet vlan-create network-uuid="$network" pif-uuid="$pif" vlan=110)
	check "eth1.110 is a VLAN device" \
		grep -q 'vlan protocol 802.1Q id 110' <(ip -d link show eth1.110)
	check "eth1.110 is a port of xapi0" port_of eth1.110 xapi0

	network2=$(xenet network-create name-label=second)
	before_refusal=$(everything)
	check_fails "a VLAN on a VLAN is refused" \
		xenet vlan-create network-uuid="$network2" pif-uuid="$vlan" vlan=111
	check_eq "... in xe's words" "PIF: $vlan" "$(tail -n 1 <<<"$OUTPUT")"
	check_eq "... and nothing has changed" "$before_refusal" "$(everything)"

	vm=$(xenet vm-create name-label=Ubuntuvm01)
	check_eq "vm-list finds the VM" "uuid ( RO)    : $vm" \
		"$(xenet vm-list params=uuid name-label=Ubuntuvm01 | head -n 1)"
	vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0)
	xenet vm-start uuid="$vm"
	check "vif1.0 is a TAP" grep -q 'tun type tap' <(ip -d link show vif1.0)
	check "vif1.0 has Xen's address" grep -q fe:ff:ff:ff:ff:ff <(ip link show vif1.0)
	check_eq "brctl agrees" "xapi0 eth1.110 vif1.0 xenbr1 eth1" \
		"$(brctl show | awk 'NR > 1 && !/(^|\t)by-/ {print $1 == "xapi0" || $1 == "xenbr1" ? $1 " " $4 : $1}' |
			xargs)"

	xenet vif-unplug uuid="$vif"
	check_fails "vif-unplug removes the TAP" ip link show vif1.0
	xenet vif-plug uuid="$vif"
	check "vif-plug makes it again" port_of vif1.0 xapi0

	xenet vm-shutdown uuid="$vm"
	xenet vif-destroy uuid="$vif"
	xenet vm-destroy uuid="$vm"
	xenet vlan-destroy uuid="$vlan"
	xenet network-destroy uuid="$network"
	xenet network-destroy uuid="$network2"
	xenet pif-unplug uuid="$pif"
	xenet pif-forget uuid="$pif"
	check_eq "all is as it was before" "$before" "$(snapshot)"
}

nic eth1 far
session down
session up
finish
