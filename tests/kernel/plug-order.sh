#!/bin/bash
# In which order the kernel is told of a VIF that is plugged: made down, without IPv6, with its
# limits and rules before it joins its bridge, and up last; and no device of it ever gets an address.
# lanes: namespace lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# What strace tells of netlink, a word for each message about the TAP; one message is one step.
words_of() {
	sed -e 's/{iov_base=/\n&/g' -e 's/{nlmsg_len=/\n&/g' "$1" | awk -v tap='if_nametoindex\\("vif1.0"\\)' '
		/TUNSETIFF/ { print "made" }
		/NFT_MSG_NEWRULE|NFT_MSG_NEWCHAIN|NFT_MSG_NEWSETELEM/ { print "guarded" }
		$0 !~ tap { next }
		/RTM_NEWQDISC.*"tbf"/ { print "limited" }
		/RTM_NEWTFILTER/ { print "detoured" }
		/IFLA_MTU}/ { print "sized" }
		/IN6_ADDR_GEN_MODE_NONE/ { print "silent" }
		/IFLA_MASTER/ { print "joined" }
		/ifi_flags=IFF_UP/ { print "up" }
	' | uniq | xargs
}

# order WORDS FIELD=VALUE...: so it is plugged, with these.
order() {
	local expected=$1
	shift
	vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0)
	(($# == 0)) || xenet vif-param-set uuid="$vif" "$@"
	traced -qq -v -s 4096 -o "$FRESH_DIR/trace" -e trace=sendmsg,sendto,ioctl xenet vif-plug uuid="$vif"
	check_eq "${*:-plain}: in order" "$expected" "$(words_of "$FRESH_DIR/trace")"
	check_eq "... nothing differs" '' "$(xenet host-check)"
	check_eq "... none has an address" '' \
		"$(ip -6 -o address show | grep -E '(vif|ifb)1\.0' || true)"
	xenet vif-unplug uuid="$vif"
	xenet vif-destroy uuid="$vif"
}

fresh
network=$(xenet network-create name-label=lan)
vm=$(xenet vm-create name-label=guest)
xenet vm-start uuid="$vm"
order "made silent joined up"
order "made sized silent joined up" other-config:mtu=1400
order "made sized joined up" other-config:mtu=1279
order "made limited silent joined detoured up" qos_algorithm_type=ratelimit \
	qos_algorithm_params:kbps=1000 other-config:qos-rx-kbps=1000
order "made silent guarded joined up" locking-mode=locked ipv4-allowed=192.0.2.1
order "made limited silent detoured guarded joined up" locking-mode=locked ipv4-allowed=192.0.2.1 \
	qos_algorithm_type=ratelimit qos_algorithm_params:kbps=1000 other-config:qos-rx-kbps=1000
finish
