/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/backend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/linux/carry_out.h"
#include "host/linux/guard.h"
#include "host/linux/hostname.h"
#include "host/linux/ingress.h"
#include "host/linux/observe.h"
#include "host/linux/rtnl.h"
#include "host/linux/shape.h"
#include "host/rundir.h"

struct host {
	struct xn_backend base;
	struct rtnl *sock;
	char scope[32];
};

/* A namespace's cookie is never given again while the machine runs; its inode soon is. */
static int name_scope(struct host *host)
{
	uint64_t cookie;
	socklen_t size = sizeof(cookie);
	int fd = host->sock->fd;

	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) < 0)
		return -errno;
	snprintf(host->scope, sizeof(host->scope), "netns-%llu",
		(unsigned long long)cookie);
	return 0;
}

static int linux_open(
	struct xn_backend **ret, const char *config, struct xenet_error *err)
{
	struct host *host = calloc(1, sizeof(*host));
	int r;

	(void)config;
	if (!host)
		return xn_no_memory(err);
	host->base.ops = &xn_linux_backend;
	r = rtnl_open(&host->sock);
	if (r == 0)
		r = name_scope(host);
	if (r < 0) {
		rtnl_close(host->sock);
		free(host);
		return xn_fail(err, XENET_E_OBSERVATION_FAILED, "", strerror(-r));
	}
	*ret = &host->base;
	return 0;
}

static void linux_close(struct xn_backend *be)
{
	struct host *host = (struct host *)be;

	rtnl_close(host->sock);
	free(host);
}

static const char *linux_scope(struct xn_backend *be)
{
	return ((struct host *)be)->scope;
}

static const char *linux_boot(struct xn_backend *be, struct xn_arena *arena)
{
	char id[XN_BOOT_ID_SIZE];

	(void)be;
	return xn_strdup(arena, xn_boot_id(id));
}

/* What is looked up only for who asks, link by link however many there are. */
static int see_own(struct host *host, const struct xn_link *asked, unsigned details,
	struct xn_link *link, struct xn_arena *arena)
{
	int r = asked->mask & XN_LAYER3 ? xn_see_layer3(host->sock, link, arena) : 0;

	return r == 0 && asked->mask & XN_RULES
		       ? xn_see_rules(host->sock, asked, details, link, arena)
		       : r;
}

/* Also what a survey finds for all links at once. */
static int see_stated(struct host *host, const struct xn_link *asked, unsigned details,
	struct xn_link *link, struct xn_arena *arena)
{
	int r = see_own(host, asked, details, link, arena);

	if (r == 0 && asked->mask & XN_RATE && link->shaped)
		r = xn_see_rate(host->sock, link);
	return r == 0 && asked->mask & XN_INGRESS
		       ? xn_see_ingress(host->sock, link, arena)
		       : r;
}

static int see_once(struct host *host, const struct xn_link *asked, unsigned details,
	struct xn_netstate *have)
{
	struct xn_link *link;
	int r = xn_see_link(host->sock, asked->name, details, have);

	link = r < 0 ? NULL : xn_link_find(have, asked->name);
	if (!link)
		return r;
	r = see_stated(host, asked, details, link, have->arena);
	if (r == 0 && details & XN_DETAIL_USE)
		r = xn_see_use(host->sock, link, have->arena);
	return r;
}

/* One that vanishes between two questions is looked for again. */
static int see(struct host *host, const struct xn_link *asked, unsigned details,
	struct xn_netstate *have)
{
	int r = -ENODEV;

	for (int i = 0; i < RTNL_TRIES && r == -ENODEV; i++)
		r = see_once(host, asked, details, have);
	return r == -ENODEV ? -EAGAIN : r;
}

static int report_observation(int r, const char *name, struct xenet_error *err)
{
	/* A link that was listed may be gone when it is asked for more. */
	if (r == -EAGAIN || r == -ENODEV)
		return xn_fail(err, XENET_E_KERNEL_BUSY, name);
	return xn_fail(err, XENET_E_OBSERVATION_FAILED, name, strerror(-r));
}

static int linux_observe(struct xn_backend *be, const struct xn_netstate *names,
	unsigned details, struct xn_netstate *have, struct xenet_error *err)
{
	for (const struct xn_link *link = names->links; link; link = link->next) {
		int r = see((struct host *)be, link, details, have);

		if (r < 0)
			return report_observation(r, link->name, err);
	}
	return 0;
}

static int linux_dependants(struct xn_backend *be, const struct xn_netstate *names,
	struct xn_netstate *have, struct xenet_error *err)
{
	int r = xn_see_dependants(((struct host *)be)->sock, names, have);

	return r < 0 ? report_observation(r, names->links ? names->links->name : "", err)
		     : 0;
}

static int see_limits(struct host *host, const struct xn_ingresses *ingresses,
	struct xn_link *link, struct xn_arena *arena)
{
	int r = link->shaped ? xn_see_rate(host->sock, link) : 0;

	if (r < 0 || !xn_has_ingress(ingresses, link->ifindex))
		return r;
	r = xn_see_ingress(host->sock, link, arena);
	/* Though it filters nothing, it is in the way of what would. */
	if (!link->ingress)
		link->ingress = "other";
	return r;
}

/* Of all that could be one of those, as it may go by another name; few have any. */
static int see_all_limits(
	struct host *host, const struct xn_netstate *names, struct xn_netstate *have)
{
	struct xn_ingresses ingresses = { .arena = have->arena };
	const struct xn_link *asked = names->links;
	int r;

	while (asked && !(asked->mask & (XN_RATE | XN_INGRESS)))
		asked = asked->next;
	r = asked ? xn_see_ingresses(host->sock, &ingresses) : 0;
	for (struct xn_link *link = have->links; asked && link && r == 0;
		link = link->next)
		if (link->grouped)
			r = see_limits(host, &ingresses, link, have->arena);
	return r;
}

/* One that is not among all links may be another name of one. */
static int see_more(struct host *host, const struct xn_link *asked, unsigned details,
	struct xn_netstate *have)
{
	struct xn_link *link = xn_link_find(have, asked->name);

	if (!link)
		return see(host, asked, details, have);
	return see_own(host, asked, details, link, have->arena);
}

/* Where no rules are wanted, they are looked for only if asked for. */
static int see_other_rules(struct host *host, const struct xn_netstate *names,
	unsigned details, struct xn_netstate *have)
{
	const struct xn_link *link = names->links;

	while (link && !(link->mask & XN_RULES))
		link = link->next;
	return link || details & XN_DETAIL_RULES
		       ? xn_see_other_rules(host->sock, names, details, have)
		       : 0;
}

static int linux_survey(struct xn_backend *be, const struct xn_netstate *names,
	unsigned details, struct xn_netstate *have, struct xenet_error *err)
{
	struct host *host = (struct host *)be;
	int r = xn_see_all(host->sock, details, have);

	if (r == 0)
		r = see_all_limits(host, names, have);
	if (r < 0)
		return report_observation(r, "", err);
	for (const struct xn_link *link = names->links; link; link = link->next) {
		r = see_more(host, link, details, have);
		if (r < 0)
			return report_observation(r, link->name, err);
	}
	r = see_other_rules(host, names, details, have);
	if (r == 0 && details & XN_DETAIL_GUARD)
		r = xn_see_all_drops(host->sock, have);
	return r < 0 ? report_observation(r, "", err) : 0;
}

static int linux_scan(
	struct xn_backend *be, struct xn_netstate *have, struct xenet_error *err)
{
	int r = xn_see_nics(((struct host *)be)->sock, have);

	return r < 0 ? report_observation(r, "", err) : 0;
}

static size_t linux_steps(struct xn_backend *be, const struct xn_step *steps, size_t n,
	struct xenet_error *faults)
{
	return xn_carry_out(((struct host *)be)->sock, steps, n, faults);
}

const struct xn_backend_ops xn_linux_backend = {
	.name = "linux",
	.open = linux_open,
	.observe = linux_observe,
	.dependants = linux_dependants,
	.survey = linux_survey,
	.scan = linux_scan,
	.steps = linux_steps,
	.hostname = xn_linux_hostname,
	.set_hostname = xn_linux_set_hostname,
	.boot = linux_boot,
	.scope = linux_scope,
	.close = linux_close,
};
