/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/libvirt.h"

/* An interface of a domain's XML, brought to what its VIF is by now. */

int xn_libvirt_number(struct xn_libvirt_export *ex, struct xn_vif *vif,
	const struct xn_libvirt_number *number, const char **ret, struct xenet_error *err)
{
	bool is_limit = strcmp(number->field, "qos_algorithm_params") == 0;

	*ret = NULL;
	/* Limits of our own TAPs are our own business. */
	if ((ex->taps && strncmp(number->path, "bandwidth", 9) == 0) ||
		(is_limit && strcmp(vif->qos_type, "ratelimit") != 0))
		return 0;
	return xn_map_get(ex->m, *xn_libvirt_map(vif, number), number->key, ret, err);
}

/* ---- An interface that the XML has ---- */

static void remove_number(struct xn_libvirt_export *ex,
	const struct xn_element *interface, const struct xn_libvirt_number *number,
	const struct xn_attribute *a)
{
	size_t start = a->start;

	if (number->removes) {
		xn_libvirt_remove(&ex->edits, ex->domain,
			xn_element_find(interface, number->removes));
		return;
	}
	while (strncmp(ex->domain->xml + start, a->name, strlen(a->name)) != 0)
		start--;
	/* The blank before its name goes with it. */
	xn_edit_add(&ex->edits, start - 1, a->end + 1, "");
}

static int put_number(struct xn_libvirt_export *ex, const struct xn_element *interface,
	struct xn_vif *vif, const struct xn_libvirt_number *number,
	struct xenet_error *err)
{
	const struct xn_attribute *a = xn_element_attribute(interface, number->path);
	const char *value;
	int r = xn_libvirt_number(ex, vif, number, &value, err);

	if (r < 0)
		return r;
	if (!value && a)
		remove_number(ex, interface, number, a);
	else if (value && (!a || strcmp(a->value, value) != 0))
		xn_libvirt_put(&ex->edits, ex->domain, interface, number->path, value);
	return 0;
}

int xn_libvirt_bandwidth(struct xn_libvirt_export *ex, struct xn_vif *vif,
	struct xn_text *text, struct xenet_error *err)
{
	int r = 0;

	for (const struct xn_libvirt_number *n = xn_libvirt_numbers; n->path && r == 0;
		n++) {
		const char *value, *name = n->path + strlen("bandwidth/");

		if (strncmp(n->path, "bandwidth/", strlen("bandwidth/")) != 0)
			continue;
		r = xn_libvirt_number(ex, vif, n, &value, err);
		if (r == 0 && value)
			xn_text_addf(text, "%s<%.*s average='%s'/>",
				text->length ? "" : "<bandwidth>",
				(int)strcspn(name, "/"), name, value);
	}
	xn_text_add(text, text->length ? "</bandwidth>" : "");
	return r;
}

/* Both limits share an element, which may not be there. */
static int put_bandwidth(struct xn_libvirt_export *ex, const struct xn_element *interface,
	struct xn_vif *vif, struct xenet_error *err)
{
	const struct xn_element *e = xn_element_find(interface, "bandwidth");
	struct xn_text text = XN_TEXT(ex->m->arena);
	int r = xn_libvirt_bandwidth(ex, vif, &text, err);

	if (r < 0 || !text.length)
		return r;
	if (e)
		xn_edit_add(&ex->edits, e->start, e->end, xn_text_end(&text));
	else
		xn_libvirt_insert(&ex->edits, ex->domain, interface, xn_text_end(&text));
	return 0;
}

static int put_numbers(struct xn_libvirt_export *ex, const struct xn_element *interface,
	struct xn_vif *vif, struct xenet_error *err)
{
	const struct xn_element *limits = xn_element_find(interface, "bandwidth");
	bool has_limits = limits && limits->elements;
	bool ours = ex->taps || xn_libvirt_opens_tap(interface);
	int r = has_limits || ours ? 0 : put_bandwidth(ex, interface, vif, err);

	for (const struct xn_libvirt_number *n = xn_libvirt_numbers; n->path && r == 0;
		n++) {
		bool is_limit = strncmp(n->path, "bandwidth/", 10) == 0;

		if (!is_limit || (has_limits && !ours))
			r = put_number(ex, interface, vif, n, err);
	}
	return r;
}

void xn_libvirt_vlan(struct xn_text *text, const char *const *tags)
{
	xn_text_add(text, "<vlan trunk='yes'>");
	for (size_t i = 0; tags[i]; i++)
		xn_text_addf(text, "<tag id='%s'/>", tags[i]);
	xn_text_add(text, "</vlan>");
}

static size_t count_tags(const struct xn_element *vlan)
{
	size_t n = 0;

	for (const struct xn_element *e = vlan->elements; e; e = e->next)
		n++;
	return n;
}

/* The same tags, in whatever order; an access port has one, and no trunks. */
static bool has_tags(const struct xn_element *vlan, const char *const *tags)
{
	size_t n = xn_libvirt_is_trunk(vlan) ? count_tags(vlan) : 0;

	for (; *tags; tags++, n--) {
		const struct xn_element *e = n ? vlan->elements : NULL;

		while (e && strcmp(xn_attribute_find(e, "id")->value, *tags) != 0)
			e = e->next;
		if (!e)
			return false;
	}
	return n == 0;
}

static int put_trunks(struct xn_libvirt_export *ex, const struct xn_element *interface,
	struct xn_vif *vif, struct xenet_error *err)
{
	const struct xn_element *vlan = xn_element_find(interface, "vlan");
	struct xn_text text = XN_TEXT(ex->m->arena);
	const char **tags;
	int r = xn_set_members(ex->m, vif->trunks, &tags, err);

	if (r < 0 || (vlan ? has_tags(vlan, tags) : !tags[0]))
		return r;
	if (tags[0])
		xn_libvirt_vlan(&text, tags);
	if (!tags[0])
		xn_libvirt_remove(&ex->edits, ex->domain, vlan);
	else if (vlan)
		xn_edit_add(&ex->edits, vlan->start, vlan->end, xn_text_end(&text));
	else
		xn_libvirt_insert(&ex->edits, ex->domain, interface, xn_text_end(&text));
	return 0;
}

static int put_source(struct xn_libvirt_export *ex, const struct xn_element *interface,
	const struct xn_vif *vif, struct xenet_error *err)
{
	const char *type = xn_attribute_find(interface, "type")->value;
	bool by_name = strcmp(type, "network") == 0;
	const char *path = by_name ? "source/network" : "source/bridge", *value;
	const struct xn_attribute *a = xn_element_attribute(interface, path);
	struct xn_network *network;
	int r = xn_get(ex->m, &xn_network_class, vif->network, &network, err);

	if (r < 0 || strcmp(type, "ethernet") == 0)
		return r;
	value = by_name ? network->name_label : network->bridge;
	if (!a || strcmp(a->value, value) != 0)
		xn_libvirt_put(&ex->edits, ex->domain, interface, path, value);
	return 0;
}

/* ---- Interfaces that open our TAPs ---- */

int xn_libvirt_tap(struct xn_libvirt_export *ex, const struct xn_vif *vif,
	const char **ret, struct xenet_error *err)
{
	int r = xn_vif_name_ahead(ex->m, ex->vm, vif, ret, err);

	if (r < 0 || *ret)
		return r;
	return xn_fail(err, XENET_E_VALUE_NOT_SUPPORTED, "other-config:vif-naming",
		"domain",
		"names by domain change with each start, and a domain's XML does not: "
		"set 'uuid' for the VM or the host");
}

static int put_tap(struct xn_libvirt_export *ex, const struct xn_element *interface,
	struct xn_vif *vif, struct xenet_error *err)
{
	static const char *const gone[] = { "source", "virtualport", "bandwidth",
		"vlan" };
	const struct xn_element *target = xn_element_find(interface, "target"), *e;
	const char *name, *text;
	int r = xn_libvirt_tap(ex, vif, &name, err);

	if (r < 0)
		return r;
	xn_libvirt_put(&ex->edits, ex->domain, interface, "type", "ethernet");
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		if ((e = xn_element_find(interface, gone[i])))
			xn_libvirt_remove(&ex->edits, ex->domain, e);
	text = xn_printf(ex->m->arena, "<target dev='%s' managed='no'/>", name);
	if (target)
		xn_edit_add(&ex->edits, target->start, target->end, text);
	else
		xn_libvirt_insert(&ex->edits, ex->domain, interface, text);
	return 0;
}

int xn_libvirt_edit(struct xn_libvirt_export *ex, const struct xn_element *interface,
	struct xn_vif *vif, struct xenet_error *err)
{
	int r;

	if (!vif) {
		xn_libvirt_remove(&ex->edits, ex->domain, interface);
		return 0;
	}
	r = put_numbers(ex, interface, vif, err);
	if (r == 0 && ex->taps)
		return put_tap(ex, interface, vif, err);
	if (r == 0 && xn_libvirt_opens_tap(interface))
		return 0;
	if (r == 0)
		r = put_source(ex, interface, vif, err);
	return r < 0 ? r : put_trunks(ex, interface, vif, err);
}
