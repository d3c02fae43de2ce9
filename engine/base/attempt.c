/* The life of an attempt; see attempt.h. */
#include "engine/base/attempt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool attempt_begin(struct attempt **at, const struct attempt_sink *sink, uint64_t now,
    const struct path *path)
{
	struct attempt *a = malloc(sizeof *a);

	if (!a)
		return false;
	*a = (struct attempt){.sink = sink, .began = now, .path = *path};
	*at = a;
	return true;
}

void attempt_reached(struct attempt **at, enum attempt_stage stage)
{
	if (*at && stage > (*at)->stage)
		(*at)->stage = stage;
}

void attempt_client(struct attempt **at, enum client_profile client)
{
	if (*at && client != PROFILE_UNKNOWN)
		(*at)->client = client;
}

void attempt_chosen(struct attempt **at, const char *fmt, ...)
{
	va_list ap;

	if (!*at)
		return;
	va_start(ap, fmt);
	vsnprintf((*at)->chosen, sizeof (*at)->chosen, fmt, ap);
	va_end(ap);
	attempt_reached(at, ATTEMPT_NEGOTIATED);
}

void attempt_user(struct attempt **at, const char *user)
{
	if (*at)
		snprintf((*at)->user, sizeof (*at)->user, "%s", user);
	attempt_reached(at, ATTEMPT_LOGIN);
}

void attempt_group(struct attempt **at, const char *tunnel_group)
{
	if (*at)
		snprintf((*at)->group, sizeof (*at)->group, "%s", tunnel_group);
}

void attempt_policy(struct attempt **at, const char *group_policy)
{
	if (*at)
		snprintf((*at)->policy, sizeof (*at)->policy, "%s", group_policy);
}

void attempt_code(struct attempt **at, int code)
{
	if (*at)
		(*at)->code = code;
}

void attempt_terms(struct attempt **at, const struct attempt_terms *terms)
{
	struct attempt *a = *at;

	if (a && !a->terms)
		a->terms = malloc(sizeof *a->terms);
	if (a && a->terms)
		*a->terms = *terms;
}

static void tell(struct attempt *a, enum attempt_outcome outcome, enum reason why,
    const char *detail)
{
	a->outcome = outcome;
	a->reason = why;
	a->detail = detail;
	a->sink->closed(a->sink->owner, a);
}

/* The one place where an attempt ends; its holder has none already when the sink is told. */
static void end(struct attempt **at, enum attempt_outcome outcome, enum reason why,
    const char *detail)
{
	struct attempt *a = *at;

	if (!a)
		return;
	*at = NULL;
	tell(a, outcome, why, detail);
	free(a->terms);
	free(a);
}

void attempt_hand(struct attempt **to, struct attempt **from)
{
	if (!*from)
		return;
	end(to, ATTEMPT_ABANDONED, REASON_PEER_RECONNECTED, NULL);
	*to = *from;
	*from = NULL;
}

void attempt_succeed(struct attempt **at)
{
	attempt_reached(at, ATTEMPT_UP);
	end(at, ATTEMPT_SUCCEEDED, REASON_NONE, NULL);
}

void attempt_fail(struct attempt **at, const struct path *path, enum reason why,
    const char *detail)
{
	if (*at)
		(*at)->path = *path;
	end(at, ATTEMPT_FAILED, why, detail);
}

void attempt_abandon(struct attempt **at, enum reason why)
{
	end(at, ATTEMPT_ABANDONED, why, NULL);
}

void attempt_refused_as(struct attempt *a, enum reason why, const char *detail)
{
	tell(a, ATTEMPT_FAILED, why, detail);
}

bool attempt_wanted(const struct attempt_sink *sink, enum reason why)
{
	return !sink->wanted || sink->wanted(sink->owner, why);
}

const char *attempt_stage_text(enum attempt_stage stage)
{
	static const char *const text[] = {
	    [ATTEMPT_BEGUN] = "first message",
	    [ATTEMPT_NEGOTIATED] = "phase 1 negotiated",
	    [ATTEMPT_AUTHENTICATED] = "phase 1 up",
	    [ATTEMPT_IPSEC] = "IPsec up",
	    [ATTEMPT_L2TP] = "L2TP up",
	    [ATTEMPT_LOGIN] = "login",
	    [ATTEMPT_ACCEPTED] = "accepted",
	    [ATTEMPT_UP] = "up",
	};

	return (unsigned)stage < sizeof text / sizeof *text ? text[stage] : text[ATTEMPT_BEGUN];
}
