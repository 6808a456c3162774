/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/bond.h"

#include <string.h>

#include "class/pif.h"
#include "host/netstate.h"

#define F(member) offsetof(struct xn_bond, member)

/* The members that have a carrier; the bond itself states a kind, they do not. */
static const char *live_links_up(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have)
{
	static const char *const digits[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8",
		"9", "10", "11", "12", "13", "14", "15", "16" };
	const size_t most = sizeof(digits) / sizeof(digits[0]) - 1;
	size_t n = 0;

	(void)object;
	for (const struct xn_link *link = want->links; link; link = link->next) {
		const struct xn_link *member = xn_link_is_lent(link)
						       ? xn_link_find(have, link->name)
						       : NULL;

		n += member && member->carrier && member->master[0];
	}
	return digits[n < most ? n : most];
}

static const struct xenet_field fields[] = {
	{ "uuid", XN_UUID, XN_RO, F(o.uuid), "unique identifier", XN_LISTED },
	{ "master", XN_REF, XN_RO, F(master), "PIF that the bond provides", XN_LISTED,
		.ref = "pif" },
	{ "slaves", XN_TEXT, XN_RO, 0, "PIFs of its members", XN_LISTED,
		.sql = "(SELECT coalesce(group_concat(uuid, '; '), '') FROM pif"
		       " WHERE bond_slave_of = bond.uuid)" },
	{ "mode", XN_ENUM, XN_RO, F(mode), "how frames are spread over the members",
		.initial = "balance-slb", .choices = "balance-slb|active-backup|lacp" },
	{ "properties", XN_MAP, XN_RO, F(properties), "options of lacp", XN_SETTABLE },
	{ "primary-slave", XN_REF, XN_RO, F(primary),
		"member whose address and IP configuration the bond has", .ref = "pif" },
	{ "links-up", XN_INT, XN_LIVE, 0, "members with a carrier",
		.live = live_links_up },
	{ "auto-update-mac", XN_BOOL, XN_RO, F(auto_update_mac),
		"its address is the primary member's" },
	{ NULL },
};

static const struct xn_key keys[] = {
	{ { "master" }, true, true },
	{ { NULL } },
};

int xn_bond_of_pif(struct xn_model *m, const struct xn_pif *pif, struct xn_bond **ret,
	struct xenet_error *err)
{
	return xn_find(m, &xn_bond_class, "master", pif->o.uuid, ret, err);
}

int xn_bond_members(struct xn_model *m, const struct xn_pif *master,
	struct xn_object ***ret, struct xenet_error *err)
{
	static struct xn_object *none[] = { NULL };
	struct xn_bond *bond = NULL;
	int r = xn_pif_is(master, "bond") ? xn_bond_of_pif(m, master, &bond, err) : 0;

	*ret = none;
	return r == 0 && bond ? xn_find_all(m, &xn_pif_class, "bond-slave-of",
					bond->o.uuid, ret, err)
			      : r;
}

int xn_bond_master(struct xn_model *m, const struct xn_pif *member, struct xn_pif **ret,
	struct xenet_error *err)
{
	struct xn_bond *bond;
	int r = xn_get(m, &xn_bond_class, member->bond, &bond, err);

	return r < 0 ? r : xn_get(m, &xn_pif_class, bond->master, ret, err);
}

/* Options take effect at once, on the device and, since it has to be emptied, its members. */
static int touch_all(
	struct xn_model *m, const struct xn_bond *bond, struct xenet_error *err)
{
	struct xn_object **members;
	struct xn_pif *master;
	int r = xn_get(m, &xn_pif_class, bond->master, &master, err);

	if (r == 0)
		r = xn_bond_members(m, master, &members, err);
	for (size_t i = 0; r == 0 && members[i]; i++)
		xn_touch(members[i]);
	if (r == 0)
		xn_touch(master);
	return r;
}

static int bond_check(
	struct xn_model *m, struct xn_object *object, struct xenet_error *err)
{
	const struct xn_bond *bond = (const struct xn_bond *)object;
	int r = xn_bond_check_properties(m, bond, err);

	return r == 0 && object->past ? touch_all(m, bond, err) : r;
}

/* A bond is what its PIFs are: for live fields. */
static int bond_desire(struct xn_model *m, const struct xn_object *object,
	struct xn_netstate *want, struct xenet_error *err)
{
	const struct xn_bond *bond = (const struct xn_bond *)object;
	struct xn_object **members;
	struct xn_pif *master;
	int r;

	if (object->deleted)
		return 0;
	r = xn_get(m, &xn_pif_class, bond->master, &master, err);
	if (r == 0)
		r = xn_bond_members(m, master, &members, err);
	for (size_t i = 0; r == 0 && members[i]; i++)
		r = xn_pif_desire(m, members[i], want, err);
	return r;
}

const struct xenet_class xn_bond_class = {
	.name = "bond",
	.type_name = "Bond",
	.summary = "PIFs that act as one",
	.size = sizeof(struct xn_bond),
	.fields = fields,
	.verbs = xn_bond_verbs,
	.keys = keys,
	.check = bond_check,
	.desire = bond_desire,
};
