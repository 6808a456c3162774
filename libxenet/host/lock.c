/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/rundir.h"

enum {
	POLL_MS = 5
};

/* Who may not use the run directory may not change the network either. */
static const char *reason(void)
{
	return errno == EACCES && geteuid() != 0
		       ? "Permission denied: changing network devices needs the "
			 "capability CAP_NET_ADMIN, and a run directory of one's own; "
			 "run as root"
		       : strerror(errno);
}

int xn_rundir_make(const char *directory, struct xenet_error *err)
{
	if (mkdir(directory, 0700) == 0 || errno == EEXIST)
		return 0;
	return xn_fail(err, XENET_E_RUN_DIRECTORY, directory, reason());
}

char *xn_rundir_path(struct xn_arena *arena, const char *directory, const char *scope,
	const char *suffix)
{
	return xn_printf(arena, "%s/%s.%s", directory, scope, suffix);
}

int64_t xn_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int wait_for_lock(int fd, const char *path, unsigned timeout_ms,
	struct xn_stop *stop, struct xenet_error *err)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	int64_t deadline = xn_now_ms() + timeout_ms;
	bool again = true;
	int r = xn_stop_check(stop, err);

	while (r == 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		/* A reader who only looks has it for a moment: one more try, at least. */
		if ((errno != EWOULDBLOCK && errno != EINTR) ||
			(xn_now_ms() >= deadline && !again))
			return xn_lock_report(fd, path, err);
		again = xn_now_ms() < deadline;
		nanosleep(&pause, NULL);
		r = xn_stop_check(stop, err);
	}
	return r;
}

int xn_lock_take(int *ret, const char *path, unsigned timeout_ms, struct xn_stop *stop,
	struct xenet_error *err)
{
	int r, fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return xn_fail(err, XENET_E_RUN_DIRECTORY, path, reason());
	r = wait_for_lock(fd, path, timeout_ms, stop, err);
	if (r < 0) {
		close(fd);
		return r;
	}
	*ret = fd;
	return 0;
}

bool xn_lock_is_held(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	/* Shared, so that readers do not take each other for writers. */
	bool held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;

	xn_lock_release(fd);
	return held;
}

int xn_lock_release(int fd)
{
	if (fd >= 0) {
		/* By closing alone it would stay with a child that was forked meanwhile. */
		flock(fd, LOCK_UN);
		close(fd);
	}
	return -1;
}
