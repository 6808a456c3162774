#!/bin/bash
# Who may do what, and in which network namespace (catalogue 46, 62, 64).
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

root_without=(setpriv --bounding-set -net_admin --inh-caps -net_admin)
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
nobody_with=("${nobody[@]}" --inh-caps +net_admin --ambient-caps +net_admin)

give_to() {
	chown -R "$1:$1" "$FRESH_DIR"
}

powerless() {
	local who=$1 before
	shift
	before=$(everything)
	check_fails "$who cannot plug a PIF" "$@" "$copy" pif-plug uuid="$pif"
	check_eq "$who: the error names what is missing and the step" \
		"CAP_NET_ADMIN step: set eth1" \
		"$(grep -oE 'CAP_[A-Z_]+|^step: \w+ \w+' <<<"$OUTPUT" | xargs)"
	check_fails "$who cannot start a VM" "$@" "$copy" vm-start uuid="$vm"
	check_eq "$who: the error names the same" "CAP_NET_ADMIN step: add xapi0" \
		"$(grep -oE 'CAP_[A-Z_]+|^step: \w+ \w+' <<<"$OUTPUT" | xargs)"
	check_eq "$who: nothing has changed" "$before" "$(everything)"
	check "$who can read" "$@" "$copy" pif-list params=all
	check "$who: ... the kernel, too" grep -q 'currently-attached ( RO): false' <<<"$OUTPUT"
	check "$who can change records alone" "$@" "$copy" network-create name-label="of $who"
}

# TAPs are made through a file that is perhaps only root's, so no VM here.
powerful() {
	check "nobody with CAP_NET_ADMIN can plug a PIF" \
		"${nobody_with[@]}" "$copy" pif-plug uuid="$pif"
	check "... whose bridge is there" port_of eth1 xenbr1
	check "... and unplug it" "${nobody_with[@]}" "$copy" pif-unplug uuid="$pif"
}

# What follows runs in a namespace of its own, where /sys still shows the devices of this one.
elsewhere() {
	unshare --net bash -eu <<-'END'
		ip link add name eth1 type veth peer name far
		ip link set dev eth1 mtu 1400 address 02:00:00:00:00:01
		export XENET_DB=$FRESH_DIR/elsewhere.db
		pif=$(xenet pif-introduce device=eth1 host-uuid="$(xenet host-list --minimal)")
		xenet pif-plug uuid="$pif"
		ip -j link show master xenbr1 | jq -r '.[] | "\(.ifname) \(.address) \(.mtu)"'
		xenet pif-list params=MAC --minimal
		xenet pif-list params=currently-attached --minimal
		xenet pif-unplug uuid="$pif"
		ip -j link show | jq -r '.[] | "\(.ifname) \(.mtu)"' | sort | xargs
	END
}

other_namespace() {
	local before
	xenet pif-plug uuid="$pif"
	before=$(network_state --ifindex)
	check_eq "in another namespace /sys makes no difference" "eth1 02:00:00:00:00:01 1500
02:00:00:00:00:01
true
eth1 1400 far 1500 lo 65536" "$(elsewhere)"
	check_eq "... and nothing has changed in this one" "$before" "$(network_state --ifindex)"
	traced -qq -e trace=%file -o "$FRESH_DIR/trace" xenet pif-list params=all >/dev/null
	check_fails "/sys is not opened" grep '"/sys' "$FRESH_DIR/trace"
}

nic eth1 far
fresh
copy=$FRESH_DIR/xenet
cp -L "$XENET_BIN" "$copy"
pif=$(introduce eth1)
network=$(xenet network-create name-label=inner)
vm=$(xenet vm-create name-label=guest)
xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0 >/dev/null
powerless root "${root_without[@]}"
# Its root rules what is in it, which this network namespace is not.
powerless "a user namespace" unshare --user --map-root-user
give_to 65534
powerless nobody "${nobody[@]}"
powerful
give_to 0
other_namespace
finish
