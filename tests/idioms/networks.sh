# shellcheck shell=bash
# Networks: found by label and bridge, made, renamed, destroyed.
lan=$(xe network-create name-label=lan)
twin=$(xe network-create name-label=twin)
twin2=$(xe network-create name-label=twin)
network=$(xe network-list bridge=xenbr1 --minimal)

row 'xe network-list name-label= --minimal'
is "$lan" "$(xe network-list name-label=lan --minimal)"
is '' "$(xe network-list name-label=nothing --minimal)"
through 1 xe network-list name-label=twin --minimal && found=several
is several "$found"
through 1 xe network-list name-label=lan --minimal || found=one
is one "$found"
is "$lan" "$(through 2 xe network-list name-label=lan --minimal)"

row 'xe network-list bridge=xenbrN --minimal'
is 'Pool-wide network 0' "$(xe network-param-get param-name=name-label \
	uuid="$(through 1 xe network-list bridge=xenbr0 --minimal)")"

row 'xe network-list bridge= --minimal'
is "$lan" "$(xe network-list bridge=xapi0 --minimal)"
is '' "$(xe network-list bridge=xapi9 --minimal)"

row 'xe network-list'
is 7 "$(through 1 xe network-list | grep -c ^uuid)"
is 'bridge ( RO): xapi0' "$(through 1 xe network-list | grep -A 2 "$lan" | tail -n 1 | xargs)"
is "$(sorted "$(xe network-list --minimal)" ,)" "$(through 2 xe network-list | sort)"
is "$lan"$'\tlan' "$(through 3 xe network-list | grep "$lan")"

row 'xe network-list params=uuid --minimal'
all=$(sorted "$(xe network-list params=uuid --minimal)" ,)
for n in 1 2 3; do
	is "$all" "$(sorted "$(through "$n" xe network-list params=uuid --minimal)" ' ')"
done

row 'xe network-list uuid= params=bridge --minimal'
is xapi0 "$(through 1 xe network-list uuid="$lan" params=bridge --minimal)"

row 'xe network-list PIF-uuids= --minimal'
is "$network" "$(xe network-list PIF-uuids="$(pif eth1)" --minimal)"
is '' "$(xe network-list PIF-uuids=00000000-0000-0000-0000-000000000000 --minimal)"

row 'xe network-list name-label='
is "$lan" "$(through 1 xe network-list name-label=lan)"
is 'bridge ( RO): xapi0' "$(through 2 xe network-list name-label=lan | xargs)"
is xapi0 "$(through 3 xe network-list name-label=lan)"
is '' "$(xe network-list name-label=nothing)"

row 'xe network-list name-label= params=uuid --minimal'
is "$lan" "$(xe network-list name-label=lan params=uuid --minimal)"

row 'xe network-list uuid= params=name-label --minimal'
is lan "$(xe network-list uuid="$lan" params=name-label --minimal)"

row 'xe network-list name-label= params=bridge --minimal'
is xapi0 "$(xe network-list name-label=lan params=bridge --minimal)"

row 'xe network-list params=all'
is xenbr1 "$(through 1 xe network-list params=all)"
is 'other-config purpose tags' "$(through 2 xe network-list params=all |
	xargs -n 1 | sort -u | xargs)"

row 'xe network-create name-label='
new=$(xe network-create name-label=new)
is_uuid "$new"
fails xe network-create

row 'xe network-create name-description= name-label='
is_uuid "$(xe network-create name-description='more words' name-label='new network')"
is 'more words' "$(xe network-list name-label='new network' params=name-description --minimal)"

row 'xe network-create name-label= --minimal'
is_uuid "$(xe network-create name-label=made --minimal)"

row 'xe network-param-get uuid= param-name=bridge'
is xapi0 "$(xe network-param-get uuid="$lan" param-name=bridge)"
fails xe network-param-get uuid=none param-name=bridge

row 'xe network-param-get uuid= param-name=name-label'
is lan "$(xe network-param-get uuid="$lan" param-name=name-label)"

row 'xe network-param-get uuid= param-name=MTU'
is 1500 "$(xe network-param-get uuid="$lan" param-name=MTU)"

row 'xe network-param-set uuid= MTU='
silent xe network-param-set uuid="$lan" MTU=9000
is 9000 "$(xe network-param-get uuid="$lan" param-name=MTU)"

row 'xe network-param-set uuid= name-label='
silent xe network-param-set uuid="$lan" name-label='lan of mine'
is "$lan" "$(xe network-list name-label='lan of mine' --minimal)"

row 'xe network-param-set uuid= other-config:automatic='
silent xe network-param-set uuid="$lan" other-config:automatic=false
is false "$(xe network-param-get uuid="$lan" param-name=other-config param-key=automatic)"

row 'xe network-destroy uuid='
silent xe network-destroy uuid="$twin"
is "$twin2" "$(xe network-list name-label=twin --minimal)"
fails xe network-destroy uuid="$twin"

row 'xe network-attach uuid= host-uuid='
host=$(xe host-list --minimal)
silent xe network-attach uuid="$network" host-uuid="$host"
is true "$(xe pif-param-get uuid="$(pif eth1)" param-name=currently-attached)"
