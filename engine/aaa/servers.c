/* Records of the servers out, acts in; see servers.h. Nothing is kept here. */
#include "engine/aaa/servers.h"

#include <string.h>

#define QUERY_PAGE 64 /* records in a row */

static void answer(const struct aaa_servers *a, struct ipc_msg *m)
{
	m->fd = -1;
	a->listener->send(a->listener->arg, ROLE_MANAGER, m);
}

/* LOCAL, then those of the configuration. */
static struct aaa_group *nth_group(const struct aaa_servers *a, size_t k)
{
	return k ? aaa_registry_group(a->registry, k - 1) : a->local;
}

/* The i-th server of all, NULL behind the last. */
static struct aaa_server *nth(const struct aaa_servers *a, const char *group, size_t i)
{
	struct aaa_group *g;

	for (size_t k = 0; (g = nth_group(a, k)); k++) {
		if (*group && strcmp(g->name, group) != 0)
			continue;
		if (i < g->n)
			return g->server[i];
		i -= g->n;
	}
	return NULL;
}

/* LOCAL has no word. */
static bool is_of(const struct aaa_server *s, const char *protocol)
{
	return s->protocol->word && strcmp(s->protocol->word, protocol) == 0;
}

/* ---- records ---------------------------------------------------------------------------- */

static uint16_t port_of(const struct aaa_server *s)
{
	static const struct {
		const char *word;
		uint16_t port, tls;
	} own[] = {{"tacacs+", 49, 49}, {"ldap", 389, 636}, {"kerberos", 88, 88}, {"nt", 445, 445},
	    {"sdi", 5555, 5555}};
	const struct cfg_aaa_host *h = s->config;

	if (is_of(s, "radius"))
		return h->auth_port;
	for (size_t i = 0; !h->port && i < sizeof own / sizeof *own; i++)
		if (is_of(s, own[i].word))
			return h->ldap_over_ssl ? own[i].tls : own[i].port;
	return h->port;
}

static void record(const struct aaa_servers *a, uint32_t id, const struct aaa_server *s)
{
	const struct aaa_counters *n = &s->counters;
	bool radius = is_of(s, "radius");
	struct ipc_msg m = {.type = MSG_REC_AAA_SERVER,
	    .rec_aaa_server = {.id = id,
		.group_name = s->group->name,
		.protocol = s->protocol->word,
		.host = s->config ? s->config->host : "",
		.address = s->address,
		.port = s->config ? port_of(s) : 0,
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): LOCAL is not radius */
		.acct_port = radius ? s->config->acct_port : 0,
		.active = s->dead_until <= a->env->now(a->env),
		.last = (uint64_t)s->last,
		.disabled = (uint64_t)s->disabled,
		.why = s->why,
		.pending = s->pending,
		.round_trip_ms = s->round_trip,
		.authentications = n->authentications,
		.authorizations = n->authorizations,
		.accountings = n->accountings,
		.retransmissions = n->retransmissions,
		.accepts = n->accepts,
		.rejects = n->rejects,
		.challenges = n->challenges,
		.malformed = n->malformed,
		.bad_authenticators = n->bad_authenticators,
		.timeouts = n->timeouts,
		.unrecognized = n->unrecognized}};

	accounting_count(a->accounting, s, &m.rec_aaa_server.queued, &m.rec_aaa_server.lost);
	answer(a, &m);
}

/* The cursor is the place of the next one. */
static void query(const struct aaa_servers *a, const struct msg_query *q)
{
	const char *group = strcmp(q->filter, "group") == 0 ? q->value : "";
	struct ipc_msg m = {.type = MSG_QUERY_END, .query_end = {.id = q->id}};
	const struct aaa_server *s;

	for (size_t i = q->cursor; (s = nth(a, group, i)); i++) {
		if (m.query_end.records == QUERY_PAGE) {
			m.query_end.cursor = (uint32_t)i;
			break;
		}
		record(a, q->id, s);
		m.query_end.records++;
	}
	answer(a, &m);
}

/* ---- acts ------------------------------------------------------------------------------- */

static void clear(const struct aaa_servers *a, struct aaa_server *s)
{
	accounting_clear(a->accounting, s);
	s->counters = (struct aaa_counters){0};
	s->round_trip = 0;
	s->why[0] = 0;
}

static void done(const struct aaa_servers *a, uint32_t id, uint32_t count)
{
	struct ipc_msg m = {.type = MSG_ACT_DONE, .act_done = {.id = id, .count = count}};

	answer(a, &m);
}

static void act_clear(const struct aaa_servers *a, const struct msg_act_aaa_clear *q)
{
	uint32_t count = 0;
	struct aaa_server *s;

	for (size_t i = 0; (s = nth(a, q->group_name, i)); i++)
		if ((!*q->protocol || is_of(s, q->protocol)) &&
		    (!*q->host || aaa_group_host(s->group, q->host) == s)) {
			clear(a, s);
			count++;
		}
	done(a, q->id, count);
}

static void act_state(const struct aaa_servers *a, const struct msg_act_aaa_state *q)
{
	struct aaa_group *g = aaa_registry_find(a->registry, q->group_name);
	struct aaa_server *s = g ? aaa_group_host(g, q->host) : NULL;

	if (s) {
		aaa_group_set(g, s, q->active, a->env->now(a->env));
		s->disabled = q->active ? 0 : a->env->wall(a->env);
		aaa_registry_news(a->registry);
	}
	done(a, q->id, s != NULL);
}

bool aaa_servers_message(const struct aaa_servers *a, const struct ipc_msg *m)
{
	if (m->type == MSG_QUERY && strcmp(m->query.what, "aaa-servers") == 0)
		query(a, &m->query);
	else if (m->type == MSG_ACT_AAA_CLEAR)
		act_clear(a, &m->act_aaa_clear);
	else if (m->type == MSG_ACT_AAA_STATE)
		act_state(a, &m->act_aaa_state);
	else
		return false;
	return true;
}
