/* What fits in a packet to a client, and that INITIAL-CONTACT frees what he had. */
#include "tests/support/one_login.h"

/* ---- sizes ----------------------------------------------------------------- */

static void transform(const char *encryption, const char *authentication)
{
	world_config(login_w, MSG_CFG_TRANSFORM_SET,
	    (struct ipc_msg){.cfg_transform_set = {CFG_SET, "TRANS-ESP-3DES-SHA", encryption,
				 authentication, "transport"}});
}

static void outside_mtu(uint32_t mtu)
{
	world_config(login_w, MSG_LINK_STATE,
	    (struct ipc_msg){.link_state = {.device = "outside",
				 .hardware = "",
				 .ifindex = 2,
				 .up = 1,
				 .mtu = mtu,
				 .mac = ""}});
	gateway_links_changed(login_w->gw);
}

/* The longest packet passes whole, one byte more does not, and what is cut fits: never over `mtu`.
 */
static void sizes(struct world_client *c, uint16_t inner_mtu, uint32_t mtu)
{
	uint64_t before;

	c->longest = 0;
	world_inside_long(login_w, login_inner(c), inner_mtu + 1u, true);
	ck_assert_uint_eq(login_w->told_mtu, inner_mtu);
	before = c->received;
	world_inside_long(login_w, login_inner(c), inner_mtu, true);
	sim_run(&login_w->sim, ON_THE_WAY);
	ck_assert_uint_eq(c->received, before + 1);
	ck_assert_uint_eq(c->last_len, inner_mtu);
	world_inside_long(login_w, login_inner(c), 1500, false);
	sim_run(&login_w->sim, ON_THE_WAY);
	ck_assert_uint_eq(c->received, before + 3);
	ck_assert_uint_le(c->longest, mtu);
}

START_TEST(what_fits_is_computed)
{
	static const struct {
		const char *encryption, *authentication;
		enum cipher cipher;
		enum hash auth;
		bool nat;
		/* what we ask for; what fits the other way with compressed headers */
		uint16_t mru, inner;
	} row[] = {
	    {"esp-aes-256", "esp-sha512-hmac", CIPHER_AES256, HASH_SHA512, true, 1386, 1389},
	    {"esp-aes", "esp-sha-hmac", CIPHER_AES128, HASH_SHA1, true, 1402, 1405},
	    {"esp-aes", "esp-sha-hmac", CIPHER_AES128, HASH_SHA1, false, 1418, 1421},
	    {"esp-3des", "esp-md5-hmac", CIPHER_3DES, HASH_MD5, false, 1426, 1429},
	};
	struct world_client *c;

	transform(row[_i].encryption, row[_i].authentication);
	c = world_client(login_w, row[_i].nat);
	c->ike.n_p2 = 1;
	c->ike.p2[0].cipher = row[_i].cipher;
	c->ike.p2[0].auth = row[_i].auth;
	login_dial(c);
	ck_assert_uint_eq(lac_seen(c->lac)->mru, row[_i].mru);
	sizes(c, row[_i].inner < 1400 ? row[_i].inner : 1400, 1500); /* the client's MRU is 1400 */
	lac_like(c->lac, &(struct lac_like){.mru = 1500});
	lac_renegotiate(c->lac);
	sim_run(&login_w->sim, 3 * SEC);
	sizes(c, row[_i].inner, 1500);
	outside_mtu(1400);
	sizes(c, (uint16_t)(row[_i].inner - 96), 1400); /* whole blocks */
	lac_renegotiate(c->lac);
	sim_run(&login_w->sim, 3 * SEC);
	ck_assert_uint_eq(lac_seen(c->lac)->mru, row[_i].mru - 96);
	outside_mtu(1500);
	sizes(c, row[_i].inner, 1500);
}
END_TEST

/* A rekey with another cipher: the session follows. */
START_TEST(what_fits_follows_a_rekey)
{
	struct world_client *c = world_client(login_w, true);

	c->ike.n_p2 = 1;
	c->ike.p2[0].cipher = CIPHER_3DES;
	c->ike.p2[0].auth = HASH_SHA1;
	login_dial(c);
	sizes(c, 1400, 1500);
	transform("esp-aes-256", "esp-sha512-hmac");
	c->ike.p2[0].cipher = CIPHER_AES256;
	c->ike.p2[0].auth = HASH_SHA512;
	client_rekey(c);
	sim_run(&login_w->sim, SEC);
	sizes(c, 1389, 1500);
	lac_renegotiate(c->lac);
	sim_run(&login_w->sim, 3 * SEC);
	ck_assert_uint_eq(lac_seen(c->lac)->mru, 1386);
}
END_TEST

/* ---- L2TP ------------------------------------------------------------------ */

/* INITIAL-CONTACT: what the client had is gone at once, and the same tunnel id is a new dial. */
START_TEST(initial_contact_frees_the_tunnel)
{
	struct world_client *c = login_connected(false);

	client_forget(c); /* it crashed, and dials again at once from the same address and port */
	c->nat = true;
	c->outer500.port = c->outer4500.port = 1;
	c = world_client(login_w, false);
	c->ike.initial_contact = true;
	c->tunnel_id = (uint16_t)(1 + _i);
	login_dial(c);
	ck_assert_uint_eq(login_passes(c), 2);
	ck_assert_str_eq(login_shown().user, "test");
	ck_assert_uint_eq(
	    login_inner(c), 0xc0a80101); /* the address that it had was free at once */
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway_sizes");
	TCase *tc = tcase_create("login");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, login_setup, login_teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, what_fits_is_computed, 0, 4);
	tcase_add_test(tc, what_fits_follows_a_rekey);
	tcase_add_loop_test(tc, initial_contact_frees_the_tunnel, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
