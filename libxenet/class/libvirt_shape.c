/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/parse.h"
#include "class/libvirt.h"

/*
 * Whether it is a domain at all. The grammar of schema/rng has the last word, but libxml2 says
 * little of why it refuses something: what is likely to be wrong is told here, in better words.
 */

static const char *const only_once[] = { "mac", "source", "virtualport", "target", "mtu",
	"bandwidth", "vlan", "model", "alias", "address", "driver" };

static const struct {
	const char *element, *attribute, *allowed;
} needed[] = {
	{ "mac", "mac/address", "an address such as 52:54:00:12:34:56" },
	{ "mtu", "mtu/size", "a size in bytes" },
	{ "vlan", "vlan/tag/id", "a tag from 1 to 4094" },
};

static int check_repetitions(struct xn_libvirt *lv, const struct xn_element *interface,
	struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < sizeof(only_once) / sizeof(only_once[0]) && r == 0; i++) {
		size_t n = 0;

		for (const struct xn_element *e = interface->elements; e; e = e->next)
			n += strcmp(e->name, only_once[i]) == 0;
		if (n > 1)
			r = xn_libvirt_fault(lv, interface, only_once[i], err,
				"it is there %zu times: one is allowed", n);
	}
	return r;
}

static int check_attributes(struct xn_libvirt *lv, const struct xn_element *interface,
	struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]) && r == 0; i++)
		if (xn_element_find(interface, needed[i].element) &&
			!xn_element_attribute(interface, needed[i].attribute))
			r = xn_libvirt_fault(lv, interface, needed[i].attribute, err,
				"it is missing: %s is needed", needed[i].allowed);
	return r;
}

static int check_interface(struct xn_libvirt *lv, const struct xn_element *interface,
	struct xenet_error *err)
{
	int r = 0;

	if (!xn_attribute_find(interface, "type"))
		r = xn_libvirt_fault(lv, interface, "type", err,
			"it is missing: bridge, network, ethernet and others are types");
	if (r < 0 || !xn_libvirt_is_plugged(interface))
		return r;
	r = check_repetitions(lv, interface, err);
	return r < 0 ? r : check_attributes(lv, interface, err);
}

static int check_names(struct xn_libvirt *lv)
{
	const struct xn_element *uuid = lv->domain->uuid, *name = lv->domain->name;
	const struct xn_element *root = lv->domain->root;
	int r = 0;

	if (strcmp(root->name, "domain") != 0)
		return xn_fault_add(&lv->faults, root->line, "",
			"it is a '%.80s', not a 'domain'", root->name);
	if (!name || !name->text[0])
		r = xn_fault_add(&lv->faults, (name ? name : root)->line, "name",
			"it is missing: a domain has one");
	if (r == 0 && uuid && !xn_is_uuid(uuid->text))
		r = xn_fault_add(&lv->faults, uuid->line, "uuid",
			"'%.80s' is no uuid: 36 characters, as "
			"98c1920c-1de6-4aac-bca3-0c2a2f6bad2e, are",
			uuid->text);
	return r;
}

int xn_libvirt_check_shape(struct xn_libvirt *lv, struct xenet_error *err)
{
	int r = check_names(lv) < 0 ? xn_no_memory(err) : 0;

	for (const struct xn_element *e = lv->domain->interfaces; e && r == 0;
		e = e->next)
		r = check_interface(lv, e, err);
	if (r == 0 && !lv->faults.n && lv->domain->grammar.n)
		lv->faults = lv->domain->grammar;
	return r < 0 ? r : xn_libvirt_tell(lv, err);
}
