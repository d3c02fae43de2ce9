/*
 * A typed line against the built-in grammar: the first byte chooses the mode,
 * the second the privilege and what is asked (Enter, `?`, Tab). Whatever is typed,
 * a caret stands within the line, values are texts, Tab only adds to the line, and a
 * refused line leads into no other mode.
 */
#include <stdlib.h>
#include <string.h>

#include "parser/parser.h"

extern const char grammars_all[], grammars_all_end[];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void enter(struct parse_state *state, const struct gram *g, const struct gram_mode *mode)
{
	struct gram_match m;

	parse_state_init(state, g, mode != g->exec);
	for (char **line = mode->example; line && *line; line++) {
		gram_match(g, state, 15, *line, &m);
		if (m.status == GRAM_OK)
			parse_state_advance(g, state, &m);
		gram_match_done(&m);
	}
}

/* The line is refused: the session stays or goes up, and what is indented below it is refused. */
static void refuse(const struct gram *g, struct parse_state *state, int privilege, const char *line)
{
	struct gram_match m;
	uint8_t depth = state->depth;
	char below[2 * GRAM_LINE_MAX];
	size_t blanks = strspn(line, " ");

	parse_state_refused(g, state, line);
	if (state->depth > depth || (depth && !state->depth))
		abort();
	if (!depth || !line[blanks] || strlen(line) + 10 >= GRAM_LINE_MAX)
		return;
	memset(below, ' ', blanks + 1);
	strcpy(below + blanks + 1, "hostname x");
	gram_match(g, state, privilege, below, &m);
	if (m.status != GRAM_ORPHAN && line[blanks] > ' ')
		abort();
	gram_match_done(&m);
}

static void enter_key(const struct gram *g, struct parse_state *state, int privilege,
    const char *line)
{
	struct gram_match m;
	char error[2 * GRAM_LINE_MAX];

	gram_match(g, state, privilege, line, &m);
	if (m.status == GRAM_OK) {
		if (!m.command || m.command->privilege > privilege)
			abort();
		for (unsigned i = 0; i < m.n_args; i++)
			if (!m.args[i].text || !m.args[i].name)
				abort();
		parse_state_advance(g, state, &m);
		if (state->depth >= GRAM_DEPTH_MAX || !parse_state_mode(state))
			abort();
	} else if (m.status == GRAM_INVALID && m.caret > strlen(line)) {
		abort();
	}
	if (gram_error(&m, line, 20, error, sizeof(error)) >= sizeof(error))
		abort();
	if (m.status != GRAM_OK && m.status != GRAM_EMPTY)
		refuse(g, state, privilege, line);
	gram_match_done(&m);
}

static void ignore(void *ctx, const char *text, size_t len)
{
	*(size_t *)ctx += len + (size_t)text[0];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gram *g;
	char line[GRAM_LINE_MAX + 8], add[GRAM_LINE_MAX], error[200];
	struct parse_state state;
	size_t written = 0;
	struct gram_out out = {ignore, &written};

	if (!g)
		g = gram_read(grammars_all, (size_t)(grammars_all_end - grammars_all), error,
		    sizeof(error));
	if (!g)
		abort();
	if (size < 2 || size - 2 >= sizeof(line) || memchr(data, '\n', size))
		return 0;
	memcpy(line, data + 2, size - 2);
	line[size - 2] = '\0';
	enter(&state, g, g->modes[data[0] % g->n_modes]);
	switch (data[1] >> 4 & 3) {
	case 0:
		gram_help(g, &state, data[1] & 15, line, NULL, 80, &out);
		break;
	case 1:
		gram_complete(g, &state, data[1] & 15, line, NULL, add, sizeof(add));
		break;
	default:
		enter_key(g, &state, data[1] & 15, line);
	}
	return 0;
}
