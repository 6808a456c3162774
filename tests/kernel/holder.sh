#!/bin/bash
# A process in the middle of a change that is stopped keeps others from changing, and from
# nothing else; one that is killed keeps nobody from anything (catalogue 16, 17, 18).
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# stopped CMD...: sets holder to the process of CMD, which stops when it has made its first TAP.
stopped() {
	rm -f "$FRESH_DIR/trace"
	traced -qq -o "$FRESH_DIR/trace" -e trace=ioctl -e inject=ioctl:signal=STOP:when=2 \
		"$@" >/dev/null 2>&1 &
	wait_for 10 grep -q 'stopped by SIGSTOP' "$FRESH_DIR/trace"
	holder=$(awk 'NR == 1 {print $1}' "$FRESH_DIR/trace")
}

blocks() {
	local lock
	lock=$(echo "$XENET_RUN"/*.lock)
	check_fails "others cannot change anything" xenet network-create name-label=late timeout=1
	check_eq "... and are told by whom" "lock: $lock"$'\n'"pid: $holder" \
		"$(grep -E '^(lock|pid):' <<<"$OUTPUT")"
	check "... and since when" grep -qxE 'seconds held: [0-9]+' <<<"$OUTPUT"
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

nic eth1 far
fresh
guest_on_two_networks
# The tap of the first VIF is there, that of the second is not.
stopped xenet vm-start uuid="$vm"
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
stopped xenet vm-start uuid="$vm"
xenet network-create name-label=waited timeout=60 >"$FRESH_DIR/waited" &
waiting=$!
kill -CONT "$holder"
status=0
wait "$waiting" || status=$?
wait
check_eq "one that goes on ends, and one that waited comes next" "0 running waited" \
	"$status $(xenet vm-param-get uuid="$vm" param-name=power-state) $(
		xenet network-list uuid="$(<"$FRESH_DIR/waited")" params=name-label --minimal)"
finish
