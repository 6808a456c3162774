/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/libvirt.h"

#include <string.h>
#include <strings.h>

#include "base/parse.h"
#include "class/import.h"

/* What the verbs about libvirt's domains have in common. */

enum {
	MAX_MIB = XN_DOMAIN_SIZE >> 20,
	MAX_RATE = 1000 * 1000 * 1000 /* kilobytes a second */
};

const struct xn_libvirt_number xn_libvirt_numbers[] = {
	{ "mtu/size", "other-config", "mtu", 68, 65535, "mtu" },
	{ "bandwidth/inbound/average", "other-config", "qos-rx-kbps", 1, MAX_RATE,
		"bandwidth/inbound" },
	{ "bandwidth/outbound/average", "qos_algorithm_params", "kbps", 1, MAX_RATE,
		"bandwidth/outbound" },
	{ "driver/queues", "other-config", "queues", 1, 256, NULL },
	{ NULL },
};

int xn_libvirt_tell(const struct xn_libvirt *lv, struct xenet_error *err)
{
	return xn_faults_tell(&lv->faults, lv->file, err);
}

int xn_libvirt_read(struct xn_model *m, const char *file, const char *xml, size_t size,
	struct xn_libvirt **ret, struct xenet_error *err)
{
	struct xn_libvirt *lv = xn_alloc(m->arena, sizeof(*lv));
	int r;

	if (!lv)
		return xn_no_memory(err);
	lv->m = m;
	lv->file = file;
	lv->faults.arena = m->arena;
	r = xn_domain_read(m->arena, xml, size, m->stop, &lv->domain, &lv->faults, err);
	if (r == 0)
		r = xn_libvirt_tell(lv, err);
	if (r == 0)
		r = xn_libvirt_check_shape(lv, err);
	*ret = lv;
	return r;
}

int xn_libvirt_fetch(
	struct xn_model *m, const struct xenet_request *req, struct xenet_error *err)
{
	struct xn_libvirt *lv = NULL;
	struct xn_input *input;
	int r = xn_input_read(m, xn_arg(req, "file"), MAX_MIB, &input, err);

	if (r == 0)
		r = xn_libvirt_read(m, input->name, input->bytes, input->size, &lv, err);
	if (r == 0)
		m->input = lv;
	return r;
}

/* libvirt's names are unique among domains, and a domain without a uuid has only that. */
static int find_uuid(struct xn_libvirt *lv, const char **ret, struct xenet_error *err)
{
	const struct xn_element *uuid = lv->domain->uuid;
	const char *lower = uuid ? xn_uuid_lower(lv->m->arena, uuid->text) : "";

	if (!lower)
		return xn_no_memory(err);
	return xn_sql_text(lv->m, ret, err,
		uuid ? "SELECT uuid FROM vm WHERE uuid = ?1"
		     : "SELECT uuid FROM vm WHERE name_label = ?1 AND libvirt_xml <> ''",
		XN_PARAMS(uuid ? lower : lv->domain->name->text));
}

int xn_libvirt_find_vm(struct xn_libvirt *lv, struct xn_vm **ret, struct xenet_error *err)
{
	const char *known;
	int r = find_uuid(lv, &known, err);

	*ret = NULL;
	return r == 0 && known ? xn_get(lv->m, &xn_vm_class, known, ret, err) : r;
}

bool xn_libvirt_is_plugged(const struct xn_element *interface)
{
	static const char *const types[] = { "bridge", "network", "ethernet" };
	const struct xn_attribute *type = xn_attribute_find(interface, "type");

	for (size_t i = 0; type && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(type->value, types[i]) == 0)
			return true;
	return false;
}

bool xn_libvirt_opens_tap(const struct xn_element *interface)
{
	const struct xn_attribute *type = xn_attribute_find(interface, "type");
	const struct xn_attribute *managed = xn_element_attribute(
		interface, "target/managed");

	return type && strcmp(type->value, "ethernet") == 0 && managed &&
	       strcmp(managed->value, "no") == 0;
}

size_t xn_libvirt_index(
	const struct xn_domain *domain, const struct xn_element *interface)
{
	size_t n = 0;

	for (const struct xn_element *e = domain->interfaces; e != interface; e = e->next)
		n++;
	return n;
}

struct xn_vif *xn_libvirt_vif(
	struct xn_object *const *vifs, const struct xn_element *interface)
{
	const struct xn_attribute *mac = xn_element_attribute(interface, "mac/address");

	for (; mac && *vifs; vifs++)
		if (strcasecmp(((struct xn_vif *)*vifs)->address, mac->value) == 0)
			return (struct xn_vif *)*vifs;
	return NULL;
}

const char **xn_libvirt_map(struct xn_vif *vif, const struct xn_libvirt_number *number)
{
	const struct xenet_field *field = xn_field(&xn_vif_class, number->field);

	return (const char **)((char *)vif + field->offset);
}

int xn_libvirt_fault(struct xn_libvirt *lv, const struct xn_element *interface,
	const char *at, struct xenet_error *err, const char *format, ...)
{
	const char *place = xn_printf(lv->m->arena, "interface[%zu]%s%s",
		xn_libvirt_index(lv->domain, interface), at[0] ? "." : "", at);
	const char *text;
	va_list args;

	va_start(args, format);
	text = xn_vprintf(lv->m->arena, format, args);
	va_end(args);
	if (!place || !text ||
		xn_fault_add(&lv->faults, interface->line, place, "%s", text) < 0)
		return xn_no_memory(err);
	return 0;
}
