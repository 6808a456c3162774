#!/bin/bash
# Whenever the making or the migration of a database is killed, it is the old one or the new
# one as a whole, and the next command goes on (catalogue 1, 24, 26).
# lanes: namespace
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=killing.sh
. "$(dirname "$0")/killing.sh"

tool=$(dirname "$XENET_BIN")/../tests/tools/db-migrate
writing=(write pwrite64 fsync fdatasync linkat unlink ftruncate mkdir)

# migrate VERSION: what the database of the sweep is then.
migrate() {
	"$tool" "$FRESH_DIR/db/x.db" "$1"
}

# beside: the files there are, but for those that SQLite keeps.
beside() {
	find "$FRESH_DIR/db" -type f ! -name 'x.db-wal' ! -name 'x.db-shm' -printf '%f\n' | sort
}

# from STATE: the directory is as it was saved under that name.
from() {
	rm -rf "$FRESH_DIR/db"
	[[ ! -d $FRESH_DIR/$1 ]] || cp -a "$FRESH_DIR/$1" "$FRESH_DIR/db"
}

made() {
	local what=$1
	check_eq "$what: no empty file is left" '' "$(find "$FRESH_DIR/db" -name x.db -empty)"
	check_eq "$what: no other file is left" '' "$(beside | grep -v '^x.db$')"
	check "$what: it can be made" migrate 1
	check_eq "$what: ... as a whole" 'version 1, 40 rows' "$OUTPUT"
}

migrated() {
	local what=$1 version
	# An old program says whether it is still the old one, and changes nothing.
	version=$(migrate 1 2>&1) || true
	case $version in
	'version 1, 40 rows' | 'the schema is newer than this program') ;;
	*) check_eq "$what: it is the old one or the new one" '' "$version" ;;
	esac
	check_eq "$what: no other file is left" '' "$(beside | grep -vE '^x.db(.backup-v1)?$')"
	check "$what: the next one goes on" migrate 2
	check_eq "$what: ... to the end" 'version 2, 40 rows' "$OUTPUT"
	check_eq "$what: ... soundly" ok \
		"$(sqlite3 -readonly "$FRESH_DIR/db/x.db" 'PRAGMA integrity_check')"
	cp "$FRESH_DIR/db/x.db.backup-v1" "$FRESH_DIR/restored.db"
	check_eq "$what: the backup is whole" 'version 1, 40 rows' "$("$tool" "$FRESH_DIR/restored.db" 1)"
	rm "$FRESH_DIR"/restored.db*
}

# sweep STATE VERSION AFTER: killed at each writing call; then AFTER judges.
sweep() {
	local call n rounds=0
	for call in "${writing[@]}"; do
		for ((n = 1; ; n++)); do
			from "$1"
			killed "$call" "$n" "$tool" "$FRESH_DIR/db/x.db" "$2" || break
			"$3" "version $2 killed at $call $n"
			rounds=$((rounds + 1))
		done
	done
	check "version $2 was killed $rounds times" test "$rounds" -gt 8
}

fresh
sweep nothing 1 made

# Where unnamed files are not to be had.
from nothing
n=$(traced -qq -o "$FRESH_DIR/trace" -e trace=openat "$tool" "$FRESH_DIR/db/x.db" 1 >/dev/null 2>&1
	grep -n -m 1 O_TMPFILE "$FRESH_DIR/trace" | sed 's/:.*//')
from nothing
check "a file system without O_TMPFILE does" traced -qq -o "$FRESH_DIR/trace" \
	-e inject=openat:error=EOPNOTSUPP:when="$n" "$tool" "$FRESH_DIR/db/x.db" 1
check_eq "... and nothing else is left" 'x.db' "$(beside)"

# With a log that holds all, and with one that holds nothing.
from nothing
check_eq "the old one" 'version 1, 40 rows' "$(migrate 1)"
cp -a "$FRESH_DIR/db" "$FRESH_DIR/old"
sweep old 2 migrated
sqlite3 "$FRESH_DIR/old/x.db" "UPDATE t SET a = 'x'" '.dbconfig no_ckpt_on_close on' >/dev/null
sweep old 2 migrated

# No room for a backup: the old one stays (21, 24).
from old
room=$(($(du -k --apparent-size "$FRESH_DIR/old" | cut -f 1) + 16))
mount -t tmpfs -o size="$room"k,mode=700 tmpfs "$FRESH_DIR/db"
cp "$FRESH_DIR"/old/* "$FRESH_DIR/db"
check_fails "no migration without a backup" migrate 2
check_eq "... the old one stays" 'version 1, 40 rows' "$(migrate 1)"
check_eq "... and no half a backup" 'x.db' "$(beside)"
umount "$FRESH_DIR/db"
finish
