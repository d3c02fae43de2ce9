/*
 * struct manager: one per process of the manager role. It is born with a
 * channel to the keeper, who introduces the other roles (and introduces them
 * again when they were started anew), and lives until the keeper says SHUTDOWN.
 */
#include "cli/manager/manager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/operator/console_server.h"
#include "cli/config/feed.h"

int64_t manager_wall(unsigned *milliseconds)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (milliseconds)
		*milliseconds = (unsigned)(ts.tv_nsec / 1000000);
	return ts.tv_sec;
}

/* ---- links -------------------------------------------------------------- */

const struct manager_link *manager_link_find(const struct manager *m, const char *device)
{
	for (unsigned i = 0; *device && i < m->n_links; i++)
		if (strcmp(m->link[i].device, device) == 0 ||
		    (m->link[i].hardware[0] && strcasecmp(m->link[i].hardware, device) == 0))
			return &m->link[i];
	return NULL;
}

bool manager_link_has(const struct manager_link *l, const struct addr *a, const struct addr *mask)
{
	char text[ADDR_TEXT_MAX], want[ADDR_TEXT_MAX + 4];

	snprintf(want, sizeof(want), "%s/%d", addr_text(a, text), mask_prefix(mask));
	for (unsigned i = 0; i < l->n_addresses; i++)
		if (strcmp(l->addresses[i], want) == 0)
			return true;
	return l->n_addresses == STRLIST_MAX; /* not all of them were told */
}

static void link_drop(struct manager *m, struct manager_link *l)
{
	*l = m->link[--m->n_links];
}

/* The entry that the news is of: a number's, or else a device's. */
static struct manager_link *link_entry(struct manager *m, const struct msg_link_state *s)
{
	for (unsigned i = 0; i < m->n_links; i++)
		if (s->hardware[0] ? strcmp(m->link[i].hardware, s->hardware) == 0
		                   : strcmp(m->link[i].device, s->device) == 0)
			return &m->link[i];
	if (m->n_links == MANAGER_LINKS_MAX)
		return NULL;
	m->link[m->n_links] = (struct manager_link){0};
	return &m->link[m->n_links++];
}

static void link_take(struct manager_link *l, const struct msg_link_state *s)
{
	snprintf(l->device, sizeof(l->device), "%s", s->device);
	snprintf(l->hardware, sizeof(l->hardware), "%s", s->hardware);
	snprintf(l->mac, sizeof(l->mac), "%s", s->mac);
	snprintf(l->last, sizeof(l->last), "%s", s->last);
	l->ifindex = s->ifindex;
	l->mtu = s->mtu;
	l->up = s->up;
	l->carrier = s->carrier;
	l->address = s->address;
	l->mask = s->mask;
	l->n_addresses = s->addresses.n;
	for (unsigned i = 0; i < l->n_addresses; i++)
		snprintf(l->addresses[i], sizeof(l->addresses[i]), "%s", s->addresses.v[i]);
}

static void link_note(struct manager *m, const struct msg_link_state *s)
{
	struct manager_link *l = link_entry(m, s);
	bool renamed;

	if (!l)
		return;
	renamed = strcmp(l->device, s->device) != 0 || strcmp(l->hardware, s->hardware) != 0;
	link_take(l, s);
	/* What this device was before it became this. */
	for (unsigned i = m->n_links; i-- > 0;)
		if (&m->link[i] != l && s->device[0] && strcmp(m->link[i].device, s->device) == 0)
			m->link[i].device[0] = 0;
	/* Gone, and no number is kept for it. */
	for (unsigned i = m->n_links; i-- > 0;)
		if ((!m->link[i].ifindex && !m->link[i].hardware[0]) ||
		    (!m->link[i].device[0] && (!m->link[i].hardware[0] || !m->link[i].mac[0]))) {
			renamed = true;
			link_drop(m, &m->link[i]);
		}
	if (renamed)
		manager_devices_changed(m);
}

/* ---- stopping ----------------------------------------------------------- */

static void manager_stop(struct manager *m, const char *why)
{
	static const char farewell[] = "\n\n***\n*** --- SHUTDOWN NOW ---\n";
	const uint8_t returns = m->restart;

	if (m->stopping)
		return;
	m->stopping = true;
	audit_add(&m->audit, 5, 199002, "%s", why);
	for (struct operator *o = m->operators; o; o = o->next) {
		if (o->kind == CONSOLE_KIND_CONSOLE && !m->restart)
			o->send(o->ctx, CONSOLE_ASYNC, farewell, sizeof(farewell) - 1);
		o->send(o->ctx, CONSOLE_CLOSE, &returns, 1);
	}
	if (m->stopped)
		m->stopped(m);
}

void manager_reload(struct manager *m, const char *why)
{
	struct ipc_msg msg = {.type = MSG_KEEP_STOP, .fd = -1};

	m->restart = true;
	msg.keep_stop.why = why;
	msg.keep_stop.restart = 1;
	if (!ipc_send(m->keeper, &msg))
		manager_stop(m, why);
}

void manager_ready(struct manager *m)
{
	struct ipc_msg msg = {.type = MSG_ROLE_READY, .fd = -1, .role_ready = {ROLE_MANAGER}};

	for (const struct request *r = m->requests; r; r = r->next)
		if (r->role == ROLE_KEEPER)
			return;
	if (m->ready || m->booting)
		return;
	m->ready = true;
	ipc_send(m->keeper, &msg);
}

/* ---- the other roles ---------------------------------------------------- */

static struct ipc_channel **channel_of(struct manager *m, enum role role)
{
	return role == ROLE_ENGINE ? &m->engine : role == ROLE_AAA ? &m->aaa : &m->keeper;
}

static enum role role_of(const struct manager *m, const struct ipc_channel *ch)
{
	return ch == m->engine ? ROLE_ENGINE : ch == m->aaa ? ROLE_AAA : ROLE_KEEPER;
}

static void manager_gone(void *arg, struct ipc_channel *ch)
{
	struct manager *m = arg;
	enum role role = role_of(m, ch);

	*channel_of(m, role) = NULL;
	ipc_channel_close(ch);
	request_role_gone(m, role);
	if (role == ROLE_KEEPER)
		manager_stop(m, "the keeper is gone");
}

static void manager_message(void *arg, struct ipc_channel *ch, struct ipc_msg *msg)
{
	struct manager *m = arg;
	enum role role = role_of(m, ch);
	struct ipc_channel *peer;

	if (request_message(m, role, msg))
		return;
	switch (msg->type) {
	case MSG_PEER_ROLE:
		if (role != ROLE_KEEPER || msg->fd < 0)
			break;
		peer = ipc_channel_open(m->loop, msg->fd, manager_message, manager_gone, m);
		if (!peer)
			break;
		msg->fd = -1;
		manager_peer(m, msg->peer_role.role, peer);
		break;
	case MSG_LINK_STATE:
		link_note(m, &msg->link_state);
		break;
	case MSG_TRACE_LINE:
		debug_line(m, msg->trace_line.class, msg->trace_line.level, msg->trace_line.text);
		break;
	case MSG_LOG_LINE:
		audit_add(&m->audit, msg->log_line.severity, msg->log_line.number, "%s",
		    msg->log_line.text);
		break;
	case MSG_SHUTDOWN:
		manager_stop(m, msg->shutdown.why);
		break;
	default:
		break;
	}
}

void manager_peer(struct manager *m, enum role role, struct ipc_channel *ch)
{
	struct ipc_channel **slot = channel_of(m, role);

	if (role != ROLE_ENGINE && role != ROLE_AAA) {
		ipc_channel_close(ch);
		return;
	}
	if (*slot) {
		struct ipc_channel *old = *slot;

		*slot = NULL;
		ipc_channel_close(old);
		request_role_gone(m, role);
	}
	*slot = ch;
	ipc_channel_listen(ch, manager_message, manager_gone, m);
	manager_snapshot(m, role);
	debug_announce(m);
}

/* `terminal monitor` */
static void manager_heard(void *ctx, const char *line)
{
	struct manager *m = ctx;
	struct text t = {0};

	for (struct operator *o = m->operators; o; o = o->next) {
		if (!o->monitor)
			continue;
		if (!t.len)
			text_addf(&t, "%s\n", line);
		o->send(o->ctx, CONSOLE_ASYNC, t.p, t.len < CONSOLE_TEXT_MAX ? t.len : CONSOLE_TEXT_MAX);
	}
	text_free(&t);
}

/* ---- birth and death ---------------------------------------------------- */

static bool read_grammar(struct manager *m, const struct manager_start *s, char *error, size_t size)
{
	static const struct gram_foreign_names acts[] = {{"run", exec_name}, {NULL, NULL}};

	m->gram = gram_read(s->grammar, s->grammar_len, error, size);
	return m->gram && !gram_check_foreign(m->gram, acts, error, size);
}

struct manager *manager_open(const struct manager_start *s, char *error, size_t size)
{
	struct manager *m = calloc(1, sizeof(*m));

	if (!m) {
		snprintf(error, size, "out of memory");
		return NULL;
	}
	m->loop = s->loop;
	m->state = s->state;
	m->crypto = s->crypto;
	m->started = uv_hrtime();
	snprintf(m->boot_id, sizeof(m->boot_id), "%s", s->boot_id);
	snprintf(m->hostname, sizeof(m->hostname), "ciscoasa");
	m->audit.heard = manager_heard;
	m->audit.ctx = m;
	m->booting = true;
	m->keeper = s->keeper;
	machine_read(&m->machine, m->state);
	if (m->keeper) {
		/* What the keeper has said before we started: links and peers. */
		ipc_channel_listen(m->keeper, manager_message, manager_gone, m);
		uv_run(m->loop, UV_RUN_NOWAIT);
	}
	if (!read_grammar(m, s, error, size) || !manager_boot(m, s->config, s->config_len, error, size)) {
		manager_close(m);
		return NULL;
	}
	if (s->console >= 0 && !(m->console = console_server_open(m, m->loop, s->console))) {
		snprintf(error, size, "cannot listen on the console socket");
		manager_close(m);
		return NULL;
	}
	manager_ready(m);
	return m;
}

static void manager_closed(uv_handle_t *h)
{
	free(h->data);
}

void manager_close(struct manager *m)
{
	console_server_close(m->console);
	while (m->operators)
		operator_free(m->operators);
	request_close_all(m);
	ipc_channel_close(m->engine);
	ipc_channel_close(m->aaa);
	ipc_channel_close(m->keeper);
	if (m->db)
		db_close(m->db);
	if (m->restart)
		manager_drop_running(m);
	feed_destroy(m->feed);
	gram_free(m->gram);
	audit_free(&m->audit);
	text_free(&m->settle.errors);
	text_free(&m->notes);
	text_free(&m->settle.line);
	if (m->feed)
		uv_close((uv_handle_t *)&m->refresh, manager_closed);
	else
		free(m);
}
