/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "model/model.h"

/* An object that still refers, by a field that minds, to one that is to be deleted. */
static int check_reference(struct xn_model *m, const struct xn_object *target,
	const struct xenet_class *class, const struct xenet_field *field,
	struct xenet_error *err)
{
	struct xn_object **users;
	int r;

	if (!field->in_use || strcmp(field->ref, target->class->name) != 0)
		return 0;
	r = xn_find_all(m, class, field->name, target->uuid, &users, err);
	if (r < 0 || !users[0])
		return r;
	return xn_fail(err, field->in_use, xn_show(m, target));
}

static int check_deleted(
	struct xn_model *m, const struct xn_object *target, struct xenet_error *err)
{
	for (const struct xenet_class *const *class = xn_classes; *class; class ++) {
		for (const struct xenet_field *field = (*class)->fields; field->name;
			field++) {
			int r = check_reference(m, target, *class, field, err);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

int xn_go_on(struct xn_model *m, int r, struct xenet_error *err)
{
	struct xenet_error refusal = { 0 };

	if (r == 0 || !m->judge || !err)
		return r;
	xn_error_move(&refusal, err);
	r = m->judge->note(m->judge, r, &refusal, err);
	xenet_error_clear(&refusal);
	return r;
}

static int check_rules(
	struct xn_model *m, struct xn_object *object, struct xenet_error *err)
{
	return object->class->check ? object->class->check(m, object, err) : 0;
}

int xn_judge_object(struct xn_model *m, struct xn_object *object, struct xn_judge *judge,
	struct xenet_error *err)
{
	int r;

	m->judge = judge;
	r = xn_go_on(m, check_rules(m, object, err), err);
	m->judge = NULL;
	return r;
}

static int check_object(
	struct xn_model *m, struct xn_object *object, struct xenet_error *err)
{
	if (object->deleted)
		return check_deleted(m, object, err);
	return check_rules(m, object, err);
}

int xn_model_check(struct xn_model *m, struct xenet_error *err)
{
	int r = 0;

	/* A check may load objects; they join the list's end unchanged. */
	for (struct xn_object *object = m->asked; object && r == 0;
		object = object->again)
		if (xn_is_changed(object))
			r = check_object(m, object, err);
	return r;
}
