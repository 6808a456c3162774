/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_VM_H
#define XN_VM_H

#include "model/request.h"

/* Domain numbers as Xen gives them: 1 to this, counted up (below DOMID_FIRST_RESERVED). */
enum {
	XN_DOMAINS = 32751
};

/* From the seed to the addresses of its VIFs: each device number takes two hashes more than the one before
 * it, so the next one goes on from here. Empty to begin with. */
struct xn_mac_chain {
	const char *seed;
	int64_t device;
	uint8_t hash[16];
};

struct xn_vm {
	struct xn_object o;
	const char *name_label, *name_description;
	int64_t user_version;
	bool is_a_template, is_default_template;
	bool is_a_snapshot, is_control_domain;
	const char *power_state;
	int64_t memory_static_max, memory_dynamic_max, memory_dynamic_min,
		memory_static_min;
	const char *vcpus_params;
	int64_t vcpus_max, vcpus_at_startup;
	const char *after_shutdown, *after_softreboot, *after_reboot, *after_crash;
	const char *platform;
	const char *blocked_operations;
	const char *domain_type;
	const char *hvm_boot_policy, *hvm_boot_params, *hvm_shadow_multiplier;
	const char *nvram;
	const char *pv_kernel, *pv_ramdisk, *pv_args, *pv_legacy_args, *pv_bootloader,
		*pv_bootloader_args;
	const char *resident_on, *affinity;
	const char *other_config;
	int64_t dom_id; /* -1: no domain */
	const char *xenstore_data;
	bool ha_always_run;
	const char *ha_restart_priority;
	const char *start_time, *install_time;
	const char *tags;
	int64_t start_delay, shutdown_delay, order;
	bool has_vendor_device;
	const char *reference_label;
	const char *bios_strings;
	const char *libvirt_xml;  /* of the domain that it came from; "": none */
	struct xn_mac_chain macs; /* in no record */
};

extern const struct xenet_class xn_vm_class, xn_template_class;
extern const struct xenet_field xn_vm_fields[];
extern const struct xenet_verb xn_vm_verbs[];

/* VM_BAD_POWER_STATE, unless the VM is in one of the states ("paused, running"). */
int xn_vm_check_state(struct xn_model *m, const struct xn_vm *vm, const char *expected,
	struct xenet_error *err);

/* A new VM, halted, with a seed for the addresses of its VIFs. */
int xn_vm_make(struct xn_model *m, struct xn_vm **ret, struct xenet_error *err);
int xn_vm_new_seed(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err);
/* It came with xenet, and stays. */
int xn_vm_is_default_template(
	struct xn_model *m, const struct xn_vm *vm, bool *ret, struct xenet_error *err);

/* OPERATION_BLOCKED, then VM_BAD_POWER_STATE, then VM_IS_TEMPLATE. */
int xn_vm_check_operation(struct xn_model *m, const struct xn_vm *vm,
	const char *operation, const char *states, struct xenet_error *err);
/* Deletes it with its VIFs, unless it runs or came with xenet. */
int xn_vm_destroy(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err);
/* Gives it a domain, as vm-start does. */
int xn_vm_begin(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err);
/* Halted, whatever it was: its domain is over. */
int xn_vm_end(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err);
/* It runs in that domain, which is not of xenet's making. */
int xn_vm_enter_domain(
	struct xn_model *m, struct xn_vm *vm, int64_t domain, struct xenet_error *err);
/* Ends its domain, if it has one: the guest is not asked. */
int xn_vm_halt(struct xn_model *m, struct xn_vm *vm, struct xenet_error *err);
/* The time as xe prints it; NULL: no memory. */
const char *xn_now(struct xn_model *m);
/* A halted copy with VIFs of its own, named by new-name-label and new-name-description. */
int xn_vm_copy(struct xn_model *m, const struct xenet_request *req,
	const struct xn_vm *from, struct xn_vm **ret, struct xenet_error *err);
/* The run of vm-clone and vm-copy. */
int xn_vm_clone(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err);
/* The runs of vm-install, vm-uninstall and what is asked before it. */
int xn_vm_install(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err);
int xn_vm_uninstall(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err);
int xn_vm_uninstall_items(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err);
/* Its VIFs in the order of their devices, so that it is always the same one that fails first. */
int xn_vm_find_vifs(struct xn_model *m, const struct xn_vm *vm, struct xn_object ***ret,
	struct xenet_error *err);
/* The run of vm-qemu-args. */
int xn_vm_qemu_args(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err);
/* The run of all verbs that change the power state. */
int xn_vm_change_power(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err);

#endif
