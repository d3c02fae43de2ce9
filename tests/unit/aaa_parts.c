/*
 * Parts that requests are made of: names stripped, what the configuration says
 * to all servers, changes that a server orders, names of hosts. /
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/change.h"
#include "engine/aaa/directory.h"
#include "engine/aaa/request.h"
#include "engine/net/dns.h"
#include "engine/role/aaa_names.h"
#include "tests/support/aaa_net_sim.h"
#include "tests/support/env_sim.h"

/* ---- requests
 * ----------------------------------------------------------------------------------- */

static const struct {
	const char *sent;
	bool realm, group;
	const char *user;
} names[] = {
    {"anna", true, true, "anna"},
    {"anna@example.com", false, false, "anna@example.com"},
    {"anna@example.com", true, false, "anna"},
    {"anna@vpn@example.com", true, false, "anna@vpn"},
    {"anna@vpn@example.com", false, true, "anna"},
    {"anna#vpn", false, true, "anna"},
    {"anna!vpn#x", false, true, "anna"},
    {"anna#vpn", true, false, "anna#vpn"},
    {"DOMAIN\\anna@example.com", true, true, "DOMAIN\\anna"},
    {"@example.com", true, true, "@example.com"},
};

START_TEST(stripped)
{
	struct msg_auth_request m = {.method = "pap",
	    .user = names[_i].sent,
	    .password = "p",
	    .strip_realm = names[_i].realm,
	    .strip_group = names[_i].group};
	struct aaa_request r = {0};

	ck_assert(aaa_request_take(&r, &m));
	ck_assert_str_eq(r.user, names[_i].user);
	ck_assert_str_eq(r.sent, names[_i].sent);
}
END_TEST

START_TEST(malformed)
{
	static char longer[600];
	struct msg_auth_request m = {.method = "magic", .user = "anna"};
	struct aaa_request r = {0};

	ck_assert(!aaa_request_take(&r, &m));
	m.method = "";
	ck_assert(!aaa_request_take(&r, &m));
	m.kind = ASK_COMMAND; /* nobody proves anything */
	m.command = "show version";
	ck_assert(aaa_request_take(&r, &m));
	ck_assert_int_eq(r.kind, AAA_COMMAND);
	ck_assert_str_eq(r.command, "show version");
	m.kind = 77;
	ck_assert(!aaa_request_take(&r, &m));
	memset(longer, 'x', sizeof longer - 1);
	m = (struct msg_auth_request){.method = "pap", .user = longer};
	ck_assert(!aaa_request_take(&r, &m));
	m = (struct msg_auth_request){
	    .method = "eap", .user = "anna", .response = {65, (const uint8_t *)longer}};
	ck_assert(!aaa_request_take(&r, &m)); /* bytes are not cut either */
}
END_TEST

/* ---- the directory
 * ----------------------------------------------------------------------------------- */

static struct aaa_directory *d;

static void certificate(uint8_t op, const char *trustpoint, const char *text)
{
	struct ipc_msg m = {
	    .type = MSG_CFG_CA_CERTIFICATE, .cfg_ca_certificate = {op, trustpoint, "01", text}};

	ck_assert(aaa_directory_message(d, &m));
}

static void line(const char *map, const char *ldap, const char *value, const char *cisco)
{
	struct ipc_msg m = {.type = value ? MSG_CFG_LDAP_VALUE : MSG_CFG_LDAP_NAME};

	if (value)
		m.cfg_ldap_value = (struct cfg_ldap_value){CFG_SET, map, ldap, value, cisco};
	else
		m.cfg_ldap_name = (struct cfg_ldap_name){CFG_SET, map, ldap, cisco};
	ck_assert(aaa_directory_message(d, &m));
}

START_TEST(trust)
{
	uint8_t *der;
	size_t len;

	d = aaa_directory_create();
	certificate(CFG_SET, "ONE", "YWJj");
	certificate(CFG_SET, "TWO", "ZGVmZw==");
	certificate(CFG_SET, "BAD", "!!!!");
	der = aaa_directory_trust(d, "", &len);
	ck_assert_uint_eq(len, 7);
	ck_assert_mem_eq(der, "abcdefg", 7);
	free(der);
	der = aaa_directory_trust(d, "TWO", &len);
	ck_assert_uint_eq(len, 4);
	ck_assert_mem_eq(der, "defg", 4);
	free(der);
	ck_assert_ptr_null(aaa_directory_trust(d, "BAD", &len));
	ck_assert_ptr_null(aaa_directory_trust(d, "NONE", &len));
	aaa_directory_begin(d); /* a snapshot that names one of them */
	certificate(CFG_SET, "ONE", "YWJj");
	aaa_directory_end(d);
	ck_assert_ptr_null(aaa_directory_trust(d, "TWO", &len));
	certificate(CFG_DELETE, "ONE", "");
	ck_assert_ptr_null(aaa_directory_trust(d, "", &len));
	aaa_directory_destroy(d);
}
END_TEST

static void count(void *arg, const char *ldap, const char *cisco)
{
	(void)ldap;
	(void)cisco;
	++*(unsigned *)arg;
}

START_TEST(ldap_maps)
{
	unsigned n = 0;

	d = aaa_directory_create();
	line("MAP", "memberOf", NULL, "Group-Policy");
	line("MAP", "memberOf", "CN=Sales", "SalesPolicy");
	line("OTHER", "title", NULL, "Banner1");
	ck_assert_str_eq(aaa_directory_ldap_name(d, "MAP", "MEMBEROF"), "Group-Policy");
	ck_assert_ptr_null(aaa_directory_ldap_name(d, "MAP", "title"));
	ck_assert_str_eq(aaa_directory_ldap_value(d, "MAP", "memberof", "CN=Sales"), "SalesPolicy");
	ck_assert_str_eq(aaa_directory_ldap_value(d, "MAP", "memberof", "cn=sales"), "cn=sales");
	aaa_directory_ldap_each(d, "MAP", count, &n);
	ck_assert_uint_eq(n, 1);
	aaa_directory_destroy(d);
}
END_TEST

/* ---- changes
 * ---------------------------------------------------------------------------------------------- */

static uint32_t sent, answered;

static void send_change(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg;
	ck_assert_int_eq(to, ROLE_ENGINE);
	ck_assert_int_eq(m->type, MSG_SESSION_CHANGE);
	sent = m->session_change.id;
}

static void change_done(void *arg, uint32_t sessions)
{
	++*(unsigned *)arg;
	answered = sessions;
}

START_TEST(changes)
{
	unsigned calls = 0;
	struct aaa_changes all = {.send = send_change};
	struct aaa_change c = {
	    .end = true, .key = "", .user = "anna", .done = change_done, .arg = &calls};

	aaa_changes_order(&all, &c); /* no engine */
	ck_assert_uint_eq(calls, 1);
	ck_assert_uint_eq(answered, 0);
	all.engine = true;
	aaa_changes_order(&all, &c);
	ck_assert_uint_eq(calls, 1);
	aaa_changes_done(&all, &(struct msg_act_done){.id = sent + 1, .count = 9});
	ck_assert_uint_eq(calls, 1);
	aaa_changes_done(&all, &(struct msg_act_done){.id = sent, .count = 2});
	aaa_changes_done(&all, &(struct msg_act_done){.id = sent, .count = 2});
	ck_assert_uint_eq(calls, 2);
	ck_assert_uint_eq(answered, 2);
	aaa_changes_order(&all, &c);
	aaa_changes_lost(&all);
	ck_assert_uint_eq(calls, 3);
	ck_assert_uint_eq(answered, 0);
}
END_TEST

/* ---- names of hosts
 * ------------------------------------------------------------------------------------------ */

static struct sim sim;
static struct netsim net;
static struct aaa_names resolver;
static unsigned asked, found;
static struct addr last;

static void names_ask(void *arg)
{
	(void)arg;
	asked++;
}

static void names_found(void *arg, const struct addr *a)
{
	(void)arg;
	found++;
	last = *a;
}

static void names_setup(void)
{
	sim_init(&sim, 1, NULL, NULL);
	netsim_init(&net);
	aaa_names_init(&resolver, &sim.env, &net.net, names_ask, NULL);
	asked = found = 0;
}

static void names_teardown(void)
{
	aaa_names_fini(&resolver);
	netsim_fini(&net);
	ck_assert_uint_eq(timer_next(&sim.env), UINT64_MAX);
	sim_fini(&sim);
}

/* The answer to the last question: the code, and an address behind an alias. */
static void name_server(uint8_t code, bool address)
{
	static const uint8_t alias[] = {0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 2, 0xc0, 12};
	static const uint8_t a[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 1, 1, 21};
	const struct netsim_datagram *q = netsim_datagram(&net, -1);
	uint8_t answer[600];
	size_t len = q->len;

	memcpy(answer, q->bytes, len);
	answer[2] |= 0x80;
	answer[3] = code;
	answer[7] = address ? 2 : 0;
	if (address) {
		memcpy(answer + len, alias, sizeof alias);
		memcpy(answer + len + sizeof alias, a, sizeof a);
		len += sizeof alias + sizeof a;
	}
	answer[0] ^= 1; /* who does not know the number is not heard */
	netsim_answer(q->by, answer, len);
	ck_assert_uint_eq(found, 0);
	answer[0] ^= 1;
	netsim_answer(q->by, answer, len);
}

START_TEST(by_the_hosts_list)
{
	ck_assert_ptr_nonnull(aaa_names_lookup(&resolver, "Radius", names_found, NULL));
	ck_assert_uint_eq(asked, 1);
	aaa_names_hosts(
	    &resolver, "# ours\n::1 radius\n10.1.1.9\tother # radius\n10.1.1.21 x radius\n");
	ck_assert_uint_eq(found, 0);
	aaa_names_resolver(&resolver, NULL);
	ck_assert_uint_eq(found, 1);
	ck_assert_uint_eq(addr_to_v4(&last), 0x0a010115);
}
END_TEST

START_TEST(by_name_servers)
{
	const struct netsim_datagram *q;

	aaa_names_lookup(&resolver, "radius", names_found, NULL);
	aaa_names_resolver(&resolver, "search example.com\nnameserver 10.0.0.1\nnameserver ::1\n"
				      "nameserver 10.0.0.2\n");
	q = netsim_datagram(&net, -1);
	ck_assert_uint_eq(addr_to_v4(&q->to.address), 0x0a000001);
	ck_assert_mem_eq(q->bytes + 12, "\6radius\7example\3com\0\0\1\0\1", 24);
	sim_run(&sim, 2 * SEC); /* the first one is silent */
	q = netsim_datagram(&net, -1);
	ck_assert_uint_eq(addr_to_v4(&q->to.address), 0x0a000002);
	name_server(0, true);
	ck_assert_uint_eq(found, 1);
	ck_assert_uint_eq(addr_to_v4(&last), 0x0a010115);
}
END_TEST

/* The host's list of name servers becomes shorter while they are asked, or empty. */
START_TEST(fewer_name_servers)
{
	aaa_names_lookup(&resolver, "radius.example.com", names_found, NULL);
	aaa_names_resolver(&resolver, "nameserver 10.0.0.1\nnameserver 10.0.0.2\n");
	sim_run(&sim, 4 * SEC); /* three questions */
	aaa_names_lookup(&resolver, "other.example.com", names_found, NULL);
	aaa_names_resolver(&resolver, _i ? "nameserver 10.0.0.3\n" : "# none\n");
	sim_run(&sim, 60 * SEC);
	ck_assert_uint_eq(found, 2);
	ck_assert_uint_eq(last.family, 0);
}
END_TEST

START_TEST(no_such_name)
{
	aaa_names_lookup(&resolver, "radius.example.com", names_found, NULL);
	aaa_names_resolver(&resolver, "nameserver 10.0.0.1\n");
	name_server(_i ? 3 : 0, false);
	ck_assert_uint_eq(found, 1);
	ck_assert_uint_eq(last.family, 0);
}
END_TEST

/* All are silent, cannot tell, or are not there; and one that is cancelled. */
START_TEST(nobody_knows)
{
	struct aaa_lookup *l;

	aaa_names_lookup(&resolver, "radius.example.com", names_found, NULL);
	aaa_names_resolver(&resolver, "nameserver 10.0.0.1\n");
	name_server(2, false);
	sim_run(&sim, 1);
	ck_assert_uint_eq(net.n_sent, 2);
	netsim_refuse(netsim_datagram(&net, -1)->by, 111);
	sim_run(&sim, 1);
	ck_assert_uint_eq(found, 1);
	ck_assert_uint_eq(last.family, 0);
	l = aaa_names_lookup(&resolver, "radius.example.com", names_found, NULL);
	aaa_names_resolver(&resolver, "nameserver 10.0.0.1\n");
	aaa_names_cancel(l);
	sim_run(&sim, 10 * SEC);
	ck_assert_uint_eq(found, 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_parts");
	TCase *t = tcase_create("parts"), *n = tcase_create("names");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, stripped, 0, sizeof names / sizeof *names);
	tcase_add_test(t, malformed);
	tcase_add_test(t, trust);
	tcase_add_test(t, ldap_maps);
	tcase_add_test(t, changes);
	tcase_add_checked_fixture(n, names_setup, names_teardown);
	tcase_add_test(n, by_the_hosts_list);
	tcase_add_test(n, by_name_servers);
	tcase_add_loop_test(n, fewer_name_servers, 0, 2);
	tcase_add_loop_test(n, no_such_name, 0, 2);
	tcase_add_test(n, nobody_knows);
	suite_add_tcase(s, t);
	suite_add_tcase(s, n);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
