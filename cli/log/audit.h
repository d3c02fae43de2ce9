/*
 * The trail: log lines of the appliance in a bounded memory, newest last, and
 * those who hear each line as it comes.
 */
#ifndef GATEHOUSE_AUDIT_H
#define GATEHOUSE_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "parser/text.h"

#define AUDIT_LINES 512

enum { AUDIT_NOTHING = -1, AUDIT_ALL = 7 }; /* severities of listeners */

/* One who hears lines; the owner's memory, in the list from audit_listen() to audit_unlisten(). */
struct audit_listener {
	struct audit_listener *next;
	int severity; /* lines up to this one; the owner may change it at any time */
	void (*heard)(void *ctx, const char *line, size_t len); /* with its \n */
	void *ctx;
};

struct audit {
	char *line[AUDIT_LINES]; /* a ring */
	unsigned first, n;
	struct audit_listener *listeners;
};

/* Adds "%ASA-severity-number: text"; the oldest line goes when it is full. */
void audit_add(struct audit *, unsigned severity, unsigned number, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* A line that was executed, its secrets masked already: 111008, and 111010 with where it came
 * from. */
void audit_command(struct audit *, const char *user, const char *from, const char *masked);
/* A text (lines, each with its \n) for everybody who is there, whatever severity he listens at. */
void audit_broadcast(const struct audit *, const char *text);
/* All of it, a line each. */
void audit_show(const struct audit *, struct text *out);
void audit_listen(struct audit *, struct audit_listener *);
/* One that is not in the list is let be. */
void audit_unlisten(struct audit *, const struct audit_listener *);
/* Forgets the lines; listeners leave by themselves. */
void audit_free(struct audit *);

#endif
