/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "schema.h"

/* "xent", as SQLite's application_id. */
enum {
	APPLICATION_ID = 0x78656e74
};

static const struct db_migration migrations[] = {
#include "migrations.inc"
	{ 0, NULL },
};

const struct db_schema xn_schema = { APPLICATION_ID, migrations };

int xn_schema_version(void)
{
	return (int)(sizeof(migrations) / sizeof(migrations[0])) - 1;
}
