/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/text.h"
#include "exchange/domain.h"

/* A text with some of it replaced, and the rest byte by byte as it was. */

void xn_edit_add(struct xn_edits *edits, size_t start, size_t end, const char *text)
{
	struct xn_edit *edit = xn_alloc(edits->arena, sizeof(*edit));
	struct xn_edit **at = &edits->first;

	if (!edit || !text) {
		edits->no_memory = true;
		return;
	}
	while (*at && (*at)->start <= start)
		at = &(*at)->next;
	*edit = (struct xn_edit){ start, end, text, *at };
	*at = edit;
}

const char *xn_edits_apply(const struct xn_edits *edits, const char *text, size_t size)
{
	struct xn_text out = XN_TEXT(edits->arena);
	size_t at = 0;

	for (const struct xn_edit *edit = edits->first; edit; edit = edit->next) {
		if (edit->start < at)
			continue;
		xn_text_addn(&out, text + at, edit->start - at);
		xn_text_add(&out, edit->text);
		at = edit->end;
	}
	xn_text_addn(&out, text + at, size - at);
	return edits->no_memory ? NULL : xn_text_end(&out);
}

const char *xn_xml_escape(struct xn_arena *arena, const char *text)
{
	static const char special[] = "&<>'\"\t\n\r";
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&apos;",
		"&quot;", "&#9;", "&#10;", "&#13;" };
	struct xn_text out = XN_TEXT(arena);

	while (*text) {
		size_t plain = strcspn(text, special);

		xn_text_addn(&out, text, plain);
		text += plain;
		if (*text)
			xn_text_add(&out, entities[strchr(special, *text++) - special]);
	}
	return xn_text_end(&out);
}
