/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_BOND_H
#define XN_BOND_H

#include "model/request.h"

struct xn_pif;

struct xn_bond {
	struct xn_object o;
	const char *master; /* the bond's PIF */
	const char *mode;
	const char *properties;
	const char *primary; /* gave its address and IP, and gets them back */
	bool auto_update_mac;
};

extern const struct xenet_class xn_bond_class;
extern const struct xenet_verb xn_bond_verbs[];

/* The bond whose PIF that is; *ret = NULL: none. */
int xn_bond_of_pif(struct xn_model *m, const struct xn_pif *pif, struct xn_bond **ret,
	struct xenet_error *err);
/* Its members' PIFs, NULL-terminated; none, if the PIF is no bond's. */
int xn_bond_members(struct xn_model *m, const struct xn_pif *master,
	struct xn_object ***ret, struct xenet_error *err);
/* The PIF of the bond that the PIF is a member of. */
int xn_bond_master(struct xn_model *m, const struct xn_pif *member, struct xn_pif **ret,
	struct xenet_error *err);
/* What bond-create asks of members, of those that the bond has. */
int xn_bond_check_members(
	struct xn_model *m, const struct xn_bond *bond, struct xenet_error *err);
/* The kernel's options for the bond of that PIF. */
int xn_bond_options(struct xn_model *m, const struct xn_pif *master, const char **ret,
	struct xenet_error *err);
/* The properties that the mode knows: the present ones that are among them, else their
 * defaults. */
int xn_bond_complete(struct xn_model *m, struct xn_bond *bond, struct xenet_error *err);
/* INVALID_VALUE: a property that the mode does not know, or a value that it does not. */
int xn_bond_check_properties(
	struct xn_model *m, const struct xn_bond *bond, struct xenet_error *err);

#endif
