/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/internal.h"

#include <string.h>

#include "base/parse.h"
#include "model/row.h"

struct xn_model *xn_model_new(struct xn_arena *arena, struct db *db)
{
	struct xn_model *m = xn_alloc(arena, sizeof(*m));

	if (!m)
		return NULL;
	m->arena = arena;
	m->db = db;
	m->end = &m->objects;
	m->asked_end = &m->asked;
	m->turn = 1;
	return m;
}

static struct xn_object **bucket(struct xn_model *m, const char *uuid)
{
	unsigned hash = 5381;

	for (const char *c = uuid; *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	return &m->buckets[hash % XN_MODEL_BUCKETS];
}

static struct xn_object *known(
	struct xn_model *m, const struct xenet_class *class, const char *uuid)
{
	struct xn_object *object = *bucket(m, uuid);

	while (object && (object->class != class || strcmp(object->uuid, uuid) != 0))
		object = object->chain;
	return object;
}

struct xn_object *xn_known(struct xn_model *m, const char *uuid)
{
	struct xn_object *object = *bucket(m, uuid);

	while (object && strcmp(object->uuid, uuid) != 0)
		object = object->chain;
	return object;
}

/* The request under way has to do with the object. */
static void ask_for(struct xn_model *m, struct xn_object *object)
{
	if (object->turn == m->turn)
		return;
	object->turn = m->turn;
	object->again = NULL;
	*m->asked_end = object;
	m->asked_end = &object->again;
}

static void enter(struct xn_model *m, struct xn_object *object)
{
	struct xn_object **chain = bucket(m, object->uuid);

	object->chain = *chain;
	*chain = object;
	*m->end = object;
	m->end = &object->next;
	ask_for(m, object);
}

static struct xn_object *make(struct xn_model *m, const struct xenet_class *class)
{
	struct xn_object *object = xn_alloc(m->arena, class->size);

	if (object)
		object->class = class;
	return object;
}

static struct xn_object *copy(struct xn_model *m, const struct xn_object *object)
{
	struct xn_object *made = xn_alloc(m->arena, object->class->size);

	if (made)
		memcpy(made, object, object->class->size);
	return made;
}

static int keep_past(struct xn_model *m, struct xn_object *object)
{
	object->past = object->origin = object->saved = copy(m, object);
	return object->past ? 0 : -1;
}

/* The row of the uuid, if there is one. */
static int read_row(struct xn_model *m, struct xn_object *object, const char *uuid,
	bool *found, struct xenet_error *err)
{
	const char *sql = xn_row_sql(m, object->class);
	struct db_stmt *stmt;
	enum db_result result;
	int r = 0;

	if (!sql)
		return xn_no_memory(err);
	result = db_prepare(m->db, &stmt, sql);
	if (result != DB_OK)
		return xn_db_error(m->db, result, err);
	db_bind_text(stmt, 1, uuid);
	result = db_step(stmt);
	*found = result == DB_ROW;
	if (*found)
		r = xn_row_read(m, object, stmt, err);
	db_done(stmt);
	return r < 0 ? r : xn_db_error(m->db, result, err);
}

static int load(struct xn_model *m, const struct xenet_class *class, const char *uuid,
	struct xn_object **ret, struct xenet_error *err)
{
	struct xn_object *object = make(m, class);
	bool found = false;
	int r = 0;

	if (!object)
		return xn_no_memory(err);
	if (!class->none)
		r = read_row(m, object, uuid, &found, err);
	if (r < 0 || !found)
		return r < 0 ? r
			     : xn_fail(err, XENET_E_UUID_INVALID, class->type_name, uuid);
	if (keep_past(m, object) < 0)
		return xn_no_memory(err);
	enter(m, object);
	*ret = object;
	return 0;
}

struct xn_object *xn_view(const struct xn_model *m, struct xn_object *object)
{
	if (m->in_past)
		return object->origin;
	return object->deleted ? NULL : object;
}

int xn_get_view(struct xn_model *m, const struct xenet_class *class, const char *uuid,
	struct xn_object **ret, struct xenet_error *err)
{
	struct xn_object *object = known(m, class, uuid);
	int r = object ? 0 : load(m, class, uuid, &object, err);

	if (r < 0)
		return r;
	ask_for(m, object);
	*ret = xn_view(m, object);
	return 0;
}

int xn_get(struct xn_model *m, const struct xenet_class *class, const char *uuid,
	void *ret_object, struct xenet_error *err)
{
	struct xn_object *object;
	int r = xn_get_view(m, class, uuid, &object, err);

	if (r < 0)
		return r;
	if (!object)
		return xn_fail(err, XENET_E_UUID_INVALID, class->type_name, uuid);
	*(struct xn_object **)ret_object = object;
	return 0;
}

int xn_set_initial(struct xn_model *m, struct xn_object *object,
	const struct xenet_field *field, struct xenet_error *err)
{
	if (field->type == XN_REF || field->type == XN_UUID)
		return 0;
	if (field->type == XN_INT || field->type == XN_BOOL)
		return field->initial
			       ? xn_value_set(m, object, field, field->initial, err)
			       : 0;
	*(const char **)((char *)object + field->offset) = xn_initial(field);
	return 0;
}

int xn_blank(struct xn_model *m, const struct xenet_class *class, const char *uuid,
	void *ret_object, struct xenet_error *err)
{
	struct xn_object *object = make(m, class);
	int r = 0;

	if (!object || !(object->uuid = xn_strdup(m->arena, uuid)))
		return xn_no_memory(err);
	for (const struct xenet_field *field = xn_next_stored(class->fields);
		field && r == 0; field = xn_next_stored(field + 1))
		r = xn_set_initial(m, object, field, err);
	if (r == 0)
		*(struct xn_object **)ret_object = object;
	return r;
}

void xn_enter(struct xn_model *m, void *object)
{
	xn_touch(object);
	enter(m, object);
}

int xn_new(struct xn_model *m, const struct xenet_class *class, void *ret_object,
	struct xenet_error *err)
{
	struct xn_object *object;
	char uuid[XN_UUID_SIZE];
	int r;

	xn_uuid_new(uuid);
	r = xn_blank(m, class, uuid, &object, err);
	if (r < 0)
		return r;
	xn_enter(m, object);
	*(struct xn_object **)ret_object = object;
	return 0;
}

int xn_copy(
	struct xn_model *m, const void *object, void *ret_object, struct xenet_error *err)
{
	const struct xn_object *from = object;
	struct xn_object *to;
	int r = xn_new(m, from->class, &to, err);

	if (r < 0)
		return r;
	memcpy(to + 1, from + 1, from->class->size - sizeof(*from));
	*(struct xn_object **)ret_object = to;
	return 0;
}

static bool differs(const struct xn_object *object, const struct xn_object *from)
{
	const struct xenet_field *field = xn_next_stored(object->class->fields);

	if (!from)
		return !object->deleted;
	while (field && xn_value_equal(object, from, field))
		field = xn_next_stored(field + 1);
	return object->deleted || field;
}

bool xn_is_changed(const struct xn_object *object)
{
	return differs(object, object->past);
}

bool xn_is_changed_in_all(const struct xn_object *object)
{
	return differs(object, object->origin);
}

struct xn_object **xn_first_moved(struct xn_model *m, const struct xenet_class *class)
{
	return &m->moved[(uintptr_t) class / sizeof(*class) % XN_MODEL_CLASSES];
}

static int note_saved(struct xn_model *m, struct xn_object *object)
{
	struct xn_object *now = object->deleted ? NULL : copy(m, object);
	struct xn_object **first = xn_first_moved(m, object->class);

	if (!now && !object->deleted)
		return -1;
	if (object->origin && object->saved == object->origin) {
		object->moved = *first;
		*first = object;
	}
	object->saved = now;
	return 0;
}

/* A copy is made of what differs only: an unchanged object keeps the one it has. */
int xn_model_saved(struct xn_model *m, struct xenet_error *err)
{
	for (struct xn_object *o = m->asked; o; o = o->again)
		if (differs(o, o->saved) && note_saved(m, o) < 0)
			return xn_no_memory(err);
	return 0;
}

int xn_model_next(struct xn_model *m, struct xenet_error *err)
{
	int r = xn_model_saved(m, err);

	for (struct xn_object *o = m->asked; o; o = o->again)
		o->past = o->saved;
	m->turn++;
	m->asked = NULL;
	m->asked_end = &m->asked;
	return r;
}

bool xn_changed(const void *object, const char *field)
{
	const struct xn_object *o = object;

	return !o->past || !xn_value_equal(o, o->past, xn_field(o->class, field));
}
