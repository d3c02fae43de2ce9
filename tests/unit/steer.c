/*
 * What the kernel brings to which worker, of every count of them: by real
 * sockets over loopback; plain ESP where raw sockets are ours to open.
 */
#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/dataplane/steer.h"

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* A socket of that port, 0: of any; its port. */
static int udp(uint16_t *port)
{
	struct sockaddr_in name = loopback(*port);
	socklen_t len = sizeof name;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), on = 1;
	bool first = *port == 0;

	if (!first)
		ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
	/* nobody else's is shared: only once it is ours, others may join */
	if (first)
		ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&name, &len), 0);
	*port = ntohs(name.sin_port);
	return fd;
}

/* By which of them it comes; each gets nothing but this. */
static unsigned comes_by(const int *fd, unsigned n)
{
	struct pollfd p[WORKERS_MAX];
	unsigned by = 0, came = 0;
	char bytes[256];

	for (unsigned i = 0; i < n; i++)
		p[i] = (struct pollfd){.fd = fd[i], .events = POLLIN};
	ck_assert_int_eq(poll(p, n, 60000), 1);
	for (unsigned i = 0; i < n; i++)
		while (recv(fd[i], bytes, sizeof bytes, MSG_DONTWAIT) >= 0) {
			by = i;
			came++;
		}
	ck_assert_uint_eq(came, 1);
	return by;
}

static void send_spi(int fd, const struct sockaddr_in *to, uint32_t spi, size_t len)
{
	uint8_t bytes[64] = {0};

	spi = htonl(spi);
	memcpy(bytes, &spi, sizeof spi);
	ck_assert_int_eq(sendto(fd, bytes, len, 0, (const struct sockaddr *)to, sizeof *to),
	    (ssize_t)len);
}

START_TEST(of_udp)
{
	unsigned n = (unsigned)_i;
	struct owners o = {n - 1};
	int fd[WORKERS_MAX] = {0}, from = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in to;
	uint16_t port = 0;

	for (unsigned i = 0; i < n; i++)
		fd[i] = udp(&port);
	to = loopback(port);
	ck_assert(steer_udp(fd[0], o));
	for (uint32_t place = 0; place < owner_places(o); place += 1021)
		for (unsigned w = 0; w < n; w++) {
			send_spi(from, &to, spi_make(o, (uint16_t)rand(), place, w), 60);
			ck_assert_uint_eq(comes_by(fd, n), w);
		}
	send_spi(from, &to, 0, 60); /* IKE */
	ck_assert_uint_eq(comes_by(fd, n), 0);
	send_spi(from, &to, UINT32_MAX, 1); /* a NAT's keepalive */
	ck_assert_uint_eq(comes_by(fd, n), 0);
	send_spi(from, &to, UINT32_MAX, 60); /* an SPI of nobody has an owner, too */
	ck_assert_uint_eq(comes_by(fd, n), owner_of_spi(o, UINT32_MAX));
	for (unsigned i = 0; i < n; i++)
		close(fd[i]);
	close(from);
}
END_TEST

START_TEST(of_plain_esp)
{
	unsigned n = (unsigned)_i;
	struct owners o = {n - 1}, alone = {0};
	struct sockaddr_in name = loopback(0);
	int fd[WORKERS_MAX] = {0}, from = socket(AF_INET, SOCK_RAW, IPPROTO_ESP);

	if (from < 0) {
		ck_assert_int_eq(errno, EPERM);
		return;
	}
	name.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 7);
	for (unsigned i = 0; i < n; i++) {
		fd[i] = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK, IPPROTO_ESP);
		ck_assert_int_eq(bind(fd[i], (struct sockaddr *)&name, sizeof name), 0);
		ck_assert(steer_esp(fd[i], o, i));
	}
	for (uint32_t place = 0; place < owner_places(o); place += 4099)
		for (unsigned w = 0; w < n; w++) {
			send_spi(from, &name, spi_make(o, (uint16_t)rand(), place, w), 60);
			ck_assert_uint_eq(comes_by(fd, n), w);
		}
	/* alone again, it gets all */
	ck_assert(steer_esp(fd[0], alone, 0));
	for (uint32_t spi = 256; spi < 256 + n; spi++) {
		send_spi(from, &name, spi, 60);
		ck_assert_uint_eq(comes_by(fd, 1), 0);
	}
	for (unsigned i = 0; i < n; i++)
		close(fd[i]);
	close(from);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("steer");
	TCase *tc = tcase_create("steer");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, of_udp, 1, WORKERS_MAX + 1);
	tcase_add_loop_test(tc, of_plain_esp, 1, WORKERS_MAX + 1);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
