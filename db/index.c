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
 * a machine that has been running ever since, the index still is what it was: who says so by a
 * mark in it, and finds it to be of this log, holds the lock by which SQLite sees that it is in use.
 *
 * https://www.sqlite.org/walformat.html, sections 2 (the index) and 1.2 (the log's frames).
 */

enum {
	/* Of the index, as 32-bit numbers in the machine's order. */
	HEADER_NUMBERS = 12, /* a second copy follows */
	AT_INITIALISED = 3,  /* its first byte; its last two are the page size */
	AT_FRAMES = 4,	     /* that are valid */
	AT_CHECKSUM = 6,     /* of the last valid frame: two numbers */
	AT_SALT = 8,	     /* two numbers in the log's order */
	AT_CHECKPOINTED = 24,
	AT_MARK = 33, /* SQLite leaves it alone, and it is 0 in an index made anew */
	N_NUMBERS = 34,
	LOCK_IN_USE = 128, /* the byte on which each connection holds a lock */
	/* Of the log, in bytes. */
	LOG_HEADER = 32,
	FRAME_HEADER = 24,
	AT_FRAME_SALT = 8,
	AT_FRAME_CHECKSUM = 16,
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

static int open_beside(const struct db *db, const char *suffix, int flags)
{
	char *path;
	int fd;

	if (asprintf(&path, "%s%s", db->path, suffix) < 0)
		return -1;
	fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW);
	free(path);
	return fd;
}

static uint32_t page_size(const uint32_t *index)
{
	uint16_t size;

	memcpy(&size, (const char *)&index[AT_INITIALISED] + 2, sizeof(size));
	return size == 1 ? 65536 : size;
}

/* Frames count from 1. */
static bool read_frame(int log, const uint32_t *index, uint32_t number, struct frame *ret)
{
	off_t size = FRAME_HEADER + (off_t)page_size(index);

	return pread(log, ret, FRAME_HEADER, LOG_HEADER + (number - 1) * size) ==
	       FRAME_HEADER;
}

static bool is_of(const struct frame *frame, const uint32_t *index)
{
	return memcmp(frame->salt, &index[AT_SALT], sizeof(frame->salt)) == 0;
}

/* Each frame's checksum goes on from the one before, so that the last one vouches for all. */
static bool is_last(const struct frame *frame, const uint32_t *index)
{
	return is_of(frame, index) && be32toh(frame->checksum[0]) == index[AT_CHECKSUM] &&
	       be32toh(frame->checksum[1]) == index[AT_CHECKSUM + 1];
}

/* Neither another log than the one it is of, nor more of it, nor less; and nothing of that has
 * left the log for a file that somebody may have replaced. */
static bool describes(const uint32_t *index, int log)
{
	struct frame frame;
	uint32_t n = index[AT_FRAMES];

	return n && !index[AT_CHECKPOINTED] && read_frame(log, index, n, &frame) &&
	       is_last(&frame, index) &&
	       !(read_frame(log, index, n + 1, &frame) && is_of(&frame, index));
}

static bool is_good(const struct db *db, int fd)
{
	uint32_t index[N_NUMBERS];
	int log = -1;
	bool good = pread(fd, index, sizeof(index), 0) == sizeof(index) &&
		    index[AT_MARK] == db->boot &&
		    memcmp(index, index + HEADER_NUMBERS, HEADER_NUMBERS * 4) == 0;

	if (good)
		log = open_beside(db, "-wal", O_RDONLY);
	good = log >= 0 && describes(index, log);
	if (log >= 0)
		close(log);
	return good;
}

/* One that belongs to the open file, not to the process as SQLite's own do, which therefore see it. */
static bool lock(int fd)
{
	struct flock in_use = { .l_type = F_RDLCK,
		.l_whence = SEEK_SET,
		.l_start = LOCK_IN_USE,
		.l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &in_use) == 0;
}

void db_index_keep(struct db *db, const char *boot)
{
	db->boot = boot && boot[0] ? hash(boot) : 0;
	db->index = db->boot ? open_beside(db, "-shm", O_RDWR) : -1;
	if (db->index >= 0 && is_good(db, db->index))
		lock(db->index);
}

void db_index_mark(struct db *db)
{
	uint32_t mark = 0;

	if (!db->boot)
		return;
	if (db->index < 0)
		db->index = open_beside(db, "-shm", O_RDWR);
	if (db->index < 0)
		return;
	if (pread(db->index, &mark, 4, 4 * AT_MARK) == 4 && mark != db->boot)
		mark = pwrite(db->index, &db->boot, 4, 4 * AT_MARK) == 4;
}
