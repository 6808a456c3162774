/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/import.h"

void *xn_import_target(
	struct xn_import *im, const struct xenet_class *class, const char *uuid)
{
	struct xn_item *item = uuid ? xn_document_item(im->doc, class, uuid) : NULL;
	struct xn_object *object = NULL;

	if (item)
		return item->target;
	if (uuid && im->doc->merge)
		xn_get(im->m, class, uuid, &object, NULL);
	return object;
}

/* Its PIF, which thus is what the kind says. */
static int check_provided(struct xn_import *im, struct xn_item *item, const char *field,
	const char *uuid, const char *kind, struct xenet_error *err)
{
	struct xn_pif *pif = xn_import_target(im, &xn_pif_class, uuid);
	struct xn_item *provided = uuid ? xn_document_item(im->doc, &xn_pif_class, uuid)
					: NULL;

	if (provided && !provided->object && !xn_item_says(provided, "kind"))
		pif->kind = kind;
	if (pif && !xn_pif_is(pif, kind))
		return xn_item_fault(im->doc, item, field, err,
			"the PIF is a %s, not a %s", pif->kind, kind);
	return 0;
}

static int check_network(
	struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	static const char *const prefixes[] = { "vif", "tap", "eth" };
	const struct xn_network *was = (struct xn_network *)item->object;
	struct xn_network *network = (struct xn_network *)item->target;
	bool renamed = !was || strcmp(was->bridge, network->bridge) != 0;

	item->wants = network->attached;
	if (renamed && network->bridge[0] && !xn_network_is_bridge_name(network->bridge))
		return xn_item_fault(im->doc, item, "bridge", err,
			"'%s' cannot be a device's name: at most 15 bytes, without "
			"blanks, control characters and / : %%",
			xn_text_cut(im->m->arena, network->bridge, 80));
	for (size_t i = 0; renamed && i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(network->bridge, prefixes[i], strlen(prefixes[i])) == 0)
			return xn_item_fault(im->doc, item, "bridge", err,
				"bridges are not named like interfaces: '%s'",
				prefixes[i]);
	return 0;
}

static int check_vlan(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_vlan *vlan = (struct xn_vlan *)item->target;
	struct xn_pif *base = xn_import_target(im, &xn_pif_class, vlan->tagged_pif);
	struct xn_pif *pif = xn_import_target(im, &xn_pif_class, vlan->untagged_pif);
	struct xn_item *said = xn_document_item(
		im->doc, &xn_pif_class, vlan->untagged_pif ? vlan->untagged_pif : "");
	struct xenet_error error = { 0 };
	int r = check_provided(im, item, "untagged-PIF", vlan->untagged_pif, "vlan", err);

	if (r < 0 || !base || !pif)
		return r;
	r = xn_vlan_check_base(base, &error);
	if (r < 0)
		return xn_item_judge(im->doc, item, r, &error, err);
	if (said && !xn_item_says(said, "VLAN"))
		pif->vlan = vlan->tag;
	if (said && !xn_item_says(said, "device"))
		pif->device = base->device;
	if (pif->vlan != vlan->tag)
		return xn_item_fault(
			im->doc, item, "tag", err, "the PIF has VLAN %d", (int)pif->vlan);
	if (strcmp(pif->device, base->device) != 0)
		return xn_item_fault(im->doc, item, "tagged-PIF", err,
			"the PIF has device '%s', not '%s'", pif->device, base->device);
	return 0;
}

static int check_bond(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_bond *bond = (struct xn_bond *)item->target;
	const struct xn_pif *primary = xn_import_target(im, &xn_pif_class, bond->primary);

	if (primary && (!primary->bond || strcmp(primary->bond, bond->o.uuid) != 0))
		return xn_item_fault(im->doc, item, "primary-slave", err,
			"the PIF is no member of the bond (bond-slave-of)");
	return check_provided(im, item, "master", bond->master, "bond", err);
}

static int check_tunnel(
	struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_tunnel *tunnel = (struct xn_tunnel *)item->target;
	const struct xn_pif *transport = xn_import_target(
		im, &xn_pif_class, tunnel->transport_pif);
	struct xenet_error error = { 0 };
	int r = check_provided(im, item, "access-PIF", tunnel->access_pif, "tunnel", err);

	if (r < 0 || !transport)
		return r;
	r = xn_tunnel_check_transport(transport, &error);
	return xn_item_judge(im->doc, item, r, &error, err);
}

static int check_vif(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_vif *was = (struct xn_vif *)item->object;
	const struct xn_vif *vif = (struct xn_vif *)item->target;

	if (was && strcmp(was->vm, vif->vm) != 0)
		return xn_item_fault(
			im->doc, item, "vm-uuid", err, "a VIF stays with its VM");
	if (was && was->plugged &&
		(was->device != vif->device || strcmp(was->address, vif->address) != 0))
		return xn_item_fault(im->doc, item, NULL, err,
			"the VIF is attached, and keeps its device and MAC: free it "
			"with vif-unplug or vm-shutdown");
	return 0;
}

static int check_kind(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_pif *was = (struct xn_pif *)item->object;
	struct xn_pif *pif = (struct xn_pif *)item->target;
	bool physical = xn_pif_is(pif, "nic");

	if (was && strcmp(was->kind, pif->kind) != 0)
		return xn_item_fault(
			im->doc, item, "kind", err, "a PIF stays what it is");
	if (!physical && !item->provider && (!was || !im->doc->merge))
		return xn_item_fault(im->doc, item, "kind", err,
			"the document has no %s that provides this PIF", pif->kind);
	if (!xn_pif_is(pif, "vlan") && pif->vlan != -1)
		return xn_item_fault(
			im->doc, item, "VLAN", err, "the PIF is a %s", pif->kind);
	if (pif->bond && !physical)
		return xn_item_fault(im->doc, item, "bond-slave-of", err,
			"a %s cannot be a member of a bond", pif->kind);
	return 0;
}

/* Whose address is its card's, or always the same. */
static int check_address(
	struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_pif *was = (struct xn_pif *)item->object;
	const struct xn_pif *pif = (struct xn_pif *)item->target;
	const char *own = xn_pif_is(pif, "vlan")	 ? XN_VLAN_PIF_ADDRESS
			  : was && xn_pif_is(pif, "nic") ? was->address
							 : pif->address;

	if (!pif->address[0] || strcmp(pif->address, own) == 0)
		return 0;
	return xn_item_fault(
		im->doc, item, "MAC", err, "the PIF has the address %s", own);
}

static int check_plugged(
	struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_pif *was = (struct xn_pif *)item->object;
	struct xn_pif *pif = (struct xn_pif *)item->target;
	const struct xn_json *said = xn_item_says(item, "plugged");

	item->wants = pif->plugged;
	if (!said && !was)
		item->wants = !xn_pif_is(pif, "nic");
	if (said && pif->plugged && pif->bond)
		return xn_item_fault(im->doc, item, "plugged", err,
			"the member of a bond is not plugged");
	item->wants = item->wants && !pif->bond;
	if (!pif->management || !pif->managed)
		return 0;
	if (said && !pif->plugged)
		return xn_item_fault(im->doc, item, "plugged", err,
			"the management interface is plugged");
	item->wants = true;
	return 0;
}

/* Of a bond that the document does not name: those that it names are judged by themselves. */
static int check_leaves(
	struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_pif *was = (struct xn_pif *)item->object;
	const struct xn_pif *pif = (struct xn_pif *)item->target;
	const struct xn_bond *bond = was ? xn_import_target(im, &xn_bond_class, was->bond)
					 : NULL;

	if (!bond || pif->bond == was->bond || strcmp(bond->primary, pif->o.uuid) != 0 ||
		xn_document_item(im->doc, &xn_bond_class, was->bond))
		return 0;
	return xn_item_fault(im->doc, item, "bond-slave-of", err,
		"the PIF is the primary slave of bond %s, which the document does not "
		"name",
		was->bond);
}

static int check_pif(struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_pif *was = (struct xn_pif *)item->object;
	struct xn_pif *pif = (struct xn_pif *)item->target;
	struct xenet_error error = { 0 };
	bool newly = pif->management && !(was && was->management);
	int r = xn_pif_canonical_ip(im->m, pif, err);

	if (r == 0)
		r = check_kind(im, item, err);
	if (r == 0)
		r = check_address(im, item, err);
	if (r == 0)
		r = check_plugged(im, item, err);
	if (r == 0)
		r = check_leaves(im, item, err);
	if (r < 0)
		return r;
	r = xn_pif_check_dns(im->m, pif, &error);
	if (r == 0 && newly)
		r = xn_pif_check_configured(pif, &error);
	return xn_item_judge(im->doc, item, r, &error, err);
}

/* One at most has the role. */
static int check_management(struct xn_import *im, struct xenet_error *err)
{
	const struct xn_item *first = NULL;
	int r = 0;

	for (struct xn_item *i = im->doc->items; i && r == 0; i = i->next) {
		if (i->class != &xn_pif_class ||
			!((struct xn_pif *)i->target)->management)
			continue;
		if (first)
			r = xn_item_fault(im->doc, i, "management", err,
				"the PIF of line %u is the management interface",
				first->json->line);
		first = i;
	}
	return r;
}

/* What provides PIFs, if only badly: that is told already. */
static void note_providers(struct xn_import *im)
{
	static const struct {
		const struct xenet_class *class;
		const char *field;
	} rows[] = { { &xn_vlan_class, "untagged-PIF" }, { &xn_bond_class, "master" },
		{ &xn_tunnel_class, "access-PIF" } };

	for (struct xn_item *i = im->doc->items; i; i = i->next)
		for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
			const char *uuid = i->class == rows[k].class
						   ? xn_value_get(im->m, i->target,
							     xn_field(i->class,
								     rows[k].field))
						   : NULL;
			struct xn_item *pif = uuid ? xn_document_item(
							     im->doc, &xn_pif_class, uuid)
						   : NULL;

			if (pif)
				pif->provider = i;
		}
}

/* PIFs come last: the others tell what they are. */
static const struct {
	const struct xenet_class *class;
	int (*check)(struct xn_import *im, struct xn_item *item, struct xenet_error *err);
} checks[] = {
	{ &xn_network_class, check_network },
	{ &xn_bond_class, check_bond },
	{ &xn_vlan_class, check_vlan },
	{ &xn_tunnel_class, check_tunnel },
	{ &xn_vif_class, check_vif },
	{ &xn_pif_class, check_pif },
};

int xn_import_check(struct xn_import *im, struct xenet_error *err)
{
	int r = 0;

	note_providers(im);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		for (struct xn_item *item = im->doc->items; item && r == 0;
			item = item->next)
			if (item->class == checks[i].class && !item->failed)
				r = checks[i].check(im, item, err);
	return r < 0 ? r : check_management(im, err);
}
