/*
 * A match once made: its values asked for, replaced, given back.
 */
#include <stdlib.h>
#include <string.h>

#include "parser/internal.h"

void gram_match_done(struct gram_match *m)
{
	/* The branches were allocated here, and only their reader sees them as const. */
	struct gram_branch *list = (struct gram_branch *)(uintptr_t)m->branches;

	for (unsigned i = 0; i < m->n_branches; i++)
		free(list[i].texts);
	free(list);
	m->branches = NULL;
	m->n_branches = 0;
}

const char *gram_arg(const struct gram_match *m, const char *name)
{
	for (unsigned i = 0; i < m->n_args; i++)
		if (m->args[i].name[0] == name[0] && !strcmp(m->args[i].name, name))
			return m->args[i].text;
	return NULL;
}

bool gram_typed(const struct gram_match *m, const char *keyword)
{
	for (unsigned i = 0; i < m->n_keywords; i++)
		if (!strcmp(m->keywords[i], keyword))
			return true;
	return false;
}

static const char *keep_in_match(struct gram_match *m, const char *text)
{
	size_t len = strlen(text) + 1;
	char *to = m->buffer + m->used;

	if (len > sizeof(m->buffer) - m->used)
		return NULL;
	memcpy(to, text, len);
	m->used = (uint16_t)(m->used + len);
	return to;
}

bool gram_replace(struct gram_match *m, int column, const char *text)
{
	for (unsigned i = 0; i < m->n_args; i++)
		if (m->args[i].column == column) {
			const char *kept = keep_in_match(m, text);

			if (kept)
				m->args[i].text = kept;
			return kept != NULL;
		}
	return false;
}

bool gram_respell(struct gram_match *m, const char *table, const char *column,
    bool (*spell)(const char *typed, char *buf, size_t size))
{
	struct gram_branch *branches = (struct gram_branch *)(uintptr_t)m->branches;
	char buf[GRAM_LINE_MAX];

	for (unsigned i = 0; i < m->n_branches; i++) {
		struct gram_branch *b = &branches[i];

		for (unsigned k = 0; !strcmp(b->command->table->name, table) && k < b->n_args;
		     k++) {
			const char *kept;

			if (b->args[k].column != gram_column(b->command->table, column) ||
			    !spell(b->args[k].text, buf, sizeof(buf)))
				continue;
			kept = keep_in_match(m, buf);
			if (!kept)
				return false;
			b->args[k].text = kept;
		}
	}
	return true;
}
