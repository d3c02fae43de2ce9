/*
 * Owns the changes that the engine has not answered yet. Identity: the id of SESSION_CHANGE. Life:
 * to the engine's ACT_DONE, or its end.
 */
#include "engine/aaa/change.h"

#include <stdlib.h>

struct pending {
	SLIST_ENTRY(pending) link;
	uint32_t id;
	void (*done)(void *arg, uint32_t sessions);
	void *arg;
};

void aaa_changes_order(struct aaa_changes *all, const struct aaa_change *c)
{
	struct ipc_msg m = {.type = MSG_SESSION_CHANGE,
	    .fd = -1,
	    .session_change = {.end = c->end,
		.server_group = c->group ? c->group : "",
		.key = c->key,
		.session = c->session,
		.user = c->user,
		.assigned = c->assigned,
		.client = c->client,
		.attributes = {(uint16_t)c->attributes.len, c->attributes.bytes}}};
	struct pending *p = all->engine ? malloc(sizeof *p) : NULL;

	if (!p) {
		c->done(c->arg, 0);
		return;
	}
	*p = (struct pending){.id = ++all->last, .done = c->done, .arg = c->arg};
	SLIST_INSERT_HEAD(&all->pending, p, link);
	m.session_change.id = p->id;
	all->send(all->arg, ROLE_ENGINE, &m);
}

void aaa_changes_done(struct aaa_changes *all, const struct msg_act_done *m)
{
	struct pending *p;

	SLIST_FOREACH (p, &all->pending, link)
		if (p->id == m->id)
			break;
	if (!p)
		return;
	SLIST_REMOVE(&all->pending, p, pending, link);
	p->done(p->arg, m->count);
	free(p);
}

void aaa_changes_lost(struct aaa_changes *all)
{
	struct pending *p;

	while ((p = SLIST_FIRST(&all->pending))) {
		SLIST_REMOVE_HEAD(&all->pending, link);
		p->done(p->arg, 0);
		free(p);
	}
}
