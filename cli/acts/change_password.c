/*
 * `change-password`: a local user gives himself another password. struct changing: the act's work,
 * from the first question to the last; wiped when it goes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/config/hooks.h"
#include "cli/login/changed.h"
#include "cli/login/login.h"

#define CLEAR_MAX 128

struct changing {
	char old[CLEAR_MAX], new[CLEAR_MAX];
	struct login *login; /* proves the old one */
};

static void drop(struct act *a)
{
	struct changing *c = a->work;

	a->work = NULL;
	a->drop = NULL;
	login_cancel(c->login);
	explicit_bzero(c, sizeof(*c));
	free(c);
}

static void end(struct act *a)
{
	drop(a);
	act_done(a);
}

static void refuse(struct act *a, const char *why)
{
	act_refuse(a, "ERROR: %s", why);
	end(a);
}

/* ---- the last step ------------------------------------------------------------------ */

/* In the form that he has: with an NT hash he stays one for MS-CHAP. */
static void store(struct act *a)
{
	struct changing *c = a->work;
	const char *user = a->session->user;
	char form[16] = "", text[PASSWORD_FORM_MAX];
	struct msg_password_changed m = {.user = user, .form = form, .password = text};
	const struct crypto *crypto = a->manager->crypto;
	struct author author;
	bool nt, ok;

	db_get(a->manager->running.db, "user", "form", &user, 1, form, sizeof(form));
	nt = strcmp(form, "nt-encrypted") == 0;
	snprintf(form, sizeof(form), "%s", nt ? "nt-encrypted" : "pbkdf2");
	ok = nt ? password_nt(crypto, c->new, text) : password_pbkdf2(crypto, c->new, NULL, text);
	act_author(a, &author);
	if (ok)
		password_changed(a->manager, &m, &author);
	explicit_bzero(text, sizeof(text));
	if (ok)
		end(a);
	else
		refuse(a, "the password cannot be stored");
}

/* ---- the old one --------------------------------------------------------------------- */

static void said(struct act *a, const char *answer)
{
	struct changing *c = a->work;

	if (answer)
		login_say(c->login, answer);
	else
		end(a);
}

/* LOCAL wants a one-time password beside it. */
static void asks(void *ctx, const char *text, bool echo)
{
	act_ask(ctx, echo ? 0 : ACT_ASK_HIDDEN, text, said);
}

static void proved(void *ctx, const struct login_result *result)
{
	struct act *a = ctx;
	struct changing *c = a->work;

	c->login = NULL;
	if (result->accepted)
		store(a);
	else
		refuse(a, "the old password is wrong");
}

static void prove(struct act *a)
{
	struct changing *c = a->work;
	struct login_request r = {.way = LOGIN_COMMAND, .user = a->session->user,
	    .password = c->old, .port = a->session->port, .ifname = a->session->ifname,
	    .to = a->session->to, .wait = true, .asks = asks};

	if (a->session->way == WAY_SSH)
		addr_parse(a->session->from, &r.from);
	c->login = login_begin(a->manager, &r, proved, a);
	if (!c->login)
		refuse(a, "out of memory");
}

/* Both are there: is the new one what the configuration wants? */
static void both(struct act *a)
{
	struct changing *c = a->work;
	struct password_policy p;
	char why[128];
	const char *wrong;

	wrong = !password_policy_read(a->manager->running.db, &p) ?
	    "what a password has to be cannot be read now" :
	    strlen(c->new) < 3 ? "the password must have at least 3 characters" :
	    strcmp(c->old, c->new) == 0 ? "the new password is the old one" :
	    password_refused(&p, a->session->user, c->old, c->new, why, sizeof(why));
	if (wrong)
		refuse(a, wrong);
	else
		prove(a);
}

/* ---- questions ------------------------------------------------------------------------- */

static bool take(char to[CLEAR_MAX], const char *text)
{
	int n = snprintf(to, CLEAR_MAX, "%s", text);

	return n >= 0 && n < CLEAR_MAX;
}

static void confirmed(struct act *a, const char *answer)
{
	struct changing *c = a->work;

	if (!answer)
		end(a);
	else if (strcmp(answer, c->new) != 0)
		refuse(a, "these were two different passwords");
	else
		both(a);
}

static void new_answered(struct act *a, const char *answer)
{
	struct changing *c = a->work;

	if (!answer)
		end(a);
	else if (!take(c->new, answer))
		refuse(a, "the password is longer than 127 characters");
	else
		act_ask(a, ACT_ASK_HIDDEN, "Confirm new password: ", confirmed);
}

static void old_answered(struct act *a, const char *answer)
{
	struct changing *c = a->work;

	if (!answer)
		end(a);
	else if (!take(c->old, answer))
		refuse(a, "the old password is wrong");
	else
		act_ask(a, ACT_ASK_HIDDEN, "New password: ", new_answered);
}

static void act_change_password(struct act *a)
{
	const char *user = a->session->user, *old = gram_arg(&a->match, "old");
	struct changing *c;
	char level[8];

	if (!user[0] || a->session->by_server ||
	    !db_get(a->manager->running.db, "user", "privilege", &user, 1, level, sizeof(level))) {
		act_refuse(a, "ERROR: only who has logged in as a local user has a password here");
		act_done(a);
		return;
	}
	c = calloc(1, sizeof(*c));
	if (!c) {
		act_refuse(a, "ERROR: out of memory");
		act_done(a);
		return;
	}
	a->work = c;
	a->drop = drop;
	if (!old)
		act_ask(a, ACT_ASK_HIDDEN, "Old password: ", old_answered);
	else if (take(c->old, old) && take(c->new, gram_arg(&a->match, "new")))
		both(a);
	else
		refuse(a, "the password is longer than 127 characters");
}

const struct act_row acts_change_password[] = {
	ACT(change_password),
	ACTS_END,
};
