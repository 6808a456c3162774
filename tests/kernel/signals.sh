#!/bin/bash
# A change that is asked to end takes back what it did, and says for whose sake; one that
# nobody listens to goes on (catalogue 6, 7).
# lanes: namespace
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

state() {
	everything | sed -E '/^link (xenbr1|xapi0|vif[0-9.]+) ifindex /d'
	find "$XENET_RUN" -name '*.intent*'
}

# signalled SIGNAL WHEN CMD...: CMD gets it at its sendmsg WHEN; sets status. A group of its
# own, for a shell's background commands ignore SIGINT.
signalled() {
	status=0
	traced -qq -o "$FRESH_DIR/trace" -e trace=sendmsg -e inject="sendmsg:signal=$1:when=$2" \
		"${@:3}" >"$FRESH_DIR/output" 2>&1 || status=$?
}

# stops SIGNAL NUMBER N CMD...: from the middle of its steps, the N-th message.
stops() {
	local before status
	before=$(state)
	signalled "$1" "$3" "${@:4}"
	check_eq "$5, $1 at sendmsg $3: the status names it" $((128 + $2)) "$status"
	check_eq "... and the error says so" "Error: The command was asked to stop; nothing was changed" \
		"$(<"$FRESH_DIR/output")"
	check_eq "... all is as it was" "$before" "$(state)"
}

# Which message is the first of a step, and which the last one.
steps_of() {
	traced -qq -v -o "$FRESH_DIR/trace" -e trace=sendmsg "$@" >/dev/null
	first=$(sed -nE '/RTM_(SET|NEW|DEL)LINK/{=;q}' "$FRESH_DIR/trace")
	last=$(grep -nE 'RTM_(SET|NEW|DEL)LINK' "$FRESH_DIR/trace" | sed 's/:.*//' | tail -n 1)
}

# It comes too late to be asked; what is on disk has happened.
after_the_commit() {
	local status=0
	traced -qq -o "$FRESH_DIR/trace" -e trace=unlink -e inject=unlink:signal=INT:when=1 \
		xenet pif-plug uuid="$pif" || status=$?
	check_eq "SIGINT after the commit changes nothing" "0 true" "$status $(attached pif "$pif")"
	xenet pif-unplug uuid="$pif"
}

# Every message from the first step on brings another one: the way back is not cut short.
again_and_again() {
	local before status
	before=$(state)
	signalled "$1" "$first+" xenet pif-plug uuid="$pif"
	check_eq "$1 again and again: the status names the first" $((128 + $2)) "$status"
	check_eq "... all is as it was" "$before" "$(state)"
}

# Asked while it waits for the lock, it does not wait until that is free.
while_waiting() {
	local before waiting status=0
	before=$(state)
	exec 9>"$(echo "$XENET_RUN"/*.lock)"
	flock 9
	env --default-signal=INT,TERM xenet pif-plug uuid="$pif" timeout=100 2>"$FRESH_DIR/output" 9>&- &
	waiting=$!
	wait_for 10 grep -q '^SigCgt:.*4[0-9a-f]\{3\}$' "/proc/$waiting/status"
	kill -TERM "$waiting"
	wait "$waiting" || status=$?
	exec 9>&-
	check_eq "SIGTERM while it waits for the lock" 143 "$status"
	check_eq "... all is as it was" "$before" "$(state)"
}

# reads CMD...: waits for a document that nobody sends; SIGINT ends it at once, and until then
# nobody waits for it.
reads() {
	local before waiting status=0
	before=$(state)
	env --default-signal=INT "$@" <&0 2>"$FRESH_DIR/output" &
	waiting=$!
	wait_for 10 grep -q '^SigCgt:.*4[0-9a-f]\{3\}$' "/proc/$waiting/status"
	check "... nobody waits for it" xenet pif-plug uuid="$pif" timeout=0
	xenet pif-unplug uuid="$pif"
	kill -INT "$waiting"
	wait "$waiting" || status=$?
	check_eq "SIGINT ends it: $*" 130 "$status"
	check_eq "... all is as it was" "$before" "$(state)"
}

while_reading() {
	mkfifo "$FRESH_DIR/fifo"
	reads xenet host-import file="$FRESH_DIR/fifo"
	exec 8<>"$FRESH_DIR/fifo"
	reads xenet host-import file=- <&8
	exec 8>&-
	xenet host-export >"$FRESH_DIR/full"
	cat "$FRESH_DIR/full" >"$FRESH_DIR/fifo" &
	check "a document from a pipe with a name" xenet host-import file="$FRESH_DIR/fifo"
	check "... whose writer comes late" xenet host-import file=- < <(sleep 0.3; cat "$FRESH_DIR/full")
}

# As with nohup.
ignored() {
	local status
	signalled HUP "$first" env --ignore-signal=HUP xenet pif-plug uuid="$pif"
	check_eq "a signal that is ignored stays so" "0 true" "$status $(attached pif "$pif")"
	xenet pif-unplug uuid="$pif"
}

# What only reads takes nothing back: it ends at once.
readers() {
	local waiting status=0
	env --default-signal=INT xenet event-wait class=vlan &
	waiting=$!
	wait_for 10 grep -q xenet "/proc/$waiting/comm"
	kill -INT "$waiting"
	wait "$waiting" || status=$?
	check_eq "SIGINT ends event-wait" 130 "$status"
}

# gone CMD...: whoever reads the output is gone before there is any.
gone() {
	"$@" 2>&1 | true
	echo "${PIPESTATUS[0]}"
}

output_closed() {
	check_eq "a closed output ends no change half-way" 0 "$(gone xenet vm-start uuid="$vm" --json)"
	check_eq "... it has happened" true "$(attached vif "$vif")"
	check_eq "... nor a list" 0 "$(gone xenet vm-list params=all)"
	check_eq "SIGPIPE does neither" 0 "$(signalled PIPE 4 xenet vm-shutdown uuid="$vm"; echo "$status")"
	check_eq "... it has happened" false "$(attached vif "$vif")"
}

nic eth1 far
ip link set dev far down
ip link set dev eth1 mtu 1400
fresh
guest_on_two_networks
steps_of xenet pif-plug uuid="$pif"
xenet pif-unplug uuid="$pif"
middle=$(((first + last) / 2))
for n in "$first" "$middle"; do
	stops HUP 1 "$n" xenet pif-plug uuid="$pif"
	stops INT 2 "$n" xenet pif-plug uuid="$pif"
	stops TERM 15 "$n" xenet pif-plug uuid="$pif"
done
again_and_again INT 2
again_and_again TERM 15
after_the_commit
ignored
while_waiting
while_reading
readers
output_closed
steps_of xenet vm-start uuid="$vm"
xenet vm-shutdown uuid="$vm"
stops INT 2 $(((first + last) / 2)) xenet vm-start uuid="$vm"
finish
