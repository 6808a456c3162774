# shellcheck shell=bash disable=SC2016,SC2034
# Sourced by the sweeps: the verbs that change something, each with what takes it back.
#
# A row is LANES | SET-UP | VERB | REVERSE. The set-up is a fragment of shell, run once; VERB
# and REVERSE are words for xenet, expanded anew each time they are run. After REVERSE all is
# as before VERB. Bonds are catalogue 4. long: not in the short sweep, crash.sh or another row does much the same.

# the CLASS NAME: the uuid of the object.
the() {
	xenet "$1-list" name-label="$2" --minimal
}

# of_device CLASS DEVICE
of_device() {
	xenet "$1-list" device="$2" --minimal
}

only() {
	xenet "$1-list" --minimal
}

# first CLASS
first() {
	only "$1" | cut -d , -f 1
}

# The objects that all rows start from. NICs have known addresses; nothing is plugged.
verbs_set_up() {
	local i
	for i in 1 2 3; do
		ip link add name "eth$i" address "02:00:00:00:00:0$i" type veth peer name "far$i"
		ip link set dev "eth$i" mtu 1400 addrgenmode none
	done
	fresh
	pif=$(introduce eth1)
	base=$(xenet pif-param-get uuid="$pif" param-name=network-uuid)
	inner=$(xenet network-create name-label=inner)
	other=$(xenet network-create name-label=other)
	vm=$(xenet vm-create name-label=guest)
	xenet vif-create vm-uuid="$vm" network-uuid="$inner" device=0 mac=02:00:00:00:01:00 >/dev/null
	vif=$(xenet vif-create vm-uuid="$vm" network-uuid="$base" device=1 mac=02:00:00:00:01:01)
	next=$(xenet network-create name-label=next)
}

plug='xenet pif-plug uuid=$pif'
start='xenet vm-start uuid=$vm'
static='mode=static IP=192.0.2.10 netmask=255.255.255.0 gateway=192.0.2.1'
tunnel='xenet pif-reconfigure-ip uuid=$pif '$static'; '$plug'
	tunnel_net=$(xenet network-create name-label=far)'
vxlan='tunnel-create network-uuid=$tunnel_net pif-uuid=$pif protocol=vxlan'
bond='pif2=$(introduce eth2); bond_net=$(xenet network-create name-label=bonded)
	xenet pif-reconfigure-ip uuid=$pif mode=static IP=192.0.2.10 netmask=255.255.255.0
	'$plug'; xenet pif-plug uuid=$pif2'
bond_create='bond-create network-uuid=$bond_net pif-uuids=$pif,$pif2 mode=lacp'
twin='vm-clone uuid=$vm new-name-label=twin'
untwin='vm-destroy uuid=$(the vm twin)'
locked='xenet vif-param-set uuid=$vif locking-mode=locked ipv4-allowed=192.0.2.5'
both_limits='vif-param-set uuid=$vif qos_algorithm_type=ratelimit qos_algorithm_params:kbps=1000 other-config:qos-rx-kbps=500'
extra='vif-create vm-uuid=$vm network-uuid=$other device=2'
scanned='xenet pif-scan host-uuid=$(only host)
	names=$(xenet pif-list params=device --minimal)
	for name in ${names//,/ }; do
		[[ $name == eth1 ]] && continue
		printf "p=pif-list device=%s\npif-forget uuid=\$p\n" "$name"
	done >$FRESH_DIR/forget
	xenet batch file=$FRESH_DIR/forget'
lines='printf "%s\n" "network-create name-label=new bridge=new0" "pif-plug uuid=$pif" \
		"vm-start uuid=$vm" >$FRESH_DIR/make
	printf "%s\n" "vm-shutdown uuid=$vm" "pif-unplug uuid=$pif" "n=network-list name-label=new" \
		"network-destroy uuid=\$n" >$FRESH_DIR/unmake'
tagged='ip link set dev eth1 mtu 1500'
vlan='vlan-create network-uuid=$inner pif-uuid=$pif vlan=110'

domain='echo "<domain><name>twin</name><uuid>98c1920c-1de6-4aac-bca3-0c2a2f6bad2e</uuid>
		<devices><interface type=\"ethernet\"/></devices></domain>" >$FRESH_DIR/domain'
import='vm-import-libvirt file=$FRESH_DIR/domain network-uuid=$inner'
taps=$domain'; twin=$(xenet '$import'); xenet vm-param-set uuid=$twin other-config:vif-naming=uuid
	xenet vm-export-libvirt uuid=$twin taps=true >$FRESH_DIR/taps'

verbs=(
	"namespace | | network-create name-label=new bridge=new0 | network-destroy uuid=\$(the network new)"
	"namespace long | xenet network-create name-label=new bridge=new0 | network-destroy uuid=\$(the network new) | network-create name-label=new bridge=new0"
	"namespace long | | network-param-set uuid=\$inner name-label=renamed | network-param-set uuid=\$inner name-label=inner"
	"namespace | | pif-introduce host-uuid=\$(only host) device=eth2 | pif-forget uuid=\$(of_device pif eth2)"
	"namespace long | | pif-plug uuid=\$pif | pif-unplug uuid=\$pif"
	"namespace long | $plug | pif-unplug uuid=\$pif | pif-plug uuid=\$pif"
	"namespace long | $plug; $start | pif-plug uuid=\$pif | pif-plug uuid=\$pif"
	"namespace | $plug | pif-reconfigure-ip uuid=\$pif $static | pif-reconfigure-ip uuid=\$pif mode=none"
	"namespace long | $plug; xenet pif-reconfigure-ip uuid=\$pif $static | pif-reconfigure-ip uuid=\$pif mode=none | pif-reconfigure-ip uuid=\$pif $static"
	"namespace | $plug | pif-reconfigure-ipv6 uuid=\$pif mode=static IPv6=fd00::10/64 gateway=fd00::1 | pif-reconfigure-ipv6 uuid=\$pif mode=none"
	"namespace long | $plug; xenet pif-reconfigure-ip uuid=\$pif $static | host-management-reconfigure pif-uuid=\$pif | host-management-disable"
	"namespace | | host-set-hostname-live host-uuid=\$(only host) host-name=red | host-set-hostname-live host-uuid=\$(only host) host-name=blue"
	"namespace long | | host-disable uuid=\$(only host) | host-enable uuid=\$(only host)"
	"namespace | $tunnel | $vxlan | tunnel-destroy uuid=\$(only tunnel)"
	"namespace long | $tunnel; xenet $vxlan | tunnel-destroy uuid=\$(only tunnel) | $vxlan"
	"namespace long | $tunnel; access=\$(xenet $vxlan)
		xenet tunnel-param-set uuid=\$(only tunnel) other-config:remote=192.0.2.1 other-config:key=7
		| pif-plug uuid=\$access | pif-unplug uuid=\$access"
	"namespace long | | vm-clone uuid=\$vm new-name-label=twin | vm-destroy uuid=\$(the vm twin)"
	"namespace long | | vm-start uuid=\$vm | vm-shutdown uuid=\$vm"
	"namespace long | $start | vm-shutdown uuid=\$vm | vm-start uuid=\$vm"
	"namespace long | $start | vm-reboot uuid=\$vm | vm-reboot uuid=\$vm"
	"namespace long | $start | vm-suspend uuid=\$vm | vm-resume uuid=\$vm"
	"namespace long | $start | vm-pause uuid=\$vm | vm-unpause uuid=\$vm"
	"namespace | $start | vif-create vm-uuid=\$vm network-uuid=\$other device=2 | vif-destroy uuid=\$(of_device vif 2)"
	"namespace long | $start | vif-unplug uuid=\$vif | vif-plug uuid=\$vif"
	"namespace long | $start; xenet vif-unplug uuid=\$vif | vif-plug uuid=\$vif | vif-unplug uuid=\$vif"
	"namespace | $start | vif-param-set uuid=\$vif other-config:qos-rx-kbps=1000 | vif-param-remove uuid=\$vif param-name=other-config param-key=qos-rx-kbps"
	"namespace long | $locked | vm-start uuid=\$vm | vm-shutdown uuid=\$vm"
	"namespace long | $start | vif-param-set uuid=\$vif locking-mode=locked ipv4-allowed=192.0.2.5 | vif-param-set uuid=\$vif locking-mode=unlocked ipv4-allowed="
	"namespace long | $locked; $start | vif-param-set uuid=\$vif ipv4-allowed=192.0.2.6 | vif-param-set uuid=\$vif ipv4-allowed=192.0.2.5"
	"namespace | $locked; $start | vif-unplug uuid=\$vif | vif-plug uuid=\$vif"
	"namespace long | xenet $both_limits | vm-start uuid=\$vm | vm-shutdown uuid=\$vm"
	"namespace | $start; xenet $both_limits | vif-param-set uuid=\$vif qos_algorithm_type= | $both_limits"
	"namespace long | $start | $both_limits | vif-param-set uuid=\$vif qos_algorithm_type="
	"namespace long | $plug; $start; xenet $both_limits | vif-move uuid=\$vif network-uuid=\$other | vif-move uuid=\$vif network-uuid=\$base"
	"namespace | $plug; $start | vif-move uuid=\$vif network-uuid=\$other | vif-move uuid=\$vif network-uuid=\$base"
	"namespace long | xenet host-disable uuid=\$(only host) | host-enable uuid=\$(only host) | host-disable uuid=\$(only host)"
	"namespace long | $plug; xenet pif-reconfigure-ip uuid=\$pif $static; xenet host-management-reconfigure pif-uuid=\$pif
		| host-management-disable | host-management-reconfigure pif-uuid=\$pif"
	"namespace long | xenet pif-reconfigure-ip uuid=\$pif $static; printf '%s\n' host-management-disable \"pif-unplug uuid=\$pif\" >\$FRESH_DIR/unmake
		| pool-management-reconfigure network-uuid=\$base
		| batch file=\$FRESH_DIR/unmake"
	"namespace long | xenet pif-introduce host-uuid=\$(only host) device=eth2 | pif-forget uuid=\$(of_device pif eth2) | pif-introduce host-uuid=\$(only host) device=eth2"
	"namespace long | $scanned | pif-scan host-uuid=\$(only host) | batch file=\$FRESH_DIR/forget"
	"namespace long | | pif-set-primary-address-type uuid=\$pif primary_address_type=IPv6 | pif-set-primary-address-type uuid=\$pif primary_address_type=IPv4"
	"namespace long | | vm-create name-label=twin | $untwin"
	"namespace long | | vm-copy vm=guest new-name-label=twin | $untwin"
	"namespace long | | vm-install template-uuid=\$(first template) new-name-label=twin | $untwin"
	"namespace long | xenet $twin | $untwin | $twin"
	"namespace long | xenet $twin; xenet vm-start uuid=\$(the vm twin)
		printf '%s\n' \"m=vm-clone uuid=\$vm new-name-label=twin\" \"vm-start uuid=\\\$m\" >\$FRESH_DIR/twin
		| vm-uninstall uuid=\$(the vm twin) force=true | batch file=\$FRESH_DIR/twin"
	"namespace long | $start; xenet vm-suspend uuid=\$vm | vm-resume uuid=\$vm | vm-suspend uuid=\$vm"
	"namespace long | $start; xenet vm-pause uuid=\$vm | vm-unpause uuid=\$vm | vm-pause uuid=\$vm"
	"namespace long | $domain | $import | $untwin"
	"namespace long | $taps | vm-start-libvirt file=\$FRESH_DIR/taps | vm-shutdown-libvirt file=\$FRESH_DIR/taps"
	"namespace long | $taps; xenet vm-start uuid=\$twin | vm-shutdown-libvirt file=\$FRESH_DIR/taps | vm-start-libvirt file=\$FRESH_DIR/taps"
	"namespace long | $start | vm-reset-powerstate uuid=\$vm force=true | vm-start uuid=\$vm"
	"namespace long | $start; xenet $extra | vif-destroy uuid=\$(of_device vif 2) | $extra"
	"namespace long | | network-param-add uuid=\$inner param-name=tags param-key=x | network-param-remove uuid=\$inner param-name=tags param-key=x"
	"namespace long | xenet network-param-add uuid=\$inner param-name=tags param-key=x | network-param-remove uuid=\$inner param-name=tags param-key=x | network-param-add uuid=\$inner param-name=tags param-key=x"
	"namespace long | xenet network-param-add uuid=\$inner param-name=tags param-key=x | network-param-clear uuid=\$inner param-name=tags | network-param-add uuid=\$inner param-name=tags param-key=x"
	"namespace long | $lines | batch file=\$FRESH_DIR/make | batch file=\$FRESH_DIR/unmake"
	"namespace long | xenet host-export >\$FRESH_DIR/bare | network-attach uuid=\$inner host-uuid=\$(only host) | host-import file=\$FRESH_DIR/bare"
	"lab | $tagged | $vlan | vlan-destroy uuid=\$(only vlan)"
	"lab long | $tagged; xenet $vlan | vlan-destroy uuid=\$(only vlan) | $vlan"
	"lab long | $plug; access=\$(xenet $vlan)
		xenet pif-unplug uuid=\$access | pif-plug uuid=\$access | pif-unplug uuid=\$access"
	"lab | $bond | $bond_create | bond-destroy uuid=\$(only bond)"
	"lab long | $bond; xenet $bond_create | bond-destroy uuid=\$(only bond) | $bond_create"
	"lab long | $bond; xenet $bond_create | bond-set-mode uuid=\$(only bond) mode=balance-slb | bond-set-mode uuid=\$(only bond) mode=lacp"
)

# without_row: the commands that change something and have no row here, one a line. Of those
# that are the same for all classes a network's stand for all. host-import and host-restore are
# killed in crash-import.sh and boot.sh, host-recover is what settles, pool-vlan-create is
# vlan-create, and the emergency mode and a guest's own addresses are always refused. vif-adopt and
# vif-release are about devices that only Xen makes.
without_row() {
	local entry command
	for entry in "${verbs[@]}"; do
		IFS='|' read -r -d '' _ _ command _ <<<"$entry" || true
		read -r command _ <<<"$command"
		echo "$command"
	done | sort -u | comm -13 - <(
		xenet help --all | tr -s ' ,' '\n' | grep -xE '[a-z]+(-[a-z0-9]+)+|batch' |
			grep -vxE '.*-list|.*-param-get|event-wait|host-(check|export|import|recover|restore)' |
			grep -vxE 'host-(is-in-emergency-mode|emergency-management-reconfigure)' |
			grep -vxE 'vif-(adopt|release)|pool-vlan-create|vif-configure-ipv[46]|vif-metrics|vm-qemu-args|vm-export-libvirt|dry-run' |
			sed -E 's/^[a-z]+(-param-)/network\1/' | sort -u)
}
