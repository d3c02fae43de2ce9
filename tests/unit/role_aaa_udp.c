/* Datagrams of the login role on real sockets: a server that is not there, and comes back. */
#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/role/aaa_net.h"
#include "engine/role/env_uv.h"
#include "tests/support/one_crypto.h"

static uv_loop_t loop;
static struct env_uv world;
static struct aaa_net_uv net;
static struct aaa_net *n;
static unsigned refusals, arrivals;
static char text[16];

static void received(void *arg, const struct aaa_place *from, const uint8_t *p, size_t len)
{
	(void)arg;
	ck_assert_uint_eq(addr_to_v4(&from->address), INADDR_LOOPBACK);
	ck_assert_uint_lt(len, sizeof text);
	memcpy(text, p, len);
	text[len] = '\0';
	arrivals++;
}

static void refused(void *arg, int error)
{
	(void)arg;
	(void)error;
	refusals++;
}

static const struct aaa_udp_events events = {received, refused};

static void no_names(void *arg)
{
	(void)arg;
}

static void no_keeper(void *arg, const struct ipc_msg *m)
{
	(void)arg;
	(void)m;
}

static void setup(void)
{
	ck_assert_int_eq(uv_loop_init(&loop), 0);
	ck_assert(env_uv_init(&world, &loop, one_crypto()));
	aaa_net_uv_init(&net, &loop, &world.env, no_names, no_keeper, NULL);
	n = &net.on.net;
	refusals = arrivals = 0;
}

static void teardown(void)
{
	aaa_net_uv_fini(&net);
	env_uv_close(&world);
	uv_run(&loop, UV_RUN_NOWAIT);
}

/* A server's socket at a port that was free, and that port. */
static int bind_somewhere(uint16_t *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons(*port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

START_TEST(a_server_goes_and_comes_back)
{
	struct aaa_place place = {.address = addr_v4(INADDR_LOOPBACK)};
	struct sockaddr_in from;
	socklen_t len = sizeof from;
	struct aaa_udp *u;
	char asked[16];
	int fd;

	close(bind_somewhere(&place.port));
	u = n->udp_open(n, &place, &events, NULL);
	ck_assert_ptr_nonnull(u);
	for (unsigned i = 1; i <= 3; i++) { /* the first error does not make it deaf */
		n->udp_send(u, NULL, "anybody?", 8);
		while (refusals < i)
			uv_run(&loop, UV_RUN_ONCE);
	}
	fd = bind_somewhere(&place.port);
	ck_assert(n->udp_send(u, NULL, "anybody?", 8));
	ck_assert_int_eq(recvfrom(fd, asked, sizeof asked, 0, (struct sockaddr *)&from, &len), 8);
	ck_assert_int_eq(sendto(fd, "yes", 3, 0, (struct sockaddr *)&from, len), 3);
	while (!arrivals)
		uv_run(&loop, UV_RUN_ONCE);
	ck_assert_str_eq(text, "yes");
	close(fd);
	n->udp_close(u);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("role_aaa_udp");
	TCase *tc = tcase_create("role_aaa_udp");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_server_goes_and_comes_back);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
