/*
 * The tests' own grammar, read from its file, and a walk along a command's
 * syntax that writes random lines which the grammar allows.
 */
#include "tests/support/grammar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/internal.h"

struct gram *test_grammar(void)
{
	static char text[200000], error[300];
	FILE *f = fopen("tests/support/test.gram", "r");
	size_t len = f ? fread(text, 1, sizeof(text), f) : 0;
	struct gram *g = gram_read(text, len, error, sizeof(error));

	if (f)
		fclose(f);
	if (!g) {
		fprintf(stderr, "test grammar: %s\n", error);
		exit(1);
	}
	return g;
}

uint32_t test_random(uint64_t *seed, uint32_t n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % n;
}

struct writer {
	uint64_t *seed;
	const char *(*name)(void *ctx, const struct gram_type *);
	void *ctx;
	char *buf;
	size_t used, size;
	bool full;
	bool longest;    /* every value at its longest, everything optional there */
	unsigned choice; /* then: which alternative */
};

static void put(struct writer *w, const char *text)
{
	int n = snprintf(w->buf + w->used, w->size - w->used, "%s%s", w->used ? " " : "", text);

	if (n < 0 || (size_t)n >= w->size - w->used)
		w->full = true;
	else
		w->used += (size_t)n;
}

static uint32_t chance(struct writer *w, uint32_t n)
{
	return test_random(w->seed, n);
}

static void put_int(struct writer *w, const struct gram_type *t)
{
	const struct gram_range *r = &t->ranges[chance(w, t->n_ranges)];
	uint64_t span = (uint64_t)(r->high - r->low) + 1;
	uint64_t pick = chance(w, 4) ? chance(w, (uint32_t)(span > 50 ? 50 : span)) : span - 1;
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)(r->low + (int64_t)pick));
	put(w, text);
}

static void put_addr(struct writer *w, const char *format)
{
	char text[64];
	unsigned a = chance(w, 250), b = chance(w, 250);

	snprintf(text, sizeof(text), format, a, b, a, b + 3);
	put(w, text);
}

/* One word of a type. */
static void put_word(struct writer *w, const struct gram_type *t)
{
	static const char *const names[] = {
	    "Alpha", "beta-2", "C_3", "delta.net", "inside", "outside"};
	static const char *const masks[] = {
	    "255.255.255.0", "255.0.0.0", "255.255.255.255", "0.0.0.0"};
	char text[64];

	if (t->n_extra && !t->list_max && !chance(w, 4)) {
		put(w, t->extra[chance(w, t->n_extra)]);
		return;
	}
	switch (t->kind) {
	case KIND_INT:
		put_int(w, t);
		break;
	case KIND_WORD:
	case KIND_SET:
		put(w, t->words[chance(w, t->n_words)]);
		break;
	case KIND_ADDR:
	case KIND_NET:
	case KIND_HOST:
		put_addr(w, "10.1.%u.%u");
		break;
	case KIND_RANGE:
		put_addr(w, "10.2.%u.%u-10.2.%u.%u");
		break;
	case KIND_MASK:
		put(w, masks[chance(w, 4)]);
		break;
	case KIND_TIME:
		put(w, t->max == 2 ? "1:02" : "1:02:03");
		break;
	case KIND_PAREN:
		put(w, t->max == 1 ? "(inside)" : "(inside,outside)");
		break;
	case KIND_TEXT:
		put(w, chance(w, 2) ? "some  words of text" : "text");
		break;
	case KIND_REF:
		if (w->name) {
			put(w, w->name(w->ctx, t));
			break;
		}
		/* fall through */
	default:
		snprintf(text, sizeof(text), "%s", names[chance(w, 6)]);
		put(w, text);
	}
}

/* A letter or digit `n` times; texts get as many words as they have room for. */
static void put_filled(struct writer *w, const struct gram_type *t)
{
	char text[GRAM_LINE_MAX];

	for (unsigned i = 0; i < t->max; i++)
		text[i] = t->kind == KIND_TEXT && i % 2 && i + 1 < t->max ? ' '
									  : (char)('a' + i % 26);
	text[t->max] = '\0';
	put(w, text);
}

static void put_longest_word(struct writer *w, const struct gram_type *t, unsigned nth)
{
	const char *best = t->n_words ? t->words[nth % t->n_words] : NULL;
	char number[24];

	switch (t->kind) {
	case KIND_WORD:
		for (unsigned i = 0; i < t->n_words; i++)
			best = strlen(t->words[i]) > strlen(best) ? t->words[i] : best;
		put(w, best);
		break;
	case KIND_SET:
		put(w, best);
		break;
	case KIND_INT:
		snprintf(
		    number, sizeof(number), "%lld", (long long)t->ranges[t->n_ranges - 1].high);
		put(w, number);
		break;
	case KIND_NAME:
	case KIND_TEXT:
	case KIND_SECRET:
	case KIND_HASH:
	case KIND_HOST:
		put_filled(w, t);
		break;
	case KIND_REF:
		put(w, w->name(w->ctx, t));
		break;
	case KIND_ADDR:
	case KIND_NET:
		put(w, "192.168.100.100");
		break;
	case KIND_RANGE:
		put(w, "192.168.100.100-192.168.100.254");
		break;
	default:
		put_word(w, t);
	}
}

static void put_longest(struct writer *w, const struct gram_type *t)
{
	unsigned n = t->list_max ? t->list_max : t->kind == KIND_SET ? t->n_words : 1;

	for (unsigned i = 0; i < n; i++)
		put_longest_word(w, t, i);
}

static void put_value(struct writer *w, const struct gram_type *t)
{
	unsigned n = 1;

	if (w->longest) {
		put_longest(w, t);
		return;
	}
	if (t->n_extra && t->list_max && !chance(w, 5)) {
		put(w, t->extra[chance(w, t->n_extra)]);
		return;
	}
	if (t->list_max)
		n = t->list_min + chance(w, t->list_max - t->list_min + 1u);
	else if (t->kind == KIND_SET)
		n = 1 + chance(w, t->n_words);
	while (n--)
		put_word(w, t);
}

static void write_node(struct writer *w, const struct gram_node *n);

static void write_seq(struct writer *w, const struct gram_node *n)
{
	for (unsigned i = 0; i < n->n_kids; i++)
		write_node(w, n->kids[i]);
}

static void write_perm(struct writer *w, const struct gram_node *n)
{
	unsigned order[16], count = n->n_kids;

	for (unsigned i = 0; i < count; i++)
		order[i] = i;
	for (unsigned i = count; i > 1; i--) {
		unsigned k = chance(w, i), swap = order[i - 1];

		order[i - 1] = order[k];
		order[k] = swap;
	}
	for (unsigned i = 0; i < count; i++)
		write_seq(w, n->kids[order[i]]);
}

static void write_node(struct writer *w, const struct gram_node *n)
{
	switch (n->kind) {
	case NODE_WORD:
		put(w, n->text);
		break;
	case NODE_VALUE:
		put_value(w, n->type);
		break;
	case NODE_OPTION:
		if (w->longest || chance(w, 2))
			write_seq(w, n);
		break;
	case NODE_CHOICE:
		write_seq(w, n->kids[w->longest ? w->choice % n->n_kids : chance(w, n->n_kids)]);
		break;
	case NODE_PERM:
		write_perm(w, n);
		break;
	case NODE_SEQ:
		write_seq(w, n);
		break;
	}
}

/* What fits nothing else in a block of kept lines is indented; of data there are hexadecimal words
 * alone: true, that is the line. */
static bool write_any(struct writer *w, const struct gram_command *c)
{
	if (c->syntax->kids[0]->kind == NODE_WORD)
		return false;
	put(w, c->mode->data ? "0a1b2c3d" : "  ");
	return c->mode->data;
}

bool gram_random_line(const struct gram_command *c, uint64_t *seed,
    const char *(*name)(void *ctx, const struct gram_type *), void *ctx, char *buf, size_t size)
{
	struct writer w = {.seed = seed, .name = name, .ctx = ctx, .buf = buf, .size = size};

	buf[0] = '\0';
	if (c->family)
		return false; /* goes on with other commands */
	if (!write_any(&w, c))
		write_seq(&w, c->syntax);
	return !w.full;
}

bool gram_longest_line(const struct gram_command *c, unsigned choice,
    const char *(*name)(void *ctx, const struct gram_type *), void *ctx, char *buf, size_t size)
{
	uint64_t seed = 1;
	struct writer w = {.seed = &seed, .name = name, .ctx = ctx, .buf = buf, .size = size,
		.longest = true, .choice = choice};

	buf[0] = '\0';
	if (!write_any(&w, c))
		write_seq(&w, c->syntax);
	return !w.full;
}
