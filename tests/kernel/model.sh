#!/bin/bash
# Random commands, the same on the fake host and on the kernel, with the same outcome
# (catalogue 88): objects, errors, and after each hundred the links.
# lanes: namespace lab
# timeout: 600
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

here=$(dirname "$(readlink -f "$0")")
model=$(dirname "$(readlink -f "$XENET_BIN")")/../tests/model/model
case $XENET_LANE${XENET_LONG:+-long} in
namespace) operations=300 seeds=(1) ;;
lab) operations=200 seeds=(1) ;;
*) operations=10000 seeds=(2) ;;
esac

# host DIRECTORY: NICs, the same on both sides.
host() {
	local i
	mkdir "$1/fake.run"
	for i in {1..6}; do
		ip link add name "eth$i" address "52:54:00:00:00:0$i" type veth peer name "far$i"
		ip link set dev "far$i" addrgenmode none up
		echo "eth$i kind=veth address=52:54:00:00:00:0$i mtu=1500 addrgen=eui64 master= up=no"
	done >"$1/fake.run/fake.netstate"
}

# both SEED OPERATIONS EVERY FROM: in a namespace of its own.
both() {
	local directory=$FRESH_DIR/$1.$3
	mkdir "$directory"
	host "$directory"
	"$model" "$XENET_LANE" "$@" "$directory" "$here/../model/compare"
}

alone() {
	unshare --net bash -c 'set -euo pipefail; ip link set lo up; both "$@"' both "$@"
}

# The first operation after which the states differ, and those before it.
narrow_down() {
	local last
	last=$(sed -n 's/^differ after \([0-9]*\):.*/\1/p' <<<"$2")
	alone "$1" "$operations" 1 "$((last > 100 ? last - 100 : 1))" || true
	echo "the last operations of seed $1:"
	tail -n 20 "$FRESH_DIR/$1.1/operations"
}

fresh
declare -fx both host
export FRESH_DIR here model
for seed in "${seeds[@]}"; do
	check "seed $seed: $operations operations: fake host and kernel are the same" \
		alone "$seed" "$operations" 100 1
	[[ $OUTPUT == *"equal after "* ]] || narrow_down "$seed" "$OUTPUT"
	read -r verdict _ _ _ _ _ compared _ <<<"$(tail -n 1 <<<"$OUTPUT")"
	check_eq "... and were compared, $compared times" "equal" "$verdict"
	check "... after each hundred" test "$compared" -ge $((operations / 100))
done
finish
