/*
 * Round trips of a user who sends 500 small packets a second, by the packet path in its thread over
 * real sockets and a real TUN in a network namespace of our own: alone, and beside another user's
 * bulk flow that takes a share of the thread. Medians and 99th percentiles, and the second pair as
 * multiples of the first: on a shared machine only these mean something. The echo is the kernel's
 * own behind the TUN (ICMP).
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/dataplane/dataplane.h"
#include "engine/ipsec/esp.h"
#include "engine/net/checksum.h"
#include "engine/net/ipv4.h"
#include "engine/net/packet.h"
#include "tests/support/dp_client.h"
#include "tests/support/one_crypto.h"

enum {
	PINGS = 3000,
	GAP_US = 2000,  /* between two: 500 a second */
	LOST_MS = 200,  /* then it is not waited for any longer */
	TRAIN = 32,     /* packets of the bulk flow in one burst */
	REST_US = 20000,
	LATE_MS = 2, /* whoever sends in bulk catches up with, when others had his processor */
	BULK_LEN = 1400,
	GATEWAY = 0x0a000001, /* the host behind the TUN: ourselves */
	USERS = 0xc0a80100,
};

struct user {
	unsigned n; /* 1 pings, 2 sends in bulk */
	int fd;
	struct child child;
	struct crypt *crypt;
	struct crypt_key *send;
	uint32_t sequence;
};

static struct env env;
static struct dataplane *dp;
static struct path path;
static struct user pinger = {.n = 1}, sender = {.n = 2};
static atomic_bool over;
static atomic_bool down; /* the bulk flow is sent to its user, not by him */
static int inside;	 /* by this socket */
static atomic_uint gap; /* of the bulk flow's trains, in microseconds; 0: it rests */

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- the place --------------------------------------------------------------------- */

static uint64_t now(struct env *e)
{
	(void)e;
	return clock_monotonic();
}

static void randomly(struct env *e, void *to, size_t len)
{
	(void)e;
	if (!crypto_random(one_crypto(), to, len))
		die("random");
}

static void on_confirmed(void *owner, uint32_t spi)
{
	(void)owner, (void)spi;
}

static void on_moved(void *owner, uint32_t spi, const struct path *p)
{
	(void)owner, (void)spi, (void)p;
}

static void run(const char *command)
{
	if (system(command) != 0)
		die(command);
}

static int tun_open(void)
{
	struct ifreq r = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR, .ifr_name = "users"};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, TUNSETIFF, &r) < 0)
		die("tun");
	run("ip link set lo up && ip addr add 10.0.0.1/32 dev lo && ip link set users up && "
	    "ip route add 192.168.1.0/24 dev users src 10.0.0.1");
	return fd;
}

static int socket_at(uint32_t address, uint16_t port, struct endpoint *e)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(address)};
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		die("socket");
	*e = (struct endpoint){addr_v4(address), ntohs(a.sin_port)};
	return fd;
}

static int socket_to(uint32_t address)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(address)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
		die("socket");
	return fd;
}

/* One with an SA pair and an open session, whose socket is connected to the gateway. */
static void user_start(struct user *u, enum cipher cipher, uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct child *c = &u->child;
	struct dp_session s = {.peer = u->n, .tunnel = (uint16_t)(2 * u->n),
	    .session = (uint16_t)(100 + u->n), .remote_tunnel = 5, .remote_session = 6,
	    .local_port = 1701, .remote_port = 1701, .open = true,
	    .client = addr_v4(USERS + u->n), .mtu = 1500};

	u->fd = socket_at(INADDR_LOOPBACK + u->n, 0, &path.remote);
	*c = dp_client_transport_nat;
	c->cipher = cipher;
	randomly(&env, c->auth_in, sizeof c->auth_in);
	c->spi_in = dp_spi_reserve(dp, u->n);
	c->spi_out = 0x1000 + u->n;
	u->crypt = crypt_create(one_crypto(), CRYPT_MEASURED);
	u->send = crypt_key_create(u->crypt, cipher, c->auth, c->enc_in, c->auth_in, true);
	if (connect(u->fd, (struct sockaddr *)&to, sizeof to) < 0 ||
	    !dp_sa_inbound(dp, u->n, &path, c, 1024) || !dp_sa_outbound(dp, u->n, c) ||
	    !dp_peer_use(dp, u->n, c->spi_in) || !dp_session_add(dp, &s) || !u->send)
		die("user");
}

/* ---- what users send ----------------------------------------------------------------- */

/* An IP packet of that user in L2TP in ESP, not encrypted yet. */
static void seal(struct user *u, struct packet *p, const uint8_t *ip, size_t len,
    struct esp_job *job)
{
	static const uint8_t iv[16] = {1};
	struct esp_header h = {u->child.spi_in, ++u->sequence};
	uint8_t msg[2048];
	struct wr w = wr_init(msg, sizeof msg);
	size_t data = dp_client_make_data(msg + 8, sizeof msg - 8, (uint16_t)(2 * u->n),
	    (uint16_t)(100 + u->n), "\xff\x03\x00\x21", 4, ip, len);

	udp_header(&w, 1701, 1701, data);
	packet_fill(p, msg, 8 + data);
	if (!esp_seal(p, u->send, &h, iv, ESP_NEXT_UDP, job))
		die("seal");
}

/* RFC 792: an echo request with 32 bytes. */
static size_t echo_request(uint8_t *ip, uint16_t n)
{
	struct wr w = wr_init(ip, 128);

	ipv4_header(&w, IPPROTO_ICMP, USERS + 1, GATEWAY, 0, n, 40);
	wr_u32(&w, 0x08000000);
	wr_u16(&w, 1);
	wr_u16(&w, n);
	wr_zero(&w, 32);
	wr_patch16(&w, IP_HEADER + 2, ip_checksum(ip + IP_HEADER, 40));
	return wr_len(&w);
}

/* To the port where nobody reads. */
static size_t bulk_packet(uint8_t *ip)
{
	struct wr w = wr_init(ip, BULK_LEN);

	ipv4_header(&w, IPPROTO_UDP, USERS + 2, GATEWAY, 0, 0, BULK_LEN - IP_HEADER);
	udp_header(&w, 9, 9, BULK_LEN - IP_HEADER - 8);
	wr_zero(&w, BULK_LEN - IP_HEADER - 8);
	return wr_len(&w);
}

static struct mmsghdr train[TRAIN];
static struct iovec part[TRAIN];

static void part_is(size_t i, void *bytes, size_t len)
{
	part[i] = (struct iovec){bytes, len};
	train[i].msg_hdr = (struct msghdr){.msg_iov = &part[i], .msg_iovlen = 1};
}

/* From the user, in ESP. */
static void train_up(void)
{
	static struct packet_room room[TRAIN];
	static struct packet p[TRAIN];
	static uint8_t ip[2048];
	struct esp_job job[TRAIN];
	size_t len = bulk_packet(ip);

	for (size_t i = 0; i < TRAIN; i++) {
		p[i] = packet_in(&room[i]);
		seal(&sender, &p[i], ip, len, &job[i]);
		part_is(i, p[i].data, p[i].len);
	}
	crypt_run(sender.crypt, job, TRAIN, true);
	sendmmsg(sender.fd, train, TRAIN, 0);
}

/* From behind the TUN, to the user. */
static void train_down(void)
{
	static uint8_t bytes[BULK_LEN - IP_HEADER - 8];

	for (size_t i = 0; i < TRAIN; i++)
		part_is(i, bytes, sizeof bytes);
	sendmmsg(inside, train, TRAIN, 0);
}

static void *send_bulk(void *arg)
{
	struct timespec t;

	(void)arg;
	clock_gettime(CLOCK_MONOTONIC, &t);
	while (!atomic_load(&over)) {
		unsigned us = atomic_load(&gap);

		if (us)
			(atomic_load(&down) ? train_down : train_up)();
		t.tv_nsec += 1000L * (us ? us : REST_US);
		t.tv_sec += t.tv_nsec / 1000000000;
		t.tv_nsec %= 1000000000;
		if (seconds(CLOCK_MONOTONIC) - (double)t.tv_sec - (double)t.tv_nsec / 1e9 >
		    LATE_MS / 1e3)
			clock_gettime(CLOCK_MONOTONIC, &t);
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
	}
	return NULL;
}

/* ---- round trips ------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct trips {
	double p50, p99; /* ms */
	unsigned lost;
};

/* In ms; negative when it is lost. */
static double ping(uint16_t n)
{
	struct pollfd readable = {.fd = pinger.fd, .events = POLLIN};
	uint8_t ip[128], got[2048];
	struct esp_job job;
	double from;
	PACKET_HERE(p);

	seal(&pinger, &p, ip, echo_request(ip, n), &job);
	crypt_run(pinger.crypt, &job, 1, true);
	while (recv(pinger.fd, got, sizeof got, 0) > 0) /* of one that came too late */
		continue;
	from = seconds(CLOCK_MONOTONIC);
	if (send(pinger.fd, p.data, p.len, 0) < 0)
		die("send");
	if (poll(&readable, 1, LOST_MS) <= 0)
		return -1;
	from = seconds(CLOCK_MONOTONIC) - from;
	return recv(pinger.fd, got, sizeof got, 0) > 0 ? 1000 * from : -1;
}

static struct trips measure(unsigned n)
{
	static double took[PINGS];
	struct trips t = {.lost = 0};
	struct timespec next;
	unsigned came = 0;

	clock_gettime(CLOCK_MONOTONIC, &next);
	for (unsigned i = 0; i < n; i++) {
		double ms = ping((uint16_t)i);

		if (ms < 0)
			t.lost++;
		else
			took[came++] = ms;
		next.tv_nsec += 1000L * GAP_US;
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
		dp_poll(dp);
	}
	if (came == 0)
		die("no echo comes back");
	qsort(took, came, sizeof *took, by_size);
	t.p50 = took[came / 2];
	t.p99 = took[came * 99 / 100];
	return t;
}

static uint64_t carried(void)
{
	struct dp_sa_counters in, out;

	dp_sa_counters(dp, sender.child.spi_in, &in, &out);
	return atomic_load(&down) ? out.packets : in.packets;
}

/* Packets a second that the thread takes when more come, beside those of the other user. */
static double capacity(void)
{
	uint64_t before;
	double from;

	atomic_store(&gap, 1);
	usleep(200000);
	before = carried();
	from = seconds(CLOCK_MONOTONIC);
	measure(500);
	from = seconds(CLOCK_MONOTONIC) - from;
	atomic_store(&gap, 0);
	before = carried() - before;
	usleep(200000);
	return (double)before / from;
}

static void say(
    const char *name, const char *what, const struct trips *t, const struct trips *alone)
{
	printf("%-12s %-32s p50 %.3f ms, p99 %.3f ms", name, what, t->p50, t->p99);
	if (alone)
		printf(", %.1f and %.1f times as long", t->p50 / alone->p50, t->p99 / alone->p99);
	printf(", %u lost\n", t->lost);
	fflush(stdout);
}

static void beside(const char *name, unsigned percent, double most, const struct trips *alone,
    unsigned n)
{
	bool to_user = atomic_load(&down);
	char what[64];
	struct trips t;
	uint64_t packets;
	double from;

	atomic_store(&gap, (unsigned)(TRAIN * 1e8 / most / percent));
	usleep(100000);
	packets = carried();
	from = seconds(CLOCK_MONOTONIC);
	t = measure(n);
	packets = carried() - packets;
	from = seconds(CLOCK_MONOTONIC) - from;
	atomic_store(&gap, 0);
	snprintf(what, sizeof what, "beside %.0f of %.0f kpps %s", (double)packets / from / 1000,
	    most / 1000, to_user ? "down" : "up");
	say(name, what, &t, alone);
}

/* The packet path and who waits for its answers go before all else on this machine, which is not
 * what is measured; whoever sends in bulk goes before all but these. Without the right to it,
 * figures are worse. */
static void first_of_all(bool first)
{
	struct sched_param p = {.sched_priority = first};

	(void)sched_setscheduler(0, first ? SCHED_FIFO : SCHED_OTHER, &p);
	if (!first)
		(void)setpriority(PRIO_PROCESS, 0, -20);
}

/* In a process of its own, for its network. */
static void suite(const char *name, enum cipher cipher, unsigned n)
{
	static const struct dp_ops ops = {.confirmed = on_confirmed, .moved = on_moved};
	struct dp_sockets fd = {-1, -1, -1, -1, NULL};
	struct trips alone;
	pthread_t thread;
	double cpu, most;
	int least = 1;

	if (unshare(CLONE_NEWNET) < 0)
		die("a network of our own");
	fd.tun = tun_open();
	fd.udp4500 = socket_at(INADDR_LOOPBACK, 0, &path.local);
	env = (struct env){.now = now, .random = randomly};
	first_of_all(true); /* its thread inherits that */
	dp = dp_create(&env, one_crypto(), &fd, 1, -1, &ops, NULL);
	if (!dp)
		die("packet path");
	user_start(&pinger, cipher, path.local.port);
	user_start(&sender, cipher, path.local.port);
	first_of_all(false);
	pthread_create(&thread, NULL, send_bulk, NULL);
	first_of_all(true);
	measure(n / 10);
	alone = measure(n);
	say(name, "500 packets a second alone", &alone, NULL);
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	sleep(1);
	printf("%-12s without traffic: %.0f us of CPU in a second, this program's own included\n",
	    name, 1e6 * (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu));
	inside = socket_to(USERS + sender.n);
	setsockopt(sender.fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
	for (int way = 0; way < 2; way++) {
		atomic_store(&down, way);
		most = capacity();
		beside(name, 60, most, &alone, n);
		beside(name, 90, most, &alone, n);
	}
	atomic_store(&over, true);
	pthread_join(thread, NULL);
	dp_destroy(dp);
	exit(0);
}

/* `bench_latency [PINGS]` */
int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		enum cipher cipher;
	} suites[] = {{"aes128-sha1", CIPHER_AES128}, {"3des-sha1", CIPHER_3DES}};
	unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : PINGS;
	int status, bad = 0;

	if (n > PINGS || n < 10)
		n = PINGS;
	for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
		pid_t pid = fork();

		if (pid == 0)
			suite(suites[i].name, suites[i].cipher, n);
		waitpid(pid, &status, 0);
		bad |= status;
	}
	return bad != 0;
}
