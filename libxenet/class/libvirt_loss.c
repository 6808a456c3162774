/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "class/libvirt.h"

/*
 * The list of losses: what an interface says that no VIF holds. It stays in the XML, where
 * libvirt finds it; xenet does nothing about it. What is secret stays nowhere.
 */

/* What a VIF holds, or what is about the card in the guest alone, as model and address are. */
static const char *const held[] = { "type", "mac/address", "source/bridge",
	"source/network", "virtualport/type", "virtualport/parameters/interfaceid",
	"target/dev", "target/managed", "model/type", "mtu/size",
	"bandwidth/inbound/average", "bandwidth/outbound/average", "vlan/trunk",
	"vlan/tag/id", "alias/name", "address/type", "address/domain", "address/bus",
	"address/slot", "address/function", "driver/queues" };

enum {
	MAX_SHOWN = 80
};

struct place {
	struct xn_libvirt *lv;
	const struct xn_element *interface;
};

static bool is_held(const char *path)
{
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		if (strcmp(held[i], path) == 0)
			return true;
	return false;
}

/* Something below it is. */
static bool is_partly_held(const char *path)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		if (strncmp(held[i], path, length) == 0 && held[i][length] == '/')
			return true;
	return false;
}

static int note(const struct place *at, unsigned line, const char *path,
	const char *value, const char *why, struct xenet_error *err)
{
	struct xn_arena *arena = at->lv->m->arena;
	const char *shown = xn_text_cut(arena, value, MAX_SHOWN);
	const char *text =
		shown ? xn_printf(arena, "line %u: interface[%zu]%s%.80s%s%s%s: %s", line,
				xn_libvirt_index(at->lv->domain, at->interface),
				path[0] ? "/" : "", path, shown[0] ? " '" : "", shown,
				shown[0] ? "'" : "", why)
		      : NULL;

	return text ? xn_reply_add_note(at->lv->reply, text, err) : xn_no_memory(err);
}

static const char *join(struct xn_arena *arena, const char *path, const char *name)
{
	return path[0] ? xn_printf(arena, "%s/%s", path, name) : name;
}

static int note_below(const struct place *at, const struct xn_element *e,
	const char *path, struct xenet_error *err)
{
	static const char kept[] = "it stays in the XML, and nothing is done about it";
	struct xn_arena *arena = at->lv->m->arena;
	int r = 0;

	for (const struct xn_attribute *a = e->attributes; a && r == 0; a = a->next) {
		const char *name = join(arena, path, a->name);

		if (!name || !is_held(name))
			r = name ? note(at, e->line, name, a->value, kept, err)
				 : xn_no_memory(err);
	}
	for (const struct xn_element *c = e->elements; c && r == 0; c = c->next) {
		const char *name = join(arena, path, c->name);

		if (name && is_partly_held(name))
			r = note_below(at, c, name, err);
		else
			r = name ? note(at, c->line, name, "", kept, err)
				 : xn_no_memory(err);
	}
	return r;
}

/* ---- What is held only if the model agrees ---- */

static int note_device(
	const struct place *at, const struct xn_vif *vif, struct xenet_error *err)
{
	const struct xn_attribute *dev = xn_element_attribute(
		at->interface, "target/dev");
	const char *name = xn_printf(at->lv->m->arena, "tap%.11s", vif->o.uuid);

	if (!name)
		return xn_no_memory(err);
	return !dev || strcmp(dev->value, name) == 0
		       ? 0
		       : note(at, at->interface->line, "target/dev", dev->value,
				 "devices are named by xenet: see vif-naming", err);
}

/* The tag of an access port is that of its network, or nobody's. */
static int note_tag(
	const struct place *at, const struct xn_vif *vif, struct xenet_error *err)
{
	const struct xn_attribute *tag = xn_element_attribute(
		at->interface, "vlan/tag/id");
	const char *vlan = NULL;
	int r;

	if (!tag || strcmp(vif->trunks, "[]") != 0)
		return 0;
	r = xn_sql_text(at->lv->m, &vlan, err,
		"SELECT vlan FROM pif WHERE network_uuid = ?1 AND vlan >= 0",
		XN_PARAMS(vif->network));
	return r < 0 || (vlan && strcmp(vlan, tag->value) == 0)
		       ? r
		       : note(at, at->interface->line, "vlan/tag/id", tag->value,
				 "a tag is that of the network's VLAN: see vlan-create",
				 err);
}

static int note_type(const struct place *at, struct xenet_error *err)
{
	const struct xn_attribute *type = xn_attribute_find(at->interface, "type");

	return note(at, at->interface->line, "type", type ? type->value : "",
		"libvirt connects it by itself: it has no VIF, and stays in the XML",
		err);
}

int xn_libvirt_note_losses(struct xn_libvirt *lv, const struct xn_element *interface,
	const struct xn_vif *vif, struct xenet_error *err)
{
	const struct place at = { lv, interface };
	int r;

	if (!vif)
		return note_type(&at, err);
	r = note_device(&at, vif, err);
	if (r == 0)
		r = note_tag(&at, vif, err);
	return r < 0 ? r : note_below(&at, interface, "", err);
}

/* ---- Secrets ---- */

struct secret {
	const char *name;
	size_t start, end;
};

/* False: the element can have one, and has not. */
static bool find_secret(const struct xn_element *e, struct secret *ret)
{
	const struct xn_attribute *passwd = xn_attribute_find(e, "passwd");

	if (strcmp(e->name, "cookie") == 0)
		*ret = (struct secret){ "cookie", e->open, e->close };
	else if (passwd)
		*ret = (struct secret){ "graphics/passwd", passwd->start, passwd->end };
	else
		return false;
	return true;
}

/* An empty one lets nobody in, where one that were missing would let everybody in. */
int xn_libvirt_note_secrets(
	struct xn_libvirt *lv, struct xn_edits *edits, struct xenet_error *err)
{
	struct xn_arena *arena = lv->m->arena;
	struct secret secret;
	int r = 0;

	for (const struct xn_element *e = lv->domain->secrets; e && r == 0; e = e->next) {
		const char *text;

		if (!find_secret(e, &secret) || (secret.start == secret.end) == !!edits)
			continue;
		if (edits)
			xn_edit_add(edits, secret.start, secret.end, "");
		text = edits ? xn_printf(arena,
				       "line %u: %s: secrets are not kept: it is "
				       "empty in the XML from now on",
				       e->line, secret.name)
			     : xn_printf(arena,
				       "%s is empty: if there was a secret, put it "
				       "in again, as secrets are not kept",
				       secret.name);
		r = text ? xn_reply_add_note(lv->reply, text, err) : xn_no_memory(err);
	}
	return r;
}
