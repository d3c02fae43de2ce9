/* Local users: every stored form against every method, with vectors of the device and of RFC 2759.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/aaa.h"
#include "engine/aaa/attribute.h"
#include "engine/aaa/users.h"
#include "engine/base/reason.h"
#include "engine/base/trace.h"
#include "engine/crypto/mschap.h"
#include "tests/support/env_sim.h"
#include "tests/support/one_crypto.h"

static struct sim sim; /* LOCAL needs no clock */

struct heard {
	struct aaa *aaa;
	unsigned replies;
	enum role to;
	struct msg_auth_reply reply;
	struct aaa_value privilege;
	char user[64], success[64], service_type[32], log[2][256], debug[256];
	unsigned logs, log_number[2];
};

static void hear(void *arg, enum role to, const struct ipc_msg *m)
{
	struct heard *h = arg;
	struct aaa_value service_type;

	switch (m->type) {
	case MSG_AUTH_REPLY:
		h->replies++;
		h->to = to;
		h->reply = m->auth_reply;
		snprintf(h->user, sizeof h->user, "%s", m->auth_reply.user);
		snprintf(h->success, sizeof h->success, "%.*s",
		    (int)m->auth_reply.mschap_success.len,
		    (const char *)m->auth_reply.mschap_success.p);
		aaa_attribute_find(&m->auth_reply.attributes, AAA_PRIVILEGE, &h->privilege);
		if (aaa_attribute_find(&m->auth_reply.attributes, AAA_SERVICE_TYPE, &service_type))
			snprintf(h->service_type, sizeof h->service_type, "%s", service_type.text);
		break;
	case MSG_LOG_LINE:
		ck_assert_int_eq(to, ROLE_MANAGER);
		ck_assert_uint_lt(h->logs, 2);
		h->log_number[h->logs] = m->log_line.number;
		snprintf(h->log[h->logs++], sizeof *h->log, "%s", m->log_line.text);
		break;
	case MSG_TRACE_LINE:
		snprintf(h->debug, sizeof h->debug, "%s", m->trace_line.text);
		break;
	default:
		ck_abort();
	}
}

static void add_user(struct aaa *a, const char *name, const char *form, const char *hash)
{
	struct ipc_msg m = {.type = MSG_CFG_USER,
	    .fd = -1,
	    .cfg_user = {.op = CFG_SET,
		.name = name,
		.form = form,
		.password = hash,
		.privilege = 15,
		.service_type = "admin"}};

	aaa_message(a, ROLE_MANAGER, &m);
}

static void start(struct heard *h)
{
	*h = (struct heard){.replies = 0};
	sim_init(&sim, 1, NULL, NULL);
	h->aaa = aaa_create(&sim.env, one_crypto(), NULL, NULL, hear, h);
	ck_assert_ptr_nonnull(h->aaa);
	add_user(h->aaa, "nt", "nt-encrypted", "DLaUiAX3l78qgoB5c7iVNw==");
	add_user(h->aaa, "kdf", "pbkdf2",
	    "$sha512$5000$G5B9+ZfYxXVvcUPZ67ndpg==$SzTisL+GxQG2Nr/K7hh9gA==");
	add_user(h->aaa, "old", "encrypted", "2KFQnbNIdI.2KYOU");
	add_user(h->aaa, "open", "nopassword", "");
	add_user(h->aaa, "broken", "nt-encrypted", "not base64");
	/* RFC 2759 9.2: the NT hash of "clientPass" */
	add_user(h->aaa, "User", "nt-encrypted", "ROu6jVMSuNYRR0QR9WmJrg==");
}

static void stop(struct heard *h)
{
	aaa_destroy(h->aaa);
	sim_fini(&sim);
}

static struct ipc_msg request(const char *method, const char *user, const char *password)
{
	return (struct ipc_msg){.type = MSG_AUTH_REQUEST, .fd = -1,
	    .auth_request = {.id = 7, .server_group = "LOCAL", .method = method, .user = user,
	        .password = password, .client = addr_v4(0x0a010102), .service = "ppp"}};
}

static void ask(struct heard *h, const struct ipc_msg *m)
{
	h->replies = h->logs = 0;
	aaa_message(h->aaa, ROLE_ENGINE, m);
	ck_assert_uint_eq(h->replies, 1);
	ck_assert_uint_eq(h->reply.id, m->auth_request.id);
	ck_assert_int_eq(h->to, ROLE_ENGINE);
}

START_TEST(pap)
{
	static const struct {
		const char *user, *password;
		uint8_t result;
		enum reason reason;
	} row[] = {
	    {"nt", "test", AUTH_ACCEPT, REASON_NONE},
	    {"nt", "Test", AUTH_REJECT, REASON_AUTH_REJECTED},
	    {"nt", "", AUTH_REJECT, REASON_AUTH_REJECTED},
	    {"CORP\\nt", "test", AUTH_ACCEPT, REASON_NONE},
	    {"CORP\\other", "test", AUTH_REJECT, REASON_AUTH_UNKNOWN_USER},
	    {"kdf", "cisco", AUTH_ACCEPT, REASON_NONE},
	    {"kdf", "cisc0", AUTH_REJECT, REASON_AUTH_REJECTED},
	    {"old", "cisco", AUTH_ACCEPT, REASON_NONE},
	    {"old", "ciscp", AUTH_REJECT, REASON_AUTH_REJECTED},
	    {"open", "anything", AUTH_ACCEPT, REASON_NONE},
	    {"broken", "", AUTH_REJECT, REASON_AUTH_REJECTED},
	    {"nobody", "test", AUTH_REJECT, REASON_AUTH_UNKNOWN_USER},
	    {"", "", AUTH_REJECT, REASON_AUTH_UNKNOWN_USER},
	};
	struct heard h;

	start(&h);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct ipc_msg m = request("pap", row[i].user, row[i].password);

		ask(&h, &m);
		ck_assert_msg(h.reply.result == row[i].result && h.reply.reason == row[i].reason,
		    "row %zu: %u %u", i, h.reply.result, h.reply.reason);
	}
	stop(&h);
}
END_TEST

/* RFC 2759 9.2. */
static const uint8_t auth_challenge[16] = {
    0x5b, 0x5d, 0x7c, 0x7d, 0x7b, 0x3f, 0x2f, 0x3e, 0x3c, 0x2c, 0x60, 0x21, 0x32, 0x26, 0x26, 0x28};
static const uint8_t v2_response[49] = {0x21, 0x40, 0x23, 0x24, 0x25, 0x5e, 0x26, 0x2a, 0x28, 0x29,
    0x5f, 0x2b, 0x3a, 0x33, 0x7c, 0x7e, 0, 0, 0, 0, 0, 0, 0, 0, 0x82, 0x30, 0x9e, 0xcd, 0x8d, 0x70,
    0x8b, 0x5e, 0xa0, 0x8f, 0xaa, 0x39, 0x81, 0xcd, 0x83, 0x54, 0x42, 0x33, 0x11, 0x4a, 0x3d, 0x85,
    0xd6, 0xdf, 0};

static struct ipc_msg v2(const char *user, const uint8_t *response)
{
	struct ipc_msg m = request("ms-chap-v2", user, "");

	m.auth_request.challenge = (struct bytes){16, auth_challenge};
	m.auth_request.response = (struct bytes){49, response};
	return m;
}

START_TEST(mschap_v2)
{
	struct heard h;
	struct ipc_msg m = v2("User", v2_response);
	uint8_t wrong[49];

	start(&h);
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_ACCEPT);
	ck_assert_str_eq(h.success, "S=407A5589115FD0D6209F510FE9C04566932CDA56");
	ck_assert_uint_eq(h.privilege.number, 15);
	ck_assert_str_eq(h.service_type, "admin");
	m = v2("CORP\\User", v2_response); /* the domain is no part of the hash */
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_ACCEPT);
	ck_assert_str_eq(h.user, "User");
	memcpy(wrong, v2_response, sizeof wrong);
	wrong[47] ^= 1;
	m = v2("User", wrong);
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_REJECT);
	ck_assert_uint_eq(h.reply.reason, REASON_AUTH_REJECTED);
	ck_assert_str_eq(h.success, "");
	m = v2("kdf", v2_response);
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.reason, REASON_AUTH_NO_MSCHAP_HASH);
	m = v2("open", v2_response);
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.reason, REASON_AUTH_NO_MSCHAP_HASH);
	m = v2("nobody", v2_response);
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.reason, REASON_AUTH_UNKNOWN_USER);
	m = v2("User", v2_response);
	m.auth_request.response.len = 48;
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_REJECT);
	m = v2("User", v2_response);
	m.auth_request.challenge.len = 8;
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_REJECT);
	stop(&h);
}
END_TEST

START_TEST(mschap_v1)
{
	static const uint8_t challenge[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct heard h;
	struct ipc_msg m = request("ms-chap-v1", "nt", "");
	uint8_t hash[MSCHAP_HASH], response[MSCHAP_RESPONSE];

	start(&h);
	ck_assert(mschap_nt_hash(one_crypto(), "test", hash));
	ck_assert(mschap_respond_v1(one_crypto(), hash, challenge, response));
	m.auth_request.challenge = (struct bytes){8, challenge};
	m.auth_request.response = (struct bytes){49, response};
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_ACCEPT);
	ck_assert_str_eq(h.success, "");
	response[30] ^= 0x80;
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_REJECT);
	m = request("chap", "nt", "");
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.reason, REASON_AUTH_NO_MSCHAP_HASH);
	stop(&h);
}
END_TEST

START_TEST(what_is_logged)
{
	struct heard h;
	struct ipc_msg trace = {.type = MSG_TRACE_SET, .fd = -1,
	    .trace_set = {.class = TRACE_AAA, .level = 1}};
	struct ipc_msg m = request("pap", "nt", "test");

	start(&h);
	ask(&h, &m);
	ck_assert_uint_eq(h.log_number[0], 113012);
	ck_assert_str_eq(
	    h.log[0], "AAA user authentication Successful : local database : user = nt");
	ck_assert_uint_eq(h.log_number[1], 113008);
	ck_assert_str_eq(h.log[1], "AAA transaction status ACCEPT : user = nt");
	ck_assert_str_eq(h.debug, "");
	aaa_message(h.aaa, ROLE_ENGINE, &trace); /* not the engine's to say */
	ask(&h, &m);
	ck_assert_str_eq(h.debug, "");
	aaa_message(h.aaa, ROLE_MANAGER, &trace);
	m = request("pap", "nt", "wrong");
	ask(&h, &m);
	ck_assert_uint_eq(h.log_number[0], 113015);
	ck_assert_str_eq(h.log[0], "AAA user authentication Rejected : reason = Invalid password : "
	                           "local database : user = nt : user IP = 10.1.1.2");
	ck_assert_str_eq(
	    h.debug, "AAA: LOCAL: pap of user nt for ppp: wrong user name or password");
	m = request("pap", "secret", "wrong");
	ask(&h, &m);
	ck_assert_str_eq(h.log[0],
	    "AAA user authentication Rejected : reason = User was not found : "
	    "local database : user = ***** : user IP = 10.1.1.2");
	stop(&h);
}
END_TEST

START_TEST(groups_and_nonsense)
{
	struct heard h;
	struct ipc_msg m = request("pap", "nt", "test");
	char longer[400];

	start(&h);
	m.auth_request.server_group = "RADIUS";
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_ERROR);
	ck_assert_uint_eq(h.reply.reason, REASON_AUTH_NO_SERVER);
	m.auth_request.fallback_local = 1;
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_ACCEPT);
	m = request("ascii", "nt", "test"); /* as an operator is proved */
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_ACCEPT);
	m = request("eap-magic", "nt", "test");
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_ERROR);
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = 0;
	m = request("pap", longer, "test");
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_ERROR);
	stop(&h);
}
END_TEST

/* Is there a user of that name, whatever his password? */
static bool known(struct heard *h, const char *name)
{
	struct ipc_msg m = v2(name, v2_response);

	ask(h, &m);
	return h->reply.reason != REASON_AUTH_UNKNOWN_USER && strcmp(h->user, name) == 0;
}

START_TEST(users_come_and_go)
{
	struct heard h;
	struct ipc_msg m = request("pap", "nt", "test");
	struct ipc_msg begin = {.type = MSG_CFG_BEGIN, .fd = -1, .cfg_begin = {.snapshot = 1}};
	struct ipc_msg end = {.type = MSG_CFG_END, .fd = -1};
	struct ipc_msg gone = {.type = MSG_CFG_USER,
	    .fd = -1,
	    .cfg_user = {
		.op = CFG_DELETE, .name = "nt", .form = "", .password = "", .service_type = ""}};
	char name[16];

	start(&h);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "user%d", i * 7919 % 1000);
		add_user(h.aaa, name, "nopassword", "");
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "user%d", i);
		ck_assert(known(&h, name));
	}
	aaa_message(h.aaa, ROLE_ENGINE, &gone); /* not the engine's to say */
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.result, AUTH_ACCEPT);
	aaa_message(h.aaa, ROLE_MANAGER, &gone);
	ask(&h, &m);
	ck_assert_uint_eq(h.reply.reason, REASON_AUTH_UNKNOWN_USER);
	/* A snapshot that names one user leaves one; until its end nobody is missing. */
	aaa_message(h.aaa, ROLE_MANAGER, &begin);
	add_user(h.aaa, "only", "nopassword", "");
	ck_assert(known(&h, "kdf"));
	aaa_message(h.aaa, ROLE_MANAGER, &end);
	ck_assert(!known(&h, "kdf"));
	ck_assert(known(&h, "only"));
	stop(&h);
}
END_TEST

static void set_user(struct aaa_users *l, uint8_t op, const char *name, const char *form)
{
	aaa_users_apply(l, &(struct cfg_user){.op = op, .name = name, .form = form,
	    .password = strcmp(form, "nt-encrypted") == 0 ? "DLaUiAX3l78qgoB5c7iVNw==" :
	    "$sha512$5000$G5B9+ZfYxXVvcUPZ67ndpg==$SzTisL+GxQG2Nr/K7hh9gA==",
	    .service_type = ""});
}

/* What an unknown one costs follows the users as they come, change and go. */
START_TEST(the_form_that_most_have)
{
	struct aaa_users l = {0};

	ck_assert_int_eq(aaa_users_form(&l), PASSWORD_PBKDF2);
	set_user(&l, CFG_SET, "a", "nt-encrypted");
	ck_assert_int_eq(aaa_users_form(&l), PASSWORD_NT);
	set_user(&l, CFG_SET, "b", "pbkdf2");
	set_user(&l, CFG_SET, "c", "pbkdf2");
	ck_assert_int_eq(aaa_users_form(&l), PASSWORD_PBKDF2);
	set_user(&l, CFG_SET, "c", "nt-encrypted");
	ck_assert_int_eq(aaa_users_form(&l), PASSWORD_NT);
	set_user(&l, CFG_DELETE, "c", "");
	set_user(&l, CFG_DELETE, "a", "");
	ck_assert_int_eq(aaa_users_form(&l), PASSWORD_PBKDF2);
	aaa_users_fini(&l);
}
END_TEST

/* Whoever never came to be goes without a word. */
START_TEST(nothing_is_destroyed)
{
	aaa_destroy(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_local");
	TCase *tc = tcase_create("local");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, pap);
	tcase_add_test(tc, mschap_v2);
	tcase_add_test(tc, mschap_v1);
	tcase_add_test(tc, what_is_logged);
	tcase_add_test(tc, groups_and_nonsense);
	tcase_add_test(tc, users_come_and_go);
	tcase_add_test(tc, the_form_that_most_have);
	tcase_add_test(tc, nothing_is_destroyed);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
