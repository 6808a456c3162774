/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/parse.h"
#include "class/bond.h"
#include "class/look.h"
#include "class/drift.h"
#include "class/network.h"
#include "class/pif.h"
#include "class/vlan.h"
#include "host/netstate.h"

/* NICs are lent to xenet while a PIF, a VLAN or a bond on them needs them. */

int xn_pif_base(struct xn_model *m, const struct xn_pif *pif, struct xn_pif **ret,
	struct xenet_error *err)
{
	struct xn_vlan *vlan;
	int r;

	if (pif->vlan < 0)
		return xn_get(m, &xn_pif_class, pif->o.uuid, ret, err);
	r = xn_vlan_of_pif(m, pif, &vlan, err);
	if (r == 0)
		r = xn_get(m, &xn_pif_class, vlan->tagged_pif, ret, err);
	/* No command makes a VLAN on a VLAN: somebody has edited the database. */
	if (r == 0 && (*ret)->vlan >= 0)
		return xn_fail(err, XENET_E_DB_ROW_INVALID, "vlan", vlan->o.uuid,
			"tagged-PIF", vlan->tagged_pif);
	return r;
}

int xn_pif_device_address(struct xn_model *m, const struct xn_pif *pif, const char **ret,
	struct xenet_error *err)
{
	struct xn_pif *base;
	int r = xn_pif_base(m, pif, &base, err);

	if (r == 0)
		*ret = base->address;
	return r;
}

static int see_nic(struct xn_model *m, const char *device, unsigned details,
	const struct xn_link **ret, struct xenet_error *err)
{
	int r = xn_look(m, device, details, ret, err);

	if (r == 0 && (!*ret || !xn_link_may_be_lent(*ret)))
		return xn_fail(err, XENET_E_DEVICE_MISSING, device);
	return r;
}

/* Its master is a bridge or bond of this database, which may let it go. */
static bool is_port_of_ours(struct xn_model *m, const struct xn_link *nic)
{
	const char *ours = xn_mark_prefix(m);

	return nic->master_mark && ours &&
	       strncmp(nic->master_mark, ours, strlen(ours)) == 0;
}

static int refuse_port(
	struct xn_model *m, const struct xn_link *nic, struct xenet_error *err)
{
	const char *mark = nic->master_mark ? nic->master_mark : "", *database, *object;

	return xn_mark_read(m->arena, mark, &database, &object)
		       ? xn_fail(err, XENET_E_PORT_OF_OTHER_DATABASE, nic->name,
				 nic->master, database)
		       : xn_fail(err, XENET_E_DEVICE_HAS_MASTER, nic->name, nic->master);
}

/* A NIC that the host itself uses would lose its addresses' traffic to the bridge. */
static int check_nic(
	struct xn_model *m, const struct xn_link *nic, struct xenet_error *err)
{
	const char *addresses = nic->addresses ? nic->addresses : "";
	const char *routes = nic->routes ? nic->routes : "";

	if (nic->master && nic->master[0] && !is_port_of_ours(m, nic))
		return refuse_port(m, nic, err);
	if (addresses[0] || routes[0])
		return xn_fail(err, XENET_E_DEVICE_IN_USE, nic->name, addresses, routes);
	return 0;
}

static int keep_free_state(struct xn_model *m, struct xn_pif *pif,
	const struct xn_link *nic, struct xenet_error *err)
{
	struct xn_text text = XN_TEXT(m->arena);
	struct xn_link free = *nic;

	/* Where a change that the database does not know has put it, it was not before. */
	if (is_port_of_ours(m, nic))
		free.master = "";
	/* Another card may have got the name. */
	if (xn_mac_is_station(nic->address))
		pif->address = nic->address;
	pif->nic_address = xn_link_own_address(nic);
	xn_text_add(&text, nic->name);
	xn_link_write(&text, &free, free.mask & XN_PIF_LENT);
	pif->free_state = xn_text_end(&text);
	pif->used = true;
	return pif->free_state ? 0 : xn_no_memory(err);
}

/* joins: it becomes a port, where so far it was none of ours. */
static int claim_nic(
	struct xn_model *m, struct xn_pif *pif, bool joins, struct xenet_error *err)
{
	const struct xn_link *nic;
	int r = see_nic(
		m, pif->device, joins ? XN_DETAIL_USE : XN_DETAIL_NONE, &nic, err);

	if (r == 0 && joins)
		r = check_nic(m, nic, err);
	return r < 0 || pif->free_state[0] ? r : keep_free_state(m, pif, nic, err);
}

/* Of one that is not there, or that cannot be told, nothing is known. */
static int look_again(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err)
{
	const struct xn_link *nic;
	int r = xn_look(m, pif->device, XN_DETAIL_NONE, &nic, err);

	pif->free_state = "";
	if (r < 0 || !nic || !xn_link_may_be_lent(nic) || pif->o.obstacle)
		return r;
	return keep_free_state(m, pif, nic, err);
}

int xn_pif_look_again(struct xn_model *m, bool anew, struct xenet_error *err)
{
	const char **uuids;
	int r = xn_sql_texts(m, &uuids, err,
		anew ? "SELECT uuid FROM pif WHERE used AND kind = 'nic' ORDER BY uuid"
		     : "SELECT uuid FROM pif WHERE used AND kind = 'nic'"
		       " AND free_state = '' ORDER BY uuid",
		XN_PARAMS(NULL));

	for (; r == 0 && *uuids; uuids++) {
		struct xn_pif *pif;

		r = xn_get_sound(m, &xn_pif_class, *uuids, &pif, err);
		if (r == 0 && pif)
			r = look_again(m, pif, err);
	}
	return r;
}

int xn_pif_hold_back(struct xn_model *m, struct xn_pif *pif, const char *reason,
	struct xenet_error *err)
{
	struct xn_object **vlans;
	struct xn_network *network;
	int r = xn_find_all(m, &xn_vlan_class, "tagged-PIF", pif->o.uuid, &vlans, err);

	if (r < 0)
		return r;
	xn_hold(pif, reason);
	/* Somebody who edited the database may have left it without one. */
	r = xn_get(m, &xn_network_class, pif->network, &network, NULL);
	if (r == 0)
		xn_hold(network, reason);
	else if (r != -XENET_E_UUID_INVALID &&
		 !(r == -XENET_E_DB_ROW_INVALID && m->tolerates))
		return xn_fail(err, (enum xenet_error_code) - r);
	r = 0;
	for (; r == 0 && *vlans; vlans++) {
		r = xn_get_sound(m, &xn_pif_class,
			((struct xn_vlan *)*vlans)->untagged_pif, &pif, err);
		if (r == 0 && pif)
			r = xn_pif_hold_back(m, pif, reason, err);
	}
	return r;
}

/* It would join a bridge or a bond, and is in none of ours so far. */
static int hold_if_busy(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err)
{
	struct xenet_error busy = { 0 };
	const struct xn_link *nic;
	const char *reason;
	int r = xn_look(m, pif->device, XN_DETAIL_USE, &nic, err);

	if (r < 0 || !nic || !xn_link_may_be_lent(nic) || is_port_of_ours(m, nic) ||
		check_nic(m, nic, &busy) == 0)
		return r;
	reason = xn_printf(m->arena, "%s: %s", nic->name, busy.message);
	xenet_error_clear(&busy);
	return reason ? xn_pif_hold_back(m, pif, reason, err) : xn_no_memory(err);
}

int xn_pif_hold_busy(struct xn_model *m, struct xenet_error *err)
{
	const char **uuids;
	int r = xn_sql_texts(m, &uuids, err,
		"SELECT uuid FROM pif WHERE kind = 'nic' AND used"
		" AND (plugged OR bond_slave_of IS NOT NULL) ORDER BY uuid",
		XN_PARAMS(NULL));

	for (; r == 0 && *uuids; uuids++) {
		struct xn_pif *pif;

		r = xn_get_sound(m, &xn_pif_class, *uuids, &pif, err);
		if (r == 0 && pif && !pif->o.obstacle)
			r = hold_if_busy(m, pif, err);
	}
	return r;
}

static int claim_bond(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_object **members;
	int r = xn_bond_members(m, pif, &members, err);

	for (size_t i = 0; r == 0 && members[i]; i++) {
		struct xn_pif *member = (struct xn_pif *)members[i];

		xn_touch(member);
		if (!member->used)
			r = claim_nic(m, member, true, err);
	}
	pif->used = true;
	return r;
}

int xn_pif_claim(
	struct xn_model *m, struct xn_pif *base, bool by_itself, struct xenet_error *err)
{
	if (xn_pif_is(base, "nic"))
		return claim_nic(
			m, base, !base->used || (by_itself && !base->plugged), err);
	if (xn_pif_is(base, "bond"))
		return claim_bond(m, base, err);
	base->used = true;
	return 0;
}

static void let_go(struct xn_pif *pif)
{
	pif->used = false;
	pif->free_state = "";
	xn_touch(pif);
}

static int let_go_all(struct xn_model *m, struct xn_pif *base, struct xenet_error *err)
{
	struct xn_object **members;
	int r = xn_bond_members(m, base, &members, err);

	for (size_t i = 0; r == 0 && members[i]; i++)
		let_go((struct xn_pif *)members[i]);
	let_go(base);
	return r;
}

int xn_pif_release(struct xn_model *m, struct xn_pif *base, const struct xn_pif *but,
	struct xenet_error *err)
{
	const char *user;
	int r;

	if (base->plugged)
		return 0;
	r = xn_sql_text(m, &user, err,
		"SELECT 1 FROM vlan JOIN pif ON pif.uuid = vlan.untagged_pif"
		" WHERE vlan.tagged_pif = ?1 AND pif.plugged AND pif.uuid <> ?2 LIMIT 1",
		XN_PARAMS(base->o.uuid, but->o.uuid));
	return r < 0 || user ? r : let_go_all(m, base, err);
}

int xn_pif_is_idle(
	struct xn_model *m, const char *device, bool *ret, struct xenet_error *err)
{
	const struct xn_object *pif;
	const char *uuid;
	int r = xn_sql_text(m, &uuid, err,
		"SELECT uuid FROM pif"
		" WHERE device = ?1 AND kind = 'nic' AND managed AND NOT used",
		XN_PARAMS(device));

	if (r < 0)
		return r;
	pif = uuid ? xn_known(m, uuid) : NULL;
	*ret = uuid && !(pif && pif->obstacle);
	return 0;
}

bool xn_pif_is(const struct xn_pif *pif, const char *kind)
{
	return strcmp(pif->kind, kind) == 0;
}

bool xn_pif_has_ip(const struct xn_pif *pif)
{
	bool v4 = strcmp(pif->primary_address_type, "IPv4") == 0;

	return strcmp(v4 ? pif->ip_mode : pif->ipv6_mode, "None") != 0;
}

int xn_pif_free_device(
	struct xn_model *m, const char *prefix, const char **ret, struct xenet_error *err)
{
	for (int i = 0;; i++) {
		const char *name = xn_printf(m->arena, "%s%d", prefix, i);
		const struct xn_link *link;
		struct xn_pif *pif;
		int r = name ? xn_find(m, &xn_pif_class, "device", name, &pif, err)
			     : xn_no_memory(err);

		if (r == 0 && !pif)
			r = xn_look(m, name, XN_DETAIL_NONE, &link, err);
		if (r < 0)
			return r;
		*ret = name;
		if (!pif && !link)
			return 0;
	}
}

int xn_pif_refuse(const struct xn_pif *pif, const struct xn_pif_rule *rules,
	struct xenet_error *err)
{
	for (; rules->code != XENET_OK; rules++)
		if (rules->refused)
			return xn_fail(err, rules->code, pif->o.uuid);
	return 0;
}

bool xn_ip_is_static(const char *mode)
{
	return strcmp(mode, "Static") == 0;
}
