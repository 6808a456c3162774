/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/batch.h"
#include "class/bond.h"
#include "class/event.h"
#include "class/history.h"
#include "class/host.h"
#include "class/network.h"
#include "class/none.h"
#include "class/pif.h"
#include "class/pool.h"
#include "class/tunnel.h"
#include "class/vif.h"
#include "class/vlan.h"
#include "class/vm.h"

const struct xenet_class *const xn_classes[] = {
	&xn_host_class,
	&xn_pool_class,
	&xn_network_class,
	&xn_pif_class,
	&xn_vlan_class,
	&xn_bond_class,
	&xn_tunnel_class,
	&xn_vm_class,
	&xn_template_class,
	&xn_vif_class,
	&xn_event_class,
	&xn_batch_class,
	&xn_history_class,
	&xn_sr_class,
	&xn_sm_class,
	&xn_vdi_class,
	&xn_vbd_class,
	NULL,
};
