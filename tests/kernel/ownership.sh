#!/bin/bash
# Devices that xenet did not make are never changed, whatever their names or kinds (catalogue 45, 46, 48,
# 49).
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# A device of somebody else's, perhaps a port of theirs.
make_foreign() {
	local kind=$1 name=$2
	case $kind in
	bridge) ip link add name "$name" type bridge ;;
	veth) ip link add name "$name" type veth peer name peer ;;
	tap) ip tuntap add dev "$name" mode tap ;;
	esac
}

in_the_way() {
	local kind=$1 name=$2
	shift 2
	make_foreign "$kind" "$name"
	before=$(everything)
	refused "$kind $name" $'device: '"$name"$'\nkind: '"$kind"$'\nmaster: ' "$@"
	if [[ $kind != bridge ]]; then
		ip link set dev "$name" master theirs
		before=$(everything)
		refused "port $kind $name" \
			$'device: '"$name"$'\nkind: '"$kind"$'\nmaster: theirs' "$@"
	fi
	ip link del dev "$name"
}

names() {
	local kind
	for kind in bridge veth tap; do
		in_the_way "$kind" xenbr1 xenet pif-plug uuid="$pif"
		in_the_way "$kind" xapi0 xenet vm-start uuid="$vm"
		in_the_way "$kind" vif1.0 xenet vm-start uuid="$vm"
	done
}

other_names() {
	make_foreign veth stranger
	ip link property add dev stranger altname xenbr1
	before=$(everything)
	refused "another name of a device" \
		$'device: xenbr1\nkind: stranger, with this as another name\nmaster: ' \
		xenet pif-plug uuid="$pif"
	ip link property del dev stranger altname xenbr1
	ip link property add dev stranger altname vif1.0
	before=$(everything)
	refused "another name of a device, for a TAP" \
		$'device: vif1.0\nkind: stranger, with this as another name\nmaster: ' \
		xenet vm-start uuid="$vm"
	ip link del dev stranger
}

forged_mark() {
	make_foreign veth xenbr1
	ip link set dev xenbr1 alias "xenet:$(xenet host-list --minimal):$(xenet pif-param-get \
		uuid="$pif" param-name=network-uuid)"
	before=$(everything)
	refused "a forged mark on a device of another kind" \
		$'device: xenbr1\nkind: veth\nmaster: ' xenet pif-plug uuid="$pif"
	! ip link show dev xenbr1 >/dev/null 2>&1 || ip link del dev xenbr1
}

foreign_ports() {
	local pristine
	pristine=$(network_state)
	xenet pif-plug uuid="$pif"
	xenet vm-start uuid="$vm"
	make_foreign veth port1
	make_foreign tap port2
	ip link set dev port1 master xenbr1
	ip link set dev port2 master xenbr1
	before=$(everything)
	refused "foreign ports on the NIC's bridge" $'bridge: xenbr1\nports: port1 port2' \
		xenet pif-unplug uuid="$pif"
	refused "... to pif-forget" $'bridge: xenbr1\nports: port1 port2' \
		xenet pif-forget uuid="$pif"
	ip link set dev port1 master xapi0
	check "a foreign port on a VM's bridge does not keep the VM" xenet vm-shutdown uuid="$vm"
	check_fails "... whose device goes" ip link show dev vif1.0
	check "... but the bridge, with its port" \
		grep -q 'master xapi0' <(ip link show dev port1)
	ip link del dev port1
	ip link del dev port2
	xenet vm-start uuid="$vm"
	check "without them all goes: the VM" xenet vm-shutdown uuid="$vm"
	check "... and the PIF" xenet pif-unplug uuid="$pif"
	check_eq "... and nothing is left" "$pristine" "$(network_state)"
}

nic eth1 far
ip link add name theirs type bridge
fresh
pif=$(introduce eth1)
network=$(xenet network-create name-label=inner)
vm=$(xenet vm-create name-label=guest)
xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0 >/dev/null
names
other_names
foreign_ports
forged_mark
finish
