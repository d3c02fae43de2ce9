/* struct rights: one per manager; the levels are worked out anew when a line has changed them. */
#include "cli/login/rights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/login/login.h"

#define WORDS_MAX 8

/* A `privilege` line. */
struct rule {
	const char *variant, *mode; /* "" = any */
	const char *words[WORDS_MAX + 1]; /* the first is the variant's, for show and clear */
	unsigned n;
	int level;
};

struct work {
	struct manager *m;
	uint8_t *levels, *exact; /* by command; how exact the rule was that gave it */
};

static bool has_mode(const struct rule *r, const struct gram_mode *mode)
{
	return !r->mode[0] ||
	    strcmp(mode->name, strcmp(r->mode, "configure") == 0 ? "config" : r->mode) == 0;
}

/* `show` and `clear` are the same in every mode. */
static bool is_of(struct rule *r, const struct gram_command *c)
{
	static const char *const variants[] = {"show", "clear"};

	for (unsigned i = 0; i < 2; i++) {
		r->words[0] = variants[i];
		if (gram_begins(c, r->words, 1))
			return (!r->variant[0] || strcmp(r->variant, variants[i]) == 0) &&
			    gram_begins(c, r->words, r->n + 1);
	}
	return (!r->variant[0] || strcmp(r->variant, "cmd") == 0) && has_mode(r, c->mode) &&
	    gram_begins(c, r->words + 1, r->n);
}

static const char *text(const struct db_row *row, const char *column)
{
	const char *t = db_text(row, column);

	return t ? t : "";
}

static void apply(void *ctx, const struct db_row *row)
{
	struct work *w = ctx;
	struct rule r = {.variant = text(row, "variant"), .mode = text(row, "mode"),
	    .level = (int)db_int(row, "level", 15)};
	char words[128], *rest = words;
	uint8_t exact;

	strncpy(words, text(row, "command"), sizeof(words) - 1);
	words[sizeof(words) - 1] = 0;
	for (char *t; r.n < WORDS_MAX && (t = strsep(&rest, " "));)
		if (t[0])
			r.words[++r.n] = t;
	exact = (uint8_t)(1 + 4 * r.n + (r.mode[0] ? 2 : 0) + (r.variant[0] ? 1 : 0));
	for (unsigned i = 0; i < w->m->gram->n_commands; i++) {
		const struct gram_command *c = w->m->gram->commands[i];

		if (w->exact[i] > exact || c->leave || !is_of(&r, c))
			continue;
		w->exact[i] = exact;
		w->levels[i] = (uint8_t)r.level;
	}
}

/* It may ask for more than the grammar does; what anybody may type is no right. */
static void ask_for_all(const struct gram *g, uint8_t *levels)
{
	for (unsigned i = 0; i < g->n_commands; i++)
		levels[i] = g->commands[i]->leave || !g->commands[i]->privilege ? 0 : PRIVILEGE_MAX;
}

/* Brings the levels to what the configuration says. While it cannot be read what was known of it
 * holds, and where nothing was, all commands of any level are those of the highest; without memory
 * for the levels they are the grammar's. */
static void refresh(struct manager *m)
{
	const struct own *own = &m->running.delivery.own;
	struct rights *all = &m->rights;
	struct work w = {.m = m};
	bool read;

	if (all->known && all->seen == m->running.delivery.own.rights)
		return;
	all->known = true;
	all->seen = own->rights;
	all->on = strcmp(own->commands.group, "LOCAL") == 0;
	snprintf(all->group, sizeof(all->group), "%s", all->on ? "" : own->commands.group);
	all->fallback = all->group[0] && own->commands.fallback;
	if (!all->on && !all->fallback) {
		m->gram->levels = NULL;
		free(all->levels);
		all->levels = NULL;
		return;
	}
	w.levels = calloc(m->gram->n_commands, 1);
	w.exact = calloc(m->gram->n_commands, 1);
	for (unsigned i = 0; w.levels && i < m->gram->n_commands; i++)
		w.levels[i] = m->gram->commands[i]->leave ? 0 : m->gram->commands[i]->privilege;
	read = w.levels && w.exact &&
	       db_each(m->running.db, gram_table(m->gram, "privilege_level"), apply, &w);
	free(w.exact);
	all->known = read; /* else again, when a level is asked for next */
	if (!read && all->levels) {
		free(w.levels);
		return;
	}
	if (!read && w.levels)
		ask_for_all(m->gram, w.levels);
	free(all->levels);
	m->gram->levels = all->levels = w.levels;
}

int rights_match(struct manager *m, int privilege)
{
	refresh(m);
	return privilege > PRIVILEGE_USER ? PRIVILEGE_MAX : privilege;
}

int rights_seen(struct manager *m, int privilege)
{
	refresh(m);
	return m->rights.on ? privilege : rights_match(m, privilege);
}

bool rights_allow(struct manager *m, int privilege, const struct gram_command *c)
{
	refresh(m);
	return !m->rights.on || rights_allow_by_level(m, privilege, c);
}

const char *rights_group(struct manager *m, bool *fallback)
{
	refresh(m);
	*fallback = m->rights.fallback;
	return m->rights.group[0] ? m->rights.group : NULL;
}

bool rights_allow_by_level(struct manager *m, int privilege, const struct gram_command *c)
{
	refresh(m);
	return gram_level(m->gram, c) <= privilege;
}
