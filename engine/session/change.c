/*
 * What happens to sessions that are up from outside of them: a login server
 * ends some or lays attributes over theirs (RFC 5176), and access lists that
 * they are held to are configured anew. A change acts as a whole or not at all.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"
#include "engine/session/access.h"
#include "engine/session/account.h"
#include "engine/session/alive.h"
#include "engine/session/gateway.h"
#include "engine/session/login.h"
#include "engine/session/overlay.h"
#include "engine/session/peer.h"
#include "engine/session/session.h"

/* What acts on a session that is up; the others have had their time when it came up. */
static const bool acts[AAA_ATTRIBUTES] = {
    [AAA_GROUP_POLICY] = true,
    [AAA_SESSION_TIMEOUT] = true,
    [AAA_IDLE_TIMEOUT] = true,
    [AAA_LOGINS] = true,
    [AAA_FILTER] = true,
    [AAA_FILTER_LINE] = true,
    [AAA_INTERIM] = true,
    [AAA_FRAMED_IP] = true, /* it says which session is meant */
};

/* ---- which sessions ------------------------------------------------------------- */

static bool names_any(const struct msg_session_change *m)
{
	return *m->key || m->session || *m->user || m->assigned.family || m->client.family;
}

static bool is(const char *its, const char *group)
{
	return its && strcmp(its, group) == 0;
}

/* Has that group of login servers to do with it? Another's may neither end nor loosen it. */
static bool is_of(const struct session *s, const char *group)
{
	const struct cfg_tunnel_group *g = peer_group(s->peer);

	return *group &&
	       (is(s->account.auth_group, group) || is(s->account.server_group, group) ||
		   (g && g->authorization_group && strcmp(g->authorization_group, group) == 0));
}

static bool meant(const struct session *s, const struct msg_session_change *m)
{
	return is_of(s, m->server_group) && (!*m->key || strcmp(s->account.key, m->key) == 0) &&
	       (!m->session || s->peer->index == m->session) &&
	       (!*m->user || strcmp(s->user, m->user) == 0) &&
	       (!m->assigned.family || addr_to_v4(&m->assigned) == s->address) &&
	       (!m->client.family || addr_equal(&m->client, &s->peer->path.remote.addr));
}

/* ---- attributes over a session's --------------------------------------------------- */

static bool all_act(const struct bytes *list)
{
	struct rd r = rd_init(list->p, list->len);
	struct aaa_value v;

	while (rd_left(&r))
		if (!aaa_attribute_next(&r, &v) || !acts[v.which])
			return false;
	return list->len != 0;
}

/* What of another group policy acts on a session that is up. */
static bool regroup(const struct session *s, const struct bytes *list, struct session_policy *p)
{
	const struct config *c = s->gw->config;
	const struct cfg_tunnel_group *g = peer_group(s->peer);
	struct session_policy other;
	struct aaa_value v;

	if (!aaa_attribute_find(list, AAA_GROUP_POLICY, &v))
		return true;
	if (!g || !config_group_policy(c, v.text))
		return false;
	policy_resolve(c, g, NULL, v.text, &other);
	memcpy(p->group_policy, other.group_policy, sizeof p->group_policy);
	memcpy(p->access_hours, other.access_hours, sizeof p->access_hours);
	p->session_timeout = other.session_timeout;
	p->idle_timeout = other.idle_timeout;
	p->simultaneous_logins = other.simultaneous_logins;
	if (*other.filter) /* without one of its own, what he was held to stays */
		memcpy(p->filter, other.filter, sizeof p->filter);
	return true;
}

static bool refilter(struct session *s, const struct bytes *list, struct session_policy *p)
{
	struct aaa_value v;
	struct access a;

	if (!aaa_attribute_find(list, AAA_FILTER_LINE, &v) &&
	    strcmp(p->filter, s->policy->filter) == 0)
		return true;
	if (!access_of(&s->gw->lists, list, s->user, p, &a) || !login_filter(s, a.list))
		return false;
	s->filter_sent = a.sent;
	return true;
}

static bool lay_over(struct session *s, const struct bytes *list)
{
	struct session_policy p = *s->policy;
	struct aaa_value v;
	bool anew = aaa_attribute_find(list, AAA_SESSION_TIMEOUT, &v);

	if (!regroup(s, list, &p) || !policy_overlay(&p, list) || !refilter(s, list, &p))
		return false;
	anew |= p.session_timeout != s->policy->session_timeout;
	p.framed_ip = s->framed_ip;
	if (!login_policy(s, &p))
		return false;
	login_limits(s, anew);
	account_pace(s);
	return true;
}

uint32_t gateway_change(struct gateway *gw, const struct msg_session_change *m)
{
	uint32_t n = 0;

	if (!names_any(m) || (!m->end && !all_act(&m->attributes)))
		return 0;
	for (size_t i = 0; i < gw->n_peers; i++) {
		struct peer *p = gw->peers[i];

		if (p->ending || !p->session || !p->session->up || !meant(p->session, m))
			continue;
		if (m->end)
			peer_end(p, REASON_SERVER_DISCONNECT);
		n += m->end || lay_over(p->session, &m->attributes);
	}
	return n;
}

/* ---- access lists configured anew -------------------------------------------------- */

/* One that is gone permits nothing. */
static struct acl *list_now(const struct session *s)
{
	struct acl *a = lists_get(&s->gw->lists, s->policy->filter);

	return a ? a : acl_new(NULL, 0);
}

void gateway_lists_changed(struct gateway *gw)
{
	struct session *s;

	LIST_FOREACH(s, &gw->sessions, link)
	{
		struct acl *now;

		if (!s->filter || s->filter_sent)
			continue;
		now = list_now(s);
		if (acl_equal(now, s->filter))
			acl_let_go(now);
		else if (!now || !login_filter(s, now))
			session_lost(s, REASON_NO_MEMORY);
	}
}

void gateway_hours_changed(struct gateway *gw)
{
	struct session *s;

	LIST_FOREACH(s, &gw->sessions, link)
		if (s->known && !policy_is_time(gw->config, s->policy))
			session_end(s, REASON_ACCESS_HOURS);
}

void gateway_alive_changed(struct gateway *gw)
{
	for (size_t n = 0; n < gw->n_peers; n++)
		alive_look(gw->peers[n]); /* by its timer: nobody ends here */
}
