#!/bin/bash
# What a guest sends and receives is within a tenth of its limits, as iperf3 measures it, with TCP
# and UDP (catalogue 44).
# lanes: namespace lab
# timeout: 300
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=guests.sh
. "$(dirname "$0")/guests.sh"

# Kilobytes a second. The lab has one slow processor for both ends.
sent=1500 received=2500
[[ $XENET_LANE != lab ]] || sent=300 received=500

# measured ARG...: kilobytes of data a second that arrived, where iperf3 is called in the guest.
measured() {
	iperf3 --server --one-off --bind 192.0.2.1 --forceflush >"$FRESH_DIR/server" 2>&1 &
	local server=$!
	wait_for 10 grep -q listening "$FRESH_DIR/server"
	inside iperf3 --client 192.0.2.1 --time 3 --omit 1 --json "$@" >"$FRESH_DIR/report"
	wait "$server"
	jq '.end.sum_received.bits_per_second / 8 / 1024 | round' "$FRESH_DIR/report"
}

# Of what goes over the wire the headers are no data: 66 of 1,514 bytes with TCP, 42 of 1,442 with UDP.
# near LIMIT RATE
near() {
	(($2 * 100 >= $1 * 90 && $2 * 100 <= $1 * 110))
}

# holds WHAT LIMIT ARG...: of three measurements, since others may need the machine, one is near.
holds() {
	local what=$1 limit=$2 rate i
	for i in 1 2 3; do
		rate=$(measured "${@:3}")
		echo "# $what: $rate of $limit ($i)"
		! near "$limit" "$rate" || break
	done
	check "$what: $rate kilobytes a second, limit $limit" near "$limit" "$rate"
}

# udp LIMIT: half as much again, in bits.
udp() {
	echo "--udp --length 1400 --bitrate $(($1 * 1024 * 8 * 3 / 2))"
}

guest_on_nic
xenet pif-plug uuid="$pif"
xenet vif-param-set uuid="$vif" qos_algorithm_type=ratelimit qos_algorithm_params:kbps=$sent \
	other-config:qos-rx-kbps=$received
xenet vm-start uuid="$vm"
ip address add 192.0.2.1/24 dev far
guest_opens vif1.0
inside ip address add 192.0.2.2/24 dev eth0
check "the guest reaches the other side" inside ping -c 1 -w 10 192.0.2.1
holds "TCP from the guest" $sent
holds "TCP to the guest" $received --reverse
# shellcheck disable=SC2046  # one word each
holds "UDP from the guest" $sent $(udp $sent)
# shellcheck disable=SC2046
holds "UDP to the guest" $received --reverse $(udp $received)
guest_closes
finish
