/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/fake_counters.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int zero(struct xn_netstate *have, struct xenet_error *err)
{
	const struct xn_counters *none = xn_alloc(have->arena, sizeof(*none));

	if (!none)
		return xn_no_memory(err);
	for (struct xn_link *link = have->links; link; link = link->next)
		link->received = link->sent = none;
	return 0;
}

static int take(struct xn_netstate *have, char *line, struct xenet_error *err)
{
	char *end = line + strcspn(line, " ");
	struct xn_counters *c;
	struct xn_link *link;
	uint64_t numbers[8];

	for (size_t i = 0; i < 8; i++)
		numbers[i] = strtoull(i ? end : end + (*end == ' '), &end, 10);
	line[strcspn(line, " ")] = '\0';
	link = xn_link_find(have, line);
	if (!link)
		return 0;
	c = xn_alloc(have->arena, 2 * sizeof(*c));
	if (!c)
		return xn_no_memory(err);
	memcpy(c, numbers, sizeof(numbers));
	link->received = &c[0];
	link->sent = &c[1];
	return 0;
}

int xn_fake_count(const char *path, struct xn_netstate *have, struct xenet_error *err)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	int r;

	if (!file && errno != ENOENT)
		return xn_fail(err, XENET_E_RUN_DIRECTORY, path, strerror(errno));
	r = zero(have, err);
	while (file && r == 0 && getline(&line, &room, file) > 0)
		r = take(have, line, err);
	free(line);
	if (file)
		fclose(file);
	return r;
}
