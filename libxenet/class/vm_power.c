/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "class/drift.h"
#include "class/host.h"
#include "class/vif.h"
#include "class/vm.h"

/* What becomes of the VM's domain, and with it of its VIFs. */
enum domain {
	KEEPS,
	GETS, /* a new one: VIFs are attached */
	ENDS, /* VIFs are detached            */
};

/* One row a verb: the operation, as blocked-operations calls it, and the states that it
 * starts from (errors.tsv of xe: VM_BAD_POWER_STATE), asked for and forced. */
static const struct change {
	const char *verb;
	const char *operation, *from;
	const char *forced, *forced_from; /* NULL: --force makes no difference */
	const char *to;
	enum domain domain;
} changes[] = {
	{ "start", "start", "halted", NULL, NULL, "running", GETS },
	{ "shutdown", "clean_shutdown", "running", "hard_shutdown",
		"paused, suspended, running", "halted", ENDS },
	{ "reboot", "clean_reboot", "running", "hard_reboot", "paused, running",
		"running", KEEPS },
	{ "suspend", "suspend", "running", NULL, NULL, "suspended", ENDS },
	{ "resume", "resume", "suspended", NULL, NULL, "running", GETS },
	{ "pause", "pause", "running", NULL, NULL, "paused", KEEPS },
	{ "unpause", "unpause", "paused", NULL, NULL, "running", KEEPS },
	{ "reset-powerstate", NULL, NULL, "power_state_reset",
		"halted, paused, suspended, running", "halted", ENDS },
};

/* A template is there to be copied; one of the user's own may be destroyed. */
static int check_template(struct xn_model *m, const struct xn_vm *vm,
	const char *operation, struct xenet_error *err)
{
	bool is_default = false;
	int r = xn_vm_is_default_template(m, vm, &is_default, err);

	if (r < 0 || strcmp(operation, "clone") == 0 || strcmp(operation, "copy") == 0 ||
		(strcmp(operation, "destroy") == 0 && !is_default))
		return r;
	return xn_fail(err, XENET_E_VM_IS_TEMPLATE, xn_show(m, &vm->o), operation);
}

/* A blocked operation is refused before anything else is looked at. */
int xn_vm_check_operation(struct xn_model *m, const struct xn_vm *vm,
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
	return r == 0 && vm->is_a_template ? check_template(m, vm, operation, err) : r;
}

static int next_domain(struct xn_model *m, int64_t *ret, struct xenet_error *err)
{
	const char *taken = "";

	while (taken) {
		int r = xn_sql_next(m, "domain", ret, err);

		*ret = *ret % XN_DOMAINS + 1;
		if (r == 0)
			r = xn_sql_text(m, &taken, err,
				"SELECT uuid FROM vm WHERE dom_id = ?1",
				XN_PARAMS(xn_printf(m->arena, "%d", (int)*ret)));
		if (r < 0)
			return r;
	}
	return 0;
}

const char *xn_now(struct xn_model *m)
{
	return xn_text_utc(m->arena, time(NULL));
}

static int compare_devices(const void *a, const void *b)
{
	const struct xn_vif *const *x = a, *const *y = b;

	return ((*x)->device > (*y)->device) - ((*x)->device < (*y)->device);
}

int xn_vm_find_vifs(struct xn_model *m, const struct xn_vm *vm, struct xn_object ***ret,
	struct xenet_error *err)
{
	int r = xn_find_all(m, &xn_vif_class, "vm-uuid", vm->o.uuid, ret, err);
	size_t n = 0;

	while (r == 0 && (*ret)[n])
		n++;
	if (n)
		qsort(*ret, n, sizeof(**ret), compare_devices);
	return r;
}

/* Every VIF of the VM, by one of xn_vif_attach and xn_vif_detach. */
static int for_each_vif(struct xn_model *m, const struct xn_vm *vm,
	int (*act)(struct xn_model *m, struct xn_vif *vif, struct xenet_error *err),
	bool plugged, struct xenet_error *err)
{
	struct xn_object **vifs;
	int r = xn_vm_find_vifs(m, vm, &vifs, err);

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

/* Another database may drive this namespace, and counts domains of its own. A device that
 * is not xenet's at all is left for the plan to refuse. */
static bool is_of_another_database(struct xn_model *m, const struct xn_link *link)
{
	const char *ours = xn_mark_prefix(m);

	return link && link->mark && ours && strncmp(link->mark, "xenet:", 6) == 0 &&
	       strncmp(link->mark, ours, strlen(ours)) != 0;
}

/* The devices that the VM's VIFs would have. */
static int name_devices(struct xn_model *m, const struct xn_vm *vm,
	struct xn_netstate *names, struct xenet_error *err)
{
	struct xn_object **vifs;
	int r = xn_vm_find_vifs(m, vm, &vifs, err);

	for (size_t i = 0; r == 0 && vifs[i]; i++) {
		const char *name = xn_vif_device_name(m, vm, (struct xn_vif *)vifs[i]);

		r = name && xn_link_add(names, name) ? 0 : xn_no_memory(err);
	}
	return r;
}

static int is_taken(
	struct xn_model *m, const struct xn_vm *vm, bool *ret, struct xenet_error *err)
{
	struct xn_netstate *names = xn_netstate_new(m->arena), *have;
	int r = names ? name_devices(m, vm, names, err) : xn_no_memory(err);

	*ret = false;
	if (r == 0 && names->links)
		r = m->observe(m, names, XN_DETAIL_NONE, &have, err);
	if (r < 0)
		return r;
	for (struct xn_link *name = names->links; name && !*ret; name = name->next)
		*ret = is_of_another_database(m, xn_link_find(have, name->name));
	return 0;
}

static int check_enabled(struct xn_model *m, struct xenet_error *err)
{
	struct xn_host *host;
	int r = xn_get(m, &xn_host_class, m->host_uuid, &host, err);

	return r == 0 && !host->enabled
		       ? xn_fail(err, XENET_E_HOST_DISABLED, xn_show(m, &host->o))
		       : r;
}

static int get_domain(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
{
	bool taken = true;
	int r = check_enabled(m, err);

	for (int i = 0; i < XN_DOMAINS && taken && r == 0; i++) {
		r = next_domain(m, &vm->dom_id, err);
		if (r == 0)
			r = is_taken(m, vm, &taken, err);
	}
	if (r < 0)
		return r;
	vm->resident_on = m->host_uuid;
	vm->start_time = xn_now(m);
	return vm->start_time ? for_each_vif(m, vm, xn_vif_attach, false, err)
			      : xn_no_memory(err);
}

int xn_vm_enter_domain(
	struct xn_model *m, struct xn_vm *vm, int64_t domain, struct xenet_error *err)
{
	int r = 0;

	if (vm->dom_id == -1)
		r = xn_vm_check_operation(m, vm, "start", "halted", err);
	if (r == 0)
		r = check_enabled(m, err);
	if (r < 0 || vm->dom_id == domain)
		return r;
	/* What it had in another one is over, or will be. */
	r = for_each_vif(m, vm, xn_vif_detach, true, err);
	if (r < 0)
		return r;
	vm->power_state = "running";
	vm->dom_id = domain;
	vm->resident_on = m->host_uuid;
	vm->start_time = xn_now(m);
	xn_touch(vm);
	return vm->start_time ? 0 : xn_no_memory(err);
}

int xn_vm_begin(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
{
	int r = xn_vm_check_operation(m, vm, "start", "halted, suspended", err);

	if (r < 0)
		return r;
	vm->power_state = "running";
	return get_domain(m, vm, err);
}

static int end_domain(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
{
	int r = for_each_vif(m, vm, xn_vif_detach, true, err);

	vm->dom_id = -1;
	vm->resident_on = NULL;
	return r;
}

int xn_vm_end(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
{
	vm->power_state = "halted";
	return end_domain(m, vm, err);
}

int xn_vm_halt(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err)
{
	int r = strcmp(vm->power_state, "halted") == 0
			? 0
			: xn_vm_check_operation(m, vm, "hard_shutdown",
				  "paused, suspended, running", err);

	return r < 0 ? r : xn_vm_end(m, vm, err);
}

static const struct change *find_change(const char *verb)
{
	const struct change *change = changes;

	while (strcmp(change->verb, verb) != 0)
		change++;
	return change;
}

/* Whether the VM is in a state that the change starts from. */
static int check_change(struct xn_model *m, const struct xenet_request *req,
	const struct change *change, const struct xn_vm *vm, struct xenet_error *err)
{
	bool force;
	int r = xn_arg_bool(req, "force", false, &force, err);

	if (r == 0 && xn_arg(req, "on"))
		r = check_host(m, xn_arg(req, "on"), err);
	if (r < 0)
		return r;
	if (!change->operation && !force)
		return xn_fail(err, XENET_E_FORCE_REQUIRED, req->verb->name);
	if (force && change->forced)
		return xn_vm_check_operation(
			m, vm, change->forced, change->forced_from, err);
	return xn_vm_check_operation(m, vm, change->operation, change->from, err);
}

int xn_vm_change_power(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct change *change = find_change(req->verb->name);
	struct xn_vm *vm = (struct xn_vm *)object;
	bool paused;
	int r = xn_arg_bool(req, "paused", false, &paused, err);

	(void)reply;
	if (r == 0)
		r = check_change(m, req, change, vm, err);
	if (r < 0)
		return r;
	vm->power_state = paused ? "paused" : change->to;
	if (change->domain == GETS)
		return get_domain(m, vm, err);
	return change->domain == ENDS ? end_domain(m, vm, err) : 0;
}
