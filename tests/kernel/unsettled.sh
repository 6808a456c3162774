#!/bin/bash
# What a killed command left cannot be settled, as somebody is in the way: host-recover does all
# else, and says so (catalogue 10, 42).
# lanes: namespace
# timeout: 180
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

reconfigure() {
	xenet pif-reconfigure-ip uuid="$pif1" mode=static IP="$1" netmask=255.255.255.0
}

cut_short() {
	local n=0
	while [[ $(ip route show 10.1.0.0/16) ]]; do
		n=$((n + 1))
		traced -qq -o /dev/null -e trace=sendmsg -e inject=sendmsg:signal=KILL:when="$n" \
			xenet pif-reconfigure-ip uuid="$pif1" mode=static IP=192.0.2.11 \
			netmask=255.255.255.0 >/dev/null 2>&1 || true
	done
	ip route add blackhole 10.1.0.0/16
	ip link del xenbr2
}

recovered() {
	check_fails "another change has to wait" xenet network-create name-label=late
	check_eq "... and says why" UNSETTLED \
		"$(xenet network-create name-label=late --json 2>&1 | jq -r .code)"
	check_eq "host-recover does not, but tells" 2 \
		"$(xenet host-recover >"$FRESH_DIR/left" 2>"$FRESH_DIR/notes" || echo $?)"
	check "... all else is back" port_of eth2 xenbr2
	check "... what is not settled is named" grep -q "not settled: " "$FRESH_DIR/left"
	check "... with its PIF" grep -q "pif $pif1" "$FRESH_DIR/left"
	check "... and what to do" grep -q 'see to what is in its way' "$FRESH_DIR/notes"
	check_eq "... somebody's route is there" "blackhole 10.1.0.0/16" \
		"$(ip route show 10.1.0.0/16 | sed 's/ *$//')"
	check_fails "... and others still wait" xenet network-create name-label=late
}

nic eth1 far1
nic eth2 far2
fresh
pif1=$(introduce eth1)
pif2=$(introduce eth2)
xenet network-param-set uuid="$(xenet pif-param-get uuid="$pif1" param-name=network-uuid)" \
	other-config:static-routes=10.1.0.0/16/192.0.2.1
reconfigure 192.0.2.10
xenet pif-plug uuid="$pif1"
xenet pif-plug uuid="$pif2"
before=$(everything)
refused "an address in the network of a static route" \
	"address: 10.1.0.0/16"$'\n'"user: static-routes of network $(xenet pif-param-get \
		uuid="$pif1" param-name=network-uuid)" \
	xenet pif-reconfigure-ip uuid="$pif2" mode=static IP=10.1.0.1 netmask=255.255.0.0
cut_short
recovered
ip route del blackhole 10.1.0.0/16
check "without the obstacle all is settled" xenet host-recover
check_eq "... and nothing differs" "" "$(xenet host-check 2>&1)"
check "... and others can change" xenet network-create name-label=late
finish
