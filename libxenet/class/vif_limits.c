/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/parse.h"
#include "class/vif.h"

/* How much a guest may receive: other-config:qos-rx-kbps, kilobytes (1,024 bytes) a second. */

#define KEY "qos-rx-kbps"

enum {
	MAX_RATE = 1000 * 1000 * 1000
};

static int limit_of(struct xn_model *m, const struct xn_vif *vif, const char **ret,
	struct xenet_error *err)
{
	*ret = NULL;
	/* Most have none, and need no SQL to know. */
	return strstr(vif->other_config, KEY)
		       ? xn_map_get(m, vif->other_config, KEY, ret, err)
		       : 0;
}

int xn_vif_rate(struct xn_model *m, const struct xn_vif *vif, int64_t *ret,
	struct xenet_error *err)
{
	const char *text;
	int r = limit_of(m, vif, &text, err);

	*ret = 0;
	if (r == 0 && text && !xn_parse_uint(text, 1, MAX_RATE, ret))
		*ret = 0;
	return r;
}

static bool differ(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) != 0 : a != b;
}

int xn_vif_check_limits(struct xn_model *m, struct xn_vif *vif, struct xenet_error *err)
{
	const struct xn_vif *past = (const struct xn_vif *)vif->o.past;
	const char *before = NULL, *text;
	int64_t rate;
	int r = limit_of(m, vif, &text, err);

	if (r == 0 && past)
		r = limit_of(m, past, &before, err);
	if (r < 0 || !differ(before, text))
		return r;
	if (text && !xn_parse_uint(text, 1, MAX_RATE, &rate))
		return xn_fail(err, XENET_E_INVALID_VALUE, "other-config:" KEY, text);
	if (vif->plugged)
		xn_touch(vif);
	return 0;
}
