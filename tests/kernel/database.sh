#!/bin/bash
# The database on a disk that is full, read-only or failing, and in the hands of others: each
# trouble has its error, the kernel is left alone, and lists work where they can
# (catalogue 21, 22, 26, 27, 29, 30).
# lanes: namespace
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# disk KIB: an empty disk of that size, with $XENET_DB on it.
disk() {
	fresh
	mkdir "$FRESH_DIR/disk"
	mount -t tmpfs -o size="$1"k,mode=700 tmpfs "$FRESH_DIR/disk"
	export XENET_DB=$FRESH_DIR/disk/xenet.db
}

# occupy [KIB]: fills the disk, but for that.
occupy() {
	dd if=/dev/zero of="$FRESH_DIR/disk/filler" bs=1K 2>/dev/null || true
	truncate -s "-${1:-0}K" "$FRESH_DIR/disk/filler"
}

# fails_with SENTENCE DESCRIPTION CMD...: CMD fails with a sentence that begins so.
fails_with() {
	local sentence=$1
	shift
	check_fails "$@"
	check_eq "$1: says why" "$sentence" "$(head -n 1 <<<"$OUTPUT" | cut -d : -f 1 | cut -d ';' -f 1)"
}

full='The disk of the database is full'
failed='The disk of the database failed'
read_only='The database cannot be written, as it or its file system is read-only'
damaged='The database is damaged'

# 21: full before the first command.
disk 64
fails_with "$full" "no database on a full disk" xenet network-list
check_eq "... nor half of one" '' \
	"$(find "$FRESH_DIR/disk" -type f ! -size 0)"
umount "$FRESH_DIR/disk"

# 21: full at any write of a command: it has happened, or it has not.
nic eth1 far
disk 1024
pif=$(introduce eth1)
before=$(network_state) count=$(xenet network-list --minimal | tr , '\n' | wc -l)
for ((room = 0; room <= 64; room += 4)); do
	occupy "$room"
	if xenet pif-plug uuid="$pif" >"$FRESH_DIR/output" 2>&1; then
		check "room for $room KiB is enough" port_of eth1 xenbr1
		break
	fi
	check_eq "$room KiB left: says why" "$full" "$(sed 's/;.*//;q' "$FRESH_DIR/output")"
	check_eq "$room KiB left: the kernel is as before" "$before" "$(network_state)"
	check_eq "$room KiB left: lists work" "$count" \
		"$(xenet network-list --minimal | tr , '\n' | wc -l)"
	check_eq "$room KiB left: nothing is left to settle" '' \
		"$(find "$XENET_RUN" -name '*.intent')"
	rm "$FRESH_DIR/disk/filler"
done
check "some room was too little" test "$room" -gt 0
rm -f "$FRESH_DIR/disk/filler"
check_eq "with room again, the database is sound" '' "$(xenet host-check --database)"
check "... and takes changes" xenet pif-unplug uuid="$pif"

# 27: read-only, with the log that the last command has left, and without.
mount -o remount,ro "$FRESH_DIR/disk"
before=$(network_state)
for log in with without; do
	check_eq "read-only $log a log: lists work" "$count" \
		"$(xenet network-list --minimal | tr , '\n' | wc -l)"
	fails_with "$read_only" "read-only $log a log: nothing is plugged" xenet pif-plug uuid="$pif"
	check_eq "... the kernel is as before" "$before" "$(network_state)"
	mount -o remount,rw "$FRESH_DIR/disk"
	sqlite3 "$XENET_DB" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	rm -f "$XENET_DB"-*
	mount -o remount,ro "$FRESH_DIR/disk"
done
XENET_DB=$FRESH_DIR/disk/other.db
check_fails "none is made on a read-only disk" xenet network-list
umount "$FRESH_DIR/disk"

# at_each CALL ERROR PATTERN: pif-plug with its calls on the database failing in turn
# either happens or is refused, and says why.
at_each() {
	local call=$1 error=$2 pattern=$3 n refused=0
	for ((n = 1; ; n += $(stride 3))); do
		if traced -qq -o "$FRESH_DIR/trace" -P "$XENET_DB" -P "$XENET_DB-wal" -P "$XENET_DB-shm" \
			-e trace="$call" -e inject="$call:error=$error:when=$n" \
			"$XENET_BIN" pif-plug uuid="$pif" >"$FRESH_DIR/output" 2>&1; then
			check "$call $n fails with $error, yet it is plugged" port_of eth1 xenbr1
			xenet pif-unplug uuid="$pif"
		else
			refused=$((refused + 1))
			check "$call $n fails with $error: says why" grep -qE "^The .*($pattern)" "$FRESH_DIR/output"
			check_eq "$call $n: the kernel is as before" "$before" "$(network_state)"
			check_eq "$call $n: and so is the model" "$rows" "$(dump)"
			check_eq "$call $n: nothing is left to settle" '' \
				"$(find "$XENET_RUN" -name '*.intent')"
		fi
		grep -q INJECTED "$FRESH_DIR/trace" || break
	done
	check "$call has failed, up to $((n - 1))" test "$refused" -gt 0
	check_eq "the database is sound after all of $call" '' "$(xenet host-check --database)"
}

# 21, 30: no disk has room, none can be written, what could not be synced has not happened.
fresh
pif=$(introduce eth1)
xenet pif-plug uuid="$pif"
xenet pif-unplug uuid="$pif"
before=$(network_state)
rows=$(dump)
at_each pwrite64 ENOSPC 'disk of the database is full'
# SQLite knows no quota, and takes what cannot be read for damage.
at_each pwrite64 EDQUOT 'disk of the database (is full|failed)'
at_each pwrite64 EIO 'disk of the database failed'
at_each fdatasync EIO 'disk of the database failed'
at_each pread64 EIO 'disk of the database failed|database is damaged'
fails_with "$failed" "a commit that is not on disk is none" traced -qq -o "$FRESH_DIR/trace" \
	-e inject=fdatasync,fsync:error=EIO "$XENET_BIN" pif-plug uuid="$pif"
check_eq "... the kernel is as before" "$before" "$(network_state)"
check_eq "... and so is the model" "$rows" "$(dump)"
check_eq "... nothing is left to settle" '' "$(find "$XENET_RUN" -name '*.intent')"
check "... and it can be had" xenet pif-plug uuid="$pif"
xenet pif-unplug uuid="$pif"
fails_with "$failed" "a database that is not on disk is none" traced -qq -o "$FRESH_DIR/trace" \
	-e inject=fsync:error=EIO env XENET_DB="$FRESH_DIR/new.db" "$XENET_BIN" network-list
check "... and it can be had" env XENET_DB="$FRESH_DIR/new.db" xenet network-list

# 26: in the hands of others.
fresh
xenet host-list >/dev/null
chown 1234 "$XENET_DB"
fails_with 'The database belongs to another user, who could change it at any time' \
	"another user's database" xenet network-list
chown 0 "$XENET_DB"
chmod 0660 "$XENET_DB"
fails_with 'Others may write the database' "a database that others may write" xenet network-list
chmod 0600 "$XENET_DB"
files=$(ls -A "$FRESH_DIR")
mkfifo "$FRESH_DIR/fifo"
check_fails "a FIFO makes nobody wait" timeout 10 env XENET_DB="$FRESH_DIR/fifo" "$XENET_BIN" host-list
check_eq "... at once" "The database is a FIFO, a socket or a device" "${OUTPUT%%:*}"
rm "$FRESH_DIR/fifo"
check_eq "nothing came to lie beside" "$files" "$(ls -A "$FRESH_DIR")"

# 29: the log goes missing while nobody looks, or is another one's.
fresh
network=$(xenet network-create name-label=kept)
rm "$XENET_DB-wal"
check "a lost log is told of" xenet network-list uuid="$network" --minimal
check_eq "... once" "Note: The database's -wal was gone." "$(grep -o "^Note: [^.]*[.]" <<<"$OUTPUT")"
check_eq "... and not again" '' "$(xenet network-list uuid="$network" --minimal 2>&1 >/dev/null)"
check_eq "... the database is sound" '' "$(xenet host-check --database)"
ours=$XENET_DB
XENET_DB=$FRESH_DIR/theirs.db
for name in a b; do
	vm=$(xenet vm-create name-label="$name")
	xenet vif-create vm-uuid="$vm" network-uuid="$(xenet network-create name-label="$name")" device=0
done >/dev/null
XENET_DB=$ours
cp "$FRESH_DIR/theirs.db-wal" "$XENET_DB-wal"
check_fails "another one's log is found" xenet host-check --database
rm "$XENET_DB"*
xenet network-create name-label=kept >/dev/null
echo "anything" >"$XENET_DB-journal"
fails_with 'Beside the database lies what another one has left, and what would be played back into it' \
	"a stray journal" xenet network-list
rm "$XENET_DB-journal"
check "... without it, it works" xenet network-list

# 22: whatever is cut off is noticed, and the kernel left alone.
fresh
pif=$(introduce eth1)
sqlite3 "$XENET_DB" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
cp "$XENET_DB" "$FRESH_DIR/whole"
touch "$XENET_DB.backup-v1"
before=$(network_state)
size=$(stat -c %s "$XENET_DB")
lengths=(1 50 99 511 4097 9999 $((size - 1)))
for ((n = 4096; n < size; n += 4096)); do
	lengths+=("$n")
done
for n in "${lengths[@]}"; do
	rm -f "$XENET_DB"-*
	head -c "$n" "$FRESH_DIR/whole" >"$XENET_DB"
	check_fails "cut off after $n bytes" xenet pif-plug uuid="$pif"
	((n < 16)) || check_eq "... says so, and where the backup is" \
		"$damaged backup: $XENET_DB.backup-v1" \
		"$(sed -n '1s/;.*//p; /^backup/p' <<<"$OUTPUT" | paste -sd ' ')"
done
check_eq "the kernel is as before" "$before" "$(network_state)"
finish
