/*
 * Faults on demand: the n-th step, allocation or write of a kind fails, once or
 * from then on. SQLite is reached by its own hooks (a VFS, its allocator); our
 * own objects by their calls, which the Makefile leads here (FAULTY).
 */
#ifndef GATEHOUSE_TEST_FAULTS_H
#define GATEHOUSE_TEST_FAULTS_H

#include <stdbool.h>

enum fault {
	FAULT_STEP,       /* sqlite3_step() of our objects */
	FAULT_SQL_MALLOC, /* SQLite's allocations */
	FAULT_SQL_FILE,   /* open, read, write, truncate, sync of SQLite's files */
	FAULT_MALLOC,     /* malloc, calloc, realloc, strdup of our objects */
	FAULT_FILE,       /* open, write, fsync, close, rename of our objects */
	FAULT_KINDS,
};

/* Before SQLite is used for the first time. */
void faults_install(void);
/* From now on the n-th (from 1) of the kind fails; and every `again`-th from there on (0: no other,
 * 1: all behind it). */
void faults_arm(enum fault, unsigned n, unsigned again);
/* Not counted meanwhile. */
void faults_hold(bool);
/* No more faults. */
void faults_disarm(void);
/* How many there have been since they were armed. */
unsigned faults_count(void);
const char *faults_name(enum fault);

#endif
