#!/bin/bash
# What goes wrong between xenet and the kernel: lists that change while they are told, answers
# that are lost, and the kernel's own words (catalogue 53, 55, 57, 58, 63).
# lanes: namespace lab
# timeout: 240
# shellcheck disable=SC2317  # functions are handed over by name
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# Links that come, one by one, and go together.
churn() {
	local i
	for ((i = 0; i < $1; i++)); do
		echo "link add churn$i group 99 type veth peer name churned$i"
	done
	echo "link del group 99"
}

keep_churning() {
	churn 500 >"$FRESH_DIR/churn"
	while [[ ! -e $FRESH_DIR/stop ]]; do
		ip -batch "$FRESH_DIR/churn" 2>/dev/null || true
	done
}

# scan: its result, as one line; it counts in $interrupted whether a list was.
scan() {
	local status=0
	traced -qq -o "$FRESH_DIR/trace" -e trace=recvmsg xenet pif-scan host-uuid="$host" \
		>"$FRESH_DIR/said" 2>&1 || status=$?
	! grep -q NLM_F_DUMP_INTR "$FRESH_DIR/trace" || interrupted=$((interrupted + 1))
	said="$status $(head -n 1 "$FRESH_DIR/said")"
}

# A list of links is whole, or the command says that it could not be told.
lists() {
	local round said='' busy='1 The state of the host kept changing while it was read*'
	local before others=0 interrupted=0 enough=3
	[[ $XENET_LANE != lab || -n ${XENET_LONG-} ]] || enough=1
	before=$(dump)
	keep_churning &
	for ((round = 0; round < 100 && (interrupted < enough || round < 2 * enough); round++)); do
		scan
		# shellcheck disable=SC2053  # a pattern
		[[ $said == '0 ' || $said == $busy ]] || others=$((others + 1))
	done
	echo "# $interrupted of $round scans had a list that was interrupted"
	check "links come and go while they are listed" test "$interrupted" -gt 0
	check_eq "... each scan is whole, or is refused" 0 "$others"
	check_eq "... none finds what is not there, or loses what is" "$before" "$(dump)"
	touch "$FRESH_DIR/stop"
	wait
	scan
	check_eq "... and then it is whole" '0 ' "$said"
}

# Links with a mark that nobody knows: host-check tells of each.
make_many() {
	local i
	for ((i = 0; i < $1; i += 2)); do
		echo "link add name many$i group 98 type veth peer name many$((i + 1))"
		printf 'link set dev many%d alias xenet:%s:6d616e79-0000-4000-8000-%012d\n' \
			"$i" "$host" "$i" $((i + 1)) "$host" $((i + 1))
	done | ip -batch -
}

come_and_go() {
	while [[ ! -e $FRESH_DIR/stop ]]; do
		ip link add churn type veth peer name churned
		ip link del churn
		sleep 0.03
	done
}

# found: how many of them host-check finds, and how many of these are different; or why not.
found() {
	local status=0
	xenet host-check --json >"$FRESH_DIR/said" 2>&1 || status=$?
	if ((status == 3)); then
		jq -r '[.[].object | select(test("many"))] | "\(length) \(unique | length)"' "$FRESH_DIR/said"
	else
		jq -r .code "$FRESH_DIR/said"
	fi
}

# A long list comes in many parts: what is told of it is all of it, each link once.
thousands() {
	local n=2000 rounds=8 said=''
	[[ $XENET_LANE != lab || -n ${XENET_LONG-} ]] || n=200 rounds=5
	rm -f "$FRESH_DIR/stop"
	make_many "$n"
	check_eq "$n links are told in parts, each once" "$n $n" "$(found)"
	come_and_go &
	while ((rounds-- > 0)); do
		said+=$(found)$'\n'
	done
	touch "$FRESH_DIR/stop"
	wait
	check_eq "... also while others come and go, or it is said that they do" '' \
		"$(sort -u <<<"$said" | grep -vxE "|$n $n|KERNEL_BUSY")"
	check_eq "... and then again" "$n $n" "$(found)"
	ip link del group 98
}

# What a bridge's ports are is asked among many links.
ports() {
	xenet pif-plug uuid="$pif"
	churn 500 >"$FRESH_DIR/churn"
	ip -batch "$FRESH_DIR/churn" &
	check "links come and go: a network with a foreign port is not destroyed" \
		unplug_with_guest
	wait
	check "... and the port stays" port_of guest xenbr1
	ip link del guest
	xenet pif-unplug uuid="$pif"
}

unplug_with_guest() {
	ip link add guest type veth peer guest-far
	ip link set dev guest master xenbr1
	! xenet pif-unplug uuid="$pif" && port_of guest xenbr1 && port_of eth1 xenbr1
}

# lost ERROR N CMD...: the N-th answer is lost on the way; the result in one line.
lost() {
	local error=$1 n=$2 status=0
	shift 2
	traced -qq -o "$FRESH_DIR/trace" -e trace=recvmsg \
		-e inject="recvmsg:error=$error:when=$n" "$@" >"$FRESH_DIR/said" 2>&1 || status=$?
	echo "$status"
}

# An answer to a question is asked for again; with one to an order, what was done is undone.
# The lab takes a while for each: in a short run it loses fewer.
answers() {
	local n step=1 status plugged before failed=0 again=0 wrong=0
	[[ $XENET_LANE != lab || -n ${XENET_LONG-} ]] || step=2
	before=$(everything)
	for ((n = 1; n < 60; n += step * $(stride 2))); do
		status=$(lost ENOBUFS "$n" xenet pif-plug uuid="$pif")
		grep -q INJECTED "$FRESH_DIR/trace" || break
		plugged=$(attached pif "$pif")
		case $status$plugged in
		0true)
			again=$((again + 1))
			xenet pif-unplug uuid="$pif"
			;;
		1false) failed=$((failed + 1)) ;;
		*) wrong=$((wrong + 1)) ;;
		esac
		[[ $before == "$(everything)" ]] || wrong=$((wrong + 1))
	done
	[[ $status != 0 ]] || xenet pif-unplug uuid="$pif"
	check_eq "whichever of $n answers is lost, all is done or nothing" 0 "$wrong"
	check "... questions are asked again: $again" test "$again" -gt 0
	check "... orders are taken back: $failed" test "$failed" -gt 0
}

# An error of the socket is no answer: a device that cannot be asked for is not missing.
no_answers() {
	local n status before wrong=0
	before=$(everything)
	for ((n = 1; n < 60; n += $(stride 2))); do
		status=$(lost ENODEV "$n" xenet pif-plug uuid="$pif")
		grep -q INJECTED "$FRESH_DIR/trace" || break
		[[ $status == 1 && $before == "$(everything)" ]] || wrong=$((wrong + 1))
		! grep -q 'o such device' "$FRESH_DIR/said" || wrong=$((wrong + 1))
	done
	xenet pif-unplug uuid="$pif"
	check_eq "answers up to $((n - 1)), each in turn an error of the socket's: none is believed" \
		0 "$wrong"
	check "... which are some" test "$n" -gt 2
	check_eq "signals without end are an error, too" "1 interrupted" \
		"$(lost EINTR 2+ xenet pif-plug uuid="$pif") $(interrupted_by 500 && echo interrupted)"
	check_eq "... and nothing has changed" "$before" "$(everything)"
	check_eq "one signal is none" 0 "$(lost EINTR 2 xenet pif-plug uuid="$pif")"
	xenet pif-unplug uuid="$pif"
}

interrupted_by() {
	(($(grep -c 'EINTR.*INJECTED' "$FRESH_DIR/trace") > $1))
}

# Whoever else may speak to our socket.
own_words() {
	local before network
	network=$(xenet network-create name-label=large MTU=65535)
	large=$(xenet vm-create name-label=large)
	xenet vif-create vm-uuid="$large" network-uuid="$network" device=0 >/dev/null
	before=$(everything)
	check_fails "a TAP with a larger MTU than the kernel's TAPs have" xenet vm-start uuid="$large"
	check_eq "... is refused with the kernel's own words" \
		"reason: mtu greater than device maximum (Invalid argument)" \
		"$(grep '^reason' <<<"$OUTPUT")"
	check_eq "... and nothing has changed" "$before" "$(everything)"
}

# old_kernel CMD...: on a kernel that knows none of the options of a netlink socket, and so tells
# of more than it is asked for, and nothing of its reasons.
old_kernel() {
	traced -qq -o "$FRESH_DIR/trace" -e trace=setsockopt \
		-e inject=setsockopt:error=ENOPROTOOPT "$@"
}

# Catalogue 58.
without_options() {
	local before
	before=$(network_state --ifindex)
	check "an old kernel: a PIF is plugged" old_kernel xenet pif-plug uuid="$pif"
	check "... though there is no option" grep -q 'EXT_ACK.*ENOPROTOOPT.*INJECTED' "$FRESH_DIR/trace"
	check "... and is a port" port_of eth1 xenbr1
	check_eq "... as is seen" true \
		"$(old_kernel xenet pif-param-get uuid="$pif" param-name=currently-attached)"
	check "a VM is started" old_kernel xenet vm-start uuid="$vm"
	check_eq "... and nothing differs" '' "$(old_kernel xenet host-check)"
	check "the VM is shut down" old_kernel xenet vm-shutdown uuid="$vm"
	ip link set dev guest master xenbr1
	check_fails "of all links those are found that are ports" \
		old_kernel xenet pif-unplug uuid="$pif"
	check_eq "... and no others" "ports: guest" "$(grep '^ports' <<<"$OUTPUT")"
	ip link set dev guest nomaster
	check_fails "a refusal" old_kernel xenet vm-start uuid="$large"
	check_eq "... has the kernel's number, if no words" "reason: Invalid argument" \
		"$(grep '^reason' <<<"$OUTPUT")"
	check "the PIF is unplugged" old_kernel xenet pif-unplug uuid="$pif"
	check_eq "... and all is as it was" "$before" "$(network_state --ifindex)"
}

# A namespace that is gone leaves files of its name; they say nothing of another one.
gone_namespace() {
	local before
	export pif XENET_DB
	unshare --net bash -eu <<-'END' || true
		ip link add name eth1 type veth peer name far
		ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -qq -f -o /dev/null \
			-e inject=sendmsg:signal=KILL:when=12 xenet pif-plug uuid="$pif"
	END
	check "a command is killed in a namespace, which goes as well" \
		test "$(find "$XENET_RUN" -name '*.intent' | wc -l)" -eq 1
	before=$(everything)
	check "in another one the next command has nothing to settle" \
		xenet pif-list params=all
	check "... nor one that changes something" xenet pif-plug uuid="$pif"
	xenet pif-unplug uuid="$pif"
	check_eq "... and nothing else has changed" "$before" "$(everything)"
}

nic eth1 far
fresh
host=$(xenet host-list --minimal)
pif=$(introduce eth1)
lists
thousands
ports
answers
no_answers
own_words
ip link add guest type veth peer guest-far
vm=$(xenet vm-create name-label=small)
xenet vif-create vm-uuid="$vm" network-uuid="$(xenet pif-param-get uuid="$pif" \
	param-name=network-uuid)" device=0 >/dev/null
without_options
gone_namespace
finish
