#!/bin/bash
# Whatever step the kernel refuses, the steps before it are taken back (catalogue 9).
# lanes: namespace
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# Links of ours may be made anew.
state() {
	everything | sed -E '/^link (xenbr1|xapi0|vif[0-9.]+) ifindex /d'
	find "$XENET_RUN" -name '*.intent*'
}

# Options of strace that say which calls count.
where=()

# inject CALL ERROR N CMD...: sets status; false: CMD does not make the call N times.
inject() {
	status=0
	traced -qq -o "$FRESH_DIR/trace" "${where[@]}" -e trace="$1" \
		-e inject="$1:error=$2:when=$3" "${@:4}" >"$FRESH_DIR/output" 2>&1 || status=$?
	grep -q INJECTED "$FRESH_DIR/trace"
}

# failing CALL ERROR CMD...: fails a call of that name in turn, until CMD makes no more.
failing() {
	local call=$1 error=$2 n=1 status before
	shift 2
	before=$(state)
	while inject "$call" "$error" "$n" "$@"; do
		check_eq "$1 $2, $error from $call $n" "1 $before" "$status $(state)"
		n=$((n + $(stride 3)))
	done
	check_eq "$1 $2, $error from no $call, as there is no $n" 0 "$status"
	check "... which are some" test "$n" -gt 1
}

# A commit that is not on disk has not happened, for whoever comes next (catalogue 21, 30).
disk_fails() {
	local status before
	where=(-P "$XENET_DB-wal")
	before=$(state)
	inject fdatasync EIO 1+ "$@" || true
	check_eq "$1 $2, EIO from fdatasync" "1 $before" "$status $(state)"
	failing pwrite64 ENOSPC "$@"
	where=()
}

nic eth1 far
fresh
guest_on_two_networks

disk_fails xenet network-create name-label=another
disk_fails xenet pif-plug uuid="$pif"
xenet pif-unplug uuid="$pif"
failing sendmsg ENOMEM xenet pif-plug uuid="$pif"
failing sendmsg ENOMEM xenet pif-unplug uuid="$pif"
# The kernel has done it, and cannot say so (netlink.sh has what is asked for again).
failing recvmsg ENOMEM xenet pif-plug uuid="$pif"
failing recvmsg ENOMEM xenet pif-unplug uuid="$pif"
ip link set dev eth1 up mtu 1400
failing sendmsg ENOMEM xenet vm-start uuid="$vm"
failing sendmsg ENOMEM xenet vif-unplug uuid="$vif"
failing ioctl ENOMEM xenet vif-plug uuid="$vif"
xenet vif-unplug uuid="$vif"
xenet pif-unplug uuid="$pif"
failing sendmsg ENOMEM xenet vif-plug uuid="$vif"
failing sendmsg ENOMEM xenet vm-shutdown uuid="$vm"
failing ioctl EBUSY xenet vm-start uuid="$vm"
finish
