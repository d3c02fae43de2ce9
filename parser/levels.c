/* Privilege levels of commands: whose line begins with which words. */
#include <strings.h>

#include "parser/internal.h"

/* May a line go on with these words at that instruction? */
static bool from(const struct gram_command *c, unsigned pc, const char *const *words, unsigned n)
{
	while (n) {
		const struct gram_code *i = &c->code[pc];

		switch (i->op) {
		case OP_WORD:
			if (strcasecmp(i->node->text, words[0]) != 0)
				return false;
			words++;
			n--;
			pc++;
			break;
		case OP_SPLIT:
			if (from(c, i->a, words, n))
				return true;
			pc = i->b;
			break;
		case OP_JUMP:
			pc = i->a;
			break;
		case OP_PERM:
			for (unsigned k = 0; k < i->a; k++)
				if (from(c, c->code[pc + 1 + k].a, words, n))
					return true;
			pc = i->b;
			break;
		case OP_BACK:
			pc = c->code[i->a].b;
			break;
		default: /* a value, or the end */
			return false;
		}
	}
	return true;
}

const char *gram_keyword(const struct gram_command *c, unsigned i)
{
	for (unsigned pc = 0; pc < c->n_code && c->code[pc].op == OP_WORD; pc++)
		if (pc == i)
			return c->code[pc].node->text;
	return NULL;
}

bool gram_begins(const struct gram_command *c, const char *const *words, unsigned n)
{
	return from(c, 0, words, n);
}
