/* What goes to standard error, for people and for journald (sd-daemon(3), systemd.exec(5)). */
#include "engine/base/journal.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* JOURNAL_STREAM is `DEVICE:INODE` of what systemd gave us; it may be redirected since. */
static bool is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	    fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

void journal(int severity, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	/* A line is a line: what it quotes cannot begin one of its own. */
	for (char *p = text; (p = strpbrk(p, "\r\n")) != NULL;)
		*p = ' ';
	if (is_journal())
		fprintf(stderr, "<%d>%s\n", severity, text);
	else
		fprintf(stderr, "gatehouse: %s\n", text);
}
