#!/bin/bash
# An import that is killed is settled by the next command, as in crash.sh (catalogue 1, 3).
# lanes: namespace
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=killing.sh
. "$(dirname "$0")/killing.sh"

# A bridge without ports makes an address up.
kernel() {
	network_state | sed -E 's/xenet:[^ "]*/mark/g
		/xapi0 .*(address|bridge_id|root_id|"mac")|tso_max_size/d'
}

fresh
nic eth1 far1
nic eth2 far2
ip link set dev far1 down
ip link set dev far2 down
introduce eth1 >/dev/null
introduce eth2 >/dev/null
xenet host-export >"$FRESH_DIR/bare"
xenet network-attach uuid="$(xenet network-create name-label=inner)" \
	host-uuid="$(xenet host-list --minimal)"
xenet pif-reconfigure-ip uuid="$(xenet pif-list --minimal device=eth2)" mode=static \
	IP=192.0.2.9 netmask=255.255.255.0
xenet pif-plug uuid="$(xenet pif-list --minimal device=eth1)"
xenet pif-plug uuid="$(xenet pif-list --minimal device=eth2)"
xenet host-export >"$FRESH_DIR/full"
xenet host-import file="$FRESH_DIR/bare"

# shellcheck disable=SC2034  # for the sweep
stride=3 name=host-import
verb=(xenet host-import file="$FRESH_DIR/full")
reverse=(xenet host-import file="$FRESH_DIR/bare")
sweep sendmsg fdatasync unlink
"${verb[@]}"
# shellcheck disable=SC2034  # for the sweep
name="host-import of less" other=("${verb[@]}")
verb=("${reverse[@]}") reverse=("${other[@]}")
sweep sendmsg fdatasync
finish
