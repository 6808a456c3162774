/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "host/linux/observe.h"
#include "host/linux/read.h"

/* What hangs on some links. */

static void forget_ties(void *context)
{
	struct xn_ties *ties = context;

	for (size_t i = 0; i < ties->n; i++) {
		ties->holders[i].ports.length = 0;
		ties->holders[i].uppers.length = ties->holders[i].kept;
	}
}

static void keep_ties(struct xn_ties *ties)
{
	for (size_t i = 0; i < ties->n; i++)
		ties->holders[i].kept = ties->holders[i].uppers.length;
}

static int list_holders(struct xn_ties *ties, const struct xn_netstate *names,
	const struct xn_netstate *have)
{
	size_t n = 0;

	for (const struct xn_link *name = names->links; name; name = name->next)
		n++;
	ties->holders = xn_alloc(have->arena, (n + 1) * sizeof(*ties->holders));
	if (!ties->holders)
		return -ENOMEM;
	for (const struct xn_link *name = names->links; name; name = name->next) {
		const struct xn_link *link = xn_link_find(have, name->name);

		/* What has that as another name is none of ours. */
		if (!link->is_altname)
			ties->holders[ties->n++] = (struct xn_holder){ link->ifindex,
				XN_TEXT(have->arena), XN_TEXT(have->arena), 0 };
	}
	xn_ties_sort(ties);
	return 0;
}

/* Its frames are the bridge's: the kernel lets nothing else have them but VLANs, and what only
 * sends through it. */
static bool is_tap_on_bridge(const struct xn_link *link)
{
	return strcmp(link->kind, "tap") == 0 && link->master_kind &&
	       strcmp(link->master_kind, "bridge") == 0;
}

static bool are_taps_on_bridges(
	const struct xn_netstate *names, const struct xn_netstate *have)
{
	const struct xn_link *name = names->links;

	while (name && is_tap_on_bridge(xn_link_find(have, name->name)))
		name = name->next;
	return !name;
}

/* The kernel finds no link by what it stands on: it has to tell of all of them, or at least of
 * all of some kinds, as guests come and go often. */
static int ask(struct rtnl *sock, struct xn_ties *ties, bool taps)
{
	static const char *const kinds[] = { "vlan", "vxlan" };
	int r = 0;

	if (!taps)
		return xn_dump_links(
			sock, XN_DETAIL_NONE, xn_take_tie, ties, forget_ties);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && r == 0; i++) {
		ties->kind = kinds[i];
		r = xn_dump_kind(kinds[i], xn_take_tie, ties, forget_ties);
		keep_ties(ties);
	}
	return r;
}

static const char *sorted(struct xn_text *names)
{
	const char *text = xn_text_end(names);

	return text ? xn_words_sorted(names->arena, text) : NULL;
}

int xn_see_dependants(
	struct rtnl *sock, const struct xn_netstate *names, struct xn_netstate *have)
{
	struct xn_ties ties = { 0 };
	int r = list_holders(&ties, names, have);

	if (r == 0)
		r = ask(sock, &ties, are_taps_on_bridges(names, have));
	for (const struct xn_link *name = names->links; name && r == 0;
		name = name->next) {
		struct xn_link *link = xn_link_find(have, name->name);
		struct xn_holder *holder = xn_ties_find(&ties, link->ifindex);

		if (!holder)
			continue;
		link->ports = sorted(&holder->ports);
		link->uppers = sorted(&holder->uppers);
		r = link->ports && link->uppers ? 0 : -ENOMEM;
	}
	return r;
}
