#!/bin/bash
# A guest that sends nothing but forged frames, as fast as it can, from before its locked VIF is
# plugged until it is gone: while the VIF is plugged, set, moved, disabled and recovered, nobody
# hears any of them (catalogue 75). The rules hold the device, whatever it is called.
# lanes: namespace lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=spoofing.sh
. "$(dirname "$0")/spoofing.sh"

# Its device has been there for a while, and more was dropped.
raging() {
	local before
	before=$(drops)
	wait_for 10 more_than "$before"
}

more_than() {
	(($(drops) > $1))
}

quiet() {
	check_eq "$1: nobody hears it" '' "$(heard wire)$(heard neighbour)$(heard host)"
}

# in_storm DESCRIPTION CMD...
in_storm() {
	check "$@"
	check "... the guest goes on" raging
	quiet "$1"
}

# start_storm NAME: on the device of that name, now or later.
start_storm() {
	for name in "${denied[@]}"; do
		echo "${frames[$name]}"
	done >"$FRESH_DIR/forged"
	"$spoof" storm "$1" "$pause" <"$FRESH_DIR/forged" >"$FRESH_DIR/storm.out" 2>&1 &
	storm=$!
	wait_for 10 grep -q ready "$FRESH_DIR/storm.out"
}

end_storm() {
	kill "$storm"
	wait "$storm"
	check "it has sent some" test "$(sed -n 2p "$FRESH_DIR/storm.out")" -gt 1000
}

set_vif() {
	xenet vif-param-set uuid="$vif" "$@"
}

# The lab has one processor, which others need as well.
pause=0
[[ $XENET_LANE != lab ]] || pause=20000
locked_guest
all_frames
other=$(xenet network-create name-label=other)
xenet vif-unplug uuid="$vif"
start_storm vif1.1
in_storm "plugged" xenet vif-plug uuid="$vif"
index=$(ip -j link show dev vif1.1 | jq .[].ifindex)
in_storm "another address is allowed" set_vif ipv4-allowed=192.0.2.5,192.0.2.77
in_storm "none of IPv6 is" set_vif ipv6-allowed=
in_storm "none at all is" set_vif ipv4-allowed=
in_storm "some are again" set_vif ipv4-allowed=192.0.2.5 ipv6-allowed=2001:db8::5
check "disabled" set_vif locking-mode=disabled
quiet "disabled"
in_storm "locked again" set_vif locking-mode=locked
in_storm "nothing to mend" xenet host-recover
in_storm "moved" xenet vif-move uuid="$vif" network-uuid="$other"
in_storm "moved back" xenet vif-move uuid="$vif" network-uuid="$network"
ip link set dev vif1.1 name stranger 2>/dev/null || {
	ip link set dev vif1.1 down
	ip link set dev vif1.1 name stranger
	ip link set dev stranger up
}
quiet "renamed by a stranger"
in_storm "named as it was" xenet host-recover
check_eq "all that time it was one device" "$index" "$(ip -j link show dev vif1.1 | jq .[].ifindex)"
check "unplugged" xenet vif-unplug uuid="$vif"
quiet "unplugged"
check_eq "... and nothing of its rules is left" '' "$(nft list tables bridge | grep -w xenet || true)"
in_storm "plugged again" xenet vif-plug uuid="$vif"
check "the VM ends" xenet vm-shutdown uuid="$vm" --force
check_eq "... and nobody has heard it" '' "$(heard wire)$(heard host)"
end_storm
finish
