#!/bin/bash
# Devices of somebody that stand on VLANs, bonds, tunnels and TAPs of ours: the kernel would
# delete them with it, so that one stays (catalogue 48).
# lanes: lab
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# kept DESCRIPTION DEVICE CMD...: with somebody's VLAN on the device, CMD is refused; and it
# succeeds without that.
kept() {
	ip link add link "$2" name theirs type vlan id 99
	before=$(everything)
	refused "$1" "device: $2"$'\nuppers: theirs' "${@:3}"
	ip link del dev theirs
	check "$1: without that it goes" "${@:3}"
	check_fails "$1: ... really" ip link show dev "$2"
}

on_vlan_of_bond() {
	local bond vlan
	bond=$(xenet bond-create network-uuid="$net" pif-uuids="$pif1,$pif2")
	vlan=$(xenet vlan-create pif-uuid="$(xenet bond-param-get uuid="$bond" param-name=master)" \
		network-uuid="$red" vlan=7)
	kept "one on a VLAN" bond0.7 xenet vlan-destroy uuid="$vlan"
	kept "one on a bond" bond0 xenet bond-destroy uuid="$bond"
}

on_tunnel() {
	local pif
	xenet pif-reconfigure-ip uuid="$pif1" mode=static IP=192.0.2.2 netmask=255.255.255.0
	pif=$(xenet tunnel-create network-uuid="$red" pif-uuid="$pif1" protocol=vxlan)
	xenet tunnel-param-set uuid="$(xenet tunnel-list --minimal)" \
		other-config:remote=192.0.2.9 other-config:key=7
	xenet pif-plug uuid="$pif"
	ip link add link tunnel0 name theirs type vlan id 99
	before=$(everything)
	refused "a tunnel from another address is another device" \
		$'device: tunnel0\nuppers: theirs' \
		xenet pif-reconfigure-ip uuid="$pif1" mode=static IP=192.0.2.3 netmask=255.255.255.0
	ip link del dev theirs
	kept "one on a tunnel" tunnel0 xenet tunnel-destroy uuid="$(xenet tunnel-list --minimal)"
	xenet pif-unplug uuid="$pif1"
}

on_tap() {
	local vm vif
	vm=$(xenet vm-create name-label=guest)
	vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$net" device=0)
	xenet vm-start uuid="$vm"
	kept "one on a TAP" "$(ip -j link show | jq -r '.[].ifname | select(startswith("vif"))')" \
		xenet vif-unplug uuid="$vif"
	xenet vm-shutdown uuid="$vm"
}

for i in 1 2; do
	nic "eth$i" "far$i"
done
fresh
pif1=$(introduce eth1)
pif2=$(introduce eth2)
net=$(xenet network-create name-label=bonded)
red=$(xenet network-create name-label=red)
on_vlan_of_bond
on_tunnel
on_tap
finish
