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

/* Where canonical texts are kept: the match's own buffer, or that of one branch. */
struct kept {
	char *buffer;
	size_t size, used;
};

static const char *keep(struct kept *s, const char *text, size_t len)
{
	char *to = s->buffer + s->used;

	if (len + 1 > s->size - s->used)
		return NULL;
	memcpy(to, text, len);
	to[len] = '\0';
	s->used += len + 1;
	return to;
}

/* ---- values of an accepted way -------------------------------------------------- */

struct taker {
	const struct walk *w;
	struct gram_match *m; /* whose keywords are noted; NULL: a branch's are not */
	struct kept *store;
	struct gram_arg *args;
	uint8_t *n_args;
	const struct gram_node *last; /* the value that a list may go on with */
	unsigned bad; /* where the value stands that does not fit */
	bool full;
};

static void add_arg(struct taker *t, const char *name, const struct gram_type *type, int column,
    const char *text, unsigned offset)
{
	if (*t->n_args == GRAM_ARGS_MAX || !text) {
		t->full = true;
		return;
	}
	t->args[(*t->n_args)++] = (struct gram_arg){name, type, column, text, (uint16_t)offset};
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

/* The words of a set in the grammar's order, each once, in the place of those typed. */
static void sort_set(struct taker *t)
{
	const struct gram_arg *a = &t->args[*t->n_args - 1];
	char sorted[GRAM_LINE_MAX], *typed = t->store->buffer + (a->text - t->store->buffer);
	size_t used = 0;

	for (unsigned i = 0; i < a->type->n_words; i++) {
		const char *word = a->type->words[i];
		size_t len = strlen(word);

		if (!has_word(a->text, word))
			continue;
		if (used + len + 2 > sizeof(sorted)) {
			t->full = true;
			return;
		}
		if (used)
			sorted[used++] = ' ';
		memcpy(sorted + used, word, len);
		used += len;
	}
	sorted[used] = '\0';
	memcpy(typed, sorted, used + 1); /* never longer: the same words, fewer perhaps */
	t->store->used = (size_t)(typed - t->store->buffer) + used + 1;
}

/* A further word of a list: it goes behind the last one, whose text ends what is kept so far. */
static void join(struct taker *t, const char *word)
{
	struct kept *s = t->store;

	s->buffer[s->used - 1] = ' ';
	if (!keep(s, word, strlen(word))) {
		s->buffer[s->used - 1] = '\0';
		t->full = true;
	}
}

/* The word in the spelling that is stored; a text's may be the rest of the line. */
static bool canonical(const struct taker *t, const struct step *s, char buf[GRAM_LINE_MAX])
{
	const struct token *token = &t->w->tokens[s->token];
	const char *word = t->w->line + token->offset;
	size_t len = token->len;

	if (s->word >= 0) {
		snprintf(buf, GRAM_LINE_MAX, "%s", type_word(s->node->type, (unsigned)s->word));
		return true;
	}
	if (s->node->type->blanks && s->token)
		word = t->w->line + token[-1].offset + token[-1].len + 1;
	if (s->node->type->kind == KIND_TEXT)
		len = t->w->length - (size_t)(word - t->w->line);
	return gram_value(s->node->type, word, len, buf, GRAM_LINE_MAX);
}

static void take_word(struct taker *t, const struct gram_node *n, unsigned offset)
{
	if (n->bound_value)
		add_arg(t, n->bound_column, NULL, n->column, n->bound_value, offset);
	if (t->m)
		t->m->keywords[t->m->n_keywords++] = n->text;
	t->last = NULL;
}

/* False: the word does not fit its type after all (only a text may be found so, here). */
static bool take_step(struct taker *t, const struct step *s)
{
	const struct gram_node *n = s->node;
	unsigned offset = t->w->tokens[s->token].offset;
	char buf[GRAM_LINE_MAX];

	if (n->kind == NODE_WORD) {
		take_word(t, n, offset);
		return true;
	}
	if (!canonical(t, s, buf)) {
		t->bad = offset;
		return false;
	}
	if (t->last == n && *t->n_args)
		join(t, buf);
	else
		add_arg(t, n->text, n->type, n->column, keep(t->store, buf, strlen(buf)), offset);
	if (n->type->kind == KIND_SET && !t->full)
		sort_set(t);
	t->last = n;
	return true;
}

/* The values of a way, whose steps are linked backwards; where a family has led into another
 * command, those of `of` only. GRAM_OK, or why they cannot be had. */
static enum gram_status take_steps(struct taker *t, const struct thread *thread,
    const struct gram_command *of)
{
	const struct walk *w = t->w;
	uint16_t order[GRAM_TOKENS_MAX];
	unsigned n = 0;

	for (uint16_t s = thread->step; s && n < GRAM_TOKENS_MAX; s = w->steps[s].prev)
		order[n++] = s;
	while (n && !t->full) {
		const struct step *s = &w->steps[order[--n]];

		if ((!thread->outer || s->command == of) && !take_step(t, s))
			return GRAM_INVALID;
	}
	return t->full ? GRAM_TOO_LONG : GRAM_OK;
}

/* The words and values of the act or line itself, into the match. */
static void take_match(const struct walk *w, struct gram_match *m, const struct thread *thread,
    const struct gram_command *of)
{
	struct kept store = {m->buffer, sizeof(m->buffer), 0};
	struct taker t = {.w = w, .m = m, .store = &store, .args = m->args, .n_args = &m->n_args};

	m->n_args = 0;
	m->n_keywords = 0;
	m->status = take_steps(&t, thread, of);
	m->command = m->status == GRAM_OK ? of : NULL;
	m->used = (uint16_t)store.used;
	if (m->status == GRAM_INVALID)
		m->caret = (uint16_t)t.bad;
}

/* ---- families -------------------------------------------------------------------- */

static bool is_whole(const struct thread *t)
{
	return thread_code(t)->op == OP_ACCEPT;
}

/* The values typed of a branch's command: its texts go with the branch. */
static enum gram_status take_branch(const struct walk *w, const struct thread *thread,
    struct gram_branch *b, uint16_t *caret)
{
	char buffer[2 * GRAM_LINE_MAX];
	struct kept store = {buffer, sizeof(buffer), 0};
	struct taker t = {.w = w, .store = &store, .args = b->args, .n_args = &b->n_args};
	enum gram_status status;

	b->command = thread->command;
	b->whole = is_whole(thread);
	status = take_steps(&t, thread, thread->command);
	*caret = (uint16_t)t.bad;
	if (status != GRAM_OK || !store.used)
		return status;
	b->texts = malloc(store.used);
	if (!b->texts)
		abort();
	memcpy(b->texts, buffer, store.used);
	for (unsigned i = 0; i < b->n_args; i++)
		if (b->args[i].text >= buffer && b->args[i].text < buffer + store.used)
			b->args[i].text = b->texts + (b->args[i].text - buffer);
	return status;
}

/* Has the command a branch already, or a way here that is as good and comes first? */
static bool is_told(const struct walk *w, const struct gram_match *m, const struct thread *of)
{
	for (unsigned i = 0; i < m->n_branches; i++)
		if (m->branches[i].command == of->command)
			return true;
	for (unsigned i = 0; i < w->n_threads && !is_whole(of); i++)
		if (w->threads[i].outer && w->threads[i].command == of->command && is_whole(&w->threads[i]))
			return true; /* a whole line is what was meant */
	return false;
}

/* All commands that a family reaches, each once, with the values typed; the words and values of the
 * match are those of the act itself, which are the same on the way of each (`first`). One that cannot be had refuses the line: no branch is ever
 * left out. */
static void take_family(const struct walk *w, struct gram_match *m, const struct thread *first)
{
	struct gram_branch *list = calloc(w->n_threads, sizeof(*list));
	enum gram_status status = GRAM_OK;
	uint16_t caret = 0;

	if (!list)
		abort();
	m->branches = list;
	for (unsigned i = 0; i < w->n_threads && status == GRAM_OK; i++) {
		const struct thread *t = &w->threads[i];

		if (!t->outer || is_told(w, m, t))
			continue;
		status = take_branch(w, t, &list[m->n_branches++], &caret);
	}
	take_match(w, m, first, first->outer);
	if (m->status == GRAM_OK) {
		m->status = status;
		m->caret = caret;
	}
	if (m->status != GRAM_OK)
		gram_match_done(m);
}

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

/* All words fit: the way that ends here, whole ones before negated ones that are cut short. */
static void finish(struct walk *w, struct gram_match *m)
{
	if (w->full) { /* a way may be missing */
		m->status = w->status = GRAM_TOO_LONG;
		return;
	}
	for (unsigned cut = 0; cut < 2; cut++)
		for (unsigned i = 0; i < w->n_threads; i++)
			if (at_end(w, i, cut)) {
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
	for (unsigned level = state->depth + 1; level-- > 0;) {
		if (level > top) {
			walk_below(&w, state->level[level].mode);
			continue;
		}
		walk_start(&w, g, state->level[level].mode, privilege);
		w.strict = level && state->block;
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
		if (!told || w.reach > reach) {
			told = true;
			reach = w.reach;
			m->status = w.status;
			m->caret = (uint16_t)w.reach;
		}
		walk_below(&w, state->level[level].mode);
	}
}

void gram_match(const struct gram *g, const struct parse_state *state, int privilege,
    const char *line, struct gram_match *m)
{
	match_from(g, state, state->depth, privilege, line, m);
}

void gram_match_global(const struct gram *g, const struct parse_state *state, int privilege,
    const char *line, struct gram_match *m)
{
	match_from(g, state, state->depth ? 1 : 0, privilege, line, m);
}

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
	struct kept s = {m->buffer, sizeof(m->buffer), m->used};
	const char *kept = keep(&s, text, strlen(text));

	m->used = (uint16_t)s.used;
	return kept;
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

		for (unsigned k = 0; !strcmp(b->command->table->name, table) && k < b->n_args; k++) {
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

/* Characters up to the caret: those of several bytes count once. */
static int caret_column(const struct gram_match *m, const char *line)
{
	int column = 0;

	for (unsigned i = 0; i < m->caret && line[i]; i++)
		column += ((unsigned char)line[i] & 0xc0) != 0x80;
	return column;
}

struct bounded {
	char *text;
	size_t used;
};

static void bounded_write(void *ctx, const char *text, size_t len)
{
	struct bounded *b = ctx;

	len = len < GRAM_LINE_MAX - b->used ? len : GRAM_LINE_MAX - b->used;
	memcpy(b->text + b->used, text, len);
	b->used += len;
}

size_t gram_error(const struct gram_match *m, const char *line, unsigned prompt_width, char *buf,
    size_t size)
{
	char shown[GRAM_LINE_MAX];
	struct bounded masked;
	struct gram_out out = {bounded_write, &masked};
	int n = 0;

	switch (m->status) {
	case GRAM_INVALID:
		n = snprintf(buf, size, "%*s^\nERROR: %% Invalid input detected at '^' marker.\n",
		    (int)prompt_width + caret_column(m, line), "");
		break;
	case GRAM_INCOMPLETE:
		n = snprintf(buf, size, "ERROR: %% Incomplete command\n");
		break;
	case GRAM_AMBIGUOUS:
		masked = (struct bounded){shown, 0};
		gram_mask_unknown(line, &out);
		n = snprintf(buf, size, "ERROR: %% Ambiguous command:  \"%.*s\"\n", (int)masked.used, shown);
		break;
	case GRAM_ORPHAN:
		n = snprintf(buf, size, "ERROR: line belongs to a refused block\n");
		break;
	case GRAM_TOO_LONG:
		n = snprintf(buf, size, "ERROR: %% Line too long\n");
		break;
	default:
		break;
	}
	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}
