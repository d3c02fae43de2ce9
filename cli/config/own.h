/* Rows that take effect in the manager itself, not in another role. */
#ifndef GATEHOUSE_CONFIG_OWN_H
#define GATEHOUSE_CONFIG_OWN_H

#include "db/db.h"

struct delivery;

struct own {
	bool known;      /* who authorizes commands was read once: until then nobody may */
	unsigned rights; /* counts changes of what commands need */
	char hostname[64];
	char domain[128];          /* "" without one */
	char prompt[48];           /* `prompt`: what stands in it, by words */
	unsigned width;            /* `terminal width`, 0 = no limit */
	bool logging;              /* lines of the log have changed */
	unsigned console_timeout;  /* minutes, 0 = never */
	struct {
		char ssh[17], serial[17], enable[17], command[17]; /* server groups, "" = none */
		int level; /* commands of that privilege level and above */
	} accounting;              /* of operators */
	struct {
		char group[17]; /* "LOCAL", or whose servers are asked, "" = nobody */
		bool fallback;  /* the levels stand in for them */
	} commands;                /* who authorizes them */
};

/* Rows that count as a whole: NULL, as without a configuration. */
void own_clock(struct delivery *, const struct db_row *);

/* How many settings are of a table or column that the grammar has not; each is told in `errors`, on
 * lines. */
unsigned own_check(const struct gram *, char *errors, size_t size);
/* As it is without a configuration. */
void own_init(struct delivery *);
/* One changed row. */
void own_change(struct delivery *, const struct db_change *);
/* After a delivery's changes: what they count for together. False: it cannot be read. */
bool own_end(struct delivery *);
/* All of it from the database: at the start, and when a change could not be read. False: some of it
 * could not be read, and stays as it was. */
bool own_read(struct delivery *);

#endif
