/*
 * Accounting of a login (RFC 2866): Identity: its key, which no other login ever
 * has. Life: the key and the server's cookie from the acceptance on; records from
 * the moment that traffic may pass (start), while it does (interim, RFC 2869 2.1,
 * 5.16) to the end of the login (stop). The counters are those that `show` shows.
 * Whether servers are there is aaa's business: each record is told once.
 */
#include "engine/session/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/peer.h"
#include "engine/session/session.h"

#define HOUR (3600 * SEC)
#define INTERIM_LEAST 60 /* seconds between records that a server may ask for (RFC 2869 5.16) */

/* A life begins with its second and the place in the processor's time; no other has both. */
void account_born(struct gateway *gw)
{
	snprintf(gw->life, sizeof gw->life, "%08X%04X", (unsigned)gw->env->wall(gw->env),
	    (unsigned)(gw->env->now(gw->env) & 0xffff));
}

/* ---- records -------------------------------------------------------------------- */

static void tell(
    const struct session *s, uint8_t what, const struct dp_session_counters *c, enum reason why)
{
	struct gateway *gw = s->gw;
	const struct account *a = &s->account;

	gw->ops->account(
	    gw->owner, &(struct msg_account){
			   .what = what,
			   .server_group = a->server_group,
			   .key = a->key,
			   .session = s->peer->index,
			   .service = "ppp",
			   .user = s->user,
			   .client = s->peer->path.remote.addr,
			   .local = s->peer->path.local.addr,
			   .assigned = addr_v4(s->address),
			   .tunnel_group = s->peer->tunnel_group,
			   .group_policy = s->policy->group_policy,
			   .since = (uint64_t)s->login,
			   .time = (uint64_t)gw->env->wall(gw->env),
			   .duration = (uint32_t)((gw->env->now(gw->env) - s->up_at) / SEC),
			   .bytes_in = c->bytes_in,
			   .bytes_out = c->bytes_out,
			   .pkts_in = c->packets_in,
			   .pkts_out = c->packets_out,
			   .cause = why == REASON_COUNT ? 0 : (uint8_t)reason_text(why)->cause,
			   .method = a->method,
			   .auth_group = a->auth_group,
			   .cookie = {a->cookie_len, a->cookie},
		       });
}

/* ---- interim -------------------------------------------------------------------- */

static void tell_so_far(const struct session *s)
{
	struct dp_session_counters c;

	session_counters(s, &c);
	tell(s, ACCOUNT_INTERIM, &c, REASON_COUNT);
}

/* What is configured here goes over what the server asks for (RFC 2869 2.1). */
static uint64_t interval(const struct session *s)
{
	const struct cfg_account_group *g = config_account_group(
	    s->gw->config, s->account.server_group);
	uint32_t asked = s->policy->interim;

	if (g && g->interim && g->interim_periodic)
		return g->interim_periodic * HOUR;
	return asked && asked < INTERIM_LEAST ? INTERIM_LEAST * SEC : asked * SEC;
}

void account_pace(struct session *s)
{
	uint64_t wait = s->account.server_group ? interval(s) : 0;

	timer_stop(s->gw->env, &s->account.interim);
	if (wait)
		timer_start(s->gw->env, &s->account.interim, wait);
}

static void interim(struct timer *t)
{
	struct session *s = container_of(t, struct session, account.interim);

	tell_so_far(s);
	account_pace(s);
}

void account_moved(struct peer *p, const struct path *path)
{
	bool elsewhere = !addr_equal(&p->path.remote.addr, &path->remote.addr);
	struct session *s = p->session;
	const struct cfg_account_group *g;

	peer_moved(p, path);
	if (!s || !s->up || !elsewhere)
		return;
	if (!s->account.server_group)
		return;
	g = config_account_group(p->gw->config, s->account.server_group);
	if (g && g->interim)
		tell_so_far(s);
}

/* ---- life ----------------------------------------------------------------------- */

void account_init(struct session *s)
{
	s->account.interim.fire = interim;
}

bool account_accepted(
    struct session *s, const struct bytes *cookie, const char *auth_group, const char *method)
{
	struct account *a = &s->account;
	const char *group = intern_text(&s->gw->texts, auth_group);
	uint8_t *kept = NULL;

	if (cookie->len)
		kept = malloc(cookie->len);
	if (!group || (cookie->len && !kept)) {
		intern_drop(&s->gw->texts, group);
		free(kept);
		return false;
	}
	if (kept)
		memcpy(kept, cookie->p, cookie->len);
	free(a->cookie);
	a->cookie = kept;
	a->cookie_len = cookie->len;
	intern_drop(&s->gw->texts, a->auth_group);
	a->auth_group = group;
	a->method = method;
	if (!*a->key)
		snprintf(a->key, sizeof a->key, "%s%08X", s->gw->life, ++s->gw->last_account);
	return true;
}

void account_start(struct session *s)
{
	static const struct dp_session_counters none = {0};
	const struct cfg_tunnel_group *g = peer_group(s->peer);

	if (!g || !g->accounting_group || !*g->accounting_group)
		return;
	s->account.server_group = intern_text(&s->gw->texts, g->accounting_group);
	if (!s->account.server_group) {
		session_lost(s, REASON_NO_MEMORY); /* a use that nobody is told of */
		return;
	}
	tell(s, ACCOUNT_START, &none, REASON_COUNT);
	account_pace(s);
}

void account_stop(struct session *s, const struct dp_session_counters *c, enum reason why)
{
	if (!s->account.server_group)
		return;
	timer_stop(s->gw->env, &s->account.interim);
	tell(s, ACCOUNT_STOP, c, why);
	intern_drop(&s->gw->texts, s->account.server_group);
	s->account.server_group = NULL;
}

void account_forget(struct session *s)
{
	struct account *a = &s->account;

	timer_stop(s->gw->env, &a->interim);
	free(a->cookie);
	a->cookie = NULL;
	a->cookie_len = 0;
	intern_drop(&s->gw->texts, a->auth_group);
	a->auth_group = NULL;
	a->key[0] = '\0';
}
