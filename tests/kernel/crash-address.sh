#!/bin/bash
# Addresses, routes and tunnels of a command that is killed, as in crash.sh (catalogue 1, 3).
# lanes: namespace
# timeout: 240
# The scripts are for other shells.
# shellcheck disable=SC2016
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=killing.sh
. "$(dirname "$0")/killing.sh"

# Each tunnel has an address and marks of its own.
kernel() {
	network_state | sed -E 's/xenet:[^ "]*/mark/g
		/(xapi0|tunnel0) .*(address|bridge_id|root_id|"mac")|tso_max_size/d'
}

# script NAME LINE...
script() {
	printf '%s\n' '#!/bin/bash' 'set -e' "${@:2}" >"$FRESH_DIR/bin/$1"
	chmod +x "$FRESH_DIR/bin/$1"
}

fresh
nic eth1 far1
ip link set dev far1 down
pif=$(introduce eth1)
net=$(xenet network-create name-label=far)
xenet pif-plug uuid="$pif"

name="pif-reconfigure-ip"
verb=(xenet pif-reconfigure-ip uuid="$pif" mode=static IP=192.0.2.10 netmask=255.255.255.0
	gateway=192.0.2.1)
reverse=(xenet pif-reconfigure-ip uuid="$pif" mode=none)
# The record tells of plugs only; what tells of addresses here is the kernel.
record() {
	sqlite3 -readonly "$XENET_DB" "SELECT device, ip, gateway FROM pif" | sort
}
attached_all() {
	record
}
sweep sendmsg fdatasync unlink
"${verb[@]}"
name="pif-reconfigure-ip to none" other=("${verb[@]}") verb=("${reverse[@]}")
reverse=("${other[@]}")
sweep sendmsg fdatasync unlink

script create "xenet tunnel-create network-uuid=$net pif-uuid=$pif protocol=vxlan >/dev/null"
script destroy 'xenet tunnel-destroy uuid="$(xenet tunnel-list --minimal)"'
script plug 'tunnel=$(xenet tunnel-list --minimal)' \
	'xenet tunnel-param-set uuid="$tunnel" other-config:remote=192.0.2.1 other-config:key=7' \
	'exec xenet pif-plug uuid="$(xenet tunnel-param-get uuid="$tunnel" param-name=access-PIF)"'
script unplug 'tunnel=$(xenet tunnel-list --minimal)' \
	'xenet tunnel-param-set uuid="$tunnel" other-config:remote=' \
	'exec xenet pif-plug uuid="$(xenet tunnel-param-get uuid="$tunnel" param-name=access-PIF)"'
record() {
	sqlite3 -readonly "$XENET_DB" "SELECT device, plugged FROM pif UNION ALL
		SELECT 'peer', endpoints FROM tunnel" | sort
}
name=tunnel-create verb=(create) reverse=(destroy) stride=2
sweep sendmsg fdatasync
create
name="a tunnel's peer" verb=(plug) reverse=(unplug) stride=5
sweep sendmsg
finish
