/* The countdown of faults, and all the ways that lead to it. */
#include "tests/support/faults.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum fault kind;
static unsigned left, again, count;
static bool armed, held;

void faults_arm(enum fault k, unsigned n, unsigned and_again)
{
	kind = k;
	left = n;
	again = and_again;
	armed = true;
	held = false;
	count = 0;
}

void faults_hold(bool hold)
{
	held = hold;
}

void faults_disarm(void)
{
	armed = false;
}

unsigned faults_count(void)
{
	return count;
}

const char *faults_name(enum fault k)
{
	static const char *const names[] = {
	    "step", "SQLite's memory", "SQLite's files", "memory", "files"};

	return names[k];
}

static bool fails(enum fault k)
{
	if (!armed || held || k != kind || !left || --left)
		return false;
	left = again;
	count++;
	return true;
}

/* ---- our own objects -------------------------------------------------------------- */

int faulty_sqlite3_step(sqlite3_stmt *s);
void *faulty_malloc(size_t size);
void *faulty_calloc(size_t n, size_t size);
void *faulty_realloc(void *p, size_t size);
char *faulty_strdup(const char *s);
int faulty_open(const char *path, int flags, ...);
ssize_t faulty_write(int fd, const void *p, size_t n);
int faulty_fsync(int fd);
int faulty_close(int fd);
int faulty_rename(const char *from, const char *to);

int faulty_sqlite3_step(sqlite3_stmt *s)
{
	return fails(FAULT_STEP) ? SQLITE_IOERR : sqlite3_step(s);
}

void *faulty_malloc(size_t size)
{
	return fails(FAULT_MALLOC) ? NULL : malloc(size);
}

void *faulty_calloc(size_t n, size_t size)
{
	return fails(FAULT_MALLOC) ? NULL : calloc(n, size);
}

void *faulty_realloc(void *p, size_t size)
{
	return fails(FAULT_MALLOC) ? NULL : realloc(p, size);
}

char *faulty_strdup(const char *s)
{
	return fails(FAULT_MALLOC) ? NULL : strdup(s);
}

static bool file_fails(void)
{
	if (!fails(FAULT_FILE))
		return false;
	errno = ENOSPC;
	return true;
}

int faulty_open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return file_fails() ? -1 : open(path, flags, mode);
}

/* Half of it is on the disk all the same. */
ssize_t faulty_write(int fd, const void *p, size_t n)
{
	if (!file_fails())
		return write(fd, p, n);
	return write(fd, p, n / 2) < 0 ? -1 : (errno = ENOSPC, -1);
}

int faulty_fsync(int fd)
{
	return file_fails() ? -1 : fsync(fd);
}

int faulty_close(int fd)
{
	int rc = close(fd);

	return file_fails() ? -1 : rc;
}

int faulty_rename(const char *from, const char *to)
{
	return file_fails() ? -1 : rename(from, to);
}

/* ---- SQLite's memory ---------------------------------------------------------------- */

static sqlite3_mem_methods memory;

static void *sql_malloc(int n)
{
	return fails(FAULT_SQL_MALLOC) ? NULL : memory.xMalloc(n);
}

static void *sql_realloc(void *p, int n)
{
	return fails(FAULT_SQL_MALLOC) ? NULL : memory.xRealloc(p, n);
}

/* ---- SQLite's files ------------------------------------------------------------------- */

struct file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this struct */
};

static sqlite3_vfs *system_vfs;

static sqlite3_file *real(sqlite3_file *f)
{
	return ((struct file *)f)->real;
}

static int file_close(sqlite3_file *f)
{
	return real(f)->pMethods ? real(f)->pMethods->xClose(real(f)) : SQLITE_OK;
}

static int file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return fails(FAULT_SQL_FILE) ? SQLITE_IOERR_READ
				     : real(f)->pMethods->xRead(real(f), p, n, at);
}

static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	return fails(FAULT_SQL_FILE) ? SQLITE_FULL : real(f)->pMethods->xWrite(real(f), p, n, at);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	return fails(FAULT_SQL_FILE) ? SQLITE_IOERR_TRUNCATE
				     : real(f)->pMethods->xTruncate(real(f), n);
}

static int file_sync(sqlite3_file *f, int flags)
{
	return fails(FAULT_SQL_FILE) ? SQLITE_IOERR_FSYNC
				     : real(f)->pMethods->xSync(real(f), flags);
}

static int file_size(sqlite3_file *f, sqlite3_int64 *n)
{
	return real(f)->pMethods->xFileSize(real(f), n);
}

static int file_lock(sqlite3_file *f, int how)
{
	return real(f)->pMethods->xLock(real(f), how);
}

static int file_unlock(sqlite3_file *f, int how)
{
	return real(f)->pMethods->xUnlock(real(f), how);
}

static int file_reserved(sqlite3_file *f, int *is)
{
	return real(f)->pMethods->xCheckReservedLock(real(f), is);
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
	return real(f)->pMethods->xFileControl(real(f), op, arg);
}

static int file_sector(sqlite3_file *f)
{
	return real(f)->pMethods->xSectorSize(real(f));
}

static int file_traits(sqlite3_file *f)
{
	return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_traits,
};

static int vfs_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct file *file = (struct file *)f;
	int rc;

	(void)v;
	file->base.pMethods = NULL;
	file->real = (sqlite3_file *)(file + 1);
	if (fails(FAULT_SQL_FILE))
		return SQLITE_IOERR;
	rc = system_vfs->xOpen(system_vfs, name, file->real, flags, out);
	if (rc == SQLITE_OK)
		file->base.pMethods = &methods;
	return rc;
}

void faults_install(void)
{
	static sqlite3_mem_methods failing;
	static sqlite3_vfs vfs;

	if (sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) ||
	    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory))
		abort();
	failing = memory;
	failing.xMalloc = sql_malloc;
	failing.xRealloc = sql_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) || sqlite3_initialize())
		abort();
	system_vfs = sqlite3_vfs_find(NULL);
	vfs = *system_vfs;
	vfs.zName = "faulty";
	vfs.szOsFile = (int)sizeof(struct file) + system_vfs->szOsFile;
	vfs.xOpen = vfs_open;
	sqlite3_vfs_register(&vfs, 1);
}
