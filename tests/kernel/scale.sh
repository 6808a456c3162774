#!/bin/bash
# Many VIFs on one bridge, many VLANs: for one more the kernel is told what it was told for the
# first, and nothing grows with the square (catalogue 86). With XENET_LONG=1 4,000 VIFs, 1,000 on
# each bridge, which takes no more than 1,023, and 500 VLANs.
# lanes: namespace lab
# timeout: 1200
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

each=50

# A document of as many VMs, each with $each VIFs.
document() {
	local i
	echo '{ "version": 1, "network": ['
	for ((i = 0; i * 1000 < $1 * each; i++)); do
		((i == 0)) || echo ,
		echo "{ \"bridge\": \"lan$i\" }"
	done
	echo '], "vm": ['
	for ((i = 0; i < $1; i++)); do
		((i == 0)) || echo ,
		echo "{ \"name-label\": \"vm$i\" }"
	done
	echo '], "vif": ['
	for ((i = 0; i < $1 * each; i++)); do
		((i == 0)) || echo ,
		echo "{ \"vm-uuid\": \"vm$((i / each))\", \"network-uuid\": \"lan$((i / 1000))\"," \
			"\"device\": $((i % each)) }"
	done
	echo '] }'
}

# said CMD...: how often it asks the kernel for something.
said() {
	traced -qq -o "$FRESH_DIR/trace" -e trace=sendmsg,ioctl "$@" >/dev/null
	wc -l <"$FRESH_DIR/trace"
}

# used CMD...: milliseconds of the processor, the least of three times.
used() {
	local TIMEFORMAT='%U %S'
	for _ in 1 2 3; do
		{ time "$@" >/dev/null; } 2>&1
	done | awk '{ print ($1 + $2) * 1000 }' | sort -n | head -n 1
}

linear() {
	check "twice as many cost less than three times as much: $1 ms, $2 ms" \
		awk -v half="$1" -v all="$2" 'BEGIN { exit !(all < 3 * half) }'
}

start_vms() {
	local i
	for ((i = $1; i < $2; i++)); do
		xenet vm-start vm="vm$i"
	done
}

vifs() {
	local vms=${XENET_LONG:+80} first looks half=0
	vms=${vms:-6}
	document "$vms" >"$FRESH_DIR/document"
	check "$vms VMs with $each VIFs each" xenet host-import file="$FRESH_DIR/document"
	xenet vm-start vm=vm0
	first=$(said xenet vm-start vm=vm1)
	looks=$(said xenet host-check)
	start_vms 2 $((vms / 2))
	[[ -z ${XENET_LONG-} ]] || half=$(used xenet host-check)
	start_vms $((vms / 2)) $((vms - 1))
	check_eq "the last VM costs as many messages as the second" "$first" \
		"$(said xenet vm-start vm="vm$((vms - 1))")"
	check_eq "all VIFs are there" $((vms * each)) \
		"$(ip -br link show | grep -c '^vif[0-9]*\.[0-9]* ')"
	check "... as they should be" xenet host-check
	check_eq "... which takes no more questions" "$looks" "$(said xenet host-check)"
	[[ -z ${XENET_LONG-} ]] || linear "$half" "$(used xenet host-check)"
	check_eq "... and a VIF of the last VM can be unplugged and plugged as any" \
		"$(replugged 0)" "$(replugged $((vms - 1)))"
}

# replugged VM: what it costs to unplug and plug its first VIF.
replugged() {
	local vif
	vif=$(xenet vif-list vm-name-label="vm$1" device=0 --minimal)
	echo "$(said xenet vif-unplug uuid="$vif") $(said xenet vif-plug uuid="$vif")"
}

vlan_lines() {
	local i
	for ((i = $1; i <= $2; i++)); do
		echo "n=network-create name-label=vlan$i"
		echo "vlan-create network-uuid=\$n pif-uuid=$pif vlan=$i"
	done
}

# add_vlans FIRST LAST: in one transaction; what each costs.
add_vlans() {
	local all
	vlan_lines "$1" "$2" >"$FRESH_DIR/lines"
	all=$(said xenet batch file="$FRESH_DIR/lines")
	echo $((all / ($2 - $1 + 1)))
}

vlans() {
	local number=${XENET_LONG:+500} few
	number=${number:-40}
	nic eth1 far
	pif=$(introduce eth1)
	few=$(add_vlans 1 $((number / 2)))
	check_eq "a VLAN and its bridge cost $few messages, whether first or last" "$few" \
		"$(add_vlans $((number / 2 + 1)) "$number")"
	check_eq "$number of them are there" "$number" \
		"$(ip -br link show type vlan | grep -c '^eth1[.]')"
	check "... and are checked with 64 MiB of memory" \
		bash -c 'ulimit -v 65536 && exec xenet host-check'
}

fresh
if [[ $XENET_LANE == lab ]]; then
	vlans
else
	vifs
fi
finish
