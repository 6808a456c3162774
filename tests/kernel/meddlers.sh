#!/bin/bash
# Somebody keeps changing our devices while xenet works: no command hangs, and when he is done
# one host-recover puts all in order (catalogue 47, 51, 52).
# lanes: namespace
# timeout: 300
# shellcheck disable=SC2317  # functions are handed over by name
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# As a service that thinks that it knows the bridge's address better, a little late.
readdress() {
	set +e
	while true; do
		ip link set dev xenbr1 address 02:00:00:00:00:51
		sleep 0.05
	done
}

# Takes away and sets what it finds of ours, in an order of its own.
flap() {
	local devices=(xenbr1 xapi0 vif1.0 vif1.1 eth1)
	RANDOM=$1
	set +e
	while true; do
		local device=${devices[RANDOM % 5]}
		case $((RANDOM % 5)) in
		0) [[ $device == eth1 ]] || ip link del dev "$device" ;;
		1) ip link set dev "$device" down ;;
		2) ip link set dev "$device" mtu $((1280 + RANDOM % 200)) ;;
		3) ip link set dev "$device" nomaster ;;
		4) ip link set dev "$device" name "$device" alias "" ;;
		esac
	done
}

# beside CMD...: starts a meddler.
beside() {
	"$@" >/dev/null 2>&1 &
	meddler=$!
}

stop() {
	kill "$meddler"
	wait "$meddler" || true
}

# ends CMD...: in time, and not by a signal.
ends() {
	local status=0
	timeout 60 "$@" >"$FRESH_DIR/output" 2>&1 || status=$?
	((status < 4)) || {
		cat "$FRESH_DIR/output"
		return 1
	}
}

# settled DESCRIPTION: after one host-recover all is as the objects want it.
settled() {
	check "$1: mended" xenet host-recover
	check "$1: nothing is left" xenet host-check
	check_eq "$1: others have not been touched" "$others" "$(foreign)"
}

foreign() {
	network_state | grep -E ' (theirs|far) '
}

rewritten() {
	xenet vm-start uuid="$vm"
	beside readdress
	wait_for 10 changed
	check_eq "an address rewritten all the time: is found" "address 02:00:00:00:00:51" \
		"$(xenet host-check --json | jq -r '.[0] | "\(.attribute) \(.found)"')"
	check "... host-recover ends" ends xenet host-recover
	check "... pif-plug too" ends xenet pif-plug uuid="$pif"
	stop
	settled "an address rewritten"
	xenet vm-shutdown uuid="$vm"
}

changed() {
	[[ $(</sys/class/net/xenbr1/address) == 02:00:00:00:00:51 ]]
}

flapping() {
	local seed
	for seed in {1..6}; do
		beside flap "$seed"
		check "devices that come and go, seed $seed: vm-start ends" \
			ends xenet vm-start uuid="$vm"
		check "... host-recover" ends xenet host-recover
		check "... host-check" ends xenet host-check
		check "... vif-unplug" ends xenet vif-unplug uuid="$vif"
		check "... vm-shutdown" ends xenet vm-shutdown uuid="$vm"
		stop
		settled "devices that came and went, seed $seed"
		ends xenet vm-shutdown uuid="$vm"
	done
	check "all can be undone" xenet pif-unplug uuid="$pif"
	check_eq "... as if nothing had been" "$grouped" "$(in_group)"
}

# A bystander is in our group, too.
in_group() {
	ip -o link show group 30830 | sed 's/.*: \([^:]*\): .*/\1/'
}

nic eth1 far
ip link add name theirs type bridge
ip link set dev theirs address 02:00:00:00:00:99 up
fresh
guest_on_two_networks
others=$(foreign)
grouped=$(in_group)
rewritten
flapping
finish
