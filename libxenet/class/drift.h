/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_DRIFT_H
#define XN_DRIFT_H

#include "host/netstate.h"
#include "model/model.h"
#include "model/reply.h"

/* How the host differs from what the objects want, object by object. */

struct xn_wish {
	const struct xn_object *object;
	const struct xn_link *link; /* one of those that it wants */
	struct xn_wish *next;
};

/* What the touched objects want, all together and one by one. Those of which that cannot even
 * be told are held. */
int xn_wish_all(struct xn_model *m, struct xn_netstate *want, struct xn_wish **ret,
	struct xenet_error *err);
/* What a link of the host is to the database, whose marks start with prefix: those of objects
 * that are held or in work are left as they are, and no strays. */
enum xn_stray xn_stray_of(struct xn_model *m, const struct xn_link *link,
	const struct xn_netstate *want, const char *prefix);
/* A change that is under way is about the object of that uuid. */
bool xn_is_in_work(const struct xn_model *m, const char *uuid);
/* A change that is under way, or was cut short, is about it. */
bool xn_is_unsettled(const struct xn_model *m, const char *uuid);
#define XN_UNSETTLED_NOTE                                                                \
	"An earlier change that was cut short could not be settled, and until it is "    \
	"no other change is made: see to what is in its way, then use host-recover "     \
	"again."
/* Adds notes that say where differences come from, and what to do about them. */
int xn_drift_explain(struct xn_model *m, const struct xn_wish *wishes,
	const struct xn_netstate *want, const struct xn_netstate *have,
	struct xenet_reply *reply, struct xenet_error *err);
/* "vif UUID DEVICE". */
const char *xn_wish_name(
	struct xn_model *m, const struct xn_object *object, const char *device);
/* The objects that are held, called the same by their field device or bridge, and those of
 * which not even the row can be read, the last one first. */
int xn_held_all(struct xn_model *m, const struct xn_held **ret, struct xenet_error *err);
/* The same for a link that nobody wants, by the object in its mark, if that is touched. */
const char *xn_stray_name(struct xn_model *m, const struct xn_link *link);
/* The uuid in its mark, which is of that database. */
const char *xn_mark_uuid(const struct xn_link *link);
/* What the marks of the database's links start with; NULL: no memory. */
const char *xn_mark_prefix(struct xn_model *m);

#endif
