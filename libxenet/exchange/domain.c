/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange/domain.h"

#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "exchange/json.h"

/* The JSON of xenet-xml, which is our own: what it lacks or has too much of is its fault. */

struct reading {
	struct xn_arena *arena;
	size_t size; /* of the XML */
	bool broken; /* it is not what xenet-xml writes */
	bool no_memory;
};

static const struct xn_json *member(
	struct reading *r, const struct xn_json *object, const char *name)
{
	const struct xn_json *json = xn_json_member(object, name);

	r->broken |= !json;
	return json;
}

static const char *text_of(
	struct reading *r, const struct xn_json *object, const char *name)
{
	const struct xn_json *json = member(r, object, name);

	return json ? json->text : "";
}

/* A place or a line, neither of which can be beyond the XML's size. */
static size_t number_of(struct reading *r, const struct xn_json *object, const char *name)
{
	int64_t n = 0;

	if (!xn_parse_uint(text_of(r, object, name), 0, (int64_t)r->size + 1, &n))
		r->broken = true;
	return (size_t)n;
}

static void *make(struct reading *r, size_t size)
{
	void *memory = xn_alloc(r->arena, size);

	r->no_memory |= !memory;
	return memory;
}

static void *read_attribute(struct reading *r, const struct xn_json *json)
{
	struct xn_attribute *a = make(r, sizeof(*a));

	if (a)
		*a = (struct xn_attribute){ text_of(r, json, "name"),
			text_of(r, json, "value"), number_of(r, json, "start"),
			number_of(r, json, "end"), NULL };
	return a;
}

/* What an array of that name has, one behind the other; next: where each keeps the next one. */
static void *read_list(struct reading *r, const struct xn_json *object, const char *name,
	void *(*read)(struct reading *r, const struct xn_json *json), size_t next)
{
	const struct xn_json *array = member(r, object, name);
	void *first = NULL, *last = NULL;

	for (const struct xn_json *json = array ? array->first : NULL; json;
		json = json->next) {
		void *one = read(r, json);

		if (!one)
			return NULL;
		if (last)
			memcpy((char *)last + next, &one, sizeof(one));
		else
			first = one;
		last = one;
	}
	return first;
}

/* Edits of one element must not reach into another one. */
static bool is_in_order(const struct xn_element *e)
{
	size_t attribute = e->start, child = e->open;

	if (e->start >= e->open || e->open > e->close || e->close > e->end)
		return false;
	for (const struct xn_attribute *a = e->attributes; a; a = a->next) {
		if (a->start <= attribute || a->end < a->start || a->end >= e->open)
			return false;
		attribute = a->end;
	}
	for (const struct xn_element *c = e->elements; c; c = c->next) {
		if (c->start < child || c->end > e->close)
			return false;
		child = c->end;
	}
	return true;
}

static struct xn_element *read_elements(
	struct reading *r, const struct xn_json *object, const char *name);

static void *read_element(struct reading *r, const struct xn_json *json)
{
	struct xn_element *e = make(r, sizeof(*e));

	if (!e)
		return NULL;
	*e = (struct xn_element){ text_of(r, json, "name"), text_of(r, json, "text"),
		(unsigned)number_of(r, json, "line"), number_of(r, json, "start"),
		number_of(r, json, "open"), number_of(r, json, "close"),
		number_of(r, json, "end"), NULL, NULL, NULL };
	e->attributes = read_list(r, json, "attributes", read_attribute,
		offsetof(struct xn_attribute, next));
	e->elements = read_elements(r, json, "elements");
	r->broken |= !is_in_order(e) || e->end > r->size;
	return e;
}

static struct xn_element *read_elements(
	struct reading *r, const struct xn_json *object, const char *name)
{
	return read_list(
		r, object, name, read_element, offsetof(struct xn_element, next));
}

static const struct xn_element *read_optional(
	struct reading *r, const struct xn_json *object, const char *name)
{
	const struct xn_json *json = xn_json_member(object, name);

	return json ? read_element(r, json) : NULL;
}

static void read_faults(struct reading *r, const struct xn_json *array, const char *who,
	struct xn_faults *faults)
{
	for (const struct xn_json *json = array ? array->first : NULL; json;
		json = json->next)
		if (xn_fault_add(faults, (unsigned)number_of(r, json, "line"), who, "%s",
			    text_of(r, json, "text")) < 0)
			r->no_memory = true;
}

static struct xn_domain *read_domain(struct reading *r, const struct xn_json *all)
{
	const struct xn_json *json = member(r, all, "domain");
	struct xn_domain *domain = make(r, sizeof(*domain));

	if (!json || !domain)
		return NULL;
	domain->root = read_optional(r, json, "root");
	domain->name = read_optional(r, json, "name");
	domain->uuid = read_optional(r, json, "uuid");
	domain->devices = read_optional(r, json, "devices");
	domain->interfaces = read_elements(r, json, "interfaces");
	domain->secrets = read_elements(r, json, "secrets");
	r->broken |= !domain->root;
	domain->grammar.arena = r->arena;
	read_faults(
		r, member(r, all, "grammar"), "the grammar of domains", &domain->grammar);
	return domain;
}

static int refuse_answer(struct reading *r, struct xenet_error *err)
{
	if (r->no_memory)
		return xn_no_memory(err);
	return xn_fail(err, XENET_E_XML_READER_FAILED, "xenet-xml",
		"its answer is none: it may be of another version");
}

int xn_domain_take(struct xn_arena *arena, const char *xml, size_t size,
	const char *answer, size_t length, struct xn_domain **ret,
	struct xn_faults *faults, struct xenet_error *err)
{
	struct xn_faults unreadable = { .arena = arena };
	struct reading reading = { arena, size, false, false };
	const struct xn_json *refused;
	struct xn_json *json = NULL;
	int r = xn_json_read(arena, answer, length, &json, &unreadable, err);

	*ret = NULL;
	if (r < 0)
		return r;
	if (!json || json->type != XN_JSON_OBJECT)
		return refuse_answer(&reading, err);
	refused = xn_json_member(json, "faults");
	if (refused)
		read_faults(&reading, refused, "", faults);
	else
		*ret = read_domain(&reading, json);
	if (reading.broken || reading.no_memory || (!*ret && !faults->n))
		return refuse_answer(&reading, err);
	if (*ret) {
		(*ret)->xml = xml;
		(*ret)->size = size;
	}
	return 0;
}

int xn_domain_read(struct xn_arena *arena, const char *xml, size_t size,
	struct xn_stop *stop, struct xn_domain **ret, struct xn_faults *faults,
	struct xenet_error *err)
{
	const char *answer = NULL;
	size_t length = 0;
	int r = xn_xml_to_json(arena, xml, size, stop, &answer, &length, err);

	return r < 0 ? r
		     : xn_domain_take(arena, xml, size, answer, length, ret, faults, err);
}

/* ---- Looking around ---- */

static const struct xn_element *find_child(
	const struct xn_element *e, const char *name, size_t length)
{
	const struct xn_element *child = e->elements;

	while (child && (strncmp(child->name, name, length) != 0 || child->name[length]))
		child = child->next;
	return child;
}

const struct xn_element *xn_element_find(const struct xn_element *e, const char *path)
{
	while (e && *path) {
		size_t length = strcspn(path, "/");

		e = find_child(e, path, length);
		path += length + (path[length] == '/');
	}
	return e;
}

const struct xn_attribute *xn_attribute_find(const struct xn_element *e, const char *name)
{
	const struct xn_attribute *a = e->attributes;

	while (a && strcmp(a->name, name) != 0)
		a = a->next;
	return a;
}

const struct xn_attribute *xn_element_attribute(
	const struct xn_element *e, const char *path)
{
	for (const char *slash; e && (slash = strchr(path, '/')); path = slash + 1)
		e = find_child(e, path, (size_t)(slash - path));
	return e ? xn_attribute_find(e, path) : NULL;
}
