/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_ERROR_H
#define XN_ERROR_H

#include "xenet.h"

/*
 * The error rule of the whole tree: a function that can fail returns 0 or -code and, as
 * its last parameter, takes the error to fill (NULL: the caller does not care). Whoever
 * finds the fault fills it, by xn_fail, and everyone above passes the return value on
 * untouched. A code that a caller means to handle is named in the function's comment.
 */

/* Fills err from the code's row in xenet_errors.def; the values are copied. */
#define xn_fail(err, code, ...)                                                          \
	xenet_error_fill(                                                                \
		err, code, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

int xn_no_memory(struct xenet_error *err);

/* Hands an error on: err (may be NULL) gets it, from is then none. Returns its -code. */
int xn_error_move(struct xenet_error *err, struct xenet_error *from);

/* Says in the sentence which of several objects the error is about. */
void xn_error_of(struct xenet_error *err, const char *uuid);

#endif
