/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * To be preloaded: what a disk that loses its power keeps of a directory. Each file as it was
 * when it was last synced goes to $DURABLE/files, each name that was there when the directory
 * was last synced to $DURABLE/names. No more is sure to be there afterwards.
 */

static int create(const char *kind, const char *name, char *path)
{
	snprintf(path, PATH_MAX, "%s/%s/%s", getenv("DURABLE"), kind, name);
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

/* Whole or not at all, for we may be killed, too. */
static void keep_file(int from, const char *name)
{
	char bytes[65536], part[PATH_MAX], whole[PATH_MAX];
	int to = create("part", name, part);
	off_t at = 0;
	ssize_t n;

	while ((n = pread(from, bytes, sizeof(bytes), at)) > 0 &&
		write(to, bytes, (size_t)n) == n)
		at += n;
	close(to);
	snprintf(whole, sizeof(whole), "%s/files/%s", getenv("DURABLE"), name);
	if (n == 0)
		rename(part, whole);
}

static void keep_names(const char *directory)
{
	DIR *entries = opendir(directory);
	struct dirent *entry;
	char path[PATH_MAX];

	while (entries && (entry = readdir(entries)))
		if (entry->d_type == DT_REG)
			close(create("names", entry->d_name, path));
	if (entries)
		closedir(entries);
}

static void keep(int fd)
{
	char link[64], path[PATH_MAX] = "";
	struct stat st;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, path, sizeof(path) - 1) < 0 || fstat(fd, &st) < 0)
		return;
	if (S_ISDIR(st.st_mode))
		keep_names(path);
	else if (strrchr(path, '/'))
		keep_file(fd, strrchr(path, '/') + 1);
}

static int keep_if(int fd, long result)
{
	if (result == 0 && getenv("DURABLE"))
		keep(fd);
	return (int)result;
}

int fsync(int fd)
{
	return keep_if(fd, syscall(SYS_fsync, fd));
}

int fdatasync(int fd)
{
	return keep_if(fd, syscall(SYS_fdatasync, fd));
}
