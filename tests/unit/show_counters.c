/* Lists of counters as they are printed. */
#include <check.h>
#include <stdlib.h>

#include "cli/show/show.h"

static struct text t;

static void teardown(void)
{
	text_free(&t);
}

START_TEST(of_ike)
{
	const struct msg_rec_counter rec[] = {
	    {1, "Active Tunnels", 1, "Global IKEv1 Statistics"},
	    {1, "In P2 Sa Delete Requests", 12, "Global IKEv1 Statistics"},
	    {1, "In-Negotiation SAs Highwater", 3, "IKEV1 Call Admission Statistics"},
	    {1, "Malformed Packets", 4, ""},
	};

	show_ike_stats(&t, rec, 4);
	ck_assert_str_eq(text_str(&t),
	    "\n"
	    "Global IKEv1 Statistics\n"
	    "  Active Tunnels:              1\n"
	    "  In P2 Sa Delete Requests:    12\n"
	    "\n"
	    "IKEV1 Call Admission Statistics\n"
	    "  In-Negotiation SAs Highwater: 3\n"
	    "\n"
	    "Further Statistics\n"
	    "   Malformed Packets: 4\n");
}
END_TEST

START_TEST(of_ipsec)
{
	const struct msg_rec_counter rec[] = {
	    {1, "Active tunnels", 2, ""},
	    {1, "Bytes", 77, "Inbound"},
	    {1, "Fragmentation successes", 3, "Outbound"},
	    {1, "Pre-fragmentation successes", 3, "Outbound"},
	    {1, "Protocol failures", 0, ""},
	};

	show_ipsec_stats(&t, rec, 5);
	ck_assert_str_eq(text_str(&t),
	    "\n"
	    "IPsec Global Statistics\n"
	    "-----------------------\n"
	    "Active tunnels: 2\n"
	    "Inbound\n"
	    "    Bytes: 77\n"
	    "Outbound\n"
	    "    Fragmentation successes: 3\n"
	    "        Pre-fragmentation successes: 3\n"
	    "Protocol failures: 0\n");
}
END_TEST

START_TEST(of_protocols)
{
	const struct msg_rec_counter rec[] = {
	    {1, "Encrypt packet requests", 5, "IKEv1 statistics"},
	    {1, "Encrypt packet requests", 6, "IPsec statistics"},
	};

	show_protocol_stats(&t, rec, 2);
	ck_assert_str_eq(text_str(&t),
	    "[IKEv1 statistics]\n"
	    "   Encrypt packet requests: 5\n"
	    "[IPsec statistics]\n"
	    "   Encrypt packet requests: 6\n");
}
END_TEST

START_TEST(of_accelerators)
{
	const struct msg_rec_accelerator way[] = {
	    {1, "openssl", 5, 500, 1, 7, 700},
	    {1, "libipsec-mb avx2", 10, 1000, 2, 20, 2000},
	};
	const struct msg_rec_suite suite[] = {
	    {1, "esp-aes", "esp-sha-hmac", 0, "openssl, libipsec-mb avx2 from 3 packets",
		"1 packet 5000/5000, 4 packets 9000/5000", 15, 1500, 3},
	    {1, "esp-aes", "esp-sha-hmac", 1, "libipsec-mb avx2", "", 27, 2700, 0},
	};

	show_accelerators(&t, way, 2, suite, 2);
	ck_assert_str_eq(text_str(&t),
	    "\n"
	    "Crypto Accelerator Status\n"
	    "-------------------------\n"
	    "[Capability]\n"
	    "   Supports hardware crypto: False\n"
	    "   Supports modular hardware crypto: False\n"
	    "   Max accelerators: 2\n"
	    "[Global Statistics]\n"
	    "   Number of active accelerators: 2\n"
	    "   Number of non-operational accelerators: 0\n"
	    "   Input packets: 15\n"
	    "   Input bytes: 1500\n"
	    "   Input error packets: 3\n"
	    "   Output packets: 27\n"
	    "   Output error packets: 0\n"
	    "   Output bytes: 2700\n"
	    "\n"
	    "[Accelerator 0]\n"
	    "   Status: OK\n"
	    "   Software crypto engine: openssl\n"
	    "   Total crypto transforms: 12\n"
	    "   Total dropped packets: 1\n"
	    "   [Input statistics]\n"
	    "      Input packets: 5\n"
	    "      Input bytes: 500\n"
	    "      Input hashed packets: 5\n"
	    "      Decrypted packets: 4\n"
	    "   [Output statistics]\n"
	    "      Output packets: 7\n"
	    "      Output bytes: 700\n"
	    "      Output hashed packets: 7\n"
	    "      Encrypted packets: 7\n"
	    "\n"
	    "[Accelerator 1]\n"
	    "   Status: OK\n"
	    "   Software crypto engine: libipsec-mb avx2\n"
	    "   Total crypto transforms: 30\n"
	    "   Total dropped packets: 2\n"
	    "   [Input statistics]\n"
	    "      Input packets: 10\n"
	    "      Input bytes: 1000\n"
	    "      Input hashed packets: 10\n"
	    "      Decrypted packets: 8\n"
	    "   [Output statistics]\n"
	    "      Output packets: 20\n"
	    "      Output bytes: 2000\n"
	    "      Output hashed packets: 20\n"
	    "      Encrypted packets: 20\n"
	    "\n"
	    "[Decryption, as measured at start]\n"
	    "   esp-aes esp-sha-hmac: openssl, libipsec-mb avx2 from 3 packets\n"
	    "      Mbit/s, OpenSSL's behind the slash: 1 packet 5000/5000, 4 packets "
	    "9000/5000\n"
	    "      Packets: 15, bytes: 1500, failed: 3\n"
	    "\n"
	    "[Encryption, as measured at start]\n"
	    "   esp-aes esp-sha-hmac: libipsec-mb avx2\n"
	    "      Packets: 27, bytes: 2700, failed: 0\n");
}
END_TEST

START_TEST(of_workers)
{
	const struct msg_rec_worker w[] = {{1, 0, 10, 20, 0}, {1, 1, 11, 21, 3}};

	show_workers(&t, w, 2);
	ck_assert_str_eq(text_str(&t), "\n"
	    "[Packet workers]\n"
	    "   Number at work: 2\n"
	    "   Worker 0\n"
	    "      Input packets: 10\n"
	    "      Output packets: 20\n"
	    "      Packets handed to other workers: 0\n"
	    "   Worker 1\n"
	    "      Input packets: 11\n"
	    "      Output packets: 21\n"
	    "      Packets handed to other workers: 3\n");
}
END_TEST

START_TEST(of_groups)
{
	const struct msg_rec_dh_group rec[] = {{1, 2, 0, 0, 0}, {1, 14, 4, 1, 1001000}};

	show_dh_groups(&t, rec, 2);
	ck_assert_str_eq(text_str(&t),
	    "\n"
	    "[Diffie-Hellman, processor time]\n"
	    "   Group 2: 0 computed, 0 failed, 0.0 us each\n"
	    "   Group 14: 4 computed, 1 failed, 250.2 us each\n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("show_counters");
	TCase *tc = tcase_create("counters");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, of_ike);
	tcase_add_test(tc, of_ipsec);
	tcase_add_test(tc, of_protocols);
	tcase_add_test(tc, of_accelerators);
	tcase_add_test(tc, of_workers);
	tcase_add_test(tc, of_groups);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
