/*
 * Drafts: a line of a grammar with its attributes as written. Each is made from the one above it,
 * and becomes a command when no line stands below it.
 */
#include <stdio.h>
#include <string.h>

#include "parser/read.h"

struct draft *new_draft(struct source *s, const struct draft *like)
{
	struct draft *d = pool_alloc(s->pool, sizeof(*d));
	struct gram_command *c = pool_alloc(s->pool, sizeof(*c));

	*d = *like;
	*c = *like->command;
	d->command = c;
	return d;
}

/* What a level starts with: all that the one above says to those below it, in arrays of its own, so
 * that what is added here is not added there. */
struct draft *inherit_draft(struct source *s, const struct draft *above)
{
	struct draft *d = new_draft(s, above);

	d->set = NULL;
	d->warn = NULL;
	d->n_set = d->n_warn = 0;
	for (size_t i = 0; i < above->n_set; i++)
		*POOL_PUSH(s->pool, d->set, d->n_set) = above->set[i];
	for (size_t i = 0; i < above->n_warn; i++)
		*POOL_PUSH(s->pool, d->warn, d->n_warn) = above->warn[i];
	if (above->n_examples)
		d->example_start = above->examples[0];
	d->examples = NULL;
	d->n_examples = 0;
	return d;
}

/* The examples, written out behind what the levels above begin them with. */
void put_examples(struct source *s, struct draft *d)
{
	struct gram_command *c = d->command;
	size_t n = 0;

	for (size_t i = 0; i < d->n_examples; i++) {
		const char *start = d->example_start ? d->example_start : "",
			   *rest = d->examples[i];
		const char *no = d->example_start && !strncmp(rest, "no ", 3) ? "no " : "";
		size_t size = strlen(start) + strlen(rest) + 8;
		char *line = pool_alloc(s->pool, size);

		snprintf(line, size, "%s%s%s%s", no, start, *start ? " " : "", rest + strlen(no));
		*POOL_PUSH(s->pool, c->examples, n) = line;
	}
	if (n)
		*POOL_PUSH(s->pool, c->examples, n) = NULL;
}
