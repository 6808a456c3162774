/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/parse.h"
#include "class/look.h"
#include "class/vif.h"
#include "class/vm.h"
#include "host/netstate.h"

/*
 * How much a guest may receive (other-config:qos-rx-kbps) and send (qos_algorithm_type=ratelimit
 * with qos_algorithm_params:kbps), in kilobytes of 1,024 bytes a second, as XenServer counts.
 * What it receives the host sends through its TAP; what it sends goes through an ifb first.
 */

enum way {
	RECEIVED,
	SENT,
	WAYS
};

enum {
	MAX_RATE = 1000 * 1000 * 1000
};

#define ALGORITHM "ratelimit"

static const struct {
	const char *key, *name;
	size_t map;
} limits[] = {
	[RECEIVED] = { "qos-rx-kbps", "other-config:qos-rx-kbps",
		offsetof(struct xn_vif, other_config) },
	[SENT] = { "kbps", "qos_algorithm_params:kbps",
		offsetof(struct xn_vif, qos_params) },
};

/* As it is written; NULL: it is not. */
static int look_up(struct xn_model *m, const struct xn_vif *vif, enum way way,
	const char **ret, struct xenet_error *err)
{
	const char *map = *(const char *const *)((const char *)vif + limits[way].map);

	*ret = NULL;
	/* Most have none, and need no SQL to know. */
	return strstr(map, limits[way].key)
		       ? xn_map_get(m, map, limits[way].key, ret, err)
		       : 0;
}

/* Kilobytes a second; 0: no limit. */
static int rate_of(struct xn_model *m, const struct xn_vif *vif, enum way way,
	int64_t *ret, struct xenet_error *err)
{
	const char *text = NULL;
	bool is_used = way != SENT || strcmp(vif->qos_type, ALGORITHM) == 0;
	int r = is_used ? look_up(m, vif, way, &text, err) : 0;

	*ret = 0;
	if (r == 0 && text && !xn_parse_uint(text, 1, MAX_RATE, ret))
		*ret = 0;
	return r;
}

/* By the numbers of domain and device, which no two plugged VIFs have in common. */
static const char *detour_name(
	struct xn_model *m, const struct xn_vm *vm, const struct xn_vif *vif)
{
	return xn_printf(m->arena, "ifb%d.%d", (int)vm->dom_id, (int)vif->device);
}

static int desire_detour(struct xn_model *m, const struct xn_vm *vm,
	const struct xn_vif *vif, int64_t rate, struct xn_link *tap,
	struct xn_netstate *want, struct xenet_error *err)
{
	const char *name = detour_name(m, vm, vif);
	struct xn_link *link = name ? xn_link_add(want, name) : NULL;

	if (!link)
		return xn_no_memory(err);
	link->mask = XN_KIND | XN_MARK | XN_MTU | XN_RATE | XN_UP;
	link->kind = "ifb";
	link->mark = tap->mark;
	link->mtu = tap->mtu;
	link->rate = rate;
	link->up = true;
	xn_link_hide(link);
	tap->mask |= XN_INGRESS;
	tap->ingress = link->name;
	return 0;
}

int xn_vif_desire_limits(struct xn_model *m, const struct xn_vm *vm,
	const struct xn_vif *vif, struct xn_link *tap, struct xn_netstate *want,
	struct xenet_error *err)
{
	int64_t rate;
	int r = rate_of(m, vif, RECEIVED, &tap->rate, err);

	if (tap->rate)
		tap->mask |= XN_RATE;
	if (r == 0)
		r = rate_of(m, vif, SENT, &rate, err);
	return r == 0 && rate ? desire_detour(m, vm, vif, rate, tap, want, err) : r;
}

static bool differ(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) != 0 : a != b;
}

static int check_limit(
	struct xn_model *m, struct xn_vif *vif, enum way way, struct xenet_error *err)
{
	const struct xn_vif *past = (const struct xn_vif *)vif->o.past;
	const char *before = NULL, *text;
	int64_t rate;
	int r = look_up(m, vif, way, &text, err);

	if (r == 0 && past)
		r = look_up(m, past, way, &before, err);
	if (r < 0 || !differ(before, text))
		return r;
	if (text && !xn_parse_uint(text, 1, MAX_RATE, &rate))
		return xn_fail(err, XENET_E_VALUE_NOT_SUPPORTED, limits[way].name, text,
			"it is kilobytes a second, from 1 to 1000000000");
	if (vif->plugged)
		xn_touch(vif);
	return 0;
}

static int check_algorithm(struct xn_vif *vif, struct xenet_error *err)
{
	if (vif->qos_type[0] && strcmp(vif->qos_type, ALGORITHM) != 0)
		return xn_fail(err, XENET_E_VALUE_NOT_SUPPORTED, "qos_algorithm_type",
			vif->qos_type, "it is " ALGORITHM ", or empty");
	if (vif->plugged)
		xn_touch(vif);
	return 0;
}

int xn_vif_check_limits(struct xn_model *m, struct xn_vif *vif, struct xenet_error *err)
{
	int r = xn_changed(vif, "qos_algorithm_type")
			? xn_go_on(m, check_algorithm(vif, err), err)
			: 0;

	for (enum way way = 0; way < WAYS && r == 0; way++)
		r = xn_go_on(m, check_limit(m, vif, way, err), err);
	return r;
}
