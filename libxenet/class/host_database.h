/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_HOST_DATABASE_H
#define XN_HOST_DATABASE_H

#include "model/reply.h"

/* The columns of what a check finds: object, attribute, wanted, found. */
extern const struct xenet_field xn_finding_fields[];

/* Makes the reply one of findings, of which there are none yet. */
int xn_findings_start(struct xenet_reply *reply, struct xenet_error *err);
/* Adds a row; a NULL text becomes "". The reply's status is then XENET_STATUS_DIFFERS. Starts
 * the findings, if nobody has. */
int xn_finding_add(struct xenet_reply *reply, const char *object, const char *attribute,
	const char *wanted, const char *found, struct xenet_error *err);
/* The same of an object, "class uuid", with attribute, wanted and found. */
int xn_finding_add_about(struct xn_model *m, struct xenet_reply *reply, const char *class,
	const char *uuid, const char *const finding[3], struct xenet_error *err);

/* A finding for each object of the class that a command would refuse, in SQL's order. */
int xn_host_check_objects(struct xn_model *m, struct xenet_reply *reply,
	const struct xenet_class *class, const char *order, struct xenet_error *err);
/* host-check --database: looks for damage of the file, references to nothing, values that no
 * field can have, and objects that break the rules of their class. A finding for each. */
int xn_host_check_database(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err);

#endif
