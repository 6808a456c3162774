/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_LIBVIRT_H
#define XN_LIBVIRT_H

#include "class/network.h"
#include "class/vif.h"
#include "class/vm.h"
#include "base/text.h"
#include "exchange/domain.h"
#include "model/reply.h"

/*
 * A libvirt domain as a VM, and its interfaces as VIFs, which are told by their addresses. The
 * VM keeps the XML: what the model does not hold stays there.
 */

/* Which map of a VIF keeps what number of an interface. */
struct xn_libvirt_number {
	const char *path; /* of the attribute */
	const char *field, *key;
	int64_t min, max;
	const char
		*removes; /* the element that goes with the number; NULL: the attribute */
};

/* Ends with one without a path. */
extern const struct xn_libvirt_number xn_libvirt_numbers[];

/* A domain that is fetched. */
struct xn_libvirt {
	struct xn_model *m;
	const char *file;
	struct xn_domain *domain;
	struct xn_faults faults;
	struct xenet_reply *reply; /* for what is lost */
};

/* ---- libvirt.c ---- */

/* The fetch of verbs that take file=: struct xn_libvirt. */
int xn_libvirt_fetch(
	struct xn_model *m, const struct xenet_request *req, struct xenet_error *err);
/* The same of an XML that is at hand. */
int xn_libvirt_read(struct xn_model *m, const char *file, const char *xml, size_t size,
	struct xn_libvirt **ret, struct xenet_error *err);
/* DOCUMENT_INVALID, or 0 when nothing is wrong so far. */
int xn_libvirt_tell(const struct xn_libvirt *lv, struct xenet_error *err);
/* *ret = NULL: there is no such VM. */
int xn_libvirt_find_vm(
	struct xn_libvirt *lv, struct xn_vm **ret, struct xenet_error *err);
/* Of a kind that is plugged into a bridge by whoever starts the guest. */
bool xn_libvirt_is_plugged(const struct xn_element *interface);
/* It has a TAP of ours opened: how that is connected and limited is not libvirt's business, and
 * what the XML does not say of that means nothing. */
bool xn_libvirt_opens_tap(const struct xn_element *interface);
/* The number of an interface among all of them. */
size_t xn_libvirt_index(
	const struct xn_domain *domain, const struct xn_element *interface);
/* The VIF with the interface's address; NULL: none of them. */
struct xn_vif *xn_libvirt_vif(
	struct xn_object *const *vifs, const struct xn_element *interface);
/* The map that keeps a number. */
const char **xn_libvirt_map(struct xn_vif *vif, const struct xn_libvirt_number *number);
/* Notes a fault at the interface; at says where in it ("" for all of it). 0, or NO_MEMORY. */
int xn_libvirt_fault(struct xn_libvirt *lv, const struct xn_element *interface,
	const char *at, struct xenet_error *err, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* ---- libvirt_shape.c ---- */

/* DOCUMENT_INVALID, with all that keeps it from being a domain. */
int xn_libvirt_check_shape(struct xn_libvirt *lv, struct xenet_error *err);

/* ---- libvirt_vif.c ---- */

/* Its tags are those of a trunk: a port with a single one may belong to the network's VLAN. */
bool xn_libvirt_is_trunk(const struct xn_element *vlan);
/* Gives the VIF what the interface says. */
int xn_libvirt_fill(struct xn_libvirt *lv, const struct xn_element *interface,
	struct xn_vif *vif, struct xenet_error *err);

/* ---- libvirt_loss.c ---- */

/* Notes what of the interface no VIF holds. */
int xn_libvirt_note_losses(struct xn_libvirt *lv, const struct xn_element *interface,
	const struct xn_vif *vif, struct xenet_error *err);
/* Empties the secrets of the XML, and notes that; without edits it notes which are empty. */
int xn_libvirt_note_secrets(
	struct xn_libvirt *lv, struct xn_edits *edits, struct xenet_error *err);

/* ---- libvirt_edit.c ---- */

/* The blanks before an element that begins a line; NULL: no memory. */
const char *xn_libvirt_indent(struct xn_arena *arena, const struct xn_domain *domain,
	const struct xn_element *e);
/* As its last child, on a line of its own. A failure is the edits' own, here and below. */
void xn_libvirt_insert(struct xn_edits *edits, const struct xn_domain *domain,
	const struct xn_element *e, const char *text);
/* Lines, each with a line end before it, behind that interface; NULL: there is none yet. */
void xn_libvirt_append(struct xn_edits *edits, const struct xn_domain *domain,
	const struct xn_element *last, const char *text);
void xn_libvirt_remove(struct xn_edits *edits, const struct xn_domain *domain,
	const struct xn_element *e);
/* Sets the attribute at that path below the element, whose elements may be missing. */
void xn_libvirt_put(struct xn_edits *edits, const struct xn_domain *domain,
	const struct xn_element *e, const char *path, const char *value);
void xn_libvirt_put_text(
	struct xn_edits *edits, const struct xn_element *e, const char *text);

/* ---- libvirt_interface.c ---- */

/* A VM on its way into a domain's XML. */
struct xn_libvirt_export {
	struct xn_model *m;
	const struct xn_domain *domain;
	struct xn_vm *vm;
	struct xn_object **vifs;
	struct xn_edits edits;
	bool taps; /* interfaces open our TAPs, rather than have libvirt make its own */
};

/* What the VIF has of it; *ret = NULL: nothing. */
int xn_libvirt_number(struct xn_libvirt_export *ex, struct xn_vif *vif,
	const struct xn_libvirt_number *number, const char **ret,
	struct xenet_error *err);
/* An element with both limits, or "". */
int xn_libvirt_bandwidth(struct xn_libvirt_export *ex, struct xn_vif *vif,
	struct xn_text *text, struct xenet_error *err);
void xn_libvirt_vlan(struct xn_text *text, const char *const *tags);
/* VALUE_NOT_SUPPORTED: it has another one at each start. */
int xn_libvirt_tap(struct xn_libvirt_export *ex, const struct xn_vif *vif,
	const char **ret, struct xenet_error *err);
/* Brings the interface to what its VIF is by now. */
int xn_libvirt_edit(struct xn_libvirt_export *ex, const struct xn_element *interface,
	struct xn_vif *vif, struct xenet_error *err);

/* ---- The runs of the verbs ---- */

int xn_vm_import_libvirt(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err);
int xn_vm_export_libvirt(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err);
int xn_vm_start_libvirt(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err);
int xn_vm_shutdown_libvirt(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err);

#endif
