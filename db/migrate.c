/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <stdio.h>

int db_newest(const struct db_schema *schema)
{
	int version = 0;

	while (schema->migrations[version].version)
		version++;
	return version;
}

enum db_result db_check_version(struct db *db, int64_t version, int oldest)
{
	if (version < oldest)
		return db_note_text(db, DB_CORRUPT, "its schema version is damaged");
	return version > db->version ? db_note_text(db, DB_NEWER,
					       "the schema is newer than this program")
				     : DB_OK;
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
	else if (schema->migrations[version].version)
		result = db_make_backup(db, (int)version);
	for (; result == DB_OK && schema->migrations[version].version; version++)
		result = apply(db, &schema->migrations[version]);
	return result;
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
	return result == DB_OK && db->is_wal ? db_checkpoint(db) : result;
}

enum db_result db_migrate(struct db *db, const struct db_schema *schema, int version)
{
	enum db_result result = db_check_version(db, version, 0);

	return result == DB_OK && version < db->version ? migrate(db, schema) : result;
}
