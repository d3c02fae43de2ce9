/* Owns what is known of each thing that was removed lately; identity is its text. */
#include "engine/keeper/guard.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static uint64_t monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

void guard_init(struct guard *g, const struct news *news)
{
	*g = (struct guard){.news = *news, .now = monotonic};
}

/* Its entry, or that of the one that was quiet for the longest time, emptied. */
static struct guard_thing *find(struct guard *g, const char *what)
{
	struct guard_thing *oldest = &g->thing[0];

	for (size_t i = 0; i < GUARD_THINGS; i++) {
		if (!strncmp(g->thing[i].what, what, sizeof g->thing[i].what - 1))
			return &g->thing[i];
		if (g->thing[i].last < oldest->last)
			oldest = &g->thing[i];
	}
	*oldest = (struct guard_thing){0};
	snprintf(oldest->what, sizeof oldest->what, "%s", what);
	return oldest;
}

static uint64_t pause_after(unsigned times, uint64_t longest)
{
	uint64_t pause = GUARD_FIRST_MS;

	if (times < GUARD_FREE)
		return 0;
	while (times-- > GUARD_FREE && pause < longest)
		pause *= 2;
	return pause < longest ? pause : longest;
}

static bool may(struct guard *g, const char *what, uint64_t longest)
{
	struct guard_thing *t = find(g, what);
	uint64_t now = g->now();

	if (t->times && now - t->last > pause_after(t->times, longest) + GUARD_LONGEST_MS)
		t->times = 0;
	t->waits = t->times && now < t->next;
	if (t->waits)
		return false;
	t->last = now;
	t->next = now + pause_after(++t->times, longest);
	if (t->times == GUARD_FREE)
		news_say(&g->news, NEWS_WARNING,
		    "%s is removed again and again by another program; "
		    "it is put back %s",
		    what,
		    longest > GUARD_FIRST_MS ? "less and less often" : "once a second");
	return true;
}

bool guard_may(struct guard *g, const char *what)
{
	return may(g, what, GUARD_LONGEST_MS);
}

bool guard_may_soon(struct guard *g, const char *what)
{
	return may(g, what, GUARD_FIRST_MS);
}

int64_t guard_wait(struct guard *g)
{
	uint64_t now = g->now();
	int64_t wait = -1;

	for (size_t i = 0; i < GUARD_THINGS; i++) {
		struct guard_thing *t = &g->thing[i];
		int64_t left = t->next > now ? (int64_t)(t->next - now) : 0;

		if (t->waits && (wait < 0 || left < wait))
			wait = left;
		/* one look is due; whether it is missing yet shows then */
		t->waits = t->waits && left;
	}
	return wait;
}
