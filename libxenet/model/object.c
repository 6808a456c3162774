/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

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

/* The object's reference to what has that uuid; NULL: another object's. */
static const struct xenet_field *reference_to(
	struct xn_model *m, const struct xn_object *object, const char *uuid)
{
	for (const struct xenet_field *f = object->class->fields; f->name; f++) {
		const char *value = f->type == XN_REF && xn_is_stored(f)
					    ? xn_value_get(m, object, f)
					    : NULL;

		if (value && strcmp(value, uuid) == 0)
			return f;
	}
	return NULL;
}

int xn_refuse_damaged(struct xn_model *m, const struct xn_object *object, int r,
	struct xenet_error *err)
{
	const struct xenet_field *field;
	const char *class, *uuid;

	if (r != -XENET_E_UUID_INVALID)
		return r;
	if (!err || err->n_params < 2)
		return xn_fail(err, XENET_E_DB_ROW_INVALID, object->class->name,
			object->uuid, "", "");
	class = xn_strdup(m->arena, err->params[0]);
	uuid = xn_strdup(m->arena, err->params[1]);
	if (!class || !uuid)
		return xn_no_memory(err);
	field = reference_to(m, object, uuid);
	return xn_fail(err, XENET_E_DB_ROW_INVALID, object->class->name, object->uuid,
		field ? field->name : class, uuid);
}

/* Of a damaged row, which one: the error's sentence is about a command as a whole. */
static const char *reason_of(struct xn_model *m, int r, const struct xenet_error *err)
{
	if (r == -XENET_E_DB_ROW_INVALID && err && err->n_params > 3)
		return xn_printf(m->arena,
			"%s of %s %s is %s, which no command can have put there: "
			"host-check --database shows all of it",
			err->params[2], err->params[0], err->params[1], err->params[3]);
	return xn_strdup(m->arena,
		err && err->message ? err->message
				    : xenet_error_name((enum xenet_error_code) - r));
}

bool xn_is_general_failure(int r)
{
	static const enum xenet_error_code codes[] = { XENET_E_NO_MEMORY,
		XENET_E_INTERNAL_ERROR, XENET_E_CANCELLED, XENET_E_DB_ERROR,
		XENET_E_DB_FULL, XENET_E_DB_IO, XENET_E_DB_READ_ONLY, XENET_E_DB_CORRUPT,
		XENET_E_DB_BUSY, XENET_E_KERNEL_ERROR, XENET_E_KERNEL_BUSY,
		XENET_E_KERNEL_UNSUPPORTED };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (r == -(int)codes[i])
			return true;
	return false;
}

int xn_hold_failed(
	struct xn_model *m, struct xn_object *object, int r, struct xenet_error *err)
{
	const char *reason;

	r = xn_refuse_damaged(m, object, r, err);
	if (r == 0 || xn_is_general_failure(r))
		return r;
	reason = reason_of(m, r, err);
	if (!reason)
		return xn_no_memory(err);
	xn_hold(object, reason);
	if (err)
		xenet_error_clear(err);
	return 0;
}

bool xn_is_damaged(const struct xn_model *m, const char *uuid)
{
	const struct xn_held *damaged = m->damaged;

	while (damaged && strcmp(damaged->uuid, uuid) != 0)
		damaged = damaged->next;
	return damaged;
}

static int note_damaged(struct xn_model *m, const struct xenet_class *class,
	const char *uuid, const char *reason, struct xenet_error *err)
{
	struct xn_held *damaged = xn_alloc(m->arena, sizeof(*damaged));
	const char *name = xn_printf(m->arena, "%s %s", class->name, uuid);

	if (!damaged || !name || !reason)
		return xn_no_memory(err);
	*damaged = (struct xn_held){ name, uuid, reason, m->damaged };
	m->damaged = damaged;
	return 0;
}

int xn_get_sound(struct xn_model *m, const struct xenet_class *class, const char *uuid,
	void *ret_object, struct xenet_error *err)
{
	struct xenet_error error = { 0 };
	int r = xn_get(m, class, uuid, ret_object, &error);

	if (r == -XENET_E_DB_ROW_INVALID && m->tolerates) {
		*(struct xn_object **)ret_object = NULL;
		r = xn_is_damaged(m, uuid)
			    ? 0
			    : note_damaged(m, class, uuid, reason_of(m, r, &error), err);
	} else if (r < 0) {
		xn_error_move(err, &error);
	}
	xenet_error_clear(&error);
	return r;
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
