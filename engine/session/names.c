/* Sessions by the name of their user, and by what else they call themselves; see names.h. */
#include "engine/session/names.h"

#include <string.h>

static uint32_t name_bucket(const char *user)
{
	return bucket_of(0, user, strlen(user));
}

/* What a client calls himself does not change when he comes from another place. */
static uint32_t self_bucket(const struct session *s, const char *user)
{
	uint32_t h = bucket_of(name_bucket(user), s->peer->ident, s->peer->ident_len);

	return bucket_of(h, s->host, strlen(s->host));
}

void names_enter(struct session *s)
{
	s->named = &s->gw->named[name_bucket(s->user)];
	++*s->named;
	s->gw->n_known++;
	LIST_INSERT_HEAD(&s->gw->users[name_bucket(s->user)], s, same_user);
	LIST_INSERT_HEAD(&s->gw->selves[self_bucket(s, s->user)], s, same_self);
}

void names_leave(struct session *s)
{
	LIST_REMOVE(s, same_user);
	LIST_REMOVE(s, same_self);
	--*s->named;
	s->gw->n_known--;
}

uint32_t names_bound(const struct gateway *gw, const char *user)
{
	return gw->named[name_bucket(user)];
}

static bool is_other(const struct session *s, const char *user, const struct session *o)
{
	return o != s && o->why == REASON_NONE && !o->peer->ending && strcmp(o->user, user) == 0;
}

struct session *names_next(const struct session *s, const char *user, struct session *o)
{
	o = o ? LIST_NEXT(o, same_user) : LIST_FIRST(&s->gw->users[name_bucket(user)]);
	while (o && !is_other(s, user, o))
		o = LIST_NEXT(o, same_user);
	return o;
}

struct session *names_next_alike(const struct session *s, const char *user, struct session *o)
{
	o = o ? LIST_NEXT(o, same_self) : LIST_FIRST(&s->gw->selves[self_bucket(s, user)]);
	while (o && !is_other(s, user, o))
		o = LIST_NEXT(o, same_self);
	return o;
}
