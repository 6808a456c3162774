/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange/document.h"

/* What is wrong with a document, in words of its own or of the commands. */

static int note(int noted, struct xenet_error *err)
{
	return noted < 0 ? xn_no_memory(err) : 0;
}

/* text: NULL when memory is short. */
static int add_fault(struct xn_document *doc, const struct xn_json *at, const char *text,
	struct xenet_error *err)
{
	const char *place = xn_json_place(doc->m->arena, at);

	return note(place && text
			    ? xn_fault_add(&doc->faults, at->line, place, "%s", text)
			    : -1,
		err);
}

int xn_document_fault(struct xn_document *doc, const struct xn_json *at,
	struct xenet_error *err, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = xn_vprintf(doc->m->arena, format, args);
	va_end(args);
	return add_fault(doc, at, text, err);
}

int xn_item_fault(struct xn_document *doc, struct xn_item *item, const char *field,
	struct xenet_error *err, const char *format, ...)
{
	struct xn_json *at = field ? xn_json_member(item->json, field) : NULL;
	const char *text;
	va_list args;

	item->failed = true;
	if (at)
		at->refused = true;
	va_start(args, format);
	text = xn_vprintf(doc->m->arena, format, args);
	va_end(args);
	return add_fault(doc, at ? at : item->json, text, err);
}

/* Not the document's fault. Nor is a damaged row, which host-check lists and goes on; but what is
 * to be changed has to be known. */
static bool is_fatal(int result)
{
	return xn_is_general_failure(result) || result == -XENET_E_DB_ROW_INVALID;
}

static int judge(struct xn_document *doc, unsigned line, const char *place, int result,
	struct xenet_error *error, struct xenet_error *err)
{
	int r;

	if (is_fatal(result))
		return xn_error_move(err, error);
	r = note(place ? xn_fault_add_error(&doc->faults, line, place, error) : -1, err);
	xenet_error_clear(error);
	return r;
}

int xn_item_judge(struct xn_document *doc, struct xn_item *item, int result,
	struct xenet_error *error, struct xenet_error *err)
{
	if (result == 0)
		return 0;
	item->failed = true;
	return judge(doc, item->json->line, xn_json_place(doc->m->arena, item->json),
		result, error, err);
}

int xn_document_judge(struct xn_document *doc, struct xn_object *object, int result,
	struct xenet_error *error, struct xenet_error *err)
{
	struct xn_item *item = xn_document_item(doc, object->class, object->uuid);

	if (result == 0)
		return 0;
	if (item)
		return xn_item_judge(doc, item, result, error, err);
	return judge(doc, 0,
		xn_printf(doc->m->arena, "%s %s, which the document does not name",
			object->class->type_name, xn_show(doc->m, object)),
		result, error, err);
}
