/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UNIT_SHORTAGE_H
#define UNIT_SHORTAGE_H

#include <stdbool.h>

/* Memory that runs out when a test says so. */
extern struct shortage {
	long left;     /* allocations until one fails; -1: none does */
	bool for_good; /* ... and all those behind it */
	bool hit;
} memory;

/* Before SQLite is used: its memory runs out as well. */
int shortage_tell_sqlite(void);

#endif
