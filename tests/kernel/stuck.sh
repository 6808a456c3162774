#!/bin/bash
# From some message on the kernel refuses all, so that nothing can be taken back either: the
# next command settles it, as after a kill (catalogue 10).
# lanes: namespace
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=killing.sh
. "$(dirname "$0")/killing.sh"

# What the history tells of such a command.
# shellcheck disable=SC2034  # for killing.sh
cut_off=UNDO_FAILED

# For killing.sh: in place of its own.
killed() {
	local status=0
	traced -qq -o "$FRESH_DIR/trace" -e trace="$1" -e inject="$1:error=ENOMEM:when=$2+" \
		"${@:3}" >"$FRESH_DIR/output" 2>&1 || status=$?
	grep -q INJECTED "$FRESH_DIR/trace" || return 1
	# What could not be taken back is told by the status; before the first step there is nothing.
	check_eq "$name refused from $1 $2 on: fails" "$([[ -n $(intents) ]] && echo 2 || echo 1)" "$status"
}

nic eth1 far
ip link set dev eth1 mtu 1400
ip link set dev far down
fresh
guest_on_two_networks

stride=5
name=pif-plug verb=(xenet pif-plug uuid="$pif") reverse=(xenet pif-unplug uuid="$pif")
sweep sendmsg
"${verb[@]}"
name=pif-unplug verb=("${reverse[@]}") reverse=(xenet pif-plug uuid="$pif")
sweep sendmsg
name=vm-start verb=(xenet vm-start uuid="$vm") reverse=(xenet vm-shutdown uuid="$vm")
sweep sendmsg
"${verb[@]}"
name=vm-shutdown verb=("${reverse[@]}") reverse=(xenet vm-start uuid="$vm")
sweep sendmsg
finish
