/*
 * `gatesh -c` and `gatesh FILE`: no prompts, no pager. Questions are put to
 * standard input; its end answers none of them, and the command that asked does
 * nothing: what needs no answer says so (`reload noconfirm`).
 */
#include "cli/gatesh/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "parser/text.h"

/* Asks on the terminal (or whatever feeds standard input) and sends the line that comes. */
static void batch_question(struct shell *sh, const struct console_frame *f)
{
	bool hidden = f->len && (f->data[0] & CONSOLE_ASK_HIDDEN);
	char line[CONSOLE_LINE_MAX];
	struct termios was, quiet;
	bool tty = hidden && tcgetattr(STDIN_FILENO, &was) == 0, ended = false;
	size_t len = 0;

	if (f->len > 1)
		put_bytes(STDOUT_FILENO, f->data + 1, f->len - 1);
	if (tty) {
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet);
	}
	while (len < sizeof(line) && !(ended = read(STDIN_FILENO, line + len, 1) != 1) &&
	       line[len] != '\n')
		len++;
	if (tty)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &was);
	if (tty || !isatty(STDIN_FILENO))
		put_bytes(STDOUT_FILENO, "\n", 1);
	if (len && line[len - 1] == '\r')
		len--;
	if (ended && !len)
		shell_send(sh, CONSOLE_INTERRUPT, NULL, 0);
	else
		shell_send(sh, CONSOLE_ANSWER, line, len);
	explicit_bzero(line, sizeof(line));
}

/* Prints until what was sent is done. */
static void batch_wait(struct shell *sh)
{
	struct console_frame f;
	int got;

	while (!sh->done && !sh->closed) {
		got = shell_next(sh, &f);
		if (got == 0)
			(void)poll(&(struct pollfd){.fd = sh->fd, .events = POLLIN}, 1, -1);
		if (got <= 0)
			continue;
		if (f.type == CONSOLE_TEXT || f.type == CONSOLE_ASYNC ||
		    f.type == CONSOLE_HELP_TEXT)
			put_bytes(STDOUT_FILENO, f.data, f.len);
		if (f.type == CONSOLE_HELP_TEXT)
			sh->done = true;
		if (f.type == CONSOLE_QUESTION)
			batch_question(sh, &f);
	}
}

static bool batch_begin(struct shell *sh)
{
	shell_hello(sh, CONSOLE_KIND_SCRIPT, false);
	batch_wait(sh);
	if (sh->closed)
		fprintf(stderr, "gatesh: gatehouse closed the session\n");
	return !sh->closed;
}

int batch_commands(struct shell *sh, char *const *commands, int n)
{
	if (!batch_begin(sh))
		return EXIT_TROUBLE;
	for (int i = 0; i < n && !sh->closed; i++) {
		size_t len = strlen(commands[i]);

		if (len > CONSOLE_LINE_MAX) {
			fprintf(stderr, "gatesh: command %d is too long\n", i + 1);
			return EXIT_TROUBLE;
		}
		if (len && commands[i][len - 1] == '?')
			shell_send(sh, CONSOLE_HELP, commands[i], len - 1);
		else
			shell_send(sh, CONSOLE_LINE, commands[i], len);
		batch_wait(sh);
	}
	return sh->refused ? EXIT_REFUSED : 0;
}

/* The whole file; false with a message when that cannot be. */
static bool slurp(const char *path, struct text *to)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	char part[64 << 10];
	ssize_t got = -1;

	while (fd >= 0 && to->len <= CONSOLE_FILE_MAX && (got = read(fd, part, sizeof(part))) > 0)
		text_addn(to, part, (size_t)got);
	if (got < 0 || text_failed(to)) {
		fprintf(stderr, "gatesh: %s: %s\n", path, strerror(got < 0 ? errno : ENOMEM));
		got = -1;
	}
	if (fd > STDIN_FILENO)
		close(fd);
	explicit_bzero(part, sizeof(part));
	return got >= 0;
}

int batch_file(struct shell *sh, const char *path)
{
	struct text text = {0};
	bool read = slurp(path, &text);

	if (read && text.len > CONSOLE_FILE_MAX)
		fprintf(stderr, "gatesh: %s: the file is too long\n", path);
	if (!read || text.len > CONSOLE_FILE_MAX) {
		text_free(&text);
		return EXIT_TROUBLE;
	}
	if (batch_begin(sh)) {
		shell_send(sh, CONSOLE_FILE, text_str(&text), text.len);
		batch_wait(sh);
	}
	text_free(&text);
	if (!sh->done) {
		fprintf(stderr, "gatesh: gatehouse closed the session\n");
		return EXIT_TROUBLE;
	}
	return sh->refused ? EXIT_REFUSED : 0;
}
