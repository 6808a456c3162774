/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml.h"

#include <stdio.h>
#include <string.h>

/* The domain's name, uuid and interfaces, and what may hold secrets, as JSON, each element and
 * attribute with its place. */

enum {
	MAX_LEVELS = 8 /* of an interface; what is deeper is only kept in the XML */
};

static void emit_text(FILE *out, const char *text)
{
	putc('"', out);
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			fprintf(out, "\\u%04x", (unsigned)*c);
		else if (strchr("\"\\", *c))
			fprintf(out, "\\%c", *c);
		else
			putc(*c, out);
	putc('"', out);
}

/* A message may have been cut in the middle of a character. */
static void emit_message(FILE *out, char *text)
{
	bool good = xmlCheckUTF8((xmlChar *)text);

	for (char *c = text; *c && !good; c++)
		if (*c & 0x80)
			*c = '?';
	emit_text(out, text);
}

static void emit_faults(FILE *out, const char *name, const struct faults *faults)
{
	fprintf(out, "\"%s\":[", name);
	for (size_t i = 0; i < faults->n; i++) {
		fprintf(out, "%s{\"line\":%u,\"text\":", i ? "," : "",
			faults->list[i].line);
		emit_message(out, faults->list[i].text);
		putc('}', out);
	}
	putc(']', out);
}

/* The value of the attribute in a start tag, between its quotes: all of it is well-formed. */
static const char *find_value(const struct xml *x, size_t start, const char *name)
{
	const char *at = x->bytes + start + strcspn(x->bytes + start, " \t\r\n");
	size_t length = strlen(name);

	for (;;) {
		const char *word = at + strspn(at, " \t\r\n"), *quote;

		quote = word + strcspn(word, "\"'>");
		if (!*quote || *quote == '>')
			return NULL;
		if (strncmp(word, name, length) == 0 && strchr(" \t\r\n=", word[length]))
			return quote + 1;
		at = strchr(quote + 1, *quote) + 1;
	}
}

static void emit_attribute(
	FILE *out, const struct xml *x, xmlAttrPtr attribute, size_t start)
{
	const char *name = (const char *)attribute->name;
	const char *from = find_value(x, start, name);
	xmlChar *value = xmlNodeListGetString(x->doc, attribute->children, 1);

	fprintf(out, "{\"name\":");
	emit_text(out, name);
	fprintf(out, ",\"value\":");
	emit_text(out, value ? (char *)value : "");
	if (from)
		fprintf(out, ",\"start\":%zu,\"end\":%zu", (size_t)(from - x->bytes),
			(size_t)(strchr(from, from[-1]) - x->bytes));
	putc('}', out);
	xmlFree(value);
}

/* Those with a prefix are somebody's own. */
static void emit_attributes(FILE *out, const struct xml *x, xmlNodePtr node, size_t start)
{
	bool first = true;

	fprintf(out, ",\"attributes\":[");
	for (xmlAttrPtr a = node->properties; a; a = a->next) {
		if (a->ns)
			continue;
		if (!first)
			putc(',', out);
		emit_attribute(out, x, a, start);
		first = false;
	}
	putc(']', out);
}

static bool is_plain_element(xmlNodePtr node)
{
	return node->type == XML_ELEMENT_NODE && !node->ns;
}

static bool is_called(xmlNodePtr node, const char *name)
{
	return is_plain_element(node) && strcmp((const char *)node->name, name) == 0;
}

/* levels: how many below it come along. */
static void emit_element(FILE *out, const struct xml *x, xmlNodePtr node, unsigned levels)
{
	const struct span *span = node->_private;
	xmlChar *text = xmlNodeListGetString(x->doc, node->children, 1);
	bool first = true;

	fprintf(out, "{\"name\":");
	emit_text(out, (const char *)node->name);
	fprintf(out, ",\"line\":%ld,\"start\":%zu,\"open\":%zu,\"close\":%zu,\"end\":%zu",
		xmlGetLineNo(node), span->start, span->open, span->close, span->end);
	emit_attributes(out, x, node, span->start);
	fprintf(out, ",\"text\":");
	emit_text(out, text ? (char *)text : "");
	xmlFree(text);
	fprintf(out, ",\"elements\":[");
	for (xmlNodePtr child = node->children; child && levels; child = child->next) {
		if (!is_plain_element(child))
			continue;
		if (!first)
			putc(',', out);
		emit_element(out, x, child, levels - 1);
		first = false;
	}
	fprintf(out, "]}");
}

/* The first child of that name; NULL: there is none. */
static xmlNodePtr find_child(xmlNodePtr parent, const char *name)
{
	xmlNodePtr child = parent->children;

	while (child && !is_called(child, name))
		child = child->next;
	return child;
}

static void emit_child(
	FILE *out, const struct xml *x, xmlNodePtr domain, const char *name)
{
	xmlNodePtr child = find_child(domain, name);

	if (!child)
		return;
	fprintf(out, "\"%s\":", name);
	emit_element(out, x, child, 0);
	putc(',', out);
}

static void emit_interfaces(FILE *out, const struct xml *x, xmlNodePtr devices)
{
	bool first = true;

	fprintf(out, "\"interfaces\":[");
	for (xmlNodePtr child = devices ? devices->children : NULL; child;
		child = child->next) {
		if (!is_called(child, "interface"))
			continue;
		if (!first)
			putc(',', out);
		emit_element(out, x, child, MAX_LEVELS);
		first = false;
	}
	putc(']', out);
}

/* What virsh prints with --security-info only: a password is an attribute of the one, the text
 * of the other is a secret. */
static bool may_hold_secrets(xmlNodePtr node)
{
	return is_called(node, "graphics") || is_called(node, "cookie");
}

/* Those below an element; none is part of another one. */
static void emit_secrets(
	FILE *out, const struct xml *x, xmlNodePtr parent, const char **comma)
{
	for (xmlNodePtr child = parent->children; child; child = child->next) {
		if (!is_plain_element(child))
			continue;
		if (!may_hold_secrets(child)) {
			emit_secrets(out, x, child, comma);
			continue;
		}
		fputs(*comma, out);
		emit_element(out, x, child, 0);
		*comma = ",";
	}
}

void xml_emit(const struct xml *x, FILE *out)
{
	xmlNodePtr domain = x->faults.n ? NULL : xmlDocGetRootElement(x->doc);
	const char *comma = "";

	putc('{', out);
	if (domain) {
		fprintf(out, "\"domain\":{\"root\":");
		emit_element(out, x, domain, 0);
		putc(',', out);
		emit_child(out, x, domain, "name");
		emit_child(out, x, domain, "uuid");
		emit_child(out, x, domain, "devices");
		emit_interfaces(out, x, find_child(domain, "devices"));
		fprintf(out, ",\"secrets\":[");
		emit_secrets(out, x, domain, &comma);
		fprintf(out, "]},");
	}
	emit_faults(
		out, domain ? "grammar" : "faults", domain ? &x->grammar : &x->faults);
	fputs("}\n", out);
}
