/*
 * Owns the connections that bind as users, each a slot: free, or with one check. A connection that
 * is kept is bound as whoever came last, which the next bind undoes (RFC 4511 4.2.1).
 */
#include "engine/aaa/ldap/check.h"

static const struct ldap_link_events events;

void ldap_checker_init(
    struct ldap_checker *c, const struct aaa_world *world, struct aaa_server *server)
{
	c->world = world;
	c->server = server;
	TAILQ_INIT(&c->waiting);
	for (size_t i = 0; i < LDAP_SLOTS; i++)
		c->slot[i].checker = c;
}

static void fail(struct ldap_check *x, enum reason reason, const char *why)
{
	x->slot = NULL;
	x->failed(x, reason, why);
}

static void forget_link(struct ldap_slot *s)
{
	ldap_link_close(s->link);
	*s = (struct ldap_slot){.checker = s->checker};
}

static void serve(struct ldap_checker *);

/* Its connection is of no use any more. What an old one has lost is asked again. */
static void lost(struct ldap_slot *s, enum reason reason, const char *why)
{
	struct ldap_checker *c = s->checker;
	struct ldap_check *x = s->check;
	bool again = x && s->used && !x->again;

	forget_link(s);
	if (again) {
		x->again = true;
		x->slot = NULL;
		TAILQ_INSERT_HEAD(&c->waiting, x, link);
	}
	serve(c);
	if (x && !again)
		fail(x, reason, why);
}

static void send_bind(struct ldap_slot *s)
{
	s->bind = ldap_link_bind(s->link, s->check->dn, s->check->password);
	if (!s->bind)
		lost(s, REASON_AUTH_NO_SERVER, "it takes no more");
}

static void on_opened(struct ldap_link *l)
{
	struct ldap_slot *s = l->owner;

	s->open = true;
	if (s->check)
		send_bind(s);
}

static void on_bound(struct ldap_slot *s, const struct ldap_message *m)
{
	struct ldap_checker *c = s->checker;
	struct ldap_check *x = s->check;
	struct ldap_result a;

	if (m->op != LDAP_BIND_RESPONSE || !ldap_read_result(m, &a)) {
		c->server->counters.malformed++;
		s->used = false;
		lost(s, REASON_AUTH_SERVER_ERROR, "its answer is malformed");
		return;
	}
	s->used = true;
	s->bind = 0;
	s->check = NULL;
	x->slot = NULL;
	/* The others' turn comes afterwards: what the answer says is still in this connection. */
	x->done(x, &a);
}

static void on_message(struct ldap_link *l, const struct ldap_message *m)
{
	struct ldap_slot *s = l->owner;
	struct ldap_checker *c = s->checker;

	if (s->bind && m->id == s->bind) {
		on_bound(s, m);
		serve(c);
	} else {
		c->server->counters.unrecognized += m->id != 0;
		lost(s, REASON_AUTH_NO_SERVER, "it ends the connection");
	}
}

static void on_closed(struct ldap_link *l, const char *why, bool certificate, bool malformed)
{
	struct ldap_slot *s = l->owner;

	if (malformed)
		s->checker->server->counters.malformed++;
	lost(s,
	    certificate ? REASON_AUTH_CERTIFICATE
	    : malformed ? REASON_AUTH_SERVER_ERROR
			: REASON_AUTH_NO_SERVER,
	    why);
}

static const struct ldap_link_events events = {on_opened, on_message, on_closed};

/* An open one that is free, else one that is to be opened; NULL: all are busy. */
static struct ldap_slot *free_slot(struct ldap_checker *c)
{
	struct ldap_slot *unused = NULL;

	for (size_t i = 0; i < LDAP_SLOTS; i++) {
		struct ldap_slot *s = &c->slot[i];

		if (s->open && !s->check)
			return s;
		if (!s->link && !unused)
			unused = s;
	}
	return unused;
}

static void take(struct ldap_slot *s, struct ldap_check *x)
{
	s->check = x;
	x->slot = s;
	if (!s->link)
		s->link = ldap_link_open(s->checker->world, s->checker->server, &events, s);
	if (!s->link)
		lost(s, REASON_AUTH_NO_SERVER, "no connection can be begun");
	else if (s->open)
		send_bind(s);
}

/* Whoever waits gets the slots that are free. */
static void serve(struct ldap_checker *c)
{
	struct ldap_check *x;
	struct ldap_slot *s;

	while ((x = TAILQ_FIRST(&c->waiting)) && (s = free_slot(c))) {
		TAILQ_REMOVE(&c->waiting, x, link);
		take(s, x);
	}
}

void ldap_checker_ask(struct ldap_checker *c, struct ldap_check *x)
{
	x->asked = c->world->env->now(c->world->env);
	x->slot = NULL;
	TAILQ_INSERT_TAIL(&c->waiting, x, link);
	serve(c);
}

void ldap_checker_forget(struct ldap_checker *c, struct ldap_check *x)
{
	struct ldap_slot *s = x->slot;

	if (!s) {
		TAILQ_REMOVE(&c->waiting, x, link);
		return;
	}
	forget_link(s);
	x->slot = NULL;
	serve(c);
}

void ldap_checker_close(struct ldap_checker *c, const char *why)
{
	struct ldap_check *x;

	for (size_t i = 0; i < LDAP_SLOTS; i++) {
		x = c->slot[i].check;
		forget_link(&c->slot[i]);
		if (x) {
			x->slot = NULL;
			TAILQ_INSERT_TAIL(&c->waiting, x, link);
		}
	}
	while ((x = TAILQ_FIRST(&c->waiting))) {
		TAILQ_REMOVE(&c->waiting, x, link);
		fail(x, REASON_AUTH_NO_SERVER, why);
	}
}
