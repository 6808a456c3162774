#!/bin/bash
# host-check tells what differs, host-recover brings it back: and just that (catalogue 10, 16, 47, 49).
# lanes: namespace
# timeout: 300
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# A bridge that loses its last port loses more than that, but that is not ours.
ours() {
	network_state --ifindex | grep -v ' theirs '
}

# findings: what host-check finds, a line each, without the uuids.
findings() {
	xenet host-check --json | jq -r '.[] |
		"\(.object): \(.attribute) \(.wanted) \(.found)" |
		gsub("[0-9a-f-]{36}[: ]?"; "")'
}

# differs FINDINGS CMD...: CMD does it; host-check finds it, host-recover mends it.
differs() {
	local expected=$1 before
	shift
	before=$(ours)
	"$@"
	check_eq "$*: found" "$expected" "$(findings)"
	check_eq "$*: exit status 3" 3 "$(xenet host-check >/dev/null || echo $?)"
	check_eq "$*: a dry run foretells that nothing is left" "" \
		"$(xenet host-recover --dry-run 2>&1 >/dev/null || echo $?)"
	check "$*: mended" xenet host-recover
	check_eq "$*: nothing is left to be told" "" "$OUTPUT"
	check_eq "$*: as before" "$before" "$(ours)"
	check "$*: and found so" xenet host-check
	check_eq "$*: without a word" "" "$OUTPUT"
}

# open_tap DEVICE: a guest that has it open, $guest.
open_tap() {
	mkfifo "$FRESH_DIR/$1.in"
	"$(dirname "$XENET_BIN")/../tests/tools/frame" tap "$1" \
		<"$FRESH_DIR/$1.in" >"$FRESH_DIR/$1.out" 2>&1 &
	guest=$!
	exec {mouth}>"$FRESH_DIR/$1.in"
	wait_for 10 grep -q ready "$FRESH_DIR/$1.out"
}

# Attribute by attribute; no link is made anew, not even one that lost name and mark at once.
settings() {
	differs "pif eth1: master xenbr1 " ip link set dev eth1 nomaster
	differs "pif eth1: up yes no" ip link set dev eth1 down
	differs "pif eth1: mtu 1500 1400" ip link set dev eth1 mtu 1400
	differs "vif vif1.0: mtu 1500 1400" ip link set dev vif1.0 mtu 1400
	differs "vif vif1.0: master xenbr1 theirs" ip link set dev vif1.0 master theirs
	differs "vif vif1.0: address fe:ff:ff:ff:ff:ff 02:00:00:00:00:01" \
		ip link set dev vif1.0 address 02:00:00:00:00:01
	differs "vif vif1.0: name vif1.0 astray" ip link set dev vif1.0 name astray
	differs "network xenbr1: up yes no" ip link set dev xenbr1 down
	differs "network xenbr1: mtu 1500 1400" ip link set dev xenbr1 mtu 1400
	differs "network xenbr1: addrgen none eui64" \
		ip link set dev xenbr1 addrgenmode eui64
	differs $'network xenbr1: stp no yes\nnetwork xenbr1: delay 0 2' \
		ip link set dev xenbr1 type bridge stp_state 1
	differs "network xenbr1: delay 0 9" \
		ip link set dev xenbr1 type bridge forward_delay 900
	differs "network xenbr1: linklocal_learn no yes" \
		ip link set dev xenbr1 type bridge no_linklocal_learn 0
	check "... so that it does not learn from that again" \
		grep -q 'no_linklocal_learn 1' <<<"$(ip -d link show dev xenbr1)"
	differs "network xenbr1: name xenbr1 astray" ip link set dev xenbr1 name astray
	differs "network xenbr1: mark xenet:" ip link set dev xenbr1 alias ""
	differs "vif vif1.0: mark xenet:" ip link set dev vif1.0 alias ""
}

deleted() {
	local index
	index=$(</sys/class/net/vif1.0/ifindex)
	ip link del dev xenbr1
	check_eq "a bridge deleted: found, with what hung on it" "network xenbr1: link bridge none
pif eth1: master xenbr1 
vif vif1.0: master xenbr1 " "$(findings)"
	check_eq "... the network knows" "xenbr1: missing" \
		"$(xenet network-param-get uuid="$network" param-name=degraded)"
	check_eq "... and the PIF" "eth1: master is none, not xenbr1; xenbr1: missing" \
		"$(xenet pif-param-get uuid="$pif" param-name=degraded)"
	check_eq "... which is not attached" false "$(attached pif "$pif")"
	check_eq "... and the VIF" "vif1.0: master is none, not xenbr1" \
		"$(xenet vif-param-get uuid="$vif" param-name=degraded)"
	check "... mended" xenet host-recover
	check_eq "... with the device that the guest has" "$index true" \
		"$(</sys/class/net/vif1.0/ifindex) $(port_of vif1.0 xenbr1 && echo true)"
	check "... as it was" xenet host-check
	check_eq "... none is degraded" ",," "$(xenet network-param-get uuid="$network" \
		param-name=degraded),$(xenet pif-param-get uuid="$pif" \
			param-name=degraded),$(xenet vif-param-get uuid="$vif" param-name=degraded)"
}

# What cannot be mended is told, and does not keep the rest.
hindered() {
	ip link set dev xenbr1 down
	ip link set dev xenbr1 name astray
	ip link add name xenbr1 type bridge
	ip link set dev vif1.0 down
	check_eq "the name taken: exit status 2" 2 \
		"$(xenet host-recover >"$FRESH_DIR/left" || echo $?)"
	check_eq "... the reason" "network xenbr1" \
		"$(xenet host-recover --json | jq -r '.[0].object | sub(" [0-9a-f-]{36}"; "")')"
	check "... the TAP is up again" up vif1.0
	check_eq "... the other's bridge is its own" "" "$(</sys/class/net/xenbr1/ifalias)"
	ip link del dev xenbr1
	check "... then all is mended" xenet host-recover
	check_fails "... and nothing astray" ip link show dev astray
	check "... as it was" xenet host-check
}

up() {
	[[ $(ip -j link show dev "$1" | jq -r '.[0].flags | index("UP") != null') == true ]]
}

# writes CMD...: how many messages it sends that change the kernel.
writes() {
	traced -qq -o "$FRESH_DIR/trace" -e trace=sendto,sendmsg,ioctl "$@" >/dev/null
	grep -cE 'nlmsg_type=RTM_(NEW|DEL|SET)|TUNSET' "$FRESH_DIR/trace" || true
}

nothing_to_do() {
	check_eq "nothing to do: nothing is sent" 0 "$(writes xenet host-recover)"
	check_eq "... nor when it is looked at" 0 "$(writes xenet host-check)"
	ip link set dev eth1 mtu 1400
	check_eq "... one thing to do: one message" 1 "$(writes xenet host-recover)"
	ip link set dev eth1 mtu 1400
	check_eq "the plan of a dry run" "set eth1 mtu=1500" \
		"$(xenet host-recover --dry-run)"
	xenet host-recover
}

# Devices that a database of yesterday does not know; a guest has one open.
orphans() {
	local before
	before=$(ours)
	sqlite3 "$XENET_DB" "VACUUM INTO '$FRESH_DIR/yesterday'"
	xenet vm-start uuid="$vm2"
	open_tap vif2.0
	mv "$FRESH_DIR/yesterday" "$XENET_DB"
	rm -f "$XENET_DB"-*
	check_eq "orphans are found, with whose they were" "vif vif2.0: link none tap that a process has open
network xapi0: link none bridge" "$(findings)"
	check "... stay as long as nobody asks" xenet host-recover
	check_eq "... are listed" 2 "$(grep -c '^ *object' <<<"$OUTPUT")"
	check_eq "... but for what a process uses they go when asked" 2 \
		"$(xenet host-recover --orphans >/dev/null || echo $?)"
	check "... a bridge with such a port too" ip link show dev xapi0
	exec {mouth}>&-
	wait "$guest"
	check "... all, when nobody uses them" xenet host-recover --orphans
	check_eq "... so that all is as before" "$before" "$(ours)"
	check "... and found so" xenet host-check
}

# Marks that somebody put on devices of his own (catalogue 49).
forged() {
	local mark before
	mark=xenet:$(xenet host-list --minimal)
	ip link set dev far alias "$mark:$network"
	ip link add name forged type bridge
	ip link set dev forged alias "$mark:11111111-2222-3333-4444-555555555555"
	before=$(network_state --ifindex)
	check_eq "forged marks are found" "network far: mark none xenet:
device forged: mark none xenet:" "$(findings)"
	check "... listed" xenet host-recover --orphans
	check_eq "... and nothing is done to the devices" "$before" \
		"$(network_state --ifindex)"
	ip link set dev far alias ""
	ip link del dev forged
}

# messages CMD...: how many it sends.
messages() {
	traced -qq -o "$FRESH_DIR/trace" -e trace=sendmsg "$@" >/dev/null
	grep -c sendmsg "$FRESH_DIR/trace"
}

# An undo that failed is told, and finished as soon as that is possible (catalogue 10).
unsettled() {
	local n status=0
	n=$(messages xenet vm-start uuid="$vm2")
	xenet vm-shutdown uuid="$vm2"
	traced -qq -o /dev/null -e trace=sendmsg \
		-e inject=sendmsg:error=ENOMEM:when="$((n - 1))+" \
		xenet vm-start uuid="$vm2" >"$FRESH_DIR/output" 2>&1 || status=$?
	check_eq "an undo that fails: exit status 2" 2 "$status"
	check_eq "... is found" "change settled" "$(xenet host-check --json |
		jq -r '.[0] | "\(.attribute) \(.wanted)"')"
	check_eq "... and its VIF says so" "not settled" \
		"$(xenet vif-param-get uuid="$vif2" param-name=degraded | cut -d: -f1)"
	check "... and settled" xenet host-recover
	check "... so that nothing is left" xenet host-check
	check_eq "... to be told" "" "$(xenet vif-param-get uuid="$vif2" param-name=degraded)"
}

# The process in the trace; it stands still.
stopped() {
	grep -q SIGSTOP "$FRESH_DIR/trace" || return 1
	changer=$(sed -n 's/^\([0-9]*\) .*/\1/p;q' "$FRESH_DIR/trace")
	grep -q '^State:[[:space:]]*[tT]' "/proc/$changer/status"
}

# A change under way is no drift (catalogue 16).
under_way() {
	local n changer status=0
	n=$(messages xenet vm-start uuid="$vm2")
	xenet vm-shutdown uuid="$vm2"
	: >"$FRESH_DIR/trace"
	traced -qq -o "$FRESH_DIR/trace" -e trace=sendmsg \
		-e inject=sendmsg:signal=STOP:when="$((n - 1))" \
		xenet vm-start uuid="$vm2" >/dev/null 2>&1 &
	wait_for 10 stopped
	check "a change under way is no drift" xenet host-check
	check_eq "... but told" "Note: A change is under way; what it is about was not compared." \
		"$OUTPUT"
	kill -CONT "$changer"
	wait $! || status=$?
	check_eq "... it ends well" 0 "$status"
	check "... and all is as it should be" xenet host-check
	xenet vm-shutdown uuid="$vm2"
}

# Who has taken a mark away has not made the device his own.
unmarked() {
	local before
	before=$(ours)
	xenet vm-start uuid="$vm2"
	ip link set dev "$(device_of "$vif2")" alias ""
	ip link set dev xapi0 alias ""
	check "marks taken away: the VM is shut down" xenet vm-shutdown uuid="$vm2"
	check_eq "... and its devices with it" "$before" "$(ours)"
	xenet vm-start uuid="$vm2"
	ip link set dev "$(device_of "$vif2")" alias "" group 0
	check "out of its group, too, a device is somebody's" xenet vif-unplug uuid="$vif2"
	check "... and stays" ip link show dev "$(device_of "$vif2")"
	ip link del dev "$(device_of "$vif2")"
	xenet vm-shutdown uuid="$vm2"
	check "... the bridge that it kept is an orphan then" xenet host-recover --orphans
	check_eq "... and goes" "$before" "$(ours)"
}

# device_of VIF: of its running VM.
device_of() {
	echo "vif$(xenet vm-param-get param-name=dom-id uuid="$(xenet vif-param-get uuid="$1" \
		param-name=vm-uuid)").$(xenet vif-param-get uuid="$1" param-name=device)"
}

nic eth1 far
ip link add name theirs type bridge
fresh
two_networks
vm=$(xenet vm-create name-label=guest)
vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0)
vm2=$(xenet vm-create name-label=other)
vif2=$(xenet vif-create vm-uuid="$vm2" network-uuid="$inner" device=0)
check "an idle host: nothing is found" xenet host-check
check_eq "... not even in JSON" "[]" "$(xenet host-check --json)"
xenet vm-start uuid="$vm"
settings
deleted
hindered
nothing_to_do
orphans
forged
unmarked
unsettled
under_way
finish
