/*
 * A change that undoes itself: from `configure revert timer` on there is a way back, a revision
 * that takes the place of the running-config when the time is over, unless somebody confirms. It
 * outlives the manager's process, not the boot: then the startup-config is loaded anyway.
 */
#ifndef GATEHOUSE_CONFIG_REVERT_H
#define GATEHOUSE_CONFIG_REVERT_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "cli/config/turns.h"
#include "parser/text.h"

struct running;
struct author;

struct revert {
	struct running *running;
	uv_timer_t timer;
	unsigned minute; /* milliseconds of one; tests have shorter ones */
	int64_t number;	 /* the revision, 0 = nothing is pending */
	uint64_t due;	 /* milliseconds of the machine's boot clock */
	char who[65];	 /* started it */
	bool unread; /* whether anything is pending cannot be read yet; it is tried again */
	bool warned;
	struct waiter turn; /* the time is over, but another change is being settled */
	struct text out;    /* what settling says */
};

/* Of zeroed memory. It has to be closed from then on. */
void revert_init(struct revert *, uv_loop_t *, struct running *);
/* What was pending when the process before this one ended; the database is open. */
void revert_resume(struct revert *);
/* Starts it, or sets the time anew: so many milliseconds from now the revision takes the place of
 * the running-config. False: it could not be stored; then there is none. */
bool revert_start(struct revert *, int64_t number, uint64_t ms, const char *who);
/* Its revision has taken the place of the running-config: a startup-config that was saved meanwhile
 * goes back, too, which is added to `said`. It is not waited for any more. False: that could not be
 * stored, and the next process may go back once more. */
bool revert_done(struct revert *, struct text *said);
/* The change stays. False: that could not be stored, and it is still waited for. */
bool revert_end(struct revert *);
/* Milliseconds until it happens, 0 when it is due. */
uint64_t revert_left(const struct revert *);
/* `closed` is called from the loop with `data` in the handle, when the memory may go. */
void revert_close(struct revert *, uv_close_cb closed, void *data);

#endif
