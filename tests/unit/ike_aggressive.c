/* Aggressive mode: off unless it is on, where it leads, what it costs, NAT, hostile input. */
#include "tests/support/ike_talk.h"
#include "tests/support/world.h"

static const struct ike_stats *stats;

static void setup(void)
{
	talk_setup();
	talk_world.config.isakmp.am_disable = false;
	talk_client.n_p1 = 1;
	talk_client.p1[0].cipher = CIPHER_3DES;
	talk_client.p1[0].hash = HASH_SHA1;
	talk_client.p1[0].group = 2;
	stats = ike_stats(talk_world.ike);
}

static bool message_2(void)
{
	initiator_am1(&talk_client, &talk_msg);
	talk_say();
	return talk_world.n_sent == 1 &&
	    initiator_am2(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len);
}

static bool message_3(bool encrypted)
{
	unsigned up = talk_world.up;

	initiator_am3(&talk_client, encrypted, &talk_msg);
	talk_say();
	return talk_world.up == up + 1;
}

static struct ike_sa_info info_now(void)
{
	struct ike_sa_info info;

	ike_sa_get(talk_world.ike, talk_world.sa, &info);
	return info;
}

/* To the end of quick mode; message 3 encrypted or not. */
START_TEST(to_the_end)
{
	struct ike_sa_info info;
	struct ike_terms terms;

	talk_client.dpd = true;
	ck_assert(message_2());
	ck_assert(message_3(_i));
	ck_assert_uint_eq(talk_world.n_sent, 0);
	info = info_now();
	ck_assert_str_eq(info.state, "AM_ACTIVE");
	ck_assert(info.aggressive && info.dpd && !info.nat_local && !info.nat_remote);
	ck_assert_str_eq(info.tunnel_group, "DefaultRAGroup");
	ck_assert_uint_eq(info.client, PROFILE_WINDOWS);
	ike_sa_terms(talk_world.sa, &terms);
	ck_assert_ptr_null(ike_sa_renew(
	    talk_world.ike, info.peer, &info.path, info.tunnel_group, &terms));
	talk_phase2();
	talk_keys_agree();
	ck_assert(!talk_world.child.udp_encap);
}
END_TEST

/* A NAT before the client: he moves to 4500 with message 3, whose NAT-D may be of either port. */
START_TEST(behind_nat)
{
	addr_parse("192.168.77.5", &talk_client.path.local.addr);
	talk_path.remote.port = 1025;
	ck_assert(message_2());
	ck_assert(talk_client.nat_me && !talk_client.nat_server);
	talk_path.local.port = 4500;
	talk_path.remote.port = 61002;
	if (_i)
		talk_client.path.local.port = talk_client.path.remote.port = 4500;
	ck_assert(message_3(true));
	ck_assert(info_now().nat_remote && !info_now().nat_local && !info_now().masquerade);
	ck_assert_uint_eq(info_now().path.remote.port, 61002);
	talk_phase2();
	talk_keys_agree();
	ck_assert(talk_world.child.udp_encap);
}
END_TEST

/* A NAT before us: our NAT-D of message 2 has told him by the time his own tell us. */
START_TEST(our_own_nat)
{
	talk_world.trace.level[TRACE_IKE] = TRACE_DEBUG;
	talk_world.config.isakmp.nat_masquerade = _i != 0;
	addr_parse("203.0.113.7", &talk_client.path.remote.addr);
	ck_assert(message_2());
	ck_assert(talk_client.nat_server);
	talk_path.local.port = talk_path.remote.port = 4500;
	ck_assert(message_3(true));
	ck_assert(info_now().nat_local && !info_now().masquerade);
	ck_assert_int_eq(info_now().masquerade_late, _i);
	ck_assert_int_eq(strstr(talk_world.text, "masquerade comes too late") != NULL, _i);
}
END_TEST

/* Its identity names the group; what names none is DefaultRAGroup's, or that of his address. */
START_TEST(groups)
{
	static const struct {
		const char *name, *psk, *lands;
		uint8_t type;
	} row[] = {
		{"Partners", "p", "Partners", ID_KEY_ID},
		{"Partners", "p", "Partners", ID_FQDN},
		{"Partners", "p", "Partners", ID_USER_FQDN},
		{"Partners", "C!sc0@123", NULL, ID_KEY_ID},
		{"Nobody", "C!sc0@123", "DefaultRAGroup", ID_KEY_ID},
		{"Site", "C!sc0@123", "DefaultRAGroup", ID_KEY_ID}, /* no remote-access group */
		{"Partners", "C!sc0@123", "DefaultRAGroup", ID_DER_ASN1_DN},
		{NULL, "C!sc0@123", "DefaultRAGroup", 0},
	};

	talk_world.group[1] = (struct cfg_tunnel_group){
	    .name = "Partners", .type = "remote-access", .psk = "p"};
	talk_world.group[2] = (struct cfg_tunnel_group){
	    .name = "Site", .type = "ipsec-l2l", .psk = "s"};
	talk_world.config.n_tunnel_groups = 3;
	talk_client.name = row[_i].name;
	talk_client.name_type = row[_i].type;
	talk_client.psk = row[_i].psk;
	ck_assert_int_eq(message_2(), row[_i].lands != NULL);
	if (!row[_i].lands)
		return;
	ck_assert(message_3(true));
	ck_assert_str_eq(info_now().tunnel_group, row[_i].lands);
}
END_TEST

START_TEST(of_the_address)
{
	talk_world.group[1] = (struct cfg_tunnel_group){
	    .name = "10.1.1.2", .type = "ipsec-l2l", .psk = "a"};
	talk_world.config.n_tunnel_groups = 2;
	talk_client.psk = "a";
	ck_assert(message_2());
	ck_assert(message_3(true));
	ck_assert_str_eq(info_now().tunnel_group, "10.1.1.2");
}
END_TEST

START_TEST(no_key)
{
	talk_world.group[0].psk = NULL;
	ck_assert(!message_2());
	ck_assert_uint_eq(stats->auth_fails, 1);
	ck_assert_int_eq(talk_world.reason, REASON_IKE_NO_PSK);
	ck_assert_ptr_null(ike_sa_next(talk_world.ike, NULL));
}
END_TEST

/* RFC 2409 5: a nonce has eight bytes at least. */
START_TEST(nonces)
{
	talk_client.ni_len = NONCE_MIN - 1 + (size_t)_i;
	ck_assert_int_eq(message_2(), _i);
	ck_assert_uint_eq(stats->malformed, !_i);
	ck_assert_int_eq(ike_sa_next(talk_world.ike, NULL) != NULL, _i);
}
END_TEST

/* A wrong proof is counted once, the third different one ends it. */
START_TEST(wrong_proofs)
{
	struct initiator_message good;

	ck_assert(message_2());
	initiator_am3(&talk_client, false, &talk_msg);
	good = talk_msg;
	for (unsigned k = 1; k <= MM5_TRIES; k++) {
		talk_msg = good;
		talk_msg.b[40] ^= (uint8_t)k;
		for (unsigned again = 0; again < 3; again++)
			talk_say();
		ck_assert_uint_eq(stats->auth_fails, k);
	}
	ck_assert_uint_eq(talk_world.failed, 1);
	ck_assert_int_eq(talk_world.reason, REASON_IKE_WRONG_PSK);
	ck_assert_ptr_null(ike_sa_next(talk_world.ike, NULL));
}
END_TEST

START_TEST(a_wrong_one_harms_nobody)
{
	struct initiator_message good;

	ck_assert(message_2());
	initiator_am3(&talk_client, true, &talk_msg);
	good = talk_msg;
	talk_msg.b[40] ^= 1;
	talk_say();
	ck_assert_uint_eq(talk_world.up, 0);
	talk_msg = good;
	talk_say();
	ck_assert_uint_eq(talk_world.up, 1);
	talk_say(); /* again */
	ck_assert_uint_eq(talk_world.up, 1);
	ck_assert_uint_eq(stats->duplicates, 1);
	talk_phase2();
}
END_TEST

START_TEST(repeated_message_1)
{
	struct initiator_message first;

	initiator_am1(&talk_client, &talk_msg);
	talk_say();
	first.len = talk_world.sent[0].len;
	memcpy(first.b, talk_world.sent[0].b, first.len);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert_uint_eq(talk_world.sent[0].len, first.len);
	ck_assert_mem_eq(talk_world.sent[0].b, first.b, first.len);
	ck_assert_uint_eq(stats->duplicates, 1);
	ck_assert_ptr_null(ike_sa_next(talk_world.ike, ike_sa_next(talk_world.ike, NULL)));
	for (unsigned k = 2; k <= AGGRESSIVE_REPEATS + 10; k++) {
		talk_say();
		ck_assert_uint_eq(talk_world.n_sent, k <= AGGRESSIVE_REPEATS);
	}
	ck_assert(initiator_am2(&talk_client, first.b, first.len));
	ck_assert(message_3(true));
}
END_TEST

/* By default it is refused, with a notification and a reason. */
START_TEST(off)
{
	talk_world.config.isakmp.am_disable = true;
	ck_assert(!message_2());
	ck_assert_uint_eq(stats->aggressive, 1);
	ck_assert_int_eq(talk_world.reason, REASON_IKE_AGGRESSIVE);
	ck_assert_ptr_null(ike_sa_next(talk_world.ike, NULL));
}
END_TEST

/* Another client begins; how many answers there are. */
static unsigned begins(uint64_t seed)
{
	initiator_init(&talk_client, talk_world.crypto, seed);
	talk_client.n_p1 = 1;
	talk_client.p1[0].cipher = CIPHER_3DES;
	talk_client.p1[0].hash = HASH_SHA1;
	talk_client.p1[0].group = 2;
	initiator_am1(&talk_client, &talk_msg);
	talk_say();
	return talk_world.n_sent == 1;
}

/* Whoever floods costs so many Diffie-Hellmans a second and holds no more than his share. */
START_TEST(floods)
{
	unsigned said = 0;

	for (unsigned k = 0; k < 1000; k++) {
		said += begins(1000 + k);
		if (k % 100 == 99)
			sim_run(&talk_world.sim, SEC);
	}
	ck_assert_uint_eq(said, 10 * AGGRESSIVE_SECOND_ADDRESS);
	ck_assert_uint_eq(stats->aggressive_late, 1000 - 10 * AGGRESSIVE_SECOND_ADDRESS);
	ck_assert_uint_eq(talk_world.ike->aggressive.n, AGGRESSIVE_ADDRESS);
	ck_assert_uint_eq(
	    stats->half_open_evicted, 10 * AGGRESSIVE_SECOND_ADDRESS - AGGRESSIVE_ADDRESS);
	sim_run(&talk_world.sim, 60 * SEC);
	ck_assert_uint_eq(talk_world.ike->aggressive.n, 0);
}
END_TEST

/* What costs nothing takes nobody's turn: garbage, the key of no group; nor does a flood from one
 * network take that of another. All of them together cost no more than AGGRESSIVE_SECOND. */
START_TEST(the_second_is_shared)
{
	const char *group_key = talk_world.group[0].psk;
	unsigned said = 0;

	sim_run(&talk_world.sim, SEC);
	for (unsigned k = 0; k < 2 * AGGRESSIVE_SECOND; k++) {
		initiator_am1(&talk_client, &talk_msg);
		if (k % 2)
			talk_msg.b[talk_msg.len - 1] = talk_msg.b[ISAKMP_HEADER_LEN + 3] = 0xff;
		else
			for (size_t i = 0; i < talk_world.config.n_tunnel_groups; i++)
				talk_world.group[i].psk = NULL;
		talk_say();
		ck_assert_uint_eq(talk_world.n_sent, 0);
		talk_world.group[0].psk = group_key;
	}
	ck_assert_uint_eq(stats->aggressive_late, 0);
	for (unsigned k = 0; k < 64; k++) {
		talk_path.remote.addr = addr_v4(0x0a020300 + k);
		said += begins(5000 + k);
	}
	ck_assert_uint_eq(said, AGGRESSIVE_SECOND_NETWORK);
	talk_path.remote.addr = addr_v4(0x0a020401);
	ck_assert_uint_eq(begins(6000), 1);
	for (unsigned k = 0; k < 64; k++) {
		talk_path.remote.addr = addr_v4(0x0b000001 + (k << 8));
		said += begins(7000 + k);
	}
	ck_assert_uint_eq(said, AGGRESSIVE_SECOND - 1);
}
END_TEST

/* Messages 1 cut short and bent: none brings anything down, a refused one leaves nothing. */
START_TEST(hostile)
{
	struct initiator_message good;

	initiator_am1(&talk_client, &good);
	for (size_t len = 0; len < good.len; len++) {
		struct wr w = wr_init(talk_msg.b, sizeof talk_msg.b);

		talk_msg = good;
		talk_msg.len = len;
		if (len >= ISAKMP_HEADER_LEN)
			wr_patch32(&w, 24, (uint32_t)len);
		sim_run(&talk_world.sim, SEC);
		talk_say();
		ck_assert_ptr_null(ike_sa_next(talk_world.ike, NULL));
	}
	for (size_t at = ISAKMP_HEADER_LEN; at < good.len; at++) {
		struct ike_sa *sa;

		talk_msg = good;
		talk_msg.b[at] ^= 0x55;
		sim_run(&talk_world.sim, SEC);
		talk_say();
		while ((sa = ike_sa_next(talk_world.ike, NULL)) != NULL)
			ike_sa_delete(talk_world.ike, sa, REASON_ADMIN_RESET);
	}
	ck_assert_uint_eq(talk_world.up, 0);
	talk_msg = good;
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
}
END_TEST

/* The whole way to a session, without and with a NAT. */
START_TEST(to_a_session)
{
	struct world *w = world_create(5);
	struct world_client *c;
	struct ipc_msg r;

	w->config.isakmp.am_disable = false;
	c = world_client(w, _i);
	c->aggressive = true;
	client_connect(c);
	sim_run(&w->sim, 20 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(world_query(w, "session", &r), 1);
	ck_assert(r.rec_session.aggressive);
	world_destroy(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_aggressive");
	TCase *tc = tcase_create("ike_aggressive");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, talk_teardown);
	tcase_add_loop_test(tc, to_the_end, 0, 2);
	tcase_add_loop_test(tc, our_own_nat, 0, 2);
	tcase_add_loop_test(tc, behind_nat, 0, 2);
	tcase_add_loop_test(tc, groups, 0, 8);
	tcase_add_test(tc, of_the_address);
	tcase_add_test(tc, no_key);
	tcase_add_loop_test(tc, nonces, 0, 2);
	tcase_add_test(tc, wrong_proofs);
	tcase_add_test(tc, a_wrong_one_harms_nobody);
	tcase_add_test(tc, repeated_message_1);
	tcase_add_test(tc, off);
	tcase_add_test(tc, floods);
	tcase_add_test(tc, the_second_is_shared);
	tcase_add_test(tc, hostile);
	tcase_add_loop_test(tc, to_a_session, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
