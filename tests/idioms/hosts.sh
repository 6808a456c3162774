# shellcheck shell=bash disable=SC2034  # the pipelines have variables
# The host, its pool, and its management interface.
host=$(xe host-list --minimal)
xe host-param-set uuid="$host" name-label=here
eth0=$(pif eth0) eth1=$(pif eth1)

row 'xe host-list --minimal'
is_uuid "$(xe host-list --minimal)"
through 1 xe host-list --minimal || found=one
is one "${found-}"

row 'xe host-list'
name=here
is "$host" "$(through 1 xe host-list)"
is "$host" "$(through 2 xe host-list)"
is "$host" "$(through 3 xe host-list)"

row 'INSTALLATION_UUID of etc/xensource-inventory instead of xe host-list --minimal'
mkdir etc
echo "INSTALLATION_UUID='$host'" >etc/xensource-inventory
# shellcheck source=/dev/null
source etc/xensource-inventory
is 4 "$(xe pif-list host-uuid="$INSTALLATION_UUID" --minimal | tr , '\n' | wc -l)"
is here "$(xe host-param-get uuid="$INSTALLATION_UUID" param-name=name-label)"

row 'opt/xensource/bin/xe instead of xe'
mkdir -p opt/xensource/bin
ln -s "$(readlink -f bin/xe)" opt/xensource/bin/xe
is "$host" "$(opt/xensource/bin/xe host-list --minimal)"
is "$host" "$(PATH=/nowhere opt/xensource/bin/xe host-list params=uuid --minimal)"

row 'xe pool-list --minimal'
is_uuid "$(xe pool-list --minimal)"

row 'xe pool-list params=master --minimal'
is "$host" "$(xe pool-list params=master --minimal)"

row 'xe pif-list management=true --minimal'
is '' "$(xe pif-list management=true --minimal)"

row 'xe host-param-get uuid= param-name=address'
is '' "$(xe host-param-get uuid="$host" param-name=address)"

row 'xe host-management-reconfigure pif-uuid='
fails xe host-management-reconfigure pif-uuid=none
xe pif-reconfigure-ip uuid="$eth1" mode=static IP=192.0.2.1 netmask=255.255.255.0
silent xe host-management-reconfigure pif-uuid="$eth1"

row 'xe pif-list management=true --minimal'
is "$eth1" "$(xe pif-list management=true --minimal)"

row 'xe pif-list host-uuid= management=true --minimal'
is "$eth1" "$(xe pif-list host-uuid="$host" management=true --minimal)"

row 'xe host-param-get uuid= param-name=address'
is 192.0.2.1 "$(xe host-param-get uuid="$host" param-name=address)"

row 'xe host-management-disable'
silent xe host-management-disable
is '' "$(xe pif-list management=true --minimal)"
is false "$(xe pif-param-get uuid="$eth0" param-name=management)"
