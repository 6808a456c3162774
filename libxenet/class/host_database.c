/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/host_database.h"

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

/* All of the texts that the statement answers are findings about the file. */
static int check_integrity(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	const char **lines;
	int r = xn_sql_texts(m, &lines, err,
		"SELECT integrity_check FROM pragma_integrity_check"
		" WHERE integrity_check <> 'ok'",
		XN_PARAMS(NULL));

	for (; r == 0 && *lines; lines++)
		r = xn_finding_add(reply, db_path(m->db), "integrity", "ok", *lines, err);
	return r;
}

int xn_host_check_database(
	struct xn_model *m, struct xenet_reply *reply, struct xenet_error *err)
{
	int r = xn_findings_start(reply, err);

	return r < 0 ? r : check_integrity(m, reply, err);
}
