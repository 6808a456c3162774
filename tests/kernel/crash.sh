#!/bin/bash
# Whenever a command is killed, the next one settles what it left (catalogue 1, 3, 8, 18).
# lanes: namespace
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=killing.sh
. "$(dirname "$0")/killing.sh"

# sweep_verb VERB REVERSE UUID CALL...
sweep_verb() {
	name=$1 verb=(xenet "$1" uuid="$3") reverse=(xenet "$2" uuid="$3")
	sweep "${@:4}"
}

# last_step: the number of the verb's last sendmsg.
last_step() {
	traced -qq -o "$FRESH_DIR/trace" -e trace=sendmsg "${verb[@]}"
	"${reverse[@]}"
	grep -c sendmsg "$FRESH_DIR/trace"
}

# Killed before its last step; and again, in what settles that.
sweep_recovery() {
	local n last before_kernel before_record after_kernel after_record
	verb=(xenet "$1" uuid="$3") reverse=(xenet "$2" uuid="$3")
	learn
	last=$(last_step)
	for ((n = 1; ; n += $(stride 4))); do
		killed sendmsg "$last" "${verb[@]}"
		killed sendmsg "$n" xenet network-create name-label=next || break
		settled "$1 killed, its recovery at sendmsg $n"
	done
	check "the recovery of $1 was killed up to sendmsg $((n - 1))" test "$n" -gt 4
}

# step_of PATTERN: the number of the verb's first sendmsg with that.
step_of() {
	traced -qq -v -o "$FRESH_DIR/trace" -e trace=sendmsg "${verb[@]}"
	"${reverse[@]}"
	grep -n -m 1 "$1" "$FRESH_DIR/trace" | sed 's/:.*//'
}

# What somebody makes under the name of what is missing, or in its place, is not ours (3).
foreign_meanwhile() {
	local step before n
	verb=(xenet pif-plug uuid="$pif") reverse=(xenet pif-unplug uuid="$pif")
	for step in NLM_F_CREATE IFLA_IFALIAS; do
		n=$(step_of "$step")
		check "pif-plug killed before $step" killed sendmsg "$n" "${verb[@]}"
		ip link del dev xenbr1 2>/dev/null || true
		ip link add name xenbr1 type veth peer name theirs
		before=$(network_state --ifindex | grep -E ' (xenbr1|theirs) ')
		check "... the next command works" xenet network-create name-label=next
		check_eq "... and leaves a foreign device alone" "$before" \
			"$(network_state --ifindex | grep -E ' (xenbr1|theirs) ')"
		check_eq "... no intent is left" '' "$(intents)"
		check_fails "... the verb is refused" "${verb[@]}"
		check_eq "... for its sake" $'device: xenbr1\nkind: veth\nmaster: ' \
			"$(sed 1d <<<"$OUTPUT")"
		ip link del dev xenbr1
	done
}

# Two databases share the namespace: whoever comes next settles, even for a lost one.
other_database() {
	local last database=$XENET_DB before_kernel before_record after_kernel after_record
	verb=(xenet pif-plug uuid="$pif") reverse=(xenet pif-unplug uuid="$pif")
	learn
	last=$(last_step)
	check "pif-plug killed after its commit" killed unlink 1 "${verb[@]}"
	XENET_DB=$FRESH_DIR/other.db
	check "a command on another database settles" xenet network-create name-label=next
	check_eq "... by what is on disk" "$after_kernel" "$(kernel)"
	XENET_DB=$database
	"${reverse[@]}"
	check "pif-plug killed before its commit" killed sendmsg "$last" "${verb[@]}"
	rm "$XENET_DB"*
	check "a command on a new database settles" xenet network-create name-label=next
	check_eq "... and nothing is left" "$before_kernel" "$(kernel)"
	check_eq "... not even an intent" '' "$(intents)"
}

nic eth1 far
fresh
guest_on_two_networks

ip link set dev eth1 mtu 1400
stride=5
# A carrier takes the kernel up to a second to tell of, each time.
ip link set dev far down
sweep_verb pif-plug pif-unplug "$pif" sendmsg write fdatasync unlink
stride=9 sweep_verb pif-plug pif-unplug "$pif" pwrite64
sweep_recovery pif-plug pif-unplug "$pif"
foreign_meanwhile
xenet pif-plug uuid="$pif"
sweep_verb pif-unplug pif-plug "$pif" sendmsg fdatasync unlink
sweep_verb vm-start vm-shutdown "$vm" sendmsg ioctl fdatasync unlink
sweep_recovery vm-start vm-shutdown "$vm"
xenet vm-start uuid="$vm"
sweep_verb vm-shutdown vm-start "$vm" sendmsg fdatasync unlink
xenet vm-shutdown uuid="$vm"
xenet pif-unplug uuid="$pif"
other_database
finish
