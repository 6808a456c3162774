/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_BACKEND_H
#define XN_BACKEND_H

#include "base/stop.h"
#include "host/plan.h"

/*
 * The host's boundary: what observes and what carries steps out. The rest of xenet cannot
 * tell which one it talks to.
 */
struct xn_backend;

enum {
	XN_TOGETHER = 32
};

struct xn_backend_ops {
	const char *name;
	/* config: the run directory, where a backend may keep a file. */
	int (*open)(struct xn_backend **ret, const char *config, struct xenet_error *err);
	/* Adds to have the links of those names (in names->links) that exist, with the IP layers of
	 * those whose mask asks for them. */
	int (*observe)(struct xn_backend *be, const struct xn_netstate *names,
		unsigned details, struct xn_netstate *have, struct xenet_error *err);
	/* Fills in what hangs on the observed links of those names. */
	int (*dependants)(struct xn_backend *be, const struct xn_netstate *names,
		struct xn_netstate *have, struct xenet_error *err);
	/* Adds all links of the namespace with what hangs on them, with the IP layers of those in
	 * names whose mask asks for them; of those in names that go by another name, what observe
	 * tells. Of the details, it knows XN_DETAIL_COUNTERS, and XN_DETAIL_GUARD and XN_DETAIL_RULES
	 * of all links. */
	int (*survey)(struct xn_backend *be, const struct xn_netstate *names,
		unsigned details, struct xn_netstate *have, struct xenet_error *err);
	/* Adds all physical NICs. */
	int (*scan)(
		struct xn_backend *be, struct xn_netstate *have, struct xenet_error *err);
	/*
	 * Carries out the first of n steps, and with it at most so many of those behind it as can
	 * go with it; how many these are. The fault of each (they are empty before) tells why it
	 * failed, by the codes KERNEL_ERROR, KERNEL_UNSUPPORTED, CAPABILITY_MISSING, VLAN_IN_USE,
	 * DEVICE_EXISTS; a part of it may be done then, and so may be those behind it. An added
	 * link's ifindex is set.
	 */
	size_t (*steps)(struct xn_backend *be, const struct xn_step *steps, size_t n,
		struct xenet_error *faults);
	/* The machine's name; NULL: no memory. */
	const char *(*hostname)(struct xn_backend *be, struct xn_arena *arena);
	/* Gives the machine a name. KERNEL_ERROR, CAPABILITY_MISSING. */
	int (*set_hostname)(struct xn_backend *be, const char *name,
		struct xn_arena *arena, struct xenet_error *err);
	/* Identifies this run of the machine, without blanks; NULL: no memory. */
	const char *(*boot)(struct xn_backend *be, struct xn_arena *arena);
	/* Identifies the namespace that the backend drives, as a file name. */
	const char *(*scope)(struct xn_backend *be);
	void (*close)(struct xn_backend *be);
};

struct xn_backend {
	const struct xn_backend_ops *ops;
};

extern const struct xn_backend_ops xn_linux_backend;
extern const struct xn_backend_ops xn_fake_backend;

/* XENET_E_BACKEND_UNKNOWN: no backend of that name. */
int xn_backend_check(const char *name, struct xenet_error *err);
int xn_backend_open(struct xn_backend **ret, const char *name, const char *config,
	struct xenet_error *err);
struct xn_backend *xn_backend_close(struct xn_backend *be);

/* A step that failed, and with what words. */
struct xn_failure {
	const char *link;
	const char *message;
	enum xenet_error_code code;
	struct xn_failure *next;
};

/* Carries all the steps out in order, whatever fails, as long as there are memory and
 * rights; returns the first failure, and puts all before those of *failures, the last one
 * first. */
int xn_apply_all(struct xn_backend *be, const struct xn_plan *plan,
	struct xn_failure **failures, struct xenet_error *err);
/* Carries the steps out in order, up to the first that fails, or to the one before which
 * it was asked to stop (NULL: nobody can). */
int xn_apply(struct xn_backend *be, const struct xn_plan *plan, struct xn_stop *stop,
	struct xenet_error *err);

#endif
