/*
 * struct login: one try to get in, from login_begin() to its `done`. It is HELD while its address
 * has to wait, WAITING for its turn, ASKED while aaa proves the password, CHALLENGED while the
 * person is to answer a question of the server, TOLD when only `done` is left to call. One whose
 * asker has gone is still counted: it goes when aaa has answered.
 */
#include "cli/login/login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/log/clock.h"
#include "cli/login/admit.h"
#include "engine/aaa/local.h"
#include "engine/base/reason.h"

enum login_state { LOGIN_HELD, LOGIN_WAITING, LOGIN_ASKED, LOGIN_CHALLENGED, LOGIN_TOLD };

struct login {
	struct login *next;
	struct manager *m;
	enum login_state state;
	uv_timer_t timer; /* of HELD and TOLD */
	struct ask *ask;
	void (*done)(void *ctx, const struct login_result *); /* NULL: nobody waits */
	void *ctx;
	struct login_request request; /* its strings are these: */
	char user[256], password[256], ifname[49], to[46];
	struct login_by by;
	bool authorizing; /* he is proved; what he may is asked for */
	unsigned questions;
	char from[ADDR_TEXT_MAX]; /* "console" or the address */
	struct login_result result;
};

static void next_turn(struct manager *);

/* ---- life ------------------------------------------------------------------ */

static void closed(uv_handle_t *h)
{
	struct login *l = h->data;

	explicit_bzero(l, sizeof(*l));
	free(l);
}

static void login_free(struct login *l)
{
	struct manager *m = l->m;

	for (struct login **p = &m->logins_open; *p; p = &(*p)->next) {
		if (*p != l)
			continue;
		*p = l->next;
		break;
	}
	ask_cancel(l->ask);
	uv_close((uv_handle_t *)&l->timer, closed);
}

static void told(uv_timer_t *t)
{
	struct login *l = t->data;

	if (l->done)
		l->done(l->ctx, &l->result);
	login_free(l);
}

/* The result stands; it is told in the loop's next turn. */
static void tell(struct login *l)
{
	explicit_bzero(l->password, sizeof(l->password));
	l->state = LOGIN_TOLD;
	uv_timer_start(&l->timer, told, l->request.wait ? l->result.delay_ms : 0, 0);
}

/* ---- the answer -------------------------------------------------------------- */

static void refuse(struct login *l)
{
	l->result.accepted = l->result.enabled = false;
	if (l->request.way != LOGIN_ENABLE_PASSWORD && login_is_user(l->m, l->user))
		logins_failed(&l->m->logins, l->user, l->from, clock_now(NULL));
	l->result.delay_ms = attempts_wrong(&l->m->attempts, l->from, l->user,
	    uv_hrtime() / 1000000);
	login_log(l->m, &l->request, &l->result);
	tell(l);
}

/* He is whom the servers have let in: they may have asked him for his name themselves. False: we
 * have no room for that name. */
static bool is_called(struct login *l, const struct msg_auth_reply *r)
{
	if (!r->by[0] || !r->user[0])
		return true;
	snprintf(l->user, sizeof(l->user), "%s", r->user);
	snprintf(l->result.user, sizeof(l->result.user), "%.64s", r->user);
	return strlen(r->user) < sizeof(l->result.user);
}

static void ask(struct login *, uint8_t kind);

/* A server that has proved him, but says by another question what he may, gets that, too. */
static bool goes_on(struct login *l, const struct msg_auth_reply *r)
{
	if (!r || r->result != AUTH_ACCEPT || !r->by[0] || !l->by.authorizes || l->authorizing)
		return false;
	l->authorizing = true;
	ask(l, ASK_AUTHORIZE);
	return true;
}

static bool admit(struct login *l, const struct msg_auth_reply *r)
{
	if (r->result != AUTH_ACCEPT)
		return false;
	return r->by[0] ? login_admit_by_server(l->m, &l->request, r, &l->result)
			: login_admit(l->m, &l->request, &l->result);
}

static void challenged(struct login *l, const struct msg_auth_reply *r)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): r is there */
	bool text = r->wanted == CHALLENGE_TEXT && ++l->questions <= LOGIN_QUESTIONS;

	l->state = LOGIN_CHALLENGED;
	if (l->done && l->request.asks && text)
		l->request.asks(l->ctx, r->message, r->echo);
	else
		login_say(l, NULL);
}

static void answered(void *arg, const struct answer *a)
{
	struct login *l = arg;
	struct manager *m = l->m;
	const struct msg_auth_reply *r = a->records ? &a->records->msg.auth_reply : NULL;

	if (a->status == ASK_CHALLENGED) {
		challenged(l, r);
		next_turn(m); /* LOCAL has time for others while the person thinks */
		return;
	}
	l->ask = NULL;
	r = a->status == ASK_DONE ? r : NULL;
	if (r && r->result == AUTH_ACCEPT && !is_called(l, r))
		r = NULL;
	if (goes_on(l, r))
		return;
	if (r && admit(l, r)) {
		attempts_right(&m->attempts, l->user);
		login_log(m, &l->request, &l->result);
		tell(l);
	} else {
		l->result.locked = r && r->reason == REASON_AUTH_LOCKED;
		if (r)
			snprintf(
			    l->result.message, sizeof(l->result.message), "%.500s", r->message);
		refuse(l);
	}
	next_turn(m);
}

static void break_off(struct login *l)
{
	ask_cancel(l->ask);
	l->ask = NULL;
	refuse(l);
}

void login_say(struct login *l, const char *text)
{
	if (l->state != LOGIN_CHALLENGED)
		return;
	if (!text) {
		break_off(l);
		return;
	}
	l->state = LOGIN_ASKED;
	ask_say(l->ask, text);
}

/* ---- turns -------------------------------------------------------------------- */

static void ask(struct login *l, uint8_t kind)
{
	static const char *const service[] = {
	    [LOGIN_SSH] = "ssh", [LOGIN_SERIAL] = "serial", [LOGIN_COMMAND] = "login",
	    [LOGIN_ENABLE] = "enable", [LOGIN_ENABLE_PASSWORD] = LOCAL_ENABLE};
	struct ipc_msg q = {.type = MSG_AUTH_REQUEST, .fd = -1};

	l->state = LOGIN_ASKED;
	q.auth_request.kind = kind;
	q.auth_request.server_group = l->by.group;
	q.auth_request.fallback_local = l->by.fallback;
	q.auth_request.method = l->by.method;
	q.auth_request.user = l->user;
	q.auth_request.password = l->password;
	q.auth_request.client = l->request.from;
	addr_parse(l->to, &q.auth_request.local);
	q.auth_request.service = service[l->request.way];
	q.auth_request.level = (uint8_t)l->request.level;
	l->ask = ask_login(&l->m->asks, &q, answered, l);
	explicit_bzero(l->password, sizeof(l->password));
}

/* The oldest that waits for LOCAL, when it is asked nothing. */
static void next_turn(struct manager *m)
{
	struct login *oldest = NULL;

	for (struct login *l = m->logins_open; l; l = l->next) {
		if (l->by.local && l->state == LOGIN_ASKED)
			return;
		if (l->state == LOGIN_WAITING)
			oldest = l;
	}
	if (oldest)
		ask(oldest, ASK_AUTHENTICATE);
}

static void held(uv_timer_t *t)
{
	struct login *l = t->data;

	login_by(l->m, l->request.way, &l->by);
	if (!l->by.group[0]) {
		refuse(l);
	} else if (l->by.local) {
		l->state = LOGIN_WAITING;
		next_turn(l->m);
	} else {
		ask(l, ASK_AUTHENTICATE);
	}
}

/* Those that it shares its places with: strangers at SSH, or servers that do not answer, take
 * nobody's at the console. */
static unsigned n_open(const struct login *of)
{
	unsigned n = 0;

	for (const struct login *l = of->m->logins_open; l; l = l->next)
		n += l->by.local == of->by.local &&
		    (l->request.way == LOGIN_SSH) == (of->request.way == LOGIN_SSH);
	return n;
}

static void copy_request(struct login *l, const struct login_request *r)
{
	l->request = *r;
	snprintf(l->user, sizeof(l->user), "%s", r->user);
	snprintf(l->password, sizeof(l->password), "%s", r->password ? r->password : "");
	snprintf(l->ifname, sizeof(l->ifname), "%s", r->ifname ? r->ifname : "");
	snprintf(l->to, sizeof(l->to), "%s", r->to ? r->to : "");
	l->request.user = l->user;
	l->request.password = l->password;
	l->request.ifname = l->ifname;
	l->request.to = l->to;
	if (r->from.family)
		addr_text(&r->from, l->from);
	else
		snprintf(l->from, sizeof(l->from), "console");
	snprintf(l->result.user, sizeof(l->result.user), "%.64s", r->user);
}

struct login *login_begin(struct manager *m, const struct login_request *r,
    void (*done)(void *ctx, const struct login_result *), void *ctx)
{
	struct login *l = calloc(1, sizeof(*l));
	int64_t hold;

	if (!l)
		return NULL;
	l->m = m;
	l->done = done;
	l->ctx = ctx;
	copy_request(l, r);
	login_by(m, r->way, &l->by);
	uv_timer_init(m->loop, &l->timer);
	l->timer.data = l;
	hold = n_open(l) < LOGIN_QUEUE && strlen(r->user) < sizeof(l->user) &&
	    strlen(l->password) < sizeof(l->password) - 1 ?
	    attempts_hold(&m->attempts, l->from, uv_hrtime() / 1000000) : -1;
	l->next = m->logins_open;
	m->logins_open = l;
	if (hold < 0)
		refuse(l);
	else
		uv_timer_start(&l->timer, held, (uint64_t)hold, 0);
	return l;
}

void login_cancel(struct login *l)
{
	if (!l)
		return;
	l->done = NULL;
	/* Nobody can hold places by going away while a server says nothing. */
	if (l->state == LOGIN_CHALLENGED || (l->state == LOGIN_ASKED && !l->by.local))
		break_off(l);
	else if (l->state != LOGIN_ASKED)
		login_free(l);
}

void login_close_all(struct manager *m)
{
	while (m->logins_open)
		login_free(m->logins_open);
}
