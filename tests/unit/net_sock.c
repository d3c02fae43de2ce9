/* A datagram keeps both its ends: it leaves from the address that it was told to, and whoever gets
 * it learns which address of his it was sent to. */
#include <check.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/net/sock.h"
#include "tests/support/loopback.h"

#define LOOPBACK(n) addr_v4(0x7f000000u + (n))

static void send_from(int fd, const struct path *path, uint8_t tos)
{
	char head[] = "ab", body[] = "cdef";
	struct iovec part[] = {{head, 2}, {body, 4}};
	struct sock_ends ends;
	struct msghdr m;

	sock_to_send(&m, &ends, part, 2, path, tos);
	ck_assert_int_eq(sendmsg(fd, &m, 0), 6);
	loopback_settle();
}

START_TEST(both_ends)
{
	int a = sock_open(SOCK_DGRAM, 0, 0), b = sock_open(SOCK_DGRAM, 0, 0), on = 1;
	struct sockaddr_in any = {.sin_family = AF_INET};
	char bytes[16], control[64];
	struct iovec part = {bytes, sizeof bytes};
	struct sock_ends ends;
	struct msghdr m;
	struct path path, got;

	ck_assert_int_ge(a, 0);
	ck_assert_int_ge(b, 0);
	ck_assert_int_eq(bind(a, (struct sockaddr *)&any, sizeof any), 0);
	ck_assert_int_eq(bind(b, (struct sockaddr *)&any, sizeof any), 0);
	ck_assert_uint_ne(sock_port(a), 0);
	path = (struct path){.local = {LOOPBACK(7), 0}, .remote = {LOOPBACK(9), sock_port(b)}};
	send_from(a, &path, 0);
	sock_to_receive(&m, &ends, &part);
	ck_assert_int_eq(recvmsg(b, &m, 0), 6);
	ck_assert_mem_eq(bytes, "abcdef", 6);
	got = sock_received(&m);
	ck_assert(addr_equal(&got.local.addr, &path.remote.addr));
	ck_assert(addr_equal(&got.remote.addr, &path.local.addr));
	ck_assert_uint_eq(got.remote.port, sock_port(a));
	ck_assert_uint_eq(got.local.port, 0);
	/* From nowhere in particular, and marked. */
	path.local.addr.family = 0;
	ck_assert_int_eq(setsockopt(b, IPPROTO_IP, IP_RECVTOS, &on, sizeof on), 0);
	send_from(a, &path, 0x48);
	m = (struct msghdr){.msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
	    .msg_controllen = sizeof control};
	ck_assert_int_eq(recvmsg(b, &m, 0), 6);
	on = -1;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_type == IP_TOS)
			on = *CMSG_DATA(c);
	ck_assert_int_eq(on, 0x48);
	close(a);
	close(b);
}
END_TEST

START_TEST(not_told)
{
	int a = sock_open(SOCK_DGRAM, 0, 0), b = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in any = {.sin_family = AF_INET};
	struct path path = {.remote = {LOOPBACK(1), 0}}, got;
	char bytes[16];
	struct iovec part = {bytes, sizeof bytes};
	struct sock_ends ends;
	struct msghdr m;

	ck_assert_int_eq(bind(b, (struct sockaddr *)&any, sizeof any), 0);
	path.remote.port = sock_port(b);
	send_from(a, &path, 0);
	sock_to_receive(&m, &ends, &part);
	ck_assert_int_eq(recvmsg(b, &m, 0), 6);
	got = sock_received(&m);
	ck_assert_uint_eq(got.local.addr.family, 0);
	ck_assert_uint_eq(addr_to_v4(&got.remote.addr), 0x7f000001);
	close(a);
	close(b);
}
END_TEST

START_TEST(bound_once)
{
	int a = sock_open(SOCK_DGRAM, 0, 0), b;
	struct sockaddr_in any = {.sin_family = AF_INET};
	uint16_t port;

	ck_assert_uint_eq(sock_port(a), 0);
	ck_assert_uint_eq(sock_port(-1), 0);
	ck_assert(!sock_prepare(-1));
	ck_assert_int_eq(bind(a, (struct sockaddr *)&any, sizeof any), 0);
	port = sock_port(a);
	ck_assert_int_eq(sock_open(SOCK_DGRAM, 0, port), -1); /* taken */
	close(a);
	b = sock_open(SOCK_DGRAM, 0, port);
	ck_assert_int_ge(b, 0);
	ck_assert_uint_eq(sock_port(b), port);
	ck_assert_int_eq(recv(b, &port, sizeof port, 0), -1); /* and does not wait */
	close(b);
	ck_assert_int_eq(sock_open(-1, 0, 0), -1);
}
END_TEST

/* Whatever else comes with a datagram, in front of the address or behind it. */
START_TEST(among_others)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	struct in_pktinfo info = {.ipi_addr.s_addr = htonl(0x0a000001)};
	_Alignas(struct cmsghdr) char control[128] = {0};
	struct msghdr m = {.msg_name = &from, .msg_control = control};
	static const struct {
		int level, type;
	} other[] = {{IPPROTO_IP, IP_TOS}, {SOL_SOCKET, IP_PKTINFO}};

	for (size_t i = 0; i < 2; i++) {
		struct cmsghdr *c;
		struct path path;

		m.msg_controllen = 2 * CMSG_SPACE(sizeof info);
		c = CMSG_FIRSTHDR(&m);
		*c = (struct cmsghdr){CMSG_LEN(sizeof info), other[i].level, other[i].type};
		memset(CMSG_DATA(c), 0xff, sizeof info);
		c = CMSG_NXTHDR(&m, c);
		*c = (struct cmsghdr){CMSG_LEN(sizeof info), IPPROTO_IP, IP_PKTINFO};
		memcpy(CMSG_DATA(c), &info, sizeof info);
		path = sock_received(&m);
		ck_assert_uint_eq(addr_to_v4(&path.local.addr), 0x0a000001);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("net_sock");
	TCase *tc = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_test(tc, both_ends);
	tcase_add_test(tc, not_told);
	tcase_add_test(tc, bound_once);
	tcase_add_test(tc, among_others);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
