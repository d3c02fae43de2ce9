/* struct logins: one per manager; a line of its file is a record, its fields stand between tabs. */
#include "cli/log/logins.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAY 86400

/* ---- records ----------------------------------------------------------------- */

static struct login_record *find(const struct logins *l, const char *name)
{
	for (unsigned i = 0; i < l->n; i++)
		if (strcmp(l->v[i]->name, name) == 0)
			return l->v[i];
	return NULL;
}

static int64_t seen(const struct login_record *r)
{
	int64_t last = r->n ? r->at[r->n - 1] : 0;

	return r->failed_at > last ? r->failed_at : last;
}

/* A record for the name: a new one, or that of whom nobody has seen for the longest time. */
static struct login_record *make(struct logins *l, const char *name)
{
	struct login_record *r = find(l, name);

	if (r)
		return r;
	if (l->n < LOGIN_NAMES) {
		r = calloc(1, sizeof(*r));
		if (!r)
			return NULL;
		l->v[l->n++] = r;
	} else {
		r = l->v[0];
		for (unsigned i = 1; i < l->n; i++)
			if (seen(l->v[i]) < seen(r))
				r = l->v[i];
		*r = (struct login_record){0};
	}
	snprintf(r->name, sizeof(r->name), "%s", name);
	return r;
}

static void add_time(struct login_record *r, int64_t at)
{
	if (r->n == LOGIN_TIMES)
		memmove(r->at, r->at + 1, --r->n * sizeof(r->at[0]));
	r->at[r->n++] = at;
}

const struct login_record *logins_find(const struct logins *l, const char *name)
{
	return find(l, name);
}

unsigned logins_within(const struct login_record *r, unsigned days, int64_t now)
{
	unsigned n = 0;

	for (unsigned i = 0; i < r->n; i++)
		n += now - r->at[i] < (int64_t)days * DAY;
	return n;
}

/* ---- the file ------------------------------------------------------------------- */

static void take_line(struct logins *l, char *line)
{
	char *field[6], *rest = line;
	struct login_record *r;

	for (unsigned i = 0; i < 6; i++)
		if (!(field[i] = strsep(&rest, "\t")))
			return;
	r = field[0][0] && strlen(field[0]) < sizeof(r->name) ? make(l, field[0]) : NULL;
	if (!r)
		return;
	snprintf(r->from, sizeof(r->from), "%.45s", field[1]);
	snprintf(r->failed_from, sizeof(r->failed_from), "%.45s", field[2]);
	r->failed_at = strtoll(field[3], NULL, 10);
	r->failed = (unsigned)strtoul(field[4], NULL, 10);
	for (char *t = strtok_r(field[5], " \n", &rest); t; t = strtok_r(NULL, " \n", &rest))
		add_time(r, strtoll(t, NULL, 10));
}

void logins_open(struct logins *l, const char *dir)
{
	char *line = NULL;
	size_t size = 0;
	FILE *f;

	snprintf(l->path, sizeof(l->path), "%s/logins", dir);
	f = fopen(l->path, "re");
	if (!f)
		return;
	while (getline(&line, &size, f) > 0)
		take_line(l, line);
	free(line);
	fclose(f);
}

static void put(FILE *f, const struct login_record *r)
{
	fprintf(f, "%s\t%s\t%s\t%" PRId64 "\t%u\t", r->name, r->from, r->failed_from, r->failed_at,
	    r->failed);
	for (unsigned i = 0; i < r->n; i++)
		fprintf(f, "%s%" PRId64, i ? " " : "", r->at[i]);
	fputc('\n', f);
}

/* A new file in the old one's place. What cannot be written is kept in memory, and tried again. */
static void save(struct logins *l, int64_t now)
{
	char temp[sizeof(l->path) + 4];
	int fd;
	FILE *f;
	bool ok;

	l->written = now;
	if (!l->path[0])
		return;
	snprintf(temp, sizeof(temp), "%s.new", l->path);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (unsigned i = 0; i < l->n; i++)
		put(f, l->v[i]);
	ok = !ferror(f);
	ok = fclose(f) == 0 && ok && rename(temp, l->path) == 0;
	if (!ok)
		unlink(temp);
	l->dirty = !ok;
}

void logins_close(struct logins *l)
{
	if (l->dirty)
		save(l, l->written);
	for (unsigned i = 0; i < l->n; i++)
		free(l->v[i]);
	l->n = 0;
}

/* ---- what happens ----------------------------------------------------------------- */

void logins_add(struct logins *l, const char *name, const char *from, int64_t now)
{
	struct login_record *r = make(l, name);

	if (!r)
		return;
	add_time(r, now);
	snprintf(r->from, sizeof(r->from), "%s", from);
	r->failed = 0;
	l->dirty = true;
	save(l, now);
}

void logins_failed(struct logins *l, const char *name, const char *from, int64_t now)
{
	struct login_record *r = make(l, name);

	if (!r)
		return;
	r->failed += r->failed < 999999;
	r->failed_at = now;
	snprintf(r->failed_from, sizeof(r->failed_from), "%s", from);
	l->dirty = true;
	if (now != l->written) /* at most once a second */
		save(l, now);
}
