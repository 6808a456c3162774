#!/bin/bash
# What a guest may receive is limited by a token bucket on its TAP: from the plug on, changed and
# taken off while it runs, found and brought back when somebody else takes it off; and it drops
# what is too much (catalogue 44).
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

index() {
	ip -j link show dev vif1.0 | jq .[].ifindex
}

findings() {
	xenet host-check --json 2>&1 | jq -r '.[] | "\(.attribute) \(.wanted) \(.found)"'
}

guest_on_nic
xenet pif-plug uuid="$pif"
limit 1000
xenet vm-start uuid="$vm"
check_eq "from the plug on: 1,000 kilobytes a second" 'tbf 1024000' "$(bucket)"
check_eq "host-check finds nothing" '' "$(findings)"
check_eq "... nor does the VIF" '' "$(xenet vif-param-get uuid="$vif" param-name=degraded)"

before=$(index)
limit 2000
check_eq "another limit takes effect at once" 'tbf 2048000' "$(bucket)"
limit 1000000000
check_eq "even one that 32 bits do not hold" 'tbf 1024000000000' "$(bucket)"
check_eq "... and it is read back" '' "$(findings)"
check_eq "the guest keeps its device" "$before" "$(index)"

tc qdisc del dev vif1.0 root
check_eq "taken off by somebody else, it is missed" 'rate 1000000000 0' "$(findings || true)"
check "... and brought back" xenet host-recover
check_eq "... indeed" 'tbf 1024000000000' "$(bucket)"
tc qdisc replace dev vif1.0 root tbf rate 8192bps burst 4000 limit 8000
check_eq "changed by somebody else, it is found" 'rate 1000000000 8' "$(findings || true)"
tc qdisc del dev vif1.0 root
tc qdisc add dev vif1.0 root tbf rate 8192bps burst 4000 limit 8000
check_eq "somebody else's is none of ours" 'rate 1000000000 0' "$(findings || true)"
check "... and gives way" xenet host-recover
check_eq "... indeed" 'tbf 1024000000000' "$(bucket)"

limit 1
mkfifo "$FRESH_DIR/in"
"$frame" tap vif1.0 <"$FRESH_DIR/in" >"$FRESH_DIR/out" 2>&1 &
exec {mouth}>"$FRESH_DIR/in"
wait_for 10 grep -q ready "$FRESH_DIR/out"
text=$(printf '%01000d' 0)
for _ in {1..400}; do
	echo "- $text"
done | "$frame" nic far >"$FRESH_DIR/far" 2>&1
check "of 400 frames at once most are dropped at one kilobyte a second" \
	test "$(qdisc | jq .[0].drops)" -gt 200
exec {mouth}>&-

check "no limit any more" no_limit
check_fails "... indeed" has_bucket
check_eq "... and host-check finds nothing" '' "$(findings)"
limit 1000
xenet vm-shutdown uuid="$vm" force=true
xenet vm-start uuid="$vm"
check_eq "a new device has the limit again" 'tbf 1024000' \
	"$(tc -j qdisc show dev vif2.0 root | jq -r '.[0] | "\(.kind) \(.options.rate)"')"
finish
