/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"
#include "model/model.h"

static int touch_class(
	struct xn_model *m, const struct xenet_class *class, struct xenet_error *err)
{
	char table[XN_COLUMN_SIZE];
	const char *sql = xn_printf(m->arena, "SELECT uuid FROM \"%s\" ORDER BY uuid",
		xn_sql_name(class->name, table));
	struct xn_object *object;
	const char **uuids;
	int r = sql ? xn_sql_texts(m, &uuids, err, sql, XN_PARAMS(NULL))
		    : xn_no_memory(err);

	for (; r == 0 && *uuids; uuids++) {
		r = xn_get_sound(m, class, *uuids, &object, err);
		if (r == 0 && object)
			xn_touch(object);
	}
	return r;
}

int xn_touch_all(struct xn_model *m, struct xenet_error *err)
{
	int r = 0;

	m->tolerates = true;
	for (size_t i = 0; xn_classes[i] && r == 0; i++)
		if (xn_classes[i]->desire && !xn_classes[i]->of)
			r = touch_class(m, xn_classes[i], err);
	m->tolerates = false;
	return r;
}
