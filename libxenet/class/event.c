/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/event.h"

#include <string.h>

#include "model/query.h"
#include "model/request.h"

/* Waiting for the objects of a class to be so: here, whether any of them is so now. */

static const struct xenet_field fields[] = {
	{ "uuid", XN_UUID, XN_RO, 0, "there is none here", XN_LISTED, .sql = "NULL" },
	{ NULL },
};

static int find_class(const struct xenet_request *req, const struct xenet_class **ret,
	struct xenet_error *err)
{
	const char *name = xn_arg(req, "class");
	const struct xenet_class *class = xenet_class_find(name);

	if (!class || class->none)
		return xn_fail(err, XENET_E_CLASS_UNKNOWN, name);
	*ret = xn_class_of(class);
	return 0;
}

/* KEY=VALUE, or KEY=/=VALUE for its opposite. */
static int add_condition(struct xn_model *m, struct xn_query *query,
	const struct xn_argument *a, struct xenet_error *err)
{
	bool opposite = strncmp(a->value, "/=", 2) == 0;
	int r = xn_query_filter(m, query, a->key, a->value + (opposite ? 2 : 0), err);

	if (r == 0)
		query->filters->opposite = opposite;
	return r;
}

static int wait(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xenet_class *class = NULL;
	struct xn_query query;
	int r = find_class(req, &class, err);

	(void)none;
	if (r == 0)
		r = xn_query_start(m, &query, class, err);
	if (r == 0)
		r = xn_query_columns(m, &query, "uuid", err);
	for (const struct xn_argument *a = req->arguments; a && r == 0; a = a->next)
		if (!xn_is_reserved(a->key) && strcmp(a->key, "class") != 0)
			r = add_condition(m, &query, a, err);
	return r < 0 ? r : xn_query_run(m, &query, reply, err);
}

static const struct xn_param wait_params[] = {
	{ "class", true, "the class of the objects" },
	{ "timeout", false, "how long to wait, in seconds; without it for ever" },
	{ NULL },
};

static const struct xenet_verb verbs[] = {
	{ "wait", XN_READS, wait_params,
		"Wait until an object of the class meets all conditions. FIELD=VALUE "
		"is a condition, FIELD=/=VALUE its opposite.",
		XN_WAITS, .run = wait },
	{ NULL },
};

const struct xenet_class xn_event_class = {
	.name = "event",
	.type_name = "event",
	.summary = "a change of other objects; none is kept",
	.size = sizeof(struct xn_object),
	.fields = fields,
	.verbs = verbs,
	.none = true,
	.bare = true,
};
