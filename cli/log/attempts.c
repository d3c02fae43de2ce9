/* struct attempts: one per manager; counted by cli/login. */
#include "cli/log/attempts.h"

#include <stddef.h>
#include <sys/random.h>

/* Slots cannot be aimed at from outside: the seed is the process's own. */
static struct attempt_slot *slot(struct attempts *t, struct attempt_slot *slots, const char *text)
{
	uint64_t h;

	while (!t->seed)
		if (getrandom(&t->seed, sizeof(t->seed), GRND_NONBLOCK) < 0)
			t->seed = (uint64_t)(uintptr_t)t | 1;
	h = t->seed;
	for (; *text; text++) {
		h = (h ^ (uint8_t)*text) * 0x100000001b3U;
		h ^= h >> 29;
	}
	h *= t->seed | 1;
	return &slots[(h >> 32) % ATTEMPT_SLOTS];
}

/* Those that still count. */
static uint32_t wrong_now(struct attempt_slot *s, uint64_t now)
{
	uint64_t halves = now > s->at ? (now - s->at) / ATTEMPT_FORGET_MS : 0;

	if (halves) {
		s->wrong = halves < 32 ? s->wrong >> halves : 0;
		s->at = now;
	}
	return s->wrong;
}

static uint32_t delay_of(uint32_t wrong)
{
	uint32_t doubled = wrong > ATTEMPT_FREE ? wrong - ATTEMPT_FREE - 1 : 0;

	if (wrong <= ATTEMPT_FREE)
		return 0;
	return doubled < 5 ? 500U << doubled : ATTEMPT_DELAY_MAX;
}

int64_t attempts_hold(struct attempts *t, const char *from, uint64_t now)
{
	struct attempt_slot *s = slot(t, t->from, from);
	uint64_t start = s->free > now ? s->free : now;

	if (start - now > ATTEMPT_HOLD_MAX)
		return -1;
	s->free = start + delay_of(wrong_now(s, now));
	return (int64_t)(start - now);
}

uint32_t attempts_wrong(struct attempts *t, const char *from, const char *name, uint64_t now)
{
	struct attempt_slot *s[] = {slot(t, t->from, from), slot(t, t->name, name)};
	uint32_t most = 0;

	for (size_t i = 0; i < 2; i++) {
		uint32_t wrong = wrong_now(s[i], now);

		s[i]->wrong = wrong < UINT32_MAX ? wrong + 1 : wrong;
		s[i]->at = now;
		if (most < s[i]->wrong)
			most = s[i]->wrong;
	}
	return delay_of(most);
}

void attempts_right(struct attempts *t, const char *name)
{
	slot(t, t->name, name)->wrong = 0;
}
