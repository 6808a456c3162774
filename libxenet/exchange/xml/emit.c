/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml.h"

#include <stdio.h>
#include <string.h>

/* The domain's name, uuid and interfaces as JSON, each element and attribute with its place. */

enum {
	MAX_LEVELS = 8 /* of an interface; what is deeper is only kept in the XML */
};

static void emit_text(const char *text)
{
	putchar('"');
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			printf("\\u%04x", (unsigned)*c);
		else if (strchr("\"\\", *c))
			printf("\\%c", *c);
		else
			putchar(*c);
	putchar('"');
}

/* A message may have been cut in the middle of a character. */
static void emit_message(char *text)
{
	bool good = xmlCheckUTF8((xmlChar *)text);

	for (char *c = text; *c && !good; c++)
		if (*c & 0x80)
			*c = '?';
	emit_text(text);
}

static void emit_faults(const char *name, const struct faults *faults)
{
	printf("\"%s\":[", name);
	for (size_t i = 0; i < faults->n; i++) {
		printf("%s{\"line\":%u,\"text\":", i ? "," : "", faults->list[i].line);
		emit_message(faults->list[i].text);
		putchar('}');
	}
	putchar(']');
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

static void emit_attribute(const struct xml *x, xmlAttrPtr attribute, size_t start)
{
	const char *name = (const char *)attribute->name;
	const char *from = find_value(x, start, name);
	xmlChar *value = xmlNodeListGetString(x->doc, attribute->children, 1);

	printf("{\"name\":");
	emit_text(name);
	printf(",\"value\":");
	emit_text(value ? (char *)value : "");
	if (from)
		printf(",\"start\":%zu,\"end\":%zu", (size_t)(from - x->bytes),
			(size_t)(strchr(from, from[-1]) - x->bytes));
	putchar('}');
	xmlFree(value);
}

/* Those with a prefix are somebody's own. */
static void emit_attributes(const struct xml *x, xmlNodePtr node, size_t start)
{
	bool first = true;

	printf(",\"attributes\":[");
	for (xmlAttrPtr a = node->properties; a; a = a->next) {
		if (a->ns)
			continue;
		if (!first)
			putchar(',');
		emit_attribute(x, a, start);
		first = false;
	}
	putchar(']');
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
static void emit_element(const struct xml *x, xmlNodePtr node, unsigned levels)
{
	const struct span *span = node->_private;
	xmlChar *text = xmlNodeListGetString(x->doc, node->children, 1);
	bool first = true;

	printf("{\"name\":");
	emit_text((const char *)node->name);
	printf(",\"line\":%ld,\"start\":%zu,\"open\":%zu,\"close\":%zu,\"end\":%zu",
		xmlGetLineNo(node), span->start, span->open, span->close, span->end);
	emit_attributes(x, node, span->start);
	printf(",\"text\":");
	emit_text(text ? (char *)text : "");
	xmlFree(text);
	printf(",\"elements\":[");
	for (xmlNodePtr child = node->children; child && levels; child = child->next) {
		if (!is_plain_element(child))
			continue;
		if (!first)
			putchar(',');
		emit_element(x, child, levels - 1);
		first = false;
	}
	printf("]}");
}

/* The first child of that name; NULL: there is none. */
static xmlNodePtr find_child(xmlNodePtr parent, const char *name)
{
	xmlNodePtr child = parent->children;

	while (child && !is_called(child, name))
		child = child->next;
	return child;
}

static void emit_child(const struct xml *x, xmlNodePtr domain, const char *name)
{
	xmlNodePtr child = find_child(domain, name);

	if (!child)
		return;
	printf("\"%s\":", name);
	emit_element(x, child, 0);
	putchar(',');
}

static void emit_interfaces(const struct xml *x, xmlNodePtr devices)
{
	bool first = true;

	printf("\"interfaces\":[");
	for (xmlNodePtr child = devices ? devices->children : NULL; child;
		child = child->next) {
		if (!is_called(child, "interface"))
			continue;
		if (!first)
			putchar(',');
		emit_element(x, child, MAX_LEVELS);
		first = false;
	}
	putchar(']');
}

void xml_emit(const struct xml *x)
{
	xmlNodePtr domain = x->faults.n ? NULL : xmlDocGetRootElement(x->doc);

	putchar('{');
	if (domain) {
		printf("\"domain\":{\"root\":");
		emit_element(x, domain, 0);
		putchar(',');
		emit_child(x, domain, "name");
		emit_child(x, domain, "uuid");
		emit_child(x, domain, "devices");
		emit_interfaces(x, find_child(domain, "devices"));
		printf("},");
	}
	emit_faults(domain ? "grammar" : "faults", domain ? &x->grammar : &x->faults);
	puts("}");
}
