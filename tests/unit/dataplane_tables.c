/*
 * The worker's tables: which pair of a peer's sends, what lives how long, what fits, and what the
 * check of consistency notices.
 */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/ipsec/mtu.h"
#include "tests/support/one_worker.h"

static struct tables *tables;
static struct one_worker w;
static struct worker *worker;

static void worker_open(void)
{
	one_worker_open(&w);
	worker = w.worker;
	tables = &worker->tables;
}

static void worker_close(void)
{
	one_worker_close(&w);
}

static struct dp_sa *add(uint32_t spi, uint32_t peer, bool sends)
{
	return one_worker_add(&w, spi, peer, sends);
}

static struct dp_link *add_session(uint16_t id, uint32_t peer, uint32_t address)
{
	struct dp_link *l = calloc(1, sizeof *l);

	l->object.kind = OBJECT_SESSION;
	tables_link_add(&worker->tables, l,
	    &(struct dp_session){
		.peer = peer, .session = id, .open = address != 0, .client = addr_v4(address)});
	return l;
}

/* Only a pair of the peer's that can send carries what leaves; when it goes, the newest such. */
START_TEST(which_pair_sends)
{
	struct dp_sa *a = add(0x10001, 7, true), *b = add(0x10002, 7, true);
	struct dp_sa *mute = add(0x10003, 7, false), *other = add(0x10004, 8, true);
	struct dp_peer *peer = tables_peer(tables, 7);

	ck_assert_ptr_eq(a->peer, peer);
	ck_assert_ptr_ne(other->peer, peer);
	ck_assert_uint_eq(peer->refs, 3);
	ck_assert_ptr_null(peer->current);
	tables_peer_use(tables, 7, 0x10003);
	tables_peer_use(tables, 7, 0x10004);
	tables_peer_use(tables, 7, 0x30001); /* another generation of that place */
	tables_peer_use(tables, 9, 0x10001);
	ck_assert_ptr_null(peer->current);
	tables_peer_use(tables, 7, 0x10001);
	ck_assert_ptr_eq(peer->current, a);
	tables_sa_remove(tables, 0x10009);
	ck_assert_uint_eq(one_worker_dead(&w), 2); /* the two spare peers */
	tables_sa_remove(tables, 0x10003);
	ck_assert_ptr_eq(peer->current, a); /* another one went */
	mute = add(0x10005, 7, false);
	tables_sa_remove(tables, 0x10001);
	ck_assert_ptr_eq(peer->current, b); /* not the newest: that cannot send */
	ck_assert_ptr_eq(peer->sas, mute);
	ck_assert_ptr_eq(mute->next, b);
	ck_assert_ptr_null(b->next);
	tables_sa_remove(tables, 0x10002);
	ck_assert_ptr_null(peer->current);
	ck_assert_ptr_eq(tables_peer(tables, 7), peer);
	tables_sa_remove(tables, 0x10005);
	ck_assert_ptr_null(tables_peer(tables, 7));
	ck_assert_uint_eq(one_worker_dead(&w), 6); /* four pairs, one spare, and the peer itself */
	one_worker_finish(&w);
}
END_TEST

/* A key is installed once, and for a pair that is there. */
START_TEST(one_key_a_pair)
{
	struct dp_sa *a = add(0x10001, 7, true);
	const struct child child = one_worker_child();
	struct crypt_key *has = a->out.key, *other;

	other = crypt_key_create(
	    worker->crypt, child.cipher, child.auth, child.enc_out, child.auth_out, true);
	ck_assert_uint_eq(a->out.spi, 0x10002);
	tables_sa_outbound(tables, 0x10001, other, 99);
	tables_sa_outbound(tables, 0x10003, other, 99);
	ck_assert_ptr_eq(a->out.key, has);
	ck_assert_uint_eq(a->out.spi, 0x10002);
	crypt_key_destroy(other);
	one_worker_finish(&w);
}
END_TEST

/* Each pair of a peer fits a new MTU; another peer's do not change. */
START_TEST(mtu_of_a_peer)
{
	struct dp_sa *a = add(0x10001, 7, true), *b = add(0x10002, 7, true);
	struct dp_sa *c = add(0x10003, 8, true);
	uint16_t was = a->message;

	tables_peer_fit(tables, 9, &(struct dp_fit){.mtu = 1000});
	ck_assert_uint_eq(a->message, mtu_message(CIPHER_3DES, HASH_SHA1, true, false, 1500));
	tables_peer_fit(tables, 7, &(struct dp_fit){.mtu = 1000});
	ck_assert_uint_lt(a->message, was);
	ck_assert_uint_eq(b->message, a->message);
	ck_assert_uint_eq(c->message, was);
	one_worker_finish(&w);
}
END_TEST

/* A peer lives while it has a pair or a session; a session is found by its client while open. */
START_TEST(sessions)
{
	struct dp_link *l;

	add(0x10001, 7, true);
	l = add_session(5, 7, 0);
	ck_assert_ptr_null(tables_client(tables, 0x0a000001));
	ck_assert_ptr_null(tables_client(tables, 0));
	tables_link_change(
	    tables, &(struct dp_session){
			.peer = 7, .session = 5, .open = true, .client = addr_v4(0x0a000001)});
	ck_assert_ptr_eq(tables_client(tables, 0x0a000001), l);
	tables_link_change(tables, &(struct dp_session){.session = 6, .open = true});
	tables_link_change(
	    tables, &(struct dp_session){
			.peer = 7, .session = 5, .open = true, .client = addr_v4(0x0a000002)});
	ck_assert_ptr_null(tables_client(tables, 0x0a000001));
	ck_assert_ptr_eq(tables_client(tables, 0x0a000002), l);
	tables_sa_remove(tables, 0x10001);
	ck_assert_ptr_nonnull(tables_peer(tables, 7));
	tables_link_remove(tables, 6);
	tables_link_remove(tables, 5);
	ck_assert_ptr_null(tables_peer(tables, 7));
	ck_assert_ptr_null(tables_client(tables, 0x0a000002));
	ck_assert_uint_eq(one_worker_dead(&w), 3);
	add_session(9, 99, 0x0a000003); /* of a peer that is gone already */
	tables_link_remove(tables, 9);
	ck_assert_uint_eq(one_worker_dead(&w), 1);
	one_worker_finish(&w);
}
END_TEST

static bool consistent(void)
{
	struct dp_census n = {0};
	size_t of_peers = 0;

	return tables_consistent(&worker->tables, &n, &of_peers) && n.sas == of_peers;
}

/* The check that other tests lean on notices each thing that may be wrong. */
static struct dp_filter *filter(void)
{
	struct dp_filter *f = calloc(1, sizeof *f);

	f->object.kind = OBJECT_FILTER;
	return f;
}

/* A filter is its session's: it goes with the next one, and with the session; nobody's goes at
 * once. */
START_TEST(filters)
{
	struct dp_filter *first = filter(), *second = filter();
	struct dp_link *l;

	add(0x10001, 7, true);
	l = add_session(5, 7, 0xc0a80101);
	ck_assert_ptr_null(l->filter);
	tables_link_filter(tables, 5, first);
	ck_assert_ptr_eq(l->filter, first);
	ck_assert_uint_eq(one_worker_dead(&w), 0);
	tables_link_filter(tables, 5, second);
	ck_assert_ptr_eq(l->filter, second);
	ck_assert_uint_eq(one_worker_dead(&w), 1);
	tables_link_filter(tables, 6, filter());
	ck_assert_uint_eq(one_worker_dead(&w), 1);
	tables_link_remove(tables, 5);
	ck_assert_uint_eq(one_worker_dead(&w), 2);
	one_worker_finish(&w);
}
END_TEST

START_TEST(inconsistencies)
{
	struct dp_sa *a = add(0x10001, 7, true), *b = add(0x10002, 8, true);
	struct dp_link *l = add_session(5, 7, 0x0a000001);
	struct dp_peer *peer = a->peer;

	ck_assert(consistent());
	tables->sas[9] = a;
	ck_assert(!consistent());
	tables->sas[9] = NULL;
	l->by_session.key++;
	ck_assert(!consistent());
	l->by_session.key--;
	l->client ^= 1;
	ck_assert(!consistent());
	l->client ^= 1;
	l->is.open = false; /* then nobody is looked for */
	l->client ^= 1;
	ck_assert(consistent());
	l->client ^= 1;
	l->is.open = true;
	peer->refs++;
	ck_assert(!consistent());
	peer->refs--;
	peer->current = b;
	ck_assert(!consistent());
	peer->current = a;
	ck_assert(consistent());
	a->peer = b->peer;
	ck_assert(!consistent());
	a->peer = peer;
	tables->sas[spi_place(tables->owners, 0x10001)] = NULL;
	ck_assert(!consistent());
	tables->sas[spi_place(tables->owners, 0x10001)] = a;
	peer->link.key++;
	ck_assert(!consistent());
	peer->link.key--;
	ck_assert(consistent());
	one_worker_finish(&w);
}
END_TEST

START_TEST(mtu_and_mss)
{
	struct dp_sa sa = {.message = 1000};
	struct dp_peer peer = {.current = &sa};
	struct dp_link l = {.is = {.mtu = 2000}};
	static const struct {
		uint16_t mss, clamp, least, raise;
	} table[] = {{0, 960, 0, 0}, {959, 959, 0, 0}, {960, 960, 600, 600}, {961, 960, 961, 960},
	    {1, 1, 0, 0}, {900, 900, 950, 900}};

	ck_assert_uint_eq(link_mtu(&l), MTU_DEFAULT); /* nobody to send it to */
	l.peer = &peer;
	l.header = 12;
	ck_assert_uint_eq(link_mtu(&l), 988);
	l.is.mtu = 987;
	ck_assert_uint_eq(link_mtu(&l), 987);
	l.is.mtu = 988;
	ck_assert_uint_eq(link_mtu(&l), 988);
	peer.current = NULL;
	l.is.mtu = 1499;
	ck_assert_uint_eq(link_mtu(&l), 1499);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		l.is.mss = table[i].mss;
		l.is.mss_least = table[i].least;
		ck_assert_uint_eq(link_mss(&l, 1000).most, table[i].clamp);
		ck_assert_uint_eq(link_mss(&l, 1000).least, table[i].raise);
	}
}
END_TEST

/* ---- what the control side may free ------------------------------------------------ */

static struct outbox *grave; /* alone in its page, which is read only until somebody is buried */
static struct dp_link *buried;

/* The moment in which the worker lets go of it, in which another thread may have it. */
static void taken_at_once(int signal)
{
	(void)signal;
	mprotect(grave, sizeof *grave, PROT_READ | PROT_WRITE);
	memset(&buried->peer, 0, sizeof buried->peer);
}

/* Of a session that was let go of nothing is read any more. */
START_TEST(let_go_of)
{
	const struct sigaction take = {.sa_handler = taken_at_once};
	struct outbox *own = tables->outbox;
	struct sigaction before;

	add(0x10001, 7, true);
	buried = add_session(5, 7, 0x0a000001);
	ck_assert_uint_eq(tables_peer(tables, 7)->refs, 2);
	grave = mmap(NULL, sizeof *grave, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert(grave != MAP_FAILED);
	tables->outbox = grave;
	ck_assert_int_eq(sigaction(SIGSEGV, &take, &before), 0);
	tables_link_remove(tables, 5);
	ck_assert_int_eq(sigaction(SIGSEGV, &before, NULL), 0);
	tables->outbox = own;
	ck_assert_ptr_eq(outbox_dead(grave), &buried->object);
	ck_assert_uint_eq(tables_peer(tables, 7)->refs, 1);
	free(buried);
	munmap(grave, sizeof *grave);
	one_worker_finish(&w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_tables");
	TCase *tc;
	SRunner *r = srunner_create(s);
	int failed;

	tc = tcase_create("tables");
	tcase_add_checked_fixture(tc, worker_open, worker_close);
	tcase_add_test(tc, which_pair_sends);
	tcase_add_test(tc, one_key_a_pair);
	tcase_add_test(tc, mtu_of_a_peer);
	tcase_add_test(tc, sessions);
	tcase_add_test(tc, filters);
	tcase_add_test(tc, inconsistencies);
	tcase_add_test(tc, let_go_of);
	suite_add_tcase(s, tc);
	tc = tcase_create("sizes");
	tcase_add_test(tc, mtu_and_mss);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
