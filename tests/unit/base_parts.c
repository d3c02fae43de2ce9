/* What every machine leans on, at its edges: addresses, timers, lines of the trace, reasons, the
 * attempt's texts, and the keys by which strangers are counted. */
#include <arpa/inet.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/attempt.h"
#include "engine/base/chains.h"
#include "engine/base/reason.h"
#include "engine/base/shares.h"
#include "engine/base/sparse.h"
#include "engine/base/stop.h"
#include "engine/base/table.h"
#include "engine/base/trace.h"
#include "tests/support/env_sim.h"

static struct addr a(const char *text)
{
	struct addr x;

	ck_assert(addr_parse(text, &x));
	return x;
}

/* ---- addresses -------------------------------------------------------------------- */

START_TEST(equal_addresses)
{
	static const struct {
		const char *one, *other;
		bool equal;
	} row[] = {
	    {"10.0.0.1", "10.0.0.1", true}, {"10.0.0.1", "10.0.0.2", false},
	    {"10.0.0.1", "11.0.0.1", false}, {"fe80::1", "fe80::1", true},
	    {"fe80::1", "fe80::2", false},
	    {"a00:1::", "10.0.0.1", false}, /* the same first bytes */
	};
	struct addr unset = {0}, other = {.v4 = 7}, v4 = a("10.0.0.1");

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct addr x = a(row[i].one), y = a(row[i].other);

		ck_assert_int_eq(addr_equal(&x, &y), row[i].equal);
		ck_assert_int_eq(addr_equal(&y, &x), row[i].equal);
	}
	ck_assert(addr_equal(&unset, &other)); /* none is none */
	ck_assert(!addr_equal(&unset, &v4));
	ck_assert(!addr_equal(&v4, &unset));
	v4.b[4] = 9; /* behind an IPv4 address stands nothing */
	ck_assert(addr_equal(&v4, &(struct addr[1]){a("10.0.0.1")}[0]));
}
END_TEST

/* A path is the same only with both of its ends, address and port. */
START_TEST(equal_paths)
{
	const struct path p = {{a("10.0.0.1"), 500}, {a("10.0.0.2"), 501}};
	struct path q[4] = {p, p, p, p};

	ck_assert(path_equal(&p, &q[0]));
	q[0].local.addr = a("10.0.0.9");
	q[1].local.port++;
	q[2].remote.addr = a("10.0.0.9");
	q[3].remote.port++;
	for (int i = 0; i < 4; i++)
		ck_assert(!path_equal(&p, &q[i]));
}
END_TEST

START_TEST(addresses_as_text)
{
	char text[ADDR_TEXT_MAX];
	struct addr x = {0};

	ck_assert_str_eq(addr_text(&x, text), "0.0.0.0");
	ck_assert_uint_eq(addr_to_v4(&x), 0);
	x = a("fe80::1");
	ck_assert_str_eq(addr_text(&x, text), "fe80::1");
	ck_assert_uint_eq(addr_to_v4(&x), 0);
	x = a("255.255.255.255");
	ck_assert_str_eq(addr_text(&x, text), "255.255.255.255");
	ck_assert_uint_eq(addr_to_v4(&x), UINT32_MAX);
	ck_assert(!addr_parse("", &x));
	ck_assert(!addr_parse("10.0.0", &x));
	ck_assert(!addr_parse("10.0.0.1 ", &x));
	ck_assert_uint_eq(x.family, 0);
}
END_TEST

START_TEST(masks)
{
	static const struct {
		const char *mask;
		int prefix;
	} row[] = {{"0.0.0.0", 0}, {"128.0.0.0", 1}, {"255.255.255.0", 24}, {"255.255.255.254", 31},
	    {"255.255.255.255", 32}, {"255.0.255.0", -1}, {"0.0.0.1", -1}, {"127.255.255.255", -1},
	    {"ffff::", -1}};
	struct addr x = {0};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct addr mask = a(row[i].mask);

		ck_assert_int_eq(mask_prefix(&mask), row[i].prefix);
		x = prefix_mask(row[i].prefix);
		if (row[i].prefix >= 0)
			ck_assert(addr_equal(&x, &mask));
	}
	x = prefix_mask(-1);
	ck_assert_uint_eq(addr_to_v4(&x), 0);
	x = prefix_mask(33);
	ck_assert_uint_eq(addr_to_v4(&x), UINT32_MAX);
	x = (struct addr){0};
	ck_assert_int_eq(mask_prefix(&x), -1); /* unset is no mask */
}
END_TEST

/* ---- who is counted together -------------------------------------------------------- */

/* IPv4: the address, and its /24; IPv6: the /64 that one host has, and the /48 of a site. */
START_TEST(strangers)
{
	static const struct {
		const char *one, *other;
		bool network, address;
	} row[] = {
	    {"10.0.0.1", "10.0.0.1", true, true}, {"10.0.0.1", "10.0.0.2", true, false},
	    {"10.0.0.255", "10.0.1.0", false, false},
	    {"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true, true},
	    {"2001:db8:1:2::1", "2001:db8:1:3::1", true, false},
	    {"2001:db8:1:2::1", "2001:db8:2:2::1", false, false},
	    {"0:0:1::", "0.0.1.0", false, false}, /* never one of the other kind */
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct addr x = a(row[i].one), y = a(row[i].other);
		struct share_key k = share_key_of(&x), m = share_key_of(&y);

		ck_assert_msg((k.network == m.network) == row[i].network, "row %zu", i);
		ck_assert_msg((k.address == m.address) == row[i].address, "row %zu", i);
	}
}
END_TEST

/* ---- timers ---------------------------------------------------------------------------- */

static struct sim sim;
static unsigned fired;
static void fire(struct timer *t)
{
	(void)t;
	fired++;
}

START_TEST(one_timer)
{
	struct timer t = {.fire = fire};

	sim_init(&sim, 1, NULL, NULL);
	fired = 0;
	timer_stop(&sim.env, &t);
	ck_assert(!timer_armed(&t));
	ck_assert_uint_eq(timer_left(&sim.env, &t), 0);
	ck_assert_uint_eq(timer_next(&sim.env), UINT64_MAX);
	timer_start(&sim.env, &t, 10);
	timer_start(&sim.env, &t, 20); /* anew, not twice */
	ck_assert(timer_armed(&t));
	ck_assert_uint_eq(timer_left(&sim.env, &t), 20);
	sim.now += 20;
	ck_assert_uint_eq(timer_left(&sim.env, &t), 0);
	ck_assert(timer_armed(&t));
	timer_run(&sim.env);
	timer_run(&sim.env);
	ck_assert_uint_eq(fired, 1);
	ck_assert(!timer_armed(&t));
	sim_fini(&sim);
}
END_TEST

/* Against a plain array: whatever is started, moved and stopped, the earliest is the next. */
START_TEST(timers_agree_with_a_model)
{
	enum { N = 200 };
	static struct timer t[N];
	uint64_t due[N];

	sim_init(&sim, 9, NULL, NULL);
	memset(due, 0xff, sizeof due);
	for (int step = 0; step < 20000; step++) {
		uint32_t i = sim_below(&sim, N);
		uint64_t next = UINT64_MAX;

		t[i].fire = fire;
		if (sim_below(&sim, 3)) {
			due[i] = sim.now + sim_below(&sim, 100);
			timer_start(&sim.env, &t[i], due[i] - sim.now);
		} else {
			due[i] = UINT64_MAX;
			timer_stop(&sim.env, &t[i]);
		}
		for (int k = 0; k < N; k++)
			next = due[k] < next ? due[k] : next;
		if (timer_next(&sim.env) != next)
			ck_abort_msg("step %d", step);
	}
	for (int k = 0; k < N; k++) {
		ck_assert_int_eq(timer_armed(&t[k]), due[k] != UINT64_MAX);
		timer_stop(&sim.env, &t[k]);
	}
	ck_assert_uint_eq(sim.env.heap_len, 0);
	sim_fini(&sim);
}
END_TEST

/* ---- tables ---------------------------------------------------------------------------- */

/* 0 is no key; a key is there once. */
START_TEST(keys_of_a_table)
{
	struct table t = {0};
	int x, y;

	ck_assert_ptr_null(table_get(&t, 1));
	ck_assert_ptr_null(table_remove(&t, 1));
	ck_assert(!table_add(&t, 0, &x));
	ck_assert(table_add(&t, 1, &x));
	ck_assert(!table_add(&t, 1, &y));
	ck_assert_ptr_eq(table_get(&t, 1), &x);
	ck_assert_ptr_null(table_get(&t, 0));
	ck_assert_ptr_null(table_get(&t, 2));
	ck_assert_ptr_null(table_remove(&t, 0));
	ck_assert_ptr_null(table_remove(&t, 2));
	ck_assert_uint_eq(t.used, 1);
	ck_assert_ptr_eq(table_remove(&t, 1), &x);
	ck_assert_uint_eq(t.used, 0);
	/* at most three quarters full, so that a look-up ends soon */
	for (uint32_t i = 1; i <= 48; i++)
		ck_assert(table_add(&t, i, &x));
	ck_assert_uint_eq(t.size, 64);
	ck_assert(table_add(&t, 49, &x));
	ck_assert_uint_eq(t.size, 128);
	table_fini(&t);
}
END_TEST

START_TEST(chains_of_each_size)
{
	static const struct {
		size_t asked, got;
	} row[] = {{0, 1}, {1, 1}, {2, 2}, {3, 4}, {4, 4}, {5, 8}, {1000, 1024}};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct chain_link link[20], *l = NULL;
		struct chains h;
		unsigned n = 0;

		ck_assert(chains_init(&h, row[i].asked, 77));
		ck_assert_uint_eq(h.size, row[i].got);
		ck_assert_ptr_null(chains_next(&h, NULL));
		for (uint64_t k = 0; k < 20; k++)
			chains_add(&h, &link[k], k << 32);
		while ((l = chains_next(&h, l)))
			n++;
		ck_assert_uint_eq(n, 20);
		for (uint64_t k = 0; k < 20; k++) {
			ck_assert_ptr_eq(chains_find(&h, k << 32), &link[k]);
			chains_remove(&h, &link[k]);
			ck_assert_ptr_null(chains_find(&h, k << 32));
		}
		chains_fini(&h);
	}
}
END_TEST

/* ---- what is told ------------------------------------------------------------------------ */

static char line[8192];
static void sink(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	(void)arg, (void)cls, (void)level;
	snprintf(line, sizeof line, "%s", text);
}

/* The context in the device's order, each part if it is known. */
/* Alone in the table, the first and the last; pages that are not full, entries of any size. */
START_TEST(entries_among_empty_ones)
{
	static uint8_t b[3 * 4096 + 24];
	size_t each = 8 * (size_t)(1 + _i), n = sizeof b / each;

	ck_assert_uint_eq(sparse_next(b, each, n, 0), n);
	ck_assert_uint_eq(sparse_next(b, each, n, n), n);
	for (size_t at = 0; at < n; at++) {
		b[at * each + each - 1] = 1;
		ck_assert_uint_eq(sparse_next(b, each, n, 0), at);
		ck_assert_uint_eq(sparse_next(b, each, n, at), at);
		ck_assert_uint_eq(sparse_next(b, each, n, at + 1), n);
		b[0] = 1;
		ck_assert_uint_eq(sparse_next(b, each, n, 1), at ? at : n);
		b[0] = b[at * each + each - 1] = 0;
	}
}
END_TEST

START_TEST(lines_of_the_trace)
{
	struct trace t = {.sink = sink, .level = {[TRACE_IKE] = TRACE_EVENT}};
	struct addr ip = a("10.0.0.1");
	static const struct {
		bool group, user, ip;
		const char *line;
	} row[] = {
	    {false, false, false, "[IKEv1]x"},
	    {true, false, false, "[IKEv1]Group = G, x"},
	    {false, true, false, "[IKEv1]Username = U, x"},
	    {true, true, true, "[IKEv1]Group = G, Username = U, IP = 10.0.0.1, x"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct trace_ctx ctx = {.group = row[i].group ? "G" : NULL,
		    .user = row[i].user ? "U" : NULL,
		    .ip = row[i].ip ? &ip : NULL};

		trace_ike(&t, 713906, &ctx, "%s", "x");
		ck_assert_str_eq(line, row[i].line);
	}
	trace_ike(&t, 713906, NULL, "y");
	ck_assert_str_eq(line, "[IKEv1]y");
	trace_ike_debug(&t, 713906, NULL, "z"); /* nobody listens to that */
	ck_assert_str_eq(line, "[IKEv1]y");
}
END_TEST

/* The clock stands in front where there is one; a line that is too long is cut. */
START_TEST(long_lines_of_the_trace)
{
	static char name[6000], text[6000];
	struct trace t = {
	    .sink = sink, .level = {[TRACE_IKE] = TRACE_EVENT, [TRACE_PPP] = TRACE_EVENT}};
	struct trace_ctx ctx = {.group = name};

	setenv("TZ", "UTC", 1);
	sim_init(&sim, 1, NULL, NULL);
	sim.wall = 1526617000;
	t.env = &sim.env;
	trace_ike(&t, 713906, NULL, "x");
	ck_assert_str_eq(line, "May 18 04:16:41 [IKEv1]x");
	memset(text, 't', sizeof text - 1);
	trace_ike(&t, 713906, NULL, "%s", text);
	ck_assert_uint_eq(strlen(line), 4095);
	trace_plain(&t, NULL, TRACE_PPP, TRACE_EVENT, "%s", text);
	ck_assert_uint_eq(strlen(line), 4095);
	memset(name, 'n', sizeof name - 1);
	trace_ike(&t, 713906, &ctx, "%s", text);
	ck_assert_uint_eq(strlen(line), 4095);
	for (size_t more = 4050; more < 4100; more++) { /* full in any of its parts */
		memset(name, 'n', more);
		name[more] = '\0';
		trace_ike(&t, 713906, &ctx, "xyz");
		ck_assert_uint_le(strlen(line), 4095);
		name[more] = 'n';
	}
	sim_fini(&sim);
}
END_TEST

START_TEST(reasons)
{
	for (int r = 0; r < REASON_COUNT; r++)
		ck_assert_ptr_nonnull(reason_text((enum reason)r)->plain);
	ck_assert_ptr_eq(reason_text(REASON_COUNT), reason_text(REASON_NONE));
	ck_assert_ptr_ne(reason_text((enum reason)(REASON_COUNT - 1)), reason_text(REASON_NONE));
	ck_assert_ptr_eq(reason_text((enum reason) - 1), reason_text(REASON_NONE));
}
END_TEST

/* ---- attempts ------------------------------------------------------------------------------ */

static unsigned closed;
static struct attempt last;
static void on_closed(void *owner, const struct attempt *at)
{
	(void)owner;
	closed++;
	last = *at;
}

/* The furthest point counts; one that was never begun takes everything in silence. */
START_TEST(stages_of_an_attempt)
{
	const struct attempt_sink to = {.closed = on_closed, .owner = NULL};
	const struct path p = {{a("10.0.0.1"), 500}, {a("10.0.0.2"), 501}};
	struct attempt *at = NULL, *other = NULL;
	char name[2 * ATTEMPT_TEXT_MAX];

	closed = 0;
	attempt_reached(&at, ATTEMPT_UP);
	attempt_chosen(&at, "x");
	attempt_user(&at, "u");
	attempt_succeed(&at);
	attempt_fail(&at, &p, REASON_IKE_TIMEOUT, NULL);
	attempt_abandon(&at, REASON_IKE_TIMEOUT);
	attempt_hand(&other, &at);
	ck_assert_uint_eq(closed, 0);
	ck_assert(attempt_begin(&at, &to, 7, &p));
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	attempt_chosen(&at, "%s", name);
	ck_assert_uint_eq(strlen(at->chosen), ATTEMPT_TEXT_MAX - 1);
	ck_assert_int_eq(at->stage, ATTEMPT_NEGOTIATED);
	attempt_user(&at, name);
	ck_assert_uint_eq(strlen(at->user), ATTEMPT_TEXT_MAX - 1);
	ck_assert_int_eq(at->stage, ATTEMPT_LOGIN);
	attempt_reached(&at, ATTEMPT_IPSEC); /* late */
	ck_assert_int_eq(at->stage, ATTEMPT_LOGIN);
	attempt_hand(&at, &other); /* there is none to hand */
	ck_assert_ptr_nonnull(at);
	ck_assert(attempt_begin(&other, &to, 8, &p));
	attempt_hand(&at, &other);
	ck_assert_ptr_null(other);
	ck_assert_uint_eq(closed, 1);
	ck_assert_int_eq(last.outcome, ATTEMPT_ABANDONED);
	ck_assert_int_eq(last.reason, REASON_PEER_RECONNECTED);
	ck_assert_uint_eq(last.began, 7);
	attempt_succeed(&at);
	ck_assert_uint_eq(closed, 2);
	ck_assert_int_eq(last.outcome, ATTEMPT_SUCCEEDED);
	ck_assert_int_eq(last.stage, ATTEMPT_UP);
	ck_assert_uint_eq(last.began, 8);
	attempt_refused_as(&(struct attempt){.sink = &to, .began = 9, .path = p},
	    REASON_IKE_VERSION_2, "why");
	ck_assert_uint_eq(closed, 3);
	ck_assert_int_eq(last.outcome, ATTEMPT_FAILED);
	ck_assert_str_eq(last.detail, "why");
}
END_TEST

/* Whoever never came to be goes without a word. */
START_TEST(nothing_is_destroyed)
{
	shares_destroy(NULL);
}
END_TEST

/* ---- the end ------------------------------------------------------------------------ */

/* Who speaks last is heard by who waits for him, down to systemd: the engine by two, one after the
 * other, they by the keeper, and that has some seconds to take its objects out of the kernel. */
START_TEST(who_waits_for_whom)
{
	FILE *f = fopen("cli/main/gatehouse.service", "r");
	char row[512];
	int seconds = 0;

	ck_assert_ptr_nonnull(f);
	while (fgets(row, sizeof row, f))
		(void)sscanf(row, "TimeoutStopSec=%d", &seconds);
	fclose(f);
	ck_assert_int_ge(seconds * 1000, STOP_ROLE_MS + 5000);
	ck_assert_int_ge(STOP_ROLE_MS, STOP_WORDS_MS + 1000);
	ck_assert_int_ge(STOP_WORDS_MS, 2 * STOP_LINGER_MS + 1000);
	ck_assert_int_ge(STOP_LINGER_MS, 2000); /* a busy machine, a slow disk */
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base_parts");
	TCase *tc = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, equal_addresses);
	tcase_add_test(tc, equal_paths);
	tcase_add_test(tc, addresses_as_text);
	tcase_add_test(tc, masks);
	tcase_add_test(tc, strangers);
	tcase_add_test(tc, one_timer);
	tcase_add_test(tc, timers_agree_with_a_model);
	tcase_add_test(tc, keys_of_a_table);
	tcase_add_test(tc, chains_of_each_size);
	tcase_add_loop_test(tc, entries_among_empty_ones, 0, 3);
	tcase_add_test(tc, lines_of_the_trace);
	tcase_add_test(tc, long_lines_of_the_trace);
	tcase_add_test(tc, reasons);
	tcase_add_test(tc, stages_of_an_attempt);
	tcase_add_test(tc, nothing_is_destroyed);
	tcase_add_test(tc, who_waits_for_whom);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
