/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/nft_read.h"

#include <errno.h>
#include <string.h>

#include <arpa/inet.h>
#include <endian.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "base/parse.h"
#include "host/linux/nft.h"

enum {
	MAX_ATTRS = 16
};

static void forget(void *context)
{
	struct nft_sight *sight = context;

	sight->n = 0;
	sight->is_so = false;
	sight->owners = NULL;
}

static int ask(struct rtnl *sock, struct nl_msg *message, rtnl_handler handler,
	struct nft_sight *sight)
{
	struct rtnl *filter;
	int r = rtnl_filter(sock, &filter);

	if (r < 0) {
		nlmsg_free(message);
		return r;
	}
	forget(sight);
	r = rtnl_ask(filter, message, handler, sight, forget);
	return r == -ENOENT ? 0 : r;
}

static int open_message(struct nlmsghdr *header, int type, struct nlattr **tb)
{
	const struct nfgenmsg *head = rtnl_body(
		header, NFNL_SUBSYS_NFTABLES << 8 | type, sizeof(*head));

	return head ? rtnl_attrs(header, sizeof(*head), tb, MAX_ATTRS, NULL) : -EBADMSG;
}

static uint32_t number(struct nlattr *attr)
{
	return attr && nla_len(attr) == sizeof(uint32_t) ? ntohl(nla_get_u32(attr)) : 0;
}

static uint64_t large_number(struct nlattr *attr)
{
	uint64_t n = 0;

	if (attr && nla_len(attr) == sizeof(n))
		memcpy(&n, nla_data(attr), sizeof(n));
	return be64toh(n);
}

/* ---- The table ---- */

int nft_take_table(struct nlmsghdr *header, void *context)
{
	struct nlattr *tb[MAX_ATTRS + 1];
	struct nft_sight *sight = context;
	int r = open_message(header, NFT_MSG_NEWTABLE, tb);

	if (r < 0)
		return r;
	/* Beside the chains there is the map. */
	sight->table.is_used = number(tb[NFTA_TABLE_USE]) > GUARD_COMMON + 1;
	sight->table.is_awake = !(number(tb[NFTA_TABLE_FLAGS]) & NFT_TABLE_F_DORMANT);
	return 0;
}

int nft_see_table(struct rtnl *sock, struct nft_table *ret)
{
	struct nft_sight sight = { 0 };
	int r = ask(sock, nft_ask_table(), nft_take_table, &sight);

	*ret = sight.table;
	return r;
}

/* ---- Chains ---- */

static bool is_named(struct nlattr *attr, const char *name)
{
	return attr && nla_len(attr) == (int)strlen(name) + 1 &&
	       memcmp(nla_data(attr), name, strlen(name)) == 0;
}

static bool is_hooked(struct nlattr **tb, int hook)
{
	struct nlattr *in[NFTA_HOOK_MAX + 1];

	return tb[NFTA_CHAIN_HOOK] &&
	       rtnl_nested(tb[NFTA_CHAIN_HOOK], in, NFTA_HOOK_MAX, NULL) == 0 &&
	       in[NFTA_HOOK_HOOKNUM] && number(in[NFTA_HOOK_HOOKNUM]) == (uint32_t)hook &&
	       number(in[NFTA_HOOK_PRIORITY]) == (uint32_t)GUARD_PRIORITY &&
	       number(tb[NFTA_CHAIN_POLICY]) == NF_ACCEPT;
}

int nft_take_chain(struct nlmsghdr *header, void *context)
{
	struct nlattr *tb[MAX_ATTRS + 1];
	struct nft_sight *sight = context;
	int r = open_message(header, NFT_MSG_NEWCHAIN, tb);
	bool is_base = sight->chain && sight->chain->hook >= 0;

	sight->is_so = r == 0 && (!is_base || is_hooked(tb, sight->chain->hook));
	return r;
}

int nft_see_chain_name(struct rtnl *sock, const char *name, bool *ret)
{
	struct nft_sight sight = { 0 };
	int r = ask(sock, nft_ask_chain(name), nft_take_chain, &sight);

	*ret = sight.is_so;
	return r;
}

/* 0: it is not one of a port's own. */
static int port_of(const char *chain)
{
	static const char prefix[] = "port";
	int64_t ifindex;

	return strncmp(chain, prefix, strlen(prefix)) == 0 &&
			       xn_parse_uint(
				       chain + strlen(prefix), 1, INT32_MAX, &ifindex)
		       ? (int)ifindex
		       : 0;
}

static const char *text_of(struct xn_arena *arena, struct nlattr *attr)
{
	return xn_strndup(
		arena, attr ? nla_data(attr) : "", attr ? (size_t)nla_len(attr) : 0);
}

/* Nobody's, where the name is none of a port. */
static int add_owner(struct nft_sight *sight, struct nlattr *name, const char *mark,
	struct xn_counters drops)
{
	struct nft_owner *owner = xn_alloc(sight->arena, sizeof(*owner));
	const char *text = text_of(sight->arena, name);

	if (!owner || !text || !mark)
		return -ENOMEM;
	*owner = (struct nft_owner){ port_of(text), mark, drops, sight->owners };
	if (owner->ifindex)
		sight->owners = owner;
	return 0;
}

int nft_take_owner(struct nlmsghdr *header, void *context)
{
	struct nlattr *tb[MAX_ATTRS + 1];
	struct nft_sight *sight = context;
	int r = open_message(header, NFT_MSG_NEWCHAIN, tb);

	if (r < 0 || !is_named(tb[NFTA_CHAIN_TABLE], GUARD_TABLE))
		return r;
	return add_owner(sight, tb[NFTA_CHAIN_NAME],
		text_of(sight->arena, tb[NFTA_CHAIN_USERDATA]),
		(struct xn_counters){ 0 });
}

int nft_see_owners(struct rtnl *sock, struct xn_arena *arena, struct nft_owner **ret)
{
	struct nft_sight sight = { .arena = arena };
	int r = ask(sock, nft_ask_chains(), nft_take_owner, &sight);

	*ret = sight.owners;
	return r;
}

int nft_take_rule(struct nlmsghdr *header, void *context)
{
	struct nlattr *tb[MAX_ATTRS + 1];
	struct nft_sight *sight = context;
	const struct nft_chain *chain = sight->chain;
	int r = open_message(header, NFT_MSG_NEWRULE, tb);

	if (r < 0 || !is_named(tb[NFTA_RULE_CHAIN], chain->name))
		return r;
	sight->is_so = (sight->n == 0 || sight->is_so) && sight->n < chain->n_rules &&
		       tb[NFTA_RULE_EXPRESSIONS] &&
		       nft_is_rule(tb[NFTA_RULE_EXPRESSIONS], &chain->rules[sight->n]);
	sight->n++;
	return 0;
}

static int see_rules(struct rtnl *sock, const struct nft_chain *chain, bool *ret)
{
	struct nft_sight sight = { .chain = chain };
	int r = ask(sock, nft_ask_rules(chain->name), nft_take_rule, &sight);

	*ret = chain->n_rules ? sight.is_so && sight.n == chain->n_rules : sight.n == 0;
	return r;
}

int nft_see_chain(struct rtnl *sock, const struct nft_chain *chain, bool *ret)
{
	struct nft_sight sight = { .chain = chain };
	int r = see_rules(sock, chain, ret);

	if (r < 0 || !*ret || chain->hook < 0)
		return r;
	r = ask(sock, nft_ask_chain(chain->name), nft_take_chain, &sight);
	*ret = sight.is_so;
	return r;
}

/* ---- Ports ---- */

int nft_take_port(struct nlmsghdr *header, void *context)
{
	struct nlattr *tb[MAX_ATTRS + 1], *element[NFTA_SET_ELEM_MAX + 1], *at;
	struct nft_sight *sight = context;
	int r = open_message(header, NFT_MSG_NEWSETELEM, tb), left;

	if (r < 0 || !tb[NFTA_SET_ELEM_LIST_ELEMENTS])
		return r;
	nla_for_each_nested(at, tb[NFTA_SET_ELEM_LIST_ELEMENTS], left)
		sight->is_so = rtnl_nested(at, element, NFTA_SET_ELEM_MAX, NULL) == 0 &&
			       nft_is_verdict(element[NFTA_SET_ELEM_DATA], NFT_GOTO,
				       sight->name);
	return 0;
}

int nft_see_port(struct rtnl *sock, int ifindex, const char *chain, bool *ret)
{
	struct nft_sight sight = { .name = chain };
	int r = ask(sock, nft_ask_port(ifindex), nft_take_port, &sight);

	*ret = sight.is_so;
	return r;
}

/* ---- Counters ---- */

static int read_counter(struct nlattr *attr, struct xn_counters *counters)
{
	struct nlattr *data[NFTA_COUNTER_MAX + 1];
	int r = attr ? rtnl_nested(attr, data, NFTA_COUNTER_MAX, NULL) : 0;

	if (r < 0 || !attr)
		return r;
	counters->packets = large_number(data[NFTA_COUNTER_PACKETS]);
	counters->bytes = large_number(data[NFTA_COUNTER_BYTES]);
	return 0;
}

int nft_take_counter(struct nlmsghdr *header, void *context)
{
	struct nlattr *tb[MAX_ATTRS + 1];
	struct nft_sight *sight = context;
	int r = open_message(header, NFT_MSG_NEWOBJ, tb);

	return r < 0 ? r : read_counter(tb[NFTA_OBJ_DATA], sight->counters);
}

int nft_see_counter(struct rtnl *sock, const char *name, struct xn_counters *counters)
{
	struct nft_sight sight = { .counters = counters };

	return ask(sock, nft_ask_counter(name), nft_take_counter, &sight);
}

int nft_take_counters(struct nlmsghdr *header, void *context)
{
	struct nlattr *tb[MAX_ATTRS + 1];
	struct xn_counters drops = { 0 };
	struct nft_sight *sight = context;
	int r = open_message(header, NFT_MSG_NEWOBJ, tb);

	if (r < 0 || !is_named(tb[NFTA_OBJ_TABLE], GUARD_TABLE))
		return r;
	r = read_counter(tb[NFTA_OBJ_DATA], &drops);
	return r < 0 ? r : add_owner(sight, tb[NFTA_OBJ_NAME], "", drops);
}

int nft_see_counters(struct rtnl *sock, struct xn_arena *arena, struct nft_owner **ret)
{
	struct nft_sight sight = { .arena = arena };
	int r = ask(sock, nft_ask_counters(), nft_take_counters, &sight);

	*ret = sight.owners;
	return r;
}
