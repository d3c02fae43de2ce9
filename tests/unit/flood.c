/*
 * Twenty thousand addresses want something while ten users work: none of the users notices, a
 * new one gets in, what is held is bounded and given back, and each refusal is counted.
 */
#include <check.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/limits.h"
#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/refusals.h"
#include "tests/support/steady.h"

enum {
	SOURCES = 20000,
	BURST = 20,   /* datagrams of a millisecond */
	CHECK = 2000, /* ... and after so many it is looked how the users are */
	USERS = 10,
	NEWCOMERS = 2,
	BOUND = 64 << 20, /* of bytes held at the worst moment */
	FIRST = 0x0b000000
};

static struct world *w;
static struct world_client *user[USERS];
static struct steady steady[USERS + NEWCOMERS];
static struct ike_initiator stranger; /* what they all have in common */
static struct initiator_message msg;
static size_t peak;

static size_t heap(void)
{
	return mallinfo2().uordblks;
}

/* ---- what the strangers say ----------------------------------------------------------- */

static struct {
	uint8_t b[2048];
	size_t len;
} answer;

static void hear(void *arg, const struct path *path, const uint8_t *m, size_t len)
{
	(void)arg, (void)path;
	answer.len = len <= sizeof answer.b ? len : 0;
	memcpy(answer.b, m, answer.len);
}

static struct path from(unsigned n)
{
	return (struct path){
	    .local = {addr_v4(WORLD_SERVER), 500}, .remote = {addr_v4(FIRST + n * 7), 500}};
}

static void say(unsigned n, const uint8_t *b, size_t len)
{
	sim_deliver *deliver = w->sim.deliver;
	uint64_t latency = w->sim.latency;
	struct path path = from(n);

	answer.len = 0;
	w->sim.deliver = hear;
	w->sim.latency = 0;
	gateway_ike(w->gw, &path, b, len);
	w->sim.deliver = deliver;
	w->sim.latency = latency;
}

static void message1(unsigned n)
{
	initiator_mm1(&stranger, &msg);
	memcpy(msg.b, &n, sizeof n);
	memcpy(stranger.cky_i, msg.b, COOKIE_LEN);
	say(n, msg.b, msg.len);
}

/* With the cookie of the answer: it really is where it says. */
static void message3(unsigned n)
{
	message1(n);
	if (answer.len < ISAKMP_HEADER_LEN)
		return;
	memcpy(stranger.cky_r, answer.b + COOKIE_LEN, COOKIE_LEN);
	initiator_mm3(&stranger, &msg);
	say(n, msg.b, msg.len);
}

static void garbage(unsigned n)
{
	uint8_t b[300];

	w->sim.env.random(&w->sim.env, b, sizeof b);
	if (n % 3 == 0) /* up to the version it is a message */
		b[17] = 0x10;
	if (n % 3 == 1)
		memset(b + COOKIE_LEN, 0, COOKIE_LEN);
	say(n, b, sim_below(&w->sim, sizeof b));
}

static void aggressive(unsigned n)
{
	initiator_mm1(&stranger, &msg);
	memcpy(msg.b, &n, sizeof n);
	msg.b[18] = 4;
	say(n, msg.b, msg.len);
}

static void version2(unsigned n)
{
	initiator_mm1(&stranger, &msg);
	memcpy(msg.b, &n, sizeof n);
	msg.b[16] = 33;
	msg.b[17] = 0x20;
	msg.b[18] = 34;
	msg.b[19] = 8;
	say(n, msg.b, msg.len);
}

/* The message's cookies, and behind its header one piece of another one that never ends. */
static void cut(unsigned n)
{
	static const uint8_t body[] = {0, 0, 0, 12, 0, 1, 1, 0, 1, 2, 3, 4};

	msg.b[16] = PAY_FRAGMENT;
	memcpy(msg.b + ISAKMP_HEADER_LEN, body, sizeof body);
	memset(msg.b + 24, 0, 4);
	msg.b[27] = ISAKMP_HEADER_LEN + sizeof body;
	say(n, msg.b, ISAKMP_HEADER_LEN + sizeof body);
}

/* In turn of nobody's SA and of one just begun. */
static void piece(unsigned n)
{
	if (n % 2)
		message1(n);
	else
		initiator_mm1(&stranger, &msg);
	if (n % 2 && answer.len >= ISAKMP_HEADER_LEN)
		memcpy(msg.b + COOKIE_LEN, answer.b + COOKIE_LEN, COOKIE_LEN);
	else
		memset(msg.b + COOKIE_LEN, (int)(1 + n % 200), COOKIE_LEN);
	cut(n);
}

/* Of an SA that waits for message 5, where pieces are kept. */
static void piece_of_message5(unsigned n)
{
	message3(n);
	cut(n);
}

/* One who knows the key begins quick modes and ends none; each fresh phase 1 costs him its work. */
static void quick_mode(unsigned n)
{
	static struct ike_initiator i;
	struct initiator_qm q;

	if (n % 500 == 0) {
		w->sim.job_time = 0;
		initiator_init(&i, w->crypto, 70000 + n);
		i.path = (struct path){.local = from(1).remote, .remote = from(1).local};
		initiator_mm1(&i, &msg);
		say(1, msg.b, msg.len);
		ck_assert(initiator_mm2(&i, answer.b, answer.len));
		initiator_mm3(&i, &msg);
		say(1, msg.b, msg.len);
		ck_assert(initiator_mm4(&i, answer.b, answer.len));
		initiator_mm5(&i, &msg);
		say(1, msg.b, msg.len);
		ck_assert(initiator_mm6(&i, answer.b, answer.len));
		w->sim.job_time = MSEC;
	}
	initiator_qm1(&i, &q, &msg);
	say(1, msg.b, msg.len);
}

/* ---- where each of them is counted -------------------------------------------------------- */

static uint64_t failed(enum reason why)
{
	return w->gw->failures[why];
}

static uint64_t timed_out(void)
{
	return failed(REASON_IKE_TIMEOUT) + failed(REASON_SHARE_USED_UP);
}

static uint64_t malformed(void)
{
	const struct ike_stats *s = ike_stats(w->gw->ike);

	return s->malformed + s->unknown_cookie + s->version2;
}

/* Half of them begin an SA that keeps the piece, until it has waited for long enough. */
static uint64_t pieces(void)
{
	return malformed() + timed_out();
}

static uint64_t aggressives(void)
{
	return failed(REASON_IKE_AGGRESSIVE);
}

static uint64_t version2s(void)
{
	return failed(REASON_IKE_VERSION_2);
}

static uint64_t quick_modes(void)
{
	return failed(REASON_SHARE_USED_UP) + failed(REASON_QM_TIMEOUT);
}

/* clang-format off */
static const struct flood {
	const char *what;
	void (*packet)(unsigned n);
	uint64_t (*counted)(void);
	unsigned packets;
} floods[] = {
	{"message 1",   message1,   timed_out,   SOURCES},
	{"message 3",   message3,   timed_out,   4000},
	{"garbage",     garbage,    malformed,   SOURCES},
	{"aggressive",  aggressive, aggressives, SOURCES},
	{"IKEv2",       version2,   version2s,   SOURCES},
	{"pieces",      piece,      pieces,      SOURCES},
	{"message 5",   piece_of_message5, timed_out, 4000},
	{"quick modes", quick_mode, quick_modes, 4000},
};
/* clang-format on */

/* ---- the users ------------------------------------------------------------------------------ */

static void look(void)
{
	gateway_consistent(w->gw, w->routes);
	peak = heap() > peak ? heap() : peak;
	for (size_t n = 0; n < USERS; n++)
		ck_assert(client_passes(user[n]));
}

static struct world_client *joins(struct steady *s, const char *name)
{
	struct world_client *c = world_user_client(w, true, name);

	steady_begin(s, c);
	return c;
}

static void setup(void)
{
	static const char *const name[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};

	w = world_create(9);
	w->sim.job_time = MSEC;
	initiator_init(&stranger, w->crypto, 3);
	stranger.group = dh_group_find(2);
	stranger.keys.hash = HASH_SHA1;
	memset(stranger.gxi, 0x5a, stranger.group->public_len);
	stranger.use_natt = true;
	for (size_t n = 0; n < USERS; n++)
		user[n] = joins(&steady[n], name[n]);
	sim_run(&w->sim, 10 * SEC);
	peak = 0;
}

static void teardown(void)
{
	world_destroy(w);
}

/* By either way to a new SA pair. */
static void renews(unsigned n)
{
	uint32_t spi = user[n]->tunnel.spi_in;

	if (n % 2)
		client_rekey(user[n]);
	else
		client_renew(user[n]);
	for (unsigned k = 0; k < 100 && user[n]->tunnel.spi_in == spi; k++)
		sim_run(&w->sim, 10 * MSEC);
	ck_assert_uint_ne(user[n]->tunnel.spi_in, spi);
}

START_TEST(nobody_notices)
{
	const struct flood *f = &floods[_i];
	struct world_client *c = NULL;
	uint64_t counted = f->counted();
	size_t before;

	look();
	before = heap();
	for (unsigned n = 0; n < f->packets; n++) {
		f->packet(n);
		if (n % BURST == 0)
			sim_run(&w->sim, MSEC);
		if (n == f->packets / 4)
			c = joins(&steady[USERS], "k");
		if (n % CHECK == 0)
			look();
		if (n % CHECK == CHECK / 2)
			renews(n / CHECK % USERS);
	}
	look();
	if (f->packet == message1)
		ck_assert(refusal_told(w->gw, REASON_SHARE_USED_UP, 809));
	sim_run(&w->sim, 3 * SEC);
	ck_assert(client_passes(c));
	ck_assert_uint_le(peak, before + BOUND);
	sim_run(&w->sim, 600 * SEC);
	look();
	/* One line of counting each: the same is not counted twice, and nothing is forgotten. */
	ck_assert_uint_ge(f->counted() - counted, f->packets - f->packets / 100);
	ck_assert_uint_le(f->counted() - counted, f->packets + f->packets / 100);
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].cumulative, USERS + 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("flood");
	TCase *tc = tcase_create("flood");
	SRunner *r = srunner_create(s);
	int bad;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, nobody_notices, 0, sizeof floods / sizeof *floods);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	bad = srunner_ntests_failed(r);
	srunner_free(r);
	return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
