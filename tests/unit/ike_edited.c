/*
 * A good client's messages with one thing in them changed, and what each is worth: messages 1 and 3
 * of main mode, message 1 of quick mode, informationals. What is refused is counted, what is
 * forgiven goes on.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/ike.h"
#include "engine/ike/context.h"
#include "tests/support/ike_edit.h"
#include "tests/support/ike_world.h"

static struct ike_world w;
static struct ike_initiator i;
static struct initiator_message msg;
static struct initiator_qm q;
static struct path path;
static const struct ike_stats *stats;

static void setup(void)
{
	ike_world_init(&w, 7);
	w.trace.level[TRACE_IKE] = TRACE_DEBUG;
	stats = ike_stats(w.ike);
	initiator_init(&i, w.crypto, 1);
	path.local.port = path.remote.port = 500;
	addr_parse("172.16.1.2", &path.local.addr);
	addr_parse("10.1.1.2", &path.remote.addr);
	i.path.local = path.remote;
	i.path.remote = path.local;
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

static void message_1(void)
{
	initiator_mm1(&i, &msg);
	say();
	ck_assert(initiator_mm2(&i, w.sent[0].b, w.sent[0].len));
}

static void phase1(void)
{
	message_1();
	initiator_mm3(&i, &msg);
	say();
	ck_assert(initiator_mm4(&i, w.sent[0].b, w.sent[0].len));
	initiator_mm5(&i, &msg);
	say();
	ck_assert(initiator_mm6(&i, w.sent[0].b, w.sent[0].len));
}

/* ---- message 3 ------------------------------------------------------------------------ */

/* RFC 2409 5: one value of the group's length, one nonce of 8 to 256 bytes. */
static const struct {
	struct edit edit;
	bool good;
} third[] = {
	{{AS_IT_IS, 0, 0, 0}, true},
	{{TWICE, PAY_KE, 0, 0}, false},
	{{TWICE, PAY_NONCE, 0, 0}, false},
	{{RESIZE, PAY_KE, 0, 127}, false},
	{{RESIZE, PAY_KE, 0, 129}, false},
	{{ZERO, PAY_KE, 0, 0}, false}, /* of that length, and none of the group's */
	{{RESIZE, PAY_NONCE, 0, NONCE_MIN - 1}, false},
	{{RESIZE, PAY_NONCE, 0, NONCE_MIN}, true},
	{{RESIZE, PAY_NONCE, 0, NONCE_MAX}, true},
	{{RESIZE, PAY_NONCE, 0, NONCE_MAX + 1}, false},
	{{DROP, PAY_KE, 0, 0}, false},
	{{DROP, PAY_NONCE, 0, 0}, false},
	{{ADD, PAY_VENDOR, 0, 3}, true},
	{{ADD, 200, 0, 3}, true},
	{{ADD, PAY_CERTREQ, 0, 1}, true},
	{{ADD, PAY_HASH, 0, 20}, false},
	{{ADD, PAY_ID, 0, 8}, false},
};

START_TEST(messages_3)
{
	message_1();
	initiator_mm3(&i, &msg);
	edit(&i, &msg, &third[_i].edit, NULL);
	say();
	ck_assert_uint_eq(w.n_sent, third[_i].good);
	ck_assert_uint_eq(stats->malformed, !third[_i].good);
	ck_assert_uint_eq(w.failed, 0);
	if (third[_i].good)
		return;
	initiator_mm3(&i, &msg); /* the right one still works */
	say();
	ck_assert(initiator_mm4(&i, w.sent[0].b, w.sent[0].len));
	ck_assert_uint_eq(stats->malformed, 1);
	ck_assert_uint_eq(stats->duplicates, 0);
}
END_TEST

/* Each wrong value costs a Diffie-Hellman: after the first, MM3_RESTARTS more are looked at. */
START_TEST(values_that_are_none)
{
	message_1();
	for (unsigned k = 0; k < MM3_RESTARTS + (unsigned)_i; k++) {
		initiator_mm3(&i, &msg);
		edit(&i, &msg, &(struct edit){ZERO, PAY_KE, 0, 0}, NULL);
		say();
		ck_assert_uint_eq(w.n_sent, 0);
		ck_assert_uint_eq(stats->malformed, k + 1);
	}
	initiator_mm3(&i, &msg);
	say();
	ck_assert_uint_eq(w.n_sent, _i == 0);
	ck_assert_uint_eq(stats->malformed, MM3_RESTARTS + (unsigned)_i);
}
END_TEST

/* RFC 3947 3.2: the first hash is of our end, the others are the client's, who may have several
 * addresses; with fewer than two he does without NAT traversal. */
START_TEST(what_message_3_says_of_nat)
{
	static const struct {
		struct edit edit;
		bool here, there;
		size_t len; /* of message 4 */
	} row[] = {
		{{AS_IT_IS, 0, 0, 0}, false, false, 304},
		{{ZERO, PAY_NAT_D, 0, 0}, true, false, 304},
		{{ZERO, PAY_NAT_D, 1, 0}, false, true, 304},
		{{RESIZE, PAY_NAT_D, 0, 19}, true, false, 304},
		{{RESIZE, PAY_NAT_D, 1, 21}, false, true, 304},
		{{ADD, PAY_NAT_D, 0, 20}, false, false, 304},
		{{DROP, PAY_NAT_D, 1, 0}, false, false, 304 - 48},
		{{DROP_ALL, PAY_NAT_D, 0, 0}, false, false, 304 - 48},
	};
	struct ike_sa_info info;

	message_1();
	initiator_mm3(&i, &msg);
	edit(&i, &msg, &row[_i].edit, NULL);
	say();
	ck_assert_uint_eq(w.sent[0].len, row[_i].len);
	ike_sa_get(w.ike, ike_sa_next(w.ike, NULL), &info);
	ck_assert_int_eq(info.nat_local, row[_i].here);
	ck_assert_int_eq(info.nat_remote, row[_i].there);
}
END_TEST

/* ---- quick mode ------------------------------------------------------------------------- */

enum worth { TAKEN, REFUSED, DROPPED };

static const struct {
	struct edit edit;
	enum worth worth;
	uint16_t pfs;
} first[] = {
	{{AS_IT_IS, 0, 0, 0}, TAKEN, 0},
	{{TWICE, PAY_SA, 0, 0}, REFUSED, 0},
	{{TWICE, PAY_NONCE, 0, 0}, REFUSED, 0},
	{{TWICE, PAY_ID, 0, 0}, REFUSED, 0},
	{{DROP, PAY_ID, 1, 0}, REFUSED, 0},
	{{DROP, PAY_SA, 0, 0}, DROPPED, 0},
	{{DROP, PAY_NONCE, 0, 0}, DROPPED, 0},
	{{RESIZE, PAY_SA, 0, 8}, REFUSED, 0},
	{{RESIZE, PAY_NONCE, 0, NONCE_MIN - 1}, REFUSED, 0},
	{{RESIZE, PAY_NONCE, 0, NONCE_MIN}, TAKEN, 0},
	{{RESIZE, PAY_NONCE, 0, NONCE_MAX}, TAKEN, 0},
	{{RESIZE, PAY_NONCE, 0, NONCE_MAX + 1}, REFUSED, 0},
	{{BYTE, PAY_ID, ID_FQDN, 0}, REFUSED, 0},
	{{BYTE, PAY_ID, ID_IPV4_ADDR_SUBNET, 0}, REFUSED, 0}, /* without a mask */
	{{RESIZE, PAY_ID, 0, 3}, REFUSED, 0},
	{{RESIZE, PAY_ID, 1, 7}, REFUSED, 0},
	{{RESIZE, PAY_ID, 1, 9}, REFUSED, 0},
	{{RESIZE, PAY_ID, 0, 65}, REFUSED, 0},
	{{ADD, PAY_NOTIFY, 0, 8}, TAKEN, 0},
	{{ADD, PAY_VENDOR, 0, 8}, TAKEN, 0},
	{{ADD, PAY_DELETE, 0, 8}, DROPPED, 0},
	{{ADD, PAY_CERT, 0, 8}, DROPPED, 0},
	{{ADD_FIRST, PAY_VENDOR, 0, 20}, DROPPED, 0}, /* HASH comes first (RFC 2409 5.5) */
	{{ADD, PAY_KE, 0, 5}, TAKEN, 0}, /* without a group, which nobody looks at */
	{{AS_IT_IS, 0, 0, 0}, TAKEN, 2},
	{{DROP, PAY_KE, 0, 0}, REFUSED, 2},
	{{TWICE, PAY_KE, 0, 0}, REFUSED, 2},
	{{RESIZE, PAY_KE, 0, 127}, REFUSED, 2},
	{{RESIZE, PAY_KE, 0, 129}, REFUSED, 2},
	{{ZERO, PAY_KE, 0, 0}, REFUSED, 2},
};

START_TEST(first_messages_of_quick_mode)
{
	enum worth worth = first[_i].worth;
	bool late = first[_i].edit.how == ZERO; /* the SPI is asked for before */

	phase1();
	i.pfs = first[_i].pfs;
	initiator_qm1(&i, &q, &msg);
	edit(&i, &msg, &first[_i].edit, NULL);
	say();
	ck_assert_uint_eq(w.reserved, worth == TAKEN || late);
	ck_assert_uint_eq(w.inbound, worth == TAKEN);
	ck_assert_uint_eq(w.aborted, late);
	/* Message 2; or the notification, and the Delete of an SA that has brought nothing. */
	ck_assert_uint_eq(w.n_sent, worth == TAKEN ? 1 : worth == REFUSED ? 2 : 0);
	ck_assert_uint_eq(stats->quick_modes, worth != DROPPED);
	ck_assert_uint_eq(stats->quick_mode_rejects, 0);
	ck_assert_uint_eq(stats->quick_mode_invalids, worth != TAKEN);
	ck_assert_uint_eq(stats->malformed, worth == DROPPED);
	ck_assert_uint_eq(w.down, worth == REFUSED);
	if (worth == REFUSED)
		ck_assert_int_eq(w.reason, REASON_IKE_MALFORMED);
}
END_TEST

/* RFC 2409 5.5: without identities the peers' own addresses are meant, with any protocol. */
START_TEST(identities_left_out)
{
	phase1();
	initiator_qm1(&i, &q, &msg);
	edit(&i, &msg, &(struct edit){DROP_ALL, PAY_ID, 0, 0}, NULL);
	say();
	ck_assert_uint_eq(w.inbound, 1);
	ck_assert(addr_equal(&w.child.remote.addr, &path.remote.addr));
	ck_assert(addr_equal(&w.child.local.addr, &path.local.addr));
	ck_assert_uint_eq(addr_to_v4(&w.child.local.mask), UINT32_MAX);
	ck_assert_uint_eq(addr_to_v4(&w.child.remote.mask), UINT32_MAX);
	ck_assert(w.child.local.protocol == 0 && w.child.local.port == 0);
	ck_assert_ptr_null(strstr(w.text, "L2TP/IPSec session detected"));
}
END_TEST

/* The owner has no SPI left, or no room for the pair: said to the client, undone here. */
START_TEST(what_the_owner_refuses)
{
	w.refuse_spi = _i == 0;
	w.refuse_inbound = _i > 0;
	phase1();
	i.pfs = _i == 2 ? 2 : 0;
	initiator_qm1(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.reserved, _i != 0);
	ck_assert_uint_eq(w.aborted, _i != 0);
	ck_assert_uint_eq(stats->quick_mode_rejects, _i != 2);
	ck_assert_uint_eq(stats->quick_mode_invalids, _i == 2);
	ck_assert_uint_eq(stats->capacity_fails, _i == 0);
	ck_assert_uint_eq(w.n_sent, 2);
	ck_assert_uint_eq(w.down, 1);
	ck_assert_int_eq(w.reason, _i == 2 ? REASON_IKE_MALFORMED : REASON_NO_MEMORY);
	ck_assert_uint_eq(w.ike->children.used, 0);
}
END_TEST

/* A refusal ends a phase 1 that has brought nothing, and not one that carries somebody. */
START_TEST(a_refusal_among_good_ones)
{
	phase1();
	initiator_qm1(&i, &q, &msg);
	say();
	ck_assert(initiator_qm2(&i, &q, w.sent[0].b, w.sent[0].len));
	initiator_qm3(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.child_up, 1);
	initiator_qm1(&i, &q, &msg);
	edit(&i, &msg, &(struct edit){TWICE, PAY_NONCE, 0, 0}, NULL);
	say();
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert_uint_eq(w.down, 0);
	ck_assert_uint_eq(stats->quick_mode_invalids, 1);
}
END_TEST

/* A map entry may be for some peers only. */
START_TEST(entries_for_some_peers)
{
	static const struct {
		const char *peer[2];
		uint8_t n;
		bool fits;
	} row[] = {{{NULL}, 0, true}, {{"10.1.1.2"}, 1, true}, {{"10.1.1.3"}, 1, false},
	    {{"10.1.1.3", "10.1.1.2"}, 2, true}, {{"10.1.1.2", "10.1.1.3"}, 2, true},
	    {{"10.1.1.3", "10.1.1.2"}, 1, false}};

	for (unsigned k = 0; k < row[_i].n; k++)
		w.dynamic[0].set.peers.v[k] = (char *)(uintptr_t)row[_i].peer[k];
	if (row[_i].n == 1)
		w.dynamic[0].set.peers.v[1] = (char *)(uintptr_t)"10.1.1.2";
	w.dynamic[0].set.peers.n = row[_i].n;
	phase1();
	initiator_qm1(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.inbound, row[_i].fits);
	ck_assert_uint_eq(w.down, !row[_i].fits);
	if (!row[_i].fits)
		ck_assert_int_eq(w.reason, REASON_IKE_NO_MAP);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_edited");
	TCase *tc = tcase_create("edited");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, messages_3, 0, sizeof third / sizeof *third);
	tcase_add_loop_test(tc, values_that_are_none, 0, 2);
	tcase_add_loop_test(tc, what_message_3_says_of_nat, 0, 8);
	tcase_add_loop_test(tc, first_messages_of_quick_mode, 0, sizeof first / sizeof *first);
	tcase_add_test(tc, identities_left_out);
	tcase_add_loop_test(tc, what_the_owner_refuses, 0, 3);
	tcase_add_test(tc, a_refusal_among_good_ones);
	tcase_add_loop_test(tc, entries_for_some_peers, 0, 6);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
