/*
 * struct histories: one per manager. In the file a line is `user<TAB>line`, the user who typed
 * latest first, each one's lines in their order.
 */
#include "cli/log/histories.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parser/text.h"

#define FILE_MAX (16 << 20)

struct history_of {
	struct history_of *next;
	char *user;
	char *line[HISTORIES_LINES];
	unsigned n;
};

static void free_one(struct history_of *h)
{
	for (unsigned i = 0; i < h->n; i++)
		free(h->line[i]);
	free(h->user);
	free(h);
}

/* Where the user's are, or the end of the list. */
static struct history_of **find(struct history_of **at, const char *user)
{
	while (*at && strcmp((*at)->user, user) != 0)
		at = &(*at)->next;
	return at;
}

/* Those after so many users go. */
static void bound(struct histories *all)
{
	struct history_of **at = &all->first;

	for (unsigned n = 0; *at && n < HISTORIES_USERS; n++)
		at = &(*at)->next;
	while (*at) {
		struct history_of *h = *at;

		*at = h->next;
		free_one(h);
	}
}

static struct history_of *history_new(const char *user)
{
	struct history_of *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->user = strdup(user);
	if (h->user)
		return h;
	free(h);
	return NULL;
}

static void put(struct history_of *h, const char *line)
{
	char *copy = strdup(line);

	if (!copy)
		return;
	if (h->n == HISTORIES_LINES) {
		free(h->line[0]);
		memmove(h->line, h->line + 1, --h->n * sizeof(h->line[0]));
	}
	h->line[h->n++] = copy;
}

void histories_add(struct histories *all, const char *user, const char *line)
{
	struct history_of **at = find(&all->first, user), *h = *at;

	if (h && h->n && strcmp(h->line[h->n - 1], line) == 0)
		return;
	if (h)
		*at = h->next;
	else
		h = history_new(user);
	if (!h)
		return;
	h->next = all->first;
	all->first = h;
	put(h, line);
	bound(all);
	all->changed = true;
}

const char *const *histories_of(const struct histories *all, const char *user, unsigned *n)
{
	struct history_of *first = all->first, *h = *find(&first, user);

	*n = h ? h->n : 0;
	return h ? (const char *const *)h->line : NULL;
}

/* ---- the file ----------------------------------------------------------------- */

static char *slurp(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text = NULL;
	ssize_t n = -1;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size < FILE_MAX)
		text = malloc((size_t)st.st_size + 1);
	if (text)
		n = read(fd, text, (size_t)st.st_size);
	if (n >= 0)
		text[n] = 0;
	else
		free(text);
	if (fd >= 0)
		close(fd);
	return n >= 0 ? text : NULL;
}

void histories_read(struct histories *all, const char *path)
{
	char *text = slurp(path), *at = text, *line, *tab;
	struct history_of **end, *h;

	while ((line = at && *at ? strsep(&at, "\n") : NULL)) {
		tab = strchr(line, '\t');
		if (!tab)
			continue;
		*tab = 0;
		end = find(&all->first, line);
		h = *end;
		if (!h)
			h = *end = history_new(line);
		if (h)
			put(h, tab + 1);
	}
	bound(all);
	free(text);
}

static bool write_all(const char *path, const struct text *t)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t at = 0;
	ssize_t n = 0;

	if (fd < 0)
		return false;
	while (at < t->len && (n = write(fd, t->p + at, t->len - at)) > 0)
		at += (size_t)n;
	return close(fd) == 0 && at == t->len;
}

bool histories_write(struct histories *all, const char *path)
{
	struct text t = {0}, temp = {0};
	bool ok;

	if (!all->changed)
		return true;
	for (const struct history_of *h = all->first; h; h = h->next)
		for (unsigned i = 0; i < h->n; i++)
			text_addf(&t, "%s\t%s\n", h->user, h->line[i]);
	text_addf(&temp, "%s.new", path);
	ok = !text_failed(&t) && !text_failed(&temp) && write_all(text_str(&temp), &t) &&
	     rename(text_str(&temp), path) == 0;
	if (ok)
		all->changed = false;
	else if (!text_failed(&temp))
		unlink(text_str(&temp));
	text_free(&t);
	text_free(&temp);
	return ok;
}

void histories_free(struct histories *all)
{
	while (all->first) {
		struct history_of *h = all->first;

		all->first = h->next;
		free_one(h);
	}
}
