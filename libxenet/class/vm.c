/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/vm.h"

#include <string.h>

#define F(member) offsetof(struct xn_vm, member)

/* 256 and 128 MiB, as vm-create of XenServer gives. */
#define MEMORY_MAX "268435456"
#define MEMORY_MIN "134217728"

#define EVENTS "Destroy|Restart|Preserve|Coredump_and_destroy|Coredump_and_restart"

/*
 * A VM here is the record of a guest that some hypervisor runs. What only XenServer's own
 * guests have (disks, snapshots, guest metrics, HA) is left out; what scripts store
 * and read back is kept.
 */
static const struct xenet_field fields[] = {
	{ "uuid", XN_UUID, XN_RO, F(o.uuid), "unique identifier", XN_LISTED },
	{ "name-label", XN_TEXT, XN_RW, F(name_label), "name; need not be unique",
		XN_LISTED },
	{ "name-description", XN_TEXT, XN_RW, F(name_description), "description" },
	{ "user-version", XN_INT, XN_RW, F(user_version), "version of the user's own",
		.initial = "1" },
	{ "is-a-template", XN_BOOL, XN_RW, F(is_a_template), "a template, not a VM" },
	{ "is-default-template", XN_BOOL, XN_RW, F(is_default_template),
		"a template that came with xenet" },
	{ "is-a-snapshot", XN_BOOL, XN_RO, F(is_a_snapshot), "a snapshot; none here" },
	{ "is-control-domain", XN_BOOL, XN_RO, F(is_control_domain),
		"the host's own domain; none here" },
	{ "power-state", XN_ENUM, XN_RO, F(power_state), "what the guest does", XN_LISTED,
		.initial = "halted", .choices = "halted|paused|running|suspended" },
	{ "memory-static-max", XN_INT, XN_RW, F(memory_static_max), "bytes", XN_BYTES,
		.initial = MEMORY_MAX },
	{ "memory-dynamic-max", XN_INT, XN_RW, F(memory_dynamic_max), "bytes", XN_BYTES,
		.initial = MEMORY_MAX },
	{ "memory-dynamic-min", XN_INT, XN_RW, F(memory_dynamic_min), "bytes", XN_BYTES,
		.initial = MEMORY_MIN },
	{ "memory-static-min", XN_INT, XN_RW, F(memory_static_min), "bytes", XN_BYTES,
		.initial = MEMORY_MIN },
	{ "VCPUs-params", XN_MAP, XN_RW, F(vcpus_params), "weight, cap, mask" },
	{ "VCPUs-max", XN_INT, XN_RW, F(vcpus_max), "virtual CPUs", .initial = "1" },
	{ "VCPUs-at-startup", XN_INT, XN_RW, F(vcpus_at_startup), "virtual CPUs",
		.initial = "1" },
	{ "actions-after-shutdown", XN_ENUM, XN_RW, F(after_shutdown),
		"what then happens", .initial = "Destroy", .choices = EVENTS },
	{ "actions-after-softreboot", XN_ENUM, XN_RW, F(after_softreboot),
		"what then happens", .initial = "Restart",
		.choices = EVENTS "|Soft_reboot" },
	{ "actions-after-reboot", XN_ENUM, XN_RW, F(after_reboot), "what then happens",
		.initial = "Restart", .choices = EVENTS },
	{ "actions-after-crash", XN_ENUM, XN_RW, F(after_crash), "what then happens",
		.initial = "Restart", .choices = EVENTS },
	{ "console-uuids", XN_SET, XN_RO, 0, "consoles; none here", .sql = "'[]'" },
	{ "platform", XN_MAP, XN_RW, F(platform), "settings of the virtual machine" },
	{ "allowed-operations", XN_SET, XN_RO, 0, "what can be done to it now",
		.sql = "(SELECT CASE power_state"
		       " WHEN 'halted' THEN '[\"start\",\"clone\",\"copy\",\"destroy\"]'"
		       " WHEN 'running' THEN '[\"clean_shutdown\",\"hard_shutdown\","
		       "\"clean_reboot\",\"hard_reboot\",\"pause\",\"suspend\"]'"
		       " WHEN 'paused' THEN "
		       "'[\"unpause\",\"hard_shutdown\",\"hard_reboot\"]'"
		       " ELSE '[\"resume\",\"hard_shutdown\",\"destroy\"]' END)" },
	{ "current-operations", XN_SET, XN_RO, 0, "what is being done to it",
		.sql = "'[]'" },
	{ "blocked-operations", XN_MAP, XN_RW, F(blocked_operations),
		"operations that are refused, and why" },
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
		.initial = "unspecified", .choices = "hvm|pv|pv-in-pvh|pvh|unspecified" },
	{ "HVM-boot-policy", XN_TEXT, XN_RW, F(hvm_boot_policy), "how it boots" },
	{ "HVM-boot-params", XN_MAP, XN_RW, F(hvm_boot_params), "how it boots" },
	{ "PV-kernel", XN_TEXT, XN_RW, F(pv_kernel), "kernel" },
	{ "PV-ramdisk", XN_TEXT, XN_RW, F(pv_ramdisk), "initial ramdisk" },
	{ "PV-args", XN_TEXT, XN_RW, F(pv_args), "kernel arguments" },
	{ "PV-legacy-args", XN_TEXT, XN_RW, F(pv_legacy_args), "kernel arguments" },
	{ "PV-bootloader", XN_TEXT, XN_RW, F(pv_bootloader), "boot loader" },
	{ "PV-bootloader-args", XN_TEXT, XN_RW, F(pv_bootloader_args), "its arguments" },
	{ "resident-on", XN_REF, XN_RO, F(resident_on), "host that runs it",
		.ref = "host" },
	{ "affinity", XN_REF, XN_RW, F(affinity), "preferred host", .ref = "host" },
	{ "other-config", XN_MAP, XN_RW, F(other_config),
		"settings: mac_seed, and free ones" },
	{ "dom-id", XN_INT, XN_RO, F(dom_id), "number of its domain, or -1",
		.initial = "-1" },
	{ "xenstore-data", XN_MAP, XN_RW, F(xenstore_data), "kept for scripts" },
	{ "start-time", XN_TEXT, XN_RO, F(start_time), "when it was started",
		.initial = "19700101T00:00:00Z" },
	{ "networks", XN_MAP, XN_RO, 0, "addresses that the guest reports; none here",
		XN_ABSENT, .sql = "'{}'" },
	{ "can-use-hotplug-vif", XN_TEXT, XN_RO, 0, "reported by the guest; never here",
		.sql = "'<not in database>'" },
	{ "tags", XN_SET, XN_RW, F(tags), "labels of the user's own", XN_COMMAS },
	{ "start-delay", XN_INT, XN_RW, F(start_delay), "seconds" },
	{ "shutdown-delay", XN_INT, XN_RW, F(shutdown_delay), "seconds" },
	{ "order", XN_INT, XN_RW, F(order), "place in a start-up sequence" },
	{ "has-vendor-device", XN_BOOL, XN_RW, F(has_vendor_device), "kept for scripts" },
	{ "bios-strings", XN_MAP, XN_RO, F(bios_strings), "kept for scripts",
		XN_SETTABLE },
	{ NULL },
};

int xn_vm_check_state(struct xn_model *m, const struct xn_vm *vm, const char *expected,
	struct xenet_error *err)
{
	const char *at = strstr(expected, vm->power_state);

	if (at)
		return 0;
	return xn_fail(err, XENET_E_VM_BAD_POWER_STATE, xn_show(m, &vm->o), expected,
		vm->power_state);
}

static int check_affinity(
	struct xn_model *m, const struct xn_vm *vm, struct xenet_error *err)
{
	struct xn_object *host;

	return vm->affinity
		       ? xn_get(m, xenet_class_find("host"), vm->affinity, &host, err)
		       : 0;
}

/* The operations of a VM that XenServer knows, as far as somebody could ask for them. */
static const char operations[] =
	"[\"snapshot\",\"clone\",\"copy\",\"create_template\",\"revert\",\"checkpoint\","
	"\"snapshot_with_quiesce\",\"provision\",\"start\",\"start_on\",\"pause\","
	"\"unpause\","
	"\"clean_shutdown\",\"clean_reboot\",\"hard_shutdown\",\"power_state_reset\","
	"\"hard_reboot\",\"suspend\",\"csvm\",\"resume\",\"resume_on\",\"pool_migrate\","
	"\"migrate_send\",\"get_boot_record\",\"send_sysrq\",\"send_trigger\","
	"\"query_services\",\"shutdown\",\"call_plugin\",\"changing_memory_live\","
	"\"changing_dynamic_range\",\"changing_static_range\",\"changing_VCPUs\","
	"\"changing_VCPUs_live\",\"make_into_template\",\"export\",\"metadata_export\","
	"\"destroy\"]";

static int check_blocked(
	struct xn_model *m, const struct xn_vm *vm, struct xenet_error *err)
{
	const char *bad;
	int r = xn_sql_text(m, &bad, err,
		"SELECT key FROM json_each(?1)"
		" WHERE key NOT IN (SELECT value FROM json_each(?2))",
		XN_PARAMS(vm->blocked_operations, operations));

	return r == 0 && bad
		       ? xn_fail(err, XENET_E_INVALID_VALUE, "blocked_operation", bad)
		       : r;
}

static int vm_check(struct xn_model *m, struct xn_object *object, struct xenet_error *err)
{
	const struct xn_vm *vm = (struct xn_vm *)object;
	int r = 0;

	if (xn_changed(vm, "affinity"))
		r = check_affinity(m, vm, err);
	if (r == 0 && object->past && xn_changed(vm, "blocked-operations"))
		r = check_blocked(m, vm, err);
	if (r == 0 && object->past && xn_changed(vm, "is-a-template"))
		r = xn_vm_check_state(m, vm, "halted", err);
	return r;
}

const struct xenet_class xn_vm_class = {
	.name = "vm",
	.type_name = "VM",
	.summary = "the record of a guest that some hypervisor runs",
	.size = sizeof(struct xn_vm),
	.fields = fields,
	.verbs = xn_vm_verbs,
	.common_list = true,
	.hides_templates = true,
	.check = vm_check,
};
