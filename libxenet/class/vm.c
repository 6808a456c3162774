/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/vm.h"

#include <string.h>

#include "base/parse.h"
#include "class/vif.h"

int xn_vm_new_seed(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
{
	char seed[XN_UUID_SIZE];

	xn_uuid_new(seed);
	return xn_map_set(m, &vm->other_config, "mac_seed", seed, err);
}

int xn_vm_make(struct xn_model *m, struct xn_vm **ret, struct xenet_error *err)
{
	int r = xn_new(m, &xn_vm_class, ret, err);

	return r < 0 ? r : xn_vm_new_seed(m, *ret, err);
}

int xn_vm_is_default_template(
	struct xn_model *m, const struct xn_vm *vm, bool *ret, struct xenet_error *err)
{
	const char *mark;
	int r = xn_map_get(m, vm->other_config, "default_template", &mark, err);

	if (r == 0)
		*ret = vm->is_default_template || (mark && strcmp(mark, "true") == 0);
	return r;
}

int xn_vm_check_state(struct xn_model *m, const struct xn_vm *vm, const char *expected,
	struct xenet_error *err)
{
	const char *at = strstr(expected, vm->power_state);

	if (at)
		return 0;
	return xn_fail(err, XENET_E_VM_BAD_POWER_STATE, xn_show(m, &vm->o), expected,
		vm->power_state);
}

int xn_vm_destroy(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
{
	struct xn_object **vifs;
	bool is_default = false;
	int r = xn_vm_check_operation(m, vm, "destroy", "halted, suspended", err);

	if (r == 0)
		r = xn_vm_is_default_template(m, vm, &is_default, err);
	if (r == 0 && is_default)
		return xn_fail(err, XENET_E_VM_CANNOT_DELETE_DEFAULT_TEMPLATE,
			xn_show(m, &vm->o));
	if (r == 0)
		r = xn_find_all(m, &xn_vif_class, "vm-uuid", vm->o.uuid, &vifs, err);
	for (size_t i = 0; r == 0 && vifs[i]; i++)
		xn_delete(vifs[i]);
	if (r == 0)
		xn_delete(vm);
	return r;
}

static int check_affinity(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
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

static int check_blocked(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
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

static int check_vcpus_params(
	struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
{
	const char *bad;
	int r = xn_sql_text(m, &bad, err,
		"SELECT key FROM json_each(?1) WHERE key NOT IN ('weight', 'cap', "
		"'mask')",
		XN_PARAMS(vm->vcpus_params));

	return r == 0 && bad ? xn_fail(err, XENET_E_ENUM_INVALID, "VCPUs-params", bad,
				       "weight|cap|mask")
			     : r;
}

/* Kept as XenServer prints it. */
static int check_multiplier(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
{
	const char *text;
	int r = xn_sql_text(m, &text, err,
		"SELECT printf('%.3f', ?1) WHERE json_valid(?1)"
		" AND json_type(?1) IN ('integer', 'real')"
		" AND CAST(?1 AS REAL) BETWEEN 1 AND 1000000",
		XN_PARAMS(vm->hvm_shadow_multiplier));

	if (r == 0 && !text)
		return xn_fail(err, XENET_E_INTEGER_INVALID, "HVM-shadow-multiplier",
			vm->hvm_shadow_multiplier, "a decimal number from 1");
	if (r == 0)
		vm->hvm_shadow_multiplier = text;
	return r;
}

static int check_priority(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
{
	const char *priority = vm->ha_restart_priority;

	(void)m;
	if (!priority[0] || strcmp(priority, "restart") == 0 ||
		strcmp(priority, "best-effort") == 0)
		return 0;
	return xn_fail(err, XENET_E_INVALID_VALUE, "ha_restart_priority", priority);
}

/* Who is running neither becomes a template nor is one. */
static int check_template(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
{
	return vm->o.past || vm->is_a_template ? xn_vm_check_state(m, vm, "halted", err)
					       : 0;
}

static int check_settings(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
{
	int r = xn_go_on(m, xn_vif_check_naming(m, vm->other_config, err), err);

	return r < 0 ? r : xn_vif_check_tap(m, vm->other_config, err);
}

/* What a field that has been set may hold. */
static int vm_check(struct xn_model *m, struct xn_object *object, struct xenet_error *err)
{
	static const struct {
		const char *field;
		int (*check)(
			struct xn_model *m, struct xn_vm *vm, struct xenet_error *err);
	} rules[] = {
		{ "affinity", check_affinity },
		{ "VCPUs-params", check_vcpus_params },
		{ "blocked-operations", check_blocked },
		{ "HVM-shadow-multiplier", check_multiplier },
		{ "ha-restart-priority", check_priority },
		{ "is-a-template", check_template },
		{ "other-config", check_settings },
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && r == 0; i++)
		if (xn_changed(object, rules[i].field))
			r = xn_go_on(
				m, rules[i].check(m, (struct xn_vm *)object, err), err);
	return r;
}

static const struct xn_key keys[] = {
	{ { "name-label" }, false, true },
	{ { NULL } },
};

const struct xenet_class xn_vm_class = {
	.name = "vm",
	.type_name = "VM",
	.summary = "the record of a guest that some hypervisor runs",
	.size = sizeof(struct xn_vm),
	.fields = xn_vm_fields,
	.verbs = xn_vm_verbs,
	.common_list = true,
	.templates = "false",
	.keys = keys,
	.built_in = "is_default_template",
	.check = vm_check,
};

const struct xenet_class xn_template_class = {
	.name = "template",
	.type_name = "VM",
	.summary = "a VM that others are made from, with vm-install or vm-clone",
	.fields = xn_vm_fields,
	.verbs = xn_no_verbs,
	.templates = "true",
	.columns = "uuid,name-label,name-description",
	.of = &xn_vm_class,
};
