/*
 * struct audit: one per manager. Lines are written where something happens and
 * only read by operators.
 */
#include "cli/audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void audit_keep(struct audit *a, char *line)
{
	unsigned at = (a->first + a->n) % AUDIT_LINES;

	if (!line)
		return;
	if (a->heard)
		a->heard(a->ctx, line);
	if (a->n == AUDIT_LINES) {
		free(a->line[a->first]);
		a->first = (a->first + 1) % AUDIT_LINES;
	} else {
		a->n++;
	}
	a->line[at] = line;
	a->total++;
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
	audit_keep(a, t.p);
}

void audit_mask(const char *line, const struct gram_match *m, enum audit_masked what,
    struct text *out)
{
	size_t at = 0, len = strlen(line);

	for (unsigned i = 0; i < m->n_args; i++) {
		const struct gram_arg *arg = &m->args[i];
		bool secret = arg->type &&
		    (arg->type->kind == KIND_SECRET ||
			(what == AUDIT_HASHES && arg->type->kind == KIND_HASH));

		if (!secret || arg->offset < at || arg->offset > len)
			continue;
		text_addn(out, line + at, arg->offset - at);
		text_add(out, "*****");
		at = arg->offset + strcspn(line + arg->offset, " \t");
	}
	text_addn(out, line + at, len - at);
}

/* Words behind which a secret stands, cut short or continued as they may be. */
static bool leads_to_secret(const char *word, size_t len)
{
	static const char *const leads[] = {"pass", "pre-", "key", "secret"};

	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if (len >= strlen(leads[i]) && strncasecmp(word, leads[i], strlen(leads[i])) == 0)
			return true;
	return false;
}

void audit_mask_unknown(const char *line, struct text *out)
{
	size_t at = 0, len = 0, start = out->len;
	bool secret = false;

	for (; line[at] && !secret; at += len) {
		at += strspn(line + at, " \t");
		len = strcspn(line + at, " \t");
		secret = leads_to_secret(line + at, len);
	}
	text_addn(out, line, at);
	for (size_t i = start; i < out->len; i++) /* an escape sequence must not reach a terminal */
		if ((unsigned char)out->p[i] < ' ' || out->p[i] == 127)
			out->p[i] = out->p[i] == '\t' ? '\t' : '?';
	if (line[at + strspn(line + at, " \t")])
		text_add(out, " *****");
}

void audit_command(struct audit *a, const char *user, const char *from, const char *line,
    const struct gram_match *m)
{
	struct text t = {0};

	audit_mask(line, m, AUDIT_HASHES, &t);
	audit_add(a, 5, 111008, "User '%s' executed the '%s' command.", user, text_str(&t));
	audit_add(a, 5, 111010, "User '%s', running 'CLI' from IP %s, executed '%s'", user, from,
	    text_str(&t));
	text_free(&t);
}

void audit_show(const struct audit *a, struct text *out)
{
	for (unsigned i = 0; i < a->n; i++)
		text_addf(out, "%s\n", a->line[(a->first + i) % AUDIT_LINES]);
}

void audit_free(struct audit *a)
{
	for (unsigned i = 0; i < a->n; i++)
		free(a->line[(a->first + i) % AUDIT_LINES]);
	a->n = 0;
}
