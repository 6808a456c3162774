#!/bin/bash
# What host-check tells of a database that was applied elsewhere, of devices of other databases,
# and of a bridge that cannot be known again; what it says helps (catalogue 47, 49).
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# notes CMD...: what it says beside its answer.
notes() {
	{ "$@" >/dev/null; } 2>&1 || true
}

other_namespace() {
	check_eq "here nothing differs" "" "$(xenet host-check 2>&1)"
	check_eq "in another namespace one line says why all differs" \
		"Note: What is plugged was plugged in another network namespace: work there, or rebuild it here with host-restore." \
		"$(notes far xenet host-check)"
	check_eq "... and all is told" 3 "$(far xenet host-check 2>/dev/null >"$FRESH_DIR/found" || echo $?)"
	check "... with the bridge" grep -q xenbr1 "$FRESH_DIR/found"
}

# The bridge's ports are its own, whatever it is called.
lost_bridge() {
	ip link set dev xenbr1 down
	ip link set dev xenbr1 alias ''
	ip link set dev xenbr1 name astray
	check "what may be the bridge is named" grep -qF 'astray may be what was xenbr1' \
		<<<"$(notes xenet host-check)"
	xenet host-recover >/dev/null 2>&1 || true
	check "... also when another one is there" grep -qF '"ip link del astray"' \
		<<<"$(notes xenet host-check)"
	ip link del astray
	check "... and the advice helps" xenet host-recover
	check "the NIC is back on its bridge" port_of eth1 xenbr1
	check_eq "... and nothing differs" "" "$(xenet host-check 2>&1)"
}

others_mark() {
	local mark
	mark=$(ip -j link show dev xenbr1 | jq -r '.[0].ifalias')
	ip link set dev xenbr1 alias "xenet:11111111-2222-3333-4444-555555555555:${mark##*:}"
	check "another database's mark is told as such" \
		grep -qF 'xenbr1 bears the mark of another database' <<<"$(notes xenet host-check)"
	check_fails "... and respected" xenet host-recover
	ip link del xenbr1
	check "... and the advice helps" xenet host-recover
	check_eq "... and nothing differs" "" "$(xenet host-check 2>&1)"
}

# reach: what another database says when it wants the NIC, and a bridge of the same name.
reach() {
	local host
	export XENET_DB=$FRESH_DIR/other.db XENET_ERROR_CODES=1
	host=$(xenet host-list --minimal 2>/dev/null)
	xenet pif-plug uuid="$(introduce eth1)" 2>&1 || true
	xenet network-attach host-uuid="$host" uuid="$(xenet network-create name-label=lan)" 2>&1 || true
}

other_database() {
	local before host inner
	host=$(xenet host-list --minimal)
	inner=$(xenet network-create name-label=inner)
	xenet network-attach uuid="$inner" host-uuid="$host"
	before=$(network_state --ifindex)
	check_eq "another database is told whose the NIC and the bridge are" \
		"device: eth1 master: xenbr1 host of database: $host code: PORT_OF_OTHER_DATABASE device: xapi0 kind: bridge host of database: $host object: $inner code: DEVICE_OF_OTHER_DATABASE" \
		"$(reach | grep -E '^[a-z ]+: ' | paste -sd ' ')"
	check_eq "... and touches neither" "$before" "$(network_state --ifindex)"
	xenet network-destroy uuid="$inner"
}

orphan() {
	ip link add name lost type bridge
	ip link set dev lost group "$(ip -j -d link show dev xenbr1 | jq -r '.[0].group')"
	ip link set dev lost alias "xenet:$(xenet host-list --minimal):$network"
	check "an orphan's remedy is told" grep -qF 'host-recover --orphans' \
		<<<"$(notes xenet host-check)"
	check "... and helps" xenet host-recover --orphans
	check_eq "... and nothing differs" "" "$(xenet host-check 2>&1)"
}

nic eth1 wire
fresh
pif=$(introduce eth1)
network=$(xenet pif-param-get uuid="$pif" param-name=network-uuid)
xenet pif-plug uuid="$pif"
other_host
other_namespace
kill "$far"
other_database
lost_bridge
others_mark
orphan
finish
