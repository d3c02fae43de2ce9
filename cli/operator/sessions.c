/* manager.operators: each session is in it from its operator's birth to his death. */
#include "cli/operator/sessions.h"

#include <stdbool.h>
#include <stddef.h>

#include "cli/acts/act.h"
#include "cli/log/clock.h"

static bool is_taken(const struct manager *m, unsigned id)
{
	for (const struct act_session *s = m->operators; s; s = s->next)
		if (s->id == id)
			return true;
	return false;
}

void sessions_join(struct manager *m, struct act_session *s)
{
	s->id = 0;
	while (is_taken(m, s->id))
		s->id++;
	s->since = clock_now(NULL);
	s->next = m->operators;
	m->operators = s;
}

void sessions_leave(struct manager *m, struct act_session *s)
{
	for (struct act_session **p = &m->operators; *p; p = &(*p)->next) {
		if (*p != s)
			continue;
		*p = s->next;
		if (s->way == WAY_SSH && m->door.left)
			m->door.left(m->door.ctx, s->connection, s->ended);
		return;
	}
}
