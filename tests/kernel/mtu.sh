#!/bin/bash
# MTUs at the limits of devices: what the kernel takes is there, what it refuses leaves
# nothing (catalogue 40).
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

mtus() {
	ip -j link show | jq -r '.[] | select(.ifname | test("^(xapi|vif)")) |
		"\(.ifname | sub("[0-9]+$"; "")) \(.mtu)"' | sort | xargs
}

# What a TAP takes at most, as the kernel says.
limit_of_tap() {
	ip tuntap add dev probe mode tap
	ip -j -d link show dev probe | jq '.[0].max_mtu'
	ip tuntap del dev probe mode tap
}

start_with() {
	xenet network-param-set uuid="$network" MTU="$1"
	xenet vm-start vm=guest
}

fresh
network=$(xenet network-create name-label=lan)
vm=$(xenet vm-create name-label=guest)
xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0 >/dev/null
limit=$(limit_of_tap)
for mtu in 68 1279 1280 1500 9000 "$limit"; do
	check "MTU $mtu: the VM starts" start_with "$mtu"
	check_eq "... and bridge and TAP have it" "vif1. $mtu xapi0 $mtu" \
		"$(mtus | sed "s/vif[0-9]*\./vif1./; s/xapi /xapi0 /")"
	xenet vm-shutdown vm=guest
done
check_eq "a TAP takes less than a network may have" 1 "$((limit < 65535))"
xenet network-param-set uuid="$network" MTU=65535
before=$(everything)
check_fails "MTU 65535: a TAP cannot have it" xenet vm-start vm=guest
check_eq "... the kernel's reason is told" 1 "$(grep -c '^reason: .' <<<"$OUTPUT")"
check_eq "... and nothing has changed" "$before" "$(everything)"
finish
