/*
 * Configurations besides the running one, as texts: revisions, the startup-config; what differs
 * between them, and the way back to one.
 */
#ifndef GATEHOUSE_CONFIG_REVISIONS_H
#define GATEHOUSE_CONFIG_REVISIONS_H

#include "cli/config/running.h"

struct revision_text {
	char *text; /* secrets in clear; revisions_free() wipes it. NULL: there is none */
	size_t len;
	int64_t number; /* -1: no revision */
};

/* A revision by number or name; "startup" or "running" for these. False with the reason, a line
 * without its \n, in `error`. */
bool revisions_read(
    struct running *, const char *which, struct revision_text *, char *error, size_t size);
void revisions_free(struct revision_text *);

struct revision_diff {
	struct text lines; /* each with its sign behind the indentation, secrets masked */
	unsigned removed, added;
};

/* What differs between two texts; a password that stands there itself is masked in any case. False
 * without memory. The lines are the caller's to free. */
bool revisions_diff(const struct gram *, const char *from, const char *to, enum gram_masked,
    struct revision_diff *);

/* Puts a revision in the place of the running-config: settle_whole(), the differences recorded and
 * logged. The turn is free; `c` is as there. Text and diff may go afterwards. */
void revisions_load(struct running *, const struct config_change *c, const struct revision_text *,
    const struct revision_diff *);

#endif
