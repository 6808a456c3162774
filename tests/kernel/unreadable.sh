#!/bin/bash
# Rows that somebody has edited so that they cannot be read: what has to do with them stays as it
# is, and all else is mended, and rebuilt at boot, none the less (catalogue 31).
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=booting.sh
. "$(dirname "$0")/booting.sh"

# spoil CLASS UUID COLUMN / repair: what the column holds there means nothing, or what it did again.
spoil() {
	sqlite3 "$XENET_DB" "UPDATE $1 SET $3 = 'nonsense' WHERE uuid = '$2'"
}

repair() {
	sqlite3 "$XENET_DB" "UPDATE vif SET MTU = 1500 WHERE MTU = 'nonsense';
		UPDATE pif SET MTU = 1500 WHERE MTU = 'nonsense';
		UPDATE vm SET kept = '{}' WHERE kept = 'nonsense'"
}

# Without what was told of the log, which the tool that spoilt a row has taken away.
told() {
	local status=0
	here xenet "$@" 2>/dev/null >"$FRESH_DIR/told" || status=$?
	echo "$status"
	sed -nE 's/^object \( RO\) *: (.*)/\1/p' "$FRESH_DIR/told" | sort
}

index() {
	here ip -j link show dev "$1" | jq '.[0].ifindex'
}

# guest NAME NETWORK...: with a VIF each; its uuid.
guest() {
	local vm network device=0
	vm=$(here xenet vm-create name-label="$1")
	for network in "${@:2}"; do
		here xenet vif-create vm-uuid="$vm" network-uuid="$network" device=$((device++)) >/dev/null
	done
	here xenet vm-start uuid="$vm"
	echo "$vm"
}

build() {
	local host
	boot first
	card eth1 02:00:00:00:00:01
	card eth2 02:00:00:00:00:02
	host=$(xenet host-list --minimal)
	pif=$(here xenet pif-introduce host-uuid="$host" device=eth1)
	second=$(here xenet pif-introduce host-uuid="$host" device=eth2)
	inner=$(here xenet network-create name-label=inner)
	outer=$(xenet pif-param-get uuid="$pif" param-name=network-uuid)
	here xenet network-attach uuid="$inner" host-uuid="$host"
	here xenet pif-plug uuid="$pif"
	here xenet pif-plug uuid="$second"
	one=$(guest one "$inner" "$outer")
	two=$(guest two "$inner")
	vif=$(xenet vif-list vm-uuid="$one" device=1 --minimal)
}

mended_beside() {
	local kept
	kept=$(index vif1.1)
	spoil vif "$vif" MTU
	here ip link delete dev vif2.0
	here ip link set dev vif1.1 nomaster
	check_eq "host-check names the row, what hangs on it, and what else differs" \
		"$(printf '%s\n' 3 "vif $vif" "vif $(xenet vif-list vm-uuid="$two" --minimal) vif2.0" | sort)" \
		"$(told host-check | sort)"
	check_eq "host-recover mends the rest" "2 vif $vif" "$(told host-recover | xargs)"
	check "... so that the other guest has its TAP again" ports vif2.0=xapi0
	check_eq "... and what cannot be judged is left alone" "$kept null" \
		"$(here ip -j link show dev vif1.1 | jq -r '.[0] | "\(.ifindex) \(.master)"')"
	check_eq "... even if orphans go" "2 vif $vif" \
		"$(told host-recover --orphans | xargs)"
	check_eq "... all of it" "$kept xenbr1" "$(index vif1.1) $(here ip -j link show dev eth1 |
		jq -r '.[0].master')"
	repair
	check_eq "the row is repaired: host-recover does the rest" 0 "$(told host-recover)"
	check "... with the same TAP" ports vif1.1=xenbr1 eth1=xenbr1
	check_eq "... and nothing differs" 0 "$(told host-check)"
}

another_boot() {
	spoil vif "$vif" MTU
	spoil pif "$second" MTU
	spoil vm "$two" kept
	boot second
	card eth1 02:00:00:00:00:01
	card eth2 02:00:00:00:00:02
	check_eq "after a boot no other command goes on with such rows" 1 \
		"$(told network-create name-label=new)"
	check "host-restore names them" grep -qx "2 .*vif $vif.*" <<<"$(told host-restore | xargs)"
	check "... the PIF as well" grep -q "^pif $second$" <<<"$(told host-restore)"
	check_eq "... and builds what it can" "xapi0 xenbr1" "$(marked)"
	check_eq "... of the guests that can be told, none runs" halted \
		"$(xenet vm-param-get uuid="$one" param-name=power-state)"
	repair
	check_eq "the rows are repaired: host-restore does the rest" 0 "$(told host-restore)"
	check "... with all NICs" ports eth1=xenbr1 eth2=xenbr2
	check_eq "... and the networks that are wanted" "xapi0 xenbr1 xenbr2" "$(marked)"
	check_eq "... and nothing differs" 0 "$(told host-check)"
	check "the guests start again" here xenet vm-start vm=one
	check "... both" here xenet vm-start vm=two
	check_eq "... and nothing differs then" 0 "$(told host-check)"
}

fresh
build
mended_beside
another_boot
kill "$machine"
finish
