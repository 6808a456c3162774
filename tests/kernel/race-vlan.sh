#!/bin/bash
# VLANs made at once, and their network destroyed meanwhile (catalogue 13, 14). Where the kernel
# has no VLANs the host is a fake one; processes, locks and the database are not.
# lanes: namespace lab
# timeout: 240
# shellcheck disable=SC2317  # functions are handed over by name
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# The devices of VLAN 110.
devices() {
	if [[ $XENET_LANE == lab ]]; then
		ip -br link show type vlan | sed 's/@.*//' | grep -v ^by- || true
	else
		sed -n 's/ kind=vlan.*//p' "$XENET_RUN/fake.netstate"
	fi
}

sql() {
	sqlite3 -readonly -cmd '.timeout 5000' "$XENET_DB" "$1"
}

# both CMD... -- CMD...: at once; each prints a line, its status and what it said.
both() {
	local first=()
	while [[ $1 != -- ]]; do
		first+=("$1")
		shift
	done
	shift
	{ told "${first[@]}" >"$FRESH_DIR/first"; } &
	told "$@" >"$FRESH_DIR/second"
	wait $!
	cat "$FRESH_DIR/first" "$FRESH_DIR/second"
}

told() {
	local said status=0
	said=$(XENET_ERROR_CODES=1 "$@" 2>&1) || status=$?
	echo "$status ${said//$'\n'/ }"
}

# Of two that make the same VLAN one wins.
same_vlan() {
	local round said='' found=''
	for ((round = 0; round < rounds; round++)); do
		said+=$(both xenet vlan-create network-uuid="$network" pif-uuid="$pif" vlan=110 -- \
			xenet vlan-create network-uuid="$other" pif-uuid="$pif" vlan=110)$'\n'
		found+="$(sql 'SELECT count(*) FROM vlan') $(devices | xargs)"$'\n'
		xenet vlan-destroy uuid="$(sql 'SELECT uuid FROM vlan LIMIT 1')"
	done
	check_eq "of two VLANs with one tag one is made, in $rounds rounds" "$rounds" \
		"$(grep -cE '^0 [0-9a-f-]{36}$' <<<"$said")"
	check_eq "... the other one is told why" "$rounds" \
		"$(grep -c '^1 .*code: PIF_VLAN_EXISTS$' <<<"$said")"
	check_eq "... there is one row and one device" "$rounds" "$(grep -cx '1 eth1.110' <<<"$found")"
}

# Either the VLAN is first, and keeps the network, or the network is gone.
destroyed_meanwhile() {
	local round network said bad='' created=0
	for ((round = 0; round < rounds; round++)); do
		network=$(xenet network-create name-label=short)
		said=$(both xenet vlan-create network-uuid="$network" pif-uuid="$pif" vlan=110 -- \
			xenet network-destroy uuid="$network")
		case "$(cut -c1 <<<"$said" | xargs) $(sql 'SELECT count(*) FROM vlan') $(devices)" in
		'0 1 1 eth1.110')
			created=$((created + 1))
			xenet vlan-destroy uuid="$(sql 'SELECT uuid FROM vlan')"
			xenet network-destroy uuid="$network"
			;;
		'1 0 0 ') ;;
		*) bad+=$said$'\n' ;;
		esac
	done
	check_eq "a VLAN and the end of its network, in $rounds rounds ($created made): one happens" \
		'' "$bad"
	check_eq "... and nothing is left" "0  0" "$(sql 'SELECT count(*) FROM vlan') $(devices) $(
		sql "SELECT count(*) FROM network WHERE name_label = 'short'")"
}

rounds=${XENET_LONG:+200}
rounds=${rounds:-20}
fresh
if [[ $XENET_LANE == lab ]]; then
	rounds=$((rounds / 10))
	nic eth1 far
	pif=$(introduce eth1)
else
	export XENET_BACKEND=fake
	mkdir "$XENET_RUN"
	echo "eth1 kind=nic address=02:00:00:00:00:01 mtu=1500 addrgen=eui64 master= up=no" \
		>"$XENET_RUN/fake.netstate"
	pif=$(xenet pif-list device=eth1 --minimal)
fi
network=$(xenet network-create name-label=lan)
other=$(xenet network-create name-label=other)
same_vlan
destroyed_meanwhile
finish
