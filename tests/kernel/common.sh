# shellcheck shell=bash
# Sourced by the kernel tests, after ../lib.sh: words that several of them use.

# introduce NIC: its PIF.
introduce() {
	xenet pif-introduce host-uuid="$(xenet host-list --minimal)" device="$1"
}

# port_of DEVICE BRIDGE
port_of() {
	grep -q "master $2 " <<<"$(bridge link show dev "$1")"
}

# attached pif|vif UUID: what xenet says, true or false.
attached() {
	xenet "$1-param-get" uuid="$2" param-name=currently-attached
}

has_link_local() {
	[[ $(ip -6 address show dev "$1" scope link -tentative) == *fe80:* ]]
}

# traced ARG...: strace ARG..., in which LeakSanitizer cannot run.
traced() {
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -f "$@"
}

# stride N: of many points a short run takes each N-th, a long one (XENET_LONG=1) all.
stride() {
	if [[ -n ${XENET_LONG-} ]]; then
		echo 1
	else
		echo "$1"
	fi
}

# Read-only: a writer that leaves would take the WAL with it, and change what is tested.
dump() {
	sqlite3 -readonly "$XENET_DB" .dump | without_history
}

# network_state [--ifindex]: a snapshot, and what "ip address" does not show.
network_state() {
	snapshot "$@"
	ip -j -d link show | jq -r '.[] | "link \(.ifname) addrgen \(.inet6_addr_gen_mode)"' | sort
}

# All that a command might change.
everything() {
	network_state --ifindex
	dump
}

# refused DESCRIPTION VALUES CMD...: CMD fails with these lines below its sentence, and all is
# as it was in $before.
# shellcheck disable=SC2154  # before is the caller's
refused() {
	local description=$1 values=$2
	shift 2
	check_fails "$description: refused" "$@"
	check_eq "$description: the error names all" "$values" "$(sed 1d <<<"$OUTPUT")"
	check_eq "$description: nothing has changed" "$before" "$(everything)"
}

# other_host: $far, a process in a network namespace of its own, to be killed in the end.
other_host() {
	unshare -n sleep 3600 &
	far=$!
	wait_for 5 _apart
}

_apart() {
	[[ $(readlink "/proc/$far/ns/net") != "$(readlink "/proc/$$/ns/net")" ]]
}

# far CMD...: on the other host.
far() {
	nsenter --target "$far" --net "$@"
}

# two_networks: $network, that of $pif, eth1's, and $inner.
# shellcheck disable=SC2034  # for the caller
two_networks() {
	pif=$(introduce eth1)
	network=$(xenet pif-param-get uuid="$pif" param-name=network-uuid)
	inner=$(xenet network-create name-label=inner)
}

# guest_on_nic: on a new database $pif, the NIC eth1, and $vm with $vif on its $network, unplugged.
guest_on_nic() {
	nic eth1 far
	fresh
	pif=$(introduce eth1)
	network=$(xenet pif-param-get uuid="$pif" param-name=network-uuid)
	vm=$(xenet vm-create name-label=guest)
	# shellcheck disable=SC2034  # the caller's
	vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0)
}

# guest_on_two_networks: $vm with a VIF on the network $inner and one, $vif, on $base, which is
# that of $pif, eth1's.
# shellcheck disable=SC2034  # for the caller
guest_on_two_networks() {
	two_networks
	base=$network
	vm=$(xenet vm-create name-label=guest)
	xenet vif-create vm-uuid="$vm" network-uuid="$inner" device=0 >/dev/null
	vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$base" device=1)
}
