/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complete.h"

/* Values of parameters: from the fields' descriptors, or asked of the database. */

static bool is_verb(const struct cli_completion *at, const char *name)
{
	return strcmp(xenet_verb_name(at->verb), name) == 0;
}

/* To complete a word must not make a database. */
static struct xenet *open_model(struct cli_completion *at)
{
	struct xenet_options options = xenet_options_default();

	options.one_thread = true;
	options.reads = true;
	if (!at->xn && access(options.database, R_OK) == 0)
		xenet_open(&at->xn, &options, NULL);
	return at->xn;
}

/* A request with key=value words (NULL-terminated, NULL values are left out); NULL: it
 * failed. */
static struct xenet_reply *ask(struct cli_completion *at, const struct xenet_class *c,
	const char *verb, const char *const *words)
{
	struct xenet_request *request = NULL;
	struct xenet_reply *reply = NULL;

	if (!open_model(at) ||
		xenet_request_new(&request, xenet_class_name(c), verb, NULL) < 0)
		return NULL;
	for (; words[0]; words += 2)
		if (words[1])
			xenet_request_set(request, words[0], words[1], NULL);
	xenet_run(at->xn, request, &reply, NULL);
	xenet_request_free(request);
	return reply;
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Neither empty nor one of the texts for a value that is not there. */
static bool is_value(const char *text)
{
	return text && text[0] && text[0] != '<';
}

/* Choices "a|b" or "a,b". */
static void offer_choices(
	struct cli_completion *at, const char *before, const char *choices)
{
	char *copy = strdup(choices), *rest = copy, *choice;

	while (copy && (choice = strsep(&rest, "|,")))
		cli_offer(at, before, choice, "");
	free(copy);
}

/* The distinct values of one field, of all objects or of one. */
static void offer_field(struct cli_completion *at, const char *before,
	const struct xenet_class *c, const char *name, const char *uuid)
{
	struct xenet_reply *reply = ask(
		at, c, "list", WORDS("params", name, "uuid", uuid));

	for (size_t i = 0; reply && i < xenet_reply_rows(reply); i++)
		if (is_value(xenet_reply_value(reply, i, 0)))
			cli_offer(at, before, xenet_reply_value(reply, i, 0), "");
	xenet_reply_free(reply);
}

/* What tells an object from others: its names, device, tag; all but the uuid. */
static void describe(const struct xenet_reply *reply, size_t row, char *out, size_t size)
{
	out[0] = '\0';
	for (size_t i = 1; i < xenet_reply_columns(reply); i++) {
		const char *value = xenet_reply_value(reply, row, i);
		size_t length = strlen(out);

		if (is_value(value) && strcmp(value, "-1") != 0)
			snprintf(out + length, size - length, "%s%s", length ? " " : "",
				value);
	}
}

static void offer_uuids(struct cli_completion *at, const char *before,
	const struct xenet_class *c, bool all)
{
	struct xenet_reply *reply = ask(at, c, "list",
		WORDS("params", "uuid,name-label,vm-name-label,device,VLAN,tag", "all",
			all ? "true" : NULL));
	char description[160];

	for (size_t i = 0; reply && i < xenet_reply_rows(reply); i++) {
		const char *uuid = xenet_reply_value(reply, i, 0);

		describe(reply, i, description, sizeof(description));
		/* One that is on the list already is not offered again. */
		if (!strstr(before, uuid))
			cli_offer(at, before, uuid, description);
	}
	xenet_reply_free(reply);
}

/* The class of vif-uuid=, pif-uuids= or, on its own commands, uuid=. */
static const struct xenet_class *class_of_uuid(
	const struct cli_completion *at, const char *key)
{
	const char *suffix = strstr(key, "-uuid");
	char name[64] = "";

	if (strcmp(key, "uuid") == 0)
		return cli_filter_class(at);
	if (!suffix || (size_t)(suffix - key) >= sizeof(name) ||
		(strcmp(suffix, "-uuid") != 0 && strcmp(suffix, "-uuids") != 0))
		return NULL;
	memcpy(name, key, (size_t)(suffix - key));
	return xenet_class_find(name);
}

/* ---- params=, param-name=, param-key= ---- */

/* vm-vif-list shows VIFs. */
static const struct xenet_class *shown_class(const struct cli_completion *at)
{
	const char *verb = xenet_verb_name(at->verb), *dash = strrchr(verb, '-');
	char name[64] = "";
	const struct xenet_class *c;

	if (!dash || strcmp(dash, "-list") != 0 || (size_t)(dash - verb) >= sizeof(name))
		return at->c;
	memcpy(name, verb, (size_t)(dash - verb));
	c = xenet_class_find(name);
	return c ? c : at->c;
}

static void offer_params(struct cli_completion *at, const char *before)
{
	const struct xenet_class *c = shown_class(at);
	const struct xenet_field *field;

	for (size_t i = 0; (field = xenet_field_at(c, i)); i++)
		if (!xenet_field_is_deprecated(field))
			cli_offer(at, before, xenet_field_name(field),
				xenet_field_summary(field));
	if (!strchr(before, ','))
		cli_offer(at, before, "all", "all fields");
}

static bool takes_field(const struct cli_completion *at, const struct xenet_field *field)
{
	const char *marker = xenet_field_marker(field);
	bool writable = marker[strlen(marker) - 1] == 'W';

	if (is_verb(at, "param-get"))
		return true;
	return writable && (is_verb(at, "param-clear") || strlen(marker) == 3);
}

static void offer_param_names(struct cli_completion *at, const char *before)
{
	const struct xenet_field *field;

	for (size_t i = 0; (field = xenet_field_at(at->c, i)); i++)
		if (takes_field(at, field))
			cli_offer(at, before, xenet_field_name(field),
				xenet_field_summary(field));
}

/* The keys of maps "k: v; k2: v2" and the members of sets "a; b" or "a, b". */
static void offer_parts(
	struct cli_completion *at, const char *before, char *text, const char *after)
{
	char part[256];

	for (char *rest = text, *item; rest && (item = rest);) {
		rest = strstr(item, "; ") ? strstr(item, "; ") : strstr(item, ", ");
		if (rest) {
			*rest = '\0';
			rest += 2;
		}
		item[strstr(item, ": ") ? (size_t)(strstr(item, ": ") - item)
					: strlen(item)] = '\0';
		snprintf(part, sizeof(part), "%s%s", item, after);
		if (item[0])
			cli_offer(at, before, part, "");
	}
}

static void offer_collection(struct cli_completion *at, const char *before,
	const struct xenet_class *c, const char *name, const char *after)
{
	const char *uuid = cli_other(at, "uuid");
	struct xenet_reply *reply = ask(
		at, c, "list", WORDS("params", name, "uuid", uuid));

	for (size_t i = 0; reply && i < xenet_reply_rows(reply); i++) {
		char *text = strdup(xenet_reply_value(reply, i, 0));

		if (text && is_value(text))
			offer_parts(at, before, text, after);
		free(text);
	}
	xenet_reply_free(reply);
}

static void offer_param_keys(struct cli_completion *at, const char *before)
{
	const char *name = cli_other(at, "param-name");

	if (name && cli_field(at->c, name, strlen(name)))
		offer_collection(at, before, at->c, name, "");
}

static void offer_names(
	struct cli_completion *at, const char *before, const char *class_name)
{
	const struct xenet_class *c = xenet_class_find(class_name);

	if (c)
		offer_field(at, before, c, "name-label", NULL);
}

static void offer_vms(struct cli_completion *at, const char *before)
{
	offer_names(at, before, "vm");
}

static void offer_hosts(struct cli_completion *at, const char *before)
{
	offer_names(at, before, "host");
}

static void offer_templates(struct cli_completion *at, const char *before)
{
	offer_names(at, before, "template");
}

/* ---- Which values a key has ---- */

/* Options that are no fields; the command is a prefix, and the first row that fits counts. */
static const struct option {
	const char *key;
	const char *command;
	const char *choices;
	void (*offer)(struct cli_completion *at, const char *before);
} options[] = {
	{ "mode", "pif-reconfigure-ipv6", "dhcp,static,none,autoconf" },
	{ "mode", "pif-reconfigure-ip", "dhcp,static,none" },
	{ "mode", "bond-", "balance-slb,active-backup,lacp" },
	{ "protocol", "tunnel-create", "gre,vxlan" },
	{ "primary_address_type", "", "ipv4,ipv6" },
	{ "force", "", "true,false" },
	{ "multiple", "", "true,false" },
	{ "all", "", "true,false" },
	{ "live", "", "true,false" },
	{ "paused", "", "true,false" },
	{ "minimal", "", "true,false" },
	{ "json", "", "true,false" },
	{ "dry-run", "", "true,false" },
	{ "params", "", .offer = offer_params },
	{ "param-name", "", .offer = offer_param_names },
	{ "param-key", "", .offer = offer_param_keys },
	{ "vm", "", .offer = offer_vms },
	{ "host", "", .offer = offer_hosts },
	{ "on", "", .offer = offer_hosts },
	{ "template", "", .offer = offer_templates },
};

static const struct option *find_option(const struct cli_completion *at, const char *key)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(options[i].key, key) == 0 &&
			strncmp(options[i].command, at->command,
				strlen(options[i].command)) == 0)
			return &options[i];
	return NULL;
}

/* A field: its choices, objects that it can refer to, or the values that it has. */
static void offer_of_field(struct cli_completion *at, const char *before,
	const struct xenet_class *c, const struct xenet_field *field)
{
	const struct xenet_class *target = xenet_field_target(field);

	if (xenet_field_choices(field))
		offer_choices(at, before, xenet_field_choices(field));
	else if (target)
		offer_uuids(at, before, target, true);
	else if (xenet_verb_takes_fields(at->verb))
		offer_field(at, before, c, xenet_field_name(field),
			is_verb(at, "param-set") ? cli_other(at, "uuid") : NULL);
}

/* map:key= has the value of the object at hand, set:contains= the members. */
static void offer_of_collection(
	struct cli_completion *at, const char *before, const char *key)
{
	const struct xenet_class *c = cli_filter_class(at);
	const struct xenet_field *field = cli_field(c, key, strcspn(key, ":"));
	const char *uuid = cli_other(at, "uuid");
	struct xenet_reply *reply;

	if (!field)
		return;
	if (strcmp(strchr(key, ':'), ":contains") == 0) {
		offer_collection(at, before, c, xenet_field_name(field), "");
		return;
	}
	reply = ask(at, c, "param-get",
		WORDS("uuid", uuid ? uuid : "", "param-name", xenet_field_name(field),
			"param-key", strchr(key, ':') + 1));
	if (reply && xenet_reply_rows(reply))
		cli_offer(at, before, xenet_reply_value(reply, 0, 0), "");
	xenet_reply_free(reply);
}

static void offer_by_key(struct cli_completion *at, const char *before, const char *key)
{
	const struct xenet_class *c = class_of_uuid(at, key);
	const struct option *option = find_option(at, key);
	const struct xenet_field *field = cli_field(
		cli_filter_class(at), key, strlen(key));

	if (option && option->offer)
		option->offer(at, before);
	else if (option)
		offer_choices(at, before, option->choices);
	else if (c)
		offer_uuids(at, before, c, strcmp(key, "uuid") != 0);
	else if (strchr(key, ':'))
		offer_of_collection(at, before, key);
	else if (field)
		offer_of_field(at, before, cli_filter_class(at), field);
}

static bool is_list(const char *key)
{
	size_t length = strlen(key);

	return strcmp(key, "params") == 0 ||
	       (length > 6 && strcmp(key + length - 6, "-uuids") == 0);
}

void cli_offer_values(struct cli_completion *at)
{
	size_t length = strcspn(at->word, "=") + 1;
	char *key = strndup(at->word, length - 1), *before;
	const char *comma = strrchr(at->word, ',');

	/* Of a list the last item is unfinished. */
	if (key && is_list(key) && comma)
		length = (size_t)(comma - at->word) + 1;
	before = strndup(at->word, length);
	if (key && before)
		offer_by_key(at, before, key);
	free(before);
	free(key);
}

void cli_offer_map_keys(struct cli_completion *at)
{
	size_t length = strcspn(at->word, ":");
	const struct xenet_class *c = cli_filter_class(at);
	const struct xenet_field *field = cli_field(c, at->word, length);
	char before[80];

	if (!field)
		return;
	snprintf(before, sizeof(before), "%s:", xenet_field_name(field));
	if (xenet_field_marker(field)[0] == 'S')
		cli_offer(at, before, "contains=", "has this member");
	else
		offer_collection(at, before, c, xenet_field_name(field), "=");
}
