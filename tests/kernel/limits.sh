#!/bin/bash
# With too few file descriptors, too little memory, or without TUN, a command fails cleanly, and
# nothing has changed (catalogue 65).
# lanes: namespace lab
# shellcheck disable=SC2317  # functions are handed over by name
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# unchanged DESCRIPTION CMD...: CMD is refused with what it says in $said, and nothing has
# changed.
unchanged() {
	local before
	before=$(everything)
	check_fails "$1: refused" "${@:2}"
	said=$OUTPUT
	check "... with a sentence" grep -qE '^[A-Z].*[.:]' <<<"$said"
	check_eq "... and nothing has changed" "$before" "$(everything)"
	check_eq "... nor is an intent left" '' "$(find "$XENET_RUN" -name '*.intent*')"
}

# What finds leaks takes descriptors of its own, when those of the program are still open.
descriptors() {
	local n ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
	for n in 4 5 6; do
		unchanged "with $n file descriptors" prlimit --nofile="$n" xenet vm-start uuid="$vm"
	done
	check "with 16 it works" prlimit --nofile=16 xenet vm-start uuid="$vm"
	check "... and back" prlimit --nofile=16 xenet vm-shutdown uuid="$vm"
}

is_sanitized() {
	grep -q __asan_init "$(readlink -f "$XENET_BIN")"
}

# AddressSanitizer needs more than there is. The steps of a short run in the lab, which is slow,
# are larger.
address_space() {
	local kib step=100 status=0 fits='' refused=0 wrong=0 before
	[[ $XENET_LANE != lab || -n ${XENET_LONG-} ]] || step=200
	before=$(everything)
	for ((kib = 3000; kib < 40000; kib += step)); do
		status=0
		(ulimit -v "$kib" && exec xenet vm-start uuid="$vm") >/dev/null 2>&1 || status=$?
		((status)) || break
		# The kernel ends a program that has not even room for itself.
		[[ $fits || $status != 139 ]] || continue
		fits=1 refused=$((refused + 1))
		# The loader's own failures have 127; before main there is nothing to be said.
		[[ $status =~ ^(1|127)$ && $before == "$(everything)" ]] || wrong=$((wrong + 1))
	done
	check_eq "with $kib KiB of memory a VM is started" 0 "$status"
	check "... with less it is refused" test "$refused" -gt 0
	check_eq "... cleanly" 0 "$wrong"
	xenet vm-shutdown uuid="$vm"
}

without_tun() {
	mount -t tmpfs tmpfs /dev/net
	unchanged "without /dev/net/tun" xenet vm-start uuid="$vm"
	check "... the error names the kernel module" grep -q '^kernel module: tun$' <<<"$said"
	: >/dev/net/tun
	unchanged "with a plain file in its place" xenet vm-start uuid="$vm"
	rm /dev/net/tun
	mknod -m 000 /dev/net/tun c 10 200
	chown -R 65534:65534 "$FRESH_DIR"
	unchanged "with one that may not be opened" setpriv --reuid 65534 --regid 65534 \
		--clear-groups --inh-caps +net_admin --ambient-caps +net_admin \
		"$copy" vm-start uuid="$vm"
	check "... the error names it" grep -q '/dev/net/tun.*Permission denied' <<<"$said"
	chown -R 0:0 "$FRESH_DIR"
	umount /dev/net
	check "with it all is well" xenet vm-start uuid="$vm"
}

fresh
copy=$FRESH_DIR/xenet
cp -L "$XENET_BIN" "$copy"
network=$(xenet network-create name-label=inner)
vm=$(xenet vm-create name-label=guest)
xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0 >/dev/null
descriptors
is_sanitized || address_space
without_tun
finish
