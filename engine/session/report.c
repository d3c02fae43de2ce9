/*
 * What the gateway tells the world of what happens in it: syslog lines,
 * counts of failures by their reason, the tally of what is up.
 */
#include "engine/session/report.h"

#define FAILURES_TOLD 20 /* lines a second about those who never became a peer */

void tally_add(struct gateway *gw, enum tally_row r)
{
	struct tally *t = &gw->tally[r];

	t->active++;
	t->cumulative++;
	if (t->active > t->peak)
		t->peak = t->active;
}

void tally_remove(struct gateway *gw, enum tally_row r)
{
	gw->tally[r].active--;
}

void gateway_failure(struct gateway *gw, enum reason why)
{
	gw->failures[why]++;
}

/* Anybody can make attempts that fail: they are all counted, but not all are a line. */
static bool may_tell(struct gateway *gw)
{
	uint64_t now = gw->env->now(gw->env);

	if (now - gw->told_since >= SEC) {
		if (gw->untold)
			log_say(&gw->trace->log, 713903,
			    "%u more failed attempts without a line of their own", gw->untold);
		gw->told_since = now;
		gw->told = gw->untold = 0;
	}
	if (gw->told == FAILURES_TOLD) {
		gw->untold++;
		return false;
	}
	gw->told++;
	return true;
}

void report_attempt(void *owner, const struct attempt *a)
{
	if (a->outcome != ATTEMPT_FAILED)
		return;
	if (a->stage < ATTEMPT_AUTHENTICATED)
		report_failed(owner, &a->path, a->reason, a->detail);
	else
		gateway_failure(owner, a->reason);
}

void report_failed(struct gateway *gw, const struct path *path, enum reason why, const char *detail)
{
	char from[ADDR_TEXT_MAX];

	gateway_failure(gw, why);
	if (!may_tell(gw))
		return;
	log_say(&gw->trace->log, 713903, "IP = %s, %s%s%s", addr_text(&path->remote.addr, from),
	    reason_text(why)->device, detail && *detail ? ": " : "", detail ? detail : "");
}
