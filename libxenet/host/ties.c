/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "host/netstate.h"

/* What hangs on links, gathered from what each link says of itself. */

struct tie {
	struct xn_link *holder;
	const char *name;
	size_t place; /* qsort keeps no order */
};

static int compare_ties(const void *a, const void *b)
{
	const struct tie *x = a, *y = b;

	if (x->holder != y->holder)
		return (uintptr_t)x->holder < (uintptr_t)y->holder ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static size_t collect(const struct xn_netstate *have,
	const char *(*holder_of)(const struct xn_link *), struct tie *ties)
{
	size_t n = 0;

	for (const struct xn_link *link = have->links; link; link = link->next) {
		const char *name = holder_of(link);
		struct xn_link *holder = name ? xn_link_find(have, name) : NULL;

		if (holder) {
			ties[n] = (struct tie){ holder, link->name, n };
			n++;
		}
	}
	qsort(ties, n, sizeof(*ties), compare_ties);
	return n;
}

/* The names of the ties that have the holder of the first one; NULL: no memory. */
static const char *names_of(
	struct xn_arena *arena, const struct tie **at, const struct tie *end)
{
	const struct xn_link *holder = (*at)->holder;
	struct xn_text text = XN_TEXT(arena);

	for (; *at < end && (*at)->holder == holder; ++*at)
		xn_text_addf(&text, "%s%s", text.length ? " " : "", (*at)->name);
	return xn_text_end(&text);
}

static const char *master_of(const struct xn_link *link)
{
	return link->master;
}

static const char *lower_of(const struct xn_link *link)
{
	return link->lower;
}

static const struct {
	const char *(*holder_of)(const struct xn_link *link);
	size_t offset; /* of the names in the holder */
} kinds[] = {
	{ master_of, offsetof(struct xn_link, ports) },
	{ lower_of, offsetof(struct xn_link, uppers) },
};

int xn_netstate_tie(struct xn_netstate *have)
{
	size_t n = 0;
	struct tie *ties;

	for (const struct xn_link *link = have->links; link; link = link->next)
		n++;
	ties = xn_alloc(have->arena, (n + 1) * sizeof(*ties));
	if (!ties)
		return -1;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct tie *at = ties;

		n = collect(have, kinds[i].holder_of, ties);
		while (at < ties + n) {
			char *holder = (char *)at->holder;
			const char *names = names_of(have->arena, &at, ties + n);

			if (!names)
				return -1;
			*(const char **)(holder + kinds[i].offset) = names;
		}
	}
	return 0;
}
