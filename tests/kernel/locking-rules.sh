#!/bin/bash
# Rules of locked VIFs that somebody else has tampered with are found and restored (catalogue 76);
# rules that the kernel refuses leave a VIF unplugged, and a port closed (catalogue 77); what is
# not locked needs none.
# lanes: namespace lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=spoofing.sh
. "$(dirname "$0")/spoofing.sh"

findings() {
	xenet host-check --json 2>&1 | jq -r '.[] | "\(.attribute) \(.found)"'
}

tables() {
	nft list tables bridge | grep -w xenet || true
}

live() {
	"$@" xenet vif-list uuid="$vif" params=currently-attached,degraded --json |
		jq -r '.[] | "\(."currently-attached") \(.degraded)"' | sed 's/, not .*//'
}

# tampered FOUND WHAT...: after nft WHAT that is found, and mended. In the lab that takes long.
tampered() {
	local found=$1
	shift
	((turn++ % every == 0)) || return 0
	nft "$@"
	check_eq "$*: it is found" "rules $found" "$(findings || true)"
	check_eq "... the VIF says so too" "false vif1.1: rules is ${found:-none}" "$(live)"
	check "... and mended" xenet host-recover
	check_eq "... indeed" "$rules" "$(nft list table bridge xenet | sed 's/packets.*//')"
	check_eq "... so nothing is found" 'true ' "$(live)$(findings)"
}

handle_of() {
	nft -a list chain bridge xenet "$1" | sed -n "/$2/s/.*# handle //p" | head -1
}

locked_guest
turn=0 every=1
[[ $XENET_LANE != lab ]] || every=$(stride 4)
port=port$(ip -j link show dev vif1.1 | jq .[].ifindex)
rules=$(nft list table bridge xenet | sed 's/packets.*//')
check_eq "one table of the family bridge" 'table bridge xenet' "$(tables)"
check_eq "who may not look believes that all is well" 'true ' \
	"$(live setpriv --bounding-set -net_admin --inh-caps -net_admin)"
check_eq "the map is by interface, as nft shows it" 'vif1.1' \
	"$(nft -j list map bridge xenet ports | jq -r '.nftables[].map.elem[]?[0] // empty')"

tampered '' delete table bridge xenet
tampered other flush table bridge xenet
tampered other flush chain bridge xenet "$port"
tampered other flush chain bridge xenet prerouting
tampered other flush map bridge xenet ports
tampered other insert rule bridge xenet prerouting accept
tampered other insert rule bridge xenet from-ipv4 accept
tampered other add rule bridge xenet "$port" accept
tampered other insert rule bridge xenet "$port" ether saddr 02:16:3e:00:00:09 accept
tampered other delete rule bridge xenet "$port" handle "$(handle_of "$port" 'ether saddr')"
tampered other add table bridge xenet '{ flags dormant; }'

# A stranger's deletion takes the device, but not its rules.
ip link del dev vif1.1
check_eq "rules whose port is gone are found" 'link none
link rules' "$(findings | sort)"
check "... and go, and the VIF is back" xenet host-recover
port=port$(ip -j link show dev vif1.1 | jq .[].ifindex)
check_eq "... with rules for its new device" "$port" \
	"$(nft -j list counters table bridge xenet | jq -r '.nftables[].counter.name // empty')"
check_eq "... so nothing is found" 'true ' "$(live)$(findings)"
rules=$(nft list table bridge xenet | sed 's/packets.*//')

ip link set dev vif1.1 down
ip link set dev vif1.1 name renamed
check_eq "renamed and down, it has its rules" 'name renamed
up no' "$(findings | sort)"
check "... and is unplugged" xenet vif-unplug uuid="$vif"
check_eq "... with them" '' "$(tables)"
check "plugged" xenet vif-plug uuid="$vif"
ip link del dev vif1.1
check "deleted by a stranger, it is unplugged" xenet vif-unplug uuid="$vif"
check_eq "... and its rules go" '' "$(tables)"
check "plugged again" xenet vif-plug uuid="$vif"
rules=$(nft list table bridge xenet | sed 's/packets.*//')

nft list table bridge xenet >"$FRESH_DIR/rules"
port=port$(ip -j link show dev vif1.1 | jq .[].ifindex)
check "unlocked" xenet vif-param-set uuid="$vif" locking-mode=unlocked
check_eq "... it has no rules" '' "$(tables)"
check_eq "... nor a count" 0 "$(drops)"
# Rules that nobody asks for are found, though nothing is locked: of a port that is there, and of
# one that is gone.
nft -f "$FRESH_DIR/rules"
check_eq "what it had comes back from somewhere: it is found" 'rules other' "$(findings || true)"
check "... and goes" xenet host-recover
check_eq "... indeed" '' "$(tables)$(findings)"
check "... and it is in its bridge" port_of vif1.1 "$bridge"
sqlite3 "$XENET_DB" ".backup $FRESH_DIR/unlocked"
xenet vif-param-set uuid="$vif" locking-mode=locked
ip link del dev vif1.1
sqlite3 "$XENET_DB" ".restore $FRESH_DIR/unlocked"
check_eq "a port goes, and the database that knew of its rules: they are found" \
	$'link none\nlink rules' "$(findings | sort)"
check "... and go, too" xenet host-recover
check_eq "... indeed" '' "$(tables)$(findings)"
rules=${rules//"$port"/port$(ip -j link show dev vif1.1 | jq .[].ifindex)}
check "locked again" xenet vif-param-set uuid="$vif" locking-mode=locked
check_eq "... it has them" "$rules" "$(nft list table bridge xenet | sed 's/packets.*//')"

# Somebody's map of that name is another one.
occupy() {
	nft delete table bridge xenet 2>/dev/null || true
	nft add table bridge xenet
	nft add map bridge xenet ports '{ type ether_addr : verdict; }'
}

occupy
check_fails "rules that the kernel refuses are not set" xenet host-recover
check_fails "... so the port has left its bridge" port_of vif1.1 "$bridge"
check_eq "... which is told" 'false' "$(attached vif "$vif")"
nft delete table bridge xenet
check "without the obstacle" xenet host-recover
check "... it is back" port_of vif1.1 "$bridge"
check_eq "... with its rules" "$rules" "$(nft list table bridge xenet | sed 's/packets.*//')"

xenet vif-unplug uuid="$vif"
occupy
before=$(everything)
check_fails "a plug whose rules are refused" xenet vif-plug uuid="$vif"
check_eq "... leaves nothing" "$before" "$(everything)"
xenet vif-param-set uuid="$vif" locking-mode=unlocked
xenet vif-plug uuid="$vif"
before=$(everything)
check_fails "a VIF that is plugged is not locked then" \
	xenet vif-param-set uuid="$vif" locking-mode=locked
check_eq "... and is as it was" "$before" "$(everything)"
nft delete table bridge xenet

# device NAME: how it is in the kernel.
device() {
	ip -j link show dev "$1" | jq -r '.[0] | "\(.master) \(.flags | any(. == "UP"))"'
}

check "a VIF is disabled" xenet vif-param-set uuid="$vif" locking-mode=disabled
check_eq "... its device is in no bridge, and down" 'null false' "$(device vif1.1)"
check_eq "... as it should be" 'true ' "$(live)$(findings)"
ip link set dev vif1.1 up
check_eq "brought up by somebody else, it is missed" 'up yes' "$(findings || true)"
check "... and taken down" xenet host-recover
check_eq "... indeed" 'null false' "$(device vif1.1)"
xenet vm-shutdown uuid="$vm" --force
xenet network-param-set uuid="$network" default-locking-mode=disabled
xenet vif-param-set uuid="$vif" locking-mode=network_default
xenet vm-start uuid="$vm"
check_eq "the network's default is to be disabled" 'null false' \
	"$(device vif2.1)"
check "... but not for one that is locked" xenet vif-param-set uuid="$vif" locking-mode=locked
check "... which is in the bridge" port_of vif2.1 "$bridge"
check_eq "... with rules" 'table bridge xenet' "$(tables)"
finish
