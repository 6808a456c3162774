#!/bin/bash
# host-check tells what differs, host-recover brings it back: and just that (case 47).
# lanes: namespace lab
# timeout: 300
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# A bridge that loses its last port loses more than that, but that is not ours.
ours() {
	network_state --ifindex | grep -v ' theirs '
}

# findings: what host-check finds, a line each, without the uuids.
findings() {
	xenet host-check --json | jq -r '.[] |
		"\(.object): \(.attribute) \(.wanted) \(.found)" |
		gsub("[0-9a-f-]{36}[: ]?"; "")'
}

# differs FINDINGS CMD...: CMD does it; host-check finds it, host-recover mends it.
differs() {
	local expected=$1 before
	shift
	before=$(ours)
	"$@"
	check_eq "$*: found" "$expected" "$(findings)"
	check_eq "$*: exit status 3" 3 "$(xenet host-check >/dev/null || echo $?)"
	check "$*: mended" xenet host-recover
	check_eq "$*: nothing is left to be told" "" "$OUTPUT"
	check_eq "$*: as before" "$before" "$(ours)"
	check "$*: and found so" xenet host-check
	check_eq "$*: without a word" "" "$OUTPUT"
}

nic eth1 far
ip link add name theirs type bridge
fresh
pif=$(introduce eth1)
network=$(xenet pif-param-get uuid="$pif" param-name=network-uuid)
vm=$(xenet vm-create name-label=guest)
xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0 >/dev/null
xenet vm-start uuid="$vm"
differs "pif eth1: master xenbr1 " ip link set dev eth1 nomaster
differs "pif eth1: mtu 1500 1400" ip link set dev eth1 mtu 1400
differs "vif vif1.0: mtu 1500 1400" ip link set dev vif1.0 mtu 1400
differs "vif vif1.0: master xenbr1 theirs" ip link set dev vif1.0 master theirs
differs "network xenbr1: up yes no" ip link set dev xenbr1 down
differs $'network xenbr1: stp no yes\nnetwork xenbr1: delay 0 2' \
	ip link set dev xenbr1 type bridge stp_state 1
differs "network xenbr1: name xenbr1 astray" ip link set dev xenbr1 name astray
differs "network xenbr1: mark xenet:" ip link set dev xenbr1 alias ""
finish
