/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class/none.h"

#include "model/model.h"

/* Storage is not xenet's: what XenServer tells of it is an empty list. */

#define NEVER(name, type, flags)                                                         \
	{                                                                                \
		name, type, XN_RO, 0, "there is none here", flags, .sql = "NULL"         \
	}

static const struct xenet_field sr_fields[] = {
	NEVER("uuid", XN_UUID, XN_LISTED),
	NEVER("name-label", XN_TEXT, XN_LISTED),
	NEVER("name-description", XN_TEXT, XN_LISTED),
	NEVER("host", XN_TEXT, XN_LISTED),
	NEVER("allowed-operations", XN_SET, 0),
	NEVER("current-operations", XN_SET, 0),
	NEVER("VDIs", XN_SET, 0),
	NEVER("PBDs", XN_SET, 0),
	NEVER("virtual-allocation", XN_TEXT, 0),
	NEVER("physical-utilisation", XN_TEXT, 0),
	NEVER("physical-size", XN_TEXT, 0),
	NEVER("type", XN_TEXT, XN_LISTED),
	NEVER("content-type", XN_TEXT, XN_LISTED),
	NEVER("shared", XN_TEXT, 0),
	NEVER("introduced-by", XN_TEXT, 0),
	NEVER("is-tools-sr", XN_TEXT, 0),
	NEVER("other-config", XN_MAP, 0),
	NEVER("sm-config", XN_MAP, 0),
	NEVER("blobs", XN_TEXT, 0),
	NEVER("local-cache-enabled", XN_TEXT, 0),
	NEVER("tags", XN_SET, 0),
	NEVER("clustered", XN_TEXT, 0),
	{ NULL },
};

const struct xenet_class xn_sr_class = {
	.name = "sr",
	.type_name = "SR",
	.summary = "a storage repository; none here",
	.size = sizeof(struct xn_object),
	.fields = sr_fields,
	.verbs = xn_no_verbs,
	.none = true,
};

static const struct xenet_field sm_fields[] = {
	NEVER("uuid", XN_UUID, XN_LISTED),
	NEVER("type", XN_TEXT, XN_LISTED),
	NEVER("name-label", XN_TEXT, XN_LISTED),
	NEVER("name-description", XN_TEXT, XN_LISTED),
	NEVER("vendor", XN_TEXT, 0),
	NEVER("copyright", XN_TEXT, 0),
	NEVER("required-api-version", XN_TEXT, 0),
	NEVER("capabilities", XN_SET, 0),
	NEVER("features", XN_MAP, 0),
	NEVER("configuration", XN_MAP, 0),
	NEVER("driver-filename", XN_TEXT, 0),
	NEVER("other-config", XN_MAP, 0),
	{ NULL },
};

const struct xenet_class xn_sm_class = {
	.name = "sm",
	.type_name = "SM",
	.summary = "a storage driver; none here",
	.size = sizeof(struct xn_object),
	.fields = sm_fields,
	.verbs = xn_no_verbs,
	.none = true,
};

static const struct xenet_field vdi_fields[] = {
	NEVER("uuid", XN_UUID, XN_LISTED),
	NEVER("name-label", XN_TEXT, XN_LISTED),
	NEVER("name-description", XN_TEXT, XN_LISTED),
	NEVER("is-a-snapshot", XN_TEXT, 0),
	NEVER("snapshot-of", XN_TEXT, 0),
	NEVER("snapshots", XN_TEXT, 0),
	NEVER("snapshot-time", XN_TEXT, 0),
	NEVER("allowed-operations", XN_SET, 0),
	NEVER("current-operations", XN_SET, 0),
	NEVER("sr-uuid", XN_TEXT, XN_LISTED),
	NEVER("sr-name-label", XN_TEXT, 0),
	NEVER("vbd-uuids", XN_SET, 0),
	NEVER("virtual-size", XN_TEXT, XN_LISTED),
	NEVER("physical-utilisation", XN_TEXT, 0),
	NEVER("location", XN_TEXT, 0),
	NEVER("type", XN_TEXT, 0),
	NEVER("sharable", XN_TEXT, XN_LISTED),
	NEVER("read-only", XN_TEXT, XN_LISTED),
	NEVER("managed", XN_TEXT, 0),
	NEVER("missing", XN_TEXT, 0),
	NEVER("other-config", XN_MAP, 0),
	NEVER("xenstore-data", XN_MAP, 0),
	NEVER("sm-config", XN_MAP, 0),
	NEVER("on-boot", XN_TEXT, 0),
	NEVER("allow-caching", XN_TEXT, 0),
	NEVER("tags", XN_SET, 0),
	{ NULL },
};

const struct xenet_class xn_vdi_class = {
	.name = "vdi",
	.type_name = "VDI",
	.summary = "a virtual disk; none here",
	.size = sizeof(struct xn_object),
	.fields = vdi_fields,
	.verbs = xn_no_verbs,
	.none = true,
};

static const struct xenet_field vbd_fields[] = {
	NEVER("uuid", XN_UUID, XN_LISTED),
	NEVER("vm-uuid", XN_TEXT, XN_LISTED),
	NEVER("vm-name-label", XN_TEXT, XN_LISTED),
	NEVER("vdi-uuid", XN_TEXT, XN_LISTED),
	NEVER("vdi-name-label", XN_TEXT, 0),
	NEVER("allowed-operations", XN_SET, 0),
	NEVER("current-operations", XN_SET, 0),
	NEVER("empty", XN_TEXT, XN_LISTED),
	NEVER("device", XN_TEXT, XN_LISTED),
	NEVER("userdevice", XN_TEXT, 0),
	NEVER("bootable", XN_TEXT, 0),
	NEVER("mode", XN_TEXT, 0),
	NEVER("type", XN_TEXT, 0),
	NEVER("unpluggable", XN_TEXT, 0),
	NEVER("currently-attached", XN_TEXT, 0),
	NEVER("other-config", XN_MAP, 0),
	{ NULL },
};

const struct xenet_class xn_vbd_class = {
	.name = "vbd",
	.type_name = "VBD",
	.summary = "a disk of a VM; none here",
	.size = sizeof(struct xn_object),
	.fields = vbd_fields,
	.verbs = xn_no_verbs,
	.none = true,
};
