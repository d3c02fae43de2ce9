/*
 * `mode` blocks as written. The parent and the row are names until build.c has looked them up.
 */
#include <string.h>

#include "parser/read.h"

static void example_line(struct source *s, const char *at)
{
	struct gram_mode *m = s->mode;
	size_t n = 0;

	while (m->example && m->example[n])
		n++;
	*POOL_PUSH(s->pool, m->example, n) = rest_of_line(s, at);
	*POOL_PUSH(s->pool, m->example, n) = NULL;
	if (!*m->example[n - 2])
		source_fail(s, "an example without words");
}

void mode_line(struct source *s, const char *at)
{
	struct gram_mode *m = s->mode;
	const struct {
		const char *name, **to;
		struct gram_place *place; /* of a name that is looked up later */
	} lines[] = {
	    {"parent", &m->parent_name, &m->parent_at},
	    {"row", &m->row_name, &m->row_at},
	    {"prompt", &m->prompt, NULL},
	    {"title", &m->title, NULL},
	    {"heading", &m->heading, NULL},
	};
	struct nearest near;
	bool quoted;
	char *w = next_word(s, &at, &quoted);

	if (!strcmp(w, "example")) {
		example_line(s, at);
		return;
	}
	if (!strcmp(w, "data")) {
		m->data = line_ends(s, at);
		return;
	}
	nearest_init(&near, w);
	nearest_offer(&near, "example");
	nearest_offer(&near, "data");
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		nearest_offer(&near, lines[i].name);
		if (strcmp(w, lines[i].name))
			continue;
		*lines[i].to = only_word(s, at, w, &quoted);
		if (lines[i].place)
			*lines[i].place = s->at;
		return;
	}
	source_fail(s, "`%s`: not understood in a mode%s", w, nearest_text(&near));
}

bool mode_start(struct source *s, const char *at)
{
	struct gram *g = s->gram;
	bool quoted;
	char *name = next_word(s, &at, &quoted);
	struct gram_mode *m;
	size_t n = g->n_modes;

	if (!name || gram_mode(g, name))
		return source_fail(s, "a mode without a name, or a second `%s`", name ? name : "");
	m = s->mode = pool_alloc(s->pool, sizeof(*m));
	m->name = name;
	m->heading = name;
	m->prompt = "";
	m->at = s->at;
	m->index = g->n_modes;
	*POOL_PUSH(s->pool, g->modes, n) = m;
	g->n_modes = (uint16_t)n;
	return line_ends(s, at);
}
