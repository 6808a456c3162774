/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <endian.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The index of the log, PATH-shm, is memory that all connections share. SQLite makes it anew for
 * the first of them, from the whole log: after a crash of the machine nobody knows how much of it
 * reached the disk. A process that ends after a few milliseconds is nearly always the first. But in
 * a machine that has been running ever since, the index mostly is what it was: who finds a mark in
 * it that says so, and that it describes the log that is there, connects with a lock on it by which
 * SQLite sees it in use. What the log's pages hold is not looked at, as SQLite does in that case.
 *
 * https://www.sqlite.org/walformat.html, sections 2 (the index) and 1 (the log).
 */

enum {
	/* Of the index, as 32-bit numbers in the machine's order. */
	HEADER_NUMBERS = 12, /* a second copy follows */
	AT_PAGE_SIZE = 3,    /* its last two bytes */
	AT_FRAMES = 4,	     /* that are valid */
	AT_CHECKSUM = 6,     /* of the last valid frame: two numbers */
	AT_SALT = 8,	     /* two numbers in the log's order */
	AT_CHECKPOINTED = 24,
	AT_MARK = 33, /* SQLite leaves it alone, and it is 0 in an index made anew */
	AT_PAGES = 34,
	/* Its first block: the pages of the frames, and where each is found by its number. */
	BLOCK_SIZE = 32768,
	MAX_FRAMES = 4062,
	N_SLOTS = 8192,
	SLOT_FACTOR = 383,
	LOCK_IN_USE = 128, /* the byte on which each connection holds a lock */
	/* Of the log, in bytes. */
	FRAME_HEADER = 24,
};

struct block {
	uint32_t numbers[BLOCK_SIZE / 2 / sizeof(uint32_t)];
	uint16_t slots[N_SLOTS];
};

struct log_header {
	uint32_t magic, version, page_size, number, salt[2], checksum[2];
};

struct frame {
	uint32_t page, commit, salt[2], checksum[2];
};

/* FNV-1a, of 32 bits; never 0. */
static uint32_t hash(const char *text)
{
	uint32_t value = 2166136261u;

	for (; *text; text++)
		value = (value ^ (unsigned char)*text) * 16777619u;
	return value ? value : 1;
}

/* Nothing that lies in the place of the file is waited for. */
static int open_beside(const struct db *db, const char *suffix, int flags)
{
	char *path;
	int fd;

	if (asprintf(&path, "%s%s", db->path, suffix) < 0)
		return -1;
	fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	free(path);
	return fd;
}

static uint32_t page_size(const uint32_t *index)
{
	uint16_t size;

	memcpy(&size, (const char *)&index[AT_PAGE_SIZE] + 2, sizeof(size));
	return size == 1 ? 65536 : size;
}

static bool is_log_of(int log, const uint32_t *index)
{
	struct log_header header;

	return pread(log, &header, sizeof(header), 0) == sizeof(header) &&
	       be32toh(header.page_size) == page_size(index) &&
	       memcmp(header.salt, &index[AT_SALT], sizeof(header.salt)) == 0;
}

/* Frames count from 1. False: there is none, or what is there is left of an earlier log. */
static bool read_frame(int log, const uint32_t *index, uint32_t number, struct frame *ret)
{
	off_t size = FRAME_HEADER + (off_t)page_size(index);

	return pread(log, ret, FRAME_HEADER,
		       (off_t)sizeof(struct log_header) + (number - 1) * size) ==
		       FRAME_HEADER &&
	       memcmp(ret->salt, &index[AT_SALT], sizeof(ret->salt)) == 0;
}

/* A frame's checksum goes on from the one before, so that no other log has the same. */
static bool ends_as(int log, const uint32_t *index)
{
	struct frame last, more;
	uint32_t n = index[AT_FRAMES];

	return read_frame(log, index, n, &last) &&
	       be32toh(last.checksum[0]) == index[AT_CHECKSUM] &&
	       be32toh(last.checksum[1]) == index[AT_CHECKSUM + 1] &&
	       !read_frame(log, index, n + 1, &more);
}

static bool finds(const struct block *block, uint32_t frame)
{
	uint32_t page = block->numbers[AT_PAGES + frame - 1];
	uint32_t slot = page * SLOT_FACTOR % N_SLOTS;

	for (int i = 0; i < N_SLOTS && block->slots[slot]; i++) {
		if (block->slots[slot] == frame)
			return true;
		slot = (slot + 1) % N_SLOTS;
	}
	return false;
}

/* Of it, too, not all pages need have reached the disk. */
static bool finds_all(const struct block *block)
{
	uint32_t frame = block->numbers[AT_FRAMES];

	while (frame && finds(block, frame))
		frame--;
	return !frame;
}

/* And nothing of the log is in the file yet, which somebody may have put another one in place of. */
static bool is_consistent(const struct block *block, uint32_t mark)
{
	const uint32_t *index = block->numbers;

	return index[AT_MARK] == mark && index[AT_FRAMES] &&
	       index[AT_FRAMES] <= MAX_FRAMES && !index[AT_CHECKPOINTED] &&
	       memcmp(index, index + HEADER_NUMBERS, HEADER_NUMBERS * sizeof(*index)) ==
		       0 &&
	       finds_all(block);
}

static bool describes(const struct block *block, int log)
{
	return is_log_of(log, block->numbers) && ends_as(log, block->numbers);
}

static bool is_good(const struct db *db)
{
	struct block *block = malloc(sizeof(*block));
	bool good = block &&
		    pread(db->index, block, sizeof(*block), 0) == sizeof(*block) &&
		    is_consistent(block, db->boot);
	int log = good ? open_beside(db, "-wal", O_RDONLY) : -1;

	good = log >= 0 && describes(block, log);
	if (log >= 0)
		close(log);
	free(block);
	return good;
}

/* One that belongs to the open file, not to the process as SQLite's own do, which therefore see
 * it. */
static bool lock(int fd, short type)
{
	struct flock in_use = {
		.l_type = type, .l_whence = SEEK_SET, .l_start = LOCK_IN_USE, .l_len = 1
	};

	return fcntl(fd, F_OFD_SETLK, &in_use) == 0;
}

void db_index_open(struct db *db, const char *boot)
{
	db->boot = boot && boot[0] ? hash(boot) : 0;
	db->index = db->boot ? open_beside(db, "-shm", O_RDWR) : -1;
}

bool db_index_trust(struct db *db)
{
	return db->index >= 0 && is_good(db) && lock(db->index, F_RDLCK);
}

bool db_index_confirm(struct db *db)
{
	bool good = is_good(db);

	lock(db->index, F_UNLCK);
	return good;
}

void db_index_mark(struct db *db)
{
	const off_t at = AT_MARK * sizeof(db->boot);
	uint32_t mark;

	if (!db->boot || !db->is_wal)
		return;
	if (db->index < 0)
		db->index = open_beside(db, "-shm", O_RDWR);
	if (db->index < 0 || pread(db->index, &mark, sizeof(mark), at) != sizeof(mark))
		return;
	/* Without it the next one makes the index anew. */
	if (mark != db->boot && pwrite(db->index, &db->boot, sizeof(mark), at) < 0)
		return;
}
