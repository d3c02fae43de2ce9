/*
 * What an operator is sent: the output of his command, held back until it is
 * whole and then filtered, questions, the prompt, and the DONE that ends it.
 */
#include <stdio.h>
#include <string.h>

#include "cli/operator/operator.h"
#include "engine/wire/wire.h"

_Static_assert((int)ACT_ASK_HIDDEN == CONSOLE_ASK_HIDDEN && (int)ACT_ASK_KEY == CONSOLE_ASK_KEY,
    "an act's flags travel as they are");

/* Whatever strangers have called themselves: nothing that a terminal would obey leaves here. In
 * pieces that fit a frame. */
static void send_clean(struct operator* op, enum console_type type, const char *text, size_t len)
{
	struct text clean = {.secret = true};

	gram_add_clean(&clean, text, len);
	for (size_t at = 0; at < clean.len; at += CONSOLE_TEXT_MAX) {
		size_t n = clean.len - at;

		op->send(op->ctx, type, clean.p + at, n < CONSOLE_TEXT_MAX ? n : CONSOLE_TEXT_MAX);
	}
	text_free(&clean);
}

void operator_tell(struct operator* op, const char *text, size_t len)
{
	send_clean(op, CONSOLE_ASYNC, text, len < CONSOLE_TEXT_MAX ? len : CONSOLE_TEXT_MAX);
}

static void send_prompt(struct operator* op)
{
	char prompt[OPERATOR_PROMPT];
	size_t len = operator_prompt(op, prompt, sizeof(prompt));

	op->send(op->ctx, CONSOLE_PROMPT, prompt, len);
}

/* What was said so far. Why a command is refused passes every filter. */
static void flush(struct operator* op)
{
	if (op->filter.kind == FILTER_NONE || op->filter.kind == FILTER_JSON || op->act.refused) {
		send_clean(op, CONSOLE_TEXT, text_str(&op->act.out), op->act.out.len);
	} else {
		struct text passed = {.secret = true};

		pipe_filter_apply(&op->filter, text_str(&op->act.out), &passed);
		send_clean(op, CONSOLE_TEXT, text_str(&passed), passed.len);
		text_free(&passed);
	}
	text_clear(&op->act.out);
}

void operator_flush(struct act *a)
{
	struct operator* op = operator_of(a);

	if (op->filter.kind != FILTER_NONE)
		return;
	if (!op->live)
		op->send(op->ctx, CONSOLE_LIVE, NULL, 0);
	op->live = true;
	flush(op);
}

void operator_ask(struct act *a, unsigned flags, const char *question)
{
	struct operator* op = operator_of(a);
	uint8_t frame[512];
	struct wr w = wr_init(frame, sizeof(frame));

	wr_u8(&w, flags);
	wr_bytes(&w, question, strnlen(question, sizeof(frame) - 1));
	flush(op);
	op->live = false;
	op->send(op->ctx, CONSOLE_QUESTION, frame, wr_len(&w));
}

/* A configuration line that was refused, by whomever: the session goes on behind it. */
static void follow_refused(struct operator* op)
{
	const struct gram_match *m = &op->act.match;

	if (op->act.refused && (m->status != GRAM_OK || !m->command || !m->command->run))
		parse_state_refused(op->act.manager->gram, &op->session.place, op->line);
}

void operator_done(struct act *a)
{
	struct operator* op = operator_of(a);
	uint8_t status = a->refused;

	flush(op);
	follow_refused(op);
	operator_follow_width(op);
	pipe_filter_free(&op->filter);
	gram_match_done(&a->match);
	explicit_bzero(&a->match, sizeof(a->match));
	explicit_bzero(op->line, sizeof(op->line));
	a->answered = NULL;
	a->child = NULL;
	a->interrupt = a->drop = NULL;
	a->work = NULL;
	a->refused = false;
	a->tries = 0;
	op->busy = op->live = false;
	if (op->logoff) {
		op->send(op->ctx, CONSOLE_CLOSE, NULL, 0);
		return;
	}
	if (op->unproved) {
		op->busy = true;
		op->unproved(op);
		return;
	}
	send_prompt(op);
	op->send(op->ctx, CONSOLE_DONE, &status, 1);
}
