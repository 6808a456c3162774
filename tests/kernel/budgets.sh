#!/bin/bash
# What commands cost in system calls is within the budgets that tests/README.md tells. With
# BUDGETS=accept the rows of that table become what is measured, and some pages more.
# lanes: namespace lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=counting.sh
. "$(dirname "$0")/counting.sh"

page=$(dirname "$(dirname "$(readlink -f "$0")")")/README.md
more_pages=3

# The figures of the table's row WHAT, on one line.
budget() {
	sed -nE "s/^\| $1 \|(.*)\|$/\1/p" "$page" | tr -d '|' | xargs
}

# Those rows of the table that nothing here keeps.
not_kept() {
	sed -nE '/^\| command \|/,/^$/ s/^\| ([a-z][^|]*) \| [0-9].*/\1/p' "$page" |
		while read -r what; do
			grep -qE "keeps '?$what'? xenet" "$0" || echo "$what"
		done
}

# accept WHAT COST...
accept() {
	local what=$1 pages=${*: -1}
	set -- "${@:2:$#-2}" $((pages > 0 ? pages + more_pages : 0))
	sed -i "s/^| $what |.*/$(printf '| %s ' "$what" "$@")|/" "$page"
}

# excess BUDGET COSTS: what is above it.
excess() {
	local -a most costs
	local i
	read -ra most <<<"$1"
	read -ra costs <<<"$2"
	# shellcheck disable=SC2154  # of counting.sh
	for i in "${!columns[@]}"; do
		((costs[i] <= ${most[i]:--1})) || echo "${columns[i]}: ${costs[i]}, not ${most[i]-}"
	done
}

# keeps WHAT CMD...: CMD costs no more than is told of WHAT.
keeps() {
	local what=$1 most costs
	shift
	short_log 0
	costs=$(costs "$@")
	most=$(budget "$what")
	if [[ ${BUDGETS-} == accept ]]; then
		# shellcheck disable=SC2086  # one word each
		accept "$what" $costs
		most=$(budget "$what")
	fi
	check_eq "$what: ${costs} within ${most}" '' "$(excess "$most" "$costs")"
}

# lines N TEXT: N lines for a batch, in which @ is the number.
lines() {
	local i
	for ((i = 1; i <= $1; i++)); do
		echo "${2//@/$i}"
	done >"$FRESH_DIR/lines"
}

reading() {
	keeps network-list xenet network-list
	keeps 'network-list, all fields' xenet network-list params=all
	keeps 'vif-list of a VM' xenet vif-list vm-uuid="$vm"
	keeps 'vif-list of a VM, all fields' xenet vif-list vm-uuid="$vm" params=all
	keeps pif-list xenet pif-list
	keeps vif-param-get xenet vif-param-get uuid="$vif" param-name=MAC
	keeps host-check xenet host-check
}

vif_uuid() {
	xenet vif-list vm-uuid="$vm" device="$1" --minimal
}

guests() {
	keeps 'vm-start with 7 VIFs' xenet vm-start uuid="$vm"
	keeps vif-create xenet vif-create vm-uuid="$vm" network-uuid="$network" device=7
	vif=$(vif_uuid 7)
	keeps vif-plug xenet vif-plug uuid="$vif"
	reading
	keeps 'vif-unplug, dry run' xenet vif-unplug uuid="$vif" --dry-run
	keeps vif-unplug xenet vif-unplug uuid="$vif"
	keeps vif-destroy xenet vif-destroy uuid="$vif"
	lines 20 "v=vif-create vm-uuid=$vm network-uuid=$network device=1@
vif-plug uuid=\$v"
	keeps 'batch of 20 vif-create and vif-plug' xenet batch file="$FRESH_DIR/lines"
	keeps 'vm-shutdown with 27 VIFs' xenet vm-shutdown uuid="$vm"
}

networks() {
	local made
	keeps network-create xenet network-create name-label=made
	made=$(xenet network-list name-label=made --minimal)
	keeps network-param-set xenet network-param-set uuid="$made" name-label=other
	keeps network-destroy xenet network-destroy uuid="$made"
	lines 50 network-create\ name-label=made@
	keeps 'batch of 50 network-create' xenet batch file="$FRESH_DIR/lines"
	keeps pif-plug xenet pif-plug uuid="$pif"
	keeps pif-unplug xenet pif-unplug uuid="$pif"
}

vlans() {
	local tagged vlan
	tagged=$(xenet network-create name-label=tagged)
	keeps vlan-create xenet vlan-create network-uuid="$tagged" pif-uuid="$pif" vlan=5
	vlan=$(xenet pif-list VLAN=5 --minimal)
	keeps 'pif-unplug of a VLAN' xenet pif-unplug uuid="$vlan"
	keeps 'pif-plug of a VLAN' xenet pif-plug uuid="$vlan"
	keeps vlan-destroy xenet vlan-destroy uuid="$vlan"
	lines 20 "n=network-create name-label=tagged@
vlan-create network-uuid=\$n pif-uuid=$pif vlan=1@"
	keeps 'batch of 20 network-create and vlan-create' xenet batch file="$FRESH_DIR/lines"
}

# What stands on a TAP is asked by kind: of a kernel that has all kinds, that takes most.
gone() {
	xenet vm-start uuid="$vm"
	vif=$(vif_uuid 6)
	keeps 'vif-unplug, dry run' xenet vif-unplug uuid="$vif" --dry-run
	keeps vif-unplug xenet vif-unplug uuid="$vif"
}

# In the lab the program is as it is installed.
archives() {
	check_fails "nothing is linked but archives" ldd "$(readlink -f "$XENET_BIN")"
	costs xenet vm-list >/dev/null
	check_fails "... nor loaded" grep '[.]so' "$FRESH_DIR/trace"
}

nic eth1 far
fresh
# shellcheck disable=SC2034  # for short_log
pool=$(xenet pool-list --minimal)
pif=$(introduce eth1)
network=$(xenet network-create name-label=inner)
vm=$(xenet vm-create name-label=guest)
for device in {0..6}; do
	xenet vif-create vm-uuid="$vm" network-uuid="$network" device="$device" >/dev/null
done
if [[ $XENET_LANE == lab ]]; then
	vlans
	gone
	archives
else
	networks
	guests
fi
check_eq "the table tells of nothing that is not kept" "" "$(not_kept)"
finish
