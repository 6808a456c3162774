/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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

/* Who holds the lock, and since when: what the holder wrote into the file. */
static int report_holder(int fd, const char *path, struct xenet_error *err)
{
	char note[64] = { 0 }, pid[24] = "unknown", held[24] = "unknown";
	long long since;
	int holder;

	if (pread(fd, note, sizeof(note) - 1, 0) > 0 &&
		sscanf(note, "%d %lld", &holder, &since) == 2) {
		snprintf(pid, sizeof(pid), "%d", holder);
		snprintf(held, sizeof(held), "%lld", (xn_now_ms() - since) / 1000);
	}
	return xn_fail(err, XENET_E_LOCKED, path, pid, held);
}

static void note_holder(int fd)
{
	char note[64];
	int length = snprintf(
		note, sizeof(note), "%d %lld\n", (int)getpid(), (long long)xn_now_ms());

	/* Only for people: a note that cannot be written does no harm. */
	if (ftruncate(fd, 0) < 0 || pwrite(fd, note, (size_t)length, 0) < 0)
		return;
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
			return report_holder(fd, path, err);
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
	note_holder(fd);
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
