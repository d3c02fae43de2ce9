/*
 * The syntax tree of a command -> its instructions, as walk.c follows them: words and values,
 * splits and jumps, and parts in any order.
 */
#include <string.h>

#include "parser/read.h"

#define CODE_MAX 512

struct compiler {
	struct gram_code code[CODE_MAX];
	unsigned n_code;
	bool full; /* of code */
};

static unsigned emit(struct compiler *b, enum op op, const struct gram_node *n)
{
	struct gram_code *c;

	if (b->n_code == CODE_MAX) {
		b->full = true; /* refused when the command is done */
		return 0;
	}
	c = &b->code[b->n_code];
	*c = (struct gram_code){.op = (uint8_t)op, .node = n};
	return b->n_code++;
}

static void compile_seq(struct compiler *b, const struct gram_node *seq);

static void compile_choice(struct compiler *b, const struct gram_node *n)
{
	unsigned jumps = 0; /* the last one; each holds the one before it until its aim is known */

	for (unsigned i = 0; i < n->n_kids; i++) {
		bool last = i + 1 == n->n_kids;
		unsigned split = last ? 0 : emit(b, OP_SPLIT, NULL), jump;

		compile_seq(b, n->kids[i]);
		if (last)
			break;
		jump = emit(b, OP_JUMP, NULL);
		b->code[jump].a = (uint16_t)jumps;
		jumps = jump;
		b->code[split].a = (uint16_t)(split + 1);
		b->code[split].b = (uint16_t)b->n_code;
	}
	while (jumps) { /* no jump stands at 0: a split does, before it */
		unsigned before = b->code[jumps].a;

		b->code[jumps].a = (uint16_t)b->n_code;
		jumps = before;
	}
}

static void compile_perm(struct compiler *b, const struct gram_node *n)
{
	unsigned perm = emit(b, OP_PERM, n), need = 0;

	for (unsigned i = 0; i < n->n_kids; i++)
		emit(b, OP_JUMP, NULL);
	for (unsigned i = 0; i < n->n_kids && perm + 1 + i < CODE_MAX; i++) {
		const struct gram_node *part = n->kids[i];
		bool optional = part->n_kids == 1 && part->kids[0]->kind == NODE_OPTION;
		unsigned back;

		b->code[perm + 1 + i].a = (uint16_t)b->n_code;
		if (!optional)
			need |= 1u << i;
		compile_seq(b, optional ? part->kids[0] : part);
		back = emit(b, OP_BACK, NULL);
		b->code[back].a = (uint16_t)perm;
		b->code[back].b = (uint16_t)i;
	}
	b->code[perm].a = n->n_kids;
	b->code[perm].b = (uint16_t)b->n_code;
	b->code[perm].need = (uint16_t)need;
}

static void compile_node(struct compiler *b, const struct gram_node *n)
{
	unsigned split;

	switch (n->kind) {
	case NODE_WORD:
		emit(b, OP_WORD, n);
		break;
	case NODE_VALUE:
		emit(b, OP_VALUE, n);
		break;
	case NODE_OPTION:
		split = emit(b, OP_SPLIT, NULL);
		compile_seq(b, n);
		b->code[split].a = (uint16_t)(split + 1);
		b->code[split].b = (uint16_t)b->n_code;
		break;
	case NODE_CHOICE:
		compile_choice(b, n);
		break;
	case NODE_PERM:
		compile_perm(b, n);
		break;
	case NODE_SEQ:
		compile_seq(b, n);
		break;
	}
}

static void compile_seq(struct compiler *b, const struct gram_node *seq)
{
	for (unsigned i = 0; i < seq->n_kids; i++)
		compile_node(b, seq->kids[i]);
}

static bool has_key(const struct gram_node *n)
{
	if (n->key)
		return true;
	for (unsigned i = 0; i < n->n_kids; i++)
		if (has_key(n->kids[i]))
			return true;
	return false;
}

static bool check_perms(struct source *s, const struct gram_node *n, bool inside)
{
	if (n->kind == NODE_PERM && (inside || n->n_kids > 16))
		return source_fail(s, "{& } within {& }, or more than 16 parts");
	for (unsigned i = 0; i < n->n_kids; i++)
		if (!check_perms(s, n->kids[i], inside || n->kind == NODE_PERM))
			return false;
	return true;
}

/* The instructions of the whole line; from which one on a negated line may end. */
static unsigned compile_root(struct compiler *b, const struct gram_command *c)
{
	const struct gram_node *root = c->syntax;
	unsigned after_keys = 0, cut = UINT16_MAX;

	for (unsigned i = 0; i < root->n_kids; i++)
		if (has_key(root->kids[i]))
			after_keys = i + 1;
	for (unsigned i = 0; i < root->n_kids; i++) {
		bool ends = c->no == NO_DELETE && after_keys ? true
							     : root->kids[i]->kind != NODE_WORD;

		if (cut == UINT16_MAX && i >= after_keys && i > 0 && ends)
			cut = b->n_code;
		compile_node(b, root->kids[i]);
	}
	emit(b, OP_ACCEPT, NULL);
	return cut;
}

bool compile(struct source *s, struct gram_command *c)
{
	struct compiler b;

	b.n_code = 0;
	b.full = false;
	if (!check_perms(s, c->syntax, false))
		return false;
	c->cut = (uint16_t)compile_root(&b, c);
	if (b.full)
		return source_fail(s, "the command is too long");
	c->n_code = (uint16_t)b.n_code;
	c->code = pool_alloc(s->pool, b.n_code * sizeof(*c->code));
	memcpy(c->code, b.code, b.n_code * sizeof(*c->code));
	return true;
}
