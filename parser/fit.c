/*
 * One typed word against what a thread stands at: a keyword, its beginning, a value.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "parser/threads.h"

static void begun_add(struct begun *b, const char *text, bool hidden)
{
	const char **first = hidden ? &b->hidden : &b->visible;

	if (!*first)
		*first = text;
	else if (*first != text && strcasecmp(*first, text))
		*(hidden ? &b->hiddens : &b->visibles) = true;
}

/* `whole`: only the keyword itself fits, not one that the word begins. */
static enum fit fit_word(const char *keyword, const char *word, size_t len, bool whole)
{
	if (!word_begins(keyword, word, len) || (whole && keyword[len]))
		return FIT_NOT;
	return keyword[len] ? FIT_BEGINS : FIT_EXACT;
}

static enum fit fit_value(const struct thread *t, const struct gram_type *type, const char *word,
    size_t len, bool whole, int16_t *which, struct begun *begun)
{
	char buf[GRAM_LINE_MAX];
	enum fit best = FIT_NOT;
	int other = type->n_others ? type_other(type, word, len) : -1;
	const char *text;

	if (type->kind == KIND_TEXT && t->count)
		return FIT_VALUE;
	if (type->kind != KIND_TEXT && !type->quoted &&
	    (memchr(word, ' ', len) || memchr(word, '\t', len)))
		return FIT_NOT;
	if (other >= 0) {
		*which = (int16_t)other;
		return FIT_EXACT;
	}
	for (unsigned i = 0; (text = type_word(type, i)); i++) {
		enum fit fit = fit_word(text, word, len, whole);

		if (fit == FIT_NOT)
			continue;
		if (fit == FIT_BEGINS)
			begun_add(begun, text, t->command->hidden);
		if (fit > best) {
			best = fit;
			*which = (int16_t)i;
		}
	}
	if (best != FIT_NOT)
		return best;
	return type->kind != KIND_WORD && type->kind != KIND_SET && type->kind != KIND_FAMILY &&
	    gram_value(type, word, len, buf, sizeof(buf)) ? FIT_VALUE : FIT_NOT;
}

enum fit fit_thread(struct walk *w, unsigned i, unsigned token, struct begun *begun)
{
	const char *word = w->line + w->tokens[token].offset;
	size_t len = w->tokens[token].len;
	bool whole = w->whole[token];
	const struct thread *t = &w->threads[i];
	const struct gram_code *c = thread_code(t);
	enum fit fit = FIT_NOT;

	w->words[i] = -1;
	if (c->op == OP_WORD) {
		fit = fit_word(c->node->text, word, len, whole);
		if (fit == FIT_BEGINS)
			begun_add(begun, c->node->text, t->command->hidden);
	} else if (c->op == OP_VALUE) {
		fit = fit_value(t, c->node->type, word, len, whole, &w->words[i], begun);
	}
	w->fits[i] = (uint8_t)fit;
	return fit;
}

unsigned fit_common(const struct walk *w, const char *word, size_t len)
{
	unsigned best = 0;

	for (unsigned i = 0; i < w->n_threads; i++) {
		const struct gram_code *c = thread_code(&w->threads[i]);
		const char *text;

		for (unsigned k = 0; c->op == OP_WORD ? k == 0 : c->op == OP_VALUE; k++) {
			unsigned n = 0;

			text = c->op == OP_WORD ? c->node->text : type_word(c->node->type, k);
			if (!text)
				break;
			while (n < len && text[n] &&
			    tolower((unsigned char)text[n]) == tolower((unsigned char)word[n]))
				n++;
			best = n > best ? n : best;
		}
	}
	return best;
}
