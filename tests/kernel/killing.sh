# shellcheck shell=bash disable=SC2154
# Sourced by the crash tests, after common.sh: commands that are killed, and what follows.
# The caller names the command: verb, reverse (which takes it back), and for sweep its name.

# What the model wants in the kernel: each PIF and VIF, and whether it is plugged.
record() {
	sqlite3 -readonly "$XENET_DB" "
		SELECT device, iif(plugged, 'true', 'false') || '|' || vlan FROM pif UNION ALL
		SELECT device, iif(plugged, 'true', 'false') FROM vif" | sort
}

# The same, as xenet finds it in the kernel.
attached_all() {
	{
		xenet pif-list params=device,currently-attached,VLAN
		xenet vif-list params=device,currently-attached
	} | awk '/device/ {line = $NF; next}
		NF {line = line "|" $NF}
		!NF && line {print line; line = ""}' | sort
}

intents() {
	find "$XENET_RUN" -name '*.intent*'
}

# The kernel's state; a VM started again has another number.
kernel() {
	network_state | sed -E 's/\<vif[0-9]+\./vifN./g'
}

# killed CALL N CMD...: CMD is killed before its N-th CALL; false: it makes no such call.
killed() {
	traced -qq -o "$FRESH_DIR/trace" -e trace="$1" -e inject="$1:signal=KILL:when=$2" \
		"${@:3}" >"$FRESH_DIR/output" 2>&1 || true
	grep -q 'killed by SIGKILL' "$FRESH_DIR/trace"
}

# settled DESCRIPTION: the verb has happened or it has not, in model and kernel alike; and
# it can be had, and be taken back. $cut_off: the result of one that has not, KILLED if unset.
settled() {
	local expected=$after_kernel result=OK begun
	begun=$(intents | xargs -r grep -l '^end of intent' || true)
	check "$1: the next command works" xenet network-create name-label=next
	[[ $(record) == "$after_record" ]] || expected=$before_kernel result=${cut_off:-KILLED}
	if [[ $begun && $before_record != "$after_record" ]]; then
		check_eq "$1: the history tells" "$result" \
			"$(xenet history --json | jq -r '.[-2].result')"
	fi
	check_eq "$1: kernel and model agree" "$expected" "$(kernel)"
	check_eq "$1: ... as xenet says" "$(record)" "$(attached_all)"
	check_eq "$1: no intent is left" '' "$(intents)"
	if [[ $expected == "$before_kernel" ]]; then
		check "$1: the verb again" "${verb[@]}"
		check_eq "$1: ... happens" "$after_record $after_kernel" "$(record) $(kernel)"
	fi
	check "$1: its reverse" "${reverse[@]}"
	check_eq "$1: ... leads back" "$before_record $before_kernel" "$(record) $(kernel)"
}

# How it is before and after the verb, which the caller has as local variables.
learn() {
	before_kernel=$(kernel) before_record=$(record)
	"${verb[@]}" >/dev/null
	after_kernel=$(kernel) after_record=$(record)
	"${reverse[@]}" >/dev/null
}

# sweep CALL...: kills ${verb[@]} before each of these calls, one a round; ${reverse[@]} takes
# it back. A short run takes only every stride-th of them.
sweep() {
	local call n rounds=0 before_kernel before_record after_kernel after_record
	learn
	for call; do
		for ((n = 1; ; n += $(stride "${stride:-3}"))); do
			killed "$call" "$n" "${verb[@]}" || break
			settled "$name cut off at $call $n"
			rounds=$((rounds + 1))
		done
		"${reverse[@]}" >/dev/null
	done
	check "$name was cut off $rounds times" test "$rounds" -gt $(($# / 2))
}
