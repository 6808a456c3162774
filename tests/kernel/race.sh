#!/bin/bash
# Commands at the same time: each happens whole, one after the other (catalogue 8, 13, 15-18).
# lanes: namespace
# shellcheck disable=SC2317  # functions are handed over by name
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

sql() {
	sqlite3 -readonly -cmd '.timeout 5000' "$XENET_DB" "$1"
}

# together N CMD...: N of them at once, each with its number as last argument; prints a line
# of each: its exit status and what it printed.
together() {
	local i pids=()
	for ((i = 0; i < $1; i++)); do
		{
			status=0
			said=$("${@:2}" "$i" 2>&1) || status=$?
			echo "$status ${said//$'\n'/ / }"
		} >"$FRESH_DIR/said.$i" &
		pids+=($!)
	done
	wait "${pids[@]}"
	cat "$FRESH_DIR"/said.*
	rm "$FRESH_DIR"/said.*
}

find_host() {
	xenet host-list --minimal 2>>"$FRESH_DIR/notes"
}

first_use() {
	local round
	for round in {1..5}; do
		fresh
		check_eq "first use by eight at once, round $round" "8 0" \
			"$(together 8 find_host | uniq -c | awk '{print $1, $2}')"
		check_eq "... of which one says that it has made the database" 1 \
			"$(grep -c 'one was made' "$FRESH_DIR/notes")"
		check_eq "... and nobody says anything else" 1 "$(wc -l <"$FRESH_DIR/notes")"
		check_eq "... makes one host and one pool" "1 1" \
			"$(sql "SELECT count(*) || ' ' || (SELECT count(*) FROM pool) FROM host")"
	done
}

add_first_vif() {
	xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0
}

same_device() {
	local round said=''
	for round in {1..30}; do
		said+="$(together 2 add_first_vif)"$'\n'
		xenet vif-destroy uuid="$(sql 'SELECT uuid FROM vif')"
	done
	check_eq "of two VIFs with one device number one is made, in $round rounds" "$round" \
		"$(grep -cE '^0 [0-9a-f-]{36}$' <<<"$said")"
	check_eq "... and the other one's error says why" "$round" \
		"$(grep -c '^1 .* / device: 0$' <<<"$said")"
}

add_network_with_vif() {
	local uuid
	uuid=$(xenet network-create name-label="n$1")
	xenet vif-create vm-uuid="$vm" network-uuid="$uuid" device="$1"
}

replug() {
	local uuid
	uuid=$(sql "SELECT uuid FROM vif WHERE device = $1")
	xenet vif-unplug uuid="$uuid"
	xenet vif-plug uuid="$uuid"
}

many() {
	check_eq "20 networks with VIFs are made at once" 20 \
		"$(together 20 add_network_with_vif | grep -cE '^0 [0-9a-f-]{36}$')"
	check_eq "... all different" "20 20" "$(sql "SELECT count(DISTINCT bridge) || ' ' ||
		count(DISTINCT vif.mac) FROM vif JOIN network ON network.uuid = network_uuid")"
	xenet vm-start uuid="$vm"
	check_eq "20 VIFs are unplugged and plugged at once" "20 0" \
		"$(together 20 replug | uniq -c | xargs)"
	check_eq "... each on a bridge of its own" 20 \
		"$(bridge link show | grep -o 'master xapi[0-9]*' | sort -u | wc -l)"
	xenet vm-shutdown uuid="$vm"
	check_eq "... and none stays" '' "$(ip -br link show | grep -E '^(vif|xapi)')"
}

add_vif() {
	xenet vif-create vm-uuid="$vm" network-uuid="$network" device="$1"
}

# Each gets a MAC address and a TAP of its own.
many_vifs() {
	local uuid
	check_eq "50 VIFs are made on one network at once" 50 \
		"$(together 50 add_vif | grep -cE '^0 [0-9a-f-]{36}$')"
	check_eq "... with as many MAC addresses" "50 50" \
		"$(sql "SELECT count(*) || ' ' || count(DISTINCT mac) FROM vif WHERE vm_uuid = '$vm'")"
	xenet vm-start uuid="$vm"
	check_eq "... and TAPs" 50 "$(ip -br link show | grep -oE '^vif[0-9]+\.[0-9]+' | sort -u | wc -l)"
	xenet vm-shutdown uuid="$vm"
	for uuid in $(sql "SELECT uuid FROM vif WHERE vm_uuid = '$vm'"); do
		xenet vif-destroy uuid="$uuid"
	done
}

one_way() {
	local verbs=(pif-plug pif-unplug)
	xenet "${verbs[$1 % 2]}" uuid="$pif"
}

both_ways() {
	local round plugged
	for round in {1..10}; do
		check_eq "plugged and unplugged at once, round $round" "4 0" \
			"$(together 4 one_way | uniq -c | xargs)"
		plugged=$(sql "SELECT iif(plugged, 'true', 'false') FROM pif")
		check_eq "... model and kernel agree" "$plugged $plugged" "$(attached pif "$pif"
			) $([[ -e /sys/class/net/xenbr1 ]] && echo true || echo false)"
	done
	xenet pif-unplug uuid="$pif"
}

recover() {
	xenet host-recover
}

# After a kill, and after somebody's doing: two that mend at once do no more than one.
two_recoveries() {
	local round before index
	xenet pif-plug uuid="$pif"
	before=$(network_state)
	for round in {1..5}; do
		traced -qq -o /dev/null -e inject=sendmsg:signal=KILL:when=$((round * 2 + 4)) \
			xenet vm-start uuid="$vm" >/dev/null 2>&1 || true
		((round % 2)) || ip link del dev xenbr1
		ip link set dev eth1 nomaster
		ip link set dev eth1 mtu 1400
		check_eq "two recoveries at once, round $round: both end well" "2 0" \
			"$(together 2 recover | uniq -c | xargs)"
		check_eq "... all is as it was" "$before" "$(network_state)"
		check_eq "... no intent is left" '' "$(find "$XENET_RUN" -name '*.intent*')"
	done
	index=$(network_state --ifindex)
	check_eq "when all is well they have nothing to do" "2 0" \
		"$(together 2 recover | uniq -c | xargs)"
	check_eq "... and do nothing" "$index" "$(network_state --ifindex)"
	xenet pif-unplug uuid="$pif"
}

# A command that is held up before its commit: others read, and wait to write.
slow_writer() {
	local slow waiting
	traced -qq -o "$FRESH_DIR/trace" -e trace=fdatasync \
		-e inject=fdatasync:delay_enter=3000000:when=1 xenet pif-plug uuid="$pif" &
	slow=$!
	wait_for 5 test -e /sys/class/net/xenbr1
	xenet network-create name-label=waiting >"$FRESH_DIR/waiting" &
	waiting=$!
	check_eq "others read the state before a command that is under way" false \
		"$(timeout 1 xenet pif-param-get uuid="$pif" param-name=currently-attached)"
	check_eq "... and that a second one waits" '0 ' "$(kill -0 "$waiting" && kill -0 "$slow" &&
		echo 0 "$(<"$FRESH_DIR/waiting")")"
	wait "$slow"
	wait "$waiting"
	check_eq "... until both have happened" "true waiting" "$(attached pif "$pif") $(
		xenet network-list uuid="$(<"$FRESH_DIR/waiting")" params=name-label --minimal)"
	xenet pif-unplug uuid="$pif"
}

# The 30 seconds that a command waits are spent in a namespace of its own, beside the rest.
locked_out() {
	export XENET_DB=$FRESH_DIR/locked.db XENET_RUN=$FRESH_DIR/locked
	find_host
	strace -qq -f -o "$FRESH_DIR/locked.trace" -e trace=fdatasync \
		-e inject=fdatasync:delay_enter=60000000:when=1 \
		xenet network-create name-label=slow >/dev/null 2>&1 &
	sleep 1
	xenet network-create name-label=late 2>&1 || echo "exit status $?"
	timeout 1 xenet network-list params=name-label --minimal
	echo "read: $?"
}

nic eth1 far
first_use
export FRESH_DIR
export -f locked_out find_host
unshare --net bash -c locked_out >"$FRESH_DIR/locked.out" &
locked=$!
pif=$(introduce eth1)
network=$(xenet network-create name-label=inner)
vm=$(xenet vm-create name-label=guest)
same_device
many_vifs
many
both_ways
two_recoveries
slow_writer
wait "$locked"
check_eq "a command gives up after 30 seconds and tells who holds the lock" "lock: $(
	echo "$FRESH_DIR"/locked/*.lock)
pid: $(awk 'NR == 1 {print $1}' "$FRESH_DIR/locked.trace")" \
	"$(grep -E '^(lock|pid):' "$FRESH_DIR/locked.out")"
check "... since when" grep -qE '^seconds running: 3[0-9]$' "$FRESH_DIR/locked.out"
check "... with status 1" grep -q '^exit status 1$' "$FRESH_DIR/locked.out"
check "... while others can read" grep -q '^read: 0$' "$FRESH_DIR/locked.out"
finish
