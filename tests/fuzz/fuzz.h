/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FUZZ_H
#define FUZZ_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A target takes whatever bytes there are, and asserts what must hold of them. clang's
 * libFuzzer calls it (preset fuzz); without that, replay.c does, with the files of
 * corpus/NAME and a few changes of them, the same ones each time.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy with a NUL behind it, as much as there is up to the next line feed, which moves
 * *data behind it; free() it. NUL bytes in it end the text early. */
char *fuzz_line(const uint8_t **data, size_t *size);
/* All of the rest. */
char *fuzz_text(const uint8_t *data, size_t size);

#endif
