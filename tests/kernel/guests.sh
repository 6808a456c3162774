# shellcheck shell=bash
# Sourced by the kernel tests, after common.sh: guests with a network of their own.

tools=$(dirname "$XENET_BIN")/../tests/tools

# guest_opens TAP [ADDRESS]: $inside, a process in the guest's own network, whose card is eth0, up;
# until guest_closes.
# shellcheck disable=SC2154  # far is other_host's
guest_opens() {
	other_host
	inside=$far
	[[ -p $FRESH_DIR/guest ]] || mkfifo "$FRESH_DIR/guest"
	"$tools/guest" "$1" "$inside" "${@:2}" <"$FRESH_DIR/guest" >"$FRESH_DIR/guest.out" 2>&1 &
	guest=$!
	exec {guest_input}>"$FRESH_DIR/guest"
	wait_for 10 grep -q ready "$FRESH_DIR/guest.out"
	inside ip link set dev eth0 addrgenmode none up
	# A port of a bridge forwards once the kernel has noticed its carrier.
	wait_for 10 _has_carrier "$1"
}

_has_carrier() {
	ip link show dev "$1" | grep LOWER_UP
}

# inside CMD...: in the guest.
inside() {
	nsenter --target "$inside" --net "$@"
}

guest_closes() {
	exec {guest_input}>&-
	wait "$guest"
	kill "$inside"
	wait "$inside" 2>/dev/null || true
}
