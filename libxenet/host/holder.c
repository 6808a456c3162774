/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/rundir.h"

/*
 * Who holds a lock, as the kernel knows it: nothing is written by those who take one, and
 * nothing of what is told can be left over from somebody who is gone.
 */

enum {
	LINE_SIZE = 512,
	/* Of /proc/PID/stat, counted from what follows the command's name (proc(5)). */
	START_FIELD = 20
};

/* "1: FLOCK  ADVISORY  WRITE 108 00:1a:5 0 EOF". Devices are left out of it: some file systems
 * have another number there than stat() tells. Others who wait are shown by "1: -> FLOCK". */
static int holder_of(ino_t inode)
{
	FILE *file = fopen("/proc/locks", "re");
	char line[LINE_SIZE];
	unsigned long long found;
	int pid, holder = 0;

	while (file && !holder && fgets(line, sizeof(line), file))
		if (sscanf(line, "%*d: FLOCK ADVISORY WRITE %d %*x:%*x:%llu", &pid,
			    &found) == 2 &&
			found == inode)
			holder = pid;
	if (file)
		fclose(file);
	return holder;
}

/* The clock ticks after the start of the machine at which the process began; -1: unknown. */
static long long start_of(int pid)
{
	char path[32], line[LINE_SIZE] = "", *at;
	FILE *file;
	int field = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return -1;
	at = fgets(line, sizeof(line), file);
	fclose(file);
	/* The name may hold anything, and ends with the last parenthesis. */
	at = at ? strrchr(line, ')') : NULL;
	while (at && field++ < START_FIELD)
		at = strchr(at + 1, ' ');
	return at ? strtoll(at, NULL, 10) : -1;
}

static long long age_in_seconds(int pid)
{
	long long start = start_of(pid), ticks = sysconf(_SC_CLK_TCK);
	struct timespec now;

	if (start < 0 || clock_gettime(CLOCK_BOOTTIME, &now) < 0)
		return -1;
	return now.tv_sec - start / ticks;
}

int xn_lock_report(int fd, const char *path, struct xenet_error *err)
{
	char pid[24] = "unknown", age[24] = "unknown";
	struct stat st;
	int holder = fstat(fd, &st) == 0 ? holder_of(st.st_ino) : 0;
	long long seconds = holder ? age_in_seconds(holder) : -1;

	if (holder)
		snprintf(pid, sizeof(pid), "%d", holder);
	if (seconds >= 0)
		snprintf(age, sizeof(age), "%lld", seconds);
	return xn_fail(err, XENET_E_LOCKED, path, pid, age);
}
