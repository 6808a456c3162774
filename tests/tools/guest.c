/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * guest TAP PID [ADDRESS]    is the guest behind a persistent TAP device
 *
 * Its network card is eth0, of that address, in the network namespace of the process PID: what
 * it sends and receives there comes out of the TAP and goes into it. Prints "ready"; ends with
 * its standard input.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_tun.h>

enum {
	MAX_FRAME = 65536,
	AT_ONCE = 64 /* frames of one side before the other has its turn */
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "guest: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int open_tap(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
		die(name);
	return fd;
}

static void enter(const char *pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/ns/net", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		die(path);
	close(fd);
}

static void set_address(const char *address)
{
	struct ifreq request = { .ifr_name = "eth0" };
	unsigned char *b = (unsigned char *)request.ifr_hwaddr.sa_data;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	if (sscanf(address, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &b[0], &b[1], &b[2],
		    &b[3], &b[4], &b[5]) != ETH_ALEN ||
		ioctl(fd, SIOCSIFHWADDR, &request) < 0)
		die(address);
	close(fd);
}

/* What a side that is down, or full, does not take is lost, as on any wire. */
static void pass(int from, int to)
{
	static unsigned char frame[MAX_FRAME];

	for (int i = 0; i < AT_ONCE; i++) {
		ssize_t size = read(from, frame, sizeof(frame));

		if (size <= 0 || (write(to, frame, (size_t)size) < 0 && errno == EBADF))
			return;
	}
}

static void talk(int host, int guest)
{
	struct pollfd polls[] = { { .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = host, .events = POLLIN }, { .fd = guest, .events = POLLIN } };

	puts("ready");
	fflush(stdout);
	while (poll(polls, 3, -1) >= 0 && !polls[0].revents) {
		pass(host, guest);
		pass(guest, host);
	}
}

int main(int argc, char **argv)
{
	int host, guest;

	if (argc < 3 || argc > 4) {
		fputs("usage: guest TAP PID [ADDRESS]\n", stderr);
		return 2;
	}
	host = open_tap(argv[1]);
	enter(argv[2]);
	guest = open_tap("eth0");
	if (argc == 4)
		set_address(argv[3]);
	talk(host, guest);
	return 0;
}
