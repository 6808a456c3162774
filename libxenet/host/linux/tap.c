/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_tun.h>

/* Nobody has it open yet in order to use it (Linux 6.1; earlier ones give it a carrier). */
enum {
	FLAGS = IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL | IFF_NO_CARRIER
};

int xn_tap_make(const char *name)
{
	struct ifreq request = { .ifr_flags = FLAGS };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, TUNSETIFF, &request) < 0) {
		int r = errno == EBUSY ? -EEXIST : -errno;

		close(fd);
		return r;
	}
	return fd;
}

int xn_tap_keep(int fd)
{
	return ioctl(fd, TUNSETPERSIST, 1) < 0 ? -errno : 0;
}
