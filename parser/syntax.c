/*
 * The words of a command block -> its syntax tree: keywords, values, [optional],
 * {choices} and {& parts in any order}. Brackets may span the block's lines.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "parser/read.h"

#define NEST_MAX 24

struct syntax {
	struct gram_node *stack[NEST_MAX]; /* open SEQ, OPTION, CHOICE, PERM */
	unsigned depth;
	struct gram_node *last; /* the word or value that help belongs to */
};

static struct gram_node *add(struct source *s, struct gram_node *to, enum node_kind kind)
{
	struct gram_node *n = pool_alloc(s->pool, sizeof(*n));
	size_t count = to->n_kids;

	n->kind = kind;
	n->at = s->at;
	n->column = -1;
	*POOL_PUSH(s->pool, to->kids, count) = n;
	to->n_kids = (uint16_t)count;
	return n;
}

static bool push(struct source *s, struct syntax *x, struct gram_node *n)
{
	if (x->depth == NEST_MAX)
		return source_fail(s, "brackets too deep");
	x->stack[x->depth++] = n;
	return true;
}

struct syntax *syntax_new(struct source *s, struct gram_node *root)
{
	struct syntax *x = pool_alloc(s->pool, sizeof(*x));

	root->kind = NODE_SEQ;
	x->stack[x->depth++] = root;
	return x;
}

static bool open_choice(struct source *s, struct syntax *x, enum node_kind kind)
{
	struct gram_node *choice = add(s, x->stack[x->depth - 1], kind);

	return push(s, x, choice) && push(s, x, add(s, choice, NODE_SEQ));
}

/* `|`, `]` and `}`: what is open decides whether they may stand here. */
static bool close_part(struct source *s, struct syntax *x, char c)
{
	struct gram_node *top = x->stack[x->depth - 1];
	struct gram_node *under = x->depth > 1 ? x->stack[x->depth - 2] : NULL;
	bool choice = under && (under->kind == NODE_CHOICE || under->kind == NODE_PERM);

	if (c == ']' && top->kind == NODE_OPTION) {
		x->depth--;
		return true;
	}
	if (c == '}' && choice && top->kind == NODE_SEQ) {
		x->depth -= 2;
		return true;
	}
	if (c == '|' && choice && top->kind == NODE_SEQ) {
		x->depth--;
		return push(s, x, add(s, under, NODE_SEQ));
	}
	return source_fail(s, "`%c` closes nothing", c);
}

/* <name> or <name:type>; `at` stands behind the `<`. */
static bool value(struct source *s, struct syntax *x, const char **at)
{
	const char *end = strchr(*at, '>'), *colon;
	struct gram_node *n;
	size_t len;

	if (!end)
		return source_fail(s, "`<` without `>`");
	len = (size_t)(end - *at);
	colon = memchr(*at, ':', len);
	n = add(s, x->stack[x->depth - 1], NODE_VALUE);
	n->text = pool_text(s->pool, *at, colon ? (size_t)(colon - *at) : len);
	if (colon) {
		n->type = pool_alloc(s->pool, sizeof(*n->type));
		if (!read_type(
			s, pool_text(s->pool, colon + 1, (size_t)(end - colon - 1)), n->type))
			return false;
	}
	x->last = n;
	*at = end + 1;
	return true;
}

/* keyword, keyword(column), keyword(column=value) */
static bool word(struct source *s, struct syntax *x, char *text)
{
	struct gram_node *n = add(s, x->stack[x->depth - 1], NODE_WORD);
	char *bind, *equals;

	if (*text == '\\')
		text++;
	bind = text[0] == '(' ? NULL : strchr(text, '(');
	if (bind) {
		size_t len = strlen(bind);

		if (bind[len - 1] != ')')
			return source_fail(s, "`%s`: no `)` at its end", text);
		bind[len - 1] = '\0';
		*bind++ = '\0';
		equals = strchr(bind, '=');
		if (equals) {
			*equals = '\0';
			n->bound_value = equals + 1;
		}
		n->bound_column = bind;
	}
	n->text = text;
	x->last = n;
	return true;
}

static bool help_text(struct source *s, struct syntax *x, char *text)
{
	size_t count;

	if (!x->last)
		return source_fail(s, "a help text without a word before it");
	if (x->last->kind == NODE_WORD) {
		if (x->last->help)
			return source_fail(s, "two help texts for `%s`", x->last->text);
		x->last->help = text;
		return true;
	}
	count = x->last->n_helps;
	*POOL_PUSH(s->pool, x->last->helps, count) = text;
	x->last->n_helps = (uint16_t)count;
	return true;
}

static char *plain_word(struct source *s, const char **at)
{
	const char *p = *at, *start = p;

	while (*p && !isspace((unsigned char)*p) && !strchr("[]{}|<\"", *p))
		p++;
	*at = p;
	return pool_text(s->pool, start, (size_t)(p - start));
}

static bool placeholder(struct source *s, struct syntax *x, const char **at)
{
	bool quoted;
	char *text = next_word(s, at, &quoted);

	if (!text || !quoted || !x->last || x->last->kind != NODE_VALUE)
		return source_fail(s, "`as` wants a value before and a \"text\" behind it");
	x->last->placeholder = text;
	return true;
}

bool syntax_line(struct source *s, struct syntax *x, const char *text)
{
	const char *at = text;

	for (;;) {
		bool ok = true, quoted;

		while (isspace((unsigned char)*at))
			at++;
		if (!*at || *at == '#')
			return true;
		if (*at == '"') {
			char *help = next_word(s, &at, &quoted);

			ok = help && help_text(s, x, help);
		} else if (*at == '<') {
			at++;
			ok = value(s, x, &at);
		} else if (*at == '[') {
			at++;
			ok = push(s, x, add(s, x->stack[x->depth - 1], NODE_OPTION));
		} else if (*at == '{') {
			bool perm = at[1] == '&';

			at += perm ? 2 : 1;
			ok = open_choice(s, x, perm ? NODE_PERM : NODE_CHOICE);
		} else if (strchr("]}|", *at)) {
			ok = close_part(s, x, *at++);
		} else {
			char *w = plain_word(s, &at);

			ok = !strcmp(w, "as") ? placeholder(s, x, &at) : word(s, x, w);
		}
		if (!ok)
			return false;
	}
}

bool syntax_is_open(const struct syntax *x)
{
	return x->depth > 1;
}

bool syntax_end(struct source *s, struct syntax *x)
{
	if (x->depth != 1)
		return source_fail(s, "a bracket is left open");
	if (!x->stack[0]->n_kids)
		return source_fail(s, "a command without words");
	return true;
}

struct gram_node *copy_node(struct source *s, const struct gram_node *of)
{
	struct gram_node *n = pool_alloc(s->pool, sizeof(*n));
	size_t kids = 0;

	*n = *of;
	n->kids = NULL;
	for (unsigned i = 0; i < of->n_kids; i++)
		*POOL_PUSH(s->pool, n->kids, kids) = copy_node(s, of->kids[i]);
	return n;
}
