/*
 * `device-block`: heads of blocks that the device has and we have not, as read; and the heads of
 * our own blocks, taken from the commands that enter a mode. refused.c asks for them.
 */
#include <string.h>

#include "parser/read.h"

static struct gram_block *new_block(struct source *s)
{
	struct gram *g = s->gram;
	size_t n = g->n_blocks;
	struct gram_block *b = POOL_PUSH(s->pool, g->blocks, n);

	g->n_blocks = (uint16_t)n;
	return b;
}

static bool read_words(struct source *s, const char *at, char ***list)
{
	size_t n = 0;
	bool quoted;
	char *w;

	while ((w = next_word(s, &at, &quoted)))
		*POOL_PUSH(s->pool, *list, n) = w;
	if (!n)
		return source_fail(s, "words are missing");
	*POOL_PUSH(s->pool, *list, n) = NULL;
	return true;
}

bool device_block_start(struct source *s, const char *at)
{
	struct gram_block *b = new_block(s);

	return read_words(s, at, &b->words);
}

void device_block_line(struct source *s, const char *at)
{
	struct gram_block *b = &s->gram->blocks[s->gram->n_blocks - 1];
	const struct {
		const char *name;
		char ***to;
	} lists[] = {{"opens", &b->opens}, {"holds", &b->holds}, {"inside", &b->inside}};
	struct nearest near;
	bool quoted;
	char *w = next_word(s, &at, &quoted);

	if (!strcmp(w, "inside"))
		b->inside_at = s->at;
	nearest_init(&near, w);
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		if (!strcmp(w, lists[i].name)) {
			read_words(s, at, lists[i].to);
			return;
		}
		nearest_offer(&near, lists[i].name);
	}
	nearest_offer(&near, "until");
	if (!strcmp(w, "until"))
		b->until = only_word(s, at, "until", &quoted);
	else
		source_fail(s, "`%s`: not understood in a device-block%s", w, nearest_text(&near));
}

static bool config_knows(const struct gram *g, const char *word)
{
	for (unsigned i = 0; i < g->n_commands; i++) {
		const struct gram_node *first = g->commands[i]->syntax->kids[0];

		if (g->commands[i]->mode == g->config && first->kind == NODE_WORD &&
		    !strcmp(first->text, word))
			return true;
	}
	return false;
}

/* Blocks within a block of our own; words of a kept one that global configuration knows, too. */
static void own_lines(struct source *s, struct gram_block *b, const struct gram_mode *m)
{
	size_t opens = 0, holds = 0;

	for (unsigned i = 0; i < s->gram->n_commands; i++) {
		const struct gram_command *c = s->gram->commands[i];
		const struct gram_node *first = c->syntax->kids[0];

		if (c->mode != m || first->kind != NODE_WORD)
			continue;
		if (c->enter)
			*POOL_PUSH(s->pool, b->opens, opens) = first->text;
		else if (c->kept && m->row && m->row->keeps && config_knows(s->gram, first->text))
			*POOL_PUSH(s->pool, b->holds, holds) = first->text;
	}
	if (opens)
		*POOL_PUSH(s->pool, b->opens, opens) = NULL;
	if (holds)
		*POOL_PUSH(s->pool, b->holds, holds) = NULL;
}

/* The head of a block of our own: its keywords, and `*` for the names between them. */
static void own_head(struct source *s, const struct gram_command *c)
{
	struct gram_block *b = new_block(s);
	const struct gram_node *root = c->syntax;
	size_t n = 0, words = 0;

	for (unsigned i = 0; i < root->n_kids && root->kids[i]->kind <= NODE_VALUE; i++) {
		bool word = root->kids[i]->kind == NODE_WORD;

		if (root->kids[i]->kind == NODE_SEQ)
			break;
		*POOL_PUSH(s->pool, b->words, n) = word ? root->kids[i]->text
							: pool_text(s->pool, "*", 1);
		words = word ? n : words;
	}
	*POOL_PUSH(s->pool, b->words, n) = NULL;
	b->words[words] = NULL;
	own_lines(s, b, c->enter);
}

void build_blocks(struct source *s)
{
	struct gram *g = s->gram;

	for (unsigned i = 0; i < g->n_blocks; i++)
		for (char **m = g->blocks[i].inside; m && *m; m++) {
			s->at = g->blocks[i].inside_at;
			find_mode(s, *m);
		}
	for (unsigned i = 0; i < g->n_commands; i++)
		if (g->commands[i]->enter && g->commands[i]->mode == g->config)
			own_head(s, g->commands[i]);
}
