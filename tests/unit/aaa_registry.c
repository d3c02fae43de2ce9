/*
 * Servers of the configuration: opened, changed and closed without harm to others; order, names,
 * interfaces; the dead are told of; records and acts.
 */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/directory.h"
#include "engine/aaa/registry.h"
#include "engine/aaa/report.h"
#include "engine/aaa/servers.h"
#include "tests/support/aaa_net_sim.h"
#include "tests/support/env_sim.h"

static struct sim sim;
static struct netsim net;
static struct aaa_listener listener;
static struct aaa_world world;
static struct aaa_directory *directory;
static struct aaa_registry *registry;
static struct aaa_servers servers;
static struct aaa_group local = {.name = "LOCAL"}; /* of no server here */
static struct accounting accounting;
static char said[4096]; /* what the protocol, the log and the owner heard, a line each */
static char records[1024];

static void __attribute__((format(printf, 1, 2))) say(const char *fmt, ...)
{
	size_t n = strlen(said);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said + n, sizeof said - n, fmt, ap);
	va_end(ap);
}

static void expect(const char *text)
{
	ck_assert_str_eq(said, text);
	said[0] = 0;
}

/* ---- a protocol that says what it hears ------------------------------------------------------ */

static const char *place(const struct aaa_server *s)
{
	static char text[128];
	char ip[ADDR_TEXT_MAX];

	snprintf(text, sizeof text, "%s %s%%%s %u", s->config->host, addr_text(&s->address, ip),
	    s->device, s->config->timeout);
	return text;
}

static bool opened(const struct aaa_world *w, struct aaa_server *s)
{
	ck_assert_ptr_eq(w, &world);
	say("open %s\n", place(s));
	s->server = s;
	return true;
}

static void changed(struct aaa_server *s)
{
	ck_assert_ptr_eq(s->server, s);
	ck_assert(s->changing);
	say("changed %s\n", place(s));
}

static void closed(struct aaa_server *s)
{
	ck_assert_ptr_eq(s->server, s);
	ck_assert(!s->changing);
	say("close %s\n", place(s));
}

static const struct aaa_protocol protocol = {
    .word = "radius", .name = "RADIUS", .open = opened, .changed = changed, .close = closed};

static const struct aaa_protocol *find(const char *word)
{
	return strcmp(word, protocol.word) == 0 ? &protocol : NULL;
}

/* ---- the world --------------------------------------------------------------------------------
 */

static void hear(void *arg, enum role to, const struct ipc_msg *m)
{
	size_t n = strlen(records);

	(void)arg;
	ck_assert_int_eq(to, ROLE_MANAGER);
	if (m->type == MSG_LOG_LINE)
		say("log %u %s\n", m->log_line.number, m->log_line.text);
	else if (m->type == MSG_REC_AAA_SERVER)
		snprintf(records + n, sizeof records - n, "%s/%s %u %s %llu|",
		    m->rec_aaa_server.group_name, m->rec_aaa_server.host, m->rec_aaa_server.port,
		    m->rec_aaa_server.active ? "active" : "failed",
		    (unsigned long long)m->rec_aaa_server.accepts);
	else if (m->type == MSG_QUERY_END)
		snprintf(records + n, sizeof records - n, "%u", m->query_end.records);
	else if (m->type == MSG_ACT_DONE)
		snprintf(records + n, sizeof records - n, "done %u", m->act_done.count);
	else
		ck_abort_msg("message %s", ipc_name(m->type));
}

static void server_goes(void *arg, struct aaa_server *s)
{
	(void)arg;
	say("goes %s\n", s->config->host);
}

static void group_goes(void *arg, struct aaa_group *g)
{
	(void)arg;
	ck_assert_uint_eq(g->n, 0);
	say("group goes %s\n", g->name);
}

static void setup(void)
{
	static const struct aaa_registry_ops ops = {server_goes, group_goes};

	sim_init(&sim, 1, NULL, NULL);
	netsim_init(&net);
	listener = (struct aaa_listener){.send = hear};
	log_init(&listener.log, aaa_report_log, &listener);
	directory = aaa_directory_create();
	world = (struct aaa_world){
	    .env = &sim.env, .net = &net.net, .listener = &listener, .directory = directory};
	registry = aaa_registry_create(&world, find, &ops, NULL);
	accounting_init(&accounting, &world, NULL, NULL);
	servers = (struct aaa_servers){.registry = registry,
	    .local = &local,
	    .env = &sim.env,
	    .listener = &listener,
	    .accounting = &accounting};
	said[0] = records[0] = 0;
}

static void teardown(void)
{
	aaa_registry_destroy(registry);
	aaa_directory_destroy(directory);
	netsim_fini(&net);
	ck_assert_uint_eq(timer_next(&sim.env), UINT64_MAX);
	sim_fini(&sim);
}

static void group(uint8_t op, const char *name)
{
	struct ipc_msg m = {.type = MSG_CFG_AAA_GROUP,
	    .cfg_aaa_group = {.op = op,
		.name = name,
		.protocol = "radius",
		.max_failed = 1,
		.reactivation = "depletion",
		.deadtime = 10,
		.accounting_mode = "single"}};

	ck_assert(aaa_registry_message(registry, &m));
}

static void host(
    uint8_t op, const char *in, const char *name, const char *interface, uint32_t timeout)
{
	struct ipc_msg m = {.type = MSG_CFG_AAA_HOST,
	    .cfg_aaa_host = {.op = op,
		.group_name = in,
		.host = name,
		.interface = interface,
		.timeout = timeout,
		.auth_port = 1645}};

	ck_assert(aaa_registry_message(registry, &m));
}

static void inside(uint8_t op, const char *device)
{
	struct ipc_msg m = {.type = MSG_CFG_AAA_INTERFACE,
	    .cfg_aaa_interface = {.op = op,
		.hardware = "GigabitEthernet0/1",
		.device = device,
		.nameif = "inside",
		.address = addr_v4(0x0a010101)}};

	ck_assert(aaa_directory_message(directory, &m));
	aaa_registry_interfaces(registry);
}

static void ask(enum msg_type type, const char *in, const char *name, bool active)
{
	struct ipc_msg m = {.type = type, .fd = -1};

	if (type == MSG_QUERY)
		m.query = (struct msg_query){.what = "aaa-servers", .filter = "group", .value = in};
	else if (type == MSG_ACT_AAA_CLEAR)
		m.act_aaa_clear = (struct msg_act_aaa_clear){
		    .group_name = in, .host = name, .protocol = "radius"};
	else
		m.act_aaa_state = (struct msg_act_aaa_state){
		    .group_name = in, .host = name, .active = active};
	records[0] = 0;
	ck_assert(aaa_servers_message(&servers, &m));
}

/* ---- tests
 * --------------------------------------------------------------------------------------- */

START_TEST(opened_changed_closed)
{
	group(CFG_SET, "RAD");
	host(CFG_SET, "RAD", "10.1.1.21", "", 10);
	host(CFG_SET, "RAD", "10.1.1.22", "", 10);
	expect("open 10.1.1.21 10.1.1.21% 10\nopen 10.1.1.22 10.1.1.22% 10\n");
	host(CFG_SET, "RAD", "10.1.1.21", "", 20);
	expect("changed 10.1.1.21 10.1.1.21% 20\n");
	ck_assert_str_eq(aaa_registry_group(registry, 0)->server[0]->config->host, "10.1.1.21");
	group(CFG_SET, "RAD");
	expect("changed 10.1.1.21 10.1.1.21% 20\nchanged 10.1.1.22 10.1.1.22% 10\n");
	host(CFG_DELETE, "RAD", "10.1.1.21", "", 0);
	expect("goes 10.1.1.21\nclose 10.1.1.21 10.1.1.21% 20\n");
	ck_assert_uint_eq(aaa_registry_group(registry, 0)->n, 1);
	group(CFG_DELETE, "RAD");
	expect("goes 10.1.1.22\nclose 10.1.1.22 10.1.1.22% 10\ngroup goes RAD\n");
	ck_assert_ptr_null(aaa_registry_group(registry, 0));
}
END_TEST

/* Whatever comes first. */
START_TEST(a_host_before_its_group)
{
	host(CFG_SET, "RAD", "10.1.1.21", "", 10);
	expect("");
	group(CFG_SET, "RAD");
	expect("open 10.1.1.21 10.1.1.21% 10\n");
}
END_TEST

/* What a snapshot does not name goes; the others keep what they have, in its order. */
START_TEST(snapshot)
{
	struct aaa_group *g;

	group(CFG_SET, "RAD");
	group(CFG_SET, "OLD");
	host(CFG_SET, "RAD", "10.1.1.21", "", 10);
	host(CFG_SET, "RAD", "10.1.1.22", "", 10);
	host(CFG_SET, "RAD", "10.1.1.23", "", 10);
	g = aaa_registry_find(registry, "RAD");
	g->server[2]->counters.accepts = 7;
	said[0] = 0;
	aaa_registry_begin(registry);
	group(CFG_SET, "RAD");
	host(CFG_SET, "RAD", "10.1.1.23", "", 10);
	host(CFG_SET, "RAD", "10.1.1.21", "", 10);
	ck_assert_uint_eq(g->n, 3);
	said[0] = 0;
	aaa_registry_end(registry);
	expect("group goes OLD\ngoes 10.1.1.22\nclose 10.1.1.22 10.1.1.22% 10\n");
	ck_assert_uint_eq(g->n, 2);
	ck_assert_str_eq(g->server[0]->config->host, "10.1.1.23");
	ck_assert_uint_eq(g->server[0]->counters.accepts, 7);
	ck_assert_str_eq(g->server[1]->config->host, "10.1.1.21");
}
END_TEST

/* A name is asked for until it is known, and again later; what was known stays. */
START_TEST(names)
{
	const struct addr none = {0}, one = addr_v4(0x0a010115), two = addr_v4(0x0a010116);

	group(CFG_SET, "RAD");
	host(CFG_SET, "RAD", "radius.example.com", "", 10);
	expect("open radius.example.com 0.0.0.0% 10\n");
	ck_assert(netsim_name(&net, "radius.example.com", &none));
	expect("");
	sim_run(&sim, 15 * SEC);
	ck_assert(netsim_name(&net, "radius.example.com", &one));
	expect("changed radius.example.com 10.1.1.21% 10\n");
	ck_assert_ptr_nonnull(aaa_group_host(aaa_registry_group(registry, 0), "10.1.1.21"));
	sim_run(&sim, 300 * SEC);
	ck_assert(netsim_name(&net, "radius.example.com", &none));
	expect("");
	sim_run(&sim, 15 * SEC);
	ck_assert(netsim_name(&net, "radius.example.com", &two));
	expect("changed radius.example.com 10.1.1.22% 10\n");
	sim_run(&sim, 300 * SEC); /* the next one is on its way when the server goes */
}
END_TEST

/* Nothing leaves by another link than the one that is configured. */
START_TEST(interfaces)
{
	group(CFG_SET, "RAD");
	host(CFG_SET, "RAD", "10.1.1.21", "inside", 10);
	expect("open 10.1.1.21 0.0.0.0% 10\n");
	inside(CFG_SET, "eth1");
	expect("changed 10.1.1.21 10.1.1.21%eth1 10\n");
	inside(CFG_SET, "eth2");
	expect("changed 10.1.1.21 10.1.1.21%eth2 10\n");
	inside(CFG_SET, "");
	expect("changed 10.1.1.21 0.0.0.0% 10\n");
	inside(CFG_SET, "eth1");
	said[0] = 0;
	host(CFG_SET, "RAD", "10.1.1.21", "", 10);
	expect("changed 10.1.1.21 10.1.1.21% 10\n");
	inside(CFG_DELETE, "");
	expect("");
}
END_TEST

START_TEST(the_dead_are_told_of)
{
	struct aaa_group *g;

	group(CFG_SET, "RAD");
	host(CFG_SET, "RAD", "10.1.1.21", "", 10);
	said[0] = 0;
	g = aaa_registry_group(registry, 0);
	ck_assert(aaa_group_failed(g, g->server[0], sim.env.now(&sim.env)));
	aaa_registry_news(registry);
	aaa_registry_news(registry);
	expect(
	    "log 113022 AAA Marking RADIUS server 10.1.1.21 in aaa-server group RAD as FAILED\n");
	sim_run(&sim, 600 * SEC);
	expect(
	    "log 113023 AAA Marking RADIUS server 10.1.1.21 in aaa-server group RAD as ACTIVE\n");
	/* one that is configured anew is tried again */
	ck_assert(aaa_group_failed(g, g->server[0], sim.env.now(&sim.env)));
	aaa_registry_news(registry);
	said[0] = 0;
	host(CFG_SET, "RAD", "10.1.1.21", "", 20);
	expect("changed 10.1.1.21 10.1.1.21% 20\nlog 113023 AAA Marking RADIUS server 10.1.1.21 in "
	       "aaa-server group RAD as ACTIVE\n");
	ck_assert_uint_eq(g->server[0]->dead_until, 0);
}
END_TEST

START_TEST(records_and_acts)
{
	group(CFG_SET, "RAD");
	group(CFG_SET, "TWO");
	host(CFG_SET, "RAD", "10.1.1.21", "", 10);
	host(CFG_SET, "TWO", "10.1.1.22", "", 10);
	said[0] = 0;
	aaa_registry_group(registry, 0)->server[0]->counters.accepts = 3;
	aaa_registry_group(registry, 1)->server[0]->counters.accepts = 4;
	ask(MSG_QUERY, "", NULL, false);
	ck_assert_str_eq(records, "RAD/10.1.1.21 1645 active 3|TWO/10.1.1.22 1645 active 4|2");
	ask(MSG_QUERY, "TWO", NULL, false);
	ck_assert_str_eq(records, "TWO/10.1.1.22 1645 active 4|1");
	ask(MSG_ACT_AAA_CLEAR, "TWO", "", false);
	ck_assert_str_eq(records, "done 1");
	ask(MSG_ACT_AAA_STATE, "RAD", "10.1.1.21", false);
	ck_assert_str_eq(records, "done 1");
	expect(
	    "log 113022 AAA Marking RADIUS server 10.1.1.21 in aaa-server group RAD as FAILED\n");
	ask(MSG_ACT_AAA_STATE, "RAD", "10.1.1.99", false);
	ck_assert_str_eq(records, "done 0");
	ask(MSG_QUERY, "", NULL, false);
	ck_assert_str_eq(records, "RAD/10.1.1.21 1645 failed 3|TWO/10.1.1.22 1645 active 0|2");
	ask(MSG_ACT_AAA_STATE, "RAD", "10.1.1.21", true);
	expect(
	    "log 113023 AAA Marking RADIUS server 10.1.1.21 in aaa-server group RAD as ACTIVE\n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("registry");
	TCase *t = tcase_create("registry");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, opened_changed_closed);
	tcase_add_test(t, a_host_before_its_group);
	tcase_add_test(t, snapshot);
	tcase_add_test(t, names);
	tcase_add_test(t, interfaces);
	tcase_add_test(t, the_dead_are_told_of);
	tcase_add_test(t, records_and_acts);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
