#!/bin/bash
# Boots with VLANs and bonds, on NICs that come and go.
# lanes: lab
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=booting.sh
. "$(dirname "$0")/booting.sh"

one=02:00:00:00:00:01 two=02:00:00:00:00:02 three=02:00:00:00:00:03

introduce_here() {
	here xenet pif-introduce host-uuid="$(xenet host-list --minimal)" device="$1"
}

tag_of() {
	here ip -j -d link show dev "$1" | jq -r '.[] | "\(.link) \(.linkinfo.info_data.id) \(.master)"'
}

what_is_plugged() {
	boot first
	card eth1 "$one"
	card eth2 "$two"
	card eth3 "$three"
	pif=$(introduce_here eth1)
	first=$(introduce_here eth2)
	second=$(introduce_here eth3)
	here xenet pif-plug uuid="$pif"
	tagged=$(here xenet network-create name-label=tagged)
	here xenet vlan-create network-uuid="$tagged" pif-uuid="$pif" vlan=110
	both=$(here xenet network-create name-label=both)
	here xenet bond-create network-uuid="$both" pif-uuids="$first,$second" mode=active-backup
	over=$(here xenet network-create name-label=over)
	here xenet vlan-create network-uuid="$over" pif-uuid="$(xenet pif-list device=bond0 VLAN=-1 --minimal)" vlan=7
	vm=$(here xenet vm-create name-label=guest)
	here xenet vif-create device=0 vm-uuid="$vm" network-uuid="$tagged"
}

restored() {
	boot second
	card eth1 "$one"
	card eth2 "$two"
	card eth3 "$three"
	check "host-restore" here xenet host-restore
	check_eq "the VLAN is there" "eth1 110 xapi0" "$(tag_of eth1.110)"
	check "the bond has its members" ports eth2=bond0 eth3=bond0 bond0=xapi1
	check_eq "... and its VLAN" "bond0 7 xapi2" "$(tag_of bond0.7)"
	check_eq "nothing differs" '' "$(here xenet host-check)"
}

# Catalogue 60: the NIC of a VLAN, a bridge and a TAP.
pulled_out() {
	here xenet vm-start uuid="$vm"
	here ip link delete eth1
	check_fails "pulled out" here xenet host-recover
	check_eq "... both PIFs are told" 2 "$(grep -c '^object.*: pif' <<<"$OUTPUT")"
	card lan0 "$one"
	check "back under another name" here xenet host-recover
	check_eq "... its VLAN is called after it" "lan0 110 xapi0" "$(tag_of lan0.110)"
	check "... and the guest is still on it" ports vif"$(xenet vm-param-get uuid="$vm" param-name=dom-id)".0=xapi0
	check_eq "... as the records say" "lan0 lan0" "$(sqlite3 -readonly "$XENET_DB" \
		"SELECT group_concat(device, ' ') FROM pif WHERE device LIKE 'lan%'")"
	check_eq "nothing differs" '' "$(here xenet host-check)"
}

# While it is in use, with its VLAN on it.
renamed() {
	here ip link set dev lan0 down
	here ip link set dev lan0 name lan1
	here ip link set dev lan1 up
	check "renamed while in use" here xenet host-recover
	check_eq "... the VLAN follows" "lan1 110 xapi0" "$(tag_of lan1.110)"
	check_fails "... and is nowhere else" here ip link show dev lan0.110
	check_eq "nothing differs" '' "$(here xenet host-check)"
}

member_missing() {
	boot third
	card lan1 "$one"
	card other "$three"
	check_fails "a member of a bond is missing" here xenet host-restore
	check_eq "... that is told" "pif $first eth2" "$(sed -n 's/^object.*: //p' <<<"$OUTPUT")"
	check "... the bond has the other one, under its new name" ports other=bond0 bond0=xapi1
	check_eq "... and its VLAN" "bond0 7 xapi2" "$(tag_of bond0.7)"
	card eth5 "$two"
	check "it is put in" here xenet host-recover
	check "... and joins" ports eth5=bond0 other=bond0
	check_eq "nothing differs" '' "$(here xenet host-check)"
}

fresh
what_is_plugged
restored
pulled_out
renamed
member_missing
finish
