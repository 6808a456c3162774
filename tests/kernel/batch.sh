#!/bin/bash
# Several commands, one transaction: the kernel has all of it, or nothing.
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

fresh
nic eth1 peer1
introduce eth1 >/dev/null

guest() {
	cat <<'EOF'
p=pif-list device=eth1
n=pif-param-get uuid=$p param-name=network-uuid
pif-plug uuid=$p
i=network-create name-label=inner
m=vm-create name-label=guest
vif-create vm-uuid=$m network-uuid=$n device=0
vif-create vm-uuid=$m network-uuid=$i device=1
vm-start uuid=$m
EOF
}

lines=$FRESH_DIR/lines
guest >"$lines"
before=$(everything)
check "a dry run" xenet batch file="$lines" --dry-run
check_eq "... leaves all as it was" "$before" "$(everything)"

# The last device of the plan is somebody else's.
ip tuntap add dev vif1.1 mode tap
before=$(everything)
check_fails "a device in the way" xenet batch file="$lines"
check "... is told with its name" grep -q 'vif1\.1' <<<"$OUTPUT"
check_eq "... and nothing has changed" "$before" "$(everything)"
ip link del vif1.1

before=$(everything)
{ guest && echo 'network-destroy uuid=none'; } >"$lines.more"
check_fails "a line that fails" xenet batch file="$lines.more"
check "... is named" grep -q '^line 9: ' <<<"$OUTPUT"
check_eq "... and nothing has changed" "$before" "$(everything)"

check "all of it" xenet batch file="$lines"
check "a TAP on the network of the NIC" port_of vif1.0 xenbr1
check "... with the NIC" port_of eth1 xenbr1
check "a TAP on the other network" port_of vif1.1 "$(
	xenet network-list name-label=inner params=bridge --minimal)"
check_eq "what was done is one entry of the history, beside two failures" \
	"DEVICE_EXISTS UUID_INVALID OK" "$(xenet history --json |
		jq -r '[.[] | select(.command | contains("vm-start")) | .result] | join(" ")')"

finish
