/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum {
	PORT = 9,
	SEQUENCE = 5
};

struct nl_msg *message;

void begin(int type, const void *body, size_t size)
{
	nlmsg_free(message);
	message = nlmsg_alloc();
	ck_assert_ptr_nonnull(message);
	nlmsg_put(message, PORT, SEQUENCE, type, 0, 0);
	memcpy(nlmsg_reserve(message, size, NLMSG_ALIGNTO), body, size);
}

int take_first(rtnl_handler handler, void *context, size_t length)
{
	struct rtnl_answer answer = {
		.port = PORT, .sequence = SEQUENCE, .handler = handler, .context = context
	};
	void *bytes = malloc(length);
	int r;

	memcpy(bytes, nlmsg_hdr(message), length);
	r = rtnl_take(&answer, bytes, length);
	free(bytes);
	return r;
}

int take(rtnl_handler handler, void *context)
{
	return take_first(handler, context, nlmsg_hdr(message)->nlmsg_len);
}

void bytes_forget(void)
{
	nlmsg_free(message);
	message = NULL;
}
