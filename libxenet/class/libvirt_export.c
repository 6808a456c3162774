/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "class/libvirt.h"

/*
 * vm-export-libvirt: the XML that the VM keeps, with what the model says otherwise by now put in
 * its place. Where it says the same, not a byte differs.
 */

/* ---- Interfaces that the XML lacks ---- */

static bool is_in_xml(const struct xn_libvirt_export *ex, struct xn_object *vif)
{
	struct xn_object *one[] = { vif, NULL };
	const struct xn_element *e = ex->domain->interfaces;

	while (e && !(xn_libvirt_is_plugged(e) && xn_libvirt_vif(one, e)))
		e = e->next;
	return e;
}

/* How it is connected; *ret ends with a line end. */
static int add_connection(struct xn_libvirt_export *ex, struct xn_vif *vif,
	const char *indent, struct xn_text *text, struct xenet_error *err)
{
	struct xn_network *network;
	const char *name, **tags;
	int r;

	if (ex->taps) {
		r = xn_libvirt_tap(ex, vif, &name, err);
		if (r == 0)
			xn_text_addf(text, "%s  <target dev='%s' managed='no'/>\n",
				indent, name);
		return r;
	}
	r = xn_get(ex->m, &xn_network_class, vif->network, &network, err);
	if (r == 0)
		r = xn_set_members(ex->m, vif->trunks, &tags, err);
	if (r < 0)
		return r;
	xn_text_addf(text, "%s  <source bridge='%s'/>\n", indent,
		xn_xml_escape(ex->m->arena, network->bridge));
	if (tags[0]) {
		xn_text_addf(text, "%s  ", indent);
		xn_libvirt_vlan(text, tags);
		xn_text_add(text, "\n");
	}
	return 0;
}

static int add_numbers(struct xn_libvirt_export *ex, struct xn_vif *vif,
	const char *indent, struct xn_text *text, struct xenet_error *err)
{
	struct xn_text limits = XN_TEXT(ex->m->arena);
	int r = xn_libvirt_bandwidth(ex, vif, &limits, err);

	if (r == 0 && limits.length)
		xn_text_addf(text, "%s  %s\n", indent, xn_text_end(&limits));
	for (const struct xn_libvirt_number *n = xn_libvirt_numbers; n->path && r == 0;
		n++) {
		const char *value, *slash = strchr(n->path, '/');

		if (strncmp(n->path, "bandwidth/", 10) == 0)
			continue;
		r = xn_libvirt_number(ex, vif, n, &value, err);
		if (r == 0 && value)
			xn_text_addf(text, "%s  <%.*s %s='%s'/>\n", indent,
				(int)(slash - n->path), n->path, slash + 1, value);
	}
	return r;
}

static int add_interface(struct xn_libvirt_export *ex, struct xn_vif *vif,
	const char *indent, struct xn_text *text, struct xenet_error *err)
{
	int r;

	xn_text_addf(text, "%s<interface type='%s'>\n%s  <mac address='%s'/>\n", indent,
		ex->taps ? "ethernet" : "bridge", indent, vif->address);
	r = add_connection(ex, vif, indent, text, err);
	xn_text_addf(text, "%s  <model type='virtio'/>\n", indent);
	if (r == 0)
		r = add_numbers(ex, vif, indent, text, err);
	xn_text_addf(text, "%s</interface>", indent);
	return r;
}

static const struct xn_element *last_interface(const struct xn_domain *domain)
{
	const struct xn_element *e = domain->interfaces;

	while (e && e->next)
		e = e->next;
	return e;
}

static int add_interfaces(struct xn_libvirt_export *ex, struct xenet_error *err)
{
	const struct xn_element *last = last_interface(ex->domain);
	const char *indent = last ? xn_libvirt_indent(ex->m->arena, ex->domain, last)
				  : "    ";
	struct xn_text text = XN_TEXT(ex->m->arena);
	int r = indent ? 0 : xn_no_memory(err);
	const char *lines;

	for (size_t i = 0; r == 0 && ex->vifs[i]; i++) {
		if (is_in_xml(ex, ex->vifs[i]))
			continue;
		xn_text_add(&text, "\n");
		r = add_interface(ex, (struct xn_vif *)ex->vifs[i], indent, &text, err);
	}
	lines = xn_text_end(&text);
	if (r < 0 || !text.length)
		return r;
	if (!lines)
		return xn_no_memory(err);
	xn_libvirt_append(&ex->edits, ex->domain, last, lines);
	return 0;
}

/* ---- All ---- */

/* libvirt would make one of its own, and its hook not know the VM. */
static void add_uuid(struct xn_libvirt_export *ex)
{
	const struct xn_element *name = ex->domain->name;
	const char *indent = xn_libvirt_indent(ex->m->arena, ex->domain, name);

	xn_edit_add(&ex->edits, name->end, name->end,
		indent ? xn_printf(ex->m->arena, "\n%s<uuid>%s</uuid>", indent,
				 ex->vm->o.uuid)
		       : NULL);
}

static int put_all(struct xn_libvirt_export *ex, struct xenet_error *err)
{
	const struct xn_domain *domain = ex->domain;
	int r = 0;

	xn_libvirt_put_text(&ex->edits, domain->name, ex->vm->name_label);
	if (ex->taps && !domain->uuid)
		add_uuid(ex);
	for (const struct xn_element *e = domain->interfaces; e && r == 0; e = e->next)
		if (xn_libvirt_is_plugged(e))
			r = xn_libvirt_edit(ex, e, xn_libvirt_vif(ex->vifs, e), err);
	return r < 0 ? r : add_interfaces(ex, err);
}

/* A line a row, as people look at it on terminals; as JSON it is one text. */
static int add_lines(struct xn_model *m, const char *text, struct xenet_reply *reply,
	struct xenet_error *err)
{
	size_t length = strlen(text);
	int r = 0;

	length -= length && text[length - 1] == '\n';
	reply->answer = XN_ANSWER_TEXT;
	for (const char *at = text, *end = text + length; at <= end && r == 0;) {
		const char *stop = reply->as_json ? NULL
						  : memchr(at, '\n', (size_t)(end - at));
		size_t size = (size_t)((stop ? stop : end) - at);
		const char *line = xn_strndup(m->arena, at, size);

		r = line ? xn_reply_add_value(reply, line, err) : xn_no_memory(err);
		at += size + 1;
	}
	return r;
}

static int read_xml(
	struct xn_libvirt_export *ex, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *name = xn_printf(ex->m->arena, "VM %s", ex->vm->o.uuid);
	const char *xml = ex->vm->libvirt_xml;
	struct xn_libvirt *lv;
	int r;

	if (!xml[0])
		return xn_fail(
			err, XENET_E_VM_WITHOUT_DOMAIN, xn_show(ex->m, &ex->vm->o));
	r = name ? xn_libvirt_read(ex->m, name, xml, strlen(xml), &lv, err)
		 : xn_no_memory(err);
	if (r < 0)
		return r;
	ex->domain = lv->domain;
	lv->reply = reply;
	return xn_libvirt_note_secrets(lv, NULL, err);
}

int xn_vm_export_libvirt(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *object, struct xenet_reply *reply, struct xenet_error *err)
{
	struct xn_libvirt_export ex = {
		.m = m, .vm = (struct xn_vm *)object, .edits = { .arena = m->arena }
	};
	const char *text;
	int r = xn_arg_bool(req, "taps", false, &ex.taps, err);

	if (r == 0)
		r = read_xml(&ex, reply, err);
	if (r == 0)
		r = xn_vm_find_vifs(m, ex.vm, &ex.vifs, err);
	if (r == 0)
		r = put_all(&ex, err);
	if (r < 0)
		return r;
	text = xn_edits_apply(&ex.edits, ex.domain->xml, ex.domain->size);
	return text ? add_lines(m, text, reply, err) : xn_no_memory(err);
}
