/* Acts on revisions of the configuration: kept, listed, compared, gone back to; the change that
 * undoes itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/frame.h"
#include "cli/config/revisions.h"
#include "cli/log/clock.h"

static struct running *running_of(struct act *a)
{
	return &a->manager->running;
}

/* ---- kept and listed ------------------------------------------------------ */

/* The running-config as a revision; its number, or -1 and it is said why not. */
static int64_t keep(struct act *a, const char *checkpoint)
{
	struct text head = {0};
	char name[65], error[400];
	int64_t now = frame_head_now(a, &head), number;

	number = db_checkpoint(running_of(a)->db, checkpoint, text_str(&head), act_name(a, name),
	    now, error, sizeof(error));
	text_free(&head);
	if (number < 0)
		act_refuse(a, "ERROR: Unable to keep the configuration: %s", error);
	return number;
}

/* What stands for a revision where one is named. */
static bool is_taken(const char *name)
{
	return strspn(name, "0123456789") == strlen(name) || strcmp(name, "startup") == 0 ||
	       strcmp(name, "running") == 0;
}

static void act_configure_checkpoint(struct act *a)
{
	const char *name = gram_arg(&a->match, "name");
	int64_t number;

	if (name && is_taken(name)) {
		act_refuse(a, "ERROR: %s cannot be the name of a checkpoint", name);
	} else {
		number = keep(a, name ? name : "");
		if (number >= 0)
			act_say(a, "Checkpoint is revision %lld\n", (long long)number);
	}
	act_done(a);
}

struct listing {
	struct act *act;
	bool checkpoints; /* only these */
	unsigned n;
};

static void revision_shown(void *ctx, const struct db_revision *r)
{
	struct listing *l = ctx;
	struct text when = {0};

	if (l->checkpoints && !r->name)
		return;
	if (!l->n++)
		act_say(l->act, "Number  Name                  Bytes  Who              When\n");
	clock_text(&when, r->when, 0);
	act_say(l->act, "%6lld  %-18s %8lld  %-16s %s\n", (long long)r->number,
	    !r->name   ? "(saved)"
	    : *r->name ? r->name
		       : "-",
	    (long long)r->bytes, r->who, text_str(&when));
	text_free(&when);
}

static void act_show_configuration_revisions(struct act *a)
{
	struct listing l = {a, gram_typed(&a->match, "checkpoints"), 0};

	if (!db_revisions(running_of(a)->db, revision_shown, &l))
		act_refuse(
		    a, "ERROR: the revisions could not be read: %s", db_fault(running_of(a)->db));
	act_done(a);
}

/* ---- compared ---------------------------------------------------------------- */

/* Reads both and compares; false, and said why, when that cannot be. `*from` and `diff` are the
 * caller's to free. */
static bool compare(struct act *a, const char *from, const char *to, enum gram_masked masked,
    struct revision_text *old, struct revision_text *new, struct revision_diff *diff)
{
	char error[400];

	*new = (struct revision_text){0};
	if (!revisions_read(running_of(a), from, old, error, sizeof(error)) ||
	    !revisions_read(running_of(a), to, new, error, sizeof(error)))
		act_refuse(a, "%s", error);
	else if (!revisions_diff(a->manager->gram, old->text, new->text, masked, diff))
		act_refuse(a, "ERROR: out of memory");
	return !a->refused;
}

static void act_show_configuration_diff(struct act *a)
{
	const char *from = gram_arg(&a->match, "from"), *to = gram_arg(&a->match, "to");
	struct revision_text old = {0}, new = {0};
	struct revision_diff diff = {0};

	if (compare(
		a, from ? from : "startup", to ? to : "running", MASK_SECRETS, &old, &new, &diff))
		text_add(&a->out, diff.lines.len ? text_str(&diff.lines) : "No differences\n");
	revisions_free(&old);
	revisions_free(&new);
	text_free(&diff.lines);
	act_done(a);
}

/* ---- gone back to ------------------------------------------------------------- */

/* The block that he stands in may be none any more. */
static void leave_block(struct act *a)
{
	struct parse_state *at = &a->session->place;

	if (at->depth > 1)
		at->depth = 1;
}

static void rolled_back(void *arg, enum settled how)
{
	struct act *a = arg;

	if (how == SETTLED_DONE) {
		act_say(a, "[OK]\n");
		leave_block(a);
	}
	a->refused = how != SETTLED_DONE;
	act_done(a);
}

static void undone_now(void *arg, enum settled how)
{
	struct act *a = arg;
	struct text said = {0};

	if (how == SETTLED_DONE && !revert_done(&running_of(a)->revert, &said))
		act_say(a, "WARNING: that it has been undone could not be stored: it may go back "
			   "once more\n");
	if (said.len)
		act_say(a, "The configuration went back%s\n", text_str(&said));
	text_free(&said);
	rolled_back(arg, how);
}

/* The revision in the place of the running-config; `asks`: only what would change is said, and
 * whether anything would. `done` ends the act. */
static bool go_back(
    struct act *a, const char *which, bool asks, void (*done)(void *arg, enum settled))
{
	struct revision_text now = {0}, back = {0};
	struct revision_diff diff = {0};
	struct config_change c = {
	    .privilege = PRIVILEGE_MAX, .out = &a->out, .done = done, .arg = a};
	char line[80];
	bool any = false;

	snprintf(line, sizeof(line), "configure rollback %.40s", which);
	c.line = line;
	act_author(a, &c.author);
	if (!compare(a, "running", which, asks ? MASK_SECRETS : MASK_HASHES, &now, &back, &diff)) {
		act_done(a);
	} else if (!diff.lines.len) {
		act_say(a, "No differences\n");
		done(a, SETTLED_DONE);
	} else {
		any = true;
		if (asks)
			act_say(a, "%sLines removed: %u, added: %u\n", text_str(&diff.lines),
			    diff.removed, diff.added);
		else
			revisions_load(running_of(a), &c, &back, &diff);
	}
	revisions_free(&now);
	revisions_free(&back);
	text_free(&diff.lines);
	return any;
}

static void rollback_answered(struct act *a, const char *answer)
{
	if (act_confirmed(answer))
		go_back(a, gram_arg(&a->match, "revision"), false, rolled_back);
	else
		act_done(a);
}

static void act_configure_rollback(struct act *a)
{
	if (gram_typed(&a->match, "noconfirm"))
		rollback_answered(a, "");
	else if (go_back(a, gram_arg(&a->match, "revision"), true, rolled_back))
		act_ask(a, ACT_ASK_KEY, "Proceed with rollback? [confirm]", rollback_answered);
}

/* ---- the change that undoes itself ------------------------------------------------ */

/* Seconds as h:mm:ss. */
static void say_time(struct act *a, unsigned long long s)
{
	act_say(a, "%llu:%02llu:%02llu", s / 3600, s / 60 % 60, s % 60);
}

/* Minutes, or h:mm:ss. */
static uint64_t seconds_typed(const struct act *a)
{
	const char *minutes = gram_arg(&a->match, "minutes"), *time = gram_arg(&a->match, "time");
	unsigned h = 0, m = 0, s = 0;

	if (minutes)
		return 60 * strtoull(minutes, NULL, 10);
	if (time)
		sscanf(time, "%u:%u:%u", &h, &m, &s);
	return 3600ull * h + 60 * m + s;
}

/* Whether something waits cannot be read: it is told, and the act ends. */
static bool is_unread(struct act *a)
{
	if (!running_of(a)->revert.unread)
		return false;
	act_refuse(
	    a, "ERROR: Whether a change is waiting to be confirmed cannot be read now. Try again");
	act_done(a);
	return true;
}

static void act_configure_revert_timer(struct act *a)
{
	struct revert *r = &running_of(a)->revert;
	uint64_t seconds = seconds_typed(a);
	int64_t number;
	char name[65];

	if (is_unread(a))
		return;
	number = r->number ? r->number : keep(a, "revert");
	if (number >= 0 && !revert_start(r, number, 1000 * seconds, act_name(a, name))) {
		act_refuse(a, "ERROR: Unable to store it: %s", db_fault(running_of(a)->db));
	} else if (number >= 0) {
		act_say(a, "In ");
		say_time(a, seconds);
		act_say(a, " the configuration goes back to revision %lld, unless 'configure "
			   "confirm' is given\n",
		    (long long)number);
	}
	act_done(a);
}

static bool nothing_pending(struct act *a)
{
	if (running_of(a)->revert.number)
		return false;
	if (!is_unread(a)) {
		act_refuse(a, "ERROR: No change is waiting to be confirmed");
		act_done(a);
	}
	return true;
}

static void act_configure_revert_now(struct act *a)
{
	char number[24];

	if (nothing_pending(a))
		return;
	snprintf(number, sizeof(number), "%lld", (long long)running_of(a)->revert.number);
	go_back(a, number, false, undone_now);
}

static void act_configure_confirm(struct act *a)
{
	if (nothing_pending(a))
		return;
	if (!revert_end(&running_of(a)->revert))
		act_refuse(a, "ERROR: it could not be stored: %s", db_fault(running_of(a)->db));
	else
		act_say(a, "The change stays. Use 'write memory' to save it\n");
	act_done(a);
}

static void act_show_configuration_revert(struct act *a)
{
	const struct revert *r = &running_of(a)->revert;

	if (is_unread(a))
		return;
	if (!r->number) {
		act_say(a, "No change is waiting to be confirmed\n");
	} else {
		act_say(a, "In ");
		say_time(a, revert_left(r) / 1000);
		act_say(a, " the configuration goes back to revision %lld, unless 'configure "
			   "confirm' is given\nStarted by %s\n",
		    (long long)r->number, r->who);
	}
	act_done(a);
}

const struct act_row acts_revisions[] = {
    ACT(configure_checkpoint),
    ACT(configure_rollback),
    ACT(configure_revert_timer),
    ACT(configure_revert_now),
    ACT(configure_confirm),
    ACT(show_configuration_revisions),
    ACT(show_configuration_diff),
    ACT(show_configuration_revert),
    ACTS_END,
};
