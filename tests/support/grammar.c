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
	static const char *const names[] = {"Alpha", "beta-2", "C_3", "delta.net", "inside", "outside"};
	static const char *const masks[] = {"255.255.255.0", "255.0.0.0", "255.255.255.255", "0.0.0.0"};
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
		put(w, "1:02:03");
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

static void put_value(struct writer *w, const struct gram_type *t)
{
	unsigned n = 1;

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
		if (chance(w, 2))
			write_seq(w, n);
		break;
	case NODE_CHOICE:
		write_seq(w, n->kids[chance(w, n->n_kids)]);
		break;
	case NODE_PERM:
		write_perm(w, n);
		break;
	case NODE_SEQ:
		write_seq(w, n);
		break;
	}
}

bool gram_random_line(const struct gram_command *c, uint64_t *seed,
    const char *(*name)(void *ctx, const struct gram_type *), void *ctx, char *buf, size_t size)
{
	struct writer w = {.seed = seed, .name = name, .ctx = ctx, .buf = buf, .size = size};

	buf[0] = '\0';
	if (c->family)
		return false; /* goes on with other commands */
	write_seq(&w, c->syntax);
	return !w.full;
}
