#!/bin/bash
# A NIC that the host uses is not taken from it; one that it merely has up may be (catalogue 45).
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# in_use DESCRIPTION ADDRESSES ROUTES: eth1 is not taken; flushes it.
in_use() {
	local before
	before=$(everything)
	refused "$1" $'device: eth1\naddresses: '"$2"$'\nroutes: '"$3" \
		xenet pif-plug uuid="$pif"
	ip address flush dev eth1 scope global
	ip -4 route flush proto boot table all
	ip -6 route flush proto boot table all
}

nic eth1 far
nic eth2 far2
ip link add name theirs type bridge
ip link set dev eth1 up
ip link set dev eth2 up
fresh
pif=$(introduce eth1)

ip address add 192.0.2.1/24 dev eth1
in_use "an IPv4 address" 192.0.2.1/24 ''
ip address add 192.0.2.1 peer 198.51.100.1/32 dev eth1
in_use "an address with a peer" 192.0.2.1/32 ''
ip address add 2001:db8::1/64 dev eth1 nodad
in_use "a global IPv6 address" 2001:db8::1/64 ''
ip route add 198.51.100.0/24 dev eth1
in_use "a route" '' 198.51.100.0/24
ip route add default dev eth1
ip route add 203.0.113.0/24 dev eth1 table 7
in_use "the default route, and one of another table" '' '203.0.113.0/24 0.0.0.0/0'
ip -6 route add 2001:db8:1::/48 dev eth1
in_use "an IPv6 route" '' 2001:db8:1::/48
ip route add 198.51.100.0/24 nexthop dev eth1 nexthop dev eth2
in_use "a route over two NICs" '' 198.51.100.0/24
ip address add 192.0.2.1/24 dev eth1
ip address add 2001:db8::1/64 dev eth1 nodad
ip route add 198.51.100.0/24 via 192.0.2.9
in_use "all at once" '192.0.2.1/24 2001:db8::1/64' 198.51.100.0/24

ip link set dev eth1 master theirs
before=$(everything)
refused "a port of somebody's bridge" $'device: eth1\nmaster: theirs' \
	xenet pif-plug uuid="$pif"
vm=$(xenet vm-create name-label=guest)
xenet vif-create vm-uuid="$vm" device=0 network-uuid="$(xenet pif-param-get uuid="$pif" \
	param-name=network-uuid)" >/dev/null
before=$(everything)
refused "... nor is it taken for a VM" $'device: eth1\nmaster: theirs' \
	xenet vm-start uuid="$vm"
ip link set dev eth1 nomaster

ip link set dev eth1 addrgenmode eui64 down
ip link set dev eth1 up
wait_for 5 has_link_local eth1
check "a link-local address is no use of a NIC" xenet pif-plug uuid="$pif"
ip address add 192.0.2.1/24 dev xenbr1
check "an address on our bridge does not hinder" xenet pif-plug uuid="$pif"
check "... nor is it lost" grep -q 192.0.2.1/24 <(ip address show dev xenbr1)
finish
