/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "host/planner.h"

/* Devices that Xen's netback makes and removes. xenet neither adds nor deletes them: it takes
 * one that is nobody's, and gives it back. */

enum {
	NETBACK_MTU = 1500
};

static bool is_text(const char *text)
{
	return text && text[0];
}

bool xn_plan_is_to_take(const struct xn_link *have, const struct xn_link *want)
{
	return xn_link_is_netback(want) && !(xn_link_differs(want, have) & XN_IDENTITY) &&
	       !is_text(have->mark) && !is_text(have->master) && !have->is_altname;
}

int xn_plan_give_back(
	struct planner *p, const struct xn_link *have, struct xenet_error *err)
{
	struct xn_link *as_made = xn_alloc(p->plan->arena, sizeof(*as_made));

	if (!as_made)
		return xn_no_memory(err);
	*as_made = (struct xn_link){
		.name = have->name,
		.mask = XN_KIND | XN_MARK | XN_MTU | XN_RATE | XN_INGRESS | XN_RULES |
			XN_MASTER | XN_UP | (have->mask & XN_ADDRGEN),
		.kind = have->kind,
		.mark = "",
		.mtu = NETBACK_MTU,
		.addrgen = "eui64",
		.master = "",
	};
	return xn_plan_change(p, as_made, have, err);
}
