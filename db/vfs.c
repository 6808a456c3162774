/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <pthread.h>
#include <unistd.h>

/*
 * SQLite's own file system, but for one thing: it syncs the directory after the first sync
 * of a WAL in each process, since that process may have made the file. Ours stays for good,
 * so a process that finds one need not pay a second fsync for its commit.
 */
static sqlite3_vfs vfs;
static const sqlite3_vfs *original;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int open_file(sqlite3_vfs *self, const char *path, sqlite3_file *file, int flags,
	int *out_flags)
{
	if (flags & SQLITE_OPEN_WAL && path && access(path, F_OK) == 0)
		flags &= ~SQLITE_OPEN_CREATE;
	return original->xOpen(self, path, file, flags, out_flags);
}

static void set_up(void)
{
	original = sqlite3_vfs_find(NULL);
	vfs = *original;
	vfs.zName = DB_VFS;
	vfs.xOpen = open_file;
	sqlite3_vfs_register(&vfs, 0);
}

void db_register_vfs(void)
{
	pthread_once(&once, set_up);
}
