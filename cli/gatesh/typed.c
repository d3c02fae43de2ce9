/*
 * The console without a terminal: lines come from a pipe and are echoed behind
 * the prompt, so that the output reads like a device's. `?` acts at once here
 * too. Debug lines are printed as they come, also while no input arrives.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/gatesh/shell.h"

struct typed {
	struct shell *sh;
	char in[CONSOLE_LINE_MAX]; /* read, not yet used */
	size_t len;
	bool eof, echo;
	bool midline; /* the screen's last line is a prompt */
	bool cut;     /* the line was longer than the buffer: its rest is dropped as it comes */
};

/* `n` more bytes were read; the rest of an over-long line is none of them. */
static void typed_add(struct typed *t, size_t n)
{
	char *at = t->in + t->len, *nl;

	if (t->cut) {
		nl = memchr(at, '\n', n);
		t->cut = !nl;
		if (!nl)
			return;
		n -= (size_t)(nl + 1 - at);
		memmove(at, nl + 1, n);
	}
	t->len += n;
}

/* Sleeps until the manager or (when `input`) the pipe has something. */
static void typed_sleep(struct typed *t, bool input)
{
	struct pollfd p[2] = {
	    {.fd = t->sh->fd, .events = POLLIN},
	    {.fd = input && !t->eof && t->len < sizeof(t->in) ? STDIN_FILENO : -1,
		.events = POLLIN},
	};
	ssize_t n;

	if (poll(p, 2, -1) < 0 || !p[1].revents)
		return;
	n = read(STDIN_FILENO, t->in + t->len, sizeof(t->in) - t->len);
	if (n > 0)
		typed_add(t, (size_t)n);
	else if (n == 0 || errno != EINTR)
		t->eof = true;
}

static void typed_question(struct typed *, const struct console_frame *);

/* Takes in what the manager sent. */
static void typed_frames(struct typed *t, bool *help_done)
{
	struct console_frame f;

	while (!t->sh->closed && !t->sh->done && !*help_done && shell_next(t->sh, &f) > 0) {
		if (f.type == CONSOLE_TEXT || f.type == CONSOLE_HELP_TEXT)
			put_bytes(STDOUT_FILENO, f.data, f.len);
		if (f.type == CONSOLE_HELP_TEXT)
			*help_done = true;
		if (f.type == CONSOLE_ASYNC)
			put_bytes(STDOUT_FILENO, f.data, f.len);
		if (f.type == CONSOLE_QUESTION)
			typed_question(t, &f);
	}
}

static void typed_wait(struct typed *t)
{
	bool help_done = false;

	for (;;) {
		typed_frames(t, &help_done);
		if (t->sh->done || t->sh->closed || help_done)
			return;
		typed_sleep(t, false);
	}
}

/* Debug lines between commands: on lines of their own, the prompt again below. */
static void typed_async(struct typed *t)
{
	struct console_frame f;

	while (!t->sh->closed && shell_next(t->sh, &f) > 0) {
		if (f.type != CONSOLE_ASYNC && f.type != CONSOLE_TEXT)
			continue;
		if (t->midline)
			put_bytes(STDOUT_FILENO, "\n", 1);
		put_bytes(STDOUT_FILENO, f.data, f.len);
		put_bytes(STDOUT_FILENO, t->sh->prompt, strlen(t->sh->prompt));
		t->midline = true;
	}
}

/* The length of the next line and of its end mark; false at the end of the input. */
static bool typed_line(struct typed *t, bool async, size_t *len, size_t *whole)
{
	for (;;) {
		char *nl = memchr(t->in, '\n', t->len);

		if (nl || t->len == sizeof(t->in) || (t->eof && t->len)) {
			t->cut = !nl && !t->eof;
			*len = nl ? (size_t)(nl - t->in) : t->len;
			*whole = nl ? *len + 1 : *len;
			if (*len && t->in[*len - 1] == '\r')
				(*len)--;
			return true;
		}
		if (t->eof || t->sh->closed)
			return false;
		typed_sleep(t, true);
		if (async)
			typed_async(t);
	}
}

static void typed_drop(struct typed *t, size_t n)
{
	memmove(t->in, t->in + n, t->len - n);
	explicit_bzero(t->in + t->len - n, n);
	t->len -= n;
}

static void typed_question(struct typed *t, const struct console_frame *f)
{
	bool hidden = f->len && (f->data[0] & CONSOLE_ASK_HIDDEN);
	size_t len, whole;

	if (f->len > 1)
		put_bytes(STDOUT_FILENO, f->data + 1, f->len - 1);
	if (!typed_line(t, false, &len, &whole)) {
		shell_send(t->sh, CONSOLE_INTERRUPT, NULL, 0);
		put_bytes(STDOUT_FILENO, "\n", 1);
		return;
	}
	for (size_t i = 0; t->echo && i < len; i++)
		put_bytes(STDOUT_FILENO, hidden ? "*" : t->in + i, 1);
	if (t->echo)
		put_bytes(STDOUT_FILENO, "\n", 1);
	shell_send(t->sh, CONSOLE_ANSWER, t->in, len);
	typed_drop(t, whole);
}

/* `?` in a line: help for the text before it; the text itself stays typed. */
static size_t typed_help(struct typed *t, size_t len)
{
	char *mark;

	while ((mark = memchr(t->in, '?', len))) {
		size_t at = (size_t)(mark - t->in);

		if (t->echo) {
			put_bytes(STDOUT_FILENO, t->in, at + 1);
			put_bytes(STDOUT_FILENO, "\n", 1);
		}
		shell_send(t->sh, CONSOLE_HELP, t->in, at);
		typed_wait(t);
		put_bytes(STDOUT_FILENO, t->sh->prompt, strlen(t->sh->prompt));
		memmove(mark, mark + 1, t->len - at - 1);
		t->len--;
		len--;
		if (at == len) { /* nothing follows: the line was only a question */
			if (t->echo)
				put_bytes(STDOUT_FILENO, t->in, len);
			return len;
		}
	}
	if (t->echo)
		put_bytes(STDOUT_FILENO, t->in, len);
	return len;
}

int typed_run(struct shell *sh)
{
	struct typed t = {.sh = sh, .echo = !isatty(STDIN_FILENO)};
	size_t len, whole, kept;

	shell_hello(sh, CONSOLE_KIND_CONSOLE, false);
	typed_wait(&t);
	while (!sh->closed) {
		put_bytes(STDOUT_FILENO, sh->prompt, strlen(sh->prompt));
		t.midline = true;
		if (!typed_line(&t, true, &len, &whole)) {
			shell_send(sh, CONSOLE_BYE, NULL, 0);
			typed_wait(&t);
			break;
		}
		kept = typed_help(&t, len);
		if (t.echo)
			put_bytes(STDOUT_FILENO, "\n", 1);
		t.midline = false;
		shell_send(sh, CONSOLE_LINE, t.in, kept);
		typed_drop(&t, whole - (len - kept));
		typed_wait(&t);
	}
	explicit_bzero(t.in, sizeof(t.in));
	return sh->by_token && sh->refused ? EXIT_REFUSED : 0;
}
