/*
 * The lines that people typed lately, by user, for arrow-up in their next session. They are kept
 * in a file of the state directory, for its owner's eyes only; the caller leaves out what holds a
 * secret.
 */
#ifndef GATEHOUSE_LOG_HISTORIES_H
#define GATEHOUSE_LOG_HISTORIES_H

#include <stdbool.h>

#define HISTORIES_USERS 100 /* the one who came by longest ago gives way */
#define HISTORIES_LINES 100 /* of a user */

struct history_of;

struct histories {		  /* zeroed: nobody has typed anything */
	struct history_of *first; /* the latest first */
	bool changed;		  /* since it was read or written */
};

/* Adds what the file holds. One that is not there, or is none of ours, holds nothing. */
void histories_read(struct histories *, const char *path);
/* Writes them, if they have changed. False when that failed: what was there stays. */
bool histories_write(struct histories *, const char *path);
void histories_free(struct histories *);

/* A line that the user typed; "" is the anonymous console. Without memory it is not kept. */
void histories_add(struct histories *, const char *user, const char *line);
/* His lines, the oldest first; `*n` of them. Valid until the next change. */
const char *const *histories_of(const struct histories *, const char *user, unsigned *n);

#endif
