/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/libvirt.h"
#include "class/vif.h"
#include "class/vm.h"
#include "model/query.h"
#include "model/reply.h"

static int create(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_vm *vm;
	int r = xn_vm_make(m, &vm, err);

	(void)none;
	if (r < 0)
		return r;
	vm->name_label = xn_arg(req, "name-label");
	vm->name_description = xn_arg_or_empty(req, "name-description");
	return xn_reply_add_value(reply, vm->o.uuid, err);
}

static int destroy(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	(void)req;
	(void)reply;
	return xn_vm_destroy(m, (struct xn_vm *)object, err);
}

/* The VIFs of the selected VM, with the columns that xe shows here. */
static int list_vifs(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	static const char columns[] =
		"uuid,vm-name-label,device,MAC,network-uuid,network-name-label";
	const char *params = xn_arg(req, "params");
	struct xn_query query;
	int r = xn_query_start(m, &query, &xn_vif_class, err);

	if (r == 0)
		r = xn_query_columns(m, &query, params ? params : columns, err);
	if (r == 0)
		r = xn_query_filter(m, &query, "vm-uuid", object->uuid, err);
	return r < 0 ? r : xn_query_run(m, &query, reply, err);
}

static const struct xn_param create_params[] = {
	{ "name-label", true, "name of the VM" },
	{ "name-description", false, "description" },
	{ NULL },
};

static const struct xn_param destroy_params[] = {
	{ "uuid", true, "the VM" },
	{ NULL },
};

static const struct xn_param qemu_params[] = {
	{ "uuid", true, "the VM, running or paused" },
	{ NULL },
};

static const struct xn_param libvirt_params[] = {
	{ "file", true, "the domain's XML; '-' is the standard input" },
	{ NULL },
};

static const struct xn_param import_params[] = {
	{ "file", true, "the domain's XML; '-' is the standard input" },
	{ "network-uuid", false,
		"the network of interfaces that name none, or none that is known" },
	{ NULL },
};

static const struct xn_param export_params[] = {
	{ "uuid", true, "the VM" },
	{ "taps", false, "whether libvirt is to open the TAPs of xenet; default false" },
	{ NULL },
};

static const struct xn_param install_params[] = {
	{ "new-name-label", true, "name of the new VM" },
	{ "new-name-description", false, "its description" },
	{ "sr-name-label", false, "taken and ignored: there are no disks here" },
	{ "sr-uuid", false, "taken and ignored: there are no disks here" },
	{ "template", false, "uuid or name-label of the template; needed in some form" },
	{ "template-uuid", false, "its uuid" },
	{ "template-name", false, "its name-label" },
	{ "template-name-label", false, "its name-label" },
	{ "copy-bios-strings-from", false, "a host; has no effect here" },
	{ NULL },
};

static const struct xn_param copy_params[] = {
	{ "new-name-label", true, "name of the new VM" },
	{ "new-name-description", false, "its description" },
	{ "sr-uuid", false, "taken and ignored: there are no disks here" },
	{ NULL },
};

static const struct xn_param uninstall_params[] = {
	{ "force", false, "without asking" },
	{ NULL },
};

static const struct xn_param clone_params[] = {
	{ "new-name-label", true, "name of the new VM" },
	{ "new-name-description", false, "its description" },
	{ NULL },
};

static const struct xn_param start_params[] = {
	{ "force", false, "has no effect here" },
	{ "on", false, "uuid or name-label of the host" },
	{ "paused", false, "leave it paused" },
	{ NULL },
};

static const struct xn_param resume_params[] = {
	{ "force", false, "has no effect here" },
	{ "on", false, "uuid or name-label of the host" },
	{ NULL },
};

static const struct xn_param force_params[] = {
	{ "force", false, "in any state, without asking the guest" },
	{ NULL },
};

static const struct xn_param no_params[] = { { NULL } };

#define POWER (XN_COMMON | XN_BY_VM)

const struct xenet_verb xn_vm_verbs[] = {
	{ "create", XN_CHANGES, create_params, "Create the record of a VM. It is halted.",
		XN_UNLISTED, .run = create },
	{ "install", XN_CHANGES, install_params,
		"Make a VM from a template. The VIFs are copied, with addresses of their "
		"own.",
		XN_COMMON, .run = xn_vm_install },
	{ "uninstall", XN_CHANGES, uninstall_params,
		"Destroy VMs, whatever they do. Their VIFs go with them. Asks first, "
		"unless forced.",
		POWER, .run = xn_vm_uninstall, .asks = "uninstall-items" },
	{ "uninstall-items", XN_READS, uninstall_params,
		"List what vm-uninstall would destroy.", XN_UNLISTED | XN_BY_VM,
		.run = xn_vm_uninstall_items },
	{ "destroy", XN_CHANGES, destroy_params,
		"Destroy the record of a VM that does not run. Its VIFs go with it.",
		.run = destroy },
	{ "start", XN_CHANGES, start_params,
		"Give VMs a domain number and attach their VIFs. A hypervisor runs the "
		"guest.",
		POWER, .run = xn_vm_change_power },
	{ "shutdown", XN_CHANGES, force_params, "Detach the VIFs of VMs and halt them.",
		POWER, .run = xn_vm_change_power },
	{ "reboot", XN_CHANGES, force_params,
		"Note a reboot of VMs. Domain number and VIFs stay.", POWER,
		.run = xn_vm_change_power },
	{ "suspend", XN_CHANGES, no_params, "Detach the VIFs of VMs and suspend them.",
		POWER, .run = xn_vm_change_power },
	{ "resume", XN_CHANGES, resume_params,
		"Give suspended VMs a domain number and attach their VIFs.", POWER,
		.run = xn_vm_change_power },
	{ "pause", XN_CHANGES, no_params, "Note that VMs are paused. Their VIFs stay.",
		POWER, .run = xn_vm_change_power },
	{ "unpause", XN_CHANGES, no_params, "Note that paused VMs run again.", POWER,
		.run = xn_vm_change_power },
	{ "reset-powerstate", XN_CHANGES, force_params,
		"Detach the VIFs of VMs and halt them, whatever they do. Needs --force.",
		POWER, .run = xn_vm_change_power },
	{ "clone", XN_CHANGES, clone_params,
		"Clone VMs or templates. The VIFs are copied, with addresses of their "
		"own.",
		XN_COMMON | XN_BY_VM | XN_TEMPLATES, .run = xn_vm_clone },
	{ "copy", XN_CHANGES, copy_params,
		"Copy VMs or templates. There are no disks here, so this is vm-clone.",
		XN_BY_VM | XN_TEMPLATES, .run = xn_vm_clone },
	{ "vif-list", XN_READS, no_params, "List the VIFs of VMs.",
		XN_COMMON | XN_BY_VM | XN_MULTIPLE, .run = list_vifs },
	{ "qemu-args", XN_READS, qemu_params,
		"Print the arguments by which QEMU opens the TAPs of a VM.",
		.run = xn_vm_qemu_args },
	{ "import-libvirt", XN_CHANGES, import_params,
		"Make a VM and its VIFs of a libvirt domain, or bring the one of its "
		"uuid up to date.",
		.run = xn_vm_import_libvirt, .fetch = xn_libvirt_fetch },
	{ "export-libvirt", XN_READS, export_params,
		"Print the libvirt domain of a VM, with its interfaces as they are now.",
		.run = xn_vm_export_libvirt },
	{ "start-libvirt", XN_CHANGES, libvirt_params,
		"Start the VM of a libvirt domain, if there is one, for libvirt's hook; "
		"of one that runs, put the VIFs in order.",
		XN_IDEMPOTENT, .run = xn_vm_start_libvirt, .fetch = xn_libvirt_fetch },
	{ "shutdown-libvirt", XN_CHANGES, libvirt_params,
		"Halt the VM of a libvirt domain, if there is one, for libvirt's hook.",
		XN_IDEMPOTENT, .run = xn_vm_shutdown_libvirt, .fetch = xn_libvirt_fetch },
	{ NULL },
};
