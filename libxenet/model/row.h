/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_ROW_H
#define XN_ROW_H

#include "model/model.h"

/* An object's row in the table of its class. */

/* The query of all stored fields by uuid, ?1. */
const char *xn_row_sql(struct xn_model *m, const struct xenet_class *class);
/* Copies the row that the statement is at into the object's members. XENET_E_DB_ROW_INVALID,
 * with class, uuid, field and value: nothing of ours has written it. */
int xn_row_read(struct xn_model *m, struct xn_object *object, struct db_stmt *stmt,
	struct xenet_error *err);
/* Whether its members may be written to a row: XENET_E_DB_ROW_INVALID, as above. */
int xn_row_check(
	struct xn_model *m, const struct xn_object *object, struct xenet_error *err);

#endif
