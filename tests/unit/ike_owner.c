/*
 * What the configuration and the owner of the room have to say in an exchange: lives, names of any
 * length, NAT traversal by map entry, the peer a quick mode belongs to, shares of Diffie-Hellman,
 * keys that go meanwhile; and what is counted of it.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/incoming.h"
#include "engine/ike/natt_flavour.h"
#include "engine/ike/qm.h"
#include "engine/ike/vendor.h"
#include "tests/support/ike_initiator_parts.h"
#include "tests/support/ike_world.h"
#include "tests/support/lists.h"

static struct ike_world w;
static struct ike_initiator i;
static struct initiator_message msg;
static struct initiator_qm q;
static struct path path;
static const struct ike_stats *stats;

static void begin(struct ike_initiator *who, uint64_t seed)
{
	initiator_init(who, w.crypto, seed);
	who->path.local = path.remote;
	who->path.remote = path.local;
}

static void setup(void)
{
	ike_world_init(&w, 7);
	w.trace.level[TRACE_IKE] = TRACE_DEBUG;
	stats = ike_stats(w.ike);
	path.local.port = path.remote.port = 500;
	addr_parse("172.16.1.2", &path.local.addr);
	addr_parse("10.1.1.2", &path.remote.addr);
	begin(&i, 1);
}

static void teardown(void)
{
	ike_world_fini(&w);
}

static void say(void)
{
	w.n_sent = 0;
	ike_receive(w.ike, &path, msg.b, msg.len);
}

static void message_3(struct ike_initiator *who)
{
	initiator_mm1(who, &msg);
	say();
	ck_assert(initiator_mm2(who, w.sent[0].b, w.sent[0].len));
	initiator_mm3(who, &msg);
	say();
}

static void phase1(struct ike_initiator *who)
{
	message_3(who);
	ck_assert(initiator_mm4(who, w.sent[0].b, w.sent[0].len));
	initiator_mm5(who, &msg);
	say();
	ck_assert(initiator_mm6(who, w.sent[0].b, w.sent[0].len));
}

static void quick_mode(struct ike_initiator *who)
{
	initiator_qm1(who, &q, &msg);
	say();
}

/* ---- lives and names ------------------------------------------------------------------- */

/* A map entry's lives come before the device's: -1 kilobytes is not set, 0 has no limit; the client
 * offers 3600 seconds and 250000 kilobytes. */
START_TEST(lives_of_the_device)
{
	static const struct {
		uint32_t seconds, kilobytes; /* the device's */
		uint32_t own_seconds;
		int32_t own_kilobytes;
		uint32_t want_seconds, want_kilobytes;
	} row[] = {
		{28800, 1000, 0, -1, 3600, 1000},
		{28800, 1000, 0, 0, 3600, 250000},
		{28800, 1000, 0, 5000, 3600, 5000},
		{1200, 4608000, 0, -1, 1200, 250000},
		{1200, 4608000, 2400, -1, 2400, 250000},
		{0, 0, 0, -1, 3600, 250000},
		{3600, 250000, 0, -1, 3600, 250000},
	};
	bool cut = row[_i].want_seconds != 3600, less = row[_i].want_kilobytes != 250000;

	w.config.ipsec.seconds = row[_i].seconds;
	w.config.ipsec.kilobytes = row[_i].kilobytes;
	w.dynamic[0].set.seconds = row[_i].own_seconds;
	w.dynamic[0].set.kilobytes = row[_i].own_kilobytes;
	phase1(&i);
	quick_mode(&i);
	ck_assert_uint_eq(w.child.seconds, row[_i].want_seconds);
	ck_assert_uint_eq(w.child.kilobytes, row[_i].want_kilobytes);
	ck_assert_int_eq(strstr(w.text, "rekeying duration from 3600 to") != NULL, cut);
	ck_assert_int_eq(strstr(w.text, "rekeying duration from 250000 to") != NULL, less);
	ck_assert_int_eq(strstr(w.text, "constructing RESPONDER LIFETIME") != NULL, cut || less);
}
END_TEST

/* A pair keeps the names of its entry and its list, cut where they are too long. */
START_TEST(long_names)
{
	static char map[81], acl[81];
	struct acl_rule all = list_rule(true, 0, 0, UINT32_MAX);

	memset(map, 'm', 80);
	memset(acl, 'a', 80);
	w.map[0].set.dynamic = w.dynamic[0].set.name = map;
	w.dynamic[0].set.match_acl = acl;
	list_is(&w.config, acl, false, &all, 1);
	phase1(&i);
	quick_mode(&i);
	ck_assert(initiator_qm2(&i, &q, w.sent[0].b, w.sent[0].len));
	ck_assert_uint_eq(w.sa->rest->n_qms, 1);
	ck_assert_uint_eq(strlen(w.sa->rest->qms->map), 63);
	ck_assert_uint_eq(strlen(w.sa->rest->qms->acl), 63);
}
END_TEST

/* Only when every entry that a client may land on has NAT traversal off, it is off. */
START_TEST(nat_traversal_by_entry)
{
	static const struct {
		size_t n;
		bool off[2];
		bool works;
	} row[] = {{1, {false}, true}, {1, {true}, false}, {2, {true, true}, false},
	    {2, {true, false}, true}, {2, {false, true}, true}};
	struct map_entry entry[2];

	for (unsigned k = 0; k < 2; k++) {
		entry[k] = w.dynamic[0];
		entry[k].set.seq = k + 1;
		entry[k].set.nat_t_disable = row[_i].off[k];
	}
	w.config.dynamic_maps = entry;
	w.config.n_dynamic_maps = row[_i].n;
	ck_assert_uint_eq(natt_choose(&w.config, &w.ifc[0], VID_NATT_02 | VID_NATT_RFC),
	    row[_i].works ? VID_NATT_RFC : 0);
	ck_assert_uint_eq(natt_choose(&w.config, &w.ifc[0], VID_DPD), 0);
}
END_TEST

/* An address that no interface has is none on which IKE is enabled. */
START_TEST(addresses_that_are_not_ours)
{
	path.local.addr = addr_v4(0xac100103);
	initiator_mm1(&i, &msg);
	say();
	ck_assert_uint_eq(w.n_sent, 0);
	ck_assert_uint_eq(stats->not_enabled, 1);
	ck_assert_uint_eq(stats->in_drops, 1);
	ck_assert_int_eq(w.reason, REASON_IKE_NOT_ENABLED);
}
END_TEST

/* ---- the owner ------------------------------------------------------------------------- */

/* Once his identities are known, a client may turn out to be another peer, or nobody's. */
START_TEST(whose_quick_mode_it_is)
{
	struct peer *before, *other = (struct peer *)(uintptr_t)0x7770;

	phase1(&i);
	before = w.sa->peer;
	w.settled = _i == 1 ? other : NULL;
	w.refuse_settled = _i == 2;
	w.sa->rekey = true; /* which the same peer keeps */
	quick_mode(&i);
	ck_assert_uint_eq(w.inbound, _i < 2);
	ck_assert_uint_eq(w.down, _i == 2);
	if (_i == 2)
		ck_assert_int_eq(w.reason, REASON_NO_MEMORY);
	else
		ck_assert(w.sa->peer == (_i == 1 ? other : before) && w.sa->rekey == (_i == 0));
}
END_TEST

/* The first quick mode finds no older pair, the others do. */
START_TEST(the_first_pair)
{
	static const char said[] = "QM IsRekeyed old sa not found by addr";

	phase1(&i);
	for (unsigned k = 0; k < 2; k++) {
		w.text[w.text_len = 0] = '\0';
		quick_mode(&i);
		ck_assert(initiator_qm2(&i, &q, w.sent[0].b, w.sent[0].len));
		initiator_qm3(&i, &q, &msg);
		say();
		ck_assert_int_eq(strstr(w.text, said) != NULL, k == 0);
		ck_assert_uint_eq(w.sa->rest->children, k + 1);
		ck_assert_uint_eq(w.sa->rest->n_qms, 0);
	}
}
END_TEST

/* One peer's PFS fills what runs and his own line; then his own oldest gives way. */
START_TEST(a_greedy_peer)
{
	struct ike_initiator who[2];
	unsigned all = DH_RUNNING + DH_PEER;

	w.same_peer = true;
	for (uint64_t k = 0; k < 2; k++) {
		begin(&who[k], k + 1);
		phase1(&who[k]);
		who[k].pfs = 2;
	}
	w.sim.slow_jobs = true;
	for (unsigned k = 0; k < all; k++)
		quick_mode(&who[k % 2]);
	ck_assert_uint_eq(stats->dh_put_off, 0);
	ck_assert_uint_eq(w.aborted, 0);
	quick_mode(&who[0]);
	ck_assert_uint_eq(stats->dh_put_off, 1);
	ck_assert_uint_eq(w.aborted, 1);
	ck_assert_int_eq(w.reason, REASON_SHARE_USED_UP);
	sim_run(&w.sim, SEC);
	ck_assert_uint_eq(w.inbound, all); /* the others are served */
}
END_TEST

/* The key was there for message 3, and is not when Diffie-Hellman is done; or never was. */
START_TEST(keys_that_are_gone)
{
	if (_i == 0)
		w.sim.slow_jobs = true;
	else
		w.group[0].psk = NULL;
	message_3(&i);
	ck_assert_uint_eq(w.n_sent, 0);
	w.group[0].psk = NULL;
	sim_run(&w.sim, SEC);
	ck_assert_uint_eq(w.n_sent, 0);
	ck_assert_uint_eq(w.failed, 1);
	ck_assert_int_eq(w.reason, REASON_IKE_NO_PSK);
	ck_assert_uint_eq(stats->auth_fails, _i != 0);
	ck_assert_ptr_null(ike_sa_next(w.ike, NULL));
}
END_TEST

/* A group that was, behind those that are. */
START_TEST(keys_of_no_group)
{
	w.group[1] = (struct cfg_tunnel_group){.name = "Old", .type = "remote-access",
	    .psk = "old"};
	w.config.n_tunnel_groups = _i == 0 ? 1 : 2;
	i.psk = "old";
	message_3(&i);
	ck_assert(initiator_mm4(&i, w.sent[0].b, w.sent[0].len));
	initiator_mm5(&i, &msg);
	say();
	ck_assert_uint_eq(w.up, _i == 1);
	if (_i == 1)
		ck_assert_ptr_nonnull(strstr(w.text, "Switching user to tunnel-group: Old"));
}
END_TEST

/* ---- limits and counters ----------------------------------------------------------------- */

/* An offer that fills an SA's share of memory to the last byte, and one byte more. */
START_TEST(offers_of_the_last_byte)
{
	static const uint8_t cky[COOKIE_LEN] = {1};
	static uint8_t offer[HALF_OPEN_BYTES];
	size_t most = HALF_OPEN_BYTES - sizeof(struct ike_sa);
	struct ike_sa *sa = sa_alloc(w.ike, &path, cky, (struct chunk){offer, most});

	ck_assert_ptr_nonnull(sa);
	ck_assert_uint_eq(sa->sai_len, most);
	sa_free(sa);
	ck_assert_ptr_null(sa_alloc(w.ike, &path, cky, (struct chunk){offer, most + 1}));
}
END_TEST

/* A datagram of MESSAGE_MAX bytes is read, one byte more is none of our peers'. */
START_TEST(the_longest_message)
{
	static uint8_t long_one[MESSAGE_MAX + 1] = {1, [8] = 1, [16] = PAY_KE,
	    [17] = ISAKMP_VERSION, [18] = XCHG_MAIN};
	size_t len = MESSAGE_MAX + (size_t)_i;

	long_one[26] = (uint8_t)(len >> 8);
	long_one[27] = (uint8_t)len;
	ike_receive(w.ike, &path, long_one, len);
	ck_assert_uint_eq(stats->unknown_cookie, _i == 0);
	ck_assert_uint_eq(stats->malformed, _i == 1);
}
END_TEST

/* A piece with a header that is not quite one. */
START_TEST(headers_of_pieces)
{
	static const struct {
		uint8_t bytes[12];
		size_t len;
		unsigned malformed;
	} row[] = {
		{{0, 0, 0, 9, 0, 1, 2, 0, 7}, 9, 0},
		{{0, 0, 0, 8, 0, 1, 2, 0, 7}, 9, 1},
		{{0, 0, 0, 10, 0, 1, 2, 0, 7}, 9, 1},
		{{0, 1, 0, 9, 0, 1, 2, 0, 7}, 9, 1},
		{{PAY_KE, 0, 0, 9, 0, 1, 2, 0, 7}, 9, 1},
		{{0, 0, 0, 7, 0, 1, 2}, 7, 1},
	};
	struct out o;

	message_3(&i);
	out_begin(&o, i.cky_i, i.cky_r, XCHG_MAIN, 0, 0);
	wr_patch8(&o.w, 16, PAY_FRAGMENT);
	wr_bytes(&o.w, row[_i].bytes, row[_i].len);
	ck_assert(out_end(&o, 1));
	msg.len = wr_len(&o.w);
	memcpy(msg.b, o.buf, msg.len);
	say();
	ck_assert_uint_eq(stats->malformed, row[_i].malformed);
	ck_assert_uint_eq(stats->in_drops, row[_i].malformed);
	ck_assert_uint_eq(w.n_sent, 0);
	if (row[_i].malformed)
		return;
	say(); /* the same piece again */
	ck_assert_uint_eq(stats->in_drops, 1);
}
END_TEST

START_TEST(what_leaves_is_counted)
{
	uint64_t octets = 0;

	message_3(&i);
	ck_assert_uint_eq(stats->in_packets, 2);
	ck_assert_uint_eq(stats->out_packets, 2);
	ck_assert_uint_eq(stats->notifies_out, 0);
	ck_assert(initiator_mm4(&i, w.sent[0].b, w.sent[0].len));
	initiator_mm5(&i, &msg);
	octets = stats->out_octets;
	say();
	ck_assert(initiator_mm6(&i, w.sent[0].b, w.sent[0].len));
	ck_assert_uint_eq(stats->out_octets, octets + w.sent[0].len);
	initiator_dpd(&i, false, 1, &msg);
	say();
	ck_assert_uint_eq(stats->notifies_out, 1);
	ike_child_delete(w.ike, w.sa, 5);
	ck_assert_uint_eq(stats->deletes_out, 1);
	ike_sa_delete(w.ike, w.sa, REASON_ADMIN_RESET);
	ck_assert_uint_eq(stats->deletes_out, 1);
	ck_assert_uint_eq(stats->phase1_deletes_out, 1);
	ck_assert_uint_eq(stats->notifies_out, 1);
	ck_assert_uint_eq(stats->out_packets, 6);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_owner");
	TCase *tc = tcase_create("owner");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, lives_of_the_device, 0, 7);
	tcase_add_test(tc, long_names);
	tcase_add_loop_test(tc, nat_traversal_by_entry, 0, 5);
	tcase_add_test(tc, addresses_that_are_not_ours);
	tcase_add_loop_test(tc, whose_quick_mode_it_is, 0, 3);
	tcase_add_test(tc, the_first_pair);
	tcase_add_test(tc, a_greedy_peer);
	tcase_add_loop_test(tc, keys_that_are_gone, 0, 2);
	tcase_add_loop_test(tc, keys_of_no_group, 0, 2);
	tcase_add_test(tc, offers_of_the_last_byte);
	tcase_add_loop_test(tc, the_longest_message, 0, 2);
	tcase_add_loop_test(tc, headers_of_pieces, 0, 6);
	tcase_add_test(tc, what_leaves_is_counted);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
