#!/bin/bash
# What changes under a running guest, which keeps its TAP: its network, while it sends all the time
# and not one frame is seen in the wrong one, also with a limit, before which frames wait; its MTU; and whether it is on a network at all.
# lanes: namespace lab
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=guests.sh
. "$(dirname "$0")/guests.sh"

frame=$tools/frame
guest_address=02:00:00:00:00:01 # frame's

# listen NIC: until deafen, what comes out there goes to a file of that name.
listen() {
	mkfifo "$FRESH_DIR/$1.in"
	"$frame" nic "$1" <"$FRESH_DIR/$1.in" >"$FRESH_DIR/$1" 2>&1 &
	ears+=($!)
	exec {ear}>"$FRESH_DIR/$1.in"
	open+=("$ear")
	wait_for 10 grep -q ready "$FRESH_DIR/$1"
}

deafen() {
	local fd
	for fd in "${open[@]}"; do
		exec {fd}>&-
	done
	wait "${ears[@]}"
}

# Numbered lines, twenty at a time, as long as somebody reads them.
count() {
	local i
	exec 2>/dev/null
	for ((i = 1; ; i++)); do
		echo "- $i $filling" || break
		((i % 20)) || sleep 0.01
	done
}

# speak: the guest sends numbered frames until fall_silent; $guest is its process.
speak() {
	"$frame" tap vif1.0 < <(count) \
		>"$FRESH_DIR/said" 2>&1 &
	guest=$!
	wait_for 10 grep -q ready "$FRESH_DIR/said"
}

fall_silent() {
	kill "$guest"
	wait "$guest" 2>/dev/null || true
}

# numbers NIC: of the frames that came out there so far.
numbers() {
	sed -nE 's/^- ([0-9]+) .*/\1/p' "$FRESH_DIR/$1"
}

heard_more() {
	(($(grep -c '^- ' "$FRESH_DIR/$1") > $2 + 50))
}

# heard NIC: frames come out there now.
heard() {
	wait_for 20 heard_more "$1" "$(grep -c '^- ' "$FRESH_DIR/$1")"
}

index() {
	ip -j link show dev vif1.0 | jq .[].ifindex
}

learned() {
	grep -q "^$guest_address.* dev vif1.0 .*master $1" <<<"$(bridge fdb show)"
}

# moved_to NETWORK BRIDGE NIC OTHER_BRIDGE: while it speaks.
moved_to() {
	local before
	before=$(index)
	check "move to $2" xenet vif-move uuid="$vif" network-uuid="$1"
	check "... what it sends is heard there" heard "$3"
	check_eq "... from the same device" "$before" "$(index)"
	check "... whose bridge has learned its address" learned "$2"
	check_eq "... the other has forgotten it" '' \
		"$(bridge fdb show br "$4" | grep "^$guest_address" || true)"
}

# In which turns the frames went to one NIC or the other: each time all later ones.
turns() {
	{
		numbers far1 | sed 's/$/ far1/'
		numbers far2 | sed 's/$/ far2/'
	} | sort -n | cut -d ' ' -f 2 | uniq | xargs
}

# Frames that came out more than once, or after a later one.
disorder() {
	local nic
	for nic in far1 far2; do
		numbers "$nic" | sort -n -c -u 2>&1
	done
}

moves() {
	local filling ears=() open=() guest i expected=far1
	filling=$(printf '%0200d' 0)
	rm -f "$FRESH_DIR"/far*
	listen far1
	listen far2
	speak
	check "the guest is heard on its first network" heard far1
	for ((i = 0; i < rounds; i++)); do
		moved_to "$two" xenbr2 far2 xenbr1
		moved_to "$one" xenbr1 far1 xenbr2
		expected+=' far2 far1'
	done
	fall_silent
	deafen
	check_eq "no frame was seen in the wrong network" "$expected" "$(turns)"
	check_eq "... nor out of its turn" '' "$(disorder)"
}

has_heard() {
	grep -q "^- $2" "$FRESH_DIR/$1"
}

# What waits before a limit was sent to the old network: the new one does not see it.
waiting() {
	local ears=() open=() guest mouth i
	rm -f "$FRESH_DIR"/far*
	listen far1
	listen far2
	xenet vif-param-set uuid="$vif" qos_algorithm_params:kbps=1
	mkfifo "$FRESH_DIR/mouth"
	"$frame" tap vif1.0 <"$FRESH_DIR/mouth" >"$FRESH_DIR/said" 2>&1 &
	guest=$!
	exec {mouth}>"$FRESH_DIR/mouth"
	wait_for 10 grep -q ready "$FRESH_DIR/said"
	for i in {1..60}; do
		echo "- $i $(printf '%0200d' 0)"
	done >&"$mouth"
	check "some of what is sent at once is heard" wait_for 10 has_heard far1 1
	check "move while the rest waits" xenet vif-move uuid="$vif" network-uuid="$two"
	echo "- after" >&"$mouth"
	check "what is sent then is heard" wait_for 20 has_heard far2 after
	check_eq "... and nothing before it" $'ready\n- after' "$(tr -d '\0' <"$FRESH_DIR/far2")"
	xenet vif-move uuid="$vif" network-uuid="$one"
	exec {mouth}>&-
	wait "$guest"
	deafen
}

drops() {
	xenet vif-param-get uuid="$vif" param-name=locking-drops
}

has_dropped() {
	(($(drops) > 50))
}

# What comes back from where it waits before a limit is judged like anything else.
locked() {
	local filling='' ears=() open=() guest
	rm -f "$FRESH_DIR"/far*
	listen far1
	xenet vif-param-set uuid="$vif" qos_algorithm_params:kbps=100 locking-mode=locked \
		ipv4-allowed=192.0.2.2
	speak
	check "locked, it sends with an address that is not its own" wait_for 20 has_dropped
	check_eq "... which is not heard, whatever the limit" '' "$(numbers far1)"
	check "unlocked" xenet vif-param-set uuid="$vif" locking-mode=unlocked
	check "... it is" heard far1
	fall_silent
	deafen
}

mtus() {
	ip -j link show | jq -r '.[] | select(.ifname | test("^(vif1.0|xenbr1|eth1)$")) |
		"\(.ifname) \(.mtu)"' | sort | xargs
}

mtu() {
	local before
	before=$(index)
	guest_opens vif1.0
	xenet network-param-set uuid="$one" MTU=2000
	check_eq "another MTU of the network waits" "eth1 1500 vif1.0 1500 xenbr1 1500" "$(mtus)"
	check "... for pif-plug" xenet pif-plug uuid="$pif"
	check_eq "... on all devices" "eth1 2000 vif1.0 2000 xenbr1 2000" "$(mtus)"
	check_eq "... and nothing differs" '' "$(xenet host-check)"
	check_eq "... the guest keeps its own" "$before" "$(index)"
	ip address add 192.0.2.1/24 dev far1
	ip link set dev far1 mtu 2000
	inside ip address add 192.0.2.2/24 dev eth0
	inside ip link set dev eth0 mtu 2000
	check "... and large packets pass" inside ping -c 1 -w 10 -M 'do' -s 1972 192.0.2.1
	guest_closes
	xenet network-param-set uuid="$one" MTU=1500
	check "back again" xenet pif-plug uuid="$pif"
	check_eq "... on all devices" "eth1 1500 vif1.0 1500 xenbr1 1500" "$(mtus)"
	internal=$(xenet network-create name-label=internal)
	xenet vif-move uuid="$vif" network-uuid="$internal"
	xenet network-param-set uuid="$internal" MTU=9000
	check "of a network without a PIF network-attach" \
		xenet network-attach uuid="$internal" host-uuid="$(xenet host-list --minimal)"
	check_eq "... brings the MTU" "$before vif1.0 9000" "$(index) $(mtus | grep -o 'vif1.0 [0-9]*')"
	xenet vif-move uuid="$vif" network-uuid="$one"
	check_eq "... and vif-move that of the next one" "$before vif1.0 1500" \
		"$(index) $(mtus | grep -o 'vif1.0 [0-9]*')"
}

is_port() {
	[[ $(bridge link show dev vif1.0) == *" $1 "* ]]
}

disabled() {
	local before
	before=$(index)
	guest_opens vif1.0
	inside ip address add 192.0.2.2/24 dev eth0
	check "the guest reaches its network" inside ping -c 1 -w 20 192.0.2.1
	xenet vif-param-set uuid="$vif" locking-mode=disabled
	check_fails "disabled, it is no port" is_port xenbr1
	check_fails "... and reaches nothing" inside ping -c 1 -w 2 192.0.2.1
	check "another mode" xenet vif-param-set uuid="$vif" locking-mode=unlocked
	check "... it reaches its network again" inside ping -c 1 -w 20 192.0.2.1
	check_eq "... by the same device" "$before" "$(index)"
	check_eq "... and nothing differs" '' "$(xenet host-check)"
	guest_closes
}

nic eth1 far1
nic eth2 far2
fresh
two_networks
one=$network
pif2=$(introduce eth2)
two=$(xenet pif-param-get uuid="$pif2" param-name=network-uuid)
xenet pif-plug uuid="$pif"
xenet pif-plug uuid="$pif2"
vm=$(xenet vm-create name-label=guest)
vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$one" device=0)
xenet vm-start uuid="$vm"
check_eq "a move is one step" "join vif1.0 master=xenbr2" \
	"$(xenet vif-move uuid="$vif" network-uuid="$two" --dry-run)"
# The lab is slow.
rounds=2
[[ $XENET_LANE != lab || -n ${XENET_LONG-} ]] || rounds=1
moves
xenet vif-param-set uuid="$vif" qos_algorithm_type=ratelimit qos_algorithm_params:kbps=100
((rounds == 1)) || moves
waiting
locked
xenet vif-param-clear uuid="$vif" param-name=qos_algorithm_type
mtu
disabled
finish
