/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <time.h>

#include "transaction.h"

/*
 * A verb that waits is run again and again until it finds something: when another process has
 * committed, which SQLite tells for next to nothing, and now and then for what only the
 * kernel knows.
 */
enum {
	STEP_MS = 50,
	STEPS_OF_KERNEL = 20
};

/* Until somebody has changed the database, or it is time to look at the kernel again. */
static int sleep_on(struct xenet *xn, int64_t version, struct xenet_error *err)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };
	int64_t now = version;
	int r = 0;

	for (int i = 0; r == 0 && i < STEPS_OF_KERNEL && now == version; i++) {
		nanosleep(&step, NULL);
		r = xn_stop_check(&xn->stop, err);
		if (r == 0)
			r = xn_tx_version(xn, &now, err);
	}
	return r;
}

static int is_so(struct xenet *xn, const struct xenet_request *req, bool *ret,
	struct xenet_error *err)
{
	struct xenet_reply *found = xn_reply_new();
	int r = found ? xn_tx_read(xn, req, found, err) : xn_no_memory(err);

	*ret = r == 0 && xenet_reply_rows(found) > 0;
	xenet_reply_free(found);
	return r;
}

/* Nothing is told but that it is so. */
static int answer_nothing(struct xenet_reply *reply, struct xenet_error *err)
{
	if (!reply->as_json)
		return 0;
	reply->json = strdup("{}");
	return reply->json ? 0 : xn_no_memory(err);
}

int xn_tx_wait(struct xenet *xn, const struct xenet_request *req,
	struct xenet_reply *reply, struct xenet_error *err)
{
	int64_t version = 0;
	bool so = false;
	int r = 0;

	while (r == 0 && !so) {
		/* Before the look, so that what is missed by it is seen. */
		r = xn_tx_version(xn, &version, err);
		if (r == 0)
			r = is_so(xn, req, &so, err);
		if (r == 0 && !so)
			r = sleep_on(xn, version, err);
	}
	return r < 0 ? r : answer_nothing(reply, err);
}
