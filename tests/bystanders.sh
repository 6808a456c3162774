# shellcheck shell=bash
# Sourced by lib.sh: devices of others, which stand in each kernel test's namespace before it
# begins, and must be the same when it ends: unmarked ones, one that looks like ours but for
# the mark, and one with the mark of a database that nobody knows (catalogue 45, 49).
#
# A test that makes foreign devices of its own says "foreign NAME..." when they are ready; from
# then on they are compared, too.

_bystanders='by-.*|lo'
# The lab's kernel has no other.
_bystanders_family=$([[ $XENET_LANE == lab ]] && echo bridge || echo inet)

_bystanders_make() {
	ip -batch - <<-'END'
		link add name by-br address 02:00:00:00:77:01 type bridge
		link add name by-port address 02:00:00:00:77:02 type veth peer name by-peer address 02:00:00:00:77:03
		tuntap add dev by-group mode tap
		tuntap add dev by-mark mode tap
		link set dev by-br addrgenmode none
		link set dev by-port addrgenmode none mtu 1400 master by-br
		link set dev by-peer addrgenmode none alias someone
		link set dev by-group addrgenmode none group 30830 master by-br
		link set dev by-mark addrgenmode none alias xenet:6b797374-0000-4000-8000-000000000001:6b797374-0000-4000-8000-000000000002
		link property add dev by-mark altname by-other-name
		link set dev by-port up
		link set dev by-peer up
		link set dev by-br up
		address add 100.64.77.1/24 dev by-br
		address add fd77::1/64 dev by-br nodad
		address add 100.64.78.1/32 dev lo
		route add 100.64.79.0/24 via 100.64.77.9 dev by-br proto static
		route add default via 100.64.77.9 dev by-br table 77 proto static
		rule add from 100.64.79.0/24 lookup 77
		neighbour add 100.64.77.9 lladdr 02:00:00:00:77:09 dev by-br nud permanent
	END
	bridge fdb add 02:00:00:00:77:10 dev by-port master static
	tc qdisc add dev by-peer root tbf rate 1mbit burst 10k latency 50ms
	if [[ $XENET_LANE == lab ]]; then
		ip link add link by-peer name by-peer.7 type vlan id 7
		ip link set dev by-br type bridge vlan_filtering 1
		bridge vlan add dev by-port vid 7
	fi
	if command -v nft >/dev/null; then
		nft -f - <<-END
			table $_bystanders_family bystander {
				set friends { type ipv4_addr; elements = { 100.64.77.9 }; }
				chain input { type filter hook input priority 0; meta mark 77 accept; }
			}
		END
	fi
}

# What there is of others, by the names of their devices.
_bystanders_state() {
	_settled_state true "^($_bystanders)\$"
	{
		ip neighbour show nud permanent
		ip rule show
	} | grep -E " dev ($_bystanders) | 77\$| lookup (local|main|default)\$" || true
	! command -v nft >/dev/null || nft list table "$_bystanders_family" bystander
}

# foreign NAME...: these are others', too, as they are now.
foreign() {
	local name
	for name; do
		_bystanders+="|$name"
	done
	_bystanders_before=$(_bystanders_state)
}

_bystanders_check() {
	[[ -n $_bystanders_before ]] || return 0
	check_eq "what is others' was left alone" "$_bystanders_before" "$(_bystanders_state)"
}

# The names of all bridges but theirs.
bridges() {
	ip -br link show type bridge | awk '$1 !~ /^by-/ {print $1}' | xargs
}
