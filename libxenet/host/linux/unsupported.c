/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/linux/unsupported.h"

#include <string.h>

int xn_report_unsupported(
	const struct xn_step *step, const char *text, struct xenet_error *err)
{
	static const struct {
		const char *kind, *feature, *module;
	} kinds[] = {
		{ "vlan", "802.1Q VLAN devices", "8021q" },
		{ "bridge", "Ethernet bridges", "bridge" },
		{ "bond", "bonds of Ethernet devices", "bonding" },
		{ "vxlan", "VXLAN tunnels", "vxlan" },
		{ "gretap", "Ethernet over GRE tunnels", "ip_gre" },
		{ "tap", "TUN/TAP devices", "tun" },
		{ "ifb", "intermediate functional blocks", "ifb" },
		{ "redirect", "redirection of what a device receives",
			"sch_ingress, cls_u32, act_mirred" },
		{ "guard", "rules for ports of bridges", "nf_tables" },
	};

	const char *kind = step->op == XN_OP_REDIRECT ? "redirect"
			   : step->op == XN_OP_GUARD  ? "guard"
						      : step->link->kind;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return xn_fail(err, XENET_E_KERNEL_UNSUPPORTED, kinds[i].feature,
				kinds[i].module, text);
	return xn_fail(err, XENET_E_KERNEL_UNSUPPORTED, step->link->kind, "", text);
}
