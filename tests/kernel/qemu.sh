#!/bin/bash
# A guest that QEMU runs, without root, with the arguments that vm-qemu-args prints: it gets its
# address from a DHCP server behind the bridge, and reaches it; it has the queues and the MTU of its
# VIF; and it stays on the network while that changes under it.
# lanes: namespace
# timeout: 300
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

kernel=/usr/local/lib/xenet-tests/guest # tests/setup's
owner=60007

# What the guest does: all that it says is for the test.
guest_program() {
	cat <<'INIT'
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs devtmpfs /dev
for module in /modules/*.ko; do
	$b insmod $module
done
$b ip link set lo up
for card in /sys/class/net/eth*; do
	name=${card##*/}
	$b ip link set $name up
	echo "TEST $name $($b cat $card/address) mtu $($b cat $card/mtu) queues $($b ls $card/queues | $b grep -c rx)"
done
$b udhcpc -i eth0 -n -q -t 20 -T 1 -s /lease
$b ip address add 198.51.100.2/24 dev eth1
$b ping -c 1 -W 20 192.0.2.1 >/dev/null && echo "TEST reaches 192.0.2.1"
echo "TEST ready"
while read -r word; do
	case $word in
	ping) $b ping -c 1 -W 20 198.51.100.1 >/dev/null && echo "TEST reaches 198.51.100.1" ;;
	off) $b poweroff -f ;;
	esac
done
INIT
}

lease_program() {
	cat <<'LEASE'
#!/bin/busybox sh
[ "$1" = bound ] || exit 0
/bin/busybox ip address add $ip/$mask dev $interface
echo "TEST lease $ip"
LEASE
}

make_initramfs() {
	local root=$FRESH_DIR/root
	mkdir -p "$root"/{bin,proc,sys,dev,modules}
	cp /bin/busybox "$root/bin/"
	cp "$kernel"/*.ko "$root/modules/"
	guest_program >"$root/init"
	lease_program >"$root/lease"
	chmod 755 "$root/init" "$root/lease"
	(cd "$root" && find . | busybox cpio -o -H newc) >"$FRESH_DIR/initramfs" 2>/dev/null
	chmod 644 "$FRESH_DIR/initramfs"
}

serve_leases() {
	local dir=$FRESH_DIR/udhcpd
	mkdir "$dir"
	touch "$dir/leases"
	cat >"$dir/conf" <<-CONF
		start 192.0.2.100
		end 192.0.2.100
		interface far
		lease_file $dir/leases
		pidfile $dir/pid
		opt subnet 255.255.255.0
	CONF
	far busybox udhcpd -f -S "$dir/conf" >"$dir/log" 2>&1 &
}

# Whoever has the owner's number, and nothing else. On a busy machine the kernel of the guest would
# find that its timer does not work.
# shellcheck disable=SC2016  # the parameters are those of the inner shell
run_guest() {
	local args
	read -ra args <<<"$(xenet vm-qemu-args uuid="$vm" | xargs)"
	mkfifo "$FRESH_DIR/keys"
	unshare --mount bash -c 'mknod "$0" c 10 200 && chmod 666 "$0" &&
		mount --bind "$0" /dev/net/tun && rm "$0" && exec setpriv --reuid "$1" --regid "$1" \
			--clear-groups --bounding-set=-all "${@:2}"' "$FRESH_DIR/tun" "$owner" \
		qemu-system-x86_64 -accel tcg -m 192 -smp 2 -nodefaults -nographic -serial stdio -no-reboot \
		-kernel "$kernel/vmlinuz" -initrd "$FRESH_DIR/initramfs" \
		-append 'console=ttyS0 quiet panic=-1 mitigations=off no_timer_check' "${args[@]}" \
		<"$FRESH_DIR/keys" >"$FRESH_DIR/console" 2>&1 &
	guest=$!
	exec {keys}>"$FRESH_DIR/keys"
}

said() {
	sed -n 's/\r$//; s/^.*TEST //p' "$FRESH_DIR/console"
}

says() {
	grep -qx "$1" <<<"$(said)"
}

fails_to_say() {
	echo "the guest has not said: $1"
	cat "$FRESH_DIR/console"
	return 1
}

# hears SECONDS WORDS
hears() {
	wait_for "$1" says "$2" || fails_to_say "$2"
}

# guest_flags DEVICE: how QEMU has opened it.
guest_flags() {
	ip -j -d link show dev "$1" |
		jq -r '.[].linkinfo.info_data | "\(.multi_queue) \(.vnet_hdr) \(.numqueues // 1)"'
}

check "tests/setup has unpacked a kernel for guests" test -e "$kernel/vmlinuz"
nic eth1 far
fresh
chmod 755 "$FRESH_DIR"
other_host
ip link set dev far netns "$far"
far ip address add 192.0.2.1/24 dev far
far ip link set dev far up
serve_leases
two_networks
xenet network-param-set uuid="$inner" MTU=1400
vm=$(xenet vm-create name-label=guest)
xenet vm-param-set uuid="$vm" other-config:tap-owner=$owner
first=$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0)
second=$(xenet vif-create vm-uuid="$vm" network-uuid="$inner" device=1)
xenet vif-param-set uuid="$second" other-config:queues=2 qos_algorithm_type=ratelimit \
	qos_algorithm_params:kbps=1000
check "start" xenet vm-start uuid="$vm"
make_initramfs
run_guest
check "the guest runs" hears 150 ready
says ready || finish
check_eq "its cards have the addresses, MTUs and queues of its VIFs" \
	"eth0 $(xenet vif-param-get uuid="$first" param-name=MAC) mtu 1500 queues 1
eth1 $(xenet vif-param-get uuid="$second" param-name=MAC) mtu 1400 queues 2" \
	"$(said | grep ' mtu ')"
check "it got its address from beyond the bridge" says "lease 192.0.2.100"
check "... and reaches who gave it" says "reaches 192.0.2.1"
check "... who reaches it" far ping -c 1 -w 20 192.0.2.100
check_eq "its TAPs take headers for checksums, as QEMU asks for them" \
	"false true 1 true true 2" "$(guest_flags vif1.0) $(guest_flags vif1.1)"
check_eq "a second QEMU is warned" "Note: A process has vif1.0 open already: QEMU cannot open it.
Note: A process has vif1.1 open already: QEMU cannot open it." \
	"$(xenet vm-qemu-args uuid="$vm" 2>&1 >/dev/null)"
check_eq "nothing differs" '' "$(xenet host-check)"
bridge=$(xenet network-param-get uuid="$inner" param-name=bridge)
ip address add 198.51.100.1/24 dev "$bridge"
echo ping >&"$keys"
check "the guest is reached through a limit and several queues" hears 30 "reaches 198.51.100.1"
check "move its first VIF" xenet vif-move uuid="$first" network-uuid="$inner"
check_fails "... who was beyond its bridge reaches it no more" far ping -c 1 -w 2 192.0.2.100
check "... back again" xenet vif-move uuid="$first" network-uuid="$network"
check "... it is reached" far ping -c 1 -w 20 192.0.2.100
echo off >&"$keys"
exec {keys}>&-
status=0
wait "$guest" || status=$?
check_eq "the guest ends" 0 "$status"
check_eq "and nothing differs" '' "$(xenet host-check)"
check "shut down" xenet vm-shutdown uuid="$vm"
check_fails "its TAP is gone" ip link show dev vif1.0
kill "$far"
finish
