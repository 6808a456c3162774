/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_HISTORY_H
#define XN_HISTORY_H

#include "model/model.h"

/* A command that changed something, or failed to. */
struct xn_history {
	struct xn_object o;
	int64_t number;
	const char *time; /* when it began, ISO 8601 as other times of xe          */
	const char *user;
	const char *command;
	const char *result; /* "OK", or the error's code                            */
	int64_t duration;   /* milliseconds                                         */
	const char *objects;
};

extern const struct xenet_class xn_history_class;

/* Enters a row with that uuid, of which the caller fills in the rest, and forgets the oldest ones. */
int xn_history_new(struct xn_model *m, const char *uuid, struct xn_history **ret,
	struct xenet_error *err);

#endif
