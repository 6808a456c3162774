/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/host_check.h"

#include "class/drift.h"
#include "class/host_database.h"
#include "class/pif.h"

/* host-check and host-recover: the host against what all objects want of it. */

static int add_differences(struct xn_model *m, const struct xn_wish *wish,
	const struct xn_netstate *have, struct xenet_reply *reply,
	struct xenet_error *err)
{
	const char *name = xn_wish_name(m, wish->object, wish->link->name);
	struct xn_difference *differences;
	int r = 0;

	if (!name || xn_link_compare(m->arena, wish->link, have, &differences) < 0)
		return xn_no_memory(err);
	for (; differences && r == 0; differences = differences->next)
		r = xn_finding_add(reply, name, differences->attribute,
			differences->wanted, differences->found, err);
	return r;
}

static int add_stray(struct xn_model *m, const struct xn_link *link, enum xn_stray stray,
	struct xenet_reply *reply, struct xenet_error *err)
{
	const char *name = xn_stray_name(m, link);

	if (!name)
		return xn_no_memory(err);
	if (stray == XN_STRAY_FOREIGN)
		return xn_finding_add(reply, name, "mark", "none", link->mark, err);
	return xn_finding_add(reply, name, "link", "none",
		link->attached ? "tap that a process has open" : link->kind, err);
}

static int add_strays(struct xn_model *m, const struct xn_netstate *want,
	const struct xn_netstate *have, struct xenet_reply *reply,
	struct xenet_error *err)
{
	const char *prefix = xn_mark_prefix(m);
	int r = prefix ? 0 : xn_no_memory(err);

	for (const struct xn_link *link = have->links; link && r == 0;
		link = link->next) {
		enum xn_stray stray = xn_link_stray(link, want, prefix);

		if (stray != XN_STRAY_NONE)
			r = add_stray(m, link, stray, reply, err);
	}
	return r;
}

int xn_host_check(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_netstate *want = xn_netstate_new(m->arena), *have = NULL;
	struct xn_wish *wish = NULL;
	int r = want ? xn_findings_start(reply, err) : xn_no_memory(err);

	(void)req;
	(void)none;
	if (r == 0)
		r = xn_touch_all(m, err);
	if (r == 0)
		r = xn_wish_all(m, want, &wish, err);
	if (r == 0)
		r = m->survey(m, want, &have, err);
	if (r == 0 && xn_netstate_match(want, have) < 0)
		return xn_no_memory(err);
	for (; wish && r == 0; wish = wish->next)
		r = add_differences(m, wish, have, reply, err);
	return r < 0 ? r : add_strays(m, want, have, reply, err);
}

/* Those that are back, under whatever names. */
static int follow_nics(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	int r = xn_pif_follow(m, reply, err);

	return r < 0 ? r : xn_pif_look_again(m, false, err);
}

int xn_host_restore(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	int r = follow_nics(m, reply, err);

	(void)req;
	(void)none;
	m->mends = XN_MEND_ALL;
	if (r == 0)
		r = xn_touch_all(m, err);
	return r < 0 ? r : xn_pif_hold_busy(m, err);
}

int xn_host_recover(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	bool orphans;
	int r = xn_arg_bool(req, "orphans", false, &orphans, err);

	(void)none;
	if (r == 0)
		r = follow_nics(m, reply, err);
	m->mends = XN_MEND_ALL | (orphans ? XN_MEND_ORPHANS : 0U);
	return r < 0 ? r : xn_touch_all(m, err);
}
