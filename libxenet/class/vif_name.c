/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/host.h"
#include "class/vif.h"
#include "class/vm.h"

/*
 * What a TAP is called, and its address on the host's side. It has both from its plug on: a
 * setting that changes later counts from the next plug. Names of Xen's manner follow from the
 * domain and are not recorded; names by uuid are, since a first choice may have been taken.
 */

/* Xen's back-end address: its first byte is so high that a bridge never takes it over. */
#define XEN_ADDRESS "fe:ff:ff:ff:ff:ff"

enum {
	NAME_DIGITS = 11, /* of the uuid, behind "tap" */
	UUID_LENGTH = 36
};

const char *xn_vif_device_name(
	struct xn_model *m, const struct xn_vm *vm, const struct xn_vif *vif)
{
	return vif->plugged_name[0] ? vif->plugged_name
				    : xn_printf(m->arena, "vif%d.%d", (int)vm->dom_id,
					      (int)vif->device);
}

/* OpenStack's: the guest's own but for the first byte, so it must not have that. */
const char *xn_vif_host_address(struct xn_model *m, const struct xn_vif *vif)
{
	const char *first = strncmp(vif->address, "fe", 2) == 0 ? "fa" : "fe";

	return vif->plugged_name[0] && !vif->plugged_netback[0]
		       ? xn_printf(m->arena, "%s%s", first, vif->address + 2)
		       : XEN_ADDRESS;
}

int xn_vif_check_naming(
	struct xn_model *m, const char *other_config, struct xenet_error *err)
{
	const char *naming;
	int r = xn_map_get(m, other_config, "vif-naming", &naming, err);

	if (r < 0 || !naming || strcmp(naming, "uuid") == 0 ||
		strcmp(naming, "domain") == 0)
		return r;
	return xn_fail(err, XENET_E_VALUE_NOT_SUPPORTED, "other-config:vif-naming",
		naming, "TAPs are named by 'uuid' or by 'domain'");
}

/* The VM's word counts before the host's. */
static int is_by_uuid(
	struct xn_model *m, const struct xn_vm *vm, bool *ret, struct xenet_error *err)
{
	struct xn_host *host;
	const char *naming;
	int r = xn_map_get(m, vm->other_config, "vif-naming", &naming, err);

	if (r == 0 && !naming)
		r = xn_get(m, &xn_host_class, m->host_uuid, &host, err);
	if (r == 0 && !naming)
		r = xn_map_get(m, host->other_config, "vif-naming", &naming, err);
	*ret = r == 0 && naming && strcmp(naming, "uuid") == 0;
	return r;
}

/* By a VIF that the request has plugged, or that the database knows. */
static int is_taken(
	struct xn_model *m, const char *name, bool *ret, struct xenet_error *err)
{
	const char *other = NULL;
	int r = xn_sql_text(m, &other, err,
		"SELECT uuid FROM vif WHERE plugged_name = ?1 AND plugged_name <> ''",
		XN_PARAMS(name));

	*ret = other;
	for (struct xn_object *o = m->asked; r == 0 && o && !*ret; o = o->again)
		*ret = o->class == &xn_vif_class &&
		       strcmp(((struct xn_vif *)o)->plugged_name, name) == 0;
	return r;
}

/* OpenStack's name; if uuids begin alike, by its end; if they end alike as well, Xen's. */
static int choose_by_uuid(struct xn_model *m, struct xn_vif *vif, struct xenet_error *err)
{
	static const size_t starts[] = { 0, UUID_LENGTH - NAME_DIGITS };
	bool taken = true;
	int r = 0;

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]) && taken; i++) {
		const char *name = xn_printf(
			m->arena, "tap%.*s", NAME_DIGITS, vif->o.uuid + starts[i]);

		r = name ? is_taken(m, name, &taken, err) : xn_no_memory(err);
		if (r < 0)
			return r;
		if (!taken)
			vif->plugged_name = name;
	}
	return 0;
}

int xn_vif_choose_name(struct xn_model *m, struct xn_vif *vif, struct xenet_error *err)
{
	struct xn_vm *vm;
	bool by_uuid;
	int r = xn_get(m, &xn_vm_class, vif->vm, &vm, err);

	if (r == 0)
		r = is_by_uuid(m, vm, &by_uuid, err);
	return r == 0 && by_uuid ? choose_by_uuid(m, vif, err) : r;
}

int xn_vif_name_ahead(struct xn_model *m, const struct xn_vm *vm,
	const struct xn_vif *vif, const char **ret, struct xenet_error *err)
{
	struct xn_vif next = *vif;
	bool by_uuid = false;
	int r = vif->plugged ? 0 : is_by_uuid(m, vm, &by_uuid, err);

	if (r == 0 && by_uuid)
		r = choose_by_uuid(m, &next, err);
	*ret = next.plugged_name[0] ? next.plugged_name : NULL;
	return r;
}
