/* gatesh: the command line. Which front end runs is decided here and nowhere else. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static int run(const char *path, char **commands, int n, const char *file)
{
	struct shell sh;
	int status = EXIT_TROUBLE;

	if (!shell_open(&sh, path))
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
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'v'},
	    {NULL, 0, NULL, 0},
	};
	char **commands = calloc((size_t)argc, sizeof(*commands));
	const char *path = CONSOLE_SOCKET;
	int n = 0, c, status;

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
	} else {
		status = run(path, commands, n, argv[optind]);
	}
	free(commands);
	return status;
}
