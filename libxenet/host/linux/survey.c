/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/linux/observe.h"
#include "host/linux/read.h"

/* All links at once. */

/* A link with the numbers of those that it hangs on. */
struct sight {
	struct xn_link *link;
	int ifindex, master, lower;
};

struct survey {
	struct xn_view view;
	struct sight *sights;
	size_t n, room;
};

static int grow(struct survey *survey)
{
	size_t room = survey->room ? 2 * survey->room : 64;
	struct sight *sights = xn_alloc(
		survey->view.have->arena, room * sizeof(*survey->sights));

	if (!sights)
		return -ENOMEM;
	if (survey->n)
		memcpy(sights, survey->sights, survey->n * sizeof(*sights));
	survey->sights = sights;
	survey->room = room;
	return 0;
}

static int take_sight(struct nlmsghdr *header, void *context)
{
	struct survey *survey = context;
	struct xn_view *view = &survey->view;
	int r = xn_take_link(header, view);

	if (r == 0 && survey->n == survey->room)
		r = grow(survey);
	if (r == 0)
		survey->sights[survey->n++] = (struct sight){ view->found,
			view->found->ifindex, view->master, view->lower };
	return r;
}

static void forget_sights(void *context)
{
	struct survey *survey = context;

	survey->n = 0;
	xn_netstate_clear(survey->view.have);
}

static int compare_sights(const void *a, const void *b)
{
	return ((const struct sight *)a)->ifindex - ((const struct sight *)b)->ifindex;
}

static struct sight *find_sight(const struct survey *survey, int ifindex)
{
	const struct sight key = { .ifindex = ifindex };

	return ifindex && survey->n ? bsearch(&key, survey->sights, survey->n,
					      sizeof(key), compare_sights)
				    : NULL;
}

/* Those whose master or lower device went while the dump ran are as if they had none. */
static void name_sights(const struct survey *survey)
{
	for (size_t i = 0; i < survey->n; i++) {
		const struct sight *sight = &survey->sights[i];
		struct sight *master = find_sight(survey, sight->master);
		const struct sight *lower = find_sight(survey, sight->lower);

		if (master) {
			sight->link->master = master->link->name;
			sight->link->master_mark = master->link->mark;
			sight->link->master_kind = master->link->kind;
		}
		if (lower)
			sight->link->lower = lower->link->name;
		if (lower && strcmp(sight->link->kind, "vlan") == 0)
			sight->link->parent = lower->link->name;
	}
}

int xn_see_all(struct rtnl *sock, unsigned details, struct xn_netstate *have)
{
	struct survey survey = { .view = { .have = have } };
	int r = xn_dump_links(sock, details, take_sight, &survey, forget_sights);

	if (r < 0)
		return r;
	if (survey.n)
		qsort(survey.sights, survey.n, sizeof(*survey.sights), compare_sights);
	name_sights(&survey);
	return xn_netstate_tie(have) < 0 ? -ENOMEM : 0;
}
