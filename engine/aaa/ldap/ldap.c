/*
 * A login at an LDAP server. Identity: its conversation. Life: the entry of the user is searched
 * for as `ldap-login-dn`, and has to be exactly one; groups that he is a member of, where they are
 * to be looked for; then his password is checked by a bind as he; where only authorization is
 * asked that is left out. (RFC 4511 4.2, 4.5; RFC 4513 5.1.)
 */
#include "engine/aaa/ldap/ldap.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/aaa/ldap/check.h"
#include "engine/aaa/ldap/find.h"
#include "engine/aaa/ldap/map.h"
#include "engine/aaa/ldap/reason.h"
#include "engine/aaa/report.h"

#define IDLE (60 * SEC) /* connections that nobody has used for so long are closed */
#define DAY (24 * 3600)
#define WARNED (30 * DAY) /* ends of passwords that are further away are not told */
#define SHOWN_MAX 512
#define GROUPS "memberOf"

struct ldap {
	const struct aaa_world *world;
	struct aaa_server *server;
	struct ldap_finder finder;
	struct ldap_checker checker;
	struct timer idle;
	unsigned open, logins; /* on their way; of all times */
};

struct ldap_login {
	struct ldap *ldap;
	struct conversation *conversation;
	unsigned number; /* in debug lines */
	enum { FINDING, GROUPING, CHECKING } stage;
	struct ldap_find find;
	struct ldap_check check;
	unsigned entries;
	char *dn; /* of the first, as a string for searches */
	size_t dn_len;
	int64_t expires; /* seconds until his password ends, as his entry says, -1 = it does not */
	bool grouped;	 /* one of his groups has a meaning */
	struct aaa_attributes attributes;
};

#define say(l, ...)                                                                                \
	aaa_debug((l)->ldap->world->listener, TRACE_LDAP, TRACE_EVENT,                             \
	    &(l)->conversation->request, __VA_ARGS__)

/* What the server says, as it may stand on a terminal. */
static const char *shown(const char *text, char buf[SHOWN_MAX])
{
	return ber_text(rd_init(text, strlen(text)), buf, SHOWN_MAX);
}

/* ---- the end ---------------------------------------------------------------------------- */

static void idle(struct timer *t)
{
	struct ldap *p = container_of(t, struct ldap, idle);

	ldap_finder_close(&p->finder, "nobody has asked for a while");
	ldap_checker_close(&p->checker, "nobody has asked for a while");
}

static void forget(struct ldap_login *l)
{
	struct ldap *p = l->ldap;

	if (--p->open == 0)
		timer_start(p->world->env, &p->idle, IDLE);
	l->conversation->protocol_state = NULL;
	free(l->dn);
	free(l);
}

static const char *asked_for(const struct conversation *c)
{
	return c->request.kind == AAA_AUTHORIZE ? "Authorization" : "Authentication";
}

/* The login is gone when this returns. */
static void answer(struct ldap_login *l, const struct aaa_answer *a)
{
	struct conversation *c = l->conversation;
	bool ok = a->result == AUTH_ACCEPT;

	say(l, "[%u] %s of %s %s%s%s%s%s\n[%u] Session End", l->number, asked_for(c),
	    c->request.user,
	    ok ? "successful" : "failed: ", ok ? "" : reason_text(a->reason)->plain,
	    a->why ? " (" : "", a->why ? a->why : "", a->why ? ")" : "", l->number);
	forget(l);
	conversation_answer(c, a);
}

static void refuse(struct ldap_login *l, uint8_t result, enum reason reason, const char *why)
{
	answer(l, &(struct aaa_answer){.result = result, .reason = reason, .why = why});
}

/* The server has answered with an error that is nobody's wrong password. */
static void refuse_code(struct ldap_login *l, const struct ldap_result *a, const char *what)
{
	char why[256], text[96], refers[96];

	snprintf(why, sizeof why, "%s: result %d %s %s %s", what, a->code, ldap_code_name(a->code),
	    ber_text(a->text, text, sizeof text), ber_text(a->referral, refers, sizeof refers));
	refuse(l, AUTH_ERROR, REASON_AUTH_SERVER_ERROR, why);
}

static void accept_user(struct ldap_login *l, const struct ldap_result *a)
{
	struct aaa_answer yes = {.result = AUTH_ACCEPT, .attributes = l->attributes};
	int64_t expires = a && a->expires >= 0 ? a->expires : l->expires;
	struct aaa_value days = {.which = AAA_PASSWORD_DAYS, .number = (uint32_t)(expires / DAY)};
	char text[64];

	if (expires >= 0)
		say(l, "[%u] The password expires in %u days", l->number, days.number);
	if (expires >= 0 && expires < WARNED)
		aaa_attribute_add(&yes.attributes, &days);
	if (a && a->grace >= 0) {
		snprintf(text, sizeof text, "Your password has expired: %d more logins", a->grace);
		yes.message = text;
	}
	answer(l, &yes);
}

/* ---- the password ------------------------------------------------------------------------ */

static void checked(struct ldap_check *x, const struct ldap_result *a)
{
	struct ldap_login *l = container_of(x, struct ldap_login, check);
	struct ldap_verdict v = ldap_verdict_user(a);
	char text[160];

	say(l, "[%u] Simple authentication for %s returned code (%d) %s %s", l->number,
	    l->conversation->request.user, a->code, ldap_code_name(a->code),
	    ber_text(a->text, text, sizeof text));
	if (v.result == AUTH_ACCEPT)
		accept_user(l, a);
	else if (v.result == AUTH_ERROR)
		refuse_code(l, a, "bind as the user");
	else
		refuse(l, v.result, v.reason, NULL);
}

static void check_failed(struct ldap_check *x, enum reason reason, const char *why)
{
	refuse(container_of(x, struct ldap_login, check), AUTH_ERROR, reason, why);
}

/* He is known. */
static void found(struct ldap_login *l)
{
	const struct aaa_request *r = &l->conversation->request;
	char ip[ADDR_TEXT_MAX], buf[SHOWN_MAX];

	if (r->kind == AAA_AUTHORIZE) {
		accept_user(l, NULL);
		return;
	}
	say(l, "[%u] Performing Simple authentication for %s to %s", l->number, shown(l->dn, buf),
	    addr_text(&l->ldap->server->address, ip));
	l->stage = CHECKING;
	l->check = (struct ldap_check){.dn = rd_init(l->dn, l->dn_len),
	    .password = r->password,
	    .done = checked,
	    .failed = check_failed};
	ldap_checker_ask(&l->ldap->checker, &l->check);
}

/* ---- the entry, and his groups ----------------------------------------------------------- */

static void say_attribute(void *arg, const char *ldap, const char *cisco, const char *value)
{
	const struct ldap_login *l = arg;
	char buf[SHOWN_MAX];

	if (!cisco)
		say(l, "[%u] %s: value = %s", l->number, ldap, shown(value, buf));
	else
		say(l, "[%u]    mapped to %s: value = %s", l->number, cisco,
		    value ? shown(value, buf) : "(of no use)");
}

static struct ldap_map map_of(struct ldap_login *l)
{
	return (struct ldap_map){.directory = l->ldap->world->directory,
	    .name = l->ldap->server->config->attribute_map,
	    .say = say_attribute,
	    .arg = l};
}

static bool keep_dn(struct ldap_login *l, struct rd dn)
{
	l->dn_len = rd_left(&dn);
	l->dn = malloc(l->dn_len + 1);
	if (!l->dn)
		return false;
	rd_copy(&dn, l->dn, l->dn_len);
	l->dn[l->dn_len] = 0;
	return true;
}

static void on_entry(struct ldap_find *x, struct rd dn, struct rd attributes)
{
	struct ldap_login *l = container_of(x, struct ldap_login, find);
	struct ldap_map map = map_of(l);
	char buf[SHOWN_MAX];

	if (l->entries++ || !keep_dn(l, dn))
		return;
	say(l, "[%u] User DN = [%s]", l->number, shown(l->dn, buf));
	ldap_map_entry(&map, attributes, &l->attributes);
	l->expires = ldap_map_expiry(attributes, l->ldap->world->env->wall(l->ldap->world->env));
}

static void on_group(struct ldap_find *x, struct rd dn, struct rd attributes)
{
	struct ldap_login *l = container_of(x, struct ldap_login, find);
	struct ldap_map map = map_of(l);

	(void)attributes;
	l->grouped = l->grouped || ldap_map_group(&map, GROUPS, dn, &l->attributes);
}

static void find_failed(struct ldap_find *x, enum reason reason, const char *why)
{
	refuse(container_of(x, struct ldap_login, find), AUTH_ERROR, reason, why);
}

static void groups_done(struct ldap_find *x, const struct ldap_result *a)
{
	struct ldap_login *l = container_of(x, struct ldap_login, find);

	if (a->code == LDAP_OK)
		found(l);
	else
		refuse_code(l, a, "search for groups");
}

static void ask_groups(struct ldap_login *l)
{
	const struct cfg_aaa_host *h = l->ldap->server->config;

	l->stage = GROUPING;
	l->find = (struct ldap_find){.entry = on_group,
	    .done = groups_done,
	    .failed = find_failed,
	    .search = {.base = h->group_base_dn,
		.scope = LDAP_SUBTREE,
		.n = 2,
		.attribute = {"member", "uniqueMember"},
		.value = rd_init(l->dn, l->dn_len)}};
	ldap_finder_ask(&l->ldap->finder, &l->find);
}

static bool wants_groups(const struct ldap_login *l)
{
	const struct cfg_aaa_host *h = l->ldap->server->config;

	return *h->group_base_dn &&
	       aaa_directory_ldap_name(l->ldap->world->directory, h->attribute_map, GROUPS);
}

static void entry_done(struct ldap_find *x, const struct ldap_result *a)
{
	struct ldap_login *l = container_of(x, struct ldap_login, find);

	if (l->entries > 1 || a->code == LDAP_SIZE_LIMIT)
		refuse(l, AUTH_REJECT, REASON_AUTH_AMBIGUOUS, NULL);
	else if (a->code != LDAP_OK)
		refuse_code(l, a, "search");
	else if (!l->entries)
		refuse(l, AUTH_REJECT, REASON_AUTH_UNKNOWN_USER, NULL);
	else if (!l->dn || !l->dn_len)
		refuse(l, AUTH_ERROR, REASON_AUTH_SERVER_ERROR, "an entry without a name");
	else if (wants_groups(l))
		ask_groups(l);
	else
		found(l);
}

static bool may_be_microsoft(const struct cfg_aaa_host *h)
{
	return !*h->server_type || strcmp(h->server_type, "auto-detect") == 0 ||
	       strcmp(h->server_type, "microsoft") == 0;
}

/* Without a naming attribute: the one of the kind of server, or either. */
static void name_attributes(const struct cfg_aaa_host *h, struct ldap_search *s)
{
	if (*h->naming_attribute)
		s->attribute[s->n++] = h->naming_attribute;
	if (!*h->naming_attribute && strcmp(h->server_type, "microsoft") != 0)
		s->attribute[s->n++] = "uid";
	if (!*h->naming_attribute && may_be_microsoft(h))
		s->attribute[s->n++] = "sAMAccountName";
}

static void ask_entry(struct ldap_login *l)
{
	const struct cfg_aaa_host *h = l->ldap->server->config;
	const char *user = l->conversation->request.user;
	struct ldap_map map = map_of(l);
	struct ldap_search *s = &l->find.search;

	l->find = (struct ldap_find){.entry = on_entry, .done = entry_done, .failed = find_failed};
	*s = (struct ldap_search){.base = h->base_dn,
	    .limit = 2,
	    .scope = strcmp(h->scope, "subtree") == 0 ? LDAP_SUBTREE : LDAP_ONELEVEL,
	    .value = rd_init(user, strlen(user))};
	name_attributes(h, s);
	s->n_wanted = ldap_map_wanted(&map, s->wanted, LDAP_WANTED_MAX - 1);
	if (may_be_microsoft(h))
		s->wanted[s->n_wanted++] = ldap_map_expiry_name;
	say(l,
	    "[%u] Session Start\n[%u] New request Session, reqType = %s\n"
	    "[%u] LDAP Search:\n        Base DN = [%s]\n        Filter  = [%s=%s]\n"
	    "        Scope   = [%s]",
	    l->number, l->number, asked_for(l->conversation), l->number, h->base_dn,
	    s->attribute[0], user, s->scope == LDAP_SUBTREE ? "SUBTREE" : "ONE LEVEL");
	ldap_finder_ask(&l->ldap->finder, &l->find);
}

/* ---- as a protocol ----------------------------------------------------------------------- */

static void start(struct conversation *c, struct aaa_server *s)
{
	static const struct aaa_answer no_memory = {
	    .result = AUTH_ERROR, .reason = REASON_NO_MEMORY};
	/* To most servers a bind without a password is one as nobody, and succeeds. */
	static const struct aaa_answer empty = {
	    .result = AUTH_REJECT, .reason = REASON_AUTH_REJECTED};
	struct ldap *p = s->server;
	struct ldap_login *l;

	if (c->request.kind == AAA_AUTHENTICATE && !*c->request.password) {
		conversation_answer(c, &empty);
		return;
	}
	l = calloc(1, sizeof *l);
	if (!l) {
		conversation_answer(c, &no_memory);
		return;
	}
	l->ldap = p;
	l->conversation = c;
	l->expires = -1;
	l->number = ++p->logins;
	p->open++;
	timer_stop(p->world->env, &p->idle);
	c->protocol_state = l;
	ask_entry(l);
}

static void cancel(struct conversation *c, struct aaa_server *s)
{
	struct ldap *p = s->server;
	struct ldap_login *l = c->protocol_state;

	if (!l)
		return;
	if (l->stage == CHECKING)
		ldap_checker_forget(&p->checker, &l->check);
	else
		ldap_finder_forget(&p->finder, &l->find);
	forget(l);
}

static bool open_server(const struct aaa_world *w, struct aaa_server *s)
{
	struct ldap *p = calloc(1, sizeof *p);

	if (!p)
		return false;
	p->world = w;
	p->server = s;
	p->finder = (struct ldap_finder){.world = w, .server = s};
	p->idle.fire = idle;
	ldap_checker_init(&p->checker, w, s);
	s->server = p;
	return true;
}

static void changed(struct aaa_server *s)
{
	struct ldap *p = s->server;

	ldap_finder_close(&p->finder, "its configuration has changed");
	ldap_checker_close(&p->checker, "its configuration has changed");
}

static void close_server(struct aaa_server *s)
{
	struct ldap *p = s->server;

	changed(s);
	timer_stop(p->world->env, &p->idle);
	free(p);
	s->server = NULL;
}

const struct aaa_protocol ldap_protocol = {
    .word = "ldap",
    .name = "LDAP",
    .log_accept = LOG_113004,
    .log_reject = LOG_113005,
    .methods = 1U << AAA_PAP,
    .utf8 = true,
    .open = open_server,
    .changed = changed,
    .close = close_server,
    .start = {[AAA_AUTHENTICATE] = start, [AAA_AUTHORIZE] = start},
    .cancel = cancel,
};
