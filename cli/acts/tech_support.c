/*
 * show tech-support: other commands, one after the other, each below its title.
 * For each of them the act is that command's: its line is matched, its function
 * run, and where it would be done the next one begins. Secrets are as masked as
 * in those commands; with `| json` it has the records of all of them.
 */
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"

static const char *const commands[] = {"show version", "show inventory", "show clock",
    "show uptime", "show cpu usage", "show memory detail", "show processes",
    "show interface detail", "show interface mapping", "show nameif", "show ip address",
    "show route", "show arp", "show asp table socket", "show conn count", "show xlate count",
    "show nat detail", "show access-list", "show host-firewall", "show failover",
    "show crypto ikev1 sa detail", "show crypto ikev1 stats", "show crypto ipsec sa",
    "show crypto ipsec stats", "show crypto protocol statistics all",
    "show crypto accelerator statistics", "show crypto client-profiles", "show vpn doctor",
    "show vpn failures detail", "show vpn-sessiondb",
    "show vpn-sessiondb detail ra-ikev1-ipsec", "show vpn-sessiondb history", "show debug",
    "show logging", "show running-config all"};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* The line of the next command is in the match; NULL behind the last. */
static const struct act_row *next_command(struct act *a)
{
	struct manager *m = a->manager;
	struct parse_state at;
	const char *line;

	a->records_before = a->records.len;
	while (a->step < a->steps) {
		line = commands[a->step++];
		gram_match_done(&a->match);
		memset(&a->match, 0, sizeof(a->match));
		parse_state_init(&at, m->gram, false);
		gram_match(m->gram, &at, PRIVILEGE_MAX, line, &a->match);
		if (a->match.status != GRAM_OK || !a->match.command->run)
			continue;
		act_say(a, "\n------------------ %s ------------------\n\n", line);
		return a->outer->find(a->match.command->run);
	}
	return NULL;
}

static void one_done(struct act *a)
{
	const struct act_row *row = next_command(a);

	if (row) {
		row->run(a);
		return;
	}
	/* What one of them could not tell is said where it stands. */
	a->refused = false;
	a->ops = a->outer;
	a->outer = NULL;
	act_done(a);
}

static void act_show_tech_support(struct act *a)
{
	static const struct act_ops ops = {.done = one_done};

	a->outer = a->ops;
	a->ops = &ops;
	a->step = 0;
	/* The last of them is the configuration. */
	a->steps = N_COMMANDS - gram_typed(&a->match, "no-config");
	one_done(a);
}

const struct act_row acts_tech_support[] = {
    ACT(show_tech_support),
    ACTS_END,
};
