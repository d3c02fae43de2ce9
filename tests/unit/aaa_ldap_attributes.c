/* What a directory says of a user: attributes by the map, groups, the end of a password. */
#include "tests/support/ldap_sim.h"

static void tell(const struct ipc_msg *m)
{
	ck_assert(
	    aaa_directory_message((struct aaa_directory *)(uintptr_t)ldap_world.directory, m));
}

static void map_name(const char *ldap, const char *cisco)
{
	tell(&(struct ipc_msg){.type = MSG_CFG_LDAP_NAME,
	    .fd = -1,
	    .cfg_ldap_name = {.op = CFG_SET, .name = "MAP", .ldap = ldap, .cisco = cisco}});
}

static void map_value(const char *ldap, const char *value, const char *cisco)
{
	tell(&(struct ipc_msg){.type = MSG_CFG_LDAP_VALUE,
	    .fd = -1,
	    .cfg_ldap_value = {
		.op = CFG_SET, .name = "MAP", .ldap = ldap, .value = value, .cisco = cisco}});
}

/* ---- attributes --------------------------------------------------------------------------- */

static const struct mapped {
	const char *ldap, *cisco, *value, *other;
	enum aaa_attribute which;
	const char *text; /* NULL: a number */
	uint32_t number;
} MAPPED[] = {
    {"department", "Group-Policy", "SALES", NULL, AAA_GROUP_POLICY, "SALES", 0},
    {"department", "IETF-Radius-Class", "OU=SALES;", NULL, AAA_GROUP_POLICY, "SALES", 0},
    {"DEPARTMENT", "cVPN3000-IETF-Radius-Class", "ou=Gold", NULL, AAA_GROUP_POLICY, "Gold", 0},
    {"memberOf", "Group-Policy", "cn=other", "cn=vip", AAA_GROUP_POLICY, "VIP", 0},
    {"memberOf", "Group-Policy", "cn=other", "cn=none", AAA_GROUP_POLICY, "cn=other", 0},
    {"ip", "IETF-Radius-Framed-IP-Address", "-1062731443", NULL, AAA_FRAMED_IP, "", 0xc0a8014d},
    {"ip", "IETF-Radius-Framed-IP-Address", "192.168.1.77", NULL, AAA_FRAMED_IP, "", 0xc0a8014d},
    {"title", "Privilege-Level", "15", NULL, AAA_PRIVILEGE, NULL, 15},
    {"t", "Authenticated-User-Idle-Timeout", "10", NULL, AAA_IDLE_TIMEOUT, NULL, 600},
    {"t", "Tunneling-Protocols", "8", NULL, AAA_PROTOCOLS, NULL, PROTO_L2TP_IPSEC},
    {"t", "IETF-Radius-Service-Type", "7", NULL, AAA_SERVICE_TYPE, "nas-prompt", 0},
};

static bool authorized(size_t i, const char *name, const char *value, const char *other,
    enum aaa_attribute which, struct aaa_value *v)
{
	struct login *l = ldap_ask_for(i, AAA_AUTHORIZE, "erin", "");
	struct aaa_stream *s = i ? ldap_connection(0) : ldap_searcher();
	uint32_t id = ldap_wanted(s, SEARCH, NULL);

	ldap_entry(s, id, "uid=erin,dc=x", name, value, other);
	ldap_result(s, id, LDAP_SEARCH_DONE, 0, "");
	ldap_ck_end(l, AUTH_ACCEPT, REASON_NONE);
	return aaa_attribute_find(
	    &(struct bytes){.len = (uint16_t)l->attributes.len, .p = l->attributes.bytes}, which,
	    v);
}

START_TEST(mapped)
{
	struct aaa_value v;

	map_name(MAPPED[_i].ldap, MAPPED[_i].cisco);
	map_value("memberOf", "cn=vip", "VIP");
	ck_assert(authorized(
	    0, MAPPED[_i].ldap, MAPPED[_i].value, MAPPED[_i].other, MAPPED[_i].which, &v));
	if (MAPPED[_i].which == AAA_FRAMED_IP)
		ck_assert_uint_eq(addr_to_v4(&v.address), MAPPED[_i].number);
	else if (MAPPED[_i].text)
		ck_assert_str_eq(v.text, MAPPED[_i].text);
	else
		ck_assert_uint_eq(v.number, MAPPED[_i].number);
}
END_TEST

/* Active Directory says when a password ends; one that does not, or not soon, is not told. */
START_TEST(the_end_of_a_password)
{
	static const struct mapped {
		const char *value;
		uint32_t days; /* 0: not told */
	} of[] = {{"133494048100000000", 10}, {"9223372036854775807", 0}, {"0", 0}, {"", 0},
	    {"x", 0}, {"133485407999999999", 0}, {"143485409000000000", 0}};
	struct aaa_value v = {0};

	ldap_sim.wall = 1704067200; /* 2024 */
	ck_assert_int_eq(authorized(0, "msDS-UserPasswordExpiryTimeComputed", of[_i].value, NULL,
			     AAA_PASSWORD_DAYS, &v),
	    of[_i].days != 0);
	ck_assert_uint_eq(v.number, of[_i].days);
}
END_TEST

/* What is no number is no privilege; what the map does not name is nothing. */
START_TEST(of_no_use)
{
	static const char *const bad[] = {"", "fifteen", "15x", "-1", "4294967296", " 15"};
	struct aaa_value v;

	map_name("title", "Privilege-Level");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert(!authorized(i, "title", bad[i], NULL, AAA_PRIVILEGE, &v));
	ck_assert(!authorized(7, "Privilege-Level", "15", NULL, AAA_PRIVILEGE, &v));
}
END_TEST

/* Groups that say who their members are, not the members. */
START_TEST(groups)
{
	struct login *l;
	struct aaa_stream *s;
	struct aaa_value v;
	uint32_t id;

	ldap_host.group_base_dn = "ou=Groups,dc=x";
	map_name("memberOf", "Group-Policy");
	map_value("memberOf", "cn=vip,ou=Groups,dc=x", "VIP");
	l = ldap_ask_for(0, AAA_AUTHORIZE, "erin", "");
	s = ldap_searcher();
	ldap_found(s);
	id = ldap_wanted(s, SEARCH, NULL);
	ldap_entry(s, id, "cn=all,ou=Groups,dc=x", NULL, NULL, NULL);
	ldap_entry(s, id, "cn=vip,ou=Groups,dc=x", NULL, NULL, NULL);
	ldap_result(s, id, LDAP_SEARCH_DONE, 0, "");
	ldap_ck_end(l, AUTH_ACCEPT, REASON_NONE);
	ck_assert(aaa_attribute_find(
	    &(struct bytes){.len = (uint16_t)l->attributes.len, .p = l->attributes.bytes},
	    AAA_GROUP_POLICY, &v));
	ck_assert_str_eq(v.text, "VIP");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_ldap_attributes");
	TCase *tc = tcase_create("aaa_ldap");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, ldap_setup, ldap_teardown);
	tcase_add_loop_test(tc, mapped, 0, sizeof MAPPED / sizeof *MAPPED);
	tcase_add_loop_test(tc, the_end_of_a_password, 0, 7);
	tcase_add_test(tc, of_no_use);
	tcase_add_test(tc, groups);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
