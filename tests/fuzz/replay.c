/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* TARGET DIRECTORY ROUNDS: each file of the corpus, and that many changes of them. */

enum {
	MAX_SIZE = 8192,
	MAX_FILES = 256
};

static struct {
	uint8_t bytes[MAX_SIZE];
	size_t size;
} input, files[MAX_FILES];
static size_t n_files;

/* xorshift: the same numbers everywhere. */
static uint32_t chance(uint32_t limit)
{
	static uint32_t state = 2463534242U;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % limit;
}

/* In memory of its own size, whose end a sanitizer guards. */
static void run(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	assert(copy);
	memcpy(copy, bytes, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void set_byte(size_t at)
{
	static const uint8_t special[] = { 0, 1, 4, 0x7f, 0x80, 0xff, '\n', ' ', '=', '%',
		':', '/' };

	input.bytes[at] = special[chance(sizeof(special))];
}

static void flip_bit(size_t at)
{
	input.bytes[at] ^= (uint8_t)(1U << chance(8));
}

static void cut(size_t at)
{
	size_t n = 1 + chance(8);

	n = n < input.size - at ? n : input.size - at;
	memmove(input.bytes + at, input.bytes + at + n, input.size - at - n);
	input.size -= n;
}

static void repeat(size_t at)
{
	size_t n = 1 + chance(32);

	n = n < input.size - at ? n : input.size - at;
	if (input.size + n > MAX_SIZE)
		return;
	memmove(input.bytes + at + n, input.bytes + at, input.size - at);
	input.size += n;
}

/* From there on another file. */
static void splice(size_t at)
{
	size_t other = chance((uint32_t)n_files);

	if (at >= files[other].size)
		return;
	memcpy(input.bytes + at, files[other].bytes + at, files[other].size - at);
	input.size = files[other].size;
}

static void change(void)
{
	static void (*const ways[])(
		size_t at) = { set_byte, flip_bit, cut, repeat, splice };

	input = files[chance((uint32_t)n_files)];
	for (uint32_t n = 1 + chance(4); n && input.size; n--)
		ways[chance(5)](chance((uint32_t)input.size));
}

static void read_file(const char *directory, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "re");
	assert(file);
	files[n_files].size = fread(files[n_files].bytes, 1, MAX_SIZE, file);
	assert(feof(file));
	n_files++;
	fclose(file);
}

static void read_corpus(const char *directory)
{
	struct dirent **entries;
	int n = scandir(directory, &entries, NULL, alphasort);

	assert(n > 2 && n < MAX_FILES);
	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.')
			read_file(directory, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;

	if (!rounds) {
		fprintf(stderr, "usage: %s DIRECTORY ROUNDS\n", argv[0]);
		return 2;
	}
	read_corpus(argv[1]);
	run(input.bytes, 0);
	for (size_t i = 0; i < n_files; i++)
		run(files[i].bytes, files[i].size);
	for (unsigned long i = 0; i < rounds; i++) {
		change();
		run(input.bytes, input.size);
	}
	printf("%zu files, %lu changes\n", n_files, rounds);
	return 0;
}
