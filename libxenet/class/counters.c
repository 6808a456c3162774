/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/counters.h"

#include <inttypes.h>
#include <string.h>

const char *xn_counter_text(
	struct xn_arena *arena, const struct xn_counters *counters, size_t offset)
{
	uint64_t n;

	if (!counters)
		return "<not in database>";
	memcpy(&n, (const char *)counters + offset, sizeof(n));
	return xn_printf(arena, "%" PRIu64, n);
}
