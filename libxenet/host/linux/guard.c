/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/guard.h"

#include <errno.h>
#include <stdlib.h>

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
static bool is_blind(int r)
{
	return r == -EPERM || r == -EPROTONOSUPPORT || r == -EOPNOTSUPP || r == -EINVAL;
}

int xn_see_rules(struct rtnl *sock, const struct xn_link *asked, unsigned details,
	struct xn_link *link, struct xn_arena *arena)
{
	int r = see(sock, asked, details, link, arena);

	/* For those who are not told all is as it should be. */
	if (r == -EPERM)
		link->rules = asked->rules;
	return is_blind(r) ? 0 : r;
}

/* ---- Rules whose port is gone ---- */

static int compare_numbers(const void *a, const void *b)
{
	const int x = *(const int *)a, y = *(const int *)b;

	return x < y ? -1 : x > y;
}

/* The numbers of all links, in ascending order; NULL: no memory. */
static int *numbers_of(const struct xn_netstate *have, size_t *ret_n)
{
	size_t n = 0;
	int *numbers;

	for (const struct xn_link *link = have->links; link; link = link->next)
		n++;
	numbers = xn_alloc(have->arena, (n + 1) * sizeof(*numbers));
	*ret_n = n;
	for (const struct xn_link *link = have->links; link && numbers; link = link->next)
		numbers[--n] = link->ifindex;
	if (numbers)
		qsort(numbers, *ret_n, sizeof(*numbers), compare_numbers);
	return numbers;
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

int xn_see_left_rules(struct rtnl *sock, struct xn_netstate *have)
{
	struct nft_owner *owners;
	int r = nft_see_owners(sock, have->arena, &owners);
	size_t n;
	const int *numbers = numbers_of(have, &n);

	if (r < 0)
		return is_blind(r) ? 0 : r;
	for (; owners && r == 0 && numbers; owners = owners->next)
		if (!bsearch(&owners->ifindex, numbers, n, sizeof(*numbers),
			    compare_numbers))
			r = add_left(have, owners);
	return numbers ? r : -ENOMEM;
}
