/*
 * The console on a terminal: libedit in front, the socket behind, one poll for
 * keys, frames and signals. The terminal stays raw from the first prompt to
 * the end (execute mode of libedit included), so that pasted text is echoed
 * once, by the line editor, however fast it comes.
 */
#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "cli/gatesh/shell.h"

#define CTRL_C 3
#define HISTORY_LINES 200

enum typed { TYPED_LINE, TYPED_CANCEL, TYPED_END, TYPED_EOF };

struct edit {
	struct shell *sh;
	EditLine *el;
	History *history;
	int signals;              /* signalfd: size changes, hang-ups */
	unsigned char in[8192];   /* keys read, not yet used */
	size_t in_at, in_len;
	mbstate_t decoding;
	bool editing;             /* the cursor stands in the line being typed */
	bool gone;                /* the terminal is */
	enum typed typed;
};

static struct edit *edit_of(EditLine *el)
{
	void *e = NULL;

	el_get(el, EL_CLIENTDATA, &e);
	return e;
}

static void say(const void *text, size_t len)
{
	fwrite(text, 1, len, stdout);
	fflush(stdout);
}

/* Lines for a terminal in whatever output mode: CR LF. */
static void say_lines(const char *text, size_t len)
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

/* Debug lines above the line being edited: wipe it, print, draw it again. */
static void edit_async(struct edit *e, const struct console_frame *f)
{
	if (e->editing) {
		const LineInfo *li = el_line(e->el);
		size_t column = strlen(e->sh->prompt) + (size_t)(li->cursor - li->buffer);
		size_t up = e->sh->pager.width ? column / e->sh->pager.width : 0;

		if (up)
			fprintf(stdout, "\033[%zuA", up);
		fputs("\r\033[J", stdout);
	}
	say_lines((const char *)f->data, f->len);
	if (e->editing)
		el_set(e->el, EL_REFRESH);
}

static void edit_signal(struct edit *e)
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

/* Sleeps until something happens and takes in keys and signals; frames are left to the caller. */
static void edit_sleep(struct edit *e)
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
		edit_signal(e);
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

static int edit_key(struct edit *e)
{
	int key;

	if (e->in_at == e->in_len)
		return -1;
	key = e->in[e->in_at++];
	if (e->in_at == e->in_len)
		e->in_at = e->in_len = 0;
	return key;
}

/* A key, waiting for it; frames that come meanwhile are taken in when they are async. -1: over. */
static int edit_wait_key(struct edit *e, bool frames)
{
	struct console_frame f;
	int key;

	for (;;) {
		key = edit_key(e);
		if (key >= 0)
			return key;
		while (frames && shell_next(e->sh, &f) > 0)
			if (f.type == CONSOLE_ASYNC || f.type == CONSOLE_TEXT)
				edit_async(e, &f);
		if (e->gone || (frames && e->sh->closed))
			return -1;
		edit_sleep(e);
	}
}

/* EL_GETCFN: one character for the line editor; 0 at the end. */
static int edit_getc(EditLine *el, wchar_t *to)
{
	struct edit *e = edit_of(el);

	for (;;) {
		int key;
		char byte;
		size_t n;

		e->editing = true;
		key = edit_wait_key(e, true);
		e->editing = false;
		if (key < 0) {
			e->typed = TYPED_EOF;
			return 0;
		}
		byte = (char)key;
		n = mbrtowc(to, &byte, 1, &e->decoding);
		if (n == (size_t)-1) {
			memset(&e->decoding, 0, sizeof(e->decoding));
			continue;
		}
		if (n != (size_t)-2)
			return 1;
	}
}

/* Prints held output page by page, as far as it has come. */
static void edit_pages(struct edit *e)
{
	struct pager *p = &e->sh->pager;
	const char *text;
	size_t len;
	int key;

	for (;;) {
		while ((text = pager_take(p, &len)))
			say_lines(text, len);
		if (!p->waiting)
			return;
		say(PAGER_MORE, strlen(PAGER_MORE));
		do {
			key = edit_wait_key(e, false);
		} while (key >= 0 && !pager_key(p, (char)key));
		if (key < 0)
			return;
		say(PAGER_WIPE, strlen(PAGER_WIPE));
	}
}

/* Reads an answer; false when ^C or the end came instead. */
static bool edit_answer(struct edit *e, unsigned flags, char *to, size_t size, size_t *len)
{
	*len = 0;
	for (;;) {
		int key = edit_wait_key(e, false);

		if (key < 0 || key == CTRL_C)
			return false;
		if (key == '\r' || key == '\n')
			return true;
		if (key == 8 || key == 127) {
			if (*len) {
				(*len)--;
				say("\b \b", 3);
			}
		} else if (key >= ' ' && *len < size) {
			to[(*len)++] = (char)key;
			say(flags & CONSOLE_ASK_HIDDEN ? "*" : to + *len - 1, 1);
			if (flags & CONSOLE_ASK_KEY)
				return true;
		}
	}
}

static void edit_question(struct edit *e, const struct console_frame *f)
{
	char answer[CONSOLE_LINE_MAX];
	unsigned flags = f->len ? f->data[0] : 0;
	size_t len;
	bool given;

	if (f->len > 1)
		say_lines((const char *)f->data + 1, f->len - 1);
	given = edit_answer(e, flags, answer, sizeof(answer), &len);
	say("\r\n", 2);
	shell_send(e->sh, given ? CONSOLE_ANSWER : CONSOLE_INTERRUPT, answer, given ? len : 0);
	explicit_bzero(answer, sizeof(answer));
}

/* ^C among the keys that were typed ahead: they go, and the command is told to stop. */
static void edit_interrupt(struct edit *e)
{
	unsigned char *c = memchr(e->in + e->in_at, CTRL_C, e->in_len - e->in_at);

	if (!c)
		return;
	e->in_at = (size_t)(c - e->in) + 1;
	if (e->in_at == e->in_len)
		e->in_at = e->in_len = 0;
	shell_send(e->sh, CONSOLE_INTERRUPT, NULL, 0);
}

/* Output until `until` has come (DONE is noted by the shell); the insertion of a COMPLETION goes to
 * `insert`. */
static void edit_until(struct edit *e, enum console_type until, char *insert)
{
	struct console_frame f;
	bool over = false;

	pager_begin(&e->sh->pager);
	while (!over && !e->gone) {
		int got = shell_next(e->sh, &f);

		if (got < 0)
			break;
		if (got == 0) {
			edit_interrupt(e);
			edit_sleep(e);
			continue;
		}
		over = f.type == until;
		if (f.type == CONSOLE_TEXT || f.type == CONSOLE_HELP_TEXT) {
			pager_put(&e->sh->pager, (const char *)f.data, f.len);
			edit_pages(e);
		} else if (f.type == CONSOLE_ASYNC) {
			edit_async(e, &f);
		} else if (f.type == CONSOLE_QUESTION) {
			edit_question(e, &f);
			pager_begin(&e->sh->pager);
		} else if (f.type == CONSOLE_COMPLETION && insert) {
			memcpy(insert, f.data, f.len);
			insert[f.len] = 0;
		}
	}
}

/* `?`: help below the line, then the line again. */
static unsigned char edit_help(EditLine *el, int ch)
{
	struct edit *e = edit_of(el);
	const LineInfo *li = el_line(el);
	size_t len = (size_t)(li->cursor - li->buffer);

	(void)ch;
	say("?\r\n", 3);
	shell_send(
	    e->sh, CONSOLE_HELP, li->buffer, len < CONSOLE_LINE_MAX ? len : CONSOLE_LINE_MAX);
	edit_until(e, CONSOLE_HELP_TEXT, NULL);
	if (e->gone || e->sh->closed)
		return CC_EOF;
	el_set(el, EL_REFRESH);
	return CC_NORM;
}

static unsigned char edit_complete(EditLine *el, int ch)
{
	struct edit *e = edit_of(el);
	const LineInfo *li = el_line(el);
	size_t len = (size_t)(li->cursor - li->buffer);
	char insert[CONSOLE_LINE_MAX + 1] = "";

	(void)ch;
	shell_send(e->sh, CONSOLE_COMPLETE, li->buffer,
	    len < CONSOLE_LINE_MAX ? len : CONSOLE_LINE_MAX);
	edit_until(e, CONSOLE_COMPLETION, insert);
	if (e->gone || e->sh->closed)
		return CC_EOF;
	if (!insert[0] || el_insertstr(el, insert) < 0)
		return CC_REFRESH_BEEP;
	return CC_REFRESH;
}

static unsigned char edit_leave_line(EditLine *el, enum typed how)
{
	edit_of(el)->typed = how;
	say("\r\n", 2);
	return CC_NEWLINE;
}

static unsigned char edit_cancel(EditLine *el, int ch)
{
	(void)ch;
	return edit_leave_line(el, TYPED_CANCEL);
}

static unsigned char edit_end(EditLine *el, int ch)
{
	(void)ch;
	return edit_leave_line(el, TYPED_END);
}

/* ^D: log off on an empty line, else delete the character below the cursor. */
static unsigned char edit_delete(EditLine *el, int ch)
{
	const LineInfo *li = el_line(el);

	(void)ch;
	if (li->lastchar == li->buffer)
		return edit_leave_line(el, TYPED_EOF);
	if (li->cursor == li->lastchar)
		return CC_REFRESH_BEEP;
	el_cursor(el, 1);
	el_deletestr(el, 1);
	return CC_REFRESH;
}

static char *edit_prompt(EditLine *el)
{
	return edit_of(el)->sh->prompt;
}

static bool edit_start(struct edit *e)
{
	sigset_t mask;
	HistEvent ev;

	sigemptyset(&mask);
	sigaddset(&mask, SIGWINCH);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGINT);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	e->signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	setlocale(LC_CTYPE, "C.UTF-8");
	e->history = history_init();
	e->el = el_init("gatesh", stdin, stdout, stderr);
	if (e->signals < 0 || !e->history || !e->el)
		return false;
	history(e->history, &ev, H_SETSIZE, HISTORY_LINES);
	history(e->history, &ev, H_SETUNIQUE, 1);
	el_set(e->el, EL_CLIENTDATA, e);
	el_set(e->el, EL_SIGNAL, 0);
	el_set(e->el, EL_EDITOR, "emacs");
	el_set(e->el, EL_PROMPT, edit_prompt);
	el_set(e->el, EL_HIST, history, e->history);
	el_set(e->el, EL_GETCFN, edit_getc);
	el_set(e->el, EL_SETTY, "-d", "-isig", NULL);
	el_set(e->el, EL_SETTY, "-x", "-isig", "-icanon", "-echo", NULL);
	el_set(e->el, EL_ADDFN, "gate-help", "Explain what may follow", edit_help);
	el_set(e->el, EL_ADDFN, "gate-complete", "Complete the word", edit_complete);
	el_set(e->el, EL_ADDFN, "gate-cancel", "Drop the line", edit_cancel);
	el_set(e->el, EL_ADDFN, "gate-end", "Leave configuration mode", edit_end);
	el_set(e->el, EL_ADDFN, "gate-delete", "Delete a character or log off", edit_delete);
	el_set(e->el, EL_BIND, "?", "gate-help", NULL);
	el_set(e->el, EL_BIND, "^I", "gate-complete", NULL);
	el_set(e->el, EL_BIND, "^C", "gate-cancel", NULL);
	el_set(e->el, EL_BIND, "^Z", "gate-end", NULL);
	el_set(e->el, EL_BIND, "^D", "gate-delete", NULL);
	el_set(e->el, EL_BIND, "^W", "ed-delete-prev-word", NULL);
	el_set(e->el, EL_BIND, "^R", "em-inc-search-prev", NULL);
	return true;
}

/* One prompt, one line, its output. False when the session is over. */
static bool edit_line(struct edit *e)
{
	const char *line;
	size_t len;
	int n = 0;
	HistEvent ev;

	e->typed = TYPED_LINE;
	line = el_gets(e->el, &n);
	if (e->gone || e->sh->closed)
		return false;
	if (e->typed == TYPED_EOF || (!line && e->typed == TYPED_LINE)) {
		shell_send(e->sh, CONSOLE_BYE, NULL, 0);
	} else if (e->typed == TYPED_CANCEL) {
		return true;
	} else if (e->typed == TYPED_END) {
		shell_send(e->sh, CONSOLE_LINE, "end", 3);
	} else {
		len = strcspn(line, "\r\n");
		if (len > CONSOLE_LINE_MAX)
			len = CONSOLE_LINE_MAX;
		if (strspn(line, " \t") < len)
			history(e->history, &ev, H_ENTER, line);
		shell_send(e->sh, CONSOLE_LINE, line, len);
	}
	edit_until(e, CONSOLE_DONE, NULL);
	return !e->gone && !e->sh->closed;
}

/* After a reload, or when the manager has gone and is started anew: the console comes back. */
static bool edit_again(struct edit *e, const char *path)
{
	enum { TRIES = 150, WAIT_MS = 100 };

	if (!e->gone && !e->sh->over)
		say("\r\n", 2); /* the last prompt stands there */
	for (int i = 0; i < TRIES && !e->gone && !e->sh->over; i++) {
		if (shell_reopen(e->sh, path))
			return true;
		if (poll(&(struct pollfd){.fd = e->signals, .events = POLLIN}, 1, WAIT_MS) > 0)
			edit_signal(e);
	}
	return false;
}

int edit_run(struct shell *sh, const char *path)
{
	struct edit e = {.sh = sh, .signals = -1};
	struct termios was;
	bool saved = tcgetattr(STDIN_FILENO, &was) == 0;

	if (edit_start(&e)) {
		do {
			shell_hello(sh, CONSOLE_KIND_CONSOLE, true);
			edit_until(&e, CONSOLE_DONE, NULL);
			while (!e.gone && !sh->closed && edit_line(&e))
				;
		} while (edit_again(&e, path));
	}
	fflush(stdout);
	if (e.el)
		el_end(e.el);
	if (e.history)
		history_end(e.history);
	if (saved)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &was);
	if (e.signals >= 0)
		close(e.signals);
	explicit_bzero(e.in, sizeof(e.in));
	return 0;
}
