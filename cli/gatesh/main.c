/* gatesh: the command line. Which front end runs is decided here and nowhere else. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cli/gatesh/shell.h"
#include "cli/main/roles.h"

static const char usage[] =
    "usage: gatesh [--socket PATH] [-c COMMAND]... [FILE | -]\n"
    "\n"
    "The terminal of Gatehouse. Without arguments: the console.\n"
    "\n"
    "  -c COMMAND     run a command at privilege 15 and exit; several run in order in one "
    "session;\n"
    "                 the status is 1 if one was refused\n"
    "  FILE, -        apply a file (standard input) of configuration lines as if typed at\n"
    "                 (config)#; refused lines are reported with their numbers, the rest applies\n"
    "  --socket PATH  the console socket (default " CONSOLE_SOCKET ")\n"
    "  --help, --version\n";

/* What the SSH door's spawner has for us: a token, and behind it the lines of a command, if the
 * client gave one. */
struct ticket {
	uint8_t token[CONSOLE_TOKEN];
	char text[CONSOLE_LINE_MAX + 1];
	char *lines[64];
	int n;
};

static bool ticket_read(struct ticket *t, int fd)
{
	size_t len = 0;
	ssize_t got;
	char *rest = t->text, *line;

	for (; len < sizeof(t->token); len += (size_t)got)
		if ((got = read(fd, t->token + len, sizeof(t->token) - len)) <= 0)
			return false;
	for (len = 0; len < CONSOLE_LINE_MAX; len += (size_t)got)
		if ((got = read(fd, t->text + len, CONSOLE_LINE_MAX - len)) <= 0)
			break;
	close(fd);
	while ((line = strsep(&rest, "\n")) && t->n < 64)
		if (*line || rest)
			t->lines[t->n++] = line;
	return true;
}

static int run(const char *path, const struct ticket *t, char **commands, int n, const char *file)
{
	struct shell sh;
	int status = EXIT_TROUBLE;
	bool open = shell_open(&sh, path);

	if (open && t) {
		(void)prctl(PR_SET_DUMPABLE, 0); /* other terminals are of the same user */
		sh.by_token = true;
		memcpy(sh.token, t->token, sizeof(sh.token));
	}
	if (!open)
		status = EXIT_TROUBLE;
	else if (n)
		status = batch_commands(&sh, commands, n);
	else if (file)
		status = batch_file(&sh, file);
	else if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		status = edit_run(&sh, path);
	else
		status = typed_run(&sh);
	shell_close(&sh);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"socket", required_argument, NULL, 's'},
	    {"command", required_argument, NULL, 'c'},
	    {"token-fd", required_argument, NULL, 't'}, /* the SSH door's */
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'v'},
	    {NULL, 0, NULL, 0},
	};
	char **commands = calloc((size_t)argc, sizeof(*commands));
	const char *path = CONSOLE_SOCKET;
	struct ticket ticket = {.n = 0};
	int n = 0, c, status, token_fd = -1;

	if (!commands)
		return EXIT_TROUBLE;
	while ((c = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
		switch (c) {
		case 's':
			path = optarg;
			break;
		case 'c':
			commands[n++] = optarg;
			break;
		case 't':
			token_fd = atoi(optarg);
			break;
		case 'h':
		case 'v':
			if (c == 'h')
				fputs(usage, stdout);
			else
				puts("gatesh (Gatehouse) " GATEHOUSE_VERSION);
			free(commands);
			return 0;
		default:
			fputs(usage, stderr);
			free(commands);
			return EXIT_TROUBLE;
		}
	}
	if (argc - optind > (n ? 0 : 1)) {
		fputs(usage, stderr);
		status = EXIT_TROUBLE;
	} else if (token_fd < 0) {
		status = run(path, NULL, commands, n, argv[optind]);
	} else {
		status = ticket_read(&ticket, token_fd) ?
		    run(path, &ticket, ticket.lines, ticket.n, NULL) : EXIT_TROUBLE;
		explicit_bzero(&ticket, sizeof(ticket));
	}
	free(commands);
	return status;
}
