/*
 * What all files of the parser share: the memory of a grammar, the syntax tree
 * of a command and the instructions it is compiled to, the words of a type.
 */
#ifndef GATEHOUSE_PARSER_INTERNAL_H
#define GATEHOUSE_PARSER_INTERNAL_H

#include <strings.h>

#include "parser/parser.h"

/* ---- memory: everything of a grammar lives and dies together -------------- */

struct gram_pool;
struct gram_pool *pool_new(void);
void pool_free(struct gram_pool *);
void *pool_alloc(struct gram_pool *, size_t size); /* zeroed; never NULL (aborts) */
char *pool_text(struct gram_pool *, const char *text, size_t len);
/* `array` of `n` elements, with room for one more; the new element is zeroed. */
void *pool_grow(struct gram_pool *, void *array, size_t n, size_t size);
#define POOL_PUSH(pool, array, n) \
	((array) = pool_grow((pool), (array), (n), sizeof(*(array))), &(array)[(n)++])

/* ---- columns of a table ----------------------------------------------------- */

/* A column that has its name and index: gram_column() finds it from now on. */
void gram_column_named(struct gram_table *, struct gram_column *);

/* ---- the syntax of a command ------------------------------------------------ */

enum node_kind { NODE_SEQ, NODE_WORD, NODE_VALUE, NODE_OPTION, NODE_CHOICE, NODE_PERM };

struct gram_node {
	enum node_kind kind;
	char *text;        /* WORD: the keyword; VALUE: the value's name */
	struct gram_place at;
	const char *help;  /* WORD, VALUE; NULL = none written */
	char *placeholder; /* VALUE: `as "..."` */
	struct gram_type *type; /* VALUE */
	/* VALUE: the texts as written; once built, of each word and extra word */
	const char **helps;
	uint16_t n_helps;
	char *bound_column, *bound_value; /* WORD: what was written */
	int column; /* VALUE and bound WORD: in the command's table, -1 = none */
	bool key;
	bool linked; /* while it is built: its names are looked up */
	uint16_t n_kids;
	struct gram_node **kids; /* SEQ, OPTION: items; CHOICE, PERM: alternatives */
};

/* ---- compiled ------------------------------------------------------------------ */

enum op { OP_WORD, OP_VALUE, OP_SPLIT, OP_JUMP, OP_PERM, OP_BACK, OP_ACCEPT };

/*
 * PERM: `a` alternatives, whose starts are in the a following JUMPs; `b` is where it goes on,
 * `need` the alternatives that must be there. BACK: alternative `b` of the PERM at `a` is done.
 */
struct gram_code {
	uint8_t op;
	uint16_t a, b, need;
	const struct gram_node *node;
};

struct gram_start { /* a command of a mode by its first keyword */
	const char *word;
	const struct gram_command *command;
};

/* ---- types (type.c) ------------------------------------------------------------ */

/* Does the text begin with these letters, great or small? Most part at their first. */
static inline bool word_begins(const char *text, const char *word, size_t len)
{
	return !len || (!((text[0] ^ word[0]) & ~0x20) && !strncasecmp(text, word, len));
}

/* Keyword i of a value (words, then extra words) or NULL. */
static inline const char *type_word(const struct gram_type *t, unsigned i)
{
	if (i < t->n_words)
		return t->words[i];
	i -= t->n_words;
	return i < t->n_extra ? t->extra[i] : NULL;
}
/* The keyword (as of type_word()) that this is another spelling of, -1 = none. */
int type_other(const struct gram_type *, const char *word, size_t len);
/* Characters of the longest text that a column of this type can hold, a whole list's included. */
size_t type_longest(const struct gram_type *);

/* A part of a line, without the passwords of URLs (url.c). */
void mask_urls(const char *text, size_t len, struct gram_out *out);

/* ---- kept lines (kept.c) --------------------------------------------------------- */

/* The text of a kept line to `out`, `*****` for each secret in it; `before` is the word in front.
 */
void kept_mask(const char *before, size_t len, const char *text, struct gram_out *out);

#endif
