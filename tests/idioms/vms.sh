# shellcheck shell=bash
# VMs.
vm=$(xe vm-create name-label=guest)
other=$(xe vm-create name-label=instance)

row 'xe vm-list name-label= --minimal'
is "$vm" "$(xe vm-list name-label=guest --minimal)"
is '' "$(xe vm-list name-label=nobody --minimal)"

row 'xe vm-list'
is $'guest\ninstance' "$(through 1 xe vm-list | sort)"
is "$other" "$(through 2 xe vm-list)"
is $'guest\ninstance' "$(through 3 xe vm-list | sort)"

row 'xe vm-list name-label='
is "$vm" "$(through 1 xe vm-list name-label=guest)"

row 'xe vm-list name-label= params=uuid --minimal'
is "$vm" "$(xe vm-list name-label=guest params=uuid --minimal)"

row 'xe vm-list uuid= params=name-label --minimal'
is guest "$(xe vm-list uuid="$vm" params=name-label --minimal)"

row 'xe vm-param-get uuid= param-name=power-state'
is halted "$(xe vm-param-get uuid="$vm" param-name=power-state)"
xe vm-start uuid="$vm"
is running "$(xe vm-param-get uuid="$vm" param-name=power-state)"

row 'xe vm-param-get uuid= param-name=dom-id'
is -1 "$(xe vm-param-get uuid="$other" param-name=dom-id)"
is 1 "$(xe vm-param-get uuid="$vm" param-name=dom-id)"

row 'xe vm-param-get uuid= param-name=name-label'
is guest "$(xe vm-param-get uuid="$vm" param-name=name-label)"

row 'xe vm-param-get uuid= param-name=networks'
is '' "$(through 1 xe vm-param-get uuid="$vm" param-name=networks)"
is '<not in database>' "$(through 2 xe vm-param-get uuid="$vm" param-name=networks)"

row 'xe vm-param-get uuid= param-key= param-name=networks'
fails xe vm-param-get uuid="$vm" param-key=0/ip param-name=networks

row 'xe vm-param-set uuid= xenstore-data:vm-data/<key>='
silent xe vm-param-set uuid="$vm" xenstore-data:vm-data/ip=192.0.2.7
is 'vm-data/ip: 192.0.2.7' "$(xe vm-param-get uuid="$vm" param-name=xenstore-data)"

row 'xe vm-param-set uuid= name-label='
silent xe vm-param-set uuid="$vm" name-label='guest of mine'
is 'guest of mine' "$(xe vm-param-get uuid="$vm" param-name=name-label)"
