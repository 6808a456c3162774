/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/vlan.h"

#include <string.h>

#include "base/parse.h"
#include "class/network.h"
#include "class/pif.h"
#include "model/reply.h"

#define F(member) offsetof(struct xn_vlan, member)

enum {
	TAG_MIN = 1,
	TAG_MAX = 4094
};

static const struct xenet_field fields[] = {
	{ "uuid", XN_UUID, XN_RO, F(o.uuid), "unique identifier", XN_LISTED },
	{ "tagged-PIF", XN_REF, XN_CREATE, F(tagged_pif),
		"PIF that carries the tagged frames", XN_LISTED, .ref = "pif",
		.in_use = XENET_E_PIF_VLAN_STILL_EXISTS },
	{ "untagged-PIF", XN_REF, XN_RO, F(untagged_pif), "PIF that the VLAN provides",
		XN_LISTED, .ref = "pif" },
	{ "tag", XN_INT, XN_CREATE, F(tag), "802.1Q tag, 1 to 4094", XN_LISTED,
		.min = TAG_MIN, .max = TAG_MAX, .invalid = XENET_E_VLAN_TAG_INVALID },
	{ NULL },
};

static const struct xn_key keys[] = {
	{ { "untagged-PIF" }, true, false },
	{ { "tagged-PIF", "tag" }, true, false },
	{ { NULL } },
};

int xn_vlan_of_pif(struct xn_model *m, const struct xn_pif *pif, struct xn_vlan **ret,
	struct xenet_error *err)
{
	int r = xn_find(m, &xn_vlan_class, "untagged-PIF", pif->o.uuid, ret, err);

	return r == 0 && !*ret ? xn_fail(err, XENET_E_UUID_INVALID, "VLAN", pif->o.uuid)
			       : r;
}

static int touch_plugged(
	struct xn_model *m, const struct xn_vlan *vlan, struct xenet_error *err)
{
	struct xn_network *network;
	struct xn_pif *pif;
	int r = xn_get(m, &xn_pif_class, vlan->untagged_pif, &pif, err);

	if (r < 0 || !pif->plugged)
		return r;
	xn_touch(pif);
	r = xn_get(m, &xn_network_class, pif->network, &network, err);
	if (r == 0)
		xn_touch(network);
	return r;
}

int xn_vlan_touch_all(
	struct xn_model *m, const struct xn_pif *base, struct xenet_error *err)
{
	struct xn_object **vlans;
	int r = xn_find_all(m, &xn_vlan_class, "tagged-PIF", base->o.uuid, &vlans, err);

	for (size_t i = 0; r == 0 && vlans[i]; i++)
		r = touch_plugged(m, (struct xn_vlan *)vlans[i], err);
	return r;
}

int xn_vlan_check_base(const struct xn_pif *base, struct xenet_error *err)
{
	if (!base->managed)
		return xn_fail(err, XENET_E_PIF_UNMANAGED, base->o.uuid);
	if (base->bond)
		return xn_fail(err, XENET_E_CANNOT_ADD_VLAN_TO_BOND_SLAVE, base->o.uuid);
	if (base->vlan >= 0)
		return xn_fail(err, XENET_E_PIF_IS_VLAN, base->o.uuid);
	if (xn_pif_is(base, "tunnel"))
		return xn_fail(err, XENET_E_IS_TUNNEL_ACCESS_PIF, base->o.uuid);
	return 0;
}

static int check_unique(struct xn_model *m, const struct xn_vlan *vlan, const char *tag,
	struct xenet_error *err)
{
	const char *other;
	int r = xn_sql_text(m, &other, err,
		"SELECT uuid FROM vlan WHERE tagged_pif = ?1 AND tag = ?2 AND uuid <> ?3",
		XN_PARAMS(vlan->tagged_pif, tag, vlan->o.uuid));

	if (r < 0 || !other)
		return r;
	return xn_fail(err, XENET_E_PIF_VLAN_EXISTS, vlan->tagged_pif);
}

/* A trunk VIF would see the tags that the VLAN takes off. */
static int check_trunks(
	struct xn_model *m, const struct xn_network *network, struct xenet_error *err)
{
	const char *vif;
	int r = xn_sql_text(m, &vif, err,
		"SELECT uuid FROM vif WHERE network_uuid = ?1 AND trunks <> '[]' LIMIT 1",
		XN_PARAMS(network->o.uuid));

	if (r < 0 || !vif)
		return r;
	return xn_fail(
		err, XENET_E_NETWORK_INCOMPATIBLE_WITH_TRUNKS, xn_show(m, &network->o));
}

/* In the order of xe's checks: network, base PIF, tag (rules.md of xe: VLAN 2). */
static int vlan_check(
	struct xn_model *m, struct xn_object *object, struct xenet_error *err)
{
	const struct xn_vlan *vlan = (struct xn_vlan *)object;
	const char *tag = xn_value_get(m, object, xn_field(&xn_vlan_class, "tag"));
	struct xn_network *network;
	struct xn_pif *base, *untagged;
	int r = xn_get(m, &xn_pif_class, vlan->untagged_pif, &untagged, err);

	if (r == 0)
		r = xn_get(m, &xn_network_class, untagged->network, &network, err);
	if (r == 0)
		r = xn_network_accepts_pif(m, network, untagged->o.uuid, err);
	if (r == 0)
		r = xn_get(m, &xn_pif_class, vlan->tagged_pif, &base, err);
	if (r == 0)
		r = xn_vlan_check_base(base, err);
	if (r < 0)
		return r;
	if (vlan->tag < TAG_MIN || vlan->tag > TAG_MAX)
		return xn_fail(err, XENET_E_VLAN_TAG_INVALID, tag);
	r = check_unique(m, vlan, tag, err);
	return r < 0 ? r : check_trunks(m, network, err);
}

static int make_untagged(struct xn_model *m, const struct xn_pif *base, int64_t tag,
	const struct xn_network *network, struct xn_pif **ret, struct xenet_error *err)
{
	struct xn_pif *pif;
	int r = xn_new(m, &xn_pif_class, &pif, err);

	if (r < 0)
		return r;
	pif->device = base->device;
	pif->address = XN_VLAN_PIF_ADDRESS;
	pif->kind = "vlan";
	pif->vlan = tag;
	pif->mtu = base->mtu;
	pif->network = network->o.uuid;
	pif->host = base->host;
	pif->primary_address_type = base->primary_address_type;
	*ret = pif;
	return 0;
}

int xn_vlan_create(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *text = xn_arg(req, "vlan");
	struct xn_network *network;
	struct xn_pif *base, *untagged;
	struct xn_vlan *vlan;
	int64_t tag;
	int r = xn_arg_object(m, req, "network-uuid", &xn_network_class, &network, err);

	(void)none;
	if (r == 0)
		r = xn_arg_object(m, req, "pif-uuid", &xn_pif_class, &base, err);
	if (r == 0 && !xn_parse_int(text, &tag))
		return xn_fail(err, XENET_E_VLAN_TAG_INVALID, text);
	if (r == 0)
		r = xn_new(m, &xn_vlan_class, &vlan, err);
	if (r < 0)
		return r;
	vlan->tagged_pif = base->o.uuid;
	vlan->tag = tag;
	r = make_untagged(m, base, tag, network, &untagged, err);
	if (r < 0)
		return r;
	vlan->untagged_pif = untagged->o.uuid;
	/* Judged before it is plugged: the host is looked at for sound requests only. */
	r = vlan_check(m, &vlan->o, err);
	if (r == 0)
		r = xn_pif_plug(m, untagged, err);
	return r < 0 ? r : xn_reply_add_value(reply, untagged->o.uuid, err);
}

/* The uuid may be the VLAN's or its untagged PIF's; of neither, it is no VLAN's. */
static int find_vlan(struct xn_model *m, const char *uuid, struct xn_vlan **ret,
	struct xenet_error *err)
{
	struct xn_pif *pif;

	if (xn_get(m, &xn_pif_class, uuid, &pif, NULL) < 0)
		return xn_get(m, &xn_vlan_class, uuid, ret, err);
	if (pif->vlan < 0)
		return xn_fail(err, XENET_E_PIF_IS_PHYSICAL, uuid);
	return xn_vlan_of_pif(m, pif, ret, err);
}

static int destroy(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_vlan *vlan;
	struct xn_pif *pif;
	int r = find_vlan(m, xn_arg(req, "uuid"), &vlan, err);

	(void)none;
	(void)reply;
	if (r == 0)
		r = xn_get(m, &xn_pif_class, vlan->untagged_pif, &pif, err);
	if (r == 0)
		r = xn_pif_check_unplug(m, pif, err);
	if (r == 0)
		r = xn_pif_unplug(m, pif, err);
	if (r < 0)
		return r;
	xn_delete(vlan);
	xn_delete(pif);
	return 0;
}

const struct xn_param xn_vlan_create_params[] = {
	{ "pif-uuid", true, "the PIF that is to carry the VLAN" },
	{ "vlan", true, "the tag, 1 to 4094" },
	{ "network-uuid", true, "the network that the VLAN's frames belong to" },
	{ NULL },
};

static const struct xn_param destroy_params[] = {
	{ "uuid", true, "the VLAN, or the PIF that it provides" },
	{ NULL },
};

static const struct xenet_verb verbs[] = {
	{ "create", XN_CHANGES, xn_vlan_create_params,
		"Create a VLAN on a PIF. The new PIF's uuid is printed; it is plugged.",
		.run = xn_vlan_create },
	{ "destroy", XN_CHANGES, destroy_params,
		"Destroy a VLAN and the PIF that it provides. The network stays.",
		XN_OWN_LOOKUP, .run = destroy },
	{ NULL },
};

const struct xenet_class xn_vlan_class = {
	.name = "vlan",
	.type_name = "VLAN",
	.summary = "the link between a tagged and an untagged PIF",
	.size = sizeof(struct xn_vlan),
	.fields = fields,
	.verbs = verbs,
	.keys = keys,
	.check = vlan_check,
};
