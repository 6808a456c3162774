#!/bin/bash
# The name of the machine: here that of a UTS namespace, in no test the machine's own.
# lanes: namespace

if [[ -z ${HOSTNAME_TEST_INSIDE-} ]]; then
	HOSTNAME_TEST_INSIDE=1 exec unshare --uts "$0"
fi

# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

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
[[ $before == red.example ]] || check_eq "nobody else is renamed" "$before" "$(nsenter --uts=/proc/$PPID/ns/uts uname -n)"
finish
