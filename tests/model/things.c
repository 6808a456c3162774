/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

const struct kind kinds[] = {
	{ "host", "uuid", false },
	{ "network", "bridge", false },
	{ "pif", "device", true },
	{ "vlan", "tag", false },
	{ "bond", "uuid", false },
	{ "tunnel", "uuid", false },
	{ "vm", "name-label", false },
	{ "vif", "device", true },
	{ NULL, NULL, false },
};

/* An object as a list shows it. */
struct seen {
	const char *uuid, *key, *address;
	struct thing *known;
};

static struct xenet_reply *list(struct pair *p, int side, const struct kind *kind)
{
	struct xenet_reply *reply = NULL;
	struct xenet_error err = { 0 };
	struct xenet_request *request;
	char line[LINE];

	snprintf(line, sizeof(line), "%s-list params=uuid,%s%s", kind->name, kind->key,
		kind->has_address ? ",MAC" : "");
	request = pair_request(p, side, line);
	if (xenet_run(p->xn[side], request, &reply, &err) < 0)
		give_up(line, &err);
	xenet_request_free(request);
	return reply;
}

static const char *value(const struct xenet_reply *reply, size_t row, const char *name)
{
	for (size_t i = 0; i < xenet_reply_columns(reply); i++)
		if (strcmp(xenet_field_name(xenet_reply_field(reply, i)), name) == 0)
			return xenet_reply_value(reply, row, i);
	return "";
}

static struct thing *find(const struct pair *p, int side, const char *uuid)
{
	for (size_t i = 0; i < p->n_things; i++)
		if (strcmp(p->things[i].uuid[side], uuid) == 0)
			return &p->things[i];
	return NULL;
}

/* Those without a number come last, by their keys. */
static int by_key(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (!x->known != !y->known)
		return x->known ? -1 : 1;
	return x->known ? (x->known > y->known) - (x->known < y->known)
			: strcmp(x->key, y->key);
}

static struct seen *look(const struct pair *p, int side, const struct kind *kind,
	const struct xenet_reply *reply)
{
	size_t n = xenet_reply_rows(reply);
	struct seen *seen = calloc(n + 1, sizeof(*seen));

	if (!seen)
		give_up("no memory", NULL);
	for (size_t i = 0; i < n; i++) {
		seen[i].uuid = value(reply, i, "uuid");
		seen[i].key = value(reply, i, kind->key);
		seen[i].address = value(reply, i, "MAC");
		seen[i].known = find(p, side, seen[i].uuid);
	}
	qsort(seen, n, sizeof(*seen), by_key);
	return seen;
}

static struct thing *add(struct pair *p, const struct kind *kind)
{
	p->things = realloc(p->things, (p->n_things + 1) * sizeof(*p->things));
	if (!p->things)
		give_up("no memory", NULL);
	p->things[p->n_things] = (struct thing){ .kind = kind };
	return &p->things[p->n_things++];
}

/* The i-th of both sides is one thing, unless they disagree whether it is known. */
static bool match(
	struct pair *p, const struct kind *kind, struct seen *const seen[SIDES], size_t i)
{
	struct thing *thing = seen[FAKE][i].known;

	if (thing != seen[LINUX][i].known)
		return false;
	if (!thing)
		thing = add(p, kind);
	thing->gone = false;
	for (int side = 0; side < SIDES; side++) {
		snprintf(thing->uuid[side], sizeof(thing->uuid[side]), "%s",
			seen[side][i].uuid);
		snprintf(thing->address[side], sizeof(thing->address[side]), "%s",
			seen[side][i].address);
	}
	return true;
}

static void forget(struct pair *p, const struct kind *kind)
{
	for (size_t i = 0; i < p->n_things; i++)
		p->things[i].gone |= p->things[i].kind == kind;
}

/* Things may move in memory, so what is known is matched before anything is added. */
static bool refresh(struct pair *p, const struct kind *kind)
{
	struct xenet_reply *reply[SIDES];
	struct seen *seen[SIDES];
	bool same;
	size_t n;

	for (int side = 0; side < SIDES; side++) {
		reply[side] = list(p, side, kind);
		seen[side] = look(p, side, kind, reply[side]);
	}
	forget(p, kind);
	n = xenet_reply_rows(reply[FAKE]);
	same = n == xenet_reply_rows(reply[LINUX]);
	for (size_t i = 0; same && i < n; i++)
		same = match(p, kind, seen, i);
	for (int side = 0; side < SIDES; side++) {
		free(seen[side]);
		xenet_reply_free(reply[side]);
	}
	return same;
}

bool things_refresh(struct pair *p)
{
	for (const struct kind *kind = kinds; kind->name; kind++)
		if (!refresh(p, kind))
			return false;
	return true;
}

size_t things_count(const struct pair *p, const char *class_name)
{
	size_t n = 0;

	while (things_at(p, class_name, n) >= 0)
		n++;
	return n;
}

long things_at(const struct pair *p, const char *class_name, size_t n)
{
	for (size_t i = 0; i < p->n_things; i++)
		if (!p->things[i].gone &&
			strcmp(p->things[i].kind->name, class_name) == 0 && n-- == 0)
			return (long)i;
	return -1;
}

static bool is_uuid(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != '-')
			return false;
	return true;
}

/* The length of the uuid or address that the text begins with, and what to show instead. */
static size_t recognise(const struct pair *p, int side, const char *text, char shown[32])
{
	for (size_t i = 0; isxdigit((unsigned char)*text) && i < p->n_things; i++) {
		const struct thing *thing = &p->things[i];

		if (strncmp(text, thing->uuid[side], UUID_LENGTH) == 0) {
			snprintf(shown, 32, "#%zu", i);
			return UUID_LENGTH;
		}
		if (strcmp(thing->address[FAKE], thing->address[LINUX]) != 0 &&
			strncmp(text, thing->address[side], MAC_LENGTH) == 0) {
			snprintf(shown, 32, "mac#%zu", i);
			return MAC_LENGTH;
		}
	}
	snprintf(shown, 32, "#?");
	return is_uuid(text) ? UUID_LENGTH : 0;
}

char *things_hide(const struct pair *p, int side, const char *text)
{
	char *out = NULL, shown[32];
	size_t size;
	FILE *stream = open_memstream(&out, &size);

	if (!stream)
		give_up("no memory", NULL);
	while (*text) {
		size_t length = recognise(p, side, text, shown);

		if (length)
			fputs(shown, stream);
		else
			fputc(*text, stream);
		text += length ? length : 1;
	}
	fclose(stream);
	return out;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void things_sort(char *text, FILE *file)
{
	enum {
		MOST = 256
	};
	char *items[MOST];
	size_t n = 0;

	for (char *item = text; item && n < MOST; n++) {
		char *behind = strstr(item, "; ");

		items[n] = item;
		if (behind)
			*behind = '\0';
		item = behind ? behind + 2 : NULL;
	}
	qsort(items, n, sizeof(*items), by_text);
	for (size_t i = 0; i < n; i++)
		fprintf(file, "%s%s", i ? "; " : "", items[i]);
}
