/* show vpn-sessiondb: layout of sessions, summary, ratio, byte by byte. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show/show.h"

static struct msg_rec_session session(void)
{
	struct msg_rec_session r = {.index = 1,
	    .user = "test",
	    .public_port = 500,
	    .local_port = 500,
	    .group_policy = "L2TP-VPN",
	    .tunnel_group = "DefaultRAGroup",
	    .login_time = 0x5557d3a0,
	    .duration = 245,
	    .audit_id = "0a6a2577000010005557d3a0",
	    .ike_encryption = "3DES",
	    .ike_hash = "SHA1",
	    .ike_group = 2,
	    .ike_auth = "preSharedKeys",
	    .ike_life = 28800,
	    .ike_left = 28555,
	    .esp_encryption = "3DES",
	    .esp_hash = "SHA1",
	    .local_ident = "172.16.1.2/255.255.255.255/17/1701",
	    .remote_ident = "10.1.1.2/255.255.255.255/17/1701",
	    .transport = 1,
	    .esp_life = 3600,
	    .esp_left = 3576,
	    .esp_life_kb = 250000,
	    .esp_left_kb = 250000,
	    .idle_timeout = 1800,
	    .idle_left = 1740,
	    .bytes_out = 1574,
	    .bytes_in = 12752,
	    .pkts_out = 29,
	    .pkts_in = 118,
	    .ppp_auth = "msCHAPV2",
	    .ppp_idle_left = 1635,
	    .client_os = "Microsoft",
	    .client_os_version = "6.2",
	    .ppp_bytes_out = 475,
	    .ppp_bytes_in = 9093,
	    .ppp_pkts_out = 18,
	    .ppp_pkts_in = 105,
	    .ike_count = 1,
	    .esp_count = 1,
	    .l2tp_count = 1,
	    .ike_tunnel = 1,
	    .esp_tunnel = 2,
	    .l2tp_tunnel = 3};

	ck_assert(addr_parse("192.168.1.1", &r.assigned) && addr_parse("10.1.1.2", &r.public));
	return r;
}

START_TEST(detailed)
{
	struct msg_rec_session r = session();
	struct text t = {0};

	show_sessions(&t, &r, 1, true);
	ck_assert_str_eq(text_str(&t),
	    "\n"
	    "Session Type: IKEv1 IPsec Detailed\n"
	    "\n"
	    "Username     : test                   Index        : 1\n"
	    "Assigned IP  : 192.168.1.1            Public IP    : 10.1.1.2\n"
	    "Protocol     : IKEv1 IPsec L2TPOverIPsec\n"
	    "License      : Other VPN\n"
	    "Encryption   : IKEv1: (1)3DES  IPsec: (1)3DES  L2TPOverIPsec: (1)none\n"
	    "Hashing      : IKEv1: (1)SHA1  IPsec: (1)SHA1  L2TPOverIPsec: (1)none\n"
	    "Bytes Tx     : 1574                   Bytes Rx     : 12752\n"
	    "Pkts Tx      : 29                     Pkts Rx      : 118\n"
	    "Pkts Tx Drop : 0                      Pkts Rx Drop : 0\n"
	    "Group Policy : L2TP-VPN               Tunnel Group : DefaultRAGroup\n"
	    "Login Time   : 23:32:48 UTC Sat May 16 2015\n"
	    "Duration     : 0h:04m:05s\n"
	    "Inactivity   : 0h:00m:00s\n"
	    "VLAN Mapping : N/A                    VLAN         : none\n"
	    "Audt Sess ID : 0a6a2577000010005557d3a0\n"
	    "Security Grp : none\n"
	    "\n"
	    "IKEv1 Tunnels: 1\n"
	    "IPsec Tunnels: 1\n"
	    "L2TPOverIPsec Tunnels: 1\n"
	    "\n"
	    "IKEv1:\n"
	    "  Tunnel ID    : 1.1\n"
	    "  UDP Src Port : 500                    UDP Dst Port : 500\n"
	    "  IKE Neg Mode : Main                   Auth Mode    : preSharedKeys\n"
	    "  Encryption   : 3DES                   Hashing      : SHA1\n"
	    "  Rekey Int (T): 28800 Seconds          Rekey Left(T): 28555 Seconds\n"
	    "  D/H Group    : 2\n"
	    "  Filter Name  :\n"
	    "\n"
	    "IPsec:\n"
	    "  Tunnel ID    : 1.2\n"
	    "  Local Addr   : 172.16.1.2/255.255.255.255/17/1701\n"
	    "  Remote Addr  : 10.1.1.2/255.255.255.255/17/1701\n"
	    "  Encryption   : 3DES                   Hashing      : SHA1                   \n"
	    "  Encapsulation: Transport\n"
	    "  Rekey Int (T): 3600 Seconds           Rekey Left(T): 3576 Seconds           \n"
	    "  Rekey Int (D): 250000 K-Bytes         Rekey Left(D): 250000 K-Bytes         \n"
	    "  Idle Time Out: 30 Minutes             Idle TO Left : 29 Minutes             \n"
	    "  Bytes Tx     : 1574                   Bytes Rx     : 12752                  \n"
	    "  Pkts Tx      : 29                     Pkts Rx      : 118                    \n"
	    "\n"
	    "L2TPOverIPsec:\n"
	    "  Tunnel ID    : 1.3\n"
	    "  Username     : test\n"
	    "  Assigned IP  : 192.168.1.1            Public IP    : 10.1.1.2\n"
	    "  Encryption   : none                   Hashing      : none\n"
	    "  Auth Mode    : msCHAPV2\n"
	    "  Idle Time Out: 30 Minutes             Idle TO Left : 27 Minutes\n"
	    "  Client OS    : Microsoft\n"
	    "  Client OS Ver: 6.2\n"
	    "  Bytes Tx     : 475                    Bytes Rx     : 9093\n"
	    "  Pkts Tx      : 18                     Pkts Rx      : 105\n");
	text_free(&t);
}
END_TEST

START_TEST(plain)
{
	struct msg_rec_session r = session();
	struct text t = {0};

	show_sessions(&t, &r, 1, false);
	ck_assert_str_eq(text_str(&t),
	    "\n"
	    "Session Type: IKEv1 IPsec\n"
	    "\n"
	    "Username     : test                   Index        : 1\n"
	    "Assigned IP  : 192.168.1.1            Public IP    : 10.1.1.2\n"
	    "Protocol     : IKEv1 IPsec L2TPOverIPsec\n"
	    "License      : Other VPN\n"
	    "Encryption   : IKEv1: (1)3DES  IPsec: (1)3DES  L2TPOverIPsec: (1)none\n"
	    "Hashing      : IKEv1: (1)SHA1  IPsec: (1)SHA1  L2TPOverIPsec: (1)none\n"
	    "Bytes Tx     : 1574                   Bytes Rx     : 12752\n"
	    "Pkts Tx      : 29                     Pkts Rx      : 118\n"
	    "Pkts Tx Drop : 0                      Pkts Rx Drop : 0\n"
	    "Group Policy : L2TP-VPN               Tunnel Group : DefaultRAGroup\n"
	    "Login Time   : 23:32:48 UTC Sat May 16 2015\n"
	    "Duration     : 0h:04m:05s\n"
	    "Inactivity   : 0h:00m:00s\n"
	    "VLAN Mapping : N/A                    VLAN         : none\n"
	    "Audt Sess ID : 0a6a2577000010005557d3a0\n"
	    "Security Grp : none\n");
	text_free(&t);
}
END_TEST

START_TEST(behind_nat_and_long_names)
{
	struct msg_rec_session r = session();
	struct text t = {0};

	r.nat_t = 1;
	r.public_port = 61001;
	r.local_port = 4500;
	r.user = "a.very.long.user.name@example.com";
	r.client_os = r.client_os_version = "";
	r.idle_timeout = 0;
	r.esp_life_kb = 0;
	r.duration = 10 * 86400 + 7 * 3600 + 26 * 60 + 52;
	show_sessions(&t, &r, 1, true);
	ck_assert_ptr_nonnull(strstr(text_str(&t),
	    "Username     : a.very.long.user.name@example.com\n"
	    "Index        : 1\n"
	    "Assigned IP  : 192.168.1.1            Public IP    : 10.1.1.2\n"
	    "Protocol     : IKEv1 IPsecOverNatT L2TPOverIPsecOverNatT\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&t),
	    "Encryption   : IKEv1: (1)3DES  IPsecOverNatT: (1)3DES  L2TPOverIPsecOverNatT: "
	    "(1)none\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&t),
	    "IPsecOverNatT Tunnels: 1\nL2TPOverIPsecOverNatT Tunnels: 1\n\nIKEv1:\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&t),
	    "  UDP Src Port : 61001                  UDP Dst Port : 4500\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&t), "\nIPsecOverNatT:\n  Tunnel ID    : 1.2\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&t), "\nL2TPOverIPsecOverNatT:\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&t), "Duration     : 10d 7h:26m:52s\n"));
	ck_assert_ptr_null(strstr(text_str(&t), "Client OS"));
	ck_assert_ptr_null(strstr(text_str(&t), "Idle"));
	ck_assert_ptr_null(strstr(text_str(&t), "K-Bytes"));
	text_clear(&t);
	show_sessions(&t, NULL, 0, true);
	ck_assert_str_eq(text_str(&t),
	    "INFO: There are presently no active sessions of the type specified\n");
	text_free(&t);
}
END_TEST

/* A pair never runs into the one beside it: what leaves no gap sends it to a line of its own. */
START_TEST(values_and_the_gap_behind_them)
{
	struct msg_rec_session r = session();
	struct text t = {0};

	text_add(&t, "what was there before\n");
	r.user = "twenty-two.characters.";
	show_sessions(&t, &r, 1, false);
	ck_assert_ptr_nonnull(
	    strstr(text_str(&t), "\nUsername     : twenty-two.characters. Index        : 1\n"));
	r.user = "twenty-three.characters";
	text_clear(&t);
	show_sessions(&t, &r, 1, true);
	ck_assert_ptr_nonnull(
	    strstr(text_str(&t), "\nUsername     : twenty-three.characters\nIndex        : 1\n"));
	r.ike_encryption = "twenty-three.characters";
	text_clear(&t);
	show_sessions(&t, &r, 1, true);
	ck_assert_ptr_nonnull(strstr(
	    text_str(&t), "\n  Encryption   : twenty-three.characters\n  Hashing      : SHA1\n"));
	text_free(&t);
}
END_TEST

/* What a session has no tunnel of is not spoken of, neither in sums nor in blocks. */
START_TEST(tunnels_that_are_not_there)
{
	static const struct {
		uint8_t ike, esp, l2tp;
		const char *protocols, *encryption;
	} row[] = {
	    {0, 0, 0, "", ""},
	    {2, 0, 0, "IKEv1", "IKEv1: (2)3DES"},
	    {0, 3, 0, "IPsec", "IPsec: (3)3DES"},
	    {0, 0, 1, "L2TPOverIPsec", "L2TPOverIPsec: (1)none"},
	    {1, 0, 1, "IKEv1 L2TPOverIPsec", "IKEv1: (1)3DES  L2TPOverIPsec: (1)none"},
	    {0, 1, 1, "IPsec L2TPOverIPsec", "IPsec: (1)3DES  L2TPOverIPsec: (1)none"},
	};
	struct msg_rec_session r = session();
	struct text t = {0};
	char line[100];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		r.ike_count = row[i].ike;
		r.esp_count = row[i].esp;
		r.l2tp_count = row[i].l2tp;
		text_clear(&t);
		show_sessions(&t, &r, 1, true);
		snprintf(line, sizeof line, "\nProtocol     : %s\nLicense ", row[i].protocols);
		ck_assert_msg(strstr(text_str(&t), line) != NULL, "%s", text_str(&t));
		snprintf(line, sizeof line, "\nEncryption   : %s\nHashing ", row[i].encryption);
		ck_assert_msg(strstr(text_str(&t), line) != NULL, "%s", text_str(&t));
		ck_assert(!!strstr(text_str(&t), "\nIKEv1 Tunnels: ") == !!row[i].ike);
		ck_assert(!!strstr(text_str(&t), "\nIPsec Tunnels: ") == !!row[i].esp);
		ck_assert(!!strstr(text_str(&t), "\nL2TPOverIPsec Tunnels: ") == !!row[i].l2tp);
		ck_assert(!!strstr(text_str(&t), "\nIKEv1:\n") == !!row[i].ike);
		ck_assert(!!strstr(text_str(&t), "\nIPsec:\n") == !!row[i].esp);
		ck_assert(!!strstr(text_str(&t), "\nL2TPOverIPsec:\n") == !!row[i].l2tp);
	}
	text_free(&t);
}
END_TEST

START_TEST(days_are_told_from_the_first_whole_one)
{
	static const struct {
		uint32_t seconds;
		const char *text;
	} row[] = {{0, "0h:00m:00s"}, {59, "0h:00m:59s"}, {60, "0h:01m:00s"}, {3600, "1h:00m:00s"},
	    {86399, "23h:59m:59s"}, {86400, "1d 0h:00m:00s"}, {180061, "2d 2h:01m:01s"}};
	struct text t = {0};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		text_clear(&t);
		show_duration(&t, row[i].seconds);
		ck_assert_str_eq(text_str(&t), row[i].text);
	}
	text_free(&t);
}
END_TEST

START_TEST(full)
{
	struct msg_rec_session r = session();
	struct text t = {0};

	show_sessions_full(&t, &r, 1);
	ck_assert_str_eq(text_str(&t),
	    "\nSession Type: IKEv1 IPsec || Username: test || Index: 1 || Assigned IP: 192.168.1.1"
	    " || Public IP: 10.1.1.2 || Protocol: IKEv1 IPsec L2TPOverIPsec || License: Other VPN"
	    " || Bytes Tx: 1574 || Bytes Rx: 12752 || Group Policy: L2TP-VPN"
	    " || Tunnel Group: DefaultRAGroup || Login Time: 23:32:48 UTC Sat May 16 2015"
	    " || Duration: 0h:04m:05s || Audt Sess ID: 0a6a2577000010005557d3a0 ||\n");
	text_free(&t);
}
END_TEST

START_TEST(summary)
{
	static const struct msg_rec_summary r[] = {
	    /* the last stands behind what is shown */
	    {.row = "AnyConnect Client"},
	    {.row = "IKEv1 IPsec/L2TP IPsec", .active = 1, .cumulative = 1, .peak = 1},
	    {.row = "IKEv1", .active = 1, .cumulative = 1, .peak = 1},
	    {.row = "IPsec", .active = 1, .cumulative = 1, .peak = 1},
	    {.row = "L2TPOverIPsec", .active = 1, .cumulative = 1, .peak = 1},
	    {.row = "IPsecOverNatT"},
	    {.row = "IPsec", .active = 1, .cumulative = 1, .peak = 1},
	};
	struct text t = {0};

	show_summary(&t, r, 6, 250);
	ck_assert_str_eq(text_str(&t),
	    "---------------------------------------------------------------------------\n"
	    "VPN Session Summary                                                        \n"
	    "---------------------------------------------------------------------------\n"
	    "                               Active : Cumulative : Peak Concur : Inactive\n"
	    "                             ----------------------------------------------\n"
	    "IKEv1 IPsec/L2TP IPsec       :      1 :          1 :           1\n"
	    "---------------------------------------------------------------------------\n"
	    "Total Active and Inactive    :      1             Total Cumulative :      1\n"
	    "Device Total VPN Capacity    :    250\n"
	    "Device Load                  :     0%\n"
	    "---------------------------------------------------------------------------\n"
	    "\n"
	    "---------------------------------------------------------------------------\n"
	    "Tunnels Summary\n"
	    "---------------------------------------------------------------------------\n"
	    "                               Active : Cumulative : Peak Concurrent   \n"
	    "                             ----------------------------------------------\n"
	    "IKEv1                        :      1 :          1 :               1\n"
	    "IPsec                        :      1 :          1 :               1\n"
	    "L2TPOverIPsec                :      1 :          1 :               1\n"
	    "---------------------------------------------------------------------------\n"
	    "Totals                       :      3 :          3\n"
	    "---------------------------------------------------------------------------\n");
	text_clear(&t);
	show_summary(&t, r, 1, 250);
	ck_assert_str_eq(text_str(&t), "INFO: There are presently no active sessions\n");
	text_clear(&t);
	/* Where nobody is any more, of what a machine was used for once. */
	show_summary(&t,
	    &(struct msg_rec_summary){.row = "Site-to-Site VPN", .cumulative = 7, .peak = 2}, 1, 0);
	ck_assert_ptr_nonnull(strstr(
	    text_str(&t), "Site-to-Site VPN             :      0 :          7 :           2\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&t), "Device Load                  :     0%\n"));
	text_free(&t);
}
END_TEST

START_TEST(licenses)
{
	static const struct msg_rec_summary r[] = {
	    {.row = "IKEv1 IPsec/L2TP IPsec", .active = 60, .cumulative = 700, .peak = 90},
	    {.row = "IKEv1", .active = 61, .cumulative = 800, .peak = 91},
	};
	struct text t = {0};

	show_licenses(&t, r, 2, 10000, 250);
	ck_assert_str_eq(text_str(&t),
	    "---------------------------------------------------------------------------\n"
	    "VPN Licenses and Configured Limits Summary\n"
	    "---------------------------------------------------------------------------\n"
	    "                                     Status : Capacity : Installed :  Limit\n"
	    "                                  -----------------------------------------\n"
	    "Other VPN (Available by Default) :  ENABLED :    10000 :     10000 :    250\n"
	    "---------------------------------------------------------------------------\n"
	    "\n"
	    "---------------------------------------------------------------------------\n"
	    "VPN Licenses Usage Summary\n"
	    "---------------------------------------------------------------------------\n"
	    "                          Local : Shared :   All  :   Peak :  Eff.  :\n"
	    "                         In Use : In Use : In Use : In Use :  Limit : Usage\n"
	    "                       ----------------------------------------------------\n"
	    "Other VPN              :     60 :      0 :     60 :     90 :    250 :    24%\n"
	    "  L2TP Clients         :     60 :      0 :     60 :     90 :    250 :    24%\n"
	    "---------------------------------------------------------------------------\n");
	text_clear(&t);
	show_licenses(&t, r, 2, 10000, 0);
	ck_assert_ptr_nonnull(strstr(text_str(&t), ":    10000 :     10000 :   NONE\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&t), ":     90 :  10000 :     0%\n"));
	text_clear(&t);
	show_licenses(&t, r, 2, 50, 20000); /* more than it carries */
	ck_assert_ptr_nonnull(strstr(text_str(&t), ":       50 :        50 :  20000\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&t), ":     90 :     50 :   120%\n"));
	text_free(&t);
}
END_TEST

START_TEST(ratio)
{
	struct msg_rec_session r = session();
	struct text t = {0};

	show_ratio_encryption(&t, &r, 1, 1, NULL);
	ck_assert_str_eq(text_str(&t),
	    "Filter Group         : All\n"
	    "Total Active Sessions: 1\n"
	    "Cumulative Sessions  : 1\n"
	    "\n"
	    "Encryption               Sessions       Percent       \n"
	    "none                            0            0%\n"
	    "DES                             0            0%\n"
	    "3DES                            1          100%\n"
	    "AES128                          0            0%\n"
	    "AES192                          0            0%\n"
	    "AES256                          0            0%\n");
	text_clear(&t);
	show_ratio_protocol(&t, &r, 1, 3, "DefaultRAGroup");
	ck_assert_str_eq(text_str(&t),
	    "Filter Group         : DefaultRAGroup\n"
	    "Total Active Sessions: 1\n"
	    "Cumulative Sessions  : 3\n"
	    "\n"
	    "Protocol                                    Sessions       Percent       \n"
	    "IKEv1                                              1           33%\n"
	    "IPsec                                              1           33%\n"
	    "IPsecOverNatT                                      0            0%\n"
	    "L2TPOverIPsec                                      1           33%\n"
	    "L2TPOverIPsecOverNatT                              0            0%\n");
	text_free(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("show_session");
	TCase *c = tcase_create("show_session");
	SRunner *r;
	int failed;

	tcase_add_test(c, detailed);
	tcase_add_test(c, plain);
	tcase_add_test(c, behind_nat_and_long_names);
	tcase_add_test(c, values_and_the_gap_behind_them);
	tcase_add_test(c, tunnels_that_are_not_there);
	tcase_add_test(c, days_are_told_from_the_first_whole_one);
	tcase_add_test(c, full);
	tcase_add_test(c, summary);
	tcase_add_test(c, licenses);
	tcase_add_test(c, ratio);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
