#!/bin/bash
# A device has exactly the name that was asked for, or the name is refused (catalogue 34, 35).
# lanes: namespace
# shellcheck disable=SC2016,SC1003  # the names are meant as they are
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

devices() {
	ip -j link show | jq -r '.[].ifname' | sort
}

# The devices that are there now and were not in $1.
added() {
	comm -13 <(echo "$1") <(devices)
}

taken_literally() {
	local before name network vif
	before=$(devices)
	for name in br0 fifteen-bytes-x '$(reboot)' ';rm' '`id`' "'" '"' '\' '*' -x --help \
		'a=b' 'a,b' '~' '#1' 'öäüöäüö1' ALL; do
		network=$(xenet network-create name-label=x bridge="$name")
		vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=7)
		check "bridge $name" xenet vif-plug uuid="$vif"
		check_eq "... has that name" "$(printf '%s\n' "$name" vif1.7 | sort)" "$(added "$before")"
		xenet vif-unplug uuid="$vif"
		check_eq "... and goes by it" '' "$(added "$before")"
		xenet vif-destroy uuid="$vif"
		xenet network-destroy uuid="$network"
	done
}

refused_names() {
	local name
	before=$(everything)
	for name in . .. all default lo sixteen-bytes-xx seventeen-bytes-x a/b 'a b' a:b %d br%d \
		100% $'a\tb' $'a\nb' $'a\x01b' xenbr7 xapi7 vif1.0 tap0 eth0 'öäüöäüöä'; do
		check_fails "bridge ${name@Q}" xenet network-create name-label=x bridge="$name"
	done
	check_eq "refused names leave nothing" "$before" "$(everything)"
}

# A NIC may have been given any name.
nics() {
	local before name pif bridge
	for name in '$(reboot)' ';rm' '-x' "it's" '*' 'öäüöäüö1' fifteen-bytes-x eth007 \
		eth4294967296 eth1.110; do
		nic "$name" far
		before=$(devices)
		pif=$(introduce "$name")
		check "NIC $name" xenet pif-plug uuid="$pif"
		bridge=$(xenet network-list PIF-uuids:contains="$pif" params=bridge --minimal)
		check_eq "... is the port of a bridge" "$bridge" \
			"$(ip -j link show dev "$name" | jq -r '.[].master')"
		check_eq "... that has the name of its network" "$bridge" "$(added "$before")"
		xenet pif-unplug uuid="$pif"
		check_eq "... and goes by it" '' "$(added "$before")"
		xenet pif-forget uuid="$pif"
		ip link del dev "$name"
	done
}

fresh
vm=$(xenet vm-create name-label=guest)
xenet vm-start uuid="$vm"
taken_literally
refused_names
nics
finish
