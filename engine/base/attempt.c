/* The life of an attempt; see attempt.h. */
#include "engine/base/attempt.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void attempt_begin(struct attempt *a, const struct attempt_sink *sink, uint64_t now,
    const struct path *path)
{
	*a = (struct attempt){.sink = sink, .began = now, .path = *path};
}

void attempt_reached(struct attempt *a, enum attempt_stage stage)
{
	if (attempt_open(a) && stage > a->stage)
		a->stage = stage;
}

void attempt_chosen(struct attempt *a, const char *fmt, ...)
{
	va_list ap;

	if (!attempt_open(a))
		return;
	va_start(ap, fmt);
	vsnprintf(a->chosen, sizeof a->chosen, fmt, ap);
	va_end(ap);
	attempt_reached(a, ATTEMPT_NEGOTIATED);
}

void attempt_user(struct attempt *a, const char *user)
{
	if (attempt_open(a))
		snprintf(a->user, sizeof a->user, "%s", user);
	attempt_reached(a, ATTEMPT_LOGIN);
}

/* The one place where an attempt ends. */
static void end(struct attempt *a, enum attempt_outcome outcome, enum reason why,
    const char *detail)
{
	struct attempt last = *a;

	if (!attempt_open(a))
		return;
	memset(a, 0, sizeof *a);
	last.outcome = outcome;
	last.reason = why;
	last.detail = detail;
	last.sink->closed(last.sink->owner, &last);
}

void attempt_hand(struct attempt *to, struct attempt *from)
{
	if (!attempt_open(from))
		return;
	end(to, ATTEMPT_ABANDONED, REASON_PEER_RECONNECTED, NULL);
	*to = *from;
	memset(from, 0, sizeof *from);
}

void attempt_succeed(struct attempt *a)
{
	attempt_reached(a, ATTEMPT_UP);
	end(a, ATTEMPT_SUCCEEDED, REASON_NONE, NULL);
}

void attempt_fail(struct attempt *a, const struct path *path, enum reason why, const char *detail)
{
	if (attempt_open(a))
		a->path = *path;
	end(a, ATTEMPT_FAILED, why, detail);
}

void attempt_abandon(struct attempt *a, enum reason why)
{
	end(a, ATTEMPT_ABANDONED, why, NULL);
}

void attempt_refused(const struct attempt_sink *sink, uint64_t now, const struct path *path,
    enum reason why, const char *detail)
{
	struct attempt a;

	attempt_begin(&a, sink, now, path);
	attempt_fail(&a, path, why, detail);
}
