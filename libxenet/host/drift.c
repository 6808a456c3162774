/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <string.h>

#include "host/attr.h"

/* What of a link is not as it is wanted, for people. */

static const char *attr_text(
	struct xn_arena *arena, const struct xn_link *link, const struct xn_attr *attr)
{
	const char *member = (const char *)link + attr->offset;

	if (!(link->mask & attr->bit))
		return "";
	switch (attr->type) {
	case XN_ATTR_INT:
		return xn_printf(arena, "%" PRId64, *(const int64_t *)member);
	case XN_ATTR_BOOL:
		return *(const bool *)member ? "yes" : "no";
	default:
		member = *(const char *const *)member;
		return member ? member : "";
	}
}

/* Where differences go, in their order. */
struct list {
	struct xn_arena *arena;
	struct xn_difference **end;
};

static int add(
	struct list *list, const char *attribute, const char *wanted, const char *found)
{
	struct xn_difference *difference = xn_alloc(list->arena, sizeof(*difference));

	if (!difference || !wanted || !found)
		return -1;
	*difference = (struct xn_difference){ attribute, wanted, found, NULL };
	*list->end = difference;
	list->end = &difference->next;
	return 0;
}

/* Its place is empty, or taken by what could not even be made into it. */
static const char *absent(const struct xn_link *want, const struct xn_link *found)
{
	if (!found)
		return "none";
	if (found->is_altname || (xn_link_is_lent(want) && !xn_link_may_be_lent(found)))
		return found->kind;
	return NULL;
}

int xn_link_compare(struct xn_arena *arena, const struct xn_link *want,
	const struct xn_netstate *have, struct xn_difference **ret)
{
	const struct xn_link *found = xn_link_find(have, want->name);
	const char *instead = absent(want, found);
	struct list list = { arena, ret };
	unsigned differs;
	int r = 0;

	*ret = NULL;
	if (!want->mask)
		return 0;
	if (instead)
		return add(&list, "link", xn_link_is_lent(want) ? "nic" : want->kind,
			instead);
	if (found->renamed)
		r = add(&list, "name", want->name, found->renamed);
	differs = xn_link_differs(want, found);
	/* Of another kind of device nothing else matters. */
	if (differs & XN_KIND)
		differs = XN_KIND;
	for (const struct xn_attr *attr = xn_attrs; attr->name && r == 0; attr++)
		if (differs & attr->bit)
			r = add(&list, attr->name, attr_text(arena, want, attr),
				attr_text(arena, found, attr));
	return r;
}

static const char *or_none(const char *value)
{
	return value[0] ? value : "none";
}

static void add_reason(struct xn_text *text, const struct xn_link *want,
	const struct xn_difference *difference)
{
	for (const struct xn_difference *d = difference; d; d = d->next) {
		const char *between = text->length ? "; " : "";

		if (strcmp(d->attribute, "link") != 0)
			xn_text_addf(text, "%s%s: %s is %s, not %s", between, want->name,
				d->attribute, or_none(d->found), or_none(d->wanted));
		else if (strcmp(d->found, "none") == 0)
			xn_text_addf(text, "%s%s: missing", between, want->name);
		else
			xn_text_addf(text, "%s%s: is a %s, not a %s", between, want->name,
				d->found, d->wanted);
	}
}

const char *xn_link_reason(struct xn_arena *arena, const struct xn_link *want,
	const struct xn_netstate *have)
{
	struct xn_text text = XN_TEXT(arena);
	struct xn_difference *differences;

	if (xn_link_compare(arena, want, have, &differences) < 0)
		return NULL;
	add_reason(&text, want, differences);
	return xn_text_end(&text);
}

const char *xn_netstate_reason(struct xn_arena *arena, const struct xn_netstate *want,
	const struct xn_netstate *have)
{
	struct xn_text text = XN_TEXT(arena);

	for (const struct xn_link *link = want->links; link; link = link->next) {
		const char *reason = xn_link_reason(arena, link, have);

		if (!reason)
			return NULL;
		if (reason[0])
			xn_text_addf(&text, "%s%s", text.length ? "; " : "", reason);
	}
	return xn_text_end(&text);
}
