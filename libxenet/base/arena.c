/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_SIZE = 8192
};

struct block {
	struct block *next;
	size_t used;
	size_t size;
	alignas(max_align_t) char bytes[];
};

struct xn_arena {
	struct block *blocks;
};

struct xn_arena *xn_arena_new(void)
{
	return calloc(1, sizeof(struct xn_arena));
}

struct xn_arena *xn_arena_free(struct xn_arena *arena)
{
	if (!arena)
		return NULL;
	for (struct block *block = arena->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
	return NULL;
}

static struct block *add_block(struct xn_arena *arena, size_t size)
{
	size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
	struct block *block = calloc(1, sizeof(*block) + room);

	if (!block)
		return NULL;
	block->size = room;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

void *xn_alloc(struct xn_arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct block *block = arena->blocks;
	void *bytes;

	if (size > (size_t)-1 / 2)
		return NULL;
	size = (size + align - 1) / align * align;
	if (!block || block->size - block->used < size)
		block = add_block(arena, size);
	if (!block)
		return NULL;
	bytes = block->bytes + block->used;
	block->used += size;
	return bytes;
}

char *xn_strndup(struct xn_arena *arena, const char *text, size_t length)
{
	char *copy = xn_alloc(arena, length + 1);

	return copy ? memcpy(copy, text, length) : NULL;
}

char *xn_strdup(struct xn_arena *arena, const char *text)
{
	return text ? xn_strndup(arena, text, strlen(text)) : NULL;
}

char *xn_vprintf(struct xn_arena *arena, const char *format, va_list args)
{
	char few[256], *text;
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(few, sizeof(few), format, again);
	va_end(again);
	if (length < 0)
		return NULL;
	if ((size_t)length < sizeof(few))
		return xn_strndup(arena, few, (size_t)length);
	text = xn_alloc(arena, (size_t)length + 1);
	if (text)
		vsnprintf(text, (size_t)length + 1, format, args);
	return text;
}

char *xn_printf(struct xn_arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = xn_vprintf(arena, format, args);
	va_end(args);
	return text;
}
