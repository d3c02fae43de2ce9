/*
 * The state directory: paths in it, files of no use put aside in it, and what its
 * owner has to know of it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "db/folder.h"

void folder_path(const struct db *db, const char *name, char path[4096])
{
	snprintf(path, 4096, "%s/%s", db->config.dir, name);
}

void folder_note(struct db *db, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (db->config.note)
		db->config.note(db->config.ctx, text);
}

static bool rename_aside(const struct db *db, const char *from, const char *to, const char *part)
{
	char a[4096], b[4096];

	snprintf(a, sizeof(a), "%s/%s%s", db->config.dir, from, part);
	snprintf(b, sizeof(b), "%s/%s%s", db->config.dir, to, part);
	return rename(a, b) == 0 || (*part && errno == ENOENT);
}

bool folder_put_aside(struct db *db, const char *name, char to[64])
{
	char path[4096];

	snprintf(to, 64, "%s.bad", name);
	for (int i = 2; i < 100; i++) {
		snprintf(path, sizeof(path), "%s/%s", db->config.dir, to);
		if (access(path, F_OK) != 0)
			break;
		snprintf(to, 64, "%s.bad%d", name, i);
	}
	return rename_aside(db, name, to, "") && rename_aside(db, name, to, "-wal") &&
	    rename_aside(db, name, to, "-shm");
}
