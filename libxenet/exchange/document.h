/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_DOCUMENT_H
#define XN_DOCUMENT_H

#include "base/text.h"
#include "exchange/json.h"
#include "model/model.h"

/*
 * A document of desired state (xenet-state(5)): the model as JSON, a key for each class, an
 * array of its objects, of which each has the fields that xn_is_in_documents takes.
 * Descriptors drive it: there is nothing here of any class.
 */
enum {
	XN_DOCUMENT_VERSION = 1
};

/* What a reference to the one object of a single class reads. */
#define XN_LOCAL "local"

/* Of a class whose objects are in documents. */
bool xn_class_is_in_documents(const struct xenet_class *class);
/* The whole model; ends with a line end. */
int xn_export(struct xn_model *m, const char **ret, struct xenet_error *err);

/* An object that a document names. */
struct xn_item {
	const struct xenet_class *class;
	struct xn_json *json;
	const char *uuid;
	struct xn_object *object; /* the model's; NULL: it has none yet */
	/* As the document wants it: a copy of the object, or a blank one, with what the
	 * document says. */
	struct xn_object *target;
	bool misnamed; /* its uuid is none, or another one's */
	bool failed;   /* something is wrong with it, or with what it refers to */
	/* For whoever carries the document out. */
	bool wants;		  /* to be plugged, or attached     */
	struct xn_item *provider; /* what its object is provided by */
	struct xn_item *next, *chain;
};

struct xn_entry;

enum {
	XN_DOCUMENT_BUCKETS = 16384,
	XN_DOCUMENT_CLASSES = 16
};

struct xn_document {
	struct xn_model *m;
	struct xn_faults faults;
	bool merge; /* what it does not name stays */
	struct xn_item *items, **end;
	struct xn_item *by_uuid[XN_DOCUMENT_BUCKETS];
	struct xn_entry *known[XN_DOCUMENT_BUCKETS]; /* what the database has, by key  */
	struct xn_entry *named[XN_DOCUMENT_BUCKETS]; /* what the document has, by key  */
	/* Classes of which objects cannot be told by their names. */
	const struct xenet_class *vague[XN_DOCUMENT_CLASSES];
	size_t n_vague;
};

/*
 * Reads it and finds out what it is about; what is wrong with it is in its faults, and
 * nothing is changed. Release: nothing.
 */
int xn_document_read(struct xn_model *m, const char *bytes, size_t size, bool merge,
	struct xn_document **ret, struct xenet_error *err);
/* What the document says of a field; NULL: nothing. */
const struct xn_json *xn_item_says(const struct xn_item *item, const char *field);
/* What the document says of an object; NULL: nothing. */
struct xn_item *xn_document_item(
	const struct xn_document *doc, const struct xenet_class *class, const char *uuid);
/* Objects of the class that the document has cannot all be told by their names: nobody knows
 * whom a reference to one of them means, which is no fault of its own. */
void xn_document_blur(struct xn_document *doc, const struct xenet_class *class);
bool xn_document_is_vague(const struct xn_document *doc, const struct xenet_class *class);
/* Objects of the class in the database that the document does not name: their uuids. */
int xn_document_others(struct xn_document *doc, const struct xenet_class *class,
	const char ***ret, struct xenet_error *err);
/* Gives the object what the item says of it; true: something differs. */
bool xn_item_differs(const struct xn_item *item);
void xn_item_apply(struct xn_item *item);

/* ---- judge.c ---- */

/* Notes that something is wrong at that place of the document. The result of these two is that
 * of the note: 0, or a failure of memory. */
int xn_document_fault(struct xn_document *doc, const struct xn_json *at,
	struct xenet_error *err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The same with the item, at a field if one is named. */
int xn_item_fault(struct xn_document *doc, struct xn_item *item, const char *field,
	struct xenet_error *err, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* After a call about the item, whose result and error these are: a fault of the document is
 * noted, and error cleared; a failure of another kind is passed on. */
int xn_item_judge(struct xn_document *doc, struct xn_item *item, int result,
	struct xenet_error *error, struct xenet_error *err);
/* The same, about an object that the document does not name. */
int xn_document_judge(struct xn_document *doc, struct xn_object *object, int result,
	struct xenet_error *error, struct xenet_error *err);

/* ---- values.c ---- */

/* Sets what the document says of the item's fields: those that refer to objects, or the
 * others. */
int xn_item_set_fields(struct xn_document *doc, struct xn_item *item, bool references,
	struct xenet_error *err);
/* Faults: what the item does not say, and has to. */
int xn_item_check_unsaid(
	struct xn_document *doc, struct xn_item *item, struct xenet_error *err);

/* ---- keys.c ---- */

/* What the key reads for an object; NULL: it has none. */
const char *xn_key_of(
	struct xn_model *m, const struct xn_object *object, const struct xn_key *key);
/* Remembers the keys of all objects that the database has. */
int xn_keys_load(struct xn_document *doc, struct xenet_error *err);
/* Remembers the keys of the item by which others may refer to it. */
int xn_keys_enter(struct xn_document *doc, struct xn_item *item, struct xenet_error *err);
/* What tells the item from others, or is one of its names, is told wrongly. */
bool xn_keys_are_refused(const struct xn_item *item);
/* The class of the database's object of that uuid; NULL: there is none. */
const struct xenet_class *xn_keys_owner(const struct xn_document *doc, const char *uuid);
/* The uuid as the database would have it; NULL: no memory. */
const char *xn_keys_uuid(const struct xn_document *doc, const char *text);
/* Finds the uuid of an object without one; *ret = NULL: it is a new one. */
int xn_keys_match(struct xn_document *doc, struct xn_item *item, const char **ret,
	struct xenet_error *err);
/* The uuid of the object that a reference names; NULL: none, or several (*several). */
const char *xn_keys_resolve(const struct xn_document *doc,
	const struct xenet_class *class, const char *text, bool *several);
/* Faults: unique keys that two objects have. */
int xn_keys_check(struct xn_document *doc, struct xenet_error *err);

#endif
