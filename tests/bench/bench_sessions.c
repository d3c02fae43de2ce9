/*
 * What one session costs the engine, in a simulated world with real protocol
 * code on both ends: CPU of the gateway's side from the first IKE message to
 * the address, and the memory that lives as long as the session. Everybody's
 * traffic passes both ways, everybody renews his keys before anybody's old ones
 * go, and traffic passes again. Everything of the engine and of aaa is in it,
 * the kernel and the bus are not. `bench_sessions 50000` takes a few minutes.
 */
#include <check.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/log/settings.h"
#include "engine/session/objects.h"
#include "tests/support/world.h"

#define AT_A_TIME 50 /* clients that connect together */

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void configure(struct world *w)
{
	world_config(w, MSG_CFG_POOL, (struct ipc_msg){.cfg_pool = {CFG_SET, "Address-pool",
	    {0x0ac80001, 0x0ac8fffe}, addr_v4(0xffff0000)}});
	world_config(w, MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
	    .name = "L2TP-VPN", .protocols = PROTO_L2TP_IPSEC, .dns = {2, {"8.8.8.8", "4.4.4.2"}},
	    .dns_state = STATE_VALUE, .domain = "cisco.com", .domain_state = STATE_VALUE,
	    .split_policy = "", .split_list = "", .group_lock = "",
	    .intercept = ATTR_UNSET, .idle_timeout = ATTR_NONE, .session_timeout = ATTR_UNSET,
	    .logins = 100000}});
}

static size_t in_use(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

/* Everybody has a user of his own, nearly, and a computer: who is known under a name, or may be the
 * same one come anew, is looked through. */
#define CLIENTS_A_USER 50

static void connect_all(struct world *w, unsigned n)
{
	char (*name)[16] = calloc(n / CLIENTS_A_USER + 1, sizeof *name);
	char (*host)[16] = calloc(n, sizeof *host);

	ck_assert(name && host);
	for (unsigned i = 0; i < n; i++) {
		struct world_client *c = world_client(w, true);

		c->user = name[i / CLIENTS_A_USER];
		c->host = host[i];
		snprintf(host[i], sizeof *host, "DESKTOP-%u", i);
		if (i % CLIENTS_A_USER == 0) {
			snprintf(name[i / CLIENTS_A_USER], sizeof *name, "user%u", i);
			world_user(w, c->user);
		}
		client_connect(c);
		if (i % AT_A_TIME == AT_A_TIME - 1 || i == n - 1)
			sim_run(&w->sim, 3 * SEC);
	}
	for (unsigned i = 0; i < n; i++) { /* they are said no more */
		w->client[i].user = "";
		w->client[i].host = NULL;
	}
	free(name);
	free(host);
}

static unsigned up(const struct world *w, unsigned n)
{
	unsigned all = 0;

	for (unsigned i = 0; i < n; i++)
		all += w->client[i].stage == CLIENT_UP;
	return all;
}

/* A packet of everybody's to the inside, and one to everybody: who had both. */
static void traffic(struct world *w, unsigned n, const char *when)
{
	uint64_t before = w->to_tun;
	unsigned got = 0;
	double spent;

	spent = w->server_cpu;
	for (unsigned i = 0; i < n; i++) {
		client_send(&w->client[i], WORLD_INSIDE);
		w->client[i].received = 0;
	}
	sim_run(&w->sim, SEC);
	spent = w->server_cpu - spent;
	for (unsigned i = 0; i < n; i++)
		world_inside_send(w, addr_to_v4(&w->client[i].ip.client));
	sim_run(&w->sim, SEC);
	for (unsigned i = 0; i < n; i++)
		got += w->client[i].received == 1;
	printf("%-44s %u up, packets of %u came in, %u had one (%.1f us of CPU a packet)\n", when,
	    up(w, n), (unsigned)(w->to_tun - before), got, spent / n);
}

/* Nobody's old pair goes before all new ones are there: there are two for each session. */
static void renew_all(struct world *w, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		client_rekey(&w->client[i]);
		if (i % AT_A_TIME == AT_A_TIME - 1 || i == n - 1)
			sim_run(&w->sim, 10 * MSEC);
	}
}

static void bench(unsigned n)
{
	struct world *w = world_create(1);
	size_t with, without, routes;
	double spent;

	configure(w);
	w->cpu_now = cpu_now;
	connect_all(w, n);
	spent = w->server_cpu;
	printf("%-44s %u of %u\n", "sessions up", up(w, n), n);
	printf("%-44s %.0f us (aim 1,000; SoftEther 9,000)\n", "CPU of the engine per connection",
	    spent / n);
	sim_run(&w->sim, 60 * SEC); /* what is kept for repetitions goes */
	printf("%-44s %.0f us\n", "CPU of the engine per session and minute",
	    (w->server_cpu - spent) / n);
	traffic(w, n, "traffic of all");
	spent = w->server_cpu;
	renew_all(w, n);
	printf("%-44s %.0f us, %zu pairs are there\n", "CPU of the engine per renewal of keys",
	    (w->server_cpu - spent) / n, w->gw->pairs.used);
	traffic(w, n, "traffic of all, by new keys");
	routes = w->routes;
	for (unsigned i = 0; i < n; i++)
		client_forget(&w->client[i]);
	with = in_use();
	gateway_shutdown(w->gw, REASON_ADMIN_SHUTDOWN);
	dp_poll(w->dp);
	sim_run(&w->sim, 300 * SEC);
	dp_poll(w->dp);
	without = in_use();
	printf("%-44s %zu\n", "host routes while they are up", routes);
	printf("%-44s %zu bytes (aim 8,192 over all roles; SoftEther 110,000 to 320,000)\n",
	    "memory of the engine per session", (with - without) / n);
	world_destroy(w);
}

/* What `n` connections cost when each message of the log up to `severity` is heard (-1: none). */
static double cost_logged(unsigned n, int severity)
{
	struct world *w = world_create(1);
	double spent;

	configure(w);
	for (enum log_id id = 0; id < LOG_COUNT; id++)
		w->trace.log.wanted[id] = log_about(id)->severity <= severity;
	w->cpu_now = cpu_now;
	for (unsigned i = 0; i < n; i++) {
		client_connect(world_client(w, true));
		if (i % AT_A_TIME == AT_A_TIME - 1 || i == n - 1)
			sim_run(&w->sim, 3 * SEC);
	}
	spent = w->server_cpu;
	gateway_shutdown(w->gw, REASON_ADMIN_SHUTDOWN);
	world_destroy(w);
	return spent / n;
}

static void bench_log(unsigned n)
{
	double none = cost_logged(n, -1), events = cost_logged(n, LEVEL_INFORMATIONAL),
	       all = cost_logged(n, LEVEL_DEBUGGING);

	printf("%-44s %.2f (informational), %.2f (debugging) times as much as without\n",
	    "CPU of the engine per connection, logged", events / none, all / none);
}

/* The world asserts by Check, which works only in a test of its. */
static unsigned clients = 2000;

START_TEST(sessions)
{
	bench(clients < WORLD_CLIENTS ? clients : WORLD_CLIENTS);
}
END_TEST

START_TEST(sessions_in_the_log)
{
	bench_log(clients < 500 ? clients : 500);
}
END_TEST

int main(int argc, char **argv)
{
	Suite *s = suite_create("sessions");
	TCase *c = tcase_create("sessions");
	SRunner *r = srunner_create(s);
	int failed;

	if (argc > 1)
		clients = (unsigned)atoi(argv[1]);
	suite_add_tcase(s, c);
	tcase_add_test(c, sessions);
	tcase_add_test(c, sessions_in_the_log);
	srunner_set_fork_status(r, CK_NOFORK);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
