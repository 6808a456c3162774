/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UNIT_BYTES_H
#define UNIT_BYTES_H

#include "host/linux/rtnl.h"

/*
 * A message of the kernel's, put together and read. It lies at the very end of its memory, so
 * that a sanitizer sees whoever looks at anything behind it.
 */
extern struct nl_msg *message;

enum {
	IFINDEX = 7
};

void begin(int type, const void *body, size_t size);
int take(rtnl_handler handler, void *context);
/* As a datagram of no more than so many bytes. */
int take_first(rtnl_handler handler, void *context, size_t length);
void bytes_forget(void);

#endif
