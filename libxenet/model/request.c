/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/parse.h"

/* The body of a request to XenServer ends at about 200 KiB; one value here may be larger. */
enum {
	MAX_VALUE_SIZE = 4 << 20
};

int xenet_request_new(struct xenet_request **ret, const char *class_name,
	const char *verb, struct xenet_error *err)
{
	const struct xenet_class *class = xenet_class_find(class_name);
	struct xenet_request *req;
	char command[128];

	int length = snprintf(
		command, sizeof(command), "%s%s%s", class_name, verb[0] ? "-" : "", verb);

	if ((size_t)length >= sizeof(command))
		return xn_fail(err, XENET_E_UNKNOWN_COMMAND, class_name);
	req = calloc(1, sizeof(*req));
	if (!req)
		return xn_no_memory(err);
	if (!class || !xenet_command_find(command, &req->class, &req->verb)) {
		free(req);
		return xn_fail(err, XENET_E_UNKNOWN_COMMAND, command);
	}
	req->end = &req->arguments;
	*ret = req;
	return 0;
}

static struct xn_argument *free_argument(struct xn_argument *argument)
{
	if (!argument)
		return NULL;
	free(argument->key);
	free(argument->value);
	free(argument);
	return NULL;
}

int xenet_request_set(struct xenet_request *req, const char *key, const char *value,
	struct xenet_error *err)
{
	struct xn_argument *argument;

	if (strlen(value) > MAX_VALUE_SIZE)
		return xn_fail(err, XENET_E_TOO_LARGE, key, "over 4 MiB", "4 MiB");
	if (!xn_is_utf8(key) || !xn_is_utf8(value))
		return xn_fail(err, XENET_E_INVALID_VALUE, key, value);
	argument = calloc(1, sizeof(*argument));
	if (!argument)
		return xn_no_memory(err);
	argument->key = strdup(key);
	argument->value = strdup(value);
	if (!argument->key || !argument->value) {
		free_argument(argument);
		return xn_no_memory(err);
	}
	*req->end = argument;
	req->end = &argument->next;
	return 0;
}

struct xenet_request *xenet_request_free(struct xenet_request *req)
{
	if (!req)
		return NULL;
	for (struct xn_argument *argument = req->arguments, *next; argument;
		argument = next) {
		next = argument->next;
		free_argument(argument);
	}
	free(req);
	return NULL;
}

static struct xn_argument *copy_argument(
	struct xn_arena *arena, const struct xn_argument *argument)
{
	struct xn_argument *copy = xn_alloc(arena, sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = (struct xn_argument){ xn_strdup(arena, argument->key),
		xn_strdup(arena, argument->value), NULL };
	return copy->key && copy->value ? copy : NULL;
}

struct xenet_request *xn_request_copy(
	struct xn_arena *arena, const struct xenet_request *req)
{
	struct xenet_request *copy = xn_alloc(arena, sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = (struct xenet_request){ .class = req->class, .verb = req->verb };
	copy->end = &copy->arguments;
	for (const struct xn_argument *a = req->arguments; a; a = a->next) {
		*copy->end = copy_argument(arena, a);
		if (!*copy->end)
			return NULL;
		copy->end = &(*copy->end)->next;
	}
	return copy;
}

static bool takes_any_case(const struct xenet_request *req, const char *key)
{
	for (const struct xn_param *p = req->verb->params; p && p->name; p++)
		if (strcmp(p->name, key) == 0)
			return p->any_case;
	return false;
}

const char *xn_arg(const struct xenet_request *req, const char *key)
{
	bool any_case = takes_any_case(req, key);

	for (const struct xn_argument *a = req->arguments; a; a = a->next)
		if ((any_case ? strcasecmp : strcmp)(a->key, key) == 0)
			return a->value;
	return NULL;
}

const char *xn_arg_or_empty(const struct xenet_request *req, const char *key)
{
	const char *value = xn_arg(req, key);

	return value ? value : "";
}

int xn_arg_bool(const struct xenet_request *req, const char *key, bool preset, bool *ret,
	struct xenet_error *err)
{
	const char *value = xn_arg(req, key);

	*ret = preset;
	if (!value || xn_parse_option_bool(value, ret))
		return 0;
	return xn_fail(err, XENET_E_BOOLEAN_INVALID, key, value);
}

int xn_arg_object(struct xn_model *m, const struct xenet_request *req, const char *key,
	const struct xenet_class *class, void *ret_object, struct xenet_error *err)
{
	return xn_get(m, class, xn_arg_or_empty(req, key), ret_object, err);
}

bool xn_is_reserved(const char *key)
{
	/* xe's own, and three of ours. */
	static const char *const words[] = { "server", "password", "port", "username",
		"minimal", "force", "multiple", "all", "message-priority", "trace",
		"dry-run", "json", "timeout" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], key) == 0)
			return true;
	return false;
}

bool xenet_request_reads(const struct xenet_request *req)
{
	return req->verb->effect == XN_READS || req->verb->flags & XN_IDEMPOTENT;
}

int xenet_request_check(const struct xenet_request *req, struct xenet_error *err)
{
	for (const struct xn_param *param = req->verb->params; param && param->name;
		param++)
		if (param->required && !xn_arg(req, param->name))
			return xn_fail(err, XENET_E_PARAMETER_MISSING, param->name);
	return 0;
}
