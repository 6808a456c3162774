/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>

#include "base/text.h"
#include "host/linux/kinds.h"

/* Nobody has it open yet in order to use it (Linux 6.1; earlier ones give it a carrier). */
enum {
	FLAGS = IFF_TAP | IFF_NO_PI | IFF_NO_CARRIER
};

static int attach(int fd, const char *name, const char *options, int flags)
{
	struct ifreq request = { .ifr_flags = (short)flags };
	char word[2];

	if (xn_option(options, "multi_queue", word, sizeof(word)))
		request.ifr_flags |= IFF_MULTI_QUEUE;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	return ioctl(fd, TUNSETIFF, &request) < 0 ? -errno : 0;
}

static int make(int fd, const char *name, const char *options)
{
	int r = attach(fd, name, options, FLAGS | IFF_TUN_EXCL);

	return r == -EBUSY ? -EEXIST : r;
}

/* Not one that this very call has made, as there was none. */
static int find(int fd, const char *name, const char *options)
{
	struct ifreq request = { 0 };
	/* It may have a carrier, which IFF_NO_CARRIER would take from whoever opens it meanwhile. */
	int r = attach(fd, name, options, IFF_TAP | IFF_NO_PI);

	if (r == 0 && ioctl(fd, TUNGETIFF, &request) < 0)
		r = -errno;
	if (r < 0)
		return r;
	return request.ifr_flags & IFF_PERSIST ? 0 : -ENODEV;
}

/* Who may open it without the capability for all devices. */
static int admit(int fd, const char *options, const char *name, unsigned long request)
{
	char word[sizeof("4294967295")];

	if (!xn_option(options, name, word, sizeof(word)))
		return 0;
	return ioctl(fd, request, strtoul(word, NULL, 10)) < 0 ? -errno : 0;
}

/* The descriptor by which the device was made or found. */
static int open_tap(const char *name, const char *options,
	int (*get)(int fd, const char *name, const char *options))
{
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = get(fd, name, options);
	if (r == 0)
		r = admit(fd, options, "owner", TUNSETOWNER);
	if (r == 0)
		r = admit(fd, options, "group", TUNSETGROUP);
	if (r == 0)
		return fd;
	close(fd);
	return r;
}

int xn_tap_make(const char *name, const char *options)
{
	return open_tap(name, options, make);
}

int xn_tap_admit(const char *name, const char *options)
{
	int fd = open_tap(name, options, find);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int xn_tap_keep(int fd)
{
	return ioctl(fd, TUNSETPERSIST, 1) < 0 ? -errno : 0;
}

const struct nla_policy xn_tun_policy[XN_KIND_ATTRS + 1] = {
	[IFLA_TUN_TYPE] = { .type = NLA_U8 },
	[IFLA_TUN_OWNER] = { .type = NLA_U32 },
	[IFLA_TUN_GROUP] = { .type = NLA_U32 },
	[IFLA_TUN_MULTI_QUEUE] = { .type = NLA_U8 },
};

static void add_option(struct xn_text *text, const char *name, uint32_t value)
{
	xn_text_addf(text, "%s%s=%u", text->length ? "," : "", name, value);
}

int xn_read_tun(struct xn_link *link, struct nlattr **data, struct xn_arena *arena)
{
	struct xn_text options = XN_TEXT(arena);

	if (data[IFLA_TUN_OWNER])
		add_option(&options, "owner", nla_get_u32(data[IFLA_TUN_OWNER]));
	if (data[IFLA_TUN_GROUP])
		add_option(&options, "group", nla_get_u32(data[IFLA_TUN_GROUP]));
	if (data[IFLA_TUN_MULTI_QUEUE] && nla_get_u8(data[IFLA_TUN_MULTI_QUEUE]))
		add_option(&options, "multi_queue", 1);
	link->tap = options.length ? xn_text_end(&options) : "";
	if (data[IFLA_TUN_TYPE] && nla_get_u8(data[IFLA_TUN_TYPE]) == IFF_TAP)
		link->kind = "tap";
	link->attached = link->carrier;
	return link->tap ? 0 : -ENOMEM;
}
