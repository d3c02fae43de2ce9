/*
 * The packet path's parts, each alone: the ring at its edges, the backlog of commands, the register
 * of SPIs, lifetimes, what fits, the worker's tables and what is asked to be wrong of them.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/dataplane/control.h"
#include "engine/dataplane/loop.h"
#include "engine/dataplane/outbound.h"
#include "engine/ipsec/mtu.h"
#include "engine/net/ipv4.h"
#include "tests/support/env_sim.h"
#include "tests/support/one_crypto.h"

/* ---- ring -------------------------------------------------------------------- */

static struct ring *ring;

static void ring_open(void)
{
	ring = ring_create(256); /* of which 16 before each record */
	ck_assert_ptr_nonnull(ring);
}

static void ring_close(void)
{
	ring_destroy(ring);
}

static void put(size_t len)
{
	ck_assert_ptr_nonnull(ring_reserve(ring, len, 0));
	ring_commit(ring);
}

static void get_one(size_t len)
{
	size_t is;

	ck_assert_ptr_nonnull(ring_peek(ring, &is));
	ck_assert_uint_eq(is, len);
	ring_release(ring);
}

/* A ring may be filled to its last byte, and no further. */
START_TEST(ring_filled)
{
	size_t len;

	ck_assert(ring_empty(ring));
	ck_assert_ptr_null(ring_peek(ring, &len));
	ck_assert_ptr_null(ring_reserve(ring, 241, 0));
	ck_assert_ptr_null(ring_reserve(ring, SIZE_MAX, 0)); /* its size would not be a number */
	put(240);
	ck_assert(!ring_empty(ring));
	ck_assert_ptr_null(ring_reserve(ring, 0, 0));
	get_one(240);
	ck_assert(ring_empty(ring));
	for (int i = 0; i < 16; i++)
		put(0);
	ck_assert_ptr_null(ring_reserve(ring, 0, 0));
	for (int i = 0; i < 16; i++)
		get_one(0);
	ck_assert(ring_empty(ring));
}
END_TEST

START_TEST(ring_spare)
{
	ck_assert_ptr_null(ring_reserve(ring, 112, 129));
	ck_assert_ptr_nonnull(ring_reserve(ring, 112, 128));
	ring_commit(ring);
	ck_assert_ptr_null(ring_reserve(ring, 0, 113));
	ck_assert_ptr_nonnull(ring_reserve(ring, 0, 112));
}
END_TEST

/* A record is in one piece: what does not fit before the end begins at the front. */
START_TEST(ring_wraps)
{
	char *first = ring_reserve(ring, 176, 0), *last, *front; /* 192 bytes */

	ring_commit(ring);
	get_one(176);
	last = ring_reserve(ring, 48, 0); /* the 64 that are left, exactly */
	ck_assert_ptr_eq(last, first + 192);
	ring_commit(ring);
	front = ring_reserve(ring, 16, 0);
	ck_assert_ptr_eq(front, first);
	ring_commit(ring);
	get_one(48);
	get_one(16);
	put(144); /* up to 192 again */
	get_one(144);
	ck_assert_ptr_null(ring_reserve(ring, 177, 0)); /* 64 are lost, and 192 are left */
	front = ring_reserve(ring, 176, 0);
	ck_assert_ptr_eq(front, first);
	memset(front, 0xaa, 176);
	ring_commit(ring);
	ck_assert_ptr_null(ring_reserve(ring, 0, 0));
	get_one(176);
	ck_assert(ring_empty(ring));
	put(3);
	get_one(3);
}
END_TEST

/* ---- the backlog of commands --------------------------------------------------- */

static struct worker *worker;
static struct handoff handoff;
static struct sim sim;

static void worker_open(void)
{
	static const uint8_t seed[16] = {1};
	static struct worker *all[1];

	sim_init(&sim, 1, NULL, NULL);
	worker = all[0] = worker_create(&(struct worker_start){
	    .crypto = one_crypto(), .way = CRYPT_OPENSSL, .seed = seed, .all = all});
	ck_assert_ptr_nonnull(worker);
	handoff_init(&handoff, worker, NULL); /* nobody carries out what is in the ring */
}

static void worker_close(void)
{
	tables_clear(&worker->tables);
	worker_destroy(worker);
	sim_fini(&sim);
}

static uint32_t said, heard;

static void say(void)
{
	ck_assert(handoff_command(
	    &handoff, &(struct command){.type = COMMAND_PEER_MTU, .peer = 1, .mtu = ++said}));
}

static void hear(uint32_t most)
{
	const struct command *c;
	size_t len;

	while (most-- && (c = ring_peek(worker->commands, &len)) != NULL) {
		ck_assert_uint_eq(c->mtu, ++heard);
		ring_release(worker->commands);
	}
}

/* Nothing is lost to a full ring and nothing overtakes, the second time as the first. */
START_TEST(backlog)
{
	said = heard = 0;
	for (int round = 0; round < 3; round++) {
		while (!handoff.backlog)
			say();
		for (int i = 0; i < 5; i++)
			say();
		ck_assert(!handoff_send(
		    &handoff, &(struct command){.type = COMMAND_SEND}, (const uint8_t *)"x", 1));
		handoff_flush(&handoff);
		ck_assert_ptr_nonnull(handoff.backlog);
		hear(2); /* room for two of the six */
		handoff_flush(&handoff);
		ck_assert_ptr_nonnull(handoff.backlog);
		say(); /* behind those that wait */
		hear(UINT32_MAX);
		ck_assert_uint_lt(heard, said);
		handoff_flush(&handoff);
		ck_assert_ptr_null(handoff.backlog);
		hear(UINT32_MAX);
		ck_assert_uint_eq(heard, said);
		handoff_flush(&handoff);
		ck_assert(ring_empty(worker->commands));
	}
	ck_assert(handoff_send(
	    &handoff, &(struct command){.type = COMMAND_SEND}, (const uint8_t *)"x", 1));
}
END_TEST

/* At the end all is carried out, the backlog too. */
START_TEST(backlog_at_the_end)
{
	said = heard = 0;
	while (!handoff.backlog)
		say();
	say();
	handoff_finish(&handoff);
	ck_assert(ring_empty(worker->commands));
	ck_assert_ptr_null(handoff.backlog);
}
END_TEST

/* ---- the register of SPIs ------------------------------------------------------ */

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
	ck_assert_ptr_null(spi_slot(s, one ^ 0x10000)); /* of another generation */
	ck_assert_ptr_null(spi_slot(s, two + 2));	/* of a free place */
	ck_assert_uint_eq(spi_at(s, one % SA_TABLE), one);
	spi_free(s, slot);
	ck_assert_uint_eq(spis_used(s), 1);
	ck_assert_ptr_null(spi_slot(s, one));
	ck_assert_uint_eq(spi_at(s, one % SA_TABLE), 0);
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

/* Sixteen workers, the most there are: each has its sixteenth, and no place belongs to two. */
START_TEST(spis_of_many_workers)
{
	struct spis *s = spis_create((struct owners){4});
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

/* ---- lifetimes ----------------------------------------------------------------- */

static struct child child = {.cipher = CIPHER_3DES, .auth = HASH_SHA1, .transport = true};

static struct dp_sa *pair(uint32_t spi, uint32_t peer)
{
	struct dp_sa *sa;

	child.spi_in = spi;
	sa = pair_create(worker->crypt, peer, &child, 64);
	ck_assert_ptr_nonnull(sa);
	return sa;
}

/* Each is told once, of each direction: nearly used up, and used up (RFC 4301 4.4.2.1). */
START_TEST(lifetimes)
{
	static const struct {
		uint64_t bytes;
		uint32_t sequence;
		int told; /* 0 nothing, 1 soft, 2 hard */
	} table[] = {
	    {972 - 1, 1, 0},
	    {972, 1, 1}, /* 95 of 100 of 1024 */
	    {1023, 2, 0},
	    {1024, 3, 2},
	    {1025, 4, 0},
	};
	struct dp_sa *sa;
	const struct event *e;
	size_t len;

	child.kilobytes = 1;
	sa = pair(0x10000, 1);
	child.kilobytes = 0;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		set(&sa->in.bytes, table[i].bytes);
		sa->in.sequence = table[i].sequence;
		pair_lifetime(sa, &sa->in, &worker->outbox);
		e = ring_peek(worker->outbox.events, &len);
		ck_assert_msg((e != NULL) == (table[i].told != 0), "row %zu", i);
		if (!e)
			continue;
		ck_assert_int_eq(e->type, EVENT_EXHAUSTED);
		ck_assert_uint_eq(e->spi, 0x10000);
		ck_assert_int_eq(e->hard, table[i].told == 2);
		ring_release(worker->outbox.events);
	}
	ck_assert(!sa->out.said_soft && !sa->out.said_hard);
	pair_free(sa);
}
END_TEST

START_TEST(sequence_numbers_run_out)
{
	static const struct {
		uint32_t sequence;
		bool soft, hard;
	} table[] = {
	    {0xefffffff, false, false},
	    {0xf0000000, true, false},
	    {UINT32_MAX - 1, true, false},
	    {UINT32_MAX, true, true},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct dp_sa *sa = pair(0x10000, 1);
		const struct event *e;
		size_t len;

		set(&sa->out.bytes, UINT64_MAX / 2); /* without a limit of bytes */
		sa->out.sequence = table[i].sequence;
		pair_lifetime(sa, &sa->out, &worker->outbox);
		ck_assert_int_eq(sa->out.said_soft, table[i].soft);
		ck_assert_int_eq(sa->out.said_hard, table[i].hard);
		e = ring_peek(worker->outbox.events, &len);
		ck_assert_int_eq(e != NULL, table[i].soft);
		if (e) {
			ck_assert_int_eq(e->hard, table[i].hard);
			ring_release(worker->outbox.events);
		}
		ck_assert(ring_empty(worker->outbox.events));
		pair_free(sa);
	}
}
END_TEST

/* What finds no room is told by the next packet. */
START_TEST(lifetime_told_later)
{
	struct dp_sa *sa = pair(0x10000, 1);
	size_t len;

	sa->hard_bytes = sa->soft_bytes = 0;
	while (outbox_event(&worker->outbox, EVENT_MOVED, 0))
		outbox_commit(&worker->outbox);
	pair_lifetime(sa, &sa->in, &worker->outbox);
	ck_assert(!sa->in.said_soft && !sa->in.said_hard);
	while (ring_peek(worker->outbox.events, &len))
		ring_release(worker->outbox.events);
	pair_lifetime(sa, &sa->in, &worker->outbox);
	ck_assert(sa->in.said_soft && sa->in.said_hard);
	ck_assert_ptr_nonnull(ring_peek(worker->outbox.events, &len));
	pair_free(sa);
}
END_TEST

/* ---- what fits ----------------------------------------------------------------- */

START_TEST(mtu_and_mss)
{
	struct dp_sa sa = {.message = 1000};
	struct dp_peer peer = {.current = &sa};
	struct dp_link l = {.is = {.mtu = 2000}};
	static const struct {
		uint16_t mss, clamp;
	} table[] = {{0, 960}, {959, 959}, {960, 960}, {961, 960}, {1, 1}};

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
		ck_assert_uint_eq(link_mss(&l, 1000), table[i].clamp);
	}
}
END_TEST

/* ---- the worker's tables ------------------------------------------------------- */

static struct tables *tables;
static struct path path;

static struct dp_sa *add(uint32_t spi, uint32_t peer, bool sends)
{
	struct dp_sa *sa = pair(spi, peer);
	struct dp_peer *spare = calloc(1, sizeof *spare);

	spare->object.kind = OBJECT_PEER;
	tables = &worker->tables;
	tables_sa_add(tables, sa, spare, &path);
	if (sends)
		tables_sa_outbound(tables, spi,
		    crypt_key_create(worker->crypt, child.cipher, child.auth, child.enc_out,
			child.auth_out, true),
		    spi + 1);
	return sa;
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

/* Frees what the worker let go of; how many those were. */
static unsigned dead(void)
{
	struct object *o = outbox_dead(&worker->outbox), *next;
	unsigned n = 0;

	for (; o; o = next, n++) {
		next = o->next;
		if (o->kind == OBJECT_SA)
			pair_free(container_of(o, struct dp_sa, object));
		else if (o->kind == OBJECT_PEER)
			free(container_of(o, struct dp_peer, object));
		else
			free(container_of(o, struct dp_link, object));
	}
	return n;
}

static void finish(void)
{
	tables_clear(&worker->tables);
	dead();
	ck_assert_ptr_null(chains_next(&worker->tables.peers, NULL));
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
	tables_peer_use(tables, 7, 0x20001); /* another generation of that place */
	tables_peer_use(tables, 9, 0x10001);
	ck_assert_ptr_null(peer->current);
	tables_peer_use(tables, 7, 0x10001);
	ck_assert_ptr_eq(peer->current, a);
	tables_sa_remove(tables, 0x10009);
	ck_assert_uint_eq(dead(), 2); /* the two spare peers */
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
	ck_assert_uint_eq(dead(), 6); /* four pairs, one spare, and the peer itself */
	finish();
}
END_TEST

/* A key is installed once, and for a pair that is there. */
START_TEST(one_key_a_pair)
{
	struct dp_sa *a = add(0x10001, 7, true);
	struct crypt_key *has = a->out.key, *other;

	other = crypt_key_create(
	    worker->crypt, child.cipher, child.auth, child.enc_out, child.auth_out, true);
	ck_assert_uint_eq(a->out.spi, 0x10002);
	tables_sa_outbound(tables, 0x10001, other, 99);
	tables_sa_outbound(tables, 0x10003, other, 99);
	ck_assert_ptr_eq(a->out.key, has);
	ck_assert_uint_eq(a->out.spi, 0x10002);
	crypt_key_destroy(other);
	finish();
}
END_TEST

/* Each pair of a peer fits a new MTU; another peer's do not change. */
START_TEST(mtu_of_a_peer)
{
	struct dp_sa *a = add(0x10001, 7, true), *b = add(0x10002, 7, true);
	struct dp_sa *c = add(0x10003, 8, true);
	uint16_t was = a->message;

	tables_peer_mtu(tables, 9, 1000);
	ck_assert_uint_eq(a->message, mtu_message(CIPHER_3DES, HASH_SHA1, true, false, 1500));
	tables_peer_mtu(tables, 7, 1000);
	ck_assert_uint_lt(a->message, was);
	ck_assert_uint_eq(b->message, a->message);
	ck_assert_uint_eq(c->message, was);
	finish();
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
	ck_assert_uint_eq(dead(), 3);
	add_session(9, 99, 0x0a000003); /* of a peer that is gone already */
	tables_link_remove(tables, 9);
	ck_assert_uint_eq(dead(), 1);
	finish();
}
END_TEST

static bool consistent(void)
{
	struct dp_census n = {0};
	size_t of_peers = 0;

	return tables_consistent(&worker->tables, &n, &of_peers) && n.sas == of_peers;
}

/* The check that other tests lean on notices each thing that may be wrong. */
START_TEST(inconsistencies)
{
	struct dp_sa *a = add(0x10001, 7, true), *b = add(0x10002, 8, true);
	struct dp_link *l = add_session(5, 7, 0x0a000001);
	struct dp_peer *peer = a->peer;

	ck_assert(consistent());
	tables->sas[9] = a;
	ck_assert(!consistent());
	tables->sas[9] = NULL;
	tables->links[6] = l;
	ck_assert(!consistent());
	tables->links[6] = NULL;
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
	finish();
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
	static const struct dp_ops ops = {on_ike, on_l2tp, on_spi, on_moved, on_exhausted};
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
	ck_assert_uint_eq(dp->links[5]->is.mtu, PACKET_ROOM);
	ck_assert(dp_session_counters(dp, 5, &c));
	s.mtu = PACKET_ROOM + 1;
	ck_assert(dp_session_change(dp, &s));
	ck_assert_uint_eq(dp->links[5]->is.mtu, PACKET_ROOM);
	s.client = addr_v4(2);
	ck_assert(dp_session_add(dp, &s));
	dp_poll(dp);
	ck_assert(dp_consistent(dp, &n));
	ck_assert_uint_eq(n.sessions, 1);
	ck_assert_ptr_null(tables_client(&dp->worker[0]->tables, 1));
	ck_assert_ptr_eq(tables_client(&dp->worker[0]->tables, 2), dp->links[5]);
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
	l = dp->links[5];
	dp->links[5] = NULL;
	ck_assert(!dp_consistent(dp, &n));
	dp->links[5] = l;
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
	t->links[6] = l;
	ck_assert(!dp_consistent(dp, &n));
	t->links[6] = NULL;
	dp_destroy(dp);
	sim_fini(&sim);
}
END_TEST

/* A batch of random bytes for IVs serves its last, and no byte is given twice. */
START_TEST(ivs)
{
	static uint8_t seen[4096 / CRYPT_IV_MAX + 1][CRYPT_IV_MAX];
	size_t n = sizeof seen / sizeof *seen;

	for (size_t i = 0; i < n; i++) {
		memcpy(seen[i], worker_iv(worker), CRYPT_IV_MAX);
		for (size_t k = 0; k < i; k++)
			ck_assert_mem_ne(seen[i], seen[k], CRYPT_IV_MAX);
		ck_assert_uint_le(worker->iv.used, sizeof worker->iv.bytes);
		if (i == n - 2)
			ck_assert_uint_eq(worker->iv.used, sizeof worker->iv.bytes);
	}
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

/* ---- system calls ---------------------------------------------------------------- */

/* Instead of the kernel: what each call takes, or why it takes nothing. */
static const struct outcome {
	int takes, error;
} * script;
static unsigned calls, offered[8];

int sendmmsg(int fd, struct mmsghdr *msg, unsigned n, int flags)
{
	(void)fd, (void)msg, (void)flags;
	offered[calls] = n;
	errno = script[calls].error;
	return script[calls++].takes;
}

/* A full queue loses what is left of the batch, another error the one packet that has it, and an
 * interruption nothing. */
START_TEST(what_the_kernel_takes)
{
	static const struct outcome some[] = {
	    {2, 0}, {-1, EINTR}, {-1, EPERM}, {1, 0}, {-1, EAGAIN}};
	static struct packet out[10];
	struct io *io = io_create(&(struct dp_sockets){-1, -1, -1});
	const struct io_stats *stats;

	ck_assert_ptr_nonnull(io);
	for (size_t i = 0; i < 10; i++) {
		packet_fill(&out[i], "x", 1);
		out[i].udp = i != 4;
	}
	script = some;
	calls = 0;
	io_send(io, out, 4);
	ck_assert_uint_eq(calls, 4);
	ck_assert_uint_eq(offered[0], 4);
	ck_assert_uint_eq(offered[1], 2);
	ck_assert_uint_eq(offered[2], 2);
	ck_assert_uint_eq(offered[3], 1);
	stats = io_stats(io);
	ck_assert_uint_eq(get(&stats->tx_packets), 3);
	ck_assert_uint_eq(get(&stats->tx_failed), 1);
	script = &some[3];
	calls = 0;
	io_send(io, out, 4);
	ck_assert_uint_eq(calls, 2);
	ck_assert_uint_eq(get(&stats->tx_packets), 4);
	ck_assert_uint_eq(get(&stats->tx_failed), 4);
	script = &some[3]; /* UDP and plain ESP, each by its own socket */
	calls = 0;
	io_send(io, out + 3, 2);
	ck_assert_uint_eq(calls, 2);
	ck_assert_uint_eq(offered[0], 1);
	ck_assert_uint_eq(offered[1], 1);
	ck_assert_uint_eq(get(&stats->tx_packets), 5);
	ck_assert_uint_eq(get(&stats->tx_failed), 5);
	io_destroy(io);
}
END_TEST

/* Without descriptors for all of its bells it is not made, and leaves none open. */
START_TEST(out_of_descriptors)
{
	struct rlimit was, limit;
	int next = dup(0);
	struct io *io;

	close(next);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
	limit = was;
	for (int have = 0; have < 3; have++) {
		limit.rlim_cur = (rlim_t)(next + have);
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
		ck_assert_ptr_null(io_create(&(struct dp_sockets){-1, -1, -1}));
	}
	limit.rlim_cur = (rlim_t)(next + 3);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	io = io_create(&(struct dp_sockets){-1, -1, -1});
	ck_assert_ptr_nonnull(io);
	ck_assert_int_ge(io_event_fd(io), 0);
	io_destroy(io);
	ck_assert_int_eq(dup(0), next);
	close(next);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
}
END_TEST

/* Bells ring once for any number of pulls, and each on its own side. */
START_TEST(bells)
{
	struct io *io = io_create(&(struct dp_sockets){-1, -1, -1});
	uint64_t n;

	ck_assert_uint_eq(io_wait(io, false), 0);
	io_tell_control(io);
	ck_assert_uint_eq(io_wait(io, false), 0);
	ck_assert_int_eq(read(io_event_fd(io), &n, sizeof n), sizeof n);
	io_tell_control(io);
	io_heard(io);
	ck_assert_int_eq(read(io_event_fd(io), &n, sizeof n), -1);
	io_wake(io);
	io_wake(io);
	ck_assert_uint_eq(io_wait(io, true), IO_BELL);
	ck_assert_uint_eq(io_wait(io, false), 0);
	io_destroy(io);
}
END_TEST

/* What leaves is sent by whole batches, not packet by packet. */
START_TEST(batches)
{
	static const struct outcome all[] = {{BATCH, 0}, {BATCH, 0}, {1, 0}};
	struct dp_peer *peer;

	worker->io = io_create(&(struct dp_sockets){-1, -1, -1});
	add(0x10001, 7, true);
	tables_peer_use(tables, 7, 0x10001);
	peer = tables_peer(tables, 7);
	script = all;
	calls = 0;
	for (unsigned i = 0; i < 2 * BATCH + 1; i++) {
		outbound_l2tp(worker, peer, 1701, 1701, (const uint8_t *)"x", 1);
		ck_assert_uint_eq(calls, (i + 1) / BATCH);
	}
	outbound_flush(worker);
	outbound_flush(worker); /* nothing is left */
	ck_assert_uint_eq(calls, 3);
	ck_assert_uint_eq(offered[0], BATCH);
	ck_assert_uint_eq(offered[1], BATCH);
	ck_assert_uint_eq(offered[2], 1);
	ck_assert_uint_eq(get(&peer->current->out.packets), 2 * BATCH + 1);
	finish();
}
END_TEST

/* A socket that gives what a test puts in, instead of the network. */
static struct io *io_from(int fd[2])
{
	struct io *io;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fd), 0);
	io = io_create(&(struct dp_sockets){fd[0], dup(fd[0]), dup(fd[0])});
	ck_assert_ptr_nonnull(io);
	return io;
}

static void put_in(int fd, const void *bytes, size_t len)
{
	ck_assert_int_eq(send(fd, bytes, len, 0), (ssize_t)len);
}

/* A raw socket hands over the IP header, which goes; what is no IPv4, or longer than a buffer, is a
 * packet of nothing, and those behind it are as they were. */
START_TEST(what_the_kernel_gives)
{
	static struct packet got[BATCH];
	static uint8_t bytes[PACKET_ROOM + 1];
	struct wr w = wr_init(bytes, sizeof bytes);
	int fd[2];
	struct io *io = io_from(fd);

	ck_assert_uint_eq(io_receive(io, IO_ESP, got), 0);
	ipv4_header(&w, 50, 0x0a000001, 0x0a000002, 0, 1, 4);
	wr_bytes(&w, "espX", 4);
	put_in(fd[1], bytes, IP_HEADER + 4);
	put_in(fd[1], bytes, IP_HEADER + 3); /* it says that it is longer */
	put_in(fd[1], bytes, IP_HEADER + 10);
	ck_assert_uint_eq(io_receive(io, IO_ESP, got), 3);
	ck_assert_uint_eq(got[0].len, 4);
	ck_assert_mem_eq(got[0].data, "espX", 4);
	ck_assert(!got[0].udp);
	ck_assert_uint_eq(addr_to_v4(&got[0].path.local.addr), 0x0a000002);
	ck_assert_uint_eq(got[0].path.local.port, 0);
	ck_assert_uint_eq(got[1].len, 0);
	ck_assert_uint_eq(got[2].len, 4); /* padding of the link is not the packet's */
	put_in(fd[1], bytes, PACKET_ROOM);
	put_in(fd[1], bytes, PACKET_ROOM + 1);
	put_in(fd[1], bytes, 1);
	ck_assert_uint_eq(io_receive(io, IO_UDP, got), 3);
	ck_assert_uint_eq(got[0].len, PACKET_ROOM);
	ck_assert(got[0].udp);
	ck_assert_uint_eq(got[1].len, 0);
	ck_assert_uint_eq(got[2].len, 1);
	for (unsigned i = 0; i < BATCH; i++)
		put_in(fd[1], "x", 1);
	put_in(fd[1], "y", 1);
	ck_assert_uint_eq(io_receive(io, IO_UDP, got), BATCH); /* no more than a batch */
	ck_assert_uint_eq(io_receive(io, IO_UDP, got), 1);
	ck_assert_mem_eq(got[0].data, "y", 1);
	close(fd[1]);
	io_destroy(io);
}
END_TEST

START_TEST(the_tun_device)
{
	static struct packet p;
	int fd[2];
	struct io *io = io_from(fd);
	char bytes[8];

	ck_assert(!io_read_tun(io, &p));
	put_in(fd[1], "abc", 3);
	put_in(fd[1], "", 0);
	ck_assert(io_read_tun(io, &p));
	ck_assert_uint_eq(p.len, 3);
	ck_assert_mem_eq(p.data, "abc", 3);
	ck_assert(!io_read_tun(io, &p));
	io_tun(io, (const uint8_t *)"de", 2);
	ck_assert_int_eq(recv(fd[1], bytes, sizeof bytes, 0), 2);
	ck_assert_uint_eq(get(&io_stats(io)->tun_failed), 0);
	close(fd[1]);
	io_tun(io, (const uint8_t *)"de", 2);
	ck_assert_uint_eq(get(&io_stats(io)->tun_failed), 1);
	io_destroy(io);
}
END_TEST

/* All that came since the last look is one answer; each descriptor has its bit. */
START_TEST(what_is_ready)
{
	int fd[2];
	struct io *io = io_from(fd);

	put_in(fd[1], "x", 1);
	ck_assert_uint_eq(io_wait(io, true), IO_UDP | IO_ESP | IO_TUN);
	io_wake(io);
	ck_assert_uint_eq(io_wait(io, false), IO_UDP | IO_ESP | IO_TUN | IO_BELL);
	ck_assert_uint_eq(io_wait(io, false), IO_UDP | IO_ESP | IO_TUN);
	close(fd[1]);
	io_destroy(io);
}
END_TEST

/* Whoever never came to be goes without a word. */
START_TEST(nothing_is_destroyed)
{
	ring_destroy(NULL);
	pair_free(NULL);
	io_destroy(NULL);
	worker_destroy(NULL);
}
END_TEST

static TCase *group(Suite *s, const char *name, SFun open, SFun close)
{
	TCase *tc = tcase_create(name);

	if (open)
		tcase_add_checked_fixture(tc, open, close);
	suite_add_tcase(s, tc);
	return tc;
}

int main(void)
{
	Suite *s = suite_create("dataplane_parts");
	SRunner *r = srunner_create(s);
	TCase *tc;
	int failed;

	tc = group(s, "ring", ring_open, ring_close);
	tcase_add_test(tc, ring_filled);
	tcase_add_test(tc, ring_spare);
	tcase_add_test(tc, ring_wraps);
	tc = group(s, "worker", worker_open, worker_close);
	tcase_add_test(tc, backlog);
	tcase_add_test(tc, backlog_at_the_end);
	tcase_add_test(tc, lifetimes);
	tcase_add_test(tc, sequence_numbers_run_out);
	tcase_add_test(tc, lifetime_told_later);
	tcase_add_test(tc, which_pair_sends);
	tcase_add_test(tc, one_key_a_pair);
	tcase_add_test(tc, mtu_of_a_peer);
	tcase_add_test(tc, sessions);
	tcase_add_test(tc, inconsistencies);
	tcase_add_test(tc, ivs);
	tcase_add_test(tc, batches);
	tc = group(s, "control", NULL, NULL);
	tcase_add_test(tc, spi_register);
	tcase_add_test(tc, spis_of_many_workers);
	tcase_add_test(tc, mtu_and_mss);
	tcase_add_test(tc, steps_of_a_pair);
	tcase_add_test(tc, steps_of_a_session);
	tcase_add_test(tc, inconsistencies_of_both_sides);
	tcase_add_test(tc, last_sequence_number);
	tc = group(s, "system calls", NULL, NULL);
	tcase_add_test(tc, what_the_kernel_takes);
	tcase_add_test(tc, out_of_descriptors);
	tcase_add_test(tc, bells);
	tcase_add_test(tc, nothing_is_destroyed);
	tcase_add_test(tc, what_the_kernel_gives);
	tcase_add_test(tc, the_tun_device);
	tcase_add_test(tc, what_is_ready);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
