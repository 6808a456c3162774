#!/bin/bash
# Whatever message or answer of the kernel's is replaced by an error, all is as it was before,
# and the error tells which step it was and why (catalogue 9); when from there on all fail, nothing
# can be taken back, the exit status is 2 and the next command does that (catalogue 10): every call
# of every verb; undo.sh and stuck.sh are the short form. ROWS=TEXT limits it to the verbs with
# that text.
# lanes: namespace lab long
# timeout: 7200

# The machine keeps its name.
if [[ -z ${SWEEP_INSIDE-} ]]; then
	SWEEP_INSIDE=1 exec unshare --uts "$0"
fi

# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=sweeping.sh
. "$(dirname "$0")/sweeping.sh"

declare -A text=([ENOMEM]='Cannot allocate memory' [EBUSY]='Device or resource busy'
	[EPERM]='Operation not permitted' [ENODEV]='No such device'
	[EINTR]='Interrupted system call')
errors=(ENOMEM EBUSY EPERM ENODEV EINTR)

# inject CALL ERROR WHEN: the verb; sets status. False: it does not make the call so often.
inject() {
	status=0
	words "$verb"
	traced -qq -o "$FRESH_DIR/trace" -e trace="$1" -e inject="$1:error=$2:when=$3" \
		xenet "${words[@]}" >"$FRESH_DIR/output" 2>&1 || status=$?
	grep -q INJECTED "$FRESH_DIR/trace"
}

# An error names the errno, or what xenet makes of it: no rights, no such NIC, a name taken, an
# answer that cannot be read (never "no such device": that is a word of the kernel's).
tells() {
	grep -qE -e "${text[$1]}|CAP_NET_ADMIN|^device: |could not be read" \
		-e "Input/output error|No buffer space|temporarily unavailable" "$FRESH_DIR/output"
}

# one CALL ERROR N: only that call. What is done all the same (an answer that is asked for again)
# is done.
one() {
	local now
	inject "$@" || {
		run_words "$reverse"
		return 0
	}
	now=$(state)
	if ((status == 0)); then
		check_eq "$verb, $2 from $1 $3: has happened" "$after" "$now"
		run_words "$reverse"
		return 0
	fi
	check_eq "$verb, $2 from $1 $3: all is as it was" "1 $before" "$status $now"
	check "... the error tells of it: $(xargs -0 <"$FRESH_DIR/output" | head -c 300)" tells "$2"
}

# all_from CALL ERROR N: that one and all that follow.
all_from() {
	local left
	inject "$1" "$2" "$3+" || {
		run_words "$reverse"
		return 0
	}
	# stdio asks whether it writes to a terminal, and takes any answer.
	if ((status == 0)); then
		check_eq "$verb, $2 from $1 $3 on: has happened" "$after" "$(state)"
		run_words "$reverse"
		return 0
	fi
	left=$(find "$XENET_RUN" -name '*.intent*')
	check_eq "$verb, $2 from $1 $3 on: fails" "$([[ -n $left ]] && echo 2 || echo 1)" "$status"
	settled "$verb, $2 from $1 $3 on"
}

sweep() {
	local calls call count n i=0 error
	mapfile -t calls < <(calls_of_verb sendmsg,recvmsg,sendto,recvfrom,ioctl,sethostname)
	while read -r call count; do
		for n in $(points "$count"); do
			for error in "${errors[@]}"; do
				one "$call" "$error" "$n"
			done
			all_from "$call" "${errors[i++ % ${#errors[@]}]}" "$n"
		done
	done < <(printf '%s\n' "${calls[@]}")
	check "$verb was refused $i times" test "$i" -gt 0
}

each_row sweep
finish
