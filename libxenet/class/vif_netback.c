/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "class/host.h"
#include "class/network.h"
#include "class/vif.h"
#include "class/vm.h"
#include "model/reply.h"

/*
 * Guests of Xen's own toolstack: it gives them their domains, and netback makes the devices of
 * their VIFs, whose hotplug script (cli/xen/vif-xenet) comes here. A VM is in a domain of Xen's as
 * long as one of its VIFs has such a device.
 */

/* Whose device it is, in Xen's numbers. */
struct netback {
	int64_t domain, device;
	const char *place; /* vif-7-0: what tells it from all others */
	const char *name;  /* vif7.0, unless it has been renamed     */
};

static int read_number(const struct xenet_request *req, const char *key, int64_t max,
	int64_t *ret, struct xenet_error *err)
{
	const char *value = xn_arg(req, key);

	if (xn_parse_uint(value, 0, max, ret))
		return 0;
	return xn_fail(err, XENET_E_VALUE_NOT_SUPPORTED, key, value,
		"it is no number that Xen gives");
}

static int read_netback(struct xn_model *m, const struct xenet_request *req,
	struct netback *ret, struct xenet_error *err)
{
	int r = read_number(req, "dom-id", XN_DOMAINS, &ret->domain, err);

	if (r == 0)
		r = read_number(req, "device", XN_VIF_DEVICE_MAX, &ret->device, err);
	if (r < 0)
		return r;
	ret->place = xn_printf(
		m->arena, "vif-%" PRId64 "-%" PRId64, ret->domain, ret->device);
	ret->name = xn_arg(req, "device-name");
	if (!ret->name)
		ret->name = xn_printf(
			m->arena, "vif%" PRId64 ".%" PRId64, ret->domain, ret->device);
	return ret->place && ret->name ? 0 : xn_no_memory(err);
}

/* ---- Guests that are not on file ---- */

static int is_auto_register(struct xn_model *m, bool *ret, struct xenet_error *err)
{
	struct xn_host *host;
	const char *value = NULL;
	int r = xn_get(m, &xn_host_class, m->host_uuid, &host, err);

	if (r == 0)
		r = xn_map_get(m, host->other_config, "auto-register", &value, err);
	*ret = r == 0 && value && strcmp(value, "true") == 0;
	return r;
}

/* By the name of its bridge, which is what a guest's configuration has, or by its own. */
static int find_network(struct xn_model *m, const char *bridge, struct xn_network **ret,
	struct xenet_error *err)
{
	int r = xn_find(m, &xn_network_class, "bridge", bridge, ret, err);

	if (r == 0 && !*ret)
		r = xn_find(m, &xn_network_class, "name-label", bridge, ret, err);
	return r == 0 && !*ret ? xn_fail(err, XENET_E_NO_NETWORK_OF_BRIDGE, bridge) : r;
}

static int find_by_domain(struct xn_model *m, const struct netback *netback,
	struct xn_vm **ret, struct xenet_error *err)
{
	char *domain = xn_printf(m->arena, "%" PRId64, netback->domain);

	return domain ? xn_find(m, &xn_vm_class, "dom-id", domain, ret, err)
		      : xn_no_memory(err);
}

static int find_by_name(
	struct xn_model *m, const char *name, struct xn_vm **ret, struct xenet_error *err)
{
	struct xn_object **vms;
	int r = xn_find_all(m, &xn_vm_class, "name-label", name, &vms, err);

	*ret = NULL;
	for (; r == 0 && *vms && !*ret; vms++)
		if (!((struct xn_vm *)*vms)->is_a_template)
			*ret = (struct xn_vm *)*vms;
	return r;
}

/* The one that is in that domain already, for another VIF, or that is called so, or a new one. */
static int register_vm(struct xn_model *m, const struct netback *netback,
	const char *name, struct xn_vm **ret, struct xenet_error *err)
{
	int r = find_by_domain(m, netback, ret, err);

	if (r == 0 && !*ret)
		r = find_by_name(m, name, ret, err);
	if (r < 0 || *ret)
		return r;
	r = xn_vm_make(m, ret, err);
	if (r < 0)
		return r;
	(*ret)->name_label = name;
	(*ret)->name_description = "";
	return xn_map_set(m, &(*ret)->other_config, "auto-registered", "true", err);
}

static bool has_device(struct xn_object *const *vifs, int64_t device)
{
	while (*vifs && ((struct xn_vif *)*vifs)->device != device)
		vifs++;
	return *vifs;
}

/* That of the domain, unless another VIF on file has it. */
static int64_t free_device(struct xn_object *const *vifs, int64_t device)
{
	for (int i = 0; i <= XN_VIF_DEVICE_MAX && has_device(vifs, device); i++)
		device = (device + 1) % (XN_VIF_DEVICE_MAX + 1);
	return device;
}

/* Where its configuration names no address, a guest has a new one each time. */
static int find_registered(struct xn_model *m, struct xn_object **vifs, int64_t device,
	struct xn_vif **ret, struct xenet_error *err)
{
	const char *mine;
	int r = 0;

	*ret = NULL;
	for (; r == 0 && *vifs && !*ret; vifs++) {
		struct xn_vif *vif = (struct xn_vif *)*vifs;

		if (vif->device != device || vif->plugged)
			continue;
		r = xn_map_get(m, vif->other_config, "auto-registered", &mine, err);
		if (r == 0 && mine)
			*ret = vif;
	}
	return r;
}

static int make_vif(struct xn_model *m, const struct xn_vm *vm, int64_t device,
	struct xn_vif **ret, struct xenet_error *err)
{
	struct xn_object **vifs;
	int r = xn_vm_find_vifs(m, vm, &vifs, err);

	if (r == 0)
		r = find_registered(m, vifs, device, ret, err);
	if (r < 0 || *ret)
		return r;
	r = xn_new(m, &xn_vif_class, ret, err);
	if (r < 0)
		return r;
	(*ret)->vm = vm->o.uuid;
	(*ret)->device = free_device(vifs, device);
	return xn_map_set(m, &(*ret)->other_config, "auto-registered", "true", err);
}

static int register_vif(struct xn_model *m, const struct xenet_request *req,
	const struct netback *netback, const char *mac, struct xn_vif **ret,
	struct xenet_error *err)
{
	struct xn_network *network;
	struct xn_vm *vm;
	int r = find_network(m, xn_arg_or_empty(req, "bridge"), &network, err);

	if (r == 0)
		r = register_vm(
			m, netback, xn_arg_or_empty(req, "vm-name-label"), &vm, err);
	if (r == 0)
		r = make_vif(m, vm, netback->device, ret, err);
	if (r < 0)
		return r;
	(*ret)->address = mac;
	(*ret)->network = network->o.uuid;
	(*ret)->mtu = network->mtu;
	xn_touch(*ret);
	return 0;
}

static int find_vif(struct xn_model *m, const struct xenet_request *req,
	const struct netback *netback, struct xn_vif **ret, struct xenet_error *err)
{
	const char *mac = xn_arg(req, "mac");
	char address[XN_MAC_SIZE];
	bool registers;
	int r;

	if (!xn_parse_mac(mac, address))
		return xn_fail(err, XENET_E_MAC_INVALID, mac);
	mac = xn_strdup(m->arena, address);
	r = mac ? xn_find(m, &xn_vif_class, "MAC", mac, ret, err) : xn_no_memory(err);
	if (r < 0 || *ret)
		return r;
	r = is_auto_register(m, &registers, err);
	if (r < 0)
		return r;
	return registers ? register_vif(m, req, netback, mac, ret, err)
			 : xn_fail(err, XENET_E_NO_VIF_OF_MAC, mac);
}

/* ---- Taking and giving back ---- */

/* A device that xenet made itself is another guest's. */
static int check_free(struct xn_model *m, const struct xn_vm *vm, struct xenet_error *err)
{
	struct xn_object **vifs;
	int r = xn_vm_find_vifs(m, vm, &vifs, err);

	for (; r == 0 && *vifs; vifs++) {
		const struct xn_vif *vif = (const struct xn_vif *)*vifs;

		if (vif->plugged && !vif->plugged_netback[0])
			return xn_vm_check_state(m, vm, "halted", err);
	}
	return r;
}

static int check_domain(struct xn_model *m, const struct xn_vm *vm,
	const struct netback *netback, struct xenet_error *err)
{
	struct xn_vm *other;
	int r = find_by_domain(m, netback, &other, err);

	return r == 0 && other && other != vm
		       ? xn_fail(err, XENET_E_DOMAIN_IN_USE,
				 xn_printf(m->arena, "%" PRId64, netback->domain),
				 xn_show(m, &other->o))
		       : r;
}

int xn_vif_adopt(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	struct netback netback;
	struct xn_vif *vif;
	struct xn_vm *vm;
	int r = read_netback(m, req, &netback, err);

	(void)none;
	if (r == 0)
		r = find_vif(m, req, &netback, &vif, err);
	if (r == 0)
		r = xn_get(m, &xn_vm_class, vif->vm, &vm, err);
	if (r == 0)
		r = check_free(m, vm, err);
	if (r == 0)
		r = check_domain(m, vm, &netback, err);
	if (r == 0)
		r = xn_vm_enter_domain(m, vm, netback.domain, err);
	if (r < 0)
		return r;
	vif->plugged_netback = netback.place;
	vif->plugged_name = netback.name;
	vif->plugged_tap = "";
	vif->plugged_queues = 1;
	r = xn_vif_attach(m, vif, err);
	return r < 0 ? r : xn_reply_add_value(reply, vif->o.uuid, err);
}

/* The VM's last one: its domain is over, or has no network. */
static int end_if_last(
	struct xn_model *m, const struct xn_vif *vif, struct xenet_error *err)
{
	struct xn_object **vifs;
	struct xn_vm *vm;
	int r = xn_get(m, &xn_vm_class, vif->vm, &vm, err);

	if (r == 0)
		r = xn_vm_find_vifs(m, vm, &vifs, err);
	for (; r == 0 && *vifs; vifs++)
		if (((struct xn_vif *)*vifs)->plugged)
			return 0;
	return r < 0 ? r : xn_vm_end(m, vm, err);
}

/* NULL: netback's device there is none that a VIF has. */
static int find_plugged(struct xn_model *m, const struct netback *netback,
	struct xn_vif **ret, struct xenet_error *err)
{
	const char *uuid;
	int r = xn_sql_text(m, &uuid, err,
		"SELECT uuid FROM vif WHERE plugged_netback = ?1 AND plugged_netback <> "
		"''",
		XN_PARAMS(netback->place));

	*ret = NULL;
	return r < 0 || !uuid ? r : xn_get(m, &xn_vif_class, uuid, ret, err);
}

/* Hotplug scripts come once more than needed: what is not taken is no error. */
int xn_vif_release(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	struct netback netback;
	struct xn_vif *vif;
	int r = read_netback(m, req, &netback, err);

	(void)none;
	(void)reply;
	if (r == 0)
		r = find_plugged(m, &netback, &vif, err);
	if (r == 0 && vif)
		r = xn_vif_detach(m, vif, err);
	return r == 0 && vif ? end_if_last(m, vif, err) : r;
}
