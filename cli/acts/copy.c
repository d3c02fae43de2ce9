/*
 * `copy` and its like: struct copy is the act's work, from the first question to
 * the last word. The questions are the device's, one after the other; what they
 * are about is a row of the table below.
 */
#include "cli/acts/copy.h"

#include <stdlib.h>
#include <string.h>

#include "cli/acts/acts.h"
#include "cli/acts/copy_private.h"
#include "cli/disk/disk.h"

/* ---- the questions ------------------------------------------------------------------- */

static void ask_next(struct copy *);

static void stop(struct act *a)
{
	a->drop(a);
	a->drop = NULL;
	act_done(a);
}

static void refuse_name(struct act *a)
{
	act_refuse(a, "%%Error: Invalid file name");
	stop(a);
}

/* What may be asked of a place. */
enum asked { HOST, FILE_NAME, PASSWORD };

static const struct step {
	bool to; /* of the destination */
	enum asked asked;
} STEP[] = {
    {false, HOST},
    {false, FILE_NAME},
    {false, PASSWORD},
    {true, HOST},
    {true, FILE_NAME},
    {true, PASSWORD},
};

#define STEPS (sizeof STEP / sizeof *STEP)

/* Is there such a question at all? */
static bool applies(const struct copy *c, const struct place *p, enum asked what)
{
	bool signs_in = !strcmp(p->scheme, "ftp") || !strcmp(p->scheme, "scp");

	switch (what) {
	case HOST:
		return p->kind == PLACE_URL;
	case FILE_NAME:
		return p != &c->to || p->kind != PLACE_STARTUP;
	case PASSWORD:
		return p->kind == PLACE_URL && signs_in && *p->auth && !place_has_password(p);
	}
	return false;
}

static bool has_answer(const struct place *p, enum asked what)
{
	return what == HOST ? *p->host : what == FILE_NAME ? *p->file : false;
}

static bool take_answer(struct place *p, enum asked what, const char *answer)
{
	size_t len = strlen(p->auth);

	if (what == PASSWORD)
		return snprintf(p->auth + len, sizeof p->auth - len, ":%s", answer) <
		       (int)(sizeof p->auth - len);
	if (!*answer)
		return has_answer(p, what);
	return what == HOST ? place_host(p, answer) : place_file(p, answer);
}

static void answered(struct act *a, const char *answer)
{
	struct copy *c = copy_of(a);
	const struct step *s = &STEP[c->step];

	if (!answer) {
		stop(a);
	} else if (!take_answer(s->to ? &c->to : &c->from, s->asked, answer)) {
		refuse_name(a);
	} else {
		c->step++;
		ask_next(c);
	}
}

static void ask_one(struct copy *c, const struct step *s)
{
	const struct place *p = s->to ? &c->to : &c->from;
	char question[600];

	if (s->asked == HOST)
		snprintf(
		    question, sizeof question, "\nAddress or name of remote host [%s]? ", p->host);
	else if (s->asked == FILE_NAME)
		snprintf(question, sizeof question, "\n%s filename [%s]? ",
		    s->to ? "Destination" : "Source", p->file);
	else
		snprintf(question, sizeof question, "\nPassword: ");
	act_ask(c->act, s->asked == PASSWORD ? ACT_ASK_HIDDEN : 0, question, answered);
}

static void overwrite_answered(struct act *a, const char *answer)
{
	if (act_confirmed(answer)) {
		copy_move(copy_of(a));
		return;
	}
	act_say(a, "%%Error copying (File exists)\n");
	a->refused = true;
	stop(a);
}

/* All is known; one thing may be left to be confirmed. */
static void ask_last(struct copy *c)
{
	if (c->to.kind != PLACE_DISK || c->quiet || !disk_has(c->act->manager->state, c->to.file)) {
		copy_move(c);
		return;
	}
	act_say(c->act, "%%Warning:There is a file already existing with this name\n");
	act_ask(c->act, ACT_ASK_KEY, "Do you want to over write? [confirm]", overwrite_answered);
}

/* A copy is called as what it is a copy of, unless it is said otherwise. */
static void propose_name(struct copy *c)
{
	const char *base = place_base(&c->from);

	if (!*c->to.file && *base)
		(void)place_file(&c->to, base);
}

static void ask_next(struct copy *c)
{
	for (; c->step < STEPS; c->step++) {
		const struct step *s = &STEP[c->step];
		const struct place *p = s->to ? &c->to : &c->from;

		if (s->to)
			propose_name(c);
		if (applies(c, p, s->asked) && !(c->quiet && has_answer(p, s->asked))) {
			ask_one(c, s);
			return;
		}
	}
	ask_last(c);
}

/* ---- begin and end ------------------------------------------------------------------------ */

static void drop(struct act *a)
{
	struct copy *c = copy_of(a);

	turns_leave(&a->manager->running.settle.turns, &c->turn);
	copy_close(c);
	text_free(&c->bytes);
	explicit_bzero(c, sizeof *c);
	free(c);
	a->work = NULL;
}

/* Where nothing can be written to, or it would be the same. */
static const char *senseless(const struct place *from, const struct place *to)
{
	if (from->kind == to->kind && from->kind != PLACE_URL && !strcmp(from->file, to->file))
		return "Source and destination are the same";
	return NULL;
}

void copy_begin(struct act *a, const struct place *from, const struct place *to, bool quiet)
{
	const char *why = senseless(from, to);
	struct copy *c = why ? NULL : calloc(1, sizeof *c);

	if (!c) {
		act_refuse(a, "%%Error: %s", why ? why : "out of memory");
		act_done(a);
		return;
	}
	c->act = a;
	c->from = *from;
	c->to = *to;
	c->quiet = quiet;
	c->bytes.secret = true;
	a->work = c;
	a->drop = drop;
	ask_next(c);
}

static bool parse(struct act *a, const char *typed, struct place *p)
{
	const char *why;

	if (place_parse(typed, p, &why))
		return true;
	act_refuse(a, "%%Error: %s", why);
	return false;
}

static void act_copy(struct act *a)
{
	const char *from = gram_arg(&a->match, "from"), *to = gram_arg(&a->match, "to");
	struct place source, destination;

	if (!parse(a, from, &source) || !parse(a, to, &destination))
		act_done(a);
	else
		copy_begin(a, &source, &destination,
		    gram_typed(&a->match, "/noconfirm") || a->session->script);
}

/* `configure memory`: the startup-config over what runs. */
static void act_configure_memory(struct act *a)
{
	const char *why;
	struct place from, to;

	place_parse("startup-config", &from, &why);
	place_parse("running-config", &to, &why);
	copy_begin(a, &from, &to, true);
}

const struct act_row acts_copy[] = {
    ACT(copy),
    ACT(configure_memory),
    ACTS_END,
};
