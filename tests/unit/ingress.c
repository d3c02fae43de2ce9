/* Which first messages of a flood are heard, and that nothing of who was answered is dropped. */
#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/net/sock.h"
#include "engine/role/ike_socket.h"
#include "engine/role/ingress.h"
#include "tests/support/loopback.h"

static struct addr address[INGRESS_BATCH];
static const struct addr *from[INGRESS_BATCH];
static bool takes[INGRESS_BATCH];

static size_t taken(size_t begin, size_t end)
{
	size_t n = 0;

	for (size_t i = begin; i < end; i++)
		n += takes[i];
	return n;
}

/* One network of many addresses, and behind it three others: each of these is heard. */
START_TEST(each_network_is_heard)
{
	size_t others = INGRESS_BATCH - 3;

	for (size_t i = 0; i < INGRESS_BATCH; i++) {
		address[i] = addr_v4(i < others ? 0x0b000000 + (uint32_t)i :
						  0x0c000000 + ((uint32_t)i << 8));
		from[i] = &address[i];
	}
	for (size_t begin = 0; begin < INGRESS_BATCH; begin++) {
		ingress_choose(from, INGRESS_BATCH, begin, takes);
		ck_assert_uint_eq(taken(others, INGRESS_BATCH), 3);
		ck_assert_uint_eq(taken(0, others), INGRESS_FIRSTS - 3);
		ingress_choose(from, INGRESS_FIRSTS, begin, takes);
		ck_assert_uint_eq(taken(0, INGRESS_FIRSTS), INGRESS_FIRSTS);
		ingress_choose(from, 0, begin, takes);
	}
}
END_TEST

/* Each from a network of its own: whoever's place it is, last or first, he is heard as often. */
START_TEST(no_place_is_better)
{
	size_t heard[INGRESS_BATCH] = {0};

	for (size_t i = 0; i < INGRESS_BATCH; i++) {
		address[i] = addr_v4(0x0c000000 + ((uint32_t)i << 8));
		from[i] = &address[i];
	}
	for (size_t begin = 0; begin <= UINT8_MAX; begin++) {
		ingress_choose(from, INGRESS_BATCH, begin, takes);
		for (size_t i = 0; i < INGRESS_BATCH; i++)
			heard[i] += takes[i];
	}
	for (size_t i = 0; i < INGRESS_BATCH; i++)
		ck_assert_uint_eq(heard[i], (UINT8_MAX + 1) * INGRESS_FIRSTS / INGRESS_BATCH);
}
END_TEST

START_TEST(what_begins)
{
	uint8_t msg[28] = {1, [16] = 1};

	ck_assert(ingress_is_first(msg, sizeof msg));
	ck_assert(ingress_is_first(msg, 15)); /* no message at all */
	for (size_t i = 8; i < 16; i++) {
		msg[i] = 1;
		ck_assert(!ingress_is_first(msg, sizeof msg));
		msg[i] = 0;
	}
}
END_TEST

/* ---- by the socket ------------------------------------------------------------------------ */

static struct {
	size_t firsts, others, shed, after;
	uint8_t last; /* place of a first message that was heard */
} seen;

static void packet(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	(void)arg, (void)path;
	if (ingress_is_first(msg, len))
		seen.last = msg[1];
	++*(ingress_is_first(msg, len) ? &seen.firsts : &seen.others);
}

static void shed(void *arg, size_t n)
{
	(void)arg;
	seen.shed += n;
}

static void after(void *arg)
{
	(void)arg;
	seen.after++;
}

/* A batch of first messages, but for the last. */
static void say(int peer, uint16_t port, size_t n)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	uint8_t msg[28] = {1};

	for (size_t i = 0; i < n; i++) {
		msg[1] = (uint8_t)i;
		msg[8] = i == n - 1;
		ck_assert_int_eq(sendto(peer, msg, sizeof msg, 0, (struct sockaddr *)&to,
				     sizeof to), sizeof msg);
	}
	loopback_settle();
}

/* Chance wants it to begin near the end. */
static void chance(struct env *env, void *to, size_t len)
{
	(void)env;
	memset(to, INGRESS_BATCH - 1 - INGRESS_FIRSTS, len);
}

/* Clients who dial at once are heard; of what does not end only a few, and all who go on. */
START_TEST(floods_are_shed)
{
	struct env env = {.random = chance};
	struct ike_socket s = {.shed = shed, .after = after, .env = &env};
	struct sockaddr_in here = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = sock_open(SOCK_DGRAM, 0, 0), peer = socket(AF_INET, SOCK_DGRAM, 0);
	uv_loop_t loop;

	uv_loop_init(&loop);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&here, sizeof here), 0);
	ck_assert(ike_socket_start(&s, &loop, fd, packet, NULL));
	for (size_t i = 0; i < INGRESS_PATIENCE; i++) {
		say(peer, sock_port(fd), INGRESS_BATCH);
		uv_run(&loop, UV_RUN_ONCE);
	}
	ck_assert_uint_eq(seen.firsts, INGRESS_PATIENCE * (INGRESS_BATCH - 1));
	ck_assert_uint_eq(seen.shed, 0);
	ck_assert_uint_eq(seen.after, INGRESS_PATIENCE);
	memset(&seen, 0, sizeof seen);
	say(peer, sock_port(fd), INGRESS_BATCH);
	uv_run(&loop, UV_RUN_ONCE);
	ck_assert_uint_eq(seen.firsts, INGRESS_FIRSTS);
	ck_assert_uint_eq(seen.last, INGRESS_BATCH - 2);
	ck_assert_uint_eq(seen.others, 1);
	ck_assert_uint_eq(seen.shed, INGRESS_BATCH - 1 - INGRESS_FIRSTS);
	say(peer, sock_port(fd), INGRESS_BATCH - 1); /* it has ended */
	uv_run(&loop, UV_RUN_ONCE);
	ck_assert_uint_eq(seen.firsts, INGRESS_FIRSTS + INGRESS_BATCH - 2);
	ike_socket_stop(&s);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	close(fd);
	close(peer);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ingress");
	TCase *tc = tcase_create("ingress");
	SRunner *r = srunner_create(s);
	int bad;

	tcase_add_test(tc, each_network_is_heard);
	tcase_add_test(tc, no_place_is_better);
	tcase_add_test(tc, what_begins);
	tcase_add_test(tc, floods_are_shed);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	bad = srunner_ntests_failed(r);
	srunner_free(r);
	return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
