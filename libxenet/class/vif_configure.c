/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/socket.h>

#include "base/address.h"
#include "base/parse.h"
#include "class/vif.h"
#include "class/vm.h"

/*
 * The addresses of a guest, which an agent in it would have to set. No guest tells xenet that
 * it has one, so what is asked is checked and then refused, as xe refuses it for such guests.
 */

static const struct family {
	const char *verb;
	int family;
	const char *mode;
	size_t allowed; /* the set, in struct xn_vif */
} families[] = {
	{ "configure-ipv4", AF_INET, "ipv4-configuration-mode",
		offsetof(struct xn_vif, ipv4_allowed) },
	{ "configure-ipv6", AF_INET6, "ipv6-configuration-mode",
		offsetof(struct xn_vif, ipv6_allowed) },
};

/* What a locked VIF lets through, an address or a prefix. */
static bool allows(const char *member, const struct xn_address *address)
{
	struct xn_address allowed;

	return xn_address_read(member, address->family, &allowed) &&
	       xn_address_contains(&allowed, address);
}

static int check_lock(struct xn_model *m, const struct xn_vif *vif,
	const struct family *family, const char *text, struct xenet_error *err)
{
	const char *set = *(const char *const *)((const char *)vif + family->allowed);
	struct xn_address address;
	const char **members;
	int r;

	if (strcmp(vif->locking_mode, "locked") != 0)
		return 0;
	r = xn_set_members(m, set, &members, err);
	if (r < 0)
		return r;
	xn_address_read(text, family->family, &address);
	for (size_t i = 0; members[i]; i++)
		if (allows(members[i], &address))
			return 0;
	return xn_fail(err, XENET_E_ADDRESS_VIOLATES_LOCKING_CONSTRAINT, text);
}

static int check_static(struct xn_model *m, const struct xenet_request *req,
	const struct xn_vif *vif, const struct family *family, struct xenet_error *err)
{
	const char *address = xn_arg(req, "address");
	const char *gateway = xn_arg_or_empty(req, "gateway");
	int r;

	if (!address)
		return xn_fail(err, XENET_E_PARAMETER_NEEDED, "address");
	if (!xn_is_address(address, family->family, XN_PREFIX_REQUIRED))
		return xn_fail(
			err, XENET_E_INVALID_CIDR_ADDRESS_SPECIFIED, "address", address);
	r = check_lock(m, vif, family, address, err);
	if (r == 0 && gateway[0] &&
		!xn_is_address(gateway, family->family, XN_PREFIX_REFUSED))
		return xn_fail(err, XENET_E_INVALID_IP_ADDRESS_SPECIFIED, "gateway",
			gateway, "it is no address of the family, without /LENGTH");
	return r;
}

int xn_vif_configure(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct family *family = families;
	struct xn_vif *vif = (struct xn_vif *)object;
	const struct xenet_field *mode;
	struct xn_vm *vm;
	int r;

	(void)reply;
	while (strcmp(family->verb, req->verb->name) != 0)
		family++;
	mode = xn_field(&xn_vif_class, family->mode);
	r = xn_value_set(m, object, mode, xn_arg(req, "mode"), err);
	if (r == 0 && strcmp(xn_value_get(m, object, mode), "Static") == 0)
		r = check_static(m, req, vif, family, err);
	if (r == 0)
		r = xn_get(m, &xn_vm_class, vif->vm, &vm, err);
	return r < 0 ? r : xn_fail(err, XENET_E_VM_LACKS_FEATURE, xn_show(m, &vm->o));
}
