/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "host/plan.h"

/*
 * Two lines: the mark of a bridge that has the name of one we want, and that of a NIC's
 * master. Whoever else's they are, no step touches them.
 */

#define OURS "xenet:11111111-1111-1111-1111-111111111111:"
#define MARK OURS "22222222-2222-2222-2222-222222222222"

static struct xn_link *add(struct xn_netstate *state, const char *name, unsigned mask)
{
	struct xn_link *link = xn_link_add(state, name);

	assert(link);
	link->mask = mask;
	link->kind = "bridge";
	link->parent = link->address = link->addrgen = link->master = "";
	link->mark = MARK;
	return link;
}

static void add_nic(struct xn_netstate *have, const char *master_mark)
{
	struct xn_link *nic = add(have, "eth0", ~0U);

	nic->kind = "nic";
	nic->mark = "";
	nic->ifindex = 2;
	nic->master = "other";
	nic->master_mark = master_mark;
	nic->master_kind = "bridge";
}

static void check(const struct xn_plan *plan, const char *mark, const char *master_mark)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct xn_step *step = &plan->steps[i];

		if (strcmp(step->link->name, "br0") == 0 && step->have)
			assert(strcmp(mark, MARK) == 0);
		if (strcmp(step->link->name, "eth0") == 0 && step->op == XN_OP_LEAVE)
			assert(strncmp(master_mark, OURS, strlen(OURS)) == 0);
	}
}

static void plan(struct xn_arena *arena, const char *mark, const char *master_mark)
{
	struct xn_netstate *past = xn_netstate_new(arena), *want = xn_netstate_new(arena),
			   *have = xn_netstate_new(arena);
	struct xn_link *bridge, *nic;
	struct xn_plan *made;

	assert(past && want && have);
	add(want, "br0", XN_KIND | XN_MARK | XN_UP)->up = true;
	nic = add(want, "eth0", XN_MASTER);
	nic->master = "br0";
	bridge = add(have, "br0", ~0U);
	bridge->mark = mark;
	bridge->ifindex = 1;
	add_nic(have, master_mark);
	if (xn_plan_make(&made, arena, past, want, have, NULL) == 0)
		check(made, mark, master_mark);
	if (xn_plan_make_possible(&made, arena, past, want, have, NULL) == 0)
		check(made, mark, master_mark);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xn_arena *arena = xn_arena_new();
	char *mark = fuzz_line(&data, &size), *master_mark = fuzz_line(&data, &size);

	assert(arena);
	plan(arena, mark, master_mark);
	free(mark);
	free(master_mark);
	xn_arena_free(arena);
	return 0;
}
