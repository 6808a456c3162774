/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/socket.h>

#include "base/parse.h"
#include "base/text.h"
#include "class/network.h"
#include "class/vif.h"
#include "host/netstate.h"

/* What a guest may send: locking-mode, and the addresses of a locked VIF. */

static const char *mode_of(const struct xn_vif *vif, const struct xn_network *network)
{
	bool is_default = strcmp(vif->locking_mode, "network_default") == 0;

	return is_default ? network->default_locking_mode : vif->locking_mode;
}

/* Addresses, with or without a prefix length, of one family. */
static int check_allowed(
	struct xn_model *m, const char *set, int family, struct xenet_error *err)
{
	const char **members;
	int r = xn_set_members(m, set, &members, err);

	for (size_t i = 0; r == 0 && members[i]; i++)
		if (!xn_is_address(members[i], family, XN_PREFIX_ALLOWED))
			r = xn_go_on(m,
				xn_fail(err, XENET_E_INVALID_IP_ADDRESS_SPECIFIED,
					family == AF_INET ? "ipv4_allowed"
							  : "ipv6_allowed",
					members[i],
					"it is no address of the family, with or without "
					"/LENGTH"),
				err);
	return r;
}

int xn_vif_check_locking(struct xn_model *m, struct xn_vif *vif, struct xenet_error *err)
{
	bool mode = xn_changed(vif, "locking-mode");
	bool ipv4 = xn_changed(vif, "ipv4-allowed"),
	     ipv6 = xn_changed(vif, "ipv6-allowed");
	bool is_locked = strcmp(vif->locking_mode, "locked") == 0;
	int r = ipv4 ? check_allowed(m, vif->ipv4_allowed, AF_INET, err) : 0;

	if (r == 0 && ipv6)
		r = check_allowed(m, vif->ipv6_allowed, AF_INET6, err);
	/* Takes effect at once; what is allowed matters only to one that is locked. */
	if (r == 0 && vif->plugged && (mode || (is_locked && (ipv4 || ipv6))))
		xn_touch(vif);
	return r;
}

static int add_allowed(struct xn_model *m, struct xn_text *text, const char *set,
	struct xenet_error *err)
{
	const char **members;
	int r = xn_set_members(m, set, &members, err);

	for (size_t i = 0; r == 0 && members[i]; i++)
		xn_text_addf(text, ",ip=%s", members[i]);
	return r;
}

static int add_rules(struct xn_model *m, const struct xn_vif *vif, struct xn_link *link,
	struct xenet_error *err)
{
	struct xn_text text = XN_TEXT(m->arena);
	int r;

	xn_text_addf(&text, "mac=%s", vif->address);
	r = add_allowed(m, &text, vif->ipv4_allowed, err);
	if (r == 0)
		r = add_allowed(m, &text, vif->ipv6_allowed, err);
	link->mask |= XN_RULES;
	link->rules = xn_text_end(&text);
	return r == 0 && !link->rules ? xn_no_memory(err) : r;
}

int xn_vif_lock(struct xn_model *m, const struct xn_vif *vif,
	const struct xn_network *network, struct xn_link *link, struct xenet_error *err)
{
	const char *mode = mode_of(vif, network);

	/* It has its device, for the hypervisor, but no network; nor does the host itself
	 * listen to what the guest sends. */
	if (strcmp(mode, "disabled") == 0) {
		link->master = "";
		link->up = false;
	}
	return strcmp(mode, "locked") == 0 ? add_rules(m, vif, link, err) : 0;
}
