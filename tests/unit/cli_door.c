/*
 * The manager's side of the SSH door: who may come in from where, in which
 * order a door may say what, and that nothing it says brings a token without a
 * login. The door is played here. /
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/login/login.h"
#include "cli/operator/door.h"
#include "cli/operator/door_offer.h"
#include "cli/operator/tokens.h"
#include "engine/crypto/base64.h"
#include "tests/support/box.h"
#include "tests/support/unread.h"

static struct box box;
static struct tokens tokens;
static struct door *door;
static struct ipc_channel *ch;
static uint8_t key[51] = "\0\0\0\013ssh-ed25519\0\0\0\040 a key of thirty-two bytes";

/* What the door was told last, by kind. */
static struct {
	int admit, answer, in, tokens, ends, offers, keys, offers_before;
	uint32_t id;
	uint8_t token[32];
	char kex[512], kex_before[512]; /* before: when he was let in */
} told;

static void hear(void *arg, struct ipc_channel *c, struct ipc_msg *m)
{
	(void)arg, (void)c;
	if (ipc_id(m))
		told.id = *ipc_id(m);
	switch (m->type) {
	case MSG_DOOR_ADMIT:
		told.admit = m->door_admit.yes;
		told.offers_before = told.offers;
		memcpy(told.kex_before, told.kex, sizeof told.kex);
		break;
	case MSG_DOOR_ANSWER:
		told.answer = m->door_answer.yes;
		told.in = m->door_answer.in;
		break;
	case MSG_DOOR_TOKEN:
		told.tokens++;
		memcpy(told.token, m->door_token.token.p, sizeof told.token);
		break;
	case MSG_DOOR_END:
		told.ends++;
		break;
	case MSG_DOOR_KEY:
		told.keys++;
		break;
	case MSG_DOOR_OFFER:
		told.offers++;
		snprintf(told.kex, sizeof told.kex, "%s", m->door_offer.kex);
		break;
	default:
		ck_abort_msg("%s", ipc_name(m->type));
	}
}

static void gone(void *arg, struct ipc_channel *c)
{
	(void)arg, (void)c;
}

static void say(struct ipc_msg *m)
{
	m->fd = -1;
	ck_assert(ipc_send(ch, m));
	box_turn();
}

static void come(void)
{
	struct ipc_channel *its;

	ck_assert(ipc_channel_pair(&box_loop, &its, &ch));
	ipc_channel_listen(ch, hear, gone, NULL);
	manager_peer(box.m, ROLE_SSH, its);
	box_turn();
}

/* Somebody connects; was he admitted? */
static bool connects(uint32_t id, const char *from, const char *to, uint32_t link)
{
	struct ipc_msg m = {
	    .type = MSG_DOOR_CONNECT, .door_connect = {.id = id, .port = 4711, .ifindex = link}};

	ck_assert(addr_parse(from, &m.door_connect.from) && addr_parse(to, &m.door_connect.to));
	told.admit = -1;
	say(&m);
	ck_assert_int_ne(told.admit, -1);
	ck_assert_uint_eq(told.id, id);
	return told.admit;
}

static void tries(uint32_t id, const char *method, const char *user, const uint8_t *bytes)
{
	struct ipc_msg m = {.type = MSG_DOOR_LOGIN,
	    .door_login = {.id = id, .method = method, .user = user, .password = "wrong"}};

	if (bytes)
		m.door_login.key = (struct bytes){sizeof key, bytes};
	told.answer = -1;
	say(&m);
}

static void wants_terminal(uint32_t id)
{
	struct ipc_msg m = {.type = MSG_DOOR_SESSION,
	    .door_session = {.id = id,
		.client = "SSH-2.0-\033[2Jx",
		.cipher_in = "aes256-ctr",
		.cipher_out = "",
		.mac_in = "",
		.mac_out = ""}};

	say(&m);
}

static void leaves(uint32_t id)
{
	struct ipc_msg m = {.type = MSG_DOOR_END, .door_end = {.id = id, .why = ""}};

	say(&m);
}

static void setup(void)
{
	struct ipc_msg link = {.type = MSG_LINK_STATE,
	    .fd = -1,
	    .link_state = {.device = "eth0",
		.hardware = "GigabitEthernet0/0",
		.mac = "",
		.ifindex = 1,
		.up = 1,
		.carrier = 1,
		.addresses = {1, {"10.0.0.1/24"}}}};
	char line[256], text[BASE64_TEXT(sizeof key)];

	memset(&told, 0, sizeof told);
	memset(&tokens, 0, sizeof tokens);
	box_setup(&box);
	ipc_send(box.keeper, &link);
	base64_encode(key, sizeof key, text);
	box_ok(&box, "configure terminal");
	box_ok(&box, "interface GigabitEthernet0/0");
	box_ok(&box, "nameif inside");
	box_ok(&box, "exit");
	box_ok(&box, "username ann nopassword privilege 15");
	box_ok(&box, "username ann attributes");
	snprintf(line, sizeof line, "ssh authentication publickey %s", text);
	box_ok(&box, line);
	box_ok(&box, "aaa authentication ssh console LOCAL");
	box_ok(&box, "logging enable");
	box_ok(&box, "ssh 10.0.0.0 255.255.255.0 inside");
	door = door_open(box.m, &tokens);
	ck_assert_ptr_nonnull(door);
	come();
}

static void teardown(void)
{
	ipc_channel_close(ch);
	door_close(door);
	login_close_all(box.m);
	box_turn();
	box_teardown(&box);
}

START_TEST(from_where)
{
	ck_assert(connects(1, "10.0.0.9", "10.0.0.1", 1));
	ck_assert(!connects(2, "10.0.1.9", "10.0.0.1", 1)); /* another network */
	ck_assert(!connects(3, "10.0.0.9", "10.0.0.1", 2)); /* by another link */
	ck_assert(!connects(4, "10.0.0.9", "10.0.0.1", 0)); /* by none that is known */
	ck_assert(!connects(5, "10.0.0.9", "10.0.7.1", 1)); /* to another link's address */
	ck_assert(!connects(1, "10.0.0.8", "10.0.0.1", 1)); /* that number is taken */
	box_ok(&box, "no ssh 10.0.0.0 255.255.255.0 inside");
	ck_assert(!connects(6, "10.0.0.9", "10.0.0.1", 1));
	ck_assert(box_shows(&box, "show ssh", "Hosts allowed to ssh into the system:\n"));
}
END_TEST

/* Who is not let in can knock as often as he likes; the log is not his. */
START_TEST(a_crowd_is_counted)
{
	const struct log_rate *rate = &box.m->audit.rate[LOG_710003];

	for (uint32_t i = 0; i < 1000 && !rate->left_out; i++)
		ck_assert(!connects(i + 1, "10.0.1.9", "10.0.0.1", 1));
	ck_assert_uint_eq(rate->said, STRANGER);
	ck_assert_uint_eq(rate->left_out, 1);
}
END_TEST

/* An old session's end, told under a number that is another's now. */
START_TEST(who_is_not_there_does_not_leave)
{
	ck_assert(connects(1, "10.0.0.9", "10.0.0.1", 1));
	box.m->door.left(box.m->door.ctx, 1, NULL);
	box_turn();
	ck_assert_int_eq(told.ends, 0);
	tries(1, "signed", "ann", key);
	wants_terminal(1);
	box.m->door.left(box.m->door.ctx, 1, NULL);
	box_turn();
	ck_assert_int_eq(told.ends, 1);
}
END_TEST

START_TEST(a_key_that_would_do_is_no_login)
{
	ck_assert(connects(1, "10.0.0.9", "10.0.0.1", 1));
	wants_terminal(1);
	ck_assert_int_eq(told.tokens, 0);
	tries(1, "key", "ann", key);
	ck_assert(told.answer == 1 && told.in == 0);
	wants_terminal(1);
	ck_assert_int_eq(told.tokens, 0);
	tries(1, "key", "bob", key);
	ck_assert_int_eq(told.answer, 0);
	tries(1, "any", "ann", key);
	ck_assert_int_eq(told.answer, 0);
}
END_TEST

START_TEST(one_token_after_a_login)
{
	struct console_hello h = {.kind = CONSOLE_KIND_TOKEN};
	struct operator_login who;

	ck_assert(connects(7, "10.0.0.9", "10.0.0.1", 1));
	tries(7, "signed", "ann", key);
	ck_assert(told.answer == 1 && told.in == 1);
	wants_terminal(7);
	wants_terminal(7); /* once */
	ck_assert_int_eq(told.tokens, 1);
	memcpy(h.token, told.token, sizeof h.token);
	ck_assert(tokens_take(&tokens, &h, uv_now(&box_loop), &who));
	ck_assert_str_eq(who.user, "ann");
	ck_assert_str_eq(who.from, "10.0.0.9");
	ck_assert_str_eq(who.ifname, "inside");
	ck_assert_uint_eq(who.connection, 7);
	ck_assert_int_eq(who.privilege, 15);
	ck_assert_str_eq(who.ssh.client, "SSH-2.0-[2Jx"); /* what could move a cursor is gone */
	leaves(7);
	wants_terminal(7);
	ck_assert_int_eq(told.tokens, 1);
}
END_TEST

START_TEST(wrong_ones)
{
	key[50] ^= 1;
	ck_assert(connects(1, "10.0.0.9", "10.0.0.1", 1));
	tries(1, "signed", "ann", key);
	ck_assert_int_eq(told.answer, 0);
	key[50] ^= 1;
	tries(9, "signed", "ann", key); /* nobody is there by that number */
	ck_assert_int_eq(told.answer, -1);
	wants_terminal(1);
	wants_terminal(9);
	ck_assert_int_eq(told.tokens, 0);
}
END_TEST

/* A guest who goes while his password is being checked, and a door that dies meanwhile. */
START_TEST(gone_meanwhile)
{
	ck_assert(connects(1, "10.0.0.9", "10.0.0.1", 1));
	tries(1, "password", "ann", NULL);
	leaves(1);
	ck_assert(connects(2, "10.0.0.9", "10.0.0.1", 1));
	tries(2, "password", "ann", NULL);
	ipc_channel_close(ch);
	box_turn();
	come();
	ck_assert(connects(2, "10.0.0.9", "10.0.0.1", 1)); /* it knows nothing of before */
	tries(2, "signed", "ann", key);
	ck_assert_int_eq(told.in, 1);
}
END_TEST

START_TEST(what_is_offered)
{
	int n;

	ck_assert_int_ge(told.offers, 1);
	ck_assert_ptr_null(strstr(told.kex, "sha1"));
	box_ok(&box, "ssh legacy-algorithms");
	for (int i = 0; i < 200 && !strstr(told.kex, "group1-sha1"); i++)
		uv_run(&box_loop, UV_RUN_ONCE);
	ck_assert_ptr_nonnull(strstr(told.kex, "curve25519-sha256"));
	unread_table(box.m->running.db, "ssh");
	n = told.offers;
	ck_assert(!door_offer_send(box.m)); /* not the default in its place */
	box_turn();
	ck_assert_int_eq(told.offers, n);
	unread_table(box.m->running.db, NULL);
	ck_assert(door_offer_send(box.m));
	box_turn();
	box_refused(&box, "ssh cipher encryption custom rot13", "is not a list of algorithms");
	box_refused(&box, "ssh 10.0.0.1 255.255.255.0 inside", "doesn't pair");
}
END_TEST

/* He connects in the same turn of the loop in which a key was made or a line was typed: what is
 * new goes ahead of the answer that lets him in. */
START_TEST(the_next_one_meets_what_is_new)
{
	struct ipc_msg m = {.type = MSG_DOOR_CONNECT,
	    .fd = -1,
	    .door_connect = {.id = 1, .port = 4711, .ifindex = 1}};
	int n = told.offers;

	ck_assert(addr_parse("10.0.0.9", &m.door_connect.from));
	ck_assert(addr_parse("10.0.0.1", &m.door_connect.to));
	box.m->host_keys.changed(box.m->host_keys.ctx);
	box.m->door.said(box.m->door.ctx, &m);
	box_turn();
	ck_assert_int_eq(told.admit, 1);
	ck_assert_int_eq(told.offers_before, n + 1);
	box_ok(&box, "ssh legacy-algorithms");
	box.m->running.delivery.changed(box.m->running.delivery.changed_ctx, "ssh");
	m.door_connect.id = 2;
	box.m->door.said(box.m->door.ctx, &m);
	box_turn();
	ck_assert_uint_eq(told.id, 2);
	ck_assert_ptr_nonnull(strstr(told.kex_before, "group1-sha1"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_door");
	TCase *tc = tcase_create("cli_door");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, from_where);
	tcase_add_test(tc, a_crowd_is_counted);
	tcase_add_test(tc, who_is_not_there_does_not_leave);
	tcase_add_test(tc, a_key_that_would_do_is_no_login);
	tcase_add_test(tc, one_token_after_a_login);
	tcase_add_test(tc, wrong_ones);
	tcase_add_test(tc, gone_meanwhile);
	tcase_add_test(tc, what_is_offered);
	tcase_add_test(tc, the_next_one_meets_what_is_new);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
