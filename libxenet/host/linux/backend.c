/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/backend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if.h>

#include "host/linux/hostname.h"
#include "host/linux/encode.h"
#include "host/linux/layer3.h"
#include "host/linux/observe.h"
#include "host/linux/report.h"
#include "host/linux/rtnl.h"
#include "host/linux/tap.h"
#include "host/rundir.h"

struct host {
	struct xn_backend base;
	struct rtnl *sock;
	char scope[32];
	struct rtnl_fault fault;
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

static int see_once(struct host *host, const struct xn_link *asked, unsigned details,
	struct xn_netstate *have)
{
	struct xn_link *link;
	int r = xn_see_link(host->sock, asked->name, have);

	link = r < 0 ? NULL : xn_link_find(have, asked->name);
	if (!link)
		return r;
	if (asked->mask & XN_LAYER3)
		r = xn_see_layer3(host->sock, link, have->arena);
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

/* One that is not among all links may be another name of one. */
static int see_more(
	struct host *host, const struct xn_link *asked, struct xn_netstate *have)
{
	struct xn_link *link = xn_link_find(have, asked->name);

	if (!link)
		return see(host, asked, XN_DETAIL_NONE, have);
	return asked->mask & XN_LAYER3 ? xn_see_layer3(host->sock, link, have->arena) : 0;
}

static int linux_survey(struct xn_backend *be, const struct xn_netstate *names,
	struct xn_netstate *have, struct xenet_error *err)
{
	struct host *host = (struct host *)be;
	int r = xn_see_all(host->sock, have);

	if (r < 0)
		return report_observation(r, "", err);
	for (const struct xn_link *link = names->links; link; link = link->next) {
		r = see_more(host, link, have);
		if (r < 0)
			return report_observation(r, link->name, err);
	}
	return 0;
}

static int linux_scan(
	struct xn_backend *be, struct xn_netstate *have, struct xenet_error *err)
{
	int r = xn_see_nics(((struct host *)be)->sock, have);

	return r < 0 ? report_observation(r, "", err) : 0;
}

static int send_message(struct host *host, struct nl_msg *message)
{
	return rtnl_request(host->sock, message, NULL, NULL, &host->fault);
}

/* The index of the link of that name; -errno. Far less for the kernel to tell than a link. */
static int index_of(struct host *host, const char *name)
{
	struct ifreq request = { 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	return ioctl(host->sock->fd, SIOCGIFINDEX, &request) < 0 ? -errno
								 : request.ifr_ifindex;
}

/* A bond takes only a device that is down, and brings it up itself. */
static int join(struct host *host, const struct xn_step *step)
{
	if (strcmp(step->master->kind, "bond") == 0) {
		int r = send_message(host, xn_encode_up(step->link->ifindex, false));

		if (r < 0)
			return r;
	}
	return send_message(
		host, xn_encode_master(step->link->ifindex, step->master->ifindex));
}

/*
 * Settings that need others first. Without STP a bridge takes any delay, with it only some.
 * A link whose MTU was too small for IPv6 has its IPv6 settings once that is raised.
 */
static unsigned first_of(unsigned mask)
{
	if (mask & XN_STP && mask & XN_DELAY)
		return XN_STP;
	return mask & XN_MTU ? mask & ~(unsigned)XN_ADDRGEN : mask;
}

static int set(struct host *host, const struct xn_link *link, unsigned mask, int master)
{
	int r = 0;

	while (mask && r == 0) {
		unsigned first = first_of(mask);

		r = send_message(host, xn_encode_set(link, first, master));
		/* One without IPv6 has no need of its settings. */
		if (r == -EAFNOSUPPORT && first & XN_ADDRGEN) {
			r = 0;
			first = XN_ADDRGEN;
		}
		mask &= ~first;
	}
	return r;
}

static int index_or_none(const struct xn_link *link)
{
	return link ? link->ifindex : 0;
}

/* What a new link could not be made with, its mark above all. */
static int settle(struct host *host, const struct xn_step *step, unsigned mask)
{
	int r = index_of(host, step->link->name);

	if (r < 0)
		return r;
	step->link->ifindex = r;
	return set(host, step->link, step->mask & mask, index_or_none(step->master));
}

static int add_tap(struct host *host, const struct xn_step *step)
{
	unsigned later = XN_SETTINGS | XN_MASTER;
	int fd = xn_tap_make(step->link->name);
	int r;

	/* The kernel has no words of its own for what is no netlink. */
	if (fd == -EACCES)
		strcpy(host->fault.text, "/dev/net/tun");
	if (fd < 0)
		return fd;
	if (step->link->mtu == XN_TAP_MTU)
		later &= ~(unsigned)XN_MTU;
	r = settle(host, step, later);
	if (r == 0)
		r = xn_tap_keep(fd);
	close(fd);
	return r;
}

static int add_link(struct host *host, const struct xn_step *step)
{
	unsigned later = XN_MARK | XN_ADDRGEN;
	int r = send_message(host, xn_encode_add(step->link, index_or_none(step->parent),
					   index_or_none(step->master)));

	/* See first_mtu in encode.c. */
	if (strcmp(step->link->kind, "bridge") == 0)
		later |= XN_MTU;
	return r < 0 ? r : settle(host, step, later);
}

/* Before Linux 6.2, one that is up keeps its name. */
static int rename_link(struct host *host, const struct xn_step *step)
{
	int ifindex = step->have->ifindex;
	int r = send_message(host, xn_encode_name(ifindex, step->link->name));

	if (r != -EBUSY)
		return r;
	r = send_message(host, xn_encode_up(ifindex, false));
	if (r == 0)
		r = send_message(host, xn_encode_name(ifindex, step->link->name));
	return r < 0 ? r : send_message(host, xn_encode_up(ifindex, step->have->up));
}

/* What an earlier step failed to make has no number, and 0 would mean something else. */
static bool lacks_a_link(const struct xn_step *step)
{
	if (step->master && step->master->ifindex == 0)
		return true;
	if (step->parent && step->parent->ifindex == 0)
		return true;
	return step->op != XN_OP_ADD && !step->have && step->link->ifindex == 0;
}

static int carry_out(
	struct host *host, const struct xn_step *step, struct xn_arena *arena)
{
	const struct xn_link *link = step->link;

	host->fault.text[0] = '\0';
	if (lacks_a_link(step))
		return -ENODEV;
	switch (step->op) {
	case XN_OP_ADD:
		return strcmp(link->kind, "tap") == 0 ? add_tap(host, step)
						      : add_link(host, step);
	case XN_OP_RENAME:
		return rename_link(host, step);
	case XN_OP_DEL:
		return send_message(host, xn_encode_del(link->ifindex));
	case XN_OP_SET:
		return set(host, link, step->mask, 0);
	case XN_OP_JOIN:
		return join(host, step);
	case XN_OP_WITHDRAW:
	case XN_OP_ASSIGN:
	case XN_OP_ROUTE:
		return xn_layer3_step(host->sock, step, arena, &host->fault);
	case XN_OP_LEAVE:
		return send_message(host, xn_encode_master(link->ifindex, 0));
	default:
		return send_message(
			host, xn_encode_up(link->ifindex, step->op == XN_OP_UP));
	}
}

static int linux_step(
	struct xn_backend *be, const struct xn_step *step, struct xenet_error *err)
{
	struct host *host = (struct host *)be;
	struct xn_arena *arena = xn_arena_new();
	int r = arena ? carry_out(host, step, arena) : -ENOMEM;

	if (!arena)
		return xn_no_memory(err);
	if (r < 0)
		r = xn_report_step(step, r, host->sock, &host->fault, arena, err);
	xn_arena_free(arena);
	return r;
}

const struct xn_backend_ops xn_linux_backend = {
	.name = "linux",
	.open = linux_open,
	.observe = linux_observe,
	.dependants = linux_dependants,
	.survey = linux_survey,
	.scan = linux_scan,
	.step = linux_step,
	.hostname = xn_linux_hostname,
	.set_hostname = xn_linux_set_hostname,
	.boot = linux_boot,
	.scope = linux_scope,
	.close = linux_close,
};
