/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/host.h"
#include "class/vif.h"
#include "class/vm.h"
#include "model/reply.h"

/* The one template that the condition finds. */
static int find_one(struct xn_model *m, const char *condition, const char *value,
	struct xn_vm **ret, struct xenet_error *err)
{
	const char *sql = xn_printf(
		m->arena, "SELECT uuid FROM vm WHERE is_a_template AND %s", condition);
	const char **uuids;
	int r = sql ? xn_sql_texts(m, &uuids, err, sql, XN_PARAMS(value))
		    : xn_no_memory(err);

	if (r < 0)
		return r;
	if (!uuids[0])
		return xn_fail(err, XENET_E_TEMPLATE_NOT_FOUND, value);
	if (uuids[1])
		return xn_fail(err, XENET_E_TEMPLATE_SEVERAL, value);
	return xn_get(m, &xn_vm_class, uuids[0], ret, err);
}

static int find_template(struct xn_model *m, const struct xenet_request *req,
	struct xn_vm **ret, struct xenet_error *err)
{
	static const struct {
		const char *key, *condition;
	} ways[] = {
		{ "template-uuid", "uuid = ?1" },
		{ "template", "(uuid = ?1 OR name_label = ?1)" },
		{ "template-name", "name_label = ?1" },
		{ "template-name-label", "name_label = ?1" },
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (xn_arg(req, ways[i].key))
			return find_one(
				m, ways[i].condition, xn_arg(req, ways[i].key), ret, err);
	return xn_fail(err, XENET_E_PARAMETER_NEEDED, "template");
}

int xn_vm_install(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_vm *template, *vm;
	struct xn_host *host;
	int r = find_template(m, req, &template, err);

	(void)none;
	if (r == 0 && xn_arg(req, "copy-bios-strings-from"))
		r = xn_arg_object(
			m, req, "copy-bios-strings-from", &xn_host_class, &host, err);
	if (r == 0)
		r = xn_vm_check_operation(m, template, "clone", "halted", err);
	if (r == 0)
		r = xn_vm_copy(m, req, template, &vm, err);
	if (r < 0)
		return r;
	vm->is_a_template = false;
	vm->install_time = xn_now(m);
	return vm->install_time ? xn_reply_add_value(reply, vm->o.uuid, err)
				: xn_no_memory(err);
}

int xn_vm_uninstall(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_vm *vm = (struct xn_vm *)object;
	int r = xn_vm_halt(m, vm, err);

	(void)req;
	(void)reply;
	return r < 0 ? r : xn_vm_destroy(m, vm, err);
}

static int add_item(struct xn_model *m, struct xenet_reply *reply, const char *kind,
	const char *text, struct xenet_error *err)
{
	const char *line = xn_printf(m->arena, "%-3s: %s", kind, text);

	return line ? xn_reply_add_value(reply, line, err) : xn_no_memory(err);
}

int xn_vm_uninstall_items(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_object **vifs;
	int r = add_item(m, reply, "VM", xn_show(m, object), err);

	(void)req;
	if (r == 0)
		r = xn_find_all(m, &xn_vif_class, "vm-uuid", object->uuid, &vifs, err);
	for (size_t i = 0; r == 0 && vifs[i]; i++)
		r = add_item(m, reply, "VIF", vifs[i]->uuid, err);
	return r;
}
