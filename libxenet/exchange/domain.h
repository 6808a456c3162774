/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_DOMAIN_H
#define XN_DOMAIN_H

#include "base/stop.h"
#include "exchange/faults.h"

/*
 * A libvirt domain: what is read of its XML, with the places that it was read from, so that a
 * new XML differs from the old one there and nowhere else. There is nothing here of any class.
 */

/* Offsets of the XML: of bytes, the last behind what it is about. */
struct xn_attribute {
	const char *name, *value;
	size_t start, end; /* of the value, between its quotes */
	struct xn_attribute *next;
};

struct xn_element {
	const char *name, *text;
	unsigned line;
	/* Its first byte, the one behind its start tag, its end tag, the one behind that; of
	 * <a/> the last three are the same. */
	size_t start, open, close, end;
	struct xn_attribute *attributes;
	struct xn_element *elements; /* in their order */
	struct xn_element *next;     /* beside it      */
};

struct xn_domain {
	const char *xml;
	size_t size;
	const struct xn_element *root;
	const struct xn_element *name, *uuid, *devices; /* NULL: it has none */
	struct xn_element *interfaces;
	struct xn_element
		*secrets; /* graphics and cookies, wherever they are; one may be empty */
	struct xn_faults grammar; /* how it is no domain, in the words of a library */
};

enum {
	XN_DOMAIN_SIZE = 1 << 20 /* of the XML, at most */
};

/* By a program of its own: see exchange/xml/xml.h. *ret = NULL: it is no XML, which the faults
 * say. */
int xn_domain_read(struct xn_arena *arena, const char *xml, size_t size,
	struct xn_stop *stop, struct xn_domain **ret, struct xn_faults *faults,
	struct xenet_error *err);

/* The same, of what the program has answered. */
int xn_domain_take(struct xn_arena *arena, const char *xml, size_t size,
	const char *answer, size_t length, struct xn_domain **ret,
	struct xn_faults *faults, struct xenet_error *err);

/* The first one below it, by its path such as "virtualport/parameters"; NULL: there is none. */
const struct xn_element *xn_element_find(const struct xn_element *e, const char *path);
const struct xn_attribute *xn_attribute_find(
	const struct xn_element *e, const char *name);
/* The value of the attribute behind the last slash of "mac/address"; NULL: it is not there. */
const struct xn_attribute *xn_element_attribute(
	const struct xn_element *e, const char *path);

/* ---- reader.c ---- */

/* What the program xenet-xml makes of the XML: JSON; *size is its length. */
int xn_xml_to_json(struct xn_arena *arena, const char *xml, size_t xml_size,
	struct xn_stop *stop, const char **ret, size_t *size, struct xenet_error *err);

/* ---- edits.c ---- */

struct xn_edit {
	size_t start, end;
	const char *text;
	struct xn_edit *next;
};

/* What is to be put in the place of what. Of two that overlap the first one counts. */
struct xn_edits {
	struct xn_arena *arena;
	struct xn_edit *first; /* by their places */
	bool no_memory;
};

/* Those at one place are put there in the order in which they came. */
void xn_edit_add(struct xn_edits *edits, size_t start, size_t end, const char *text);
/* The whole text, edited; NULL: no memory, at any time before. */
const char *xn_edits_apply(const struct xn_edits *edits, const char *text, size_t size);
/* As it stands between quotes or tags; NULL: no memory. */
const char *xn_xml_escape(struct xn_arena *arena, const char *text);

#endif
