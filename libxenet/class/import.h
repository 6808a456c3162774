/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_IMPORT_H
#define XN_IMPORT_H

#include "class/bond.h"
#include "class/host.h"
#include "class/network.h"
#include "class/pif.h"
#include "class/tunnel.h"
#include "class/vif.h"
#include "class/vlan.h"
#include "class/vm.h"
#include "exchange/document.h"
#include "model/reply.h"

/* A document as it is in a file. */
struct xn_input {
	const char *name; /* of the file */
	const char *bytes;
	size_t size;
};

/* A NIC that the import takes out of use for a while: how it is when nobody uses it. */
struct xn_rest {
	const struct xn_pif *pif; /* as it was */
	struct xn_rest *next;
};

/* A document on its way into the model. */
struct xn_import {
	struct xn_model *m;
	struct xn_document *doc;
	struct xn_rest *rests;
	struct xn_rest *replug; /* PIFs that others' changes unplugged */
};

/* The object as it is meant to be: the document's, or else (merge) the model's; NULL: there
 * is none. */
void *xn_import_target(
	struct xn_import *im, const struct xenet_class *class, const char *uuid);

/* ---- import_check.c ---- */

/* What no check of a class can see: whether the objects of the document fit together. */
int xn_import_check(struct xn_import *im, struct xenet_error *err);

/* ---- import_pif.c ---- */

/* Unplugs what is not to be plugged, or not as it is. */
int xn_import_unplug(struct xn_import *im, struct xenet_error *err);
/* Takes a PIF away whose VLAN, bond or tunnel provides another one from now on, or one of
 * these whose PIF stays; *parted: the object is such a half. */
int xn_import_part(struct xn_import *im, struct xn_object *object, bool *parted,
	struct xenet_error *err);
/* Gives NICs back that were kept for what is gone by now. */
int xn_import_release(struct xn_import *im, struct xenet_error *err);
/* What new PIFs have that no document says. */
int xn_import_fill(struct xn_import *im, struct xenet_error *err);
/* Plugs what is to be plugged and is not. */
int xn_import_plug(struct xn_import *im, struct xenet_error *err);

/* ---- import_edit.c ---- */

/* What has to be before anything is deleted: roles, and which network a VIF is on. */
int xn_import_move(struct xn_import *im, struct xenet_error *err);
/* Makes what is new, and gives the others what the document says. */
int xn_import_edit(struct xn_import *im, struct xenet_error *err);
/* Brings about what a change of plugged PIFs, networks and VIFs asks. */
int xn_import_settle(struct xn_import *im, struct xenet_error *err);

/* ---- import_read.c ---- */

/* The bytes of a file; "-" is the standard input. TOO_LARGE: it has more than so many MiB. */
int xn_input_read(struct xn_model *m, const char *name, size_t max_mib,
	struct xn_input **ret, struct xenet_error *err);
/* What host-import fetches: struct xn_input. */
int xn_host_fetch(
	struct xn_model *m, const struct xenet_request *req, struct xenet_error *err);

/* ---- import.c ---- */

/* The runs of host-export and host-import. */
int xn_host_export(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err);
int xn_host_import(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err);

#endif
