/* The filters of show, clear and logoff: every word, what it fits and what it does not. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/filter.h"

static struct peer peer;
static struct session session;
static struct sa_pair pair;

static void setup(void)
{
	memset(&peer, 0, sizeof peer);
	memset(&session, 0, sizeof session);
	memset(&pair, 0, sizeof pair);
	peer.index = 17;
	peer.path.remote.addr = addr_v4(0xac100101); /* 172.16.1.1 */
	peer.path.local.addr = addr_v4(0x0a010101);
	peer.tunnel_group = "DefaultRAGroup";
	peer.session = &session;
	peer.use = &pair;
	session.peer = &peer;
	session.address = 0xc0a80101; /* 192.168.1.1 */
	session.user = "test";
	pair.peer = &peer;
	pair.child.spi_in = 0x1234abcd;
	pair.child.spi_out = 0x99999999;
	pair.child.cipher = CIPHER_AES128;
	pair.child.map = "outside_map";
}

static const struct {
	const char *filter, *value;
	bool fits, with_nat;
} sessions[] = {
    {"", "", true, true},
    {"all", "", true, true},
    {"ra-ikev1-ipsec", "", true, true},
    {"l2l", "", false, false}, /* of those there are none */
    {"anyconnect", "", false, false},
    {"webvpn", "", false, false},
    {"", "ignored", true, true},
    {"nonsense", "test", false, false},
    {"name", "test", true, true},
    {"name", "Test", false, false},
    {"name", "tes", false, false},
    {"index", "17", true, true},
    {"index", "1", false, false},
    {"index", "172", false, false},
    {"ipaddress", "192.168.1.1", true, true},
    {"ipaddress", "172.16.1.1", true, true},
    {"ipaddress", "10.1.1.1", false, false},
    {"a-ipaddress", "192.168.1.1", true, true},
    {"a-ipaddress", "172.16.1.1", false, false},
    {"p-ipaddress", "172.16.1.1", true, true},
    {"p-ipaddress", "192.168.1.1", false, false},
    {"tunnel-group", "DefaultRAGroup", true, true},
    {"tunnel-group", "DefaultL2LGroup", false, false},
    {"encryption", "aes128", true, true},
    {"encryption", "3des", false, false},
    {"protocol", "ikev1", true, true},
    {"protocol", "ipsec", true, false},
    {"protocol", "IPsecOverNatT", false, true},
    {"protocol", "l2tpOverIPsec", true, false},
    {"protocol", "L2TPOverIPsecOverNatT", false, true},
    {"protocol", "ikev2", false, false},
};

START_TEST(session_filters)
{
	const char *f = sessions[_i].filter, *v = sessions[_i].value;

	ck_assert_int_eq(session_fits(&session, f, v), sessions[_i].fits);
	peer.nat_t = true;
	ck_assert_int_eq(session_fits(&session, f, v), sessions[_i].with_nat);
}
END_TEST

/* Between two SA pairs nothing is encrypted by anything. */
START_TEST(session_without_pair)
{
	peer.use = NULL;
	ck_assert(!session_fits(&session, "encryption", "aes128"));
	ck_assert(session_fits(&session, "name", "test"));
}
END_TEST

static const struct {
	const char *filter, *value;
	bool fits;
} pairs[] = {
    {"", "", true},
    {"all", "", false}, /* not a word for SA pairs */
    {"peer", "172.16.1.1", true},
    {"peer", "10.1.1.1", false},
    {"map", "outside_map", true},
    {"map", "outside", false},
    {"user", "test", true},
    {"user", "root", false},
    {"spi", "0x1234abcd", true},
    {"spi", "305441741", true},
    {"spi", "0x99999999", false}, /* the client's */
};

START_TEST(pair_filters)
{
	ck_assert_int_eq(pair_fits(&pair, pairs[_i].filter, pairs[_i].value), pairs[_i].fits);
}
END_TEST

START_TEST(pair_without_session)
{
	peer.session = NULL;
	ck_assert(!pair_fits(&pair, "user", "test"));
	ck_assert(pair_fits(&pair, "peer", "172.16.1.1"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("session_filter");
	TCase *tc = tcase_create("filter");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_loop_test(tc, session_filters, 0, sizeof sessions / sizeof *sessions);
	tcase_add_test(tc, session_without_pair);
	tcase_add_loop_test(tc, pair_filters, 0, sizeof pairs / sizeof *pairs);
	tcase_add_test(tc, pair_without_session);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
