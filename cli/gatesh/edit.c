/*
 * The console on a terminal: libedit in front, the socket behind. The terminal
 * stays raw from the first prompt to the end (execute mode of libedit included),
 * so that pasted text is echoed once, by the line editor, however fast it comes.
 */
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "cli/gatesh/screen.h"

#define HISTORY_LINES 200

static struct edit *edit_of(EditLine *el)
{
	void *e = NULL;

	el_get(el, EL_CLIENTDATA, &e);
	return e;
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
		key = screen_key(e, true);
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

/* `?`: help below the line, then the line again. */
static unsigned char edit_help(EditLine *el, int ch)
{
	struct edit *e = edit_of(el);
	const LineInfo *li = el_line(el);
	size_t len = (size_t)(li->cursor - li->buffer);

	(void)ch;
	screen_say("?\r\n", 3);
	shell_send(
	    e->sh, CONSOLE_HELP, li->buffer, len < CONSOLE_LINE_MAX ? len : CONSOLE_LINE_MAX);
	dialogue_until(e, CONSOLE_HELP_TEXT, NULL);
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
	dialogue_until(e, CONSOLE_COMPLETION, insert);
	if (e->gone || e->sh->closed)
		return CC_EOF;
	if (!insert[0] || el_insertstr(el, insert) < 0)
		return CC_REFRESH_BEEP;
	return CC_REFRESH;
}

static unsigned char edit_leave_line(EditLine *el, enum typed how)
{
	edit_of(el)->typed = how;
	screen_say("\r\n", 2);
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
	dialogue_until(e, CONSOLE_DONE, NULL);
	return !e->gone && !e->sh->closed;
}

/* After a reload, or when the manager has gone and is started anew: the console comes back. */
static bool edit_again(struct edit *e, const char *path)
{
	enum { TRIES = 150, WAIT_MS = 100 };

	if (!e->gone && !e->sh->over)
		screen_say("\r\n", 2); /* the last prompt stands there */
	for (int i = 0; i < TRIES && !e->gone && !e->sh->over; i++) {
		if (shell_reopen(e->sh, path))
			return true;
		if (poll(&(struct pollfd){.fd = e->signals, .events = POLLIN}, 1, WAIT_MS) > 0)
			screen_signal(e);
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
			dialogue_until(&e, CONSOLE_DONE, NULL);
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
