# shellcheck shell=bash
# Sourced by the tests that lay tables of facts about xe beside xenet: a fake host with six
# NICs, eth0 to eth5, counting, and what the page xenet-xe-differences(7) names as absent.
#
# Every mismatch is a line "not ok - ...", and all are told.
set -Eeuo pipefail
shopt -s inherit_errexit
export LC_ALL=C

_root=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
_passed=0 _failed=0 _finished=''
_sandbox=$(mktemp -d "${TMPDIR:-/tmp}/xenet-tables.XXXXXX")

_on_exit() {
	local status=$?
	rm -rf "$_sandbox"
	[[ -n $_finished ]] || not_ok "died early with exit status $status"
	echo "$_passed passed, $_failed failed"
	exit $((_failed > 0))
}
trap _on_exit EXIT

ok() {
	_passed=$((_passed + 1))
}

not_ok() {
	_failed=$((_failed + 1))
	echo "not ok - $1"
}

# same WHAT EXPECTED ACTUAL
same() {
	if [[ $2 == "$3" ]]; then
		ok
	else
		not_ok "$1: expected '$2', got '$3'"
	fi
}

finish() {
	_finished=1
	exit
}

# A sandbox with a database and a run directory of its own, and xe in the PATH.
sandbox() {
	local i
	mkdir "$_sandbox"/{bin,run}
	ln -s "$(readlink -f "${XENET_BIN:-$_root/build/dev/cli/xenet}")" "$_sandbox/bin/xe"
	for i in 0 1 2 3 4 5; do
		echo "eth$i kind=nic address=52:54:00:00:00:0$i mtu=1500 addrgen=eui64 master= up=no"
	done >"$_sandbox/run/fake.netstate"
	export XENET_BACKEND=fake XENET_DB=$_sandbox/xenet.db XENET_RUN=$_sandbox/run
	export PATH=$_sandbox/bin:$PATH
}

# pif DEVICE: the uuid of the physical PIF.
pif() {
	xe pif-list --minimal device="$1" physical=true
}

# absent MACRO: what the page's lines ".It MACRO a , b" name, a line each.
absent() {
	local page=${XENET_DIFFERENCES:-$_root/man/xenet-xe-differences.7}
	sed -n "s/^\\.It $1 //p" "$page" | tr -s ' ,' '\n' | tr -d '\\&'
}
