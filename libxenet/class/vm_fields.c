/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/vm.h"

#define F(member) offsetof(struct xn_vm, member)

/* 256 and 128 MiB, as vm-create of XenServer gives. */
#define MEMORY_MAX "268435456"
#define MEMORY_MIN "134217728"

#define EVENTS "Destroy|Restart|Preserve|Coredump_and_destroy|Coredump_and_restart"

#define NEVER "19700101T00:00:00Z"

/* What the agent in a guest tells XenServer, and nobody tells xenet. */
#define REPORTED "reported by the guest; never here"
#define UNREPORTED "'<not in database>'"
#define GUEST_MAP(name)                                                                  \
	{                                                                                \
		name, XN_MAP, XN_RO, 0, REPORTED, XN_ABSENT, .sql = "'{}'"               \
	}
#define GUEST_TEXT(name)                                                                 \
	{                                                                                \
		name, XN_TEXT, XN_RO, 0, REPORTED, .sql = UNREPORTED                     \
	}

/* A reference to an object of a class that has none here. */
#define NO_OBJECT(name, type, summary)                                                   \
	{                                                                                \
		name, XN_REF, XN_RW, 0, summary, XN_FIXED, .ref = type, .sql = "NULL"    \
	}

/*
 * A VM here is the record of a guest that some hypervisor runs. What only XenServer's own
 * guests have (disks, snapshots, guest metrics) prints as XenServer prints its absence;
 * what scripts store and read back is kept.
 */
const struct xenet_field xn_vm_fields[] = {
	{ "uuid", XN_UUID, XN_RO, F(o.uuid), "unique identifier", XN_LISTED },
	{ "name-label", XN_TEXT, XN_RW, F(name_label), "name; need not be unique",
		XN_LISTED },
	{ "name-description", XN_TEXT, XN_RW, F(name_description), "description" },
	{ "user-version", XN_INT, XN_RW, F(user_version), "version of the user's own",
		XN_KEPT, .initial = "1" },
	{ "is-a-template", XN_BOOL, XN_RW, F(is_a_template), "a template, not a VM" },
	{ "is-default-template", XN_BOOL, XN_RW, F(is_default_template),
		"a template that came with xenet" },
	{ "is-a-snapshot", XN_BOOL, XN_RO, F(is_a_snapshot), "a snapshot; none here",
		XN_PASSING | XN_KEPT },
	{ "snapshot-of", XN_REF, XN_RO, 0, "its original, if it were a snapshot",
		.sql = "NULL" },
	{ "snapshots", XN_TEXT, XN_RO, 0, "snapshots of it; none here", .sql = "''" },
	{ "snapshot-time", XN_TEXT, XN_RO, 0, "never, here",
		.sql = "'19700101T00:00:00Z'" },
	{ "transportable-snapshot-id", XN_TEXT, XN_RO, 0, "empty here", XN_QUIET,
		.sql = "''" },
	{ "snapshot-info", XN_TEXT, XN_RO, 0, "empty here", .sql = "''" },
	{ "parent", XN_REF, XN_RO, 0, "the snapshot it was reverted to; none here",
		.sql = "NULL" },
	{ "children", XN_TEXT, XN_RO, 0, "none here", .sql = "''" },
	{ "is-control-domain", XN_BOOL, XN_RO, F(is_control_domain),
		"the host's own domain; none here", XN_PASSING | XN_KEPT },
	{ "power-state", XN_ENUM, XN_RO, F(power_state), "what the guest does",
		XN_LISTED | XN_PASSING, .initial = "halted",
		.choices = "halted|paused|running|suspended" },
	{ "memory-actual", XN_INT, XN_RO, 0, "bytes; no hypervisor tells", .sql = "0" },
	{ "memory-target", XN_TEXT, XN_RO, 0, "bytes; no hypervisor tells", XN_EXPENSIVE,
		.sql = "iif(power_state IN ('halted', 'suspended'), '0', '<unknown>')" },
	{ "memory-overhead", XN_INT, XN_RO, 0, "bytes; no hypervisor tells", .sql = "0" },
	{ "memory-static-max", XN_INT, XN_RW, F(memory_static_max), "bytes",
		XN_BYTES | XN_KEPT, .initial = MEMORY_MAX },
	{ "memory-dynamic-max", XN_INT, XN_RW, F(memory_dynamic_max), "bytes",
		XN_BYTES | XN_KEPT, .initial = MEMORY_MAX },
	{ "memory-dynamic-min", XN_INT, XN_RW, F(memory_dynamic_min), "bytes",
		XN_BYTES | XN_KEPT, .initial = MEMORY_MIN },
	{ "memory-static-min", XN_INT, XN_RW, F(memory_static_min), "bytes",
		XN_BYTES | XN_KEPT, .initial = MEMORY_MIN },
	NO_OBJECT("suspend-VDI-uuid", "VDI", "disk of its memory; none here"),
	NO_OBJECT("suspend-SR-uuid", "SR", "storage for that disk; none here"),
	{ "VCPUs-params", XN_MAP, XN_RW, F(vcpus_params), "weight, cap, mask", XN_KEPT },
	{ "VCPUs-max", XN_INT, XN_RW, F(vcpus_max), "virtual CPUs", XN_KEPT,
		.initial = "1", .min = 1, .max = INT32_MAX },
	{ "VCPUs-at-startup", XN_INT, XN_RW, F(vcpus_at_startup), "virtual CPUs", XN_KEPT,
		.initial = "1", .min = 1, .max = INT32_MAX },
	{ "actions-after-shutdown", XN_ENUM, XN_RW, F(after_shutdown),
		"what then happens", XN_KEPT, .initial = "Destroy", .choices = EVENTS },
	{ "actions-after-softreboot", XN_ENUM, XN_RW, F(after_softreboot),
		"what then happens", XN_KEPT, .initial = "Restart",
		.choices = EVENTS "|Soft_reboot" },
	{ "actions-after-reboot", XN_ENUM, XN_RW, F(after_reboot), "what then happens",
		XN_KEPT, .initial = "Restart", .choices = EVENTS },
	{ "actions-after-crash", XN_ENUM, XN_RW, F(after_crash), "what then happens",
		XN_KEPT, .initial = "Restart", .choices = EVENTS },
	{ "console-uuids", XN_SET, XN_RO, 0, "consoles; none here", .sql = "'[]'" },
	{ "hvm", XN_BOOL, XN_RO, 0, "as a hypervisor would report it", .sql = "0" },
	{ "nomigrate", XN_BOOL, XN_RO, 0, "as a hypervisor would report it", XN_QUIET,
		.sql = "0" },
	{ "nested-virt", XN_BOOL, XN_RO, 0, "as a hypervisor would report it", XN_QUIET,
		.sql = "0" },
	{ "platform", XN_MAP, XN_RW, F(platform), "settings of the virtual machine",
		XN_KEPT },
	{ "numa-optimised", XN_BOOL, XN_RO, 0, "as a hypervisor would report it",
		.sql = "0" },
	{ "numa-nodes", XN_INT, XN_RO, 0, "as a hypervisor would report it", .sql = "0" },
	{ "numa-node-memory", XN_MAP, XN_RO, 0, "as a hypervisor would report it",
		.sql = "'{}'" },
	{ "allowed-operations", XN_SET, XN_RO, 0, "what can be done to it now",
		.sql = "(SELECT CASE iif(is_a_template, 'template', power_state)"
		       " WHEN 'template' THEN iif(is_default_template, "
		       "'[\"clone\",\"copy\"]', '[\"clone\",\"copy\",\"destroy\"]')"
		       " WHEN 'halted' THEN '[\"start\",\"clone\",\"copy\",\"destroy\"]'"
		       " WHEN 'running' THEN '[\"clean_shutdown\",\"hard_shutdown\","
		       "\"clean_reboot\",\"hard_reboot\",\"pause\",\"suspend\"]'"
		       " WHEN 'paused' THEN "
		       "'[\"unpause\",\"hard_shutdown\",\"hard_reboot\"]'"
		       " ELSE '[\"resume\",\"hard_shutdown\",\"destroy\"]' END)" },
	{ "current-operations", XN_SET, XN_RO, 0, "what is being done to it",
		.sql = "'[]'" },
	{ "blocked-operations", XN_MAP, XN_RW, F(blocked_operations),
		"operations that are refused, and why", XN_KEPT },
	{ "allowed-VBD-devices", XN_SET, XN_RO, 0, "disks; none here", XN_EXPENSIVE,
		.sql = "'[]'" },
	{ "allowed-VIF-devices", XN_SET, XN_RO, 0, "free device numbers up to 15",
		XN_EXPENSIVE,
		.sql = "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n"
		       " WHERE i < 15) SELECT json_group_array(CAST(i AS TEXT)) FROM n"
		       " WHERE i NOT IN (SELECT device FROM vif WHERE vm_uuid = "
		       "vm.uuid))" },
	{ "possible-hosts", XN_TEXT, XN_RO, 0, "hosts that could run it", XN_EXPENSIVE,
		.sql = "(SELECT group_concat(uuid, '; ') FROM host)" },
	{ "domain-type", XN_ENUM, XN_RW, F(domain_type), "kind of virtualisation",
		XN_KEPT, .initial = "unspecified",
		.choices = "hvm|pv|pv-in-pvh|pvh|unspecified" },
	{ "current-domain-type", XN_TEXT, XN_RO, 0, "as a hypervisor would report it",
		.sql = "'unspecified'" },
	{ "HVM-boot-policy", XN_TEXT, XN_RW, F(hvm_boot_policy), "how it boots",
		XN_KEPT },
	{ "HVM-boot-params", XN_MAP, XN_RW, F(hvm_boot_params), "how it boots", XN_KEPT },
	{ "HVM-shadow-multiplier", XN_TEXT, XN_RW, F(hvm_shadow_multiplier),
		"kept for scripts", XN_KEPT, .initial = "1.000" },
	{ "NVRAM", XN_MAP, XN_RW, F(nvram), "kept for scripts", XN_QUIET | XN_KEPT },
	{ "PV-kernel", XN_TEXT, XN_RW, F(pv_kernel), "kernel", XN_KEPT },
	{ "PV-ramdisk", XN_TEXT, XN_RW, F(pv_ramdisk), "initial ramdisk", XN_KEPT },
	{ "PV-args", XN_TEXT, XN_RW, F(pv_args), "kernel arguments", XN_KEPT },
	{ "PV-legacy-args", XN_TEXT, XN_RW, F(pv_legacy_args), "kernel arguments",
		XN_KEPT },
	{ "PV-bootloader", XN_TEXT, XN_RW, F(pv_bootloader), "boot loader", XN_KEPT },
	{ "PV-bootloader-args", XN_TEXT, XN_RW, F(pv_bootloader_args), "its arguments",
		XN_KEPT },
	{ "last-boot-CPU-flags", XN_TEXT, XN_RO, 0, "empty here", .sql = "''" },
	{ "last-boot-record", XN_TEXT, XN_RO, 0, "empty here", XN_EXPENSIVE,
		.sql = "''''''" },
	{ "resident-on", XN_REF, XN_RO, F(resident_on), "host that runs it",
		XN_PASSING | XN_OPTIONAL, .ref = "host" },
	{ "affinity", XN_REF, XN_RW, F(affinity), "preferred host", XN_OPTIONAL,
		.ref = "host" },
	{ "other-config", XN_MAP, XN_RW, F(other_config),
		"settings: mac_seed, vif-naming, those of VIFs, and free ones" },
	{ "dom-id", XN_INT, XN_RO, F(dom_id), "number of its domain, or -1",
		XN_PASSING | XN_NOT_ZERO, .initial = "-1", .min = -1, .max = XN_DOMAINS },
	{ "recommendations", XN_TEXT, XN_RO, 0, "empty here", .sql = "''" },
	{ "xenstore-data", XN_MAP, XN_RW, F(xenstore_data), "kept for scripts", XN_KEPT },
	{ "ha-always-run", XN_BOOL, XN_RW, F(ha_always_run), "kept for scripts",
		XN_DEPRECATED | XN_KEPT },
	{ "ha-restart-priority", XN_TEXT, XN_RW, F(ha_restart_priority),
		"restart, best-effort or empty; kept for scripts", XN_KEPT },
	{ "blobs", XN_TEXT, XN_RO, 0, "none here", .sql = "''" },
	{ "start-time", XN_TEXT, XN_RO, F(start_time), "when it was started", XN_PASSING,
		.initial = "19700101T00:00:00Z" },
	{ "install-time", XN_TEXT, XN_RO, F(install_time), "when vm-install made it",
		XN_KEPT, .initial = NEVER },
	{ "VCPUs-number", XN_INT, XN_RO, 0, "as a hypervisor would report it",
		.sql = "0" },
	{ "VCPUs-utilisation", XN_MAP, XN_RO, 0, "as a hypervisor would report it",
		XN_EXPENSIVE, .sql = "'{}'" },
	GUEST_MAP("os-version"),
	GUEST_MAP("netbios-name"),
	GUEST_MAP("PV-drivers-version"),
	{ "PV-drivers-up-to-date", XN_TEXT, XN_RO, 0, REPORTED, XN_DEPRECATED,
		.sql = UNREPORTED },
	GUEST_MAP("memory"),
	GUEST_MAP("disks"),
	{ "VBDs", XN_SET, XN_RO, 0, "disks; none here", .sql = "'[]'" },
	GUEST_MAP("networks"),
	GUEST_MAP("services"),
	GUEST_TEXT("PV-drivers-detected"),
	GUEST_MAP("other"),
	GUEST_TEXT("live"),
	GUEST_TEXT("guest-metrics-last-updated"),
	GUEST_TEXT("can-use-hotplug-vbd"),
	GUEST_TEXT("can-use-hotplug-vif"),
	{ "cooperative", XN_BOOL, XN_RO, 0, "always true, as in XenServer",
		XN_EXPENSIVE | XN_DEPRECATED, .sql = "1" },
	{ "tags", XN_SET, XN_RW, F(tags), "labels of the user's own",
		XN_COMMAS | XN_KEPT },
	NO_OBJECT("appliance", "VM_appliance", "its appliance; none here"),
	{ "groups", XN_TEXT, XN_RW, 0, "its groups; none here", XN_FIXED,
		.ref = "VM_group", .sql = "''" },
	{ "secureboot-certificates-state", XN_TEXT, XN_RO, 0, "ok: no update is due",
		.sql = "'ok'" },
	NO_OBJECT("snapshot-schedule", "VMSS", "its schedule; none here"),
	{ "is-vmss-snapshot", XN_BOOL, XN_RO, 0, "made by a schedule; none here",
		.sql = "0" },
	{ "start-delay", XN_INT, XN_RW, F(start_delay), "seconds", XN_KEPT },
	{ "shutdown-delay", XN_INT, XN_RW, F(shutdown_delay), "seconds", XN_KEPT },
	{ "order", XN_INT, XN_RW, F(order), "place in a start-up sequence", XN_KEPT },
	{ "version", XN_INT, XN_RO, 0, "0 here", .sql = "0" },
	{ "generation-id", XN_TEXT, XN_RO, 0, "empty here", .sql = "''" },
	{ "hardware-platform-version", XN_INT, XN_RO, 0, "0 here", .sql = "0" },
	{ "has-vendor-device", XN_BOOL, XN_RW, F(has_vendor_device), "kept for scripts",
		XN_KEPT },
	{ "requires-reboot", XN_BOOL, XN_RO, 0, "no updates here ask for one",
		.sql = "0" },
	{ "reference-label", XN_TEXT, XN_RO, F(reference_label),
		"the built-in template that it comes from", XN_KEPT },
	{ "bios-strings", XN_MAP, XN_RO, F(bios_strings), "kept for scripts",
		XN_SETTABLE | XN_KEPT },
	{ "libvirt-XML", XN_TEXT, XN_HIDDEN, F(libvirt_xml), "the domain it came from",
		XN_WANTED, .written_if = "libvirt_xml <> ''" },
	{ "pending-guidances", XN_TEXT, XN_RO, 0, "none here", .sql = "''" },
	{ "vtpms", XN_TEXT, XN_RO, 0, "none here", .sql = "''" },
	{ "pending-guidances-recommended", XN_TEXT, XN_RO, 0, "none here", .sql = "''" },
	{ "pending-guidances-full", XN_TEXT, XN_RO, 0, "none here", .sql = "''" },
	{ NULL },
};
