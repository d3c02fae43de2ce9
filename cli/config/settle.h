/*
 * Settling a change of the running-config: a line or a whole file, by whomever
 * it comes. A line that needs the kernel's consent is stored only when the
 * keeper has given it; meanwhile it has the turn (turns.h).
 */
#ifndef GATEHOUSE_CONFIG_SETTLE_H
#define GATEHOUSE_CONFIG_SETTLE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/config/deliver.h"
#include "cli/config/turns.h"
#include "cli/log/audit.h"
#include "db/db.h"
#include "parser/text.h"

struct author {
	char name[65]; /* "enable_15", or a user's name */
	char from[46]; /* address, "0.0.0.0" for the console */
	const char *way; /* as the history tells it: "console", "script", an address */
};

enum settled { SETTLED_DONE, SETTLED_REFUSED, SETTLED_LOGOFF };

/* A change, and who waits for its end. What it points to is used until `done` was called or
 * settle_leave() tells that nobody waits any more. */
struct config_change {
	struct author author;
	/* of the line; moved on, and back when it is taken back. NULL: of a whole configuration */
	struct parse_state *place;
	struct gram_match *match;  /* the line's, GRAM_OK */
	const char *line;
	unsigned prompt_width;
	int privilege;             /* a file's */
	struct text *out;          /* what the terminal is told */
	void (*done)(void *arg, enum settled); /* once, from within the call or later */
	void *arg;
};

struct settle {
	struct db *db;
	struct delivery *delivery;
	struct audit *audit;
	struct turns turns;       /* taken: a change waits for the keeper */
	struct config_change change;     /* of it; done is NULL when he left */
	bool refused;
	bool committed;           /* nothing can be taken back any more (a file) */
	bool back;                /* the keeper is told the old state again */
	struct text errors;       /* what the keeper refused, a line each */
	struct parse_state place; /* where it stood before */
	struct text line;         /* secrets masked: is logged also when he left */
	bool whole;               /* a configuration in place of another */
	char modified[128];       /* the last change since start: "enable_15 at 14:35:24.486 ..." */
};

void settle_init(struct settle *, struct db *, struct delivery *, struct audit *);
void settle_free(struct settle *);
/* Who made the last change since the start, and when (Unix time, milliseconds). */
void settle_modified(struct settle *, const char *who, int64_t when);
/* Runs a configuration line; the turn is free. */
void settle_line(struct settle *, const struct config_change *);
/* Applies a whole file from (config)#; the turn is free. */
void settle_file(struct settle *, const struct config_change *, const char *text, size_t len);
/* Puts a whole configuration in the place of the present one, in one transaction: what stands in
 * both is touched by nothing, and a line or request that is refused takes back everything. The
 * turn is free; `line` is the command, and `lines` what the history tells of it (masked, each with
 * its \n). Of the change, match and prompt_width do not matter, place is NULL. */
void settle_whole(struct settle *, const struct config_change *, const char *text,
    const char *lines);
/* He who waits with this `arg` goes; what is under way ends without him. */
void settle_leave(struct settle *, const void *arg);

#endif
