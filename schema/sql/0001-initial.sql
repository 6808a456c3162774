-- SPDX-License-Identifier: LGPL-2.1-or-later
-- One table a class. A column is a stored field of its descriptor, in SQL's spelling: lower
-- case, '-' as '_'. Sets are JSON arrays, maps JSON objects.
--
-- Every process reads all this before its first row, which is a good part of what a short
-- command costs. So a column says nothing of its values: that is the field's to say, whoever
-- wrote them (model/row.c). What one row cannot tell stands here: keys, references, what rows
-- and columns are to each other.

CREATE TABLE host (
	uuid TEXT PRIMARY KEY,
	name_label TEXT,
	name_description TEXT,
	enabled INTEGER,
	logging TEXT,
	other_config TEXT,
	hostname TEXT,
	tags TEXT,
	guest_vcpus_params TEXT,
	iscsi_iqn TEXT,
	uefi_certificates TEXT,
	timezone TEXT,
	boot TEXT
) WITHOUT ROWID;

CREATE TABLE pool (
	uuid TEXT PRIMARY KEY,
	name_label TEXT,
	name_description TEXT,
	master TEXT REFERENCES host (uuid),
	other_config TEXT,
	tags TEXT
) WITHOUT ROWID;

CREATE TABLE network (
	uuid TEXT PRIMARY KEY,
	name_label TEXT,
	name_description TEXT,
	mtu INTEGER,
	bridge TEXT,
	managed INTEGER,
	other_config TEXT,
	tags TEXT,
	default_locking_mode TEXT,
	purpose TEXT,
	plugged_mtu INTEGER,
	attached INTEGER,
	plugged_routes TEXT
) WITHOUT ROWID;

CREATE UNIQUE INDEX network_bridge_unique ON network (bridge) WHERE bridge <> '';
CREATE INDEX network_bridge ON network (bridge);
CREATE INDEX network_name_label ON network (name_label);
CREATE INDEX network_routes ON network (uuid) WHERE plugged_routes <> '';

CREATE TABLE pif (
	uuid TEXT PRIMARY KEY,
	device TEXT,
	mac TEXT,
	physical INTEGER,
	managed INTEGER,
	mtu INTEGER,
	vlan INTEGER,
	bond_slave_of TEXT REFERENCES bond (uuid) DEFERRABLE INITIALLY DEFERRED,
	management INTEGER,
	network_uuid TEXT REFERENCES network (uuid),
	host_uuid TEXT REFERENCES host (uuid),
	ip_configuration_mode TEXT,
	ip TEXT,
	netmask TEXT,
	gateway TEXT,
	ipv6_configuration_mode TEXT,
	ipv6 TEXT,
	ipv6_gateway TEXT,
	primary_address_type TEXT,
	dns TEXT,
	properties TEXT,
	capabilities TEXT,
	vendor_id TEXT,
	vendor_name TEXT,
	device_id TEXT,
	device_name TEXT,
	disallow_unplug INTEGER,
	other_config TEXT,
	nic_address TEXT,
	kind TEXT,
	plugged INTEGER,
	used INTEGER,
	free_state TEXT,
	UNIQUE (network_uuid, host_uuid),
	CHECK ((kind = 'vlan') = (vlan <> -1)),
	CHECK (used OR NOT plugged OR kind = 'vlan'),
	CHECK (bond_slave_of IS NULL OR (kind = 'nic' AND NOT plugged))
) WITHOUT ROWID;

CREATE UNIQUE INDEX pif_physical_device ON pif (host_uuid, device) WHERE physical;
CREATE INDEX pif_management ON pif (uuid) WHERE management;
CREATE INDEX pif_device ON pif (device);
CREATE INDEX pif_ip ON pif (ip);
CREATE INDEX pif_ipv6 ON pif (ipv6);
CREATE INDEX pif_gateway ON pif (uuid) WHERE gateway <> '' OR ipv6_gateway <> '';
CREATE INDEX pif_bond ON pif (bond_slave_of) WHERE bond_slave_of IS NOT NULL;
CREATE INDEX pif_mac ON pif (mac);
CREATE INDEX pif_vlan ON pif (vlan);

CREATE TABLE vlan (
	uuid TEXT PRIMARY KEY,
	tagged_pif TEXT REFERENCES pif (uuid),
	untagged_pif TEXT UNIQUE REFERENCES pif (uuid),
	tag INTEGER,
	UNIQUE (tagged_pif, tag),
	CHECK (tagged_pif <> untagged_pif)
) WITHOUT ROWID;

CREATE INDEX vlan_tag ON vlan (tag);

CREATE TABLE bond (
	uuid TEXT PRIMARY KEY,
	master TEXT UNIQUE REFERENCES pif (uuid),
	mode TEXT,
	properties TEXT,
	primary_slave TEXT REFERENCES pif (uuid),
	auto_update_mac INTEGER
) WITHOUT ROWID;

CREATE INDEX bond_primary_slave ON bond (primary_slave);

CREATE TABLE tunnel (
	uuid TEXT PRIMARY KEY,
	access_pif TEXT UNIQUE REFERENCES pif (uuid),
	transport_pif TEXT REFERENCES pif (uuid),
	other_config TEXT,
	protocol TEXT,
	endpoints TEXT,
	CHECK (access_pif <> transport_pif)
) WITHOUT ROWID;

CREATE INDEX tunnel_transport ON tunnel (transport_pif);

CREATE TABLE vm (
	uuid TEXT PRIMARY KEY,
	name_label TEXT,
	name_description TEXT,
	user_version INTEGER,
	is_a_template INTEGER,
	is_default_template INTEGER,
	is_a_snapshot INTEGER,
	is_control_domain INTEGER,
	power_state TEXT,
	memory_static_max INTEGER,
	memory_dynamic_max INTEGER,
	memory_dynamic_min INTEGER,
	memory_static_min INTEGER,
	vcpus_params TEXT,
	vcpus_max INTEGER,
	vcpus_at_startup INTEGER,
	actions_after_shutdown TEXT,
	actions_after_softreboot TEXT,
	actions_after_reboot TEXT,
	actions_after_crash TEXT,
	platform TEXT,
	blocked_operations TEXT,
	domain_type TEXT,
	hvm_boot_policy TEXT,
	hvm_boot_params TEXT,
	hvm_shadow_multiplier TEXT,
	nvram TEXT,
	pv_kernel TEXT,
	pv_ramdisk TEXT,
	pv_args TEXT,
	pv_legacy_args TEXT,
	pv_bootloader TEXT,
	pv_bootloader_args TEXT,
	resident_on TEXT REFERENCES host (uuid),
	affinity TEXT REFERENCES host (uuid),
	other_config TEXT,
	dom_id INTEGER,
	xenstore_data TEXT,
	ha_always_run INTEGER,
	ha_restart_priority TEXT,
	start_time TEXT,
	install_time TEXT,
	tags TEXT,
	start_delay INTEGER,
	shutdown_delay INTEGER,
	"order" INTEGER,
	has_vendor_device INTEGER,
	reference_label TEXT,
	bios_strings TEXT,
	libvirt_xml TEXT,
	CHECK ((dom_id = -1) = (power_state IN ('halted', 'suspended')))
) WITHOUT ROWID;

CREATE INDEX vm_name_label ON vm (name_label);
CREATE INDEX vm_resident_on ON vm (resident_on) WHERE resident_on IS NOT NULL;
CREATE UNIQUE INDEX vm_dom_id_unique ON vm (dom_id) WHERE dom_id <> -1;
CREATE INDEX vm_dom_id ON vm (dom_id);

CREATE TABLE vif (
	uuid TEXT PRIMARY KEY,
	vm_uuid TEXT REFERENCES vm (uuid),
	device INTEGER,
	mac TEXT UNIQUE,
	mac_autogenerated INTEGER,
	mtu INTEGER,
	qos_algorithm_type TEXT,
	qos_algorithm_params TEXT,
	other_config TEXT,
	network_uuid TEXT REFERENCES network (uuid),
	locking_mode TEXT,
	ipv4_allowed TEXT,
	ipv6_allowed TEXT,
	ipv4_configuration_mode TEXT,
	ipv4_addresses TEXT,
	ipv4_gateway TEXT,
	ipv6_configuration_mode TEXT,
	ipv6_addresses TEXT,
	ipv6_gateway TEXT,
	trunks TEXT,
	plugged INTEGER,
	plugged_mtu INTEGER,
	plugged_name TEXT,
	plugged_tap TEXT,
	plugged_queues INTEGER,
	plugged_netback TEXT,
	UNIQUE (vm_uuid, device)
) WITHOUT ROWID;

CREATE INDEX vif_network ON vif (network_uuid, plugged);
CREATE UNIQUE INDEX vif_plugged_name ON vif (plugged_name) WHERE plugged_name <> '';
CREATE UNIQUE INDEX vif_plugged_netback ON vif (plugged_netback) WHERE plugged_netback <> '';

-- Numbers that are never given twice: bridge names, domain numbers.
CREATE TABLE sequence (
	name TEXT PRIMARY KEY,
	next INTEGER NOT NULL
) WITHOUT ROWID;

-- What was done, the newest last; the program keeps so many. Each goes to the end of the file's
-- last page of these, and is found by its uuid only where a killed command is settled.
CREATE TABLE history (
	number INTEGER PRIMARY KEY,
	uuid TEXT,
	time TEXT,
	user TEXT,
	command TEXT,
	result TEXT,
	duration INTEGER,
	objects TEXT
);
