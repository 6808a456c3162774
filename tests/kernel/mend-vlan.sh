#!/bin/bash
# host-check and host-recover where there are VLANs and bonds (catalogue 47, 50, 59, 60).
# lanes: lab
# timeout: 300
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# findings: what host-check finds, a line each, without the uuids.
findings() {
	xenet host-check --json | jq -r '.[] |
		"\(.object): \(.attribute) \(.wanted) \(.found)" |
		gsub("[0-9a-f-]{36}[: ]?"; "")' | LC_ALL=C sort
}

# A round of the whole state would take seconds here.
links() {
	ip -j -d link show | jq -r '.[] | [.ifname, .mtu, .master // "-", .address,
		(.flags | any(. == "UP")), .linkinfo.info_kind, .linkinfo.info_data.id // "-",
		.linkinfo.info_data.mode // "-"] | join(" ")' | sort
}

# differs FINDINGS CMD...: CMD does it; host-check finds it, host-recover mends it.
differs() {
	local expected=$1 before
	shift
	before=$(links)
	"$@"
	check_eq "$*: found" "$expected" "$(findings)"
	check "$*: mended" xenet host-recover
	check_eq "$*: as before" "$before" "$(links)"
	check "$*: and found so" xenet host-check
}

# A parent that lowers its MTU lowers its VLANs', and does not raise them again.
lower_and_raise() {
	ip link set dev eth1 mtu 1400
	ip link set dev eth1 mtu 1500
}

vlan_as() {
	ip link del dev eth1.110
	ip link add link eth1 name "$1" type vlan id "$2"
}

vlans() {
	differs "pif eth1.110: mtu 1500 1400" lower_and_raise
	differs $'pif eth1.110: mtu 1500 1400\npif eth1: mtu 1500 1400' \
		ip link set dev eth1 mtu 1400
	differs "pif eth1.110: master xapi0 " ip link set dev eth1.110 nomaster
	differs "pif eth1.110: name eth1.110 astray" \
		rename eth1.110 astray
	differs "pif eth1.110: link vlan none" ip link del dev eth1.110
	differs $'pif eth1.110: up yes no\npif eth1: up yes no' \
		ip link set dev eth1 down
}

# A stranger's VLAN has the tag, or the name.
taken() {
	vlan_as legacy 110
	check_eq "the tag taken: exit status 2" 2 \
		"$(xenet host-recover >"$FRESH_DIR/left" || echo $?)"
	check "... the reason names who has it" grep -q legacy "$FRESH_DIR/left"
	check_eq "... who is left as he was" "legacy 110" "$(ip -j -d link show dev legacy |
		jq -r '.[0] | "\(.ifname) \(.linkinfo.info_data.id)"')"
	check_fails "... pif-plug is refused" xenet pif-plug uuid="$vlan"
	check "... naming him as well" grep -q legacy <<<"$OUTPUT"
	check "... and hinders nobody else" xenet network-create name-label=other
	ip link del dev legacy
	check "... then it is mended" xenet host-recover
	check "... whole" xenet host-check
}

# The NIC is pulled out, and put in again.
lost() {
	local port
	port=$(</sys/class/net/vif1.0/ifindex)
	ip link del dev eth1
	check_eq "a NIC lost: found, with its VLAN" $'pif eth1.110: link vlan none\npif eth1: link nic none' \
		"$(findings)"
	check_eq "... exit status 2" 2 "$(xenet host-recover >/dev/null || echo $?)"
	check_eq "... the VLAN says why" "eth1.110: missing" \
		"$(xenet pif-param-get uuid="$vlan" param-name=degraded)"
	check_eq "... the TAP stays where it was" "$port xapi0" "$(</sys/class/net/vif1.0/ifindex) $(
		ip -j link show dev vif1.0 | jq -r '.[0].master')"
	nic eth1 far
	ip link set dev eth1 address "$address"
	check "... back again: mended" xenet host-recover
	check "... whole" xenet host-check
}

bonds() {
	local network bond
	network=$(xenet network-create name-label=bonded)
	bond=$(xenet bond-create network-uuid="$network" mode=active-backup \
		pif-uuids="$(introduce eth2),$(introduce eth3)")
	xenet pif-plug uuid="$(xenet bond-param-get uuid="$bond" param-name=master)"
	check "a bond: all is as it should be" xenet host-check
	differs $'pif eth2: master bond0 \npif eth2: up yes no' ip link set dev eth2 nomaster
	differs "pif bond0: name bond0 astray" rename bond0 astray
	ip link del dev bond0
	check "a bond deleted: mended" xenet host-recover
	check "... whole" xenet host-check
}

# Before Linux 6.2 a link that is up keeps its name, whoever wants to change it.
rename() {
	ip link set dev "$1" down
	ip link set dev "$1" name "$2"
	ip link set dev "$2" up
}

nic eth1 far
address=$(</sys/class/net/eth1/address)
nic eth2 far2
nic eth3 far3
fresh
pif=$(introduce eth1)
red=$(xenet network-create name-label=red)
vlan=$(xenet vlan-create network-uuid="$red" pif-uuid="$pif" vlan=110)
vm=$(xenet vm-create name-label=guest)
xenet vif-create vm-uuid="$vm" network-uuid="$red" device=0 >/dev/null
xenet vm-start uuid="$vm"
check "all is as it should be" xenet host-check
vlans
taken
lost
bonds
finish
