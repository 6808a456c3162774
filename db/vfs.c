/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * SQLite's own file system, but for one thing: it syncs the directory after the first sync
 * of a WAL in each process, since that process may have made the file. Ours stays for good,
 * so a process that finds one need not pay a second fsync for its commit.
 */
static sqlite3_vfs vfs;
static sqlite3_vfs *original;
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

static int read_head(sqlite3_file *file, unsigned char *head, int size, long *ret_size)
{
	sqlite3_int64 whole;
	int code = file->pMethods->xFileSize(file, &whole);

	if (code != SQLITE_OK)
		return code;
	*ret_size = (long)whole;
	code = file->pMethods->xRead(file, head, size, 0);
	return code == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : code;
}

/* Through SQLite: closing a descriptor of one's own would lose the locks that another
 * connection of this process holds on the file. */
enum db_result db_read_head(struct db *db, unsigned char *head, int size, long *ret_size)
{
	sqlite3_file *file;
	int code;

	db_register_vfs();
	file = calloc(1, (size_t)original->szOsFile);
	if (!file)
		return DB_NO_MEMORY;
	code = original->xOpen(original, db->path, file,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, NULL);
	if (code == SQLITE_OK)
		code = read_head(file, head, size, ret_size);
	if (file->pMethods)
		file->pMethods->xClose(file);
	free(file);
	return db_note(db, code);
}
