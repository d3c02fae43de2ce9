/*
 * Grammar text -> tables, modes, presets and the drafts of commands. A line at the margin opens a
 * block, indented ones belong to it; the file called `order` is a list of sections. What is wrong
 * is noted and the next line read. The format is described in grammars/README.md.
 */
#include <ctype.h>
#include <string.h>

#include "parser/read.h"

static bool section_start(struct source *s, const char *at)
{
	bool quoted;

	s->section = only_word(s, at, "section", &quoted);
	s->section_at = s->at;
	return s->section != NULL;
}

struct block_kind {
	const char *name;
	bool (*start)(struct source *, const char *at); /* the rest of its first line */
	void (*line)(struct source *, const char *line);
	void (*end)(struct source *);
};

static const struct block_kind kinds[] = {
	{"type", type_start, type_line, NULL},
	{"table", table_start, table_line, NULL},
	{"preset", preset_start, NULL, NULL},
	{"mode", mode_start, mode_line, NULL},
	{"section", section_start, NULL, NULL},
	{"command", command_start, tree_line, tree_end},
	{"fragment", fragment_start, tree_line, NULL},
	{"device-block", device_block_start, device_block_line, NULL},
};

/* The block that is open. */
struct block {
	const struct block_kind *kind; /* NULL = none */
	bool skipped;                  /* its first line was wrong: its lines are nobody's */
};

static void block_end(struct source *s, struct block *b)
{
	if (b->kind && b->kind->end && !b->skipped)
		b->kind->end(s);
	*b = (struct block){0};
}

static void block_start(struct source *s, struct block *b, const char *at)
{
	struct nearest near;
	bool quoted;
	char *w = next_word(s, &at, &quoted);

	if (!w)
		return;
	block_end(s, b);
	nearest_init(&near, w);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!strcmp(w, kinds[i].name)) {
			b->kind = &kinds[i];
			b->skipped = !kinds[i].start(s, at);
			return;
		}
		nearest_offer(&near, kinds[i].name);
	}
	b->skipped = !source_fail(s, "`%s` opens no block%s", w, nearest_text(&near));
}

static void block_line(struct source *s, struct block *b, const char *line)
{
	const char *at = line;

	while (isspace((unsigned char)*at))
		at++;
	if (!*at || *at == '#' || b->skipped)
		return;
	if (!b->kind || !b->kind->line)
		source_fail(s, "an indented line outside a block");
	else if (*at == '"' && b->kind->line != tree_line)
		source_fail(s, "a text without a word before it");
	else
		b->kind->line(s, line);
}

static void order_line(struct source *s, char *text)
{
	struct gram *g = s->gram;
	size_t n = g->n_order, len = strlen(text);
	struct gram_order *o;

	while (len && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
	if (!len || *text == '#')
		return;
	o = POOL_PUSH(s->pool, g->order, n);
	g->n_order = (uint16_t)n;
	o->at = s->at;
	if (len > 7 && !strcmp(text + len - 7, " each !")) {
		o->each = true;
		len -= 7;
		while (len && isspace((unsigned char)text[len - 1]))
			len--;
	}
	o->name = pool_text(s->pool, text, len);
}

/* Behind `#file`: another file; true for the list of sections. */
static bool file_start(struct source *s, struct block *b, const char *name)
{
	size_t len;

	block_end(s, b);
	s->section = NULL;
	s->at = (struct gram_place){rest_of_line(s, name), 0};
	len = strlen(s->at.file);
	return len >= 5 && !strcmp(s->at.file + len - 5, "order");
}

void read_text(struct source *s, const char *text, size_t len)
{
	const char *end = text + len;
	struct block b = {0};
	bool order = false;

	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((nl ? nl : end) - text);
		char *line = pool_text(s->pool, text, n);

		text += n + 1;
		s->at.line++;
		if (!strncmp(line, "#file ", 6))
			order = file_start(s, &b, line + 6);
		else if (order)
			order_line(s, line);
		else if (isspace((unsigned char)*line))
			block_line(s, &b, line);
		else
			block_start(s, &b, line);
	}
	block_end(s, &b);
	types_end(s);
	fragments_end(s);
}
