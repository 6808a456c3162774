/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Files that come to be as a whole: written without a name, or under another one, and linked
 * into place when they are on disk. Whoever is killed leaves none that is half done.
 */

enum {
	AT_WRITE_VERSION = 18, /* of the header; 1: rollback journal, 2: WAL */
	JOURNAL = 1,
	WAL = 2,
};

struct new_file {
	int fd;
	char *directory;
	char *name; /* of where an unnamed file is not to be had; "": it has none */
};

static enum db_result note_errno(struct db *db)
{
	enum db_result result = DB_CANT_OPEN;

	if (errno == ENOSPC || errno == EDQUOT)
		result = DB_FULL;
	else if (errno == EROFS)
		result = DB_READ_ONLY;
	else if (errno == EIO)
		result = DB_IO;
	return db_note_text(db, result, strerror(errno));
}

/* Makes the directories of the path, each 0700; those that exist are left as they are. */
static enum db_result make_directories(struct db *db)
{
	char *copy = strdup(db->path);
	int failed = copy ? 0 : -1;

	for (char *slash = copy ? strchr(copy + 1, '/') : NULL; slash && !failed;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) < 0 && errno != EEXIST)
			failed = -1;
		*slash = '/';
	}
	free(copy);
	return failed ? note_errno(db) : DB_OK;
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static enum db_result begin_file(struct db *db, struct new_file *file)
{
	*file = (struct new_file){ -1, directory_of(db->path), NULL };
	if (!file->directory || asprintf(&file->name, "%s.XXXXXX", db->path) < 0)
		return DB_NO_MEMORY;
	file->fd = open(file->directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (file->fd >= 0)
		file->name[0] = '\0';
	else if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)
		file->fd = mkostemp(file->name, O_CLOEXEC);
	return file->fd < 0 ? note_errno(db) : DB_OK;
}

static void end_file(struct new_file *file)
{
	if (file->fd >= 0 && file->name[0])
		unlink(file->name);
	if (file->fd >= 0)
		close(file->fd);
	free(file->directory);
	free(file->name);
}

static enum db_result write_all(
	struct db *db, int fd, const unsigned char *bytes, size_t size)
{
	while (size) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno != EINTR)
			return note_errno(db);
		if (n > 0) {
			bytes += n;
			size -= (size_t)n;
		}
	}
	return fsync(fd) < 0 ? note_errno(db) : DB_OK;
}

static int give_name(const struct new_file *file, const char *path)
{
	char open_file[40];

	if (file->name[0])
		return link(file->name, path);
	/* It takes a capability; the other way takes /proc. */
	if (linkat(file->fd, "", AT_FDCWD, path, AT_EMPTY_PATH) == 0)
		return 0;
	if (errno == EEXIST)
		return -1;
	snprintf(open_file, sizeof(open_file), "/proc/self/fd/%d", file->fd);
	return linkat(AT_FDCWD, open_file, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

static enum db_result sync_directory(struct db *db, const char *directory)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed = fd < 0 || fsync(fd) < 0;
	enum db_result result = failed ? note_errno(db) : DB_OK;

	if (fd >= 0)
		close(fd);
	return result;
}

/* Of a new database, another process may have been quicker. */
static enum db_result put_in_place(
	struct db *db, const struct new_file *file, const char *path, bool replace)
{
	if (replace && unlink(path) < 0 && errno != ENOENT)
		return note_errno(db);
	if (give_name(file, path) < 0 && (errno != EEXIST || replace))
		return note_errno(db);
	return sync_directory(db, file->directory);
}

static enum db_result store(struct db *db, const char *path, const unsigned char *image,
	size_t size, bool replace)
{
	struct new_file file;
	enum db_result result = begin_file(db, &file);

	if (result == DB_OK)
		result = write_all(db, file.fd, image, size);
	if (result == DB_OK)
		result = put_in_place(db, &file, path, replace);
	end_file(&file);
	return result;
}

/* The bytes of all of the database, as this transaction sees it. */
static enum db_result store_all(struct db *db, sqlite3 *handle, const char *path,
	unsigned char journal, bool replace)
{
	sqlite3_int64 size = 0;
	unsigned char *image = sqlite3_serialize(handle, "main", &size, 0);
	enum db_result result;

	if (!image || size <= AT_WRITE_VERSION + 1) {
		sqlite3_free(image);
		return DB_NO_MEMORY;
	}
	image[AT_WRITE_VERSION] = image[AT_WRITE_VERSION + 1] = journal;
	result = store(db, path, image, (size_t)size, replace);
	sqlite3_free(image);
	return result;
}

/* Made in memory, with the reasons of its failures in the other one. */
static enum db_result make_in_memory(
	struct db *db, const struct db_schema *schema, struct db **ret)
{
	enum db_result result = db_open_memory(ret);

	if (*ret)
		(*ret)->version = db->version;
	if (result == DB_OK)
		result = db_migrate(*ret, schema, 0);
	return result == DB_OK ? DB_OK : db_note_text(db, result, db_reason(*ret));
}

/* A log beside no database is what is left of one, and would be taken for the new one's. */
static enum db_result check_leftovers(struct db *db)
{
	static const char *const suffixes[] = { "-wal", "-journal" };
	char reason[64];

	for (int i = 0; i < 2; i++) {
		if (db_size_beside(db, suffixes[i]) <= 0 ||
			access(db->path, F_OK) == 0) /* another process was quicker */
			continue;
		snprintf(reason, sizeof(reason), "it is gone, but its %s is not",
			suffixes[i]);
		return db_note_text(db, DB_JOURNAL, reason);
	}
	return DB_OK;
}

/* From the beginning there is a log: that one is missing tells something. */
static enum db_result make_log(struct db *db)
{
	char *path;
	int fd;

	if (asprintf(&path, "%s-wal", db->path) < 0)
		return DB_NO_MEMORY;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	free(path);
	if (fd < 0)
		return note_errno(db);
	close(fd);
	return DB_OK;
}

enum db_result db_create(struct db *db, const struct db_schema *schema)
{
	struct db *memory = NULL;
	char *directory = directory_of(db->path);
	enum db_result result = directory ? make_directories(db) : DB_NO_MEMORY;

	if (result == DB_OK)
		result = db_check_directory(db, directory);
	if (result == DB_OK)
		result = check_leftovers(db);
	if (result == DB_OK)
		result = make_in_memory(db, schema, &memory);
	if (result == DB_OK)
		result = make_log(db);
	if (result == DB_OK)
		result = store_all(db, memory->handle, db->path, WAL, false);
	db_close(memory);
	free(directory);
	return result;
}

static char *backup_path(const struct db *db, int version)
{
	char *path;

	return asprintf(&path, "%s.backup-v%d", db->path, version) < 0 ? NULL : path;
}

/* With a journal: nobody is to miss a log beside it. */
enum db_result db_make_backup(struct db *db, int version)
{
	char *path = backup_path(db, version);
	enum db_result result = path ? store_all(db, db->handle, path, JOURNAL, true)
				     : DB_NO_MEMORY;

	free(path);
	return result;
}

const char *db_backup(struct db *db)
{
	for (int version = db->version; version > 0 && !db->backup; version--) {
		db->backup = backup_path(db, version);
		if (db->backup && access(db->backup, F_OK) == 0)
			break;
		free(db->backup);
		db->backup = NULL;
	}
	return db->backup;
}
