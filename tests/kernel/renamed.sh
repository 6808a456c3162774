#!/bin/bash
# What somebody has called anew, or taken to a bridge of his own, when it is to go.
# lanes: namespace lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# rename DEVICE NAME
rename() {
	ip link set dev "$1" down
	ip link set dev "$1" name "$2"
}

names() {
	ip -j link show | jq -r '.[].ifname' | sort | xargs
}

renamed_tap() {
	xenet vm-start uuid="$vm"
	rename "$(xenet vif-param-get uuid="$vif" param-name=device-name)" stranger
	check_eq "a TAP with another name: the plan knows it" yes \
		"$(xenet "$@" --dry-run | grep -q '^del vif' && echo yes)"
	check "... and $1" xenet "$@"
	check_eq "... takes it away" "$bare" "$(names)"
	check_eq "... so that nothing differs" '' "$(xenet host-check)"
}

renamed_bridge() {
	xenet pif-plug uuid="$pif"
	rename xenbr1 stranger
	check "a bridge with another name: pif-unplug" xenet pif-unplug uuid="$pif"
	check_eq "... takes it away" "$bare" "$(names)"
	check_eq "... and the NIC is as it was" "null DOWN" \
		"$(ip -j link show dev eth1 | jq -r '.[0] | "\(.master) \(.operstate)"')"
	check_eq "... so that nothing differs" '' "$(xenet host-check)"
}

# On a bridge of somebody else's the NIC stays, and works.
elsewhere() {
	xenet pif-plug uuid="$pif"
	ip link delete dev xenbr1
	ip link add name theirs up type bridge
	ip link set dev eth1 master theirs
	check "a NIC on a bridge of others': pif-unplug" xenet pif-unplug uuid="$pif"
	check_eq "... leaves it there, and up" "theirs UP" \
		"$(ip -j link show dev eth1 | jq -r '.[0] | "\(.master) \(.operstate)"')"
	check_eq "... and nothing differs" '' "$(xenet host-check)"
	ip link delete dev theirs
	ip link set dev eth1 down
}

guest_on_nic
bare=$(names)
renamed_bridge
elsewhere
xenet pif-plug uuid="$pif"
bare=$(names)
renamed_tap vm-shutdown uuid="$vm"
xenet pif-unplug uuid="$pif"
finish
