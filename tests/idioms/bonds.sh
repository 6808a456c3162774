# shellcheck shell=bash
# Bonds.
lan=$(xe network-create name-label=bonded)
other=$(xe network-create name-label='bonded too')
eth0=$(pif eth0) eth1=$(pif eth1) eth2=$(pif eth2) eth3=$(pif eth3)

row 'xe bond-create mode= network-uuid= pif-uuids='
bond=$(xe bond-create mode=active-backup network-uuid="$lan" pif-uuids="$eth0,$eth1")
is_uuid "$bond"
is "$bond" "$(xe bond-list --minimal)"
fails xe bond-create mode=active-backup network-uuid="$other" pif-uuids="$eth0,$eth1"

row 'xe bond-param-get uuid= param-name=master'
master=$(xe bond-param-get uuid="$bond" param-name=master)
is bond0 "$(xe pif-param-get uuid="$master" param-name=device)"

row 'xe bond-param-get uuid= param-name=slaves'
seen=''
for slave in $(through 1 xe bond-param-get uuid="$bond" param-name=slaves); do
	seen+="$slave "
done
is "$(sorted "$eth0 $eth1" ' ')" "$(sorted "$seen" ' ')"

row 'xe bond-create mac= mode= network-uuid= pif-uuids='
second=$(xe bond-create mac=52:54:00:bb:00:01 mode=lacp network-uuid="$other" \
	pif-uuids="$eth2,$eth3")
is_uuid "$second"
is 52:54:00:bb:00:01 "$(xe pif-list bond-master-of="$second" params=MAC --minimal)"

row 'xe bond-destroy uuid='
silent xe bond-destroy uuid="$bond"
is "$second" "$(xe bond-list --minimal)"
fails xe bond-destroy uuid="$bond"
