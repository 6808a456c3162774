/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The database header, https://www.sqlite.org/fileformat2.html section 1.3. */
enum {
	HEADER_SIZE = 100,
	AT_WRITE_VERSION = 18, /* 2: WAL */
	AT_USER_VERSION = 60,
	AT_APPLICATION_ID = 68,
};

static uint32_t big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
}

static int newest(const struct db_schema *schema)
{
	int version = 0;

	while (schema->migrations[version].version)
		version++;
	return version;
}

static enum db_result refuse_newer(struct db *db)
{
	return db_note_text(db, DB_NEWER, "the schema is newer than this program");
}

enum db_result db_inspect(
	struct db *db, int fd, const struct db_schema *schema, int *version)
{
	unsigned char header[HEADER_SIZE];
	ssize_t size = read(fd, header, sizeof(header));

	if (size < 0)
		return db_note_text(db, DB_CANT_OPEN, strerror(errno));
	if (size == 0) /* just made, or not yet checkpointed */
		return DB_OK;
	if (size < HEADER_SIZE || memcmp(header, "SQLite format 3", 16) != 0)
		return db_note_text(db, DB_NOT_OURS, "it is not an SQLite database");
	if (big_endian(header + AT_APPLICATION_ID) != schema->application_id)
		return db_note_text(db, DB_NOT_OURS,
			"it is an SQLite database of another application");
	*version = (int)big_endian(header + AT_USER_VERSION);
	db->is_wal = header[AT_WRITE_VERSION] == 2;
	return *version > newest(schema) ? refuse_newer(db) : DB_OK;
}

static enum db_result apply(struct db *db, const struct db_migration *migration)
{
	char pragma[64];
	enum db_result result = db_exec(db, migration->sql);

	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", migration->version);
	return result == DB_OK ? db_exec(db, pragma) : result;
}

static enum db_result set_identity(struct db *db, const struct db_schema *schema)
{
	char pragma[64];

	snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %u",
		(unsigned)schema->application_id);
	return db_exec(db, pragma);
}

/* Inside a write transaction: the version is read again, another process may have won. */
static enum db_result upgrade(struct db *db, const struct db_schema *schema)
{
	int64_t version;
	enum db_result result = db_number(db, "PRAGMA user_version", &version);

	if (result != DB_OK)
		return result;
	if (version == 0)
		result = set_identity(db, schema);
	for (; result == DB_OK && schema->migrations[version].version; version++)
		result = apply(db, &schema->migrations[version]);
	return result;
}

/* A new file becomes a WAL only when it is ours: before, a header that is neither foreign
 * nor ours would be on disk for a moment. */
static enum db_result enter_wal(struct db *db)
{
	return db->is_wal ? DB_OK : db_exec(db, "PRAGMA journal_mode = WAL");
}

static enum db_result migrate(struct db *db, const struct db_schema *schema)
{
	enum db_result result = db_begin_write(db);

	if (result != DB_OK)
		return result;
	result = upgrade(db, schema);
	if (result == DB_OK)
		result = db_commit(db);
	if (result != DB_OK)
		db_rollback(db);
	/* db_inspect reads the header from the file, so it must not stay in the WAL. */
	return result == DB_OK && db->is_wal
		       ? db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)")
		       : result;
}

enum db_result db_migrate(struct db *db, const struct db_schema *schema, int *version)
{
	int64_t have;
	enum db_result result = db_number(db, "PRAGMA user_version", &have);

	if (result != DB_OK)
		return result;
	*version = (int)have;
	if (have > newest(schema))
		return refuse_newer(db);
	db->version = newest(schema);
	if (have < newest(schema))
		result = migrate(db, schema);
	return result == DB_OK ? enter_wal(db) : result;
}
