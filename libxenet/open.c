/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xenet.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "schema.h"
#include "transaction.h"

/* How a handle is opened. */

enum {
	DEFAULT_TIMEOUT_MS = 30000
};

const char *xenet_version(void)
{
	return XENET_VERSION;
}

static const char *environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value && value[0] ? value : otherwise;
}

/* Whoever became root for the command is meant. */
static const char *user_name(void)
{
	return environment("SUDO_USER", environment("LOGNAME", NULL));
}

struct xenet_options xenet_options_default(void)
{
	return (struct xenet_options){
		.database = environment("XENET_DB", "/var/lib/xenet/xenet.db"),
		.run_directory = environment("XENET_RUN", "/run/xenet"),
		.backend = environment("XENET_BACKEND", "linux"),
		.timeout_ms = DEFAULT_TIMEOUT_MS,
		.user = user_name(),
	};
}

static int report(
	struct db *db, enum db_result result, int version, struct xenet_error *err)
{
	char have[16], known[16];

	if (result == DB_NO_MEMORY || !db)
		return xn_no_memory(err);
	if (result != DB_NEWER)
		return xn_db_error(db, result, err);
	snprintf(have, sizeof(have), "%d", version);
	snprintf(known, sizeof(known), "%d", xn_schema_version());
	return xn_fail(err, XENET_E_DB_NEWER, db_path(db), have, known);
}

/* Intents name the database, so its name must not depend on where we stand. */
static char *absolute(const char *path)
{
	char here[PATH_MAX];
	size_t size;
	char *whole;

	if (path[0] == '/')
		return strdup(path);
	if (!realpath(".", here))
		return NULL;
	size = strlen(here) + strlen(path) + 2;
	whole = malloc(size);
	if (whole)
		snprintf(whole, size, "%s/%s", here, path);
	return whole;
}

static enum db_result look_for_host(struct db *db)
{
	struct db_stmt *stmt;
	enum db_result result = db_prepare(db, &stmt, XN_HOST_SQL);

	if (result == DB_OK) {
		result = db_step(stmt);
		db_done(stmt);
	}
	return result;
}

static int find_host(struct db *db, bool *ret, struct xenet_error *err)
{
	enum db_result result = look_for_host(db);

	/* Another process makes the index of the log just now, which db_begin_read deals with. */
	if (result == DB_READ_ONLY && (result = db_begin_read(db)) == DB_OK) {
		result = look_for_host(db);
		db_rollback(db);
	}
	*ret = result == DB_ROW;
	return xn_db_error(db, result, err);
}

/* Whose marks its devices bear, nobody could tell any more. */
static int refuse_without_host(struct xenet *xn, struct xenet_error *err)
{
	struct db_stmt *stmt;
	/* The templates, at least, have been there from the beginning, as the host; which another
	 * process may have made just now. */
	enum db_result result = db_prepare(xn->db, &stmt,
		"SELECT (SELECT min(uuid) FROM vm)"
		" WHERE NOT EXISTS (SELECT 1 FROM host WHERE uuid > '')");
	const char *backup;
	bool has_objects;

	if (result != DB_OK)
		return xn_db_error(xn->db, result, err);
	result = db_step(stmt);
	has_objects = result == DB_ROW && db_column_text(stmt, 0);
	db_done(stmt);
	if (!has_objects)
		return xn_db_error(xn->db, result, err);
	backup = db_backup(xn->db);
	return xn_fail(err, XENET_E_DB_CORRUPT, db_path(xn->db),
		"its host's record is gone", backup ? backup : "none");
}

static int open_database(struct xenet *xn, const char *path,
	const struct xenet_options *options, struct xenet_error *err)
{
	char *whole = absolute(path), boot[XN_BOOT_ID_SIZE];
	bool alone = options->one_thread;
	enum db_result result;
	bool is_populated = false;
	int r, version = 0;

	if (!whole)
		return xn_no_memory(err);
	result = db_open(&xn->db, whole, &xn_schema, alone && options->reads,
		alone ? xn_boot_id(boot) : NULL, &version);
	free(whole);
	if (result != DB_OK)
		return report(xn->db, result, version, err);
	r = find_host(xn->db, &is_populated, err);
	if (r < 0 || is_populated) {
		xn->misses_log = db_had_no_log(xn->db);
		return r;
	}
	r = refuse_without_host(xn, err);
	if (r == 0)
		r = xn_tx_populate(xn, err);
	/* Into the file: without its log it is not to look as if it were new. */
	return r < 0 ? r : xn_db_error(xn->db, db_checkpoint(xn->db), err);
}

static char *uid_text(void)
{
	char text[24];

	snprintf(text, sizeof(text), "uid %u", (unsigned)getuid());
	return strdup(text);
}

int xenet_open(
	struct xenet **ret, const struct xenet_options *options, struct xenet_error *err)
{
	struct xenet *xn = calloc(1, sizeof(*xn));
	int r;

	if (!xn)
		return xn_no_memory(err);
	if (options->one_thread)
		db_expect_one_thread();
	xn->owner = getpid();
	xn->timeout_ms = options->timeout_ms;
	xn->backend_name = strdup(options->backend);
	xn->run_directory = strdup(options->run_directory);
	xn->user = options->user ? strdup(options->user) : uid_text();
	r = xn->backend_name && xn->run_directory && xn->user
		    ? xn_backend_check(options->backend, err)
		    : xn_no_memory(err);
	if (r == 0)
		r = open_database(xn, options->database, options, err);
	if (r < 0) {
		xenet_close(xn);
		return r;
	}
	*ret = xn;
	return 0;
}
