/* The order of a group's servers; see group.h. */
#include "engine/aaa/group.h"

static struct aaa_server *alive_from(const struct aaa_group *g, size_t i, uint64_t now)
{
	for (; i < g->n; i++)
		if (g->server[i].dead_until <= now)
			return &g->server[i];
	return NULL;
}

struct aaa_server *aaa_group_first(struct aaa_group *g, struct aaa_server *fallback, uint64_t now)
{
	struct aaa_server *s = alive_from(g, 0, now);

	if (s || fallback)
		return s ? s : fallback;
	for (size_t i = 0; i < g->n; i++)
		g->server[i].dead_until = 0;
	return g->n ? &g->server[0] : NULL;
}

void aaa_group_failed(const struct aaa_group *g, struct aaa_server *s, uint64_t now)
{
	s->dead_until = now + g->dead_time;
}

struct aaa_server *aaa_group_next(const struct aaa_group *g, struct aaa_server *fallback,
    const struct aaa_server *failed, uint64_t now)
{
	struct aaa_server *s;

	if (failed == fallback)
		return NULL;
	s = alive_from(g, (size_t)(failed - g->server) + 1, now);
	return s ? s : fallback;
}
