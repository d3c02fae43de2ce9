/*
 * Help, written once: the first line of a mode that has a word behind the same words explains it
 * for all the others. Words are known by their path, "config: crypto map <name>".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/read.h"

#define PATH_MAX_LEN 1024

struct help_slot {
	char *path;
	struct gram_node *node;
};

struct helps {
	struct help_slot *slots;
	unsigned mask; /* slots - 1: a power of two, above twice the words of the grammar */
};

struct helps *helps_new(unsigned words)
{
	struct helps *b = calloc(1, sizeof(*b));

	if (!b)
		abort();
	while (b->mask < 2 * words)
		b->mask = 2 * b->mask + 1;
	b->slots = calloc(b->mask + 1, sizeof(*b->slots));
	if (!b->slots)
		abort();
	return b;
}

void helps_free(struct helps *b)
{
	free(b->slots);
	free(b);
}

static struct help_slot *find_slot(const struct helps *b, const char *path)
{
	uint32_t h = 2166136261u;

	for (const char *p = path; *p; p++)
		h = (h ^ (uint8_t)*p) * 16777619u;
	for (h &= b->mask; b->slots[h].path; h = (h + 1) & b->mask)
		if (!strcmp(b->slots[h].path, path))
			break;
	return &b->slots[h];
}

static bool share_help(
    struct source *s, const struct helps *b, struct gram_node *n, const char *path)
{
	struct help_slot *slot = find_slot(b, path);

	s->at = n->at;
	if (!slot->path) {
		slot->path = pool_text(s->pool, path, strlen(path));
		slot->node = n;
		return true;
	}
	if (n->kind == NODE_VALUE) {
		if (!n->help && !n->placeholder && n->type == slot->node->type) {
			n->help = slot->node->help;
			n->placeholder = slot->node->placeholder;
			for (unsigned i = 0; n->helps && type_word(n->type, i); i++)
				n->helps[i] = n->helps[i] ? n->helps[i] : slot->node->helps[i];
		}
		return true;
	}
	if (n->help && slot->node->help && strcmp(n->help, slot->node->help))
		return source_fail(s, "`%s` has another help text elsewhere: `%s`", n->text,
		    slot->node->help);
	if (!slot->node->help)
		slot->node->help = n->help;
	if (!n->help)
		n->help = slot->node->help;
	return true;
}

/* `path`: the words before, extended here by those of `seq`. */
static bool share_seq(struct source *s, const struct helps *b, struct gram_node *seq, char *path)
{
	for (unsigned i = 0; i < seq->n_kids; i++) {
		struct gram_node *n = seq->kids[i];
		size_t len = strlen(path);

		if (n->kind == NODE_WORD || n->kind == NODE_VALUE) {
			if (snprintf(path + len, PATH_MAX_LEN - len,
				n->kind == NODE_WORD ? " %s" : " <%s>",
				n->text) >= (int)(PATH_MAX_LEN - len))
				return source_fail(s, "the command has too many words");
			if (!share_help(s, b, n, path))
				return false;
		} else if (n->kind == NODE_OPTION) {
			if (!share_seq(s, b, n, path))
				return false;
			path[len] = '\0';
		} else {
			for (unsigned k = 0; k < n->n_kids; k++) {
				if (!share_seq(s, b, n->kids[k], path))
					return false;
				path[len] = '\0';
			}
			snprintf(path + len, PATH_MAX_LEN - len, " {%u}", n->n_kids);
		}
	}
	return true;
}

bool share_helps(struct source *s, struct helps *b, struct gram_command *c)
{
	char path[PATH_MAX_LEN];

	snprintf(path, sizeof(path), "%s:", c->mode->name);
	return share_seq(s, b, (struct gram_node *)(uintptr_t)c->syntax, path);
}
