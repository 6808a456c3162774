/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/network.h"

#include <ctype.h>
#include <string.h>

#include "base/parse.h"
#include "class/look.h"
#include "class/pif.h"

#define F(member) offsetof(struct xn_network, member)

static const struct xenet_field fields[] = {
	{ "uuid", XN_UUID, XN_RO, F(o.uuid), "unique identifier", XN_LISTED },
	{ "name-label", XN_TEXT, XN_RW, F(name_label), "name; need not be unique",
		XN_LISTED },
	{ "name-description", XN_TEXT, XN_RW, F(name_description), "description",
		XN_LISTED },
	{ "VIF-uuids", XN_SET, XN_RO, 0, "VIFs on the network, attached or not",
		.sql = "(SELECT json_group_array(uuid) FROM vif"
		       " WHERE network_uuid = network.uuid)" },
	{ "PIF-uuids", XN_SET, XN_RO, 0, "PIFs of the network",
		.sql = "(SELECT json_group_array(uuid) FROM pif"
		       " WHERE network_uuid = network.uuid)" },
	{ "MTU", XN_INT, XN_RW, F(mtu), "bytes, 68 to 65535; used at the next plug",
		.initial = "1500", .min = 68, .max = 65535,
		.invalid = XENET_E_MTU_INVALID },
	{ "bridge", XN_TEXT, XN_CREATE, F(bridge),
		"name of the bridge: at most 15 bytes, without blanks and /:%, not "
		"starting with xen, xapi, vif, tap or eth",
		XN_LISTED, .max = 15 },
	{ "managed", XN_BOOL, XN_CREATE, F(managed), "whether xenet makes the bridge",
		.initial = "true" },
	{ "other-config", XN_MAP, XN_RW, F(other_config), "free-form settings" },
	{ "blobs", XN_TEXT, XN_RO, 0, "binary data; none here", .sql = "''" },
	{ "tags", XN_SET, XN_RW, F(tags), "labels of the user's own",
		XN_COMMAS | XN_KEPT },
	{ "default-locking-mode", XN_ENUM, XN_RW, F(default_locking_mode),
		"what VIFs with locking-mode network_default do", .initial = "unlocked",
		.choices = "unlocked|disabled" },
	{ "purpose", XN_SET, XN_RW, F(purpose), "uses of the network: nbd, insecure_nbd",
		XN_COMMAS },
	{ "degraded", XN_TEXT, XN_LIVE, 0, "what in the kernel is not as it should be",
		XN_QUIET, .live = xn_live_degraded },
	{ "plugged-MTU", XN_INT, XN_HIDDEN, F(plugged_mtu), "MTU of the bridge" },
	{ "attached", XN_BOOL, XN_HIDDEN, F(attached), "kept by network-attach",
		XN_WANTED },
	{ "plugged-routes", XN_TEXT, XN_HIDDEN, F(plugged_routes), "static routes" },
	{ NULL },
};

static const struct xn_key keys[] = {
	{ { "bridge" }, true, true },
	{ { "name-label" }, false, true },
	{ { NULL } },
};

static bool is_special(const char *name)
{
	/* Names that the kernel refuses, or that mean something else in sysctl paths. */
	static const char *const words[] = { ".", "..", "all", "default", "lo" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], name) == 0)
			return true;
	return false;
}

/* As dev_valid_name in the kernel, and no '%', which it expands. */
bool xn_network_is_bridge_name(const char *name)
{
	if (strlen(name) > 15 || is_special(name))
		return false;
	for (const char *c = name; *c; c++)
		if (strchr("/:%", *c) || isspace((unsigned char)*c) ||
			iscntrl((unsigned char)*c))
			return false;
	return true;
}

static int check_bridge(
	struct xn_model *m, const struct xn_network *network, struct xenet_error *err)
{
	struct xn_network *other;
	int r;

	if (!network->bridge[0])
		return 0;
	if (!xn_network_is_bridge_name(network->bridge))
		return xn_fail(err, XENET_E_INVALID_VALUE, "bridge", network->bridge);
	r = xn_find(m, &xn_network_class, "bridge", network->bridge, &other, err);
	if (r == 0 && other && other != network)
		return xn_fail(err, XENET_E_BRIDGE_NAME_EXISTS, network->bridge);
	return r;
}

int xn_network_check_idle(
	struct xn_model *m, const struct xn_network *network, struct xenet_error *err)
{
	const char *vif;
	int r = xn_sql_text(m, &vif, err,
		"SELECT uuid FROM vif WHERE network_uuid = ?1 AND plugged = 1 LIMIT 1",
		XN_PARAMS(network->o.uuid));

	if (r < 0 || !vif)
		return r;
	return xn_fail(err, XENET_E_VIF_IN_USE, xn_show(m, &network->o), vif);
}

static int check_purpose(
	struct xn_model *m, const struct xn_network *network, struct xenet_error *err)
{
	const char *bad, *clash;
	int r = xn_sql_text(m, &bad, err,
		"SELECT value FROM json_each(?1) WHERE value NOT IN ('nbd', "
		"'insecure_nbd')",
		XN_PARAMS(network->purpose));

	if (r == 0 && bad)
		return xn_fail(
			err, XENET_E_ENUM_INVALID, "purpose", bad, "nbd, insecure_nbd");
	if (r == 0)
		r = xn_sql_text(m, &clash, err,
			"SELECT mine.value || ' ' || theirs.value FROM json_each(?1) AS "
			"mine,"
			" (SELECT value FROM json_each(?1) UNION"
			"  SELECT e.value FROM network, json_each(network.purpose) AS e) "
			"AS theirs"
			" WHERE theirs.value <> mine.value",
			XN_PARAMS(network->purpose));
	if (r < 0 || !clash)
		return r;
	return clash[0] == 'n' ? xn_fail(err, XENET_E_NETWORK_INCOMPATIBLE_PURPOSES,
					 "nbd", "insecure_nbd")
			       : xn_fail(err, XENET_E_NETWORK_INCOMPATIBLE_PURPOSES,
					 "insecure_nbd", "nbd");
}

static int network_check(
	struct xn_model *m, struct xn_object *object, struct xenet_error *err)
{
	const struct xn_network *network = (struct xn_network *)object;
	int r = 0;

	if (xn_changed(network, "bridge"))
		r = xn_go_on(m, check_bridge(m, network, err), err);
	if (r == 0 && object->past && xn_changed(network, "default-locking-mode"))
		r = xn_go_on(m, xn_network_check_idle(m, network, err), err);
	if (r == 0 && xn_changed(network, "purpose") &&
		strcmp(network->purpose, "[]") != 0)
		r = network->managed
			    ? check_purpose(m, network, err)
			    : xn_fail(err, XENET_E_NETWORK_UNMANAGED, xn_show(m, object));
	return r;
}

const char *xn_mark(struct xn_model *m, const struct xn_object *object)
{
	return xn_printf(m->arena, "xenet:%s:%s", m->host_uuid, object->uuid);
}

int xn_effective_mtu(struct xn_model *m, const char *other_config, int64_t fallback,
	int64_t *ret, struct xenet_error *err)
{
	const char *text;
	int r = xn_map_get(m, other_config, "mtu", &text, err);

	*ret = fallback;
	if (r == 0 && text)
		xn_parse_uint(text, 68, 65535, ret);
	return r;
}

int xn_network_pif(struct xn_model *m, const struct xn_network *network,
	struct xn_pif **ret, struct xenet_error *err)
{
	return xn_find(m, &xn_pif_class, "network-uuid", network->o.uuid, ret, err);
}

int xn_network_accepts_pif(struct xn_model *m, const struct xn_network *network,
	const char *pif_uuid, struct xenet_error *err)
{
	struct xn_pif *pif;
	int r;

	if (!network->managed)
		return xn_fail(err, XENET_E_NETWORK_UNMANAGED, xn_show(m, &network->o));
	r = xn_network_pif(m, network, &pif, err);
	if (r < 0 || !pif || strcmp(pif->o.uuid, pif_uuid) == 0)
		return r;
	return xn_fail(err, XENET_E_NETWORK_ALREADY_CONNECTED, xn_show(m, &network->o),
		pif->o.uuid);
}

int xn_network_in_use(struct xn_model *m, const struct xn_network *network, bool *ret,
	struct xenet_error *err)
{
	const char *user;
	int r = xn_sql_text(m, &user, err,
		"SELECT 1 FROM pif WHERE network_uuid = ?1 AND plugged = 1 UNION ALL"
		" SELECT 1 FROM vif WHERE network_uuid = ?1 AND plugged = 1 LIMIT 1",
		XN_PARAMS(network->o.uuid));

	*ret = r == 0 && (user || (network->attached && !network->o.deleted));
	return r;
}

static int network_desire(struct xn_model *m, const struct xn_object *object,
	struct xn_netstate *want, struct xenet_error *err)
{
	const struct xn_network *network = (const struct xn_network *)object;
	struct xn_link *link;
	struct xn_pif *pif;
	/* A bridge that foreign ports have kept goes with its network at the latest. */
	bool leaves = m->in_past && object->deleted;
	bool used = false;
	int r = network->managed && network->bridge[0] && !object->obstacle
			? xn_network_in_use(m, network, &used, err)
			: 0;

	if (r < 0 || !(used || leaves))
		return r;
	r = xn_network_pif(m, network, &pif, err);
	if (r < 0)
		return r;
	link = xn_link_add(want, network->bridge);
	if (!link || !(link->mark = xn_mark(m, object)))
		return xn_no_memory(err);
	link->mask = XN_KIND | XN_MARK | XN_MTU | XN_STP | XN_DELAY | XN_LEARN | XN_UP;
	link->kind = "bridge";
	link->mtu = network->plugged_mtu;
	link->up = true;
	xn_link_hide(link);
	link->stays_for_ports = !pif && !leaves;
	link->unsure = !used;
	if (!pif)
		return 0;
	/* A bridge without an address of its own takes the lowest of its ports'. */
	link->mask |= XN_ADDRESS;
	r = xn_pif_device_address(m, pif, &link->address, err);
	return r == 0 && pif->plugged ? xn_pif_desire_ip(m, pif, network, link, err) : r;
}

const struct xenet_class xn_network_class = {
	.name = "network",
	.type_name = "network",
	.summary = "an Ethernet segment: a bridge when in use",
	.size = sizeof(struct xn_network),
	.fields = fields,
	.verbs = xn_network_verbs,
	.common_list = true,
	.keys = keys,
	.check = network_check,
	.desire = network_desire,
};
