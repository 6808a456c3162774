/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <time.h>

#include "transaction.h"

/*
 * A verb that waits is run again and again until it finds something: when another process has
 * committed, which SQLite tells for next to nothing, and now and then for what only the
 * kernel knows. With timeout= it gives up in the end.
 */
enum {
	STEP_MS = 50,
	STEPS_OF_KERNEL = 20,
	MAX_TIMEOUT_S = 999999
};

/* By the clock of xn_now_ms; leading zeros are fine, as with commands that change anything. */
static int find_deadline(
	const struct xenet_request *req, int64_t *ret, struct xenet_error *err)
{
	const char *text = xn_arg(req, "timeout"), *digits = text;
	int64_t seconds;

	*ret = INT64_MAX;
	if (!text)
		return 0;
	while (digits[0] == '0' && digits[1])
		digits++;
	if (!xn_parse_uint(digits, 0, MAX_TIMEOUT_S, &seconds))
		return xn_fail(err, XENET_E_INTEGER_INVALID, "timeout", text,
			"whole seconds, from 0 to 999999");
	*ret = xn_now_ms() + seconds * 1000;
	return 0;
}

static int give_up(const struct xenet_request *req, struct xenet_error *err)
{
	return xn_fail(err, XENET_E_WAIT_TIMED_OUT, xn_arg_or_empty(req, "class"),
		xn_arg_or_empty(req, "timeout"));
}

/* Until somebody has changed the database, or it is time to look at the kernel again, or to give
 * up. */
static int sleep_on(
	struct xenet *xn, int64_t version, int64_t deadline, struct xenet_error *err)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };
	int64_t now = version;
	int r = 0;

	for (int i = 0;
		r == 0 && i < STEPS_OF_KERNEL && now == version && xn_now_ms() < deadline;
		i++) {
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
	int64_t version = 0, deadline;
	bool so = false;
	int r = find_deadline(req, &deadline, err);

	while (r == 0 && !so) {
		/* Before the look, so that what is missed by it is seen. */
		bool is_last = xn_now_ms() >= deadline;

		r = xn_tx_version(xn, &version, err);
		if (r == 0)
			r = is_so(xn, req, &so, err);
		if (r == 0 && !so)
			r = is_last ? give_up(req, err)
				    : sleep_on(xn, version, deadline, err);
	}
	return r < 0 ? r : answer_nothing(reply, err);
}
