# shellcheck shell=bash
# The figures: each sets a host up, writes both works (see pair.c), and prints its row.

# Link groups, to remove all links of a work at once: xenet's own, and the peers'.
group_ours=30830
group_peer=77

ours() { cat >"$BENCH_DIR/ours"; }
peer() { cat >"$BENCH_DIR/peer"; }

# compare ROUNDS: runs both works; $ours, $peer, $ratio, $low, $high, $rss, $rss_peer.
compare() {
	read -r ours peer ratio low high rss rss_peer \
		<<<"$("$PAIR" "$1" "$BENCH_DIR/ours" "$BENCH_DIR/peer")"
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

# The same in the lab, as this machine's kernel may have no 802.1Q.
P4() {
	local count=1000
	[[ -z $BENCH_FULL ]] || count=4000
	ip link add eth1 type dummy
	ip link set eth1 up
	pif=$(xenet pif-introduce device=eth1 host-uuid="$(xenet host-list --minimal)")
	xenet pif-plug uuid="$pif"
	for ((i = 1; i <= count; i++)); do
		echo "network=network-create name-label=net$i"
		echo "vlan=vlan-create network-uuid=\$network pif-uuid=$pif vlan=$i"
		echo "pif=pif-list vlan=$i --minimal"
		echo "pif-plug uuid=\$pif"
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
