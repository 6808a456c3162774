#!/bin/bash
# A real libvirtd, with a hook, /etc, /run and /var of its own, starts guests of QEMU: the TAPs of
# their VIFs are on our bridges while they run, and gone behind that.
# lanes: namespace
# timeout: 180
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

uuid=98c1920c-1de6-4aac-bca3-0c2a2f6bad2e
first=ed2e156a-f97b-4a1f-8a29-2da8864bf88b

# libvirt hands no variables on to its hook: xenet's files are where they are by default. Who its
# QEMU is by default is known, though the package that makes that user would start daemons.
private_files() {
	local place
	for place in /etc/libvirt /var/lib /var/log /var/cache; do
		mkdir -p "$place"
		mount -t tmpfs -o mode=755 tmpfs "$place"
	done
	mkdir -p /etc/libvirt/hooks /var/lib/libvirt/qemu /var/log/libvirt/qemu /var/cache/libvirt
	for place in passwd group; do
		sed '$a libvirt-qemu:x:64055:64055::/:/bin/false' "/etc/$place" >"/run/$place"
		mount --bind "/run/$place" "/etc/$place"
	done
	# Guests are emulated everywhere.
	[[ ! -e /dev/kvm ]] || no_kvm
	export XENET_DB=/var/lib/xenet/xenet.db XENET_RUN=/run/xenet
}

# What libvirt could not write it does not try.
no_kvm() {
	: >/run/no-kvm
	mount --bind /run/no-kvm /dev/kvm
	mount -o remount,bind,ro /dev/kvm
}

# With the driver for QEMU alone; no other daemon is needed.
start_libvirtd() {
	local drivers=/run/drivers hook
	mkdir -p "$drivers"
	ln -s /usr/lib/*/libvirt/connection-driver/libvirt_driver_qemu.so "$drivers"
	printf '%s\n' 'auth_unix_rw = "none"' 'log_outputs = "3:file:/run/libvirtd.log"' >/run/libvirtd.conf
	printf '%s\n' 'stdio_handler = "file"' 'security_driver = "none"' 'user = "root"' \
		'group = "root"' 'dynamic_ownership = 0' 'cgroup_controllers = []' \
		'namespaces = []' >/etc/libvirt/qemu.conf
	hook=$(dirname "$(readlink -f "$XENET_BIN")")/../libexec/xenet/libvirt-hook-qemu
	ln -s "$(readlink -f "$hook")" /etc/libvirt/hooks/qemu
	LIBVIRT_DRIVER_DIR=$drivers timeout 170 libvirtd --config /run/libvirtd.conf </dev/null &
	wait_for 20 virsh list
}

virsh() {
	timeout 60 virsh --quiet --connect qemu:///system "$@"
}

# domain UUID NAME DEVICE...
domain() {
	cat <<-XML
		<domain type='qemu'>
		  <name>$2</name>
		  <uuid>$1</uuid>
		  <memory unit='MiB'>32</memory>
		  <os>
		    <type arch='x86_64' machine='pc'>hvm</type>
		  </os>
		  <devices>
		    <emulator>/usr/bin/qemu-system-x86_64</emulator>
		    ${*:3}
		    <controller type='usb' model='none'/>
		    <memballoon model='none'/>
		  </devices>
		</domain>
	XML
}

guest() {
	domain "$uuid" guest "<interface type='bridge'>
      <mac address='fa:16:3e:7b:71:0b'/>
      <source bridge='br-int'/>
      <virtualport type='openvswitch'>
        <parameters interfaceid='$first'/>
      </virtualport>
      <target dev='taped2e156a-f9'/>
      <model type='virtio'/>
      <mtu size='1450'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/>
    </interface>
    <interface type='network'>
      <source network='wide'/>
      <model type='virtio'/>
      <driver name='qemu' queues='2'/>
      <bandwidth>
        <inbound average='1000'/>
      </bandwidth>
    </interface>" "$@"
}

power_state() {
	xenet vm-param-get uuid="$uuid" param-name=power-state
}

is_over() {
	[[ $(power_state) == halted ]]
}

# Nothing of ours is left, and nothing else has changed.
nothing_left() {
	check_eq "$1: the VM is halted" halted "$(power_state)"
	check_eq "$1: no device is left" "$before" "$(network_state)"
	check "$1: host-check agrees" xenet host-check
}

# qemu_of NAME: its process.
qemu_of() {
	cat "/run/libvirt/qemu/$1.pid"
}

fresh
private_files
check "libvirtd" start_libvirtd
cd "$FRESH_DIR"
network=$(xenet network-create name-label=lan bridge=br-int)
xenet network-create name-label=wide >/dev/null
before=$(network_state)
guest >guest.xml
check "libvirt's own grammar takes the domain" virt-xml-validate guest.xml
check "import" xenet vm-import-libvirt file=guest.xml
second=$(xenet vif-list vm-uuid="$uuid" device=1 --minimal)
xenet vm-export-libvirt uuid="$uuid" >same.xml
check "... and export" virt-xml-validate same.xml
check_eq "... say the same, but for an address that was made" \
	"$(sed "s|<source network='wide'/>|&<mac/>|" guest.xml | tr -d ' \n' | sed 's|<mac/>||')" \
	"$(sed "s|<mac address='$(xenet vif-param-get uuid="$second" param-name=MAC)'/>||" same.xml | tr -d ' \n')"
xenet vm-export-libvirt uuid="$uuid" taps=true >taps.xml
check "libvirt's grammar takes the one with our TAPs" virt-xml-validate taps.xml

third=$(xenet vif-create vm-uuid="$uuid" network-uuid="$network" device=2)
xenet vif-param-set uuid="$third" trunks=7,9 other-config:mtu=1400 other-config:queues=2 \
	other-config:qos-rx-kbps=10 qos_algorithm_type=ratelimit qos_algorithm_params:kbps=20
xenet vif-param-set uuid="$second" trunks=7 other-config:mtu=1300 \
	qos_algorithm_type=ratelimit qos_algorithm_params:kbps=20
for taps in false true; do
	xenet vm-export-libvirt uuid="$uuid" taps="$taps" >changed.xml
	check "... and another VIF, and other settings, taps=$taps" virt-xml-validate changed.xml
done
check "all of the same" xenet vm-import-libvirt file=taps.xml
check_eq "... is as it was" "$(<taps.xml)" "$(xenet vm-export-libvirt uuid="$uuid" taps=true)"

check "a domain that makes its own is defined" virsh define guest.xml
check_fails "... and not started" virsh start guest
check "... as the hook says" grep -q "not told to open taped2e156a-f9, the device of VIF $first" <<<"$OUTPUT"
nothing_left "refused"

check "one that opens ours is defined" virsh define taps.xml
check "... and started" virsh start guest
check_eq "the VM runs" running "$(power_state)"
check "its TAP is on our bridge" port_of taped2e156a-f9 br-int
check_eq "... with the guest's address, but for the first byte, and its MTU" \
	"fe:16:3e:7b:71:0b 1450" "$(ip -j link show dev taped2e156a-f9 | jq -r '.[] | "\(.address) \(.mtu)"')"
check_eq "... and QEMU has it open" true "$(xenet vif-param-get uuid="$first" param-name=carrier)"
wide=$(xenet vif-param-get uuid="$second" param-name=device-name)
check_eq "the other one has its queues open" "true 2" \
	"$(ip -j -d link show dev "$wide" | jq -r '.[].linkinfo.info_data | "\(.multi_queue) \(.numqueues + .numdisabled)"')"
check_eq "... and its limit" tbf "$(tc -j qdisc show dev "$wide" root | jq -r '.[].kind')"
check "host-check agrees" xenet host-check
check "the guest is destroyed" virsh destroy guest
nothing_left "destroyed"

check "started again" virsh start guest
check "its QEMU dies" kill -9 "$(qemu_of guest)"
check "... and libvirt tells so" wait_for 20 is_over
nothing_left "died"

guest "<graphics type='vnc' passwd='sesame'/>" >secret.xml
xenet vm-import-libvirt file=secret.xml >/dev/null
xenet vm-export-libvirt uuid="$uuid" >secret.xml
check_eq "a password is not kept" "passwd=''" "$(grep -o "passwd=[^/]*" secret.xml)"
check "... and libvirt's grammar takes what is left" virt-xml-validate secret.xml

guest "<disk type='file'><source file='/nowhere'/><target dev='vda'/></disk>" >broken.xml
xenet vm-import-libvirt file=broken.xml >/dev/null
xenet vm-export-libvirt uuid="$uuid" taps=true >broken.xml
check "a domain without its disk is defined" virsh define broken.xml
check_fails "... and libvirt does not start it" virsh start guest
check "... for that reason" grep -q /nowhere <<<"$OUTPUT"
nothing_left "not started"

# More than the hook would read of one of ours, and libvirt writes all of it.
domain 11111111-2222-4333-8444-555555555555 stranger |
	sed "2i <metadata><a xmlns='urn:a' b='$(head -c 100000 /dev/zero | tr '\0' x)'/></metadata>" |
	sed -E '2s/x{1000}/&&&&&&&&&&&&&&&/g' >stranger.xml
rows=$(xenet history --minimal | tr , '\n' | wc -l)
check "a domain that no VM stands for is defined" virsh define stranger.xml
check "... started" virsh start stranger
check "... and destroyed" virsh destroy stranger
check_eq "... and nothing is done about it" "$rows" "$(xenet history --minimal | tr , '\n' | wc -l)"
finish
