/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_HOST_H
#define XN_HOST_H

#include "model/request.h"

struct xn_host {
	struct xn_object o;
	const char *name_label;
	const char *name_description;
	bool enabled;
	const char *logging;
	const char *other_config;
	const char *hostname;
	const char *tags;
	const char *guest_vcpus_params;
	const char *iscsi_iqn;
	const char *uefi_certificates;
	const char *timezone;
	const char *boot; /* the one of the run state: its id, and the namespace */
};

extern const struct xenet_class xn_host_class;
extern const struct xenet_verb xn_host_verbs[];

/* What the kernel tells of the machine: live fields. */
const char *xn_host_cpu_info(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have);
const char *xn_host_memory_total(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have);
const char *xn_host_memory_free(const struct xn_object *object,
	const struct xn_netstate *want, const struct xn_netstate *have);

/* Fills an empty database: the host, the pool, a PIF with its network for each physical
 * NIC, and the templates. */
int xn_host_populate(struct xn_model *m, struct xenet_error *err);

#endif
