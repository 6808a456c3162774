#!/bin/bash
# The name of the machine: here that of a UTS namespace, in no test the machine's own.
# lanes: namespace

if [[ -z ${HOSTNAME_TEST_INSIDE-} ]]; then
	HOSTNAME_TEST_INSIDE=1 exec unshare --uts "$0"
fi

# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=killing.sh
. "$(dirname "$0")/killing.sh"

fresh
host=$(xenet host-list --minimal)
before=$(uname -n)

check "a name is given" xenet host-set-hostname-live host-uuid="$host" host-name=red.example
check_eq "... to the machine" red.example "$(uname -n)"
check_eq "... and to its record" red.example "$(xenet host-param-get uuid="$host" param-name=hostname)"
check "a dry run gives none" xenet host-set-hostname-live host-uuid="$host" host-name=blue --dry-run
check_eq "... but tells" "hostname blue" "$OUTPUT"
check_eq "... and the machine keeps its own" red.example "$(uname -n)"
check_fails "without CAP_SYS_ADMIN it is refused" \
	setpriv --bounding-set -sys_admin --inh-caps -sys_admin \
	"$FRESH_DIR/bin/xenet" host-set-hostname-live host-uuid="$host" host-name=blue
check_eq "... and the error names the step" "step: hostname blue" "$(grep ^step <<<"$OUTPUT")"
check_eq "... the machine keeps its name" red.example "$(uname -n)"
check_eq "... and so does the record" red.example \
	"$(xenet host-param-get uuid="$host" param-name=hostname)"

# The name goes with the commit, behind all that can fail.
sqlite3 "$XENET_DB" "CREATE TRIGGER stop AFTER UPDATE OF hostname ON host
	BEGIN SELECT raise(ABORT, 'no'); END"
check_fails "a record that cannot be written" \
	xenet host-set-hostname-live host-uuid="$host" host-name=blue
check_eq "... leaves the machine its name" red.example "$(uname -n)"
sqlite3 "$XENET_DB" 'DROP TRIGGER stop'

# Catalogue 1: killed before every call that writes, and after the one before it.
agreed() {
	check "$1: the next command works" xenet network-create name-label=next
	check_eq "$1: machine and record agree" \
		"$(uname -n)" "$(xenet host-param-get uuid="$host" param-name=hostname)"
	check_eq "$1: no intent is left" '' "$(intents)"
}

for call in sethostname write pwrite64 fdatasync unlink; do
	for ((n = 1; ; n++)); do
		hostname red.example
		xenet host-set-hostname-live host-uuid="$host" host-name=red.example
		killed "$call" "$n" xenet host-set-hostname-live host-uuid="$host" host-name=blue || break
		agreed "killed at $call $n"
	done
	check "$call was among the calls" test "$n" -gt 1
done

# What somebody else has named meanwhile keeps that name.
xenet host-set-hostname-live host-uuid="$host" host-name=red.example
check "killed at the commit" killed fdatasync 1 xenet host-set-hostname-live host-uuid="$host" host-name=blue
hostname green
check "... and named by others" xenet network-create name-label=next
check_eq "... it stays so" green "$(uname -n)"

[[ $before == red.example ]] || check_eq "nobody else is renamed" "$before" "$(nsenter --uts=/proc/$PPID/ns/uts uname -n)"
finish
