#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/fakes.h"
#include "tests/support/one_crypto.h"

/* ---- servers that do what they are told ------------------------------------------------- */

static struct fake *fake_of(const struct fake_place *place)
{
	return &place->of->fake[place->n];
}

static void answer(struct fake *f, struct conversation *c)
{
	static const uint8_t packet[1500] = {2, 7};
	struct aaa_answer a = {.user = "known", .message = "Hello"};
	char plan = f->plan;

	f->plan = f->after ? f->after : f->plan;
	f->open = plan == 'S' || plan == 'C' ? c : NULL;
	switch (plan) {
	case 'A':
		a.result = AUTH_ACCEPT;
		aaa_attribute_add(
		    &a.attributes, &(struct aaa_value){.which = AAA_GROUP_POLICY, .text = "Gold"});
		break;
	case 'R':
		a.result = AUTH_REJECT;
		a.reason = REASON_AUTH_REJECTED;
		break;
	case 'E':
		a.result = AUTH_ERROR;
		a.reason = REASON_NO_MEMORY;
		break;
	case 'C':
		a.result = AUTH_CHALLENGE;
		a.wanted = f->wanted;
		a.challenge = (struct bytes){f->challenge_len, packet};
		break;
	default:
		return;
	}
	conversation_answer(c, &a);
}

static void start(struct conversation *c, struct aaa_server *server)
{
	const struct fake_place *place = server->server;
	struct fakes *w = place->of;
	struct fake *f = fake_of(place);
	size_t n = strlen(w->asked);

	f->started++;
	f->request = c->request;
	c->protocol_state = f;
	if (n + 1 < sizeof w->asked)
		w->asked[n] = (char)('0' + place->n);
	answer(f, c);
}

static void next(struct conversation *c, struct aaa_server *server, const struct aaa_next *said)
{
	struct fake *f = fake_of(server->server);

	ck_assert_ptr_eq(c->protocol_state, f);
	f->nexts++;
	snprintf(f->text, sizeof f->text, "%s", said->text);
	f->response_len = said->response.len;
	if (said->response.len)
		memcpy(f->response, said->response.p, said->response.len);
	answer(f, c);
}

static void cancel(struct conversation *c, struct aaa_server *server)
{
	struct fake *f = fake_of(server->server);

	ck_assert_ptr_eq(f->open, c);
	f->open = NULL;
	f->cancels++;
}

static const struct aaa_protocol protocol = {.word = "fake",
    .name = "FAKE",
    .server = "fake server",
    .log_accept = LOG_113004,
    .log_reject = LOG_113005,
    .methods = 1U << AAA_PAP | 1U << AAA_EAP,
    .start = {[AAA_AUTHENTICATE] = start},
    .next = next,
    .cancel = cancel};

/* ---- who asks --------------------------------------------------------------------------- */

static void hear(void *arg, enum role to, const struct ipc_msg *m)
{
	struct fakes *w = arg;
	struct aaa_value v;

	if (m->type == MSG_LOG_LINE) {
		w->heard.logs++;
		snprintf(w->heard.log + strlen(w->heard.log),
		    sizeof w->heard.log - strlen(w->heard.log), "%s\n", m->log_line.text);
		return;
	}
	ck_assert_int_eq(m->type, MSG_AUTH_REPLY);
	w->heard.replies++;
	w->heard.to = to;
	w->heard.last = m->auth_reply;
	snprintf(w->heard.user, sizeof w->heard.user, "%s", m->auth_reply.user);
	snprintf(w->heard.message, sizeof w->heard.message, "%s",
	    m->auth_reply.message ? m->auth_reply.message : "");
	w->heard.policy[0] = '\0';
	if (aaa_attribute_find(&m->auth_reply.attributes, AAA_GROUP_POLICY, &v))
		snprintf(w->heard.policy, sizeof w->heard.policy, "%s", v.text);
}

void fakes_setup(struct fakes *w)
{
	static const struct cfg_user user = {.op = CFG_SET,
	    .name = "local",
	    .form = "nopassword",
	    .password = "",
	    .service_type = ""};
	struct ipc_msg m = {.type = MSG_CFG_USER, .fd = -1, .cfg_user = user};

	sim_init(&w->sim, 1, NULL, NULL);
	memset(w->fake, 0, sizeof w->fake);
	memset(w->asked, 0, sizeof w->asked);
	memset(&w->heard, 0, sizeof w->heard);
	w->aaa = aaa_create(&w->sim.env, one_crypto(), NULL, NULL, hear, w);
	ck_assert_ptr_nonnull(w->aaa);
	for (size_t i = 0; i < FAKES; i++) {
		w->place[i] = (struct fake_place){w, i};
		w->server[i] = (struct aaa_server){.protocol = &protocol, .server = &w->place[i],
		    .group = &w->group, .config = &w->host};
		w->servers[i] = &w->server[i];
	}
	w->host = (struct cfg_aaa_host){.timeout = FAKES_SECONDS};
	w->group = (struct aaa_group){
	    .server = w->servers, .n = 1, .dead_time = FAKES_DEAD};
	ck_assert(aaa_group_add(w->aaa, "FAKE", &w->group));
	aaa_message(w->aaa, ROLE_MANAGER, &m);
}

void fakes_teardown(struct fakes *w)
{
	aaa_destroy(w->aaa);
	for (size_t i = 0; i < FAKES; i++)
		ck_assert_ptr_null(w->fake[i].open);
	ck_assert_uint_eq(timer_next(&w->sim.env), UINT64_MAX);
	sim_fini(&w->sim);
}

void fakes_ask_as(struct fakes *w, enum role from, uint32_t id, bool fallback)
{
	struct ipc_msg m = {.type = MSG_AUTH_REQUEST,
	    .fd = -1,
	    .auth_request = {.id = id,
		.session = 4711,
		.server_group = "FAKE",
		.fallback_local = fallback,
		.method = "pap",
		.user = "local",
		.password = "secret",
		.client = addr_v4(0x0a010102),
		.service = "ppp"}};

	memset(w->asked, 0, sizeof w->asked);
	memset(&w->heard, 0, sizeof w->heard);
	aaa_message(w->aaa, from, &m);
}

void fakes_ask(struct fakes *w, uint32_t id, bool fallback)
{
	fakes_ask_as(w, ROLE_ENGINE, id, fallback);
}

void fakes_say(struct fakes *w, uint32_t id, const char *text)
{
	static const uint8_t packet[] = {1, 2, 3};
	struct ipc_msg m = {.type = MSG_AUTH_NEXT,
	    .fd = -1,
	    .auth_next = {.id = id, .text = text, .response = {sizeof packet, packet}}};

	w->heard.replies = 0;
	aaa_message(w->aaa, ROLE_ENGINE, &m);
}

void fakes_take_back(struct fakes *w, uint32_t id)
{
	struct ipc_msg m = {.type = MSG_AUTH_CANCEL, .fd = -1, .auth_cancel = {.id = id}};

	w->heard.replies = 0;
	aaa_message(w->aaa, ROLE_ENGINE, &m);
}
