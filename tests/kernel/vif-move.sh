#!/bin/bash
# A VIF that moves between networks, attached or not, keeps its device.
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

where() {
	ip -j link show dev vif1.0 | jq -r '.[0] | "\(.ifindex) \(.master)"'
}

fresh
a=$(xenet network-create name-label=a)
b=$(xenet network-create name-label=b)
vm=$(xenet vm-create name-label=guest)
vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$a" device=0)
xenet vif-move uuid="$vif" network-uuid="$b"
check_eq "a detached VIF moves on paper only" "$b " \
	"$(xenet vif-param-get uuid="$vif" param-name=network-uuid) $(bridges)"
xenet vm-start uuid="$vm"
read -r index master <<<"$(where)"
check_eq "it starts on its new network" xapi1 "$master"
xenet vif-move uuid="$vif" network-uuid="$a"
check_eq "an attached one changes bridges, with the same device" "$index xapi0" "$(where)"
check_eq "... and the bridge that nobody needs is gone" xapi0 "$(bridges)"
check "to the same network" xenet vif-move uuid="$vif" network-uuid="$a"
check_eq "... nothing happens" "$index xapi0" "$(where)"
ip link add name xapi1 type bridge
check_fails "to a network whose bridge is somebody else's" \
	xenet vif-move uuid="$vif" network-uuid="$b"
check_eq "... it stays where it was" "$index xapi0 $a" \
	"$(where) $(xenet vif-param-get uuid="$vif" param-name=network-uuid)"
finish
