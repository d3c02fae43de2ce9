/* Acts on the operator's own session: privilege, modes. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/log/clock.h"
#include "engine/crypto/password.h"

#define ENABLE_TRIES 3

/* ---- privilege ---------------------------------------------------------- */

/* Is this the enable password? Without one configured, the empty answer is. */
static bool enable_password_is(const struct manager *m, const char *typed)
{
	struct db *db = m->running.db;
	char stored[PASSWORD_FORM_MAX], form[16];
	bool ok;

	/* One that cannot be read is not one that was never set. */
	if (db_is_lost(db, "system", "password", NULL))
		return false;
	if (!db_get(db, "system", "password", NULL, 0, stored, sizeof(stored)) || !stored[0])
		return typed[0] == 0 && !db_fault(db);
	if (!db_get(db, "system", "form", NULL, 0, form, sizeof(form)))
		snprintf(form, sizeof(form), "pbkdf2");
	ok = password_verify(m->crypto, typed, form, stored);
	explicit_bzero(stored, sizeof(stored));
	return ok;
}

static void enable_answered(struct act *a, const char *answer)
{
	struct manager *m = a->manager;
	char name[65];

	if (answer && enable_password_is(m, answer)) {
		audit_add(&m->audit, 5, 502103,
		    "User priv level changed: Uname: %s From: %d To: %ld", act_name(a, name),
		    a->session->privilege, a->number);
		a->ops->set_privilege(a, (int)a->number);
	} else if (answer && ++a->tries < ENABLE_TRIES) {
		act_say(a, "Invalid password\n");
		act_ask(a, ACT_ASK_HIDDEN, "Password: ", enable_answered);
		return;
	} else if (answer) {
		audit_add(&m->audit, 6, 611102,
		    "User authentication failed: IP address: %s, Uname: %s", a->session->from,
		    act_name(a, name));
		act_say(a, "Invalid password\n");
		act_refuse(a, "Access denied.");
	}
	act_done(a);
}

static void act_exec_enable(struct act *a)
{
	const char *level = gram_arg(&a->match, "level");

	a->number = level ? atoi(level) : PRIVILEGE_MAX;
	if (a->number <= a->session->privilege) {
		a->ops->set_privilege(a,
		    a->number > PRIVILEGE_USER ? (int)a->number : PRIVILEGE_USER);
		act_done(a);
		return;
	}
	a->tries = 0;
	act_ask(a, ACT_ASK_HIDDEN, "Password: ", enable_answered);
}

static void act_exec_disable(struct act *a)
{
	const char *level = gram_arg(&a->match, "level");
	int to = level ? atoi(level) : PRIVILEGE_USER;

	if (to > a->session->privilege)
		act_refuse(a, "ERROR: use 'enable' to raise the privilege level");
	else
		a->ops->set_privilege(a, to > PRIVILEGE_USER ? to : PRIVILEGE_USER);
	act_done(a);
}

static void act_exec_configure(struct act *a)
{
	parse_state_init(&a->session->place, a->manager->gram, true);
	act_done(a);
}

static void act_exec_logout(struct act *a)
{
	a->ops->log_off(a);
}

static void act_show_curpriv(struct act *a)
{
	char name[65];

	act_say(a, "Username : %s\nCurrent privilege level : %d\nCurrent Mode/s : %s%s\n",
	    act_name(a, name), a->session->privilege,
	    a->session->privilege > PRIVILEGE_USER ? "P_PRIV" : "P_UNPR",
	    a->session->place.depth ? " P_CONF" : "");
	act_done(a);
}

/* ---- the appliance's name ---------------------------------------------- */

static void act_show_hostname(struct act *a)
{
	act_say(a, "%s\n", a->manager->running.delivery.own.hostname);
	act_done(a);
}

const struct act_row acts_session[] = {
	ACT(exec_enable),
	LIVE_ACT(exec_disable),
	ACT(exec_configure),
	LIVE_ACT(exec_logout),
	LIVE_ACT(show_curpriv),
	LIVE_ACT(show_hostname),
	ACTS_END,
};
