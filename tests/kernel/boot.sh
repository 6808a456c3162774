#!/bin/bash
# Boots: a network namespace and a boot_id of its own each, with the database of the last one.
# lanes: namespace
# timeout: 600
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=booting.sh
. "$(dirname "$0")/booting.sh"
# shellcheck source=killing.sh
. "$(dirname "$0")/killing.sh"

one=02:00:00:00:00:01 two=02:00:00:00:00:02

# two_nics NAME NAME: with the addresses $one and $two.
two_nics() {
	card "$1" "$one"
	card "$2" "$two"
}

what_is_plugged() {
	boot first
	two_nics eth1 eth2
	pif=$(here xenet pif-introduce host-uuid="$(xenet host-list --minimal)" device=eth1)
	second=$(here xenet pif-introduce host-uuid="$(xenet host-list --minimal)" device=eth2)
	here xenet pif-plug uuid="$pif"
	here xenet pif-reconfigure-ip uuid="$pif" mode=static IP=192.0.2.10 netmask=255.255.255.0
	here xenet pif-plug uuid="$second"
	network=$(here xenet network-create name-label=inner)
	here xenet network-attach uuid="$network" host-uuid="$(xenet host-list --minimal)"
	vm=$(here xenet vm-create name-label=guest)
	vif=$(here xenet vif-create device=0 vm-uuid="$vm" \
		network-uuid="$(xenet pif-param-get uuid="$pif" param-name=network-uuid)")
	here xenet vm-start uuid="$vm"
	here xenet host-set-hostname-live host-uuid="$(xenet host-list --minimal)" host-name=of-the-first-boot
	asleep=$(here xenet vm-create name-label=asleep)
	here xenet vm-start uuid="$asleep"
	here xenet vm-suspend uuid="$asleep"
}

power() {
	xenet vm-param-get uuid="$1" param-name=power-state
}

# Catalogue 12.
another_boot() {
	boot second
	two_nics eth1 eth2
	check "host-restore" here xenet host-restore
	check_eq "... has nothing to tell" '' "$OUTPUT"
	check "the NICs are ports again" ports eth1=xenbr1 eth2=xenbr2
	check_eq "... with the host's address" "192.0.2.10/24" "$(addresses xenbr1)"
	check "an attached network has its bridge" here ip link show xapi0
	check_eq "... and there is no other link of xenet's" "xapi0 xenbr1 xenbr2" "$(marked)"
	check_eq "the VM of the last boot is halted" halted "$(power "$vm")"
	check_eq "... its VIF is detached" false "$(here xenet vif-param-get uuid="$vif" param-name=currently-attached)"
	check_eq "... it has no domain" -1 "$(xenet vm-param-get uuid="$vm" param-name=dom-id)"
	check_eq "a suspended one stays so" suspended "$(power "$asleep")"
	check_eq "the machine's name is that of this boot" "$(here uname -n)" \
		"$(xenet host-list params=hostname --minimal)"
	check_eq "nothing differs" '' "$(here xenet host-check)"
}

again_in_the_same_boot() {
	local before
	here xenet vm-start uuid="$vm"
	before=$(links)
	check "again in the same boot" here xenet host-restore
	check_eq "... nothing has changed" "$before" "$(links)"
	check_eq "... and the VM runs" running "$(power "$vm")"
}

# Catalogue 46 and 63: what another namespace has may be in use there.
another_namespace() {
	local before there=$machine
	before=$(links)
	boot second
	two_nics eth1 eth2
	check_fails "in another namespace of this boot a change is refused" \
		here xenet network-create name-label=there
	check_eq "... with words" 1 "$(grep -c 'another network namespace' <<<"$OUTPUT")"
	check_eq "... nothing is made" '' "$(marked)"
	check_eq "... and the VM is left alone" running "$(power "$vm")"
	check "... reading works" here xenet vm-list
	check "host-restore moves what is plugged" here xenet host-restore
	check "... there it is" ports eth1=xenbr1 eth2=xenbr2
	check_eq "... without the VM" halted "$(power "$vm")"
	check_eq "where it was, nobody has touched it" "$before" "$(machine=$there links)"
	kill "$there"
}

without_restore() {
	boot third
	two_nics eth1 eth2
	xenet vm-start uuid="$vm" --dry-run >/dev/null 2>&1 || true
	check "the first change of a boot is one like others" here xenet vm-start uuid="$vm"
	check "... it has what it needs" ports eth1=xenbr1 vif"$(xenet vm-param-get uuid="$vm" param-name=dom-id)".0=xenbr1
	check_fails "... and no more" ports eth2=xenbr2
	check "host-restore does the rest" here xenet host-restore
	check "... with the VM" ports eth1=xenbr1 eth2=xenbr2
	check_eq "... which goes on" running "$(power "$vm")"
}

taps() {
	here ip -j link show type tun | jq -r '.[] | "\(.ifindex) \(.ifname) \(.master)"'
}

# Catalogue 60.
missing() {
	local tap
	boot fourth
	card eth2 "$two"
	check_fails "with a NIC missing host-restore tells" here xenet host-restore
	check_eq "... by its status" 2 "$_status"
	check_eq "... of which" "pif $pif eth1" "$(sed -n 's/^object.*: //p' <<<"$OUTPUT")"
	check "... and the rest is there" ports eth2=xenbr2
	here xenet vm-start uuid="$asleep" >/dev/null 2>&1 || here xenet vm-resume uuid="$asleep"
	card lan7 "$one" 9000
	check "back under another name" here xenet host-recover
	check "... it is found" ports lan7=xenbr1 eth2=xenbr2
	check_eq "... its record follows" lan7 "$(xenet pif-param-get uuid="$pif" param-name=device)"
	check_eq "... and nothing differs" '' "$(here xenet host-check)"

	here xenet vm-start uuid="$vm"
	tap=$(taps)
	here ip link delete lan7
	check_fails "pulled out while a VM runs" here xenet host-recover
	check "the record is kept" test lan7 = "$(xenet pif-param-get uuid="$pif" param-name=device)"
	card eth9 "$one"
	check "... and put in again" here xenet host-recover
	check "... it is a port" ports eth9=xenbr1
	check_eq "... and the VM's TAP has been all the while" "$tap" "$(taps)"
}

swapped() {
	local before
	before=$(links)
	for step in eth9=spare eth2=eth9 spare=eth2; do
		here ip link set dev "${step%=*}" down
		here ip link set dev "${step%=*}" name "${step#*=}"
		here ip link set dev "${step#*=}" up
	done
	check "names swapped while in use" here xenet host-recover
	check "... each goes on where it was" ports eth2=xenbr1 eth9=xenbr2
	check_eq "... and the records follow" eth2,eth9 \
		"$(for p in "$pif" "$second"; do xenet pif-param-get uuid="$p" param-name=device; done | paste -sd,)"
	check_eq "... nothing differs" '' "$(here xenet host-check)"
}

two_fit() {
	boot fifth
	card lan8 "$one"
	card lan9 "$one"
	card eth9 "$two"
	check_fails "two that fit" here xenet host-restore
	check_eq "... are told" 1 "$(grep -c "pif $pif" <<<"$OUTPUT")"
	check "... while others are plugged" ports eth9=xenbr2
	check_eq "... and neither is touched" '' "$(here ip -br link show master xenbr1 2>/dev/null | grep -E '^lan')"
	here ip link delete lan9
	check "until one of them goes" here xenet host-restore
	check "... the other is it" ports lan8=xenbr1 eth9=xenbr2
}

# A virtual NIC has another address at each boot.
by_name() {
	boot sixth
	card lan8 02:00:00:00:00:77
	card eth9 "$two"
	check "one by its name, with another address" here xenet host-restore
	check "... is taken for it" ports lan8=xenbr1 eth9=xenbr2
	check_eq "... and its record has it" 02:00:00:00:00:77 "$(xenet pif-param-get uuid="$pif" param-name=MAC)"
}

busy() {
	local before
	boot seventh
	card lan8 02:00:00:00:00:77
	card eth9 "$two"
	here ip address add 198.51.100.7/24 dev lan8
	here ip link set dev lan8 up
	before=$(here ip -d address show dev lan8 | grep -v state)
	check_fails "a NIC that the host uses" here xenet host-restore
	check_eq "... is told" "network,pif" "$(sed -n 's/^object.*: \([a-z]*\) .* \(lan8\|xenbr1\)$/\1/p' <<<"$OUTPUT" | sort | paste -sd,)"
	check_eq "... and left to it" "$before" "$(here ip -d address show dev lan8 | grep -v state)"
	check "... others are plugged" ports eth9=xenbr2
	here ip address flush dev lan8
	check "until the host lets it go" here xenet host-restore
	check "... then it is plugged" ports lan8=xenbr1 eth9=xenbr2
}

# Catalogue 1: nothing that a killed host-restore leaves keeps the next one from its work.
killed_while_restoring() {
	local n
	for ((n = 1; ; n += $(stride 3))); do
		boot "killed-$n"
		card lan8 02:00:00:00:00:77
		card eth9 "$two"
		killed "$1" "$n" nsenter --target "$machine" --net --mount -- "$FRESH_DIR/bin/xenet" host-restore || break
		check "killed at $1 $n: again" here xenet host-restore
		check "killed at $1 $n: all is there" ports lan8=xenbr1 eth9=xenbr2
		check_eq "killed at $1 $n: nothing differs" '' "$(here xenet host-check)"
		check_eq "killed at $1 $n: no VM runs" '' "$(xenet vm-list power-state=running --minimal)"
		check_eq "killed at $1 $n: no intent is left" '' "$(intents)"
	done
	check "host-restore calls $1" test "$n" -gt 1
}

fresh
what_is_plugged
another_boot
again_in_the_same_boot
another_namespace
without_restore
missing
swapped
two_fit
by_name
busy
for call in sendmsg write pwrite64 fdatasync unlink; do
	killed_while_restoring "$call"
done
finish
