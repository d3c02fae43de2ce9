/* Acts on who the operator is and what he may do: enable, disable, login. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/who.h"
#include "engine/crypto/password.h"

/* ---- enable -------------------------------------------------------------- */

static void raise_to(struct act *a, int level)
{
	char name[65];

	if (level > a->session->privilege)
		audit_add(&a->manager->audit, 5, 502103,
		    "User priv level changed: Uname: %s From: %d To: %d", act_name(a, name),
		    a->session->privilege, level);
	a->ops->set_privilege(a, level > PRIVILEGE_USER ? level : PRIVILEGE_USER);
}

/* A user who has proved himself gets what he asked for, up to his own level. */
static void enabled(struct act *a, const struct login_result *result)
{
	if (!result) {
		act_done(a);
		return;
	}
	if (result->privilege <= PRIVILEGE_USER) {
		act_refuse(a, "ERROR: the privilege level of user %s is %d", result->user,
		    result->privilege);
	} else {
		if (!a->session->user[0] && strncmp(result->user, "enable_", 7) != 0) {
			snprintf(a->session->user, sizeof(a->session->user), "%s", result->user);
			a->session->by_server = result->by_server;
		}
		raise_to(a, a->number < result->privilege ? (int)a->number : result->privilege);
	}
	act_done(a);
}

/* Has that level a password? Also when that cannot be known: then none is right. */
static bool has_password(struct act *a, int level)
{
	struct db *db = a->manager->running.db;
	char text[4] = "", stored[PASSWORD_FORM_MAX];
	const char *keys[] = {text};
	bool there;

	if (level != PRIVILEGE_MAX)
		snprintf(text, sizeof(text), "%d", level);
	there = db_get(db, "enable_password", "password", keys, 1, stored, sizeof(stored));
	explicit_bzero(stored, sizeof(stored));
	return there || db_fault(db) || db_is_lost(db, "enable_password", "password", keys);
}

/* Where none is set, Enter is enough for a person at the console. */
static void nothing_answered(struct act *a, const char *answer)
{
	if (answer && !answer[0] && !has_password(a, PRIVILEGE_MAX)) {
		raise_to(a, (int)a->number);
	} else if (answer && ++a->tries < 3) {
		act_say(a, "Invalid password\n");
		act_ask(a, ACT_ASK_HIDDEN, "Password: ", nothing_answered);
		return;
	} else if (answer) {
		audit_add(&a->manager->audit, 6, 308001,
		    "console enable password incorrect for %u tries (from %s)", a->tries,
		    a->session->from);
		act_say(a, "Invalid password\n");
		act_refuse(a, "Access denied.");
	}
	act_done(a);
}

static void by_password(struct act *a, int level)
{
	char name[16];

	snprintf(name, sizeof(name), "enable_%d", level);
	if (has_password(a, level)) {
		who_ask(a, LOGIN_ENABLE_PASSWORD, name, enabled);
	} else if (has_password(a, PRIVILEGE_MAX)) {
		act_refuse(a,
		    "ERROR: level %d has no password: 'enable password PASSWORD level %d' sets one",
		    level, level);
		act_done(a);
	} else if (a->session->way == WAY_SSH) {
		act_refuse(a, "ERROR: no enable password is set: 'enable password PASSWORD' at the "
			      "console sets one");
		act_done(a);
	} else {
		a->tries = 0;
		act_ask(a, ACT_ASK_HIDDEN, "Password: ", nothing_answered);
	}
}

static bool may_enable(const struct act *a)
{
	const struct act_session *s = a->session;

	if (s->by_server)
		return !s->prompt_only;
	return !s->user[0] || login_user_may(a->manager, s->user, LOGIN_MAY_ENABLE);
}

static void act_exec_enable(struct act *a)
{
	const char *level = gram_arg(&a->match, "level"), *user = a->session->user;

	a->number = level ? atoi(level) : PRIVILEGE_MAX;
	if (a->number <= a->session->privilege) {
		raise_to(a, (int)a->number);
	} else if (!may_enable(a)) {
		act_refuse(a, "ERROR: the service-type of user %s allows no privileged commands",
		    user);
	} else if (login_setting(a->manager, "enable_console", NULL, 0) ||
	    db_fault(a->manager->running.db)) { /* then nobody is let in by it either */
		who_ask(a, LOGIN_ENABLE, user[0] ? user : NULL, enabled);
		return;
	} else {
		by_password(a, (int)a->number);
		return;
	}
	act_done(a);
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

/* ---- login ---------------------------------------------------------------- */

static void logged_in(struct act *a, const struct login_result *result)
{
	if (result) {
		snprintf(a->session->user, sizeof(a->session->user), "%s", result->user);
		a->session->login_privilege = result->privilege;
		a->session->by_server = a->session->prompt_only = false;
		a->ops->set_privilege(a, PRIVILEGE_USER); /* what was another's is left behind */
		raise_to(a, result->enabled ? result->privilege : PRIVILEGE_USER);
	}
	act_done(a);
}

static void act_exec_login(struct act *a)
{
	who_ask(a, LOGIN_COMMAND, NULL, logged_in);
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

static void act_show_privilege(struct act *a)
{
	act_say(a, "Current privilege level is %d\n", a->session->privilege);
	act_done(a);
}

/* ---- the levels of all commands --------------------------------------------- */

/* A command by the words that a `privilege` line would give it. */
struct command_name {
	const char *variant, *mode, *word;
	int level;
};

static int by_name(const void *a, const void *b)
{
	const struct command_name *x = a, *y = b;
	int d = strcmp(x->mode, y->mode);

	if (!d)
		d = strcmp(x->word, y->word);
	return d ? d : strcmp(x->variant, y->variant);
}

static bool name_of(const struct gram *g, const struct gram_command *c, struct command_name *n)
{
	const char *first = gram_keyword(c, 0), *second = gram_keyword(c, 1);
	bool form = first && second && (strcmp(first, "show") == 0 || strcmp(first, "clear") == 0);

	*n = (struct command_name){form ? first : "cmd",
	    c->mode == g->config ? "configure" : c->mode->name, form ? second : first,
	    gram_level(g, c)};
	return n->word && !c->hidden && !c->is_alias;
}

/* Of those that begin alike the lowest level is told: what one has to have for some of them. */
static void act_show_privilege_all(struct act *a)
{
	const struct gram *g = a->manager->gram;
	struct command_name *all = calloc(g->n_commands, sizeof(*all));
	size_t n = 0;

	if (!all) {
		act_refuse(a, "ERROR: out of memory");
		act_done(a);
		return;
	}
	for (unsigned i = 0; i < g->n_commands; i++)
		n += name_of(g, g->commands[i], &all[n]);
	qsort(all, n, sizeof(*all), by_name);
	for (size_t i = 0; i < n; i++) {
		while (i + 1 < n && by_name(&all[i], &all[i + 1]) == 0) {
			if (all[i].level < all[i + 1].level)
				all[i + 1].level = all[i].level;
			i++;
		}
		act_say(a, "privilege %s level %d mode %s command %s\n", all[i].variant,
		    all[i].level, all[i].mode, all[i].word);
	}
	free(all);
	act_done(a);
}

const struct act_row acts_privilege[] = {
	ACT(exec_enable),
	LIVE_ACT(exec_disable),
	ACT(exec_login),
	LIVE_ACT(show_curpriv),
	LIVE_ACT(show_privilege),
	ACT(show_privilege_all),
	ACTS_END,
};
