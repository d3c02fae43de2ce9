/* What a person is told who comes: the banners in their places, when he was here before, how often
 * he could not come in. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/acts/who.h"
#include "cli/log/clock.h"
#include "cli/login/banner.h"
#include "cli/operator/account.h"
#include "cli/operator/history.h"
#include "cli/operator/operator.h"

static unsigned history_days(struct manager *m)
{
	char days[8];

	return login_setting(m, "history_days", days, sizeof(days)) ? (unsigned)atoi(days) : 1;
}

static void last_time(struct act *a, const char *what, int64_t at, const char *from)
{
	char when[64];

	clock_format(when, sizeof(when), "%H:%M:%S %Z %b %e %Y", at);
	act_say(a, "%s: %s from %s", what, when, from);
}

/* How often he was here, and when before this time. */
static void history(struct act *a, const struct login_record *before, int64_t now)
{
	unsigned days = history_days(a->manager);

	act_say(a, "Logins over the last %u days: %u.  ", days,
	    1 + (before ? logins_within(before, days, now) : 0));
	if (before && before->n)
		last_time(a, "Last login", before->at[before->n - 1], before->from);
	act_say(a, "\nFailed logins since the last login: %u.  ", before ? before->failed : 0);
	if (before && before->failed)
		last_time(a, "Last failed login", before->failed_at, before->failed_from);
	act_say(a, "\n");
}

void operator_came(struct operator *op)
{
	struct manager *m = op->act.manager;
	struct act_session *s = &op->session;
	char name[65];

	logins_add(&m->logins, act_name(&op->act, name), s->way == WAY_SSH ? s->from : "console",
	    clock_now(NULL));
	account_came(op);
	account_privilege(op);
}

void operator_welcome(struct operator *op)
{
	banner_text(op->act.manager, "motd", &op->act.out);
	if (op->unproved || op->session.way == WAY_SSH)
		banner_text(op->act.manager, "login", &op->act.out);
}

void operator_greet(struct operator *op)
{
	struct manager *m = op->act.manager;
	struct act *a = &op->act;
	char name[65];

	act_say(a, "User %s logged in to %s\n", act_name(a, name),
	    m->running.delivery.own.hostname);
	if (login_setting(m, "history", NULL, 0))
		history(a, logins_find(&m->logins, act_name(a, name)), clock_now(NULL));
	act_say(a, "Type help or '?' for a list of available commands.\n%s",
	    text_str(&m->running.notes));
	banner_text(m, "exec", &a->out);
	operator_came(op);
}

/* ---- serial console: who is there? -------------------------------------------------- */

static void proved(struct act *a, const struct login_result *result)
{
	struct operator *op = operator_of(a);
	struct act_session *s = a->session;

	if (result) {
		op->unproved = NULL;
		snprintf(s->user, sizeof(s->user), "%s", result->user);
		s->login_privilege = result->privilege;
		s->privilege = result->enabled ? result->privilege : PRIVILEGE_USER;
		s->by_server = result->by_server;
		s->prompt_only = result->prompt_only;
		who_say_message(a, result->message);
		if (op->interactive)
			history_send(op);
		operator_greet(op);
	}
	act_done(a);
}

void operator_ask_who(struct operator *op)
{
	who_ask(&op->act, LOGIN_SERIAL, NULL, proved);
}
