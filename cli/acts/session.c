/* Acts on the operator's own session: privilege, modes, terminal, what it did. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/manager/manager.h"
#include "cli/show/show.h"
#include "engine/crypto/password.h"

#define ENABLE_TRIES 3

/* ---- privilege ---------------------------------------------------------- */

/* Is this the enable password? Without one configured, the empty answer is. */
static bool enable_password_is(struct manager *m, const char *typed)
{
	char stored[PASSWORD_FORM_MAX], form[16];
	bool ok;

	/* One that cannot be read is not one that was never set. */
	if (db_is_lost(m->db, "system", "password", NULL))
		return false;
	if (!db_get(m->db, "system", "password", NULL, 0, stored, sizeof(stored)) || !stored[0])
		return typed[0] == 0 && !db_fault(m->db);
	if (!db_get(m->db, "system", "form", NULL, 0, form, sizeof(form)))
		snprintf(form, sizeof(form), "pbkdf2");
	ok = password_verify(m->crypto, typed, form, stored);
	explicit_bzero(stored, sizeof(stored));
	return ok;
}

static void enable_answered(struct operator *op, const char *answer)
{
	struct manager *m = op->manager;
	char name[65];

	if (answer && enable_password_is(m, answer)) {
		audit_add(&m->audit, 5, 502103, "User priv level changed: Uname: %s From: %d To: %ld",
		    operator_name(op, name), op->privilege, op->number);
		operator_set_privilege(op, (int)op->number);
	} else if (answer && ++op->tries < ENABLE_TRIES) {
		operator_say(op, "Invalid password\n");
		operator_ask(op, CONSOLE_ASK_HIDDEN, "Password: ", enable_answered);
		return;
	} else if (answer) {
		audit_add(&m->audit, 6, 611102, "User authentication failed: IP address: %s, Uname: %s",
		    op->from, operator_name(op, name));
		operator_say(op, "Invalid password\n");
		operator_refuse(op, "Access denied.");
	}
	operator_done(op);
}

static void exec_enable(struct operator *op)
{
	const char *level = gram_arg(&op->match, "level");

	op->number = level ? atoi(level) : PRIVILEGE_MAX;
	if (op->number <= op->privilege) {
		operator_set_privilege(op, op->number > PRIVILEGE_USER ? (int)op->number : PRIVILEGE_USER);
		operator_done(op);
		return;
	}
	op->tries = 0;
	operator_ask(op, CONSOLE_ASK_HIDDEN, "Password: ", enable_answered);
}

static void exec_disable(struct operator *op)
{
	const char *level = gram_arg(&op->match, "level");
	int to = level ? atoi(level) : PRIVILEGE_USER;

	if (to > op->privilege)
		operator_refuse(op, "ERROR: use 'enable' to raise the privilege level");
	else
		operator_set_privilege(op, to > PRIVILEGE_USER ? to : PRIVILEGE_USER);
	operator_done(op);
}

static void exec_configure(struct operator *op)
{
	parse_state_init(&op->place, op->manager->gram, true);
	operator_done(op);
}

/* `help`: what a newcomer needs to know of the terminal. */
static void exec_help(struct operator *op)
{
	operator_say(op,
	    "\n"
	    "Help may be requested at any point in a command by entering a question mark '?':\n"
	    "  '?' at an empty prompt lists the commands of the mode\n"
	    "  'show ?' lists what may follow\n"
	    "  'sh?' lists the words that begin with these letters\n"
	    "A word may be cut short as long as it stays unambiguous; Tab completes it.\n");
	operator_done(op);
}

static void show_curpriv(struct operator *op)
{
	char name[65];

	operator_say(op, "Username : %s\nCurrent privilege level : %d\nCurrent Mode/s : %s%s\n",
	    operator_name(op, name), op->privilege, op->privilege > PRIVILEGE_USER ? "P_PRIV" : "P_UNPR",
	    op->place.depth ? " P_CONF" : "");
	operator_done(op);
}

/* ---- terminal ----------------------------------------------------------- */

static void exec_terminal_pager(struct operator *op)
{
	const char *lines = gram_arg(&op->match, "lines");
	long n = lines ? strtol(lines, NULL, 10) : 0;

	if (!lines && !op->match.negated)
		operator_refuse(op, "ERROR: %% Incomplete command");
	else
		operator_set_pager(op, n > UINT16_MAX ? UINT16_MAX : (uint16_t)n);
	operator_done(op);
}

static void exec_terminal_width(struct operator *op)
{
	op->width = (uint16_t)atoi(gram_arg(&op->match, "width"));
	operator_done(op);
}

static void exec_terminal_monitor(struct operator *op)
{
	op->monitor = !op->match.negated;
	operator_done(op);
}

static void exec_terminal_no_monitor(struct operator *op)
{
	op->monitor = false;
	operator_done(op);
}

static void show_terminal(struct operator *op)
{
	operator_say(op, "\nWidth = %u, %smonitor\nterminal interactive\n", op->width,
	    op->monitor ? "" : "no ");
	operator_done(op);
}

static void show_pager(struct operator *op)
{
	if (op->pager)
		operator_say(op, "pager lines %u\n", op->pager);
	else
		operator_say(op, "no pager\n");
	operator_done(op);
}

static void show_history(struct operator *op)
{
	for (unsigned i = 0; i < op->n_history; i++)
		operator_say(op, "  %s\n", op->history[i]);
	operator_done(op);
}

/* ---- the appliance's name and time --------------------------------------- */

static void show_hostname(struct operator *op)
{
	operator_say(op, "%s\n", op->manager->hostname);
	operator_done(op);
}

static void show_clock(struct operator *op)
{
	unsigned ms;
	time_t now = (time_t)manager_wall(&ms);
	struct tm tm;
	char clock[16], date[32];

	gmtime_r(&now, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	strftime(date, sizeof(date), "%a %b %e %Y", &tm);
	operator_say(op, "%s.%03u UTC %s\n", clock, ms, date);
	operator_done(op);
}

const struct exec_entry exec_session[] = {
	{"exec_enable",              exec_enable},
	{"exec_disable",             exec_disable},
	{"exec_configure",           exec_configure},
	{"exec_logout",              operator_log_off},
	{"exec_help",                exec_help},
	{"exec_terminal_pager",      exec_terminal_pager},
	{"exec_terminal_width",      exec_terminal_width},
	{"exec_terminal_monitor",    exec_terminal_monitor},
	{"exec_terminal_no_monitor", exec_terminal_no_monitor},
	{"show_curpriv",             show_curpriv},
	{"show_terminal",            show_terminal},
	{"show_pager",               show_pager},
	{"show_history",             show_history},
	{"show_hostname",            show_hostname},
	{"show_clock",               show_clock},
	{NULL, NULL},
};
