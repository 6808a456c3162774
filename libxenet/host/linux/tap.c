/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_tun.h>

#include "base/text.h"

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
	int r = attach(fd, name, options, FLAGS);

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
