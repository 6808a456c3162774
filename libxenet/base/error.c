/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_LABELS = 4
};

struct row {
	const char *name;
	enum xenet_error_shape shape;
	const char *sentence;
	const char *labels[MAX_LABELS + 1]; /* ends with NULL */
};

static const struct row rows[] = {
	{ "OK", XENET_SHAPE_PLAIN, "no error", { NULL } },
#define XENET_ERROR(code, shape, sentence, ...)                                          \
	{ #code, XENET_SHAPE_##shape, sentence, { __VA_ARGS__ __VA_OPT__(, ) NULL } },
#include "xenet_errors.def"
#undef XENET_ERROR
};

enum {
	N_ROWS = sizeof(rows) / sizeof(rows[0])
};

static const struct row *row_of(enum xenet_error_code code)
{
	return (size_t)code < N_ROWS ? &rows[code] : &rows[XENET_E_INTERNAL_ERROR];
}

const char *xenet_error_name(enum xenet_error_code code)
{
	return row_of(code)->name;
}

const char *xenet_error_sentence(enum xenet_error_code code)
{
	return row_of(code)->sentence;
}

enum xenet_error_code xenet_error_last(void)
{
	return (enum xenet_error_code)(N_ROWS - 1);
}

enum xenet_error_shape xenet_error_shape(enum xenet_error_code code)
{
	return row_of(code)->shape;
}

enum xenet_status xenet_error_status(const struct xenet_error *err)
{
	return err->code == XENET_E_UNDO_FAILED ? XENET_STATUS_DEGRADED
						: XENET_STATUS_FAILED;
}

const char *xenet_error_label(enum xenet_error_code code, size_t i)
{
	const struct row *row = row_of(code);

	for (size_t k = 0; k < MAX_LABELS && row->labels[k]; k++)
		if (k == i)
			return row->labels[k];
	return NULL;
}

void xenet_error_clear(struct xenet_error *err)
{
	if (!err)
		return;
	for (size_t i = 0; i < err->n_params; i++)
		free(err->params[i]);
	free(err->params);
	free(err->message);
	*err = (struct xenet_error){ 0 };
}

/* The sentence with {0}, {1} ... replaced by the values, written to out (may be NULL). */
static size_t expand(char *out, const char *sentence, char *const *values, size_t n)
{
	size_t length = 0;

	for (const char *c = sentence; *c; c++) {
		const char *piece = c;
		size_t size = 1;
		size_t index = (size_t)(c[0] == '{' && c[1] ? c[1] - '0' : 10);

		if (index < 10 && c[2] == '}') {
			piece = index < n ? values[index] : "";
			size = strlen(piece);
			c += 2;
		}
		if (out)
			memcpy(out + length, piece, size);
		length += size;
	}
	if (out)
		out[length] = '\0';
	return length;
}

static int copy_values(struct xenet_error *err, const char *const *values)
{
	size_t n = 0;

	while (values[n])
		n++;
	err->params = calloc(n + 1, sizeof(*err->params));
	if (!err->params)
		return -1;
	for (; err->n_params < n; err->n_params++) {
		err->params[err->n_params] = strdup(values[err->n_params]);
		if (!err->params[err->n_params])
			return -1;
	}
	return 0;
}

int xenet_error_fill(
	struct xenet_error *err, enum xenet_error_code code, const char *const *values)
{
	const char *sentence = row_of(code)->sentence;
	struct xenet_error made = { .code = code };

	if (!err)
		return -(int)code;
	/* The values may belong to the error that is being replaced. */
	if (copy_values(&made, values) == 0)
		made.message = malloc(
			expand(NULL, sentence, made.params, made.n_params) + 1);
	if (made.message)
		expand(made.message, sentence, made.params, made.n_params);
	xenet_error_clear(err);
	*err = made;
	return -(int)code;
}

int xn_no_memory(struct xenet_error *err)
{
	return xn_fail(err, XENET_E_NO_MEMORY);
}

int xn_error_move(struct xenet_error *err, struct xenet_error *from)
{
	int r = -(int)from->code;

	xenet_error_clear(err);
	if (err)
		*err = *from;
	else
		xenet_error_clear(from);
	*from = (struct xenet_error){ 0 };
	return r;
}

void xn_error_of(struct xenet_error *err, const char *uuid)
{
	char *message = NULL;

	if (!err || !err->message ||
		asprintf(&message, "operation failed on %s, so nothing was done: %s",
			uuid, err->message) < 0)
		return;
	free(err->message);
	err->message = message;
}
