/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <time.h>

#include "base/parse.h"
#include "class/host.h"
#include "class/vif.h"
#include "class/vm.h"
#include "model/query.h"
#include "model/reply.h"

/* Domain numbers as Xen gives them: 1 to 32751, counted up (DOMID_FIRST_RESERVED). */
enum {
	DOMAINS = 32751
};

static int create(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_vm *vm;
	char seed[XN_UUID_SIZE];
	int r = xn_new(m, &xn_vm_class, &vm, err);

	(void)none;
	if (r < 0)
		return r;
	vm->name_label = xn_arg(req, "name-label");
	vm->name_description = xn_arg_or_empty(req, "name-description");
	xn_uuid_new(seed);
	r = xn_map_set(m, &vm->other_config, "mac_seed", seed, err);
	return r < 0 ? r : xn_reply_add_value(reply, vm->o.uuid, err);
}

/* A blocked operation is refused before anything else is looked at. */
static int check_operation(struct xn_model *m, const struct xn_vm *vm,
	const char *operation, const char *states, struct xenet_error *err)
{
	const char *reason;
	int r = xn_map_get(m, vm->blocked_operations, operation, &reason, err);

	if (r < 0)
		return r;
	if (reason)
		return xn_fail(
			err, XENET_E_OPERATION_BLOCKED, xn_show(m, &vm->o), reason);
	r = xn_vm_check_state(m, vm, states, err);
	if (r == 0 && vm->is_a_template)
		return xn_fail(
			err, XENET_E_VM_IS_TEMPLATE, xn_show(m, &vm->o), operation);
	return r;
}

static int next_domain(struct xn_model *m, int64_t *ret, struct xenet_error *err)
{
	const char *taken = "";

	while (taken) {
		int r = xn_sql_next(m, "domain", ret, err);

		*ret = *ret % DOMAINS + 1;
		if (r == 0)
			r = xn_sql_text(m, &taken, err,
				"SELECT uuid FROM vm WHERE dom_id = ?1",
				XN_PARAMS(xn_printf(m->arena, "%d", (int)*ret)));
		if (r < 0)
			return r;
	}
	return 0;
}

static const char *now(struct xn_model *m)
{
	time_t seconds = time(NULL);
	struct tm utc;
	char text[32];

	gmtime_r(&seconds, &utc);
	strftime(text, sizeof(text), "%Y%m%dT%H:%M:%SZ", &utc);
	return xn_strdup(m->arena, text);
}

/* Every VIF of the VM, by one of xn_vif_attach and xn_vif_detach. */
static int for_each_vif(struct xn_model *m, const struct xn_vm *vm,
	int (*act)(struct xn_model *m, struct xn_vif *vif, struct xenet_error *err),
	bool plugged, struct xenet_error *err)
{
	struct xn_object **vifs;
	int r = xn_find_all(m, &xn_vif_class, "vm-uuid", vm->o.uuid, &vifs, err);

	for (size_t i = 0; r == 0 && vifs[i]; i++)
		if (((struct xn_vif *)vifs[i])->plugged == plugged)
			r = act(m, (struct xn_vif *)vifs[i], err);
	return r;
}

static int check_host(struct xn_model *m, const char *name, struct xenet_error *err)
{
	const char *host;
	int r = xn_sql_text(m, &host, err,
		"SELECT uuid FROM host WHERE uuid = ?1 OR name_label = ?1",
		XN_PARAMS(name));

	return r == 0 && !host ? xn_fail(err, XENET_E_HOST_NOT_FOUND, name) : r;
}

static int start(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_vm *vm = (struct xn_vm *)object;
	bool paused;
	int r = xn_arg_bool(req, "paused", false, &paused, err);

	(void)reply;
	if (r == 0 && xn_arg(req, "on"))
		r = check_host(m, xn_arg(req, "on"), err);
	if (r == 0)
		r = check_operation(m, vm, "start", "halted", err);
	if (r == 0)
		r = next_domain(m, &vm->dom_id, err);
	if (r < 0)
		return r;
	vm->power_state = paused ? "paused" : "running";
	vm->resident_on = m->host_uuid;
	vm->start_time = now(m);
	return vm->start_time ? for_each_vif(m, vm, xn_vif_attach, false, err)
			      : xn_no_memory(err);
}

static int shut_down(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_vm *vm = (struct xn_vm *)object;
	bool force;
	int r = xn_arg_bool(req, "force", false, &force, err);

	(void)reply;
	if (r == 0)
		r = force ? check_operation(m, vm, "hard_shutdown",
				    "paused, suspended, running", err)
			  : check_operation(m, vm, "clean_shutdown", "running", err);
	if (r == 0)
		r = for_each_vif(m, vm, xn_vif_detach, true, err);
	if (r < 0)
		return r;
	vm->power_state = "halted";
	vm->dom_id = -1;
	vm->resident_on = NULL;
	return 0;
}

static int destroy(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_vm *vm = (struct xn_vm *)object;
	struct xn_object **vifs;
	int r = check_operation(m, vm, "destroy", "halted, suspended", err);

	(void)req;
	(void)reply;
	if (r == 0)
		r = xn_find_all(m, &xn_vif_class, "vm-uuid", object->uuid, &vifs, err);
	for (size_t i = 0; r == 0 && vifs[i]; i++)
		xn_delete(vifs[i]);
	if (r == 0)
		xn_delete(vm);
	return r;
}

/* The VIFs of the selected VM, with the columns that xe shows here. */
static int list_vifs(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	static const char columns[] =
		"uuid,vm-name-label,device,MAC,network-uuid,network-name-label";
	const char *params = xn_arg(req, "params");
	struct xn_query query;
	int r = xn_query_start(m, &query, &xn_vif_class, err);

	if (r == 0)
		r = xn_query_columns(m, &query, params ? params : columns, err);
	if (r == 0)
		r = xn_query_filter(m, &query, "vm-uuid", object->uuid, err);
	return r < 0 ? r : xn_query_run(m, &query, reply, err);
}

static const struct xn_param create_params[] = {
	{ "name-label", true, "name of the VM" },
	{ "name-description", false, "description" },
	{ NULL },
};

static const struct xn_param destroy_params[] = {
	{ "uuid", true, "the VM" },
	{ NULL },
};

static const struct xn_param start_params[] = {
	{ "force", false, "has no effect here" },
	{ "on", false, "uuid or name-label of the host" },
	{ "paused", false, "leave it paused" },
	{ NULL },
};

static const struct xn_param shutdown_params[] = {
	{ "force", false, "in any state, without asking the guest" },
	{ NULL },
};

const struct xenet_verb xn_vm_verbs[] = {
	{ "create", XN_CHANGES, create_params, "Create the record of a VM. It is halted.",
		XN_UNLISTED, .run = create },
	{ "destroy", XN_CHANGES, destroy_params,
		"Destroy the record of a VM that does not run. Its VIFs go with it.",
		.run = destroy },
	{ "start", XN_CHANGES, start_params,
		"Give VMs a domain number and attach their VIFs. A hypervisor runs the "
		"guest.",
		XN_COMMON | XN_BY_VM, .run = start },
	{ "shutdown", XN_CHANGES, shutdown_params,
		"Detach the VIFs of VMs and halt them.", XN_COMMON | XN_BY_VM,
		.run = shut_down },
	{ "vif-list", XN_READS, NULL, "List the VIFs of VMs.",
		XN_COMMON | XN_BY_VM | XN_MULTIPLE, .run = list_vifs },
	{ NULL },
};
