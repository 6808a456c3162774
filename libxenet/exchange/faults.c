/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange/faults.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
	SHOWN = 1000,
	MAX_TEXT = 1000 /* of a fault: bytes */
};

static int add(struct xn_faults *faults, unsigned line, const char *text)
{
	struct xn_fault *fault = text ? xn_alloc(faults->arena, sizeof(*fault)) : NULL;

	text = fault ? xn_text_cut(faults->arena, text, MAX_TEXT) : NULL;
	if (!text)
		return -1;
	*fault = (struct xn_fault){ line, text, faults->last };
	faults->last = fault;
	faults->n++;
	return 0;
}

static char *head(struct xn_arena *arena, unsigned line, const char *place)
{
	const char *colon = place[0] ? ": " : "";

	return line ? xn_printf(arena, "line %u: %s%s", line, place, colon)
		    : xn_printf(arena, "%s%s", place, colon);
}

int xn_fault_add(struct xn_faults *faults, unsigned line, const char *place,
	const char *format, ...)
{
	char *before = head(faults->arena, line, place), *text;
	va_list args;

	va_start(args, format);
	text = xn_vprintf(faults->arena, format, args);
	va_end(args);
	if (!before || !text)
		return -1;
	return add(faults, line, xn_printf(faults->arena, "%s%s", before, text));
}

int xn_fault_add_error(struct xn_faults *faults, unsigned line, const char *place,
	const struct xenet_error *error)
{
	struct xn_text values = XN_TEXT(faults->arena);
	const char *label, *all;

	for (size_t i = 0; xenet_error_shape(error->code) == XENET_SHAPE_LABELLED &&
			   (label = xenet_error_label(error->code, i));
		i++)
		xn_text_addf(&values, "%s%s: %s", i ? ", " : " (", label,
			i < error->n_params ? error->params[i] : "");
	if (values.length)
		xn_text_add(&values, ")");
	all = xn_text_end(&values);
	return all ? xn_fault_add(faults, line, place, "%s: %s%s",
			     xenet_error_name(error->code),
			     error->message ? error->message : "", all)
		   : -1;
}

static int compare(const void *a, const void *b)
{
	const struct xn_fault *const *x = a, *const *y = b;

	if ((*x)->line != (*y)->line)
		return (*x)->line < (*y)->line ? -1 : 1;
	return strcmp((*x)->text, (*y)->text);
}

int xn_faults_tell(
	const struct xn_faults *faults, const char *document, struct xenet_error *err)
{
	const struct xn_fault **list;
	const char **values;
	size_t n = 0, shown = faults->n < SHOWN ? faults->n : SHOWN;

	if (!faults->n)
		return 0;
	list = xn_alloc(faults->arena, faults->n * sizeof(*list));
	values = xn_alloc(faults->arena, (SHOWN + 4) * sizeof(*values));
	if (!list || !values)
		return xn_no_memory(err);
	for (const struct xn_fault *fault = faults->last; fault; fault = fault->next)
		list[n++] = fault;
	qsort(list, n, sizeof(*list), compare);
	values[0] = document;
	values[1] = xn_printf(faults->arena, "%zu", n);
	for (size_t i = 0; i < shown; i++)
		values[i + 2] = list[i]->text;
	if (shown < n)
		values[shown + 2] = xn_printf(faults->arena, "and %zu more", n - shown);
	return xenet_error_fill(err, XENET_E_DOCUMENT_INVALID, values);
}
