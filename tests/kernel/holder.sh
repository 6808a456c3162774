#!/bin/bash
# A process in the middle of a change that is stopped keeps others from changing, and from
# nothing else; one that is killed keeps nobody from anything (catalogue 16, 17, 18).
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# stopped CALL N CMD...: sets holder to the process of CMD, which stops at its N-th CALL.
stopped() {
	rm -f "$FRESH_DIR/trace"
	traced -qq -o "$FRESH_DIR/trace" -e trace="$1" -e inject="$1:signal=STOP:when=$2" \
		"${@:3}" >/dev/null 2>&1 &
	wait_for 10 grep -q 'stopped by SIGSTOP' "$FRESH_DIR/trace"
	holder=$(awk 'NR == 1 {print $1}' "$FRESH_DIR/trace")
}

blocks() {
	local lock
	lock=$(echo "$XENET_RUN"/*.lock)
	check_fails "others cannot change anything" xenet network-create name-label=late timeout=1
	check_eq "... and are told by whom" "lock: $lock"$'\n'"pid: $holder" \
		"$(grep -E '^(lock|pid):' <<<"$OUTPUT")"
	check "... and since when" grep -qxE 'seconds running: [0-9]+' <<<"$OUTPUT"
	check_fails "... also without any wait" xenet network-create name-label=late timeout=0
	check_fails "... nor plan" xenet network-create name-label=late timeout=0 --dry-run
	check_eq "the code is LOCKED" LOCKED \
		"$(xenet network-create name-label=late timeout=0 --json 2>&1 | jq -r .code)"
	check_eq "... and nothing has come of it" '' "$(xenet network-list name-label=late --minimal)"
}

# Readers find the state before the change, whole.
readers() {
	check_eq "a reader finds the VM as it was" halted \
		"$(timeout 10 xenet vm-param-get uuid="$vm" param-name=power-state)"
	check_eq "... and all its VIFs" "false,false" \
		"$(timeout 10 xenet vif-list params=currently-attached --minimal)"
	check_eq "... and can ask for everything" 0 \
		"$(timeout 10 xenet vm-list params=all >/dev/null; echo $?)"
}

# What readers can tell of a change: of its VIFs, their networks and the PIF, each once.
seen() {
	{
		xenet vm-list uuid="$vm" params=power-state --json
		xenet vif-list vm-uuid="$vm" params=currently-attached,degraded --json
		xenet network-list params=degraded --json
		xenet pif-list params=currently-attached,degraded,carrier --json
	} | jq -c 'unique | .[]' | paste -sd ' '
}

# Which message is the first that takes something away.
first_removal() {
	traced -qq -v -o "$FRESH_DIR/trace" -e trace=sendmsg xenet vm-shutdown uuid="$vm"
	grep -n -m 1 RTM_DELLINK "$FRESH_DIR/trace" | sed 's/:.*//'
	xenet vm-start uuid="$vm"
}

# A NIC that is lent says little of itself in what its PIF wants.
plugged_half_way() {
	local before holder
	before=$(seen)
	stopped sendmsg 8 xenet pif-plug uuid="$pif"
	check_eq "a plug stands half-way: readers find all as it was" "$before" "$(seen)"
	kill -CONT "$holder"
	wait
	check_eq "... and in the end as it is" true "$(attached pif "$pif")"
	xenet pif-unplug uuid="$pif"
}

# A guest with so many VIFs that they are not taken away in one message; its uuid.
crowd() {
	local guest i
	guest=$(xenet vm-create name-label=crowd)
	for i in {0..39}; do
		echo "vif-create vm-uuid=$guest network-uuid=$inner device=$i"
	done | xenet batch >/dev/null
	echo "$guest"
}

# Wherever a change stands still, readers find what was before it, though half of that is gone.
half_way() {
	local before after n last holder vm
	vm=$(crowd)
	xenet pif-plug uuid="$pif"
	after=$(seen)
	xenet vm-start uuid="$vm"
	before=$(seen)
	n=$(first_removal)
	last=$(grep -c sendmsg "$FRESH_DIR/trace")
	check "a VM's end takes several messages" test "$last" -gt "$n"
	for ((n += 1; n <= last; n++)); do
		stopped sendmsg "$n" xenet vm-shutdown uuid="$vm"
		check_fails "the VM's end stands before message $n: a TAP is gone" \
			ip link show dev "vif$(xenet vm-param-get uuid="$vm" param-name=dom-id).1"
		check_eq "... readers find all as it was" "$before" "$(seen)"
		kill -CONT "$holder"
		wait
		check_eq "... and in the end as it is" "$after" "$(seen)"
		xenet vm-start uuid="$vm"
	done
	stopped sendmsg "$last" xenet vm-shutdown uuid="$vm"
	kill -KILL "$holder"
	wait
	check "what is left when it is killed is no secret" grep -q missing <<<"$(seen)"
	xenet vm-shutdown uuid="$vm"
	xenet vm-uninstall uuid="$vm" force=true
	xenet pif-unplug uuid="$pif"
}

back_and_forth() {
	while [[ ! -e $FRESH_DIR/stop ]]; do
		xenet vm-start uuid="$vm"
		xenet vm-shutdown uuid="$vm"
	done
}

# However often, and whenever: all VIFs are attached, or none is.
never_a_mix() {
	local i times=${XENET_LONG:+600}
	for i in {2..9}; do
		xenet vif-create vm-uuid="$vm" network-uuid="$inner" device="$i" >/dev/null
	done
	back_and_forth &
	for ((i = 0; i < ${times:-60}; i++)); do
		xenet vif-list params=currently-attached,degraded --json |
			jq -c 'unique | .[]' | paste -sd ' '
	done >"$FRESH_DIR/seen"
	touch "$FRESH_DIR/stop"
	wait
	check_eq "of ten VIFs that come and go readers find all or none, $i times" \
		'{"currently-attached":false,"degraded":""} {"currently-attached":true,"degraded":""}' \
		"$(sort -u "$FRESH_DIR/seen" | paste -sd ' ')"
}

nic eth1 far
fresh
guest_on_two_networks
# The tap of the first VIF is there, that of the second is not.
stopped ioctl 4 xenet vm-start uuid="$vm"
check "a change was stopped half-way" grep -q vif1.0 <(ip -br link)
blocks
readers
kill -KILL "$holder"
wait
check "when the holder is killed, the next one can change at once" \
	xenet network-create name-label=next timeout=0
check_eq "... and what it left is taken back" "halted false,false " \
	"$(xenet vm-param-get uuid="$vm" param-name=power-state) $(
		xenet vif-list params=currently-attached --minimal) $(ip -br link | grep vif1 || true)"
stopped ioctl 4 xenet vm-start uuid="$vm"
xenet network-create name-label=waited timeout=60 >"$FRESH_DIR/waited" &
waiting=$!
kill -CONT "$holder"
status=0
wait "$waiting" || status=$?
wait
check_eq "one that goes on ends, and one that waited comes next" "0 running waited" \
	"$status $(xenet vm-param-get uuid="$vm" param-name=power-state) $(
		xenet network-list uuid="$(<"$FRESH_DIR/waited")" params=name-label --minimal)"
xenet vm-shutdown uuid="$vm"
half_way
plugged_half_way
never_a_mix
finish
