# shellcheck shell=bash
# Sourced by the kernel tests. A test makes its checks and ends with "finish"; one that
# ends without it has failed. Start it with tests/lane: bare, it would change the machine.
set -Eeuo pipefail
shopt -s inherit_errexit

: "${XENET_LANE:?start this with tests/lane LANE SCRIPT}"
: "${XENET_BIN:?start this with tests/lane LANE SCRIPT}"
: "${XENET_ISOLATED:?start this on a lane with a network of its own}"

# What the command of the last check printed.
OUTPUT=''

_passed=0 _failed=0 _finished='' _where='' _status=0
_path=$PATH
_dirs=("$(mktemp -d "${TMPDIR:-/tmp}/xenet-lib.XXXXXX")")
_output=${_dirs[0]}/output

_on_exit() {
	local status=$?
	if [[ -z $_finished ]]; then
		_not_ok "died early" "exit status $status${_where:+ at $_where}"
	fi
	_bystanders_check
	rm -rf "${_dirs[@]}"
	echo "$_passed passed, $_failed failed"
	exit $((_failed > 0))
}
trap _on_exit EXIT
trap '_where="${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND"' ERR

_ok() {
	_passed=$((_passed + 1))
	echo "ok - $1"
}

_not_ok() {
	_failed=$((_failed + 1))
	echo "not ok - $1"
	echo "    ${2//$'\n'/$'\n    '}"
}

# In a subshell, so that a function stops at its first failing command.
_run() {
	set +e
	(
		set -e
		"$@"
	) >"$_output" 2>&1
	_status=$?
	set -e
	_where=''
	OUTPUT=$(<"$_output")
}

# check DESCRIPTION CMD...: CMD succeeds.
check() {
	local description=$1
	shift
	_run "$@"
	if ((_status == 0)); then
		_ok "$description"
	else
		_not_ok "$description" "exit status $_status: $*${OUTPUT:+$'\n'$OUTPUT}"
	fi
}

# check_fails DESCRIPTION CMD...: CMD refuses; a crash, a sanitizer's exit (99) or a
# command that is not there is no refusal.
check_fails() {
	local description=$1
	shift
	_run "$@"
	if ((_status > 0 && _status < 126 && _status != 99)); then
		_ok "$description"
	else
		_not_ok "$description" "exit status $_status: $*${OUTPUT:+$'\n'$OUTPUT}"
	fi
}

# check_eq DESCRIPTION EXPECTED ACTUAL: the two texts are the same.
check_eq() {
	if [[ $2 == "$3" ]]; then
		_ok "$1"
	else
		_not_ok "$1" "$(diff -u --label expected --label actual \
			<(printf '%s\n' "$2") <(printf '%s\n' "$3"))"
	fi
}

finish() {
	_finished=1
	exit
}

# fresh: an empty database and run directory, and xenet in the PATH; all in $FRESH_DIR.
fresh() {
	FRESH_DIR=$(mktemp -d "${TMPDIR:-/tmp}/xenet-test.XXXXXX")
	_dirs+=("$FRESH_DIR")
	mkdir "$FRESH_DIR/bin"
	ln -s "$(readlink -f "$XENET_BIN")" "$FRESH_DIR/bin/xenet"
	export FRESH_DIR XENET_DB=$FRESH_DIR/xenet.db XENET_RUN=$FRESH_DIR/run
	export PATH=$FRESH_DIR/bin:$_path
}

# wait_for SECONDS CMD...: until CMD succeeds; fails when the time is over.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS <= end)) || return 1
		sleep 0.1
	done
}

# nic NAME PEER: a network card NAME, down, with its cable in PEER. PEER makes no
# link-local address: it would come with the first carrier, and stay.
nic() {
	ip link add name "$1" type veth peer name "$2"
	ip link set dev "$2" addrgenmode none up
}

# The state as sorted lines of text, without what follows from the carrier, from the
# addresses or from having been up once, and what the kernel counts, learns or numbers.
# shellcheck disable=SC2016  # these are jq's variables
_state_program='
	def behind: (.flags | index("LOWER_UP")) as $carrier
		| if $carrier then .operstate == "DOWN" or .operstate == "LOWERLAYERDOWN"
		  else .operstate == "UP" end;
	def unsettled: any(.addr_info[]; .tentative)
		or (.flags | index("UP") != null) and behind;
	def left_out:
		test("^(operstate|link_index)$|^addr_info[.]|_timer$")
		or test("[.]ad_info[.]|[.]active_slave$")
		or test("[.]mii_status$|[.]info_data[.](root_port|topology_change.*)$")
		or test("[.]info_slave_data[.](id|no|state|link_failure_count)$")
		or test("[.]info_slave_data[.](ad_|designated_|topology_|config_pending)")
		or (. == "ifindex" and ($ifindex | not));
	def properties: .ifname as $name
		| .flags -= ["LOWER_UP", "NO-CARRIER", "M-DOWN", "DORMANT"]
		| .flags |= (sort | join(","))
		| .qdisc |= sub("^noop$"; "noqueue")
		| if .altnames then .altnames |= (sort | join(",")) else . end
		| . as $link | paths(scalars | true) as $path
		| ($path | map(tostring) | join(".")) as $property
		| select($property | left_out | not)
		| "link \($name) \($property) \($link | getpath($path))";
	def limit: if . < 4294967295 then "limited" else "forever" end;
	def addresses: "addr \(.ifname) \(.addr_info[] | del(.tentative)
		| .valid_life_time |= limit | .preferred_life_time |= limit)";
	def linked: .flags -= ["linkdown", "dead"];
	def route: select(.type == "multicast" and .protocol == "kernel" | not)
		| del(.expires) | linked
		| if .nexthops then .nexthops |= map(linked) else . end | "route \(.)";
	def fdb: select(.mac | test("^(01:00:5e|33:33):") | not)
		| select(.state | IN("permanent", "static", "noarp"))
		| "fdb \(.ifname) \(.)";
	def vlans: "vlan \(.ifname) \(.vlans[])";
	def qdisc: select(.kind | IN("noop", "noqueue") | not)
		| "qdisc \(.dev) \(.kind) \(del(.refcnt, .options.direct_packets_stat))";
	def name: .ifname // .dev // "-";
	[inputs[] | select(name | test($names))] as $all | [$all[] | select(has("link_type"))] as $links
	| (if any($links[]; unsettled) then "unsettled" else empty end),
	([($links[] | properties, addresses), ($all[]
		| if has("mac") then fdb elif has("vlans") then vlans
		  elif has("dst") then route elif has("kind") then qdisc else empty end)]
	| sort[])'

# _state IFINDEX NAMES: of the devices whose name fits; "-" is what belongs to none.
_state() {
	{
		printf '%s\n' 'addr show' 'route show table all' | ip -j -d -batch -
		printf '%s\n' 'fdb show' 'vlan show' | bridge -j -batch -
		tc -j qdisc show
	} | jq -nr --argjson ifindex "$1" --arg names "$2" "$_state_program"
}

# In the order of the kernel: it has a meaning. $1 is the state.
_classes_and_filters() {
	local device kind
	sed -nE '/^qdisc [^ ]+ (mq|pfifo_fast|fq_codel) /d
		s/^qdisc ([^ ]+ [^ ]+) .*/\1/p' <<<"$1" |
		while read -r device kind; do
			echo "below qdisc $kind of $device"
			case $kind in
			ingress) tc filter show dev "$device" ingress ;;
			clsact)
				tc filter show dev "$device" ingress
				tc filter show dev "$device" egress
				;;
			*) tc class show dev "$device" && tc filter show dev "$device" ;;
			esac
		done | sed -E 's/\tindex [0-9]+ ref [0-9]+ bind [0-9]+//; s/ +$//; /^$/d'
}

# snapshot [--ifindex]: all of the network's state, as text, once it has settled. Two are
# equal when the states are; with --ifindex only when no link was made anew, either.
snapshot() {
	local ifindex=false
	[[ ${1-} != --ifindex ]] || ifindex=true
	_settled_state "$ifindex" .
}

_settled_state() {
	local state end=$((SECONDS + 5))
	state=$(_state "$@")
	while [[ $state == unsettled* ]] && ((SECONDS < end)); do
		sleep 0.1
		state=$(_state "$@")
	done
	state=${state#unsettled$'\n'}
	echo "$state"
	_classes_and_filters "$state"
}

# without_history: a dump of the database, but for the rows that every command leaves.
without_history() {
	grep -vE "^INSERT INTO \"?(history\"? |sequence\"? VALUES\('history')"
}

# shellcheck source=bystanders.sh
. "$(dirname "${BASH_SOURCE[0]}")/bystanders.sh"
_bystanders_before=''
_bystanders_make
_bystanders_before=$(_bystanders_state)
