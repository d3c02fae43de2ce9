/*
 * Owns the conversations that are open and LOCAL. Identity of a conversation: the
 * role that asked, and the id of its request. Life: AUTH_REQUEST, any number of
 * challenges (AUTH_REPLY, AUTH_NEXT), then the one AUTH_REPLY that ends it, with
 * log lines to the manager; or AUTH_CANCEL, after which that AUTH_REPLY says so,
 * or the end of the role that asked.
 */
#include "engine/aaa/aaa.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "engine/aaa/local_admin.h"
#include "engine/aaa/report.h"
#include "engine/base/trace.h"
#include "engine/crypto/mschap.h"

#define GROUPS_MAX 32
#define BUCKETS 256 /* of conversations, by their id */

struct aaa {
	struct env *env;
	struct aaa_listener listener;
	LIST_HEAD(, login) open[BUCKETS];
	struct local users;
	struct aaa_server local, *locals[1];
	struct aaa_group group_local, group_unknown;
	struct {
		const char *name;
		struct aaa_group *group;
	} groups[GROUPS_MAX];
	size_t n_groups;
};

struct login {
	LIST_ENTRY(login) link;
	struct aaa *aaa;
	enum role from;
	uint32_t id;
	struct conversation c;
};

/* ---- answers -------------------------------------------------------------------------- */

static void reply(struct aaa *a, enum role to, uint32_t id, const struct aaa_request *r,
    const struct aaa_answer *answer)
{
	struct ipc_msg m = {.type = MSG_AUTH_REPLY, .fd = -1,
	    .auth_reply = {.id = id, .result = answer->result, .reason = (uint16_t)answer->reason,
	        .message = answer->message, .user = answer->user ? answer->user : r->user,
	        .wanted = answer->wanted, .echo = answer->echo, .challenge = answer->challenge,
	        .mschap_error = answer->mschap_error, .cookie = answer->cookie}};

	if (answer->result == AUTH_ACCEPT) {
		m.auth_reply.attributes = (struct bytes){
		    .len = (uint16_t)answer->attributes.len, .p = answer->attributes.bytes};
		if (r->method == AAA_MSCHAPV2)
			m.auth_reply.mschap_success =
			    (struct bytes){.len = (uint16_t)strlen(answer->mschap_success),
			        .p = (const uint8_t *)answer->mschap_success};
	}
	a->listener.send(a->listener.arg, to, &m);
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

	reply(l->aaa, l->from, l->id, &c->request, answer);
	if (answer->result == AUTH_CHALLENGE)
		return;
	aaa_report(&l->aaa->listener, &c->request, c->server ? c->server->protocol : NULL, answer);
	login_free(l);
}

/* ---- requests ------------------------------------------------------------------------- */

/* False when it is too long for its place. */
static bool take_text(char *to, size_t size, const char *from)
{
	int n = snprintf(to, size, "%s", from);

	return n >= 0 && (size_t)n < size;
}

static size_t take_bytes(uint8_t *to, size_t size, const struct bytes *from)
{
	size_t len = from->len < size ? from->len : size;

	if (len)
		memcpy(to, from->p, len);
	return len;
}

static bool take(struct aaa_request *r, const struct msg_auth_request *m)
{
	int method;
	bool known;

	for (method = 0; method < AAA_METHODS; method++)
		if (strcmp(m->method, aaa_method_word[method]) == 0)
			break;
	known = method < AAA_METHODS;
	r->method = known ? (enum aaa_method)method : AAA_PAP;
	r->kind = m->kind == ASK_AUTHORIZE ? AAA_AUTHORIZE :
	    m->kind == ASK_COMMAND ? AAA_COMMAND : AAA_AUTHENTICATE;
	r->level = m->level;
	r->local = m->local;
	r->session = m->session;
	r->chap_id = m->chap_id;
	r->client = m->client;
	r->challenge_len = take_bytes(r->challenge, sizeof r->challenge, &m->challenge);
	r->response_len = take_bytes(r->response, sizeof r->response, &m->response);
	r->eap_len = take_bytes(r->eap, sizeof r->eap, &m->eap);
	return take_text(r->sent, sizeof r->sent, m->user) &&
	    take_text(r->tunnel_group, sizeof r->tunnel_group, m->tunnel_group) &&
	    take_text(r->port, sizeof r->port, m->port) && take_text(r->user, sizeof r->user, m->user) &&
	    take_text(r->password, sizeof r->password, m->password) &&
	    take_text(r->command, sizeof r->command, m->command) &&
	    take_text(r->service, sizeof r->service, m->service) && known;
}

static struct login *login_find(struct aaa *a, enum role from, uint32_t id)
{
	struct login *l;

	LIST_FOREACH(l, &a->open[id % BUCKETS], link)
		if (l->from == from && l->id == id)
			break;
	return l;
}

static struct login *login_open(struct aaa *a, enum role from, uint32_t id)
{
	struct login *l = login_find(a, from, id);

	if (l) /* the same role begins anew with that number */
		login_free(l);
	l = calloc(1, sizeof *l);
	if (!l)
		return NULL;
	l->aaa = a;
	l->from = from;
	l->id = id;
	LIST_INSERT_HEAD(&a->open[id % BUCKETS], l, link);
	return l;
}

/* A group that is not known here has no servers; LOCAL stands in if it may. */
static struct aaa_group *group_named(struct aaa *a, const char *name)
{
	for (size_t i = 0; i < a->n_groups; i++)
		if (strcmp(a->groups[i].name, name[0] ? name : "LOCAL") == 0)
			return a->groups[i].group;
	return &a->group_unknown;
}

bool aaa_group_add(struct aaa *a, const char *name, struct aaa_group *g)
{
	if (a->n_groups == GROUPS_MAX)
		return false;
	a->groups[a->n_groups].name = name;
	a->groups[a->n_groups++].group = g;
	return true;
}

static void request(struct aaa *a, enum role from, const struct msg_auth_request *m)
{
	static const struct aaa_answer failed = {
	    .result = AUTH_ERROR, .reason = REASON_AUTH_REJECTED};
	static const struct aaa_answer no_memory = {
	    .result = AUTH_ERROR, .reason = REASON_NO_MEMORY};
	struct aaa_group *g = group_named(a, m->server_group);
	struct aaa_server *fallback = m->fallback_local && g != &a->group_local ? &a->local : NULL;
	struct aaa_request r = {0};
	struct login *l;

	if (!take(&r, m)) {
		struct aaa_server *s = g->n ? g->server[0] : fallback;

		reply(a, from, m->id, &r, &failed);
		aaa_report(&a->listener, &r, s ? s->protocol : NULL, &failed);
	} else if ((l = login_open(a, from, m->id))) {
		aaa_report_asked(&a->listener, &r, m->server_group);
		conversation_start(&l->c, a->env, g, NULL, fallback, &r, answered);
	} else {
		reply(a, from, m->id, &r, &no_memory);
	}
	crypto_wipe(&r, sizeof r);
}

static void next(struct aaa *a, enum role from, const struct msg_auth_next *m)
{
	struct login *l = login_find(a, from, m->id);

	if (l)
		conversation_next(
		    &l->c, &(struct aaa_next){.text = m->text, .response = m->response,
			       .challenge = m->challenge});
}

/* A conversation that is over has had its answer; it may be on its way. */
static void cancel(struct aaa *a, enum role from, uint32_t id)
{
	static const struct aaa_answer cancelled = {.result = AUTH_CANCELLED};
	struct login *l = login_find(a, from, id);

	if (!l)
		return;
	reply(a, from, id, &l->c.request, &cancelled);
	login_free(l);
}

void aaa_role_gone(struct aaa *a, enum role role)
{
	struct login *l, *after;

	for (size_t i = 0; i < BUCKETS; i++)
		for (l = LIST_FIRST(&a->open[i]); l; l = after) {
			after = LIST_NEXT(l, link);
			if (l->from == role)
				login_free(l);
		}
}

static void from_manager(struct aaa *a, const struct ipc_msg *m)
{
	switch (m->type) {
	case MSG_TRACE_SET:
		if (m->trace_set.class < TRACE_CLASSES)
			a->listener.debug[m->trace_set.class] = m->trace_set.level;
		break;
	case MSG_LOG_SET:
		a->listener.hide = m->log_set.hide;
		log_want(&a->listener.log, m->log_set.wanted.p, m->log_set.wanted.len);
		break;
	default:
		local_message(&a->users, m);
		break;
	}
}

void aaa_message(struct aaa *a, enum role from, const struct ipc_msg *m)
{
	if (from != ROLE_MANAGER && from != ROLE_ENGINE)
		return;
	switch (m->type) {
	case MSG_AUTH_REQUEST:
		request(a, from, &m->auth_request);
		break;
	case MSG_AUTH_NEXT:
		next(a, from, &m->auth_next);
		break;
	case MSG_AUTH_CANCEL:
		cancel(a, from, m->auth_cancel.id);
		break;
	default:
		if (from == ROLE_MANAGER)
			from_manager(a, m);
		break;
	}
}

/* ---- life ----------------------------------------------------------------------------- */

struct aaa *aaa_create(struct env *env, const struct crypto *crypto, aaa_send *send, void *arg)
{
	uint8_t hash[MSCHAP_HASH];
	struct aaa *a;

	if (!mschap_nt_hash(crypto, "", hash) || !(a = calloc(1, sizeof *a)))
		return NULL;
	a->env = env;
	a->listener = (struct aaa_listener){.send = send, .arg = arg, .hide = true};
	log_init(&a->listener.log, aaa_report_log, &a->listener);
	a->listener.log.env = env;
	a->users.crypto = crypto;
	a->users.listener = &a->listener;
	a->local = (struct aaa_server){.protocol = &local_protocol, .server = &a->users};
	a->locals[0] = &a->local;
	a->group_local = (struct aaa_group){.name = "LOCAL", .server = a->locals, .n = 1};
	aaa_group_add(a, "LOCAL", &a->group_local);
	return a;
}

void aaa_destroy(struct aaa *a)
{
	if (!a)
		return;
	for (enum role r = 0; r < ROLE_COUNT; r++)
		aaa_role_gone(a, r);
	aaa_users_fini(&a->users.users);
	crypto_wipe(a->users.enable, sizeof a->users.enable);
	free(a);
}
