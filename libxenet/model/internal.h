/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_MODEL_INTERNAL_H
#define XN_MODEL_INTERNAL_H

#include "model/model.h"

/* What the parts of the model share (model.c, find.c). */

/* The object as it is to be seen; NULL: it was not there then, or is no more. */
struct xn_object *xn_view(const struct xn_model *m, struct xn_object *object);
/* The object, loaded if need be; *ret = NULL: there is none to be seen. XENET_E_UUID_INVALID:
 * the database has none, either. */
int xn_get_view(struct xn_model *m, const struct xenet_class *class, const char *uuid,
	struct xn_object **ret, struct xenet_error *err);
/* Into an object that has nothing in the field yet. */
int xn_set_initial(struct xn_model *m, struct xn_object *object,
	const struct xenet_field *field, struct xenet_error *err);
/* The first object of the class (or another) of which the row is not the origin's. */
struct xn_object **xn_first_moved(struct xn_model *m, const struct xenet_class *class);

#endif
