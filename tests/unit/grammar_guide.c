/* The guide's configuration, pasted exactly as printed: accepted, shown as the device shows it, and
 * what `more system:running-config` prints loads into an empty appliance as the same. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/config.h"

static const char guide[] =
    "crypto ikev1 policy 10\n"
    "authentication pre-share\n"
    "encryption 3des\n"
    "hash sha\n"
    "group 2\n"
    "lifetime 86400\n"
    "exit\n"
    "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA esp-3des esp-sha-hmac\n"
    "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA mode transport\n"
    "crypto dynamic-map outside_dyn_map 10 set ikev1 transform-set TRANS-ESP-3DES-SHA\n"
    "crypto map outside_map 65535 ipsec-isakmp dynamic outside_dyn_map\n"
    "crypto map outside_map interface outside\n"
    "crypto ikev1 enable outside\n"
    "ip local pool Address-pool 192.168.1.1-192.168.1.254 mask 255.255.255.0\n"
    "group-policy L2TP-VPN internal\n"
    "group-policy L2TP-VPN attributes\n"
    "vpn-tunnel-protocol l2tp-ipsec\n"
    "default-domain value cisco.com\n"
    "username test password test mschap\n"
    "exit\n"
    "tunnel-group DefaultRAGroup general-attributes\n"
    "address-pool Address-pool\n"
    "default-group-policy L2TP-VPN\n"
    "exit\n"
    "tunnel-group DefaultRAGroup ipsec-attributes\n"
    "ikev1 pre-shared-key C!sc0@123\n"
    "exit\n"
    "tunnel-group DefaultRAGroup ppp-attributes\n"
    "no authentication chap\n"
    "authentication ms-chap-v2\n"
    "exit\n"
    "object network L2TP-Pool\n"
    "subnet 192.168.1.0 255.255.255.0\n"
    "exit\n"
    "nat(inside,outside) source static any any destination static L2TP-Pool L2TP-Pool no-proxy-arp "
    "route-lookup\n";

static const char split[] =
    "access-list SPLIT standard permit 10.1.1.0 255.255.255.0\n"
    "group-policy DefaultRAGroup attributes\n"
    "split-tunnel-policy tunnelspecified\n"
    "split-tunnel-network-list value SPLIT\n"
    "intercept-dhcp 255.255.255.255 enable\n";

static const char interfaces[] =
    "interface g0/0\n"
    "nameif outside\n"
    "security-level 0\n"
    "ip address 172.16.1.2 255.255.255.0\n"
    "no shutdown\n"
    "interface g0/1\n"
    "nameif inside\n"
    "ip address 10.1.1.1 255.255.255.0\n"
    "no shutdown\n"
    "interface g0/2\n"
    "route outside 0 0 172.16.1.1\n";

static const char shown[] =
    "hostname ciscoasa\n"
    "\n"
    "ip local pool Address-pool 192.168.1.1-192.168.1.254 mask 255.255.255.0\n"
    "!\n"
    "interface GigabitEthernet0/0\n"
    " nameif outside\n"
    " security-level 0\n"
    " ip address 172.16.1.2 255.255.255.0\n"
    "!\n"
    "interface GigabitEthernet0/1\n"
    " nameif inside\n"
    " security-level 100\n"
    " ip address 10.1.1.1 255.255.255.0\n"
    "!\n"
    "interface GigabitEthernet0/2\n"
    " no nameif\n"
    " no security-level\n"
    " no ip address\n"
    "!\n"
    "object network L2TP-Pool\n"
    " subnet 192.168.1.0 255.255.255.0\n"
    "access-list SPLIT standard permit 10.1.1.0 255.255.255.0 \n"
    "pager lines 24\n"
    "nat (inside,outside) source static any any destination static L2TP-Pool L2TP-Pool "
    "no-proxy-arp "
    "route-lookup\n"
    "!\n"
    "route outside 0.0.0.0 0.0.0.0 172.16.1.1 1\n"
    "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA esp-3des esp-sha-hmac \n"
    "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA mode transport\n"
    "crypto ipsec security-association pmtu-aging infinite\n"
    "crypto dynamic-map outside_dyn_map 10 set ikev1 transform-set TRANS-ESP-3DES-SHA\n"
    "crypto map outside_map 65535 ipsec-isakmp dynamic outside_dyn_map\n"
    "crypto map outside_map interface outside\n"
    "crypto ikev1 enable outside\n"
    "crypto ikev1 policy 10\n"
    " authentication pre-share\n"
    " encryption 3des\n"
    " hash sha\n"
    " group 2\n"
    " lifetime 86400\n"
    "ssh timeout 5\n"
    "ssh version 2\n"
    "console timeout 0\n"
    "group-policy DefaultRAGroup internal\n"
    "group-policy DefaultRAGroup attributes\n"
    " split-tunnel-policy tunnelspecified\n"
    " split-tunnel-network-list value SPLIT\n"
    " intercept-dhcp 255.255.255.255 enable\n"
    "group-policy L2TP-VPN internal\n"
    "group-policy L2TP-VPN attributes\n"
    " vpn-tunnel-protocol l2tp-ipsec \n"
    " default-domain value cisco.com\n"
    "username test password DLaUiAX3l78qgoB5c7iVNw== nt-encrypted\n"
    "tunnel-group DefaultRAGroup general-attributes\n"
    " address-pool Address-pool\n"
    " default-group-policy L2TP-VPN\n"
    "tunnel-group DefaultRAGroup ipsec-attributes\n"
    " ikev1 pre-shared-key *****\n"
    "tunnel-group DefaultRAGroup ppp-attributes\n"
    " no authentication chap\n"
    " authentication ms-chap-v2\n"
    "!\n"
    "prompt hostname context \n";

START_TEST(pastes_and_shows)
{
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, interfaces);
	config_paste(&t, guide);
	config_paste(&t, split);
	ck_assert_str_eq(config_show(&t, 0, ""), shown);
	config_close(&t);
}
END_TEST

/* Into an appliance without interfaces, in the document's order: still no error. */
START_TEST(pastes_into_nothing)
{
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, guide);
	config_close(&t);
}
END_TEST

START_TEST(warns)
{
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, "access-list SPLIT standard permit 10.1.1.0 255.255.255.0\n");
	ck_assert_int_eq(config_line(&t, "group-policy DefaultRAGroup attributes"), DB_OK);
	ck_assert_str_eq(text_str(&t.out),
	    "WARNING: group-policy <DefaultRAGroup> did not exist; it has "
	    "been created, and no tunnel-group uses it\n");
	ck_assert_str_eq(parse_state_prompt(&t.state), "(config-group-policy)");
	ck_assert_int_eq(config_line(&t, "group-policy DefaultRAGroup attributes"), DB_OK);
	ck_assert_str_eq(text_str(&t.out), "");
	config_close(&t);
}
END_TEST

START_TEST(more_loads_as_the_same)
{
	struct config_test t = {0};
	char *clear, sum[33], again[33];

	config_open(&t);
	config_paste(&t, interfaces);
	config_paste(&t, guide);
	config_paste(&t, split);
	clear = strdup(config_show(&t, RENDER_CLEAR, ""));
	ck_assert_ptr_nonnull(strstr(clear, " ikev1 pre-shared-key C!sc0@123\n"));
	db_checksum(t.db, sum);
	ck_assert_msg(config_load(&t, clear) == 0, "%s", text_str(&t.out));
	ck_assert_str_eq(config_show(&t, RENDER_CLEAR, ""), clear);
	db_checksum(t.db, again);
	ck_assert_str_eq(sum, again);
	free(clear);
	config_close(&t);
}
END_TEST

START_TEST(sections)
{
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, interfaces);
	config_paste(&t, guide);
	ck_assert_str_eq(config_show(&t, 0, "ip local pool"),
	    "ip local pool Address-pool 192.168.1.1-192.168.1.254 mask 255.255.255.0\n");
	ck_assert_str_eq(config_show(&t, 0, "username"),
	    "username test password DLaUiAX3l78qgoB5c7iVNw== nt-encrypted\n");
	ck_assert_str_eq(config_show(&t, 0, "crypto map"),
	    "crypto map outside_map 65535 ipsec-isakmp dynamic outside_dyn_map\n"
	    "crypto map outside_map interface outside\n");
	ck_assert_str_eq(config_show(&t, 0, "tunnel-group DefaultL2LGroup"), "");
	ck_assert_str_eq(config_show(&t, 0, "access-list"), "");
	ck_assert_ptr_nonnull(strstr(config_show(&t, RENDER_ALL, "group-policy DfltGrpPolicy"),
	    " vpn-simultaneous-logins 3\n"));
	config_close(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("grammar_guide");
	TCase *c = tcase_create("grammar_guide");
	SRunner *r;
	int failed;

	tcase_add_test(c, pastes_and_shows);
	tcase_add_test(c, pastes_into_nothing);
	tcase_add_test(c, warns);
	tcase_add_test(c, more_loads_as_the_same);
	tcase_add_test(c, sections);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
