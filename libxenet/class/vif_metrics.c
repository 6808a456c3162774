/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/text.h"
#include "class/vif.h"
#include "host/netstate.h"
#include "model/query.h"

/* vif-metrics: what went through all VIFs, from one look at the host. */

#define COLUMNS                                                                          \
	"uuid,vm-uuid,vm-name-label,device,network-uuid,network-name-label,carrier,"     \
	"device-name,rx-bytes,rx-packets,rx-errors,rx-drops,tx-bytes,tx-packets,"        \
	"tx-errors,tx-drops,locking-drops"

struct metric {
	const char *field, *name, *type, *help;
};

static const struct metric metrics[] = {
	{ "carrier", "carrier", "gauge", "Whether the guest has the device open." },
	{ "rx-bytes", "receive_bytes_total", "counter",
		"Bytes that the guest received." },
	{ "rx-packets", "receive_packets_total", "counter",
		"Frames that the guest received." },
	{ "rx-errors", "receive_errors_total", "counter",
		"Broken frames towards the guest." },
	{ "rx-drops", "receive_drops_total", "counter",
		"Frames lost on the way to the guest." },
	{ "tx-bytes", "transmit_bytes_total", "counter", "Bytes that the guest sent." },
	{ "tx-packets", "transmit_packets_total", "counter",
		"Frames that the guest sent." },
	{ "tx-errors", "transmit_errors_total", "counter",
		"Broken frames from the guest." },
	{ "tx-drops", "transmit_drops_total", "counter",
		"Frames from the guest that were lost." },
	{ "locking-drops", "locking_drops_total", "counter",
		"Frames from the guest that its locking mode did not let through." },
};

static const struct {
	const char *field, *name;
} labels[] = {
	{ "uuid", "uuid" },
	{ "vm-uuid", "vm_uuid" },
	{ "vm-name-label", "vm_name_label" },
	{ "device", "device" },
	{ "network-uuid", "network_uuid" },
	{ "network-name-label", "network_name_label" },
	{ "device-name", "interface" },
};

static const char *value_of(
	const struct xenet_reply *records, size_t row, const char *field)
{
	size_t column = 0;

	while (strcmp(records->fields[column]->name, field) != 0)
		column++;
	return records->rows[row][column];
}

/* In quotes, as the text format of Prometheus has it. */
static void add_quoted(struct xn_text *line, const char *value)
{
	xn_text_add(line, "\"");
	for (; *value; value++)
		if (*value == '\n')
			xn_text_add(line, "\\n");
		else if (*value == '"' || *value == '\\')
			xn_text_addf(line, "\\%c", *value);
		else
			xn_text_addn(line, value, 1);
	xn_text_add(line, "\"");
}

static int add_line(
	struct xenet_reply *reply, struct xn_text *line, struct xenet_error *err)
{
	const char *text = xn_text_end(line);

	return text ? xn_reply_add_value(reply, text, err) : xn_no_memory(err);
}

static const char *number(const char *value)
{
	if (strcmp(value, "true") == 0)
		return "1";
	return strcmp(value, "false") == 0 ? "0" : value;
}

static int add_sample(struct xn_model *m, const struct xenet_reply *records, size_t row,
	const struct metric *metric, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_text line = XN_TEXT(m->arena);

	xn_text_addf(&line, "xenet_vif_%s{", metric->name);
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		xn_text_addf(&line, "%s%s=", i ? "," : "", labels[i].name);
		add_quoted(&line, value_of(records, row, labels[i].field));
	}
	xn_text_addf(&line, "} %s", number(value_of(records, row, metric->field)));
	return add_line(reply, &line, err);
}

/* What has no device has counted nothing: there is no sample of it. */
static int add_samples(struct xn_model *m, const struct xenet_reply *records,
	const struct metric *metric, struct xenet_reply *reply, struct xenet_error *err)
{
	int r = 0;

	for (size_t row = 0; row < records->n_rows && r == 0; row++)
		if (value_of(records, row, "rx-bytes")[0] != '<')
			r = add_sample(m, records, row, metric, reply, err);
	return r;
}

static int add_header(struct xn_model *m, const struct metric *metric,
	struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_text help = XN_TEXT(m->arena), type = XN_TEXT(m->arena);
	int r;

	xn_text_addf(&help, "# HELP xenet_vif_%s %s", metric->name, metric->help);
	xn_text_addf(&type, "# TYPE xenet_vif_%s %s", metric->name, metric->type);
	r = add_line(reply, &help, err);
	return r < 0 ? r : add_line(reply, &type, err);
}

static int tell(struct xn_model *m, const struct xn_query *query,
	struct xenet_reply *reply, struct xenet_error *err)
{
	struct xenet_reply *records = xn_reply_new();
	int r = records ? xn_query_run(m, query, records, err) : xn_no_memory(err);

	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]) && r == 0; i++) {
		r = add_header(m, &metrics[i], reply, err);
		if (r == 0)
			r = add_samples(m, records, &metrics[i], reply, err);
	}
	xenet_reply_free(records);
	return r;
}

/* Where nothing is locked, nothing has been dropped, and nobody is asked. */
static int choose_details(
	struct xn_model *m, bool is_one, unsigned *ret, struct xenet_error *err)
{
	const char *locked = "";
	int r = is_one ? 0
		       : xn_sql_text(m, &locked, err,
				 "SELECT 1 FROM vif WHERE plugged = 1"
				 " AND locking_mode = 'locked' LIMIT 1",
				 XN_PARAMS(NULL));

	*ret = XN_DETAIL_COUNTERS | (locked ? XN_DETAIL_GUARD : 0U);
	return r;
}

/* One link, or all of the host at once. */
static int see(struct xn_model *m, const struct xn_vif *vif, struct xn_netstate **ret,
	struct xenet_error *err)
{
	struct xn_netstate *names = xn_netstate_new(m->arena);
	unsigned details = 0;
	int r = names ? choose_details(m, vif != NULL, &details, err) : xn_no_memory(err);

	if (r == 0 && vif)
		r = xn_refuse_damaged(
			m, &vif->o, xn_vif_class.desire(m, &vif->o, names, err), err);
	if (r < 0)
		return r;
	return vif ? m->observe(m, names, details, ret, err)
		   : m->survey(m, names, details, ret, err);
}

static int select_vifs(struct xn_model *m, const struct xenet_request *req,
	struct xn_query *query, const struct xn_vif **ret, struct xenet_error *err)
{
	const char *uuid = xn_arg(req, "uuid");
	struct xn_vif *vif = NULL;
	int r = xn_query_start(m, query, &xn_vif_class, err);

	if (r == 0)
		r = xn_query_columns(m, query, COLUMNS, err);
	if (r == 0 && uuid)
		r = xn_get(m, &xn_vif_class, uuid, &vif, err);
	*ret = vif;
	return r == 0 && vif ? xn_query_filter(m, query, "uuid", vif->o.uuid, err) : r;
}

int xn_vif_metrics(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_vif *vif;
	struct xn_netstate *have;
	struct xn_query query;
	int r = select_vifs(m, req, &query, &vif, err);

	(void)none;
	if (r == 0)
		r = see(m, vif, &have, err);
	if (r < 0)
		return r;
	m->sight = have;
	r = reply->as_json ? xn_query_run(m, &query, reply, err)
			   : tell(m, &query, reply, err);
	m->sight = NULL;
	return r;
}
