/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_ATTR_H
#define XN_ATTR_H

#include "host/netstate.h"

/* One row an attribute of a link: comparing, copying, writing and reading walk them. */
enum xn_attr_type {
	XN_ATTR_TEXT, /* const char *, "" and NULL alike */
	XN_ATTR_INT,  /* int64_t                         */
	XN_ATTR_BOOL, /* bool: yes or no                 */
};

struct xn_attr {
	const char *name;
	unsigned bit;
	enum xn_attr_type type;
	size_t offset;
};

extern const struct xn_attr xn_attrs[]; /* ends with a NULL name */

#endif
