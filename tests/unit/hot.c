/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hot.h"

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stranger.h"

enum {
	NAMES_MOST = 32,
	WORDS_MOST = 16
};

/* What commands have answered, by the name in front of them. */
static struct {
	char name[16];
	char *value;
} kept[NAMES_MOST];

/* The place of that name; a free one, if there is none. */
static size_t place(const char *name, size_t length)
{
	size_t i = 0;

	while (i < NAMES_MOST && kept[i].value &&
		(strlen(kept[i].name) != length ||
			strncmp(kept[i].name, name, length) != 0))
		i++;
	ck_assert_uint_lt(i, NAMES_MOST);
	return i;
}

static void keep(const char *name, char *value)
{
	size_t i = place(name, strlen(name));

	ck_assert_msg(value, "no answer for %s", name);
	snprintf(kept[i].name, sizeof(kept[i].name), "%s", name);
	free(kept[i].value);
	kept[i].value = value;
}

static void forget_all(void)
{
	for (size_t i = 0; i < NAMES_MOST; i++) {
		free(kept[i].value);
		kept[i].value = NULL;
	}
}

/* The word with values in place of the names; free() it. */
static char *with_values(const char *word)
{
	char *text = NULL;
	size_t size, length;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	for (; *word; word++) {
		if (*word != '$') {
			fputc(*word, out);
			continue;
		}
		for (length = 0; isalnum((unsigned char)word[length + 1]);)
			length++;
		fputs(kept[place(word + 1, length)].value, out);
		word += length;
	}
	fclose(out);
	return text;
}

/* KEY=VALUE ... as a list that ends with NULL; the copies are the caller's, as many as told. */
static size_t split(char *line, const char **words, char **copies)
{
	size_t n = 0;
	char *word;

	while ((word = strsep(&line, " "))) {
		char *value = strchr(word, '=');

		ck_assert_msg(value && n < WORDS_MOST, "%s", word);
		*value = '\0';
		copies[n] = with_values(value + 1);
		words[2 * n] = word;
		words[2 * n + 1] = copies[n];
		n++;
	}
	words[2 * n] = NULL;
	return n;
}

/* One line of a batch. */
static void run_line(const char *text)
{
	const char *words[2 * WORDS_MOST + 1];
	char *line = strdup(text), *rest = line, *copies[WORDS_MOST], *name, *command,
	     *value;
	size_t n;

	ck_assert_ptr_nonnull(line);
	name = strsep(&rest, " ");
	command = strchr(name, '=');
	n = split(rest, words, copies);
	value = answer(command ? command + 1 : name, words);
	if (command) {
		*command = '\0';
		keep(name, value);
	} else {
		free(value);
	}
	while (n > 0)
		free(copies[--n]);
	free(line);
}

void hot_run(void (*done)(const char *line, int number))
{
	FILE *file = fopen(HOT_COMMANDS, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	int number = 0;

	ck_assert_ptr_nonnull(file);
	while ((length = getline(&line, &room, file)) > 0) {
		line[length - 1] = '\0';
		if (!line[0] || line[0] == '#')
			continue;
		ck_assert_int_lt(number, HOT_MOST);
		run_line(line);
		done(line, number++);
	}
	free(line);
	fclose(file);
}

/* How an object of each kind is added; $i is its number. */
static const char *const filling[] = {
	"anet=network-create name-label=net$i",
	"vlan-create network-uuid=$anet pif-uuid=$trunk vlan=$i",
	"avm=vm-create name-label=vm$i",
	"vif-create vm-uuid=$avm network-uuid=$anet device=0",
	"vif-create vm-uuid=$avm network-uuid=$crowd device=1",
	"vm-start uuid=$avm",
};

static int filled;

void hot_fill(int n)
{
	char *number;

	ck_assert_int_eq(xenet_begin(xn, false, &err), 0);
	for (; n > 0; n--) {
		ck_assert_int_gt(asprintf(&number, "%d", ++filled), 0);
		keep("i", number);
		for (size_t i = 0; i < sizeof(filling) / sizeof(filling[0]); i++)
			run_line(filling[i]);
	}
	ck_assert_int_eq(xenet_commit(xn, NULL, &err), 0);
}

static void add_nics(void)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/fake.netstate", dir);
	file = fopen(path, "ae");
	ck_assert_ptr_nonnull(file);
	for (int i = 1; i <= 2; i++)
		fprintf(file,
			"eth%d kind=nic address=52:54:00:00:01:0%d mtu=1500 "
			"addrgen=eui64 "
			"master= up=no\n",
			i, i);
	ck_assert_int_eq(fclose(file), 0);
}

void hot_set_up(void)
{
	set_up();
	add_nics();
	open_model();
	filled = 0;
	run_line("pif=pif-list device=eth0 params=uuid");
	run_line("pif1=pif-list device=eth1 params=uuid");
	run_line("trunk=pif-list device=eth2 params=uuid");
	run_line("crowd=network-create name-label=crowd");
}

void hot_tear_down(void)
{
	forget_all();
	tear_down();
}
