/*
 * Datagrams over loopback. The kernel delivers them within the call that sends, unless its
 * processor has others' packets to bring first: then some time later. A program that includes this
 * stays on one processor, where what is sent is delivered in its order.
 */
#ifndef GATEHOUSE_TESTS_LOOPBACK_H
#define GATEHOUSE_TESTS_LOOPBACK_H

#include <check.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

__attribute__((constructor)) static inline void loopback_stay(void)
{
	cpu_set_t here;

	CPU_ZERO(&here);
	CPU_SET((unsigned)sched_getcpu(), &here);
	(void)sched_setaffinity(0, sizeof here, &here);
}

/* What was sent has arrived: a last one, behind all of it, has. */
static inline void loopback_settle(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	int to = socket(AF_INET, SOCK_DGRAM, 0), from = socket(AF_INET, SOCK_DGRAM, 0);
	char last;

	ck_assert_int_eq(bind(to, (struct sockaddr *)&a, sizeof a), 0);
	ck_assert_int_eq(getsockname(to, (struct sockaddr *)&a, &len), 0);
	ck_assert_int_eq(sendto(from, "x", 1, 0, (struct sockaddr *)&a, len), 1);
	ck_assert_int_eq(recv(to, &last, 1, 0), 1);
	close(from);
	close(to);
}

#endif
