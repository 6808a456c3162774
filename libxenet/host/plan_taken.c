/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "host/planner.h"

/* Whose device has a name that is needed. */

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static int refuse_marked(struct planner *p, const struct xn_link *want,
	const struct xn_link *have, struct xenet_error *err)
{
	struct xn_arena *arena = p->plan->arena;
	const char *database = "", *object = "", *own = "", *own_object = "";

	if (!xn_mark_read(arena, or_empty(have->mark), &database, &object) ||
		!xn_mark_read(arena, or_empty(want->mark), &own, &own_object) ||
		strcmp(have->mark, want->mark) == 0)
		return xn_fail(err, XENET_E_DEVICE_EXISTS, have->name, have->kind,
			or_empty(have->master));
	return strcmp(database, own) == 0
		       ? xn_fail(err, XENET_E_DEVICE_OF_OTHER_OBJECT, have->name,
				 have->kind, object)
		       : xn_fail(err, XENET_E_DEVICE_OF_OTHER_DATABASE, have->name,
				 have->kind, database, object);
}

int xn_plan_refuse_taken(struct planner *p, const struct xn_link *want,
	const struct xn_link *have, struct xenet_error *err)
{
	bool is_marked = or_empty(have->mark)[0];

	if (p->possible)
		return 0;
	return xn_link_is_netback(have) && !is_marked
		       ? xn_fail(err, XENET_E_DEVICE_OF_XEN, have->name,
				 or_empty(have->netback), or_empty(have->master))
		       : refuse_marked(p, want, have, err);
}
