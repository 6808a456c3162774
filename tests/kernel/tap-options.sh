#!/bin/bash
# A TAP's owner, group and queues, as the kernel tells of them, who can open it, and what becomes
# of one that is not as it should be, also while a guest has it open (catalogue 47).
# lanes: namespace lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=guests.sh
. "$(dirname "$0")/guests.sh"

# options DEVICE: owner, group, several queues.
options() {
	ip -j -d link show dev "$1" | jq -r '.[0].linkinfo.info_data |
		"\(.user // "-") \(.group // "-") \(.multi_queue)"'
}

# Whoever may reach the device file, here in its own mounts alone, can open what is its own.
# as USER GROUP DEVICE
# shellcheck disable=SC2016,SC2317  # the parameters are those of the inner shell; check calls it
as() {
	unshare --mount bash -c 'mknod "$0" c 10 200 && chmod 666 "$0" &&
		mount --bind "$0" /dev/net/tun && rm "$0" && exec setpriv --reuid "$1" --regid "$2" \
			--clear-groups --bounding-set=-all "$4" tap "$3"' \
		"$(dirname "$XENET_DB")/tun" "$@" \
		"$(dirname "$XENET_BIN")/../tests/tools/frame" </dev/null
}

index() {
	ip -j link show dev "$1" | jq .[].ifindex
}

# in_its_place WORD...: another TAP is vif1.0, up and marked as ours.
in_its_place() {
	ip link del dev vif1.0
	ip tuntap add dev vif1.0 "$@"
	ip link set dev vif1.0 address fe:ff:ff:ff:ff:ff group 30830 alias "$mark" addrgenmode none \
		master xapi0 up
}

fresh
chmod 755 "$FRESH_DIR"
network=$(xenet network-create name-label=lan)
vm=$(xenet vm-create name-label=guest)
owned=$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0)
xenet vif-create vm-uuid="$vm" network-uuid="$network" device=1 >/dev/null
wide=$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=2)
xenet vif-param-set uuid="$owned" other-config:tap-owner=60007
xenet vif-param-set uuid="$wide" other-config:tap-owner=60007 other-config:tap-group=60008 \
	other-config:queues=4
check "start" xenet vm-start uuid="$vm"
check_eq "the first one has an owner" "60007 - false" "$(options vif1.0)"
check_eq "the second has none" "- - false" "$(options vif1.1)"
check_eq "the third has a group, too, and may have several queues" "60007 60008 true" \
	"$(options vif1.2)"
check "host-check agrees" xenet host-check
check "the owner opens it" as 60007 60000 vif1.0
check_fails "nobody else does" as 60008 60007 vif1.0
check "what has no owner is anybody's" as 60008 60000 vif1.1
xenet vif-param-set uuid="$owned" other-config:tap-owner=60009
check "a new owner waits for the next plug" xenet host-check
xenet vif-unplug uuid="$owned"
check "plug" xenet vif-plug uuid="$owned"
check_eq "... brings it" "60009 - false" "$(options vif1.0)"
mark=$(ip -j link show dev vif1.0 | jq -r '.[].ifalias')
in_its_place mode tap user 60001
check_fails "host-check finds another owner" xenet host-check
check "... and says so" grep -q 'owner=60001' <<<"$OUTPUT"
before=$(index vif1.0)
check "host-recover" xenet host-recover
check_eq "... brings the owner back, on that device" "60009 - false $before" \
	"$(options vif1.0) $(index vif1.0)"
in_its_place mode tap user 60001
before=$(index vif1.0)
guest_opens vif1.0
check_fails "of one that a guest has open" xenet host-check
check "... host-check says why that stays" grep -q 'A process has vif1.0 open' <<<"$OUTPUT"
check_fails "... host-recover leaves it to the guest" xenet host-recover
check_eq "... as it is" "60001 - false $before" "$(options vif1.0) $(index vif1.0)"
check "... and other commands work" xenet vif-param-set uuid="$owned" other-config:qos-rx-kbps=1000
guest_closes
check "when it lets go, host-recover" xenet host-recover
check_eq "... brings the owner back" "60009 - false $before" "$(options vif1.0) $(index vif1.0)"
in_its_place mode tap user 60009 multi_queue
check "QEMU would open it otherwise, which is told" \
	grep -q '^Note: vif1.0 has other queues than QEMU asks for' \
	<<<"$(xenet vm-qemu-args uuid="$vm" 2>&1 >/dev/null)"
check "host-recover makes it anew" xenet host-recover
check_eq "... with one queue" "60009 - false" "$(options vif1.0)"
check_eq "QEMU is told of several queues" "ifname=vif1.2,script=no,downscript=no,queues=4" \
	"$(xenet vm-qemu-args uuid="$vm" | grep -o 'ifname=vif1.2,.*')"
check_eq "no TAP is open" '' "$(xenet vm-qemu-args uuid="$vm" 2>&1 >/dev/null)"
mkfifo "$FRESH_DIR/in"
"$(dirname "$XENET_BIN")/../tests/tools/frame" tap vif1.1 <"$FRESH_DIR/in" >"$FRESH_DIR/out" &
guest=$!
exec {mouth}>"$FRESH_DIR/in"
check "a process opens one" wait_for 10 grep -q ready "$FRESH_DIR/out"
check_eq "... which is told" \
	"Note: A process has vif1.1 open already: QEMU cannot open it." \
	"$(xenet vm-qemu-args uuid="$vm" 2>&1 >/dev/null)"
exec {mouth}>&-
wait "$guest"
check "stop" xenet vm-shutdown uuid="$vm"
finish
