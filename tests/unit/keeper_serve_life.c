/* What others change, cards that go, roles that die, restarts, and what is put back. */
#include "tests/support/keeper/stage.h"

/* ---- steps ------------------------------------------------------------------------- */

static void restart(void)
{
	stage_ask(ROLE_MANAGER,
	    (struct ipc_msg){.type = MSG_KEEP_STOP, .keep_stop = {.why = "reload", .restart = 1}});
}

static void engine_died(void)
{
	stage_roles.cfg.ops->died(stage_roles.cfg.arg, ROLE_ENGINE);
}

static void nft_flushed(void)
{
	stage_forget();
	stage_sh("nft delete table inet gatehouse");
}

static bool nft_back(void)
{
	return stage_heard(ROLE_MANAGER, "LOG_LINE", "table inet gatehouse was removed") &&
	       stage_is("nft list table inet gatehouse >/dev/null 2>&1");
}

static void nft_changed(void)
{
	stage_forget();
	stage_sh("nft flush table inet gatehouse");
}

static bool nft_unchanged(void)
{
	return stage_heard(ROLE_MANAGER, "LOG_LINE", "table inet gatehouse was changed");
}

static void route_removed(void)
{
	stage_forget();
	stage_sh("ip route del default");
}

static bool route_back(void)
{
	return stage_heard(ROLE_MANAGER, "LOG_LINE", "route 0.0.0.0/0") &&
	       stage_is("ip route | grep -q '^default'");
}

static void tun_down(void)
{
	stage_forget();
	stage_sh("ip link set gatehouse0 down");
}

static bool tun_up(void)
{
	return stage_heard(ROLE_MANAGER, "LOG_LINE", "gatehouse0 was taken down") &&
	       stage_tun_is_there();
}

static void tun_deleted(void)
{
	stage_forget();
	stage_sh("ip link del gatehouse0");
}

static bool tun_back(void)
{
	return stage_heard(ROLE_MANAGER, "LOG_LINE", "gatehouse0 was removed") &&
	       stage_tun_is_there();
}

static void card_removed(void)
{
	stage_forget();
	stage_sh("ip link del outside");
}

static bool card_missing(void)
{
	return stage_heard(ROLE_MANAGER, "LINK_STATE", "mac=\"02:00:00:00:00:01\"") &&
	       stage_heard(ROLE_ENGINE, "LINK_STATE", "device=\"outside\"");
}

static void card_unmapped(void)
{
	stage_forget();
	stage_ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_MAPPING,
				    .keep_mapping = {.id = ++stage_last_id,
					.op = CFG_DELETE,
					.hardware = "GigabitEthernet0/1",
					.mac = "",
					.device = ""}});
}

static bool unmapped(void)
{
	return stage_answered(ROLE_MANAGER, 0) &&
	       !stage_heard(ROLE_MANAGER, "LINK_STATE", "mac=\"02:00:00:00:00:01\"");
}

static void card_mapped(void)
{
	stage_ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_MAPPING,
				    .keep_mapping = {.id = ++stage_last_id,
					.op = CFG_SET,
					.hardware = "GigabitEthernet0/5",
					.mac = "02:00:00:00:00:05",
					.device = ""}});
}

static bool mapped(void)
{
	return stage_answered(ROLE_MANAGER, 0) &&
	       stage_heard(ROLE_MANAGER, "LINK_STATE", "hardware=\"GigabitEthernet0/5\"");
}

/* ---- tests ------------------------------------------------------------------------- */

START_TEST(others_changes)
{
	static const struct step script[] = {
	    BEGIN,
	    {"our table is removed", nft_flushed, nft_back},
	    {"our table is changed", nft_changed, nft_unchanged},
	    {"a route is removed", route_removed, route_back},
	    {"the clients' device is taken down", tun_down, tun_up},
	    {"the clients' device is deleted", tun_deleted, tun_back},
	    END,
	};

	ck_assert_int_eq(stage_serve(script), KEEPER_STOPPED);
}
END_TEST

START_TEST(cards)
{
	static const struct step script[] = {
	    BEGIN,
	    {"a card is removed", card_removed, card_missing},
	    {"its number is given up", card_unmapped, unmapped},
	    {"a number for a card to come", card_mapped, mapped},
	    END,
	};

	ck_assert_int_eq(stage_serve(script), KEEPER_STOPPED);
}
END_TEST

/* Clients' routes go with the engine. */
START_TEST(engine_dies)
{
	static const struct step script[] = {
	    BEGIN,
	    {"a client's route", stage_client, stage_has_client},
	    {"the engine dies", engine_died, stage_has_no_client},
	    END,
	};

	ck_assert_int_eq(stage_serve(script), KEEPER_STOPPED);
}
END_TEST

static void dies_early(void)
{
	stage_roles.cfg.ops->died(stage_roles.cfg.arg, ROLE_AAA);
	stage_roles.cfg.ops->died(stage_roles.cfg.arg, ROLE_AAA);
	ck_assert(!stage_roles.stopping);
	stage_roles.cfg.ops->died(stage_roles.cfg.arg, ROLE_AAA);
}

static void dies_later(void)
{
	for (int i = 0; i < 5; i++)
		stage_roles.cfg.ops->died(stage_roles.cfg.arg, ROLE_AAA);
	ck_assert(!stage_roles.stopping);
}

/* A start in which roles die again and again has failed; a role that dies later is started again.
 */
START_TEST(roles_die)
{
	static const struct step early[] = {
	    {"roles die", dies_early, stage_always},
	    {NULL, NULL, NULL},
	};
	static const struct step later[] = {
	    BEGIN,
	    {"roles die", dies_later, stage_always},
	    END,
	};

	ck_assert_int_eq(stage_serve(early), KEEPER_FAILED);
	ck_assert_int_eq(stage_serve(later), KEEPER_STOPPED);
}
END_TEST

START_TEST(restarts)
{
	static const struct step script[] = {
	    {"all roles serve", stage_all_ready, stage_is_ready},
	    {"a new start", restart, stage_always},
	    {NULL, NULL, NULL},
	};

	ck_assert_int_eq(stage_serve(script), KEEPER_RESTART);
	ck_assert(stage_heard(ROLE_KEEPER, "reload", ""));
}
END_TEST

static void terminate(void)
{
	kill(getpid(), SIGTERM);
}

static bool terminated(void)
{
	return stage_roles.stopping;
}

START_TEST(terminates)
{
	static const struct step script[] = {
	    {"all roles serve", stage_all_ready, stage_is_ready},
	    {"SIGTERM", terminate, terminated},
	    {NULL, NULL, NULL},
	};

	ck_assert_int_eq(stage_serve(script), KEEPER_STOPPED);
	ck_assert(stage_heard(ROLE_KEEPER, "Administrator Shutdown", ""));
}
END_TEST

START_TEST(cannot_start)
{
	struct keeper_options opt = {.state = stage_dir,
	    .socket = stage_path,
	    .exe = "/proc/self/exe",
	    .ready = stage_on_ready};

	stage_start_fails = true;
	ck_assert_int_eq(keeper_run(&opt), KEEPER_FAILED);
	ck_assert(!stage_ready);
	ck_assert(!stage_is("ip link show gatehouse0 2>/dev/null | grep -q gatehouse0"));
	opt.socket = "/proc/no/such/place";
	ck_assert_int_eq(keeper_run(&opt), KEEPER_FAILED);
}
END_TEST

/* A second keeper of the same state directory does not start, and harms the first one in nothing.
 */
static void second_keeper(void)
{
	struct keeper_options opt = {.state = stage_dir,
	    .socket = stage_path,
	    .exe = "/proc/self/exe",
	    .ready = stage_on_ready};
	const struct step *was = stage_step;

	ck_assert_int_eq(keeper_run(&opt), KEEPER_FAILED);
	stage_step = was;
}

START_TEST(only_one)
{
	static const struct step script[] = {
	    BEGIN,
	    {"a second keeper", second_keeper, stage_tun_is_there},
	    {"the socket stays", stage_nothing, stage_always},
	    END,
	};

	ck_assert_int_eq(stage_serve(script), KEEPER_STOPPED);
}
END_TEST

/* What a killed keeper left goes without a role being started. */
START_TEST(puts_back)
{
	struct keeper_options opt = {.state = stage_dir,
	    .socket = stage_path,
	    .exe = "/proc/self/exe",
	    .put_back = true,
	    .ready = stage_on_ready};

	stage_sh("ip link set outside up; ip addr add 172.16.1.2/24 dev outside");
	stage_sh("ip route add default via 172.16.1.1 proto 71; nft add table inet gatehouse");
	stage_start_fails = true; /* no role is started */
	ck_assert_int_eq(keeper_run(&opt), KEEPER_STOPPED);
	ck_assert(!stage_is("ip route | grep -q default"));
	ck_assert(stage_is("ip addr show outside | grep -q 172.16.1.2")); /* which is the host's */
	ck_assert(!stage_is("nft list table inet gatehouse >/dev/null 2>&1"));
	ck_assert(!stage_ready);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_serve_life");
	TCase *t = tcase_create("keeper");
	SRunner *r;
	int failed;

	if (geteuid() != 0)
		return EXIT_SUCCESS;
	tcase_add_checked_fixture(t, stage_setup, stage_teardown);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, others_changes);
	tcase_add_test(t, cards);
	tcase_add_test(t, engine_dies);
	tcase_add_test(t, roles_die);
	tcase_add_test(t, restarts);
	tcase_add_test(t, terminates);
	tcase_add_test(t, cannot_start);
	tcase_add_test(t, only_one);
	tcase_add_test(t, puts_back);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
