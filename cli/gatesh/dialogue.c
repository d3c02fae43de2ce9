/*
 * While a command runs: its output page by page, its questions and their answers,
 * ^C to stop it.
 */
#include <stdio.h>
#include <string.h>

#include "cli/gatesh/screen.h"

/* Prints held output page by page, as far as it has come. */
static void dialogue_pages(struct edit *e)
{
	struct pager *p = &e->sh->pager;
	const char *text;
	size_t len;
	int key;

	for (;;) {
		while ((text = pager_take(p, &len)))
			screen_say_lines(text, len);
		if (!p->waiting)
			return;
		screen_say(PAGER_MORE, strlen(PAGER_MORE));
		do {
			key = screen_key(e, false);
		} while (key >= 0 && !pager_key(p, (char)key));
		if (key < 0)
			return;
		screen_say(PAGER_WIPE, strlen(PAGER_WIPE));
	}
}

/* Reads an answer; false when ^C or the end came instead. */
static bool dialogue_answer(struct edit *e, unsigned flags, char *to, size_t size, size_t *len)
{
	*len = 0;
	for (;;) {
		int key = screen_key(e, false);

		if (key < 0 || key == CTRL_C)
			return false;
		if (key == '\r' || key == '\n')
			return true;
		if (key == 8 || key == 127) {
			if (*len) {
				(*len)--;
				screen_say("\b \b", 3);
			}
		} else if (key >= ' ' && *len < size) {
			to[(*len)++] = (char)key;
			screen_say(flags & CONSOLE_ASK_HIDDEN ? "*" : to + *len - 1, 1);
			if (flags & CONSOLE_ASK_KEY)
				return true;
		}
	}
}

static void dialogue_question(struct edit *e, const struct console_frame *f)
{
	char answer[CONSOLE_LINE_MAX];
	unsigned flags = f->len ? f->data[0] : 0;
	size_t len;
	bool given;

	if (f->len > 1)
		screen_say_lines((const char *)f->data + 1, f->len - 1);
	given = dialogue_answer(e, flags, answer, sizeof(answer), &len);
	screen_say("\r\n", 2);
	shell_send(e->sh, given ? CONSOLE_ANSWER : CONSOLE_INTERRUPT, answer, given ? len : 0);
	explicit_bzero(answer, sizeof(answer));
}

/* ^C among the keys that were typed ahead: they go, and the command is told to stop. */
static void dialogue_interrupt(struct edit *e)
{
	unsigned char *c = memchr(e->in + e->in_at, CTRL_C, e->in_len - e->in_at);

	if (!c)
		return;
	e->in_at = (size_t)(c - e->in) + 1;
	if (e->in_at == e->in_len)
		e->in_at = e->in_len = 0;
	shell_send(e->sh, CONSOLE_INTERRUPT, NULL, 0);
}

void dialogue_until(struct edit *e, enum console_type until, char *insert)
{
	struct console_frame f;
	bool over = false;

	pager_begin(&e->sh->pager);
	while (!over && !e->gone) {
		int got = shell_next(e->sh, &f);

		if (got < 0)
			break;
		if (got == 0) {
			dialogue_interrupt(e);
			screen_sleep(e);
			continue;
		}
		over = f.type == until;
		if (f.type == CONSOLE_TEXT || f.type == CONSOLE_HELP_TEXT) {
			pager_put(&e->sh->pager, (const char *)f.data, f.len);
			dialogue_pages(e);
		} else if (f.type == CONSOLE_ASYNC) {
			screen_async(e, &f);
		} else if (f.type == CONSOLE_QUESTION) {
			dialogue_question(e, &f);
			pager_begin(&e->sh->pager);
		} else if (f.type == CONSOLE_COMPLETION && insert) {
			memcpy(insert, f.data, f.len);
			insert[f.len] = 0;
		}
	}
}
