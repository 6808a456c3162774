/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/libvirt.h"

/*
 * vm-start-libvirt and vm-shutdown-libvirt: what libvirt's hook does when a domain comes and
 * goes. Domains that no VM stands for are nobody's business here.
 */

/* What was read, for this model: the verb may be tried on another one before. */
static struct xn_libvirt read_for(struct xn_model *m)
{
	struct xn_libvirt lv = *(const struct xn_libvirt *)m->input;

	lv.m = m;
	lv.faults.arena = m->arena;
	return lv;
}

/* libvirt would make a TAP of its own otherwise, and refuse to take one that is there. */
static bool opens(const struct xn_element *interface, const char *name)
{
	const struct xn_attribute *dev = xn_element_attribute(interface, "target/dev");

	return xn_libvirt_opens_tap(interface) && dev && strcmp(dev->value, name) == 0;
}

static int check_interface(struct xn_libvirt *lv, const struct xn_element *interface,
	const struct xn_vm *vm, const struct xn_vif *vif, struct xenet_error *err)
{
	const char *name = xn_vif_device_name(lv->m, vm, vif);

	if (!name)
		return xn_no_memory(err);
	if (opens(interface, name))
		return 0;
	return xn_libvirt_fault(lv, interface, "target", err,
		"libvirt is not told to open %s, the device of VIF %s: define the domain "
		"as 'xenet vm-export-libvirt uuid=%s taps=true' prints it",
		name, vif->o.uuid, vm->o.uuid);
}

/* One that runs is only looked at: libvirt sets a queueing discipline of its own when it opens a
 * TAP, and so takes our limit away. */
static void touch_all(struct xn_object *const *vifs)
{
	for (; *vifs; vifs++)
		if (((struct xn_vif *)*vifs)->plugged)
			xn_touch(*vifs);
}

static int check_interfaces(
	struct xn_libvirt *lv, const struct xn_vm *vm, struct xenet_error *err)
{
	struct xn_object **vifs;
	int r = xn_vm_find_vifs(lv->m, vm, &vifs, err);

	if (r == 0)
		touch_all(vifs);

	for (const struct xn_element *e = lv->domain->interfaces; e && r == 0;
		e = e->next) {
		const struct xn_vif *vif = xn_libvirt_vif(vifs, e);

		if (vif && xn_libvirt_is_plugged(e))
			r = check_interface(lv, e, vm, vif, err);
	}
	return r < 0 ? r : xn_libvirt_tell(lv, err);
}

static int start(struct xn_libvirt *lv, struct xn_vm *vm, struct xenet_error *err)
{
	int r = vm->dom_id < 0 ? xn_vm_begin(lv->m, vm, err) : 0;

	return r < 0 ? r : check_interfaces(lv, vm, err);
}

static int halt(struct xn_libvirt *lv, struct xn_vm *vm, struct xenet_error *err)
{
	return vm->dom_id >= 0 ? xn_vm_halt(lv->m, vm, err) : 0;
}

/* With the VM of the domain, if there is one. */
static int with_vm(struct xn_model *m,
	int (*act)(struct xn_libvirt *lv, struct xn_vm *vm, struct xenet_error *err),
	struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_libvirt lv = read_for(m);
	struct xn_vm *vm;
	int r = xn_libvirt_find_vm(&lv, &vm, err);

	if (r < 0 || !vm)
		return r;
	r = act(&lv, vm, err);
	return r < 0 ? r : xn_reply_add_value(reply, vm->o.uuid, err);
}

int xn_vm_start_libvirt(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	(void)req;
	(void)none;
	return with_vm(m, start, reply, err);
}

int xn_vm_shutdown_libvirt(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	(void)req;
	(void)none;
	return with_vm(m, halt, reply, err);
}
