/*
 * Owns the lines of one file. The state directory belongs to the manager, who
 * could put any file in our place: so one that is not root's own counts for
 * nothing, and no link is followed.
 */
#include "engine/keeper/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct line {
	char *key, *value;
};

struct ledger {
	int dir; /* -1 = in memory only */
	char name[64], temp[72];
	char *title;
	struct line *v;
	size_t n, size;
	bool changed;
};

static void forget_all(struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].key);
		free(l->v[i].value);
	}
	l->n = 0;
	l->changed = false;
}

static size_t find(const struct ledger *l, const char *key)
{
	size_t i;

	for (i = 0; i < l->n && strcmp(l->v[i].key, key) != 0; i++)
		;
	return i;
}

static void take_out(struct ledger *l, size_t i)
{
	free(l->v[i].key);
	free(l->v[i].value);
	memmove(&l->v[i], &l->v[i + 1], (--l->n - i) * sizeof *l->v);
	l->changed = true;
}

static int append(struct ledger *l, const char *key, const char *value)
{
	struct line line = {strdup(key), strdup(value)}, *v = l->v;
	size_t size = l->size ? 2 * l->size : 16;

	if (l->n == l->size && (v = realloc(l->v, size * sizeof *v))) {
		l->v = v;
		l->size = size;
	}
	if (!line.key || !line.value || !v) {
		free(line.key);
		free(line.value);
		return ENOMEM;
	}
	l->v[l->n++] = line;
	l->changed = true;
	return 0;
}

int ledger_put(struct ledger *l, const char *key, const char *value)
{
	size_t i = find(l, key);
	char *copy;

	if (!*key || strpbrk(key, "\t\n") || (value && (!*value || strchr(value, '\n'))))
		return EINVAL;
	if (!value) {
		if (i < l->n)
			take_out(l, i);
		return 0;
	}
	if (i == l->n)
		return append(l, key, value);
	if (!strcmp(l->v[i].value, value))
		return 0;
	if (!(copy = strdup(value)))
		return ENOMEM;
	free(l->v[i].value);
	l->v[i].value = copy;
	l->changed = true;
	return 0;
}

const char *ledger_get(const struct ledger *l, const char *key)
{
	return ledger_value(l, find(l, key));
}

const char *ledger_key(const struct ledger *l, size_t i)
{
	return i < l->n ? l->v[i].key : NULL;
}

const char *ledger_value(const struct ledger *l, size_t i)
{
	return i < l->n ? l->v[i].value : NULL;
}

/* ---- the file --------------------------------------------------------------- */

static FILE *open_own(const struct ledger *l)
{
	int fd = openat(l->dir, l->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	FILE *f = NULL;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    st.st_nlink == 1 && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		f = fdopen(fd, "r");
	if (!f && fd >= 0)
		close(fd);
	return f;
}

/* False when memory is short. */
static bool read_file(struct ledger *l)
{
	char *line = NULL, *tab;
	size_t size = 0;
	bool ok = true, titled = false;
	FILE *f = l->dir < 0 ? NULL : open_own(l);

	forget_all(l);
	while (f && ok && getline(&line, &size, f) > 0) {
		line[strcspn(line, "\n")] = 0;
		if (!titled && strcmp(line, l->title) != 0)
			break;
		tab = titled ? strchr(line, '\t') : NULL;
		titled = true;
		if (!tab)
			continue;
		*tab = 0;
		ok = ledger_put(l, line, tab + 1) != ENOMEM;
	}
	free(line);
	if (f)
		fclose(f);
	l->changed = false;
	return ok;
}

static int write_temp(const struct ledger *l)
{
	int fd, error = 0;
	FILE *f;

	if (unlinkat(l->dir, l->temp, 0) < 0 && errno != ENOENT)
		return errno;
	fd = openat(l->dir, l->temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;
	if (!(f = fdopen(fd, "w"))) {
		error = errno;
		close(fd);
		return error;
	}
	fprintf(f, "%s\n", l->title);
	for (size_t i = 0; i < l->n; i++)
		fprintf(f, "%s\t%s\n", l->v[i].key, l->v[i].value);
	if (fflush(f) != 0 || ferror(f) || fsync(fd) < 0)
		error = errno ? errno : EIO;
	if (fclose(f) != 0 && !error)
		error = errno;
	return error;
}

int ledger_save(struct ledger *l)
{
	int error;

	if (!l->changed || l->dir < 0)
		return 0;
	error = write_temp(l);
	if (!error && renameat(l->dir, l->temp, l->dir, l->name) < 0)
		error = errno;
	if (error) {
		(void)unlinkat(l->dir, l->temp, 0);
		(void)read_file(l);
		return error;
	}
	/* Not on the disk yet: it is written once more with the next change. EINVAL: there is
	 * none. */
	if (fsync(l->dir) < 0 && errno != EINVAL)
		return errno;
	l->changed = false;
	return 0;
}

struct ledger *ledger_open(const char *dir, const char *name, const char *title)
{
	struct ledger *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->dir = dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	l->title = strdup(title);
	snprintf(l->name, sizeof l->name, "%s" LEDGER_SUFFIX, name);
	snprintf(l->temp, sizeof l->temp, "%s.new", l->name);
	if ((dir && l->dir < 0) || !l->title || !read_file(l)) {
		ledger_close(l);
		return NULL;
	}
	return l;
}

void ledger_close(struct ledger *l)
{
	if (!l)
		return;
	forget_all(l);
	free(l->v);
	free(l->title);
	if (l->dir >= 0)
		close(l->dir);
	free(l);
}
