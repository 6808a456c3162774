/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/drift.h"

#include <string.h>

/* A bond or a tunnel wants what its PIFs want: those come first, and stand for it. */
static int add_wishes(struct xn_model *m, const struct xn_object *object,
	const struct xn_netstate *own, struct xn_netstate *want, struct xn_wish ***end,
	struct xenet_error *err)
{
	for (const struct xn_link *link = own->links; link; link = link->next) {
		struct xn_wish *wish;
		struct xn_link *entered;

		if (xn_link_find(want, link->name))
			continue;
		wish = xn_alloc(m->arena, sizeof(*wish));
		entered = xn_link_add(want, link->name);
		if (!wish || !entered)
			return xn_no_memory(err);
		xn_link_copy(entered, link, link->mask);
		*wish = (struct xn_wish){ object, entered, NULL };
		**end = wish;
		*end = &wish->next;
	}
	return 0;
}

int xn_wish_all(struct xn_model *m, struct xn_netstate *want, struct xn_wish **ret,
	struct xenet_error *err)
{
	struct xn_wish **end = ret;
	int r = 0;

	*ret = NULL;
	for (struct xn_object *o = m->objects; o && r == 0; o = o->next) {
		struct xn_netstate *own = xn_netstate_new(m->arena);

		if (!own)
			return xn_no_memory(err);
		if (o->touched && !o->obstacle && o->class->desire)
			r = xn_hold_failed(m, o, o->class->desire(m, o, own, err), err);
		if (r == 0 && !o->obstacle)
			r = add_wishes(m, o, own, want, &end, err);
	}
	xn_netstate_state_limits(want);
	return r;
}

const char *xn_wish_name(
	struct xn_model *m, const struct xn_object *object, const char *device)
{
	return xn_printf(m->arena, "%s %s %s", object->class->name, object->uuid, device);
}

static const char *held_name(struct xn_model *m, const struct xn_object *object)
{
	const struct xenet_field *device = xn_field(object->class, "device");

	if (!device)
		device = xn_field(object->class, "bridge");
	return xn_wish_name(m, object, device ? xn_value_get(m, object, device) : "");
}

int xn_held_all(struct xn_model *m, const struct xn_held **ret, struct xenet_error *err)
{
	*ret = m->damaged;
	for (const struct xn_object *o = m->objects; o; o = o->next) {
		const char *name = o->obstacle ? held_name(m, o) : NULL;
		struct xn_held *held;

		if (!o->obstacle)
			continue;
		held = xn_alloc(m->arena, sizeof(*held));
		if (!held || !name)
			return xn_no_memory(err);
		*held = (struct xn_held){ name, o->uuid, o->obstacle, *ret };
		*ret = held;
	}
	return 0;
}

bool xn_is_unsettled(const struct xn_model *m, const char *uuid)
{
	const struct xn_subject *s = m->unsettled ? m->unsettled->subjects : NULL;

	while (s && strcmp(s->uuid, uuid) != 0)
		s = s->next;
	return s;
}

bool xn_is_in_work(const struct xn_model *m, const char *uuid)
{
	return m->unsettled && m->unsettled->under_way && xn_is_unsettled(m, uuid);
}

enum xn_stray xn_stray_of(struct xn_model *m, const struct xn_link *link,
	const struct xn_netstate *want, const char *prefix)
{
	enum xn_stray stray = xn_link_stray(link, want, prefix);
	const struct xn_object *object = stray ? xn_known(m, xn_mark_uuid(link)) : NULL;

	if (object ? object->obstacle != NULL
		   : stray && xn_is_damaged(m, xn_mark_uuid(link)))
		return XN_STRAY_NONE;
	return stray && xn_is_in_work(m, xn_mark_uuid(link)) ? XN_STRAY_NONE : stray;
}

const char *xn_mark_prefix(struct xn_model *m)
{
	return xn_printf(m->arena, "xenet:%s:", m->host_uuid);
}

const char *xn_mark_uuid(const struct xn_link *link)
{
	return strrchr(link->mark, ':') + 1;
}

const char *xn_stray_name(struct xn_model *m, const struct xn_link *link)
{
	const struct xn_object *object = xn_known(m, xn_mark_uuid(link));

	return object && object->touched ? xn_wish_name(m, object, link->name)
					 : xn_printf(m->arena, "device %s", link->name);
}
