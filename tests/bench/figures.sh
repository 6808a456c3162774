# shellcheck shell=bash disable=SC2154  # root and self are of run
# The figures: each sets a host up, writes both works (see pair.c), and prints its rows.

# Link groups, to remove all links of a work at once: xenet's own, and the peers'.
group_ours=30830
group_peer=77

ours() { cat >"$BENCH_DIR/ours"; }
peer() { cat >"$BENCH_DIR/peer"; }

# compare ROUNDS: runs both works; $ours, $peer, $ratio, $low, $high, $rss, $rss_peer.
compare() {
	local found
	found=$("$PAIR" "$1" "$BENCH_DIR/ours" "$BENCH_DIR/peer")
	read -r ours peer ratio low high rss rss_peer <<<"$found"
}

# row FIGURE GOAL WORK PEER [UNIT]: what compare found. Without a goal (-) it is only shown.
row() {
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$3" "$4" "$2" "$ours" "$peer" \
		"${5-ms}" "$ratio" "$low" "$high"
}

# note WORDS: what the reader of the rows has to know.
note() {
	echo "# $*"
}

# a_guest NAME: a running VM; its uuid.
a_guest() {
	local vm
	vm=$(xenet vm-create name-label="$1")
	xenet vm-start uuid="$vm"
	echo "$vm"
}

# vif_lines VM NETWORK COUNT: the lines of a batch that create and plug so many, from device 0.
vif_lines() {
	local device
	for ((device = 0; device < $3; device++)); do
		echo "vif=vif-create vm-uuid=$1 network-uuid=$2 device=$device"
		echo "vif-plug uuid=\$vif"
	done
}

# network_lines NAME GUESTS VIFS: a network on which so many running guests have so many each.
# shellcheck disable=SC2016  # what stands for a uuid in a batch
network_lines() {
	local k
	echo "network=network-create name-label=$1"
	for ((k = 1; k <= $2; k++)); do
		printf '%s\n' "vm=vm-create name-label=$1-guest$k" 'vm-start uuid=$vm'
		vif_lines '$vm' '$network' "$3"
	done
}

# tap_lines FIRST LAST BRIDGE: as many VIFs for ip.
tap_lines() {
	local i
	for ((i = $1; i <= $2; i++)); do
		echo "tuntap add dev tap$i mode tap"
		echo "link set tap$i group $group_peer master $3 up"
	done
}

# The bridge that a peer plugs into.
peer_bridge() {
	ip link add peer0 type bridge
	ip link set peer0 up
}

# undo NAME COUNT WHICH <LINES: a script that removes the links of a work; there are so many of
# those, or the work was not done.
undo() {
	{
		printf '%s\n' '#!/bin/sh -e' "[ \$(ip -br link show $3 | wc -l) = $2 ]"
		cat
	} >"$BENCH_DIR/$1"
	chmod +x "$BENCH_DIR/$1"
}

# batch_kept COUNT: the work of ours is the batch, which makes so many links; after each round
# the database is as it is now, and on disk.
batch_kept() {
	mkdir "$BENCH_DIR/kept"
	cp "$XENET_DB" "$XENET_DB-wal" "$BENCH_DIR/kept"
	undo restore "$1" "group $group_ours" <<-END
		ip link del group $group_ours
		rm -f $XENET_DB $XENET_DB-wal $XENET_DB-shm
		cp $BENCH_DIR/kept/* $BENCH_DIR
		sync -f $BENCH_DIR
	END
	printf '%s\n' "xenet batch file=$BENCH_DIR/batch" "@$BENCH_DIR/restore" | ours
}

# ip_batch FILE COUNT: the work of a peer that ip(8) does in one go.
ip_batch() {
	undo remove "$2" "group $group_peer" <<<"ip link del group $group_peer"
	printf '%s\n' "ip -batch $1" "@$BENCH_DIR/remove" | peer
}

P1() {
	xenet network-create name-label=inner >/dev/null
	ours <<<'xenet network-list --minimal'
	peer <<<'ip link show lo'
	compare 400
	row P1 0.9 'network-list --minimal' 'ip link show lo'
}

# one_network VIFS: a network with a guest that has so many on it; $network, $vm.
one_network() {
	network_lines inner 1 "$1" | xenet batch >/dev/null
	network=$(xenet network-list name-label=inner --minimal)
	vm=$(xenet vm-list name-label=inner-guest1 --minimal)
}

# one_vif DEVICE: one VIF more, of that number, and gone again.
one_vif() {
	cat <<-END
		xenet vif-create vm-uuid=$vm network-uuid=$network device=$1
		xenet vif-plug uuid=%o
		@xenet vif-list vm-uuid=$vm device=$1 --minimal
		@xenet vif-unplug uuid=%o
		@xenet vif-list vm-uuid=$vm device=$1 --minimal
		@xenet vif-destroy uuid=%o
	END
}

# And the same by the least that there can be: what a goal leaves for the rest.
P2() {
	# shellcheck disable=SC2153  # LEAST is of run
	local least="$LEAST $BENCH_DIR/least.db" against='ip tuntap add + ip link set'
	one_network 1
	peer_bridge
	one_vif 1 | ours
	peer <<-END
		ip tuntap add dev tap%r mode tap
		ip link set tap%r master peer0 up
		@ip link del tap%r
	END
	compare 200
	row P2 0.9 'vif-create + vif-plug, for a running VM' "$against"
	sqlite3 "$BENCH_DIR/least.db" 'PRAGMA journal_mode = WAL; CREATE TABLE t (a);
		INSERT INTO t VALUES (1)' >/dev/null
	printf '%s\n' "$least" "$least least%r peer0" '@ip link del least%r' | ours
	compare 100
	row P2 - "SQLite's and the kernel's part of that alone" "$against"
}

P3() {
	local k
	network=$(xenet network-create name-label=inner)
	peer_bridge
	for k in 1 2 3 4; do
		vif_lines "$(a_guest "guest$k")" "$network" 250
	done >"$BENCH_DIR/batch"
	tap_lines 1 1000 peer0 >"$BENCH_DIR/taps"
	batch_kept 1001
	ip_batch "$BENCH_DIR/taps" 1000
	compare 7
	row P3 1.1 '1,000 VIFs created and plugged, one batch' 'ip -batch'
}

# Runs in the lab: the machine's own kernel may have no 802.1Q.
P4_lab() {
	local count=$1 pif i
	ip link add eth1 type dummy
	ip link set eth1 up
	pif=$(xenet pif-introduce device=eth1 host-uuid="$(xenet host-list --minimal)")
	for ((i = 1; i <= count; i++)); do
		echo "network=network-create name-label=net$i"
		echo "vlan-create network-uuid=\$network pif-uuid=$pif vlan=$i"
	done >"$BENCH_DIR/batch"
	for ((i = 1; i <= count; i++)); do
		echo "link add br$i group $group_peer type bridge"
		echo "link set br$i up"
		echo "link add link eth1 name eth1.p$i group $group_peer type vlan id $i"
		echo "link set eth1.p$i master br$i up"
	done >"$BENCH_DIR/vlans"
	batch_kept $((2 * count))
	ip_batch "$BENCH_DIR/vlans" $((2 * count))
	compare 3
	row P4 0.65 "$count VLANs, each with its bridge, one batch (lab)" 'ip -batch'
}

P4() {
	local count=1000
	[[ -z $BENCH_FULL ]] || count=4000
	LAB_TIMEOUT=$(limit) env -u BENCH_PREPARED "$root/tests/lab" unshare --net --mount \
		--propagation private "$self" --inside P4_lab "$count"
}

# copy_records VMS PER: so many halted VMs with so many VIFs each on $network, copies of those
# that are, for the database alone; xenet would take its time. The log stays, as xenet's does.
copy_records() {
	sqlite3 "$XENET_DB" >/dev/null <<-END
		.filectrl persist_wal 1
		BEGIN;
		CREATE TEMP TABLE a_vm AS SELECT * FROM vm LIMIT 1;
		CREATE TEMP TABLE new_vm AS SELECT a_vm.* FROM a_vm, generate_series(1, $1);
		UPDATE new_vm SET uuid = printf('%08x-0000-4000-8000-000000000000', rowid - 1),
			power_state = 'halted', dom_id = -1, resident_on = NULL;
		INSERT INTO vm SELECT * FROM new_vm;
		CREATE TEMP TABLE a_vif AS SELECT * FROM vif LIMIT 1;
		CREATE TEMP TABLE new_vif AS SELECT a_vif.* FROM a_vif, generate_series(1, $1 * $2);
		UPDATE new_vif SET uuid = printf('%08x-0000-4000-8000-000000000001', rowid - 1),
			vm_uuid = printf('%08x-0000-4000-8000-000000000000', (rowid - 1) / $2),
			device = (rowid - 1) % $2, network_uuid = '$network', plugged = 0,
			mac = printf('02:00:00:%02x:%02x:%02x', rowid >> 16, rowid >> 8 & 255, rowid & 255);
		INSERT INTO vif SELECT * FROM new_vif;
		COMMIT;
		PRAGMA wal_checkpoint(TRUNCATE);
	END
}

# Four networks with 250 links each, one with ten VIFs, and 99,000 VIFs more on the first; for
# P5: the guest of the first, the first, and that with ten.
crowd() {
	local name other
	one_network 250
	for name in two three four; do
		network_lines "$name" 1 250
	done | xenet batch >/dev/null
	network_lines ten 1 0 | xenet batch >/dev/null
	ten=$(xenet network-list name-label=ten --minimal)
	other=$(xenet vm-list name-label=ten-guest1 --minimal)
	vif_lines "$other" "$ten" 10 | grep -v plug | xenet batch >/dev/null
	copy_records 396 250
	echo "$vm $network $ten" >"$BENCH_DIR/crowd"
}

# P5, P6 and P8: beside very many.
P5() {
	local few=$BENCH_DIR/few.db many=$BENCH_DIR/many.db
	export XENET_DB=$few
	one_network 10
	{ echo "!db $few" && one_vif 254; } | peer
	export XENET_DB=$many
	ip netns add many
	ip netns exec many "$self" --inside crowd
	read -r vm network ten <"$BENCH_DIR/crowd"
	{ printf '%s\n' '!netns /run/netns/many' "!db $many" && one_vif 254; } | ours
	compare 100
	row P5 1.2 'P2 beside 100,000 VIFs and 1,000 links' 'the same beside 10'
	memory
	ours <<<"xenet vif-list network-uuid=$ten --minimal"
	peer <<<"sqlite3 -readonly $many SELECT(uuid)FROM(vif)WHERE(network_uuid='$ten')"
	compare 100
	row P6 1.5 'vif-list network-uuid=N --minimal, 10 of 100,000' 'sqlite3, same query'
}

# What compare has found last, as memory: it is at most 8 MiB, and does not grow.
memory() {
	local goal=1.0 against='8 MiB'
	ours=$rss
	for peer in 8192 "$rss_peer"; do
		ratio=$(awk "BEGIN { print $rss / $peer }")
		low=$ratio high=$ratio
		row P8 "$goal" 'peak memory of P2 beside 100,000 VIFs' "$against" KiB
		goal=1.05 against='the same beside 10'
	done
}

# A bridge has at most 1,023 ports.
P7() {
	local name
	for name in one two; do
		network_lines "$name" 4 250
	done | xenet batch >/dev/null
	ours <<<'xenet host-check'
	peer <<<'ip -d -j link show'
	compare 30
	row P7 1.5 'host-check of 2,000 links without drift' 'ip -d -j link show'
}

P9() {
	one_network 1
	vm=$(xenet vm-create name-label=seven)
	vif_lines "$vm" "$network" 7 | grep -v plug | xenet batch >/dev/null
	peer_bridge
	tap_lines 1 7 peer0 >"$BENCH_DIR/taps"
	printf '%s\n' "xenet vm-start uuid=$vm" "@xenet vm-shutdown uuid=$vm" | ours
	ip_batch "$BENCH_DIR/taps" 7
	compare 50
	row P9 1.1 'vm-start of a VM with 7 VIFs' 'ip -batch'
}

P10() {
	local i
	for ((i = 1; i <= 500; i++)); do
		network_lines "net$i" 1 4
	done | xenet batch >/dev/null
	for ((i = 1; i <= 500; i++)); do
		echo "link add br$i group $group_peer type bridge"
		echo "link set br$i up"
		tap_lines $((4 * i - 3)) $((4 * i)) "br$i"
	done >"$BENCH_DIR/links"
	undo strange 2500 "group $group_ours" <<<"ip link del group $group_ours"
	printf '%s\n' "@$BENCH_DIR/strange" 'xenet host-recover' | ours
	ip_batch "$BENCH_DIR/links" 2500
	compare 3
	row P10 1.1 'host-recover of 500 networks and 2,000 VIFs' 'ip -batch'
}

# Open vSwitch's part of P11: bridges with a port each. The kernel may lack its datapath, so it
# is the one that runs in ovs-vswitchd.
ovs_words() {
	echo "-- add-br br$1 -- set bridge br$1 datapath_type=netdev" \
		"-- add-port br$1 port$1 -- set interface port$1 type=internal"
}

# libvirt's part: bridges, with as little else as it allows; ports come with its own guests.
virsh_file() {
	cat >"$BENCH_DIR/net$1.xml" <<-END
		<network>
		  <name>net$1</name>
		  <forward mode='open'/>
		  <bridge name='virbr$1' stp='off'/>
		  <dns enable='no'/>
		  <ip address='10.9.$1.1' prefix='24'/>
		</network>
	END
	echo "$BENCH_DIR/net$1.xml"
}

# each COMMAND FUNCTION: a line of the command with the function's words for each network.
each() {
	local i
	for ((i = 1; i <= networks; i++)); do
		echo "$1 $("$2" "$i")"
	done
}

P11() {
	local networks=20 vm i work
	local ovs='ovs-vsctl --timeout=60' virsh='virsh --quiet --connect network:///system'
	lay_over
	start_ovs
	start_libvirt
	note "$(ovs-vsctl --version | sed -n 1p), $(libvirtd --version)"
	vm=$(a_guest guest)
	for ((i = 1; i <= networks; i++)); do
		echo "network=network-create name-label=net$i"
		echo "vif=vif-create vm-uuid=$vm network-uuid=\$network device=$i"
		echo "vif-plug uuid=\$vif"
	done >"$BENCH_DIR/batch"
	batch_kept $((2 * networks))
	work="$networks networks with a port, one batch"

	# ovs-netdev is a link of Open vSwitch's own.
	undo remove $((2 * networks + 1)) 'type tun' \
		<<<"$ovs $(printf -- '-- del-br br%d ' $(seq "$networks"))"
	{ each "$ovs" ovs_words && echo "@$BENCH_DIR/remove"; } | peer
	compare 5
	row P11 0.2 "$work" 'ovs-vsctl, one by one'
	{ echo "$ovs $(each '' ovs_words | tr '\n' ' ')" && echo "@$BENCH_DIR/remove"; } | peer
	compare 7
	row P11 - "$work" 'ovs-vsctl, one transaction'

	undo remove "$networks" 'type bridge' \
		<<<"$virsh '$(printf 'net-destroy net%d;' $(seq "$networks"))'"
	{ each "$virsh net-create" virsh_file && echo "@$BENCH_DIR/remove"; } | peer
	compare 3
	row P11 0.1 "$work" 'virsh net-create, one by one, no ports'

	alone | ours
	printf '%s\n' "$ovs $(ovs_words 1)" "@$ovs del-br br1" | peer
	compare 30
	row P11 - 'a network with a port, three commands' 'ovs-vsctl, one command'
}

# One network with a VIF, and gone again.
alone() {
	local network=%o
	echo 'xenet network-create name-label=alone'
	one_vif 0
	echo '@xenet network-list name-label=alone --minimal'
	echo '@xenet network-destroy uuid=%o'
}
