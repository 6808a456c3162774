/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

const char *db_network_file_system(unsigned long magic)
{
	/* The numbers of statfs(2). */
	static const struct {
		unsigned long magic;
		const char *name;
	} known[] = {
		{ 0x6969, "NFS" },
		{ 0x517b, "SMB" },
		{ 0xff534d42, "CIFS" },
		{ 0xfe534d42, "SMB2" },
		{ 0x564c, "NCP" },
		{ 0x5346414f, "AFS" },
		{ 0x6b414653, "AFS" },
		{ 0x73757245, "Coda" },
		{ 0x00c36400, "Ceph" },
		{ 0x01021997, "9p" },
		{ 0x0bd00bd0, "Lustre" },
	};

	/* Some kernels hand the number out with its sign extended. */
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].magic == (magic & 0xffffffff))
			return known[i].name;
	return NULL;
}

static enum db_result refuse_network(struct db *db, const struct statfs *fs)
{
	const char *name = db_network_file_system((unsigned long)fs->f_type);
	char reason[64];

	if (!name)
		return DB_OK;
	snprintf(reason, sizeof(reason), "its file system is %s", name);
	return db_note_text(db, DB_NETWORK, reason);
}

enum db_result db_check_directory(struct db *db, const char *directory)
{
	struct statfs fs;

	return statfs(directory, &fs) < 0
		       ? db_note_text(db, DB_CANT_OPEN, strerror(errno))
		       : refuse_network(db, &fs);
}

static enum db_result check_kind(struct db *db, mode_t mode)
{
	if (S_ISLNK(mode))
		return db_note_text(db, DB_SYMLINK, "it is a symbolic link");
	if (S_ISDIR(mode))
		return db_note_text(db, DB_DIRECTORY, "it is a directory");
	if (!S_ISREG(mode))
		return db_note_text(db, DB_SPECIAL, "it is not a plain file");
	return DB_OK;
}

/* Who can write the file can make us do anything: it has to be ours, or root's. */
static enum db_result check_rights(struct db *db, const struct stat *st)
{
	char reason[80];

	if (st->st_uid != geteuid() && st->st_uid != 0) {
		snprintf(reason, sizeof(reason), "it belongs to user %u, not to %u",
			(unsigned)st->st_uid, (unsigned)geteuid());
		return db_note_text(db, DB_FOREIGN, reason);
	}
	if (st->st_mode & (S_IWGRP | S_IWOTH)) {
		snprintf(reason, sizeof(reason), "its mode is %04o",
			(unsigned)st->st_mode & 07777);
		return db_note_text(db, DB_EXPOSED, reason);
	}
	return DB_OK;
}

static enum db_result judge(struct db *db, int fd)
{
	struct stat st;
	struct statfs fs;
	enum db_result result;

	if (fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0)
		return db_note_text(db, DB_CANT_OPEN, strerror(errno));
	result = check_kind(db, st.st_mode);
	if (result == DB_OK)
		result = check_rights(db, &st);
	if (result == DB_OK)
		result = refuse_network(db, &fs);
	if (result == DB_OK && st.st_size == 0)
		result = db_note_text(db, DB_EMPTY, "it is empty");
	return result;
}

enum db_result db_find_file(struct db *db, bool *found)
{
	/* Opens nothing, so that no FIFO makes it wait and no lock is lost at the close. */
	int fd = open(db->path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	enum db_result result;

	*found = fd >= 0;
	if (fd < 0)
		return errno == ENOENT ? DB_OK
				       : db_note_text(db, DB_CANT_OPEN, strerror(errno));
	result = judge(db, fd);
	close(fd);
	return result;
}
