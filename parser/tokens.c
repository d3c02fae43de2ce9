/*
 * A typed line -> its words: places in the line, and whether it begins with `no` or `default`.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "parser/threads.h"

static bool is(const struct walk *w, unsigned token, const char *word)
{
	const struct token *t = &w->tokens[token];

	return t->len == strlen(word) && !strncasecmp(w->line + t->offset, word, t->len);
}

/* `nat(inside,outside)`: a parenthesis glued to the first keyword starts a word. */
static void split_first(struct walk *w)
{
	struct token *t = &w->tokens[w->first];
	const char *paren;

	if (w->first >= w->n_tokens)
		return;
	paren = memchr(w->line + t->offset, '(', t->len);
	if (!paren || paren == w->line + t->offset)
		return;
	memmove(t + 2, t + 1, (w->n_tokens - w->first - 1) * sizeof(*t));
	w->n_tokens++;
	t[1].offset = (uint16_t)(paren - w->line);
	t[1].len = (uint16_t)(t->offset + t->len - t[1].offset);
	t->len = (uint16_t)(t[1].offset - t->offset);
}

/* Where the word ends that begins at `at`: a quote goes on to a word that ends with one, if there
 * is such a word. */
static size_t word_end(const struct walk *w, size_t at)
{
	const char *line = w->line;
	bool quoted = line[at] == '"';
	size_t first = 0;

	for (size_t i = at + 1; i <= w->length; i++) {
		if (i < w->length && !isspace((unsigned char)line[i]))
			continue;
		first = first ? first : i;
		if (!quoted || (i > at + 1 && line[i - 1] == '"'))
			return i;
	}
	return first;
}

bool walk_tokens(struct walk *w, const char *line)
{
	size_t at = 0;

	w->line = line;
	w->length = strlen(line);
	w->n_tokens = w->first = w->n_below = 0;
	w->negated = w->defaulted = w->strict = w->orphan = false;
	memset(w->whole, 0, sizeof(w->whole));
	w->blank = w->length && isspace((unsigned char)line[w->length - 1]);
	while (w->length && isspace((unsigned char)line[w->length - 1]))
		w->length--;
	while (at < w->length && isspace((unsigned char)line[at]))
		at++;
	w->status = GRAM_EMPTY;
	w->reach = 0;
	if (at == w->length || line[at] == '!' || line[at] == ':')
		return false;
	w->status = GRAM_TOO_LONG;
	w->reach = GRAM_LINE_MAX - 1;
	if (w->length >= GRAM_LINE_MAX)
		return false;
	w->status = GRAM_INVALID;
	w->reach = (unsigned)(at + gram_clean(line + at, w->length - at));
	if (w->reach < w->length)
		return false;
	while (at < w->length) {
		struct token *t = &w->tokens[w->n_tokens++];

		t->offset = (uint16_t)at;
		at = word_end(w, at);
		t->len = (uint16_t)(at - t->offset);
		while (at < w->length && isspace((unsigned char)line[at]))
			at++;
	}
	w->negated = is(w, 0, "no");
	w->defaulted = is(w, 0, "default");
	/* A word still being typed (help) is not a prefix yet; a finished line ends behind it. */
	w->first = w->negated || w->defaulted;
	split_first(w);
	return true;
}
