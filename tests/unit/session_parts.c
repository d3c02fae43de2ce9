/*
 * The parts of the gateway, each alone on one that has nothing else: whose peer it is,
 * keepalives, SA pairs, whose DHCPINFORM.
 */
#include "tests/support/gateway_alone.h"

/* ---- peers ---------------------------------------------------------------------- */

/* A fresh phase 1 joins a peer only if all of it is the same. */
START_TEST(the_same_client)
{
	static const struct {
		uint32_t address;
		uint16_t port;
		const char *group, *id;
		uint8_t type;
		bool same;
	} row[] = {
	    {5, 4500, "G", "abcd", 1, true},
	    {6, 4500, "G", "abcd", 1, false},
	    {5, 4501, "G", "abcd", 1, false},
	    {5, 4500, "H", "abcd", 1, false},
	    {5, 4500, "G", "abce", 1, false},
	    {5, 4500, "G", "abcd", 2, false},
	    {5, 4500, "G", "abc", 1, false},
	    {5, 4500, "G", "abcde", 1, false},
	};
	struct peer *p = lone_peer(5, 4500, "G", "abcd");
	struct ike_sa_info i;

	for (size_t n = 0; n < sizeof row / sizeof *row; n++) {
		i = lone_who(row[n].address, row[n].port, row[n].group, row[n].id);
		i.id_type = row[n].type;
		ck_assert_msg((peer_find_same(lone_gw, &i) == p) == row[n].same, "row %zu", n);
	}
	i = lone_who(5, 4500, "G", "abcd");
	peer_moved(p, &(struct path){{addr_v4(0x0a000001), 4500}, {addr_v4(7), 1}});
	ck_assert_ptr_null(peer_find_same(lone_gw, &i));
	i = lone_who(7, 1, "G", "abcd");
	ck_assert_ptr_eq(peer_find_same(lone_gw, &i), p);
	p->ending = true;
	ck_assert_ptr_null(peer_find_same(lone_gw, &i));
	lone_destroy_all();
}
END_TEST

/* The list stays in the order of the ids, whoever goes. */
START_TEST(list_of_peers)
{
	static const size_t go[] = {0, 50, 97, 3};
	struct peer *p[101];

	for (uint16_t i = 0; i < 101; i++)
		p[i] = lone_peer(5, i, "G", "x");
	for (size_t n = 0; n < sizeof go / sizeof *go; n++) {
		struct peer *gone = lone_gw->peers[go[n]];

		lone_destroy(gone);
		ck_assert_uint_eq(lone_gw->n_peers, 100 - n);
		for (size_t i = 0; i < lone_gw->n_peers; i++) {
			ck_assert_ptr_ne(lone_gw->peers[i], gone);
			ck_assert(i == 0 || lone_gw->peers[i - 1]->id < lone_gw->peers[i]->id);
		}
	}
	ck_assert_uint_eq(p[100]->index, p[100]->id);
	lone_destroy_all();
}
END_TEST

/* A peer ends once, for the first reason; a wait that has begun is not begun again. */
START_TEST(ends_and_waits)
{
	struct peer *p = lone_peer(5, 1, "G", "x");

	peer_orphan(p, 5 * SEC, REASON_PEER_DELETE);
	sim_run(&lone_time, 2 * SEC);
	peer_orphan(p, 5 * SEC, REASON_AUTH_REJECTED);
	ck_assert_uint_eq(timer_left(&lone_time.env, &p->orphan), 3 * SEC);
	ck_assert_int_eq(p->orphan_why, REASON_PEER_DELETE);
	peer_end(p, REASON_ADMIN_RESET);
	peer_end(p, REASON_IDLE_TIMEOUT);
	ck_assert_int_eq(p->why, REASON_ADMIN_RESET);
	peer_check(p);
	ck_assert_int_eq(p->why, REASON_ADMIN_RESET);
	ck_assert_uint_eq(lone_gw->n_peers, 1); /* not under a caller's feet */
	timer_stop(&lone_time.env, &p->orphan);
	peer_orphan(p, SEC, REASON_PEER_DELETE);
	ck_assert(!timer_armed(&p->orphan));
	sim_run(&lone_time, 0);
	ck_assert_uint_eq(lone_gw->n_peers, 0);
	p = lone_peer(5, 1, "G", "x");
	peer_orphan(p, SEC, REASON_PEER_DELETE);
	sim_run(&lone_time, SEC);
	ck_assert_uint_eq(lone_gw->n_peers, 0);
	p = lone_peer(5, 1, "G", "x"); /* with nothing left: the client wanted it so */
	peer_check(p);
	ck_assert_int_eq(p->why, REASON_USER_REQUESTED);
	sim_run(&lone_time, 0);
	ck_assert_uint_eq(lone_gw->n_peers, 0);
}
END_TEST

/* Too many of one address without a session: it pushes out its own. */
START_TEST(idle_peers_are_bounded)
{
	struct peer *other = lone_peer(0x01020304, 1, "G", "x");
	size_t ending = 0;

	for (uint16_t i = 0; i <= IDLE_PEERS_ADDRESS; i++)
		lone_peer(5, i, "G", "x");
	for (size_t i = 0; i < lone_gw->n_peers; i++)
		ending += lone_gw->peers[i]->ending;
	ck_assert_uint_eq(ending, 1);
	ck_assert(!other->ending);
	ck_assert_uint_eq(lone_gw->failures[REASON_SHARE_USED_UP], 1);
	peer_busy(other);
	peer_busy(other);
	peer_idle(other);
	peer_idle(other); /* counted once */
	ck_assert_ptr_nonnull(other->share.group);
	lone_destroy_all();
}
END_TEST

/* What operators see of the user: nobody before he is in. */
START_TEST(context)
{
	struct session s = {.user = "test"};
	struct peer p = {.tunnel_group = "G"};

	ck_assert_ptr_null(peer_ctx(&p).user);
	ck_assert_str_eq(peer_ctx(&p).group, "G");
	p.session = &s;
	ck_assert_ptr_null(peer_ctx(&p).user);
	s.up = true;
	ck_assert_str_eq(peer_ctx(&p).user, "test");
}
END_TEST

/* ---- keepalives ---------------------------------------------------------------------- */

static unsigned keepalives;

static void on_keepalive(struct env *e, const struct path *path)
{
	(void)e, (void)path;
	keepalives++;
}

/* While the client is behind a NAT, at the configured interval, and by one timer (RFC 3948 4). */
START_TEST(nat_keepalives)
{
	struct ipc_msg m = {.type = MSG_CFG_ISAKMP, .fd = -1};
	struct peer *p = lone_peer(5, 1, "G", "x");

	m.cfg_isakmp = (struct cfg_isakmp){.nat_keepalive = 20};
	ck_assert(config_apply(&lone_config, &m));
	lone_time.env.keepalive = on_keepalive;
	keepalives = 0;
	liveness_start(p);
	peer_nat_t(p, false);
	sim_run(&lone_time, 100 * SEC);
	ck_assert_uint_eq(keepalives, 0);
	peer_nat_t(p, true);
	sim_run(&lone_time, 10 * SEC);
	peer_nat_t(p, true); /* a rekey does not put it off */
	sim_run(&lone_time, 10 * SEC);
	ck_assert_uint_eq(keepalives, 1);
	sim_run(&lone_time, 40 * SEC);
	ck_assert_uint_eq(keepalives, 3);
	peer_nat_t(p, false);
	sim_run(&lone_time, 100 * SEC);
	ck_assert_uint_eq(keepalives, 3);
	peer_nat_t(p, true);
	sim_run(&lone_time, 20 * SEC);
	ck_assert_uint_eq(keepalives, 4);
	liveness_stop(p);
	sim_run(&lone_time, 100 * SEC);
	ck_assert_uint_eq(keepalives, 4);
	lone_destroy_all();
}
END_TEST

/* ---- SA pairs -------------------------------------------------------------------------- */

/* Until there is a session a peer has a few pairs at most: the oldest go, not the one in use. */
START_TEST(pairs_before_a_session)
{
	struct peer *p = lone_peer(5, 1, "G", "x");
	struct session s = {.peer = p};
	struct sa_pair *first = sa_pair_reserve(p), *pair;
	size_t n = 0;

	ck_assert_ptr_nonnull(first);
	p->use = first;
	for (int i = 0; i < 3 * IDLE_PAIRS_MAX; i++)
		ck_assert_ptr_nonnull(sa_pair_reserve(p));
	LIST_FOREACH (pair, &p->pairs, link)
		n++;
	ck_assert_uint_eq(n, IDLE_PAIRS_MAX);
	ck_assert_ptr_eq(table_get(&lone_gw->pairs, first->child.spi_in), first);
	ck_assert_uint_eq(
	    lone_gw->failures[REASON_SHARE_USED_UP], 1 + 3 * IDLE_PAIRS_MAX - IDLE_PAIRS_MAX);
	s.up = true;
	p->session = &s;
	for (int i = 0; i < IDLE_PAIRS_MAX; i++)
		ck_assert_ptr_nonnull(sa_pair_reserve(p));
	n = 0;
	LIST_FOREACH (pair, &p->pairs, link)
		n++;
	ck_assert_uint_eq(n, 2 * IDLE_PAIRS_MAX);
	p->session = NULL;
	p->use = NULL;
	while ((pair = LIST_FIRST(&p->pairs)))
		sa_pair_remove(pair, true);
	lone_destroy_all();
}
END_TEST

/* Many workers have few SPIs each, and idle peers may all be one worker's. */
START_TEST(pairs_of_many_workers)
{
	static const struct dp_output nobody;
	struct dataplane *dp = lone_gw->dp;
	struct sa_pair *pair;
	struct peer *p;
	size_t n = 0;

	lone_gw->dp = dp_create_inline_workers(
	    &lone_time.env, one_crypto(), &nobody, &gateway_dp_ops, lone_gw, 8);
	ck_assert_ptr_nonnull(lone_gw->dp);
	p = lone_peer(5, 1, "G", "x");
	for (int i = 0; i < 3 * IDLE_PAIRS_MAX; i++)
		ck_assert_ptr_nonnull(sa_pair_reserve(p));
	LIST_FOREACH (pair, &p->pairs, link)
		n++;
	ck_assert_uint_le(n * IDLE_PEERS_MAX, dp_worker_spis(lone_gw->dp) / 2);
	ck_assert_uint_ge(n, 1);
	while ((pair = LIST_FIRST(&p->pairs)))
		sa_pair_remove(pair, true);
	lone_destroy_all();
	dp_destroy(lone_gw->dp);
	lone_gw->dp = dp;
}
END_TEST

/* A pair is found by the client's number once it is up; an operator clears what is up. */
START_TEST(pairs_that_are_up)
{
	struct peer *p = lone_peer(5, 1, "G", "x"), *idle = lone_peer(6, 1, "G", "x");
	struct sa_pair *a = sa_pair_reserve(p), *b = sa_pair_reserve(p), *c = sa_pair_reserve(idle);
	struct child child = {.cipher = CIPHER_3DES,
	    .auth = HASH_SHA1,
	    .spi_out = 77,
	    .kilobytes = 10,
	    .seconds = 100,
	    .map = "m"};

	child.spi_in = a->child.spi_in;
	ck_assert_ptr_null(sa_pair_by_out(p, 77));
	ck_assert_ptr_null(sa_pair_by_out(p, 0)); /* reserved is not installed */
	ck_assert(sa_pair_inbound(a, &child));
	ck_assert_str_eq(a->child.map, "m");
	ck_assert_ptr_eq(sa_pair_by_out(p, 77), a); /* he may delete it before it is up */
	sa_pair_up(a, &child);
	ck_assert(a->up);
	ck_assert_ptr_eq(p->use, a);
	ck_assert_ptr_eq(sa_pair_by_out(p, 77), a);
	ck_assert_ptr_null(sa_pair_by_out(p, 78));
	ck_assert_ptr_null(sa_pair_by_out(idle, 77));
	ck_assert_uint_eq(sa_pair_kilobytes_left(a), 10);
	ck_assert_uint_eq(timer_left(&lone_time.env, &a->life), 100 * SEC);
	ck_assert_uint_eq(lone_gw->tally[TALLY_IPSEC].active, 1);
	child.spi_in = b->child.spi_in;
	child.spi_out = 78;
	child.seconds = 0;
	child.map = NULL;
	ck_assert(sa_pair_inbound(b, &child));
	ck_assert_str_eq(b->child.map, "");
	sa_pair_up(b, &child);
	ck_assert_ptr_eq(p->use, b);
	ck_assert(!timer_armed(&b->life));
	sa_pair_remove(b, false); /* what is left takes its place */
	ck_assert_ptr_eq(p->use, a);
	ck_assert_uint_eq(gateway_clear_ipsec(lone_gw, "counters", ""), 2);
	ck_assert_uint_eq(gateway_clear_ipsec(lone_gw, "map", "n"), 0);
	ck_assert_uint_eq(gateway_clear_ipsec(lone_gw, "map", "m"), 1);
	ck_assert_ptr_null(p->use);
	ck_assert_uint_eq(lone_gw->tally[TALLY_IPSEC].active, 0);
	ck_assert_ptr_eq(LIST_FIRST(&idle->pairs), c); /* it never came up */
	sa_pair_remove(c, true);
	lone_destroy_all();
}
END_TEST

static struct sa_pair *another_up(struct peer *p, uint32_t spi_out, bool doubtful)
{
	struct sa_pair *s = sa_pair_reserve(p);
	struct child child = {
	    .cipher = CIPHER_3DES, .auth = HASH_SHA1, .spi_out = spi_out, .seconds = 100};

	ck_assert_ptr_nonnull(s);
	child.spi_in = s->child.spi_in;
	ck_assert(sa_pair_inbound(s, &child));
	s->doubtful = doubtful;
	sa_pair_up(s, &child);
	return s;
}

/* What leaves for a client does not go to who may be his neighbour while there is a pair that is
 * surely his. */
START_TEST(a_sure_pair_goes_before_a_doubtful_one)
{
	struct peer *p = lone_peer(5, 1, "G", "x");
	struct sa_pair *sure = another_up(p, 77, false), *used = another_up(p, 78, false);
	struct sa_pair *doubtful = another_up(p, 79, true);

	ck_assert_ptr_eq(p->use, used);
	sa_pair_remove(used, false);
	ck_assert_ptr_eq(p->use, sure);
	sa_pair_remove(sure, false);
	ck_assert_ptr_eq(p->use, doubtful);
	sa_pair_remove(doubtful, false);
	lone_destroy_all();
}
END_TEST

/* A pair's lifetime ends it, and with it a peer that has nothing else. */
START_TEST(lifetime_of_a_pair)
{
	struct peer *p = lone_peer(5, 1, "G", "x");
	struct sa_pair *a = sa_pair_reserve(p);
	struct child child = {.cipher = CIPHER_3DES,
	    .auth = HASH_SHA1,
	    .spi_out = 77,
	    .spi_in = a->child.spi_in,
	    .seconds = 100};

	ck_assert(sa_pair_inbound(a, &child));
	sa_pair_up(a, &child);
	sim_run(&lone_time, 100 * SEC - 1);
	ck_assert_uint_eq(lone_gw->n_peers, 1);
	sim_run(&lone_time, 1);
	ck_assert_uint_eq(lone_gw->n_peers, 0);
	ck_assert(LIST_EMPTY(&lone_gw->leaving));
}
END_TEST

/* Which DHCPINFORM is answered here: of an open session that is to have it so, from its own
 * address; another's is swallowed, and what is none goes its way. */
START_TEST(whose_dhcpinform)
{
	static const struct {
		bool open, intercept;
		uint32_t address;
		bool taken;
		unsigned answers;
	} row[] = {
	    {true, true, 0xc0a80101, true, 1},
	    {true, true, 0xc0a80102, true, 0},
	    {false, true, 0xc0a80101, false, 0},
	    {true, false, 0xc0a80101, false, 0},
	};
	struct peer *p = lone_peer(5, 1, "G", "x");
	struct sa_pair *a = sa_pair_reserve(p);
	struct child child = {.cipher = CIPHER_3DES,
	    .auth = HASH_SHA1,
	    .spi_out = 77,
	    .transport = true,
	    .spi_in = a->child.spi_in};
	struct dp_session d = {
	    .peer = p->id, .session = 9, .open = true, .client = addr_v4(0xc0a80101), .mtu = 1400};
	struct session_policy policy = {.intercept_dhcp = false};
	struct session s = {.gw = lone_gw, .peer = p, .id = 9, .user = "", .policy = &policy};
	uint8_t frame[512];
	size_t len = lone_inform(frame, sizeof frame);

	ck_assert(sa_pair_inbound(a, &child));
	sa_pair_up(a, &child);
	ck_assert(dp_session_add(lone_gw->dp, &d));
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		s.open = row[i].open;
		policy.intercept_dhcp = row[i].intercept;
		s.address = row[i].address;
		lone_wires = 0;
		ck_assert_msg(session_dhcp(&s, frame, len) == row[i].taken, "row %zu", i);
		ck_assert_uint_eq(lone_wires, row[i].answers);
	}
	s.open = policy.intercept_dhcp = true;
	frame[3] = 0x23; /* no IP */
	ck_assert(!session_dhcp(&s, frame, len));
	frame[3] = 0x21;
	ck_assert(!session_dhcp(&s, frame, len - 1));
	dp_session_remove(lone_gw->dp, 9);
	sa_pair_remove(a, true);
	lone_destroy_all();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("session_parts");
	TCase *tc = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, lone_setup, lone_teardown);
	tcase_add_test(tc, the_same_client);
	tcase_add_test(tc, list_of_peers);
	tcase_add_test(tc, ends_and_waits);
	tcase_add_test(tc, idle_peers_are_bounded);
	tcase_add_test(tc, context);
	tcase_add_test(tc, nat_keepalives);
	tcase_add_test(tc, pairs_before_a_session);
	tcase_add_test(tc, pairs_of_many_workers);
	tcase_add_test(tc, pairs_that_are_up);
	tcase_add_test(tc, a_sure_pair_goes_before_a_doubtful_one);
	tcase_add_test(tc, lifetime_of_a_pair);
	tcase_add_test(tc, whose_dhcpinform);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
