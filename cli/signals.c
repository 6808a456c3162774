/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stddef.h>

#include "cli.h"

/*
 * A signal that would end us lets a change end at the next step, and take back what it did;
 * asked for again, it gets no more than that. What only reads just ends.
 */

static const int numbers[] = { SIGHUP, SIGINT, SIGTERM };

enum {
	N_SIGNALS = sizeof(numbers) / sizeof(numbers[0])
};

static struct sigaction past[N_SIGNALS];
static struct xenet *volatile running;
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
	if (!caught)
		caught = number;
	xenet_cancel(running);
}

void cli_signals_catch(struct xenet *xn)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	running = xn;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < N_SIGNALS; i++) {
		sigaction(numbers[i], NULL, &past[i]);
		/* As nohup and the shell's & want it. */
		if (past[i].sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
	}
}

void cli_signals_release(void)
{
	for (size_t i = 0; i < N_SIGNALS && running; i++)
		sigaction(numbers[i], &past[i], NULL);
	running = NULL;
}

int cli_failure_status(const struct xenet_error *err)
{
	return err->code == XENET_E_CANCELLED && caught ? 128 + caught
							: (int)xenet_error_status(err);
}
