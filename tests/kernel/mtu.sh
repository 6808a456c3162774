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

# Below 1280 bytes there is no IPv6, above there is.
ipv6() {
	local pif base
	nic eth1 far
	pif=$(introduce eth1)
	base=$(xenet pif-param-get uuid="$pif" param-name=network-uuid)
	xenet pif-reconfigure-ipv6 uuid="$pif" mode=static IPv6=2001:db8::10/64
	for mtu in 1279 1280 1279; do
		xenet network-param-set uuid="$base" MTU="$mtu"
		check "MTU $mtu: a PIF with an IPv6 address is plugged" xenet pif-plug uuid="$pif"
		check_eq "... which it has from 1280 on" "$mtu $( ((mtu < 1280)) || echo 2001:db8::10/64)" \
			"$(</sys/class/net/xenbr1/mtu) $(ip -j -6 address show dev xenbr1 scope global |
				jq -r '.[].addr_info[]? | select(.local) | "\(.local)/\(.prefixlen)"')"
		check_eq "... and nothing differs" "true " "$(attached pif "$pif") $(xenet host-check)"
	done
	xenet pif-unplug uuid="$pif"
	xenet pif-forget uuid="$pif"
	ip link del dev eth1
}

fresh
ipv6
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
