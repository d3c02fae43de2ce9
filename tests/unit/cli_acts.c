/*
 * Acts by themselves: what a line asks of the other roles, what it says to
 * their answers, and what it asks the person, who is three functions here. /
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "tests/support/box.h"

static struct box box;
static struct act act;
static struct act_session session;
static struct text question, asked; /* of the person; of the roles */
static unsigned flags, done;
static unsigned readies; /* how often it was said */
static uint32_t id; /* of what was asked last */

/* ---- the person ----------------------------------------------------------------------- */

static void ops_ask(struct act *a, unsigned how, const char *text)
{
	(void)a;
	flags = how;
	text_clear(&question);
	text_add(&question, text);
}

static void ops_done(struct act *a)
{
	done++;
	gram_match_done(&a->match);
}

static void ops_privilege(struct act *a, int privilege)
{
	a->session->privilege = privilege;
}

static const struct act_ops ops = {
    .ask = ops_ask, .done = ops_done, .set_privilege = ops_privilege};

/* ---- the roles ------------------------------------------------------------------------ */

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	const char *role = arg;

	(void)ch;
	if (m->type == MSG_QUERY)
		text_addf(
		    &asked, "%s: %s %s=%s\n", role, m->query.what, m->query.filter, m->query.value);
	else if (m->type == MSG_ACT_LOGOFF)
		text_addf(
		    &asked, "%s: logoff %s=%s\n", role, m->act_logoff.filter, m->act_logoff.value);
	else if (m->type == MSG_ACT_CLEAR_IPSEC)
		text_addf(&asked, "%s: clear %s=%s\n", role, m->act_clear_ipsec.filter,
		    m->act_clear_ipsec.value);
	else if (m->type == MSG_ACT_CLEAR_IKE)
		text_addf(&asked, "%s: clear ike %d\n", role, m->act_clear_ike.peer.family != 0);
	else if (m->type == MSG_ROLE_READY)
		readies++;
	if (m->type != MSG_QUERY && m->type != MSG_ACT_LOGOFF && m->type != MSG_ACT_CLEAR_IPSEC &&
	    m->type != MSG_ACT_CLEAR_IKE)
		return;
	id = *ipc_id(m);
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	(void)arg;
	(void)ch;
}

/* A record, or the end, of what the role was asked last. */
static void reply(enum role role, struct ipc_msg m)
{
	m.fd = -1;
	*ipc_id(&m) = id;
	ck_assert(ask_message(&box.m->asks, role, &m));
}

static void end(enum role role)
{
	reply(role, (struct ipc_msg){.type = MSG_QUERY_END});
}

static void setup(void)
{
	static char engine[] = "engine", keeper[] = "keeper";
	char error[300];

	uv_loop_init(&box_loop);
	box = (struct box){0};
	box_folder(&box);
	ck_assert_msg(box_start(&box, "boot", error, sizeof error), "%s", error);
	ipc_channel_listen(box.engine, on_message, on_close, engine);
	session = (struct act_session){.privilege = 15, .from = "0.0.0.0"};
	parse_state_init(&session.place, box.m->gram, false);
	done = 0;
	box_type(&box, "configure terminal");
	box_type(&box, "interface g0/0\n nameif outside\ninterface g0/1\n nameif inside\n"
		       "object network IN\n subnet 10.0.0.0 255.0.0.0\n"
		       " nat (inside,outside) dynamic interface\n"
		       "object network FAR\n subnet 10.9.0.0 255.255.0.0\n"
		       "nat (inside,outside) source dynamic any interface\n"
		       "nat (inside,outside) source static any any destination static FAR FAR"
		       " no-proxy-arp route-lookup\n"
		       "nat (any,outside) source static any any\n"
		       "nat (inside,any) source static FAR FAR\n"
		       "nat source static FAR FAR destination static FAR FAR\n"
		       "nat (inside,outside) after-auto source dynamic IN interface inactive\n");
	ipc_channel_listen(box.keeper, on_message, on_close, keeper);
}

static void teardown(void)
{
	box_stop(&box);
	box_remove(&box);
	uv_run(&box_loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&box_loop), 0);
	text_free(&act.out);
	text_free(&question);
	text_free(&asked);
}

/* Runs the line's act; what the roles were asked. */
static const char *run(const char *line)
{
	const struct act_row *row;
	struct text out = act.out;

	text_clear(&out);
	text_clear(&asked);
	text_clear(&question);
	act = (struct act){.ops = &ops, .manager = box.m, .session = &session, .out = out};
	gram_match(box.m->gram, &session.place, session.privilege, line, &act.match);
	ck_assert_msg(act.match.status == GRAM_OK && act.match.command->run, "%s", line);
	row = acts_find(act.match.command->run);
	ck_assert_ptr_nonnull(row);
	row->run(&act);
	box_turn();
	return text_str(&asked);
}

static const char *said(void)
{
	return text_str(&act.out);
}

static void person(const char *answer)
{
	act_answered *answered = act.answered;

	ck_assert_uint_gt(question.len, 0);
	act.answered = NULL;
	text_clear(&question);
	text_clear(&asked);
	answered(&act, answer);
	box_turn();
}

/* ---- what is asked of the engine ------------------------------------------------------- */

START_TEST(filters_of_sessions)
{
	static const char *const line[][2] = {
	    {"", "engine: session =\n"},
	    {" filter name anna", "engine: session name=anna\n"},
	    {" filter ipaddress 10.1.1.1", "engine: session ipaddress=10.1.1.1\n"},
	    {" filter a-ipaddress 10.1.1.1", "engine: session a-ipaddress=10.1.1.1\n"},
	    {" filter p-ipaddress 10.1.1.1", "engine: session p-ipaddress=10.1.1.1\n"},
	    {" filter tunnel-group DefaultRAGroup",
		"engine: session tunnel-group=DefaultRAGroup\n"},
	    {" filter protocol ikev1", "engine: session protocol=ikev1\n"},
	    {" filter encryption aes128", "engine: session encryption=aes128\n"},
	    {" filter inactive", "engine: session inactive=\n"},
	};
	char text[100];

	for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
		snprintf(text, sizeof text, "show vpn-sessiondb ra-ikev1-ipsec%s", line[i][0]);
		ck_assert_str_eq(run(text), line[i][1]);
		end(ROLE_ENGINE);
	}
	ck_assert_uint_eq(done, sizeof line / sizeof *line);
	ck_assert_str_eq(run("show vpn-sessiondb index 7"), "engine: session index=7\n");
	end(ROLE_ENGINE);
	ck_assert_str_eq(run("show crypto ipsec sa"), "engine: ipsec =\n");
	end(ROLE_ENGINE);
	ck_assert_str_eq(
	    run("show crypto ipsec sa peer 10.1.1.1"), "engine: ipsec peer=10.1.1.1\n");
	end(ROLE_ENGINE);
	ck_assert_str_eq(run("show crypto ipsec sa map M"), "engine: ipsec map=M\n");
	end(ROLE_ENGINE);
}
END_TEST

START_TEST(what_is_cleared)
{
	ck_assert_str_eq(run("clear crypto ipsec sa"), "engine: clear =\n");
	reply(ROLE_ENGINE, (struct ipc_msg){.type = MSG_ACT_DONE});
	ck_assert_str_eq(
	    run("clear crypto ipsec sa peer 10.1.1.1"), "engine: clear peer=10.1.1.1\n");
	reply(ROLE_ENGINE, (struct ipc_msg){.type = MSG_ACT_DONE});
	ck_assert_str_eq(run("clear crypto ipsec sa map M"), "engine: clear map=M\n");
	reply(ROLE_ENGINE, (struct ipc_msg){.type = MSG_ACT_DONE});
	ck_assert_str_eq(run("clear crypto ipsec sa counters"), "engine: clear counters=\n");
	reply(ROLE_ENGINE, (struct ipc_msg){.type = MSG_ACT_DONE});
	ck_assert_str_eq(run("clear crypto ikev1 sa"), "engine: clear ike 0\n");
	reply(ROLE_ENGINE, (struct ipc_msg){.type = MSG_ACT_DONE});
	ck_assert_str_eq(run("clear crypto ikev1 sa 10.1.1.1"), "engine: clear ike 1\n");
	ck_assert_uint_eq(done, 5);
	ask_role_gone(&box.m->asks, ROLE_ENGINE);
	ck_assert_uint_eq(done, 6);
	ck_assert_str_eq(
	    said(), "ERROR: The VPN engine is not running; it is being started again.\n");
	ck_assert(act.refused);
}
END_TEST

START_TEST(sessions_are_logged_off)
{
	const struct ipc_msg three = {.type = MSG_ACT_DONE, .act_done.count = 3};

	ck_assert_str_eq(run("vpn-sessiondb logoff name anna"), ""); /* nothing before the answer */
	ck_assert_uint_eq(flags, ACT_ASK_KEY);
	person("n");
	ck_assert_str_eq(text_str(&asked), "");
	ck_assert_uint_eq(done, 1);
	run("vpn-sessiondb logoff name anna");
	person("");
	ck_assert_str_eq(text_str(&asked), "engine: logoff name=anna\n");
	reply(ROLE_ENGINE, three);
	ck_assert_str_eq(said(), "INFO: Number of sessions with name \"anna\" logged off : 3\n");
	ck_assert_str_eq(run("vpn-sessiondb logoff all noconfirm"), "engine: logoff all=\n");
	reply(ROLE_ENGINE, three);
	ck_assert_str_eq(said(), "INFO: Number of sessions logged off : 3\n");
	run("vpn-sessiondb logoff ra-ikev1-ipsec noconfirm");
	reply(ROLE_ENGINE, three);
	ck_assert_str_eq(
	    said(), "INFO: Number of sessions of type \"ra-ikev1-ipsec\" logged off : 3\n");
}
END_TEST

START_TEST(shares_of_one_group)
{
	const struct ipc_msg sum = {
	    .type = MSG_REC_SUMMARY, .rec_summary = {.row = "", .cumulative = 17}};

	ck_assert_str_eq(
	    run("show vpn-sessiondb ratio encryption filter tunnel-group DefaultRAGroup"),
	    "engine: summary =\n");
	reply(ROLE_ENGINE, sum);
	text_clear(&asked);
	end(ROLE_ENGINE);
	box_turn();
	ck_assert_str_eq(text_str(&asked), "engine: session tunnel-group=DefaultRAGroup\n");
	end(ROLE_ENGINE);
	ck_assert_uint_eq(done, 1);
	ck_assert_ptr_nonnull(strstr(said(), "17"));
}
END_TEST

START_TEST(a_pool_and_its_addresses)
{
	struct ipc_msg pool = {
	    .type = MSG_REC_POOL, .rec_pool = {.name = "P", .free = 1, .held = 1}};
	struct ipc_msg address = {.type = MSG_REC_POOL_ADDR};

	run("show ip local pool");
	addr_parse("10.7.0.1", &pool.rec_pool.first);
	addr_parse("10.7.0.2", &pool.rec_pool.last);
	addr_parse("255.255.255.0", &pool.rec_pool.mask);
	reply(ROLE_ENGINE, pool);
	addr_parse("10.7.0.1", &address.rec_pool_addr.address);
	address.rec_pool_addr.in_use = 1;
	reply(ROLE_ENGINE, address);
	addr_parse("10.8.0.1", &pool.rec_pool.first);
	addr_parse("10.8.0.2", &pool.rec_pool.last);
	reply(ROLE_ENGINE, pool);
	addr_parse("10.8.0.2", &address.rec_pool_addr.address);
	address.rec_pool_addr.in_use = 0;
	reply(ROLE_ENGINE, address);
	end(ROLE_ENGINE);
	ck_assert_uint_eq(done, 1);
	/* Each address below its pool. */
	ck_assert_ptr_nonnull(strstr(said(), "10.7.0.1 "));
	ck_assert(strstr(said(), "\n10.7.0.1") < strstr(said(), "10.8.0.1"));
	ck_assert_ptr_nonnull(strstr(strstr(said(), "10.8.0.1") + 1, "\n10.8.0.2"));
	ck_assert_str_eq(run("show ip local pool None"), "");
	ck_assert_str_eq(said(), "ERROR: Pool (None) does not exist\n");
}
END_TEST

/* ---- what is asked of the keeper --------------------------------------------------------- */

static void route(const char *dev, uint8_t kind, uint8_t protocol, const char *dest)
{
	struct ipc_msg m = {.type = MSG_REC_ROUTE,
	    .rec_route = {.device = dev, .kind = kind, .protocol = protocol}};

	addr_parse(dest, &m.rec_route.dest);
	addr_parse("255.255.255.0", &m.rec_route.mask);
	reply(ROLE_KEEPER, m);
}

START_TEST(routes_go_by_the_names_of_interfaces)
{
	static const char *const line[] = {
	    "C        10.0.1.0 255.255.255.0 is directly connected, outside", "S        10.0.2.0",
	    "V        10.0.3.0", "O        10.0.4.0", "K        10.0.5.0"};

	box_type(&box, "crypto map M interface inside");
	ck_assert_str_eq(run("show route"), "keeper: routes =\n");
	route("eth0", ROUTE_CONNECTED, 2, "10.0.1.0");
	route("eth1", ROUTE_STATIC, 71, "10.0.2.0");
	route("tun0", ROUTE_CLIENT, 71, "10.0.3.0");
	route("eth9", ROUTE_CLIENT + 20, 188, "10.0.4.0");
	route("eth9", ROUTE_CLIENT + 20, 4, "10.0.5.0");
	end(ROLE_KEEPER);
	for (size_t i = 0; i < sizeof line / sizeof *line; i++)
		ck_assert_msg(strstr(said(), line[i]) != NULL, "%s in\n%s", line[i], said());
	ck_assert_ptr_nonnull(strstr(strstr(said(), "10.0.2.0"), "inside"));
	ck_assert_ptr_nonnull(
	    strstr(strstr(said(), "10.0.4.0"), "eth9")); /* it has no other name */
}
END_TEST

/* The manager is ready once, and not while the keeper thinks about what it was asked. */
START_TEST(codes_of_routes)
{
	static const struct {
		uint8_t kind, protocol;
		char code;
	} row[] = {{ROUTE_CONNECTED, 188, 'C'}, {ROUTE_LOCAL, 188, 'L'}, {ROUTE_STATIC, 188, 'S'},
	    {ROUTE_CLIENT, 188, 'V'}, {99, 185, 'K'}, {99, 186, 'B'}, {99, 187, 'i'},
	    {99, 188, 'O'}, {99, 189, 'R'}, {99, 190, 'K'}, {99, 191, 'K'}, {99, 192, 'D'},
	    {99, 193, 'K'}, {99, 0, 'K'}};
	char text[40];

	run("show route");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(text, sizeof text, "10.0.%zu.0", i);
		route("eth9", row[i].kind, row[i].protocol, text);
	}
	end(ROLE_KEEPER);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(text, sizeof text, "\n%c        10.0.%zu.0 ", row[i].code, i);
		ck_assert_msg(strstr(said(), text) != NULL, "%s in\n%s", text, said());
	}
	run("show route"); /* none at all */
	end(ROLE_KEEPER);
	ck_assert_ptr_nonnull(strstr(said(), "Gateway of last resort is not set\n\n"));
}
END_TEST

/* A route is named by the interface of its device, be it known by a number or by its own name. */
START_TEST(names_of_routes)
{
	static const struct {
		const char *device, *name;
	} row[] = {{"eth0", "outside"}, {"eth1", "inside"}, {"eth2", "lab"}, {"eth3", "eth3"},
	    {"eth4", "eth4"}, {"GigabitEthernet0/5", "away"}};
	char text[100];

	box_type(&box, "interface eth2");
	box_type(&box, "nameif lab");
	box_type(&box, "interface eth3");
	box_type(&box, "interface g0/5"); /* no card has the number */
	box_type(&box, "nameif away");
	run("show route");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(text, sizeof text, "10.0.%zu.0", i);
		route(row[i].device, ROUTE_CONNECTED, 2, text);
	}
	end(ROLE_KEEPER);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(text, sizeof text, "10.0.%zu.0 255.255.255.0 is directly connected, %s\n",
		    i, row[i].name);
		ck_assert_msg(strstr(said(), text) != NULL, "%s in\n%s", text, said());
	}
}
END_TEST

START_TEST(ready_is_said_once)
{
	ck_assert(box.m->ready);
	manager_ready(box.m);
	box_turn();
	ck_assert_uint_eq(readies, 0); /* it was before anybody listened here */
	box.m->ready = false;
	run("show route");
	manager_ready(box.m);
	ck_assert(!box.m->ready);
	end(ROLE_KEEPER);
	manager_ready(box.m);
	manager_ready(box.m);
	box_turn();
	ck_assert(box.m->ready);
	ck_assert_uint_eq(readies, 1);
}
END_TEST

START_TEST(a_keeper_that_cannot)
{
	run("show host-firewall");
	reply(ROLE_KEEPER, (struct ipc_msg){.type = MSG_KEEP_REPLY,
			       .keep_reply = {.error = EIO, .text = "no nft"}});
	ck_assert_str_eq(said(), "ERROR: no nft\n");
	run("show route");
	ask_role_gone(&box.m->asks, ROLE_KEEPER);
	ck_assert_str_eq(said(), "ERROR: The keeper does not answer.\n");
	ck_assert(act.refused);
	ck_assert_uint_eq(done, 2);
}
END_TEST

/* ---- what is made of the configuration ----------------------------------------------------- */

START_TEST(elements_of_access_lists)
{
	box_type(&box, "access-list A extended permit ip any any\n"
		       "access-list B remark two\naccess-list A extended deny ip any any\n");
	run("show access-list");
	ck_assert_ptr_nonnull(strstr(said(), "access-list A; 2 elements; name hash: 0x"));
	ck_assert_ptr_nonnull(strstr(said(), "access-list A line 1 extended permit ip any any \n"));
	ck_assert_ptr_nonnull(strstr(said(), "access-list A line 2 extended deny ip any any \n"));
	ck_assert_ptr_nonnull(strstr(said(), "access-list B line 1 remark two\n"));
	/* One head for a list, of whatever its elements are. */
	box_type(&box, "access-list B extended permit ip any any\n");
	run("show access-list B");
	ck_assert_ptr_nonnull(strstr(said(), "access-list B; 2 elements; name hash: 0xc70bfb85\n"
					     "access-list B line 1 remark two\n"
					     "access-list B line 2 extended permit ip any any \n"));
	box_type(&box, "no access-list B extended permit ip any any\n");
	/* A name that begins another is not the other. */
	box_type(&box, "access-list AB standard permit any4\n");
	run("show access-list");
	ck_assert_ptr_nonnull(strstr(said(), "access-list A; 2 elements; name hash: 0xc40bf6cc\n"
					     "access-list A line 1 "));
	ck_assert_ptr_nonnull(strstr(said(), "access-list AB; 1 elements; name hash: 0x2cd5218a\n"
					     "access-list AB line 1 standard permit any4 \n"));
	run("show access-list B");
	ck_assert_ptr_null(strstr(said(), "access-list A"));
	ck_assert_ptr_nonnull(strstr(said(), "access-list B; 1 elements; name hash: 0x"));
}
END_TEST

START_TEST(policies_of_nat)
{
	run("show nat");
	ck_assert_str_eq(said(),
	    "Manual NAT Policies (Section 1)\n"
	    "1 (inside) to (outside) source dynamic any interface \n"
	    "2 (inside) to (outside) source static any any   destination static FAR FAR"
	    " no-proxy-arp route-lookup\n"
	    "3 (any) to (outside) source static any any \n"
	    "4 (inside) to (any) source static FAR FAR \n"
	    "5 (any) to (any) source static FAR FAR   destination static FAR FAR\n"
	    "Auto NAT Policies (Section 2)\n"
	    "1 (inside) to (outside) source dynamic IN interface \n"
	    "Manual NAT Policies (Section 3)\n"
	    "1 (inside) to (outside) source dynamic IN interface  inactive\n");
}
END_TEST

/* ---- what is asked of the person ----------------------------------------------------------- */

START_TEST(copying_asks_for_the_source)
{
	static const char line[] = "copy running-config startup-config";

	run(line);
	ck_assert_str_eq(text_str(&question), "\nSource filename [running-config]? ");
	person("other");
	ck_assert_str_eq(said(), "ERROR: other: there is no such file\n");
	run(line);
	person(NULL);
	ck_assert_str_eq(said(), "");
	run(line);
	person("running-config");
	ck_assert_ptr_nonnull(strstr(said(), "[OK]\n"));
	run("copy /noconfirm running-config startup-config");
	ck_assert_ptr_nonnull(strstr(said(), "[OK]\n"));
	ck_assert_str_eq(text_str(&question), "");
	session.script = true;
	run(line);
	ck_assert_ptr_nonnull(strstr(said(), "[OK]\n"));
	ck_assert_uint_eq(done, 5);
}
END_TEST

START_TEST(a_reload_asks_whether_to_save)
{
	run("reload");
	ck_assert_str_eq(
	    text_str(&question), "System config has been modified. Save? [Y]es/[N]o:  ");
	person(NULL);
	ck_assert_uint_eq(done, 1);
	run("reload");
	person("y");
	ck_assert_ptr_nonnull(strstr(said(), "[OK]\n"));
	ck_assert_str_eq(text_str(&question), "Proceed with reload? [confirm] ");
	person("n");
	ck_assert(!box.m->restart);
	run("reload"); /* it is saved */
	ck_assert_str_eq(text_str(&question), "Proceed with reload? [confirm] ");
	person("");
	ck_assert(box.m->restart);
	ck_assert(!box.m->stopping); /* that the keeper says */
	ck_assert_uint_eq(done, 3);
	box.m->restart = false;
}
END_TEST

START_TEST(privileges_go_up_by_password)
{
	session.privilege = 1;
	run("enable 5");
	ck_assert_uint_eq(flags, ACT_ASK_HIDDEN);
	person("wrong");
	person("wrong");
	ck_assert_uint_eq(done, 0);
	person("wrong");
	ck_assert_ptr_nonnull(strstr(said(), "Access denied."));
	ck_assert_int_eq(session.privilege, 1);
	run("enable 5");
	person("");
	ck_assert_int_eq(session.privilege, 5);
	run("enable 5"); /* he has it */
	ck_assert_str_eq(text_str(&question), "");
	run("enable 0"); /* down, but not below that of a user */
	ck_assert_int_eq(session.privilege, 1);
	run("enable");
	person(NULL);
	ck_assert_int_eq(session.privilege, 1);
	ck_assert_uint_eq(done, 5);
}
END_TEST

/* What `show curpriv` says of a user, of one with a privilege, and of one who configures. */
START_TEST(privileges_are_shown)
{
	static const struct {
		int privilege;
		bool configures;
		const char *said;
	} row[] = {
	    {1, false,
		"Username : enable_1\nCurrent privilege level : 1\n"
		"Current Mode/s : P_UNPR\n"},
	    {2, false,
		"Username : enable_2\nCurrent privilege level : 2\n"
		"Current Mode/s : P_PRIV\n"},
	    {15, true,
		"Username : enable_15\nCurrent privilege level : 15\n"
		"Current Mode/s : P_PRIV P_CONF\n"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		session.privilege = row[i].privilege;
		parse_state_init(&session.place, box.m->gram, row[i].configures);
		run("show curpriv");
		ck_assert_str_eq(said(), row[i].said);
	}
	session.width = 100;
	session.log.severity = AUDIT_NOTHING;
	run("show terminal");
	ck_assert_str_eq(said(), "\nWidth = 100, no monitor\nterminal interactive\n");
	run("terminal monitor");
	run("show terminal");
	ck_assert_str_eq(said(), "\nWidth = 100, monitor\nterminal interactive\n");
	run("show pager");
	ck_assert_str_eq(said(), "no pager\n");
	session.pager = 1;
	run("show pager");
	ck_assert_str_eq(said(), "pager lines 1\n");
}
END_TEST

START_TEST(privileges_go_down_without)
{
	run("disable 7");
	ck_assert_int_eq(session.privilege, 7);
	run("disable 8");
	ck_assert_str_eq(said(), "ERROR: use 'enable' to raise the privilege level\n");
	ck_assert_int_eq(session.privilege, 7);
	run("disable 0");
	ck_assert_int_eq(session.privilege, 1);
}
END_TEST

/* ---- the rest of what is shown ----------------------------------------------------------------
 */

START_TEST(what_the_appliance_is)
{
	char line[300];

	ck_assert_uint_eq(strlen(box.m->machine.serial), 11);
	ck_assert_uint_eq(strspn(box.m->machine.serial, "0123456789ABCDEFGHJKLMNPQRSTUVWX"), 11);
	box_type(&box, "hostname Here");
	run("show version");
	snprintf(line, sizeof line, "\nSerial Number: %s\n\nConfiguration last modified by ",
	    box.m->machine.serial);
	ck_assert_msg(strstr(said(), line) != NULL, "%s", said());
	ck_assert_ptr_nonnull(strstr(said(), "\n\nHere up 0 mins "));
	ck_assert_ptr_nonnull(strstr(said(), "Config file at boot was \"startup-config\"\n"));
	ck_assert_ptr_nonnull(strstr(said(), "by builders\n"));
	ck_assert_ptr_null(strstr(said(), "Compiled on  by"));
	snprintf(line, sizeof line, " %u MB RAM, CPU %s,", box.m->machine.memory_mb,
	    box.m->machine.cpu);
	ck_assert_ptr_nonnull(strstr(said(), line));
	ck_assert_uint_eq(done, 1);
}
END_TEST

/* The serial number is that of the state directory; what is none is made anew, and kept. */
START_TEST(the_serial_number_stays)
{
	struct machine first, again;
	char path[128];
	FILE *f;

	machine_read(&first, box.dir);
	ck_assert_str_eq(first.serial, box.m->machine.serial);
	machine_read(&again, box.dir);
	ck_assert_str_eq(again.serial, first.serial);
	snprintf(path, sizeof path, "%s/serial", box.dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs("SHORT", f);
	fclose(f);
	machine_read(&again, box.dir);
	ck_assert_uint_eq(strlen(again.serial), 11);
	ck_assert_str_ne(again.serial, first.serial);
	machine_read(&first, box.dir);
	ck_assert_str_eq(again.serial, first.serial);
	ck_assert_uint_gt(first.memory_mb, 0);
	ck_assert_int_ne(first.cpu[0], ' ');
	ck_assert_int_ne(first.cpu[strlen(first.cpu) - 1], ' ');
}
END_TEST

START_TEST(sums_of_sessions)
{
	ck_assert_str_eq(run("show vpn-sessiondb summary"), "engine: summary =\n");
	reply(ROLE_ENGINE, (struct ipc_msg){.type = MSG_REC_SUMMARY, .rec_summary = {
	    .row = "IKEv1 IPsec/L2TP IPsec", .active = 2, .cumulative = 5, .peak = 3}});
	end(ROLE_ENGINE);
	ck_assert_ptr_nonnull(strstr(
	    said(), "IKEv1 IPsec/L2TP IPsec       :      2 :          5 :           3\n"));
	run("show vpn-sessiondb ratio protocol");
	end(ROLE_ENGINE);
	box_turn();
	ck_assert_str_eq(text_str(&asked), "engine: summary =\nengine: session =\n");
	end(ROLE_ENGINE);
	ck_assert_ptr_nonnull(strstr(said(), "Cumulative Sessions  : 0\n"));
	ck_assert_ptr_nonnull(strstr(said(), "Protocol  "));
	ck_assert_uint_eq(done, 2);
	run("show vpn-sessiondb ratio protocol");
	ask_role_gone(&box.m->asks, ROLE_ENGINE);
	run("show ip local pool");
	ask_role_gone(&box.m->asks, ROLE_ENGINE);
	ck_assert_uint_eq(done, 4);
}
END_TEST

/* An engine that is away, or says nothing, has no sessions to tell of: only that is said. */
START_TEST(an_engine_that_does_not_answer)
{
	static const char *const line[] = {"show crypto ikev1 sa", "show crypto ikev1 stats",
	    "show crypto ipsec sa", "show vpn-sessiondb ra-ikev1-ipsec",
	    "show vpn-sessiondb full ra-ikev1-ipsec", "show vpn-sessiondb summary",
	    "show vpn-sessiondb ratio protocol", "show ip local pool", "clear crypto ikev1 sa",
	    "vpn-sessiondb logoff all noconfirm"};
	const struct answer silent = {.status = ASK_TIMEOUT};

	for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
		run(line[i]);
		ask_role_gone(&box.m->asks, ROLE_ENGINE);
		ck_assert_str_eq(
		    said(), "ERROR: The VPN engine is not running; it is being started again.\n");
		ck_assert(act.refused);
		run(line[i]);
		ask_cancel(act.asked);
		act.replied(&act, &silent);
		ck_assert_str_eq(said(), "ERROR: The VPN engine does not answer.\n");
		ck_assert_uint_eq(done, 2 * i + 2);
		ask_role_gone(&box.m->asks, ROLE_ENGINE);
	}
}
END_TEST

/* ---- the startup-config --------------------------------------------------------------------- */

static void put_startup(const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/startup-config", box.dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

/* Line by line as it stands there, but for secrets, also those of lines that are none. */
START_TEST(a_saved_configuration_is_shown)
{
	put_startup("hostname a\n\n! x\ninterface g0/0\n nameif b\n"
		    "tunnel-group DefaultRAGroup ipsec-attributes\n"
		    " ikev1 pre-shared-key hidden\nenable passwrd hidden\n\nhostname b\n");
	run("show startup-config");
	ck_assert_str_eq(said(),
	    "hostname a\n\n! x\ninterface g0/0\n nameif b\n"
	    "tunnel-group DefaultRAGroup ipsec-attributes\n"
	    " ikev1 pre-shared-key *****\nenable passwrd *****\n\nhostname b\n");
	put_startup("hostname a"); /* its last line has no end */
	run("show startup-config");
	ck_assert_str_eq(said(), "hostname a\n");
}
END_TEST

/* Where the file should be stands something else. */
START_TEST(a_place_that_is_taken)
{
	char path[128];

	snprintf(path, sizeof path, "%s/startup-config", box.dir);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	run("show startup-config");
	ck_assert_str_eq(said(), "ERROR: Unable to read the startup-config: Is a directory\n");
	ck_assert(act.refused);
	run("write memory");
	ck_assert_ptr_nonnull(strstr(said(), "\nERROR: Unable to save the configuration: "));
	ck_assert(act.refused);
	run("reload");
	person("y"); /* what cannot be saved is not lost by a reload */
	ck_assert_ptr_nonnull(strstr(said(), "ERROR: Unable to save the configuration: "));
	ck_assert_str_eq(text_str(&question), "");
	ck_assert_uint_eq(done, 3);
	run("reload");
	person("n");
	ck_assert_str_eq(text_str(&question), "Proceed with reload? [confirm] ");
	person("n");
	ck_assert_uint_eq(done, 4);
	run("write erase noconfirm"); /* it is put aside */
	ck_assert_str_eq(said(), "[OK]\n");
	run("show startup-config");
	ck_assert_str_eq(said(), "No Configuration\n");
	ck_assert(!box.m->restart);
}
END_TEST

/* What was saved is not asked for again, and what was noted of the state is not told any more. */
START_TEST(saving_settles)
{
	text_add(&box.m->running.notes, "WARNING: x\n");
	run("write memory");
	ck_assert_int_eq(strncmp(said(), "Building configuration...\nCryptochecksum: ", 42), 0);
	ck_assert_ptr_nonnull(strstr(said(), " bytes copied in 0."));
	ck_assert_str_eq(text_str(&box.m->running.notes), "");
	run("write erase");
	ck_assert_uint_eq(flags, ACT_ASK_KEY);
	person("n");
	ck_assert_str_eq(said(), "");
	run("show startup-config");
	ck_assert_str_ne(said(), "No Configuration\n");
	run("write erase");
	person("");
	ck_assert_str_eq(said(), "[OK]\n");
	run("show startup-config");
	ck_assert_str_eq(said(), "No Configuration\n");
}
END_TEST

START_TEST(the_newest_of_the_history)
{
	unsigned all = 0, two = 0;

	box_type(&box, "hostname a");
	box_type(&box, "hostname b");
	run("show configuration history");
	for (const char *s = said(); (s = strstr(s, " by enable_15 from script\n")); s++)
		all++;
	ck_assert_uint_gt(all, 2);
	run("show configuration history 2");
	for (const char *s = said(); (s = strstr(s, " by enable_15 from script\n")); s++)
		two++;
	ck_assert_uint_eq(two, 2);
	ck_assert(!act.refused);
	ck_assert_ptr_null(strstr(said(), "ERROR"));
}
END_TEST

START_TEST(a_configuration_that_is_not_there)
{
	run("show startup-config");
	ck_assert_str_eq(said(), "No Configuration\n");
	run("show startup-config errors");
	ck_assert_str_eq(said(), "");
	ck_assert_uint_eq(done, 2);
}
END_TEST

/* ---- what other roles say unasked ---------------------------------------------------------- */

static unsigned stops;

static void stopping(void *ctx, bool restart)
{
	ck_assert_ptr_eq(ctx, &stops);
	ck_assert(!restart);
	stops++;
}

static void say(struct ipc_channel *from, struct ipc_msg m)
{
	m.fd = -1;
	ipc_send(from, &m);
	box_turn();
}

START_TEST(only_the_keeper_introduces)
{
	struct ipc_channel *was = box.m->channel[ROLE_AAA], *end, *ours;
	struct ipc_msg m = {.type = MSG_PEER_ROLE, .peer_role = {.role = ROLE_AAA}};
	int fd[2];

	say(box.keeper, m); /* without a descriptor */
	ck_assert_ptr_eq(box.m->channel[ROLE_AAA], was);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd), 0);
	m.fd = fd[0];
	ipc_send(box.engine, &m);
	box_turn();
	ck_assert_ptr_eq(box.m->channel[ROLE_AAA], was);
	ipc_send(box.keeper, &m);
	box_turn();
	ck_assert_ptr_ne(box.m->channel[ROLE_AAA], was);
	ck_assert_ptr_nonnull(box.m->channel[ROLE_AAA]);
	close(fd[0]);
	close(fd[1]);
	box_turn();
	ck_assert_ptr_null(box.m->channel[ROLE_AAA]); /* it is gone again */
	was = box.m->channel[ROLE_KEEPER];
	ck_assert(ipc_channel_pair(&box_loop, &ours, &end));
	manager_peer(box.m, ROLE_KEEPER, end); /* nobody takes the keeper's place */
	ck_assert_ptr_eq(box.m->channel[ROLE_KEEPER], was);
	ipc_channel_close(ours);
}
END_TEST

/* Of the machine and of the end only the keeper's word counts: the others talk to strangers. */
START_TEST(what_is_only_the_keepers_to_say)
{
	struct ipc_channel *others[] = {box.engine, box.aaa};
	const struct ipc_msg link = {.type = MSG_LINK_STATE,
	    .link_state = {.device = "eth9", .hardware = "", .mac = "", .last = "", .ifindex = 9}};

	for (int i = 0; i < 2; i++) {
		say(others[i], link);
		ck_assert_ptr_null(links_find(&box.m->links, "eth9"));
		say(others[i], (struct ipc_msg){.type = MSG_SHUTDOWN, .shutdown = {"over"}});
		ck_assert(!box.m->stopping);
	}
	say(box.keeper, link);
	ck_assert_ptr_nonnull(links_find(&box.m->links, "eth9"));
}
END_TEST

START_TEST(the_keeper_ends_it)
{
	struct stop_listener listener = {.stopping = stopping, .ctx = &stops};
	struct stop_listener others[2] = {listener, listener}; /* they leave before */

	stops = 0;
	manager_on_stop(box.m, &others[0]);
	manager_on_stop(box.m, &listener);
	manager_on_stop(box.m, &others[1]);
	manager_off_stop(box.m, &others[0]);
	manager_off_stop(box.m, &others[1]);
	manager_off_stop(box.m, &others[1]);
	if (_i == 0)
		say(box.keeper, (struct ipc_msg){.type = MSG_SHUTDOWN, .shutdown = {"over"}});
	else
		ipc_channel_close(box.keeper);
	box_turn();
	ck_assert_uint_eq(stops, 1);
	ck_assert(box.m->stopping);
	if (_i == 0)
		say(box.keeper, (struct ipc_msg){.type = MSG_SHUTDOWN, .shutdown = {"over"}});
	else
		box.keeper = NULL;
	ck_assert_uint_eq(stops, 1);
	manager_off_stop(box.m, &listener);
	for (struct stop_listener *l = box.m->stop_listeners; l; l = l->next)
		ck_assert_ptr_ne(l, &listener);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts");
	TCase *tc = tcase_create("cli_acts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, filters_of_sessions);
	tcase_add_test(tc, what_is_cleared);
	tcase_add_test(tc, sessions_are_logged_off);
	tcase_add_test(tc, shares_of_one_group);
	tcase_add_test(tc, a_pool_and_its_addresses);
	tcase_add_test(tc, routes_go_by_the_names_of_interfaces);
	tcase_add_test(tc, codes_of_routes);
	tcase_add_test(tc, names_of_routes);
	tcase_add_test(tc, ready_is_said_once);
	tcase_add_test(tc, a_keeper_that_cannot);
	tcase_add_test(tc, elements_of_access_lists);
	tcase_add_test(tc, policies_of_nat);
	tcase_add_test(tc, copying_asks_for_the_source);
	tcase_add_test(tc, a_reload_asks_whether_to_save);
	tcase_add_test(tc, privileges_go_up_by_password);
	tcase_add_test(tc, privileges_are_shown);
	tcase_add_test(tc, privileges_go_down_without);
	tcase_add_test(tc, what_the_appliance_is);
	tcase_add_test(tc, the_serial_number_stays);
	tcase_add_test(tc, sums_of_sessions);
	tcase_add_test(tc, an_engine_that_does_not_answer);
	tcase_add_test(tc, a_saved_configuration_is_shown);
	tcase_add_test(tc, a_place_that_is_taken);
	tcase_add_test(tc, saving_settles);
	tcase_add_test(tc, the_newest_of_the_history);
	tcase_add_test(tc, a_configuration_that_is_not_there);
	tcase_add_test(tc, only_the_keeper_introduces);
	tcase_add_test(tc, what_is_only_the_keepers_to_say);
	tcase_add_loop_test(tc, the_keeper_ends_it, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
