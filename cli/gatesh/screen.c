/*
 * The terminal of a person: one poll for keys, frames and signals. Keys are taken
 * in as they come and used later, so that nothing typed ahead is lost.
 */
#include "cli/gatesh/screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

void screen_say(const void *text, size_t len)
{
	fwrite(text, 1, len, stdout);
	fflush(stdout);
}

void screen_say_lines(const char *text, size_t len)
{
	for (const char *end = text + len, *nl; text < end; text = nl) {
		nl = memchr(text, '\n', (size_t)(end - text));
		fwrite(text, 1, (size_t)((nl ? nl : end) - text), stdout);
		if (nl)
			fputs("\r\n", stdout);
		nl = nl ? nl + 1 : end;
	}
	fflush(stdout);
}

void screen_async(struct edit *e, const struct console_frame *f)
{
	if (e->editing) {
		const LineInfo *li = el_line(e->el);
		size_t column = strlen(e->sh->prompt) + (size_t)(li->cursor - li->buffer);
		size_t up = e->sh->pager.width ? column / e->sh->pager.width : 0;

		if (up)
			fprintf(stdout, "\033[%zuA", up);
		fputs("\r\033[J", stdout);
	}
	screen_say_lines((const char *)f->data, f->len);
	if (e->editing)
		el_set(e->el, EL_REFRESH);
}

void screen_signal(struct edit *e)
{
	struct signalfd_siginfo si;
	struct winsize ws;
	uint8_t size[4];

	if (read(e->signals, &si, sizeof(si)) != sizeof(si))
		return;
	if (si.ssi_signo != SIGWINCH) {
		e->gone = true;
		return;
	}
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) < 0)
		return;
	e->sh->pager.width = ws.ws_col;
	el_resize(e->el);
	size[0] = (uint8_t)(ws.ws_col >> 8);
	size[1] = (uint8_t)ws.ws_col;
	size[2] = (uint8_t)(ws.ws_row >> 8);
	size[3] = (uint8_t)ws.ws_row;
	if (!e->sh->closed) {
		bool done = e->sh->done;

		shell_send(e->sh, CONSOLE_WINSIZE, size, sizeof(size));
		e->sh->done = done;
	}
}

void screen_sleep(struct edit *e)
{
	struct pollfd p[3] = {
	    {.fd = e->sh->fd, .events = POLLIN},
	    {.fd = e->signals, .events = POLLIN},
	    {.fd = e->in_len < sizeof(e->in) ? STDIN_FILENO : -1, .events = POLLIN},
	};
	ssize_t n;

	fflush(stdout);
	if (poll(p, 3, -1) < 0)
		return;
	if (p[1].revents)
		screen_signal(e);
	if (!p[2].revents)
		return;
	if (e->in_at) {
		memmove(e->in, e->in + e->in_at, e->in_len - e->in_at);
		e->in_len -= e->in_at;
		e->in_at = 0;
	}
	n = read(STDIN_FILENO, e->in + e->in_len, sizeof(e->in) - e->in_len);
	if (n > 0)
		e->in_len += (size_t)n;
	else if (n == 0 || errno != EINTR)
		e->gone = true;
}

static int typed_ahead(struct edit *e)
{
	int key;

	if (e->in_at == e->in_len)
		return -1;
	key = e->in[e->in_at++];
	if (e->in_at == e->in_len)
		e->in_at = e->in_len = 0;
	return key;
}

int screen_key(struct edit *e, bool frames)
{
	struct console_frame f;
	int key;

	for (;;) {
		key = typed_ahead(e);
		if (key >= 0)
			return key;
		while (frames && shell_next(e->sh, &f) > 0)
			if (f.type == CONSOLE_ASYNC || f.type == CONSOLE_TEXT)
				screen_async(e, &f);
		if (e->gone || (frames && e->sh->closed))
			return -1;
		screen_sleep(e);
	}
}
