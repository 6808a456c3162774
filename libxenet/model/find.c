/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "model/internal.h"
#include "model/query.h"

/* Objects by the value of a field: what the database finds by index, and what it does not
 * know yet. */

static int find_uuids(struct xn_model *m, const struct xenet_class *class,
	const struct xenet_field *field, const char *value, const char ***ret,
	struct xenet_error *err)
{
	struct xn_text sql = XN_TEXT(m->arena);

	xn_text_add(&sql, "SELECT uuid FROM ");
	xn_sql_add_name(&sql, class->name);
	xn_text_add(&sql, " WHERE ");
	xn_sql_value(&sql, class, field);
	xn_text_add(&sql, " = ?1 ORDER BY uuid");
	return xn_text_end(&sql) ? xn_sql_texts(m, ret, err, sql.bytes, XN_PARAMS(value))
				 : xn_no_memory(err);
}

struct wanted {
	const struct xenet_class *class;
	const struct xenet_field *field;
	const char *value;
};

static bool is_wanted(
	const struct xn_model *m, struct xn_object *object, const struct wanted *wanted)
{
	const struct xn_object *seen = object->class == wanted->class ? xn_view(m, object)
								      : NULL;

	return seen && xn_value_is(seen, wanted->field, wanted->value);
}

/*
 * Objects whose row may say something else than what is to be seen: of now, those that the
 * request has to do with; of the past, those that the transaction has written.
 */
static struct xn_object *first_unsure(struct xn_model *m, const struct wanted *wanted)
{
	if (m->in_past)
		return *xn_first_moved(m, wanted->class);
	return m->all_saved ? NULL : m->asked;
}

static struct xn_object *next_unsure(
	const struct xn_model *m, const struct xn_object *object)
{
	return m->in_past ? object->moved : object->again;
}

static size_t count_unsure(struct xn_model *m, const struct wanted *wanted)
{
	size_t n = 0;

	for (struct xn_object *o = first_unsure(m, wanted); o; o = next_unsure(m, o))
		n += is_wanted(m, o, wanted);
	return n;
}

static bool is_among(struct xn_object *const *objects, const struct xn_object *object)
{
	while (*objects && *objects != object)
		objects++;
	return *objects;
}

static void add_unsure(
	struct xn_model *m, const struct wanted *wanted, struct xn_object **objects)
{
	struct xn_object **end = objects;

	while (*end)
		end++;
	for (struct xn_object *o = first_unsure(m, wanted); o; o = next_unsure(m, o))
		if (is_wanted(m, o, wanted) && !is_among(objects, xn_view(m, o)))
			*end++ = xn_view(m, o);
}

/* Those of the uuids that have the value as they are to be seen. */
static int load_all(struct xn_model *m, const struct wanted *wanted,
	const char *const *uuids, struct xn_object **objects, struct xenet_error *err)
{
	for (; *uuids; uuids++) {
		struct xn_object *object;
		int r = m->tolerates
				? xn_get_sound(m, wanted->class, *uuids, &object, err)
				: xn_get_view(m, wanted->class, *uuids, &object, err);

		if (r < 0)
			return r;
		if (object && xn_value_is(object, wanted->field, wanted->value))
			*objects++ = object;
	}
	return 0;
}

int xn_find_all(struct xn_model *m, const struct xenet_class *class, const char *field,
	const char *value, struct xn_object ***ret, struct xenet_error *err)
{
	const struct wanted wanted = { class, xn_field(class, field), value };
	const char **uuids = NULL;
	struct xn_object **objects;
	size_t n = 0;
	int r = find_uuids(m, class, wanted.field, value, &uuids, err);

	if (r < 0)
		return r;
	while (uuids[n])
		n++;
	objects = xn_alloc(
		m->arena, (n + count_unsure(m, &wanted) + 1) * sizeof(*objects));
	if (!objects)
		return xn_no_memory(err);
	r = load_all(m, &wanted, uuids, objects, err);
	if (r == 0)
		add_unsure(m, &wanted, objects);
	*ret = objects;
	return r;
}

int xn_find(struct xn_model *m, const struct xenet_class *class, const char *field,
	const char *value, void *ret_object, struct xenet_error *err)
{
	struct xn_object **objects;
	int r = xn_find_all(m, class, field, value, &objects, err);

	if (r == 0)
		*(struct xn_object **)ret_object = objects[0];
	return r;
}
