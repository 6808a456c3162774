/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The database header, https://www.sqlite.org/fileformat2.html section 1.3. */
enum {
	HEADER_SIZE = 100,
	MAGIC_SIZE = 16,
	AT_PAGE_SIZE = 16,
	AT_WRITE_VERSION = 18, /* 2: WAL */
	AT_CHANGES = 24,
	AT_PAGES = 28,
	AT_USER_VERSION = 60,
	AT_APPLICATION_ID = 68,
	AT_PAGES_VALID = 92, /* AT_PAGES is, if this is what AT_CHANGES is */
	/* A log with no more than its header holds nothing. */
	LOG_HEADER_SIZE = 32,
};

static uint32_t big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
}

/* 1 stands for 65536, which its 16 bits cannot hold. */
static long page_size(const unsigned char *header)
{
	long size = header[AT_PAGE_SIZE] << 8 | header[AT_PAGE_SIZE + 1];

	return size == 1 ? 65536 : size;
}

long db_size_beside(const struct db *db, const char *suffix)
{
	char *path;
	struct stat st;
	long size = -1;

	if (asprintf(&path, "%s%s", db->path, suffix) < 0)
		return -1;
	if (stat(path, &st) == 0)
		size = (long)st.st_size;
	free(path);
	return size;
}

static enum db_result refuse_cut(struct db *db, long size)
{
	char reason[64];

	snprintf(reason, sizeof(reason), "it is cut off after %ld bytes", size);
	return db_note_text(db, DB_CORRUPT, reason);
}

/* Pages that are missing may yet be in the log, which SQLite looks at first. */
static enum db_result check_size(
	struct db *db, const unsigned char *header, long size, long log)
{
	long page = page_size(header);
	long pages = (long)big_endian(header + AT_PAGES);
	bool valid = big_endian(header + AT_CHANGES) ==
		     big_endian(header + AT_PAGES_VALID);

	if (page < 512 || page & (page - 1))
		return db_note_text(db, DB_CORRUPT, "its header is damaged");
	if (log > LOG_HEADER_SIZE)
		return DB_OK;
	if (valid && size < pages * page)
		return refuse_cut(db, size);
	if (size % page)
		return refuse_cut(db, size);
	return DB_OK;
}

/* A journal is played back into the file before anything else. One of ours has never been
 * beside a log. */
static enum db_result check_beside(struct db *db, long log)
{
	if (!db->is_wal)
		return DB_OK;
	db->had_no_log = log < 0;
	return db_size_beside(db, "-journal") > 0
		       ? db_note_text(db, DB_JOURNAL,
				 "a journal lies beside it that is not its own")
		       : DB_OK;
}

static enum db_result check_identity(struct db *db, const unsigned char *header,
	const struct db_schema *schema, int *version)
{
	if (big_endian(header + AT_APPLICATION_ID) != schema->application_id)
		return db_note_text(db, DB_NOT_OURS,
			"it is an SQLite database of another application");
	*version = (int)big_endian(header + AT_USER_VERSION);
	db->is_wal = header[AT_WRITE_VERSION] == 2;
	return db_check_version(db, *version, 1);
}

static enum db_result read_header(struct db *db, unsigned char *header, long *size)
{
	if (faccessat(AT_FDCWD, db->path, R_OK, AT_EACCESS) < 0)
		return db_note_text(db, DB_CANT_OPEN, strerror(errno));
	return db_read_head(db, header, HEADER_SIZE, size);
}

enum db_result db_inspect(struct db *db, const struct db_schema *schema, int *version)
{
	unsigned char header[HEADER_SIZE] = { 0 };
	long size, log;
	enum db_result result = read_header(db, header, &size);

	if (result != DB_OK)
		return result;
	if (size < MAGIC_SIZE || memcmp(header, "SQLite format 3", MAGIC_SIZE) != 0)
		return db_note_text(db, DB_NOT_SQLITE, "it is not an SQLite database");
	if (size < HEADER_SIZE)
		return refuse_cut(db, size);
	result = check_identity(db, header, schema, version);
	if (result != DB_OK)
		return result;
	log = db_size_beside(db, "-wal");
	result = check_size(db, header, size, log);
	return result == DB_OK ? check_beside(db, log) : result;
}
