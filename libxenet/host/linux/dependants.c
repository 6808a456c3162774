/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "host/linux/observe.h"
#include "host/linux/read.h"

/* What hangs on some links. */

static void forget_ties(void *context)
{
	struct xn_ties *ties = context;

	for (size_t i = 0; i < ties->n; i++)
		ties->holders[i].ports.length = ties->holders[i].uppers.length = 0;
}

/* One that was found by another name of it is shown under its own as well, or not ours. */
static int list_holders(struct xn_ties *ties, const struct xn_netstate *have)
{
	size_t n = 0;

	for (const struct xn_link *link = have->links; link; link = link->next)
		n++;
	ties->holders = xn_alloc(have->arena, (n + 1) * sizeof(*ties->holders));
	if (!ties->holders)
		return -ENOMEM;
	for (const struct xn_link *link = have->links; link; link = link->next)
		if (!link->is_altname)
			ties->holders[ties->n++] = (struct xn_holder){ link->ifindex,
				XN_TEXT(have->arena), XN_TEXT(have->arena) };
	xn_ties_sort(ties);
	return 0;
}

static const char *sorted(struct xn_text *names)
{
	const char *text = xn_text_end(names);

	return text ? xn_words_sorted(names->arena, text) : NULL;
}

int xn_see_dependants(struct rtnl *sock, struct xn_netstate *have)
{
	struct xn_ties ties = { 0 };
	int r = list_holders(&ties, have);

	if (r == 0)
		r = xn_dump_links(sock, xn_take_tie, &ties, forget_ties);
	for (struct xn_link *link = have->links; link && r == 0; link = link->next) {
		struct xn_holder *holder = xn_ties_find(&ties, link->ifindex);

		if (!holder)
			continue;
		link->ports = sorted(&holder->ports);
		link->uppers = sorted(&holder->uppers);
		r = link->ports && link->uppers ? 0 : -ENOMEM;
	}
	return r;
}
