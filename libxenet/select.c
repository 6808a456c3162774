/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/text.h"
#include "model/query.h"
#include "verbs.h"

/* Which objects a request is about: the one of uuid=, or those that a selector finds. */

static bool is_own_param(const struct xenet_request *req, const char *key)
{
	for (const struct xn_param *p = req->verb->params; p && p->name; p++)
		if (strcmp(p->name, key) == 0)
			return true;
	return false;
}

/* Taken beside the filters without being told in help, as by xe. */
static bool is_extra(const struct xenet_request *req, const char *key)
{
	if (strcmp(key, "params") == 0)
		return req->verb->effect == XN_READS;
	return strcmp(key, "progress") == 0;
}

/* vm=X, host=X: a uuid, a hostname or a name-label, whichever first is anybody's. */
static int add_name(struct xn_model *m, struct xn_query *query, const char *value,
	struct xenet_error *err)
{
	static const char *const fields[] = { "uuid", "hostname" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct xn_object *object = NULL;

		if (xn_field(query->class, fields[i]) &&
			xn_find(m, query->class, fields[i], value, &object, NULL) == 0 &&
			object)
			return xn_query_filter(m, query, fields[i], value, err);
	}
	return xn_query_filter(m, query, "name-label", value, err);
}

static int add_filters(struct xn_model *m, const struct xenet_request *req,
	struct xn_query *query, struct xenet_error *err)
{
	int r = query->class->templates && !(req->verb->flags & XN_TEMPLATES)
			? xn_query_filter(
				  m, query, "is-a-template", query->class->templates, err)
			: 0;

	for (const struct xn_argument *a = req->arguments; a && r == 0; a = a->next) {
		if (xn_is_reserved(a->key) || is_own_param(req, a->key) ||
			is_extra(req, a->key))
			continue;
		if (strcmp(a->key, query->class->name) == 0)
			r = add_name(m, query, a->value, err);
		else
			r = xn_query_filter(m, query, a->key, a->value, err);
	}
	return r;
}

enum {
	MANY = 5
};

/* Some to choose from. */
static const char *first_uuids(struct xn_model *m, const struct xenet_reply *found)
{
	struct xn_text text = XN_TEXT(m->arena);
	size_t n = xenet_reply_rows(found);

	for (size_t i = 0; i < n && i < MANY; i++)
		xn_text_addf(
			&text, "%s%s", i ? ", " : "", xenet_reply_value(found, i, 0));
	if (n > MANY)
		xn_text_addf(&text, " and %zu more", n - MANY);
	return xn_text_end(&text);
}

static int find(struct xn_model *m, const struct xenet_request *req,
	const struct xenet_class *class, struct xenet_reply *found,
	struct xenet_error *err)
{
	bool multiple = req->verb->flags & XN_MULTIPLE;
	struct xn_query query;
	int r = xn_query_start(m, &query, class, err);

	if (r == 0)
		r = xn_query_columns(m, &query, "uuid", err);
	if (r == 0)
		r = add_filters(m, req, &query, err);
	if (r == 0)
		r = xn_query_run(m, &query, found, err);
	if (r == 0 && !multiple)
		r = xn_arg_bool(req, "multiple", false, &multiple, err);
	if (r < 0)
		return r;
	if (xenet_reply_rows(found) == 0)
		return xn_fail(err, XENET_E_SELECTOR_NO_MATCH, class->type_name);
	if (xenet_reply_rows(found) > 1 && !multiple)
		return xn_fail(err, XENET_E_SELECTOR_SEVERAL, class->type_name,
			first_uuids(m, found));
	return 0;
}

static int run_on(struct xn_model *m, const struct xenet_request *req,
	const struct xenet_class *class, const char *uuid, struct xenet_reply *reply,
	struct xenet_error *err)
{
	struct xn_object *object;
	int r = xn_get(m, class, uuid, &object, err);

	return r < 0 ? r : req->verb->run(m, req, object, reply, err);
}

static int run_selected(struct xn_model *m, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xenet_class *class = xenet_class_find(
		req->verb->flags & XN_BY_VM ? "vm" : "host");
	struct xenet_reply *found = xn_reply_new();
	int r = found ? find(m, req, class, found, err) : xn_no_memory(err);

	for (size_t i = 0; r == 0 && i < xenet_reply_rows(found); i++) {
		const char *uuid = xenet_reply_value(found, i, 0);

		r = run_on(m, req, class, uuid, reply, err);
		if (r < 0 && xenet_reply_rows(found) > 1)
			xn_error_of(err, uuid);
	}
	xenet_reply_free(found);
	return r;
}

static int dispatch(struct xn_model *m, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_param *params = req->verb->params;

	if (req->verb->flags & (XN_BY_VM | XN_BY_HOST))
		return run_selected(m, req, reply, err);
	/* vlan-destroy looks its uuid up itself: it may be that of two classes. */
	if (params && params->name && strcmp(params->name, "uuid") == 0 &&
		!(req->verb->flags & XN_OWN_LOOKUP))
		return run_on(
			m, req, xn_class_of(req->class), xn_arg(req, "uuid"), reply, err);
	return req->verb->run(m, req, NULL, reply, err);
}

int xn_verb_run(struct xn_model *m, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	int r = dispatch(m, req, reply, err);

	return r == 0 && reply->as_json ? xn_reply_make_json(m, reply, err) : r;
}
