# shellcheck shell=bash disable=SC2154  # root and self are of run
# The figures: each sets a host up, writes both works (see pair.c), and prints its row.

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

# row FIGURE GOAL WORK [UNIT]: what compare found.
row() {
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$3" "$2" "$ours ${4-ms}" "$peer ${4-ms}" \
		"$ratio" "$low" "$high"
}

# a_guest NAME: a running VM; its uuid.
a_guest() {
	local vm
	vm=$(xenet vm-create name-label="$1")
	xenet vm-start uuid="$vm"
	echo "$vm"
}

# The bridge that a peer plugs into.
peer_bridge() {
	ip link add peer0 type bridge
	ip link set peer0 up
}

# keep: the database is so again after each work of ours, and none of its links is left.
keep() {
	sqlite3 "$XENET_DB" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	cp "$XENET_DB" "$BENCH_DIR/kept.db"
	cat >"$BENCH_DIR/restore" <<-END
		#!/bin/sh
		ip link del group $group_ours
		rm -f $XENET_DB $XENET_DB-wal $XENET_DB-shm
		cp $BENCH_DIR/kept.db $XENET_DB
	END
	chmod +x "$BENCH_DIR/restore"
}

# ip_batch FILE: the work of a peer that ip(8) does in one go, undone after each round.
ip_batch() {
	peer <<-END
		ip -batch $1
		@ip link del group $group_peer
	END
}

# vif_lines VMS PER NETWORK: so many VMs, started, and the lines that give each so many VIFs.
vif_lines() {
	local vm i k
	for ((k = 1; k <= $1; k++)); do
		vm=$(a_guest "guest$k")
		for ((i = 0; i < $2; i++)); do
			echo "vif=vif-create vm-uuid=$vm network-uuid=$3 device=$i"
			echo "vif-plug uuid=\$vif"
		done
	done
}

# tap_lines FIRST LAST BRIDGE: the same for ip.
tap_lines() {
	local i
	for ((i = $1; i <= $2; i++)); do
		echo "tuntap add dev tap$i mode tap"
		echo "link set tap$i group $group_peer master $3 up"
	done
}

P1() {
	xenet network-create name-label=inner >/dev/null
	ours <<<'xenet network-list --minimal'
	peer <<<'ip link show lo'
	compare 400
	row P1 0.9 'network-list --minimal'
}

# A network with a guest on it; $network, $vm.
one_network() {
	network=$(xenet network-create name-label=inner)
	vm=$(a_guest guest)
	xenet vif-plug uuid="$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0)"
}

# give_vifs VM NETWORK COUNT: so many VIFs, from device 0 on.
give_vifs() {
	local device
	for ((device = 0; device < $3; device++)); do
		xenet vif-create vm-uuid="$1" network-uuid="$2" device="$device" >/dev/null
	done
}

# One VIF more, and gone again.
one_vif() {
	cat <<-END
		xenet vif-create vm-uuid=$vm network-uuid=$network device=100
		xenet vif-plug uuid=%o
		@xenet vif-list vm-uuid=$vm device=100 --minimal
		@xenet vif-unplug uuid=%o
		@xenet vif-list vm-uuid=$vm device=100 --minimal
		@xenet vif-destroy uuid=%o
	END
}

P2() {
	one_network
	peer_bridge
	one_vif | ours
	peer <<-END
		ip tuntap add dev tap%r mode tap
		ip link set tap%r master peer0 up
		@ip link del tap%r
	END
	compare 200
	row P2 0.9 'vif-create + vif-plug, for a running VM'
}

P3() {
	network=$(xenet network-create name-label=inner)
	peer_bridge
	vif_lines 4 250 "$network" >"$BENCH_DIR/batch"
	tap_lines 1 1000 peer0 >"$BENCH_DIR/taps"
	keep
	ours <<-END
		xenet batch file=$BENCH_DIR/batch
		@$BENCH_DIR/restore
	END
	ip_batch "$BENCH_DIR/taps"
	compare 7
	row P3 1.1 '1,000 VIFs created and plugged, one batch'
}

# Runs in the lab: the machine's own kernel may have no 802.1Q.
P4_lab() {
	local count=$1 pif i
	ip link add eth1 type dummy
	ip link set eth1 up
	pif=$(xenet pif-introduce device=eth1 host-uuid="$(xenet host-list --minimal)")
	for ((i = 1; i <= count; i++)); do
		echo "network=network-create name-label=net$i"
		echo "vlan=vlan-create network-uuid=\$network pif-uuid=$pif vlan=$i"
		echo "new=pif-list VLAN=$i params=uuid"
		echo "pif-plug uuid=\$new"
	done >"$BENCH_DIR/batch"
	for ((i = 1; i <= count; i++)); do
		echo "link add br$i group $group_peer type bridge"
		echo "link set br$i up"
		echo "link add link eth1 name eth1.p$i group $group_peer type vlan id $i"
		echo "link set eth1.p$i master br$i up"
	done >"$BENCH_DIR/vlans"
	keep
	ours <<-END
		xenet batch file=$BENCH_DIR/batch
		@$BENCH_DIR/restore
	END
	ip_batch "$BENCH_DIR/vlans"
	compare 3
	row P4 0.65 "$count VLANs, each with its bridge, one batch (lab)"
}

P4() {
	local count=1000
	[[ -z $BENCH_FULL ]] || count=4000
	LAB_TIMEOUT=1500 env -u BENCH_PREPARED "$root/tests/lab" unshare --net --mount \
		--propagation private "$self" --inside P4_lab "$count"
}

# copy_records VMS PER: so many halted VMs with so many VIFs each, copies of $vm and its VIF, as
# they are for the database alone; xenet would take its time.
copy_records() {
	local k i mac
	{
		echo 'BEGIN; CREATE TEMP TABLE g AS SELECT * FROM vm LIMIT 1;'
		echo "UPDATE g SET power_state = 'halted', dom_id = -1, resident_on = NULL;"
		echo 'CREATE TEMP TABLE v AS SELECT * FROM vif LIMIT 1; UPDATE v SET plugged = 0;'
		for ((k = 1; k <= $1; k++)); do
			printf "UPDATE g SET uuid = '%08x-0000-4000-8000-000000000000';" "$k"
			echo 'INSERT INTO vm SELECT * FROM g;'
			for ((i = 0; i < $2; i++)); do
				printf -v mac '02:00:%02x:%02x:00:%02x' $((k / 256)) $((k % 256)) "$i"
				printf "UPDATE v SET uuid = '%08x-0000-4000-8000-%012x'," "$k" "$i"
				echo "vm_uuid = (SELECT uuid FROM g), device = $i, mac = '$mac';"
				echo 'INSERT INTO vif SELECT * FROM v;'
			done
		done
		echo 'COMMIT;'
	} | sqlite3 "$XENET_DB"
}

# P5, P6 and P8: beside very many.
P5() {
	local few=$BENCH_DIR/few.db many=$BENCH_DIR/many.db in_many
	in_many=(ip netns exec many)
	ip netns add many
	export XENET_DB=$few
	one_network
	{ echo "!db $few" && one_vif; } | peer
	export XENET_DB=$many
	"${in_many[@]}" "$self" --inside crowd
	read -r vm network ten <"$BENCH_DIR/crowd"
	{ printf '%s\n' '!netns /run/netns/many' "!db $many" && one_vif; } | ours
	compare 100
	row P5 1.2 'P2 beside 100,000 VIFs and 1,000 links, against 10'
	flat_memory
	ours <<<"xenet vif-list network-uuid=$ten --minimal"
	peer <<<"sqlite3 $many SELECT(uuid)FROM(vif)WHERE(network_uuid='$ten')"
	compare 100
	row P6 1.5 'vif-list network-uuid=N --minimal, 10 of 100,000'
}

# What pair has found last, as memory: at most 8 MiB, and no more beside many than beside few.
flat_memory() {
	ours="$rss" peer=8192 ratio=$(awk "BEGIN { print $rss / 8192 }") low=0 high=0
	row P8 1.0 'peak memory of that, of 8 MiB' KiB
	peer="$rss_peer" ratio=$(awk "BEGIN { print $rss / $rss_peer }")
	row P8b 1.05 'the same, against beside 10' KiB
}

# A network with 1,000 links, one with ten VIFs, and 99,000 VIFs more: VM, network, and the ten's.
crowd() {
	local ten other
	one_network
	vif_lines 4 250 "$network" >"$BENCH_DIR/batch"
	xenet batch file="$BENCH_DIR/batch" >/dev/null
	ten=$(xenet network-create name-label=ten)
	other=$(xenet vm-create name-label=ten)
	give_vifs "$other" "$ten" 10
	copy_records 396 250
	echo "$vm $network $ten" >"$BENCH_DIR/crowd"
}

# A bridge has at most 1,023 ports.
P7() {
	local name
	for name in one two; do
		network=$(xenet network-create name-label=$name)
		vif_lines 4 250 "$network" >>"$BENCH_DIR/batch"
	done
	xenet batch file="$BENCH_DIR/batch" >/dev/null
	ours <<<'xenet host-check'
	peer <<<'ip -d -j link show'
	compare 20
	row P7 1.5 'host-check of 2,000 links without drift'
}

P9() {
	one_network
	vm=$(xenet vm-create name-label=seven)
	give_vifs "$vm" "$network" 7
	peer_bridge
	tap_lines 1 7 peer0 >"$BENCH_DIR/taps"
	printf '%s\n' "xenet vm-start uuid=$vm" "@xenet vm-shutdown uuid=$vm" | ours
	ip_batch "$BENCH_DIR/taps"
	compare 50
	row P9 1.1 'vm-start of a VM with 7 VIFs'
}

P10() {
	local i
	for ((i = 1; i <= 500; i++)); do
		network=$(xenet network-create name-label="net$i")
		vif_lines 1 4 "$network" >>"$BENCH_DIR/batch"
		echo "link add br$i group $group_peer type bridge"
		echo "link set br$i up"
		tap_lines $((4 * i - 3)) $((4 * i)) "br$i"
	done >"$BENCH_DIR/links"
	xenet batch file="$BENCH_DIR/batch" >/dev/null
	printf '%s\n' "@ip link del group $group_ours" 'xenet host-recover' | ours
	ip_batch "$BENCH_DIR/links"
	compare 3
	row P10 1.1 'host-recover of 500 networks and 2,000 VIFs'
}
