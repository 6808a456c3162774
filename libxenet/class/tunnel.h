/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_TUNNEL_H
#define XN_TUNNEL_H

#include "model/request.h"

struct xn_pif;

struct xn_tunnel {
	struct xn_object o;
	const char *access_pif;
	const char *transport_pif;
	const char *other_config;
	const char *protocol;
	const char *endpoints; /* settled at each plug; "": it has no peer yet */
};

extern const struct xenet_class xn_tunnel_class;

/* The tunnel whose access PIF that is. */
int xn_tunnel_of_pif(struct xn_model *m, const struct xn_pif *pif, struct xn_tunnel **ret,
	struct xenet_error *err);
/* Whether tunnels can start from a PIF. */
int xn_tunnel_check_transport(const struct xn_pif *transport, struct xenet_error *err);
/* The kind of its link. */
const char *xn_tunnel_kind(const struct xn_tunnel *tunnel);
/* What the plug of an access PIF asks first: settles the endpoints, plugs the transport. */
int xn_tunnel_settle(
	struct xn_model *m, const struct xn_pif *access, struct xenet_error *err);
/* Tells that the tunnel of an access PIF has no peer. */
int xn_tunnel_note_peer(struct xn_model *m, const struct xn_pif *pif,
	struct xenet_reply *reply, struct xenet_error *err);
/* Calls act for each plugged access PIF of a tunnel over the PIF. */
int xn_tunnel_for_each(struct xn_model *m, const struct xn_pif *transport,
	int (*act)(struct xn_model *m, struct xn_pif *access, struct xenet_error *err),
	struct xenet_error *err);

#endif
