/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_NONE_H
#define XN_NONE_H

#include "model/class.h"

/* Classes of XenServer without objects here: scripts ask for their lists. */
extern const struct xenet_class xn_sr_class, xn_sm_class, xn_vdi_class, xn_vbd_class;

#endif
