/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_PIF_H
#define XN_PIF_H

#include "model/request.h"

struct xn_network;
struct xn_link;

struct xn_pif {
	struct xn_object o;
	const char *device; /* of a VLAN PIF: its base's */
	const char *address;
	const char *nic_address; /* tells the NIC from others; see xn_link_own_address */
	bool physical;
	const char *kind; /* nic, vlan, bond or tunnel */
	const char *bond; /* the bond that it is a member of, or NULL */
	bool managed;
	int64_t mtu;
	int64_t vlan; /* -1: untagged */
	bool management;
	const char *network;
	const char *host;
	const char *ip_mode, *ip, *netmask, *gateway;
	const char *ipv6_mode, *ipv6, *ipv6_gateway;
	const char *primary_address_type;
	const char *dns;
	const char *properties;
	const char *capabilities;
	const char *vendor_id, *vendor_name, *device_id, *device_name;
	bool disallow_unplug;
	const char *other_config;
	bool plugged;
	/* Its device is needed: it is plugged itself, or the base of a plugged VLAN, or the
	 * member of a bond that is in use. */
	bool used;
	/* How a NIC was before xenet used it, in netstate notation; "" while it does not, or
	 * while the NIC is missing since the boot. */
	const char *free_state;
};

/* What xenet changes on a NIC, and therefore gives back. */
#define XN_PIF_LENT (XN_MTU | XN_ADDRGEN | XN_MASTER | XN_UP)

extern const struct xenet_class xn_pif_class;
extern const struct xenet_verb xn_pif_verbs[];

/* A new physical PIF for the NIC, on the network that is its device's. */
int xn_pif_introduce(struct xn_model *m, const struct xn_link *nic, bool managed,
	const char *host_uuid, struct xn_pif **ret, struct xenet_error *err);
/*
 * Before any PIF is loaded: the records whose NICs are back under other names follow them,
 * which the reply, if there is one, tells in notes. Where several fit, they are held back.
 */
int xn_pif_follow(struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err);
/* The host is left as it is where the PIF, its network and its VLANs are concerned. */
int xn_pif_hold_back(struct xn_model *m, struct xn_pif *pif, const char *reason,
	struct xenet_error *err);
/* Holds back those that would take a NIC away from the host, which uses it. */
int xn_pif_hold_busy(struct xn_model *m, struct xenet_error *err);
/* A refusal by an error whose one value is the PIF. */
struct xn_pif_rule {
	bool refused;
	enum xenet_error_code code; /* XENET_OK ends a table */
};
/* The first refusal of the table. */
int xn_pif_refuse(const struct xn_pif *pif, const struct xn_pif_rule *rules,
	struct xenet_error *err);
bool xn_ip_is_static(const char *mode);
/* A mode of its primary address family other than None. */
bool xn_pif_has_ip(const struct xn_pif *pif);
bool xn_pif_is(const struct xn_pif *pif, const char *kind);
/* "bond0", "tunnel0" ...: the first such name that neither a PIF nor a link has. */
int xn_pif_free_device(struct xn_model *m, const char *prefix, const char **ret,
	struct xenet_error *err);
/* Takes the device of a PIF into use: by the PIF itself, or by a VLAN on it. */
int xn_pif_claim(
	struct xn_model *m, struct xn_pif *base, bool by_itself, struct xenet_error *err);
/* NICs in use that have not been looked at since the boot are as they are found now, and so
 * will be given back; anew: none of them has been. */
int xn_pif_look_again(struct xn_model *m, bool anew, struct xenet_error *err);
/* Whether the device is the NIC of a PIF that has no use for it now. */
int xn_pif_is_idle(
	struct xn_model *m, const char *device, bool *ret, struct xenet_error *err);
/* Gives it back, unless it is plugged or carries a plugged VLAN other than that. */
int xn_pif_release(struct xn_model *m, struct xn_pif *base, const struct xn_pif *but,
	struct xenet_error *err);
/* Plugs the PIF (again, if it is): settles its MTU and takes its NIC into use. */
int xn_pif_plug(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err);
/* Makes sure that a plugged PIF is in the kernel as it should be, for those who are about to
 * use it; unlike a plug, it settles nothing anew. */
int xn_pif_hold(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err);
/* Every check of pif-unplug, in its order. */
int xn_pif_check_unplug(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err);
/* Unplugs it without checks; a NIC that nothing uses any more goes back to the host. */
int xn_pif_unplug(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err);
/* The PIF that carries a VLAN PIF; itself, if it is no VLAN. */
int xn_pif_base(struct xn_model *m, const struct xn_pif *pif, struct xn_pif **ret,
	struct xenet_error *err);
/* The MAC of the device that carries the PIF's frames. */
int xn_pif_device_address(struct xn_model *m, const struct xn_pif *pif, const char **ret,
	struct xenet_error *err);
/* What a changed IP configuration asks beside: it is xenet's, and the management interface
 * keeps one. */
int xn_pif_check_reconfigured(const struct xn_pif *pif, struct xenet_error *err);
int xn_pif_check_dns(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err);
/* Spells its addresses as the kernel and others do. */
int xn_pif_canonical_ip(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err);
/* Puts the configuration of a plugged PIF into effect. */
int xn_pif_apply_ip(struct xn_model *m, struct xn_pif *pif, struct xenet_error *err);
/* Whether the PIF can be the management interface. */
int xn_pif_check_configured(const struct xn_pif *pif, struct xenet_error *err);
/* A NIC that may become a PIF's; address: what it must have, or "". */
int xn_pif_find_nic(struct xn_model *m, const char *device, const char *address,
	const struct xn_link **ret, struct xenet_error *err);
/* The checks of its IP configuration (class/pif_ip.c). */
int xn_pif_check_ip(
	struct xn_model *m, const struct xn_pif *pif, struct xenet_error *err);
/* Adds to the bridge of a plugged PIF's network what the host has there of IP
 * (class/pif_address.c). */
int xn_pif_desire_ip(struct xn_model *m, const struct xn_pif *pif,
	const struct xn_network *network, struct xn_link *bridge,
	struct xenet_error *err);
/* Touches the networks with gateways: which one has the default route may change. */
int xn_pif_touch_gateways(struct xn_model *m, struct xenet_error *err);
/* Settles the routes of other-config:static-routes until the next plug. */
int xn_pif_settle_routes(
	struct xn_model *m, struct xn_network *network, struct xenet_error *err);
/* Tells that nobody asks for an address, where a DHCP mode is set. */
int xn_pif_note_dhcp(
	const struct xn_pif *pif, struct xenet_reply *reply, struct xenet_error *err);
/* The verbs of class/pif_ip.c. */
int xn_pif_reconfigure_ip(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err);
int xn_pif_reconfigure_ipv6(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err);
int xn_pif_set_primary(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err);
int xn_pif_desire(struct xn_model *m, const struct xn_object *object,
	struct xn_netstate *want, struct xenet_error *err);

#endif
