/*
 * The engine role: messages in, messages out. It opens nothing itself: sockets
 * and the TUN device come from the keeper. See engine.h.
 */
#include "engine/role/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/journal.h"
#include "engine/base/stop.h"
#include "engine/role/datagrams.h"
#include "engine/role/outward.h"

#define AGAIN_MS 1000 /* a port that another program has is asked for anew */

static const char *const open_what[OPEN_END] = {
	[OPEN_UDP500] = "udp500",
	[OPEN_UDP4500] = "udp4500",
	[OPEN_ESP] = "esp",
	[OPEN_DF] = "df",
	[OPEN_ICMP] = "icmp",
	[OPEN_TUN] = "tun",
	[OPEN_TOLD] = "told",
};

static void stop(struct engine *e, int status)
{
	if (e->over)
		return;
	e->over = true;
	e->stopped(e->arg, status);
}

/* ---- the packet path ------------------------------------------------------------------ */

static void dp_ready(uv_poll_t *p, int status, int events)
{
	struct engine *e = p->data;

	(void)status;
	(void)events;
	env_uv_hold(&e->world);
	dp_poll(e->dp);
	env_uv_flush(&e->world);
}

/* What was said to the packet path in one turn of the loop is done at once. */
static void before_sleep(uv_prepare_t *p)
{
	struct engine *e = p->data;

	dp_flush(e->dp);
}

/* Once. */
static void say_ready(struct engine *e)
{
	struct ipc_msg m = {.type = MSG_ROLE_READY, .fd = -1, .role_ready = {ROLE_ENGINE}};

	if (!e->ready)
		ipc_send(e->role[ROLE_KEEPER], &m);
	e->ready = true;
}

/* All descriptors are here: packets may flow. */
static bool serve(struct engine *e)
{
	const struct told_say say = {&e->config, &e->trace.log, gateway_flows(e->gw)};

	e->world.udp500 = e->fd[OPEN_UDP500];
	e->world.udp4500 = e->fd[OPEN_UDP4500];
	e->crew.of[0] = (struct dp_sockets){
	    e->fd[OPEN_UDP4500], e->fd[OPEN_ESP], e->fd[OPEN_TUN], e->fd[OPEN_DF],
	    e->crew.of[0].ring};
	e->dp = dp_create(&e->world.env, e->crypto, e->crew.of, e->crew.workers, e->crew.table,
	    &gateway_dp_ops, e->gw);
	crew_table_close(&e->crew);
	if (!e->dp || uv_poll_init(e->loop, &e->dp_events, dp_event_fd(e->dp)) ||
	    uv_prepare_init(e->loop, &e->dp_flush))
		return false;
	e->dp_events.data = e->dp_flush.data = e;
	uv_prepare_start(&e->dp_flush, before_sleep);
	uv_poll_start(&e->dp_events, UV_READABLE, dp_ready);
	gateway_set_dataplane(e->gw, e->dp);
	if (!datagrams_start(e) ||
	    !told_socket_start(&e->told, e->loop, e->fd[OPEN_TOLD], &say))
		return false;
	say_ready(e);
	return true;
}

static void ask_open(struct engine *e, uint32_t what)
{
	struct ipc_msg m = {.type = MSG_KEEP_OPEN, .fd = -1, .keep_open = {what, open_what[what]}};

	ipc_send(e->role[ROLE_KEEPER], &m);
}

static void ask_again(uv_timer_t *t)
{
	struct engine *e = t->data;

	for (uint32_t n = 1; n < OPEN_END; n++)
		if (e->taken[n])
			ask_open(e, n);
	memset(e->taken, 0, sizeof e->taken);
}

static void is_taken(struct engine *e, uint32_t what)
{
	e->taken[what] = true;
	uv_timer_start(&e->again, ask_again, AGAIN_MS, 0);
}

/* The first configuration says how many packet workers there are; are they equipped? */
static bool crew_here(struct engine *e)
{
	if (e->crew.workers || !e->configured)
		return crew_complete(&e->crew);
	if (!crew_decide(&e->crew, e->config.crypto_engine.workers))
		return true;
	close(e->fd[OPEN_TUN]); /* it is made anew */
	e->fd[OPEN_TUN] = -1;
	crew_ask(&e->crew, outward_keeper, e);
	return false;
}

/* Once all is answered: packets flow, or we wait for a port that another program has. The start of
 * the appliance does not wait for that, so that there is a console to find it out at. */
static bool advance(struct engine *e)
{
	bool taken = false;

	if (e->dp)
		return true;

	for (int n = 1; n < OPEN_END; n++)
		if (e->taken[n])
			taken = true;
		else if (e->fd[n] < 0)
			return true;
	if (!taken)
		return !crew_here(e) || serve(e);
	say_ready(e);
	return true;
}

static void opened(struct engine *e, struct ipc_msg *m)
{
	uint32_t what = m->keep_reply.id;

	if (dhcp_links_reply(&e->dhcp, m) || dhcp_relays_reply(&e->relays, m))
		return;
	if (crew_reply(&e->crew, m, outward_keeper, e)) {
		if (crew_complete(&e->crew))
			ask_open(e, OPEN_TUN);
		return;
	}
	if (what == 0 || what >= OPEN_END)
		return; /* the answer to a route: nothing to do but to trust the keeper's log */
	if (m->keep_reply.error == EADDRINUSE) {
		is_taken(e, what);
	} else if (m->keep_reply.error || m->fd < 0) {
		journal(LOG_ERR, "engine: %s: %s", open_what[what], m->keep_reply.text);
		stop(e, 1);
		return;
	} else {
		e->fd[what] = m->fd;
		m->fd = -1;
	}
	if (!advance(e))
		stop(e, 1);
}

/* ---- messages in ------------------------------------------------------------------------ */

static void on_message(void *arg, struct ipc_channel *, struct ipc_msg *);

static void on_close(void *arg, struct ipc_channel *ch)
{
	struct engine *e = arg;

	for (int r = 0; r < ROLE_COUNT; r++) {
		if (e->role[r] != ch)
			continue;
		e->role[r] = NULL;
		if (r == ROLE_KEEPER)
			stop(e, 0);
		if (r == ROLE_AAA)
			gateway_auth_lost(e->gw);
		if (r == ROLE_MANAGER) {
			memset(e->trace.level, 0, sizeof e->trace.level);
			e->trace.filter = NULL;
		}
	}
	ipc_channel_close(ch);
}

/* A manager that has come: who we are, and of sessions what the last one may not have stored. */
static void tell_sessions(struct engine *e)
{
	struct ipc_msg m = {.type = MSG_SESSION_LIFE, .fd = -1};

	m.session_life.life = gateway_life(e->gw);
	ipc_send(e->role[ROLE_MANAGER], &m);
	untaken_again(&e->sessions, e->role[ROLE_MANAGER]);
}

void engine_peer(struct engine *e, enum role r, struct ipc_channel *ch)
{
	if (e->role[r])
		on_close(e, e->role[r]);
	e->role[r] = ch;
	ipc_channel_listen(ch, on_message, on_close, e);
	if (r == ROLE_AAA)
		untaken_again(&e->untaken, ch);
	if (r == ROLE_MANAGER)
		tell_sessions(e);
}

static void new_peer(struct engine *e, struct ipc_msg *m)
{
	unsigned r = m->peer_role.role;
	struct ipc_channel *ch;

	if ((r != ROLE_MANAGER && r != ROLE_AAA) || m->fd < 0)
		return;
	ch = ipc_channel_open(e->loop, m->fd, NULL, NULL, NULL);
	if (!ch)
		return;
	m->fd = -1;
	engine_peer(e, (enum role)r, ch);
}

static void answer(struct engine *e, enum role to, uint32_t id, uint32_t count)
{
	struct ipc_msg m = {.type = MSG_ACT_DONE, .fd = -1};

	m.act_done.id = id;
	m.act_done.count = count;
	ipc_send(e->role[to], &m);
}

static void act_done(struct engine *e, uint32_t id, uint32_t count)
{
	answer(e, ROLE_MANAGER, id, count);
}

static void emit(void *arg, const struct ipc_msg *m)
{
	ipc_send(((struct engine *)arg)->role[ROLE_MANAGER], m);
}

static void relay_opened(void *arg, const struct addr *server, const struct addr *scope,
    const struct addr *own)
{
	gateway_relay(((struct engine *)arg)->gw, server, scope, own);
}

static void relay_received(void *arg, const struct addr *from, const struct dhcp_message *m)
{
	gateway_dhcp(((struct engine *)arg)->gw, from, m);
}

static const struct dhcp_relays_ops relays_ops = {
	.keeper = outward_keeper, .opened = relay_opened, .received = relay_received};

static void answer_query(struct engine *e, const struct msg_query *q)
{
	if (strcmp(q->what, "dhcp") == 0)
		dhcp_links_query(&e->dhcp, q, emit, e);
	else
		gateway_query(e->gw, q, emit, e);
}

static void from_keeper(struct engine *e, struct ipc_msg *m)
{
	switch (m->type) {
	case MSG_PEER_ROLE:
		new_peer(e, m);
		break;
	case MSG_KEEP_REPLY:
		opened(e, m);
		break;
	case MSG_LINK_STATE:
		config_apply(&e->config, m);
		gateway_links_changed(e->gw);
		dhcp_links_state(&e->dhcp, &m->link_state);
		break;
	case MSG_SHUTDOWN:
		e->why = m->shutdown.restart ? REASON_ADMIN_REBOOT : REASON_ADMIN_SHUTDOWN;
		stop(e, 0);
		break;
	default:
		break;
	}
}

static void filter_by(struct trace_filter *f, enum trace_filter_kind kind, const struct strlist *l)
{
	for (unsigned i = 0; i < l->n; i++)
		(void)trace_filter_add(f, kind, l->v[i]);
}

static void set_filter(struct engine *e, const struct msg_trace_filter *m)
{
	e->filter = (struct trace_filter){.unmatched = m->unmatched};
	filter_by(&e->filter, TRACE_BY_PEER, &m->peers);
	filter_by(&e->filter, TRACE_BY_USER, &m->users);
	filter_by(&e->filter, TRACE_BY_GROUP, &m->groups);
	e->trace.filter = m->on ? &e->filter : NULL;
}

/* What sessions that are up have to follow. Packets flow only once there is a packet path. */
static void configured(struct engine *e, const struct ipc_msg *m)
{
	e->lists_changed |= m->type == MSG_CFG_ACCESS_LIST ||
			    (m->type == MSG_CFG_BEGIN && m->cfg_begin.snapshot);
	if (m->type == MSG_CFG_INTERFACE || m->type == MSG_CFG_END)
		gateway_links_changed(e->gw);
	e->hours_changed |= m->type == MSG_CFG_TIME_RANGE;
	e->alive_changed |= m->type == MSG_CFG_SYSTEM || m->type == MSG_CFG_TUNNEL_GROUP ||
			    m->type == MSG_CFG_GROUP_POLICY;
	if (m->type != MSG_CFG_END)
		return;
	e->configured = true;
	if (!advance(e))
		stop(e, 1);
	if (uv_is_active((uv_handle_t *)&e->again)) /* he who types looks for an effect now */
		uv_timer_start(&e->again, ask_again, 0, 0);
	if (e->lists_changed || e->hours_changed)
		gateway_hours_changed(e->gw);
	if (e->lists_changed)
		gateway_lists_changed(e->gw);
	if (e->alive_changed)
		gateway_alive_changed(e->gw);
	e->lists_changed = e->hours_changed = e->alive_changed = false;
}

/* Acts and queries come only from the manager, and only once there is a packet path to ask. What is
 * due is done before them: it may be what an act or a change in the same turn has set off. */
static void from_manager(struct engine *e, struct ipc_msg *m)
{
	if (config_apply(&e->config, m)) {
		configured(e, m);
		return;
	}
	timer_run(&e->world.env);
	switch (m->type) {
	case MSG_TRACE_SET:
		if (m->trace_set.class < TRACE_CLASSES)
			e->trace.level[m->trace_set.class] = m->trace_set.level;
		break;
	case MSG_TRACE_FILTER:
		set_filter(e, &m->trace_filter);
		break;
	case MSG_LOG_SET:
		e->trace.log.hide = m->log_set.hide;
		log_want(&e->trace.log, m->log_set.wanted.p, m->log_set.wanted.len);
		break;
	case MSG_QUERY:
		answer_query(e, &m->query);
		break;
	case MSG_ACT_CLEAR_IKE:
		act_done(e, m->act_clear_ike.id, gateway_clear_ike(e->gw, &m->act_clear_ike.peer));
		break;
	case MSG_ACT_CLEAR_FAILURES:
		act_done(e, m->act_clear_failures.id, gateway_clear_failures(e->gw));
		break;
	case MSG_ACT_CLEAR_LIST:
		act_done(
		    e, m->act_clear_list.id, gateway_clear_list(e->gw, m->act_clear_list.name));
		break;
	case MSG_ACT_CLEAR_STATS:
		act_done(e, m->act_clear_stats.id,
		    gateway_clear_stats(e->gw, m->act_clear_stats.what));
		break;
	case MSG_ACT_CLEAR_IPSEC:
		act_done(e, m->act_clear_ipsec.id,
		    gateway_clear_ipsec(
			e->gw, m->act_clear_ipsec.filter, m->act_clear_ipsec.value));
		break;
	case MSG_SESSION_TAKEN:
		untaken_taken(&e->sessions, m->session_taken.id);
		break;
	case MSG_ACT_LOGOFF:
		act_done(e, m->act_logoff.id,
		    gateway_logoff(e->gw, m->act_logoff.filter, m->act_logoff.value));
		break;
	default:
		break;
	}
}

static void from_aaa(struct engine *e, struct ipc_msg *m)
{
	if (m->type == MSG_AUTH_REPLY)
		gateway_auth_done(e->gw, &m->auth_reply);
	else if (m->type == MSG_ACCOUNT_TAKEN)
		untaken_taken(&e->untaken, m->account_taken.id);
	else if (m->type == MSG_SESSION_CHANGE)
		answer(e, ROLE_AAA, m->session_change.id,
		    gateway_change(e->gw, &m->session_change));
}

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct engine *e = arg;

	if (ch == e->role[ROLE_KEEPER])
		from_keeper(e, m);
	else if (ch == e->role[ROLE_MANAGER])
		from_manager(e, m);
	else if (ch == e->role[ROLE_AAA])
		from_aaa(e, m);
}

/* ---- life ----------------------------------------------------------------------------------- */

static void ask_keeper(struct engine *e)
{
	for (uint32_t n = 1; n < OPEN_END; n++) {
		e->fd[n] = -1;
		ask_open(e, n);
	}
}

void engine_close(struct engine *e)
{
	if (e->dp) {
		gateway_shutdown(e->gw, e->why);
		uv_close((uv_handle_t *)&e->dp_events, NULL);
		uv_close((uv_handle_t *)&e->dp_flush, NULL);
		ike_socket_stop(&e->ike500);
		ike_socket_stop(&e->icmp);
		told_socket_stop(&e->told);
	}
	dhcp_links_close(&e->dhcp);
	gateway_destroy(e->gw);
	dhcp_relays_close(&e->relays);
	for (int n = 1; n < OPEN_END; n++)
		if (e->fd[n] >= 0 &&
		    /* the others are the packet path's */
		    (!e->dp || n == OPEN_UDP500 || n == OPEN_ICMP || n == OPEN_TOLD))
			close(e->fd[n]);
	if (e->dp)
		dp_destroy(e->dp);
	else
		crew_close(&e->crew);
	ipc_linger(e->role[ROLE_AAA], STOP_LINGER_MS); /* the ends of all sessions */
	ipc_linger(e->role[ROLE_MANAGER], STOP_LINGER_MS);
	for (int r = 0; r < ROLE_COUNT; r++)
		ipc_channel_close(e->role[r]);
	untaken_fini(&e->untaken);
	untaken_fini(&e->sessions);
	env_uv_close(&e->world);
	uv_close((uv_handle_t *)&e->again, NULL);
	uv_run(e->loop, UV_RUN_NOWAIT); /* handles inside `e` close before it goes */
	config_fini(&e->config);
	free(e);
}

struct engine *engine_open(const struct engine_start *start)
{
	struct engine *e = calloc(1, sizeof *e);

	if (!e || !env_uv_init(&e->world, start->loop, start->crypto)) {
		free(e);
		return NULL;
	}
	e->loop = start->loop;
	e->crypto = start->crypto;
	e->stopped = start->stopped;
	e->arg = start->arg;
	e->why = REASON_ENGINE_LOST; /* unless the keeper says that it is to end */
	crew_init(&e->crew, start->ring);
	uv_timer_init(e->loop, &e->again);
	e->again.data = e;
	config_init(&e->config);
	untaken_init(&e->untaken);
	untaken_init(&e->sessions);
	e->trace = (struct trace){.env = &e->world.env, .sink = outward_trace, .arg = e};
	log_init(&e->trace.log, outward_log, e);
	e->trace.log.env = &e->world.env;
	dhcp_links_init(
	    &e->dhcp, e->loop, &e->world.env, &e->config, &e->trace.log, outward_keeper, e);
	dhcp_relays_init(&e->relays, e->loop, &relays_ops, e);
	e->gw = gateway_create(
	    &e->world.env, &e->config, &e->trace, start->crypto, &outward_ops, e);
	engine_peer(e, ROLE_KEEPER, start->keeper);
	ask_keeper(e);
	if (e->gw)
		return e;
	engine_close(e);
	return NULL;
}
