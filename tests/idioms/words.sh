# shellcheck shell=bash
# Habits: the order of words, and the spellings of --minimal.
lan=$(xe network-create name-label=lan)
vm=$(xe vm-create name-label=guest)

row '(any list/create/param-get) --minimal'
is "$lan" "$(xe network-list name-label=lan --minimal)"
is_uuid "$(xe vm-create name-label=other --minimal)"
is lan "$(xe network-param-get uuid="$lan" param-name=name-label --minimal)"
is '' "$(xe vlan-list --minimal)"

row '(any) minimal=true instead of --minimal'
is "$lan" "$(xe network-list name-label=lan minimal=true)"
is "$lan" "$(xe network-list minimal=true name-label=lan params=uuid)"

row '(any) uuid= given last, after the fields to set'
silent xe network-param-set name-label=lan2 MTU=1400 uuid="$lan"
is 1400 "$(xe network-param-get param-name=MTU uuid="$lan")"
silent xe vm-param-set other-config:a=b uuid="$vm"
is b "$(xe vm-param-get param-name=other-config param-key=a uuid="$vm")"

row '(any) --minimal written before the key=value arguments'
is "$lan" "$(xe network-list --minimal name-label=lan2)"
is lan2 "$(xe network-list --minimal params=name-label uuid="$lan")"
is halted "$(xe vm-param-get --minimal uuid="$vm" param-name=power-state)"
