/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/model.h"

#include <string.h>

#include "base/parse.h"
#include "base/text.h"

struct xn_model *xn_model_new(struct xn_arena *arena, struct db *db)
{
	struct xn_model *m = xn_alloc(arena, sizeof(*m));

	if (!m)
		return NULL;
	m->arena = arena;
	m->db = db;
	m->end = &m->objects;
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

static void enter(struct xn_model *m, struct xn_object *object)
{
	struct xn_object **chain = bucket(m, object->uuid);

	object->chain = *chain;
	*chain = object;
	*m->end = object;
	m->end = &object->next;
}

static const struct xenet_field *next_stored(const struct xenet_field *field)
{
	while (field->name && !xn_is_stored(field))
		field++;
	return field->name ? field : NULL;
}

static char *select_sql(struct xn_model *m, const struct xenet_class *class)
{
	struct xn_text sql = XN_TEXT(m->arena);
	const struct xenet_field *field = next_stored(class->fields);
	char name[XN_COLUMN_SIZE];

	xn_text_add(&sql, "SELECT ");
	for (; field; field = next_stored(field + 1))
		xn_text_addf(&sql, "\"%s\", ", xn_sql_name(field->name, name));
	xn_text_addf(
		&sql, "0 FROM \"%s\" WHERE uuid = ?1", xn_sql_name(class->name, name));
	return xn_text_end(&sql);
}

/* Copies the current row into the object's members, in the order of select_sql. */
static int read_row(struct xn_model *m, struct xn_object *object, struct db_stmt *stmt)
{
	const struct xenet_field *field = next_stored(object->class->fields);

	for (int i = 0; field; i++, field = next_stored(field + 1)) {
		void *member = (char *)object + field->offset;
		const char *text = db_column_text(stmt, i);

		if (field->type == XN_INT)
			*(int64_t *)member = db_column_int(stmt, i);
		else if (field->type == XN_BOOL)
			*(bool *)member = db_column_int(stmt, i) != 0;
		else if (text && !(*(char **)member = xn_strdup(m->arena, text)))
			return -1;
	}
	return 0;
}

static struct xn_object *make(struct xn_model *m, const struct xenet_class *class)
{
	struct xn_object *object = xn_alloc(m->arena, class->size);

	if (object)
		object->class = class;
	return object;
}

static int keep_past(struct xn_model *m, struct xn_object *object)
{
	object->past = object->saved = xn_alloc(m->arena, object->class->size);
	if (!object->past)
		return -1;
	memcpy(object->past, object, object->class->size);
	return 0;
}

static int load(struct xn_model *m, const struct xenet_class *class, const char *uuid,
	struct xn_object **ret, struct xenet_error *err)
{
	const char *sql = select_sql(m, class);
	struct xn_object *object = make(m, class);
	struct db_stmt *stmt;
	enum db_result result;
	bool short_of_memory = false;

	if (class->none)
		return xn_fail(err, XENET_E_UUID_INVALID, class->type_name, uuid);
	if (!sql || !object)
		return xn_no_memory(err);
	result = db_prepare(m->db, &stmt, sql);
	if (result != DB_OK)
		return xn_db_error(m->db, result, err);
	db_bind_text(stmt, 1, uuid);
	result = db_step(stmt);
	if (result == DB_ROW)
		short_of_memory = read_row(m, object, stmt) < 0 ||
				  keep_past(m, object) < 0;
	db_done(stmt);
	if (short_of_memory)
		return xn_no_memory(err);
	if (result == DB_OK)
		return xn_fail(err, XENET_E_UUID_INVALID, class->type_name, uuid);
	if (result == DB_ROW)
		enter(m, object);
	*ret = object;
	return xn_db_error(m->db, result, err);
}

int xn_get(struct xn_model *m, const struct xenet_class *class, const char *uuid,
	void *ret_object, struct xenet_error *err)
{
	struct xn_object *object = known(m, class, uuid);
	int r = object ? 0 : load(m, class, uuid, &object, err);

	if (r < 0)
		return r;
	if (m->in_past)
		object = object->past;
	else if (object->deleted)
		object = NULL;
	if (!object)
		return xn_fail(err, XENET_E_UUID_INVALID, class->type_name, uuid);
	*(struct xn_object **)ret_object = object;
	return 0;
}

static int find_uuids(struct xn_model *m, const struct xenet_class *class,
	const char *field, const char *value, const char ***ret, struct xenet_error *err)
{
	char table[XN_COLUMN_SIZE], column[XN_COLUMN_SIZE];
	const char *sql = xn_printf(m->arena,
		"SELECT uuid FROM \"%s\" WHERE \"%s\" = ?1 ORDER BY uuid",
		xn_sql_name(class->name, table), xn_sql_name(field, column));

	return sql ? xn_sql_texts(m, ret, err, sql, XN_PARAMS(value)) : xn_no_memory(err);
}

struct wanted {
	const struct xenet_class *class;
	const struct xenet_field *field;
	const char *value;
};

static bool has_value(
	struct xn_model *m, const struct xn_object *object, const struct wanted *wanted)
{
	const char *has = xn_value_get(m, object, wanted->field);

	return !object->deleted && has && strcmp(has, wanted->value) == 0;
}

/* Got its value in this transaction, so that the database may not know it yet. */
static bool has_it_newly(
	struct xn_model *m, const struct xn_object *object, const struct wanted *wanted)
{
	return object->class == wanted->class && has_value(m, object, wanted) &&
	       !(object->past && has_value(m, object->past, wanted));
}

/* From there on objects may be other than the database has them. */
static struct xn_object *first_unsaved(const struct xn_model *m)
{
	return m->in_past || m->all_saved ? NULL : m->objects;
}

static size_t count_new(struct xn_model *m, const struct wanted *wanted)
{
	size_t n = 0;

	for (struct xn_object *o = first_unsaved(m); o; o = o->next)
		n += has_it_newly(m, o, wanted);
	return n;
}

static bool is_among(struct xn_object *const *objects, const struct xn_object *object)
{
	while (*objects && *objects != object)
		objects++;
	return *objects;
}

static void add_new(
	struct xn_model *m, const struct wanted *wanted, struct xn_object **objects)
{
	struct xn_object **end = objects;

	while (*end)
		end++;
	for (struct xn_object *o = first_unsaved(m); o; o = o->next)
		if (has_it_newly(m, o, wanted) && !is_among(objects, o))
			*end++ = o;
}

/* Those of the uuids that still have the value. */
static int load_all(struct xn_model *m, const struct wanted *wanted,
	const char *const *uuids, struct xn_object **objects, struct xenet_error *err)
{
	for (; *uuids; uuids++) {
		struct xn_object *object = known(m, wanted->class, *uuids);
		int r = 0;

		if (object && object->deleted && !m->in_past)
			continue;
		r = xn_get(m, wanted->class, *uuids, &object, err);
		if (r < 0)
			return r;
		if (m->in_past || has_value(m, object, wanted))
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
	int r = find_uuids(m, class, field, value, &uuids, err);

	if (r < 0)
		return r;
	while (uuids[n])
		n++;
	objects = xn_alloc(m->arena, (n + count_new(m, &wanted) + 1) * sizeof(*objects));
	if (!objects)
		return xn_no_memory(err);
	r = load_all(m, &wanted, uuids, objects, err);
	if (r == 0)
		add_new(m, &wanted, objects);
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

static const char *empty_value(enum xn_type type)
{
	return type == XN_SET ? "[]" : type == XN_MAP ? "{}" : "";
}

static int set_initial(struct xn_model *m, struct xn_object *object,
	const struct xenet_field *field, struct xenet_error *err)
{
	switch (field->type) {
	case XN_REF:
	case XN_UUID:
		return 0;
	case XN_SET:
	case XN_MAP:
		*(const char **)((char *)object +
				 field->offset) = field->initial
							  ? field->initial
							  : empty_value(field->type);
		return 0;
	case XN_INT:
	case XN_BOOL:
		if (!field->initial)
			return 0;
		break;
	default:
		break;
	}
	if (!field->initial || !field->initial[0]) {
		*(const char **)((char *)object + field->offset) = "";
		return 0;
	}
	return xn_value_set(m, object, field, field->initial, err);
}

int xn_blank(struct xn_model *m, const struct xenet_class *class, const char *uuid,
	void *ret_object, struct xenet_error *err)
{
	struct xn_object *object = make(m, class);
	int r = 0;

	if (!object || !(object->uuid = xn_strdup(m->arena, uuid)))
		return xn_no_memory(err);
	for (const struct xenet_field *field = next_stored(class->fields);
		field && r == 0; field = next_stored(field + 1))
		r = set_initial(m, object, field, err);
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

bool xn_is_changed(const struct xn_object *object)
{
	const struct xenet_field *field = next_stored(object->class->fields);

	if (!object->past)
		return !object->deleted;
	while (field && xn_value_equal(object, object->past, field))
		field = next_stored(field + 1);
	return object->deleted || field;
}

bool xn_changed(const void *object, const char *field)
{
	const struct xn_object *o = object;

	return !o->past || !xn_value_equal(o, o->past, xn_field(o->class, field));
}
