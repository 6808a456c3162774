/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_ENTRIES_H
#define XN_ENTRIES_H

#include "exchange/document.h"

/* Who has which key: tables of XN_DOCUMENT_BUCKETS. */
struct xn_entry {
	const struct xenet_class *class;
	const struct xn_key *key; /* NULL: the uuid itself */
	const char *text;
	const char *uuid;
	struct xn_item *item; /* of the document */
	struct xn_entry *chain;
};

int xn_entry_add(struct xn_document *doc, struct xn_entry **table, struct xn_entry entry,
	struct xenet_error *err);
/* Those of that key, one after the other; NULL: there is none, or no other. */
struct xn_entry *xn_entry_first(struct xn_entry *const *table,
	const struct xenet_class *class, const struct xn_key *key, const char *text);
struct xn_entry *xn_entry_next(const struct xn_entry *e);
/* The keys of a class: behind NULL the first; NULL behind the last. */
const struct xn_key *xn_key_next(
	const struct xenet_class *class, const struct xn_key *key);

#endif
