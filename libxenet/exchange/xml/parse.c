/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

/*
 * Bytes to a tree whose elements know their places. Nothing is defined, included, loaded or
 * converted: what would ask for that is refused.
 */

void xml_fault(struct faults *faults, unsigned line, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	if (faults->n == XML_MAX_FAULTS)
		return;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		exit(EXIT_FAILURE);
	va_end(args);
	text[strcspn(text, "\n")] = '\0';
	faults->list[faults->n++] = (struct fault){ line, text };
}

void xml_on_error(void *data, xmlErrorPtr error)
{
	if (error->level >= XML_ERR_ERROR)
		xml_fault(data, error->line > 0 ? (unsigned)error->line : 0, "%s",
			error->message ? error->message : "it is no XML");
}

/* ---- What the parser finds ---- */

static unsigned line_of(xmlParserCtxtPtr ctxt)
{
	return ctxt->input && ctxt->input->line > 0 ? (unsigned)ctxt->input->line : 0;
}

static size_t place_of(xmlParserCtxtPtr ctxt)
{
	long place = xmlByteConsumed(ctxt);

	return place < 0 ? 0 : (size_t)place;
}

static void stop(xmlParserCtxtPtr ctxt, unsigned line, const char *reason)
{
	struct xml *x = ctxt->_private;

	xml_fault(&x->faults, line, "%s", reason);
	xmlStopParser(ctxt);
}

static bool is_utf8(const xmlChar *encoding)
{
	return !encoding || xmlStrcasecmp(encoding, (const xmlChar *)"UTF-8") == 0;
}

/* What says that it is in another encoding would be converted, and all places moved. */
static void on_document(void *ctx)
{
	xmlParserCtxtPtr ctxt = ctx;

	xmlSAX2StartDocument(ctx);
	if (!is_utf8(ctxt->encoding) || !is_utf8(ctxt->input->encoding))
		stop(ctxt, 1, "it says that it is in another encoding: UTF-8 is needed");
}

/* Called at the word DOCTYPE, before anything can be declared. */
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id,
	const xmlChar *system_id)
{
	(void)name;
	(void)public_id;
	(void)system_id;
	stop(ctx, line_of(ctx), "a DOCTYPE, and with it entities, is not allowed");
}

/* The parser stands behind the last attribute; a '<' cannot be part of one. */
static void note_start(xmlParserCtxtPtr ctxt)
{
	struct xml *x = ctxt->_private;
	struct span *span = calloc(1, sizeof(*span));
	size_t at = place_of(ctxt);

	if (!span)
		exit(EXIT_FAILURE);
	span->next = x->spans;
	x->spans = span;
	ctxt->node->_private = span;
	if (at >= x->size || (x->bytes[at] != '>' && x->bytes[at] != '/')) {
		stop(ctxt, line_of(ctxt), "the places of its elements cannot be told");
		return;
	}
	span->open = at + (x->bytes[at] == '>' ? 1 : 2);
	while (at > 0 && x->bytes[at] != '<')
		at--;
	span->start = at;
}

/* NULL: nothing. */
static const char *what_is_too_much(const struct xml *x)
{
	if (x->depth > XML_MAX_DEPTH)
		return "it is nested too deeply: 100 levels are allowed";
	return x->items > XML_MAX_ITEMS
		       ? "it has too many elements and attributes: 20,000 are allowed"
		       : NULL;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
	int n_attributes, int n_defaulted, const xmlChar **attributes)
{
	xmlParserCtxtPtr ctxt = ctx;
	struct xml *x = ctxt->_private;
	xmlNodePtr before = ctxt->node;

	x->depth++;
	x->items += 1 + (unsigned)n_attributes + (unsigned)n_namespaces;
	if (what_is_too_much(x)) {
		stop(ctxt, line_of(ctxt), what_is_too_much(x));
		return;
	}
	xmlSAX2StartElementNs(ctx, name, prefix, uri, n_namespaces, namespaces,
		n_attributes, n_defaulted, attributes);
	if (ctxt->node != before)
		note_start(ctxt);
}

static void on_end(
	void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	xmlParserCtxtPtr ctxt = ctx;
	struct xml *x = ctxt->_private;
	struct span *span = ctxt->node ? ctxt->node->_private : NULL;

	x->depth--;
	if (span) {
		span->end = span->close = place_of(ctxt);
		while (span->close > span->open && x->bytes[span->close - 1] != '<')
			span->close--;
		span->close -= span->close > span->open;
	}
	xmlSAX2EndElementNs(ctx, name, prefix, uri);
}

/* ---- Before and after ---- */

/* The line of a byte. */
static unsigned line_at(const struct xml *x, const char *byte)
{
	unsigned line = 1;

	for (const char *c = x->bytes; c < byte; c++)
		line += *c == '\n';
	return line;
}

/* Lines that are in UTF-8 before the first that is not. */
static unsigned line_of_bad_encoding(const struct xml *x)
{
	const char *at = x->bytes;

	for (;;) {
		char *line = strndup(at, strcspn(at, "\n"));
		bool good = line && xmlCheckUTF8((xmlChar *)line);

		free(line);
		if (!good || !strchr(at, '\n'))
			return line_at(x, at);
		at = strchr(at, '\n') + 1;
	}
}

static bool is_text(struct xml *x)
{
	const char *nul = memchr(x->bytes, '\0', x->size), *at = x->bytes;

	if (nul)
		xml_fault(&x->faults, line_at(x, nul),
			"a NUL byte: it is not in UTF-8, which is needed");
	else if (!xmlCheckUTF8((const xmlChar *)x->bytes))
		xml_fault(&x->faults, line_of_bad_encoding(x),
			"it is not in UTF-8, which is needed");
	if (strncmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	at += strspn(at, " \t\r\n");
	if (!x->faults.n && *at != '<')
		xml_fault(&x->faults, line_at(x, at),
			*at ? "it does not begin with '<', so it is no XML"
			    : "it is empty");
	return !x->faults.n;
}

static void take_document(struct xml *x, xmlParserCtxtPtr ctxt)
{
	x->doc = ctxt->myDoc;
	if (!x->faults.n && (!x->doc || !ctxt->wellFormed))
		xml_fault(&x->faults, line_of(ctxt), "it is no XML");
}

void xml_parse(struct xml *x)
{
	xmlParserCtxtPtr ctxt;

	if (!is_text(x))
		return;
	xmlSetStructuredErrorFunc(&x->faults, xml_on_error);
	ctxt = xmlCreateMemoryParserCtxt(x->bytes, (int)x->size);
	if (!ctxt)
		exit(EXIT_FAILURE);
	ctxt->_private = x;
	xmlCtxtUseOptions(ctxt, XML_PARSE_NONET | XML_PARSE_BIG_LINES);
	ctxt->sax->startDocument = on_document;
	ctxt->sax->internalSubset = on_doctype;
	ctxt->sax->startElementNs = on_start;
	ctxt->sax->endElementNs = on_end;
	xmlParseDocument(ctxt);
	take_document(x, ctxt);
	xmlFreeParserCtxt(ctxt);
}

static void free_faults(struct faults *faults)
{
	while (faults->n)
		free(faults->list[--faults->n].text);
}

void xml_free(struct xml *x)
{
	xmlFreeDoc(x->doc);
	while (x->spans) {
		struct span *next = x->spans->next;

		free(x->spans);
		x->spans = next;
	}
	free_faults(&x->faults);
	free_faults(&x->grammar);
}
