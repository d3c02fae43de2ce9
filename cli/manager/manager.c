/*
 * struct manager: one per process of the manager role. It is born with a
 * channel to the keeper, who introduces the other roles (and introduces them
 * again when they were started anew), and lives until the keeper says SHUTDOWN.
 */
#include "cli/manager/manager.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/manager/log_roles.h"
#include "cli/manager/reload.h"
#include "engine/wire/wire.h"

/* ---- stopping ----------------------------------------------------------- */

void manager_on_stop(struct manager *m, struct stop_listener *l)
{
	l->next = m->stop_listeners;
	m->stop_listeners = l;
}

void manager_off_stop(struct manager *m, const struct stop_listener *l)
{
	for (struct stop_listener **p = &m->stop_listeners; *p; p = &(*p)->next) {
		if (*p != l)
			continue;
		*p = l->next;
		return;
	}
}

static void over(struct manager *m)
{
	m->over = true;
	if (m->stopped)
		m->stopped(m);
}

/* The engine is stopped as well, and tells the ends of its sessions, which have to be stored. */
static void manager_stop(struct manager *m, const char *why, enum reason ends)
{
	if (m->stopping)
		return;
	m->stopping = true;
	running_stop(&m->running);
	audit_add(&m->audit, 5, 199002, "%s", why);
	for (struct stop_listener *l = m->stop_listeners; l; l = l->next)
		l->stopping(l->ctx, m->restart);
	past_stop(m->past, ends, over);
}

void manager_reload(struct manager *m, const char *why)
{
	struct ipc_msg msg = {.type = MSG_KEEP_STOP, .fd = -1};

	m->restart = true;
	msg.keep_stop.why = why;
	msg.keep_stop.restart = 1;
	if (!ipc_send(m->channel[ROLE_KEEPER], &msg))
		manager_stop(m, why, REASON_ADMIN_REBOOT);
}

void manager_ready(struct manager *m)
{
	struct ipc_msg msg = {.type = MSG_ROLE_READY, .fd = -1, .role_ready = {ROLE_MANAGER}};

	if (m->ready || ask_is_open(&m->asks, ROLE_KEEPER))
		return;
	m->ready = true;
	ipc_send(m->channel[ROLE_KEEPER], &msg);
}

/* Whatever the keeper was asked last: the configuration, a socket of the log's or of the door's. */
static void asked(void *ctx, enum role role)
{
	if (role == ROLE_KEEPER)
		manager_ready(ctx);
}

/* ---- what the configuration and the debug hub have for the other roles -------- */

static void send_role(void *ctx, enum role to, struct ipc_msg *msg)
{
	struct manager *m = ctx;

	ipc_send(m->channel[to], msg);
}

static bool has_keeper(void *ctx)
{
	return ((struct manager *)ctx)->channel[ROLE_KEEPER] != NULL;
}

/* Why not, or what is to be remarked. */
static void answered(struct manager *m, const struct answer *a, bool held)
{
	const char *why = answer_refusal(a), *remark = a->text[0] ? a->text : NULL;

	delivery_answered(&m->running.delivery, held, why ? why : remark, why != NULL);
}

static void keeper_answered(void *arg, const struct answer *a)
{
	answered(arg, a, false);
}

static void keeper_answered_change(void *arg, const struct answer *a)
{
	answered(arg, a, true);
}

static void ask_keeper(void *ctx, struct ipc_msg *msg, bool held)
{
	struct manager *m = ctx;

	ask_send(&m->asks, ROLE_KEEPER, msg, held ? keeper_answered_change : keeper_answered, m);
}

static const char *device_of(void *ctx, const char *hardware)
{
	return links_device(&((struct manager *)ctx)->links, hardware);
}

static bool address_of(void *ctx, const char *hardware, struct addr *a, struct addr *mask)
{
	const struct net_link *l = links_find(&((struct manager *)ctx)->links, hardware);

	if (!l || !l->address.family)
		return false;
	*a = l->address;
	*mask = l->mask;
	return true;
}

static void tell_level(void *ctx, enum trace_class cls, uint8_t level, bool aaa)
{
	struct manager *m = ctx;
	struct ipc_msg msg = {.type = MSG_TRACE_SET, .fd = -1};

	msg.trace_set.class = (uint8_t)cls;
	msg.trace_set.level = level;
	ipc_send(m->channel[ROLE_ENGINE], &msg);
	if (aaa)
		ipc_send(m->channel[ROLE_AAA], &msg);
}

static void tell_filter(void *ctx, const struct trace_filter *f)
{
	struct manager *m = ctx;
	struct ipc_msg msg = {.type = MSG_TRACE_FILTER, .fd = -1};
	struct strlist *list[TRACE_FILTER_KINDS] = {[TRACE_BY_PEER] = &msg.trace_filter.peers,
	    [TRACE_BY_USER] = &msg.trace_filter.users, [TRACE_BY_GROUP] = &msg.trace_filter.groups};

	_Static_assert(TRACE_FILTER_MAX <= STRLIST_MAX, "a list holds all of them");
	msg.trace_filter.on = !trace_filter_empty(f);
	msg.trace_filter.unmatched = f->unmatched;
	for (enum trace_filter_kind k = 0; k < TRACE_FILTER_KINDS; k++)
		for (unsigned i = 0; i < f->n[k]; i++)
			list[k]->v[list[k]->n++] = f->v[k][i];
	ipc_send(m->channel[ROLE_ENGINE], &msg);
}

/* ---- the other roles ---------------------------------------------------- */

static enum role role_of(const struct manager *m, const struct ipc_channel *ch)
{
	return ch == m->channel[ROLE_ENGINE] ? ROLE_ENGINE :
	    ch == m->channel[ROLE_AAA] ? ROLE_AAA :
	    ch == m->channel[ROLE_SSH] ? ROLE_SSH : ROLE_KEEPER;
}

static void manager_gone(void *arg, struct ipc_channel *ch)
{
	struct manager *m = arg;
	enum role role = role_of(m, ch);

	m->channel[role] = NULL;
	ipc_channel_close(ch);
	ask_role_gone(&m->asks, role);
	if (role == ROLE_ENGINE)
		past_engine_gone(m->past);
	if (role == ROLE_SSH && m->door.gone)
		m->door.gone(m->door.ctx);
	if (role == ROLE_KEEPER)
		manager_stop(m, "the keeper is gone", REASON_ENGINE_LOST);
}

static void manager_message(void *, struct ipc_channel *, struct ipc_msg *);

/* The keeper introduces a role: its end of a channel. */
static void meet(struct manager *m, struct ipc_msg *msg)
{
	struct ipc_channel *peer = msg->fd < 0 ? NULL :
	    ipc_channel_open(m->loop, msg->fd, manager_message, manager_gone, m);

	if (!peer)
		return;
	msg->fd = -1;
	manager_peer(m, msg->peer_role.role, peer);
}

/* aaa has asked name servers for a host that an object means. */
static void hear_name(struct manager *m, const struct msg_name_answer *a)
{
	struct rd r = rd_init(a->addresses.p, a->addresses.len);
	uint32_t address[FQDN_ADDRESSES];
	unsigned n = a->addresses.len / 4;

	n = n < FQDN_ADDRESSES ? n : FQDN_ADDRESSES;
	for (unsigned i = 0; i < n; i++)
		address[i] = rd_u32(&r);
	delivery_resolved(&m->running.delivery, a->name, address, n, a->lives);
}

/* The engine on sessions that came up, and ended. */
static void hear_session(struct manager *m, const struct ipc_msg *msg)
{
	if (msg->type == MSG_SESSION_LIFE)
		past_life(m->past, msg->session_life.life);
	else
		past_record(m->past, msg);
}

/* What only the keeper may say: the engine and aaa talk to strangers. */
static bool is_keepers(enum msg_type type)
{
	return type == MSG_PEER_ROLE || type == MSG_LINK_STATE || type == MSG_SHUTDOWN;
}

static void manager_message(void *arg, struct ipc_channel *ch, struct ipc_msg *msg)
{
	struct manager *m = arg;
	enum role role = role_of(m, ch);

	if (role == ROLE_SSH) { /* it talks to strangers before anybody */
		if (m->door.said)
			m->door.said(m->door.ctx, msg);
		return;
	}
	if (ask_message(&m->asks, role, msg) || (role != ROLE_KEEPER && is_keepers(msg->type)))
		return;
	switch (msg->type) {
	case MSG_PEER_ROLE:
		meet(m, msg);
		break;
	case MSG_LINK_STATE:
		if (links_note(&m->links, &msg->link_state))
			delivery_devices_changed(&m->running.delivery);
		break;
	case MSG_TRACE_LINE:
		log_trace_line(m, &msg->trace_line);
		break;
	case MSG_LOG_LINE:
		audit_hear(&m->audit, msg->log_line.time, msg->log_line.severity,
		    msg->log_line.number, msg->log_line.text);
		break;
	case MSG_SESSION_LIFE:
	case MSG_SESSION_RECORD:
		if (role == ROLE_ENGINE)
			hear_session(m, msg);
		break;
	case MSG_ACCOUNT_TAKEN:
		if (role == ROLE_AAA)
			untaken_taken(&m->untaken, msg->account_taken.id);
		break;
	case MSG_PASSWORD_CHANGED:
		if (role == ROLE_AAA && m->password_changed)
			m->password_changed(m, &msg->password_changed, NULL);
		break;
	case MSG_NAME_ANSWER:
		if (role == ROLE_AAA)
			hear_name(m, &msg->name_answer);
		break;
	case MSG_SHUTDOWN:
		manager_stop(m, msg->shutdown.why,
		    msg->shutdown.restart ? REASON_ADMIN_REBOOT : REASON_ADMIN_SHUTDOWN);
		break;
	default:
		break;
	}
}

void manager_peer(struct manager *m, enum role role, struct ipc_channel *ch)
{
	struct ipc_channel *old;

	if (role != ROLE_ENGINE && role != ROLE_AAA && role != ROLE_SSH) {
		ipc_channel_close(ch);
		return;
	}
	old = m->channel[role];
	m->channel[role] = ch;
	if (old) {
		ipc_channel_close(old);
		ask_role_gone(&m->asks, role);
	}
	ipc_channel_listen(ch, manager_message, manager_gone, m);
	if (role == ROLE_SSH) {
		if (m->door.came)
			m->door.came(m->door.ctx);
		return;
	}
	delivery_snapshot(&m->running.delivery, role);
	if (role == ROLE_AAA)
		untaken_again(&m->untaken, ch);
	debug_announce(&m->debug);
	audit_announce(&m->audit);
}

/* ---- what people typed -------------------------------------------------- */

static void histories_path(const struct manager *m, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/command-history", m->state);
}

void manager_flush(const struct manager *m)
{
	for (int r = 0; r < ROLE_COUNT; r++)
		ipc_flush(m->channel[r]);
}

void manager_keep_histories(struct manager *m)
{
	char path[PATH_MAX];

	histories_path(m, path);
	if (!histories_write(&m->histories, path))
		audit_add(&m->audit, 3, 199009,
		    "The history of commands could not be stored: %s", strerror(errno));
}

/* ---- birth and death ---------------------------------------------------- */

static struct manager *manager_new(const struct manager_start *s)
{
	const struct delivery_roles roles = {
	    send_role, has_keeper, ask_keeper, device_of, NULL, address_of};
	struct manager *m = calloc(1, sizeof(*m));
	struct audit_roles log;
	char path[PATH_MAX];

	if (!m)
		return NULL;
	untaken_init(&m->untaken);
	m->loop = s->loop;
	m->past = past_open(m);
	m->state = s->state;
	m->crypto = s->crypto;
	m->started = uv_hrtime();
	m->channel[ROLE_KEEPER] = s->keeper;
	m->asks.loop = s->loop;
	m->asks.channel = m->channel;
	m->asks.ended = asked;
	m->asks.ctx = m;
	m->debug.tell = tell_level;
	m->debug.tell_filter = tell_filter;
	m->debug.ctx = m;
	log = log_roles(m);
	audit_init(&m->audit, s->loop, &log);
	if (s->keeper && getenv("JOURNAL_STREAM"))
		senders_want_journal(&m->audit.senders);
	running_init(&m->running, s->loop, &roles, &m->audit);
	m->running.delivery.roles.ctx = m;
	machine_read(&m->machine, m->state);
	logins_open(&m->logins, m->state);
	histories_path(m, path);
	histories_read(&m->histories, path);
	return m;
}

static bool read_grammar(struct manager *m, const struct manager_start *s, char *error, size_t size)
{
	m->gram = gram_read(s->grammar, s->grammar_len, error, size);
	return m->gram && !(s->check && s->check(m->gram, error, size));
}

static bool boot(struct manager *m, const struct manager_start *s, char *error, size_t size)
{
	const struct running_boot b = {.gram = m->gram, .dir = s->state, .boot_id = s->boot_id,
	    .crypto = s->crypto, .text = s->config, .len = s->config_len};

	if (!running_start(&m->running, &b, error, size))
		return false;
	m->reload = reload_new(m, manager_reload, NULL);
	if (!m->reload) {
		snprintf(error, size, "out of memory");
		return false;
	}
	reload_resume(m->reload);
	for (enum role r = ROLE_ENGINE; r <= ROLE_AAA; r++)
		if (m->channel[r])
			delivery_snapshot(&m->running.delivery, r);
	return true;
}

struct manager *manager_open(const struct manager_start *s, char *error, size_t size)
{
	struct manager *m = manager_new(s);

	if (!m) {
		snprintf(error, size, "out of memory");
		return NULL;
	}
	if (m->channel[ROLE_KEEPER]) {
		/* What the keeper has said before we started: links and peers. */
		ipc_channel_listen(m->channel[ROLE_KEEPER], manager_message, manager_gone, m);
		uv_run(m->loop, UV_RUN_NOWAIT);
	}
	if (read_grammar(m, s, error, size) && boot(m, s, error, size))
		return m;
	manager_close(m);
	return NULL;
}

static void manager_closed(uv_handle_t *h)
{
	free(h->data);
}

void manager_close(struct manager *m)
{
	const char *state = m->state;
	bool drop;

	ask_close_all(&m->asks);
	untaken_fini(&m->untaken);
	past_close(m->past);
	log_roles_close(m);
	for (enum role r = 0; r < ROLE_COUNT; r++)
		ipc_channel_close(m->channel[r]);
	drop = m->restart && !running_forget(&m->running);
	reload_free(m->reload);
	m->reload = NULL;
	running_close(&m->running, manager_closed, m);
	if (drop)
		running_drop(state);
	gram_free(m->gram);
	free(m->rights.levels);
	histories_free(&m->histories);
	logins_close(&m->logins);
	audit_free(&m->audit);
}
