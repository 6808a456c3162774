/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli.h"

void cli_print_minimal(const struct xenet_reply *reply)
{
	size_t rows = xenet_reply_columns(reply) ? xenet_reply_rows(reply) : 0;

	for (size_t row = 0; row < rows; row++) {
		if (row)
			putchar(',');
		cli_show(stdout, xenet_reply_value(reply, row, 0), true);
	}
	putchar('\n');
}
