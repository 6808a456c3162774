#!/bin/bash
# What a guest may receive is limited by a token bucket on its TAP, what it may send by one on an
# ifb through which that goes first: from the plug on, changed and taken off while it runs, found
# and brought back when somebody else takes them off; and they drop what is too much
# (catalogue 44, 47).
# lanes: namespace lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

frame=$(dirname "$XENET_BIN")/../tests/tools/frame

qdisc() {
	tc -s -j qdisc show dev vif1.0 root
}

# What the kernel has: kind and bytes a second, at most.
bucket() {
	qdisc | jq -r '.[0] | "\(.kind) \(.options.rate)"'
}

limit() {
	xenet vif-param-set uuid="$vif" other-config:qos-rx-kbps="$1"
}

no_limit() {
	xenet vif-param-remove uuid="$vif" param-name=other-config param-key=qos-rx-kbps
}

has_bucket() {
	[[ $(bucket) == tbf* ]]
}

# index DEVICE
index() {
	ip -j link show dev "$1" | jq .[].ifindex
}

send_limit() {
	xenet vif-param-set uuid="$vif" qos_algorithm_params:kbps="$1"
}

# Where what the guest sends goes, and how fast that lets it pass.
detour() {
	local to
	to=$(tc -j filter show dev "$1" ingress | jq -r '.[].options.actions // [] | .[] |
		"\(.kind) \(.mirred_action) \(.direction) \(.to_dev)"')
	echo "$to $(tc -j qdisc show dev "ifb${1#vif}" root 2>/dev/null |
		jq -r '.[0] | "\(.kind) \(.options.rate)"')"
}

is_unlimited() {
	! ip link show dev ifb1.0 && ! grep -qE 'ingress|clsact|tbf' <<<"$(tc qdisc show dev vif1.0)"
}

# shellcheck disable=SC2317  # handed over by name
_call_theirs() {
	ip link set dev "$1" down
	ip link set dev "$1" name theirs up
}

# mended WHAT FINDINGS CMD...: what a stranger does is found, and taken back, with the same TAP.
mended() {
	local before
	before=$(index vif1.0)
	check "$1" "${@:3}"
	check_eq "... is found" "$2" "$(findings || true)"
	check "... and host-recover takes it back" xenet host-recover
	check_eq "... so that nothing is left of it" '' "$(findings || true)"
	check_eq "... the guest keeps its device" "$before" "$(index vif1.0)"
}

findings() {
	xenet host-check --json 2>&1 | jq -r '.[] | "\(.attribute) \(.wanted) \(.found)"'
}

# The lab is slow.
is_short_lab() {
	[[ $XENET_LANE == lab && -z ${XENET_LONG-} ]]
}

meddle() {
	mended "the filter is taken off" 'ingress ifb1.0 other' tc filter del dev vif1.0 ingress
	mended "the room for filters is taken off" 'ingress ifb1.0 ' tc qdisc del dev vif1.0 ingress
	mended "another filter is put before it" 'ingress ifb1.0 other' \
		tc filter add dev vif1.0 ingress pref 7 protocol ip u32 match u32 0 0 flowid 1:1
	mended "the bucket is taken off" 'rate 2000 0' tc qdisc del dev ifb1.0 root
	mended "the detour is down" 'up yes no' ip link set dev ifb1.0 down
	mended "the detour is called another name" 'name ifb1.0 theirs' _call_theirs ifb1.0
	mended "the TAP is called another name" 'name vif1.0 theirs' _call_theirs vif1.0
}

limit_otherwise() {
	mended "somebody limits what it sends" 'ingress  other' tc qdisc add dev vif1.0 ingress
	mended "somebody limits what it receives" 'rate 0 8' \
		tc qdisc add dev vif1.0 root tbf rate 8192bps burst 4000 limit 8000
}

# The guest opens its TAP, until it falls silent.
speak() {
	"$frame" tap vif1.0 <"$FRESH_DIR/in" >"$FRESH_DIR/out" 2>&1 &
	guest=$!
	exec {mouth}>"$FRESH_DIR/in"
	wait_for 10 grep -q ready "$FRESH_DIR/out"
}

fall_silent() {
	exec {mouth}>&-
	wait "$guest"
}

guest_on_nic
xenet pif-plug uuid="$pif"
limit 1000
xenet vm-start uuid="$vm"
check_eq "from the plug on: 1,000 kilobytes a second" 'tbf 1024000' "$(bucket)"
check_eq "host-check finds nothing" '' "$(findings)"
check_eq "... nor does the VIF" '' "$(xenet vif-param-get uuid="$vif" param-name=degraded)"

before=$(index vif1.0)
limit 2000
check_eq "another limit takes effect at once" 'tbf 2048000' "$(bucket)"
limit 1000000000
check_eq "even one that 32 bits do not hold" 'tbf 1024000000000' "$(bucket)"
check_eq "... and it is read back" '' "$(findings)"
check_eq "the guest keeps its device" "$before" "$(index vif1.0)"

tc qdisc del dev vif1.0 root
check_eq "taken off by somebody else, it is missed" 'rate 1000000000 0' "$(findings || true)"
check "... and brought back" xenet host-recover
check_eq "... indeed" 'tbf 1024000000000' "$(bucket)"
tc qdisc replace dev vif1.0 root tbf rate 8192bps burst 4000 limit 8000
check_eq "changed by somebody else, it is found" 'rate 1000000000 8' "$(findings || true)"
tc qdisc del dev vif1.0 root
tc qdisc add dev vif1.0 root tbf rate 8192bps burst 4000 limit 8000
check_eq "somebody else's is found, too" 'rate 1000000000 8' "$(findings || true)"
check "... and gives way" xenet host-recover
check_eq "... indeed" 'tbf 1024000000000' "$(bucket)"

limit 1
mkfifo "$FRESH_DIR/in"
speak
text=$(printf '%01000d' 0)
for _ in {1..400}; do
	echo "- $text"
done | "$frame" nic far >"$FRESH_DIR/far" 2>&1
check "of 400 frames at once most are dropped at one kilobyte a second" \
	test "$(qdisc | jq .[0].drops)" -gt 200
fall_silent


# ---- What it sends ----

no_limit
xenet vif-param-set uuid="$vif" qos_algorithm_type=ratelimit
check "without a number there is no limit" is_unlimited
before=$(index vif1.0)
send_limit 1000
wanted='mirred redirect egress ifb1.0 tbf'
check_eq "what it sends goes through a bucket of 1,000 kilobytes a second" "$wanted 1024000" "$(detour vif1.0)"
detour=$(index ifb1.0)
send_limit 2000
check_eq "another limit takes effect at once" "$wanted 2048000" "$(detour vif1.0)"
check_eq "... on the same devices" "$before $detour" "$(index vif1.0) $(index ifb1.0)"
check_eq "nothing differs" '' "$(findings)"
check_fails "the detour has no address of its own" has_link_local ifb1.0

is_short_lab || meddle
mended "the detour is deleted" $'link ifb none\ningress ifb1.0 other' ip link del dev ifb1.0
xenet vif-param-clear uuid="$vif" param-name=qos_algorithm_type
check "no limit any more" is_unlimited
is_short_lab || limit_otherwise

ip link add name ifb1.0 type ifb
check_fails "somebody has taken the name of the detour: the limit is refused" \
	xenet vif-param-set uuid="$vif" qos_algorithm_type=ratelimit
check "... the error names the device" grep -q '^device: ifb1.0$' <<<"$OUTPUT"
check_eq "... and the record says so" '' "$(xenet vif-param-get uuid="$vif" param-name=qos_algorithm_type)"
ip link del dev ifb1.0

xenet vif-param-set uuid="$vif" qos_algorithm_type=ratelimit
send_limit 1
speak
for _ in {1..400}; do
	echo "- $text"
done >&"$mouth"
wait_for 10 test "$(tc -s -j qdisc show dev ifb1.0 root | jq .[0].drops)" -gt 200
check "of 400 frames that it sends at once most are dropped at one kilobyte a second" \
	test "$(tc -s -j qdisc show dev ifb1.0 root | jq .[0].drops)" -gt 200
fall_silent

# ---- A new device ----

limit 1000
send_limit 1500
xenet vm-shutdown uuid="$vm" force=true
check_fails "the detour goes with its TAP" ip link show dev ifb1.0
xenet vm-start uuid="$vm"
check_eq "a new device has the limit again" 'tbf 1024000' \
	"$(tc -j qdisc show dev vif2.0 root | jq -r '.[0] | "\(.kind) \(.options.rate)"')"
check_eq "... both ways" 'mirred redirect egress ifb2.0 tbf 1536000' "$(detour vif2.0)"
finish
