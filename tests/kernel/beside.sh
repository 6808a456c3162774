#!/bin/bash
# The examples of living beside ifupdown and systemd-networkd, with both of these.
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=booting.sh
. "$(dirname "$0")/booting.sh"

examples=$(readlink -f "$(dirname "$0")/../../examples")

# plugged BOOT: eth1 is xenet's, as it was at the last boot; eth0 is there as well.
plugged() {
	boot "$1"
	card eth0 02:00:00:00:00:01
	card eth1 02:00:00:00:00:02
	here xenet host-restore
}

# both_are_well NAME: the host's NIC, the NIC of xenet's, its bridge and a guest.
both_are_well() {
	check_eq "$1: the host's NIC has its address" 198.51.100.10/24 "$(addresses eth0)"
	check_eq "$1: a bridge of xenet's has one" 192.0.2.10/24 "$(addresses xenbr1)"
	check "$1: xenet's NIC is where it was" ports eth1=xenbr1
	check_eq "$1: ... without addresses" '' "$(addresses eth1)"
	check_eq "$1: nothing of xenet's differs" '' "$(here xenet host-check)"
	check "$1: a guest starts" here xenet vm-start uuid="$vm"
	check "$1: ... on the bridge" ports \
		vif"$(xenet vm-param-get uuid="$vm" param-name=dom-id)".0=xenbr1
	check "$1: host-restore once more" here xenet host-restore
	check_eq "$1: ... takes nothing away" "198.51.100.10/24 192.0.2.10/24" \
		"$(addresses eth0) $(addresses xenbr1)"
	check_fails "$1: the host's NIC is not plugged" here xenet pif-plug uuid="$host_pif"
}

ifupdown() {
	plugged ifupdown
	check "ifup" here ifup --all --interfaces "$examples/ifupdown/interfaces" --state-dir "$FRESH_DIR/ifstate"
	both_are_well ifupdown
}

# It takes a read-only /sys for a container without udev, and manages what is there.
networkd() {
	plugged networkd
	# shellcheck disable=SC2016  # the parameter is the inner shell's
	here sh -c 'mount -t sysfs -o ro sysfs /sys && mkdir -p /run/systemd &&
		install -d -o systemd-network -g systemd-network /run/systemd/netif /run/systemd/netif/links /run/systemd/netif/leases \
			/run/systemd/netif/lldp &&
		mount -t tmpfs -o mode=755 tmpfs /etc/systemd/network && cp "$1"/*.network /etc/systemd/network' \
		sh "$examples/networkd"
	here /lib/systemd/systemd-networkd >"$FRESH_DIR/networkd.log" 2>&1 &
	daemon=$!
	check "networkd sets addresses" wait_for 20 has_both
	both_are_well networkd
	check_eq "networkd finds no fault in the files" '' \
		"$(grep -E '\.network:[0-9]+: ' "$FRESH_DIR/networkd.log")"
	kill "$daemon"
}

has_both() {
	[[ $(addresses eth0) == 198.51.100.10/24 && $(addresses xenbr1) == 192.0.2.10/24 ]]
}

fresh
boot first
card eth0 02:00:00:00:00:01
card eth1 02:00:00:00:00:02
host_pif=$(here xenet pif-introduce host-uuid="$(xenet host-list --minimal)" device=eth0)
pif=$(here xenet pif-introduce host-uuid="$(xenet host-list --minimal)" device=eth1)
here xenet pif-plug uuid="$pif"
vm=$(here xenet vm-create name-label=guest)
here xenet vif-create device=0 vm-uuid="$vm" \
	network-uuid="$(xenet pif-param-get uuid="$pif" param-name=network-uuid)" >/dev/null
ifupdown
networkd
finish
