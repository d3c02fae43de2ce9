/* What many packets at once have touched is given back when it is quiet; all works as before. */
#include <arpa/inet.h>
#include <check.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/base/give_back.h"
#include "engine/dataplane/received.h"
#include "tests/support/loopback.h"
#include "tests/support/one_worker.h"

#define LARGE 262144

/* Where what the kernel was given last ends. */
static const char *given_to;

int madvise(void *from, size_t len, int what)
{
	given_to = (const char *)from + len;
	return (int)syscall(SYS_madvise, from, len, what);
}

static bool all_are(const char *from, size_t len, char is)
{
	while (len > 0 && *from == is)
		from++, len--;
	return len == 0;
}

/* Whole pages go, their neighbours stay, and little memory has none. */
START_TEST(whole_pages)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *at = aligned_alloc(page, LARGE);

	memset(at, 'x', LARGE);
	give_back(at + 1, 2 * page - 2);
	give_back(at, page - 1);
	ck_assert(all_are(at, LARGE, 'x'));
	give_back(at + 1, 3 * page - 1);
	ck_assert(all_are(at, page, 'x'));
	ck_assert(all_are(at + page, 2 * page, 0));
	ck_assert(all_are(at + 3 * page, LARGE - 3 * page, 'x'));
	free(at);
}
END_TEST

/* An empty ring keeps its front; one that is not keeps all. */
START_TEST(rings)
{
	struct ring *r = ring_create(LARGE);
	char *first = ring_reserve(r, LARGE / 2, 0);
	size_t len;

	memset(first, 'x', LARGE / 2);
	ring_commit(r);
	ring_rest(r);
	ck_assert(all_are(first, LARGE / 2, 'x'));
	ck_assert_ptr_eq(ring_peek(r, &len), first);
	ring_release(r);
	ring_rest(r);
	ck_assert(all_are(first, 4096, 'x'));
	ck_assert(all_are(first + LARGE / 4, LARGE / 8, 0));
	ck_assert_ptr_eq(ring_reserve(r, 16, 0), first);
	ring_commit(r);
	ck_assert_ptr_eq(ring_peek(r, &len), first);
	ring_destroy(r);
	r = ring_create(256); /* is no more than a front */
	ring_rest(r);
	ring_destroy(r);
}
END_TEST

/* The rooms of few packets stay, and are those that the next few are written into. */
START_TEST(rooms)
{
	struct one_worker w;
	struct worker *k;
	struct packet p;

	one_worker_open(&w);
	k = w.worker;
	if (!k->io)
		k->io = io_create_inline(&(struct dp_output){0});
	for (size_t i = 0; i < 2 * BATCH; i++)
		memset(k->rooms[i].buf, 'x', sizeof k->rooms[i].buf);
	p = k->out[0];
	k->out[0] = k->out[BATCH - 1];
	k->out[BATCH - 1] = p;
	worker_rest(k);
	ck_assert_ptr_eq(k->out[0].base, p.base);
	ck_assert_int_eq(*k->out[0].base, 'x');
	ck_assert_int_eq(*k->rx[0].base, 'x');
	ck_assert_int_eq(*k->out[BATCH / 2].base, 0);
	ck_assert_int_eq(*k->rx[BATCH / 2].base, 0);
	ck_assert_ptr_eq(k->scratch.base, k->rooms[BATCH + OUT_PLACES].buf);
	one_worker_close(&w);
}
END_TEST

/* A burst from a socket; where its first and a later packet are. */
static void burst(struct received *r, int to, int from, const uint8_t *at[2])
{
	struct packet p[64];
	char text[100];

	memset(text, 'x', sizeof text);
	for (int i = 0; i < 64; i++)
		ck_assert_int_eq(send(from, text, sizeof text, 0), sizeof text);
	loopback_settle();
	ck_assert_uint_eq(received_more(r, to, p, 64), 64);
	for (int i = 0; i < 64; i++)
		ck_assert(p[i].len == sizeof text &&
		    all_are((const char *)p[i].data, sizeof text, 'x'));
	at[0] = p[0].data;
	at[1] = p[40].data;
}

START_TEST(messages)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int to = socket(AF_INET, SOCK_DGRAM, 0), from = socket(AF_INET, SOCK_DGRAM, 0);
	struct received *r = received_create(true);
	socklen_t len = sizeof a;
	const uint8_t *at[2];

	ck_assert_int_eq(bind(to, (struct sockaddr *)&a, sizeof a), 0);
	ck_assert_int_eq(getsockname(to, (struct sockaddr *)&a, &len), 0);
	ck_assert_int_eq(connect(from, (struct sockaddr *)&a, sizeof a), 0);
	for (int i = 0; i < 2; i++) {
		burst(r, to, from, at);
		ck_assert_int_eq(*at[1], 'x');
		received_rest(r);
		ck_assert_int_eq(*at[0], 'x');
		ck_assert_int_eq(*at[1], 0);
		ck_assert_uint_le((size_t)(given_to - (const char *)at[0]),
		    malloc_usable_size((void *)(uintptr_t)at[0])); /* no other's */
	}
	received_rest(NULL);
	received_destroy(r);
	close(from);
	close(to);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_rest");
	TCase *tc = tcase_create("rest");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, whole_pages);
	tcase_add_test(tc, rings);
	tcase_add_test(tc, rooms);
	tcase_add_test(tc, messages);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
