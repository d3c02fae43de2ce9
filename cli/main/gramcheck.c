/*
 * gramcheck: tells all that is wrong with the grammar files built in, "FILE:LINE: what" each: names
 * that nobody defines, with the nearest one that somebody does, be they the grammar's own, C
 * functions or roles; words without help; examples that do not fit. `make` runs it. With --lines it
 * prints the examples, too.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/acts/acts.h"
#include "cli/config/feed.h"
#include "cli/config/hooks.h"
#include "cli/config/own.h"
#include "parser/parser.h"

extern const char grammars_all[], grammars_all_end[];

static const char *hook_name(unsigned i)
{
	return store_functions[i].name;
}

/* Those that hear of changed rows. */
static const char *role_name(unsigned i)
{
	static const char *const roles[] = {"engine", "aaa", "keeper"};

	return i < sizeof(roles) / sizeof(roles[0]) ? roles[i] : NULL;
}

static unsigned tell(const char *errors, unsigned n)
{
	if (n)
		fprintf(stderr, "%s\n", errors);
	return n;
}

/* Every example of a line that is stored: what it ends of the sessions, the lines that lead to it,
 * and itself; tabs between them. */
static void tell_lines(const struct gram *g)
{
	for (unsigned i = 0; i < g->n_commands; i++) {
		const struct gram_command *c = g->commands[i];

		for (char **e = c->examples; c->table && e && *e; e++) {
			printf("%s:%d\t%s\t", c->file, c->line, c->disrupts ? c->disrupts : "");
			for (char **l = gram_lead(c); l && *l; l++)
				printf("%s;", *l);
			printf("\t%s\n", *e);
		}
	}
}

int main(int argc, char **argv)
{
	static const struct gram_foreign_names names[] = {{"store", hook_name},
	    {"check", hook_name}, {"run", acts_name}, {"notify", role_name}, {NULL, NULL}};
	static char errors[100000];
	struct gram *g = gram_read_foreign(grammars_all,
	    (uintptr_t)grammars_all_end - (uintptr_t)grammars_all, names, errors, sizeof(errors));
	unsigned wrong = 0;

	if (!g) {
		fprintf(stderr, "%s\n", errors);
		return 1;
	}
	wrong += tell(errors, acts_check(g, errors, sizeof(errors)));
	wrong += tell(errors, gram_check(g, errors, sizeof(errors)));
	wrong += tell(errors, !feed_fits(g, errors, sizeof(errors)));
	wrong += tell(errors, own_check(g, errors, sizeof(errors)));
	if (argc == 2 && strcmp(argv[1], "--lines") == 0)
		tell_lines(g);
	gram_free(g);
	return wrong ? 1 : 0;
}
