/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/guard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/linux/nft.h"
#include "host/linux/nft_read.h"

/* ---- To the kernel ---- */

typedef int (*guard_part)(
	struct nft_batch *batch, const struct xn_link *link, struct xn_arena *arena);

static int add_port(
	struct nft_batch *batch, const struct xn_link *link, struct xn_arena *arena)
{
	struct nft_chain own[GUARD_OWN];

	if (guard_rules(arena, link->ifindex, link->rules, own) < 0)
		return -EINVAL;
	own[GUARD_PORT].owner = link->mark;
	nft_add_counter(batch, own[GUARD_PORT].name);
	for (size_t i = 0; i < GUARD_OWN; i++)
		nft_add_chain(batch, &own[i]);
	for (size_t i = 0; i < GUARD_OWN; i++)
		nft_fill_chain(batch, &own[i]);
	nft_add_port(batch, link->ifindex, own[GUARD_PORT].name);
	return 0;
}

/* All of it is made first, where it is not there: what is not there cannot be deleted. */
static int del_port(
	struct nft_batch *batch, const struct xn_link *link, struct xn_arena *arena)
{
	struct nft_chain own[GUARD_OWN];

	if (guard_names(arena, link->ifindex, own) < 0)
		return -ENOMEM;
	nft_add_counter(batch, own[GUARD_PORT].name);
	for (size_t i = 0; i < GUARD_OWN; i++)
		nft_add_chain(batch, &own[i]);
	nft_add_port(batch, link->ifindex, own[GUARD_PORT].name);
	nft_del_port(batch, link->ifindex);
	nft_del_chain(batch, own[GUARD_PORT].name);
	nft_del_chain(batch, own[GUARD_NEAR].name);
	nft_del_counter(batch, own[GUARD_PORT].name);
	return 0;
}

static int transact(struct rtnl *sock, struct xn_link *const *links, size_t n,
	guard_part part, struct rtnl_fault *fault)
{
	struct xn_arena *arena = xn_arena_new();
	struct nft_batch batch;

	nft_begin(&batch);
	nft_add_common(&batch);
	if (!arena)
		batch.result = -ENOMEM;
	for (size_t i = 0; i < n && batch.result == 0; i++)
		batch.result = part(&batch, links[i], arena);
	xn_arena_free(arena);
	return nft_commit(&batch, sock, fault);
}

int xn_guard_set(struct rtnl *sock, struct xn_link *const *links, size_t n,
	struct rtnl_fault *fault)
{
	return transact(sock, links, n, add_port, fault);
}

int xn_guard_drop(struct rtnl *sock, struct xn_link *const *links, size_t n,
	struct rtnl_fault *fault)
{
	int r = transact(sock, links, n, del_port, fault);
	struct nft_batch batch;
	struct nft_table table;

	if (r == 0)
		r = nft_see_table(sock, &table);
	if (r < 0 || table.is_used)
		return r;
	nft_begin(&batch);
	nft_del_table(&batch);
	return nft_commit(&batch, sock, fault);
}

/* ---- What the kernel has ---- */

/* *ret: the link has all that these rules take, and so has the table. */
static int see_all(struct rtnl *sock, const char *rules, int ifindex,
	struct xn_arena *arena, bool *ret)
{
	struct nft_chain own[GUARD_OWN];
	struct nft_table table;
	int r = guard_rules(arena, ifindex, rules, own) < 0 ? -EINVAL : 0;

	if (r == 0)
		r = nft_see_table(sock, &table);
	*ret = r == 0 && table.is_awake;
	if (r == 0 && *ret)
		r = nft_see_port(sock, ifindex, own[GUARD_PORT].name, ret);
	for (size_t i = 0; i < GUARD_OWN && r == 0 && *ret; i++)
		r = nft_see_chain(sock, &own[i], ret);
	for (size_t i = 0; i < GUARD_COMMON && r == 0 && *ret; i++)
		r = nft_see_chain(sock, &guard_common[i], ret);
	return r;
}

/* Something of its own is there, whatever it is. */
static int see_any(struct rtnl *sock, int ifindex, struct xn_arena *arena, bool *ret)
{
	struct nft_chain own[GUARD_OWN];

	return guard_names(arena, ifindex, own) < 0
		       ? -ENOMEM
		       : nft_see_chain_name(sock, own[GUARD_PORT].name, ret);
}

static int see_drops(struct rtnl *sock, struct xn_link *link, struct xn_arena *arena)
{
	struct nft_chain own[GUARD_OWN];
	struct xn_counters *drops = xn_alloc(arena, sizeof(*drops));

	if (!drops || guard_names(arena, link->ifindex, own) < 0)
		return -ENOMEM;
	link->guarded = drops;
	return nft_see_counter(sock, own[GUARD_PORT].name, drops);
}

static int see(struct rtnl *sock, const struct xn_link *asked, unsigned details,
	struct xn_link *link, struct xn_arena *arena)
{
	bool is_so = false, is_there = false;
	int r = 0;

	if (asked->rules && asked->rules[0])
		r = see_all(sock, asked->rules, link->ifindex, arena, &is_so);
	if (r == 0 && !is_so)
		r = see_any(sock, link->ifindex, arena, &is_there);
	link->rules = is_so ? asked->rules : is_there ? "other" : "";
	return r == 0 && details & XN_DETAIL_GUARD ? see_drops(sock, link, arena) : r;
}

/* Only who may change rules is told of them, and of a kernel without nftables there are none. */
static bool is_blind(int r, unsigned details)
{
	return (r == -EPERM && !(details & XN_DETAIL_SURE)) || r == -EPROTONOSUPPORT ||
	       r == -EOPNOTSUPP || r == -EINVAL;
}

int xn_see_rules(struct rtnl *sock, const struct xn_link *asked, unsigned details,
	struct xn_link *link, struct xn_arena *arena)
{
	int r = see(sock, asked, details, link, arena);

	/* For those who are not told all is as it should be. */
	if (r == -EPERM)
		link->rules = asked->rules;
	return is_blind(r, details) ? 0 : r;
}

/* ---- Rules that nobody has asked for ---- */

struct by_number {
	struct xn_link **links; /* all that there are, in ascending order */
	size_t n;
};

static int compare_numbers(const void *a, const void *b)
{
	const struct xn_link *x = *(struct xn_link *const *)a;
	const struct xn_link *y = *(struct xn_link *const *)b;

	return x->ifindex < y->ifindex ? -1 : x->ifindex > y->ifindex;
}

static int sort_by_number(const struct xn_netstate *have, struct by_number *all)
{
	size_t n = 0;

	for (const struct xn_link *link = have->links; link; link = link->next)
		n++;
	all->links = xn_alloc(have->arena, (n + 1) * sizeof(struct xn_link *));
	if (!all->links)
		return -ENOMEM;
	for (struct xn_link *link = have->links; link; link = link->next)
		all->links[all->n++] = link;
	qsort(all->links, n, sizeof(struct xn_link *), compare_numbers);
	return 0;
}

static struct xn_link *find_number(const struct by_number *all, int ifindex)
{
	const struct xn_link key = { .ifindex = ifindex }, *at = &key;
	struct xn_link **found = bsearch(
		&at, all->links, all->n, sizeof(at), compare_numbers);

	return found ? *found : NULL;
}

static const struct xn_link *find_mark(const struct xn_netstate *names, const char *mark)
{
	const struct xn_link *link = names->links;

	while (link &&
		!(link->mask & XN_RULES && link->mark && strcmp(link->mark, mark) == 0))
		link = link->next;
	return link;
}

/* No device can be called so. */
static int add_left(struct xn_netstate *have, const struct nft_owner *owner)
{
	const char *name = xn_printf(have->arena, "rules:%d", owner->ifindex);
	struct xn_link *link = name ? xn_link_add(have, name) : NULL;

	if (!link)
		return -ENOMEM;
	link->mask = XN_KIND | XN_MARK | XN_RULES;
	link->kind = XN_KIND_RULES;
	link->mark = owner->mark;
	link->rules = "other";
	link->ifindex = owner->ifindex;
	link->grouped = true;
	link->parent = link->master = link->address = link->bus = "";
	return 0;
}

/* Of a port by another name the mark tells which rules it should have. */
static int see_owner(struct rtnl *sock, const struct nft_owner *owner,
	const struct xn_netstate *names, unsigned details, struct xn_link *link,
	struct xn_netstate *have)
{
	const struct xn_link *asked = link ? find_mark(names, link->mark) : NULL;

	if (!link)
		return add_left(have, owner);
	if (!link->rules && asked)
		return xn_see_rules(
			sock, asked, details & XN_DETAIL_SURE, link, have->arena);
	if (!link->rules)
		link->rules = "other";
	return 0;
}

int xn_see_other_rules(struct rtnl *sock, const struct xn_netstate *names,
	unsigned details, struct xn_netstate *have)
{
	struct by_number all = { 0 };
	struct nft_owner *owners;
	int r = nft_see_owners(sock, have->arena, &owners);

	if (r < 0)
		return is_blind(r, details) ? 0 : r;
	r = sort_by_number(have, &all);
	for (; owners && r == 0; owners = owners->next)
		r = see_owner(sock, owners, names, details,
			find_number(&all, owners->ifindex), have);
	return r;
}

int xn_see_all_drops(struct rtnl *sock, struct xn_netstate *have)
{
	struct by_number all = { 0 };
	struct nft_owner *owners;
	int r = nft_see_counters(sock, have->arena, &owners);

	if (r < 0)
		return is_blind(r, XN_DETAIL_NONE) ? 0 : r;
	r = sort_by_number(have, &all);
	for (; owners && r == 0; owners = owners->next) {
		struct xn_link *link = find_number(&all, owners->ifindex);

		if (link)
			link->guarded = &owners->drops;
	}
	return r;
}
