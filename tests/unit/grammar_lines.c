/* The grammar as a whole: its functions exist, every example and random legal lines of every
 * command survive parse -> store -> render -> parse -> store, and what refers is guarded. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/acts.h"
#include "cli/config/hooks.h"
#include "tests/support/config.h"
#include "tests/support/grammar.h"

/* Where two texts part: the lines there. */
static void ck_same_text(const char *a, const char *b, const char *what)
{
	size_t at = 0, line = 0;

	for (; a[at] && a[at] == b[at]; at++)
		if (a[at] == '\n')
			line = at + 1;
	ck_assert_msg(a[at] == b[at], "%s\nwas: %.300s\nis:  %.300s", what, a + line, b + line);
}

static void round_trip(struct config_test *t, const char *what)
{
	char *first = strdup(config_show(t, RENDER_CLEAR, "")), sum[33], again[33];

	db_checksum(t->db, sum);
	ck_assert_msg(config_load(t, first) == 0, "%.500s\n%.1000s", what, text_str(&t->out));
	ck_same_text(first, config_show(t, RENDER_CLEAR, ""), what);
	db_checksum(t->db, again);
	ck_assert_str_eq(sum, again);
	free(first);
}

static void lead_into(struct config_test *t, const struct gram_command *c)
{
	config_reset(t);
	config_paste(t, config_prelude);
	parse_state_init(&t->state, t->gram, true);
	for (char **e = gram_lead(c); e && *e; e++)
		config_paste(t, *e);
}


static const char *hook_name(unsigned i)
{
	return store_functions[i].name;
}

START_TEST(functions_exist)
{
	static const struct gram_foreign_names hooks[] = {
	    {"store", hook_name}, {"check", hook_name}, {NULL, NULL}};
	struct config_test t = {0};
	char error[2000];

	config_open(&t);
	ck_assert_msg(!gram_check_foreign(t.gram, hooks, error, sizeof(error)), "%s", error);
	ck_assert_msg(!acts_check(t.gram, error, sizeof(error)), "%s", error);
	config_close(&t);
}
END_TEST

/* A line that stores something is tried: its own example, or that of the mode it enters. */
START_TEST(every_line_has_an_example)
{
	struct config_test t = {0};

	config_open(&t);
	for (unsigned i = 0; i < t.gram->n_commands; i++) {
		const struct gram_command *c = t.gram->commands[i];

		if (c->table && c->show != SHOW_NEVER && !c->is_alias && c != c->mode->any)
			ck_assert_msg(c->examples || (c->enter && c->enter->example) || c->existing,
			    "%s:%d has no example", c->file, c->line);
	}
	config_close(&t);
}
END_TEST

START_TEST(examples)
{
	struct config_test t = {0};
	unsigned n = 0;

	config_open(&t);
	for (unsigned i = 0; i < t.gram->n_commands; i++) {
		const struct gram_command *c = t.gram->commands[i];

		for (char **e = c->examples; e && *e; e++, n++) {
			lead_into(&t, c);
			ck_assert_msg(config_line(&t, *e) == DB_OK, "%s:%d: %s\n%s", c->file,
			    c->line, *e, text_str(&t.out));
			if (c->show != SHOW_NEVER && c->show != SHOW_BLOCK)
				ck_assert_msg(
				    strstr(config_show(&t, RENDER_CLEAR | RENDER_ALL, ""), *e),
				    "%s:%d: %s is not shown\n%.3000s", c->file, c->line, *e,
				    text_str(&t.out));
			round_trip(&t, *e);
		}
	}
	ck_assert_uint_gt(n, 90);
	config_close(&t);
}
END_TEST

/* What an example made, `no` with the same line takes back: the configuration is as it was without
 * the line. */
START_TEST(no_takes_back)
{
	struct config_test t = {0};
	char *before, line[GRAM_LINE_MAX];

	config_open(&t);
	for (unsigned i = 0; i < t.gram->n_commands; i++) {
		const struct gram_command *c = t.gram->commands[i];

		for (char **e = c->examples; e && *e; e++) {
			if (c->enter || strncmp(*e, "no ", 3) == 0 || c->no == NO_NONE)
				continue;
			lead_into(&t, c);
			snprintf(line, sizeof line, "no %s", *e);
			config_line(&t, line); /* what the lead may have made already */
			before = strdup(config_show(&t, RENDER_CLEAR, ""));
			ck_assert_msg(config_line(&t, *e) == DB_OK, "%s\n%s", *e, text_str(&t.out));
			ck_assert_msg(
			    config_line(&t, line) == DB_OK, "%s\n%s", line, text_str(&t.out));
			ck_same_text(before, config_show(&t, RENDER_CLEAR, ""), line);
			free(before);
		}
	}
	config_close(&t);
}
END_TEST

static const char *existing_name(void *ctx, const struct gram_type *type)
{
	static const struct {
		const char *table, *name;
	} names[] = {
	    {"interface", "outside"},
	    {"object", "L2TP-Pool"},
	    {"access_list", "SPLIT"},
	    {"transform_set", "TRANS-ESP-3DES-SHA"},
	    {"dynamic_map", "outside_dyn_map"},
	    {"crypto_map", "outside_map"},
	    {"pool", "Address-pool"},
	    {"group_policy", "L2TP-VPN"},
	    {"aaa_group", "RAD"},
	    {"tunnel_group", "DefaultRAGroup"},
	};

	(void)ctx;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].table, type->ref_table) == 0)
			return names[i].name;
	return "unknown";
}

/* Random lines of all commands in random order. A check may refuse what is legal by its form; what
 * was accepted must come back the same. */
START_TEST(random_lines)
{
	struct config_test t = {0};
	uint64_t seed = (uint64_t)_i * 7919 + 1;
	unsigned accepted = 0, refused = 0;
	char line[GRAM_LINE_MAX];

	config_open(&t);
	config_paste(&t, config_prelude);
	for (unsigned n = 0; n < 400; n++) {
		const struct gram_command *c =
		    t.gram->commands[test_random(&seed, t.gram->n_commands)];

		if (!c->table || c->family || !gram_random_line(c, &seed, existing_name, NULL, line,
		    sizeof line))
			continue;
		parse_state_init(&t.state, t.gram, true);
		for (char **e = gram_lead(c); e && *e; e++)
			config_line(&t, *e);
		if (config_line(&t, line) == DB_OK)
			accepted++;
		else
			refused++;
		ck_assert_msg(
		    !strstr(text_str(&t.out), "% Invalid input") || strstr(line, "unknown"),
		    "%s\n%s", line, text_str(&t.out));
	}
	ck_assert_uint_gt(accepted, refused);
	round_trip(&t, "random lines");
	config_close(&t);
}
END_TEST

/* A value that looks like a keyword is a value: only what stands at a keyword's place counts. */
START_TEST(values_are_no_keywords)
{
	static const struct {
		const char *line, *keyword;
		bool typed;
	} cases[] = {
	    {"vpn-sessiondb logoff name noconfirm", "noconfirm", false},
	    {"vpn-sessiondb logoff name noconfirm noconfirm", "noconfirm", true},
	    {"vpn-sessiondb logoff name bob noc", "noconfirm", true},
	    {"vpn-sessiondb logoff tunnel-group noconfirm", "noconfirm", false},
	    {"show vpn-sessiondb ra-ikev1-ipsec filter name full", "full", false},
	    {"show vpn-sessiondb ra-ikev1-ipsec filter name detail", "detail", false},
	    {"show vpn-sessiondb detail ra-ikev1-ipsec filter name bob", "detail", true},
	    {"show vpn-sessiondb ratio protocol filter tunnel-group encryption", "encryption",
		false},
	    {"show crypto ipsec sa map detail", "detail", false},
	    {"clear crypto ipsec sa map counters", "counters", false},
	};
	struct config_test t = {0};

	config_open(&t);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		parse_state_init(&t.state, t.gram, false);
		gram_match(t.gram, &t.state, 15, cases[i].line, &t.match);
		ck_assert_msg(t.match.status == GRAM_OK, "%s", cases[i].line);
		ck_assert_msg(
		    gram_typed(&t.match, cases[i].keyword) == cases[i].typed, "%s", cases[i].line);
	}
	config_close(&t);
}
END_TEST

struct step {
	const char *line, *says; /* NULL: nothing said, accepted; else the whole text */
	bool refused;
};

static void steps(const struct step *s, size_t n)
{
	struct config_test t = {0};

	config_open(&t);
	for (size_t i = 0; i < n; i++) {
		bool refused = config_line(&t, s[i].line) == DB_REFUSED;

		ck_assert_msg(refused == s[i].refused, "%s\n%s", s[i].line, text_str(&t.out));
		ck_assert_msg(strcmp(text_str(&t.out), s[i].says ? s[i].says : "") == 0,
		    "%zu %s\n%s", i, s[i].line, text_str(&t.out));
	}
	config_close(&t);
}

START_TEST(refusals)
{
	static const struct step s[] = {
	    {"hostname -x", "ERROR: % Invalid Hostname\n", true},
	    {"interface g0/0", NULL, false},
	    {"nameif outside", "INFO: Security level for \"outside\" set to 0 by default.\n",
		false},
	    {"ip address 172.16.1.2 255.255.255.0", NULL, false},
	    {"interface g0/1", NULL, false},
	    {"nameif outside",
		"ERROR: Name \"outside\" has been assigned to interface GigabitEthernet0/0\n",
		true},
	    {"nameif inside", "INFO: Security level for \"inside\" set to 100 by default.\n",
		false},
	    {"ip address 172.16.1.9 255.255.255.128",
		"ERROR: Failed to apply IP address to interface inside, as the network overlaps "
		"with "
		"interface outside. Two interfaces cannot be in the same subnet.\n",
		true},
	    {"ip local pool A 10.0.0.1-10.0.0.9", NULL, false},
	    {"ip local pool A 10.0.0.1-10.0.0.8",
		"ERROR: Pool (A) already exists; remove it first\n", true},
	    {"ip local pool B 10.0.0.9-10.0.0.12",
		"ERROR: Pool (B) overlaps with existing pool (A)\n", true},
	    {"ip local pool O 172.16.1.1-172.16.1.5",
		"WARNING: Pool (O) contains the address 172.16.1.2 "
		"of an interface; no client gets it\n",
		false},
	    {"no ip local pool O", NULL, false},
	    {"ip local pool O 172.16.7.1-172.16.7.5", NULL, false},
	    {"interface g0/1", NULL, false},
	    {"ip address 172.16.7.6 255.255.255.0", NULL, false},
	    {"ip address 172.16.7.5 255.255.255.0",
		"WARNING: Pool (O) contains the address 172.16.7.5 "
		"of an interface; no client gets it\n",
		false},
	    {"no ip address", NULL, false},
	    {"no ip local pool O", NULL, false},
	    {"tunnel-group DefaultRAGroup general-attributes", NULL, false},
	    {"address-pool C", "ERROR: Pool (C) does not exist\n", true},
	    {"address-pool A", NULL, false},
	    {"default-group-policy G", "ERROR: group-policy <G> does not exist\n", true},
	    {"exit", NULL, false},
	    {"no ip local pool A", "ERROR: Pool (A) is in use and cannot be removed\n", true},
	    {"no ip local pool Z", "ERROR: Pool (Z) does not exist\n", true},
	    {"crypto ipsec ikev1 transform-set T mode transport",
		"ERROR: transform set with tag \"T\" does not exist.\n", true},
	    {"crypto ipsec ikev1 transform-set T esp-aes esp-none", NULL, false},
	    {"crypto ipsec ikev1 transform-set T mode transport",
		"ERROR: transform set T has no authentication (esp-none); L2TP over IPsec needs "
		"one, "
		"such as esp-sha-hmac\n",
		true},
	    {"crypto ipsec ikev1 transform-set T esp-sha256-hmac esp-aes", NULL, false},
	    {"crypto ipsec ikev1 transform-set T mode transport", NULL, false},
	    {"crypto dynamic-map D 10 set ikev1 transform-set U",
		"ERROR: transform set with tag \"U\" does not exist.\n", true},
	    {"crypto dynamic-map D 10 set ikev1 transform-set T", NULL, false},
	    {"no crypto ipsec ikev1 transform-set T",
		"ERROR: transform set with tag \"T\" is being used by a crypto map\n", true},
	    {"no crypto dynamic-map D 10", NULL, false},
	    {"no crypto ipsec ikev1 transform-set T", NULL, false},
	    {"crypto map M 20 set peer 10.9.9.9", "WARNING: The crypto map entry is incomplete!\n",
		false},
	    {"no group-policy DfltGrpPolicy",
		"ERROR: group-policy <DfltGrpPolicy> is the default "
		"group-policy and cannot be removed\n",
		true},
	    {"no tunnel-group DefaultRAGroup",
		"ERROR: tunnel-group DefaultRAGroup is a default "
		"tunnel-group and cannot be removed\n",
		true},
	    {"tunnel-group N type remote-access", NULL, false},
	    {"tunnel-group N type webvpn", NULL, false},
	    {"tunnel-group N type ipsec-l2l",
		"ERROR: tunnel-group N has another type; remove it first\n", true},
	    {"no tunnel-group N", NULL, false},
	    {"route outside 0 0 172.16.1.1", NULL, false},
	    {"route outside 0.0.0.0 0.0.0.0 172.16.1.1 1", "Route already exists\n", false},
	    {"route inside 0 0 10.0.0.9",
		"ERROR: Cannot add route entry, conflict with existing routes\n", true},
	    {"access-list SPLIT standard permit host 10.1.1.7", NULL, false},
	    {"access-list SPLIT standard permit host 10.1.1.7",
		"WARNING: <SPLIT> found duplicate element\n", false},
	    {"group-policy DfltGrpPolicy attributes", NULL, false},
	    {"split-tunnel-network-list value SPLIT", NULL, false},
	    {"no access-list SPLIT standard permit host 10.1.1.7",
		"ERROR: access-list <SPLIT> is being used and cannot be removed\n", true},
	    {"interface GigabitEthernet 0/64", "ERROR: there is no interface GigabitEthernet0/64\n",
		true},
	    {"interface g0/+1", "ERROR: there is no interface g0/+1\n", true},
	    {"interface Foo9/9", "ERROR: there is no interface Foo9/9\n", true},
	    {"interface g1/x", "ERROR: there is no interface g1/x\n", true},
	    {"interface Management0/0", NULL, false},
	    {"crypto ikev1 policy 65536",
		"                    ^\n"
		"ERROR: % Invalid input detected at '^' marker.\n",
		true},
	    {"crypto ikev1 enable dmz",
		"WARNING: there is no interface \"dmz\" yet; this takes effect "
		"when there is\n",
		false},
	    {"username x password ab", "ERROR: the password must have at least 3 characters\n",
		true},
	    {"username x password abc nt-encrypted",
		"ERROR: this is not a password of the form nt-encrypted\n", true},
	    {"username x attributes", "ERROR: username <x> does not exist\n", true},
	    {"tunnel-group N general-attributes", "ERROR: tunnel-group N does not exist\n", true},
	    {"access-list X permit icmp any any eq 5",
		"ERROR: ports need the protocol tcp or udp\n", true},
	    {"object network O", NULL, false},
	    {"subnet 10.0.0.1 255.255.255.0",
		"ERROR: IP address,mask <10.0.0.1,255.255.255.0> doesn't pair\n", true},
	    {"subnet 10.0.0.0 255.255.255.0", NULL, false},
	    {"nat (inside,outside) source static O any",
		"ERROR: NAT rule refused: static NAT of `any` is to `any`\n",
		true},
	    {"nat (inside,outside) source static O O", NULL, false},
	    {"no object network O", "ERROR: unable to delete object (O). object is being used.\n",
		true},
	};

	steps(s, sizeof s / sizeof *s);
}
END_TEST

/* An interface gets a name with which two lines would be the same: what stands between them would
 * go another way if one went. */
#define NO_Q "WARNING: there is no interface \"q\" yet; this takes effect when there is\n"
START_TEST(names_that_make_lines_equal)
{
	static const struct step s[] = {
	    {"interface g0/0", NULL, false},
	    {"nameif m", "INFO: Security level for \"m\" set to 0 by default.\n", false},
	    {"access-list R extended deny tcp any interface q eq 22", NO_Q, false},
	    {"access-list R extended permit ip any any", NULL, false},
	    {"access-list R extended deny tcp any interface m eq 22", NULL, false},
	    {"interface g0/0", NULL, false},
	    {"nameif q",
		"ERROR: lines 1 and 3 of access-list R would be the same with the name \"q\"; "
		"remove one of them first\n",
		true},
	    {"nameif n", NULL, false},
	    {"no access-list R extended deny tcp any interface n eq 22", NULL, false},
	    {"interface g0/0", NULL, false},
	    {"nameif q", NULL, false},
	    {"nameif m", NULL, false},
	    {"access-list R extended deny tcp any interface m eq 22",
		"WARNING: <R> found duplicate element\n", false},
	    {"no access-list R extended permit ip any any", NULL, false},
	    {"no access-list R extended deny tcp any interface m eq 22", NULL, false},
	    {"access-list R extended permit ip interface m interface q", NO_Q, false},
	    {"access-list R extended permit ip interface q interface q", NO_Q NO_Q, false},
	    {"nat (m,q) after-auto source static any any", NO_Q, false},
	    {"nat (q,m) after-auto source static any any", NO_Q, false},
	    {"interface g0/0", NULL, false},
	    {"nameif q",
		"ERROR: lines 1 and 2 of access-list R would be the same with the name \"q\"; "
		"remove one of them first\n",
		true},
	    {"no access-list R extended permit ip interface q interface q", NULL, false},
	    {"interface g0/0", NULL, false},
	    {"nameif q",
		"ERROR: lines 1 and 2 of nat after-auto would be the same with the name \"q\"; "
		"remove one of them first\n",
		true},
	    {"no nat (q,m) after-auto source static any any", NULL, false},
	    {"interface g0/0", NULL, false},
	    {"nameif q", NULL, false},
	    {"no access-list R extended permit ip interface q interface q", NULL, false},
	    {"no nat (q,q) after-auto source static any any", NULL, false},
	};

	steps(s, sizeof s / sizeof *s);
}
END_TEST

/* Lists and interfaces may have names that begin a keyword. */
START_TEST(names_that_begin_keywords)
{
	static const char *const list[] = {
	    "d", "deny", "a", "alert", "deny-all", "deny-flow-maximum"};
	static const char *const interface[] = {"n", "nu", "null", "null0", "Null0"};
	struct config_test t = {0};
	char line[100];

	config_open(&t);
	config_paste(&t, "access-list deny-flow-max 9\naccess-list alert-interval 9\n");
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		snprintf(line, sizeof line, "access-list %s permit ip any any", list[i]);
		ck_assert_msg(config_line(&t, line) == DB_OK, "%s", line);
		snprintf(line, sizeof line, "no access-list %s", list[i]);
		ck_assert_msg(config_line(&t, line) == DB_REFUSED, "%s", line);
		ck_assert_str_eq(text_str(&t.out), "ERROR: % Incomplete command\n");
		snprintf(line, sizeof line, "no access-list %s permit ip any any", list[i]);
		ck_assert_msg(config_line(&t, line) == DB_OK, "%s", line);
		ck_assert_str_eq(config_show(&t, 0, "access-list"),
		    "access-list deny-flow-max 9\naccess-list alert-interval 9\n");
	}
	config_paste(&t, "no access-list deny-flow-max\nno access-list alert-interval 9\n");
	ck_assert_str_eq(config_show(&t, 0, "access-list"), "");
	config_paste(&t, "interface g0/0\nip address 172.16.1.2 255.255.255.0\n");
	for (size_t i = 0; i < sizeof interface / sizeof *interface; i++) {
		snprintf(line, sizeof line, "interface g0/0\nnameif %s\n", interface[i]);
		config_paste(&t, line);
		snprintf(line, sizeof line, "route %s 10.0.0.0 255.0.0.0 172.16.1.1", interface[i]);
		ck_assert_msg(config_line(&t, line) == DB_OK, "%s", line);
		snprintf(line, sizeof line, "no route %s 10.0.0.0 255.0.0.0 172.16.1.1",
		    interface[i]);
		ck_assert_msg(config_line(&t, line) == DB_OK, "%s", line);
	}
	config_close(&t);
}
END_TEST

/* Lines, and what the section shows after them. */
static void shows(const char *lines, const char *section, const char *want)
{
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, lines);
	ck_assert_str_eq(config_show(&t, 0, section), want);
	config_close(&t);
}

/* `no` with members of a list takes these out and leaves the rest. */
START_TEST(members_leave_a_list)
{
	shows("ip local pool A 10.0.0.1-10.0.0.9\n"
	    "ip local pool B 10.0.1.1-10.0.1.9\n"
	    "tunnel-group DefaultRAGroup general-attributes\n"
	    "address-pool A B\n"
	    "no address-pool B\n"
	    "no address-pool C\n", "tunnel-group",
	    "tunnel-group DefaultRAGroup general-attributes\n address-pool A\n");
	shows("ip local pool A 10.0.0.1-10.0.0.9\n"
	    "tunnel-group DefaultRAGroup general-attributes\n"
	    "address-pool A\n"
	    "no address-pool A\n", "tunnel-group", "");
	shows("crypto ipsec ikev1 transform-set T1 esp-aes esp-sha-hmac\n"
	    "crypto ipsec ikev1 transform-set T2 esp-aes esp-sha256-hmac\n"
	    "crypto dynamic-map D 10 set ikev1 transform-set T1 T2\n"
	    "no crypto dynamic-map D 10 set ikev1 transform-set T1\n", "crypto dynamic-map",
	    "crypto dynamic-map D 10 set ikev1 transform-set T2\n");
	shows("group-policy P internal\n"
	      "group-policy P attributes\n"
	      "vpn-tunnel-protocol ikev1 l2tp-ipsec\n"
	      "no vpn-tunnel-protocol ikev1\n"
	      "dns-server value 8.8.8.8 4.4.4.2\n"
	      "no dns-server\n",
	    "group-policy",
	    "group-policy P internal\ngroup-policy P attributes\n vpn-tunnel-protocol l2tp-ipsec "
	    "\n");
}
END_TEST

START_TEST(policy_from_another)
{
	struct config_test t = {0};

	shows("group-policy P internal\n"
	      "group-policy P attributes\n"
	      "default-domain value cisco.com\n"
	      "exit\n"
	      "group-policy Q internal from P\n",
	    "group-policy Q",
	    "group-policy Q internal\ngroup-policy Q attributes\n default-domain value "
	    "cisco.com\n");
	config_open(&t);
	ck_assert_int_eq(config_line(&t, "group-policy Q internal from X"), DB_REFUSED);
	ck_assert_str_eq(text_str(&t.out), "ERROR: group-policy <X> does not exist\n");
	config_close(&t);
}
END_TEST

/* The interface line of a map stands behind the entries of that map. */
START_TEST(map_interfaces)
{
	shows("interface g0/0\nnameif a\ninterface gigabitethernet 0/1\nnameif b\n"
	    "crypto dynamic-map D 10 set pfs\n"
	    "crypto map M1 10 ipsec-isakmp dynamic D\n"
	    "crypto map M2 10 ipsec-isakmp dynamic D\n"
	    "crypto map M2 20 ipsec-isakmp dynamic D\n"
	    "crypto map M2 interface a\n"
	    "crypto map M1 interface b\n", "crypto map",
	    "crypto map M1 10 ipsec-isakmp dynamic D\n"
	    "crypto map M1 interface b\n"
	    "crypto map M2 10 ipsec-isakmp dynamic D\n"
	    "crypto map M2 20 ipsec-isakmp dynamic D\n"
	    "crypto map M2 interface a\n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("grammar_lines");
	TCase *c = tcase_create("grammar_lines");
	SRunner *r;
	int failed;

	tcase_set_timeout(c, 240);
	tcase_add_test(c, functions_exist);
	tcase_add_test(c, every_line_has_an_example);
	tcase_add_test(c, examples);
	tcase_add_test(c, no_takes_back);
	tcase_add_test(c, values_are_no_keywords);
	tcase_add_loop_test(c, random_lines, 0, 10);
	tcase_add_test(c, refusals);
	tcase_add_test(c, members_leave_a_list);
	tcase_add_test(c, policy_from_another);
	tcase_add_test(c, map_interfaces);
	suite_add_tcase(s, c);
	c = tcase_create("names");
	tcase_add_test(c, names_that_make_lines_equal);
	tcase_add_test(c, names_that_begin_keywords);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
