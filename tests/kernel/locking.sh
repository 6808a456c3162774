#!/bin/bash
# What a locked guest sends, of all that it might try, and who hears it: nobody hears a forged
# frame, be it tagged or in pieces; what is allowed is heard; what was dropped is counted
# (catalogue 74).
# lanes: namespace lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=spoofing.sh
. "$(dirname "$0")/spoofing.sh"

locked_guest
station guest tap vif1.1
all_frames

drops_are() {
	(($(drops) == $1))
}

check_eq "nothing is dropped so far" 0 "$(drops)"
say guest "${allowed[@]}"
for who in wire neighbour; do
	check "the last of what is allowed is heard: $who" hears $who last-fragment6
	check_eq "... and all before it" "$(sorted "${allowed[@]}")" "$(heard $who)"
done
check_eq "... and nothing is dropped" 0 "$(drops)"
heard host >/dev/null

say guest "${denied[@]}" udp
for who in wire neighbour host; do
	check "what is allowed is heard behind the rest: $who" hears $who udp
	check_eq "... of ${#denied[@]} forged frames none is heard" udp "$(heard $who)"
done
check_eq "each is counted" "${#denied[@]}" "$(drops)"
check_eq "... in metrics, too, where a VIF that is not locked has none" "0 ${#denied[@]}" \
	"$(xenet vif-metrics | sed -n 's/^xenet_vif_locking_drops_total{.*} //p' | sort -n | xargs)"
check_eq "... and for one of them, in JSON" "${#denied[@]}" \
	"$(xenet vif-metrics uuid="$vif" --json | jq '.[]."locking-drops"')"

# What it sends takes a detour then, and comes back.
xenet vif-param-set uuid="$vif" qos_algorithm_type=ratelimit qos_algorithm_params:kbps=100000
before=$(drops)
say guest "${denied[@]}" udp
for who in wire neighbour; do
	check "with a limit, what is allowed is heard as well: $who" hears $who udp
	check_eq "... and no forged frame" udp "$(heard $who)"
done
check_eq "each is counted" "$((before + ${#denied[@]}))" "$(drops)"
xenet vif-param-set uuid="$vif" qos_algorithm_type=

say guest "${unbridged[@]}" udp
check "what only concerns a bridge itself" hears neighbour udp
check_eq "... is not heard" udp "$(heard neighbour)"
check_eq "... nor has the bridge learned of another address of the guest" '' \
	"$(bridge fdb show br "$bridge" | grep -i '02:16:3e:00:00:09' || true)"

say neighbour "${denied[@]}" udp
check "to the guest all passes, as XenServer has it" hears guest wrong-ip

xenet vif-param-set uuid="$vif" ipv4-allowed= ipv6-allowed=
before=$(drops)
say guest "${allowed[@]}" "${denied[@]}"
check "with no address nothing passes: each frame is counted" \
	wait_for 10 drops_are "$((before + ${#allowed[@]} + ${#denied[@]}))"
xenet vif-param-set uuid="$vif" locking-mode=unlocked
heard neighbour >/dev/null
say guest "${allowed[@]}" "${untagged[@]}"
check "unlocked" hears neighbour dhcp6-reply-from-elsewhere
check_eq "... all passes but what no bridge forwards" eapol \
	"$(comm -23 <(sorted "${allowed[@]}" "${untagged[@]}") <(heard neighbour))"
finish
