/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/drift.h"

#include <string.h>

/* What differs tells what, these tell why, and what to do. */

enum cause {
	ORPHAN,
	COPIED,
	OTHERS,
	RENAMED,
	OPEN,
	CAUSES
};

/* The first device of each cause stands for all; the findings name them. */
struct notes {
	const struct xn_link *devices[CAUSES];
	const char *was;    /* the name that the renamed one had */
	const char *prefix; /* of the database's marks */
};

static void note(struct notes *notes, enum cause cause, const struct xn_link *device)
{
	if (!notes->devices[cause])
		notes->devices[cause] = device;
}

static bool is_of_others(const struct notes *notes, const struct xn_link *link)
{
	return link->mark && strncmp(link->mark, "xenet:", 6) == 0 &&
	       strncmp(link->mark, notes->prefix, strlen(notes->prefix)) != 0;
}

/* A port of what may be its bridge, but for name and mark. */
static void look_for_bridge(struct notes *notes, const struct xn_link *want,
	const struct xn_link *found, const struct xn_netstate *have)
{
	const struct xn_link *master = found->master ? xn_link_find(have, found->master)
						     : NULL;

	if (notes->devices[RENAMED] || !(want->mask & XN_MASTER) || !want->master[0] ||
		!master || !master->unmarked || strcmp(master->name, want->master) == 0)
		return;
	notes->was = want->master;
	note(notes, RENAMED, master);
}

static void look_at_wish(
	struct notes *notes, const struct xn_wish *wish, const struct xn_netstate *have)
{
	const struct xn_link *found = xn_link_find(have, wish->link->name);

	if (!found)
		return;
	if (!xn_link_is_lent(wish->link) && is_of_others(notes, found))
		note(notes, OTHERS, found);
	look_for_bridge(notes, wish->link, found, have);
	if (found->attached && xn_link_differs(wish->link, found) & XN_TAP)
		note(notes, OPEN, found);
}

static void look_at_stray(struct xn_model *m, struct notes *notes,
	const struct xn_link *link, const struct xn_netstate *want)
{
	enum xn_stray stray = xn_stray_of(m, link, want, notes->prefix);

	if (stray == XN_STRAY_FOREIGN)
		note(notes, COPIED, link);
	/* Who has just tried that is told what was in the way; what a change left that was cut
	 * short goes when that is settled. */
	if (stray == XN_STRAY_ORPHAN && !link->attached &&
		!(m->mends & XN_MEND_ORPHANS) && !xn_is_unsettled(m, xn_mark_uuid(link)))
		note(notes, ORPHAN, link);
}

#define ORPHAN_TEXT                                                                      \
	"Devices that no object wants any more, such as %s, are removed by "             \
	"host-recover --orphans."
#define COPIED_TEXT                                                                      \
	"%1$s bears a mark of this database, which makes no such device: somebody has "  \
	"copied it, and \"ip link set dev %1$s alias ''\" takes it off."
#define OTHERS_TEXT                                                                      \
	"%1$s bears the mark of another database, and is in the way of this one: end "   \
	"it "                                                                            \
	"there or, if that database is gone, with \"ip link del %1$s\", then use "       \
	"host-recover."
#define RENAMED_TEXT                                                                     \
	"%1$s may be what was %2$s, without its name and its mark: if so, \"ip link "    \
	"del "                                                                           \
	"%1$s\" frees its ports, and host-recover puts them back."

#define OPEN_TEXT                                                                        \
	"A process has %s open: its owner, group and queues cannot be changed until it " \
	"lets go; then host-recover does."

static const char *text_of(
	struct xn_model *m, const struct notes *notes, enum cause cause, const char *name)
{
	switch (cause) {
	case ORPHAN:
		return xn_printf(m->arena, ORPHAN_TEXT, name);
	case COPIED:
		return xn_printf(m->arena, COPIED_TEXT, name);
	case OTHERS:
		return xn_printf(m->arena, OTHERS_TEXT, name);
	case OPEN:
		return xn_printf(m->arena, OPEN_TEXT, name);
	default:
		return xn_printf(m->arena, RENAMED_TEXT, name, notes->was);
	}
}

static int tell(struct xn_model *m, const struct notes *notes, struct xenet_reply *reply,
	struct xenet_error *err)
{
	int r = 0;

	for (enum cause cause = 0; cause < CAUSES && r == 0; cause++) {
		const struct xn_link *device = notes->devices[cause];
		const char *text = device ? text_of(m, notes, cause, device->name) : "";

		if (!text)
			return xn_no_memory(err);
		if (device)
			r = xn_reply_add_note(reply, text, err);
	}
	return r;
}

int xn_drift_explain(struct xn_model *m, const struct xn_wish *wishes,
	const struct xn_netstate *want, const struct xn_netstate *have,
	struct xenet_reply *reply, struct xenet_error *err)
{
	struct notes notes = { .prefix = xn_mark_prefix(m) };

	if (!notes.prefix)
		return xn_no_memory(err);
	for (const struct xn_wish *wish = wishes; wish; wish = wish->next)
		if (!xn_is_in_work(m, wish->object->uuid))
			look_at_wish(&notes, wish, have);
	for (const struct xn_link *link = have->links; link; link = link->next)
		look_at_stray(m, &notes, link, want);
	return tell(m, &notes, reply, err);
}
