#!/bin/bash
# TAPs that are named by the uuids of their VIFs, as the kernel has them: names of their own,
# even where many uuids begin alike, and the guest's address but for its first byte, before the
# TAP joins (catalogue 36). With XENET_LONG=1 5,000 of them.
# lanes: namespace lab
# timeout: 300
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# address DEVICE
address() {
	ip -j link show dev "$1" | jq -r '.[].address'
}

# Documents of so many VMs with 50 VIFs each, whose uuids begin alike, some of them up to the
# last digits.
document() {
	local i
	echo '{ "version": 1, "network": ['
	for ((i = 0; i * 1000 < $1 * 50; i++)); do
		echo "$( ((i == 0)) || echo ,) { \"bridge\": \"lan$i\" }"
	done
	echo '], "vm": ['
	for ((i = 0; i < $1; i++)); do
		echo "$( ((i == 0)) || echo ,) { \"name-label\": \"vm$i\"," \
			'"other-config": { "vif-naming": "uuid" } }'
	done
	echo '], "vif": ['
	for ((i = 0; i < $1 * 50; i++)); do
		((i == 0)) || echo ,
		printf '{ "uuid": "aaaaaaaa-aaaa-4aaa-8aaa-%012d", ' $((i % 2 == 0 ? i : i * 10000000))
		echo "\"vm-uuid\": \"vm$((i / 50))\", \"network-uuid\": \"lan$((i / 1000))\"," \
			"\"device\": $((i % 50)) }"
	done
	echo '] }'
}

# By the marks of the kernel's devices: NAME UUID.
taps() {
	ip -j link show | jq -r '.[] | select(.ifalias // "" | test(":aaaaaaaa-")) |
		"\(.ifname) \(.ifalias | split(":")[2])"' | sort
}

many() {
	local vms=${XENET_LONG:+100} i
	vms=${vms:-4}
	document "$vms" >"$FRESH_DIR/document"
	check "$vms VMs with 50 VIFs each, of uuids that begin alike" \
		xenet host-import file="$FRESH_DIR/document"
	for ((i = 0; i < vms; i++)); do
		xenet vm-start vm="vm$i"
	done
	check_eq "every VIF has a TAP of its own" "$(xenet vif-list params=uuid --minimal |
		tr , '\n' | sort)" "$(taps | cut -d ' ' -f 2 | sort)"
	check_eq "one has the first choice" "tapaaaaaaaa-aa" "$(taps | grep -oE '^[^ ]*-[^ ]*')"
	check "xenet agrees" xenet host-check
	check "stop them all" xenet vm-shutdown --multiple power-state=running
	check_eq "no TAP is left" '' "$(taps)"
}

one() {
	local vif tap bridge
	vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0 \
		mac=fa:16:3e:01:02:03)
	tap=tap${vif:0:11}
	bridge=$(xenet network-param-get uuid="$network" param-name=bridge)
	check "plug" xenet vif-plug uuid="$vif"
	check "$tap is a port" port_of "$tap" "$bridge"
	check_eq "... of the guest's address, with fe" fe:16:3e:01:02:03 "$(address "$tap")"
	check_eq "... and xenet tells it" "$tap" \
		"$(xenet vif-param-get uuid="$vif" param-name=device-name)"
	xenet vm-param-set uuid="$vm" other-config:vif-naming=domain
	ip link set dev "$tap" address fe:ff:ff:ff:ff:ff
	check_fails "host-check finds another address" xenet host-check
	check "host-recover" xenet host-recover
	check_eq "... brings it back" fe:16:3e:01:02:03 "$(address "$tap")"
	check "move it" xenet vif-move uuid="$vif" network-uuid="$other"
	check "... under its name" port_of "$tap" \
		"$(xenet network-param-get uuid="$other" param-name=bridge)"
	check "unplug" xenet vif-unplug uuid="$vif"
	check_fails "$tap is gone" ip link show dev "$tap"
	check "plug again" xenet vif-plug uuid="$vif"
	check_eq "vif1.0 has Xen's address" fe:ff:ff:ff:ff:ff "$(address vif1.0)"
	xenet vm-shutdown uuid="$vm"
	xenet vif-destroy uuid="$vif"
}

fresh
network=$(xenet network-create name-label=lan)
other=$(xenet network-create name-label=other)
vm=$(xenet vm-create name-label=guest)
xenet vm-param-set uuid="$vm" other-config:vif-naming=uuid
xenet vm-start uuid="$vm"
one
many
finish
