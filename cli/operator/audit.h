/* The trail: log lines of the appliance in a bounded memory, newest last. */
#ifndef GATEHOUSE_AUDIT_H
#define GATEHOUSE_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "parser/text.h"

#define AUDIT_LINES 512

struct audit {
	char *line[AUDIT_LINES]; /* a ring */
	unsigned first, n;
	uint64_t total; /* ever */
	void (*heard)(void *ctx, const char *line); /* who wants each line as it comes; may be NULL */
	void *ctx;
};

/* Adds "%ASA-severity-number: text"; the oldest line goes when it is full. */
void audit_add(struct audit *, unsigned severity, unsigned number, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* A line that was executed, its secrets masked already: 111008, and 111010 with where it came from. */
void audit_command(struct audit *, const char *user, const char *from, const char *masked);
/* All of it, a line each. */
void audit_show(const struct audit *, struct text *out);
void audit_free(struct audit *);

#endif
