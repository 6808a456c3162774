#!/bin/bash
# Documents of desired state on a real host (catalogue 81, 82, 87).
# lanes: namespace lab
# timeout: 400
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

empty='{ "version": 1, "network": [] }'

# import ARG...: the document on the standard input.
import() {
	xenet host-import file=- "$@"
}

# writes CMD...: how many calls it makes that write something, or ask the kernel for a change.
writes() {
	local calls=write,writev,pwrite64,ftruncate,fallocate,fsync,fdatasync,rename,renameat2
	calls+=,unlink,unlinkat,link,mkdir,sendmsg,sendto,ioctl
	traced -qq -o trace -e trace="$calls" "$@" >/dev/null
	wc -l <trace
}

# Plugged, attached, with an address, and a guest that runs.
build() {
	local vm
	pif=$(introduce eth1)
	xenet pif-reconfigure-ip uuid="$pif" mode=static IP=192.0.2.9 netmask=255.255.255.0
	xenet pif-plug uuid="$pif"
	network=$(xenet network-create name-label=inner)
	xenet network-param-set uuid="$network" other-config:who="it's \"me\""
	xenet network-attach uuid="$network" host-uuid="$(xenet host-list --minimal)"
	vm=$(xenet vm-create name-label=guest)
	xenet vif-create vm-uuid="$vm" network-uuid="$network" device=0 >/dev/null
}

# The second time nothing happens, nor does it the hundredth time.
nothing_to_do() {
	local before i times=3
	((${XENET_LONG:-0} == 0)) || times=100
	before=$(everything)
	xenet host-export >full
	check_eq "there is nothing to do: the plan is empty" '' "$(import --dry-run <full)"
	check_eq "... and nothing is written, to the kernel or the disk" 0 \
		"$(writes xenet host-import file=full)"
	for ((i = 0; i < times; i++)); do
		xenet host-import file=full
	done
	check_eq "... however often" "$before" "$(everything)"
	check "the document is what it was" diff full <(xenet host-export)
}

# All goes, and comes back, in this database and in another one.
away_and_back() {
	local before bare other
	before=$(state)
	bare=$1
	check "an empty document" import <<<"$empty"
	check_eq "... takes everything away" "$bare" "$(network_state --ifindex)"
	check_eq "a dry run of the full one changes nothing" "$bare" \
		"$(import --dry-run <full >plan && network_state --ifindex)"
	check "... and tells what would be done" grep -q "^join eth1 master=xenbr1" plan
	check "the full document" import <full
	check_eq "... brings everything back" "$before" "$(state)"
	check "... in the model, too" diff full <(xenet host-export)
	check "an empty document again" import <<<"$empty"
	other=$PWD/other/xenet.db
	XENET_DB=$other xenet host-import file=full
	XENET_DB=$other xenet host-export >full.other
	state >state.other
	XENET_DB=$other xenet host-import file=- <<<"$empty"
	check "another database" diff full full.other
	check_eq "... builds the same" "$(without_database <<<"$before")" \
		"$(without_database <state.other)"
	check_eq "... and takes it away" "$bare" "$(network_state --ifindex)"
	import <full
}

without_database() {
	sed -E 's/xenet:[0-9a-f-]{36}:/xenet:DB:/'
}

# state: without the address that a bridge without ports makes up.
state() {
	snapshot | grep -vE '^(link|fdb) xapi0 .*(address|mac)'
}

# The kernel refuses half-way: what was done is taken back.
failing() {
	local before
	sed 's/"bridge": "xapi0"/"bridge": "taken"/; s/"uuid": "'"$network"'"/"uuid": "'"${network/?/0}"'"/' full |
		sed 's/"network-uuid": "'"$network"'"/"network-uuid": "taken"/' >other.json
	ip link add taken type bridge
	before=$(everything)
	check_fails "a bridge that is somebody else's" xenet host-import file=other.json
	check_eq "... changes nothing" "$before" "$(everything)"
	ip link del taken
	before=$(everything)
	check_fails "a step that the kernel refuses" \
		traced -o trace -e trace=sendmsg -e inject=sendmsg:error=ENOMEM:when=8 \
		xenet host-import file=- <<<"$empty"
	check_eq "... changes nothing, either" "$before" "$(everything)"
}

running_guest() {
	local before
	xenet vm-start vm=guest
	before=$(everything)
	check "what the guest does is no document's matter" diff full <(xenet host-export)
	check_fails "a running guest cannot be left out" import <<<"$empty"
	check_eq "... so nothing changes" "$before" "$(everything)"
	sed '/"vif": /,$s/"network-uuid": ".*"/"network-uuid": "xenbr1"/' full >moved.json
	check "its VIF moves" xenet host-import file=moved.json
	check "... to the other bridge" port_of vif1.0 xenbr1
	xenet host-import file=full
	check "... and back" port_of vif1.0 xapi0
	xenet vm-shutdown vm=guest --force
}

# Export is to standard output: the shell's file is the shell's matter, and the reader's end
# of a pipe may close (catalogue 81).
exporting() {
	check "a full disk is told" bash -c '! xenet host-export >/dev/full'
	xenet host-export | head -n 1 >first-line
	check_eq "a reader that has seen enough is no failure" "{" "$(<first-line)"
}

vlans() {
	local before base
	[[ $XENET_LANE == lab ]] || return 0
	import <full
	before=$(network_state --ifindex)
	cat >vlans.json <<-END
		{ "version": 1,
		  "network": [ { "bridge": "red" }, { "bridge": "blue", "MTU": 1400 } ],
		  "pif": [
		    { "device": "eth1", "VLAN": 110, "kind": "vlan", "network-uuid": "red" },
		    { "device": "eth1", "VLAN": 120, "kind": "vlan", "network-uuid": "blue" } ],
		  "vlan": [
		    { "tagged-PIF": "eth1", "untagged-PIF": "eth1.110", "tag": 110 },
		    { "tagged-PIF": "eth1", "untagged-PIF": "eth1.120", "tag": 120 } ] }
	END
	check "VLANs by merging" xenet host-import file=vlans.json mode=merge
	base=$(ip -j -d link show eth1.110 | jq -r '.[0] | "\(.link) \(.linkinfo.info_data.id)"')
	check_eq "... are in the kernel" "eth1 110" "$base"
	check "... on their bridges" port_of eth1.120 blue
	check_eq "... once" 0 "$(writes xenet host-import file=vlans.json mode=merge)"
	xenet host-export >with-vlans
	sed -E 's/"(VLAN|tag)": 110/"\1": 111/' with-vlans >retagged
	check "another tag" xenet host-import file=retagged
	check "... is another device" port_of eth1.111 red
	check_fails "... in place of the first" ip link show dev eth1.110
	sed -E 's/"(VLAN|tag)": 110/"\1": 5000/' with-vlans >wrong
	check_fails "a tag that is none" xenet host-import file=wrong
	check "... is told with its line" grep -qE '^line [0-9]+: vlan\[.\].tag' <<<"$OUTPUT"
	check "the document from before" xenet host-import file=full
	check_eq "... takes the VLANs away" "$before" "$(network_state --ifindex)"
}

nic eth1 far
ip link set dev far down
fresh
cd "$FRESH_DIR"
bare=$(network_state --ifindex)
build
nothing_to_do
away_and_back "$bare"
failing
running_guest
exporting
vlans
import <<<"$empty"
check_eq "in the end the host is as it was" "$bare" "$(network_state --ifindex)"
finish
