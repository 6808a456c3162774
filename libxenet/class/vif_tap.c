/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>

#include "base/parse.h"
#include "base/text.h"
#include "class/vif.h"
#include "class/vm.h"

/*
 * Who may open a VIF's TAP, and through how many queues. Users and groups are numbers: who is
 * called what is known to libraries that a program without libraries cannot ask.
 */

enum {
	OWNER,
	GROUP,
	QUEUES,
	N_SETTINGS
};

static const struct setting {
	const char *key;
	int64_t min, max;
	const char *reason;
} settings[] = {
	[OWNER] = { "tap-owner", 0, UINT32_MAX - 1,
		"it is no user's number, 0 to 4294967294" },
	[GROUP] = { "tap-group", 0, UINT32_MAX - 1,
		"it is no group's number, 0 to 4294967294" },
	[QUEUES] = { "queues", 1, 256, "a TAP has 1 to 256 queues" },
};

static int check(struct xn_model *m, const char *other_config,
	const struct setting *setting, struct xenet_error *err)
{
	const char *name = xn_printf(m->arena, "other-config:%s", setting->key), *value;
	int64_t number;
	int r = name ? xn_map_get(m, other_config, setting->key, &value, err)
		     : xn_no_memory(err);

	if (r < 0 || !value || xn_parse_uint(value, setting->min, setting->max, &number))
		return r;
	return xn_fail(err, XENET_E_VALUE_NOT_SUPPORTED, name, value, setting->reason);
}

int xn_vif_check_tap(
	struct xn_model *m, const char *other_config, struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < N_SETTINGS && r == 0; i++)
		r = xn_go_on(m, check(m, other_config, &settings[i], err), err);
	return r;
}

/* The VIF's word counts before the VM's; -1: neither says anything. */
static int look_up(struct xn_model *m, const struct xn_vif *vif, const struct xn_vm *vm,
	const struct setting *setting, int64_t *ret, struct xenet_error *err)
{
	const char *value;
	int r = xn_map_get(m, vif->other_config, setting->key, &value, err);

	if (r == 0 && !value)
		r = xn_map_get(m, vm->other_config, setting->key, &value, err);
	*ret = -1;
	if (r == 0 && value)
		xn_parse_uint(value, setting->min, setting->max, ret);
	return r;
}

static void add_option(struct xn_text *text, const char *name, int64_t value)
{
	if (value >= 0)
		xn_text_addf(text, "%s%s=%" PRId64, text->length ? "," : "", name, value);
}

int xn_vif_choose_tap(struct xn_model *m, struct xn_vif *vif, struct xenet_error *err)
{
	struct xn_text text = XN_TEXT(m->arena);
	int64_t values[N_SETTINGS];
	struct xn_vm *vm;
	int r = xn_get(m, &xn_vm_class, vif->vm, &vm, err);

	for (size_t i = 0; i < N_SETTINGS && r == 0; i++)
		r = look_up(m, vif, vm, &settings[i], &values[i], err);
	if (r < 0)
		return r;
	add_option(&text, "owner", values[OWNER]);
	add_option(&text, "group", values[GROUP]);
	/* Of its queues a TAP itself knows only whether it may have several. */
	add_option(&text, "multi_queue", values[QUEUES] > 1 ? 1 : -1);
	vif->plugged_queues = values[QUEUES] > 1 ? values[QUEUES] : 1;
	vif->plugged_tap = xn_text_end(&text);
	return vif->plugged_tap ? 0 : xn_no_memory(err);
}
