/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef XENET_H
#define XENET_H

#include <stdbool.h>
#include <stddef.h>

/*
 * libxenet: networks, PIFs, VLANs and VIFs as objects in a database, and the Linux host
 * as their projection.
 *
 * Functions return 0 or -code (enum xenet_error_code). On failure *ret is untouched and
 * err, which may be NULL, is filled; the caller starts with a zeroed one, and releases what
 * it holds with xenet_error_clear. What
 * comes back through ret is the caller's, to be released with the function named there;
 * what is passed in is borrowed for the call. Texts are UTF-8. Releasing functions take
 * NULL and return NULL. The library never prints, never exits and has no globals; one
 * handle serves one thread at a time, in the process that opened it: after a fork it is
 * refused in the child (XENET_E_HANDLE_INHERITED), where releasing it does nothing.
 */

enum xenet_error_code {
	XENET_OK = 0,
#define XENET_ERROR(code, ...) XENET_E_##code,
#include "xenet_errors.def"
#undef XENET_ERROR
};

struct xenet_error {
	enum xenet_error_code code; /* the contract, with the values      */
	char **params;		    /* in the order of xenet_error_label  */
	size_t n_params;
	char *message; /* one sentence, for people            */
};

/* The exit statuses of the program, too. */
enum xenet_status {
	XENET_STATUS_DONE = 0,
	XENET_STATUS_FAILED = 1, /* there is no reply, but an error                  */
	XENET_STATUS_DEGRADED =
		2, /* objects are not, or not yet again, as they are meant to be */
	XENET_STATUS_DIFFERS = 3, /* the host is not as the model wants it            */
};

/* How xe shows an error of this kind. */
enum xenet_error_shape {
	XENET_SHAPE_LABELLED, /* the sentence, then "label: value" lines            */
	XENET_SHAPE_PLAIN,    /* "Error: " and the sentence                         */
	XENET_SHAPE_USAGE,    /* the sentence, then a pointer to help               */
	XENET_SHAPE_CODE,     /* "Error code: " sentence, "Error parameters: " list */
	XENET_SHAPE_LISTED,   /* as LABELLED, then a line for each value without label */
};

/* Codes without a row, such as the one behind the last, are INTERNAL_ERROR here. */
const char *xenet_error_name(enum xenet_error_code code);
/* How a row's sentence reads, with {0} {1} ... where the values go; it may tell more values
 * than have labels. */
const char *xenet_error_sentence(enum xenet_error_code code);
/* The highest code. */
enum xenet_error_code xenet_error_last(void);
enum xenet_error_shape xenet_error_shape(enum xenet_error_code code);
/* Of a failure: XENET_STATUS_FAILED, or XENET_STATUS_DEGRADED when it could not be taken back. */
enum xenet_status xenet_error_status(const struct xenet_error *err);
/* NULL behind the last label. */
const char *xenet_error_label(enum xenet_error_code code, size_t i);
/* What failing functions do: sets code, sentence and copies of the values, which end with
 * NULL. Returns -code. */
int xenet_error_fill(
	struct xenet_error *err, enum xenet_error_code code, const char *const *values);
/* Frees the members; the struct itself is the caller's and may be used again. */
void xenet_error_clear(struct xenet_error *err);
/* {"code": NAME, "message": ..., "params": {LABEL: VALUE, ...}}, with "extra": [VALUE, ...]
 * when there are more values than labels; free() it. -XENET_E_NO_MEMORY is all that can
 * fail. */
int xenet_error_json(const struct xenet_error *err, char **ret);

const char *xenet_version(void);

/* Whether the word may be a misspelt, or unfinished, name. */
bool xenet_is_near(const char *word, const char *name);

/* ---- Classes, fields, verbs: what there is, for help, completion and manuals ---- */

struct xenet_class;
struct xenet_field;
struct xenet_verb;

/* The i-th one; NULL behind the last. All are static. */
const struct xenet_class *xenet_class_at(size_t i);
const struct xenet_class *xenet_class_find(const char *name);
const char *xenet_class_name(const struct xenet_class *c);
const char *xenet_class_summary(const struct xenet_class *c);

/* In print order. */
const struct xenet_field *xenet_field_at(const struct xenet_class *c, size_t i);
const char *xenet_field_name(const struct xenet_field *field);
const char *xenet_field_summary(const struct xenet_field *field);
/* xe's mark of kind and access: RO RW SRO SRW MRO MRW. */
const char *xenet_field_marker(const struct xenet_field *field);
/* The values that it may have, "a|b"; NULL: no such list. */
const char *xenet_field_choices(const struct xenet_field *field);
/* The class of the objects whose uuid it holds; NULL: it holds something else. */
const struct xenet_class *xenet_field_target(const struct xenet_field *field);
bool xenet_field_is_listed(const struct xenet_field *field); /* in the default list */
bool xenet_field_is_deprecated(const struct xenet_field *field);

struct xenet_param {
	char name[64]; /* a name ending in ':' takes name:key=value */
	const char *summary;
	bool required;
	bool is_field; /* one of the class's fields, as a filter or to be set */
	bool any_case; /* its name is taken in any letter case */
};

/* How a command names the objects it acts on. */
enum xenet_selector {
	XENET_SELECT_NONE, /* by its parameters                              */
	XENET_SELECT_VM,   /* vm=, or any filter of vm-list                  */
	XENET_SELECT_HOST, /* host=, or any filter of host-list              */
};

const struct xenet_verb *xenet_verb_at(const struct xenet_class *c, size_t i);
const char *xenet_verb_name(const struct xenet_verb *verb); /* may be "" */
const char *xenet_verb_summary(const struct xenet_verb *verb);
bool xenet_verb_changes(const struct xenet_verb *verb);
/* In the short help list. */
bool xenet_verb_is_common(const struct xenet_class *c, const struct xenet_verb *verb);
bool xenet_verb_is_hidden(const struct xenet_verb *verb); /* in no help list    */
/* Takes fields of objects as words: filters, selectors, or what is to be set. */
bool xenet_verb_takes_fields(const struct xenet_verb *verb);
/* The verb of the class that, given the same words, lists what this one destroys, so that
 * people can be asked; NULL: there is nothing to ask. xenet_run does not ask. */
const char *xenet_verb_asks(const struct xenet_verb *verb);
enum xenet_selector xenet_verb_selector(const struct xenet_verb *verb);
/* The i-th parameter; false behind the last. Required ones come first. */
bool xenet_param_at(const struct xenet_class *c, const struct xenet_verb *verb, size_t i,
	struct xenet_param *param);
enum {
	XENET_COMMAND_SIZE = 80
};
/* "vlan-create", or for a verb without a name that of the class; returns out. */
const char *xenet_command_name(const struct xenet_class *c, const struct xenet_verb *verb,
	char out[XENET_COMMAND_SIZE]);
/* The class and verb of a command such as "vlan-create"; false: there is none. */
bool xenet_command_find(const char *command, const struct xenet_class **c,
	const struct xenet_verb **verb);

/* ---- Requests and replies ---- */

struct xenet_request;
struct xenet_reply;

/* XENET_E_UNKNOWN_COMMAND: no such class or verb. Release: xenet_request_free. */
int xenet_request_new(struct xenet_request **ret, const char *class_name,
	const char *verb, struct xenet_error *err);
/* Adds an argument; order and repetition are kept. Both texts are copied. */
int xenet_request_set(struct xenet_request *request, const char *key, const char *value,
	struct xenet_error *err);
/* A required parameter that is absent: XENET_E_PARAMETER_MISSING. xenet_run asks too. */
int xenet_request_check(const struct xenet_request *request, struct xenet_error *err);
/* Whether it reads only, or at least before anything else. */
bool xenet_request_reads(const struct xenet_request *request);
struct xenet_request *xenet_request_free(struct xenet_request *request);

/* A reply is a table: records with fields, or plain values in one unnamed column. */
size_t xenet_reply_rows(const struct xenet_reply *reply);
size_t xenet_reply_columns(const struct xenet_reply *reply);
/* NULL: the column holds plain values, such as the uuid of a new object. */
const struct xenet_field *xenet_reply_field(
	const struct xenet_reply *reply, size_t column);
const char *xenet_reply_value(const struct xenet_reply *reply, size_t row, size_t column);
/* How it went beyond "it did not fail". */
enum xenet_status xenet_reply_status(const struct xenet_reply *reply);
/* What the user should know beside, in sentences; NULL behind the last. */
const char *xenet_reply_note(const struct xenet_reply *reply, size_t i);
/* The reply of xenet_run_json; NULL: it is another one's. */
const char *xenet_reply_json(const struct xenet_reply *reply);
struct xenet_reply *xenet_reply_free(struct xenet_reply *reply);

/* ---- An open model and the host it drives ---- */

struct xenet;

struct xenet_options {
	const char *database;	   /* file; created on first use               */
	const char *run_directory; /* locks and intents, emptied by a reboot   */
	const char *backend;	   /* "linux" or "fake"                        */
	unsigned timeout_ms;	   /* how long a change waits for the lock     */
	const char *user;	   /* who asks, for the history; may be NULL   */
	/* The process has no other thread, no more than one handle at a time, and nothing else in
	 * it uses SQLite: that need not guard itself, for as long as the process lives, nor make
	 * the index of the database's log anew. Counts in the first xenet_open. */
	bool one_thread;
	/* Most likely no more than reading is wanted (see xenet_request_reads): then nothing is
	 * written to open the database, which the first change opens anew. Counts with
	 * one_thread. */
	bool reads;
};

/* The values of XENET_DB, XENET_RUN and XENET_BACKEND, or their defaults, and of SUDO_USER or
 * LOGNAME; borrowed from the environment. timeout_ms is 30,000. */
struct xenet_options xenet_options_default(void);

/* Opens, and on first use creates, the database. Release: xenet_close. */
int xenet_open(
	struct xenet **ret, const struct xenet_options *options, struct xenet_error *err);
struct xenet *xenet_close(struct xenet *xn);
/* Whether there was no database, and xenet_open has made one. */
bool xenet_is_new(const struct xenet *xn);

/* Runs one request. A change is on disk and in the kernel when this returns 0, and
 * neither when it fails. event-wait returns when what it waits for is so, or
 * fails when timeout= seconds are over. Release: xenet_reply_free. */
int xenet_run(struct xenet *xn, const struct xenet_request *request,
	struct xenet_reply **ret, struct xenet_error *err);
/*
 * The same with a reply that xenet_reply_json tells in JSON: an array of objects for a list,
 * an object for all fields of one object, a value for one field, {"uuid": ...} for what was
 * made (an array of such when it is several), {} when there is nothing to tell. Numbers,
 * booleans, arrays and objects stand for fields of these kinds, null for what is not there.
 * Of the other functions for replies, only xenet_reply_note speaks of this one.
 */
int xenet_run_json(struct xenet *xn, const struct xenet_request *request,
	struct xenet_reply **ret, struct xenet_error *err);
/*
 * Asks the change under way to stop: it waits no more for the lock or for its input, ends before
 * its next step, takes back what it did, and fails with XENET_E_CANCELLED. Once it is on disk it
 * has happened. event-wait stops, too. For signal handlers (it is async-signal-safe) and other
 * threads.
 *
 * A wish ends with what it finds under way, granted or too late: a call of xenet_run, or a
 * transaction from xenet_begin to its end. A wish that comes while there is none is kept for the
 * next one, so that a signal just before a call is not lost: who does not mean that one must not
 * ask between two.
 */
void xenet_cancel(struct xenet *xn);
/* What xenet_run would do to the host, a line per step, without doing it; free() it. */
int xenet_plan(struct xenet *xn, const struct xenet_request *request, char **ret,
	struct xenet_error *err);
/* The same, with what xenet_run would say beside in a reply, of which only xenet_reply_note and
 * xenet_reply_status speak; xenet_reply_free() it. What host-recover and host-restore would list is
 * in notes. */
int xenet_plan_notes(struct xenet *xn, const struct xenet_request *request, char **ret,
	struct xenet_reply **ret_notes, struct xenet_error *err);
/* The plan as a JSON array of steps. */
int xenet_plan_json(struct xenet *xn, const struct xenet_request *request, char **ret,
	struct xenet_error *err);

/*
 * Several requests in one transaction: between xenet_begin and xenet_commit, xenet_run carries
 * each one out on the model, where the next one finds what it has done, and xenet_commit brings
 * all of it to the host with one plan: all of it, or nothing. Until then others wait who want
 * to change something, and readers see what was before. After a request that failed nothing
 * else can be done but to end the transaction.
 */
/* With dry_run, xenet_commit only plans. XENET_E_TRANSACTION_OPEN: there is one. */
int xenet_begin(struct xenet *xn, bool dry_run, struct xenet_error *err);
/* Ends it, whatever comes of it. XENET_E_TRANSACTION_NONE: there is none. ret_plan may be NULL; *ret_plan: of a dry run the plan, a line
 * per step (free() it), else NULL. */
int xenet_commit(struct xenet *xn, char **ret_plan, struct xenet_error *err);
/* The lines of a text, such as a plan, as a JSON array; free() it. */
int xenet_lines_json(
	struct xenet *xn, const char *text, char **ret, struct xenet_error *err);
/* Ends it with nothing done; without one it does nothing. */
void xenet_rollback(struct xenet *xn);
/* The same for a failure of the caller's, or of a request that could not be run: the history tells
 * what was tried, with the command that failed (NULL: none of them), and the code. After a request
 * that has failed as it was run, the history tells of that one. */
void xenet_abandon(struct xenet *xn, const char *command, const struct xenet_error *why);

#endif
