/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/observe.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "host/linux/encode.h"
#include "host/linux/read.h"

static void forget_links(void *context)
{
	struct xn_view *view = context;

	xn_netstate_clear(view->have);
	view->found = NULL;
}

/* Of that name only: others have been seen before. */
static void forget_link(void *context)
{
	struct xn_view *view = context;

	xn_link_remove(view->have, view->name);
	view->found = NULL;
}

int xn_see_index(struct rtnl *sock, int ifindex, struct xn_arena *arena,
	const struct xn_link **ret)
{
	struct xn_view view = { .have = xn_netstate_new(arena) };
	int r = view.have
			? rtnl_ask(sock, xn_encode_ask(NULL, ifindex, 0, XN_DETAIL_NONE),
				  xn_take_link, &view, forget_links)
			: -ENOMEM;

	*ret = view.found;
	return r < 0 || view.found ? r : -ENODEV;
}

/* What another device is can only be asked when this exchange has ended. */
static int name_others(struct rtnl *sock, const struct xn_view *view)
{
	struct xn_link *link = view->found;
	struct xn_arena *arena = view->have->arena;
	const struct xn_link *master = NULL, *parent = NULL;
	int r = 0;

	if (view->master)
		r = xn_see_index(sock, view->master, arena, &master);
	if (r == 0 && view->lower && strcmp(link->kind, "vlan") == 0)
		r = xn_see_index(sock, view->lower, arena, &parent);
	if (r < 0)
		return r;
	if (master) {
		link->master = master->name;
		link->master_mark = master->mark;
		link->master_kind = master->kind;
	}
	if (parent)
		link->parent = parent->name;
	return 0;
}

static int see_once(
	struct rtnl *sock, const char *name, unsigned details, struct xn_netstate *have)
{
	struct xn_view view = { .have = have, .name = name };
	int r = rtnl_ask(sock, xn_encode_ask(name, 0, 0, details), xn_take_link, &view,
		forget_link);

	if (r == -ENODEV)
		return 0;
	if (r < 0 || !view.found)
		return r;
	r = name_others(sock, &view);
	/* It had a master or parent that is gone by now, so it is not what it was. */
	return r == -ENODEV ? -EAGAIN : r;
}

int xn_see_link(
	struct rtnl *sock, const char *name, unsigned details, struct xn_netstate *have)
{
	int r = -EAGAIN;

	for (int i = 0; i < RTNL_TRIES && r == -EAGAIN; i++)
		r = see_once(sock, name, details, have);
	return r;
}

int xn_dump_links(struct rtnl *sock, unsigned details, rtnl_handler handler,
	void *context, void (*reset)(void *context))
{
	return rtnl_ask(sock, xn_encode_ask(NULL, 0, NLM_F_DUMP, details), handler,
		context, reset);
}

static struct nl_msg *links_of_kind(const char *kind)
{
	struct nl_msg *message = xn_encode_ask(NULL, 0, NLM_F_DUMP, XN_DETAIL_NONE);
	struct nlattr *info = message ? nla_nest_start(message, IFLA_LINKINFO) : NULL;
	int r = info ? nla_put_string(message, IFLA_INFO_KIND, kind) : -1;

	if (info)
		nla_nest_end(message, info);
	return message ? xn_encode_finish(message, r) : NULL;
}

int xn_dump_kind(const char *kind, rtnl_handler handler, void *context,
	void (*reset)(void *context))
{
	return rtnl_ask_aside(links_of_kind(kind), handler, context, reset);
}

int xn_see_nics(struct rtnl *sock, struct xn_netstate *have)
{
	struct xn_view view = { .have = have };

	return xn_dump_links(sock, XN_DETAIL_NONE, xn_take_nic, &view, forget_links);
}
