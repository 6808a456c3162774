/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/import.h"
#include "host/netstate.h"

/* PIFs in an import: out of use before they are changed, and into use afterwards. */

static bool differ(const char *a, const char *b)
{
	return a != b && (!a || !b || strcmp(a, b) != 0);
}

/* What the PIF's device is made of changes. */
static bool changes_provider(const struct xn_item *provider)
{
	static const char *const fields[] = { "tagged-PIF", "untagged-PIF", "tag",
		"master", "access-PIF", "transport-PIF", "protocol" };

	for (size_t i = 0; provider && i < sizeof(fields) / sizeof(fields[0]); i++) {
		const struct xenet_field *field = xn_field(provider->class, fields[i]);

		if (field && provider->object &&
			!xn_value_equal(provider->object, provider->target, field))
			return true;
	}
	return false;
}

static bool changes(const struct xn_item *item)
{
	const struct xn_pif *was = (struct xn_pif *)item->object;
	const struct xn_pif *pif = (struct xn_pif *)item->target;

	return differ(was->device, pif->device) || differ(was->network, pif->network) ||
	       differ(was->bond, pif->bond) || was->vlan != pif->vlan ||
	       changes_provider(item->provider);
}

static int keep(struct xn_import *im, struct xn_rest **list, const struct xn_pif *pif,
	struct xenet_error *err)
{
	struct xn_rest *rest = xn_alloc(im->m->arena, sizeof(*rest));

	if (!rest)
		return xn_no_memory(err);
	*rest = (struct xn_rest){ pif, *list };
	*list = rest;
	return 0;
}

/* As pif-unplug does it, with its refusals. */
static int unplug(struct xn_import *im, struct xn_pif *pif, struct xenet_error *err)
{
	struct xenet_error error = { 0 };
	int r;

	if (!pif->plugged)
		return 0;
	r = xn_pif_check_unplug(im->m, pif, &error);
	if (r == 0)
		r = xn_pif_unplug(im->m, pif, &error);
	return xn_document_judge(im->doc, &pif->o, r, &error, err);
}

/* The uuid of the PIF that a VLAN, bond or tunnel provides; NULL: it is none of these. */
static const char *provided_by(const struct xn_object *object)
{
	if (object->class == &xn_vlan_class)
		return ((const struct xn_vlan *)object)->untagged_pif;
	if (object->class == &xn_tunnel_class)
		return ((const struct xn_tunnel *)object)->access_pif;
	return object->class == &xn_bond_class ? ((const struct xn_bond *)object)->master
					       : NULL;
}

int xn_import_part(struct xn_import *im, struct xn_object *object, bool *parted,
	struct xenet_error *err)
{
	const char *uuid = provided_by(object);
	bool is_other = object->class == &xn_pif_class &&
			!xn_pif_is((struct xn_pif *)object, "nic");
	struct xn_pif *pif = (struct xn_pif *)object;
	int r = 0;

	*parted = is_other || (uuid && xn_document_item(im->doc, &xn_pif_class, uuid));
	if (!*parted)
		return 0;
	if (!is_other)
		r = xn_get(im->m, &xn_pif_class, uuid, &pif, err);
	if (r == 0)
		r = unplug(im, pif, err);
	if (r == 0 && !pif->plugged)
		xn_delete(object);
	return r;
}

/* With the VLANs on it, which lose their device. */
static int unplug_whole(struct xn_import *im, struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_object **vlans;
	int r = xn_find_all(
		im->m, &xn_vlan_class, "tagged-PIF", pif->o.uuid, &vlans, err);

	for (size_t i = 0; r == 0 && vlans[i]; i++) {
		struct xn_pif *on = NULL;

		r = xn_get(im->m, &xn_pif_class,
			((struct xn_vlan *)vlans[i])->untagged_pif, &on, err);
		if (r == 0 && on->plugged)
			r = keep(im, &im->replug, on, err);
		if (r == 0)
			r = unplug(im, on, err);
	}
	return r < 0 ? r : unplug(im, pif, err);
}

/* A bond that gets or loses a member is built anew. */
static int unplug_bond(struct xn_import *im, const char *uuid, struct xenet_error *err)
{
	struct xn_pif *master;
	struct xn_bond *bond;
	int r = 0;

	if (!uuid || xn_get(im->m, &xn_bond_class, uuid, &bond, NULL) < 0)
		return 0;
	r = xn_get(im->m, &xn_pif_class, bond->master, &master, err);
	if (r == 0 && master->plugged)
		r = keep(im, &im->replug, master, err);
	return r < 0 ? r : unplug_whole(im, master, err);
}

static int unplug_item(
	struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	struct xn_pif *pif = (struct xn_pif *)item->object;
	const struct xn_pif *to = (struct xn_pif *)item->target;
	bool other_bond = differ(pif->bond, to->bond);
	int r = other_bond ? unplug_bond(im, pif->bond, err) : 0;

	if (r == 0 && other_bond)
		r = unplug_bond(im, to->bond, err);
	if (r < 0)
		return r;
	if (differ(pif->device, to->device))
		r = unplug_whole(im, pif, err);
	else if (!item->wants || changes(item))
		r = unplug(im, pif, err);
	/* Off its network, before that may go. */
	if (r == 0 && !pif->plugged)
		pif->network = to->network;
	return r;
}

int xn_import_unplug(struct xn_import *im, struct xenet_error *err)
{
	int r = 0;

	for (struct xn_item *i = im->doc->items; i && r == 0; i = i->next)
		if (i->class == &xn_pif_class && i->object && !i->failed)
			r = unplug_item(im, i, err);
	return r;
}

int xn_import_release(struct xn_import *im, struct xenet_error *err)
{
	int r = 0;

	for (struct xn_object *o = im->m->asked; o && r == 0; o = o->again) {
		struct xn_pif *pif = (struct xn_pif *)o;

		if (o->class != &xn_pif_class || !o->touched || o->deleted)
			continue;
		if (pif->used && !pif->plugged && !pif->bond && !xn_pif_is(pif, "vlan"))
			r = xn_pif_release(im->m, pif, pif, err);
	}
	return r;
}

/* ---- New ones ---- */

static int fill_nic(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	struct xn_pif *pif = (struct xn_pif *)item->target;
	struct xenet_error error = { 0 };
	const struct xn_link *nic;
	int r = xn_pif_find_nic(im->m, pif->device, pif->address, &nic, &error);

	if (r < 0)
		return xn_item_judge(im->doc, item, r, &error, err);
	pif->physical = true;
	pif->address = nic->address;
	pif->nic_address = xn_link_own_address(nic);
	pif->mtu = nic->mtu;
	if (!xn_item_says(item, "properties"))
		pif->properties = "{\"gro\":\"on\"}";
	return 0;
}

static int fill_vlan(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_vlan *vlan = (struct xn_vlan *)item->provider->target;
	const struct xn_pif *base = xn_import_target(im, &xn_pif_class, vlan->tagged_pif);
	struct xn_pif *pif = (struct xn_pif *)item->target;

	(void)err;
	pif->address = XN_VLAN_PIF_ADDRESS;
	pif->mtu = base->mtu;
	return 0;
}

static int fill_device(struct xn_import *im, struct xn_pif *pif, const char *prefix,
	struct xenet_error *err)
{
	pif->mtu = -1;
	return pif->device[0] ? 0 : xn_pif_free_device(im->m, prefix, &pif->device, err);
}

static int fill_bond(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_bond *bond = (struct xn_bond *)item->provider->target;
	const struct xn_pif *primary = xn_import_target(im, &xn_pif_class, bond->primary);
	struct xn_pif *pif = (struct xn_pif *)item->target;

	if (bond->auto_update_mac || !pif->address[0])
		pif->address = primary->address;
	if (!xn_item_says(item, "properties"))
		pif->properties = primary->properties;
	return fill_device(im, pif, "bond", err);
}

static int fill_tunnel(
	struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	struct xn_pif *pif = (struct xn_pif *)item->target;

	if (!pif->address[0])
		pif->address = xn_mac_random(im->m);
	return pif->address ? fill_device(im, pif, "tunnel", err) : xn_no_memory(err);
}

/* Foundations first: some have what these have. */
static const struct {
	const char *kind;
	int (*fill)(struct xn_import *im, struct xn_item *item, struct xenet_error *err);
} kinds[] = { { "nic", fill_nic }, { "bond", fill_bond }, { "vlan", fill_vlan },
	{ "tunnel", fill_tunnel } };

enum {
	N_KINDS = sizeof(kinds) / sizeof(kinds[0])
};

static bool lacks_device(const struct xn_item *item)
{
	const struct xn_pif *was = (struct xn_pif *)item->object;
	const struct xn_pif *pif = (struct xn_pif *)item->target;

	return !was || (xn_pif_is(pif, "nic") && strcmp(was->device, pif->device) != 0);
}

static int fill(struct xn_import *im, size_t kind, struct xenet_error *err)
{
	int r = 0;

	for (struct xn_item *i = im->doc->items; i && r == 0; i = i->next) {
		struct xn_pif *pif = (struct xn_pif *)i->target;

		if (i->class != &xn_pif_class || i->failed ||
			!xn_pif_is(pif, kinds[kind].kind) || !lacks_device(i))
			continue;
		pif->host = im->m->host_uuid;
		r = kinds[kind].fill(im, i, err);
	}
	return r;
}

int xn_import_fill(struct xn_import *im, struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < N_KINDS && r == 0; i++)
		r = fill(im, i, err);
	return r;
}

/* ---- Into use ---- */

static int list_rests(struct xn_import *im, struct xenet_error *err)
{
	int r = 0;

	for (struct xn_object *o = im->m->asked; o && r == 0; o = o->again) {
		const struct xn_pif *was = (struct xn_pif *)o->past;

		if (o->class == &xn_pif_class && was && was->used &&
			xn_pif_is(was, "nic") && !((struct xn_pif *)o)->used)
			r = keep(im, &im->rests, was, err);
	}
	return r;
}

/* The host shows the NIC in use, as it was before the import; that is not its own state. */
static void take_up(struct xn_import *im, struct xn_pif *nic)
{
	for (struct xn_rest *rest = im->rests; rest && !nic->used; rest = rest->next) {
		if (!xn_pif_is(nic, "nic") || strcmp(rest->pif->device, nic->device) != 0)
			continue;
		nic->used = true;
		nic->free_state = rest->pif->free_state;
		nic->address = rest->pif->address;
		xn_touch(nic);
	}
}

static int take_up_all(struct xn_import *im, struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_object **members;
	struct xn_pif *base;
	int r = xn_pif_base(im->m, pif, &base, err);

	if (r == 0)
		r = xn_bond_members(im->m, base, &members, err);
	if (r < 0)
		return r;
	take_up(im, base);
	for (size_t i = 0; members[i]; i++)
		take_up(im, (struct xn_pif *)members[i]);
	return 0;
}

static int plug(struct xn_import *im, struct xn_pif *pif, struct xenet_error *err)
{
	struct xenet_error error = { 0 };
	int r = take_up_all(im, pif, err);

	if (r < 0)
		return r;
	r = xn_pif_plug(im->m, pif, &error);
	return xn_document_judge(im->doc, &pif->o, r, &error, err);
}

static int plug_items(struct xn_import *im, const char *kind, struct xenet_error *err)
{
	int r = 0;

	for (struct xn_item *i = im->doc->items; i && r == 0; i = i->next) {
		struct xn_pif *pif = (struct xn_pif *)i->object;

		if (i->class == &xn_pif_class && i->wants && !pif->plugged &&
			xn_pif_is(pif, kind))
			r = plug(im, pif, err);
	}
	return r;
}

static int replug(struct xn_import *im, struct xenet_error *err)
{
	int r = 0;

	for (struct xn_rest *rest = im->replug; rest && r == 0; rest = rest->next) {
		struct xn_pif *pif;

		if (xn_document_item(im->doc, &xn_pif_class, rest->pif->o.uuid) ||
			xn_get(im->m, &xn_pif_class, rest->pif->o.uuid, &pif, NULL) < 0)
			continue;
		if (!pif->plugged && !pif->bond)
			r = plug(im, pif, err);
	}
	return r;
}

int xn_import_plug(struct xn_import *im, struct xenet_error *err)
{
	int r = list_rests(im, err);

	for (size_t i = 0; i < N_KINDS && r == 0; i++)
		r = plug_items(im, kinds[i].kind, err);
	return r < 0 ? r : replug(im, err);
}
