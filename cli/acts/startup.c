/* Looks at a text as the next start will, without storing a line of it. */
#include "cli/acts/startup.h"

#include <stdlib.h>
#include <string.h>

#include "cli/log/clock.h"

struct look {
	struct act *act;
	struct parse_state at;
	unsigned number, known;
};

/* A comment, a blank line, the frame. */
static bool says_nothing(const char *line)
{
	line += strspn(line, " \t\r");
	return !*line || *line == '!' || *line == ':' || strncmp(line, "ASA Version ", 12) == 0 ||
	       strncmp(line, "Cryptochecksum:", 15) == 0;
}

static void look_at(struct look *l, const char *line, struct gram_match *m)
{
	struct act *a = l->act;
	struct gram_out out = act_out(a);

	l->number++;
	if (says_nothing(line))
		return;
	gram_match(a->manager->gram, &l->at, PRIVILEGE_MAX, line, m);
	if (m->status == GRAM_OK) {
		l->known++;
		parse_state_advance(a->manager->gram, &l->at, m);
	} else if (m->status != GRAM_EMPTY) {
		parse_state_refused(a->manager->gram, &l->at, line);
		act_say(a, "WARNING: line %u will be refused: ", l->number);
		gram_mask_unknown(line, &out);
		act_say(a, "\n");
	}
	gram_match_done(m);
	explicit_bzero(m, sizeof(*m));
}

/* False: out of memory. */
static bool look_through(struct look *l, const char *text, size_t len)
{
	struct gram_match *m = malloc(sizeof(*m));
	char *copy = strndup(text, len), *rest = copy, *line;
	bool ok = m && copy;

	parse_state_init(&l->at, l->act->manager->gram, true);
	while (ok && (line = strsep(&rest, "\n"))) {
		line[strcspn(line, "\r")] = 0;
		look_at(l, line, m);
	}
	if (copy)
		explicit_bzero(copy, strlen(copy));
	free(copy);
	free(m);
	return ok;
}

bool startup_put(struct act *a, const char *text, size_t len)
{
	struct look l = {.act = a};
	char error[400], name[65];

	if (memchr(text, 0, len) || !look_through(&l, text, len) || !l.known) {
		act_refuse(a, "%%Error: this is no configuration: nothing is stored");
		return false;
	}
	if (db_startup_replace(a->manager->running.db, text, len, act_name(a, name),
		clock_now(NULL), error, sizeof(error)))
		return true;
	act_refuse(a, "%%Error writing startup-config (%s)", error);
	return false;
}
