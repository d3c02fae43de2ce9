/*
 * Names that a grammar uses and others define: C functions, roles. Those are
 * not known here; who knows them gives lists. /
 */
#include <string.h>

#include "parser/read.h"

/* The kind of a foreign name, when it is one of those asked for. */
static const struct gram_foreign_names *find_kind(const struct gram_foreign_names *all,
    const char *kind)
{
	while (all->kind && strcmp(all->kind, kind))
		all++;
	return all->kind ? all : NULL;
}

void check_foreign(struct source *s, const struct gram_foreign_names *all)
{
	const struct gram *g = s->gram;

	for (unsigned i = 0; i < g->n_foreign; i++) {
		const struct gram_foreign *f = &g->foreign[i];
		const struct gram_foreign_names *names = find_kind(all, f->kind);
		struct nearest near;
		const char *name = names ? names->name(0) : NULL;

		nearest_init(&near, f->name);
		for (unsigned k = 1; name && strcmp(name, f->name); name = names->name(k++))
			nearest_offer(&near, name);
		s->at = f->at;
		if (names && !name)
			source_fail(
			    s, "%s %s is not there%s", f->kind, f->name, nearest_text(&near));
	}
}

unsigned gram_check_foreign(const struct gram *g, const struct gram_foreign_names *all, char *error,
    size_t size)
{
	struct source s = {
	    .gram = (struct gram *)(uintptr_t)g, .error = error, .error_size = size};

	if (size)
		error[0] = '\0';
	check_foreign(&s, all);
	return s.errors;
}
