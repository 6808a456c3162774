/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/import.h"

#include <string.h>

/*
 * host-export and host-import. An import is a sequence of what the commands do, on one model:
 * out of use what is to change, away with what is not named, edit and make, judge, into use.
 * In between it is saved, so that rules that ask the database see it.
 */

static int read_mode(
	const struct xenet_request *req, bool *merge, struct xenet_error *err)
{
	const char *mode = xn_arg(req, "mode");

	*merge = mode && strcmp(mode, "merge") == 0;
	if (!mode || *merge || strcmp(mode, "replace") == 0)
		return 0;
	return xn_fail(err, XENET_E_ENUM_INVALID, "mode", mode, "replace|merge");
}

/* What is wrong so far: then the rest makes no sense. */
static int tell(struct xn_import *im, struct xenet_error *err)
{
	const struct xn_input *input = im->m->input;

	return xn_faults_tell(&im->doc->faults, input->name, err);
}

/* ---- What the document does not name ---- */

static const struct xenet_verb *find_verb(
	const struct xenet_class *class, const char *name)
{
	const struct xenet_verb *verb = class->verbs;

	while (verb->name && strcmp(verb->name, name) != 0)
		verb++;
	return verb;
}

/* *ret = NULL: it is gone. */
static int get_if_there(struct xn_import *im, const struct xenet_class *class,
	const char *uuid, struct xn_object **ret, struct xenet_error *err)
{
	struct xenet_error error = { 0 };
	int r = xn_get(im->m, class, uuid, ret, &error);

	if (r == 0)
		return 0;
	*ret = NULL;
	r = r == -XENET_E_UUID_INVALID ? 0 : xn_error_move(err, &error);
	xenet_error_clear(&error);
	return r;
}

/* By the verb that does it, with all its refusals; it may be gone with another already. */
static int destroy(struct xn_import *im, const struct xenet_class *class,
	const char *verb, const char *uuid, struct xenet_error *err)
{
	char key[] = "uuid";
	struct xn_argument argument = { key, xn_strdup(im->m->arena, uuid), NULL };
	struct xenet_request req = { class, find_verb(class, verb), &argument, NULL };
	struct xenet_error error = { 0 };
	struct xn_object *object;
	bool parted;
	int r = argument.value ? get_if_there(im, class, uuid, &object, err)
			       : xn_no_memory(err);

	if (r < 0 || !object)
		return r;
	r = xn_import_part(im, object, &parted, err);
	if (r < 0 || parted)
		return r;
	r = req.verb->run(im->m, &req, object, NULL, &error);
	return xn_document_judge(im->doc, object, r, &error, err);
}

static int destroy_others(struct xn_import *im, const struct xenet_class *class,
	const char *verb, struct xenet_error *err)
{
	const char **uuids = NULL;
	int r = xn_document_others(im->doc, class, &uuids, err);

	for (size_t i = 0; r == 0 && uuids[i]; i++)
		r = destroy(im, class, verb, uuids[i], err);
	return r < 0 ? r : im->m->flush(im->m, err);
}

/* Dependants first. */
static int destroy_all_others(struct xn_import *im, struct xenet_error *err)
{
	static const struct {
		const struct xenet_class *class;
		const char *verb;
	} order[] = { { &xn_vif_class, "destroy" }, { &xn_vm_class, "destroy" },
		{ &xn_tunnel_class, "destroy" }, { &xn_vlan_class, "destroy" },
		{ &xn_bond_class, "destroy" }, { &xn_pif_class, "forget" } };
	int r = 0;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]) && r == 0; i++)
		r = destroy_others(im, order[i].class, order[i].verb, err);
	/* Networks keep whatever could not go, which is told. */
	if (r == 0)
		r = tell(im, err);
	return r < 0 ? r : destroy_others(im, &xn_network_class, "destroy", err);
}

/* ---- The whole ---- */

struct judge {
	struct xn_judge o;
	struct xn_document *doc;
	struct xn_object *object;
};

static int note_refusal(struct xn_judge *judge, int r, struct xenet_error *refusal,
	struct xenet_error *err)
{
	const struct judge *own = (struct judge *)judge;

	return xn_document_judge(own->doc, own->object, r, refusal, err);
}

static int judge_object(
	struct xn_import *im, struct xn_object *object, struct xenet_error *err)
{
	struct judge judge = { { note_refusal }, im->doc, object };

	return object->deleted || !xn_is_changed(object)
		       ? 0
		       : xn_judge_object(im->m, object, &judge.o, err);
}

/* Those of the document, and those that a PIF of it is a member of. */
static int judge_bond(struct xn_import *im, const char *uuid, struct xenet_error *err)
{
	struct xenet_error error = { 0 };
	struct xn_object *bond = NULL;
	int r = uuid ? get_if_there(im, &xn_bond_class, uuid, &bond, err) : 0;

	if (r < 0 || !bond)
		return r;
	r = xn_bond_check_members(im->m, (struct xn_bond *)bond, &error);
	return xn_document_judge(im->doc, bond, r, &error, err);
}

static int judge_bonds(
	struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	const struct xn_pif *pif = (struct xn_pif *)item->object;
	const char *uuid = item->class == &xn_bond_class  ? item->uuid
			   : item->class == &xn_pif_class ? pif->bond
							  : NULL;

	if (uuid && item->class == &xn_pif_class &&
		xn_document_item(im->doc, &xn_bond_class, uuid))
		return 0;
	return judge_bond(im, uuid, err);
}

/* A managed PIF is on a managed network: the class itself minds new networks of PIFs only. */
static int judge_managed(
	struct xn_import *im, struct xn_item *item, struct xenet_error *err)
{
	struct xn_network *network = (struct xn_network *)item->object;
	struct xn_pif *pif = (struct xn_pif *)item->object;
	bool is_pif = item->class == &xn_pif_class;
	struct xenet_error error = { 0 };
	int r;

	if ((!is_pif && item->class != &xn_network_class) || !item->object->past ||
		!xn_changed(item->object, "managed"))
		return 0;
	r = is_pif ? xn_get(im->m, &xn_network_class, pif->network, &network, err)
		   : xn_network_pif(im->m, network, &pif, err);
	if (r < 0 || !pif || !pif->managed)
		return r;
	r = xn_network_accepts_pif(im->m, network, pif->o.uuid, &error);
	return xn_item_judge(im->doc, item, r, &error, err);
}

/* As the transaction will, which ends at the first refusal. */
static int judge_all(struct xn_import *im, struct xenet_error *err)
{
	int r = 0;

	for (struct xn_object *o = im->m->asked; o && r == 0; o = o->again)
		r = judge_object(im, o, err);
	for (struct xn_item *i = im->doc->items; i && r == 0; i = i->next)
		if (!i->failed && (r = judge_bonds(im, i, err)) == 0)
			r = judge_managed(im, i, err);
	return r;
}

typedef int (*phase)(struct xn_import *im, struct xenet_error *err);

static int flush(struct xn_import *im, struct xenet_error *err)
{
	return im->m->flush(im->m, err);
}

/* As long as nothing is changed but what nobody looks for. */
static int all_saved(struct xn_import *im, struct xenet_error *err)
{
	(void)err;
	im->m->all_saved = true;
	return 0;
}

static int not_all_saved(struct xn_import *im, struct xenet_error *err)
{
	(void)err;
	im->m->all_saved = false;
	return 0;
}

static int clear_away(struct xn_import *im, struct xenet_error *err)
{
	return im->doc->merge ? 0 : destroy_all_others(im, err);
}

/* What refers to what is in order at the end only. */
static int defer_references(struct xn_import *im, struct xenet_error *err)
{
	const char *nothing;

	return xn_sql_text(
		im->m, &nothing, err, "PRAGMA defer_foreign_keys = 1", XN_PARAMS(NULL));
}

/* For what follows in the transaction. What dangled, though nothing should, would only be
 * refused by the commit, when the host is changed already. */
static int mind_references(struct xn_import *im, struct xenet_error *err)
{
	const char *dangling, *nothing;
	int r = xn_sql_text(im->m, &dangling, err,
		"SELECT \"table\" FROM pragma_foreign_key_check", XN_PARAMS(NULL));

	if (r == 0 && dangling)
		return xn_fail(err, XENET_E_INTERNAL_ERROR,
			xn_printf(im->m->arena, "a %s refers to nothing", dangling));
	return r < 0 ? r
		     : xn_sql_text(im->m, &nothing, err, "PRAGMA defer_foreign_keys = 0",
			       XN_PARAMS(NULL));
}

static const phase phases[] = {
	defer_references,
	xn_import_move,
	xn_import_unplug,
	flush,
	xn_import_release,
	/* What goes refers to less and less, so the database knows of all that does. */
	all_saved,
	clear_away,
	not_all_saved,
	/* Members of bonds that are gone have been plugged by themselves. */
	xn_import_unplug,
	flush,
	xn_import_release,
	xn_import_edit,
	tell,
	flush,
	all_saved,
	judge_all,
	tell,
	not_all_saved,
	xn_import_settle,
	tell,
	flush,
	all_saved,
	tell,
	mind_references,
};

static int carry_out(struct xn_import *im, struct xenet_error *err)
{
	int r = 0;

	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]) && r == 0; i++)
		r = phases[i](im, err);
	return r;
}

int xn_host_import(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	const struct xn_input *input = m->input;
	struct xn_import im = { m, NULL, NULL, NULL };
	bool merge;
	int r = read_mode(req, &merge, err);

	(void)none;
	(void)reply;
	if (r == 0)
		r = xn_document_read(m, input->bytes, input->size, merge, &im.doc, err);
	if (r == 0)
		r = xn_import_check(&im, err);
	if (r == 0)
		r = tell(&im, err);
	return r < 0 ? r : carry_out(&im, err);
}

/* ---- Export ---- */

/* A line a row, as people look at it on terminals. */
static int add_lines(struct xn_model *m, const char *text, struct xenet_reply *reply,
	struct xenet_error *err)
{
	int r = 0;

	reply->answer = XN_ANSWER_JSON;
	if (reply->as_json)
		return xn_reply_add_value(reply, text, err);
	while (*text && r == 0) {
		size_t length = strcspn(text, "\n");
		const char *line = xn_strndup(m->arena, text, length);

		r = line ? xn_reply_add_value(reply, line, err) : xn_no_memory(err);
		text += length + 1;
	}
	return r;
}

int xn_host_export(struct xn_model *m, const struct xenet_request *req,
	struct xn_object *none, struct xenet_reply *reply, struct xenet_error *err)
{
	const char *text = NULL;
	int r = xn_export(m, &text, err);

	(void)req;
	(void)none;
	return r < 0 ? r : add_lines(m, text, reply, err);
}
