#!/bin/bash
# What commands cost, counted in system calls: what they touch, and nothing beside it.
# lanes: namespace
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# calls SET CMD...: the system calls of that set that CMD makes.
calls() {
	traced -qq -v -s 300 -e trace="$1" -o "$FRESH_DIR/trace" "${@:2}" >/dev/null
	grep -v ' +++ ' "$FRESH_DIR/trace"
}

syncs() {
	calls fsync,fdatasync,sync_file_range,msync "$@" | wc -l
}

# The requests to the kernel, by type: "list" is one for all links, or for those of a kind.
# Several may go in one call.
requests() {
	calls sendmsg,sendto "$@" | sed 's/nlmsg_len=/\n&/g' | sed -nE '/RTM_GETLINK.*NLM_F_DUMP/ {
			s/.*IFLA_INFO_KIND}, "?([a-z]+).*/list_\1/; t end
			s/.*/list/; : end
			p; d
		}
		s/.*nlmsg_type=(RTM_[A-Z]+), .*/\1/p'
}

# counted CMD...: how many of each, on one line.
counted() {
	requests "$@" | LC_ALL=C sort | uniq -c | xargs
}

lists() {
	requests "$@" | grep -c '^list' || true
}

# A commit that also moves the WAL into the database costs more: start with a short WAL.
short_wal() {
	sqlite3 "$XENET_DB" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	xenet network-create name-label=first >/dev/null
}

disk() {
	short_wal
	check_eq "network-create syncs once" 1 "$(syncs xenet network-create name-label=a)"
	check_eq "vif-plug syncs once" 1 "$(syncs xenet vif-plug uuid="$vif")"
	check_eq "vif-unplug syncs once" 1 "$(syncs xenet vif-unplug uuid="$vif")"
	check_eq "a dry run never does" 0 "$(syncs xenet vif-plug uuid="$vif" --dry-run)"
	check_eq "network-list never does" 0 "$(syncs xenet network-list params=all)"
	check_eq "pif-list never does" 0 "$(syncs xenet pif-list params=all)"
}

netlink() {
	local few
	check_eq "network-list opens no socket" '' "$(calls %network xenet network-list params=all)"
	few=$(requests xenet vif-plug uuid="$vif")
	check_eq "vif-plug asks for two links and the one it makes, and says two words on that" \
		"3 RTM_GETLINK 2 RTM_NEWLINK" "$(sort <<<"$few" | uniq -c | xargs)"
	check_eq "vif-unplug asks as little, and for what could stand on the TAP" \
		"1 RTM_DELLINK 3 RTM_GETLINK 1 list_vlan 1 list_vxlan" \
		"$(counted xenet vif-unplug uuid="$vif")"
	for device in {10..39}; do
		xenet vif-plug uuid="$(xenet vif-create vm-uuid="$vm" network-uuid="$network" \
			device="$device")"
	done
	check_eq "beside thirty VIFs a VIF costs the same" "$few" \
		"$(requests xenet vif-plug uuid="$vif")"
	check_eq "a list of all links would be seen" 1 "$(lists ip link show)"
	check_eq "pif-plug asks for none" 0 "$(lists xenet pif-plug uuid="$pif")"
	check_eq "... nor does pif-list" 0 "$(lists xenet pif-list params=all)"
	check_eq "pif-unplug, which takes a bridge away, asks once what hangs on it" 1 \
		"$(lists xenet pif-unplug uuid="$pif")"
	check_eq "... as does vm-shutdown" 1 "$(lists xenet vm-shutdown uuid="$vm")"
}

libraries() {
	local heavy='lib(xml2|icu|nftables|virt)'
	check_fails "no heavy library is linked" grep -E "$heavy" <(ldd "$XENET_BIN")
	check_eq "... nor loaded" '' \
		"$(calls open,openat xenet pif-list params=all | grep -E "$heavy")"
	check_eq "no other program is run" 1 "$(calls execve,execveat xenet pif-list | wc -l)"
}

nic eth1 far
fresh
pif=$(introduce eth1)
network=$(xenet network-create name-label=inner)
vm=$(xenet vm-create name-label=guest)
xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0 >/dev/null
xenet vm-start uuid="$vm"
vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=1)
disk
netlink
libraries
finish
