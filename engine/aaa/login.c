/*
 * Owns the conversations that are open. Identity of one: the role that asked, and the id of its
 * request. Life: AUTH_REQUEST, any number of challenges (AUTH_REPLY, AUTH_NEXT), then the one
 * AUTH_REPLY that ends it, with log lines to the manager; or AUTH_CANCEL, after which that
 * AUTH_REPLY says so, or the end of the role that asked.
 */
#include "engine/aaa/login.h"

#include <stdlib.h>
#include <string.h>

#include "engine/aaa/registry.h"
#include "engine/aaa/request.h"
#include "engine/crypto/crypto.h"

struct login {
	LIST_ENTRY(login) link;
	struct logins *of;
	enum role from;
	uint32_t id;
	struct conversation c;
};

/* ---- answers ------------------------------------------------------------------------------ */

/* `by` may be NULL. */
static void reply(struct logins *all, enum role to, uint32_t id, const struct aaa_request *r,
    const struct aaa_server *by, const struct aaa_answer *answer)
{
	struct ipc_msg m = {.type = MSG_AUTH_REPLY,
	    .fd = -1,
	    .auth_reply = {.id = id,
		.result = answer->result,
		.reason = (uint16_t)answer->reason,
		.message = answer->message,
		.user = answer->user ? answer->user : r->user,
		.wanted = answer->wanted,
		.echo = answer->echo,
		.challenge = answer->challenge,
		.mschap_error = answer->mschap_error,
		.cookie = answer->cookie,
		.why = answer->why,
		.by = by && by->config ? by->config->host : "",
		.group = by && by->group ? by->group->name : ""}};

	if (answer->result == AUTH_ACCEPT) {
		m.auth_reply.attributes = (struct bytes){
		    .len = (uint16_t)answer->attributes.len, .p = answer->attributes.bytes};
		if (r->method == AAA_MSCHAPV2)
			m.auth_reply.mschap_success = (struct bytes){
			    .len = (uint16_t)strlen(answer->mschap_success),
			    .p = (const uint8_t *)answer->mschap_success};
	}
	all->listener->send(all->listener->arg, to, &m);
}

static void login_free(struct login *l)
{
	LIST_REMOVE(l, link);
	conversation_cancel(&l->c);
	free(l);
}

static void answered(struct conversation *c, const struct aaa_answer *answer)
{
	struct login *l = container_of(c, struct login, c);
	struct logins *all = l->of;

	if (answer->result != AUTH_CHALLENGE)
		aaa_report(all->listener, &c->request, c->server, answer);
	reply(all, l->from, l->id, &c->request, c->server, answer);
	if (answer->result != AUTH_CHALLENGE)
		login_free(l);
	all->news(all->arg);
}

static void failed(
    struct conversation *c, struct aaa_server *s, const struct aaa_answer *a, bool dead)
{
	struct logins *all = container_of(c, struct login, c)->of;

	aaa_report_failed(all->listener, &c->request, s, a);
	if (dead)
		all->news(all->arg);
}

/* ---- requests ------------------------------------------------------------------------------ */

static struct login *login_find(struct logins *all, enum role from, uint32_t id)
{
	struct login *l;

	LIST_FOREACH (l, &all->open[id % LOGIN_BUCKETS], link)
		if (l->from == from && l->id == id)
			break;
	return l;
}

static struct login *login_open(struct logins *all, enum role from, uint32_t id)
{
	struct login *l = login_find(all, from, id);

	if (l) /* the same role begins anew with that number */
		login_free(l);
	l = calloc(1, sizeof *l);
	if (!l)
		return NULL;
	l->of = all;
	l->from = from;
	l->id = id;
	l->c.failed = failed;
	LIST_INSERT_HEAD(&all->open[id % LOGIN_BUCKETS], l, link);
	return l;
}

/* A group that is not known here has no servers; LOCAL stands in if it may. */
static struct aaa_group *group_named(struct logins *all, const char *name)
{
	struct aaa_group *g = all->find(all->arg, *name ? name : "LOCAL");

	return g ? g : &all->nobody;
}

/* It cannot be asked at all. */
static void refuse(struct logins *all, enum role from, uint32_t id, const struct aaa_request *r,
    const struct aaa_server *of, enum reason why)
{
	struct aaa_answer a = {.result = AUTH_ERROR, .reason = why};

	aaa_report(all->listener, r, of, &a);
	reply(all, from, id, r, NULL, &a);
}

void logins_request(struct logins *all, enum role from, const struct msg_auth_request *m)
{
	struct aaa_group *g = group_named(all, m->server_group);
	struct aaa_server *fallback = m->fallback_local && g != all->local_group ? all->local
										 : NULL;
	struct aaa_server *only = m->host && *m->host ? aaa_group_host(g, m->host) : NULL;
	struct aaa_request r = {0};
	struct login *l;

	if (!aaa_request_take(&r, m)) {
		refuse(all, from, m->id, &r, g->n ? g->server[0] : fallback, REASON_AUTH_REJECTED);
	} else if (m->host && *m->host && !only) {
		refuse(all, from, m->id, &r, NULL, REASON_AUTH_NO_SERVER);
	} else if ((l = login_open(all, from, m->id))) {
		aaa_report_asked(all->listener, &r, m->server_group);
		conversation_start(&l->c, all->env, g, only, fallback, &r, answered);
	} else {
		refuse(all, from, m->id, &r, NULL, REASON_NO_MEMORY);
	}
	crypto_wipe(&r, sizeof r);
}

void logins_next(struct logins *all, enum role from, const struct msg_auth_next *m)
{
	struct login *l = login_find(all, from, m->id);

	if (l)
		conversation_next(&l->c,
		    &(struct aaa_next){
			.text = m->text, .response = m->response, .challenge = m->challenge});
}

/* A conversation that is over has had its answer; it may be on its way. */
void logins_cancel(struct logins *all, enum role from, uint32_t id)
{
	static const struct aaa_answer cancelled = {.result = AUTH_CANCELLED};
	struct login *l = login_find(all, from, id);

	if (!l)
		return;
	reply(all, from, id, &l->c.request, NULL, &cancelled);
	login_free(l);
}

/* ---- who goes ------------------------------------------------------------------------------- */

void logins_role_gone(struct logins *all, enum role role)
{
	struct login *l, *after;

	for (size_t i = 0; i < LOGIN_BUCKETS; i++)
		for (l = LIST_FIRST(&all->open[i]); l; l = after) {
			after = LIST_NEXT(l, link);
			if (l->from == role)
				login_free(l);
		}
}

void logins_server_goes(struct logins *all, struct aaa_server *s)
{
	struct login *l, *after;

	for (size_t i = 0; i < LOGIN_BUCKETS; i++)
		for (l = LIST_FIRST(&all->open[i]); l; l = after) {
			after = LIST_NEXT(l, link);
			conversation_server_goes(&l->c, s);
		}
}

void logins_group_goes(struct logins *all, struct aaa_group *g)
{
	struct login *l;

	for (size_t i = 0; i < LOGIN_BUCKETS; i++)
		LIST_FOREACH (l, &all->open[i], link)
			if (l->c.group == g)
				l->c.group = &all->nobody;
}
