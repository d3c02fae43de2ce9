/*
 * IKE SAs among others and in time: where they are found when buckets are shared, who is a rekey of
 * whom, what we call ourselves, how often a silent peer is asked, quick modes that ESP confirms,
 * messages whose pieces make another.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/dpd.h"
#include "engine/ike/qm.h"
#include "engine/ike/sa_table.h"
#include "engine/ike/vendor.h"
#include "tests/support/ike_initiator_parts.h"
#include "tests/support/ike_world.h"

static struct ike_world w;
static struct ike_initiator i;
static struct initiator_message msg;
static struct initiator_qm q;
static struct path path;

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

static void up_to_mm5(struct ike_initiator *who)
{
	initiator_mm1(who, &msg);
	say();
	ck_assert(initiator_mm2(who, w.sent[0].b, w.sent[0].len));
	initiator_mm3(who, &msg);
	say();
	ck_assert(initiator_mm4(who, w.sent[0].b, w.sent[0].len));
	initiator_mm5(who, &msg);
}

static struct ike_sa *phase1(struct ike_initiator *who)
{
	up_to_mm5(who);
	say();
	ck_assert(initiator_mm6(who, w.sent[0].b, w.sent[0].len));
	return w.sa;
}

/* ---- tables ---------------------------------------------------------------------------- */

/* Three SAs in one bucket each way: each is found, and the others when it has gone. */
START_TEST(buckets_are_shared)
{
	static struct ike ike;
	static struct ike_sa sa[3];
	static const unsigned order[3][3] = {{0, 1, 2}, {1, 2, 0}, {2, 0, 1}};

	memset(&ike, 0, sizeof ike);
	memset(sa, 0, sizeof sa);
	for (unsigned k = 0; k < 3; k++) {
		sa[k].ike = &ike;
		sa[k].cky_r[0] = (uint8_t)(k + 1); /* above what chooses the bucket */
		sa[k].cky_i[0] = 9;
		sa[k].path.remote.port = (uint16_t)(500 + k);
		sa_table_add(&sa[k]);
		sa_join(&sa[k], (struct peer *)(uintptr_t)(16 + k * 16 * COOKIE_BUCKETS));
	}
	for (unsigned gone = 0; gone <= 3; gone++) {
		for (unsigned n = 0; n < 3; n++) {
			struct ike_sa *k = &sa[order[_i][n]], *want = n >= gone ? k : NULL;
			uint8_t other[COOKIE_LEN] = {7};

			ck_assert_ptr_eq(sa_by_cookies(&ike, k->cky_i, k->cky_r), want);
			ck_assert_ptr_null(sa_by_cookies(&ike, other, k->cky_r));
			ck_assert_ptr_eq(sa_by_initiator(&ike, &k->path.remote, k->cky_i), want);
			ck_assert_ptr_null(sa_sibling(k, NULL)); /* each has a peer of its own */
		}
		if (gone < 3) {
			sa_table_remove(&sa[order[_i][gone]]);
			sa_leave(&sa[order[_i][gone]]);
		}
	}
}
END_TEST

/* In order of birth, from either end. */
START_TEST(lists_are_in_order)
{
	static struct ike_sa sa[3];
	struct ike_list l = {.head = NULL};

	memset(sa, 0, sizeof sa);
	for (size_t k = 0; k < 3; k++) {
		sa_list_add(&l, &sa[k]);
		ck_assert_uint_eq(l.n, k + 1);
	}
	ck_assert(l.head == &sa[0] && l.tail == &sa[2] && sa[0].next == &sa[1]);
	sa_list_remove(&sa[_i]);
	ck_assert_uint_eq(l.n, 2);
	ck_assert_ptr_null(sa[_i].list);
	ck_assert_ptr_eq(l.head, &sa[_i == 0]);
	ck_assert_ptr_eq(l.tail, &sa[_i == 2 ? 1 : 2]);
	ck_assert_ptr_eq(l.head->next, l.tail);
	ck_assert_ptr_eq(l.tail->prev, l.head);
}
END_TEST

/* Whoever works holds it: the last to let go of a dead one frees it, which ASan would tell. */
START_TEST(holders_are_counted)
{
	struct ike_sa *sa = phase1(&i);

	ck_assert_uint_eq(sa->refs, 0);
	sa_hold(sa);
	sa_hold(sa);
	ck_assert_uint_eq(sa->refs, 2);
	ike_sa_delete(w.ike, sa, REASON_ADMIN_RESET);
	ck_assert_uint_eq(sa->refs, 2);
	ck_assert(sa->dead);
	sa_release(sa);
	ck_assert_uint_eq(sa->refs, 1);
	sa_release(sa);
}
END_TEST

/* Three of a peer replace each other; of two of them the one that is left is nobody's rekey. */
START_TEST(rekeys_of_one_peer)
{
	struct ike_initiator who[4];
	struct ike_sa *sa[4];

	w.same_peer = true;
	for (uint64_t k = 0; k < 3; k++) {
		begin(&who[k], k + 1);
		sa[k] = phase1(&who[k]);
		ck_assert_int_eq(sa[0]->rekey, k > 0);
		ck_assert_int_eq(sa[k]->rekey, k > 0);
	}
	w.same_peer = false;
	begin(&who[3], 9);
	sa[3] = phase1(&who[3]);
	ck_assert(!sa[3]->rekey); /* another peer */
	ike_sa_delete(w.ike, sa[_i], REASON_ADMIN_RESET);
	ck_assert(sa[(_i + 1) % 3]->rekey && sa[(_i + 2) % 3]->rekey);
	ike_sa_delete(w.ike, sa[(_i + 1) % 3], REASON_ADMIN_RESET);
	ck_assert(!sa[(_i + 2) % 3]->rekey);
	ck_assert_uint_eq(w.down, 2);
}
END_TEST

/* All of them, whichever list they stand in: active ones first. */
START_TEST(every_sa_is_listed)
{
	struct ike_initiator who[6];
	struct ike_sa *sa = NULL;
	const char *want[6] = {"MM_ACTIVE", "MM_ACTIVE", "MM_WAIT_MSG5", "MM_WAIT_MSG5",
	    "MM_WAIT_MSG3", "MM_WAIT_MSG3"};
	struct ike_sa_info info;

	for (unsigned k = 0; k < 6; k++) {
		begin(&who[k], k + 1);
		if (k >= 4) {
			initiator_mm1(&who[k], &msg);
			say();
		} else {
			up_to_mm5(&who[k]);
			if (k < 2)
				say();
		}
	}
	for (unsigned k = 0; k < 6; k++) {
		sa = ike_sa_next(w.ike, sa);
		ck_assert_ptr_nonnull(sa);
		ike_sa_get(w.ike, sa, &info);
		ck_assert_str_eq(info.state, want[k]);
	}
	ck_assert_ptr_null(ike_sa_next(w.ike, sa));
}
END_TEST

/* ---- who we are --------------------------------------------------------------------------- */

/* RFC 2407 4.6.2; what is not configured is our address. */
START_TEST(our_identity)
{
	static const struct {
		const char *identity, *hostname, *key_id;
		uint8_t type;
		const char *text;
	} row[] = {
		{NULL, "asa", "key", ID_IPV4_ADDR, NULL},
		{"auto", "asa", "key", ID_IPV4_ADDR, NULL},
		{"address", "asa", "key", ID_IPV4_ADDR, NULL},
		{"hostname", "asa", "key", ID_FQDN, "asa"},
		{"hostname", NULL, "key", ID_IPV4_ADDR, NULL},
		{"key-id", "asa", "key", ID_KEY_ID, "key"},
		{"key-id", "asa", NULL, ID_IPV4_ADDR, NULL},
	};
	static const uint8_t address[] = {172, 16, 1, 2};
	uint8_t body[INITIATOR_MSG], iv[CRYPTO_BLOCK_MAX];
	struct message m;
	struct ident id;

	w.config.isakmp.identity = (char *)(uintptr_t)row[_i].identity;
	w.config.system.hostname = (char *)(uintptr_t)row[_i].hostname;
	w.config.isakmp.key_id = (char *)(uintptr_t)row[_i].key_id;
	up_to_mm5(&i);
	memcpy(iv, i.keys.iv, sizeof iv);
	say();
	ck_assert(initiator_mm6(&i, w.sent[0].b, w.sent[0].len));
	ck_assert(initiator_read(&i, w.sent[0].b, w.sent[0].len, &m, body, iv));
	ck_assert(ident_read(message_get(&m, HAS_ID, 0)->body, &id));
	ck_assert_uint_eq(id.type, row[_i].type);
	ck_assert(id.protocol == 0 && id.port == 0);
	ck_assert_uint_eq(id.data.len, row[_i].text ? strlen(row[_i].text) : 4);
	if (row[_i].text)
		ck_assert_mem_eq(id.data.p, row[_i].text, id.data.len);
	else
		ck_assert_mem_eq(id.data.p, address, 4);
}
END_TEST

/* A group that asks for keep-alives is told of a client that does not speak them. */
START_TEST(keep_alives_of_a_group)
{
	bool speaks = _i & 1, wanted = _i & 2;

	i.dpd = speaks;
	w.group[0].threshold = wanted ? 300 : 0;
	phase1(&i);
	ck_assert_int_eq(
	    strstr(w.text, "Keep-alive type for this connection: DPD") != NULL, speaks);
	ck_assert_int_eq(strstr(w.text, "Keep-alive type for this connection: None") != NULL,
	    !speaks);
	ck_assert_int_eq(strstr(w.text, "Keep-alives configured on but peer") != NULL,
	    wanted && !speaks);
}
END_TEST

/* ---- quick mode --------------------------------------------------------------------------- */

/* The first ESP gives message 3 one second, and the next ones no more than that; before message 2
 * there is nothing to confirm. */
START_TEST(esp_before_message_3)
{
	phase1(&i);
	i.pfs = 2;
	w.sim.slow_jobs = true;
	initiator_qm1(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.reserved, 1);
	ike_child_confirmed(w.ike, w.next_spi - 1);
	ck_assert_uint_eq(w.n_sent, 0);
	sim_run(&w.sim, SEC / 2);
	ck_assert_uint_eq(w.n_sent, 1); /* message 2 */
	sim_run(&w.sim, 3 * SEC);
	ck_assert_uint_eq(w.child_up, 0);
	ike_child_confirmed(w.ike, w.child.spi_in);
	sim_run(&w.sim, SEC * 9 / 10);
	ike_child_confirmed(w.ike, w.child.spi_in);
	ck_assert_uint_eq(w.child_up, 0);
	sim_run(&w.sim, SEC / 10);
	ck_assert_uint_eq(w.child_up, 1);
	ck_assert_uint_eq(w.n_sent, 1);
}
END_TEST

/* Message 2 again after 4, 12 and 28 seconds, and the end after 240. */
START_TEST(message_2_again)
{
	static const uint64_t at[] = {4, 12, 28};
	uint64_t now = 0;

	phase1(&i);
	initiator_qm1(&i, &q, &msg);
	say();
	for (unsigned k = 0; k < 3; k++) {
		sim_run(&w.sim, (at[k] - now) * SEC - 1);
		ck_assert_uint_eq(w.n_sent, k + 1);
		sim_run(&w.sim, 1);
		ck_assert_uint_eq(w.n_sent, k + 2);
		now = at[k];
	}
	sim_run(&w.sim, (240 - now) * SEC - 1);
	ck_assert_uint_eq(w.aborted, 0);
	sim_run(&w.sim, 1);
	ck_assert_uint_eq(w.aborted, 1);
	ck_assert_uint_eq(w.n_sent, 4);
	ck_assert_ptr_nonnull(strstr(w.text, "QM FSM error"));
}
END_TEST

/* The owner has taken its SPI back: it is gone without another word; one that is up is not. */
START_TEST(an_spi_that_is_gone)
{
	phase1(&i);
	initiator_qm1(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.sa->rest->n_qms, 1);
	ike_child_gone(w.ike, w.child.spi_in + 1);
	ck_assert_uint_eq(w.sa->rest->n_qms, 1);
	ike_child_gone(w.ike, w.child.spi_in);
	ck_assert_uint_eq(w.sa->rest->n_qms, 0);
	ck_assert_uint_eq(w.aborted, 0);
	initiator_qm3(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.child_up, 0);
}
END_TEST

/* What phase 1 came in on, or what the entry needs, has been taken away since. */
START_TEST(nothing_serves_him_any_more)
{
	phase1(&i);
	if (_i == 0)
		w.config.n_interfaces = 0;
	else if (_i == 1)
		w.ifc[0].set.nameif = NULL;
	else
		w.dynamic[0].set.transform_sets.n = 0;
	initiator_qm1(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.reserved, 0);
	ck_assert_uint_eq(w.down, 1);
	ck_assert_int_eq(w.reason, REASON_IKE_NO_MAP);
	ck_assert_ptr_nonnull(
	    strstr(w.text, _i < 2 ? "on interface \n" : "on interface outside\n"));
}
END_TEST

/* ---- pieces ------------------------------------------------------------------------------ */

/* Two pieces of `whole` under the header of a good message. */
static void in_two_pieces(const struct initiator_message *good,
    const struct initiator_message *whole, uint16_t id)
{
	for (unsigned k = 0; k < 2; k++) {
		size_t at = k ? 30 : 0, len = k ? whole->len - 30 : 30;
		struct wr o = wr_init(msg.b, sizeof msg.b);

		wr_bytes(&o, good->b, ISAKMP_HEADER_LEN);
		wr_patch8(&o, 16, PAY_FRAGMENT);
		wr_patch32(&o, 24, (uint32_t)(ISAKMP_HEADER_LEN + 8 + len));
		wr_u16(&o, 0);
		wr_u16(&o, (unsigned)(8 + len));
		wr_u16(&o, id);
		wr_u8(&o, k + 1);
		wr_u8(&o, k);
		wr_bytes(&o, whole->b + at, len);
		msg.len = wr_len(&o);
		say();
	}
}

/* What comes together is of the SA whose pieces they were, and no piece again. */
START_TEST(pieces_of_something_else)
{
	static const struct {
		size_t at;
		uint8_t flip;
	} row[] = {{0, 1}, {7, 1}, {8, 1}, {15, 1}, {16, PAY_ID ^ PAY_FRAGMENT}, {27, 1}, {17, 1}};
	struct initiator_message good, evil;

	up_to_mm5(&i);
	good = evil = msg;
	evil.b[row[_i].at] ^= row[_i].flip;
	in_two_pieces(&good, &evil, 5);
	ck_assert_uint_eq(w.up, 0);
	ck_assert_uint_eq(w.n_sent, 0);
	in_two_pieces(&good, &good, 6);
	ck_assert_uint_eq(w.up, 1);
}
END_TEST

START_TEST(vendor_ids_that_we_send)
{
	static const unsigned flag[] = {VID_NATT_RFC, VID_NATT_03, VID_NATT_02_N, VID_NATT_02,
	    VID_FRAGMENTATION, VID_DPD, VID_XAUTH, VID_UNITY};

	for (size_t k = 0; k < sizeof flag / sizeof *flag; k++)
		ck_assert_uint_eq(vendor_by_flag(flag[k])->flag, flag[k]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_life");
	TCase *tc = tcase_create("life");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, buckets_are_shared, 0, 3);
	tcase_add_loop_test(tc, lists_are_in_order, 0, 3);
	tcase_add_test(tc, holders_are_counted);
	tcase_add_loop_test(tc, rekeys_of_one_peer, 0, 3);
	tcase_add_test(tc, every_sa_is_listed);
	tcase_add_loop_test(tc, our_identity, 0, 7);
	tcase_add_loop_test(tc, keep_alives_of_a_group, 0, 4);
	tcase_add_test(tc, esp_before_message_3);
	tcase_add_test(tc, message_2_again);
	tcase_add_test(tc, an_spi_that_is_gone);
	tcase_add_loop_test(tc, nothing_serves_him_any_more, 0, 3);
	tcase_add_loop_test(tc, pieces_of_something_else, 0, 7);
	tcase_add_test(tc, vendor_ids_that_we_send);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
