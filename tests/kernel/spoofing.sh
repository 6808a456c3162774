# shellcheck shell=bash
# Sourced by the tests of what guests may send: frames by name, as hexadecimal digits. Each has
# "heard:NAME" in it, by which tests/tools/spoof.c knows it again. Builtins only: the lab is slow.
# shellcheck disable=SC2034,SC2154,SC2178  # names of lists, and what is the caller's

# The guest, its neighbour, and the addresses that each has.
guest_mac=02163e000005 other_mac=02163e000009
guest4=c0000205 other4=c0000209 second4=c6336407 router4=c0000201
guest6=20010db8000000000000000000000005 other6=20010db8000000000000000000000009
link6=fe8000000000000000163efffe000005 other_link6=fe8000000000000000163efffe000009
none6=00000000000000000000000000000000
all_nodes6=ff020000000000000000000000000001
everybody=ffffffffffff multicast6=333300000001

declare -A frames=()
allowed=() denied=() untagged=() unbridged=()

# number DIGITS VALUE: as that many hexadecimal digits.
number() {
	printf -v REPLY "%0$1x" "$2"
}

mark() {
	local text=heard:$1 i
	local digits=''
	for ((i = 0; i < ${#text}; i++)); do
		printf -v REPLY '%02x' "'${text:i:1}"
		digits+=$REPLY
	done
	REPLY=${digits}00
}

# checksum DIGITS: of the internet (RFC 1071).
checksum() {
	local digits=$1 sum=0 i
	((${#digits} % 4 == 0)) || digits+=00
	for ((i = 0; i < ${#digits}; i += 4)); do
		sum=$((sum + 16#${digits:i:4}))
	done
	while ((sum > 65535)); do
		sum=$(((sum >> 16) + (sum & 65535)))
	done
	number 4 $((65535 - sum))
}

# ipv4 SOURCE DESTINATION PROTOCOL PAYLOAD [FRAGMENT [OPTIONS]]
ipv4() {
	local options=${6-} first
	number 1 $((5 + ${#options} / 8))
	first=4${REPLY}00
	number 4 $((20 + (${#options} + ${#4}) / 2))
	first+=${REPLY}0001${5-0000}40$3
	checksum "$first$1$2$options"
	REPLY=$first$REPLY$1$2$options$4
}

# ipv6 SOURCE DESTINATION NEXT-HEADER PAYLOAD
ipv6() {
	number 4 $((${#4} / 2))
	REPLY=60000000${REPLY}${3}ff$1$2$4
}

# udp FROM TO PAYLOAD, ports in decimal
udp() {
	local ports
	number 4 "$1"
	ports=$REPLY
	number 4 "$2"
	ports+=$REPLY
	number 4 $((8 + ${#3} / 2))
	REPLY=$ports${REPLY}0000$3
}

# arp OPERATION SENDER-MAC SENDER TARGET
arp() {
	REPLY=000108000604000$1$2${3}000000000000$4
}

# frame allowed|denied|unbridged NAME DESTINATION SOURCE TYPE PAYLOAD
frame() {
	local -n list=$1
	mark "$2"
	frames[$2]=$3$4$5$6$REPLY
	list+=("$2")
}

# The marked payload has to be counted by the lengths of IP: these put it there themselves.
# udp4 LIST NAME MAC SOURCE DESTINATION FROM TO [FRAGMENT [OPTIONS]]
udp4() {
	local -n list=$1
	mark "$2"
	udp "$6" "$7" "$REPLY"
	ipv4 "$4" "$5" 11 "$REPLY" "${8-0000}" "${9-}"
	frames[$2]=$everybody${3}0800$REPLY
	list+=("$2")
}

# packet4 LIST NAME MAC SOURCE PROTOCOL PAYLOAD [FRAGMENT]
packet4() {
	local -n list=$1
	mark "$2"
	ipv4 "$4" "$router4" "$5" "$6$REPLY" "${7-0000}"
	frames[$2]=$everybody${3}0800$REPLY
	list+=("$2")
}

# igmp LIST NAME TYPE
igmp() {
	mark "$2"
	checksum "${3}00000000000000$REPLY"
	packet4 "$1" "$2" "$guest_mac" "$guest4" 02 "${3}00${REPLY}00000000"
}

# packet6 LIST NAME MAC SOURCE DESTINATION NEXT-HEADER PAYLOAD
packet6() {
	local -n list=$1
	mark "$2"
	ipv6 "$4" "$5" "$6" "$7$REPLY"
	frames[$2]=$multicast6${3}86dd$REPLY
	list+=("$2")
}

# udp6 LIST NAME SOURCE FROM TO
udp6() {
	mark "$2"
	udp "$4" "$5" "$REPLY"
	packet6 "$1" "$2" "$guest_mac" "$3" "$all_nodes6" 11 "$REPLY"
}

# behind6 LIST NAME SOURCE TYPE NEXT-HEADER HEADERS [REST]: ICMPv6 behind other headers. No kernel
# on the way takes a listener's report with a wrong checksum.
behind6() {
	local -n list=$1
	local body pseudo
	number 2 "$4"
	body=${REPLY}00 pseudo=0000003a
	mark "$2"
	pseudo+=$body${7-00000000}$REPLY
	body+=@${7-00000000}$REPLY
	number 8 $(((${#body} + 3) / 2))
	checksum "$3$all_nodes6$REPLY$pseudo"
	ipv6 "$3" "$all_nodes6" "$5" "$6${body/@/$REPLY}"
	frames[$2]=$multicast6${guest_mac}86dd$REPLY
	list+=("$2")
}

# icmp6 LIST NAME SOURCE TYPE [REST]
icmp6() {
	behind6 "$1" "$2" "$3" "$4" 3a '' "${5-00000000}"
}

# tagged NAME TAGS: that frame, whatever it is, behind these.
tagged() {
	local whole=${frames[$1]}
	frames[$1-in-$2]=${whole:0:24}$3${whole:24}
	# Its mark is the plain one's: none of them is to be heard.
	denied+=("$1-in-$2")
}

allowed_frames() {
	local zeros=00000000 word
	udp4 allowed udp $guest_mac $guest4 $router4 1024 53
	udp4 allowed udp-of-network $guest_mac $second4 $router4 1024 53
	udp4 allowed first-fragment $guest_mac $guest4 $router4 1024 53 2000
	packet4 allowed last-fragment $guest_mac $guest4 11 0000000000000000 0001
	packet4 allowed tcp $guest_mac $guest4 06 0400005000000000000000005002000000000000
	packet4 allowed icmp $guest_mac $guest4 01 0800000000000000
	igmp allowed igmp-report 22
	udp4 allowed dhcp-discover $guest_mac 00000000 ffffffff 68 67
	udp4 allowed dhcp-renewal $guest_mac $guest4 $router4 68 67
	for word in "arp-request 1 $guest4 $router4" "arp-reply 2 $guest4 $other4" \
		"gratuitous-arp 1 $guest4 $guest4" "arp-probe 1 00000000 $guest4" \
		"arp-of-network 2 $second4 $router4"; do
		# shellcheck disable=SC2086  # words
		set -- $word
		arp "$2" $guest_mac "$3" "$4"
		frame allowed "$1" $everybody $guest_mac 0806 "$REPLY"
	done
	udp6 allowed udp6 $guest6 1024 53
	packet6 allowed tcp6 $guest_mac $guest6 $all_nodes6 06 0400005000000000000000005002000000000000
	icmp6 allowed echo6 $guest6 128
	icmp6 allowed too-big $guest6 2
	icmp6 allowed neighbour-solicitation $guest6 135 $zeros$other6
	icmp6 allowed neighbour-solicitation-from-link $link6 135 $zeros$other6
	icmp6 allowed neighbour-advertisement $guest6 136 $zeros$guest6
	icmp6 allowed neighbour-advertisement-from-link $link6 136 $zeros$guest6
	icmp6 allowed neighbour-advertisement-of-link $link6 136 $zeros$link6
	icmp6 allowed duplicate-detection $none6 135 $zeros$guest6
	icmp6 allowed duplicate-detection-of-link $none6 135 $zeros$link6
	icmp6 allowed router-solicitation $link6 133
	icmp6 allowed router-solicitation-from-none $none6 133
	behind6 allowed listener-report $link6 143 00 3a00050200000000
	behind6 allowed listener-report-from-none $none6 143 00 3a00050200000000
	udp6 allowed dhcp6-solicit $link6 546 547
	# A UDP packet in two fragments: more follow; from byte 8 on.
	packet6 allowed first-fragment6 $guest_mac $guest6 $all_nodes6 2c 1100000100000001040000350010${zeros}
	packet6 allowed last-fragment6 $guest_mac $guest6 $all_nodes6 2c 1100000800000001
}

denied_ethernet() {
	udp4 denied wrong-mac $other_mac $guest4 $router4 1024 53
	packet6 denied wrong-mac6 $other_mac $guest6 $all_nodes6 06 0400005000000000000000005002000000000000
	frame denied unknown-type $everybody $guest_mac 88b5 ''
	frame denied rarp $everybody $guest_mac 8035 0001080006040003
	frame denied lacp $everybody $guest_mac 8809 0101
	frame denied pppoe $everybody $guest_mac 8863 1109
	frame denied mpls $everybody $guest_mac 8847 00001140
	frame denied llc $everybody $guest_mac 0040 424203
	frame denied snap $everybody $guest_mac 0040 aaaa030000000800
	frame denied spanning-tree 0180c2000000 $guest_mac 0040 424203
	frame denied eapol 0180c2000003 $guest_mac 888e 01010000
	# The bridge hands these to its host without asking anybody.
	frame unbridged lldp 0180c200000e $other_mac 88cc 0207
}

denied_ipv4() {
	local word
	udp4 denied wrong-ip $guest_mac $other4 $router4 1024 53
	udp4 denied no-ip $guest_mac 00000000 $router4 1024 53
	udp4 denied wrong-network $guest_mac c6336507 $router4 1024 53
	udp4 denied dhcp-discover-to-one $guest_mac 00000000 $other4 68 67
	udp4 denied dhcp-offer $guest_mac $guest4 ffffffff 67 68
	udp4 denied dhcp-offer-from-elsewhere $guest_mac $guest4 ffffffff 1024 68
	udp4 denied dhcp-offer-from-nowhere $guest_mac 00000000 ffffffff 67 68
	udp4 denied dhcp-offer-with-options $guest_mac $guest4 ffffffff 67 68 0000 01010101
	udp4 denied dhcp-offer-in-fragments $guest_mac $guest4 ffffffff 67 68 2000
	igmp denied igmp-query 11
	packet4 denied icmp-redirect $guest_mac $guest4 01 0500000000000000
	packet4 denied icmp-router-advertisement $guest_mac $guest4 01 0900000000000000
	packet4 denied last-fragment-of-other $guest_mac $other4 11 0000000000000000 0001
	for word in "wrong-arp-ip 2 $guest_mac $other4 $router4" \
		"wrong-arp-mac 2 $other_mac $guest4 $router4" \
		"gratuitous-arp-of-other 1 $guest_mac $other4 $other4" \
		"arp-probe-of-other 1 $guest_mac 00000000 $other4" \
		"arp-reply-to-probe 2 $guest_mac 00000000 $guest4" \
		"reverse-arp 3 $guest_mac $guest4 $guest4"; do
		# shellcheck disable=SC2086  # words
		set -- $word
		arp "$2" "$3" "$4" "$5"
		frame denied "$1" $everybody $guest_mac 0806 "$REPLY"
	done
}

denied_ipv6() {
	local zeros=00000000
	local options=3a01050c${zeros}${zeros}${zeros}
	udp6 denied wrong-ip6 $other6 1024 53
	udp6 denied no-ip6 $none6 1024 53
	udp6 denied udp-from-link $link6 1024 53
	udp6 denied udp-from-other-link $other_link6 1024 53
	icmp6 denied neighbour-advertisement-of-other $guest6 136 $zeros$other6
	icmp6 denied neighbour-advertisement-of-other-from-link $link6 136 $zeros$other6
	icmp6 denied neighbour-advertisement-from-other $other6 136 $zeros$guest6
	icmp6 denied neighbour-advertisement-from-other-link $other_link6 136 $zeros$other_link6
	icmp6 denied neighbour-solicitation-from-other $other_link6 135 $zeros$guest6
	icmp6 denied duplicate-detection-of-other $none6 135 $zeros$other6
	icmp6 denied router-advertisement $guest6 134
	icmp6 denied router-advertisement-from-link $link6 134
	icmp6 denied router-advertisement-from-other-link $other_link6 134
	icmp6 denied redirect $guest6 137
	icmp6 denied redirect-from-link $link6 137
	icmp6 denied listener-query $link6 130
	icmp6 denied renumbering $guest6 138
	behind6 denied hidden-router-advertisement $guest6 134 00 3a00050200000000
	behind6 denied deeply-hidden-router-advertisement $guest6 134 3c $options
	behind6 denied first-fragment-of-router-advertisement $guest6 134 2c 3a00000100000001
	behind6 denied atomic-fragment-of-neighbour-advertisement $guest6 136 2c 3a00000000000001
	# Ends before what would tell what it is.
	packet6 denied cut-router-advertisement $guest_mac $guest6 $all_nodes6 2c 3c000001000000013aff000000000000
	# Padding could pass for what comes behind the options.
	packet6 denied options-behind-fragment $guest_mac $guest6 $all_nodes6 2c \
		3c00000100000009110001040000000003e807d000100000
	packet6 denied headers-only $guest_mac $guest6 $all_nodes6 87 3a00050200000000
	udp6 denied dhcp6-reply $guest6 547 546
	udp6 denied dhcp6-reply-from-link $link6 547 546
	udp6 denied dhcp6-reply-from-elsewhere $guest6 1024 546
}

denied_in_tags() {
	local name
	for name in "${allowed[@]}" "${denied[@]}"; do
		tagged "$name" vlan 8100000a
	done
	tagged udp no-vlan 81000000
	tagged udp service-vlan 88a8000a
	tagged udp vlan-in-vlan 8100000a81000014
	tagged udp vlan-in-service-vlan 88a8000a81000014
	tagged router-advertisement vlan-in-vlan 8100000a81000014
}

all_frames() {
	allowed_frames
	denied_ethernet
	denied_ipv4
	denied_ipv6
	untagged=("${denied[@]}")
	denied_in_tags
}

# ---- Who sends and hears them ----

spoof=$(dirname "$XENET_BIN")/../tests/tools/spoof
declare -A mouths=()

# station NAME ARG...: everybody listens before anybody speaks: a station is a process with a pipe
# to speak into.
station() {
	local name=$1 mouth
	shift
	mkfifo "$FRESH_DIR/$name.in"
	"$spoof" "$@" <"$FRESH_DIR/$name.in" >>"$FRESH_DIR/$name.out" 2>&1 &
	exec {mouth}>"$FRESH_DIR/$name.in"
	mouths[$name]=$mouth
	wait_for 10 grep -q ready "$FRESH_DIR/$name.out"
}

# say WHO FRAME...
say() {
	local who=$1 name
	shift
	for name; do
		echo "${frames[$name]}" >&"${mouths[$who]}"
	done
}

# heard WHO: what it has heard since it was asked, once each.
heard() {
	local heard
	heard=$(sed 1d "$FRESH_DIR/$1.out" | sort -u)
	echo ready >"$FRESH_DIR/$1.out"
	echo "$heard"
}

# hears WHO FRAME: it does, within some seconds: all before it has gone its way, too.
hears() {
	wait_for 30 grep -q "^$2\$" "$FRESH_DIR/$1.out"
}

sorted() {
	printf '%s\n' "$@" | sort
}

drops() {
	xenet vif-param-get uuid="$vif" param-name=locking-drops
}

# locked_guest: $vif is a locked VIF of the running VM $vm on $network, that of the NIC eth1; the
# stations are its neighbour on the $bridge, the wire and the host.
locked_guest() {
	guest_on_nic
	vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=1 \
		mac=02:16:3e:00:00:05 locking-mode=locked ipv4-allowed=192.0.2.5,198.51.100.0/24 \
		ipv6-allowed=2001:db8::5)
	xenet pif-plug uuid="$pif"
	xenet vm-start uuid="$vm"
	# Else the kernel puts fragments together on the way.
	sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0
	bridge=$(xenet network-param-get uuid="$network" param-name=bridge)
	station wire nic far
	station neighbour tap vif1.0
	station host nic "$bridge"
}
