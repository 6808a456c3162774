/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/host_database.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

/* What each object of the database would be refused for. */

/* No field: that of all that have no column. */
static const char *allowed(struct xn_model *m, const struct xenet_field *field)
{
	switch (field ? field->type : XN_MAP) {
	case XN_UUID:
	case XN_REF:
		return "a uuid";
	case XN_ENUM:
		return field->choices;
	case XN_INT:
		return field->max ? xn_printf(m->arena, "%" PRId64 " to %" PRId64,
					    field->min, field->max)
				  : "a number";
	case XN_BOOL:
		return "0 or 1";
	case XN_MAC:
		return "six groups of two hex digits, in lower case";
	case XN_SET:
		return "a JSON array";
	case XN_MAP:
		return field ? "a JSON object" : "a JSON object of fields";
	default:
		return "a text";
	}
}

/* The sentence of a refusal, and its values. */
static const char *tell(struct xn_model *m, const struct xenet_error *why)
{
	struct xn_text text = XN_TEXT(m->arena);

	xn_text_add(&text, why->message ? why->message : xenet_error_name(why->code));
	for (size_t i = 0; i < why->n_params && xenet_error_label(why->code, i); i++)
		xn_text_addf(&text, "%s%s: %s", i ? ", " : " (",
			xenet_error_label(why->code, i), why->params[i]);
	if (why->n_params && xenet_error_label(why->code, 0))
		xn_text_add(&text, ")");
	return xn_text_end(&text);
}

/* What an object is refused for is a finding; that it could not be judged is a failure. */
static int add_refusal(struct xn_model *m, struct xenet_reply *reply,
	const struct xenet_class *class, const char *uuid, const struct xenet_error *why,
	struct xenet_error *err)
{
	const char *finding[] = { "rules", "kept", tell(m, why) };
	bool is_row = why->code == XENET_E_DB_ROW_INVALID;

	/* Another object's fault, or that it is not there, is told of the other one. */
	if (why->code == XENET_E_UUID_INVALID ||
		(is_row && strcmp(why->params[1], uuid) != 0))
		return 0;
	if (is_row) {
		finding[0] = why->params[2];
		finding[1] = allowed(m, xn_field(class, why->params[2]));
		finding[2] = why->params[3];
	}
	return xn_finding_add_about(m, reply, class->name, uuid, finding, err);
}

static bool is_failure(int r)
{
	return r == -XENET_E_NO_MEMORY || r == -XENET_E_DB_CORRUPT || r == -XENET_E_DB_IO;
}

struct judge {
	struct xn_judge o;
	struct xn_model *m;
	struct xenet_reply *reply;
	const struct xenet_class *class;
	const char *uuid;
};

static int note_refusal(struct xn_judge *judge, int r, struct xenet_error *refusal,
	struct xenet_error *err)
{
	const struct judge *own = (struct judge *)judge;

	return is_failure(r) ? xn_error_move(err, refusal)
			     : add_refusal(own->m, own->reply, own->class, own->uuid,
				       refusal, err);
}

/* As if it were new, so that no rule is left out because nothing has changed. */
static int judge_as_new(
	struct judge *judge, struct xn_object *object, struct xenet_error *err)
{
	struct xn_object *past = object->past;
	int r;

	object->past = NULL;
	r = xn_judge_object(judge->m, object, &judge->o, err);
	object->past = past;
	return r;
}

static int check_object(struct xn_model *m, struct xenet_reply *reply,
	const struct xenet_class *class, const char *uuid, struct xenet_error *err)
{
	struct judge judge = { { note_refusal }, m, reply, class, uuid };
	struct xenet_error why = { 0 };
	struct xn_object *object;
	int r = xn_get(m, class, uuid, &object, &why);

	r = r < 0 ? note_refusal(&judge.o, r, &why, err)
		  : judge_as_new(&judge, object, err);
	xenet_error_clear(&why);
	return r;
}

int xn_host_check_objects(struct xn_model *m, struct xenet_reply *reply,
	const struct xenet_class *class, const char *order, struct xenet_error *err)
{
	char table[XN_COLUMN_SIZE];
	const char **uuids = NULL;
	const char *sql = xn_printf(m->arena, "SELECT uuid FROM \"%s\" ORDER BY %s",
		xn_sql_name(class->name, table), order);
	int r = sql ? xn_sql_texts(m, &uuids, err, sql, XN_PARAMS(NULL))
		    : xn_no_memory(err);

	for (; r == 0 && *uuids; uuids++)
		r = check_object(m, reply, class, *uuids, err);
	return r;
}
