# shellcheck shell=bash disable=SC2034  # the pipelines have variables
# PIFs and VLANs.
eth0=$(pif eth0) eth1=$(pif eth1)
host=$(xe host-list --minimal)
network=$(xe pif-param-get uuid="$eth1" param-name=network-uuid)
tagged=$(xe network-create name-label=tagged)
xe pif-plug uuid="$eth1"

row 'xe vlan-create network-uuid= pif-uuid= vlan='
vlan_pif=$(xe vlan-create network-uuid="$tagged" pif-uuid="$eth1" vlan=30)
is_uuid "$vlan_pif"
is 30 "$(xe pif-param-get uuid="$vlan_pif" param-name=VLAN)"
silent xe pif-plug uuid="$vlan_pif"
fails xe vlan-create network-uuid="$tagged" pif-uuid="$eth1" vlan=31

row 'xe vlan-list untagged-PIF= --minimal'
vlan=$(xe vlan-list untagged-PIF="$vlan_pif" --minimal)
is_uuid "$vlan"
is "$eth1" "$(xe vlan-param-get uuid="$vlan" param-name=tagged-PIF)"

row 'xe vlan-list'
is "$vlan" "$(through 1 xe vlan-list)"
tag=30
is 'tag ( RO): 30' "$(through 2 xe vlan-list | xargs)"
tag=3
is '' "$(through 2 xe vlan-list || true)"
is "$vlan" "$(through 3 xe vlan-list)"

row 'xe vlan-list tag='
is "$vlan" "$(through 1 xe vlan-list tag=30)"
is '' "$(through 1 xe vlan-list tag=31 || true)"

row 'xe pif-list --minimal'
all=$(sorted "$eth0 $eth1 $(pif eth2) $(pif eth3) $vlan_pif" ' ')
is "$all" "$(sorted "$(through 1 xe pif-list --minimal)" ' ')"
is "$all" "$(sorted "$(through 2 xe pif-list --minimal)" ' ')"

row 'xe pif-list params=uuid --minimal'
is "$all" "$(sorted "$(through 1 xe pif-list params=uuid --minimal)" ' ')"

row 'xe pif-list'
is "$all" "$(through 1 xe pif-list | sort)"
is 5 "$(through 2 xe pif-list | wc -l)"
is 'VLAN ( RO): 30' "$(through 2 xe pif-list | grep "$vlan_pif" | cut -f 3 | xargs)"
is 0 "$(through 3 xe pif-list)"

row 'xe pif-list device= --minimal'
is "$eth0" "$(xe pif-list device=eth0 --minimal)"
is '' "$(xe pif-list device=eth9 --minimal)"

row 'xe pif-list device= params=uuid --minimal'
is "$eth0" "$(xe pif-list device=eth0 params=uuid --minimal)"

row 'xe pif-list device='
is "$eth0" "$(through 1 xe pif-list device=eth0)"
is "$eth0" "$(through 2 xe pif-list device=eth0 | head -n 1 | xargs)"

row 'xe pif-list device= VLAN=-1 --minimal'
is "$eth1" "$(through 1 xe pif-list device=eth1 VLAN=-1 --minimal)"

row 'xe pif-list device= VLAN= --minimal'
is "$vlan_pif" "$(xe pif-list device=eth1 VLAN=30 --minimal)"
is '' "$(xe pif-list device=eth1 VLAN=31 --minimal)"

row 'xe pif-list device= host-uuid= VLAN=-1 --minimal'
is "$eth1" "$(xe pif-list device=eth1 host-uuid="$host" VLAN=-1 --minimal)"

row 'xe pif-list device= host-uuid= params=uuid --minimal'
is "$eth0" "$(xe pif-list device=eth0 host-uuid="$host" params=uuid --minimal)"

row 'xe pif-list network-uuid= --minimal'
is "$eth1" "$(through 1 xe pif-list network-uuid="$network" --minimal)"
is "$eth1" "$(through 2 xe pif-list network-uuid="$network" --minimal)"
is "$eth1" "$(through 3 xe pif-list network-uuid="$network" --minimal)"

row 'xe pif-list uuid= params=device --minimal'
is eth1 "$(xe pif-list uuid="$vlan_pif" params=device --minimal)"

row 'xe pif-param-list uuid='
is 'other-config (MRW):' "$(through 1 xe pif-param-list uuid="$eth1" | xargs)"
is '' "$(through 2 xe pif-param-list uuid="$eth1")"
is 'management ( RO): false' "$(through 3 xe pif-param-list uuid="$eth1" | grep management | xargs)"

row 'xe pif-param-get uuid= param-name=network-uuid'
is "$tagged" "$(xe pif-param-get uuid="$vlan_pif" param-name=network-uuid)"

row 'xe pif-param-get uuid= param-name=device'
is eth1 "$(xe pif-param-get uuid="$vlan_pif" param-name=device)"

row 'xe pif-param-get uuid= param-name=management'
is false "$(xe pif-param-get uuid="$eth1" param-name=management)"

row 'xe pif-param-set uuid= other-config:domain='
silent xe pif-param-set uuid="$eth1" other-config:domain=example.org
is example.org "$(xe pif-param-get uuid="$eth1" param-name=other-config param-key=domain)"

row 'xe pif-param-set uuid= other-config:ethtool-*='
silent xe pif-param-set uuid="$eth1" other-config:ethtool-gro=off
is off "$(xe pif-param-get uuid="$eth1" param-name=other-config param-key=ethtool-gro)"

row 'xe pif-param-set uuid= other-config:management_purpose='
silent xe pif-param-set uuid="$eth1" other-config:management_purpose=Storage
is Storage "$(xe pif-param-get uuid="$eth1" param-name=other-config \
	param-key=management_purpose)"

row 'xe pif-param-set uuid= disallow-unplug=true'
silent xe pif-param-set uuid="$eth1" disallow-unplug=true
fails xe pif-unplug uuid="$eth1"
silent xe pif-param-set uuid="$eth1" disallow-unplug=false

row 'xe vlan-destroy uuid='
silent xe vlan-destroy uuid="$vlan"
is '' "$(xe vlan-list)"
fails xe vlan-destroy uuid="$vlan"

row 'xe pool-vlan-create network-uuid= pif-uuid= vlan='
created=$(xe pool-vlan-create network-uuid="$tagged" pif-uuid="$eth1" vlan=31)
is_uuid "$created"
is "$created" "$(xe pif-list VLAN=31 --minimal)"
silent xe vlan-destroy uuid="$created"

row 'xe pif-plug uuid='
silent xe pif-plug uuid="$eth0"
is true "$(xe pif-param-get uuid="$eth0" param-name=currently-attached)"

row 'xe pif-unplug uuid='
silent xe pif-unplug uuid="$eth0"
is false "$(xe pif-param-get uuid="$eth0" param-name=currently-attached)"

row 'xe pif-forget uuid='
silent xe pif-forget uuid="$eth0"
is '' "$(xe pif-list device=eth0 --minimal)"
fails xe pif-forget uuid="$eth0"

row 'xe pif-introduce device= host-uuid= mac='
again=$(xe pif-introduce device=eth0 host-uuid="$host" mac=52:54:00:00:00:00)
is_uuid "$again"
is "$again" "$(xe pif-list MAC=52:54:00:00:00:00 --minimal)"
fails xe pif-introduce device=eth0 host-uuid="$host" mac=52:54:00:00:00:00

row 'xe pif-scan host-uuid='
xe pif-forget uuid="$again"
silent xe pif-scan host-uuid="$host"
is eth0 "$(xe pif-list device=eth0 params=device --minimal)"
fails xe pif-scan host-uuid=none
