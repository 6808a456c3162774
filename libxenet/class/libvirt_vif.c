/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/parse.h"
#include "class/libvirt.h"

/* An interface of a domain as a VIF. */

/* ---- Its network ---- */

/* *ret stays as it is if there is none. */
static int get_network(struct xn_libvirt *lv, const char *column, const char *value,
	struct xn_network **ret, struct xenet_error *err)
{
	struct xn_object **found;
	int r = xn_find_all(lv->m, &xn_network_class, column, value, &found, err);

	if (r == 0 && found[0] && !found[1])
		*ret = (struct xn_network *)found[0];
	return r;
}

/* What the interface says of it; without that, or if nobody knows it, where the VIF is or is
 * to be by default. */
static int find_network(struct xn_libvirt *lv, const struct xn_element *interface,
	struct xn_network **ret, struct xenet_error *err)
{
	const struct xn_attribute *bridge = xn_element_attribute(
		interface, "source/bridge");
	const struct xn_attribute *network = xn_element_attribute(
		interface, "source/network");

	*ret = NULL;
	if (network)
		return get_network(lv, "name-label", network->value, ret, err);
	return bridge && bridge->value[0]
		       ? get_network(lv, "bridge", bridge->value, ret, err)
		       : 0;
}

static int refuse_network(struct xn_libvirt *lv, const struct xn_element *interface,
	struct xenet_error *err)
{
	const struct xn_attribute *bridge = xn_element_attribute(
		interface, "source/bridge");
	const struct xn_attribute *network = xn_element_attribute(
		interface, "source/network");

	if (network)
		return xn_libvirt_fault(lv, interface, "source/network", err,
			"not one network has the name-label '%.80s': give the one it is "
			"to be on by network-uuid=",
			network->value);
	if (bridge)
		return xn_libvirt_fault(lv, interface, "source/bridge", err,
			"no network has the bridge '%.80s': make it by network-create "
			"bridge= (with managed=false for a bridge of others), or give "
			"another one by network-uuid=",
			bridge->value);
	return xn_libvirt_fault(lv, interface, "source", err,
		"it names no bridge or network: give one by network-uuid=");
}

/* vif->network is the default. */
static int fill_network(struct xn_libvirt *lv, const struct xn_element *interface,
	struct xn_vif *vif, struct xenet_error *err)
{
	struct xn_network *network;
	int r = find_network(lv, interface, &network, err);

	if (r == 0 && !network && vif->network)
		r = xn_get(lv->m, &xn_network_class, vif->network, &network, err);
	if (r < 0 || !network)
		return r < 0 ? r : refuse_network(lv, interface, err);
	if (!vif->o.past)
		vif->mtu = network->mtu;
	vif->network = network->o.uuid;
	return 0;
}

/* ---- Its numbers ---- */

static int fill_number(struct xn_libvirt *lv, const struct xn_element *interface,
	const struct xn_libvirt_number *number, struct xn_vif *vif,
	struct xenet_error *err)
{
	const struct xn_attribute *a = xn_element_attribute(interface, number->path);
	const char **map = xn_libvirt_map(vif, number), *before;
	bool is_limit = strncmp(number->path, "bandwidth/", 10) == 0;
	int64_t n;
	int r;

	if (!a && is_limit && xn_libvirt_opens_tap(interface))
		return 0;
	if (!a) {
		r = xn_map_get(lv->m, *map, number->key, &before, err);
		return r == 0 && before ? xn_map_remove(lv->m, map, number->key, err) : r;
	}
	if (!xn_parse_uint(a->value, number->min, number->max, &n))
		return xn_libvirt_fault(lv, interface, number->path, err,
			"'%.80s' is not a value: a plain decimal number from %d to %d is",
			a->value, (int)number->min, (int)number->max);
	return xn_map_set(lv->m, map, number->key, a->value, err);
}

static int fill_numbers(struct xn_libvirt *lv, const struct xn_element *interface,
	struct xn_vif *vif, struct xenet_error *err)
{
	bool limited = xn_element_attribute(interface, "bandwidth/outbound/average");
	int r = 0;

	for (const struct xn_libvirt_number *n = xn_libvirt_numbers; n->path && r == 0;
		n++)
		r = fill_number(lv, interface, n, vif, err);
	if (limited || !xn_libvirt_opens_tap(interface))
		vif->qos_type = limited ? "ratelimit" : "";
	return r;
}

/* ---- Its tags ---- */

bool xn_libvirt_is_trunk(const struct xn_element *vlan)
{
	const struct xn_attribute *trunk = xn_attribute_find(vlan, "trunk");

	return (trunk && strcmp(trunk->value, "yes") == 0) ||
	       (vlan->elements && vlan->elements->next);
}

static int fill_trunks(struct xn_libvirt *lv, const struct xn_element *interface,
	struct xn_vif *vif, struct xenet_error *err)
{
	const struct xn_element *vlan = xn_element_find(interface, "vlan");
	int64_t tag;
	int r = 0;

	if (vlan || !xn_libvirt_opens_tap(interface))
		vif->trunks = "[]";
	for (const struct xn_element *e = vlan ? vlan->elements : NULL; e && r == 0;
		e = e->next) {
		const struct xn_attribute *id = xn_attribute_find(e, "id");

		if (!xn_parse_uint(id->value, 1, 4094, &tag))
			r = xn_libvirt_fault(lv, interface, "vlan/tag/id", err,
				"'%.80s' is no VLAN tag: a plain decimal number from 1 "
				"to 4094 is",
				id->value);
		else if (xn_libvirt_is_trunk(vlan))
			r = xn_set_add(lv->m, &vif->trunks, id->value, err);
	}
	return r;
}

/* ---- All ---- */

struct judge {
	struct xn_judge o;
	struct xn_libvirt *lv;
	const struct xn_element *interface;
};

static int note_refusal(struct xn_judge *judge, int r, struct xenet_error *refusal,
	struct xenet_error *err)
{
	const struct judge *own = (struct judge *)judge;
	const char *place = xn_printf(own->lv->m->arena, "interface[%zu]",
		xn_libvirt_index(own->lv->domain, own->interface));

	if (xn_is_general_failure(r))
		return xn_error_move(err, refusal);
	return place && xn_fault_add_error(&own->lv->faults, own->interface->line, place,
				refusal) == 0
		       ? 0
		       : xn_no_memory(err);
}

/* The rules of its class, as faults of the document. */
static int judge(struct xn_libvirt *lv, const struct xn_element *interface,
	struct xn_vif *vif, struct xenet_error *err)
{
	struct judge judge = { { note_refusal }, lv, interface };

	return xn_judge_object(lv->m, &vif->o, &judge.o, err);
}

int xn_libvirt_fill(struct xn_libvirt *lv, const struct xn_element *interface,
	struct xn_vif *vif, struct xenet_error *err)
{
	size_t before = lv->faults.n;
	int r = fill_network(lv, interface, vif, err);

	if (r == 0)
		r = fill_numbers(lv, interface, vif, err);
	if (r == 0)
		r = fill_trunks(lv, interface, vif, err);
	return r < 0 || lv->faults.n != before ? r : judge(lv, interface, vif, err);
}
