/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/libvirt.h"

/* Edits of a domain's XML that leave it looking as whoever wrote it would have it. */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Back over what is blank before that place. */
static size_t behind_text(const struct xn_domain *domain, size_t at)
{
	while (at > 0 && is_blank(domain->xml[at - 1]))
		at--;
	return at;
}

const char *xn_libvirt_indent(struct xn_arena *arena, const struct xn_domain *domain,
	const struct xn_element *e)
{
	size_t start = e->start;

	while (start > 0 && strchr(" \t", domain->xml[start - 1]))
		start--;
	if (start == 0 || domain->xml[start - 1] != '\n')
		start = e->start;
	return xn_strndup(arena, domain->xml + start, e->start - start);
}

static bool is_empty(const struct xn_element *e)
{
	return e->open == e->end;
}

/* The children of all others stand on one line. */
static bool has_lines(const struct xn_domain *domain, const struct xn_element *e)
{
	return is_empty(e) || memchr(domain->xml + e->open, '\n', e->close - e->open);
}

void xn_libvirt_insert(struct xn_edits *edits, const struct xn_domain *domain,
	const struct xn_element *e, const char *text)
{
	const char *indent = xn_libvirt_indent(edits->arena, domain, e), *child;
	size_t at = behind_text(domain, e->close);

	child = has_lines(domain, e) && indent && text
			? xn_printf(edits->arena, "\n%s  %s", indent, text)
			: text;
	if (!indent || !child)
		edits->no_memory = true;
	else if (is_empty(e))
		xn_edit_add(edits, e->end - 2, e->end,
			xn_printf(edits->arena, ">%s\n%s</%s>", child, indent, e->name));
	else
		xn_edit_add(edits, at < e->open ? e->open : at,
			at < e->open ? e->open : at, child);
}

void xn_libvirt_append(struct xn_edits *edits, const struct xn_domain *domain,
	const struct xn_element *last, const char *text)
{
	const struct xn_element *devices = domain->devices;
	size_t at = last ? last->end : behind_text(domain, domain->root->close);

	if (!last && devices && is_empty(devices)) {
		xn_edit_add(edits, devices->start, devices->end,
			xn_printf(edits->arena, "<devices>%s\n  </devices>", text));
		return;
	}
	if (!last && devices)
		at = behind_text(domain, devices->close);
	else if (!last)
		text = xn_printf(edits->arena, "\n  <devices>%s\n  </devices>", text);
	xn_edit_add(edits, at, at, text);
}

void xn_libvirt_remove(struct xn_edits *edits, const struct xn_domain *domain,
	const struct xn_element *e)
{
	size_t start = e->start;

	while (start > 0 && strchr(" \t", domain->xml[start - 1]))
		start--;
	if (start > 0 && domain->xml[start - 1] == '\n')
		start -= start > 1 && domain->xml[start - 2] == '\r' ? 2 : 1;
	else
		start = e->start;
	xn_edit_add(edits, start, e->end, "");
}

/* <a><b c='value'/></a> for "a/b/c". */
static void add_markup(struct xn_text *text, const char *path, const char *value)
{
	const char *slash = strchr(path, '/');
	int length = slash ? (int)(slash - path) : 0;
	bool last = slash && !strchr(slash + 1, '/');

	if (!slash)
		return;
	xn_text_addf(text, "<%.*s", length, path);
	if (last)
		xn_text_addf(text, " %s='%s'/>", slash + 1, value);
	else
		xn_text_add(text, ">");
	add_markup(text, slash + 1, value);
	if (!last)
		xn_text_addf(text, "</%.*s>", length, path);
}

static void put_attribute(struct xn_edits *edits, const struct xn_domain *domain,
	const struct xn_element *e, const char *name, const char *value)
{
	const struct xn_attribute *a = xn_attribute_find(e, name);
	size_t end = e->open - (is_empty(e) ? 2 : 1);
	size_t at = behind_text(domain, end);

	if (a)
		xn_edit_add(edits, a->start, a->end, value);
	else
		xn_edit_add(
			edits, at, at, xn_printf(edits->arena, " %s='%s'", name, value));
}

void xn_libvirt_put(struct xn_edits *edits, const struct xn_domain *domain,
	const struct xn_element *e, const char *path, const char *value)
{
	const char *escaped = xn_xml_escape(edits->arena, value);
	struct xn_text markup = XN_TEXT(edits->arena);
	const char *slash;

	if (!escaped) {
		edits->no_memory = true;
		return;
	}
	while ((slash = strchr(path, '/'))) {
		const char *name = xn_strndup(edits->arena, path, (size_t)(slash - path));
		const struct xn_element *child = name ? xn_element_find(e, name) : NULL;

		if (!child)
			break;
		e = child;
		path = slash + 1;
	}
	if (!slash) {
		put_attribute(edits, domain, e, path, escaped);
		return;
	}
	add_markup(&markup, path, escaped);
	xn_libvirt_insert(edits, domain, e, xn_text_end(&markup));
}

void xn_libvirt_put_text(
	struct xn_edits *edits, const struct xn_element *e, const char *text)
{
	const char *escaped = xn_xml_escape(edits->arena, text);

	if (strcmp(e->text, text) == 0)
		return;
	if (is_empty(e))
		xn_edit_add(edits, e->start, e->end,
			xn_printf(edits->arena, "<%s>%s</%s>", e->name,
				escaped ? escaped : "", e->name));
	else
		xn_edit_add(edits, e->open, e->close, escaped);
}
