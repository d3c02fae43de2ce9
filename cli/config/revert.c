/*
 * struct revert: part of the running-config. Its timer fires twice, a minute before and when the
 * time is over; then it waits for its turn as any change does, and when it is refused it tries
 * again each minute, for whoever waits for it may have no other way in.
 */
#include "cli/config/revert.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/config/revisions.h"
#include "cli/log/clock.h"
#include "engine/base/journal.h"

#define NOTE "note-revision" /* its number, and what else has to be known of it */
#define PRIVILEGE_ALL 15
#define AGAIN_MS 1000 /* what could not be read */

static uint64_t boot_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return 1000 * (uint64_t)ts.tv_sec + (uint64_t)ts.tv_nsec / 1000000;
}

/* Everybody who is there, the log, and the journal. */
static void tell(struct revert *r, const char *what)
{
	struct text t = {0};

	text_addf(&t, "\n***\n*** %s\n***\n", what);
	audit_broadcast(r->running->audit, text_str(&t));
	audit_add(r->running->audit, 1, 199024, "%s", what);
	journal(LOG_WARNING, "%s", what);
	text_free(&t);
}

/* ---- the time is over ----------------------------------------------------- */

static void fire(uv_timer_t *);

static void again(struct revert *r)
{
	uv_timer_start(&r->timer, fire, r->minute, 0);
}

static void look_for_save(void *ctx, const struct db_revision *r)
{
	int64_t *newest = ctx;

	if (!r->name && r->number > *newest)
		*newest = r->number;
}

/* A startup-config that was saved meanwhile holds the change that has gone: it goes back, too, or
 * the next start would bring it again. Tells of it. */
static void undo_saved(struct revert *r, struct text *t)
{
	struct db *db = r->running->db;
	struct revision_text back;
	int64_t newest = 0;
	char number[24], error[300];

	if (!db_revisions(db, look_for_save, &newest)) {
		text_add(t, "; whether the startup-config still holds it could not be read");
		return;
	}
	if (newest <= r->number)
		return;
	snprintf(number, sizeof(number), "%lld", (long long)r->number);
	if (revisions_read(r->running, number, &back, error, sizeof(error)) &&
	    db_startup_replace(db, back.text, back.len, r->who, clock_now(NULL), error,
		sizeof(error)))
		text_add(t, "; so did the startup-config, which was saved meanwhile");
	else
		text_addf(t, "; the startup-config still holds it: %s", error);
	revisions_free(&back);
}

/* It is not waited for any more. */
static void forget(struct revert *r)
{
	turns_leave(&r->running->settle.turns, &r->turn);
	uv_timer_stop(&r->timer);
	r->number = 0;
	r->unread = false;
}

bool revert_done(struct revert *r, struct text *said)
{
	bool noted;

	undo_saved(r, said);
	noted = db_note_put(r->running->db, NOTE, "");
	forget(r);
	return noted;
}

static void undone(void *arg, enum settled how)
{
	struct revert *r = arg;
	struct running *c = r->running;
	struct text t = {0};

	if (how == SETTLED_DONE) {
		text_addf(&t,
		    "The configuration went back to revision %lld: the change that %s began "
		    "was not confirmed",
		    (long long)r->number, r->who);
		if (!revert_done(r, &t))
			text_add(&t, "; that could not be noted: it may go back once more");
		text_addf(&c->notes, "NOTICE: %s\n", text_str(&t));
	} else {
		text_addf(&t, "The configuration could not go back to revision %lld: %.*s",
		    (long long)r->number, (int)strcspn(text_str(&r->out), "\n"), text_str(&r->out));
		again(r);
	}
	tell(r, text_str(&t));
	text_free(&t);
	text_clear(&r->out);
}

static void undo(
    struct revert *r, const struct revision_text *back, const struct revision_text *now)
{
	struct config_change c = {
	    .author = {.from = "0.0.0.0", .way = "revert timer"},
	    .line = "configure revert timer",
	    .privilege = PRIVILEGE_ALL,
	    .out = &r->out,
	    .done = undone,
	    .arg = r,
	};
	struct revision_diff d;

	snprintf(c.author.name, sizeof(c.author.name), "%s", r->who);
	if (!revisions_diff(r->running->gram, now->text, back->text, MASK_HASHES, &d)) {
		text_add(&r->out, "out of memory");
		undone(r, SETTLED_REFUSED);
	} else {
		revisions_load(r->running, &c, back, &d);
	}
	text_free(&d.lines);
}

/* It has the turn. */
static void go(void *ctx)
{
	struct revert *r = ctx;
	struct revision_text back, now = {0};
	char number[24], error[300];

	snprintf(number, sizeof(number), "%lld", (long long)r->number);
	if (revisions_read(r->running, number, &back, error, sizeof(error)) &&
	    revisions_read(r->running, "running", &now, error, sizeof(error))) {
		undo(r, &back, &now);
	} else {
		text_add(&r->out, error);
		undone(r, SETTLED_REFUSED);
	}
	revisions_free(&back);
	revisions_free(&now);
}

static void warn(struct revert *r)
{
	r->warned = true;
	tell(r, "The configuration goes back in 1 minute: 'configure confirm' keeps it");
}

static void arm(struct revert *r)
{
	uint64_t left = revert_left(r);

	if (!r->warned && left > r->minute)
		left -= r->minute;
	uv_timer_start(&r->timer, fire, left, 0);
}

static void fire(uv_timer_t *timer)
{
	struct revert *r = timer->data;

	if (revert_left(r) > 0) {
		if (!r->warned && revert_left(r) <= r->minute)
			warn(r);
		arm(r);
	} else if (r->running->settle.turns.taken) {
		turns_wait(&r->running->settle.turns, &r->turn);
	} else {
		go(r);
	}
}

/* ---- begin and end -------------------------------------------------------------- */

void revert_init(struct revert *r, uv_loop_t *loop, struct running *c)
{
	r->running = c;
	r->minute = 60000;
	r->turn.go = go;
	r->turn.ctx = r;
	uv_timer_init(loop, &r->timer);
	r->timer.data = r;
}

static void resume(uv_timer_t *timer)
{
	revert_resume(timer->data);
}

void revert_resume(struct revert *r)
{
	char note[128];
	long long number, due;
	bool noted = db_note_get(r->running->db, NOTE, note, sizeof(note));

	r->unread = !noted && db_fault(r->running->db);
	if (r->unread) /* it is not given up for that */
		uv_timer_start(&r->timer, resume, AGAIN_MS, 0);
	if (!noted ||
	    sscanf(note, "%lld %lld %64s", &number, &due, r->who) != 3)
		return;
	r->number = number;
	r->due = (uint64_t)due;
	r->warned = false;
	arm(r);
}

bool revert_start(struct revert *r, int64_t number, uint64_t ms, const char *who)
{
	uint64_t due = boot_clock() + ms;
	char note[128];

	snprintf(
	    note, sizeof(note), "%lld %llu %s", (long long)number, (unsigned long long)due, who);
	if (!db_note_put(r->running->db, NOTE, note))
		return false;
	turns_leave(&r->running->settle.turns, &r->turn);
	r->number = number;
	r->due = due;
	snprintf(r->who, sizeof(r->who), "%s", who);
	r->warned = ms <= r->minute;
	arm(r);
	return true;
}

bool revert_end(struct revert *r)
{
	if (!db_note_put(r->running->db, NOTE, ""))
		return false;
	forget(r);
	return true;
}

uint64_t revert_left(const struct revert *r)
{
	uint64_t now = boot_clock();

	return r->due > now ? r->due - now : 0;
}

void revert_close(struct revert *r, uv_close_cb closed, void *data)
{
	text_free(&r->out);
	r->timer.data = data;
	uv_close((uv_handle_t *)&r->timer, closed);
}
