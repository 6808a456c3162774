#!/bin/bash
# VLANs on plugged and unplugged PIFs, and what stands in their way (catalogue 35, 45, 50).
# lanes: lab
# timeout: 180
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# links: each link's name and master, but for lo and the far ends; "+" stands for up.
links() {
	ip -j link show | jq -r 'map(select(.ifname | test("^(lo|far|by-)") | not)
		| .ifname + (if .flags | index("UP") then "+" else "" end)
			+ (if .master then ">" + .master else "" end)) | sort | join(" ")'
}

vlan_of() {
	ip -j -d link show "$1" | jq -r '.[0] | "\(.link) \(.linkinfo.info_data.protocol
		) \(.linkinfo.info_data.id) \(.mtu)"'
}

on_unplugged_pif() {
	local before vlan other
	ip link set dev eth1 mtu 1600 down
	before=$(network_state --ifindex)
	vlan=$(xenet vlan-create network-uuid="$red" pif-uuid="$pif" vlan=110)
	check_eq "a VLAN brings the NIC up, but not its network" "eth1+ eth1.110+>xapi0 xapi0+" \
		"$(links)"
	check_eq "... as a device of that tag" "eth1 802.1Q 110 1500" "$(vlan_of eth1.110)"
	check_eq "... and only its own PIF is attached" "false true" \
		"$(attached pif "$pif") $(attached pif "$vlan")"
	other=$(xenet vlan-create network-uuid="$blue" pif-uuid="$pif" vlan=4094)
	check_eq "a second VLAN joins it" \
		"eth1+ eth1.110+>xapi0 eth1.4094+>xapi1 xapi0+ xapi1+" "$(links)"
	xenet vlan-destroy uuid="$vlan"
	check_eq "the first one goes alone" "eth1+ eth1.4094+>xapi1 xapi1+" "$(links)"
	check_eq "... and leaves the second attached" true "$(attached pif "$other")"
	xenet pif-plug uuid="$pif"
	check_eq "the PIF can be plugged later" \
		"eth1+>xenbr1 eth1.4094+>xapi1 xapi1+ xenbr1+" "$(links)"
	check_eq "... and both are attached" "true true" \
		"$(attached pif "$pif") $(attached pif "$other")"
	xenet pif-unplug uuid="$pif"
	check_eq "pif-unplug takes its bridge only: the VLAN needs the NIC" \
		"eth1+ eth1.4094+>xapi1 xapi1+" "$(links)"
	check_eq "... and stays attached" "false true" \
		"$(attached pif "$pif") $(attached pif "$other")"
	check_fails "pif-forget is refused" xenet pif-forget uuid="$pif"
	xenet vlan-destroy uuid="$other"
	check_eq "the last one gives the NIC back" "$before" "$(network_state --ifindex)"
}

foreign_devices() {
	local before
	ip link add link eth1 name legacy type vlan id 110
	ip link add link eth1 name eth1.111 type vlan id 7
	before=$(everything)
	refused "the tag in use under another name" $'device: eth1\nvlan: 110' \
		xenet vlan-create network-uuid="$red" pif-uuid="$pif" vlan=110
	check "... and that name" grep -q "as 'legacy'" <<<"$OUTPUT"
	refused "the name in use" $'device: eth1.111\nkind: vlan\nmaster: ' \
		xenet vlan-create network-uuid="$red" pif-uuid="$pif" vlan=111
	check_eq "no record is left" '' "$(xenet vlan-list --minimal)"
	ip link del dev legacy
	ip link del dev eth1.111
}

too_large() {
	local before vlan
	xenet network-param-set uuid="$red" MTU=9000
	ip link set dev eth1 mtu 1500
	before=$(everything)
	refused "frames larger than the NIC's" \
		$'VLAN device: eth1.110\nMTU: 9000\nallowed: at most 1500' \
		xenet vlan-create network-uuid="$red" pif-uuid="$pif" vlan=110
	ip link set dev eth1 mtu 9000
	vlan=$(xenet vlan-create network-uuid="$red" pif-uuid="$pif" vlan=110)
	check_eq "frames as large as the NIC's" "eth1 802.1Q 110 9000" "$(vlan_of eth1.110)"
	check "a plug for smaller frames leaves it these" xenet pif-plug uuid="$pif"
	check_eq "... on the NIC and on the VLAN" "9000 eth1 802.1Q 110 9000" \
		"$(</sys/class/net/eth1/mtu) $(vlan_of eth1.110)"
	check_eq "... and has smaller ones on its own bridge" "1500 9000" \
		"$(</sys/class/net/xenbr1/mtu) $(</sys/class/net/xapi0/mtu)"
	check_eq "... so both are attached" "true true" \
		"$(attached pif "$pif") $(attached pif "$vlan")"
	xenet vlan-destroy uuid="$vlan"
	xenet pif-unplug uuid="$pif"
	xenet network-param-set uuid="$red" MTU=1500
}

long_name() {
	local long=enp193s0f1np1d2 vlan device
	nic "$long" far2
	vlan=$(xenet vlan-create network-uuid="$red" pif-uuid="$(introduce "$long")" vlan=4094)
	device=$(ip -j link show type vlan |
		jq -r '.[].ifname | select(startswith("by-") | not)')
	check_eq "a name too long for the kernel is replaced, not cut off" \
		"xv${vlan:0:8}${vlan:9:4}${vlan:15:1}" "$device"
	check_eq "... on the same NIC" "$long 802.1Q 4094 1500" "$(vlan_of "$device")"
	check_eq "... and xenet finds it again" true "$(attached pif "$vlan")"
	xenet vlan-destroy uuid="$vlan"
	check_fails "vlan-destroy removes it" ip link show "$device"
	ip link del dev "$long"
}

# A VLAN device goes with its NIC; the records can be cleared away.
nic_gone() {
	local vlan
	vlan=$(xenet vlan-create network-uuid="$red" pif-uuid="$pif" vlan=110)
	xenet pif-plug uuid="$pif"
	ip link del dev eth1
	check_eq "without its NIC neither PIF is attached" "false false" \
		"$(attached pif "$pif") $(attached pif "$vlan")"
	check "... the VLAN can be destroyed" xenet vlan-destroy uuid="$vlan"
	check "... and the PIF forgotten" xenet pif-forget uuid="$pif"
	check_eq "... and nothing is left" '' "$(links)"
}

nic eth1 far
fresh
pif=$(introduce eth1)
red=$(xenet network-create name-label=red)
blue=$(xenet network-create name-label=blue)
on_unplugged_pif
foreign_devices
too_large
long_name
nic_gone
finish
