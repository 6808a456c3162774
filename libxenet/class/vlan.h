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

/* The VLAN whose untagged PIF that is. */
int xn_vlan_of_pif(struct xn_model *m, const struct xn_pif *pif, struct xn_vlan **ret,
	struct xenet_error *err);
/* Touches the plugged VLAN PIFs on a base PIF: what they can carry depends on it. */
int xn_vlan_touch_all(
	struct xn_model *m, const struct xn_pif *base, struct xenet_error *err);

#endif
