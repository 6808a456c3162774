/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XN_MODEL_H
#define XN_MODEL_H

#include "base/arena.h"
#include "base/error.h"
#include "base/stop.h"
#include "db.h"
#include "model/class.h"

/*
 * A transaction's view of the objects: loaded one by one when asked for, edited in memory,
 * judged and saved together. What it hands out lives in its arena.
 */

/* The head of every object's struct; the class's own members follow. */
struct xn_object {
	const struct xenet_class *class;
	const char *uuid;
	struct xn_object *past; /* a copy as the request found it; NULL: it made it     */
	struct xn_object
		*origin; /* ... as the transaction found it; NULL: it made it    */
	struct xn_object *saved; /* ... as it is on file; NULL: it is not there  */
	struct xn_object *moved; /* those of which the row is not the origin's   */
	bool touched;		 /* its links may have to change                 */
	bool looked_back;	 /* what it wanted as the transaction found it is known */
	bool deleted;
	const char *
		obstacle; /* why nothing is done about its links; NULL: nothing is in the way */
	unsigned turn;		/* the last request that asked for it                   */
	struct xn_object *next; /* all objects of the model, oldest first               */
	struct xn_object
		*again; /* those of the last request, in the order of asking    */
	struct xn_object
		*chain; /* those of the same hash                               */
};

/* An object that a change is about. */
struct xn_subject {
	const char *class_name;
	const char *uuid;
	struct xn_subject *next;
};

/* Something about which nothing is done. */
struct xn_held {
	const char *name; /* "vif UUID 0" */
	const char *uuid;
	const char *reason;
	const struct xn_held *next;
};

/* A change that has not ended: others' under way, or one that was cut short. */
struct xn_unsettled {
	const char *database; /* its file of the model                     */
	const struct xn_subject *subjects;
	const char *obstacle; /* why it could not be settled; NULL: not tried */
	bool under_way;
};

/* Who wants all refusals of an object, rather than the first one alone: the head of a struct
 * of its own. */
struct xn_judge {
	/* 0: it is noted, and the next rule counts; a failure is passed on. */
	int (*note)(struct xn_judge *judge, int r, struct xenet_error *refusal,
		struct xenet_error *err);
};

enum {
	XN_MODEL_BUCKETS = 512,
	XN_MODEL_CLASSES = 32
};

/* How a transaction deals with the host beyond what the touched objects ask for. */
enum xn_mend {
	/* All objects are touched, and all links are looked at. What cannot be done is left
	 * out, and told with the reply, rather than a failure. */
	XN_MEND_ALL = 1 << 0,
	XN_MEND_ORPHANS = 1 << 1, /* and the links that no object wants any more go */
};

struct xn_model {
	struct xn_arena *arena;
	struct db *db;
	const char
		*host_uuid; /* identifies the database, in marks; NULL while it is made */
	struct xn_object *objects;
	struct xn_object **end; /* where the next one is entered */
	/* What is not on file yet is among the objects of the request under way. */
	unsigned turn;
	struct xn_object *asked, **asked_end;
	struct xn_object *moved[XN_MODEL_CLASSES]; /* of the classes of the same hash */
	/* As long as the request changes nothing that anybody looks for, though it may delete:
	 * the database knows all that is to be found. */
	bool all_saved;
	struct xn_object *buckets[XN_MODEL_BUCKETS];
	bool in_past; /* xn_get and xn_find hand out the objects as the transaction found them */
	/* How verbs look at the host; details as in host/backend.h. Set by the transaction. */
	int (*observe)(struct xn_model *m, const struct xn_netstate *names,
		unsigned details, struct xn_netstate **ret, struct xenet_error *err);
	int (*scan)(
		struct xn_model *m, struct xn_netstate **ret, struct xenet_error *err);
	int (*survey)(struct xn_model *m, const struct xn_netstate *names,
		unsigned details, struct xn_netstate **ret, struct xenet_error *err);
	/* The host as the verb has seen it, for all live fields; NULL: each looks for itself. */
	const struct xn_netstate *sight;
	/* The text of an object's live field. */
	int (*live)(struct xn_model *m, const struct xn_object *object,
		const struct xenet_field *field, const char **ret,
		struct xenet_error *err);
	/* Saves what the request has changed so far, so that SQL sees it. Set by the
	 * transaction. */
	int (*flush)(struct xn_model *m, struct xenet_error *err);
	void *transaction;
	const void *input; /* what the verb has fetched; NULL: nothing yet */
	struct xn_stop
		*stop; /* asked by whoever waits for something; NULL: nobody can ask */
	bool locked;   /* others wait until the transaction has ended */
	void *host;
	/* Where a change takes place, for the host's record: the boot, and the namespace. Set
	 * by the transaction; NULL: it only reads. */
	const char *boot;
	/* What the records wanted so far was in another boot: the host has none of it. */
	bool is_new_boot;
	struct xn_subject *put_right; /* whose rows were changed by SQL alone */
	/* Of a verb with XN_STEADY; NULL: there is none. */
	const struct xn_unsettled *unsettled;
	unsigned mends;		/* enum xn_mend; 0: an ordinary transaction */
	struct xn_judge *judge; /* told by xn_go_on; NULL: the first refusal is the one */
	/* For now, rows that cannot be read are noted, and passed over where objects are sought;
	 * later on, objects that have to do with one are held. */
	bool tolerates;
	const struct xn_held *damaged;
	const char *
		hostname; /* the name that the machine is to get; NULL: it keeps its own */
};

/* NULL when memory is short. */
struct xn_model *xn_model_new(struct xn_arena *arena, struct db *db);

/* The object of that class and uuid; XENET_E_UUID_INVALID: there is none. */
int xn_get(struct xn_model *m, const struct xenet_class *class, const char *uuid,
	void *ret_object, struct xenet_error *err);
/* The same; *ret_object = NULL: its row is damaged, which the transaction tolerates. */
int xn_get_sound(struct xn_model *m, const struct xenet_class *class, const char *uuid,
	void *ret_object, struct xenet_error *err);
bool xn_is_damaged(const struct xn_model *m, const char *uuid);
/* The object of that uuid that has been asked for, of whatever class; NULL: none has. */
struct xn_object *xn_known(struct xn_model *m, const char *uuid);
/* The object whose stored field has that value (text form) by now, found by index; *ret_object = NULL:
 * there is none. With several, any. */
int xn_find(struct xn_model *m, const struct xenet_class *class, const char *field,
	const char *value, void *ret_object, struct xenet_error *err);
/* All of them, as a NULL-terminated array ordered by uuid. */
int xn_find_all(struct xn_model *m, const struct xenet_class *class, const char *field,
	const char *value, struct xn_object ***ret, struct xenet_error *err);

/* A new object with a fresh uuid and the initial values of its fields. */
int xn_new(struct xn_model *m, const struct xenet_class *class, void *ret_object,
	struct xenet_error *err);
/* An object with that uuid and the initial values of its fields, which is not in the model
 * until xn_enter. */
int xn_blank(struct xn_model *m, const struct xenet_class *class, const char *uuid,
	void *ret_object, struct xenet_error *err);
void xn_enter(struct xn_model *m, void *object);
/* A new object with the members of another one of its class. */
int xn_copy(struct xn_model *m, const void *object, void *ret_object,
	struct xenet_error *err);
/* The object's links are to be compared with the host's: whoever changes what the object
 * or another one asks of the host touches both. */
void xn_touch(void *object);
/* Touches all objects that ask anything of the host (model/touch.c); damaged rows are noted. */
int xn_touch_all(struct xn_model *m, struct xenet_error *err);
void xn_delete(void *object);
/* The object's links are left as they are, for the reason given; of a transaction that mends. */
void xn_hold(void *object, const char *reason);
/* Where something that an object refers to is not found, it is the database that is damaged,
 * and no user who has named what is not there; other failures r (0: none) stay as they are. */
int xn_refuse_damaged(struct xn_model *m, const struct xn_object *object, int r,
	struct xenet_error *err);
/* The failure is one of memory, of the database or of the kernel, and no object's own. A damaged row
 * is its object's. */
bool xn_is_general_failure(int r);
/* Holds the object for the failure r (0: none) in finding out what it wants; what is not its own
 * fault stays a failure. */
int xn_hold_failed(
	struct xn_model *m, struct xn_object *object, int r, struct xenet_error *err);
/* New, deleted, or with a member that differs from what the request found. */
bool xn_is_changed(const struct xn_object *object);
/* The same by the transaction as a whole. */
bool xn_is_changed_in_all(const struct xn_object *object);
/* A member that differs from what the request found; true for all of a new object's. */
bool xn_changed(const void *object, const char *field);

/* What errors show for an object: "uuid (name-label)", or the uuid alone. */
const char *xn_show(struct xn_model *m, const struct xn_object *object);

/* ---- Values in text form (model/value.c) ---- */

/* The stored value as text; NULL: no value. Collections come as JSON. */
const char *xn_value_get(struct xn_model *m, const struct xn_object *object,
	const struct xenet_field *field);
/* Parses and sets; the field's .invalid or a code of its type on refusal. */
int xn_value_set(struct xn_model *m, struct xn_object *object,
	const struct xenet_field *field, const char *text, struct xenet_error *err);
/* Its text form is this one. */
bool xn_value_is(const struct xn_object *object, const struct xenet_field *field,
	const char *text);
bool xn_value_equal(const struct xn_object *a, const struct xn_object *b,
	const struct xenet_field *field);

/* ---- Sets and maps: JSON texts, edited by SQLite (model/collection.c) ---- */

/* *ret = NULL: the key is not there. */
int xn_map_get(struct xn_model *m, const char *map, const char *key, const char **ret,
	struct xenet_error *err);
int xn_map_set(struct xn_model *m, const char **map, const char *key, const char *value,
	struct xenet_error *err);
/* Sets keys to their values, which follow each; of a key that is there twice, the last. */
int xn_map_put(struct xn_model *m, const char **map, const char *const *pairs, size_t n,
	struct xenet_error *err);
/* Adds keys with their values; *clash: a key that is there already, or
 * twice among them, and nothing was added. */
int xn_map_add(struct xn_model *m, const char **map, const char *const *pairs, size_t n,
	const char **clash, struct xenet_error *err);
int xn_map_remove(
	struct xn_model *m, const char **map, const char *key, struct xenet_error *err);
/* *ret: a NULL-terminated array. */
int xn_set_members(
	struct xn_model *m, const char *set, const char ***ret, struct xenet_error *err);
int xn_set_contains(struct xn_model *m, const char *set, const char *member, bool *ret,
	struct xenet_error *err);
int xn_set_add(struct xn_model *m, const char **set, const char *member,
	struct xenet_error *err);
int xn_set_remove(struct xn_model *m, const char **set, const char *member,
	struct xenet_error *err);

/* ---- Saving (model/store.c) ---- */

/* Judges the changed objects in the order in which the request made or asked for them. */
int xn_model_check(struct xn_model *m, struct xenet_error *err);
/* Judges one object by the rules of its class, all of them; what the judge takes is none. */
int xn_judge_object(struct xn_model *m, struct xn_object *object, struct xn_judge *judge,
	struct xenet_error *err);
/* In such a rule: r (0: none) is a refusal upon which what follows does not hang. */
int xn_go_on(struct xn_model *m, int r, struct xenet_error *err);
/* Writes what changed: new and changed rows foundations first, then deletions in reverse. */
int xn_model_save(struct xn_model *m, struct xenet_error *err);
/* Notes that the database has what xn_model_save has written. */
int xn_model_saved(struct xn_model *m, struct xenet_error *err);
/* The request is done and on file: the next one of the transaction finds its objects. */
int xn_model_next(struct xn_model *m, struct xenet_error *err);

/* ---- SQL (model/sql.c) ---- */

/* Turns a failure of the storage into an error; DB_OK and DB_ROW are 0. */
int xn_db_error(struct db *db, enum db_result result, struct xenet_error *err);
/* Runs a statement with text parameters (NULL-terminated) and hands out the first column
 * of its first row; *ret = NULL: no row, or NULL. */
int xn_sql_text(struct xn_model *m, const char **ret, struct xenet_error *err,
	const char *sql, const char *const *params);
#define XN_PARAMS(...) ((const char *const[]){ __VA_ARGS__, NULL })
/* The first column of all rows, as a NULL-terminated array. */
int xn_sql_texts(struct xn_model *m, const char ***ret, struct xenet_error *err,
	const char *sql, const char *const *params);
/* The next number of a named sequence, which starts at 0 and never goes back. */
int xn_sql_next(
	struct xn_model *m, const char *sequence, int64_t *ret, struct xenet_error *err);

#endif
