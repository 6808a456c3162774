/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/host_database.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "class/history.h"

/* What is wrong with the database, told object by object. */

const struct xenet_field xn_finding_fields[] = {
	{ "object", XN_TEXT, XN_RO, 0, "the object, or the device", XN_LISTED },
	{ "attribute", XN_TEXT, XN_RO, 0, "what of it", XN_LISTED },
	{ "wanted", XN_TEXT, XN_RO, 0, "how it should be", XN_LISTED },
	{ "found", XN_TEXT, XN_RO, 0, "how it is", XN_LISTED },
	{ NULL },
};

int xn_findings_start(struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xenet_field *const columns[] = { &xn_finding_fields[0],
		&xn_finding_fields[1], &xn_finding_fields[2], &xn_finding_fields[3] };

	reply->answer = XN_ANSWER_TABLE;
	return xn_reply_set_fields(reply, columns, 4, err);
}

int xn_finding_add(struct xenet_reply *reply, const char *object, const char *attribute,
	const char *wanted, const char *found, struct xenet_error *err)
{
	const char *const values[] = { object, attribute, wanted, found };
	int r = reply->fields ? 0 : xn_findings_start(reply, err);

	reply->status = XENET_STATUS_DIFFERS;
	return r < 0 ? r : xn_reply_add_row(reply, values, err);
}

/* ---- The file ---- */

static int add_damage(struct xn_model *m, struct xenet_reply *reply, const char *found,
	struct xenet_error *err)
{
	return xn_finding_add(reply, db_path(m->db), "integrity", "ok", found, err);
}

static int check_integrity(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	const char **lines;
	int r = xn_sql_texts(m, &lines, err,
		"SELECT integrity_check FROM pragma_integrity_check"
		" WHERE integrity_check <> 'ok'",
		XN_PARAMS(NULL));

	for (; r == 0 && *lines; lines++)
		r = add_damage(m, reply, *lines, err);
	return r;
}

/* Of an object, "class uuid"; a text without memory is told as "". */
static int add_about(struct xn_model *m, struct xenet_reply *reply, const char *class,
	const char *uuid, const char *const finding[3], struct xenet_error *err)
{
	return xn_finding_add(reply, xn_printf(m->arena, "%s %s", class, uuid),
		finding[0], finding[1], finding[2], err);
}

/* ---- What is found by a query: each answer is a uuid, a blank, and what was found ---- */

struct question {
	const char *class, *attribute, *wanted, *sql;
};

static int ask(struct xn_model *m, struct xenet_reply *reply, const struct question *q,
	struct xenet_error *err)
{
	const char **answers = NULL;
	int r = xn_sql_texts(m, &answers, err, q->sql, XN_PARAMS(NULL));

	for (; r == 0 && *answers; answers++) {
		size_t length = strcspn(*answers, " ");
		const char *uuid = xn_strndup(m->arena, *answers, length);
		const char *finding[] = { q->attribute, q->wanted,
			*answers + length + 1 };

		r = uuid ? add_about(m, reply, q->class, uuid, finding, err)
			 : xn_no_memory(err);
	}
	return r;
}

/* By what a user knows the objects of a class, and in any case. */
static const char *order_of(const struct xenet_class *class)
{
	static const char *const fields[] = { "device", "tag", "name-label" };
	static const char *const orders[] = { "device, uuid", "tag, uuid",
		"name_label, uuid", "uuid" };
	size_t i = 0;

	while (i < sizeof(fields) / sizeof(fields[0]) && !xn_field(class, fields[i]))
		i++;
	return orders[i];
}

static int check_reference(struct xn_model *m, struct xenet_reply *reply,
	const struct xenet_class *class, const struct xenet_field *field,
	struct xenet_error *err)
{
	char table[XN_COLUMN_SIZE], column[XN_COLUMN_SIZE], target[XN_COLUMN_SIZE];
	struct question q = { class->name, field->name };

	xn_sql_name(field->name, column);
	q.wanted = xn_printf(m->arena, "the uuid of a %s", field->ref);
	q.sql = xn_printf(m->arena,
		"SELECT uuid || ' ' || \"%s\" FROM \"%s\" WHERE \"%s\" IS NOT NULL"
		" AND \"%s\" NOT IN (SELECT uuid FROM \"%s\") ORDER BY %s",
		column, xn_sql_name(class->name, table), column, column,
		xn_sql_name(field->ref, target), order_of(class));
	return q.wanted && q.sql ? ask(m, reply, &q, err) : xn_no_memory(err);
}

/* A question about what one column (c) of each row has. */
static int ask_of_column(struct xn_model *m, struct xenet_reply *reply,
	const struct xenet_class *class, const struct xenet_field *field,
	const char *wanted, const char *condition, struct xenet_error *err)
{
	char table[XN_COLUMN_SIZE], column[XN_COLUMN_SIZE];
	struct question q = { class->name, field->name, wanted };

	q.sql = xn_printf(m->arena,
		"SELECT uuid || ' ' || c FROM (SELECT *, \"%s\" AS c FROM \"%s\")"
		" WHERE %s ORDER BY %s",
		xn_sql_name(field->name, column), xn_sql_name(class->name, table),
		condition, order_of(class));
	return q.sql ? ask(m, reply, &q, err) : xn_no_memory(err);
}

#define IS_JSON "substr(c, 1, 1) IN ('[', '{') AND json_valid(c)"

/* What begins as JSON, which is all that is asked of a row that is read, and is none; and what is
 * in it. */
static int check_json(struct xn_model *m, struct xenet_reply *reply,
	const struct xenet_class *class, const struct xenet_field *field,
	struct xenet_error *err)
{
	int r = ask_of_column(m, reply, class, field, "JSON",
		"substr(c, 1, 1) IN ('[', '{') AND NOT json_valid(c)", err);

	return r < 0 ? r
		     : ask_of_column(m, reply, class, field, "texts in it",
			       "EXISTS (SELECT 1 FROM json_each(iif(" IS_JSON
			       ", c, '[]')) WHERE type <> 'text')",
			       err);
}

static int check_text(struct xn_model *m, struct xenet_reply *reply,
	const struct xenet_class *class, const struct xenet_field *field,
	struct xenet_error *err)
{
	int r = ask_of_column(
		m, reply, class, field, "a text", "typeof(c) = 'blob'", err);

	return r < 0 || field->type != XN_UUID
		       ? r
		       : ask_of_column(m, reply, class, field, "in lower case",
				 "c <> lower(c)", err);
}

/* Every reference is a foreign key, so this tells more than a foreign_key_check. */
static int check_fields(struct xn_model *m, struct xenet_reply *reply,
	const struct xenet_class *class, struct xenet_error *err)
{
	const struct xenet_field *field = xn_next_stored(class->fields);
	int r = 0;

	for (; field && r == 0; field = xn_next_stored(field + 1))
		if (field->type == XN_REF)
			r = check_reference(m, reply, class, field, err);
		else if (field->type == XN_SET || field->type == XN_MAP)
			r = check_json(m, reply, class, field, err);
		else if (field->type != XN_INT && field->type != XN_BOOL)
			r = check_text(m, reply, class, field, err);
	return r;
}

/* What several objects are to each other. */
static const struct question questions[] = {
	{ "pif", "kind", "a VLAN that provides it",
		"SELECT uuid || ' ' || kind FROM pif WHERE kind = 'vlan'"
		" AND uuid NOT IN (SELECT untagged_pif FROM vlan WHERE untagged_pif IS "
		"NOT NULL) ORDER BY device, "
		"uuid" },
	{ "pif", "kind", "a bond that provides it",
		"SELECT uuid || ' ' || kind FROM pif WHERE kind = 'bond'"
		" AND uuid NOT IN (SELECT master FROM bond WHERE master IS NOT NULL) "
		"ORDER BY device, uuid" },
	{ "pif", "kind", "a tunnel that provides it",
		"SELECT uuid || ' ' || kind FROM pif WHERE kind = 'tunnel'"
		" AND uuid NOT IN (SELECT access_pif FROM tunnel WHERE access_pif IS NOT "
		"NULL) ORDER BY device, "
		"uuid" },
	{ "vm", "dom-id", "-1, or a domain's",
		"SELECT uuid || ' ' || dom_id FROM vm WHERE dom_id < -1 ORDER BY "
		"name_label, uuid" },
	{ "vif", "plugged", "a VM that runs",
		"SELECT vif.uuid || ' ' || power_state FROM vif"
		" JOIN vm ON vm.uuid = vm_uuid WHERE plugged AND dom_id = -1"
		" ORDER BY device, 1" },
	{ "vlan", "untagged-PIF", "a PIF of kind vlan",
		"SELECT vlan.uuid || ' ' || kind FROM vlan"
		" JOIN pif ON pif.uuid = untagged_pif WHERE kind <> 'vlan' ORDER BY "
		"device, 1" },
	{ "vlan", "tag", "that of its untagged PIF",
		"SELECT vlan.uuid || ' ' || tag FROM vlan"
		" JOIN pif ON pif.uuid = untagged_pif WHERE pif.vlan <> tag ORDER BY "
		"device, 1" },
	{ "bond", "master", "a PIF of kind bond",
		"SELECT bond.uuid || ' ' || kind FROM bond"
		" JOIN pif ON pif.uuid = master WHERE kind <> 'bond' ORDER BY device, "
		"1" },
	{ "tunnel", "access-PIF", "a PIF of kind tunnel",
		"SELECT tunnel.uuid || ' ' || kind FROM tunnel"
		" JOIN pif ON pif.uuid = access_pif WHERE kind <> 'tunnel' ORDER BY "
		"device, 1" },
};

static int check_relations(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(questions) / sizeof(questions[0]); i++)
		r = ask(m, reply, &questions[i], err);
	return r;
}

/* ---- The rules of classes ---- */

static const char *allowed(struct xn_model *m, const struct xenet_field *field)
{
	switch (field->type) {
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
		return "a JSON object";
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
	return add_about(m, reply, class->name, uuid, finding, err);
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

static int check_objects(struct xn_model *m, struct xenet_reply *reply,
	const struct xenet_class *class, struct xenet_error *err)
{
	char table[XN_COLUMN_SIZE];
	const char **uuids = NULL;
	const char *sql = xn_printf(m->arena, "SELECT uuid FROM \"%s\" ORDER BY %s",
		xn_sql_name(class->name, table), order_of(class));
	int r = sql ? xn_sql_texts(m, &uuids, err, sql, XN_PARAMS(NULL))
		    : xn_no_memory(err);

	for (; r == 0 && *uuids; uuids++)
		r = check_object(m, reply, class, *uuids, err);
	return r;
}

static int check_model(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	int r = 0;

	for (const struct xenet_class *const *c = xn_classes; *c && r == 0; c++) {
		/* Nobody acts on the history. */
		if ((*c)->none || (*c)->of || *c == &xn_history_class)
			continue;
		r = check_fields(m, reply, *c, err);
		if (r == 0)
			r = check_objects(m, reply, *c, err);
	}
	return r < 0 ? r : check_relations(m, reply, err);
}

int xn_host_check_database(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	int r = xn_findings_start(reply, err);

	if (r == 0)
		r = check_integrity(m, reply, err);
	if (r == 0)
		r = check_model(m, reply, err);
	/* Of a damaged file it says what it could find out. */
	if (r == -XENET_E_DB_CORRUPT && xenet_reply_rows(reply)) {
		xenet_error_clear(err);
		return 0;
	}
	return r;
}
