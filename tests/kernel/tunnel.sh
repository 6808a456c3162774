#!/bin/bash
# Tunnels: dormant without a peer, and what travels in them.
# lanes: namespace lab
# timeout: 180
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# endpoints DEVICE, by ip-link's names.
endpoints() {
	ip -j -d link show "$1" | jq -r '.[0].linkinfo | "\(.info_kind) \(.info_data.local
		) \(.info_data.remote) \(.info_data.id // .info_data.ikey // "-"
		) \(.info_data.port // "-")"'
}

# A guest's network on both hosts: the bridge here, the tunnel itself there.
# through KIND PROTOCOL KEY FAR_ARGUMENT...
through() {
	local protocol=$1 key=$2 seen=$3 pif tunnel before
	shift 3
	before=$(network_state --ifindex)
	pif=$(xenet tunnel-create network-uuid="$net" pif-uuid="$transport" protocol="$protocol")
	tunnel=$(xenet tunnel-list --minimal access-PIF="$pif")
	check_eq "$protocol: a new tunnel waits for its peer" "active: false" \
		"$(xenet tunnel-param-get uuid="$tunnel" param-name=status)"
	check "$protocol: ... its network's bridge is there" ip link show xapi0
	check_fails "$protocol: ... but no device" ip link show tunnel0
	check_eq "$protocol: ... its transport has come up" true "$(attached pif "$transport")"
	xenet tunnel-param-set uuid="$tunnel" other-config:remote=192.0.2.1 \
		other-config:key="$key"
	check_fails "$protocol: the peer counts at the next plug" ip link show tunnel0
	xenet pif-plug uuid="$pif"
	check_eq "$protocol: then there is the device" "$seen" "$(endpoints tunnel0)"
	check "$protocol: ... on the bridge" port_of tunnel0 xapi0
	check_eq "$protocol: ... and the tunnel is active" "active: true true" \
		"$(xenet tunnel-param-get uuid="$tunnel" param-name=status) $(attached pif "$pif")"
	far ip link add name peer type "$@"
	far ip address add 198.51.100.1/24 dev peer
	far ip link set dev peer up
	ip address add 198.51.100.2/24 dev xapi0
	check "$protocol: frames pass" wait_for 10 ping -c 1 -W 1 198.51.100.1
	far ip link del dev peer
	xenet pif-reconfigure-ip uuid="$transport" mode=static IP=192.0.2.12 \
		netmask=255.255.255.0
	check_eq "$protocol: the tunnel follows its transport's address" \
		"${seen/192.0.2.10/192.0.2.12}" "$(endpoints tunnel0)"
	check_fails "$protocol: the transport cannot lose it" \
		xenet pif-reconfigure-ip uuid="$transport" mode=none
	xenet tunnel-destroy uuid="$tunnel"
	check_fails "$protocol: destroyed, the device is gone" ip link show tunnel0
	xenet pif-unplug uuid="$transport"
	xenet pif-reconfigure-ip uuid="$transport" mode=static IP=192.0.2.10 \
		netmask=255.255.255.0
	check_eq "$protocol: all is as before" "$before" "$(network_state --ifindex)"
}

with_its_transport() {
	local pif
	pif=$(xenet tunnel-create network-uuid="$net" pif-uuid="$transport" protocol=vxlan)
	xenet pif-unplug uuid="$transport"
	check_eq "a tunnel goes down with its transport" "false false" \
		"$(attached pif "$transport") $(attached pif "$pif")"
	xenet pif-plug uuid="$pif"
	check_eq "... and brings it up again" "true true" \
		"$(attached pif "$transport") $(attached pif "$pif")"
	check_fails "its PIF is forgotten with the tunnel only" xenet pif-forget uuid="$pif"
	xenet tunnel-destroy uuid="$(xenet tunnel-list --minimal)"
	xenet pif-unplug uuid="$transport"
}

fresh
nic eth1 far1
other_host
ip link set dev far1 netns "$far"
far ip address add 192.0.2.1/24 dev far1
far ip link set dev far1 up
transport=$(introduce eth1)
net=$(xenet network-create name-label=far)
check_fails "a transport needs an address" xenet tunnel-create network-uuid="$net" \
	pif-uuid="$transport"
check_eq "... and nothing is left of the try" "" "$(xenet tunnel-list)"
xenet pif-reconfigure-ip uuid="$transport" mode=static IP=192.0.2.10 netmask=255.255.255.0
through vxlan 7 "vxlan 192.0.2.10 192.0.2.1 7 4789" \
	vxlan id 7 dstport 4789 local 192.0.2.1 remote 192.0.2.10
with_its_transport
if [[ $XENET_LANE == lab ]]; then
	through gre 9 "gretap 192.0.2.10 192.0.2.1 0.0.0.9 -" \
		gretap key 9 local 192.0.2.1 remote 192.0.2.10
fi
kill "$far"
finish
