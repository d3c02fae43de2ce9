/*
 * disk0: the files that an operator keeps on the appliance: the folder `disk0` of
 * the state directory. Names only, no folders in it; all of them together have
 * DISK_SIZE bytes.
 */
#ifndef GATEHOUSE_DISK_H
#define GATEHOUSE_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_SIZE (64u << 20)
#define DISK_NAME_MAX 63
#define DISK_FILES_MAX 500

/* May a file have this name? Letters, digits and `._-+@%=`, no `.` in front. */
bool disk_name(const char *name);

struct disk_file {
	char name[DISK_NAME_MAX + 1];
	uint64_t inode, size;
	int64_t changed; /* Unix time */
};

/* The files in order of their names, malloc'ed; `*n` of them, none before there is a folder. NULL
 * with errno when it cannot be read. `state`: the state directory. */
struct disk_file *disk_list(const char *state, size_t *n);
/* Bytes that are still free; 0 when that cannot be told. */
uint64_t disk_free(const char *state);
bool disk_has(const char *state, const char *name);
/* The whole of a file, malloc'ed, a NUL behind it; NULL with errno. */
char *disk_read(const char *state, const char *name, size_t *len);
/* A file that is being written: piece by piece, so that no piece takes long; under its name it
 * stands whole, or as it was before. Zeroed: none. */
struct disk_writer {
	const char *state;
	char name[DISK_NAME_MAX + 1], temp[32];
	int fd; /* valid while `open` */
	bool open;
};

/* A file of `len` bytes begins, in place of one of this name if there is one. False with errno;
 * ENOSPC: it does not fit. `state` must outlive the writer. */
bool disk_begin(struct disk_writer *, const char *state, const char *name, size_t len);
/* More of it, which is on the disk then. False with errno: it is to be abandoned. */
bool disk_put(struct disk_writer *, const void *bytes, size_t len);
/* It is complete. False with errno: nothing is left of it. */
bool disk_end(struct disk_writer *);
/* Nothing is left of it; harmless when none is open. */
void disk_abandon(struct disk_writer *);
/* False with errno; EEXIST: there is one of the new name. */
bool disk_rename(const char *state, const char *from, const char *to);
bool disk_remove(const char *state, const char *name);

#endif
