/*
 * struct reload: one per manager; its plan, the timer that looks after it, and
 * the warning that was given last. The plan is a note in the database.
 */
#include "cli/manager/reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/log/clock.h"
#include "cli/manager/frame.h"
#include "cli/manager/manager.h"

#define NOTE "note-reload"
#define LOOK_MS 10000 /* at the latest; a clock may have been set */
#define AGAIN_MS 1000 /* a change is being settled, or the plan cannot be read */

struct reload {
	struct manager *m;
	void (*go)(struct manager *, const char *why);
	struct reload_clocks clocks;
	uv_timer_t timer;
	bool planned, unread;
	struct reload_plan plan;
	int64_t warned; /* milliseconds that were left then */
};

/* Everybody is warned when so many minutes are left. */
static const int64_t WARN_MINUTES[] = {60, 30, 15, 10, 5, 2, 1};

static uint64_t boot_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return 1000 * (uint64_t)ts.tv_sec + (uint64_t)ts.tv_nsec / 1000000;
}

static int64_t wall_clock(void)
{
	return clock_now(NULL);
}

static void on_timer(uv_timer_t *t)
{
	reload_look(t->data);
}

struct reload *reload_new(struct manager *m, void (*go)(struct manager *, const char *why),
    const struct reload_clocks *clocks)
{
	struct reload *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->m = m;
	r->go = go;
	r->clocks = clocks ? *clocks : (struct reload_clocks){boot_clock, wall_clock};
	uv_timer_init(m->loop, &r->timer);
	r->timer.data = r;
	return r;
}

static void on_closed(uv_handle_t *h)
{
	free(h->data);
}

void reload_free(struct reload *r)
{
	if (r)
		uv_close((uv_handle_t *)&r->timer, on_closed);
}

const struct reload_plan *reload_planned(const struct reload *r)
{
	return r->planned ? &r->plan : NULL;
}

bool reload_unread(const struct reload *r)
{
	return r->unread;
}

uint64_t reload_boot_clock(const struct reload *r)
{
	return r->clocks.boot();
}

int64_t reload_left(const struct reload *r)
{
	return r->plan.after ? (int64_t)(r->plan.after - r->clocks.boot())
			     : 1000 * (r->plan.at - r->clocks.wall());
}

/* ---- what is told ----------------------------------------------------------------- */

static void tell_left(const struct reload *r)
{
	int64_t s = (reload_left(r) + 999) / 1000;
	struct text t = {0};

	if (r->plan.quiet)
		return;
	text_addf(&t, "\n\n***\n*** --- SHUTDOWN in %lld:%02lld:%02lld ---\n***\n",
	    (long long)(s / 3600), (long long)(s / 60 % 60), (long long)(s % 60));
	if (r->plan.reason[0])
		text_addf(&t, "*** Message to all users:\n***\n*** %s\n***\n", r->plan.reason);
	audit_broadcast(&r->m->audit, text_str(&t));
	text_free(&t);
}

/* ---- when it is time ---------------------------------------------------------------- */

/* False: the note stays, and with it the plan for the next process. */
static bool forget(struct reload *r)
{
	if (!db_note_put(r->m->running.db, NOTE, ""))
		return false;
	r->planned = false;
	uv_timer_stop(&r->timer);
	return true;
}

/* False: it could not be saved; nothing else is done then. */
static bool save(struct reload *r)
{
	char error[400];
	struct text t = {0};

	if (!r->plan.save || frame_store(r->m, r->plan.who, error, sizeof(error)) >= 0)
		return true;
	text_addf(&t,
	    "\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n"
	    "*** The configuration could not be saved: %s\n***\n",
	    error);
	audit_broadcast(&r->m->audit, text_str(&t));
	audit_add(&r->m->audit, 2, 199020,
	    "Reload aborted: the configuration could not be saved: %s", error);
	text_free(&t);
	return false;
}

static void now(struct reload *r)
{
	char why[96];

	if (r->m->running.settle.turns.taken) {
		uv_timer_start(&r->timer, on_timer, AGAIN_MS, 0);
		return;
	}
	snprintf(why, sizeof(why), "scheduled reload by %s", r->plan.who);
	if (!save(r)) {
		(void)forget(r); /* one that stays is shown, and may be cancelled */
		return;
	}
	(void)forget(r); /* one that stays goes with the boot, which ends */
	if (!r->plan.quiet)
		audit_broadcast(&r->m->audit, "\n\n***\n*** --- START GRACEFUL SHUTDOWN ---\n");
	r->go(r->m, why);
}

/* The next time that something is to be done. */
static void arm(struct reload *r)
{
	int64_t left = reload_left(r), wait = left;

	for (size_t i = 0; i < sizeof(WARN_MINUTES) / sizeof(*WARN_MINUTES); i++)
		if (left > WARN_MINUTES[i] * 60000 && left - WARN_MINUTES[i] * 60000 < wait)
			wait = left - WARN_MINUTES[i] * 60000;
	if (wait > LOOK_MS)
		wait = LOOK_MS;
	uv_timer_start(&r->timer, on_timer, wait > 0 ? (uint64_t)wait : 0, 0);
}

void reload_look(struct reload *r)
{
	int64_t left = reload_left(r);

	if (!r->planned)
		return;
	if (left <= 0) {
		now(r);
		return;
	}
	for (size_t i = 0; i < sizeof(WARN_MINUTES) / sizeof(*WARN_MINUTES); i++) {
		if (left > WARN_MINUTES[i] * 60000 || r->warned <= WARN_MINUTES[i] * 60000)
			continue;
		tell_left(r);
		r->warned = left;
	}
	arm(r);
}

/* ---- scheduled, taken back -------------------------------------------------------------- */

static void begin(struct reload *r, const struct reload_plan *p)
{
	r->plan = *p;
	r->planned = true;
	r->unread = false;
	r->warned = reload_left(r);
	arm(r);
}

bool reload_schedule(struct reload *r, const struct reload_plan *p)
{
	char note[400];

	snprintf(note, sizeof(note), "%llu %lld %d %d %s %s", (unsigned long long)p->after,
	    (long long)p->at, p->save, p->quiet, p->who, p->reason);
	if (!db_note_put(r->m->running.db, NOTE, note))
		return false;
	begin(r, p);
	tell_left(r);
	return true;
}

static void resume(uv_timer_t *t)
{
	reload_resume(t->data);
}

void reload_resume(struct reload *r)
{
	char note[400];
	struct reload_plan p = {0};
	unsigned long long after;
	long long at;
	int save, quiet, reason = 0;
	bool noted = db_note_get(r->m->running.db, NOTE, note, sizeof(note));

	r->unread = !noted && db_fault(r->m->running.db);
	if (r->unread) /* it is not given up for that */
		uv_timer_start(&r->timer, resume, AGAIN_MS, 0);
	if (!noted ||
	    sscanf(note, "%llu %lld %d %d %64s %n", &after, &at, &save, &quiet, p.who, &reason) < 5)
		return;
	p.after = after;
	p.at = at;
	p.save = save;
	p.quiet = quiet;
	snprintf(p.reason, sizeof(p.reason), "%s", note + reason);
	begin(r, &p);
}

bool reload_cancel(struct reload *r)
{
	if (!r->planned || !forget(r))
		return false;
	if (!r->plan.quiet)
		audit_broadcast(&r->m->audit, "\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n");
	return true;
}
