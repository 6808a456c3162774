# shellcheck shell=bash
# Sourced by the boot tests, after common.sh: machines that boot, one after the other.

machine=''

# boot ID: $machine, a new network namespace in a boot of that id; the last one goes on, if
# it has the same id, and is gone, if it has not. The run directory is emptied.
boot() {
	local last
	last=$(cat "$FRESH_DIR/boot_id" 2>/dev/null || true)
	if [[ $last != "$1" ]]; then
		[[ -z $machine ]] || kill "$machine"
		rm -rf "$XENET_RUN"
	fi
	# A file of its own: the last one is still mounted.
	rm -f "$FRESH_DIR/boot_id"
	echo "$1" >"$FRESH_DIR/boot_id"
	# shellcheck disable=SC2016  # the variable is the inner shell's
	unshare --net --mount --uts --propagation private sh -c \
		'mount --bind "$0" /proc/sys/kernel/random/boot_id && ip link set lo up &&
			touch "$0.up" && exec sleep 3600' "$FRESH_DIR/boot_id" &
	machine=$!
	wait_for 30 rm "$FRESH_DIR/boot_id.up"
}

# here CMD...: on that machine.
here() {
	nsenter --target "$machine" --net --mount --uts -- "$@"
}

# card NAME ADDRESS [MTU]: a network card with its cable plugged in.
card() {
	here ip link add name "$1" address "$2" mtu "${3-1500}" type veth peer name "far-$1"
	here ip link set dev "far-$1" addrgenmode none up
}

# ports PORT=BRIDGE...: all are so.
ports() {
	local port
	for port; do
		grep -q " master ${port#*=} " <<<"$(here ip -o link show dev "${port%=*}")"
	done
}

# The links that bear a mark.
marked() {
	here ip -j link show | jq -r '.[] | select(.ifalias // "" | startswith("xenet:")) | .ifname' |
		sort | xargs
}

addresses() {
	here ip -j -4 address show dev "$1" | jq -r '.[].addr_info[] | "\(.local)/\(.prefixlen)"'
}

# All links, as the kernel numbers and connects them, and their addresses.
links() {
	here ip -j -d address show | jq -r '.[] | "\(.ifindex) \(.ifname) \(.master) \(.address) \(.mtu)
		\(.ifalias) \(.flags | index("UP") != null) \(.addr_info | map(.local))"'
}
