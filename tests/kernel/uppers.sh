#!/bin/bash
# Devices of somebody that stand on ours: the kernel would delete them with it, so that one
# stays (catalogue 48, 52).
# lanes: namespace
# timeout: 180
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# kept DESCRIPTION DEVICE UPPERS CMD...: CMD is refused, for what stands on the device.
kept() {
	before=$(everything)
	refused "$1" "device: $2"$'\n'"uppers: $3" "${@:4}"
}

# With those of another kind, and all of them named.
on_bridge() {
	local kind
	xenet pif-plug uuid="$pif"
	for kind in macvlan macvtap; do
		ip link add link xenbr1 name theirs type "$kind"
		kept "a $kind on the bridge" xenbr1 theirs xenet pif-unplug uuid="$pif"
		ip link del dev theirs
	done
	ip link add name their-vxlan type vxlan id 7 dev xenbr1 dstport 4789
	ip link add link xenbr1 name theirs type macvlan
	kept "several" xenbr1 "their-vxlan theirs" xenet pif-forget uuid="$pif"
	check_eq "the code says so" DEVICE_HAS_UPPERS \
		"$(xenet pif-unplug uuid="$pif" --json 2>&1 | jq -r .code)"
	check_fails "a plan is refused as well" xenet pif-unplug uuid="$pif" --dry-run
	ip link del dev their-vxlan
	ip link set dev theirs name renamed
	kept "one under another name" xenbr1 renamed xenet pif-unplug uuid="$pif"
	ip link add name other type bridge
	ip link set dev renamed master other
	kept "one that is a port elsewhere" xenbr1 renamed xenet pif-unplug uuid="$pif"
	ip link del dev renamed
	ip link del dev other
	check "without them the bridge goes" xenet pif-unplug uuid="$pif"
	check_eq "... and all is as it was" "$free" "$(network_state)"
}

# A bridge that is nobody's by now, but was not asked to go, stays for them.
on_inner_bridge() {
	local bridge
	bridge=$(xenet network-param-get uuid="$inner" param-name=bridge)
	xenet vm-start uuid="$vm"
	ip link add link "$bridge" name theirs type macvlan
	before=$(ip -o link show dev theirs)
	check "a VM is halted" xenet vm-shutdown uuid="$vm"
	check_fails "... its TAP is gone" ip link show dev vif1.0
	check_eq "... what stands on the bridge is not" "$before" "$(ip -o link show dev theirs)"
	check "... which serves again" xenet vm-start uuid="$vm"
	ip link del dev theirs
	xenet vm-shutdown uuid="$vm"
	check_fails "... and goes without it" ip link show dev "$bridge"
}

on_tap() {
	local tap
	xenet vm-start uuid="$vm"
	tap=$(ip -j link show type tun | jq -r '.[] | select(.ifname | startswith("vif")).ifname')
	ip link add name theirs type vxlan id 8 dev "$tap" dstport 4790
	kept "one on a TAP" "$tap" theirs xenet vif-unplug uuid="$vif"
	kept "... also when the VM ends" "$tap" theirs xenet vm-shutdown uuid="$vm"
	ip link del dev theirs
	check "... and without it" xenet vm-shutdown uuid="$vm"
}

# What is mended leaves them alone too; what could not be done is told.
orphans() {
	ip link add name xenbr9 type bridge
	ip link set dev xenbr9 group "$(ip -j -d link show dev xenbr1 | jq -r '.[0].group')"
	ip link set dev xenbr9 alias "xenet:$(xenet host-list --minimal):$network"
	ip link add link xenbr9 name theirs type macvlan
	before=$(network_state --ifindex)
	check_fails "an orphan that somebody's device stands on is told" \
		xenet host-recover --orphans
	check_eq "... and left" "$before" "$(network_state --ifindex)"
	ip link del dev theirs
	check "... without it, it goes" xenet host-recover --orphans
	check_fails "... really" ip link show dev xenbr9
}

# A killed command's bridge, on which somebody has put a device before it could go.
killed() {
	local n=0
	until grep -q 'alias xenet:' <<<"$(ip link show dev xenbr1 2>&1)"; do
		n=$((n + 1))
		traced -qq -o /dev/null -e trace=sendmsg -e inject=sendmsg:signal=KILL:when="$n" \
			xenet pif-plug uuid="$pif" >/dev/null 2>&1 || true
	done
	ip link add link xenbr1 name theirs type macvlan
	before=$(ip -o link show dev theirs)
	check "a killed command is settled" xenet host-recover
	check_eq "... and what stands on its bridge stays" "$before" "$(ip -o link show dev theirs)"
	ip link del dev theirs
	check "... which is an orphan" xenet host-recover --orphans
	check_eq "... that goes" "$free" "$(network_state)"
}

nic eth1 far
fresh
pif=$(introduce eth1)
network=$(xenet pif-param-get uuid="$pif" param-name=network-uuid)
inner=$(xenet network-create name-label=inner)
vm=$(xenet vm-create name-label=guest)
vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$inner" device=0)
free=$(network_state)
on_bridge
on_inner_bridge
on_tap
xenet pif-plug uuid="$pif"
orphans
xenet pif-unplug uuid="$pif"
killed
finish
