/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_NETWORK_H
#define XN_NETWORK_H

#include "model/request.h"

struct xn_pif;

struct xn_network {
	struct xn_object o;
	const char *name_label;
	const char *name_description;
	int64_t mtu;
	const char *bridge;
	bool managed;
	const char *other_config;
	const char *tags;
	const char *default_locking_mode;
	const char *purpose;
	int64_t plugged_mtu; /* of its bridge, settled when the bridge comes into being */
	bool attached;	     /* kept by network-attach, until the last VIF leaves */
	const char *plugged_routes; /* beside the default ones, settled with it */
};

extern const struct xenet_class xn_network_class;
extern const struct xenet_verb xn_network_verbs[];

/* The network that a physical PIF of that device belongs to, made if there is none. */
int xn_network_of_device(struct xn_model *m, const char *device, bool managed,
	struct xn_network **ret, struct xenet_error *err);
bool xn_network_is_bridge_name(const char *name);
/* xapi0, xapi1 ...: the next bridge name that no network has. */
int xn_network_next_bridge(struct xn_model *m, const char **ret, struct xenet_error *err);
/* The network's PIF; NULL: it has none. */
int xn_network_pif(struct xn_model *m, const struct xn_network *network,
	struct xn_pif **ret, struct xenet_error *err);
/* NETWORK_UNMANAGED or NETWORK_ALREADY_CONNECTED, when no PIF but that one may join. */
int xn_network_accepts_pif(struct xn_model *m, const struct xn_network *network,
	const char *pif_uuid, struct xenet_error *err);
/* The network as a VIF needs it: its PIF plugged, its bridge's MTU settled. */
int xn_network_bring_up(
	struct xn_model *m, struct xn_network *network, struct xenet_error *err);
/* Its plugged VIFs get the MTU that its bridge has by now, and whatever has come loose. */
int xn_network_settle_vifs(
	struct xn_model *m, const struct xn_network *network, struct xenet_error *err);
int xn_network_attach(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err);
/* The bridge exists while a PIF of the network is plugged, a VIF on it is attached, or it is
 * attached itself. */
int xn_network_in_use(struct xn_model *m, const struct xn_network *network, bool *ret,
	struct xenet_error *err);
/* VIF_IN_USE, when a VIF on the network is attached. */
int xn_network_check_idle(
	struct xn_model *m, const struct xn_network *network, struct xenet_error *err);
/* The mark of a link of ours that stands for the object. */
const char *xn_mark(struct xn_model *m, const struct xn_object *object);
/* The MTU that other-config:mtu, else the fallback, gives. */
int xn_effective_mtu(struct xn_model *m, const char *other_config, int64_t fallback,
	int64_t *ret, struct xenet_error *err);

#endif
