# shellcheck shell=bash
# Sourced by the tests of costs, after common.sh: what a command costs, counted in system calls.

# All but what the allocator and the sanitizers do for themselves.
_calls='!brk,mmap,munmap,mremap,mprotect,madvise,futex,sched_yield,sigaltstack,prctl,readlink'

# What is counted, in the order of the figures.
# shellcheck disable=SC2034  # for the caller
columns=(sockets sends looks dumps changes receives syncs opens writes pages)

# A message asks for one thing, or for a list, or is a word that changes something, as is a word
# to /dev/net/tun. What the program's loader and sanitizer open, and what it prints, is not
# counted. A page of the database's log takes two writes. Calls are all but what SQLite reads and
# writes.
# shellcheck disable=SC2016  # these are awk's variables
_count_program='
	function count_messages(text,	type) {
		while (match(text, /nlmsg_type=[A-Z_]+, nlmsg_flags=[A-Z_|]+/)) {
			type = substr(text, RSTART, RLENGTH)
			text = substr(text, RSTART + RLENGTH)
			n[type ~ /NLM_F_DUMP/ ? "dumps" : type ~ /_GET/ ? "looks" : "changes"]++
		}
	}
	{ sub(/^[0-9]+ +/, ""); name = $0; sub(/\(.*/, "", name) }
	name == "socket" { n["sockets"]++ }
	name ~ /^send/ { n["sends"]++; count_messages($0) }
	name ~ /^recv/ { n["receives"]++ }
	name == "ioctl" && /, TUN/ { n["changes"]++ }
	name ~ /sync/ { n["syncs"]++ }
	name == "pread64" && /, 4096, [0-9]+\) = / { n["reads"]++ }
	name != "pread64" && !/[<"]\/proc\/(self|[0-9]+)\// { n["calls"]++ }
	name ~ /^open/ && !/[.]so[.0-9]*"|"\/etc\/ld[.]so|"\/proc\/self\// { n["opens"]++ }
	name ~ /^(write|pwrite|ftruncate|fallocate|mkdir|rename|unlink)/ && !/^write\([12]</ {
		n[/-wal>/ ? "log" : /-shm>/ ? "index" : "writes"]++
		n["calls"] -= /-wal>/
	}
	END {
		n["pages"] = int(n["log"] / 2)
		count = split(columns, names, " ")
		for (i = 1; i <= count; i++)
			printf "%d%s", n[names[i]], i < count ? " " : "\n"
	}'

# costs CMD...: its figures, on one line; its trace and answer are left in $FRESH_DIR.
costs() {
	traced -qq -v -y -s 65536 -e trace="$_calls" -o "$FRESH_DIR/trace" "$@" >"$FRESH_DIR/answer"
	awk -v columns="${columns[*]}" "$_count_program" "$FRESH_DIR/trace"
}

# A commit that also moves the log into the database costs more, and so does the first one to an
# empty log: short_log BYTES leaves one that is no longer, and has been synced. $pool is the
# pool's uuid.
short_log() {
	local size
	size=$(stat -c %s "$XENET_DB-wal")
	((size == 0 || size > $1)) || return 0
	sqlite3 "$XENET_DB" '.filectrl persist_wal 1' 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	# shellcheck disable=SC2154  # the caller's
	xenet pool-param-set uuid="$pool" name-label="$SRANDOM"
}
