/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml.h"

#include <stdlib.h>

#include <libxml/relaxng.h>

static const char grammar[] = {
#include "libvirt-domain.inc"
};

/* What it refuses is told in libxml2's own words. */
void xml_validate(struct xml *x)
{
	xmlRelaxNGParserCtxtPtr parser = xmlRelaxNGNewMemParserCtxt(
		grammar, (int)sizeof(grammar) - 1);
	xmlRelaxNGPtr schema = parser ? xmlRelaxNGParse(parser) : NULL;
	xmlRelaxNGValidCtxtPtr valid = schema ? xmlRelaxNGNewValidCtxt(schema) : NULL;

	if (!valid)
		exit(EXIT_FAILURE);
	xmlRelaxNGSetValidStructuredErrors(valid, xml_on_error, &x->grammar);
	if (xmlRelaxNGValidateDoc(valid, x->doc) != 0 && !x->grammar.n)
		xml_fault(&x->grammar, 0, "the grammar of domains refuses it");
	xmlRelaxNGFreeValidCtxt(valid);
	xmlRelaxNGFree(schema);
	xmlRelaxNGFreeParserCtxt(parser);
}
