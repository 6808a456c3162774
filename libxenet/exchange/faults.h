/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_FAULTS_H
#define XN_FAULTS_H

#include "base/arena.h"
#include "base/error.h"

/* What is wrong with a document: all of it, each with its place. */
struct xn_fault {
	unsigned line; /* 0: no line of it, but the whole */
	const char *text;
	struct xn_fault *next;
};

struct xn_faults {
	struct xn_arena *arena;
	struct xn_fault *last; /* newest first */
	size_t n;
};

/* Notes what is wrong at a place ("network[2].MTU"; "" for none); -1: no memory. */
int xn_fault_add(struct xn_faults *faults, unsigned line, const char *place,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same in the words of an error, with its code and values. */
int xn_fault_add_error(struct xn_faults *faults, unsigned line, const char *place,
	const struct xenet_error *error);
/* DOCUMENT_INVALID with all of them by line, or 0 when there are none. */
int xn_faults_tell(
	const struct xn_faults *faults, const char *document, struct xenet_error *err);

#endif
