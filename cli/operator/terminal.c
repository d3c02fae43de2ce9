/* What an operator's terminal is like: its width, lines a page, and its prompt. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/operator/operator.h"

/* ---- prompt --------------------------------------------------------------------- */

/* What a word of `prompt` puts there; NULL: nothing on an appliance that stands alone, without
 * contexts. */
static const char *part(const struct own *own, const char *word)
{
	if (strcmp(word, "hostname") == 0)
		return own->hostname;
	if (strcmp(word, "domain") == 0)
		return own->domain[0] ? own->domain : NULL;
	if (strcmp(word, "priority") == 0)
		return "pri";
	if (strcmp(word, "state") == 0)
		return "actNoFailover";
	return NULL;
}

size_t operator_prompt(const struct operator* op, char *buf, size_t size)
{
	const struct own *own = &op->act.manager->running.delivery.own;
	char words[sizeof(own->prompt)], *at = words;
	struct text t = {0};
	size_t len;

	memcpy(words, own->prompt, sizeof(words));
	for (char *word; (word = strsep(&at, " "));) {
		const char *s = part(own, word);

		if (s)
			text_addf(&t, "%s%s", t.len ? "/" : "", s);
	}
	text_addf(&t, "%s%c ", parse_state_prompt(&op->session.place),
	    op->session.privilege > PRIVILEGE_USER ? '#' : '>');
	len = t.len < size ? t.len : size - 1;
	memcpy(buf, text_str(&t), len);
	buf[len] = 0;
	text_free(&t);
	return len;
}

unsigned operator_prompt_width(const struct operator* op)
{
	char prompt[OPERATOR_PROMPT];

	return op->kind == CONSOLE_KIND_SCRIPT
		   ? 0
		   : (unsigned)operator_prompt(op, prompt, sizeof(prompt));
}

/* ---- width, pages ------------------------------------------------------------------ */

static void send_u16(struct operator* op, enum console_type type, uint16_t n)
{
	uint8_t b[2] = {(uint8_t)(n >> 8), (uint8_t)n};

	op->send(op->ctx, type, b, sizeof(b));
}

void operator_winsize(struct operator* op, uint16_t width)
{
	if (op->interactive && width)
		op->session.width = width;
}

void operator_set_width(struct act *a, uint16_t columns)
{
	struct operator* op = operator_of(a);

	a->session->width = columns;
	if (op->interactive)
		send_u16(op, CONSOLE_WIDTH, columns);
}

void operator_set_pager(struct act *a, uint16_t lines)
{
	a->session->pager = lines;
	send_u16(operator_of(a), CONSOLE_PAGER, lines);
}

/* `pager lines N` of the configuration, 0 with `no pager`. */
static uint16_t configured_pager(struct db *db)
{
	char paged[4] = "1", lines[16] = "24";
	long n;

	db_get(db, "system", "paged", NULL, 0, paged, sizeof(paged));
	db_get(db, "system", "lines", NULL, 0, lines, sizeof(lines));
	n = paged[0] == '0' ? 0 : strtol(lines, NULL, 10);
	return n > UINT16_MAX ? UINT16_MAX : (uint16_t)n;
}

void operator_terminal(struct operator* op, uint16_t window)
{
	unsigned configured = op->act.manager->running.delivery.own.width;

	op->session.width = (uint16_t)configured;
	if (!op->interactive)
		return;
	operator_set_width(&op->act, window ? window : (uint16_t)configured);
	operator_set_pager(&op->act, configured_pager(op->act.manager->running.db));
}

void operator_follow_width(struct operator* op)
{
	const struct gram_match *m = &op->act.match;

	if (!op->act.refused && m->status == GRAM_OK && m->command && !m->command->run &&
	    m->command->table && strcmp(m->command->table->name, "terminal") == 0)
		operator_set_width(&op->act, (uint16_t)op->act.manager->running.delivery.own.width);
}
