#!/bin/bash
# Addresses of the host on a bridge: given, changed, moved, taken back (catalogue 42, 47).
# lanes: namespace
# timeout: 180
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# addresses DEVICE: but for link-local ones.
addresses() {
	ip -j address show dev "$1" | jq -r '[.[0].addr_info[]
		| select(.scope != "link") | "\(.local)/\(.prefixlen)"]
		| sort | join(", ")'
}

# default_routes [-6]
default_routes() {
	ip -j "$@" route show default | jq -r '[.[] | "\(.gateway) \(.dev) \(.protocol)"]
		| sort | join(", ")'
}

given_and_changed() {
	local before
	before=$(network_state --ifindex)
	xenet pif-reconfigure-ip uuid="$pif" mode=static IP=192.0.2.10 netmask=255.255.255.0 \
		gateway=192.0.2.1 DNS=192.0.2.53
	check_eq "an unplugged PIF only notes it" "$before" "$(network_state --ifindex)"
	xenet pif-plug uuid="$pif"
	check_eq "a plug gives the bridge its address" "192.0.2.10/24" "$(addresses xenbr1)"
	check_eq "... and the default route" "192.0.2.1 xenbr1 120" "$(default_routes)"
	check "... so that the other end answers" ping -c 1 -W 5 192.0.2.1
	check_eq "... and the NIC has none" "" "$(addresses eth1)"
	ip address add 198.51.100.7/24 dev xenbr1
	ip address add 192.0.2.99/24 dev xenbr1
	xenet pif-reconfigure-ip uuid="$pif" mode=static ip=192.0.2.11 netmask=255.255.255.0
	check_eq "a change takes effect at once, another's address stays" \
		"192.0.2.11/24, 192.0.2.99/24, 198.51.100.7/24" "$(addresses xenbr1)"
	check_eq "... and what was left out is gone" "" "$(default_routes)"
	xenet pif-reconfigure-ip uuid="$pif" mode=none
	check_eq "none takes it away" "192.0.2.99/24, 198.51.100.7/24" "$(addresses xenbr1)"
	xenet pif-unplug uuid="$pif"
	check_eq "all is as before" "$before" "$(network_state --ifindex)"
}

version_6() {
	xenet pif-plug uuid="$pif"
	check "without IPv6 the bridge keeps out of it" eval '! has_link_local xenbr1'
	xenet pif-reconfigure-ipv6 uuid="$pif" mode=static IPv6=2001:DB8:0::10/64 \
		gateway=2001:db8::1
	check_eq "an IPv6 address, as the kernel spells it" "2001:db8::10/64" \
		"$(addresses xenbr1)"
	check_eq "... is kept in the same spelling" 2001:db8::10/64 \
		"$(xenet pif-param-get uuid="$pif" param-name=IPv6)"
	check_eq "... and a default route" "2001:db8::1 xenbr1 120" "$(default_routes -6)"
	check "... and a link-local address" wait_for 5 has_link_local xenbr1
	check "... so that the other end answers" wait_for 10 ping -6 -c 1 -W 1 2001:db8::1
	xenet pif-reconfigure-ip uuid="$pif" mode=static IP=192.0.2.10 netmask=255.255.255.0
	check_eq "both families go together" "192.0.2.10/24, 2001:db8::10/64" \
		"$(addresses xenbr1)"
	xenet pif-reconfigure-ipv6 uuid="$pif" mode=none
	check "... and so does the link-local one" eval '! has_link_local xenbr1'
	check_eq "each for itself" "192.0.2.10/24" "$(addresses xenbr1)"
	xenet pif-reconfigure-ip uuid="$pif" mode=none
	xenet pif-unplug uuid="$pif"
}

# One default route: of the PIF that is told, else of any.
two_gateways() {
	local other_pif
	other_pif=$(introduce eth2)
	xenet pif-reconfigure-ip uuid="$pif" mode=static IP=192.0.2.10 netmask=255.255.255.0 \
		gateway=192.0.2.1
	xenet pif-reconfigure-ip uuid="$other_pif" mode=static IP=203.0.113.10 \
		netmask=255.255.255.0 gateway=203.0.113.1
	xenet pif-plug uuid="$pif"
	check_eq "the first has the default route" "192.0.2.1 xenbr1 120" "$(default_routes)"
	xenet pif-param-set uuid="$other_pif" other-config:defaultroute=true
	xenet pif-plug uuid="$other_pif"
	check_eq "the one that is told takes it over" "203.0.113.1 xenbr2 120" "$(default_routes)"
	xenet pif-unplug uuid="$other_pif"
	check_eq "... and gives it back" "192.0.2.1 xenbr1 120" "$(default_routes)"
	xenet pif-forget uuid="$other_pif"
	xenet pif-unplug uuid="$pif"
}

static_routes() {
	local net
	net=$(xenet pif-param-get uuid="$pif" param-name=network-uuid)
	xenet network-param-set uuid="$net" \
		other-config:static-routes=10.1.0.0/16/192.0.2.7,10.2.0.0/16/192.0.2.8
	xenet pif-plug uuid="$pif"
	check_eq "static routes of the network" \
		"10.1.0.0/16 192.0.2.7 120, 10.2.0.0/16 192.0.2.8 120" \
		"$(ip -j route show | jq -r '[.[] | select(.dst | startswith("10."))
			| "\(.dst) \(.gateway) \(.protocol)"] | sort | join(", ")')"
	xenet network-param-remove uuid="$net" param-name=other-config param-key=static-routes
	xenet pif-plug uuid="$pif"
	check_eq "... go with the next plug" "" "$(ip route show | grep ^10\\. || true)"
	xenet pif-unplug uuid="$pif"
}

in_the_way() {
	local before
	ip link set dev eth2 up
	ip address add 203.0.113.9/24 dev eth2
	ip route add default via 203.0.113.1
	before=$(everything)
	refused "a default route of somebody else's" \
		$'device: xenbr1\nroute: 0.0.0.0/0>192.0.2.1' xenet pif-plug uuid="$pif"
	ip route del default
	ip address flush dev eth2
	ip link set dev eth2 down
}

repaired() {
	xenet pif-plug uuid="$pif"
	ip address del 192.0.2.10/24 dev xenbr1
	xenet pif-plug uuid="$pif"
	check_eq "what was lost comes back with a plug" \
		"192.0.2.10/24|192.0.2.1 xenbr1 120" \
		"$(addresses xenbr1)|$(default_routes)"
}

fresh
nic eth1 far1
nic eth2 far2
other_host
ip link set dev far1 netns "$far"
far ip address add 192.0.2.1/24 dev far1
far ip address add 2001:db8::1/64 dev far1 nodad
far ip link set dev far1 up
pif=$(introduce eth1)
given_and_changed
version_6
two_gateways
static_routes
in_the_way
repaired
kill "$far"
finish
