# shellcheck shell=bash
# VIFs.
lan=$(xe network-create name-label=lan)
other=$(xe network-create name-label=other)
vm=$(xe vm-create name-label=guest)

row 'xe vif-create device= network-uuid= vm-uuid='
vif=$(xe vif-create device=0 network-uuid="$lan" vm-uuid="$vm")
is_uuid "$vif"
fails xe vif-create device=0 network-uuid="$lan" vm-uuid="$vm"

row 'xe vif-create device= mac= network-uuid= vm-uuid='
second=$(xe vif-create device=1 mac=52:54:00:AA:00:01 network-uuid="$lan" vm-uuid="$vm")
is_uuid "$second"
is "$second" "$(xe vif-list MAC=52:54:00:aa:00:01 --minimal)"
fails xe vif-create device=2 mac=52:54:00 network-uuid="$lan" vm-uuid="$vm"

row 'xe vif-list vm-uuid='
both=$(sorted "$vif $second" ' ')
is "$both" "$(through 1 xe vif-list vm-uuid="$vm" | sort)"
is "$both" "$(through 2 xe vif-list vm-uuid="$vm" | sort)"

row 'xe vif-list vm-uuid= --minimal'
seen=''
for i in $(through 1 xe vif-list vm-uuid="$vm" --minimal); do
	seen+="$i "
done
is "$both" "$(sorted "$seen" ' ')"
is '' "$(xe vif-list vm-uuid=00000000-0000-0000-0000-000000000000 --minimal)"

row 'xe vif-list vm-uuid= params=uuid --minimal'
for n in 1 2 3; do
	is "$both" "$(sorted "$(through "$n" xe vif-list vm-uuid="$vm" params=uuid --minimal)" ' ')"
done

row 'xe vif-param-get uuid= param-name=MAC'
is 52:54:00:aa:00:01 "$(xe vif-param-get uuid="$second" param-name=MAC)"

row 'xe vif-param-get uuid= param-name=device'
is 1 "$(xe vif-param-get uuid="$second" param-name=device)"

row 'xe vif-param-list uuid='
is 'other-config (MRW):' "$(through 1 xe vif-param-list uuid="$vif" | xargs)"
is "$vm" "$(through 2 xe vif-param-list uuid="$vif")"
is guest "$(through 3 xe vif-param-list uuid="$vif")"

row 'xe vif-param-set uuid= other-config:ethtool-*='
silent xe vif-param-set uuid="$vif" other-config:ethtool-gso=off
is off "$(xe vif-param-get uuid="$vif" param-name=other-config param-key=ethtool-gso)"

row 'xe vif-unplug uuid='
fails xe vif-unplug uuid="$vif"
xe vm-start uuid="$vm"
silent xe vif-unplug uuid="$vif"
is false "$(xe vif-param-get uuid="$vif" param-name=currently-attached)"

row 'xe vif-plug uuid='
silent xe vif-plug uuid="$vif"
is true "$(xe vif-param-get uuid="$vif" param-name=currently-attached)"
fails xe vif-plug uuid="$vif"

row 'xe vif-move uuid= network-uuid='
silent xe vif-move uuid="$vif" network-uuid="$other"
is "$other" "$(xe vif-param-get uuid="$vif" param-name=network-uuid)"

row 'xe vif-destroy uuid='
fails xe vif-destroy uuid="$vif"
xe vif-unplug uuid="$vif"
silent xe vif-destroy uuid="$vif"
is "$second" "$(xe vif-list --minimal)"
