/*
 * LOCAL beyond the password: one-time passwords (RFC 6238), passwords that grow too old and are
 * changed, by MS-CHAPv2's packet (RFC 2759 7) or by typing; what a new one has to be.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"
#include "engine/aaa/local_admin.h"
#include "engine/crypto/base64.h"
#include "engine/crypto/mschap_change.h"
#include "tests/support/env_sim.h"
#include "tests/support/one_crypto.h"

#define DAY 86400

static struct sim sim;
static struct local local;
static struct aaa_listener listener;
static struct aaa_server server, *servers[1] = {&server};
static struct aaa_group group = {.name = "LOCAL", .server = servers, .n = 1};
static struct conversation c;

static struct {
	unsigned answers, changed, logs;
	struct aaa_answer a;
	char message[256], success[64], user[64], form[16], stored[PASSWORD_FORM_MAX];
	uint32_t days;
} got;

static void done(struct conversation *conversation, const struct aaa_answer *a)
{
	struct aaa_value v;
	struct bytes list = {(uint16_t)a->attributes.len, a->attributes.bytes};

	(void)conversation;
	got.answers++;
	got.a = *a;
	snprintf(got.message, sizeof got.message, "%s", a->message ? a->message : "");
	snprintf(got.success, sizeof got.success, "%s", a->mschap_success);
	got.days = aaa_attribute_find(&list, AAA_PASSWORD_DAYS, &v) ? v.number : UINT32_MAX;
}

static void hear(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg;
	ck_assert_int_eq(to, ROLE_MANAGER);
	if (m->type == MSG_PASSWORD_CHANGED) {
		got.changed++;
		snprintf(got.user, sizeof got.user, "%s", m->password_changed.user);
		snprintf(got.form, sizeof got.form, "%s", m->password_changed.form);
		snprintf(got.stored, sizeof got.stored, "%s", m->password_changed.password);
	} else {
		got.logs++;
	}
}

static uint32_t today(void)
{
	return (uint32_t)(sim.env.wall(&sim.env) / DAY);
}

static void add(
    const char *name, const char *form, const char *clear, const char *otp, uint32_t day)
{
	char stored[PASSWORD_FORM_MAX];

	if (strcmp(form, "pbkdf2") == 0)
		ck_assert(password_pbkdf2(one_crypto(), clear, NULL, stored));
	else
		ck_assert(password_nt(one_crypto(), clear, stored));
	local_message(&local, &(struct ipc_msg){.type = MSG_CFG_USER,
				  .cfg_user = {.op = CFG_SET,
				      .name = name,
				      .form = form,
				      .password = stored,
				      .privilege = 2,
				      .service_type = "",
				      .otp_secret = otp,
				      .password_date = day}});
}

static void policy(uint32_t lifetime, uint32_t since, uint32_t length, uint32_t digits)
{
	local_message(&local, &(struct ipc_msg){.type = MSG_CFG_PASSWORD_POLICY,
				  .cfg_password_policy = {.lifetime = lifetime,
				      .since = since,
				      .minimum_length = length,
				      .minimum_numeric = digits,
				      .username_check = 1}});
}

/* "12345678901234567890", of the RFC's vectors. */
#define SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static void setup(void)
{
	memset(&local, 0, sizeof local);
	memset(&got, 0, sizeof got);
	sim_init(&sim, 1, NULL, NULL);
	listener = (struct aaa_listener){.send = hear};
	log_init(&listener.log, aaa_report_log, &listener);
	listener.log.env = &sim.env;
	local = (struct local){.crypto = one_crypto(), .listener = &listener};
	server = (struct aaa_server){
	    .protocol = &local_protocol, .server = &local, .group = &group};
	add("ann", "nt-encrypted", "annspw", "", 0);
	add("kdf", "pbkdf2", "kdfspw", "", 0);
	add("two", "nt-encrypted", "a,b", SECRET, 0);
}

static void teardown(void)
{
	conversation_cancel(&c);
	ck_assert_uint_eq(timer_next(&sim.env), UINT64_MAX);
	aaa_users_fini(&local.users);
	sim_fini(&sim);
}

static void ask(struct aaa_request *r, const char *user, const char *service)
{
	snprintf(r->user, sizeof r->user, "%s", user);
	snprintf(r->sent, sizeof r->sent, "%s", user);
	snprintf(r->service, sizeof r->service, "%s", service);
	got.answers = 0;
	conversation_start(&c, &sim.env, &group, NULL, NULL, r, done);
	ck_assert_uint_eq(got.answers, 1);
}

static void pap(const char *user, const char *password, const char *service)
{
	struct aaa_request r = {.method = AAA_PAP};

	snprintf(r.password, sizeof r.password, "%s", password);
	ask(&r, user, service);
}

static const uint8_t challenge[16] = "0123456789abcdef";

static void mschap(const char *user, const char *password)
{
	struct aaa_request r = {
	    .method = AAA_MSCHAPV2, .challenge_len = 16, .response_len = MSCHAP_RESPONSE};
	uint8_t hash[16];

	memcpy(r.challenge, challenge, 16);
	ck_assert(mschap_nt_hash(one_crypto(), password, hash));
	ck_assert(mschap_respond_v2(one_crypto(), hash, challenge, challenge, user, r.response));
	ask(&r, user, "ppp");
}

static void types(const char *text)
{
	struct aaa_next n = {.text = text};

	got.answers = 0;
	conversation_next(&c, &n);
	ck_assert_uint_eq(got.answers, 1);
}

static void code_of(int64_t when, char code[TOTP_DIGITS + 1])
{
	static const char secret[] = "12345678901234567890";

	ck_assert(totp_code(one_crypto(), (struct chunk){secret, 20}, (uint64_t)when / 30, code));
}

/* ---- one-time passwords ------------------------------------------------------------ */

/* RFC 6238 appendix B, the last six of its eight digits. */
START_TEST(vectors)
{
	static const struct {
		int64_t when;
		const char *code;
	} row[] = {{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"},
	    {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
	uint8_t secret[TOTP_SECRET_MAX];
	char code[TOTP_DIGITS + 1];

	ck_assert_uint_eq(totp_secret(SECRET, secret), 20);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		code_of(row[i].when, code);
		ck_assert_str_eq(code, row[i].code);
	}
	ck_assert_uint_eq(totp_secret("gezd gnbv-gy3tqojqGEZDGNBVGY3TQOJQ==", secret), 20);
	ck_assert_uint_eq(totp_secret("GEZDGNBV", secret), 0);		/* too short */
	ck_assert_uint_eq(totp_secret("GEZDGNBVGY3TQOJQ1", secret), 0); /* no digit of it */
	ck_assert_uint_eq(totp_secret("GEZDGNBVGY3TQOJQ=A", secret), 0);
	ck_assert_uint_eq(totp_secret("", secret), 0);
}
END_TEST

START_TEST(each_code_once)
{
	char code[TOTP_DIGITS + 1], typed[32];
	int64_t now = sim.env.wall(&sim.env);

	code_of(now, code);
	snprintf(typed, sizeof typed, "a,b,%s", code);
	pap("two", typed, "ppp");
	ck_assert_uint_eq(got.a.result, AUTH_ACCEPT);
	pap("two", typed, "ppp"); /* somebody has looked over his shoulder */
	ck_assert_uint_eq(got.a.result, AUTH_REJECT);
	ck_assert_int_eq(got.a.reason, REASON_AUTH_ONE_TIME);
	add("two", "nt-encrypted", "a,b", SECRET, 0); /* a line of his is typed */
	pap("two", typed, "ppp");
	ck_assert_uint_eq(got.a.result, AUTH_REJECT);
	code_of(now - 30, code); /* older than one that was used */
	snprintf(typed, sizeof typed, "a,b,%s", code);
	pap("two", typed, "ppp");
	ck_assert_uint_eq(got.a.result, AUTH_REJECT);
	code_of(now + 30, code); /* his clock is ahead */
	snprintf(typed, sizeof typed, "a,b,%s", code);
	pap("two", typed, "ppp");
	ck_assert_uint_eq(got.a.result, AUTH_ACCEPT);
	code_of(now + 90, code);
	snprintf(typed, sizeof typed, "a,b,%s", code);
	pap("two", typed, "ppp");
	ck_assert_uint_eq(got.a.result, AUTH_REJECT);
	pap("two", "a,b", "ppp"); /* the comma is the password's own */
	ck_assert_int_eq(got.a.reason, REASON_AUTH_ONE_TIME);
	pap("two", "a,b,", "ppp");
	ck_assert_int_eq(got.a.reason, REASON_AUTH_REJECTED);
	mschap("two", "a,b");
	ck_assert_int_eq(got.a.reason, REASON_AUTH_ONE_TIME_METHOD);
	ck_assert_uint_eq(aaa_user_find(&local.users, "two")->failed, 3);
}
END_TEST

START_TEST(an_operator_is_asked_for_it)
{
	char code[TOTP_DIGITS + 1];

	add("op", "pbkdf2", "opspw", SECRET, 0);
	pap("two", "a,b", "ssh"); /* whatever is in his password */
	ck_assert_uint_eq(got.a.result, AUTH_CHALLENGE);
	conversation_cancel(&c);
	pap("op", "opspw", "ssh");
	ck_assert_uint_eq(got.a.result, AUTH_CHALLENGE);
	ck_assert_str_eq(got.message, "One-time password: ");
	code_of(sim.env.wall(&sim.env), code);
	types(code);
	ck_assert_uint_eq(got.a.result, AUTH_ACCEPT);
	pap("op", "opspw", "ssh");
	types(code);
	ck_assert_int_eq(got.a.reason, REASON_AUTH_ONE_TIME);
	pap("op", "wrong", "ssh");
	ck_assert_uint_eq(got.a.result, AUTH_REJECT);
	pap("op", "opspw", "ssh");
	conversation_cancel(&c); /* he goes */
}
END_TEST

/* ---- new passwords ------------------------------------------------------------------ */

START_TEST(how_old_it_may_be)
{
	policy(90, today() - 89, 3, 0); /* its last day */
	pap("ann", "annspw", "ppp");
	ck_assert_uint_eq(got.a.result, AUTH_ACCEPT);
	ck_assert_uint_eq(got.days, 0);
	policy(90, today() - 90, 3, 0);
	pap("ann", "annspw", "ppp");
	ck_assert_int_eq(got.a.reason, REASON_AUTH_EXPIRED);
	pap("ann", "wrong", "ppp");
	ck_assert_int_eq(got.a.reason, REASON_AUTH_REJECTED); /* nobody else learns it */
	add("ann", "nt-encrypted", "annspw", "", today() - 10);
	pap("ann", "annspw", "ppp");
	ck_assert_uint_eq(got.a.result, AUTH_ACCEPT);
	ck_assert_uint_eq(got.days, 79);
	policy(0, today() - 90, 3, 0);
	pap("ann", "annspw", "ppp");
	ck_assert_uint_eq(got.days, UINT32_MAX);
}
END_TEST

static void change(const char *user, const char *old, const char *clear, bool spoil)
{
	uint8_t hash[16], packet[MSCHAP_CHANGE];
	struct aaa_next n = {.text = "",
	    .response = {sizeof packet, packet},
	    .challenge = {sizeof challenge, challenge}};

	ck_assert(mschap_nt_hash(one_crypto(), old, hash));
	ck_assert(mschap_change_write(one_crypto(), clear, hash, challenge, user, packet));
	packet[520] ^= spoil;
	got.answers = 0;
	conversation_next(&c, &n);
	ck_assert_uint_eq(got.answers, 1);
}

START_TEST(by_the_packet)
{
	policy(90, today() - 100, 8, 1);
	mschap("ann", "annspw");
	ck_assert_uint_eq(got.a.result, AUTH_CHALLENGE);
	ck_assert_uint_eq(got.a.wanted, CHALLENGE_NEW_PASSWORD);
	change("ann", "annspw", "short", false);
	ck_assert_int_eq(got.a.reason, REASON_AUTH_NEW_PASSWORD);
	ck_assert_str_eq(got.message, "the password must have at least 8 characters");
	mschap("ann", "annspw");
	change("ann", "annspw", "longenough", false);
	ck_assert_str_eq(got.message, "the password must have at least 1 digits");
	mschap("ann", "annspw");
	change("ann", "annspw", "longenough1", true);
	ck_assert_int_eq(got.a.reason, REASON_AUTH_NEW_PASSWORD);
	mschap("ann", "annspw");
	change("ann", "another", "longenough1", false); /* who does not know the old one */
	ck_assert_int_eq(got.a.reason, REASON_AUTH_NEW_PASSWORD);
	ck_assert_uint_eq(got.changed, 0);
	mschap("ann", "annspw");
	change("ann", "annspw", "longenough1", false);
	ck_assert_uint_eq(got.a.result, AUTH_ACCEPT);
	ck_assert_int_eq(strncmp(got.success, "S=", 2), 0);
	ck_assert_uint_eq(got.days, 89);
	ck_assert_uint_eq(got.changed, 1);
	ck_assert_str_eq(got.user, "ann");
	ck_assert_str_eq(got.form, "nt-encrypted");
	mschap("ann", "longenough1"); /* at once, whatever the manager does */
	ck_assert_uint_eq(got.a.result, AUTH_ACCEPT);
	policy(90, today() - 100, 3, 0);
	add("ann", "nt-encrypted", "annspw", "", 0);
	mschap("ann", "annspw");
	change("ann", "annspw", "annspw", false);
	ck_assert_str_eq(got.message, "the new password is the old one");
	mschap("ann", "annspw");
	types("no packet");
	ck_assert_int_eq(got.a.reason, REASON_AUTH_NEW_PASSWORD);
}
END_TEST

START_TEST(by_typing)
{
	policy(90, today() - 100, 8, 0);
	pap("kdf", "kdfspw", "ssh");
	ck_assert_uint_eq(got.a.result, AUTH_CHALLENGE);
	ck_assert_str_eq(got.message, "Your password has expired.\nNew password: ");
	types("short");
	ck_assert_str_eq(
	    got.message, "the password must have at least 8 characters.\nNew password: ");
	types("fdk");
	types("longenough");
	ck_assert_str_eq(got.message, "Once more: ");
	local.policy.changes = 3;
	types("kdfspw12"); /* two new ones only */
	ck_assert_str_eq(got.message, "These were two different ones.\nNew password: ");
	types("kdfspw12");
	ck_assert_str_eq(got.message,
	    "the password must have at least 3 characters that the old one "
	    "does not have.\nNew password: ");
	local.policy.changes = 0;
	types("longenough");
	types("longenougH");
	ck_assert_str_eq(got.message, "These were two different ones.\nNew password: ");
	types("longenough");
	types("longenough");
	ck_assert_uint_eq(got.a.result, AUTH_ACCEPT);
	ck_assert_str_eq(got.form, "pbkdf2");
	ck_assert(password_form_valid("pbkdf2", got.stored));
	pap("kdf", "longenough", "ssh");
	ck_assert_uint_eq(got.a.result, AUTH_ACCEPT);
	policy(90, today(), 3, 0);
	add("kdf", "pbkdf2", "kdfspw", "", today() - 90);
	pap("kdf", "kdfspw", "ssh");
	local_message(
	    &local, &(struct ipc_msg){.type = MSG_CFG_USER,
			.cfg_user = {.op = CFG_DELETE, .name = "kdf"}}); /* while he types */
	types("longenough");
	ck_assert_int_eq(got.a.reason, REASON_AUTH_UNKNOWN_USER);
}
END_TEST

/* ---- rules --------------------------------------------------------------------------- */

START_TEST(rules)
{
	static const struct {
		struct password_policy p;
		const char *user, *old, *clear;
		bool good;
	} row[] = {
	    {{0}, "ann", NULL, "", true},
	    {{.length = 5}, "ann", NULL, "abcd", false},
	    {{.length = 5}, "ann", NULL, "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", false},
	    {{.length = 5}, "ann", NULL, "abcde", true},
	    {{.uppercase = 2}, "ann", NULL, "aBc", false},
	    {{.uppercase = 2, .lowercase = 1}, "ann", NULL, "aBC", true},
	    {{.numeric = 1}, "ann", NULL, "abc", false},
	    {{.special = 1}, "ann", NULL, "abc1", false},
	    {{.special = 1}, "ann", NULL, "abc-", true},
	    {{.changes = 2}, "ann", "abc", "abcd", false},
	    {{.changes = 2}, "ann", "abc", "abcde", true},
	    {{.changes = 2}, "ann", NULL, "ab", true},
	    {{.username = true}, "ann", NULL, "Nna", false},
	    {{.username = true}, "ann", NULL, "ann", false},
	    {{.username = true}, "ann", NULL, "anna", true},
	};
	char why[128];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg(!password_refused(&row[i].p, row[i].user, row[i].old, row[i].clear,
				  why, sizeof why) == row[i].good,
		    "row %zu", i);
}
END_TEST

/* Whatever a client encrypts: its text is whole, or it is none. */
START_TEST(odd_packets)
{
	uint8_t hash[16], packet[MSCHAP_CHANGE];
	struct mschap_change m;
	uint32_t seed = 1;

	ck_assert(mschap_nt_hash(one_crypto(), "annspw", hash));
	for (int i = 0; i < 2000; i++) {
		for (size_t k = 0; k < sizeof packet; k++) {
			seed = seed * 1103515245 + 12345;
			packet[k] = (uint8_t)(seed >> 16);
		}
		ck_assert(!mschap_change_read(one_crypto(), packet, hash, challenge, "ann", &m));
	}
	ck_assert(mschap_change_write(one_crypto(), "", hash, challenge, "ann", packet));
	ck_assert(!mschap_change_read(one_crypto(), packet, hash, challenge, "ann", &m));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("LOCAL beyond the password");
	TCase *t = tcase_create("talk");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, vectors);
	tcase_add_test(t, each_code_once);
	tcase_add_test(t, an_operator_is_asked_for_it);
	tcase_add_test(t, how_old_it_may_be);
	tcase_add_test(t, by_the_packet);
	tcase_add_test(t, by_typing);
	tcase_add_test(t, rules);
	tcase_add_test(t, odd_packets);
	suite_add_tcase(suite, t);

	SRunner *r = srunner_create(suite);

	srunner_run_all(r, CK_ENV);
	int bad = srunner_ntests_failed(r);

	srunner_free(r);
	return bad != 0;
}
