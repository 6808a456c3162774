/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/import.h"

/* The objects of a document, as far as they are more than their fields. */

static bool differ(const char *a, const char *b)
{
	return strcmp(a, b) != 0;
}

/* ---- Before anything is deleted ---- */

/* The role goes to the document's PIF, or to none. */
static int move_management(struct xn_import *im, struct xenet_error *err)
{
	const char **uuids = NULL;
	bool other = false;
	int r = xn_sql_texts(im->m, &uuids, err, "SELECT uuid FROM pif WHERE management",
		XN_PARAMS(NULL));

	for (const struct xn_item *i = im->doc->items; i; i = i->next)
		other |= i->class == &xn_pif_class &&
			 ((struct xn_pif *)i->target)->management;
	for (size_t i = 0; r == 0 && uuids[i]; i++) {
		struct xn_item *item = xn_document_item(im->doc, &xn_pif_class, uuids[i]);
		const struct xn_pif *to = item ? (struct xn_pif *)item->target : NULL;
		struct xn_pif *pif;

		r = xn_get(im->m, &xn_pif_class, uuids[i], &pif, err);
		if (r == 0)
			pif->management = to && (to->management || !other)
						  ? to->management
						  : pif->management && !other;
	}
	return r;
}

/* As vif-move: off its network, before that may go. */
static int move_vif(
	struct xn_import *im, const struct xn_item *item, struct xenet_error *err)
{
	struct xn_vif *vif = (struct xn_vif *)item->object;
	const struct xn_vif *to = (struct xn_vif *)item->target;
	struct xn_network *from;
	int r;

	if (!differ(vif->network, to->network))
		return 0;
	r = xn_get(im->m, &xn_network_class, vif->network, &from, err);
	if (r < 0)
		return r;
	if (vif->plugged) {
		xn_touch(from);
		xn_touch(vif);
	}
	vif->network = to->network;
	return 0;
}

int xn_import_move(struct xn_import *im, struct xenet_error *err)
{
	int r = move_management(im, err);

	for (struct xn_item *i = im->doc->items; i && r == 0; i = i->next) {
		if (!i->object || i->failed)
			continue;
		if (i->class == &xn_vif_class)
			r = move_vif(im, i, err);
		if (i->class == &xn_pif_class)
			((struct xn_pif *)i->object)->disallow_unplug =
				((struct xn_pif *)i->target)->disallow_unplug;
	}
	return r;
}

/* ---- Class by class ---- */

static int edit_network(
	struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_network *was = (struct xn_network *)item->object;
	struct xn_network *network = (struct xn_network *)item->target;
	bool used = false;
	int r = 0;

	network->attached = was && was->attached;
	if (network->managed && !network->bridge[0])
		r = xn_network_next_bridge(im->m, &network->bridge, err);
	if (r < 0 || !was)
		return r;
	if (differ(was->bridge, network->bridge) || was->managed != network->managed)
		r = xn_network_in_use(im->m, was, &used, err);
	return used ? xn_item_fault(im->doc, item, "bridge", err,
			      "the network is in use, and keeps its bridge")
		    : r;
}

static bool changes_ip(const struct xn_pif *a, const struct xn_pif *b)
{
	return differ(a->ip_mode, b->ip_mode) || differ(a->ip, b->ip) ||
	       differ(a->netmask, b->netmask) || differ(a->gateway, b->gateway) ||
	       differ(a->ipv6_mode, b->ipv6_mode) || differ(a->ipv6, b->ipv6) ||
	       differ(a->ipv6_gateway, b->ipv6_gateway);
}

static int edit_pif(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_pif *was = (struct xn_pif *)item->object;
	struct xn_pif *pif = (struct xn_pif *)item->target;
	struct xenet_error error = { 0 };
	int r = 0;

	pif->plugged = was && was->plugged;
	if (!was)
		return 0;
	if (was->used && was->managed != pif->managed)
		return xn_item_fault(im->doc, item, "managed", err,
			"the PIF is in use: free it with pif-unplug");
	if (changes_ip(was, pif))
		r = xn_pif_check_reconfigured(pif, &error);
	if (r == 0 && was->management && pif->management &&
		differ(was->primary_address_type, pif->primary_address_type))
		r = xn_fail(&error, XENET_E_PIF_IS_MANAGEMENT_INTERFACE, pif->o.uuid);
	return xn_item_judge(im->doc, item, r, &error, err);
}

static int edit_bond(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_bond *was = (struct xn_bond *)item->object;
	struct xn_bond *bond = (struct xn_bond *)item->target;

	if (was && !differ(was->mode, bond->mode))
		return 0;
	if (!was && !xn_item_says(item, "auto-update-mac"))
		bond->auto_update_mac = true;
	return xn_bond_complete(im->m, bond, err);
}

static int edit_vm(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	struct xn_vm *vm = (struct xn_vm *)item->target;
	const char *seed;
	int r = item->object
			? 0
			: xn_map_get(im->m, vm->other_config, "mac_seed", &seed, err);

	return r == 0 && !item->object && !seed ? xn_vm_new_seed(im->m, vm, err) : r;
}

static int edit_vif(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	struct xn_vif *vif = (struct xn_vif *)item->target;
	const struct xn_network *network = xn_import_target(
		im, &xn_network_class, vif->network);
	struct xn_vm *vm = xn_import_target(im, &xn_vm_class, vif->vm);
	struct xenet_error error = { 0 };
	int r = 0;

	if (item->object || !network || !vm)
		return 0;
	if (!xn_item_says(item, "MTU"))
		vif->mtu = network->mtu;
	if (!vif->address[0]) {
		vif->address_autogenerated = true;
		r = xn_vif_derive_address(im->m, vm, vif->device, &vif->address, &error);
	}
	return xn_item_judge(im->doc, item, r, &error, err);
}

static const struct {
	const struct xenet_class *class;
	int (*edit)(struct xn_import *im, struct xn_item *item, struct xenet_error *err);
} edits[] = {
	{ &xn_network_class, edit_network },
	{ &xn_pif_class, edit_pif },
	{ &xn_bond_class, edit_bond },
	{ &xn_vm_class, edit_vm },
	{ &xn_vif_class, edit_vif },
};

static int edit(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]) && r == 0; i++)
		if (item->class == edits[i].class)
			r = edits[i].edit(im, item, err);
	if (r < 0 || item->failed)
		return r;
	if (item->object) {
		xn_item_apply(item);
	} else {
		xn_enter(im->m, item->target);
		item->object = item->target;
	}
	return 0;
}

int xn_import_edit(struct xn_import *im, struct xenet_error *err)
{
	int r = xn_import_fill(im, err);

	for (struct xn_item *i = im->doc->items; i && r == 0; i = i->next)
		if (!i->failed)
			r = edit(im, i, err);
	return r;
}

/* ---- What takes effect at once ---- */

static int settle_pif(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	struct xn_pif *pif = (struct xn_pif *)item->object;
	const struct xn_pif *was = (struct xn_pif *)pif->o.past;
	struct xenet_error error = { 0 };
	int r = 0;

	if (!was || !pif->plugged)
		return 0;
	if (changes_ip(was, pif))
		r = xn_pif_apply_ip(im->m, pif, &error);
	if (r == 0 && was->management != pif->management)
		r = xn_pif_touch_gateways(im->m, &error);
	return xn_item_judge(im->doc, item, r, &error, err);
}

static int settle_network(
	struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	struct xn_network *network = (struct xn_network *)item->object;
	struct xenet_error error = { 0 };
	struct xn_pif *pif = NULL;
	int r;

	if (item->wants == network->attached)
		return 0;
	r = xn_network_pif(im->m, network, &pif, err);
	if (r < 0)
		return r;
	xn_touch(network);
	if (item->wants)
		r = xn_network_bring_up(im->m, network, &error);
	/* With a PIF, that keeps the bridge. */
	network->attached = item->wants && network->managed && !pif;
	return xn_item_judge(im->doc, item, r, &error, err);
}

static int settle_vif(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	struct xn_vif *vif = (struct xn_vif *)item->object;
	const struct xn_vif *was = (struct xn_vif *)vif->o.past;
	struct xenet_error error = { 0 };
	int r = was && vif->plugged && differ(was->network, vif->network)
			? xn_vif_attach(im->m, vif, &error)
			: 0;

	return xn_item_judge(im->doc, item, r, &error, err);
}

static const struct {
	const struct xenet_class *class;
	int (*settle)(
		struct xn_import *im, struct xn_item *item, struct xenet_error *err);
} settlers[] = {
	{ &xn_pif_class, settle_pif },
	{ &xn_network_class, settle_network },
	{ &xn_vif_class, settle_vif },
};

int xn_import_settle(struct xn_import *im, struct xenet_error *err)
{
	int r = xn_import_plug(im, err);

	for (size_t k = 0; k < sizeof(settlers) / sizeof(settlers[0]); k++)
		for (struct xn_item *i = im->doc->items; i && r == 0; i = i->next)
			if (i->class == settlers[k].class)
				r = settlers[k].settle(im, i, err);
	return r;
}
