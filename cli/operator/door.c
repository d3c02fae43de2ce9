/*
 * struct door: one per manager. A guest is a connection that the door told of,
 * from DOOR_CONNECT to DOOR_END (or the door's death): admitted by the rows of
 * `ssh A.B.C.D MASK IFNAME`, asked for a login, and then, once, given a token.
 * What the door says of a guest is taken only in that order.
 */
#include "cli/operator/door.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/names.h"
#include "cli/login/login.h"
#include "cli/operator/door_offer.h"
#include "cli/operator/tokens.h"
#include "engine/base/journal.h"

#define GUESTS_MAX 1000
#define SETTLE_MS 5   /* what changes together is looked at once */
#define AGAIN_MS 1000 /* a port that could not be had is tried anew */

struct guest {
	struct guest *next;
	struct door *door;
	uint32_t id;
	struct addr from;
	struct operator_login who; /* as far as it is known */
	struct login *login;	   /* is being checked */
	bool in, opened;
	bool asked; /* it waits for what he types at a server's question */
	const char *ended; /* why, when it was not by himself */
	uv_timer_t wait;   /* before a refusal is told */
};

struct door {
	struct manager *manager;
	struct tokens *tokens;
	struct guest *guests;
	unsigned n;
	uv_timer_t settle, again;
	uint16_t port;	  /* asked of the keeper; 0: none */
	bool asked, told; /* told: that it cannot be had */
	struct ask *ask;
	unsigned handles;
};

/* A line of `debug ssh` about a guest. */
#define guest_debug(g, level, fmt, ...) \
	debug_say(&(g)->door->manager->debug, TRACE_SSH, level, \
	    &(struct trace_ctx){.user = (g)->who.user[0] ? (g)->who.user : NULL, \
	        .ip = &(g)->from}, \
	    "SSH %u: " fmt, (g)->id, ##__VA_ARGS__)

static void say(const struct door *d, const struct ipc_msg *m)
{
	ipc_send(d->manager->channel[ROLE_SSH], m);
}

/* ---- guests -------------------------------------------------------------------- */

static struct guest *find(const struct door *d, uint32_t id)
{
	for (struct guest *g = d->guests; g; g = g->next)
		if (g->id == id)
			return g;
	return NULL;
}

static void guest_closed(uv_handle_t *h)
{
	struct guest *g = h->data;

	explicit_bzero(g, sizeof(*g));
	free(g);
}

static void guest_drop(struct guest *g)
{
	for (struct guest **p = &g->door->guests; *p; p = &(*p)->next) {
		if (*p != g)
			continue;
		*p = g->next;
		g->door->n--;
		break;
	}
	login_cancel(g->login);
	uv_close((uv_handle_t *)&g->wait, guest_closed);
}

static struct guest *guest_new(struct door *d, const struct msg_door_connect *m)
{
	struct guest *g = d->n < GUESTS_MAX && !find(d, m->id) ? calloc(1, sizeof(*g)) : NULL;

	if (!g)
		return NULL;
	g->door = d;
	g->id = m->id;
	g->from = m->from;
	uv_timer_init(d->manager->loop, &g->wait);
	g->wait.data = g;
	g->who.way = WAY_SSH;
	g->who.connection = m->id;
	g->who.port = m->port;
	addr_text(&m->from, g->who.from);
	addr_text(&m->to, g->who.to);
	g->next = d->guests;
	d->guests = g;
	d->n++;
	return g;
}

/* ---- may he come in? -------------------------------------------------------------- */

static bool has_address(const struct net_link *l, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];
	size_t len = strlen(addr_text(a, text));

	for (unsigned i = 0; i < l->n_addresses; i++)
		if (strncmp(l->addresses[i], text, len) == 0 && l->addresses[i][len] == '/')
			return true;
	return false;
}

/* The nameif of the link that a connection came by, to an address of that link; "" when it has no
 * name, or came to another's address. */
static void link_name(const struct manager *m, const struct msg_door_connect *c,
    char name[NAMEIF_MAX])
{
	name[0] = 0;
	for (unsigned i = 0; c->ifindex && i < m->links.n; i++)
		if (m->links.v[i].ifindex == c->ifindex && has_address(&m->links.v[i], &c->to))
			nameif_of_device(m, m->links.v[i].device, name);
}

static void admit(struct door *d, const struct msg_door_connect *m)
{
	struct ipc_msg answer = {.type = MSG_DOOR_ADMIT, .fd = -1, .door_admit = {.id = m->id}};
	char name[NAMEIF_MAX], from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];
	struct guest *g = NULL;

	link_name(d->manager, m, name);
	if (door_admits(d->manager, &m->from, name))
		g = guest_new(d, m);
	else
		audit_add(&d->manager->audit, 3, 710003,
		    "TCP access denied by ACL from %s/%u to %s:%s/%u", addr_text(&m->from, from),
		    m->port, name[0] ? name : "identity", addr_text(&m->to, to), d->port);
	if (g) {
		snprintf(g->who.ifname, sizeof(g->who.ifname), "%s", name);
		guest_debug(g, TRACE_EVENT, "connection from %s/%u on %s", g->who.from, m->port,
		    name);
	}
	answer.door_admit.yes = g != NULL;
	say(d, &answer);
}

/* ---- logins ---------------------------------------------------------------------- */

static void tell(struct guest *g, bool yes)
{
	struct ipc_msg m = {.type = MSG_DOOR_ANSWER,
	    .fd = -1,
	    .door_answer = {.id = g->id, .yes = yes, .in = g->in, .text = ""}};

	say(g->door, &m);
}

static void let_in(struct guest *g, const struct login_result *r)
{
	memcpy(g->who.user, r->user, sizeof(g->who.user));
	g->who.privilege = r->privilege;
	g->who.enabled = r->enabled;
	g->who.by_server = r->by_server;
	g->who.prompt_only = r->prompt_only;
	memcpy(g->who.message, r->message, sizeof(g->who.message));
	g->in = true;
	guest_debug(g, TRACE_EVENT, "user %s is let in, privilege %d", g->who.user,
	    g->who.privilege);
	tell(g, true);
}

static void waited(uv_timer_t *t)
{
	tell(t->data, false);
}

static void checked(void *ctx, const struct login_result *r)
{
	struct guest *g = ctx;

	g->login = NULL;
	if (r->accepted) {
		let_in(g, r);
		return;
	}
	guest_debug(g, TRACE_EVENT, "login refused, told in %u ms", r->delay_ms);
	uv_timer_start(&g->wait, waited, r->delay_ms, 0);
}

/* The server that proves him wants to know more. What his terminal would obey is taken out. */
static void asks(void *ctx, const char *text, bool echo)
{
	struct guest *g = ctx;
	struct text clean = {0};
	struct ipc_msg m = {.type = MSG_DOOR_ANSWER, .fd = -1,
	    .door_answer = {.id = g->id, .asks = true, .echo = echo}};

	gram_add_clean(&clean, text, strlen(text));
	m.door_answer.text = text_str(&clean);
	g->asked = true;
	guest_debug(g, TRACE_EVENT, "the login server asks him something");
	say(g->door, &m);
	text_free(&clean);
}

/* What he typed at such a question; anything else he does instead ends it. */
static void answer_question(struct guest *g, const struct msg_door_login *m)
{
	g->asked = false;
	login_say(g->login, strcmp(m->method, "answer") == 0 ? m->password : NULL);
}

static void log_in(struct guest *g, const struct msg_door_login *m)
{
	struct manager *mgr = g->door->manager;
	bool interactive = strcmp(m->method, "interactive") == 0;
	const struct login_request q = {.way = LOGIN_SSH,
	    .asks = interactive ? asks : NULL,
	    .user = m->user,
	    .password = m->password,
	    .from = g->from,
	    .port = g->who.port,
	    .ifname = g->who.ifname,
	    .to = g->who.to};
	struct login_result r = {0};

	if (g->asked) {
		answer_question(g, m);
		return;
	}
	if (g->in || g->login || uv_is_active((uv_handle_t *)&g->wait))
		return;
	guest_debug(g, TRACE_EVENT, "user %s asks by %s", m->user, m->method);
	if (interactive || strcmp(m->method, "password") == 0) {
		g->login = login_begin(mgr, &q, checked, g);
		if (!g->login)
			tell(g, false);
	} else if (strcmp(m->method, "key") == 0) {
		tell(g, login_key_known(mgr, m->user, m->key.p, m->key.len));
	} else if (strcmp(m->method, "signed") == 0 &&
		   login_key_known(mgr, m->user, m->key.p, m->key.len) &&
		   login_by_key(mgr, &q, &r)) {
		let_in(g, &r);
	} else {
		tell(g, false);
	}
}

/* ---- his terminal ------------------------------------------------------------------ */

/* What the door's process of that connection says of its client: letters, or nothing. */
static void take_word(char *to, size_t size, const char *word)
{
	size_t n = 0;

	for (; *word && n < size - 1; word++)
		if (*word > ' ' && *word < 127)
			to[n++] = *word;
	to[n] = 0;
}

static void open_terminal(struct guest *g, const struct msg_door_session *m)
{
	struct door *d = g->door;
	struct ssh_facts *f = &g->who.ssh;
	struct ipc_msg msg = {.type = MSG_DOOR_TOKEN, .fd = -1, .door_token = {.id = g->id}};
	uint8_t token[CONSOLE_TOKEN];

	if (!g->in || g->opened)
		return;
	take_word(f->client, sizeof(f->client), m->client);
	take_word(f->cipher_in, sizeof(f->cipher_in), m->cipher_in);
	take_word(f->cipher_out, sizeof(f->cipher_out), m->cipher_out);
	take_word(f->mac_in, sizeof(f->mac_in), m->mac_in);
	take_word(f->mac_out, sizeof(f->mac_out), m->mac_out);
	g->opened = true;
	guest_debug(g, TRACE_DEBUG, "session of %s, %s %s, %s %s", f->client, f->cipher_in,
	    f->mac_in, f->cipher_out, f->mac_out);
	if (!tokens_issue(d->tokens, &g->who, uv_now(d->manager->loop), token)) {
		msg = (struct ipc_msg){.type = MSG_DOOR_END, .fd = -1, .door_end = {.id = g->id}};
		say(d, &msg);
		return;
	}
	msg.door_token.token = (struct bytes){sizeof(token), token};
	say(d, &msg);
	explicit_bzero(token, sizeof(token));
}

static void guest_over(struct guest *g)
{
	struct audit *log = &g->door->manager->audit;
	const struct operator_login *w = &g->who;

	guest_debug(g, TRACE_EVENT, "over%s%s", g->ended ? ": " : "", g->ended ? g->ended : "");
	if (g->opened && g->ended)
		audit_add(log, 6, 315011,
		    "SSH session from %s on interface %s for user \"%s\" disconnected by SSH "
		    "server, reason: %s",
		    w->from, w->ifname, w->user, g->ended);
	else if (g->opened)
		audit_add(log, 6, 315011,
		    "SSH session from %s on interface %s for user \"%s\" terminated normally",
		    w->from, w->ifname, w->user);
	guest_drop(g);
}

/* ---- the door ---------------------------------------------------------------------- */

static void look_overdue(struct door *);

static void said(void *ctx, const struct ipc_msg *m)
{
	struct door *d = ctx;
	struct guest *g;

	if (m->type == MSG_DOOR_CONNECT) {
		look_overdue(d);
		admit(d, &m->door_connect);
		return;
	}
	g = ipc_id(m) ? find(d, *ipc_id(m)) : NULL;
	if (!g)
		return;
	if (m->type == MSG_DOOR_LOGIN)
		log_in(g, &m->door_login);
	else if (m->type == MSG_DOOR_SESSION)
		open_terminal(g, &m->door_session);
	else if (m->type == MSG_DOOR_END)
		guest_over(g);
}

static void gone(void *ctx)
{
	struct door *d = ctx;

	while (d->guests)
		guest_over(d->guests);
}

static void look_soon(struct door *);

static void came(void *ctx)
{
	struct door *d = ctx;

	gone(d);
	if (d->manager->running.db && !door_offer_send(d->manager))
		look_soon(d);
}

static void left(void *ctx, uint32_t connection, const char *why)
{
	struct door *d = ctx;
	struct guest *g = find(d, connection);
	struct ipc_msg m = {.type = MSG_DOOR_END, .fd = -1, .door_end = {.id = connection}};

	if (!g || !g->opened) /* one of a new door, under an old one's number */
		return;
	g->ended = why;
	say(d, &m);
}

/* ---- the configuration -------------------------------------------------------------- */

static void try_again(uv_timer_t *t);

static void listens(void *arg, const struct answer *a)
{
	struct door *d = arg;
	const char *why = answer_refusal(a);

	d->ask = NULL;
	if (why && !d->told) {
		journal(LOG_WARNING, "SSH cannot listen on port %u: %s", d->port, why);
		audit_add(&d->manager->audit, 3, 199019,
		    "SSH cannot listen on port %u: %s; it is tried again", d->port, why);
	}
	if (!why && d->told)
		audit_add(&d->manager->audit, 5, 199017, "SSH listens on port %u", d->port);
	d->told = why != NULL;
	snprintf(d->manager->ssh_trouble, sizeof(d->manager->ssh_trouble), "%s", why ? why : "");
	if (why)
		uv_timer_start(&d->again, try_again, AGAIN_MS, 0);
}

static void ask_port(struct door *d)
{
	struct ipc_msg m = {.type = MSG_KEEP_LISTEN, .fd = -1, .keep_listen = {.port = d->port}};

	ask_cancel(d->ask);
	uv_timer_stop(&d->again);
	d->ask = ask_send(&d->manager->asks, ROLE_KEEPER, &m, listens, d);
}

static void try_again(uv_timer_t *t)
{
	ask_port(t->data);
}

static void look(uv_timer_t *t)
{
	struct door *d = t->data;
	uint16_t port;

	if (!d->manager->running.db || !door_port(d->manager, &port) ||
	    !door_offer_send(d->manager)) {
		uv_timer_start(t, look, AGAIN_MS, 0);
		return;
	}
	if (d->asked && port == d->port)
		return;
	d->asked = true;
	d->told = false;
	d->port = port;
	ask_port(d);
}

static void look_soon(struct door *d)
{
	uv_timer_start(&d->settle, look, SETTLE_MS, 0);
}

/* Who connects after a command has returned meets what it changed, keys or algorithms: they go
 * ahead of his admission, by the same channel. */
static void look_overdue(struct door *d)
{
	if (!uv_is_active((uv_handle_t *)&d->settle))
		return;
	uv_timer_stop(&d->settle);
	look(&d->settle);
}

static void changed(void *ctx, const char *table)
{
	if (strncmp(table, "ssh", 3) == 0)
		look_soon(ctx);
}

static void keys_changed(void *ctx)
{
	look_soon(ctx);
}

struct door *door_open(struct manager *m, struct tokens *tokens)
{
	struct door *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->manager = m;
	d->tokens = tokens;
	d->handles = 2;
	uv_timer_init(m->loop, &d->settle);
	uv_timer_init(m->loop, &d->again);
	d->settle.data = d->again.data = d;
	m->door = (struct door_ops){came, gone, said, left, d};
	m->running.delivery.changed = changed;
	m->running.delivery.changed_ctx = d;
	m->host_keys.changed = keys_changed;
	m->host_keys.ctx = d;
	look_soon(d);
	return d;
}

static void timer_closed(uv_handle_t *h)
{
	struct door *d = h->data;

	if (--d->handles == 0)
		free(d);
}

void door_close(struct door *d)
{
	if (!d)
		return;
	d->manager->door = (struct door_ops){0};
	d->manager->running.delivery.changed = NULL;
	d->manager->host_keys.changed = NULL;
	while (d->guests)
		guest_drop(d->guests);
	ask_cancel(d->ask);
	uv_close((uv_handle_t *)&d->settle, timer_closed);
	uv_close((uv_handle_t *)&d->again, timer_closed);
}
