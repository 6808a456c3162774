#!/bin/bash
# A VLAN command that is killed is settled by the next one, as in crash.sh (catalogue 1, 3).
# lanes: lab
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=killing.sh
. "$(dirname "$0")/killing.sh"

# The whole state would take seconds here, each time. Each VLAN's PIF is another one.
kernel() {
	ip -j -d link show | jq -r '.[] | [.ifname, .ifalias // "-", .group, .mtu,
		.address, .master // "-", (.flags | any(. == "UP")), .inet6_addr_gen_mode,
		.linkinfo.info_kind, .linkinfo.info_data.id // "-",
		.linkinfo.info_data.stp_state // "-"] | join(" ")' |
		sed 's/xenet:[^ ]*/mark/' | sort
}

nic eth1 far
ip link set dev far down
fresh
pif=$(introduce eth1)
red=$(xenet network-create name-label=red)
create=(xenet vlan-create network-uuid="$red" pif-uuid="$pif" vlan=110)
destroy=("$FRESH_DIR/bin/destroy")
cat >"${destroy[0]}" <<-'END'
	#!/bin/bash
	exec xenet vlan-destroy uuid="$(xenet vlan-list --minimal)"
END
chmod +x "${destroy[@]}"
# A round takes some seconds: a coarse sweep has to do.
stride=5
name=vlan-create verb=("${create[@]}") reverse=("${destroy[@]}")
sweep sendmsg fdatasync
"${create[@]}" >/dev/null
name=vlan-destroy verb=("${destroy[@]}") reverse=("${create[@]}")
sweep sendmsg fdatasync
finish
