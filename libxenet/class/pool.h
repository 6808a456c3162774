/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_POOL_H
#define XN_POOL_H

#include "model/model.h"

struct xn_pool {
	struct xn_object o;
	const char *name_label;
	const char *name_description;
	const char *master;
	const char *other_config;
	const char *tags;
};

extern const struct xenet_class xn_pool_class;
extern const struct xenet_verb xn_pool_verbs[];

#endif
