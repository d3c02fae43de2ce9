/*
 * Our nftables table and what others do to it: how it is known again, that it is put back, and
 * the host's chains that drop. Each test is in a network namespace of its own.
 */
#include <check.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/keeper/nft.h"
#include "engine/keeper/nft_watch.h"
#include "engine/keeper/private.h"

static struct netlink *nl;
static struct host_state *host;
static int tun;

static void sh(const char *command)
{
	ck_assert_msg(system(command) == 0, "%s", command);
}

static bool has(const char *command)
{
	return system(command) == 0;
}

static void say(void *arg, unsigned severity, const char *text)
{
	(void)arg;
	(void)severity;
	(void)text;
}

static const struct news NEWS = {.say = say};

static void setup(void)
{
	char why[128];

	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	nl = netlink_open();
	tun = held_open(HELD_TUN, why, sizeof why);
	host = host_state_open(NULL);
	ck_assert(nl && tun >= 0 && host);
}

static void teardown(void)
{
	netlink_close(nl);
	host_state_close(host);
	close(tun);
}

/* ---- what is seen ------------------------------------------------------------------------ */

static void load(void)
{
	char why[256];
	const struct nft_nat nat = {.tun = TUN_NAME};
	const struct firewall none = {0};
	struct nft_table t = {0};
	char *text = nft_table_change(&t, &none, &nat);

	ck_assert_msg(nft_run(text, why, sizeof why) == 0, "%s", why);
	free(text);
	nft_table_fini(&t);
}

START_TEST(the_table_is_known_again)
{
	static const char *const change[] = {"nft flush ruleset",
	    "nft flush chain inet gatehouse input", "nft delete table inet gatehouse",
	    "nft chain inet gatehouse input '{ policy drop; }'",
	    "nft add rule inet gatehouse input accept", "nft add chain inet gatehouse mine"};
	struct nft_watch *w = nft_watch_open();
	struct nft_view before, view;

	ck_assert_ptr_nonnull(w);
	ck_assert_int_eq(nft_watch_look(w, &view), 0);
	ck_assert_uint_eq(view.ours, 0);
	for (size_t i = 0; i < sizeof change / sizeof *change; i++) {
		load();
		ck_assert(nft_watch_drain(w));
		ck_assert(!nft_watch_drain(w));
		ck_assert_int_eq(nft_watch_look(w, &before), 0);
		ck_assert_uint_ne(before.ours, 0);
		sh("nft add table ip others && nft delete table ip others"); /* nothing to us */
		ck_assert(nft_watch_drain(w));
		ck_assert_int_eq(nft_watch_look(w, &view), 0);
		ck_assert_uint_eq(before.ours, view.ours);
		sh(change[i]);
		ck_assert_msg(nft_watch_drain(w), "%s", change[i]);
		ck_assert_int_eq(nft_watch_look(w, &view), 0);
		ck_assert_msg(before.ours != view.ours, "%s", change[i]);
	}
	nft_watch_close(w);
}
END_TEST

static void own(struct nft_watch *w, const char *text)
{
	struct nft_child c;
	char why[256];

	ck_assert_msg(nft_start(&c, text, why, sizeof why) == 0, "%s", why);
	nft_watch_own(w, c.pid);
	ck_assert_msg(nft_finish(&c, why, sizeof why) == 0, "%s", why);
}

START_TEST(elements_that_others_change)
{
	struct nft_watch *w = nft_watch_open();

	ck_assert_ptr_nonnull(w);
	own(w,
	    "table inet gatehouse { map m { type ipv4_addr : verdict; flags interval;\n }\n}\n"
	    "add element inet gatehouse m { 10.0.0.1 : drop, 10.0.0.4/30 : accept }\n");
	ck_assert_uint_eq(nft_watch_drain(w), 0);
	sh("nft delete element inet gatehouse m { 10.0.0.1 }");
	ck_assert_uint_eq(nft_watch_drain(w), NFT_SEEN_OURS);
	own(w, "add element inet gatehouse m { 10.0.0.1 : drop }\n");
	sh("nft flush map inet gatehouse m");
	own(w, "add element inet gatehouse m { 10.0.0.1 : drop }\n");
	ck_assert_uint_eq(nft_watch_drain(w), NFT_SEEN_OURS);
	sh("nft add element inet gatehouse m { 10.0.0.9 : accept }");
	ck_assert_uint_eq(nft_watch_drain(w), NFT_SEEN_OURS);
	sh("nft 'add table ip gatehouse; add set ip gatehouse m { type ipv4_addr; }'");
	(void)nft_watch_drain(w);
	sh("nft add element ip gatehouse m { 10.0.0.9 }"); /* another's table */
	ck_assert_uint_eq(nft_watch_drain(w), 0);
	nft_watch_close(w);
}
END_TEST

/* A number that one of ours had is not ours for ever. */
START_TEST(a_number_that_another_has_later)
{
	struct nft_watch *w = nft_watch_open();
	int go[2], status;
	pid_t pid;
	char c;

	ck_assert_ptr_nonnull(w);
	load();
	ck_assert_int_eq(pipe(go), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		close(go[1]);
		if (read(go[0], &c, 1) == 0)
			execlp("nft", "nft", "flush chain inet gatehouse input", (char *)NULL);
		_exit(1);
	}
	nft_watch_own(w, pid);
	(void)nft_watch_drain(w);
	close(go[1]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(nft_watch_drain(w), NFT_SEEN_RULES | NFT_SEEN_OURS);
	nft_watch_close(w);
	close(go[0]);
}
END_TEST

/* ---- the keeper and its table ------------------------------------------------------------ */

static struct keeper k;

static void no_look(uv_timer_t *t)
{
	(void)t;
}

/* As it is after its first rules. */
static void keeper_start(void)
{
	k = (struct keeper){.look = no_look, .nft = nft_watch_open(), .ready = true};
	ck_assert_ptr_nonnull(k.nft);
	ck_assert(objects_init(&k.objects, nl, host, TUN_NAME, &NEWS));
	k.objects.watch = k.nft;
	ck_assert_int_eq(uv_loop_init(&k.loop), 0);
	uv_timer_init(&k.loop, &k.again);
	uv_prepare_init(&k.loop, &k.rules);
	k.objects.rules_dirty = true;
}

static void keeper_end(void)
{
	uv_close((uv_handle_t *)&k.again, NULL);
	uv_close((uv_handle_t *)&k.rules, NULL);
	uv_run(&k.loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&k.loop), 0);
	objects_fini(&k.objects);
	nft_watch_close(k.nft);
}

#define RULES "nft list chain inet gatehouse input | grep -c ' '"
#define LAST_RULE                                                                                  \
	"nft -a list chain inet gatehouse input | sed -n '/chain/!s/.*# handle //p' | tail -n 1"

START_TEST(a_rule_taken_away_while_a_change_waits)
{
	keeper_start();
	keeper_rules_commit(&k);
	keeper_nft_look(&k);
	ck_assert(!uv_is_active((uv_handle_t *)&k.again));
	sh(RULES " >/tmp/keeper_table.$PPID");
	for (int looked = 0; looked < 2; looked++) {
		k.objects.rules_dirty = true; /* a change waits, or is given to nft just now */
		sh("nft delete rule inet gatehouse input handle $(" LAST_RULE ")");
		if (looked)
			keeper_nft_look(&k);
		ck_assert(!has("test $(" RULES ") = $(cat /tmp/keeper_table.$PPID)"));
		keeper_rules_commit(&k);
		keeper_nft_look(&k);
		ck_assert(has("test $(" RULES ") = $(cat /tmp/keeper_table.$PPID)"));
		ck_assert(!k.nft_touched);
	}
	sh("rm /tmp/keeper_table.$PPID");
	keeper_nft_look(&k); /* and that was it */
	ck_assert_uint_eq(k.objects.guard.thing[0].times, 2);
	keeper_end();
}
END_TEST

START_TEST(a_table_that_cannot_be_put_back_yet)
{
	const struct rlimit none = {0, 4096}, some = {1024, 4096};

	keeper_start();
	keeper_rules_commit(&k);
	sh("nft delete table inet gatehouse");
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	for (int i = 0; i < 2; i++) {
		keeper_nft_look(&k);
		ck_assert(k.nft_touched && k.nft_failed);
		ck_assert(uv_is_active((uv_handle_t *)&k.again));
		ck_assert_uint_le(uv_timer_get_due_in(&k.again), 1000);
	}
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &some), 0);
	ck_assert(!has("nft list table inet gatehouse >/dev/null 2>&1"));
	keeper_nft_look(&k);
	ck_assert(!k.nft_touched && !k.nft_failed);
	ck_assert(has("nft list table inet gatehouse >/dev/null"));
	keeper_end();
}
END_TEST

START_TEST(rules_that_cannot_be_loaded_yet)
{
	const struct rlimit none = {0, 4096}, some = {1024, 4096};

	keeper_start();
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	keeper_rules_commit(&k);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &some), 0);
	ck_assert(uv_is_active((uv_handle_t *)&k.again));
	keeper_nft_look(&k);
	ck_assert(has("nft list table inet gatehouse >/dev/null"));
	keeper_end();
}
END_TEST

START_TEST(the_table_of_a_keeper_before)
{
	load();
	keeper_start();
	keeper_nft_look(&k);
	ck_assert(!uv_is_active((uv_handle_t *)&k.again)); /* the first rules are all of it */
	keeper_rules_commit(&k);
	keeper_nft_look(&k);
	ck_assert_uint_eq(k.objects.guard.thing[0].times, 0);
	keeper_end();
}
END_TEST

START_TEST(chains_that_drop)
{
	static const struct {
		const char *rules, *chain; /* NULL: nothing drops */
		bool forward, policy;
	} row[] = {
	    {"inet t { chain c { type filter hook input priority 0; policy drop;\n }\n}", "c",
		false, true},
	    {"ip t { chain c { type filter hook forward priority 0; policy drop;\n }\n}", "c", true,
		true},
	    {"ip t { chain c { type filter hook input priority 0; tcp dport 22 accept\n counter "
	        "drop\n }\n}",
		"c", false, false},
	    {"inet t { chain c { type filter hook input priority 0; log prefix \"x\" reject\n }\n}",
		"c", false, false},
	    {"inet t { chain c { type filter hook input priority 0; ip saddr 1.2.3.4 drop\n }\n}",
		NULL, false, false},
	    {"inet t { chain c { type filter hook output priority 0; policy drop;\n }\n}", NULL,
		false, false},
	    {"ip6 t { chain c { type filter hook input priority 0; policy drop;\n }\n}", NULL,
		false, false},
	    {"inet t { chain c { counter drop\n }\n}", NULL, false, false}, /* no hook of its own */
	};
	struct nft_watch *w = nft_watch_open();
	struct nft_view view;
	char why[256], text[256];

	ck_assert_ptr_nonnull(w);
	load();
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(text, sizeof text, "table %s\n", row[i].rules);
		ck_assert_msg(nft_run(text, why, sizeof why) == 0, "%zu: %s", i, why);
		ck_assert_int_eq(nft_watch_look(w, &view), 0);
		ck_assert_uint_eq(view.n_dropping, row[i].chain ? 1 : 0);
		if (row[i].chain) {
			ck_assert_str_eq(view.dropping[0].chain, row[i].chain);
			ck_assert_str_eq(view.dropping[0].table, "t");
			ck_assert(view.dropping[0].forward == row[i].forward);
			ck_assert(view.dropping[0].policy == row[i].policy);
		}
		sh("for f in ip ip6 inet; do nft delete table $f t 2>/dev/null; done; true");
	}
	nft_watch_close(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_table");
	TCase *c = tcase_create("kernel");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, the_table_is_known_again);
	tcase_add_test(c, elements_that_others_change);
	tcase_add_test(c, a_number_that_another_has_later);
	tcase_add_test(c, a_rule_taken_away_while_a_change_waits);
	tcase_add_test(c, a_table_that_cannot_be_put_back_yet);
	tcase_add_test(c, rules_that_cannot_be_loaded_yet);
	tcase_add_test(c, the_table_of_a_keeper_before);
	tcase_add_test(c, chains_that_drop);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
