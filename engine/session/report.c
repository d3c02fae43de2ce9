/*
 * What the gateway tells the world of what happens in it: syslog lines,
 * counts of failures by their reason, the list of them, the tally of what is up.
 */
#include "engine/session/report.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/client_code.h"
#include "engine/config/cure_names.h"

#define FAILURE_AGAIN (60 * SEC)

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

/* ---- which attempts failed -------------------------------------------------------- */

/* Ends that say nothing of why the client is not connected: whoever ends a session that is up ends
 * one that is not yet the same way. `ours`: an order of ours, or the same client came again. */
static const struct {
	enum reason why;
	bool ours;
} ends[] = {
    {REASON_NONE, true},
    {REASON_ADMIN_RESET, true},
    {REASON_ADMIN_SHUTDOWN, true},
    {REASON_ADMIN_REBOOT, true},
    {REASON_ENGINE_RESTART, true},
    {REASON_ENGINE_LOST, true},
    {REASON_SERVER_DISCONNECT, true},
    {REASON_PEER_RECONNECTED, true},
    {REASON_PORT_PREEMPTED, true},
    {REASON_USER_REQUESTED, false},
    {REASON_PEER_DELETE, false},
    {REASON_IDLE_TIMEOUT, false},
    {REASON_PHASE1_LIFETIME, false},
    {REASON_IPSEC_LIFETIME, false},
    {REASON_LOST_SERVICE, false},
};

/* Why it failed; REASON_NONE: it did not. A client that leaves, or falls silent, before he is up
 * has failed, too. */
static enum reason failure_of(const struct attempt *a)
{
	if (a->outcome == ATTEMPT_SUCCEEDED)
		return REASON_NONE;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		if (ends[i].why != a->reason)
			continue;
		if (ends[i].ours)
			return REASON_NONE;
		return a->stage == ATTEMPT_IPSEC ? REASON_NO_L2TP : REASON_CLIENT_GAVE_UP;
	}
	return a->reason;
}

/* ---- what is told of them --------------------------------------------------------- */

/* "Group = G, Username = U, IP = A", as far as they are known: as the device heads its lines. */
static void head(const struct failure *f, const char *user, char *buf, size_t size)
{
	char from[ADDR_TEXT_MAX];

	snprintf(buf, size, "%s%s%s%s%s%sIP = %s", *f->group ? "Group = " : "", f->group,
	    *f->group ? ", " : "", *user ? "Username = " : "", user, *user ? ", " : "",
	    addr_text(&f->address, from));
}

/* The cure in one line, for a name that the log may bear. */
static const char *cure_told(const struct failure *f, const char *user, char buf[CURE_MAX])
{
	if (strcmp(user, f->user) != 0)
		return cure_of(f->reason, &(struct cure_names){.user = user}, CURE_SENTENCE, buf);
	return cure_text(f->cure, &(struct cure_names){0}, CURE_SENTENCE, buf);
}

static void say(struct gateway *gw, struct failure *f)
{
	const struct reason_text *t = reason_text(f->reason);
	char who[256], times[40] = "", code[40] = "", terms[2 * ATTEMPT_TERMS_MAX + 64] = "";
	const char *user = f->user;
	char cure[CURE_MAX];

	if (*user)
		user = log_name(
		    &gw->trace->log, f->reason != REASON_AUTH_UNKNOWN_USER, user);
	head(f, user, who, sizeof who);
	if (f->untold > 1)
		snprintf(times, sizeof times, " (%u times)", f->untold);
	if (f->code)
		snprintf(code, sizeof code, ", Windows error %d", f->code);
	if (*f->offered || *f->configured)
		snprintf(terms, sizeof terms, ". Offered: %s; configured: %s", f->offered,
		    f->configured);
	log_say(&gw->trace->log, 199030,
	    "%s, Client = %s, Connection failed%s. Stage: %s, Reason: %s%s%s%s%s%s%s", who,
	    profile_text(f->client)->text, times, attempt_stage_text(f->stage), t->plain,
	    *f->detail ? ": " : "", f->detail, code, *f->cure ? ". Cure: " : "",
	    cure_told(f, user, cure), terms); /* a line has an end: what mends it goes first */
	f->told = gw->env->now(gw->env);
	f->untold = 0;
}

/* Anybody can make attempts that fail, and who has the group's key can invent a user for each: all
 * are counted, but not all are a line, and nobody has all the lines. */
static bool may_tell(struct gateway *gw, struct telling *t, const struct addr *about)
{
	uint64_t now = gw->env->now(gw->env);
	uint32_t here = 0;

	if (now - t->since >= SEC) {
		if (t->untold)
			log_say(&gw->trace->log, 713903,
			    "%u more failed attempts without a line of their own", t->untold);
		t->since = now;
		t->told = t->untold = 0;
	}
	for (uint32_t i = 0; i < t->told; i++)
		here += addr_equal(&t->about[i], about);
	if (t->told == FAILURES_TOLD || here == FAILURES_TOLD_ADDRESS) {
		t->untold++;
		return false;
	}
	t->about[t->told++] = *about;
	return true;
}

/* The same again within the minute is only counted. */
static void tell(struct gateway *gw, struct failure *f)
{
	struct telling *t =
	    f->stage < ATTEMPT_AUTHENTICATED ? &gw->strangers_told : &gw->known_told;

	if (f->count > 1 && gw->env->now(gw->env) - f->told < FAILURE_AGAIN)
		return;
	if (may_tell(gw, t, &f->address))
		say(gw, f);
}

/* ---- what is kept of them --------------------------------------------------------- */

static void set(char *to, size_t size, const char *from)
{
	size_t len = from ? strnlen(from, size - 1) : 0;

	if (len)
		memcpy(to, from, len);
	to[len] = '\0';
}

#define SET(to, from) set(to, sizeof(to), from)

/* What tells it from others. */
static void identify(const struct attempt *a, struct failure *f)
{
	f->address = a->path.remote.addr;
	f->cookie = a->cookie;
	f->client = a->client;
	f->stage = a->stage;
	SET(f->user, a->user);
	SET(f->group, a->group);
}

static void describe(struct gateway *gw, const struct attempt *a, struct failure *f)
{
	const struct interface *i = config_interface_by_addr(gw->config, &a->path.local.addr);
	const struct attempt_terms none = {.cure = ""}, *terms = a->terms ? a->terms : &none;
	struct cure_names names;
	struct cure_words words;

	config_cure_names(gw->config, i, a->group, a->user, &names, &words);
	if (*a->policy)
		names.policy = a->policy;
	f->path = a->path;
	f->code = a->code ? a->code : client_code(f->reason, a->stage);
	SET(f->interface, names.interface);
	SET(f->policy, *a->group ? names.policy : NULL);
	SET(f->chosen, a->chosen);
	SET(f->detail, a->detail);
	SET(f->offered, terms->offered);
	SET(f->configured, terms->configured);
	if (*terms->cure)
		SET(f->cure, terms->cure);
	else
		config_cure(gw->config, i, f->reason, &names, f->cure);
}

bool report_wanted(void *owner, enum reason why)
{
	struct gateway *gw = owner;

	return failures_wanted(&gw->failed, why, gw->env->now(gw->env));
}

void report_attempt(void *owner, const struct attempt *a)
{
	struct gateway *gw = owner;
	enum reason why = failure_of(a);
	struct failure said = {.reason = why}, *f;

	if (why == REASON_NONE)
		return;
	identify(a, &said);
	if (failures_is_again(&gw->failed, &said))
		return;
	gateway_failure(gw, why);
	if (a->stage < ATTEMPT_AUTHENTICATED && !report_wanted(gw, why)) {
		failures_count(&gw->failed, &said, gw->env->wall(gw->env));
		return;
	}
	describe(gw, a, &said);
	f = failures_note(&gw->failed, &said, gw->env->wall(gw->env), gw->env->now(gw->env));
	if (f)
		tell(gw, f);
}
