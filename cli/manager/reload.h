/*
 * A reload that is scheduled: after a time, or at one of the clock. Everybody is
 * warned before it comes. It outlives the manager's process, not the boot of the
 * appliance.
 */
#ifndef GATEHOUSE_MANAGER_RELOAD_H
#define GATEHOUSE_MANAGER_RELOAD_H

#include <stdbool.h>
#include <stdint.h>

struct manager;
struct reload;

struct reload_plan {
	/* The one that is not 0 counts: a time span that no set clock moves, on the machine's boot
	 * clock, in milliseconds; or Unix time. */
	uint64_t after;
	int64_t at;
	bool quiet;	  /* nobody is told */
	bool save;	  /* the running-config, before */
	char who[65];	  /* has scheduled it */
	char reason[201]; /* "" = none */
};

struct reload_clocks {
	uint64_t (*boot)(void); /* milliseconds that only rise */
	int64_t (*wall)(void);	/* Unix time */
};

/* Nothing is scheduled; `go` is what reloads. `clocks` NULL: those of the machine. NULL without
 * memory. */
struct reload *reload_new(struct manager *, void (*go)(struct manager *, const char *why),
    const struct reload_clocks *clocks);
/* What was scheduled when the process before this one ended; the database is open. */
void reload_resume(struct reload *);
/* Schedules it, in place of what was, and tells everybody. False: it cannot be stored, and what was
 * stays. */
bool reload_schedule(struct reload *, const struct reload_plan *);
/* What is scheduled, NULL = nothing. */
const struct reload_plan *reload_planned(const struct reload *);
/* Whether one is scheduled cannot be read yet; it is tried again. */
bool reload_unread(const struct reload *);
/* Milliseconds that are left. */
int64_t reload_left(const struct reload *);
/* The time now, of the clock that a plan's `after` counts on. */
uint64_t reload_boot_clock(const struct reload *);
/* Takes it back and tells everybody; false: nothing is scheduled, or it could not be forgotten and
 * still is. */
bool reload_cancel(struct reload *);
/* Warns, or reloads, when it is time to; the timer calls it. */
void reload_look(struct reload *);
/* Its memory goes in the loop. NULL is allowed. */
void reload_free(struct reload *);

#endif
