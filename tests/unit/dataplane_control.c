/*
 * The control side of the packet path: the register of SPIs, the steps of a pair and of a session,
 * what both sides must agree on, and the end of a pair's sequence numbers.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/control.h"
#include "engine/net/ipv4.h"
#include "tests/support/env_sim.h"
#include "tests/support/one_crypto.h"

static struct sim sim;
static struct child child = {.cipher = CIPHER_3DES, .auth = HASH_SHA1, .transport = true};

static struct path path;

START_TEST(spi_register)
{
	struct spis *s = spis_create((struct owners){1});
	struct spi_slot *slot;
	uint32_t one, two;

	sim_init(&sim, 1, NULL, NULL);
	ck_assert_uint_eq(spis_used(s), 0);
	one = spi_reserve(s, &sim.env, 0);
	two = spi_reserve(s, &sim.env, 1);
	ck_assert_uint_eq(spis_used(s), 2);
	ck_assert_uint_eq(one % 2, 0);
	ck_assert_uint_eq(two % 2, 1);
	slot = spi_slot(s, one);
	ck_assert_int_eq(slot->state, SPI_RESERVED);
	ck_assert_ptr_null(spi_slot(s, 0));
	ck_assert_ptr_null(spi_slot(s, one ^ 1u << SPI_PLACE_BITS)); /* of another generation */
	ck_assert_ptr_null(spi_slot(s, two + 2));	/* of a free place */
	ck_assert_uint_eq(spi_next(s, 0), one);
	ck_assert_uint_eq(spi_next(s, one), two);
	ck_assert_uint_eq(spi_next(s, two), 0);
	spi_free(s, slot);
	ck_assert_uint_eq(spis_used(s), 1);
	ck_assert_ptr_null(spi_slot(s, one));
	ck_assert_uint_eq(spi_next(s, 0), two);
	/* The place comes back as late as possible, and never with the number it had. */
	for (uint32_t i = 1; i < SA_TABLE / 2; i++)
		ck_assert_uint_ne(spi_reserve(s, &sim.env, 0) % SA_TABLE, one % SA_TABLE);
	two = spi_reserve(s, &sim.env, 0);
	ck_assert_uint_eq(two % SA_TABLE, one % SA_TABLE);
	ck_assert_uint_ne(two, one);
	ck_assert_uint_eq(spi_reserve(s, &sim.env, 0), 0);
	ck_assert_uint_eq(spis_used(s), SA_TABLE / 2 + 1);
	spis_destroy(s);
	sim_fini(&sim);
}
END_TEST

static uint16_t drawn[3];
static unsigned draws;

static void draw(struct env *e, void *to, size_t len)
{
	(void)e;
	ck_assert_uint_eq(len, sizeof *drawn);
	memcpy(to, &drawn[draws++], len);
}

/* Of a number that is drawn so many bits count as an SPI has: one that leaves none of them, or
 * those that the place had before, is drawn again. 1 to 255 are nobody's (RFC 4303 2.1). */
START_TEST(spi_generations)
{
	struct spis *s = spis_create((struct owners){15});
	struct env env = {.random = draw};
	const unsigned spare = SPI_PLACE_BITS - 16;
	uint32_t spi = 0;

	drawn[0] = (uint16_t)((1u << spare) - 1);
	drawn[1] = UINT16_MAX;
	ck_assert_uint_eq(spi_reserve(s, &env, 3), (uint32_t)(UINT16_MAX >> spare)
						       << SPI_PLACE_BITS | 3);
	ck_assert_uint_eq(draws, 2);
	for (uint32_t i = 1; i < SA_TABLE / WORKERS_MAX; i++) {
		draws = 1;
		spi_reserve(s, &env, 3);
	}
	spi_free(s, spi_slot(s, spi_next(s, 0)));
	draws = 0;
	drawn[0] = UINT16_MAX - 1;
	drawn[1] = 1u << spare;
	spi = spi_reserve(s, &env, 3);
	ck_assert_uint_eq(spi, 1u << SPI_PLACE_BITS | 3);
	ck_assert_uint_eq(draws, 2);
	spis_destroy(s);
}
END_TEST

/* Sixteen workers, the most there are: each has its sixteenth, and no place belongs to two. */
START_TEST(spis_of_many_workers)
{
	struct spis *s = spis_create((struct owners){15});
	static bool taken[SA_TABLE];

	sim_init(&sim, 1, NULL, NULL);
	ck_assert_uint_eq(spis_used(s), 0);
	for (unsigned w = 0; w < WORKERS_MAX; w++)
		for (uint32_t i = 0; i < SA_TABLE / WORKERS_MAX; i++) {
			uint32_t spi = spi_reserve(s, &sim.env, w);

			if (spi % WORKERS_MAX != w || taken[spi % SA_TABLE])
				ck_abort_msg("worker %u: %x", w, spi);
			taken[spi % SA_TABLE] = true;
		}
	ck_assert_uint_eq(spis_used(s), SA_TABLE);
	spis_destroy(s);
	sim_fini(&sim);
}
END_TEST

/* ---- what the control side may ask for ------------------------------------------ */

static void on_ike(void *arg, const struct path *p, const uint8_t *msg, size_t len)
{
	(void)arg, (void)p, (void)msg, (void)len;
}

static void on_l2tp(
    void *arg, uint32_t spi, uint16_t local, uint16_t remote, const uint8_t *msg, size_t len)
{
	(void)arg, (void)spi, (void)local, (void)remote, (void)msg, (void)len;
}

static void on_spi(void *arg, uint32_t spi)
{
	(void)arg, (void)spi;
}

static void on_moved(void *arg, uint32_t spi, const struct path *p)
{
	(void)arg, (void)spi, (void)p;
}

static void on_exhausted(void *arg, uint32_t spi, bool hard)
{
	(void)arg, (void)spi, (void)hard;
}

static void on_wire(void *arg, const struct path *p, bool udp, const uint8_t *esp, size_t len)
{
	(void)arg, (void)p, (void)udp, (void)esp, (void)len;
}

static void on_tun(void *arg, const uint8_t *ip, size_t len)
{
	(void)arg, (void)ip, (void)len;
}

static struct dataplane *dp_open(void)
{
	static const struct dp_ops ops = {
	    on_ike, on_l2tp, on_spi, on_moved, on_exhausted, NULL, NULL, NULL};
	struct dp_output output = {on_wire, on_tun, NULL};

	sim_init(&sim, 1, NULL, NULL);
	return dp_create_inline(&sim.env, one_crypto(), &output, &ops, NULL);
}

/* An SA pair goes from reserved to installed to removed, each step once and by its owner. */
START_TEST(steps_of_a_pair)
{
	struct dataplane *dp = dp_open();
	struct dp_sa_counters in = {.packets = 9}, out = {.packets = 9};
	struct dp_census n;
	uint32_t spi = dp_spi_reserve(dp, 7);

	child.spi_in = spi + 1;
	ck_assert(!dp_sa_inbound(dp, 7, &path, &child, 64)); /* not reserved */
	child.spi_in = spi;
	ck_assert(!dp_sa_outbound(dp, 7, &child));
	ck_assert(!dp_sa_remove(dp, spi));
	ck_assert(!dp_sa_counters(dp, spi, &in, &out));
	child.auth = HASH_SHA256 + 100;
	ck_assert(!dp_sa_inbound(dp, 7, &path, &child, 64));
	child.auth = HASH_SHA1;
	ck_assert(dp_sa_inbound(dp, 7, &path, &child, 64));
	ck_assert(!dp_sa_inbound(dp, 7, &path, &child, 64));
	dp_spi_release(dp, spi); /* not what is installed */
	ck_assert(dp_sa_counters(dp, spi, &in, NULL));
	ck_assert(dp_sa_counters(dp, spi, NULL, &out));
	ck_assert_uint_eq(in.packets + out.packets, 0);
	ck_assert(!dp_peer_use(dp, 7, spi)); /* it cannot send */
	ck_assert(!dp_sa_outbound(dp, 8, &child));
	ck_assert(dp_sa_outbound(dp, 7, &child));
	ck_assert(!dp_sa_outbound(dp, 7, &child));
	ck_assert(!dp_peer_use(dp, 8, spi));
	ck_assert(!dp_peer_use(dp, 7, spi + 1));
	ck_assert(dp_peer_use(dp, 7, spi));
	ck_assert(dp_sa_remove(dp, spi));
	ck_assert(!dp_sa_remove(dp, spi));
	ck_assert(!dp_peer_use(dp, 7, spi));
	dp_spi_release(dp, spi);
	ck_assert(dp_consistent(dp, &n));
	ck_assert_uint_eq(n.spis, 1); /* until the worker's burial is seen */
	dp_poll(dp);
	ck_assert(dp_consistent(dp, &n));
	ck_assert_uint_eq(n.spis, 0);
	spi = dp_spi_reserve(dp, 7);
	dp_spi_release(dp, spi);
	ck_assert(dp_consistent(dp, &n));
	ck_assert_uint_eq(n.spis, 0);
	dp_destroy(dp);
	sim_fini(&sim);
}
END_TEST

/* A session that is added again takes the old one's place; its MTU is what a buffer holds. */
START_TEST(steps_of_a_session)
{
	struct dataplane *dp = dp_open();
	struct dp_session s = {
	    .peer = 7, .session = 5, .open = true, .client = addr_v4(1), .mtu = PACKET_ROOM};
	struct dp_session_counters c;
	struct dp_census n;

	ck_assert(!dp_session_change(dp, &s));
	ck_assert(!dp_session_remove(dp, 5));
	ck_assert(!dp_session_counters(dp, 5, &c));
	ck_assert(dp_session_add(dp, &s));
	ck_assert_uint_eq(link_at(dp, 5)->is.mtu, PACKET_ROOM);
	ck_assert(dp_session_counters(dp, 5, &c));
	s.mtu = PACKET_ROOM + 1;
	ck_assert(dp_session_change(dp, &s));
	ck_assert_uint_eq(link_at(dp, 5)->is.mtu, PACKET_ROOM);
	s.client = addr_v4(2);
	ck_assert(dp_session_add(dp, &s));
	dp_poll(dp);
	ck_assert(dp_consistent(dp, &n));
	ck_assert_uint_eq(n.sessions, 1);
	ck_assert_ptr_null(tables_client(&dp->worker[0]->tables, 1));
	ck_assert_ptr_eq(tables_client(&dp->worker[0]->tables, 2), link_at(dp, 5));
	ck_assert(dp_session_remove(dp, 5));
	ck_assert(!dp_session_remove(dp, 5));
	dp_destroy(dp);
	sim_fini(&sim);
}
END_TEST

/* What this side remembers and what the worker has must be the same. */
START_TEST(inconsistencies_of_both_sides)
{
	struct dataplane *dp = dp_open();
	struct tables *t = &dp->worker[0]->tables;
	struct dp_session s = {.peer = 7, .session = 5};
	struct dp_link *l;
	struct dp_sa *sa;
	struct dp_census n;
	uint32_t spi = child.spi_in = dp_spi_reserve(dp, 7);

	ck_assert(dp_sa_inbound(dp, 7, &path, &child, 64));
	ck_assert(dp_session_add(dp, &s));
	ck_assert(dp_consistent(dp, &n));
	l = table_remove(&dp->links, 5);
	ck_assert(!dp_consistent(dp, &n));
	ck_assert(table_add(&dp->links, 5, l));
	l->owner = 1;
	ck_assert(!dp_consistent(dp, &n));
	l->owner = 0;
	sa = spi_slot(dp->spis, spi)->sa;
	spi_slot(dp->spis, spi)->sa = NULL;
	ck_assert(!dp_consistent(dp, &n));
	spi_slot(dp->spis, spi)->sa = sa;
	spi_slot(dp->spis, spi)->state = SPI_RESERVED;
	ck_assert(!dp_consistent(dp, &n));
	spi_slot(dp->spis, spi)->state = SPI_INSTALLED;
	ck_assert(dp_consistent(dp, &n));
	chains_remove(&t->sessions, &l->by_session);
	ck_assert(!dp_consistent(dp, &n));
	chains_add(&t->sessions, &l->by_session, 5);
	dp_destroy(dp);
	sim_fini(&sim);
}
END_TEST

/* An outbound sequence number is never used twice: with the last one the pair is over (RFC 4303
 * 3.3.3). */
START_TEST(last_sequence_number)
{
	struct dataplane *dp = dp_open();
	struct dp_session s = {
	    .peer = 7, .session = 5, .open = true, .client = addr_v4(2), .mtu = 1400};
	uint8_t ip[IP_HEADER + 8];
	struct wr w = wr_init(ip, sizeof ip);
	struct dp_session_counters c;
	struct dp_sa_counters out;
	struct dp_sa *sa;

	child.spi_in = dp_spi_reserve(dp, 7);
	ck_assert(dp_sa_inbound(dp, 7, &path, &child, 64));
	ck_assert(dp_sa_outbound(dp, 7, &child));
	ck_assert(dp_peer_use(dp, 7, child.spi_in));
	ck_assert(dp_session_add(dp, &s));
	sa = spi_slot(dp->spis, child.spi_in)->sa;
	sa->out.sequence = UINT32_MAX - 1;
	ipv4_header(&w, 17, 1, 2, 0, 1, 8);
	wr_zero(&w, 8);
	for (int i = 0; i < 3; i++)
		dp_tun(dp, ip, sizeof ip);
	ck_assert(dp_session_counters(dp, 5, &c));
	ck_assert_uint_eq(c.packets_out, 1);
	ck_assert_uint_eq(c.bytes_out, sizeof ip);
	ck_assert_uint_eq(c.drop_out, 2);
	ck_assert(dp_sa_counters(dp, child.spi_in, NULL, &out));
	ck_assert_uint_eq(out.packets, 1);
	ck_assert_uint_eq(out.errors, 2);
	ck_assert_uint_eq(sa->out.sequence, UINT32_MAX);
	ck_assert(sa->out.said_hard);
	ck_assert(dp_sa_remove(dp, child.spi_in)); /* nothing to send it with */
	dp_tun(dp, ip, sizeof ip);
	ck_assert(dp_session_counters(dp, 5, &c));
	ck_assert_uint_eq(c.drop_out, 3);
	dp_destroy(dp);
	sim_fini(&sim);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_control");
	TCase *tc = tcase_create("dataplane_control");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, spi_register);
	tcase_add_test(tc, spi_generations);
	tcase_add_test(tc, spis_of_many_workers);
	tcase_add_test(tc, steps_of_a_pair);
	tcase_add_test(tc, steps_of_a_session);
	tcase_add_test(tc, inconsistencies_of_both_sides);
	tcase_add_test(tc, last_sequence_number);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
