/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/reply.h"

#include <stdlib.h>
#include <string.h>

struct xenet_reply *xn_reply_new(void)
{
	struct xenet_reply *reply = calloc(1, sizeof(*reply));

	if (!reply)
		return NULL;
	reply->arena = xn_arena_new();
	if (!reply->arena)
		return xenet_reply_free(reply);
	reply->columns = 1;
	return reply;
}

int xn_reply_clear(struct xenet_reply *reply, struct xenet_error *err)
{
	struct xenet_reply *fresh = xn_reply_new(), past = *reply;

	if (!fresh)
		return xn_no_memory(err);
	*reply = *fresh;
	reply->as_json = past.as_json;
	*fresh = past;
	xenet_reply_free(fresh);
	return 0;
}

struct xenet_reply *xenet_reply_free(struct xenet_reply *reply)
{
	if (!reply)
		return NULL;
	xn_arena_free(reply->arena);
	free(reply->rows);
	free(reply->json);
	free(reply);
	return NULL;
}

int xn_reply_set_fields(struct xenet_reply *reply,
	const struct xenet_field *const *fields, size_t n, struct xenet_error *err)
{
	reply->fields = xn_alloc(reply->arena, (n + 1) * sizeof(*fields));
	if (!reply->fields)
		return xn_no_memory(err);
	if (n)
		memcpy(reply->fields, fields, n * sizeof(*fields));
	reply->columns = n;
	return 0;
}

static const char ***grow(struct xenet_reply *reply)
{
	size_t room = reply->room ? 2 * reply->room : 16;
	const char ***rows = realloc(reply->rows, room * sizeof(*rows));

	if (!rows)
		return NULL;
	reply->rows = rows;
	reply->room = room;
	return rows;
}

int xn_reply_add_row(
	struct xenet_reply *reply, const char *const *values, struct xenet_error *err)
{
	const char **row = xn_alloc(reply->arena, (reply->columns + 1) * sizeof(*row));

	if (!row || (reply->n_rows == reply->room && !grow(reply)))
		return xn_no_memory(err);
	for (size_t i = 0; i < reply->columns; i++) {
		row[i] = xn_strdup(reply->arena, values[i] ? values[i] : "");
		if (!row[i])
			return xn_no_memory(err);
	}
	reply->rows[reply->n_rows++] = row;
	return 0;
}

int xn_reply_add_value(
	struct xenet_reply *reply, const char *value, struct xenet_error *err)
{
	return xn_reply_add_row(reply, &value, err);
}

const char *xenet_reply_value(const struct xenet_reply *reply, size_t row, size_t column)
{
	return row < reply->n_rows && column < reply->columns ? reply->rows[row][column]
							      : NULL;
}

size_t xenet_reply_rows(const struct xenet_reply *reply)
{
	return reply->n_rows;
}

enum xenet_status xenet_reply_status(const struct xenet_reply *reply)
{
	return reply->status;
}

size_t xenet_reply_columns(const struct xenet_reply *reply)
{
	return reply->columns;
}

const struct xenet_field *xenet_reply_field(
	const struct xenet_reply *reply, size_t column)
{
	return reply->fields && column < reply->columns ? reply->fields[column] : NULL;
}

int xn_reply_add_note(
	struct xenet_reply *reply, const char *text, struct xenet_error *err)
{
	struct xn_note *note = xn_alloc(reply->arena, sizeof(*note)),
		       **end = &reply->notes;

	if (!note || !(note->text = xn_strdup(reply->arena, text)))
		return xn_no_memory(err);
	while (*end)
		end = &(*end)->next;
	*end = note;
	return 0;
}

const char *xenet_reply_note(const struct xenet_reply *reply, size_t i)
{
	const struct xn_note *note = reply->notes;

	while (note && i-- > 0)
		note = note->next;
	return note ? note->text : NULL;
}

const char *xenet_reply_json(const struct xenet_reply *reply)
{
	return reply->json;
}
