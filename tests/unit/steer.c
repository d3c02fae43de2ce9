/*
 * What the kernel brings to which worker, of every count of them: by real
 * sockets over loopback; plain ESP where raw sockets are ours to open, and by
 * the queues of a TUN of a network of our own where we may make one.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/dataplane/steer.h"
#include "engine/dataplane/tables.h"
#include "engine/dataplane/whose.h"

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

/* ---- from the TUN ------------------------------------------------------------------ */

#define INSIDE 0x0a000001u /* 10.0.0.1/8, and the clients are the others */
#define ALIKE 40	   /* clients that are looked for at the same place of the table */

/* A queue of the device, which the first one makes. */
static int queue(void)
{
	struct ifreq r = {
	    .ifr_name = "steered", .ifr_flags = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ioctl(fd, TUNSETIFF, &r), 0);
	return fd;
}

static void device(unsigned long what, uint32_t address, short flags)
{
	struct ifreq r = {.ifr_name = "steered"};
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	memcpy(&r.ifr_addr, &name, sizeof name);
	if (flags)
		r.ifr_flags = flags;
	ck_assert_int_eq(ioctl(fd, what, &r), 0);
	close(fd);
}

/* So many queues, up, in a network of their own; the table, or -1 where it is not ours to have. */
static int steered(int fd[], unsigned n)
{
	int table;

	if (unshare(CLONE_NEWNET) < 0)
		return -1;
	for (unsigned i = 0; i < n; i++)
		fd[i] = queue();
	device(SIOCSIFADDR, INSIDE, 0);
	device(SIOCSIFNETMASK, 0xff000000u, 0);
	device(SIOCSIFFLAGS, 0, IFF_UP | IFF_RUNNING);
	table = steer_tun(fd[0]);
	ck_assert(table >= 0 || errno == EPERM || errno == ENOSYS);
	return table;
}

/* The queue by which a packet to that address comes, with what it says; n: by none. IPv6 of the
 * kernel's own is nobody's. */
static unsigned comes_from_tun(const int *fd, unsigned n, uint32_t to, uint8_t says)
{
	unsigned by = n;
	uint8_t ip[256];
	uint32_t there;
	ssize_t len;

	for (unsigned i = 0; i < n; i++)
		while ((len = read(fd[i], ip, sizeof ip)) > 0) {
			if (ip[0] >> 4 != 4)
				continue;
			ck_assert_int_eq(len, 29);
			ck_assert_uint_eq(by, n);
			memcpy(&there, ip + 16, sizeof there);
			ck_assert_uint_eq(ntohl(there), to);
			ck_assert_uint_eq(ip[28], says);
			by = i;
		}
	return by;
}

/* One flow of that client, of many. */
static unsigned queue_of_flow(const int *fd, unsigned n, uint32_t client, uint8_t flow)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)(1000 + flow)),
	    .sin_addr.s_addr = htonl(client)};
	int from = socket(AF_INET, SOCK_DGRAM, 0);
	unsigned by;

	ck_assert_int_eq(sendto(from, &flow, 1, 0, (struct sockaddr *)&to, sizeof to), 1);
	by = comes_from_tun(fd, n, client, flow);
	ck_assert_uint_lt(by, n);
	close(from);
	return by;
}

/* Flows of that client, each of other ports: all by the same queue. */
static unsigned queue_of(const int *fd, unsigned n, uint32_t client)
{
	unsigned by = queue_of_flow(fd, n, client, 0);

	for (uint8_t flow = 1; flow < 4; flow++)
		ck_assert_uint_eq(queue_of_flow(fd, n, client, flow), by);
	return by;
}

START_TEST(of_the_tun)
{
	unsigned n = (unsigned)_i;
	int fd[WORKERS_MAX] = {0}, table = steered(fd, n);
	struct whose *w;

	if (table < 0)
		return;
	w = whose_create(SESSIONS_MAX, table);
	ck_assert_ptr_nonnull(w);
	close(table);
	for (uint32_t i = 0; i < 64; i++)
		whose_add(w, INSIDE + 1 + 0x10101 * i, i % n);
	for (uint32_t i = 0; i < 64; i++)
		ck_assert_uint_eq(queue_of(fd, n, INSIDE + 1 + 0x10101 * i), i % n);
	ck_assert_uint_eq(queue_of(fd, n, 0x0affff01), 0); /* of nobody */
	for (uint32_t i = 0; i < 64; i++) { /* who goes, and comes to another */
		uint32_t client = INSIDE + 1 + 0x10101 * i;

		whose_add(w, client, (i + 1) % n);
		whose_remove(w, client, i % n);
		ck_assert_uint_eq(queue_of(fd, n, client), (i + 1) % n);
		whose_remove(w, client, (i + 1) % n);
		ck_assert_uint_eq(queue_of(fd, n, client), 0);
	}
	whose_destroy(w);
	for (unsigned i = 0; i < n; i++)
		close(fd[i]);
}
END_TEST

/* Walks: over others, over graves, and how long; the first table's end is followed by its start. */
START_TEST(of_the_tun_alike)
{
	int fd[2], table = steered(fd, 2);
	uint32_t mask = whose_places(SESSIONS_MAX) - 1, client[ALIKE], worker;
	uint32_t place = _i ? mask : 4711;
	struct whose *w;
	unsigned found = 0, k = 0;

	if (table < 0)
		return;
	for (uint32_t a = INSIDE + 1; k < ALIKE && a < 0x0affffff; a++)
		if ((a * WHOSE_HASH >> 32 & mask) == place)
			client[k++] = a;
	ck_assert_uint_eq(k, ALIKE);
	w = whose_create(SESSIONS_MAX, table);
	for (k = 0; k < ALIKE; k++)
		whose_add(w, client[k], 1);
	for (k = 0; k < ALIKE; k++) {
		ck_assert(whose_find(w, client[k], &worker));
		found += queue_of(fd, 2, client[k]);
	}
	ck_assert_uint_eq(found, 32);
	for (k = 0; k < 31; k++)
		whose_remove(w, client[k], 1);
	ck_assert_uint_eq(queue_of(fd, 2, client[31]), 1);
	/* the engine of a new life knows none of them */
	whose_destroy(w);
	w = whose_create(SESSIONS_MAX, table);
	ck_assert_uint_eq(queue_of(fd, 2, client[31]), 0);
	whose_destroy(w);
	/* nor does the next program */
	close(table);
	table = steer_tun(fd[1]);
	w = whose_create(SESSIONS_MAX, table);
	whose_add(w, client[0], 1);
	ck_assert_uint_eq(queue_of(fd, 2, client[0]), 1);
	whose_destroy(w);
	close(table);
	close(fd[0]);
	close(fd[1]);
}
END_TEST

/* Where the kernel takes none any more: in a process of its own. */
static bool fails_to_steer(int tun)
{
	scmp_filter_ctx filter;
	pid_t child = fork();
	int status;

	if (child == 0) {
		filter = seccomp_init(SCMP_ACT_ALLOW);
		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(E2BIG), SCMP_SYS(bpf), 0) ||
		    seccomp_load(filter))
			_exit(2);
		_exit(steer_tun(tun) != -1 || errno != E2BIG);
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0;
}

/* Then the one before is gone, whose table nobody writes: the kernel chooses by flows, and of so
 * many some come by the first queue. */
START_TEST(of_the_tun_no_more)
{
	enum { FLOWS = 64 };
	int fd[2], table = steered(fd, 2);
	unsigned by[2] = {0};
	struct whose *w;

	if (table < 0)
		return;
	w = whose_create(SESSIONS_MAX, table);
	close(table);
	whose_add(w, INSIDE + 1, 1);
	ck_assert_uint_eq(queue_of(fd, 2, INSIDE + 1), 1);
	ck_assert(fails_to_steer(fd[0]));
	for (uint8_t flow = 0; flow < FLOWS; flow++)
		by[queue_of_flow(fd, 2, INSIDE + 1, flow)]++;
	ck_assert_uint_ne(by[0], 0);
	whose_destroy(w);
	close(fd[0]);
	close(fd[1]);
}
END_TEST

/* Of what is no TUN, or no memory to share, it is told. */
START_TEST(of_nothing)
{
	int fd[2], null = open("/dev/null", O_RDWR);

	ck_assert_int_eq(steer_tun(null), -1);
	ck_assert(errno == ENOTTY || errno == EPERM || errno == ENOSYS);
	ck_assert_ptr_null(whose_create(8, null));
	ck_assert_int_eq(pipe(fd), 0); /* nothing was left open */
	ck_assert_int_eq(fd[0], null + 1);
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
	tcase_add_loop_test(tc, of_the_tun, 2, WORKERS_MAX + 1);
	tcase_add_loop_test(tc, of_the_tun_alike, 0, 2);
	tcase_add_test(tc, of_the_tun_no_more);
	tcase_add_test(tc, of_nothing);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
