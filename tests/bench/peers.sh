# shellcheck shell=bash disable=SC2034,SC2154  # compared is for run, root of it
# What xenet is compared with, where the machine has not got it. Packages are unpacked below
# build/peers and laid over the machine's own directories in the bench's namespaces: nothing
# is installed, and no service of the machine's is started.

peers=$root/build/peers
compared=(openvswitch-switch libvirt-daemon libvirt-clients)

# fetch PACKAGE...: unpacks them, and what they need that is not installed.
fetch() {
	local package wanted=() deb
	for package; do
		[[ -e $peers/$package ]] || wanted+=("$package")
	done
	((${#wanted[@]})) || return 0
	mkdir -p "$peers/archives/partial" "$peers/root/usr/lib"
	ln -sfn usr/lib "$peers/root/lib"
	apt-get update -qq
	apt-get install -qq --no-install-recommends --download-only -o APT::Sandbox::User=root \
		-o Dir::Cache::archives="$peers/archives" "${wanted[@]}" >/dev/null
	for deb in "$peers"/archives/*.deb; do
		[[ ! -e $deb ]] || dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$peers/root" --keep-directory-symlink
	done
	rm -r "$peers/archives"
	(cd "$peers" && touch "${wanted[@]}")
}

# Needs a /run that is a tmpfs; what is written goes there.
lay_over() {
	local place over
	for place in usr etc var/lib var/cache var/log; do
		over=/run/over/$place
		mkdir -p "$over/upper" "$over/work" "$peers/root/$place"
		mount -t overlay -o "lowerdir=$peers/root/$place:/$place" \
			-o "upperdir=$over/upper,workdir=$over/work" overlay "/$place"
	done
}

# Each is ready when it goes into the background.
start_ovs() {
	local daemon=(-vconsole:off -vsyslog:off --log-file --detach --no-chdir --pidfile)
	mkdir -p /run/openvswitch /var/log/openvswitch
	ovsdb-tool create "$BENCH_DIR/ovs.db" /usr/share/openvswitch/vswitch.ovsschema
	ovsdb-server "${daemon[@]}" --remote=punix:/run/openvswitch/db.sock "$BENCH_DIR/ovs.db"
	ovs-vsctl --timeout=10 --no-wait init
	/usr/lib/openvswitch-switch/ovs-vswitchd "${daemon[@]}"
}

# With the driver of networks alone: others want a machine.
start_libvirt() {
	local drivers=/run/drivers
	mkdir -p "$drivers"
	ln -s /usr/lib/*/libvirt/connection-driver/libvirt_driver_network.so "$drivers"
	printf '%s\n' 'auth_unix_rw = "none"' 'log_outputs = "3:file:/run/libvirtd.log"' >/run/libvirtd.conf
	LIBVIRT_DRIVER_DIR=$drivers libvirtd --daemon --config /run/libvirtd.conf
}
