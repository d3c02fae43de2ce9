/*
 * The console on a terminal: the line editor in front, the socket behind. The
 * terminal stays raw from the first prompt to the end, while commands run, too.
 */
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "cli/gatesh/screen.h"

static bool edit_start(struct edit *e)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGWINCH);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGINT);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	e->signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	setlocale(LC_CTYPE, "C.UTF-8");
	return e->signals >= 0 && editor_open(e);
}

/* Where ^Z leaves something: as the prompt says. */
static bool in_configuration(const struct edit *e)
{
	return strstr(e->sh->prompt, ")#") != NULL;
}

/* One prompt, one line, its output. False when the session is over. */
static bool edit_line(struct edit *e)
{
	editor_read(e);
	if (e->gone || e->sh->closed)
		return false;
	switch (e->typed) {
	case TYPED_CANCEL:
		return true;
	case TYPED_EOF:
		shell_send(e->sh, CONSOLE_BYE, NULL, 0);
		break;
	case TYPED_END:
		if (!in_configuration(e))
			return true;
		shell_send(e->sh, CONSOLE_LINE, "end", 3);
		break;
	case TYPED_LINE:
		if (e->line[strspn(e->line, " \t")])
			recall_add(e, e->line);
		shell_send(e->sh, CONSOLE_LINE, e->line, strlen(e->line));
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
	drawn_leave(&e->drawn);
	for (int i = 0; i < TRIES && !e->gone && !e->sh->over && !e->sh->by_token; i++) {
		if (shell_reopen(e->sh, path))
			return true;
		if (poll(&(struct pollfd){.fd = e->signals, .events = POLLIN}, 1, WAIT_MS) > 0)
			screen_signal(e);
	}
	return false;
}

int edit_run(struct shell *sh, const char *path)
{
	struct edit *e = calloc(1, sizeof(*e));
	struct termios was;
	bool saved = tcgetattr(STDIN_FILENO, &was) == 0;

	if (!e)
		return EXIT_TROUBLE;
	e->sh = sh;
	e->signals = -1;
	if (edit_start(e)) {
		do {
			shell_hello(sh, CONSOLE_KIND_CONSOLE, true);
			dialogue_until(e, CONSOLE_DONE, NULL);
			while (!e->gone && !sh->closed && edit_line(e))
				;
		} while (edit_again(e, path));
	}
	fflush(stdout);
	editor_close(e);
	if (saved)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &was);
	if (e->signals >= 0)
		close(e->signals);
	explicit_bzero(e, sizeof(*e));
	free(e);
	return 0;
}
