/*
 * Where a session stands: a stack of modes, each with the keys of the row it
 * works on. Belongs to the session; the parser only moves it.
 */
#include <string.h>

#include "parser/internal.h"

static void put_level(struct gram_level *l, const struct gram_mode *mode)
{
	l->mode = mode;
	l->n_keys = 0;
	l->margin = 0;
	l->indented = false;
	l->keys[0] = '\0';
}

void parse_state_init(struct parse_state *s, const struct gram *g, bool config)
{
	memset(s, 0, sizeof(*s));
	put_level(&s->level[0], g->exec);
	if (config) {
		s->depth = 1;
		put_level(&s->level[1], g->config);
	}
}

const struct gram_mode *parse_state_mode(const struct parse_state *s)
{
	return s->level[s->depth].mode;
}

const char *parse_state_prompt(const struct parse_state *s)
{
	return parse_state_mode(s)->prompt;
}

static const char *level_key(const struct gram_level *l, unsigned i)
{
	const char *k = l->keys;

	if (i >= l->n_keys)
		return NULL;
	while (i--)
		k += strlen(k) + 1;
	return k;
}

const char *parse_state_key(const struct parse_state *s, unsigned i)
{
	return level_key(&s->level[s->depth], i);
}

/* The key `name` of the row of a level or of one above it. */
static const char *key_above(const struct parse_state *s, unsigned level, const char *name)
{
	for (unsigned l = level + 1; l-- > 0;) {
		const struct gram_table *t = s->level[l].mode->row;
		int c = t ? gram_column(t, name) : -1;

		if (c >= 0 && t->columns[c].key)
			return level_key(&s->level[l], (unsigned)c);
	}
	return NULL;
}

const char *gram_key(const struct parse_state *s, const struct gram_match *m, const char *name)
{
	const char *typed = gram_arg(m, name), *above = typed ? NULL : key_above(s, m->level, name);

	return typed ? typed : above ? above : "";
}

static void enter(struct parse_state *s, const struct gram_match *m)
{
	const struct gram_mode *mode = m->command->enter;
	struct gram_level *l = &s->level[m->level + 1];
	char keys[GRAM_ROW_MAX];
	size_t used = 0;
	uint8_t n = 0;

	for (; mode->row && n < mode->row->n_keys; n++) {
		const char *k = gram_key(s, m, mode->row->columns[n].name);
		size_t len = strlen(k) + 1;

		if (used + len > sizeof(keys))
			break;
		memcpy(keys + used, k, len);
		used += len;
	}
	put_level(l, mode);
	memcpy(l->keys, keys, used);
	l->margin = m->margin;
	l->n_keys = n;
	s->depth = (uint8_t)(m->level + 1);
}

bool parse_state_advance(const struct gram *g, struct parse_state *s, const struct gram_match *m)
{
	const struct gram_command *c = m->command;
	uint8_t left = s->left;

	(void)g;
	if (m->status != GRAM_OK || (c->run && !c->enter))
		return true; /* an act moves nothing */
	s->within = 0;
	s->data = false;
	s->left = 0;
	if (c->leave == LEAVE_ONE && left) {
		s->left = (uint8_t)(left - 1); /* what it closes has been left by a line before */
		s->block = s->left ? s->block : NULL;
		return true;
	}
	s->block = NULL;
	if (m->margin > s->level[m->level].margin)
		s->level[m->level].indented = true;
	if (c->leave == LEAVE_ALL) {
		s->depth = 0;
	} else if (c->leave == LEAVE_ONE) {
		if (!s->depth)
			return false;
		s->depth--;
	} else {
		if (m->global) {
			s->depth = m->level;
			s->left = 1;
		}
		if (c->enter && !m->negated && !m->defaulted && m->level + 1 < GRAM_DEPTH_MAX) {
			enter(s, m);
			s->left = 0;
		}
	}
	return true;
}
