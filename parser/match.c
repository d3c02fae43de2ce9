/*
 * A typed line -> the command it means, with its values; and where the session
 * stands after it. The line is tried in the present mode, then in its parents,
 * in one loop; of several failures the one that got further is told.
 */
#include <string.h>

#include "parser/threads.h"

static bool at_end(const struct walk *w, unsigned i, bool cut)
{
	const struct thread *t = &w->threads[i];

	return !t->outer && (cut ? walk_may_end(w, t) : thread_code(t)->op == OP_ACCEPT);
}

static void accept(const struct walk *w, struct gram_match *m, const struct thread *t)
{
	take_match(w, m, t, t->command);
	m->family_all = t->command->family != FAMILY_NONE;
}

/* Does the way end with a word cut short that on another way is a value? `no access-list deny` is
 * of a list, not of `deny-flow-max`. */
static bool guesses_end(const struct walk *w, const struct thread *t)
{
	const struct step *last = &w->steps[t->step];

	if (!t->step || last->node->kind != NODE_WORD ||
	    !last->node->text[w->tokens[last->token].len])
		return false;
	for (unsigned i = 0; i < w->n_threads; i++) {
		const struct step *other = &w->steps[w->threads[i].step];

		if (w->threads[i].step && other->node->kind == NODE_VALUE && other->word < 0)
			return true;
	}
	return false;
}

/* All words fit: the way that ends here, whole ones before negated ones that are cut short. */
static void finish(struct walk *w, struct gram_match *m)
{
	if (w->full) { /* a way may be missing */
		m->status = w->status = GRAM_TOO_LONG;
		return;
	}
	for (unsigned cut = 0; cut < 2; cut++)
		for (unsigned i = 0; i < w->n_threads; i++)
			if (at_end(w, i, cut) && !(cut && guesses_end(w, &w->threads[i]))) {
				accept(w, m, &w->threads[i]);
				w->status = m->status;
				w->reach = m->caret;
				return;
			}
	for (unsigned i = 0; i < w->n_threads; i++)
		if (w->threads[i].outer) {
			take_family(w, m, &w->threads[i]);
			w->status = m->status;
			w->reach = m->caret;
			return;
		}
	w->status = GRAM_INCOMPLETE;
	w->reach = (unsigned)w->length + 1;
}

static void clear(struct gram_match *m)
{
	m->command = NULL;
	m->negated = m->defaulted = m->global = m->family_all = false;
	m->n_args = 0;
	m->n_keywords = 0;
	m->used = m->n_branches = 0;
	m->branches = NULL;
	m->level = 0;
	m->caret = 0;
}

/* A kept line of global configuration does not take what is indented in another block:
 * `mac-address` of an interface. */
static void refuse_foreign(struct walk *w, const struct parse_state *s, unsigned level,
    struct gram_match *m)
{
	if (w->status != GRAM_OK || !m->command || !m->command->kept || level != 1 ||
	    s->depth < 2 || m->margin <= s->level[s->depth].margin)
		return;
	m->command = NULL;
	m->n_args = 0;
	m->n_keywords = 0;
	m->status = w->status = GRAM_INVALID;
	w->reach = m->caret = w->tokens[w->first].offset;
}

/* Tries the line in the modes from level `top` of the state up. */
static void match_from(const struct gram *g, const struct parse_state *state, unsigned top,
    int privilege, const char *line, struct gram_match *m)
{
	struct walk w;
	unsigned reach = 0;
	bool told = false;

	clear(m);
	if (!walk_tokens(&w, line)) {
		m->status = w.status;
		m->caret = (uint16_t)w.reach;
		return;
	}
	if (block_owns(state, line)) {
		m->status = GRAM_ORPHAN;
		return;
	}
	m->negated = w.negated;
	m->defaulted = w.defaulted;
	m->margin = w.tokens[0].offset;
	for (unsigned level = state->depth + 1; level-- > 0;) {
		if (level > top) {
			walk_below(&w, state->level[level].mode);
			continue;
		}
		walk_start(&w, g, state->level[level].mode, privilege);
		if (state->level[level].mode->data && kept_any(&w, state, level, m))
			return;
		w.strict = level && state->block;
		w.orphan = !level && state->block;
		if (w.first == w.n_tokens) {
			w.status = GRAM_INCOMPLETE;
			w.reach = (unsigned)w.length + 1;
		} else if (walk_take(&w, w.n_tokens)) {
			finish(&w, m);
		}
		refuse_foreign(&w, state, level, m);
		if (w.status == GRAM_OK) {
			m->level = (uint8_t)level;
			m->global = level > 0 && level < state->depth;
			return;
		}
		if (w.status == GRAM_TOO_LONG || /* it fits here: no other mode is meant */
		    kept_any(&w, state, level, m))
			return;
		if (!told || w.reach > reach) {
			told = true;
			reach = w.reach;
			m->status = w.status;
			m->caret = (uint16_t)w.reach;
		}
		walk_below(&w, state->level[level].mode);
	}
}

/* In an indented block of kept lines, which may hold anything, a line that stands no deeper than
 * the head is none of it: the level from which it may be one. */
static unsigned top_of(const struct parse_state *s, const char *line)
{
	unsigned top = s->depth;

	for (; top > 1; top--) {
		const struct gram_level *at = &s->level[top];

		if (!at->mode->row || !at->mode->row->keeps || at->mode->data ||
		    (!at->indented && !at->margin) || strspn(line, " \t") > at->margin)
			break;
	}
	return top;
}

/* A kept line of a block of our own, of which others were indented, that stands no deeper than the
 * head: `dhcprelay` of an interface. */
static bool may_be_global(const struct parse_state *s, const struct gram_match *m)
{
	const struct gram_level *at = &s->level[m->level];

	return m->status == GRAM_OK && m->command->kept && m->level > 1 && at->indented &&
	       !at->mode->data && m->margin <= at->margin;
}

void gram_match(const struct gram *g, const struct parse_state *state, int privilege,
    const char *line, struct gram_match *m)
{
	unsigned top = top_of(state, line);

	match_from(g, state, top, privilege, line, m);
	if (may_be_global(state, m)) {
		gram_match_done(m);
		match_from(g, state, 1, privilege, line, m);
		if (m->status == GRAM_OK)
			return;
		gram_match_done(m);
		match_from(g, state, top, privilege, line, m);
	}
	if (top == state->depth || m->status == GRAM_OK || m->status == GRAM_EMPTY)
		return;
	gram_match_done(m);
	match_from(g, state, state->depth, privilege, line, m);
}

void gram_match_global(const struct gram *g, const struct parse_state *state, int privilege,
    const char *line, struct gram_match *m)
{
	match_from(g, state, state->depth ? 1 : 0, privilege, line, m);
}
