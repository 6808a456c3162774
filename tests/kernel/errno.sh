#!/bin/bash
# Whatever word to the kernel is answered by an error, or whatever answer is lost, all is as it
# was before, and the error tells which step it was and why (catalogue 9); when from there on all
# fail, nothing can be taken back, the exit status is 2 and the next command does that
# (catalogue 10): every call of every verb; undo.sh and stuck.sh are the short form. ROWS=REGEX
# limits it to the verbs that it fits.
# lanes: namespace lab long
# timeout: 1200
# shellcheck disable=SC2154  # the row's variables are sweeping.sh's

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

tools=$(dirname "$(readlink -f "$XENET_BIN")")/../tests/tools
tool=$tools/refuse.so
[[ ! -x $tools/xenet ]] || XENET_BIN=$tools/xenet
errors=(ENOMEM EBUSY EPERM ENODEV EINTR)
declare -A number=([ENOMEM]=12 [EBUSY]=16 [EPERM]=1 [ENODEV]=19 [EINTR]=4)
declare -A text=([ENOMEM]='Cannot allocate memory' [EBUSY]='Device or resource busy'
	[EPERM]='Operation not permitted' [ENODEV]='No such device'
	[EINTR]='Interrupted system call')
# An error of the socket is no word of the kernel's about a device, and must not pass for one.
declare -A socket_text=([ENOMEM]=${text[ENOMEM]} [EBUSY]='Input/output error'
	[EPERM]=${text[EPERM]} [ENODEV]='Input/output error' [EINTR]='Input/output error')

# answered WHICH ERROR: the verb, with that answer to these of its words (see tools/refuse.c);
# sets status, phase (look or step), and what it was. False: it has fewer words.
answered() {
	local log=$FRESH_DIR/log
	status=0 phase=look
	: >"$log"
	words "$verb"
	ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0:detect_leaks=0 LD_PRELOAD=$tool \
		REFUSE_LOG=$log REFUSE="$1 ${number[$2]}" \
		xenet "${words[@]}" >"$FRESH_DIR/output" 2>&1 || status=$?
	! grep -q '^tell' <<<"$(sed '/refused$/q' "$log")" || phase=step
	what=$(sed -n '/ refused$/{s/ refused$//p;q}' "$log")
	[[ -n $what ]]
}

# lost CALL ERROR WHEN: the verb, with that result of its calls; sets the same. False: it does
# not make the call so often.
lost() {
	local trace=$FRESH_DIR/trace
	status=0 phase=look what="$1 $3"
	words "$verb"
	traced -qq -o "$trace" -e trace=sendmsg,sendto,recvmsg,ioctl -e inject="$1:error=$2:when=$3" \
		xenet "${words[@]}" >"$FRESH_DIR/output" 2>&1 || status=$?
	! grep -qE '^[0-9 ]*send(msg|to)\(.*nlmsg_type=(RTM_(NEW|DEL|SET)|NFNL_MSG_BATCH)|TUNSETIFF' \
		<<<"$(sed '/INJECTED/q' "$trace")" || phase=step
	grep -q INJECTED "$trace"
}

# tells REASON: the error says in which phase, at which step, and why.
tells() {
	local sentence='The kernel refused a step; nothing was changed.' value='step: .'
	if [[ $phase == look ]]; then
		sentence='The state of the host could not be read; nothing was changed.' value='device: .'
		# Whoever asks for all of them names none.
		[[ $verb != *pif-scan* ]] || value='device: $'
	elif [[ $1 == "${text[EPERM]}" ]]; then
		grep -q 'needs the capability CAP_NET_ADMIN' "$FRESH_DIR/output" &&
			grep -q '^step: .' "$FRESH_DIR/output"
		return
	# That is how the kernel tells of a TAP that has its process, which is never ours.
	elif [[ $what == *TUNSETIFF && $1 == "${text[EBUSY]}" ]]; then
		grep -q '^device: vif' "$FRESH_DIR/output"
		return
	fi
	[[ $(head -n 1 "$FRESH_DIR/output") == "$sentence" ]] &&
		grep -q "^$value" "$FRESH_DIR/output" &&
		grep -qx "reason: $1" "$FRESH_DIR/output"
}

# failed DESCRIPTION REASON
failed() {
	check_eq "$1: all is as it was" "1 $before" "$status $(state)"
	check "... the error tells of it: $(xargs -0 <"$FRESH_DIR/output" | head -c 300)" tells "$2"
}

intents() {
	find "$XENET_RUN" -name '*.intent*'
}

# happened DESCRIPTION
happened() {
	check_eq "$1: has happened" "0 $after" "$status $(state)"
	run_words "$reverse"
}

# "No such device" is an answer to a question like any other: there is no such link. Nothing
# tells it from the truth, so the verb may act on that; what it then leaves is not compared.
believed() {
	local now
	now=$(state)
	check "$1: is believed" test "$status" -le 1
	check_eq "... no intent is left" '' "$(intents)"
	if [[ $status$now == "0$after" ]]; then
		run_words "$reverse"
	elif [[ $now != "$before" ]]; then
		set_up_row
	fi
}

# one_answer N ERROR: of the kernel's.
one_answer() {
	local at
	if ! answered "$1" "$2"; then
		happened "$verb, which has no word $1"
		return
	fi
	at="$verb, $2 to word $1 ($what)"
	if [[ $2 == ENODEV && $what == ask* ]]; then
		believed "$at"
	else
		failed "$at" "${text[$2]}"
	fi
}

# one_lost CALL ERROR N: the kernel has or has not done what it cannot say.
one_lost() {
	local at="$verb, $2 from $1 $3"
	if ! lost "$@"; then
		happened "$verb, which has no $1 $3"
	elif [[ $1 == recvmsg && $2 == EINTR ]]; then
		# A signal is no reason not to take the answer.
		happened "$at"
	else
		failed "$at" "${socket_text[$2]}"
	fi
}

# from_then_on DESCRIPTION REASON: what could not be taken back is told by the status, and shown
# by host-check, until the next command settles it.
from_then_on() {
	local checked=0
	if [[ -z $(intents) ]]; then
		failed "$1" "$2"
		return
	fi
	check_eq "$1: fails" 2 "$status"
	xenet host-check >"$FRESH_DIR/output" || checked=$?
	check_eq "... what is half done is shown: $(xargs -0 <"$FRESH_DIR/output")" 3 "$checked"
	settled "$1"
}

# Whoever finds no device at all believes it; so with that error only the orders are refused.
all_answers() {
	local which=+
	[[ $2 != ENODEV ]] || which='!'
	if answered "$1$which" "$2"; then
		from_then_on "$verb, $2 to word $1 and all that follow" "${text[$2]}"
	else
		happened "$verb, which has no word $1"
	fi
}

all_lost() {
	if lost "$1" "$2" "$3+"; then
		from_then_on "$verb, $2 from $1 $3 on" "${socket_text[$2]}"
	else
		happened "$verb, which has no $1 $3"
	fi
}

answers_of_row() {
	local n error
	answered 1000 ENOMEM || happened "$verb is watched"
	for n in $(seq "$(wc -l <"$FRESH_DIR/log")"); do
		for error in "${errors[@]}"; do
			one_answer "$n" "$error"
		done
		all_answers "$n" "${errors[i++ % ${#errors[@]}]}"
	done
}

# Whatever the error, the way is the same: each call has another one.
calls_of_row() {
	local calls call count n
	mapfile -t calls < <(calls_of_verb sendmsg,recvmsg)
	while read -r call count; do
		for n in $(seq "$count"); do
			one_lost "$call" "${errors[i++ % ${#errors[@]}]}" "$n"
			all_lost "$call" "${errors[i++ % ${#errors[@]}]}" "$n"
		done
	done < <(printf '%s\n' "${calls[@]}")
}

# One that says nothing to the kernel changes nothing in it.
silent() {
	local before
	before=$(kernel)
	run_words "$verb"
	check_eq "$verb: is the model's alone" "$before" "$(kernel)"
	run_words "$reverse"
}

sweep() {
	local i=$row status phase what
	answers_of_row
	calls_of_row
	if ((i == row)); then
		silent
	fi
	total=$((total + i - row))
}

total=0
each_row sweep
check "$total words or calls were refused" test "$total" -gt 0
finish
