/*
 * Owns the connection that searches. Life: the first find opens it; it is bound as the
 * configuration says, or stays anonymous; finds are sent as they come; it goes when the server
 * closes it, refuses the bind, falls silent, or nobody has asked for a while.
 */
#include "engine/aaa/ldap/find.h"

#include <stdio.h>

#include "engine/aaa/ldap/reason.h"
#include "engine/aaa/report.h"

#define say(f, ...) aaa_debug((f)->world->listener, TRACE_LDAP, TRACE_EVENT, NULL, __VA_ARGS__)

static const struct ldap_link_events events;

static void forget_link(struct ldap_finder *f)
{
	ldap_link_close(f->link);
	f->link = NULL;
	f->login = 0;
	f->ready = f->used = false;
}

static void fail(struct ldap_find *x, enum reason reason, const char *why)
{
	LIST_REMOVE(x, link);
	x->failed(x, reason, why);
}

static void open_link(struct ldap_finder *f);

/* The connection is of no use any more: what an old one has lost is asked again. */
static void lost(struct ldap_finder *f, enum reason reason, const char *why)
{
	struct ldap_finds failed = LIST_HEAD_INITIALIZER(failed);
	struct ldap_find *x, *next;
	bool used = f->used;

	if (f->link)
		say(f, "LDAP: the connection is closed: %s", why);
	forget_link(f);
	for (x = LIST_FIRST(&f->finds); x; x = next) {
		next = LIST_NEXT(x, link);
		x->id = 0; /* it was one of that connection */
		if (used && !x->again) {
			x->again = true;
		} else {
			LIST_REMOVE(x, link);
			LIST_INSERT_HEAD(&failed, x, link);
		}
	}
	if (LIST_FIRST(&f->finds))
		open_link(f);
	while ((x = LIST_FIRST(&failed)))
		fail(x, reason, why);
}

/* False: the connection is lost. */
static bool send_find(struct ldap_finder *f, struct ldap_find *x)
{
	x->id = ldap_link_search(f->link, &x->search);
	return x->id != 0;
}

static void begin(struct ldap_finder *f)
{
	struct ldap_find *x;

	f->ready = true;
	LIST_FOREACH (x, &f->finds, link)
		if (!x->id && !send_find(f, x)) {
			lost(f, REASON_AUTH_NO_SERVER, "it takes no more");
			return;
		}
}

static void on_opened(struct ldap_link *l)
{
	struct ldap_finder *f = l->owner;
	const struct cfg_aaa_host *h = f->server->config;
	char ip[ADDR_TEXT_MAX];

	addr_text(&f->server->address, ip);
	say(f, "LDAP: connect to LDAP server: %s://%s, status = Successful",
	    h->ldap_over_ssl ? "ldaps" : "ldap", ip);
	if (!*h->login_dn) {
		begin(f);
		return;
	}
	say(f, "LDAP: performing Simple authentication for %s to %s", h->login_dn, ip);
	f->login = ldap_link_bind(l, rd_init(h->login_dn, strlen(h->login_dn)), h->login_password);
	if (!f->login)
		lost(f, REASON_AUTH_NO_SERVER, "it takes no more");
}

static void on_login(struct ldap_finder *f, const struct ldap_message *m)
{
	struct ldap_result a;
	struct ldap_verdict v;
	char why[160], text[96];

	f->login = 0;
	if (m->op != LDAP_BIND_RESPONSE || !ldap_read_result(m, &a)) {
		f->server->counters.malformed++;
		lost(f, REASON_AUTH_SERVER_ERROR, "it does not speak LDAP");
		return;
	}
	v = ldap_verdict_own(&a);
	if (v.result == AUTH_ACCEPT) {
		begin(f);
		return;
	}
	snprintf(why, sizeof why, "bind as ldap-login-dn: %d %s %s", a.code, ldap_code_name(a.code),
	    ber_text(a.text, text, sizeof text));
	lost(f, v.reason, why);
}

static void on_answer(struct ldap_finder *f, struct ldap_find *x, const struct ldap_message *m)
{
	struct ldap_result a;
	struct rd dn, attributes;
	bool ok = true;

	if (m->op == LDAP_SEARCH_ENTRY) {
		ok = ldap_read_entry(m, &dn, &attributes);
		if (ok)
			x->entry(x, dn, attributes);
	} else if (m->op == LDAP_SEARCH_DONE) {
		ok = ldap_read_result(m, &a);
		f->used = true;
		if (ok) {
			LIST_REMOVE(x, link);
			x->done(x, &a);
			return;
		}
	} /* a reference to another server's part is passed over */
	if (!ok) {
		f->server->counters.malformed++;
		fail(x, REASON_AUTH_SERVER_ERROR, "its answer is malformed");
	}
}

static void on_message(struct ldap_link *l, const struct ldap_message *m)
{
	struct ldap_finder *f = l->owner;
	struct ldap_find *x;

	if (f->login && m->id == f->login) {
		on_login(f, m);
		return;
	}
	LIST_FOREACH (x, &f->finds, link)
		if (m->id && x->id == m->id)
			break;
	if (x)
		on_answer(f, x, m);
	else if (m->id == 0) /* RFC 4511 4.4.1: notice of disconnection */
		lost(f, REASON_AUTH_NO_SERVER, "it ends the connection");
	else if (m->op != LDAP_SEARCH_ENTRY && m->op != LDAP_SEARCH_DONE)
		f->server->counters.unrecognized++;
}

static void on_closed(struct ldap_link *l, const char *why, bool certificate, bool malformed)
{
	struct ldap_finder *f = l->owner;

	if (malformed)
		f->server->counters.malformed++;
	lost(f,
	    certificate ? REASON_AUTH_CERTIFICATE
	    : malformed ? REASON_AUTH_SERVER_ERROR
			: REASON_AUTH_NO_SERVER,
	    why);
}

static const struct ldap_link_events events = {on_opened, on_message, on_closed};

static void open_link(struct ldap_finder *f)
{
	f->link = ldap_link_open(f->world, f->server, &events, f);
	if (!f->link)
		lost(f, REASON_AUTH_NO_SERVER, "no connection can be begun");
}

void ldap_finder_ask(struct ldap_finder *f, struct ldap_find *x)
{
	x->id = 0;
	x->asked = f->world->env->now(f->world->env);
	LIST_INSERT_HEAD(&f->finds, x, link);
	if (!f->link)
		open_link(f);
	else if (f->ready && !send_find(f, x))
		lost(f, REASON_AUTH_NO_SERVER, "it takes no more");
}

void ldap_finder_forget(struct ldap_finder *f, struct ldap_find *x)
{
	LIST_REMOVE(x, link);
	if (!f->link)
		return;
	if (ldap_link_silent(f->link, x->asked, f->server->config))
		lost(f, REASON_AUTH_TIMEOUT, "it does not answer");
	else if (x->id)
		ldap_link_abandon(f->link, x->id);
}

void ldap_finder_close(struct ldap_finder *f, const char *why)
{
	f->used = false;
	lost(f, REASON_AUTH_NO_SERVER, why);
}
