#!/bin/bash
# A bond command that is killed is settled by the next one, as in crash.sh (catalogue 1, 3, 4).
# lanes: lab
# timeout: 400
# The scripts are for other shells.
# shellcheck disable=SC2016
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=killing.sh
. "$(dirname "$0")/killing.sh"

# The whole state would take seconds here, each time. Each bond's PIF is another one.
kernel() {
	ip -j -d link show | jq -r '.[] | [.ifname, .ifalias // "-", .group, .mtu,
		.address, .master // "-", (.flags | any(. == "UP")), .inet6_addr_gen_mode,
		.linkinfo.info_kind, .linkinfo.info_data.mode // "-"] | join(" ")' |
		sed 's/xenet:[^ ]*/mark/' | sort
	ip -j -4 address show | jq -r '.[] | .ifname as $name | .addr_info[]
		| "\($name) \(.local)/\(.prefixlen)"'
}

script() {
	printf '%s\n' '#!/bin/bash' 'set -e' "${@:2}" >"$FRESH_DIR/bin/$1"
	chmod +x "$FRESH_DIR/bin/$1"
}

for i in 1 2; do
	nic "eth$i" "far$i"
	ip link set dev "far$i" down
done
fresh
pif1=$(introduce eth1)
pif2=$(introduce eth2)
net=$(xenet network-create name-label=bonded)
xenet pif-reconfigure-ip uuid="$pif1" mode=static IP=192.0.2.10 netmask=255.255.255.0
xenet pif-plug uuid="$pif1"
script create "exec xenet bond-create network-uuid=$net pif-uuids=$pif1,$pif2 mode=lacp"
script destroy 'xenet bond-destroy uuid="$(xenet bond-list --minimal)"' \
	"exec xenet pif-unplug uuid=$pif2"
script slb 'exec xenet bond-set-mode uuid="$(xenet bond-list --minimal)" mode=balance-slb'
script lacp 'exec xenet bond-set-mode uuid="$(xenet bond-list --minimal)" mode=lacp'
# A round takes some seconds: a coarse sweep has to do.
stride=14
name=bond-create verb=(create) reverse=(destroy)
sweep sendmsg fdatasync
create >/dev/null
name=bond-set-mode verb=(slb) reverse=(lacp)
# The record tells of the mode, too.
record() {
	sqlite3 -readonly "$XENET_DB" "SELECT mode FROM bond"
}
attached_all() {
	xenet bond-list params=mode --minimal
}
stride=4
sweep sendmsg
finish
