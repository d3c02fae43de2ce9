/*
 * The values of an accepted way, in canonical text: of a line or an act into its match, of the
 * commands that a family reaches into branches.
 */
#include <stdlib.h>
#include <string.h>

#include "parser/threads.h"

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
		word = type_word(s->node->type, (unsigned)s->word);
		len = strlen(word);
		len = len < GRAM_LINE_MAX ? len : GRAM_LINE_MAX - 1;
		memcpy(buf, word, len);
		buf[len] = '\0';
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
	if (n->type->kind == KIND_SET && s->word < (int)n->type->n_words && !t->full)
		sort_set(t); /* a literal word behind the comma stands alone */
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

/* A whole line that is only kept has its last key by the words typed. */
static enum gram_status take_key(struct taker *t, const struct gram_command *of,
    enum gram_status status)
{
	char *to = t->store->buffer + t->store->used;

	if (status != GRAM_OK || !of->kept)
		return status;
	if (!kept_key(of, t->args, t->n_args, to, t->store->size - t->store->used))
		return GRAM_TOO_LONG;
	t->store->used += strlen(to) + 1;
	return GRAM_OK;
}

/* The words and values of the act or line itself, into the match. */
void take_match(const struct walk *w, struct gram_match *m, const struct thread *thread,
    const struct gram_command *of)
{
	struct kept store = {m->buffer, sizeof(m->buffer), 0};
	struct taker t = {.w = w, .m = m, .store = &store, .args = m->args, .n_args = &m->n_args};

	m->n_args = 0;
	m->n_keywords = 0;
	m->status = take_key(&t, of, take_steps(&t, thread, of));
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
	if (b->whole)
		status = take_key(&t, thread->command, status);
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
		if (w->threads[i].outer && w->threads[i].command == of->command &&
		    is_whole(&w->threads[i]))
			return true; /* a whole line is what was meant */
	return false;
}

/* All commands that a family reaches, each once, with the values typed; the words and values of
 * the match are those of the act itself, which are the same on the way of each (`first`). One that
 * cannot be had refuses the line: no branch is ever left out. */
void take_family(const struct walk *w, struct gram_match *m, const struct thread *first)
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
