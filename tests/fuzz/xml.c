/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/domain.h"
#include "xml.h"

/* A domain of libvirt, as xenet-xml reads it, and its XML after an edit of each interface. */

enum {
	MAX_COMPARED = 4096 /* bytes: more takes the grammar too long */
};

static struct xn_domain *read_domain(struct xn_arena *arena, const char *xml)
{
	struct xn_faults faults = { .arena = arena };
	struct xml x = { .bytes = xml, .size = strlen(xml) };
	struct xn_domain *domain = NULL;
	size_t length = 0;
	char *answer = NULL;
	FILE *out = open_memstream(&answer, &length);

	assert(out);
	xml_parse(&x);
	if (!x.faults.n && x.size <= MAX_COMPARED)
		xml_validate(&x);
	xml_emit(&x, out);
	xml_free(&x);
	assert(fclose(out) == 0);
	assert(xn_domain_take(arena, xml, strlen(xml), answer, length, &domain, &faults,
		       NULL) == 0);
	assert(!domain != !faults.n);
	free(answer);
	return domain;
}

static void check_place(const struct xn_domain *domain, const struct xn_element *e)
{
	assert(domain->xml[e->start] == '<');
	assert(domain->xml[e->open - 1] == '>' && domain->xml[e->end - 1] == '>');
	assert(strncmp(domain->xml + e->start + 1, e->name, strlen(e->name)) == 0);
	assert(e->open == e->end || domain->xml[e->close] == '<');
	for (const struct xn_attribute *a = e->attributes; a; a = a->next)
		assert(domain->xml[a->end] == domain->xml[a->start - 1]);
	for (const struct xn_element *c = e->elements; c; c = c->next)
		check_place(domain, c);
}

/* The first attribute gets another value, and the first child goes. */
static void edit(struct xn_edits *edits, const struct xn_element *e)
{
	const char *value = xn_xml_escape(edits->arena, "a<b>&'\"\n\tc");

	if (e->attributes)
		xn_edit_add(edits, e->attributes->start, e->attributes->end, value);
	if (e->elements)
		xn_edit_add(edits, e->elements->start, e->elements->end, "");
}

static void check(struct xn_arena *arena, const struct xn_domain *domain)
{
	struct xn_edits edits = { .arena = arena };
	const struct xn_element *now;
	const struct xn_domain *after;
	const char *xml;

	for (const struct xn_element *e = domain->interfaces; e; e = e->next) {
		check_place(domain, e);
		edit(&edits, e);
	}
	for (const struct xn_element *e = domain->secrets; e; e = e->next)
		check_place(domain, e);
	xml = xn_edits_apply(&edits, domain->xml, domain->size);
	assert(xml);
	after = read_domain(arena, xml);
	assert(after);
	now = after->interfaces;
	for (const struct xn_element *e = domain->interfaces; e; e = e->next) {
		assert(now);
		if (e->attributes)
			assert(strcmp(now->attributes->value, "a<b>&'\"\n\tc") == 0);
		now = now->next;
	}
	assert(!now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xn_arena *arena = xn_arena_new();
	char *xml = fuzz_text(data, size);
	const struct xn_domain *domain = read_domain(arena, xml);

	if (domain)
		check(arena, domain);
	free(xml);
	xn_arena_free(arena);
	return 0;
}
