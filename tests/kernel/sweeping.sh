# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by the sweeps, after common.sh: what they do for each row of verbs.sh.

# shellcheck source=verbs.sh
. "$(dirname "${BASH_SOURCE[0]}")/verbs.sh"

# What writes to the kernel, to the disk, or to who reads us.
writing=sendmsg,sendto,ioctl,write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2
writing+=,unlink,unlinkat,sethostname,mkdir

# words TEXT: into $words, for xenet.
words() {
	mapfile -t words < <(eval "printf '%s\n' $1")
}

run_words() {
	words "$1"
	xenet "${words[@]}" >/dev/null
}

# The model, and in the lab the links, where the whole state would take seconds each time.
_rows() {
	sqlite3 -readonly -json "$XENET_DB" "SELECT * FROM network; SELECT * FROM pif;
		SELECT * FROM vlan; SELECT * FROM bond; SELECT * FROM tunnel; SELECT * FROM vm WHERE NOT is_a_template;
		SELECT * FROM vif; SELECT * FROM host"
}

_links() {
	printf '%s\n' 'link show' 'address show' | ip -j -d -batch -
}

# As lines, without what differs from one making to the next.
_lines() {
	jq -r '.[] | if .addr_info then .ifname as $name | .addr_info[]
			| "\($name) \(.local)/\(.prefixlen)"
		elif .ifname then select(.ifname | startswith("by-") | not)
			| [.ifname, .ifalias // "-", .group, .mtu, .address, .master // "-",
			(.flags | any(. == "UP")), .inet6_addr_gen_mode, .linkinfo.info_kind,
			.linkinfo.info_data.id // .linkinfo.info_data.mode // "-"] | join(" ")
		else del(.dom_id, .start_time, .install_time, .name_description) | tojson end'
}

# Numbers of running VMs, uuids, and addresses that were drawn.
masked() {
	sed -E 's/\<(vif|ifb)[0-9]+\./\1N./g; s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/uuid/g
		s/ 8000\.[0-9a-f:]+/ drawn/; /tso_max_size/d
		s/\<02:00:00:00:/fixed:/g; s/\<([0-9a-f]{2}:){5}[0-9a-f]{2}/drawn/g' | sort
}

record() {
	_rows | _lines | masked
}

kernel() {
	if [[ $XENET_LANE == namespace ]]; then
		network_state
	else
		_links | _lines
	fi | masked
}

# What locked VIFs have, where any are.
_rules() {
	[[ $set_up$verb != *locked* ]] || { nft list table bridge xenet 2>&1 || true; } |
		sed 's/port[0-9]*/portN/g; /packets/d'
}

# In as few processes as can be: the sweeps do little else.
state() {
	{
		_rules
		if [[ $XENET_LANE == namespace ]]; then
			_rows | _lines
			network_state
		else
			{
				_rows
				_links
			} | _lines
		fi
		echo "called $(</proc/sys/kernel/hostname)"
		find "$XENET_RUN" -name '*.intent*'
	} | masked
}

# Before and after the verb of the row, which has left its traces in the model already.
learn() {
	run_words "$verb"
	run_words "$reverse"
	before=$(state)
	run_words "$verb"
	after=$(state)
	run_words "$reverse"
	check_eq "$verb: its reverse leads back" "$before" "$(state)"
}

# The next changing command, and the one that is for this, in turn.
settler=()
pick_settler() {
	if [[ ${settler[1]-} == network-param-set ]]; then
		settler=(xenet host-recover)
	else
		settler=(xenet network-param-set uuid="$next" name-description="$RANDOM")
	fi
}

# settled DESCRIPTION: the verb has happened or it has not, in model and kernel alike, and no
# intent is left; it can be had, and taken back.
settled() {
	local now
	pick_settler
	check "$1: ${settler[1]} works" "${settler[@]}"
	now=$(state)
	if [[ $now != "$after" ]]; then
		check_eq "$1: has happened or has not" "$before" "$now"
		check "$1: the verb again" run_words "$verb"
		check_eq "$1: ... happens" "$after" "$(state)"
	fi
	check "$1: its reverse" run_words "$reverse"
	check_eq "$1: ... leads back" "$before" "$(state)"
}

# "CALL COUNT" for each call among $1 that the verb makes.
calls_of_verb() {
	words "$verb"
	traced -qq -o "$FRESH_DIR/calls" -e trace="$1" xenet "${words[@]}" >/dev/null
	run_words "$reverse"
	sed -nE 's/^[0-9]+ +([a-z0-9]+)\(.*/\1/p' "$FRESH_DIR/calls" | sort | uniq -c |
		awk '{print $2, $1}'
}

# points COUNT: which of so many calls: all of them or, in a short run, one.
points() {
	if [[ -n ${XENET_LONG-} ]]; then
		seq "$1"
	else
		echo $((row * 5 % $1 + 1))
	fi
}

_clear_links() {
	local link
	for link in $(ip -j -d link | jq -r '.[] | select(.linkinfo.info_kind) | .ifname
		| select(startswith("by-") | not)'); do
		ip link del dev "$link" 2>/dev/null || true
	done
}

set_up_row() {
	_clear_links
	verbs_set_up
	eval "$set_up" >/dev/null
	learn
}

# each_row CMD...: for each row of this lane, with verb, reverse, before and after.
each_row() {
	local row lanes set_up verb reverse before after words
	for row in "${!verbs[@]}"; do
		IFS='|' read -r -d '' lanes set_up verb reverse <<<"${verbs[row]}" || true
		[[ " $lanes" == *" $XENET_LANE "* ]] || [[ "$lanes" == "$XENET_LANE "* ]] || continue
		[[ -n ${XENET_LONG-} || $lanes != *long* ]] || continue
		[[ $verb =~ ${ROWS:-.} ]] || continue
		set_up_row
		"$@"
	done
	_clear_links
}
