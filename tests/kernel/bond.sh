#!/bin/bash
# Bonds: made of NICs, given addresses and VLANs, changed, dissolved (catalogue 4, 61).
# lanes: lab
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# options BOND: those that a mode decides on, by their names in ip-link.
options() {
	ip -j -d link show "$1" | jq -r '.[0].linkinfo.info_data | "\(.mode) \(.miimon
		) \(.updelay) \(.downdelay) \(if .mode == "active-backup" then "-" else .xmit_hash_policy end
		) \(if .mode == "802.3ad" then .ad_lacp_rate else "-" end)"'
}

# members BOND: NAME, with "+" when it is up, and its MTU.
members() {
	ip -j link show master "$1" | jq -r 'map(.ifname
		+ (if .flags | index("UP") then "+" else "" end) + " \(.mtu)") | join(" ")'
}

made_and_dissolved() {
	local before bond master
	before=$(network_state --ifindex)
	bond=$(xenet bond-create network-uuid="$net" pif-uuids="$pif1,$pif2" mode=active-backup)
	check_eq "active-backup, as XenServer sets it" "active-backup 100 31000 200 - -" \
		"$(options bond0)"
	check_eq "... with both NICs, up" "eth1+ 1500 eth2+ 1500" "$(members bond0)"
	check "... on its network's bridge" port_of bond0 xapi0
	check_eq "... with the address of the first" "$(own_address eth1)" \
		"$(ip -j link show bond0 | jq -r '.[0].address')"
	master=$(xenet bond-param-get uuid="$bond" param-name=master)
	check_eq "... whose PIF is attached, the members' are not" "true false false" \
		"$(attached pif "$master") $(attached pif "$pif1") $(attached pif "$pif2")"
	check "... and both links are up" wait_for 5 both_up "$bond"
	check_eq "a dry run of the next step touches nothing" "active-backup" \
		"$(xenet bond-set-mode uuid="$bond" mode=lacp --dry-run >/dev/null
			ip -j -d link show bond0 | jq -r '.[0].linkinfo.info_data.mode')"
	xenet bond-set-mode uuid="$bond" mode=lacp
	check_eq "lacp" "802.3ad 100 31000 200 layer3+4 slow" "$(options bond0)"
	check_eq "... keeps its members" "eth1+ 1500 eth2+ 1500" "$(members bond0)"
	check "... and its place" port_of bond0 xapi0
	xenet bond-param-set uuid="$bond" properties:lacp-time=fast \
		properties:hashing_algorithm=src_mac
	check_eq "its properties take effect at once" \
		"802.3ad 100 31000 200 vlan+srcmac fast" "$(options bond0)"
	xenet bond-set-mode uuid="$bond" mode=balance-slb
	check_eq "balance-slb is the kernel's balance-xor" \
		"balance-xor 100 31000 200 vlan+srcmac -" "$(options bond0)"
	xenet pif-unplug uuid="$master"
	check_eq "unplugged, all is as before" "$before" "$(network_state --ifindex)"
	xenet pif-plug uuid="$master"
	check_eq "plugged again" "eth1+ 1500 eth2+ 1500" "$(members bond0)"
	xenet bond-destroy uuid="$bond"
	check_eq "dissolved, each NIC is plugged by itself" "xenbr1 xenbr2" \
		"$(ip -j link show | jq -r 'map(select(.ifname | test("^eth[12]$")) | .master)
			| join(" ")')"
	check_fails "... and the bond is gone" ip link show bond0
	xenet pif-unplug uuid="$pif1"
	xenet pif-unplug uuid="$pif2"
	check_eq "... and all is as before" "$before" "$(network_state --ifindex)"
}

# own_address NIC: also while a bond gives it another one.
own_address() {
	ip -j -d link show "$1" | jq -r '.[0].permaddr // .[0].address'
}

both_up() {
	[[ $(xenet bond-param-get uuid="$1" param-name=links-up) == 2 ]]
}

# A NIC that is plugged and has an address hands both over, and gets them back.
with_address() {
	local before bond master
	before=$(network_state --ifindex)
	xenet pif-reconfigure-ip uuid="$pif1" mode=static IP=192.0.2.10 netmask=255.255.255.0
	xenet pif-plug uuid="$pif1"
	bond=$(xenet bond-create network-uuid="$net" pif-uuids="$pif2,$pif1" mode=active-backup)
	master=$(xenet bond-list uuid="$bond" params=master --minimal)
	check_eq "the bond's bridge has the address" 192.0.2.10/24 \
		"$(ip -j -4 address show xapi0 | jq -r '.[0].addr_info[0]
			| "\(.local)/\(.prefixlen)"')"
	check_eq "... as its PIF says" "Static 192.0.2.10" \
		"$(xenet pif-list uuid="$master" params=IP-configuration-mode,IP |
			awk '{print $NF}' | xargs)"
	check_fails "... and the old bridge is gone" ip link show xenbr1
	check "the other end answers" ping -c 1 -W 5 192.0.2.1
	ip link set eth1 down
	check "... when a member fails, too" wait_for 20 ping -c 1 -W 1 192.0.2.1
	xenet bond-destroy uuid="$bond"
	check_eq "the first NIC has it again" "192.0.2.10/24 xenbr1" \
		"$(ip -j -4 address show to 192.0.2.10 | jq -r '.[0]
			| "\(.addr_info[0].local)/\(.addr_info[0].prefixlen) \(.ifname)"')"
	xenet pif-unplug uuid="$pif1"
	xenet pif-unplug uuid="$pif2"
	xenet pif-reconfigure-ip uuid="$pif1" mode=none
	check_eq "... and all is as before" "$before" "$(network_state --ifindex)"
}

# Killed when its members have joined, with the address of the host on its way (catalogue 4).
killed_half_way() {
	local before n
	xenet pif-reconfigure-ip uuid="$pif1" mode=static IP=192.0.2.10 netmask=255.255.255.0
	xenet pif-plug uuid="$pif1"
	before=$(network_state)
	traced -qq -v -o "$FRESH_DIR/trace" -e trace=sendmsg xenet bond-create \
		network-uuid="$net" pif-uuids="$pif1,$pif2" mode=active-backup >/dev/null
	xenet bond-destroy uuid="$(xenet bond-list --minimal)"
	xenet pif-unplug uuid="$pif2"
	check_eq "a bond comes and goes" "$before" "$(network_state)"
	# All that give a member its master go together; what comes after them is still to come.
	n=$(grep -n 'IFLA_MASTER.*IFLA_MASTER' "$FRESH_DIR/trace" | tail -n 1 | sed 's/:.*//')
	traced -qq -o /dev/null -e inject=sendmsg:signal=KILL:when=$((n + 1)) xenet bond-create \
		network-uuid="$net" pif-uuids="$pif1,$pif2" mode=active-backup >/dev/null 2>&1 || true
	check "a bond killed with its members" grep -q 'master bond0 ' <<<"$(ip -o link show)"
	check "... host-recover" xenet host-recover
	check_eq "... gives the NICs back, and the address" "$before" "$(network_state)"
	xenet pif-unplug uuid="$pif1"
	xenet pif-reconfigure-ip uuid="$pif1" mode=none
}

with_vlans() {
	local before bond master red vlan
	before=$(network_state --ifindex)
	bond=$(xenet bond-create network-uuid="$net" pif-uuids="$pif1,$pif2")
	master=$(xenet bond-param-get uuid="$bond" param-name=master)
	red=$(xenet network-create name-label=red)
	vlan=$(xenet vlan-create network-uuid="$red" pif-uuid="$master" vlan=110)
	check_eq "a VLAN on the bond" "bond0 110" \
		"$(ip -j -d link show bond0.110 | jq -r '.[0] | "\(.link) \(.linkinfo.info_data.id)"')"
	xenet pif-unplug uuid="$master"
	check_eq "... keeps it in use" "eth1+ 1500 eth2+ 1500" "$(members bond0)"
	check_eq "... and attached" "true false" "$(attached pif "$vlan") $(attached pif "$master")"
	check_fails "... and from being dissolved" xenet bond-destroy uuid="$bond"
	xenet bond-set-mode uuid="$bond" mode=active-backup
	check_eq "... and outlives a change of the mode" true "$(attached pif "$vlan")"
	xenet vlan-destroy uuid="$vlan"
	check_eq "without it, all is as before" "$before" "$(network_state --ifindex)"
	xenet bond-destroy uuid="$bond"
	xenet network-destroy uuid="$red"
	check_eq "... and so without the bond" "$before" "$(network_state --ifindex)"
}

in_the_way() {
	local before
	ip link add bond0 type bond
	before=$(everything)
	check "the next free name is taken" xenet bond-create network-uuid="$net" \
		pif-uuids="$pif1,$pif2"
	check_eq "... which is bond1" "eth1+ 1500 eth2+ 1500" "$(members bond1)"
	check_eq "... and the other is not touched" "" "$(members bond0)"
	xenet bond-destroy uuid="$(xenet bond-list --minimal)"
	xenet pif-unplug uuid="$pif1"
	xenet pif-unplug uuid="$pif2"
	ip link set eth2 down
	ip link set eth2 master bond0
	before=$(everything)
	refused "a NIC in somebody else's bond" $'device: eth2\nmaster: bond0' \
		xenet bond-create network-uuid="$net" pif-uuids="$pif1,$pif2"
	ip link del bond0
}

for i in 1 2; do
	nic "eth$i" "far$i"
done
fresh
other_host
far ip link add far type bridge
for i in 1 2; do
	ip link set "far$i" netns "$far"
	far ip link set "far$i" master far up
done
far ip link set far up
far ip address add 192.0.2.1/24 dev far
pif1=$(introduce eth1)
pif2=$(introduce eth2)
net=$(xenet network-create name-label=bonded)
made_and_dissolved
with_address
killed_half_way
with_vlans
in_the_way
kill "$far"
finish
