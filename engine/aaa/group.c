/* The order of a group's servers; see group.h. */
#include "engine/aaa/group.h"

#include "engine/base/env.h"

#define TIMED (30 * SEC)
#define UNTIL_ALL UINT64_MAX

static bool alive(const struct aaa_server *s, uint64_t now)
{
	return s->dead_until <= now;
}

static struct aaa_server *alive_from(const struct aaa_group *g, size_t i, uint64_t now)
{
	for (; i < g->n; i++)
		if (alive(g->server[i], now))
			return g->server[i];
	return NULL;
}

static void revive(struct aaa_server *s)
{
	s->dead_until = 0;
	s->failed = 0;
	s->disabled = 0;
}

struct aaa_server *aaa_group_first(struct aaa_group *g, struct aaa_server *fallback, uint64_t now)
{
	struct aaa_server *s = alive_from(g, 0, now);

	if (s || fallback)
		return s ? s : fallback;
	for (size_t i = 0; i < g->n; i++)
		revive(g->server[i]);
	return g->n ? g->server[0] : NULL;
}

struct aaa_server *aaa_group_first_of_all(struct aaa_group *g, uint64_t now)
{
	struct aaa_server *s = alive_from(g, 0, now);

	if (s || !g->n)
		return s;
	g->probed = (g->probed + 1) % g->n;
	return g->server[g->probed];
}

/* Depletion: the last of them is dead, so the group is, and all come back together. */
static void deplete(struct aaa_group *g, uint64_t now)
{
	if (alive_from(g, 0, now))
		return;
	for (size_t i = 0; i < g->n; i++)
		g->server[i]->dead_until = now + g->dead_time;
}

bool aaa_group_failed(struct aaa_group *g, struct aaa_server *s, uint64_t now)
{
	unsigned most = g->max_failed ? g->max_failed : 1;

	if (s->group != g || !alive(s, now)) /* LOCAL; one that is dead already */
		return false;
	if (++s->failed < most)
		return false;
	s->failed = 0;
	s->dead_until = g->timed ? now + TIMED : UNTIL_ALL;
	if (!g->timed)
		deplete(g, now);
	return true;
}

void aaa_group_answered(struct aaa_server *s)
{
	revive(s);
}

void aaa_group_set(struct aaa_group *g, struct aaa_server *s, bool active, uint64_t now)
{
	revive(s);
	if (active)
		return;
	s->dead_until = g->timed ? now + TIMED : UNTIL_ALL;
	if (!g->timed)
		deplete(g, now);
}

struct aaa_server *aaa_group_next(const struct aaa_group *g, struct aaa_server *fallback,
    const struct aaa_server *failed, uint64_t now)
{
	struct aaa_server *s;
	size_t i;

	if (failed == fallback)
		return NULL;
	for (i = 0; i < g->n && g->server[i] != failed; i++)
		;
	s = alive_from(g, i + 1, now);
	return s ? s : fallback;
}
