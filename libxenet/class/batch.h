/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_BATCH_H
#define XN_BATCH_H

#include "model/class.h"

extern const struct xenet_class xn_batch_class;

#endif
