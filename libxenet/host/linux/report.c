/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/report.h"

#include <errno.h>
#include <string.h>

#include "host/linux/observe.h"
#include "host/linux/unsupported.h"

/* What is told of a step that the kernel refused. */

/* The VLAN device that has the tag; "": it is gone already. */
static const char *holder_of(
	struct rtnl *sock, const struct xn_link *vlan, struct xn_arena *arena)
{
	struct xn_netstate *have = xn_netstate_new(arena);
	const struct xn_link *link;

	if (!have || xn_see_all(sock, XN_DETAIL_NONE, have) < 0)
		return "";
	for (link = have->links; link; link = link->next)
		if (strcmp(link->kind, "vlan") == 0 && link->tag == vlan->tag &&
			strcmp(link->parent, vlan->parent) == 0)
			break;
	return link ? link->name : "";
}

/* Its name was free when it was looked for: a VLAN's tag is taken, or someone was faster. */
static int report_taken(struct rtnl *sock, const struct xn_link *link,
	struct xn_arena *arena, struct xenet_error *err)
{
	const char *tag = xn_printf(arena, "%d", (int)link->tag);

	if (strcmp(link->kind, "vlan") == 0)
		return xn_fail(err, XENET_E_VLAN_IN_USE, link->parent, tag ? tag : "",
			holder_of(sock, link, arena));
	if (link->mask & XN_TUNNEL)
		return xn_fail(err, XENET_E_TUNNEL_EXISTS, link->kind, link->tunnel);
	return xn_fail(err, XENET_E_DEVICE_EXISTS, link->name, "", "");
}

/* What makes something of a kind that the kernel may not know. */
static bool is_unsupported(enum xn_op op, int number)
{
	if (op != XN_OP_ADD && op != XN_OP_REDIRECT && op != XN_OP_GUARD)
		return false;
	return number == -EOPNOTSUPP || number == -ENOENT || number == -ENXIO ||
	       number == -EPROTONOSUPPORT;
}

int xn_report_step(const struct xn_step *step, int number, struct rtnl *sock,
	const struct rtnl_fault *fault, struct xn_arena *arena, struct xenet_error *err)
{
	const char *text = xn_step_text(arena, step), *reason = strerror(-number);
	const struct xn_link *link = step->link;

	if (fault->text[0])
		reason = xn_printf(arena, "%s (%s)", fault->text, reason);
	if (!text || !reason)
		return xn_no_memory(err);
	if (number == -EPERM)
		return xn_fail(err, XENET_E_CAPABILITY_MISSING, text);
	if (step->op == XN_OP_ADD && number == -EEXIST)
		return report_taken(sock, link, arena, err);
	if (step->op == XN_OP_ASSIGN && number == -EEXIST)
		return xn_fail(err, XENET_E_ADDRESS_IN_USE, link->ip, link->name);
	if (step->op == XN_OP_ROUTE && number == -EEXIST)
		return xn_fail(err, XENET_E_ROUTE_EXISTS, link->name, link->via);
	if (is_unsupported(step->op, number))
		return xn_report_unsupported(step, text, err);
	return xn_fail(err, XENET_E_KERNEL_ERROR, text, reason);
}
