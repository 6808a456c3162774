#!/bin/bash
# What xenet tells of traffic is what the kernel counts; of a VIF the other way round, as the
# guest would see it. One dump serves all VIFs, and who does not ask for counters gets none.
# lanes: namespace lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=counting.sh
. "$(dirname "$0")/counting.sh"

frame=$(dirname "$XENET_BIN")/../tests/tools/frame
names=rx-bytes,rx-packets,rx-errors,rx-drops,tx-bytes,tx-packets,tx-errors,tx-drops

# kernel RX TX DEVICE: what ip tells, bytes, packets, errors and drops of the one and the other.
kernel() {
	ip -s -j link show dev "$3" | jq -r --arg rx "$1" --arg tx "$2" '.[0].stats64 |
		[.[$rx, $tx] | .bytes, .packets, .errors, .dropped] | join(" ")'
}

told() {
	xenet "$1-list" uuid="$2" params="$names" --json |
		jq -r --arg names "$names" '[.[0][$names | split(",")[]]] | join(" ")'
}

in_metrics() {
	xenet vif-metrics | sed -nE "s/^xenet_vif_(receive|transmit)_.*interface=\"$1\"[}] //p" | xargs
}

# The kernel may count between two looks.
same_counters() {
	[[ $(kernel tx rx vif1.0) == "$(told vif "$vif")" ]] &&
		[[ $(kernel tx rx vif1.0) == "$(in_metrics vif1.0)" ]] &&
		[[ $(kernel rx tx eth1) == "$(told pif "$pif")" ]]
}

# A station, which speaks lines; it leaves when its mouth is closed.
say() {
	local kind=$1 device=$2 mouth
	shift 2
	mkfifo "$FRESH_DIR/$device.in"
	"$frame" "$kind" "$device" <"$FRESH_DIR/$device.in" >"$FRESH_DIR/$device.out" 2>&1 &
	exec {mouth}>"$FRESH_DIR/$device.in"
	wait_for 10 grep -q ready "$FRESH_DIR/$device.out"
	printf -- '- %s\n' "$@" >&"$mouth"
	mouths+=("$mouth")
}

get() {
	xenet vif-param-get uuid="$vif" param-name="$1"
}

sent() {
	[[ $(get tx-packets) == "$1" ]]
}

mouths=()
guest_on_nic
check_eq "what is not plugged has counted nothing" '<not in database>' "$(get tx-bytes)"
xenet pif-plug uuid="$pif"
xenet vm-start uuid="$vm"
check_eq "nobody has the VIF's device open: no carrier" 'false' "$(get carrier)"
check_eq "the device on the host" 'vif1.0' "$(get device-name)"
say tap vif1.0 one two three
check_eq "a guest has it open: a carrier" 'true' "$(get carrier)"
check "three frames that the guest sent are its tx" wait_for 10 sent 3
check_eq "they are the TAP's rx" '3' "$(ip -s -j link show dev vif1.0 | jq .[].stats64.rx.packets)"
say nic far four five
check "what the wire sends arrives" wait_for 10 grep -q five "$FRESH_DIR/vif1.0.out"
check "the counters of a VIF and of a PIF are the kernel's" wait_for 10 same_counters

mark=$(ip -j link show dev vif1.0 | jq -r .[].ifalias)
ip link set dev vif1.0 alias theirs
check_eq "a device that is not ours any more has no counters for us" '<not in database>' \
	"$(get tx-bytes)"
check_eq "... nor samples" '' "$(in_metrics vif1.0)"
ip link set dev vif1.0 alias "$mark"

# Words to the kernel, by their number.
asked() {
	costs "$@" | cut -d ' ' -f 2-5
}
before=$(asked xenet vif-metrics)
for i in {1..5}; do
	echo "vif$i=vif-create vm-uuid=$vm network-uuid=$network device=$i"
	echo "vif-plug uuid=\$vif$i"
done >"$FRESH_DIR/lines"
check "five VIFs more" xenet batch file="$FRESH_DIR/lines"
check_eq "vif-metrics asks the kernel once, whatever there is" "$before" "$(asked xenet vif-metrics)"
xenet vif-param-set uuid="$vif" locking-mode=locked
before=$(asked xenet vif-metrics)
for other in $(xenet vif-list vm-uuid="$vm" --minimal | tr , ' '); do
	xenet vif-param-set uuid="$other" locking-mode=locked
done
check_eq "... and for what locking drops once more" "$before" "$(asked xenet vif-metrics)"
check_eq "it tells of all" '6' "$(xenet vif-metrics | grep -c '^xenet_vif_receive_bytes_total')"

# All but lists of counters leave them out (RTEXT_FILTER_SKIP_STATS, 8).
asks_for_counters() {
	traced -qq -v -e trace=sendto,sendmsg -o "$FRESH_DIR/trace" "$@" >/dev/null
	[[ $(grep -c RTM_GETLINK "$FRESH_DIR/trace") -gt $(grep -c 'IFLA_EXT_MASK\|nla_type=0x1d' \
		"$FRESH_DIR/trace") ]]
}
check "who asks for counters gets them" asks_for_counters xenet vif-list params=tx-bytes
check_fails "who does not has none gathered" asks_for_counters xenet vif-list params=all
check_fails "... nor does host-check" asks_for_counters xenet host-check

for mouth in "${mouths[@]}"; do
	exec {mouth}>&-
done
finish
