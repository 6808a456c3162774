/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XML_H
#define XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <libxml/tree.h>

/*
 * xenet-xml: a libvirt domain from its standard input, as JSON on its standard output. A program
 * of its own, so that no other command loads libxml2, and so that hostile input meets a process
 * with little memory, little time and nothing to open.
 */

enum {
	XML_MAX_SIZE = 1 << 20,
	XML_MAX_DEPTH = 100,
	/* Elements and attributes: to compare very many with a grammar takes libxml2 the square
	 * of the time. */
	XML_MAX_ITEMS = 20000,
	XML_MAX_FAULTS = 20
};

/* Where an element is in the input: its first byte, the one behind its start tag, its end tag,
 * the one behind that. Of <a/> the last three are the same. */
struct span {
	size_t start, open, close, end;
	struct span *next; /* all of them, to be freed */
};

struct fault {
	unsigned line;
	char *text;
};

struct faults {
	struct fault list[XML_MAX_FAULTS];
	size_t n;
};

struct xml {
	const char *bytes; /* the byte behind the last one is NUL */
	size_t size;
	xmlDocPtr doc;
	struct span *spans; /* of the elements: each node's _private is its own */
	unsigned depth, items;
	struct faults faults;  /* why it is not read        */
	struct faults grammar; /* what the grammar refuses  */
};

__attribute__((format(printf, 3, 4))) void xml_fault(
	struct faults *faults, unsigned line, const char *format, ...);

/* ---- parse.c ---- */

/* Fills doc, or faults. */
void xml_parse(struct xml *x);
void xml_free(struct xml *x);
/* For libxml2: data is the struct faults to add to. */
void xml_on_error(void *data, xmlErrorPtr error);

/* ---- validate.c ---- */

/* Compares doc with the grammar. */
void xml_validate(struct xml *x);

/* ---- emit.c ---- */

/* {"faults": [...]}, or {"domain": {...}, "grammar": [...]}. */
void xml_emit(const struct xml *x, FILE *out);

#endif
