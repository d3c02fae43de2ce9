/*
 * The whole keeper, from its start to its end, in a network namespace of its
 * own. Only its roles are played here (this file stands for supervisor.c): what
 * they ask and what they are told, step by step, each step waiting for what it
 * expects. /
 */
#include "engine/firewall/nat.h"
#include "engine/keeper/keeper.h"

#include <check.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/journal.h"
#include "engine/keeper/supervisor.h"

#define PATIENCE 1000 /* looks of a step, one every ten milliseconds */

/* ---- the roles ------------------------------------------------------------------- */

struct supervisor {
	uv_timer_t tick;
	struct supervisor_config cfg;
	bool stopping;
};

struct step {
	const char *what;
	void (*act)(void);
	bool (*seen)(void);
};

static struct supervisor roles;
static const struct step *step;
static bool acted;
static unsigned looks;
static char *told[ROLE_COUNT]; /* what each was told, a message a line */
static bool ready, start_fails;
static uint32_t last_id;
static int last_fd;

static void say(enum role to, const char *line)
{
	char *all;

	ck_assert_int_gt(asprintf(&all, "%s%s\n", told[to] ? told[to] : "", line), 0);
	free(told[to]);
	told[to] = all;
}

static void forget(void)
{
	for (int r = 0; r < ROLE_COUNT; r++) {
		free(told[r]);
		told[r] = NULL;
	}
}

/* Was that role told a message in which all of these words stand, one behind the other? */
static bool heard(enum role who, const char *first, const char *second)
{
	char *all = strdup(told[who] ? told[who] : ""), *rest = all, *line;
	bool found = false;

	ck_assert_ptr_nonnull(all);
	while (!found && (line = strsep(&rest, "\n"))) {
		const char *at = strstr(line, first);

		found = at && strstr(at, second);
	}
	free(all);
	return found;
}

static void on_tick(uv_timer_t *t)
{
	(void)t;
	if (!step->what)
		return;
	if (!acted) {
		acted = true;
		looks = 0;
		step->act();
	}
	if (step->seen()) {
		step++;
		acted = false;
	} else if (++looks > PATIENCE) {
		ck_abort_msg("%s: never seen\nmanager: %s\nengine: %s", step->what,
		    told[ROLE_MANAGER] ? told[ROLE_MANAGER] : "",
		    told[ROLE_ENGINE] ? told[ROLE_ENGINE] : "");
	}
}

struct supervisor *supervisor_start(uv_loop_t *loop, const struct supervisor_config *cfg)
{
	if (start_fails)
		return NULL;
	roles.cfg = *cfg;
	uv_timer_init(loop, &roles.tick);
	uv_timer_start(&roles.tick, on_tick, 1, 10);
	for (enum role r = ROLE_MANAGER; r < ROLE_COUNT; r++)
		cfg->ops->started(cfg->arg, r);
	return &roles;
}

bool supervisor_send(struct supervisor *s, enum role to, const struct ipc_msg *m)
{
	char line[1024];

	ck_assert_ptr_eq(s, &roles);
	ipc_print(m, line, sizeof line);
	say(to, line);
	if (m->fd >= 0)
		last_fd = m->fd;
	return true;
}

void supervisor_flush(struct supervisor *s)
{
	ck_assert_ptr_eq(s, &roles);
}

int supervisor_pid(const struct supervisor *s, enum role role)
{
	(void)s;
	(void)role;
	return 0;
}

void supervisor_stop(struct supervisor *s, const char *why)
{
	say(ROLE_KEEPER, why);
	s->stopping = true;
	s->cfg.ops->stopped(s->cfg.arg);
}

void supervisor_free(struct supervisor *s)
{
	uv_close((uv_handle_t *)&s->tick, NULL);
}

/* A role asks; the request's number is a new one. */
static void ask(enum role from, struct ipc_msg m)
{
	m.fd = -1;
	roles.cfg.ops->message(roles.cfg.arg, from, &m);
}

/* The last request was answered with that errno (0: done). */
static bool answered(enum role who, int error)
{
	char want[64];

	snprintf(want, sizeof want, "id=%u error=%d", last_id, error);
	return heard(who, "KEEP_REPLY", want);
}

/* ---- the machine ------------------------------------------------------------------ */

static char dir[64], path[128];

static void sh(const char *command)
{
	ck_assert_msg(system(command) == 0, "%s", command);
}

static bool is(const char *command)
{
	return system(command) == 0;
}

static struct addr a(const char *text)
{
	struct addr r = {0};

	ck_assert(addr_parse(text, &r));
	return r;
}

static void on_ready(void *arg)
{
	(void)arg;
	ready = true;
}

static enum keeper_end serve(const struct step *script)
{
	struct keeper_options opt = {.state = dir, .socket = path, .exe = "/proc/self/exe",
	    .ready = on_ready};
	enum keeper_end end;

	step = script;
	acted = false;
	roles = (struct supervisor){0};
	ready = false;
	end = keeper_run(&opt);
	ck_assert_msg(!step->what || (roles.stopping && !step[1].what), "the keeper ended at: %s",
	    step->what);
	return end;
}

static void setup(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	snprintf(dir, sizeof dir, "/tmp/keeper-serve.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/socket", dir);
	sh("ip link set lo up");
	sh("ip link add outside address 02:00:00:00:00:01 type veth peer name far");
	sh("ip link set far up");
	last_id = 0;
	last_fd = -1;
	start_fails = false;
}

static void teardown(void)
{
	char command[128];

	forget();
	snprintf(command, sizeof command, "rm -rf %s", dir);
	sh(command);
}

/* ---- steps ------------------------------------------------------------------------- */

static void nothing(void)
{
}

static bool always(void)
{
	return true;
}

static void stop(void)
{
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_STOP,
	    .keep_stop = {.why = "the test is over"}});
}

static void restart(void)
{
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_STOP,
	    .keep_stop = {.why = "reload", .restart = 1}});
}

static void all_ready(void)
{
	roles.cfg.ops->ready(roles.cfg.arg);
}

static bool is_ready(void)
{
	return ready && is("nft list table inet gatehouse >/dev/null");
}

static bool tun_is_there(void)
{
	return is("ip link show gatehouse0 | grep -q '<.*UP.*mtu 1500'");
}

static bool links_told(void)
{
	return heard(ROLE_MANAGER, "LINK_STATE", "device=\"outside\"") &&
	    heard(ROLE_ENGINE, "LINK_STATE", "device=\"outside\"") && !told[ROLE_AAA] &&
	    !heard(ROLE_MANAGER, "LINK_STATE", "device=\"gatehouse0\"");
}

static void address(void)
{
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_INTERFACE,
	    .keep_interface = {.id = ++last_id, .op = CFG_SET, .device = "outside",
	        .address = a("172.16.1.2"), .mask = a("255.255.255.0"), .up = KEEP_LINK_UP}});
}

static bool has_address(void)
{
	return answered(ROLE_MANAGER, 0) && heard(ROLE_MANAGER, "LINK_STATE", "172.16.1.2/24") &&
	    is("ip addr show outside | grep -q 'inet 172.16.1.2/24'");
}

/* News are of what changed, and of nothing else. */
static void second_address(void)
{
	forget();
	sh("ip address add 10.66.0.1/24 dev far");
}

static bool only_far_told(void)
{
	return heard(ROLE_MANAGER, "LINK_STATE", "10.66.0.1/24") &&
	    heard(ROLE_ENGINE, "LINK_STATE", "10.66.0.1/24") &&
	    !heard(ROLE_MANAGER, "LINK_STATE", "device=\"outside\"") &&
	    !heard(ROLE_ENGINE, "LINK_STATE", "device=\"outside\"");
}

static void no_device(void)
{
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_INTERFACE,
	    .keep_interface = {.id = ++last_id, .op = CFG_SET, .device = "GigabitEthernet0/63",
	        .address = a("172.16.1.2"), .mask = a("255.255.255.0"), .up = KEEP_LINK_UP}});
}

static bool is_enodev(void)
{
	return answered(ROLE_MANAGER, ENODEV);
}

static void route(void)
{
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_ROUTE,
	    .keep_route = {.id = ++last_id, .op = CFG_SET, .device = "outside",
	        .dest = a("0.0.0.0"), .mask = a("0.0.0.0"), .gateway = a("172.16.1.1"),
	        .metric = 1}});
}

static bool has_route(void)
{
	return answered(ROLE_MANAGER, 0) &&
	    is("ip route | grep -q 'default via 172.16.1.1 dev outside proto 71 metric 1'");
}

static void forwarding(void)
{
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_FORWARDING,
	    .keep_forwarding = {.id = ++last_id, .op = CFG_SET, .device = "outside"}});
}

static bool forwards(void)
{
	return answered(ROLE_MANAGER, 0) &&
	    is("test $(cat /proc/sys/net/ipv4/conf/outside/forwarding) = 1");
}

static void no_forwarding(void)
{
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_FORWARDING,
	    .keep_forwarding = {.id = ++last_id, .op = CFG_DELETE, .device = "outside"}});
}

static bool forwards_not(void)
{
	return answered(ROLE_MANAGER, 0) &&
	    is("test $(cat /proc/sys/net/ipv4/conf/outside/forwarding) = 0");
}

static void client(void)
{
	ask(ROLE_ENGINE, (struct ipc_msg){.type = MSG_KEEP_CLIENT_ROUTE,
	    .keep_client_route = {.id = ++last_id, .op = CFG_SET, .client = a("192.168.1.5")}});
}

static bool has_client(void)
{
	return answered(ROLE_ENGINE, 0) && is("ip route | grep -q '192.168.1.5 dev gatehouse0'");
}

static bool has_no_client(void)
{
	return !is("ip route | grep -q '192.168.1.5 dev gatehouse0'");
}

static void not_its_own(void)
{
	ask(ROLE_AAA, (struct ipc_msg){.type = MSG_KEEP_CLIENT_ROUTE,
	    .keep_client_route = {.id = ++last_id, .op = CFG_SET, .client = a("192.168.1.6")}});
}

static bool is_eperm(void)
{
	return answered(ROLE_AAA, EPERM) && !is("ip route | grep -q 192.168.1.6");
}

static void engine_died(void)
{
	roles.cfg.ops->died(roles.cfg.arg, ROLE_ENGINE);
}

static void flush_config_as_engine(void)
{
	ask(ROLE_ENGINE, (struct ipc_msg){.type = MSG_KEEP_FLUSH,
	    .keep_flush = {.id = ++last_id, .what = "config"}});
}

static bool engine_eperm(void)
{
	return answered(ROLE_ENGINE, EPERM) && is("ip route | grep -q '^default'");
}

static void flush_clients(void)
{
	ask(ROLE_ENGINE, (struct ipc_msg){.type = MSG_KEEP_FLUSH,
	    .keep_flush = {.id = ++last_id, .what = "clients"}});
}

static bool clients_flushed(void)
{
	return answered(ROLE_ENGINE, 0) && has_no_client();
}

static void nat(void)
{
	for (int i = 1; i <= 2; i++)
		ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_NAT,
		    .keep_nat = {.id = ++last_id, .op = CFG_SET, .order = (uint32_t)i,
		        .kind = NAT_DYNAMIC, .to = NAT_TO_INTERFACE, .real_if = "",
		        .mapped_if = "outside",
		        .real = {i == 1 ? 0x0a010000 : 0x0a020000,
			    i == 1 ? 0x0a01ffff : 0x0a02ffff},
		        .dest_mapped = {0, UINT32_MAX}, .dest_real = {0, UINT32_MAX}}});
	ck_assert(!answered(ROLE_MANAGER, 0)); /* both together, before the loop sleeps */
}

static bool has_nat(void)
{
	return heard(ROLE_MANAGER, "KEEP_REPLY", "error=0") && answered(ROLE_MANAGER, 0) &&
	    is("nft list table inet gatehouse | grep -q 10.1.0.0/16") &&
	    is("nft list table inet gatehouse | grep -q 10.2.0.0/16");
}

static void begin_and_end(void)
{
	forget();
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_FLUSH,
	    .keep_flush = {.id = ++last_id, .what = "begin"}});
	address();
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_FLUSH,
	    .keep_flush = {.id = ++last_id, .what = "end"}});
}

static bool only_the_address(void)
{
	return answered(ROLE_MANAGER, 0) &&
	       is("ip addr show outside | grep -q 'inet 172.16.1.2/24'") &&
	       !is("ip route | grep -q default") &&
	       !is("nft list table inet gatehouse | grep -q 10.1.0.0/16");
}

static void descriptor(void)
{
	ask(ROLE_ENGINE, (struct ipc_msg){.type = MSG_KEEP_OPEN,
	    .keep_open = {.id = ++last_id, .what = "udp4500"}});
}

static bool has_descriptor(void)
{
	return answered(ROLE_ENGINE, 0) && last_fd >= 0;
}

static void query(const char *what)
{
	forget();
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_QUERY,
	    .query = {.id = ++last_id, .what = what, .filter = "", .value = ""}});
}

static void query_routes(void)
{
	query("routes");
}

static bool routes_shown(void)
{
	return heard(ROLE_MANAGER, "REC_ROUTE", "device=\"outside\" dest=0.0.0.0") &&
	    heard(ROLE_MANAGER, "REC_ROUTE", "dest=172.16.1.0") &&
	    heard(ROLE_MANAGER, "QUERY_END", "cursor=0");
}

static void many_routes(void)
{
	char command[256];

	snprintf(command, sizeof command,
	    "for i in $(seq 250); do echo route add 10.9.$i.0/24 dev outside; done | ip -batch -");
	sh(command);
	query("routes");
}

static bool first_page(void)
{
	return heard(ROLE_MANAGER, "QUERY_END", "cursor=200 records=200");
}

static void second_page(void)
{
	forget();
	ask(ROLE_MANAGER,
	    (struct ipc_msg){.type = MSG_QUERY,
		.query = {
		    .id = ++last_id, .what = "routes", .filter = "", .value = "", .cursor = 200}});
}

static bool last_page(void)
{
	return heard(ROLE_MANAGER, "QUERY_END", "cursor=0 records=") &&
	    heard(ROLE_MANAGER, "REC_ROUTE", "dest=172.16.1.0");
}

static void host_drops(void)
{
	forget();
	sh("nft add table inet fw && nft 'add chain inet fw through { type filter hook forward "
	   "priority 0; policy drop; }'");
}

static bool host_drop_told(void)
{
	return heard(
	    ROLE_MANAGER, "LOG_LINE", "chain inet fw through of this host drops forwarded");
}

static void query_chains(void)
{
	query("host-chains");
}

static bool chain_shown(void)
{
	return heard(ROLE_MANAGER, "REC_HOST_CHAIN",
		   "family=\"inet\" table=\"fw\" chain=\"through\"") &&
	       heard(ROLE_MANAGER, "QUERY_END", "cursor=0 records=1");
}

static void host_drops_no_more(void)
{
	sh("nft delete table inet fw");
}

static bool host_drop_gone(void)
{
	return heard(ROLE_MANAGER, "LOG_LINE", "fw through of this host drops no more");
}

static void nft_flushed(void)
{
	forget();
	sh("nft delete table inet gatehouse");
}

static bool nft_back(void)
{
	return heard(ROLE_MANAGER, "LOG_LINE", "table inet gatehouse was removed") &&
	    is("nft list table inet gatehouse >/dev/null 2>&1");
}

static void nft_changed(void)
{
	forget();
	sh("nft flush table inet gatehouse");
}

static bool nft_unchanged(void)
{
	return heard(ROLE_MANAGER, "LOG_LINE", "table inet gatehouse was changed");
}

static void route_removed(void)
{
	forget();
	sh("ip route del default");
}

static bool route_back(void)
{
	return heard(ROLE_MANAGER, "LOG_LINE", "route 0.0.0.0/0") &&
	       is("ip route | grep -q '^default'");
}

static void tun_down(void)
{
	forget();
	sh("ip link set gatehouse0 down");
}

static bool tun_up(void)
{
	return heard(ROLE_MANAGER, "LOG_LINE", "gatehouse0 was taken down") && tun_is_there();
}

static void tun_deleted(void)
{
	forget();
	sh("ip link del gatehouse0");
}

static bool tun_back(void)
{
	return heard(ROLE_MANAGER, "LOG_LINE", "gatehouse0 was removed") && tun_is_there();
}

static void card_removed(void)
{
	forget();
	sh("ip link del outside");
}

static bool card_missing(void)
{
	return heard(ROLE_MANAGER, "LINK_STATE", "mac=\"02:00:00:00:00:01\"") &&
	    heard(ROLE_ENGINE, "LINK_STATE", "device=\"outside\"");
}

static void card_unmapped(void)
{
	forget();
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_MAPPING,
	    .keep_mapping = {.id = ++last_id, .op = CFG_DELETE, .hardware = "GigabitEthernet0/1",
	        .mac = "", .device = ""}});
}

static bool unmapped(void)
{
	return answered(ROLE_MANAGER, 0) &&
	       !heard(ROLE_MANAGER, "LINK_STATE", "mac=\"02:00:00:00:00:01\"");
}

/* Nobody has given leave to set the host's clock. */
static void clock_set(void)
{
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_CLOCK,
	    .keep_clock = {.id = ++last_id, .when = (uint64_t)time(NULL)}});
}

static bool clock_refused(void)
{
	return answered(ROLE_MANAGER, EACCES);
}

static void card_mapped(void)
{
	ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_MAPPING,
	    .keep_mapping = {.id = ++last_id, .op = CFG_SET, .hardware = "GigabitEthernet0/5",
	        .mac = "02:00:00:00:00:05", .device = ""}});
}

static bool mapped(void)
{
	return answered(ROLE_MANAGER, 0) &&
	    heard(ROLE_MANAGER, "LINK_STATE", "hardware=\"GigabitEthernet0/5\"");
}

#define BEGIN                                                                                      \
	{"the clients' device", nothing, tun_is_there},                                            \
	    {"the links are told", nothing, links_told}, {"all roles serve", all_ready, is_ready}, \
	    {"an address", address, has_address},                                                  \
	{                                                                                          \
		"a route", route, has_route                                                        \
	}
#define END {"the end", stop, always}, {NULL, NULL, NULL}

/* ---- tests ------------------------------------------------------------------------- */

START_TEST(requests)
{
	static const struct step script[] = {
	    BEGIN,
	    {"an address of another card", second_address, only_far_told},
	    {"a card that is not there", no_device, is_enodev},
	    {"forwarding", forwarding, forwards},
	    {"no forwarding", no_forwarding, forwards_not},
	    {"a client's route", client, has_client},
	    {"what another role may ask", not_its_own, is_eperm},
	    {"the engine may not flush what is the manager's", flush_config_as_engine,
		engine_eperm},
	    {"the clients' routes go", flush_clients, clients_flushed},
	    {"NAT", nat, has_nat},
	    {"a descriptor", descriptor, has_descriptor},
	    {"the host's clock", clock_set, clock_refused},
	    {"the configuration anew", begin_and_end, only_the_address},
	    END,
	};

	ck_assert_int_eq(serve(script), KEEPER_STOPPED);
	ck_assert(heard(ROLE_KEEPER, "the test is over", ""));
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert(!is("ip link show gatehouse0 2>/dev/null | grep -q gatehouse0"));
	ck_assert(!is("nft list table inet gatehouse >/dev/null 2>&1"));
	ck_assert(!is("ip addr show outside | grep -q 172.16.1.2"));
}
END_TEST

START_TEST(queries)
{
	static const struct step script[] = {
		BEGIN,
		{"routes", query_routes, routes_shown},
		{"many routes", many_routes, first_page},
		{"their second page", second_page, last_page},
		{"a chain of the host that drops", host_drops, host_drop_told},
		{"the host's chains", query_chains, chain_shown},
		{"it drops no more", host_drops_no_more, host_drop_gone},
		END,
	};

	ck_assert_int_eq(serve(script), KEEPER_STOPPED);
}
END_TEST

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

	ck_assert_int_eq(serve(script), KEEPER_STOPPED);
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

	ck_assert_int_eq(serve(script), KEEPER_STOPPED);
}
END_TEST

/* Clients' routes go with the engine. */
START_TEST(engine_dies)
{
	static const struct step script[] = {
		BEGIN,
		{"a client's route", client, has_client},
		{"the engine dies", engine_died, has_no_client},
		END,
	};

	ck_assert_int_eq(serve(script), KEEPER_STOPPED);
}
END_TEST

static void dies_early(void)
{
	roles.cfg.ops->died(roles.cfg.arg, ROLE_AAA);
	roles.cfg.ops->died(roles.cfg.arg, ROLE_AAA);
	ck_assert(!roles.stopping);
	roles.cfg.ops->died(roles.cfg.arg, ROLE_AAA);
}

static void dies_later(void)
{
	for (int i = 0; i < 5; i++)
		roles.cfg.ops->died(roles.cfg.arg, ROLE_AAA);
	ck_assert(!roles.stopping);
}

/* A start in which roles die again and again has failed; a role that dies later is started again.
 */
START_TEST(roles_die)
{
	static const struct step early[] = {
		{"roles die", dies_early, always},
		{NULL, NULL, NULL},
	};
	static const struct step later[] = {
		BEGIN,
		{"roles die", dies_later, always},
		END,
	};

	ck_assert_int_eq(serve(early), KEEPER_FAILED);
	ck_assert_int_eq(serve(later), KEEPER_STOPPED);
}
END_TEST

START_TEST(restarts)
{
	static const struct step script[] = {
		{"all roles serve", all_ready, is_ready},
		{"a new start", restart, always},
		{NULL, NULL, NULL},
	};

	ck_assert_int_eq(serve(script), KEEPER_RESTART);
	ck_assert(heard(ROLE_KEEPER, "reload", ""));
}
END_TEST

static void terminate(void)
{
	kill(getpid(), SIGTERM);
}

static bool terminated(void)
{
	return roles.stopping;
}

START_TEST(terminates)
{
	static const struct step script[] = {
		{"all roles serve", all_ready, is_ready},
		{"SIGTERM", terminate, terminated},
		{NULL, NULL, NULL},
	};

	ck_assert_int_eq(serve(script), KEEPER_STOPPED);
	ck_assert(heard(ROLE_KEEPER, "Administrator Shutdown", ""));
}
END_TEST

START_TEST(cannot_start)
{
	struct keeper_options opt = {.state = dir, .socket = path, .exe = "/proc/self/exe",
	    .ready = on_ready};

	start_fails = true;
	ck_assert_int_eq(keeper_run(&opt), KEEPER_FAILED);
	ck_assert(!ready);
	ck_assert(!is("ip link show gatehouse0 2>/dev/null | grep -q gatehouse0"));
	opt.socket = "/proc/no/such/place";
	ck_assert_int_eq(keeper_run(&opt), KEEPER_FAILED);
}
END_TEST

/* A second keeper of the same state directory does not start, and harms the first one in nothing.
 */
static void second_keeper(void)
{
	struct keeper_options opt = {.state = dir, .socket = path, .exe = "/proc/self/exe",
	    .ready = on_ready};
	const struct step *was = step;

	ck_assert_int_eq(keeper_run(&opt), KEEPER_FAILED);
	step = was;
}

START_TEST(only_one)
{
	static const struct step script[] = {
		BEGIN,
		{"a second keeper", second_keeper, tun_is_there},
		{"the socket stays", nothing, always},
		END,
	};

	ck_assert_int_eq(serve(script), KEEPER_STOPPED);
}
END_TEST

/* What a killed keeper left goes without a role being started. */
START_TEST(puts_back)
{
	struct keeper_options opt = {.state = dir, .socket = path, .exe = "/proc/self/exe",
	    .put_back = true, .ready = on_ready};

	sh("ip link set outside up; ip addr add 172.16.1.2/24 dev outside");
	sh("ip route add default via 172.16.1.1 proto 71; nft add table inet gatehouse");
	start_fails = true; /* no role is started */
	ck_assert_int_eq(keeper_run(&opt), KEEPER_STOPPED);
	ck_assert(!is("ip route | grep -q default"));
	ck_assert(is("ip addr show outside | grep -q 172.16.1.2")); /* which is the host's */
	ck_assert(!is("nft list table inet gatehouse >/dev/null 2>&1"));
	ck_assert(!ready);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_serve");
	TCase *t = tcase_create("keeper");
	SRunner *r;
	int failed;

	if (geteuid() != 0)
		return EXIT_SUCCESS;
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, requests);
	tcase_add_test(t, queries);
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
