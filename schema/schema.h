/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_SCHEMA_H
#define XN_SCHEMA_H

#include "db.h"

/* The migrations of schema/sql, embedded, and the identity of a xenet database. */
extern const struct db_schema xn_schema;

/* The version that this program knows. */
int xn_schema_version(void);

#endif
