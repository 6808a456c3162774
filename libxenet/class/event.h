/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_EVENT_H
#define XN_EVENT_H

#include "model/class.h"

extern const struct xenet_class xn_event_class;

#endif
