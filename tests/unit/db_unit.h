/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DB_UNIT_H
#define DB_UNIT_H

#include "db.h"
#include "unit.h"

/* What the suites about databases share. */

/* The file with that schema, which has to be accepted. */
struct db *db_unit_open(const char *path, const struct db_schema *schema);
/* The first column of the first row; NULL: there is none. */
const char *db_unit_ask(struct db *db, const char *sql);
/* Runs statements by SQLite itself, which makes the file if need be. */
void db_unit_fill(const char *path, const char *sql);
/* The file is refused as a database of xenet, stays as it is to the byte, and nothing comes
 * to lie beside it. Returns the version that it has. */
int db_unit_refuse(const char *path, enum db_result expected);

#endif
