-- SPDX-License-Identifier: LGPL-2.1-or-later
-- One table a class. A column is a stored field of its descriptor, in SQL's spelling: lower
-- case, '-' as '_'. Sets are JSON arrays, maps JSON objects. The constraints carry what must
-- hold whoever writes.

CREATE TABLE host (
	uuid TEXT PRIMARY KEY NOT NULL,
	name_label TEXT NOT NULL,
	name_description TEXT NOT NULL,
	enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
	logging TEXT NOT NULL CHECK (json_type(logging) = 'object'),
	other_config TEXT NOT NULL CHECK (json_type(other_config) = 'object'),
	hostname TEXT NOT NULL,
	tags TEXT NOT NULL CHECK (json_type(tags) = 'array'),
	guest_vcpus_params TEXT NOT NULL CHECK (json_type(guest_vcpus_params) = 'object'),
	iscsi_iqn TEXT NOT NULL,
	uefi_certificates TEXT NOT NULL,
	timezone TEXT NOT NULL,
	boot TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE pool (
	uuid TEXT PRIMARY KEY NOT NULL,
	name_label TEXT NOT NULL,
	name_description TEXT NOT NULL,
	master TEXT NOT NULL REFERENCES host (uuid),
	other_config TEXT NOT NULL CHECK (json_type(other_config) = 'object'),
	tags TEXT NOT NULL CHECK (json_type(tags) = 'array')
) WITHOUT ROWID;

CREATE TABLE network (
	uuid TEXT PRIMARY KEY NOT NULL,
	name_label TEXT NOT NULL,
	name_description TEXT NOT NULL,
	mtu INTEGER NOT NULL CHECK (mtu BETWEEN 68 AND 65535),
	bridge TEXT NOT NULL CHECK (length(CAST(bridge AS BLOB)) <= 15),
	managed INTEGER NOT NULL CHECK (managed IN (0, 1)),
	other_config TEXT NOT NULL CHECK (json_type(other_config) = 'object'),
	tags TEXT NOT NULL CHECK (json_type(tags) = 'array'),
	default_locking_mode TEXT NOT NULL
		CHECK (default_locking_mode IN ('unlocked', 'disabled')),
	purpose TEXT NOT NULL CHECK (json_type(purpose) = 'array'),
	plugged_mtu INTEGER NOT NULL,
	attached INTEGER NOT NULL CHECK (attached IN (0, 1)),
	plugged_routes TEXT NOT NULL
) WITHOUT ROWID;

CREATE UNIQUE INDEX network_bridge_unique ON network (bridge) WHERE bridge <> '';
CREATE INDEX network_bridge ON network (bridge);
CREATE INDEX network_name_label ON network (name_label);

CREATE TABLE pif (
	uuid TEXT PRIMARY KEY NOT NULL,
	device TEXT NOT NULL,
	mac TEXT NOT NULL,
	physical INTEGER NOT NULL CHECK (physical IN (0, 1)),
	managed INTEGER NOT NULL CHECK (managed IN (0, 1)),
	mtu INTEGER NOT NULL,
	vlan INTEGER NOT NULL CHECK (vlan = -1 OR vlan BETWEEN 1 AND 4094),
	bond_slave_of TEXT REFERENCES bond (uuid) DEFERRABLE INITIALLY DEFERRED,
	management INTEGER NOT NULL CHECK (management IN (0, 1)),
	network_uuid TEXT NOT NULL REFERENCES network (uuid),
	host_uuid TEXT NOT NULL REFERENCES host (uuid),
	ip_configuration_mode TEXT NOT NULL
		CHECK (ip_configuration_mode IN ('None', 'DHCP', 'Static')),
	ip TEXT NOT NULL,
	netmask TEXT NOT NULL,
	gateway TEXT NOT NULL,
	ipv6_configuration_mode TEXT NOT NULL
		CHECK (ipv6_configuration_mode IN ('None', 'DHCP', 'Static', 'Autoconf')),
	ipv6 TEXT NOT NULL,
	ipv6_gateway TEXT NOT NULL,
	primary_address_type TEXT NOT NULL CHECK (primary_address_type IN ('IPv4', 'IPv6')),
	dns TEXT NOT NULL,
	properties TEXT NOT NULL CHECK (json_type(properties) = 'object'),
	capabilities TEXT NOT NULL CHECK (json_type(capabilities) = 'array'),
	vendor_id TEXT NOT NULL,
	vendor_name TEXT NOT NULL,
	device_id TEXT NOT NULL,
	device_name TEXT NOT NULL,
	disallow_unplug INTEGER NOT NULL CHECK (disallow_unplug IN (0, 1)),
	other_config TEXT NOT NULL CHECK (json_type(other_config) = 'object'),
	nic_address TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('nic', 'vlan', 'bond', 'tunnel')),
	plugged INTEGER NOT NULL CHECK (plugged IN (0, 1)),
	used INTEGER NOT NULL CHECK (used IN (0, 1)),
	free_state TEXT NOT NULL,
	UNIQUE (network_uuid, host_uuid),
	CHECK ((kind = 'vlan') = (vlan <> -1)),
	CHECK (used OR NOT plugged OR kind = 'vlan'),
	CHECK (bond_slave_of IS NULL OR (kind = 'nic' AND NOT plugged))
) WITHOUT ROWID;

CREATE UNIQUE INDEX pif_physical_device ON pif (host_uuid, device) WHERE physical;
CREATE INDEX pif_management ON pif (host_uuid) WHERE management;
CREATE INDEX pif_device ON pif (device);
CREATE INDEX pif_ip ON pif (ip);
CREATE INDEX pif_ipv6 ON pif (ipv6);
CREATE INDEX pif_gateway ON pif (uuid) WHERE gateway <> '' OR ipv6_gateway <> '';
CREATE INDEX pif_bond ON pif (bond_slave_of) WHERE bond_slave_of IS NOT NULL;
CREATE INDEX pif_mac ON pif (mac) WHERE physical;

CREATE TABLE vlan (
	uuid TEXT PRIMARY KEY NOT NULL,
	tagged_pif TEXT NOT NULL REFERENCES pif (uuid),
	untagged_pif TEXT NOT NULL UNIQUE REFERENCES pif (uuid),
	tag INTEGER NOT NULL CHECK (tag BETWEEN 1 AND 4094),
	UNIQUE (tagged_pif, tag),
	CHECK (tagged_pif <> untagged_pif)
) WITHOUT ROWID;

CREATE INDEX vlan_tag ON vlan (tag);

CREATE TABLE bond (
	uuid TEXT PRIMARY KEY NOT NULL,
	master TEXT NOT NULL UNIQUE REFERENCES pif (uuid),
	mode TEXT NOT NULL CHECK (mode IN ('balance-slb', 'active-backup', 'lacp')),
	properties TEXT NOT NULL CHECK (json_type(properties) = 'object'),
	primary_slave TEXT NOT NULL REFERENCES pif (uuid),
	auto_update_mac INTEGER NOT NULL CHECK (auto_update_mac IN (0, 1))
) WITHOUT ROWID;

CREATE TABLE tunnel (
	uuid TEXT PRIMARY KEY NOT NULL,
	access_pif TEXT NOT NULL UNIQUE REFERENCES pif (uuid),
	transport_pif TEXT NOT NULL REFERENCES pif (uuid),
	other_config TEXT NOT NULL CHECK (json_type(other_config) = 'object'),
	protocol TEXT NOT NULL CHECK (protocol IN ('gre', 'vxlan')),
	endpoints TEXT NOT NULL,
	CHECK (access_pif <> transport_pif)
) WITHOUT ROWID;

CREATE INDEX tunnel_transport ON tunnel (transport_pif);

CREATE TABLE vm (
	uuid TEXT PRIMARY KEY NOT NULL,
	name_label TEXT NOT NULL,
	name_description TEXT NOT NULL,
	user_version INTEGER NOT NULL,
	is_a_template INTEGER NOT NULL CHECK (is_a_template IN (0, 1)),
	is_default_template INTEGER NOT NULL CHECK (is_default_template IN (0, 1)),
	is_a_snapshot INTEGER NOT NULL CHECK (is_a_snapshot IN (0, 1)),
	is_control_domain INTEGER NOT NULL CHECK (is_control_domain IN (0, 1)),
	power_state TEXT NOT NULL
		CHECK (power_state IN ('halted', 'paused', 'running', 'suspended')),
	memory_static_max INTEGER NOT NULL,
	memory_dynamic_max INTEGER NOT NULL,
	memory_dynamic_min INTEGER NOT NULL,
	memory_static_min INTEGER NOT NULL,
	vcpus_params TEXT NOT NULL CHECK (json_type(vcpus_params) = 'object'),
	vcpus_max INTEGER NOT NULL,
	vcpus_at_startup INTEGER NOT NULL,
	actions_after_shutdown TEXT NOT NULL,
	actions_after_softreboot TEXT NOT NULL,
	actions_after_reboot TEXT NOT NULL,
	actions_after_crash TEXT NOT NULL,
	platform TEXT NOT NULL CHECK (json_type(platform) = 'object'),
	blocked_operations TEXT NOT NULL CHECK (json_type(blocked_operations) = 'object'),
	domain_type TEXT NOT NULL,
	hvm_boot_policy TEXT NOT NULL,
	hvm_boot_params TEXT NOT NULL CHECK (json_type(hvm_boot_params) = 'object'),
	hvm_shadow_multiplier TEXT NOT NULL,
	nvram TEXT NOT NULL CHECK (json_type(nvram) = 'object'),
	pv_kernel TEXT NOT NULL,
	pv_ramdisk TEXT NOT NULL,
	pv_args TEXT NOT NULL,
	pv_legacy_args TEXT NOT NULL,
	pv_bootloader TEXT NOT NULL,
	pv_bootloader_args TEXT NOT NULL,
	resident_on TEXT REFERENCES host (uuid),
	affinity TEXT REFERENCES host (uuid),
	other_config TEXT NOT NULL CHECK (json_type(other_config) = 'object'),
	dom_id INTEGER NOT NULL CHECK (dom_id = -1 OR dom_id BETWEEN 1 AND 32751),
	xenstore_data TEXT NOT NULL CHECK (json_type(xenstore_data) = 'object'),
	ha_always_run INTEGER NOT NULL CHECK (ha_always_run IN (0, 1)),
	ha_restart_priority TEXT NOT NULL,
	start_time TEXT NOT NULL,
	install_time TEXT NOT NULL,
	tags TEXT NOT NULL CHECK (json_type(tags) = 'array'),
	start_delay INTEGER NOT NULL,
	shutdown_delay INTEGER NOT NULL,
	"order" INTEGER NOT NULL,
	has_vendor_device INTEGER NOT NULL CHECK (has_vendor_device IN (0, 1)),
	reference_label TEXT NOT NULL,
	bios_strings TEXT NOT NULL CHECK (json_type(bios_strings) = 'object'),
	CHECK ((dom_id = -1) = (power_state IN ('halted', 'suspended')))
) WITHOUT ROWID;

CREATE INDEX vm_name_label ON vm (name_label);
CREATE INDEX vm_resident_on ON vm (resident_on) WHERE resident_on IS NOT NULL;
CREATE UNIQUE INDEX vm_dom_id_unique ON vm (dom_id) WHERE dom_id <> -1;
CREATE INDEX vm_dom_id ON vm (dom_id);

CREATE TABLE vif (
	uuid TEXT PRIMARY KEY NOT NULL,
	vm_uuid TEXT NOT NULL REFERENCES vm (uuid),
	device INTEGER NOT NULL CHECK (device BETWEEN 0 AND 254),
	mac TEXT NOT NULL UNIQUE,
	mac_autogenerated INTEGER NOT NULL CHECK (mac_autogenerated IN (0, 1)),
	mtu INTEGER NOT NULL,
	qos_algorithm_type TEXT NOT NULL,
	qos_algorithm_params TEXT NOT NULL CHECK (json_type(qos_algorithm_params) = 'object'),
	other_config TEXT NOT NULL CHECK (json_type(other_config) = 'object'),
	network_uuid TEXT NOT NULL REFERENCES network (uuid),
	locking_mode TEXT NOT NULL
		CHECK (locking_mode IN ('network_default', 'locked', 'unlocked', 'disabled')),
	ipv4_allowed TEXT NOT NULL CHECK (json_type(ipv4_allowed) = 'array'),
	ipv6_allowed TEXT NOT NULL CHECK (json_type(ipv6_allowed) = 'array'),
	ipv4_configuration_mode TEXT NOT NULL
		CHECK (ipv4_configuration_mode IN ('None', 'Static', 'DHCP')),
	ipv4_addresses TEXT NOT NULL,
	ipv4_gateway TEXT NOT NULL,
	ipv6_configuration_mode TEXT NOT NULL
		CHECK (ipv6_configuration_mode IN ('None', 'Static', 'Autoconf')),
	ipv6_addresses TEXT NOT NULL,
	ipv6_gateway TEXT NOT NULL,
	trunks TEXT NOT NULL CHECK (json_type(trunks) = 'array'),
	plugged INTEGER NOT NULL CHECK (plugged IN (0, 1)),
	plugged_mtu INTEGER NOT NULL,
	UNIQUE (vm_uuid, device)
) WITHOUT ROWID;

CREATE INDEX vif_network ON vif (network_uuid, plugged);

-- Numbers that are never given twice: bridge names, domain numbers.
CREATE TABLE sequence (
	name TEXT PRIMARY KEY NOT NULL,
	next INTEGER NOT NULL
) WITHOUT ROWID;

-- What was done, the newest last; the program keeps so many.
CREATE TABLE history (
	uuid TEXT PRIMARY KEY NOT NULL,
	number INTEGER NOT NULL UNIQUE,
	time TEXT NOT NULL,
	user TEXT NOT NULL,
	command TEXT NOT NULL,
	result TEXT NOT NULL,
	duration INTEGER NOT NULL,
	objects TEXT NOT NULL CHECK (json_type(objects) = 'array')
) WITHOUT ROWID;
