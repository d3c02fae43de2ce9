/*
 * The terminal's screen: output as lines, and the one row on which something is
 * typed, which every other line steps aside for.
 */
#include "cli/gatesh/screen.h"

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

void screen_say_lines(struct edit *e, const char *text, size_t len)
{
	e->midline = len && text[len - 1] != '\n';
	for (const char *end = text + len, *nl; text < end; text = nl) {
		nl = memchr(text, '\n', (size_t)(end - text));
		fwrite(text, 1, (size_t)((nl ? nl : end) - text), stdout);
		if (nl)
			fputs("\r\n", stdout);
		nl = nl ? nl + 1 : end;
	}
	fflush(stdout);
}

void screen_type(struct edit *e, const char *prompt, size_t len,
    void (*typing)(const struct edit *, struct row_line *))
{
	mbstate_t state = {0};

	if (e->midline)
		screen_say("\r\n", 2);
	e->midline = false;
	e->prompt_len = 0;
	for (size_t i = 0, n; i < len && e->prompt_len < CONSOLE_LINE_MAX; i += n) {
		n = mbrtowc(&e->prompt[e->prompt_len], prompt + i, len - i, &state);
		if (n == 0 || n > len) {
			memset(&state, 0, sizeof(state));
			e->prompt[e->prompt_len] = '?';
			n = 1;
		}
		e->prompt_len++;
	}
	e->typing = typing;
	e->shift = 0;
}

static void draw(struct edit *e, const struct row_line *l)
{
	struct text out = {.secret = true};

	row_lay(&e->row, l, e->sh->width, &e->shift);
	drawn_show(&e->drawn, &e->row, &out);
	if (out.len)
		screen_say(out.p, out.len);
	text_free(&out);
}

void screen_draw(struct edit *e)
{
	struct row_line l = {.prompt = e->prompt, .prompt_len = e->prompt_len};

	if (!e->typing)
		return;
	e->typing(e, &l);
	draw(e, &l);
}

void screen_typed(struct edit *e)
{
	struct row_line l = {.prompt = e->prompt, .prompt_len = e->prompt_len};

	e->typing(e, &l);
	draw(e, &l);
	if (e->shift) {
		l.cursor = 0;
		draw(e, &l);
	}
	screen_say("\r\n", 2);
	drawn_leave(&e->drawn);
	e->typing = NULL;
}

void screen_wipe(struct edit *e)
{
	struct text out = {0};

	drawn_wipe(&e->drawn, &out);
	screen_say(text_str(&out), out.len);
	text_free(&out);
	e->typing = NULL;
}

void screen_async(struct edit *e, const struct console_frame *f)
{
	void (*typing)(const struct edit *, struct row_line *) = e->typing;

	if (typing)
		screen_wipe(e);
	else if (e->midline)
		screen_say("\r\n", 2);
	screen_say_lines(e, (const char *)f->data, f->len);
	e->typing = typing;
	screen_draw(e);
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
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) < 0 || !ws.ws_col)
		return;
	e->sh->pager.width = e->sh->width = ws.ws_col;
	e->sh->window = true;
	size[0] = (uint8_t)(ws.ws_col >> 8);
	size[1] = (uint8_t)ws.ws_col;
	size[2] = (uint8_t)(ws.ws_row >> 8);
	size[3] = (uint8_t)ws.ws_row;
	shell_tell(e->sh, CONSOLE_WINSIZE, size, sizeof(size));
	if (e->typing) {
		struct text out = {0};

		drawn_resized(&e->drawn, ws.ws_col, &out);
		screen_say(text_str(&out), out.len);
		text_free(&out);
	}
	screen_draw(e);
}
