/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_VLAN_H
#define XN_VLAN_H

#include "model/request.h"

struct xn_pif;

struct xn_vlan {
	struct xn_object o;
	const char *tagged_pif;
	const char *untagged_pif;
	int64_t tag;
};

extern const struct xenet_class xn_vlan_class;
/* Of vlan-create, and of pool-vlan-create: the pool has one host. */
extern const struct xn_param xn_vlan_create_params[];
int xn_vlan_create(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err);

/* XenServer shows this address for every VLAN PIF; the device has its base's. */
#define XN_VLAN_PIF_ADDRESS "fe:ff:ff:ff:ff:ff"

/* Whether a PIF can carry VLANs. */
int xn_vlan_check_base(const struct xn_pif *base, struct xenet_error *err);
/* The VLAN whose untagged PIF that is. */
int xn_vlan_of_pif(struct xn_model *m, const struct xn_pif *pif, struct xn_vlan **ret,
	struct xenet_error *err);
/* Touches the plugged VLAN PIFs on a base PIF: what they can carry depends on it. */
int xn_vlan_touch_all(
	struct xn_model *m, const struct xn_pif *base, struct xenet_error *err);

#endif
