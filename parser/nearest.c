/*
 * The right word that a wrong one was probably meant to be: the nearest by edit distance (letters
 * added, left out, changed, or two neighbours swapped).
 */
#include <stdio.h>
#include <string.h>

#include "parser/read.h"

#define LONGEST 64 /* letters compared */

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: Levenshtein's table by rows, with the row before the last for swaps. */
static unsigned distance(const char *a, const char *b)
{
	size_t la = strnlen(a, LONGEST), lb = strnlen(b, LONGEST);
	unsigned char row[3][LONGEST + 1];

	for (size_t k = 0; k <= lb; k++)
		row[0][k] = (unsigned char)k;
	for (size_t i = 1; i <= la; i++) {
		unsigned char *now = row[i % 3], *up = row[(i + 2) % 3], *upup = row[(i + 1) % 3];

		now[0] = (unsigned char)i;
		for (size_t k = 1; k <= lb; k++) {
			unsigned d = up[k - 1] + (a[i - 1] == b[k - 1] ? 0u : 1u);

			d = least(least(d, up[k] + 1u), now[k - 1] + 1u);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				d = least(d, upup[k - 2] + 1u);
			now[k] = (unsigned char)d;
		}
	}
	return row[la % 3][lb];
}

void nearest_init(struct nearest *n, const char *word)
{
	n->word = word;
	n->best = NULL;
	n->n = 0;
	/* Beyond half of its letters, or with none of them, it is another word. */
	n->distance = (unsigned)(strnlen(word, LONGEST) + 1) / 2 + (word[0] && word[1]);
}

const char *nearest_best(struct nearest *n)
{
	for (unsigned i = 0; i < n->n; i++) {
		unsigned d = distance(n->word, n->offered[i]);

		if (d < n->distance) {
			n->distance = d;
			n->best = n->offered[i];
		}
	}
	n->n = 0;
	return n->best;
}

void nearest_offer(struct nearest *n, const char *candidate)
{
	if (n->n == NEAREST_KEPT)
		nearest_best(n);
	n->offered[n->n++] = candidate;
}

const char *nearest_text(struct nearest *n)
{
	n->text[0] = '\0';
	if (nearest_best(n))
		snprintf(n->text, sizeof(n->text), "; did you mean `%s`?", n->best);
	return n->text;
}

void nearest_offer_words(struct nearest *n, const struct gram_type *t)
{
	const char *w;

	for (unsigned i = 0; (w = type_word(t, i)); i++)
		nearest_offer(n, w);
}

void nearest_offer_columns(struct nearest *n, const struct gram_table *t)
{
	for (unsigned i = 0; i < t->n_columns; i++)
		nearest_offer(n, t->columns[i].name);
}
