/*
 * IKE's pure layer as truth tables: NAT-T's encapsulation modes, where a client may move,
 * selectors, the sets that remember.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/answered.h"
#include "engine/ike/codec.h"
#include "engine/ike/handshake.h"
#include "engine/ike/ident.h"
#include "engine/ike/incoming.h"
#include "engine/ike/msgid.h"
#include "engine/ike/natt_flavour.h"
#include "engine/ike/payload.h"
#include "engine/ike/proposal.h"
#include "engine/ike/proposal_esp.h"
#include "engine/ike/sa.h"
#include "engine/ike/vendor.h"
#include "engine/ike/whereabouts.h"
#include "engine/ipsec/sa.h"

/* ---- NAT traversal -------------------------------------------------------------- */

START_TEST(encapsulation_modes)
{
	enum { PLAIN, NATTED, FLOATED, DRAFT, KINDS };
	static const struct natt_terms terms[KINDS] = {
	    [PLAIN] = {0, false, false},
	    [NATTED] = {VID_NATT_RFC, true, false},
	    [FLOATED] = {VID_NATT_RFC, true, true},
	    [DRAFT] = {VID_NATT_02, true, true},
	};
	static const struct {
		unsigned terms;
		uint64_t mode;
		bool fits, transport, udp;
	} want[] = {
	    {PLAIN, 0, true, false, false}, /* RFC 2407 4.5: left open, and tunnel */
	    {PLAIN, ENCAP_TUNNEL, true, false, false},
	    {PLAIN, ENCAP_TRANSPORT, true, true, false},
	    {PLAIN, ENCAP_UDP_TRANSPORT, false, false, false},
	    {PLAIN, 5, false, false, false},
	    {NATTED, ENCAP_TRANSPORT, false, true, false},
	    {NATTED, ENCAP_TUNNEL, false, false, false},
	    {NATTED, ENCAP_UDP_TUNNEL, false, false, true},
	    {FLOATED, ENCAP_UDP_TUNNEL, true, false, true},
	    {FLOATED, ENCAP_UDP_TRANSPORT, true, true, true},
	    {FLOATED, ENCAP_UDP_TRANSPORT_DRAFT, false, false, false},
	    {FLOATED, ENCAP_TRANSPORT, false, true, false},
	    {DRAFT, ENCAP_UDP_TUNNEL_DRAFT, true, false, true},
	    {DRAFT, ENCAP_UDP_TRANSPORT_DRAFT, true, true, true},
	    {DRAFT, ENCAP_UDP_TRANSPORT, false, false, false},
	};

	for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
		bool transport, udp;

		ck_assert_msg(natt_encapsulation(&terms[want[k].terms], want[k].mode, &transport,
				  &udp) == want[k].fits,
		    "%zu", k);
		ck_assert_msg(transport == want[k].transport && udp == want[k].udp, "%zu", k);
	}
}
END_TEST

START_TEST(the_best_flavour)
{
	struct config c = {.isakmp = {.nat_traversal = true}};
	struct interface ifc = {.set = {.nameif = "outside"}};

	ck_assert_uint_eq(
	    natt_choose(&c, &ifc, VID_NATT_02 | VID_NATT_RFC | VID_DPD), VID_NATT_RFC);
	ck_assert_uint_eq(natt_choose(&c, &ifc, VID_NATT_02 | VID_NATT_03), VID_NATT_03);
	ck_assert_uint_eq(natt_choose(&c, &ifc, VID_NATT_02 | VID_NATT_02_N), VID_NATT_02_N);
	ck_assert_uint_eq(natt_choose(&c, &ifc, VID_NATT_02), VID_NATT_02);
	ck_assert_uint_eq(natt_choose(&c, &ifc, VID_DPD), 0);
	ck_assert_uint_eq(natt_flavour(VID_NATT_RFC)->natd, PAY_NAT_D);
	ck_assert_uint_eq(natt_flavour(VID_NATT_03)->natoa, PAY_NAT_OA_DRAFT);
	c.isakmp.nat_traversal = false;
	ck_assert_uint_eq(natt_choose(&c, &ifc, VID_NATT_RFC), 0);
}
END_TEST

static struct path path_of(const char *local, uint16_t lport, const char *remote, uint16_t rport)
{
	struct path p = {.local.port = lport, .remote.port = rport};

	addr_parse(local, &p.local.addr);
	addr_parse(remote, &p.remote.addr);
	return p;
}

/* From where message 5 may come: the client was 10.0.0.1 when message 3 came. */
START_TEST(where_message_5_may_come_from)
{
	static const struct {
		bool natt, nat_local, nat_remote;
		uint16_t port;
		const char *local, *remote;
		bool may;
	} want[] = {
	    {true, false, true, 500, "192.0.2.1", "10.9.9.9", true},
	    {true, true, false, 500, "192.0.2.9", "10.9.9.9", true},
	    {true, false, false, 4500, "192.0.2.1", "10.0.0.1", true},
	    {true, false, false, 500, "192.0.2.1", "10.0.0.1", false},
	    {true, false, false, 4500, "192.0.2.1", "10.9.9.9", false},
	    {true, false, false, 4500, "192.0.2.9", "10.0.0.1", false},
	    {false, false, false, 4500, "192.0.2.1", "10.0.0.1", false},
	};

	for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
		struct ike_sa sa = {.natt = want[k].natt ? VID_NATT_RFC : 0,
		    .nat_local = want[k].nat_local,
		    .nat_remote = want[k].nat_remote,
		    .path = path_of("192.0.2.1", 500, "10.0.0.1", 500)};
		struct path p = path_of(want[k].local, want[k].port, want[k].remote, want[k].port);

		ck_assert_msg(sa_may_arrive(&sa, &p) == want[k].may, "%zu", k);
	}
}
END_TEST

/* Only on port 4500, only with NAT-T, and not when it is over. */
START_TEST(who_may_move)
{
	struct path home = path_of("192.0.2.1", 4500, "10.0.0.1", 4500);
	struct path away = path_of("192.0.2.1", 4500, "10.0.0.2", 61000);

	for (unsigned k = 0; k < 5; k++) {
		struct ike_sa sa = {.natt = VID_NATT_RFC, .path = home};
		struct path to = away;

		if (k == 1)
			sa.natt = 0;
		else if (k == 2)
			sa.path.local.port = 500;
		else if (k == 3)
			to.local.port = 500;
		else if (k == 4)
			sa.dead = true;
		sa_relocate(&sa, &to);
		ck_assert_msg(path_equal(&sa.path, &to) == (k == 0), "%u", k);
	}
}
END_TEST

/* ---- selectors ------------------------------------------------------------------ */

START_TEST(selectors_within_networks)
{
	static const struct {
		const char *net, *mask, *of, *of_mask;
		bool within;
	} want[] = {
	    {"10.1.2.3", "255.255.255.255", "10.1.0.0", "255.255.0.0", true},
	    {"10.1.2.0", "255.255.255.0", "10.1.0.0", "255.255.0.0", true},
	    {"10.1.0.0", "255.255.0.0", "10.1.0.0", "255.255.0.0", true},
	    {"10.0.0.0", "255.0.0.0", "10.1.0.0", "255.255.0.0", false},
	    {"10.2.2.3", "255.255.255.255", "10.1.0.0", "255.255.0.0", false},
	    {"10.2.2.3", "255.255.255.255", "0.0.0.0", "0.0.0.0", true},
	    {"0.0.0.0", "0.0.0.0", "0.0.0.0", "0.0.0.0", true},
	};

	for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
		struct selector s = {.port = 0};
		struct addr a, m;

		addr_parse(want[k].net, &s.addr);
		addr_parse(want[k].mask, &s.mask);
		addr_parse(want[k].of, &a);
		addr_parse(want[k].of_mask, &m);
		ck_assert_msg(selector_within(&s, addr_to_v4(&a),
				  addr_to_v4(&a) | ~addr_to_v4(&m)) == want[k].within,
		    "%zu", k);
	}
}
END_TEST

START_TEST(selectors_within_ports)
{
	static const struct {
		uint16_t port, low, high;
		bool within;
	} want[] = {
	    {1701, 1701, 1701, true},
	    {1700, 1701, 1701, false},
	    {1702, 1701, 1701, false},
	    {1701, 1700, 1702, true},
	    {1700, 1700, 1702, true},
	    {1702, 1700, 1702, true},
	    {0, 0, 65535, true},
	    {0, 1, 65535, false},
	    {0, 0, 65534, false},
	    /* Around: everything but 1701. */
	    {1701, 1702, 1700, false},
	    {1700, 1702, 1700, true},
	    {1702, 1702, 1700, true},
	    {1, 1702, 1700, true},
	    {65535, 1702, 1700, true},
	};

	for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
		struct selector s = {.port = want[k].port};

		ck_assert_msg(
		    selector_ports_within(&s, want[k].low, want[k].high) == want[k].within, "%zu",
		    k);
	}
}
END_TEST

START_TEST(what_is_l2tp)
{
	static const struct {
		uint8_t protocol;
		uint16_t local, remote;
		bool l2tp;
	} want[] = {
	    {17, 1701, 1701, true},
	    {17, 1701, 0, true},
	    {17, 1701, 50000, true},
	    {17, 0, 1701, true},
	    {17, 0, 0, false},
	    {17, 500, 1701, false},
	    {6, 1701, 1701, false},
	    {0, 1701, 1701, false},
	};

	for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
		struct selector l = {.protocol = want[k].protocol, .port = want[k].local};
		struct selector r = {.protocol = want[k].protocol, .port = want[k].remote};

		ck_assert_msg(selectors_are_l2tp(&l, &r) == want[k].l2tp, "%zu", k);
	}
}
END_TEST

/* ---- what remembers -------------------------------------------------------------- */

START_TEST(message_ids)
{
	struct msgids s = {.used = 0};

	ck_assert(!msgids_has(&s, 1));
	ck_assert(!msgids_add(&s, 0));
	for (uint32_t id = 1; id <= MSGIDS_MAX; id++) {
		ck_assert_uint_eq(s.size, id == 1 ? 0 : id <= 13 ? 16 : id <= 25 ? 32 : s.size);
		ck_assert(!msgids_full(&s));
		ck_assert(msgids_add(&s, id * 7919));
		ck_assert(!msgids_add(&s, id * 7919));
	}
	ck_assert(msgids_full(&s));
	ck_assert(!msgids_add(&s, 3));
	ck_assert(!msgids_has(&s, 3) && !msgids_has(&s, 0));
	for (uint32_t id = 1; id <= MSGIDS_MAX; id++)
		ck_assert(msgids_has(&s, id * 7919));
	ck_assert_uint_gt(3 * s.size, 4 * s.used - 4); /* never more than three quarters full */
	msgids_fini(&s);
	ck_assert(!msgids_has(&s, 7919));
}
END_TEST

/* Ids that all want one place find others, as many as there are before the set grows. */
START_TEST(message_ids_that_collide)
{
	struct msgids s = {.used = 0};
	uint32_t id[12];
	size_t n = 0;

	for (uint32_t k = 1; n < 12; k++) {
		struct msgids alone = {.used = 0};

		ck_assert(msgids_add(&alone, k));
		if (alone.slot[0] == k)
			id[n++] = k;
		msgids_fini(&alone);
	}
	for (size_t k = 0; k < n; k++)
		ck_assert(msgids_add(&s, id[k]));
	ck_assert_uint_eq(s.size, 16);
	for (size_t k = 0; k < n; k++)
		ck_assert(msgids_has(&s, id[k]) && !msgids_add(&s, id[k]));
	ck_assert_uint_eq(s.used, n);
	msgids_fini(&s);
}
END_TEST

START_TEST(messages_5_that_were_tried)
{
	struct handshake *hs = handshake_new();
	uint8_t digest[MM5_TRIES][DIGEST_LEN] = {{0}};

	ck_assert_ptr_nonnull(hs);
	for (unsigned k = 0; k < MM5_TRIES; k++) {
		digest[k][DIGEST_LEN - 1] = (uint8_t)k;
		ck_assert(!handshake_tried(hs, digest[k]));
		handshake_try(hs, digest[k]);
		ck_assert_uint_eq(hs->n_tried, k + 1);
		for (unsigned n = 0; n <= k; n++)
			ck_assert(handshake_tried(hs, digest[n]));
	}
	handshake_free(hs);
	handshake_free(NULL);
}
END_TEST

START_TEST(answers)
{
	static const uint8_t first[DIGEST_LEN] = {1}, second[DIGEST_LEN] = {1, 2},
			     cky[COOKIE_LEN] = {9};
	struct answered a = {.reply = NULL};
	struct out o;

	out_begin(&o, cky, cky, XCHG_QUICK, 0, 0x01020304);
	out_payload(&o, PAY_KE, "abcde", 5);
	ck_assert(out_end(&o, 8));
	ck_assert(!answered_is(&a, first));
	answered_note(&a, first);
	ck_assert(answered_is(&a, first) && !answered_is(&a, second));
	ck_assert_ptr_null(a.reply);
	answered_keep(&a, &o, 0x01020304);
	ck_assert_uint_eq(a.reply->len, ISAKMP_HEADER_LEN + 16);
	ck_assert_uint_eq(a.reply->plain, ISAKMP_HEADER_LEN + 9);
	ck_assert_uint_eq(a.reply->msgid, 0x01020304);
	ck_assert(a.reply->n == 1 && a.reply->types[0] == PAY_KE);
	ck_assert_mem_eq(a.reply->bytes, o.buf, a.reply->len);
	ck_assert(answered_is(&a, first));
	answered_note(&a, second);
	ck_assert_ptr_null(a.reply);
	answered_drop(&a);
	ck_assert(!answered_is(&a, second));
}
END_TEST

/* The digest does not know the Commit bit, and everything else. */
START_TEST(digests)
{
	static struct incoming a, b;
	struct crypto *crypto = crypto_create();
	uint8_t msg[ISAKMP_HEADER_LEN + 4] = {
	    1, [8] = 2, [16] = PAY_KE, [17] = 0x10, [18] = 2, [27] = sizeof msg, [31] = 4};

	a.m.n = 3; /* a refused one is looked into before its payloads are read */
	ck_assert(incoming_read(&a, msg, sizeof msg) && incoming_digest(&a, crypto));
	ck_assert_uint_eq(a.m.n, 0);
	ck_assert_uint_eq(a.body_len, 4);
	msg[19] = FLAG_COMMIT;
	ck_assert(incoming_read(&b, msg, sizeof msg) && incoming_digest(&b, crypto));
	ck_assert_mem_eq(a.digest, b.digest, DIGEST_LEN);
	msg[19] = FLAG_COMMIT | 4;
	ck_assert(!incoming_read(&b, msg, sizeof msg));
	msg[19] = 0;
	for (size_t k = 0; k < sizeof msg; k++) {
		if (k == 17 || k == 19 || (k >= 24 && k < 28))
			continue; /* version, flags, length */
		msg[k] ^= 0x80;
		ck_assert(incoming_read(&b, msg, sizeof msg) && incoming_digest(&b, crypto));
		ck_assert_msg(memcmp(a.digest, b.digest, DIGEST_LEN) != 0, "byte %zu", k);
		msg[k] ^= 0x80;
	}
	msg[0] = 0; /* no initiator's cookie */
	ck_assert(!incoming_read(&b, msg, sizeof msg));
	crypto_destroy(crypto);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_where");
	TCase *tc = tcase_create("pure");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, encapsulation_modes);
	tcase_add_test(tc, the_best_flavour);
	tcase_add_test(tc, where_message_5_may_come_from);
	tcase_add_test(tc, who_may_move);
	tcase_add_test(tc, selectors_within_networks);
	tcase_add_test(tc, selectors_within_ports);
	tcase_add_test(tc, what_is_l2tp);
	tcase_add_test(tc, message_ids);
	tcase_add_test(tc, message_ids_that_collide);
	tcase_add_test(tc, messages_5_that_were_tried);
	tcase_add_test(tc, answers);
	tcase_add_test(tc, digests);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
