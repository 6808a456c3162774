/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "model/class.h"

const struct xenet_verb xn_no_verbs[] = { { NULL } };

/* Its members can be changed one by one. */
static bool is_open(const struct xenet_field *field)
{
	return field->access == XN_RW && (field->type == XN_SET || field->type == XN_MAP);
}

/* A class without a settable field cannot be asked to set one. */
static bool class_has(const struct xenet_class *class, const struct xenet_verb *verb)
{
	if (class->bare || verb->effect == XN_READS)
		return !class->bare;
	for (const struct xenet_field *field = class->fields; field->name; field++)
		if (verb->flags & XN_MEMBERS ? is_open(field) : xn_is_settable(field))
			return true;
	return false;
}

const struct xenet_verb *xenet_verb_at(const struct xenet_class *class, size_t i)
{
	for (const struct xenet_verb *verb = class->verbs; verb->name; verb++)
		if (i-- == 0)
			return verb;
	for (const struct xenet_verb *verb = xn_generic_verbs; verb->name; verb++)
		if (class_has(class, verb) && i-- == 0)
			return verb;
	return NULL;
}

const char *xenet_verb_name(const struct xenet_verb *verb)
{
	return verb->name;
}

const char *xenet_verb_summary(const struct xenet_verb *verb)
{
	return verb->summary;
}

bool xenet_verb_changes(const struct xenet_verb *verb)
{
	return verb->effect == XN_CHANGES;
}

bool xenet_verb_is_common(const struct xenet_class *class, const struct xenet_verb *verb)
{
	return verb->flags & XN_COMMON ||
	       (class->common_list && verb == xn_generic_verbs);
}

bool xenet_verb_is_hidden(const struct xenet_verb *verb)
{
	return verb->flags & XN_UNLISTED;
}

bool xenet_verb_takes_fields(const struct xenet_verb *verb)
{
	return verb->flags & (XN_ANY_FIELD | XN_SET_FIELDS | XN_BY_VM | XN_BY_HOST |
				     XN_WAITS | XN_ANY_KEY);
}

const char *xenet_verb_asks(const struct xenet_verb *verb)
{
	return verb->asks;
}

enum xenet_selector xenet_verb_selector(const struct xenet_verb *verb)
{
	return verb->flags & XN_BY_VM	  ? XENET_SELECT_VM
	       : verb->flags & XN_BY_HOST ? XENET_SELECT_HOST
					  : XENET_SELECT_NONE;
}

/* The i-th field that the predicate takes, as a parameter; *i counts on. */
static bool field_param(const struct xenet_class *class,
	bool (*takes)(const struct xenet_field *field), const char *suffix, size_t *i,
	struct xenet_param *param)
{
	for (const struct xenet_field *field = class->fields; field->name; field++) {
		if (!takes(field) || (*i)-- != 0)
			continue;
		*param = (struct xenet_param){ .summary = field->summary,
			.is_field = true };
		snprintf(param->name, sizeof(param->name), "%s%s", field->name, suffix);
		return true;
	}
	return false;
}

static bool is_shown_set(const struct xenet_field *field)
{
	return xn_is_shown(field) && field->type == XN_SET;
}

static bool is_set_whole(const struct xenet_field *field)
{
	if (field->type == XN_MAP || !xn_is_shown(field))
		return false;
	return xn_is_settable(field) &&
	       (field->type != XN_SET || field->flags & XN_ASSIGNABLE);
}

static bool is_set_by_key(const struct xenet_field *field)
{
	return field->type == XN_MAP && xn_is_shown(field) && xn_is_settable(field);
}

bool xenet_param_at(const struct xenet_class *class, const struct xenet_verb *verb,
	size_t i, struct xenet_param *param)
{
	for (const struct xn_param *row = verb->params; row && row->name; row++) {
		if (i-- != 0)
			continue;
		*param = (struct xenet_param){ .summary = row->summary,
			.required = row->required,
			.any_case = row->any_case };
		snprintf(param->name, sizeof(param->name), "%s", row->name);
		return true;
	}
	if (verb->flags & XN_ANY_FIELD)
		return field_param(class, xn_is_shown, "", &i, param) ||
		       field_param(class, is_shown_set, ":contains", &i, param);
	if (verb->flags & XN_SET_FIELDS)
		return field_param(class, is_set_whole, "", &i, param) ||
		       field_param(class, is_set_by_key, ":", &i, param);
	return false;
}

static const struct xenet_verb *find_verb(
	const struct xenet_class *class, const char *name)
{
	const struct xenet_verb *verb;

	for (size_t i = 0; (verb = xenet_verb_at(class, i)); i++)
		if (strcmp(verb->name, name) == 0)
			return verb;
	return NULL;
}

const char *xenet_command_name(const struct xenet_class *class,
	const struct xenet_verb *verb, char out[XENET_COMMAND_SIZE])
{
	snprintf(out, XENET_COMMAND_SIZE, "%s%s%s", class->name, verb->name[0] ? "-" : "",
		verb->name);
	return out;
}

bool xenet_command_find(const char *command, const struct xenet_class **ret_class,
	const struct xenet_verb **ret_verb)
{
	const struct xenet_class *class;

	for (size_t i = 0; (class = xenet_class_at(i)); i++) {
		size_t length = strlen(class->name);
		const struct xenet_verb *verb;

		if (strncmp(command, class->name, length) != 0 ||
			(command[length] && command[length] != '-'))
			continue;
		verb = find_verb(class, command + length + (command[length] == '-'));
		if (verb) {
			*ret_class = class;
			*ret_verb = verb;
			return true;
		}
	}
	return false;
}
