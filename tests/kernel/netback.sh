#!/bin/bash
# What is called like a device of Xen's netback but is none is not taken: the hotplug script
# tells xl why, and all stays as it was. What netback makes is taken in tests/xen.
# lanes: namespace lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

script=$(readlink -f "$(dirname "$0")/../../cli/xen/vif-xenet")
store=backend/vif/7/0

# xenstore, as files, in the programs that xl has.
fake_xenstore() {
	export XENSTORE=$FRESH_DIR/xenstore
	cat >"$FRESH_DIR/bin/xenstore-read" <<-'END'
		#!/bin/sh
		cat "$XENSTORE/$1"
	END
	cat >"$FRESH_DIR/bin/xenstore-write" <<-'END'
		#!/bin/sh
		while [ $# -gt 0 ]; do
			mkdir -p "$(dirname "$XENSTORE/$1")"
			printf %s "$2" >"$XENSTORE/$1"
			shift 2
		done
	END
	chmod +x "$FRESH_DIR"/bin/xenstore-*
}

hotplug() {
	XENBUS_PATH=$store "$FRESH_DIR/scripts/vif-xenet" "$@" type_if=vif
}

# refuses KIND: of the device vif7.0 that has been made.
refuses() {
	before=$(everything)
	check_fails "$1: refused" hotplug online
	check_eq "$1: xl is told" error "$(<"$XENSTORE/$store/hotplug-status")"
	check "$1: ... of what kind it is" grep -q "device: vif7.0 kind: $1 " \
		"$XENSTORE/$store/hotplug-error"
	check_eq "$1: nothing has changed" "$before" "$(everything)"
	check "$1: offline is no error" hotplug offline
	check_eq "$1: ... and does nothing" "$before" "$(everything)"
}

guest_on_nic
fake_xenstore
mkdir "$FRESH_DIR/scripts"
ln -s "$script" "$FRESH_DIR/scripts/vif-xenet"
mac=$(xenet vif-param-get uuid="$vif" param-name=MAC)
xenstore-write "$store/mac" "$mac" "$store/bridge" xenbr1

check_fails "no device: refused" hotplug online
check "no device: xl is told" grep -q 'The host has no such network device. device: vif7.0' \
	"$XENSTORE/$store/hotplug-error"
ip link add name vif7.0 address fe:ff:ff:ff:ff:ff type veth peer name guest7
refuses veth
ip link del dev vif7.0
ip tuntap add dev vif7.0 mode tap
refuses tap
finish
