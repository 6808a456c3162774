/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/boot.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "class/host.h"
#include "class/network.h"
#include "class/pif.h"
#include "class/vm.h"

/*
 * Run state (which VMs run, what NICs were like before xenet had them, the machine's name)
 * means something in the boot and the namespace of which it tells, and nowhere else.
 */

const char *xn_host_name(struct xn_model *m)
{
	char name[HOST_NAME_MAX + 1] = "";

	gethostname(name, sizeof(name) - 1);
	return xn_strdup(m->arena, name);
}

/* "BOOT NAMESPACE" twice, of the same boot. */
static bool is_same_boot(const char *a, const char *b)
{
	size_t length = strcspn(a, " ");

	return strcspn(b, " ") == length && strncmp(a, b, length) == 0;
}

static int check_idle(struct xn_model *m, struct xenet_error *err)
{
	const char *user;
	int r = xn_sql_text(m, &user, err,
		"SELECT 1 FROM pif WHERE used UNION ALL SELECT 1 FROM vm WHERE dom_id <> "
		"-1"
		" UNION ALL SELECT 1 FROM network WHERE attached LIMIT 1",
		XN_PARAMS(NULL));

	return r == 0 && user ? xn_fail(err, XENET_E_OTHER_NAMESPACE) : r;
}

static int halt_vms(struct xn_model *m, struct xenet_error *err)
{
	const char **uuids;
	int r = xn_sql_texts(m, &uuids, err,
		"SELECT uuid FROM vm WHERE dom_id <> -1 ORDER BY uuid", XN_PARAMS(NULL));

	for (; r == 0 && *uuids; uuids++) {
		struct xn_vm *vm;

		r = xn_get_sound(m, &xn_vm_class, *uuids, &vm, err);
		if (r == 0 && vm)
			r = xn_vm_end(m, vm, err);
	}
	return r;
}

/* What cannot be read ran no longer, either, nor did the VIFs of a VM of which that is true. */
static int halt_damaged(struct xn_model *m, const char *uuid, struct xenet_error *err)
{
	static const char *const changes[] = {
		"UPDATE vm SET power_state = 'halted', dom_id = -1, resident_on = NULL"
		" WHERE uuid = ?1 AND dom_id <> -1",
		"UPDATE vif SET plugged = 0, plugged_name = '', plugged_netback = ''"
		" WHERE plugged AND (uuid = ?1 OR vm_uuid = ?1)",
	};
	const char *ignored;
	int r = 0;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]) && r == 0; i++)
		r = xn_sql_text(m, &ignored, err, changes[i], XN_PARAMS(uuid));
	return r;
}

static int halt_all_damaged(struct xn_model *m, struct xenet_error *err)
{
	int r = 0;

	for (const struct xn_held *d = m->damaged; d && r == 0; d = d->next)
		r = halt_damaged(m, d->uuid, err);
	return r;
}

/* The records are put right, the host is left as it is. A network that was attached for its own
 * sake is not detached by a guest's end that nobody has asked for. */
static void leave_host(struct xn_model *m)
{
	for (struct xn_object *o = m->objects; o; o = o->next) {
		o->touched = false;
		if (o->class == &xn_network_class && o->origin)
			((struct xn_network *)o)->attached =
				((const struct xn_network *)o->origin)->attached;
	}
}

static int discard(struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_host *host;
	int r = xn_pif_follow(m, reply, err);

	if (r == 0)
		r = xn_get(m, &xn_host_class, m->host_uuid, &host, err);
	if (r == 0)
		r = halt_vms(m, err);
	if (r == 0)
		r = halt_all_damaged(m, err);
	if (r == 0)
		r = xn_pif_look_again(m, true, err);
	if (r < 0)
		return r;
	host->boot = m->boot;
	m->is_new_boot = true;
	host->hostname = xn_host_name(m);
	leave_host(m);
	return host->hostname ? 0 : xn_no_memory(err);
}

static int read_boot(struct xn_model *m, const char **ret, struct xenet_error *err)
{
	return xn_sql_text(m, ret, err, "SELECT boot FROM host LIMIT 1", XN_PARAMS(NULL));
}

int xn_boot_compare(struct xn_model *m, bool *ret_other, struct xenet_error *err)
{
	const char *boot;
	int r = read_boot(m, &boot, err);

	*ret_other = r == 0 && (!boot || strcmp(boot, m->boot) != 0);
	return r;
}

int xn_boot_place(struct xn_model *m, enum xn_place *ret, struct xenet_error *err)
{
	const char *boot;
	int r = read_boot(m, &boot, err);

	*ret = XN_PLACE_HERE;
	if (r == 0 && boot && m->boot && strcmp(boot, m->boot) != 0)
		*ret = is_same_boot(boot, m->boot) ? XN_PLACE_NAMESPACE : XN_PLACE_BOOT;
	return r;
}

int xn_boot_settle(struct xn_model *m, bool moves, struct xenet_reply *reply,
	struct xenet_error *err)
{
	const char *boot;
	int r = read_boot(m, &boot, err);

	if (r < 0 || !boot || strcmp(boot, m->boot) == 0)
		return r;
	if (!moves && is_same_boot(boot, m->boot))
		r = check_idle(m, err);
	if (r == 0)
		r = discard(m, reply, err);
	if (r == 0)
		r = xn_model_save(m, err);
	return r < 0 ? r : xn_model_next(m, err);
}
