#!/bin/bash
# The power fails: of the database only what was synced is kept. What a command has said to be
# done is done, and of one that was cut short all or nothing (catalogue 2).
# lanes: namespace
# timeout: 300
# shellcheck disable=SC2030,SC2031  # what is left with the power is meant to be lost
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=sweeping.sh
. "$(dirname "$0")/sweeping.sh"

tool=$(dirname "$(readlink -f "$XENET_BIN")")/../tests/tools/durable.so

# on_disk CMD...: notes what it syncs.
on_disk() {
	ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0:detect_leaks=0 LD_PRELOAD=$tool \
		DURABLE=$FRESH_DIR/disk "$@"
}

# power_lost CMD...: CMD finds the database as the disk has kept it, on a machine that has just
# been started.
power_lost() {
	local after=$FRESH_DIR/after name
	rm -rf "$after"
	mkdir "$after"
	for name in "$FRESH_DIR"/disk/names/*; do
		name=$(basename "$name")
		[[ ! -e $FRESH_DIR/disk/files/$name ]] || cp "$FRESH_DIR/disk/files/$name" "$after"
	done
	XENET_DB=$after/xenet.db XENET_RUN=$after/run unshare --net "$@"
}

# model: the record, by way of xenet's own reading, which also tells a broken file.
model() {
	xenet network-list params=name-label,bridge --minimal >/dev/null
	[[ $(sqlite3 -readonly "$XENET_DB" 'PRAGMA integrity_check') == ok ]]
	record
}
export -f model record masked _rows _lines

# killed N CMD...: CMD is killed at its N-th write to the disk; false: it makes fewer.
killed() {
	traced -qq -E LD_PRELOAD="$tool" -E DURABLE="$FRESH_DIR/disk" \
		-E ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0:detect_leaks=0" \
		-o "$FRESH_DIR/trace" -P "$XENET_DB" -P "$XENET_DB-wal" -e trace=pwrite64,fdatasync,fsync \
		-e inject="pwrite64,fdatasync,fsync:signal=KILL:when=$1" "${@:2}" >/dev/null 2>&1 || true
	grep -q 'killed by SIGKILL' "$FRESH_DIR/trace"
}

# cut_short VERB REVERSE: all or nothing, at every third write.
cut_short() {
	local n before after now
	before=$(power_lost bash -c model)
	for ((n = 1; ; n += 3)); do
		words "$1"
		killed "$n" xenet "${words[@]}" || break
		now=$(power_lost bash -c model)
		# Whoever is next finds it done or not; the disk may lag behind, by the whole of it.
		on_disk xenet network-param-set uuid="$next" name-description="$n" >/dev/null
		after=$(record)
		[[ $now == "$before" ]] || check_eq "$1 cut off at write $n: all or nothing" "$after" "$now"
		if [[ $after != "$before" ]]; then
			words "$2"
			on_disk xenet "${words[@]}"
		fi
		check_eq "$1 cut off at write $n: ... and back" "$before" "$(power_lost bash -c model)"
	done
	check "$1 was cut off" test "$n" -gt 3
	words "$2"
	on_disk xenet "${words[@]}"
}

nic eth1 far
fresh
mkdir -p "$FRESH_DIR"/disk/{files,names,part}
check "the first command of all" on_disk xenet host-list
check_eq "... is on disk" "$(model)" "$(power_lost bash -c model)"
next=$(on_disk xenet network-create name-label=next)
pif=$(on_disk xenet pif-introduce host-uuid="$(xenet host-list --minimal)" device=eth1)
for i in {1..40}; do
	on_disk xenet network-create name-label="n$i" >/dev/null
	[[ $(record) == "$(power_lost bash -c model)" ]] || break
done
check_eq "forty commands, over several checkpoints, are on disk each" 40 "$i"
check_eq "... the last one, too" "$(record)" "$(power_lost bash -c model)"
check "a plug" on_disk xenet pif-plug uuid="$pif"
check_eq "... is on disk" "$(record)" "$(power_lost bash -c model)"
xenet pif-unplug uuid="$pif"
on_disk xenet network-param-set uuid="$next" name-description=0
cut_short "network-create name-label=new bridge=new0" "network-destroy uuid=\$(the network new)"
cut_short "pif-plug uuid=\$pif" "pif-unplug uuid=\$pif"
finish
