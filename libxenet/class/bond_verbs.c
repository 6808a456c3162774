/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/parse.h"
#include "class/bond.h"
#include "class/network.h"
#include "class/pif.h"
#include "class/tunnel.h"
#include "class/vlan.h"
#include "model/reply.h"

/* What bond-create is about. */
struct request {
	struct xn_network *network;
	struct xn_pif **members; /* each once, in the order given; ends with NULL */
	size_t n;
	struct xn_pif *primary;
	const char *address; /* given, or NULL */
};

static size_t count_commas(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == ',';
	return n;
}

/* A repeated member counts at its last place (rules.md of xe: Bond 5). */
static void add_member(struct request *q, struct xn_pif *pif)
{
	size_t kept = 0;

	for (size_t i = 0; i < q->n; i++)
		if (q->members[i] != pif)
			q->members[kept++] = q->members[i];
	q->members[kept++] = pif;
	q->n = kept;
	q->members[kept] = NULL;
}

static int find_members(
	struct xn_model *m, const char *list, struct request *q, struct xenet_error *err)
{
	q->members = xn_alloc(
		m->arena, (count_commas(list) + 2) * sizeof(struct xn_pif *));
	if (!q->members)
		return xn_no_memory(err);
	for (const char *at = list;; at++) {
		size_t length = strcspn(at, ",");
		char *uuid = xn_strndup(m->arena, at, length);
		struct xn_pif *pif;
		int r = uuid ? xn_get(m, &xn_pif_class, uuid, &pif, err)
			     : xn_no_memory(err);

		if (r < 0)
			return r;
		add_member(q, pif);
		at += length;
		if (!*at)
			return 0;
	}
}

/* The management interface, else the first with an IP mode, else the first. */
static struct xn_pif *choose_primary(const struct request *q)
{
	struct xn_pif *primary = NULL;

	for (size_t i = 0; i < q->n; i++)
		if (q->members[i]->management)
			return q->members[i];
	for (size_t i = 0; i < q->n && !primary; i++)
		if (xn_pif_has_ip(q->members[i]))
			primary = q->members[i];
	return primary ? primary : q->members[0];
}

/* What a member carries would be cut off. */
static int check_idle(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err)
{
	struct xn_network *network;
	struct xn_object *user;
	int r = xn_find(m, &xn_vlan_class, "tagged-PIF", pif->o.uuid, &user, err);

	if (r == 0 && user)
		return xn_fail(err, XENET_E_PIF_VLAN_STILL_EXISTS, pif->o.uuid);
	if (r == 0)
		r = xn_find(
			m, &xn_tunnel_class, "transport-PIF", pif->o.uuid, &user, err);
	if (r == 0 && user)
		return xn_fail(err, XENET_E_PIF_TUNNEL_STILL_EXISTS, pif->o.uuid);
	if (r == 0)
		r = xn_get(m, &xn_network_class, pif->network, &network, err);
	return r < 0 ? r : xn_network_check_idle(m, network, err);
}

static int check_member(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err)
{
	const struct xn_pif_rule rules[] = {
		{ !pif->managed, XENET_E_PIF_UNMANAGED },
		{ pif->bond || xn_pif_is(pif, "bond"), XENET_E_PIF_ALREADY_BONDED },
		{ xn_pif_is(pif, "vlan"), XENET_E_PIF_VLAN_EXISTS },
		{ xn_pif_is(pif, "tunnel"), XENET_E_IS_TUNNEL_ACCESS_PIF },
		{ false, XENET_OK },
	};

	int r = xn_pif_refuse(pif, rules, err);

	return r < 0 ? r : check_idle(m, pif, err);
}

static int check_alike(const struct request *q, struct xenet_error *err)
{
	size_t with_ip = 0;

	for (size_t i = 0; i < q->n; i++) {
		if (strcmp(q->members[i]->properties, q->members[0]->properties) != 0)
			return xn_fail(err, XENET_E_INCOMPATIBLE_PIF_PROPERTIES);
		with_ip += xn_pif_has_ip(q->members[i]);
	}
	return with_ip > 1 ? xn_fail(err, XENET_E_PIF_BOND_MORE_THAN_ONE_IP) : 0;
}

/* In the order of xe's checks (rules.md of xe: Bond 1). */
static int check_members(
	struct xn_model *m, const struct request *q, struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < q->n; i++)
		if (strcmp(q->members[i]->primary_address_type,
			    q->members[0]->primary_address_type) != 0)
			return xn_fail(err, XENET_E_PIF_INCOMPATIBLE_PRIMARY_ADDRESS_TYPE,
				q->members[i]->o.uuid);
	for (size_t i = 0; i < q->n && r == 0; i++)
		r = check_member(m, q->members[i], err);
	return r < 0 ? r : check_alike(q, err);
}

int xn_bond_check_members(
	struct xn_model *m, const struct xn_bond *bond, struct xenet_error *err)
{
	struct xn_object **members;
	struct xn_pif *master;
	size_t with_ip = 0;
	int r = xn_get(m, &xn_pif_class, bond->master, &master, err);

	if (r == 0)
		r = xn_bond_members(m, master, &members, err);
	for (size_t i = 0; r == 0 && members[i]; i++) {
		const struct xn_pif *pif = (struct xn_pif *)members[i];

		if (strcmp(pif->primary_address_type, master->primary_address_type) != 0)
			return xn_fail(err, XENET_E_PIF_INCOMPATIBLE_PRIMARY_ADDRESS_TYPE,
				pif->o.uuid);
		if (strcmp(pif->properties, master->properties) != 0)
			return xn_fail(err, XENET_E_INCOMPATIBLE_PIF_PROPERTIES);
		with_ip += xn_pif_has_ip(pif);
		r = pif->managed ? check_idle(m, pif, err)
				 : xn_fail(err, XENET_E_PIF_UNMANAGED, pif->o.uuid);
	}
	/* The bond has the one configuration that there is. */
	return r == 0 && with_ip ? xn_fail(err, XENET_E_PIF_BOND_MORE_THAN_ONE_IP) : r;
}

/* properties:KEY=VALUE, or properties-KEY=VALUE as of old. */
static int take_properties(struct xn_model *m, const struct xenet_request *req,
	struct xn_bond *bond, struct xenet_error *err)
{
	static const char word[] = "properties";
	int r = 0;

	for (const struct xn_argument *a = req->arguments; a && r == 0; a = a->next) {
		const char *rest = a->key + sizeof(word) - 1;

		if (strncmp(a->key, word, sizeof(word) - 1) == 0 &&
			(*rest == ':' || *rest == '-'))
			r = xn_map_set(m, &bond->properties, rest + 1, a->value, err);
	}
	return r;
}

static int set_mode_of(struct xn_model *m, struct xn_bond *bond, const char *mode,
	struct xenet_error *err)
{
	return xn_value_set(m, &bond->o, xn_field(&xn_bond_class, "mode"),
		mode[0] ? mode : "balance-slb", err);
}

static int take_address(
	struct xn_model *m, const char *mac, struct request *q, struct xenet_error *err)
{
	char address[XN_MAC_SIZE];

	if (!mac[0])
		return 0;
	if (!xn_parse_mac(mac, address) || !xn_mac_is_station(address))
		return xn_fail(err, XENET_E_MAC_INVALID, mac);
	q->address = xn_strdup(m->arena, address);
	return q->address ? 0 : xn_no_memory(err);
}

/* The bond has what its primary member had, which has nothing now; and the other way. */
static void hand_over(struct xn_pif *from, struct xn_pif *to)
{
	to->ip_mode = from->ip_mode;
	to->ip = from->ip;
	to->netmask = from->netmask;
	to->gateway = from->gateway;
	to->ipv6_mode = from->ipv6_mode;
	to->ipv6 = from->ipv6;
	to->ipv6_gateway = from->ipv6_gateway;
	to->dns = from->dns;
	to->management = from->management;
	to->disallow_unplug = from->disallow_unplug;
	from->ip_mode = from->ipv6_mode = "None";
	from->ip = from->netmask = from->gateway = from->dns = "";
	from->ipv6 = from->ipv6_gateway = "";
	from->management = from->disallow_unplug = false;
}

static int make_master(struct xn_model *m, const struct request *q, struct xn_pif **ret,
	struct xenet_error *err)
{
	struct xn_pif *pif;
	int r = xn_new(m, &xn_pif_class, &pif, err);

	if (r == 0)
		r = xn_pif_free_device(m, "bond", &pif->device, err);
	if (r < 0)
		return r;
	pif->kind = "bond";
	pif->address = q->address ? q->address : q->primary->address;
	pif->mtu = -1;
	pif->network = q->network->o.uuid;
	pif->host = q->primary->host;
	pif->primary_address_type = q->primary->primary_address_type;
	pif->properties = q->primary->properties;
	hand_over(q->primary, pif);
	*ret = pif;
	return 0;
}

/* A member keeps its network, but is not plugged by itself. */
static int join(struct xn_model *m, struct xn_pif *member, const struct xn_bond *bond,
	struct xenet_error *err)
{
	struct xn_network *network;
	int r = xn_get(m, &xn_network_class, member->network, &network, err);

	member->plugged = false;
	member->bond = bond->o.uuid;
	xn_touch(member);
	if (r == 0)
		xn_touch(network);
	return r;
}

static int read_request(struct xn_model *m, const struct xenet_request *req,
	struct xn_bond *bond, struct request *q, struct xenet_error *err)
{
	int r = xn_arg_object(
		m, req, "network-uuid", &xn_network_class, &q->network, err);

	if (r == 0)
		r = find_members(m, xn_arg(req, "pif-uuids"), q, err);
	if (r == 0)
		r = set_mode_of(m, bond, xn_arg_or_empty(req, "mode"), err);
	if (r == 0)
		r = xn_network_accepts_pif(m, q->network, "", err);
	if (r == 0)
		r = take_address(m, xn_arg_or_empty(req, "mac"), q, err);
	if (r == 0)
		r = take_properties(m, req, bond, err);
	return r < 0 ? r : xn_bond_check_properties(m, bond, err);
}

static int create(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	struct request q = { 0 };
	struct xn_bond *bond;
	struct xn_pif *master;
	int r = xn_new(m, &xn_bond_class, &bond, err);

	(void)none;
	if (r == 0)
		r = read_request(m, req, bond, &q, err);
	if (r == 0)
		r = check_members(m, &q, err);
	if (r < 0)
		return r;
	q.primary = choose_primary(&q);
	bond->primary = q.primary->o.uuid;
	bond->auto_update_mac = !q.address;
	r = make_master(m, &q, &master, err);
	for (size_t i = 0; r == 0 && i < q.n; i++)
		r = join(m, q.members[i], bond, err);
	if (r < 0)
		return r;
	bond->master = master->o.uuid;
	r = xn_bond_complete(m, bond, err);
	if (r == 0)
		r = xn_pif_plug(m, master, err);
	if (r == 0)
		r = xn_pif_note_dhcp(master, reply, err);
	return r < 0 ? r : xn_reply_add_value(reply, bond->o.uuid, err);
}

/* Out of the bond; plugged by itself, if the bond was, so that it stays in use. */
static int leave(struct xn_model *m, struct xn_pif *member, struct xenet_error *err)
{
	member->bond = NULL;
	return xn_pif_plug(m, member, err);
}

static int destroy(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_bond *bond = (struct xn_bond *)object;
	struct xn_object **members;
	struct xn_pif *master, *primary;
	bool plugged;
	int r = xn_get(m, &xn_pif_class, bond->master, &master, err);

	(void)req;
	(void)reply;
	if (r == 0)
		r = xn_get(m, &xn_pif_class, bond->primary, &primary, err);
	if (r == 0)
		r = check_idle(m, master, err);
	if (r == 0)
		r = xn_bond_members(m, master, &members, err);
	if (r < 0)
		return r;
	hand_over(master, primary);
	plugged = master->plugged;
	/* Who is let go with the bond is given back as it was, so first the others leave. */
	for (size_t i = 0; plugged && r == 0 && members[i]; i++)
		r = leave(m, (struct xn_pif *)members[i], err);
	if (r == 0)
		r = xn_pif_unplug(m, master, err);
	for (size_t i = 0; !plugged && r == 0 && members[i]; i++)
		((struct xn_pif *)members[i])->bond = NULL;
	if (r < 0)
		return r;
	xn_delete(object);
	xn_delete(master);
	return 0;
}

static int set_mode(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_bond *bond = (struct xn_bond *)object;
	int r = set_mode_of(m, bond, xn_arg(req, "mode"), err);

	(void)reply;
	return r < 0 ? r : xn_bond_complete(m, bond, err);
}

static const struct xn_param create_params[] = {
	{ "network-uuid", true, "the network that the bond's frames belong to" },
	{ "pif-uuids", true, "the members, comma-separated" },
	{ "mac", false, "address of the bond; default the primary member's" },
	{ "mode", false, "balance-slb (the default), active-backup or lacp" },
	{ "properties:", false, "options of lacp" },
	{ NULL },
};

static const struct xn_param destroy_params[] = {
	{ "uuid", true, "the bond" },
	{ NULL },
};

static const struct xn_param mode_params[] = {
	{ "uuid", true, "the bond" },
	{ "mode", true, "balance-slb, active-backup or lacp" },
	{ NULL },
};

const struct xenet_verb xn_bond_verbs[] = {
	{ "create", XN_CHANGES, create_params,
		"Make PIFs act as one. The new bond's uuid is printed; its PIF is "
		"plugged.",
		.run = create },
	{ "destroy", XN_CHANGES, destroy_params,
		"Dissolve a bond. Its primary member gets the IP configuration back.",
		.run = destroy },
	{ "set-mode", XN_CHANGES, mode_params,
		"Change the mode of a bond. Properties that the mode lacks are dropped.",
		.run = set_mode },
	{ NULL },
};
