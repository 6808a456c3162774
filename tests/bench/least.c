/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * least DATABASE [TAP BRIDGE]: the least that a durable command on SQLite can do: one table of one
 * column, one row read and one written, synced to the disk; and in between the kernel's part
 * of a plug. Nothing is judged, recorded, locked or undone: what a row of figures shows of this
 * is what is left for all that.
 */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
	struct nlmsghdr header;
	struct ifinfomsg link;
	struct rtattr attribute;
	unsigned master;
};

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "least: %s\n", what);
	/* Nothing is closed, as xenet does not. */
	_exit(2);
}

static void run(sqlite3 *db, const char *sql)
{
	must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

static int make_tap(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	must(ioctl(fd, TUNSETIFF, &request) == 0, name);
	return fd;
}

static void join(const char *name, const char *bridge)
{
	struct request request = {
		{ sizeof(request), RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0 },
		{ .ifi_index = (int)if_nametoindex(name),
			.ifi_flags = IFF_UP,
			.ifi_change = IFF_UP },
		{ RTA_LENGTH(sizeof(unsigned)), IFLA_MASTER },
		if_nametoindex(bridge),
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	must(send(fd, &request, sizeof(request), 0) == (ssize_t)sizeof(request) &&
			recv(fd, &answer, sizeof(answer), 0) > 0 && !answer.error.error,
		bridge);
}

/* Made down, joined and up at once; it stays when this ends. */
static void plug(const char *name, const char *bridge)
{
	int tap = make_tap(name);

	join(name, bridge);
	must(ioctl(tap, TUNSETPERSIST, 1) == 0, name);
}

/* So that the index of the log is not made anew, as it is not for xenet (db/index.c). */
static void keep_index(const char *path)
{
	struct flock in_use = {
		.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 128, .l_len = 1
	};
	char index[256];

	snprintf(index, sizeof(index), "%s-shm", path);
	/* Unless it is the first of all. */
	fcntl(open(index, O_RDWR | O_CLOEXEC), F_OFD_SETLK, &in_use);
}

int main(int argc, char **argv)
{
	sqlite3 *db;

	must(argc == 2 || argc == 4, "DATABASE [TAP BRIDGE]");
	keep_index(argv[1]);
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	must(sqlite3_open(argv[1], &db) == SQLITE_OK, argv[1]);
	/* The log stays short, and so is no file that grows, which takes longer to be synced. */
	run(db, "PRAGMA wal_autocheckpoint = 256; PRAGMA synchronous = FULL;"
		" BEGIN IMMEDIATE; SELECT a FROM t");
	if (argc == 4)
		plug(argv[2], argv[3]);
	run(db, "UPDATE t SET a = random(); COMMIT");
	_exit(0);
}
