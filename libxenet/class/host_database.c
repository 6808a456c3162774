/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/host_database.h"

#include <string.h>

#include "base/text.h"
#include "class/history.h"
#include "model/query.h"

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

int xn_finding_add_about(struct xn_model *m, struct xenet_reply *reply, const char *class,
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

		r = uuid ? xn_finding_add_about(m, reply, q->class, uuid, finding, err)
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
	struct xn_text value = XN_TEXT(m->arena);
	struct question q = { class->name, field->name, wanted };
	char table[XN_COLUMN_SIZE];

	xn_sql_value(&value, class, field);
	if (!xn_text_end(&value))
		return xn_no_memory(err);
	q.sql = xn_printf(m->arena,
		"SELECT uuid || ' ' || c FROM (SELECT *, %s AS c FROM \"%s\" WHERE %s)"
		" WHERE %s ORDER BY %s",
		value.bytes, xn_sql_name(class->name, table),
		field->flags & XN_KEPT ? "json_valid(kept)" : "1", condition,
		order_of(class));
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
			r = xn_host_check_objects(m, reply, *c, order_of(*c), err);
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
