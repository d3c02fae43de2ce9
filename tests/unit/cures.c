/*
 * One mistake, one cure: what `show vpn doctor` prescribes before anybody has dialled is, line by
 * line, what `show vpn failures` tells of a client who dials all the same. The lines that make the
 * mistake are typed into a configuration, which the doctor examines, and which is fed to an engine
 * and an aaa of the simulated world, where a Windows client dials.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/doctor/doctor.h"
#include "engine/base/attempt.h"
#include "engine/session/objects.h"
#include "tests/support/doctor_cases.h"
#include "tests/support/feeding.h"
#include "tests/support/world.h"

static struct feeding fed;
static struct world *w;
static struct doctor_facts facts;
static struct doctor_findings found;

static void hear(enum role to, const struct ipc_msg *m)
{
	if (to == ROLE_ENGINE)
		config_apply(&w->config, m);
	else if (to == ROLE_AAA)
		aaa_message(w->aaa, ROLE_MANAGER, m);
}

static void paste(const char *lines)
{
	config_paste(&fed.t, lines);
	parse_state_init(&fed.t.state, fed.t.gram, true);
}

static void paste_file(const char *path)
{
	char *text = config_file(path);

	paste(text);
	free(text);
}

static void setup(void)
{
	feeding_open(&fed);
	w = world_create(7);
	fed.also = hear;
	feed_snapshot(fed.feed, fed.t.db, ROLE_ENGINE);
	feed_snapshot(fed.feed, fed.t.db, ROLE_AAA);
	facts = (struct doctor_facts){.now = 1800000000};
	paste_file("tests/data/lab.conf");
	paste_file("tests/data/guide.conf");
}

static void teardown(void)
{
	doctor_findings_free(&found);
	fed.also = NULL;
	world_destroy(w);
	feeding_close(&fed);
}

static size_t examine(void)
{
	facts.rules = feed_firewall(fed.feed);
	facts.lists = fed.feed;
	ck_assert(doctor_examine(fed.t.db, fed.t.gram, &facts, &found));
	return found.n;
}

static const struct failure *dial(void)
{
	struct world_client *c = world_client(w, false);

	client_connect(c);
	sim_run(&w->sim, 4000 * SEC);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	return failures_before(&w->gw->failed, UINT32_MAX);
}

/* ---- what both have to say ------------------------------------------------------------------ */

/* The reason by which such an attempt ends, as the table of checks has it. */
static enum reason reason_of(const char *check)
{
	static const struct {
		const char *check;
		enum reason reason;
	} all[] = {
#define CHECK(name, severity, reason, stage, needs, sees) {#name, REASON_##reason},
#include "cli/doctor/checks.def"
#undef CHECK
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strcmp(all[i].check, check) == 0)
			return all[i].reason;
	ck_abort_msg("%s is no check", check);
	return REASON_NONE;
}

/* Of these the engine cannot know the cause: nothing comes, or comes through; servers are aaa's; or
 * it is up to the client. */
static bool is_seen(const char *check, const char *lines)
{
	static const char *const unseen[] = {"interface_name", "interface_shutdown",
	    "nat_traversal", "servers_none", "servers_key", "control_plane"};

	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
		if (strcmp(unseen[i], check) == 0)
			return false;
	/* Another user fails than the one who dials here; servers that the world has not. */
	return reason_of(check) != REASON_NONE && !strstr(lines, "username other") &&
	       !strstr(lines, "service-type") && !strstr(lines, "aaa-server");
}

/* NAME is whoever dials. */
static void with_name(char *cure)
{
	static const char user[] = "username NAME password";
	char *at = strstr(cure, user);

	if (at)
		memcpy(at + strlen("username "), "test", 4);
}

static void same(const char *check, const struct failure *f)
{
	char prescribed[CURE_MAX];
	size_t len = found.v[0].cure.len;

	ck_assert_str_eq(found.v[0].check, check);
	ck_assert_uint_gt(len, 1);
	ck_assert_uint_lt(len, sizeof prescribed);
	memcpy(prescribed, text_str(&found.v[0].cure), len - 1);
	prescribed[len - 1] = '\0';
	with_name(prescribed);
	ck_assert_msg(f != NULL, "%s: nothing failed", check);
	ck_assert_msg(strcmp(f->cure, prescribed) == 0, "%s: %s\ndoctor:\n%s\nfailures:\n%s", check,
	    reason_text(f->reason)->plain, prescribed, f->cure);
}

START_TEST(one_mistake_one_cure)
{
	const char *check = broken[_i].check;
	const struct failure *f;

	if (!is_seen(check, broken[_i].lines))
		return;
	paste(broken[_i].lines);
	ck_assert_uint_eq(examine(), 1);
	f = dial();
	same(check, f);
}
END_TEST

/* A check whose cure nobody compares is a hole: each that ends an attempt has a row, or is told
 * above why not. */
START_TEST(every_check_is_compared)
{
	static const char *const all[] = {
#define CHECK(name, severity, reason, stage, needs, sees) #name,
#include "cli/doctor/checks.def"
#undef CHECK
	};
	/* Of the host, and of servers; made without a row: below. */
	static const char *const elsewhere[] = {"interface_address", "interface_carrier",
	    "route_outside", "port_taken", "engine_away", "host_firewall", "transform_none",
	    "pool_exhausted", "key_lost", "servers_failed"};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		bool is = reason_of(all[i]) == REASON_NONE;

		for (size_t k = 0; k < sizeof broken / sizeof *broken; k++)
			is |= strcmp(broken[k].check, all[i]) == 0;
		for (size_t k = 0; k < sizeof elsewhere / sizeof *elsewhere; k++)
			is |= strcmp(elsewhere[k], all[i]) == 0;
		ck_assert_msg(is, "%s", all[i]);
	}
}
END_TEST

/* Nobody's set is made another one: who uses it would be cut off by the cure. */
START_TEST(a_new_set_has_a_free_name)
{
	const struct failure *f;

	paste(
	    "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA esp-aes-256 esp-sha256-hmac\n"
	    "crypto ipsec ikev1 transform-set L2TP-SET esp-aes-256 esp-sha256-hmac\n"
	    "crypto ipsec ikev1 transform-set L2TP-SET mode transport\n"
	    "crypto dynamic-map outside_dyn_map 10 set ikev1 transform-set L2TP-SET\n");
	ck_assert_uint_eq(examine(), 1);
	f = dial();
	same("transform_offered", f);
	ck_assert_msg(
	    strstr(f->cure, "transform-set L2TP-SET-2 esp-aes esp-sha-hmac\n"), "%s", f->cure);
	ck_assert_msg(
	    strstr(f->cure, " TRANS-ESP-3DES-SHA L2TP-SET L2TP-SET-2"), "%s", f->cure);
}
END_TEST

START_TEST(a_pool_is_used_up)
{
	struct msg_rec_pool pool = {.name = "Address-pool", .in_use = 1};
	struct world_client *first = world_client(w, true);

	paste("tunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\nexit\n"
	      "no ip local pool Address-pool\n"
	      "ip local pool Address-pool 192.168.1.1-192.168.1.1 mask 255.255.255.0\n");
	paste(_i ? "group-policy L2TP-VPN attributes\naddress-pools value Address-pool\n"
		 : "tunnel-group DefaultRAGroup general-attributes\naddress-pool Address-pool\n");
	client_connect(first);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_eq(first->stage, CLIENT_UP);
	facts.pools = &pool;
	facts.n_pools = 1;
	ck_assert_uint_eq(examine(), 1);
	same("pool_exhausted", dial());
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cures");
	TCase *tc = tcase_create("cures");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, one_mistake_one_cure, 0, sizeof broken / sizeof *broken);
	tcase_add_test(tc, every_check_is_compared);
	tcase_add_test(tc, a_new_set_has_a_free_name);
	tcase_add_loop_test(tc, a_pool_is_used_up, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
