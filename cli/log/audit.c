/*
 * struct audit: one per manager. Lines are written where something happens;
 * operators read them, listeners (`terminal monitor`) are told each one.
 */
#include "cli/log/audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void audit_tell(const struct audit *a, int severity, const char *line)
{
	struct text whole = {0};

	for (const struct audit_listener *l = a->listeners; l; l = l->next) {
		if (severity > l->severity)
			continue;
		if (!whole.len)
			text_addf(&whole, "%s\n", line);
		l->heard(l->ctx, whole.p, whole.len);
	}
	text_free(&whole);
}

static void audit_keep(struct audit *a, char *line)
{
	unsigned at = (a->first + a->n) % AUDIT_LINES;

	if (a->n == AUDIT_LINES) {
		free(a->line[a->first]);
		a->first = (a->first + 1) % AUDIT_LINES;
	} else {
		a->n++;
	}
	a->line[at] = line;
}

void audit_add(struct audit *a, unsigned severity, unsigned number, const char *fmt, ...)
{
	struct text t = {0};
	va_list ap;
	char *said = NULL;

	va_start(ap, fmt);
	if (vasprintf(&said, fmt, ap) < 0)
		said = NULL;
	va_end(ap);
	text_addf(&t, "%%ASA-%u-%06u: %s", severity, number, said ? said : "");
	free(said);
	audit_tell(a, (int)severity, text_str(&t));
	if (t.p)
		audit_keep(a, t.p);
}

void audit_broadcast(const struct audit *a, const char *text)
{
	for (const struct audit_listener *l = a->listeners; l; l = l->next)
		l->heard(l->ctx, text, strlen(text));
}

void audit_command(struct audit *a, const char *user, const char *from, const char *masked)
{
	audit_add(a, 5, 111008, "User '%s' executed the '%s' command.", user, masked);
	audit_add(a, 5, 111010, "User '%s', running 'CLI' from IP %s, executed '%s'", user, from,
	    masked);
}

void audit_show(const struct audit *a, struct text *out)
{
	for (unsigned i = 0; i < a->n; i++)
		text_addf(out, "%s\n", a->line[(a->first + i) % AUDIT_LINES]);
}

void audit_listen(struct audit *a, struct audit_listener *l)
{
	l->next = a->listeners;
	a->listeners = l;
}

void audit_unlisten(struct audit *a, const struct audit_listener *l)
{
	for (struct audit_listener **p = &a->listeners; *p; p = &(*p)->next) {
		if (*p != l)
			continue;
		*p = l->next;
		return;
	}
}

void audit_free(struct audit *a)
{
	for (unsigned i = 0; i < a->n; i++)
		free(a->line[(a->first + i) % AUDIT_LINES]);
	a->n = 0;
}
