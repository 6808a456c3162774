/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/pool.h"

#define F(member) offsetof(struct xn_pool, member)

static const struct xenet_field fields[] = {
	{ "uuid", XN_UUID, XN_RO, F(o.uuid), "unique identifier", XN_LISTED },
	{ "name-label", XN_TEXT, XN_RW, F(name_label), "name", XN_LISTED },
	{ "name-description", XN_TEXT, XN_RW, F(name_description), "description",
		XN_LISTED },
	{ "master", XN_REF, XN_RO, F(master), "the one host", XN_LISTED | XN_PASSING,
		.ref = "host" },
	{ "default-SR", XN_REF, XN_RO, 0, "storage; none here", XN_LISTED,
		.sql = "NULL" },
	{ "other-config", XN_MAP, XN_RW, F(other_config), "free-form settings" },
	{ "tags", XN_SET, XN_RW, F(tags), "labels of the user's own",
		XN_COMMAS | XN_KEPT },
	{ NULL },
};

const struct xenet_class xn_pool_class = {
	.name = "pool",
	.type_name = "pool",
	.summary = "the set of hosts: here always one",
	.size = sizeof(struct xn_pool),
	.fields = fields,
	.verbs = xn_pool_verbs,
	.single = true,
};
