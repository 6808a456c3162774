/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UNIT_SHORT_MEMORY_H
#define UNIT_SHORT_MEMORY_H

#include <stdbool.h>

/* Memory that runs out when it is told to. */
extern struct short_memory {
	long left;     /* allocations until one fails; -1: none does */
	bool for_good; /* ... and all those behind it                */
	bool hit;
} short_memory;

/* SQLite's, too; before its first use. 0, or -1: it does not want to. */
int short_memory_for_sqlite(void);

#endif
