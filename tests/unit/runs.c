/*
 * What of a batch leaves as one message: every packet once, each end's in order, never more in one
 * message than the kernel takes, and as few messages as may be.
 */
#include <check.h>
#include <stdlib.h>

#include "engine/dataplane/runs.h"

#define LONGEST_DATAGRAM 65507u /* RFC 791, RFC 768: 65535 - 20 - 8 */

static struct packet out[RUNS_PACKETS];
static struct runs runs;

static struct path to(unsigned end)
{
	return (struct path){.local = {.addr = addr_v4(0xc0a80001), .port = 4500},
	    .remote = {.addr = addr_v4(0x0a000000 + end), .port = 4500}};
}

static void setup(void)
{
	for (size_t i = 0; i < RUNS_PACKETS; i++)
		out[i] = (struct packet){.path = to(1), .udp = true, .len = 100, .df = true};
}

/* Each run's packets, and whether all are in one. */
static void each_once(size_t n)
{
	bool seen[RUNS_PACKETS] = {false}, ok = true;
	size_t all = 0;

	for (size_t i = 0; i < runs.n; i++) {
		const struct run *r = &runs.run[i];
		uint16_t at = r->first;
		uint32_t bytes = 0;

		for (unsigned k = 0; k < r->packets; k++, at = runs.next[at]) {
			bool last = k == r->packets - 1u;

			ok = ok && !seen[at] && last == (at == r->last) &&
			    (last ? out[at].len <= out[r->first].len
				  : out[at].len == out[r->first].len);
			seen[at] = true;
			bytes += (uint32_t)out[at].len;
		}
		ck_assert_uint_le(r->packets, RUN_PACKETS);
		ck_assert(r->packets == 1 || bytes <= LONGEST_DATAGRAM);
		all += r->packets;
	}
	ck_assert(ok);
	ck_assert_uint_eq(all, n);
}

static size_t made_of(size_t n)
{
	runs_of(&runs, out, n);
	each_once(n);
	return runs.n;
}

START_TEST(nothing)
{
	ck_assert_uint_eq(made_of(0), 0);
}
END_TEST

/* To one end, and to two that take turns. */
START_TEST(as_few_as_may_be)
{
	for (size_t n = 1; n <= RUNS_PACKETS; n++) {
		setup();
		ck_assert_uint_eq(made_of(n), (n + RUN_PACKETS - 1) / RUN_PACKETS);
		for (size_t i = 0; i < n; i += 2)
			out[i].path = to(2);
		ck_assert_uint_eq(made_of(n),
		    ((n + 1) / 2 + RUN_PACKETS - 1) / RUN_PACKETS +
			(n / 2 + RUN_PACKETS - 1) / RUN_PACKETS);
	}
}
END_TEST

/* What is longer begins a message, what is shorter ends one. */
START_TEST(lengths)
{
	static const size_t len[] = {100, 100, 99, 99, 1, 100, 101, 101, 50};

	for (size_t i = 0; i < sizeof len / sizeof *len; i++)
		out[i].len = len[i];
	ck_assert_uint_eq(made_of(sizeof len / sizeof *len), 4);
	ck_assert_uint_eq(runs.run[0].packets, 3); /* 100 100 99 */
	ck_assert_uint_eq(runs.run[1].packets, 2); /* 99 1 */
	ck_assert_uint_eq(runs.run[2].packets, 1); /* 100 */
	ck_assert_uint_eq(runs.run[3].packets, 3); /* 101 101 50 */
}
END_TEST

/* As many bytes as fit a datagram, and no more. */
START_TEST(bytes)
{
	const size_t len = LONGEST_DATAGRAM / 17, rest = LONGEST_DATAGRAM % 17;

	ck_assert_uint_lt(rest + len * 16, LONGEST_DATAGRAM);
	for (size_t i = 0; i < 18; i++)
		out[i].len = len + 1;
	out[16].len = LONGEST_DATAGRAM - 16 * (len + 1);
	ck_assert_uint_eq(made_of(17), 1);
	out[16].len++;
	ck_assert_uint_eq(made_of(17), 2);
	ck_assert_uint_eq(runs.run[0].packets, 16);
}
END_TEST

/* Whatever differs, they are not one; what is sent next goes on with the newer one. */
START_TEST(differ)
{
	struct packet *p = &out[1];

	switch (_i) {
	case 0:
		p->path.remote.addr = addr_v4(7);
		break;
	case 1:
		p->path.remote.port++;
		break;
	case 2:
		p->path.local.addr = addr_v4(7);
		break;
	case 3:
		p->df = false;
		break;
	case 4:
		p->tos = 0xb8;
		break;
	case 5:
		p->udp = false;
		break;
	case 6:
		p->len = 0;
		break;
	default:
		out[0].udp = false;
	}
	ck_assert_uint_eq(made_of(2), 2);
	ck_assert_uint_eq(runs.run[0].first, 0);
	ck_assert_uint_eq(runs.run[1].first, 1);
}
END_TEST

/* Raw ESP is never joined. */
START_TEST(raw)
{
	for (size_t i = 0; i < 9; i++)
		out[i].udp = false;
	ck_assert_uint_eq(made_of(9), 9);
}
END_TEST

/* Many ends: those that are alike are one, unless two ends share a place; each end's keep their
 * order, whatever lies between. */
START_TEST(order)
{
	bool ok = true;

	for (int round = 0; round < 500; round++) {
		size_t n = 1 + (size_t)rand() % RUNS_PACKETS, newest[8] = {0}, whose[RUNS_PACKETS];

		for (size_t i = 0; i < n; i++) {
			whose[i] = (size_t)rand() % (size_t)(1 + round % 8);
			out[i].path = to((unsigned)whose[i]);
			out[i].len = rand() % 9 ? 100 : (size_t)rand() % 200;
			out[i].df = rand() % 20;
			out[i].udp = rand() % 20;
		}
		made_of(n);
		for (size_t i = 0; i < runs.n; i++) /* sent in this order */
			for (uint16_t k = 0, p = runs.run[i].first; k < runs.run[i].packets;
			     k++, p = runs.next[p]) {
				ok = ok && p + 1u > newest[whose[p]];
				newest[whose[p]] = p + 1u;
			}
	}
	ck_assert(ok);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("runs");
	TCase *tc = tcase_create("runs");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, nothing);
	tcase_add_test(tc, as_few_as_may_be);
	tcase_add_test(tc, lengths);
	tcase_add_test(tc, bytes);
	tcase_add_loop_test(tc, differ, 0, 8);
	tcase_add_test(tc, raw);
	tcase_add_test(tc, order);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
