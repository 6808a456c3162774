#!/bin/bash
# Scripts as they are written for xe, unmodified, and what they make of the kernel.
#
# Each folder of tests/scripts is a case: its *.sh are run one after the other with xenet as
# xe, and know nothing of it; after NAME.sh, NAME.check looks at the kernel. The last script
# takes everything away again. The first one's head names the lanes of the case; CASES limits
# the run to those named.
# lanes: namespace lab
# timeout: 400
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

nics=(eth1 eth2 eth3)

# Modules that make devices by themselves do so now.
warm_up() {
	[[ $XENET_LANE == lab ]] || return 0
	ip link add name warm type gretap local 192.0.2.1 remote 192.0.2.2
	ip link del dev warm
}

# Whatever a case that failed has left.
clear_links() {
	local link
	for link in $(ip -j -d link | jq -r '.[] | select(.linkinfo.info_kind)
		| .ifname | select(startswith("by-") | not)'); do
		ip link del dev "$link" 2>/dev/null || true
	done
}

install_xe() {
	local nic
	fresh
	ln -s "$FRESH_DIR/bin/xenet" "$FRESH_DIR/bin/xe"
	for nic in "${nics[@]}"; do
		nic "$nic" "far-$nic"
		introduce "$nic" >/dev/null
	done
}

run_case() {
	local case=$1 before script name
	install_xe
	before=$(snapshot)
	for script in "$case"/*.sh; do
		name=$(basename "$case")/$(basename "$script" .sh)
		check "$name" "$script"
		check_eq "$name: without a warning" '' "$(grep ^Warning: <<<"$OUTPUT" || true)"
		# shellcheck source=/dev/null
		[[ ! -e ${script%.sh}.check ]] || . "${script%.sh}.check"
	done
	check_eq "$name: all is as it was before" "$before" "$(snapshot)"
	clear_links
}

warm_up
for case in "$(dirname "$(readlink -f "$0")")"/../scripts/*; do
	[[ -z ${CASES-} || " $CASES " == *" $(basename "$case") "* ]] || continue
	lanes=$(sed -n '1,5s/^# lanes: *//p' "$case"/1-*.sh)
	[[ " $lanes " != *" $XENET_LANE "* ]] || run_case "$case"
done
finish
