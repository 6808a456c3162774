/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "model.h"

const char *const class_names[] = { "host", "network", "pif", "vlan", "bond", "tunnel",
	"vm", "vif", NULL };

static struct xenet_reply *list(struct pair *p, int side, const char *class_name)
{
	struct xenet_error err = { 0 };
	struct xenet_reply *reply;
	char line[LINE];

	snprintf(line, sizeof(line), "%s-list params=uuid", class_name);
	reply = pair_ask(p, side, line, &err);
	if (!reply)
		give_up(line, &err);
	return reply;
}

static bool same_rows(const struct xenet_reply *a, const struct xenet_reply *b)
{
	size_t n = xenet_reply_rows(a);

	for (size_t i = 0; n == xenet_reply_rows(b) && i < n; i++)
		if (strcmp(xenet_reply_value(a, i, 0), xenet_reply_value(b, i, 0)) != 0)
			return false;
	return n == xenet_reply_rows(b);
}

static struct thing *find_or_add(struct pair *p, const char *class_name, const char *uuid)
{
	for (size_t i = 0; i < p->n_things; i++)
		if (strcmp(p->things[i].uuid, uuid) == 0)
			return &p->things[i];
	p->things = realloc(p->things, (p->n_things + 1) * sizeof(*p->things));
	if (!p->things)
		give_up("no memory", NULL);
	p->things[p->n_things] = (struct thing){ .class_name = class_name };
	snprintf(p->things[p->n_things].uuid, UUID_LENGTH + 1, "%s", uuid);
	return &p->things[p->n_things++];
}

static bool refresh(struct pair *p, const char *class_name)
{
	struct xenet_reply *reply[SIDES];
	bool same;

	for (int side = 0; side < SIDES; side++)
		reply[side] = list(p, side, class_name);
	same = same_rows(reply[FAKE], reply[LINUX]);
	for (size_t i = 0; i < p->n_things; i++)
		p->things[i].gone |= strcmp(p->things[i].class_name, class_name) == 0;
	for (size_t i = 0; i < xenet_reply_rows(reply[FAKE]); i++)
		find_or_add(p, class_name, xenet_reply_value(reply[FAKE], i, 0))->gone =
			false;
	for (int side = 0; side < SIDES; side++)
		xenet_reply_free(reply[side]);
	return same;
}

bool things_refresh(struct pair *p)
{
	for (size_t i = 0; class_names[i]; i++)
		if (!refresh(p, class_names[i]))
			return false;
	return true;
}

size_t things_count(const struct pair *p, const char *class_name)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_things; i++)
		n += !p->things[i].gone &&
		     strcmp(p->things[i].class_name, class_name) == 0;
	return n;
}

long things_at(const struct pair *p, const char *class_name, size_t n)
{
	for (size_t i = 0; i < p->n_things; i++)
		if (!p->things[i].gone &&
			strcmp(p->things[i].class_name, class_name) == 0 && n-- == 0)
			return (long)i;
	return -1;
}
