/*
 * A typed line -> the command it means, with its values; and where the session
 * stands after it. The line is tried in the present mode, then in its parents,
 * in one loop; of several failures the one that got further is told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parser/internal.h"

static const char *keep(struct gram_match *m, const char *text, size_t len)
{
	char *to = m->buffer + m->used;

	if (len + 1 > sizeof(m->buffer) - m->used)
		return NULL;
	memcpy(to, text, len);
	to[len] = '\0';
	m->used = (uint16_t)(m->used + len + 1);
	return to;
}

/* ---- values of an accepted way -------------------------------------------------- */

struct taker {
	const struct walk *w;
	struct gram_match *m;
	struct gram_arg *args;
	uint8_t *n_args;
	unsigned max;
	const struct gram_node *last; /* the value that a list may go on with */
	bool bad;
};

static void add_arg(struct taker *t, const char *name, const struct gram_type *type, int column,
    const char *text, unsigned offset)
{
	if (*t->n_args == t->max || !text) {
		t->bad = true;
		return;
	}
	t->args[(*t->n_args)++] = (struct gram_arg){name, type, column, text, (uint16_t)offset};
}

/* A further word of a list: the joined text takes the place of the last one. */
static void join(struct taker *t, const char *word)
{
	struct gram_arg *a = &t->args[*t->n_args - 1];
	char buf[GRAM_LINE_MAX];
	int n = snprintf(buf, sizeof(buf), "%s %s", a->text, word);

	a->text = n > 0 && (size_t)n < sizeof(buf) ? keep(t->m, buf, (size_t)n) : NULL;
	if (!a->text) {
		a->text = word;
		t->bad = true;
	}
}

static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (*list) {
		size_t len = strcspn(list, " ");

		if (len == n && !memcmp(list, word, n))
			return true;
		list += len + (list[len] == ' ');
	}
	return false;
}

/* The words of a set in the grammar's order, each once. */
static void sort_set(struct taker *t)
{
	struct gram_arg *a = &t->args[*t->n_args - 1];
	char buf[GRAM_LINE_MAX];
	size_t used = 0;

	for (unsigned i = 0; i < a->type->n_words; i++) {
		const char *word = a->type->words[i];
		size_t len = strlen(word);

		if (!has_word(a->text, word) || used + len + 2 > sizeof(buf))
			continue;
		if (used)
			buf[used++] = ' ';
		memcpy(buf + used, word, len);
		used += len;
	}
	a->text = keep(t->m, buf, used);
	t->bad = t->bad || !a->text;
}

static const char *canonical(struct taker *t, const struct step *s)
{
	const struct token *token = &t->w->tokens[s->token];
	const char *word = t->w->line + token->offset;
	char buf[GRAM_LINE_MAX];
	size_t len = token->len;

	if (s->word >= 0)
		return type_word(s->node->type, (unsigned)s->word);
	if (s->node->type->blanks && s->token)
		word = t->w->line + token[-1].offset + token[-1].len + 1;
	if (s->node->type->kind == KIND_TEXT)
		len = t->w->length - (size_t)(word - t->w->line);
	if (!gram_value(s->node->type, word, len, buf, sizeof(buf)))
		return NULL;
	return keep(t->m, buf, strlen(buf));
}

static void take_step(struct taker *t, const struct step *s)
{
	const struct gram_node *n = s->node;
	unsigned offset = t->w->tokens[s->token].offset;
	const char *text;

	if (n->kind == NODE_WORD) {
		if (n->bound_value)
			add_arg(t, n->bound_column, NULL, n->column, n->bound_value, offset);
		t->m->words[t->m->n_words++] = n->text;
		t->last = NULL;
		return;
	}
	text = canonical(t, s);
	if (!text) {
		t->bad = true;
		return;
	}
	t->m->words[t->m->n_words++] = text;
	if (t->last == n && *t->n_args)
		join(t, text);
	else
		add_arg(t, n->text, n->type, n->column, text, offset);
	if (n->type->kind == KIND_SET && *t->n_args && !t->bad)
		sort_set(t);
	t->last = n;
}

/* The values of a way, whose steps are linked backwards; where a family has led into another
 * command, those of `of` only. */
static bool take_steps(struct walk *w, struct gram_match *m, const struct thread *thread,
    const struct gram_command *of, struct gram_arg *args, uint8_t *n_args, unsigned max)
{
	struct taker t = {.w = w, .m = m, .args = args, .n_args = n_args, .max = max};
	uint16_t order[GRAM_TOKENS_MAX];
	unsigned n = 0;

	for (uint16_t s = thread->step; s && n < GRAM_TOKENS_MAX; s = w->steps[s].prev)
		order[n++] = s;
	m->n_words = 0;
	while (n && !t.bad) {
		const struct step *s = &w->steps[order[--n]];

		if (!thread->outer || s->command == of)
			take_step(&t, s);
	}
	return !t.bad;
}

/* All commands that a family reaches, each once, with the keys typed; the words and values of the
 * match are those of the act itself. */
static void take_family(struct walk *w, struct gram_match *m)
{
	struct gram_branch *list = calloc(w->n_threads ? w->n_threads : 1, sizeof(*list));
	const struct thread *first = NULL;
	unsigned n = 0;

	if (!list)
		abort();
	for (unsigned i = 0; i < w->n_threads; i++) {
		const struct thread *t = &w->threads[i];
		unsigned k = 0;

		while (k < n && list[k].command != t->command)
			k++;
		if (!t->outer || k < n)
			continue;
		if (!first)
			first = t;
		list[n].command = t->command;
		if (take_steps(w, m, t, t->command, list[n].args, &list[n].n_args, GRAM_KEYS_MAX))
			n++;
	}
	if (first) {
		m->command = first->outer;
		take_steps(w, m, first, first->outer, m->args, &m->n_args, GRAM_ARGS_MAX);
	}
	m->branches = list;
	m->n_branches = (uint16_t)n;
}

static bool at_end(const struct walk *w, unsigned i, bool cut)
{
	const struct thread *t = &w->threads[i];

	return !t->outer && (cut ? walk_may_end(w, t) : thread_code(t)->op == OP_ACCEPT);
}

static void accept(struct walk *w, struct gram_match *m, const struct thread *t)
{
	m->command = t->command;
	m->family_all = t->command->family != FAMILY_NONE;
	m->status = take_steps(w, m, t, t->command, m->args, &m->n_args, GRAM_ARGS_MAX) ? GRAM_OK : GRAM_INVALID;
	if (m->status != GRAM_OK)
		m->caret = w->tokens[w->n_tokens - 1].offset;
}

/* All words fit: the way that ends here, whole ones before negated ones that are cut short. */
static void finish(struct walk *w, struct gram_match *m)
{
	for (unsigned cut = 0; cut < 2; cut++)
		for (unsigned i = 0; i < w->n_threads; i++)
			if (at_end(w, i, cut)) {
				accept(w, m, &w->threads[i]);
				return;
			}
	for (unsigned i = 0; i < w->n_threads; i++)
		if (w->threads[i].outer) {
			take_family(w, m);
			m->status = GRAM_OK;
			return;
		}
	w->status = GRAM_INCOMPLETE;
	w->reach = (unsigned)w->length + 1;
}

/* Is the line's first word a keyword of the mode as it stands, not only the beginning of one? */
static bool knows_first(const struct gram_mode *mode, const struct walk *w)
{
	const struct token *t = &w->tokens[w->first];

	for (unsigned i = 0; w->first < w->n_tokens && i < mode->n_starts; i++)
		if (strlen(mode->starts[i].word) == t->len &&
		    !strncasecmp(mode->starts[i].word, w->line + t->offset, t->len))
			return true;
	return false;
}

void gram_match(const struct gram *g, const struct parse_state *state, int privilege,
    const char *line, struct gram_match *m)
{
	struct walk w;
	unsigned reach = 0;
	bool told = false, known = false;

	m->command = NULL;
	m->negated = m->defaulted = m->global = m->family_all = false;
	m->n_args = m->n_words = 0;
	m->used = m->n_branches = 0;
	m->branches = NULL;
	m->level = 0;
	m->caret = 0;
	if (!walk_tokens(&w, line)) {
		m->status = w.status;
		m->caret = (uint16_t)w.reach;
		return;
	}
	m->negated = w.negated;
	m->defaulted = w.defaulted;
	for (unsigned level = state->depth + 1; level-- > 0;) {
		walk_start(&w, g, state->level[level].mode, privilege);
		if (w.first == w.n_tokens) {
			w.status = GRAM_INCOMPLETE;
			w.reach = (unsigned)w.length + 1;
		} else if (walk_take(&w, w.n_tokens)) {
			finish(&w, m);
		}
		if (w.status == GRAM_OK) {
			m->level = (uint8_t)level;
			m->global = level > 0 && level < state->depth;
			return;
		}
		/* `group 3` in a policy is no attempt at `group-policy`: a mode that knows the word is
		 * not talked over by one that only guesses at it. */
		if (!told || (w.reach > reach && (!known || knows_first(state->level[level].mode, &w)))) {
			told = true;
			reach = w.reach;
			m->status = w.status;
			m->caret = (uint16_t)w.reach;
		}
		known = known || knows_first(state->level[level].mode, &w);
	}
}

void gram_match_done(struct gram_match *m)
{
	/* The branches were allocated here, and only their reader sees them as const. */
	free((void *)(uintptr_t)m->branches);
	m->branches = NULL;
	m->n_branches = 0;
}

const char *gram_arg(const struct gram_match *m, const char *name)
{
	for (unsigned i = 0; i < m->n_args; i++)
		if (!strcmp(m->args[i].name, name))
			return m->args[i].text;
	return NULL;
}

bool gram_typed(const struct gram_match *m, const char *keyword)
{
	for (unsigned i = 0; i < m->n_words; i++)
		if (!strcmp(m->words[i], keyword))
			return true;
	return false;
}

bool gram_replace(struct gram_match *m, int column, const char *text)
{
	for (unsigned i = 0; i < m->n_args; i++)
		if (m->args[i].column == column) {
			const char *kept = keep(m, text, strlen(text));

			if (kept)
				m->args[i].text = kept;
			return kept != NULL;
		}
	return false;
}

void gram_respell(struct gram_match *m, const char *table, const char *column,
    bool (*spell)(const char *typed, char *buf, size_t size))
{
	struct gram_branch *branches = (struct gram_branch *)(uintptr_t)m->branches;
	char buf[GRAM_LINE_MAX];

	for (unsigned i = 0; i < m->n_branches; i++) {
		struct gram_branch *b = &branches[i];

		for (unsigned k = 0; !strcmp(b->command->table->name, table) && k < b->n_args; k++) {
			const char *kept;

			if (b->args[k].column != gram_column(b->command->table, column) ||
			    !spell(b->args[k].text, buf, sizeof(buf)))
				continue;
			kept = keep(m, buf, strlen(buf));
			if (kept)
				b->args[k].text = kept;
		}
	}
}

size_t gram_error(const struct gram_match *m, const char *line, unsigned prompt_width, char *buf,
    size_t size)
{
	int n = 0;

	switch (m->status) {
	case GRAM_INVALID:
		n = snprintf(buf, size, "%*s^\nERROR: %% Invalid input detected at '^' marker.\n",
		    (int)(prompt_width + m->caret), "");
		break;
	case GRAM_INCOMPLETE:
		n = snprintf(buf, size, "ERROR: %% Incomplete command\n");
		break;
	case GRAM_AMBIGUOUS:
		n = snprintf(buf, size, "ERROR: %% Ambiguous command:  \"%s\"\n", line);
		break;
	default:
		break;
	}
	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}
