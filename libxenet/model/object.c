/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"
#include "model/model.h"

void xn_touch(void *object)
{
	((struct xn_object *)object)->touched = true;
}

void xn_delete(void *object)
{
	struct xn_object *o = object;

	o->deleted = true;
	/* What it wanted may depend on that. */
	o->looked_back = false;
	if (o->origin)
		o->origin->deleted = true;
	xn_touch(o);
}

void xn_hold(void *object, const char *reason)
{
	struct xn_object *o = object;

	o->obstacle = reason;
	if (o->origin)
		o->origin->obstacle = reason;
}

const char *xn_show(struct xn_model *m, const struct xn_object *object)
{
	const struct xenet_field *label = xn_field(object->class, "name-label");
	const char *text = label && xn_is_stored(label) ? xn_value_get(m, object, label)
							: NULL;
	const char *both = text ? xn_printf(m->arena, "%s (%s)", object->uuid, text)
				: NULL;

	return both ? both : object->uuid;
}
