/* Acts on the operator's terminal: what it shows, what was typed on it, what may be typed. */
#include <stdlib.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/login/rights.h"

static void act_exec_terminal_pager(struct act *a)
{
	const char *lines = gram_arg(&a->match, "lines");
	long n = lines ? strtol(lines, NULL, 10) : 0;

	if (!lines && !a->match.negated)
		act_refuse(a, "ERROR: %% Incomplete command");
	else
		a->ops->set_pager(a, n > UINT16_MAX ? UINT16_MAX : (uint16_t)n);
	act_done(a);
}

static void act_exec_terminal_width(struct act *a)
{
	a->ops->set_width(a, (uint16_t)atoi(gram_arg(&a->match, "width")));
	act_done(a);
}

static void monitor(struct act *a, bool on)
{
	unsigned *hears = &a->session->log.hears;

	*hears = on ? *hears | AUDIT_MONITOR : *hears & ~(unsigned)AUDIT_MONITOR;
}

static void act_exec_terminal_monitor(struct act *a)
{
	monitor(a, !a->match.negated);
	act_done(a);
}

static void act_exec_terminal_no_monitor(struct act *a)
{
	monitor(a, false);
	act_done(a);
}

static void act_show_terminal(struct act *a)
{
	act_say(a, "\nWidth = %u, %smonitor\nterminal interactive\n", a->session->width,
	    a->session->log.hears & AUDIT_MONITOR ? "" : "no ");
	act_done(a);
}

static void act_show_pager(struct act *a)
{
	if (a->session->pager)
		act_say(a, "pager lines %u\n", a->session->pager);
	else
		act_say(a, "no pager\n");
	act_done(a);
}

static void act_show_history(struct act *a)
{
	for (unsigned i = 0; i < a->session->n_history; i++)
		act_say(a, "  %s\n", a->session->history[i]);
	act_done(a);
}

/* `help`: what a newcomer needs to know of the terminal. `help COMMAND`: how it is
 * written. */
static void act_exec_help(struct act *a)
{
	const struct act_session *s = a->session;
	const char *command = gram_arg(&a->match, "command");
	struct gram_out out = act_out(a);

	if (command) {
		if (!gram_usage(a->manager->gram, &s->place,
		        rights_seen(a->manager, s->privilege), command, &out))
			act_refuse(a, "ERROR: %% Unrecognized command");
		act_done(a);
		return;
	}
	act_say(a,
	    "\n"
	    "Help may be requested at any point in a command by entering a question mark '?':\n"
	    "  '?' at an empty prompt lists the commands of the mode\n"
	    "  'show ?' lists what may follow\n"
	    "  'sh?' lists the words that begin with these letters\n"
	    "  'help show' explains how a command is written\n"
	    "A word may be cut short as long as it stays unambiguous; Tab completes it.\n");
	act_done(a);
}

/* clang-format off */
const struct act_row acts_terminal[] = {
	LIVE_ACT(exec_terminal_pager),
	LIVE_ACT(exec_terminal_width),
	LIVE_ACT(exec_terminal_monitor),
	LIVE_ACT(exec_terminal_no_monitor),
	LIVE_ACT(show_terminal),
	LIVE_ACT(show_pager),
	LIVE_ACT(show_history),
	LIVE_ACT(exec_help),
	ACTS_END,
};
/* clang-format on */
