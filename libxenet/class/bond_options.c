/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "class/bond.h"
#include "class/pif.h"

/* What xe's modes and properties of bonds are in the kernel. */

/* Every mode watches the links as XenServer does (rules.md of xe: Bond 11), ms. */
#define WATCH "miimon=100,updelay=31000,downdelay=200"

/* The properties that exist, all of mode lacp alone (rules.md of xe: Bond 4). */
static const struct property {
	const char *name;
	const char *initial; /* NULL: none */
	const char *choices; /* NULL: a number up to the limit */
	int64_t limit;
} properties[] = {
	{ "hashing_algorithm", "tcpudp_ports", "|tcpudp_ports|src_mac|", 0 },
	{ "lacp-time", "slow", "|slow|fast|", 0 },
	/* The kernel's user key has ten bits (IEEE 802.1AX leaves it the low six more). */
	{ "lacp-aggregation-key", NULL, NULL, 1023 },
	{ "lacp-fallback-ab", "true", "|true|false|", 0 },
	{ NULL, NULL, NULL, 0 },
};

static const struct property *find_property(const char *name, size_t length)
{
	for (const struct property *p = properties; p->name; p++)
		if (strlen(p->name) == length && strncmp(p->name, name, length) == 0)
			return p;
	return NULL;
}

static bool is_allowed(
	struct xn_model *m, const char *mode, const char *key, const char *value)
{
	const struct property *p = find_property(key, strlen(key));
	const char *word = xn_printf(m->arena, "|%s|", value);
	int64_t n;

	if (!p || strcmp(mode, "lacp") != 0)
		return false;
	if (!p->choices)
		return xn_parse_uint(value, 0, p->limit, &n);
	return word && !strchr(value, '|') && strstr(p->choices, word);
}

int xn_bond_check_properties(
	struct xn_model *m, const struct xn_bond *bond, struct xenet_error *err)
{
	const char **keys, *value;
	int r = xn_sql_texts(m, &keys, err, "SELECT key FROM json_each(?1)",
		XN_PARAMS(bond->properties));

	for (size_t i = 0; r == 0 && keys[i]; i++) {
		r = xn_map_get(m, bond->properties, keys[i], &value, err);
		if (r == 0 && !is_allowed(m, bond->mode, keys[i], value))
			r = xn_go_on(m,
				xn_fail(err, XENET_E_INVALID_VALUE, "properties",
					xn_printf(m->arena, "%s = %s", keys[i], value)),
				err);
	}
	return r;
}

int xn_bond_complete(struct xn_model *m, struct xn_bond *bond, struct xenet_error *err)
{
	const char *there;
	int r = 0;

	if (strcmp(bond->mode, "lacp") != 0)
		bond->properties = "{}";
	for (const struct property *p = properties; p->name && r == 0; p++) {
		if (strcmp(bond->mode, "lacp") != 0 || !p->initial)
			continue;
		r = xn_map_get(m, bond->properties, p->name, &there, err);
		if (r == 0 && !there)
			r = xn_map_set(m, &bond->properties, p->name, p->initial, err);
	}
	return r;
}

static int lacp_options(struct xn_model *m, const struct xn_bond *bond, const char **ret,
	struct xenet_error *err)
{
	const char *hash, *rate, *key;
	int r = xn_map_get(m, bond->properties, "hashing_algorithm", &hash, err);

	if (r == 0)
		r = xn_map_get(m, bond->properties, "lacp-time", &rate, err);
	if (r == 0)
		r = xn_map_get(m, bond->properties, "lacp-aggregation-key", &key, err);
	if (r < 0)
		return r;
	*ret = xn_printf(m->arena,
		"mode=802.3ad," WATCH ",lacp_rate=%s,xmit_hash_policy=%s,"
		"ad_user_port_key=%s",
		rate ? rate : "slow",
		hash && strcmp(hash, "src_mac") == 0 ? "vlan+srcmac" : "layer3+4",
		key ? key : "0");
	return 0;
}

int xn_bond_options(struct xn_model *m, const struct xn_pif *master, const char **ret,
	struct xenet_error *err)
{
	struct xn_bond *bond;
	int r = xn_bond_of_pif(m, master, &bond, err);

	if (r < 0)
		return r;
	if (!bond)
		return xn_fail(err, XENET_E_DB_ROW_INVALID, "pif", master->o.uuid, "kind",
			master->kind);
	if (strcmp(bond->mode, "lacp") == 0)
		r = lacp_options(m, bond, ret, err);
	else if (strcmp(bond->mode, "active-backup") == 0)
		*ret = "mode=active-backup," WATCH;
	else /* The kernel's nearest: by source address and VLAN, on one switch. */
		*ret = "mode=balance-xor," WATCH ",xmit_hash_policy=vlan+srcmac";
	return r == 0 && !*ret ? xn_no_memory(err) : r;
}
