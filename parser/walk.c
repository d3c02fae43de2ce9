/*
 * A line walked through the command graph. A thread is one way that a command
 * may still go after the words so far; every word moves all threads at once
 * (Thompson's simulation), so that abbreviation, ambiguity, help and the caret
 * all look at the same set of ways on. Threads are in order of preference.
 */
#include <string.h>
#include <strings.h>

#include "parser/threads.h"

/* ---- threads ----------------------------------------------------------------------- */

static void add_next(struct walk *w, struct thread t)
{
	if (w->n_next < THREADS_MAX)
		w->next[w->n_next++] = t;
	else
		w->full = true;
}

static void follow(struct walk *w, struct thread t)
{
	const struct gram_code *c = thread_code(&t);

	for (; c->op == OP_SPLIT || c->op == OP_JUMP; c = thread_code(&t)) {
		t.count = 0;
		t.pc = c->a;
		if (c->op == OP_SPLIT) {
			follow(w, t);
			t.pc = c->b;
		}
	}
	switch (c->op) {
	case OP_PERM:
		for (unsigned i = 0; i < c->a; i++)
			if (!(t.mask & 1u << i))
				follow(w, (struct thread){t.command, t.outer,
				    (uint16_t)(t.pc + 1u + i), t.mask, 0, t.step});
		if ((t.mask & c->need) == c->need)
			follow(w, (struct thread){t.command, t.outer, c->b, 0, 0, t.step});
		break;
	case OP_BACK:
		/* An alternative that was empty would come back for ever. */
		if (!(t.mask & 1u << c->b))
			follow(w, (struct thread){t.command, t.outer, c->a,
			    (uint16_t)(t.mask | 1u << c->b), 0, t.step});
		break;
	default:
		add_next(w, t);
	}
}

static void turn(struct walk *w)
{
	struct thread *t = w->threads;

	w->threads = w->next;
	w->n_threads = w->n_next;
	w->next = t;
	w->n_next = 0;
}

void walk_start(struct walk *w, const struct gram *g, const struct gram_mode *m, int privilege)
{
	w->gram = g;
	w->mode = m;
	w->privilege = privilege;
	w->fresh = true;
	w->full = false;
	w->threads = w->lists[0];
	w->next = w->lists[1];
	w->n_threads = w->n_next = 0;
	w->n_steps = 1; /* step 0 is "none" */
	w->status = GRAM_OK;
	w->reach = 0;
}

static bool may_start(const struct walk *w, const struct gram_command *c, bool family)
{
	if (family)
		return c->table && !c->hidden &&
		       (c->show != SHOW_NEVER || (c->enter && !c->is_alias));
	if (gram_level(w->gram, c) > w->privilege)
		return false;
	if (w->defaulted)
		return c->no != NO_NONE && c->no != NO_ACT;
	return !w->negated || c->no != NO_NONE;
}

static bool begins(const struct gram_start *s, const char *word, size_t len)
{
	return word_begins(s->word, word, len);
}

/* The first of a mode's commands whose first keyword begins with `word`; behind the last: none.
 * The word itself stands before what it abbreviates. */
static unsigned find_start(const struct gram_mode *m, const char *word, size_t len)
{
	unsigned low = 0, high = m->n_starts;

	while (low < high) {
		unsigned mid = (low + high) / 2;

		if (strncasecmp(m->starts[mid].word, word, len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < m->n_starts && begins(&m->starts[low], word, len) ? low : m->n_starts;
}

static bool has_start(const struct gram_mode *m, const char *word, size_t len)
{
	unsigned i = find_start(m, word, len);

	return i < m->n_starts && !m->starts[i].word[len];
}

void walk_below(struct walk *w, const struct gram_mode *m)
{
	const struct token *t = &w->tokens[w->first];

	if (w->first == w->n_tokens || w->n_below == GRAM_DEPTH_MAX)
		return;
	w->below[w->n_below++] = m;
	if (has_start(m, w->line + t->offset, t->len))
		w->whole[w->first] = true;
}

/* What a word may stand for though the mode below has one that it begins: a line that goes to
 * another block (`int g0/1`), or one that only looks (`sh run`). */
static bool is_harmless(const struct walk *w, const struct gram_start *s)
{
	return (s->command->enter && !w->negated && !w->defaulted) || !strcasecmp(s->word, "show");
}

/* The head of a block of the device, spelled out: `class` is no `class-map`. */
static bool is_device_head(const struct gram *g, const char *word, size_t len)
{
	for (unsigned i = 0; i < g->n_blocks; i++) {
		const struct gram_block *b = &g->blocks[i];

		if (!b->inside && !b->words[1] && strlen(b->words[0]) == len &&
		    !strncasecmp(b->words[0], word, len))
			return true;
	}
	return false;
}

/* A keyword of some submode, spelled out: `log` of a class is no `logout`. */
static bool is_word_of_a_block(const struct gram *g, const char *word, size_t len)
{
	for (unsigned i = 0; i < g->n_modes; i++)
		if (g->modes[i] != g->exec && g->modes[i] != g->config &&
		    has_start(g->modes[i], word, len))
			return true;
	return false;
}

/* A first word cut short means a command of this mode only where no mode below has words that it
 * begins, this one excepted: what is wrong with them is not to be made right by another command. */
static bool may_guess(const struct walk *w, const struct gram_start *s, const char *word,
    size_t len)
{
	if (!len || !s->word[len])
		return true;
	if (s->command->kept && w->mode != w->gram->config &&
	    has_start(w->gram->config, word, len))
		return false; /* `ip` of global configuration is no `ip-address` of a trustpoint */
	if (w->mode == w->gram->config && is_device_head(w->gram, word, len))
		return false;
	if (w->orphan && is_word_of_a_block(w->gram, word, len))
		return false;
	if (is_harmless(w, s))
		return true;
	for (unsigned i = 0; i < w->n_below; i++)
		if (find_start(w->below[i], word, len) < w->below[i]->n_starts &&
		    !has_start(w->below[i], s->word, strlen(s->word)))
			return false;
	return !w->strict;
}

/* The commands of a mode whose first keyword begins with `word`, as threads. */
static void spread(struct walk *w, const struct gram_mode *m, const char *word, size_t len,
    const struct thread *family)
{
	for (unsigned i = find_start(m, word, len);
	    i < m->n_starts && begins(&m->starts[i], word, len); i++) {
		const struct gram_command *c = m->starts[i].command;
		struct thread t = {c, family ? family->command : NULL, 0, 0, 0,
		    family ? family->step : 0};

		if (may_start(w, c, family != NULL) &&
		    (family || may_guess(w, &m->starts[i], word, len)))
			follow(w, t);
	}
}

static bool at_family(const struct thread *t)
{
	const struct gram_code *c = thread_code(t);

	return c->op == OP_VALUE && c->node->type->kind == KIND_FAMILY;
}

/* Replaces a fresh start and the threads before a family by those of the commands that may begin
 * there with `word`. */
static void spread_for(struct walk *w, const char *word, size_t len)
{
	bool family = false;

	if (w->fresh) {
		w->fresh = false;
		spread(w, w->mode, word, len, NULL);
		turn(w);
	}
	for (unsigned i = 0; i < w->n_threads && !family; i++)
		family = at_family(&w->threads[i]);
	if (!family)
		return;
	for (unsigned i = 0; i < w->n_threads; i++)
		if (at_family(&w->threads[i]))
			spread(w, w->gram->config, word, len, &w->threads[i]);
		else
			add_next(w, w->threads[i]);
	turn(w);
}

void walk_spread(struct walk *w)
{
	spread_for(w, "", 0);
}

/* ---- one word ---------------------------------------------------------------------- */

/* Moves thread i over the word. */
static void move(struct walk *w, unsigned i, unsigned token)
{
	struct thread t = w->threads[i], stay;
	const struct gram_node *n = thread_code(&t)->node;
	const struct gram_type *type = n->kind == NODE_VALUE ? n->type : NULL;
	bool text = type && type->kind == KIND_TEXT && w->words[i] < 0;
	unsigned most = !type ? 1 : type->kind == KIND_SET ? type->n_words : type->list_max;

	if (!text || !t.count) {
		if (w->n_steps == STEPS_MAX) {
			w->full = true;
			return;
		}
		w->steps[w->n_steps] = (struct step){.prev = t.step, .token = (uint16_t)token,
		    .command = t.command, .node = n, .word = w->words[i]};
		t.step = (uint16_t)w->n_steps++;
	}
	stay = t;
	stay.count = (uint8_t)(t.count + !text);
	if (text)
		stay.count = 1;
	/* A literal word behind the comma stands alone: no list goes on after `none`. */
	if (text || (stay.count < most && (w->words[i] < (int)(type ? type->n_words : 0))))
		add_next(w, stay);
	if (type && stay.count < type->list_min && w->words[i] < (int)type->n_words)
		return;
	t.count = 0;
	t.pc++;
	follow(w, t);
}

/* No thread takes the word: spread all beginnings out to see how far it went. */
static bool stuck(struct walk *w, const struct token *t, bool fresh)
{
	const char *word = w->line + t->offset;
	unsigned n;

	if (fresh) {
		w->fresh = true;
		w->n_threads = 0;
	}
	spread_for(w, "", 0);
	n = fit_common(w, word, t->len);
	w->status = GRAM_INVALID;
	w->reach = t->offset + n;
	return false;
}

static bool take_one(struct walk *w, unsigned token)
{
	const struct token *t = &w->tokens[token];
	const char *word = w->line + t->offset, *only;
	struct begun begun = {0};
	enum fit best = FIT_NOT;
	bool fresh = w->fresh, values = false, many;
	struct thread before[1];
	unsigned n_before = 0;

	/* Families are replaced by spread_for(); kept for the caret. */
	for (unsigned i = 0; i < w->n_threads && !n_before; i++)
		if (at_family(&w->threads[i]))
			before[n_before++] = w->threads[i];
	spread_for(w, word, t->len);
	for (unsigned i = 0; i < w->n_threads; i++) {
		enum fit fit = fit_thread(w, i, token, &begun);

		best = fit > best ? fit : best;
		values = values || fit == FIT_VALUE;
	}
	if (best == FIT_NOT) {
		if (n_before && w->n_threads < THREADS_MAX)
			w->threads[w->n_threads++] = before[0];
		return stuck(w, t, fresh);
	}
	only = begun.visible ? begun.visible : begun.hidden;
	many = begun.visible ? begun.visibles : begun.hiddens;
	if (best != FIT_EXACT && many && !values) {
		w->status = GRAM_AMBIGUOUS;
		w->reach = t->offset + t->len;
		return false;
	}
	if (best == FIT_EXACT)
		w->whole[token] = true;
	/* Keywords first, in the order of the grammar, then values. */
	for (unsigned i = 0; i < w->n_threads; i++) {
		const struct gram_code *c = thread_code(&w->threads[i]);

		if (best == FIT_EXACT ? w->fits[i] != FIT_EXACT : w->fits[i] != FIT_BEGINS || many)
			continue;
		if (best != FIT_EXACT &&
		    strcasecmp(only, c->op == OP_WORD
					 ? c->node->text
					 : type_word(c->node->type, (unsigned)w->words[i])))
			continue;
		move(w, i, token);
	}
	for (unsigned i = 0; best != FIT_EXACT && i < w->n_threads; i++)
		if (w->fits[i] == FIT_VALUE)
			move(w, i, token);
	turn(w);
	return true;
}

bool walk_take(struct walk *w, unsigned n)
{
	for (unsigned i = w->first; i < n; i++)
		if (!take_one(w, i))
			return false;
	return true;
}

bool walk_may_end(const struct walk *w, const struct thread *t)
{
	if (t->outer || thread_code(t)->op == OP_ACCEPT)
		return true;
	return (w->negated || w->defaulted) && t->pc >= t->command->cut;
}
