/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "host/netstate.h"

/* A line that tells of a link: what is read is written so that the same is read again. */

static const struct xn_link *read_link(struct xn_arena *arena, const char *line)
{
	struct xn_netstate *state = xn_netstate_new(arena);
	struct xn_link *link;

	return state && xn_link_read(state, line, &link, NULL) == 0 ? link : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xn_arena *arena = xn_arena_new();
	char *line = fuzz_line(&data, &size);
	struct xn_text text = XN_TEXT(arena);
	const struct xn_link *link, *again;

	assert(arena);
	link = read_link(arena, line);
	if (link) {
		xn_text_escape(&text, link->name);
		xn_link_write(&text, link, link->mask);
		again = read_link(arena, xn_text_end(&text));
		assert(again && again->mask == link->mask);
		assert(strcmp(again->name, link->name) == 0);
		assert(xn_link_differs(link, again) == 0);
	}
	free(line);
	xn_arena_free(arena);
	return 0;
}
