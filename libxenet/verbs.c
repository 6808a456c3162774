/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verbs.h"

#include <string.h>

#include "model/query.h"

/* The seven verbs that every class has, driven by its descriptor. */

static int list(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *params = xn_arg(req, "params");
	struct xn_query query;
	bool all;
	int r = xn_query_start(m, &query, xn_class_of(req->class), err);

	(void)none;
	if (req->class->none) {
		reply->answer = XN_ANSWER_RECORDS;
		return 0;
	}
	if (r == 0)
		r = xn_query_columns(
			m, &query, params ? params : req->class->columns, err);
	if (r == 0)
		r = xn_arg_bool(req, "all", false, &all, err);
	if (r == 0 && !all && req->class->templates)
		r = xn_query_filter(
			m, &query, "is-a-template", req->class->templates, err);
	for (const struct xn_argument *a = req->arguments; a && r == 0 && !all;
		a = a->next)
		if (!xn_is_reserved(a->key) && strcmp(a->key, "params") != 0 &&
			strncmp(a->key, "database:", 9) != 0)
			r = xn_query_filter(m, &query, a->key, a->value, err);
	return r < 0 ? r : xn_query_run(m, &query, reply, err);
}

/* One object as a record of all fields, or as the bare value of that one; expensive ones are
 * computed. */
static int show(struct xn_model *m, const struct xn_object *object,
	const struct xenet_field *field, struct xenet_reply *reply,
	struct xenet_error *err)
{
	struct xn_query query;
	int r = xn_query_start(m, &query, object->class, err);

	query.expensive = true;
	query.bare = field;
	if (r == 0)
		r = field ? xn_query_column(m, &query, field, err)
			  : xn_query_columns(m, &query, "all", err);
	if (r == 0)
		r = xn_query_filter(m, &query, "uuid", object->uuid, err);
	if (r == 0)
		r = xn_query_run(m, &query, reply, err);
	reply->answer = XN_ANSWER_JSON;
	return r;
}

static int param_list(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	(void)req;
	return show(m, object, NULL, reply, err);
}

static int named_field(const struct xenet_request *req, const struct xenet_field **ret,
	struct xenet_error *err)
{
	const char *name = xn_arg(req, "param-name");

	*ret = xn_field(req->class, name);
	if (*ret && xn_is_known(*ret))
		return 0;
	return xn_fail(err, XENET_E_PARAM_NAME_UNKNOWN, name);
}

static int param_get(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xenet_field *field;
	const char *key = xn_arg(req, "param-key"), *value;
	int r = named_field(req, &field, err);

	if (r < 0)
		return r;
	if (!key || field->type != XN_MAP)
		return show(m, object, field, reply, err);
	r = xn_query_entry(m, object, field, key, &value, err);
	if (r == 0 && !value)
		return xn_fail(err, XENET_E_MAP_KEY_ABSENT, key);
	reply->answer = XN_ANSWER_TEXT;
	return r < 0 ? r : xn_reply_add_value(reply, value, err);
}

static const char **collection(struct xn_object *object, const struct xenet_field *field)
{
	return (const char **)((char *)object + field->offset);
}

static int set_whole(struct xn_model *m, struct xn_object *object,
	const struct xenet_field *field, const char *value, struct xenet_error *err)
{
	if (field->type == XN_MAP && xn_is_settable(field))
		return xn_fail(err, XENET_E_FIELD_NEEDS_KEY, field->name);
	if (!xn_is_settable(field))
		return xn_fail(err, XENET_E_FIELD_READ_ONLY, field->name);
	if (field->type == XN_SET && !(field->flags & XN_ASSIGNABLE))
		return xn_fail(err, XENET_E_FIELD_NOT_ASSIGNABLE, field->name);
	return xn_value_set(m, object, field, value, err);
}

static int check_key(
	const struct xenet_field *field, const char *key, struct xenet_error *err)
{
	return key[0] ? 0 : xn_fail(err, XENET_E_INVALID_VALUE, field->name, key);
}

/* The keys of maps that a request sets, all of a map at once: one by one, many would each copy
 * the whole of it. */
struct entry {
	const struct xenet_field *field; /* NULL: the word is no key of a map */
	const char *key, *value;
};

static int set_one(struct xn_model *m, struct xn_object *object,
	const struct xn_argument *word, struct entry *entry, struct xenet_error *err)
{
	const struct xenet_field *field;
	const char *key;
	int r = xn_find_field(object->class, word->key, &field, &key, err);

	if (r < 0)
		return r;
	if (!key)
		return set_whole(m, object, field, word->value, err);
	if (!xn_is_settable(field))
		return xn_fail(err, XENET_E_FIELD_READ_ONLY, field->name);
	if (field->type != XN_MAP)
		return xn_fail(err, XENET_E_FIELD_NOT_ASSIGNABLE, field->name);
	*entry = (struct entry){ field, key, word->value };
	return check_key(field, key, err);
}

static int set_entries(struct xn_model *m, struct xn_object *object,
	const struct xenet_field *field, const struct entry *entries, size_t n,
	struct xenet_error *err)
{
	const char **pairs = xn_alloc(m->arena, (2 * n + 1) * sizeof(*pairs));
	size_t n_texts = 0;

	if (!pairs)
		return xn_no_memory(err);
	for (size_t i = 0; i < n; i++) {
		if (entries[i].field != field)
			continue;
		pairs[n_texts++] = entries[i].key;
		pairs[n_texts++] = entries[i].value;
	}
	return n_texts ? xn_map_put(m, collection(object, field), pairs, n_texts, err)
		       : 0;
}

static size_t count_words(const struct xenet_request *req)
{
	size_t n = 0;

	for (const struct xn_argument *a = req->arguments; a; a = a->next)
		n++;
	return n;
}

static int param_set(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct entry *entries = xn_alloc(
		m->arena, (count_words(req) + 1) * sizeof(*entries));
	const struct xenet_field *field = object->class->fields;
	size_t n = 0;
	int r = entries ? 0 : xn_no_memory(err);

	(void)reply;
	for (const struct xn_argument *a = req->arguments; a && r == 0; a = a->next)
		if (!xn_is_reserved(a->key) && strcmp(a->key, "uuid") != 0)
			r = set_one(m, object, a, &entries[n++], err);
	for (; r == 0 && field->name; field++)
		if (field->type == XN_MAP)
			r = set_entries(m, object, field, entries, n, err);
	return r;
}

/* The collection that add, remove and clear may change. */
static int writable_field(const struct xenet_request *req, const struct xenet_field **ret,
	struct xenet_error *err)
{
	int r = named_field(req, ret, err);

	if (r == 0 && (*ret)->access != XN_RW)
		return xn_fail(err, XENET_E_FIELD_READ_ONLY, (*ret)->name);
	return r;
}

/* The words of param-add that are keys and values, by turns. */
static const char **entries(
	struct xn_model *m, const struct xenet_request *req, size_t *ret_n)
{
	static const char *const own[] = { "uuid", "param-name", "param-key" };
	const char **pairs = xn_alloc(
		m->arena, (2 * count_words(req) + 1) * sizeof(*pairs));

	*ret_n = 0;
	for (const struct xn_argument *a = req->arguments; a && pairs; a = a->next) {
		bool is_own = xn_is_reserved(a->key);

		for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
			is_own = is_own || strcmp(own[i], a->key) == 0;
		if (is_own)
			continue;
		pairs[(*ret_n)++] = a->key;
		pairs[(*ret_n)++] = a->value;
	}
	return pairs;
}

static int add_entries(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, const struct xenet_field *field,
	struct xenet_error *err)
{
	char column[XN_COLUMN_SIZE];
	const char *clash = NULL;
	size_t n;
	const char **pairs = entries(m, req, &n);
	int r = pairs ? 0 : xn_no_memory(err);

	for (size_t i = 0; i < n && r == 0; i += 2)
		r = check_key(field, pairs[i], err);
	if (r == 0)
		r = xn_map_add(m, collection(object, field), pairs, n, &clash, err);
	return r == 0 && clash
		       ? xn_fail(err, XENET_E_MAP_DUPLICATE_KEY, object->class->type_name,
				 xn_sql_name(field->name, column), xn_show(m, object),
				 clash)
		       : r;
}

static int param_add(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xenet_field *field;
	const char *member = xn_arg(req, "param-key");
	int r = writable_field(req, &field, err);

	(void)reply;
	if (r < 0)
		return r;
	if (field->type != XN_SET && field->type != XN_MAP)
		return xn_fail(err, XENET_E_FIELD_NOT_COLLECTION, field->name);
	if (field->type == XN_SET && !member)
		return xn_fail(err, XENET_E_MEMBER_MISSING, field->name);
	if (field->type == XN_SET)
		return xn_set_add(m, collection(object, field), member, err);
	return add_entries(m, req, object, field, err);
}

static int param_remove(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *key = xn_arg(req, "param-key"), *value;
	const struct xenet_field *field;
	bool there = false;
	int r = writable_field(req, &field, err);

	(void)reply;
	if (r < 0)
		return r;
	if (field->type != XN_SET && field->type != XN_MAP)
		return xn_fail(err, XENET_E_FIELD_NOT_COLLECTION, field->name);
	if (field->type == XN_SET)
		r = xn_set_contains(m, *collection(object, field), key, &there, err);
	else
		r = xn_map_get(m, *collection(object, field), key, &value, err);
	if (r == 0 && field->type == XN_MAP)
		there = value != NULL;
	if (r < 0 || !there)
		return r < 0 ? r : xn_fail(err, XENET_E_MEMBER_ABSENT, key, field->name);
	return field->type == XN_SET
		       ? xn_set_remove(m, collection(object, field), key, err)
		       : xn_map_remove(m, collection(object, field), key, err);
}

static int param_clear(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xenet_field *field;
	int r = writable_field(req, &field, err);

	(void)reply;
	if (r < 0)
		return r;
	if (field->type == XN_SET || field->type == XN_MAP) {
		*collection(object, field) = field->type == XN_SET ? "[]" : "{}";
		return 0;
	}
	if (field->type != XN_TEXT && field->type != XN_REF)
		return xn_fail(err, XENET_E_FIELD_NOT_CLEARABLE, field->name);
	return xn_value_set(m, object, field, "", err);
}

#define DATABASE                                                                         \
	{                                                                                \
		"database:", false, "taken and ignored: there is one database"           \
	}

static const struct xn_param list_params[] = {
	{ "params", false, "fields to show, comma-separated, or all" },
	DATABASE,
	{ NULL },
};

static const struct xn_param show_params[] = {
	{ "uuid", true, "the object" },
	DATABASE,
	{ NULL },
};

static const struct xn_param set_params[] = {
	{ "uuid", true, "the object" },
	{ NULL },
};

static const struct xn_param get_params[] = {
	{ "uuid", true, "the object" },
	{ "param-name", true, "the field" },
	{ "param-key", false, "one key of a map" },
	DATABASE,
	{ NULL },
};

static const struct xn_param add_params[] = {
	{ "uuid", true, "the object" },
	{ "param-name", true, "the field" },
	{ "param-key", false, "the member of a set" },
	{ NULL },
};

static const struct xn_param remove_params[] = {
	{ "uuid", true, "the object" },
	{ "param-name", true, "the field" },
	{ "param-key", true, "the key of a map, or the member of a set" },
	{ NULL },
};

static const struct xn_param clear_params[] = {
	{ "uuid", true, "the object" },
	{ "param-name", true, "the field" },
	{ NULL },
};

const struct xenet_verb xn_generic_verbs[] = {
	{ "list", XN_READS, list_params, "List objects. Every field is a filter.",
		XN_ANY_FIELD, .run = list },
	{ "param-list", XN_READS, show_params, "Show all fields of an object.",
		.run = param_list },
	{ "param-get", XN_READS, get_params, "Show one field of an object.",
		.run = param_get },
	{ "param-set", XN_CHANGES, set_params, "Set fields of an object. All or none.",
		XN_SET_FIELDS, .run = param_set },
	{ "param-add", XN_CHANGES, add_params, "Add to a set or a map of an object.",
		XN_ANY_KEY | XN_MEMBERS, .run = param_add },
	{ "param-remove", XN_CHANGES, remove_params,
		"Remove from a set or a map of an object.", XN_MEMBERS,
		.run = param_remove },
	{ "param-clear", XN_CHANGES, clear_params,
		"Empty a set, map or text of an object.", .run = param_clear },
	{ NULL },
};
