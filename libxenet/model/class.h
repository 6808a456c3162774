/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_CLASS_H
#define XN_CLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xenet.h"

/*
 * Descriptors: what a class of objects has (fields) and can be asked (verbs). Rows of data
 * drive SQL, printing, filters, param-*, help, completion and manuals; code remains for
 * what the fields mean.
 */

struct xn_model;
struct xn_object;
struct xn_netstate;

enum xn_type {
	XN_TEXT, /* const char *                                    */
	XN_UUID, /* const char *                                    */
	XN_REF,	 /* const char *: the uuid of an object, or NULL    */
	XN_MAC,	 /* const char *: lower case, or ""                 */
	XN_ENUM, /* const char *: one of .choices, as spelt there   */
	XN_INT,	 /* int64_t                                         */
	XN_BOOL, /* bool                                            */
	XN_SET,	 /* const char *: a JSON array of texts             */
	XN_MAP,	 /* const char *: a JSON object, text to text       */
};

enum xn_access {
	XN_RO,	   /* set by xenet                                   */
	XN_CREATE, /* given once, when the object is made            */
	XN_RW,	   /* set by param-set and its kin                   */
	XN_LIVE,   /* read from the kernel, never stored             */
	XN_HIDDEN, /* stored, never shown                            */
};

enum xn_field_flag {
	XN_LISTED = 1 << 0,	/* in the default list                              */
	XN_EXPENSIVE = 1 << 1,	/* lists show a placeholder instead                 */
	XN_DEPRECATED = 1 << 2, /* marked so when printed                           */
	XN_ASSIGNABLE = 1 << 3, /* a set that param-set replaces, comma-separated   */
	XN_COMMAS = 1 << 4,	/* members are joined by ", ", not by "; "          */
	XN_QUIET = 1 << 5,	/* in no list or help; param-get and filters know it;
				 * a live one params= too                             */
	XN_SETTABLE = 1 << 6,	/* shown read-only, yet param-set takes name:key=   */
	XN_BYTES = 1 << 7,	/* a size: KiB, MiB, GiB, TiB may follow the number     */
	XN_ABSENT = 1 << 8,	/* a collection that nobody reports here                */
	XN_FIXED = 1 << 9,	/* derived, and set to nothing but what it is anyway    */
	XN_PASSING = 1 << 10,	/* of this boot or this machine: in no document         */
	XN_OPTIONAL = 1 << 11,	/* a reference that may be to nothing                   */
	XN_WANTED = 1 << 12,	/* in documents, though it is hidden                    */
	XN_NOT_ZERO = 1 << 13,	/* a number for which 0 is no value, as -1 may be       */
	XN_KEPT = 1 << 14,	/* for scripts that set it: without a column of its own,
				 * see xn_has_column                                   */
};

struct xenet_field {
	const char *
		name; /* xe's; its column, if it has one, is called so in SQL's spelling */
	enum xn_type type;
	enum xn_access access;
	size_t offset; /* in the object's struct; unused with .sql and .live */
	const char *summary;
	unsigned flags;

	const char *initial;	      /* a new object's value, in text form      */
	const char *ref;	      /* XN_REF: class name of the target; with XN_FIXED:
					  type name of one that has no objects here  */
	enum xenet_error_code in_use; /* raised when the target is to be deleted */
	const char *choices;	      /* XN_ENUM: "halted|paused|running"        */
	int64_t min, max; /* XN_INT: its range, with .max; XN_TEXT: most bytes */
	enum xenet_error_code invalid; /* refusal of a value; its one value is the text */
	const char *sql;	       /* a derived field: expression over its table */
	const char *name_of;	/* the reference whose name a derived field tells */
	const char *written_if; /* in documents of its objects only where this expression
					  over its table holds; NULL: in all         */
	/* A live field's text, from what the object wants and what the kernel has. */
	const char *(*live)(const struct xn_object *object,
		const struct xn_netstate *want, const struct xn_netstate *have);
	unsigned details; /* what it looks at beyond the links, as in host/backend.h */
};

enum xn_effect {
	XN_READS,
	XN_CHANGES,
};

enum xn_verb_flag {
	XN_COMMON = 1 << 0,	 /* in the short help list                     */
	XN_UNLISTED = 1 << 1,	 /* works, but is in no help list              */
	XN_BY_VM = 1 << 2,	 /* takes vm= or the filters of vm-list        */
	XN_MULTIPLE = 1 << 3,	 /* acts on all that match, without being told */
	XN_ANY_FIELD = 1 << 4,	 /* takes every shown field as a filter        */
	XN_SET_FIELDS = 1 << 5,	 /* takes every settable field                 */
	XN_OWN_LOOKUP = 1 << 6,	 /* looks its uuid= up itself                  */
	XN_ANY_KEY = 1 << 7,	 /* takes keys of a map as parameters          */
	XN_TEMPLATES = 1 << 8,	 /* XN_BY_VM: finds templates as well          */
	XN_BY_HOST = 1 << 9,	 /* takes host= or the filters of host-list    */
	XN_WAITS = 1 << 10,	 /* is run until it finds something            */
	XN_STEADY = 1 << 12,	 /* reads what no change under way is about      */
	XN_MEMBERS = 1 << 11,	 /* changes a set or a map that is RW          */
	XN_MOVES = 1 << 13,	 /* brings what is plugged in another namespace here */
	XN_ALONE = 1 << 14,	 /* compares all of the host: no part of a transaction */
	XN_MENDS = 1 << 15,	 /* does what is possible, whatever is in the way */
	XN_IDEMPOTENT = 1 << 16, /* says how all should be, and often it is so already */
};

/* Fields that tell in a document which object is meant, where it has no uuid. */
struct xn_key {
	const char *fields[2];
	bool unique;  /* no two objects have it                                  */
	bool is_name; /* references take it, too: "eth0", or "eth0.5" of two fields */
};

struct xn_param {
	const char *name;
	bool required;
	const char *summary;
	bool any_case; /* its name is taken in any letter case */
};

struct xenet_verb {
	const char
		*name; /* behind the class's; "": the command is the class's name alone */
	enum xn_effect effect;
	const struct xn_param *params; /* ends with a NULL name; required ones first */
	const char *summary;
	unsigned flags;
	/*
	 * Carries the verb out on the model: for a change it edits objects and leaves
	 * judging, saving and the kernel to the transaction. object is the one that uuid= or
	 * the selector names, NULL for verbs that take neither.
	 */
	int (*run)(struct xn_model *m, const struct xenet_request *req,
		struct xn_object *object, struct xenet_reply *reply,
		struct xenet_error *err);
	/* Before anything is locked: reads what run wants of m->input. NULL: nothing. */
	int (*fetch)(struct xn_model *m, const struct xenet_request *req,
		struct xenet_error *err);
	/* Another verb of the class, which lists what this one destroys: to be shown and
	 * confirmed first. NULL: nothing is. */
	const char *asks;
};

struct xenet_class {
	const char *name;      /* "vlan": commands start with it          */
	const char *type_name; /* "VLAN": the word of error messages      */
	const char *summary;
	size_t size; /* of its struct, which starts with struct xn_object */
	const struct xenet_field *fields; /* in print order; ends with a NULL name */
	const struct xenet_verb *verbs;	  /* its own; ends with a NULL name        */
	bool common_list;		  /* its list is in the short help      */
	const char *templates; /* its list adds is-a-template=THIS; NULL: it does not */
	/* Its objects are some of that class, which has their table, fields and rules; NULL:
	 * it stands for itself. */
	const struct xenet_class *of;
	const char *columns; /* of its list by default; NULL: the XN_LISTED ones */
	const char *order;   /* the column by which it is listed; NULL: uuid     */
	/* There are no such objects here: lists are empty whatever the filter, as they are in
	 * xe, and no uuid is known. Its fields, all derived, are for help alone. */
	bool none;
	bool bare; /* it has its own verbs alone */
	/* There is always one: a document does not tell its uuid, and calls it "local". */
	bool single;
	const struct xn_key *keys; /* ends with one without fields; NULL: none */
	const char *built_in; /* SQL: objects that are in no document; NULL: none are */
	/* Every rule about a finished object, each by xn_go_on; NULL: none but those of its
	 * fields. */
	int (*check)(
		struct xn_model *m, struct xn_object *object, struct xenet_error *err);
	/*
	 * Adds the links that the object itself asks of the host; called for touched objects,
	 * the deleted ones among them (which may have to give a lent link back).
	 */
	int (*desire)(struct xn_model *m, const struct xn_object *object,
		struct xn_netstate *want, struct xenet_error *err);
	/* Adds what else live fields look at, though the object may want nothing of it. */
	int (*look)(struct xn_model *m, const struct xn_object *object,
		struct xn_netstate *want, struct xenet_error *err);
};

/* The class whose objects it has: itself, or the one it is .of. */
const struct xenet_class *xn_class_of(const struct xenet_class *class);

/* The table of all classes, foundations first (a class refers to earlier ones only);
 * ends with NULL. */
extern const struct xenet_class *const xn_classes[];

/* The verbs that every class has, list first; ends with a NULL name. */
extern const struct xenet_verb xn_generic_verbs[];
/* Of a class that has no others. */
extern const struct xenet_verb xn_no_verbs[];

/* A field by its exact name; NULL: there is none. */
const struct xenet_field *xn_field(const struct xenet_class *class, const char *name);
/* In the database (neither derived nor live). */
bool xn_is_stored(const struct xenet_field *field);
/* The next stored field, from that one on; NULL: there is none. */
const struct xenet_field *xn_next_stored(const struct xenet_field *field);
/*
 * Stored in a column of its own. What few objects have (XN_KEPT) is together in one column, "kept": a
 * JSON object by the names of the fields, without those that have their initial value. Each column
 * of a table makes every command slower that opens the database, or reads one of its rows.
 */
bool xn_has_column(const struct xenet_field *field);
const struct xenet_field *xn_next_column(const struct xenet_field *field);
const struct xenet_field *xn_next_kept(const struct xenet_field *field);
/* What a new object has in it, in text form. */
const char *xn_initial(const struct xenet_field *field);
/* By param-set, as a whole or by key. */
bool xn_is_settable(const struct xenet_field *field);
/* Anybody's to ask for by its name. */
bool xn_is_known(const struct xenet_field *field);
/* In documents (export and import). */
bool xn_is_in_documents(const struct xenet_field *field);
/* In lists and help. */
bool xn_is_shown(const struct xenet_field *field);

enum {
	XN_COLUMN_SIZE = 48
};
/* The SQL name of a field's column or a class's table: "tagged-PIF" is tagged_pif. */
const char *xn_sql_name(const char *name, char out[XN_COLUMN_SIZE]);

#endif
