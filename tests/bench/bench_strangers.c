/*
 * First messages of strangers, each from an address of its own, a core-second:
 * through the gateway alone, and over a socket with its answers. Message 1 of
 * Windows that is answered (whoever waits longest makes room), one with an offer
 * that is refused, IKEv2, aggressive mode, and what is nothing at all.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/net/sock.h"
#include "engine/role/env_uv.h"
#include "engine/role/ike_socket.h"
#include "engine/session/gateway.h"
#include "tests/support/ike_world.h"
#include "tests/support/one_crypto.h"

#define MESSAGES 400000
#define SENT_AT_ONCE 64
#define ADDRESSES (1u << 22)

struct bench {
	uv_loop_t loop;
	struct env_uv world;
	struct ike_world ike; /* its configuration */
	struct gateway *gw;
	struct trace trace;
	struct initiator_message message;
	unsigned n;
	uint64_t heard, shed, answered;
};

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void count_answer(struct env *e, const struct path *path, const void *msg, size_t len)
{
	(void)path, (void)msg, (void)len;
	container_of(container_of(e, struct env_uv, env), struct bench, world)->answered++;
}

static void no_line(void *arg, unsigned id, unsigned severity, const char *text)
{
	(void)arg, (void)id, (void)severity, (void)text;
}

/* ---- what they say ---------------------------------------------------------------- */

static void message1(struct bench *b)
{
	struct ike_initiator i;

	initiator_init(&i, one_crypto(), 3);
	initiator_mm1(&i, &b->message);
}

static void refused(struct bench *b)
{
	struct ike_initiator i;

	initiator_init(&i, one_crypto(), 3);
	i.n_p1 = 1;
	i.p1[0] = (struct initiator_offer){CIPHER_AES256, HASH_SHA256, 14};
	initiator_mm1(&i, &b->message);
}

static void aggressive(struct bench *b)
{
	message1(b);
	b->message.b[18] = XCHG_AGGRESSIVE;
}

static void version2(struct bench *b)
{
	static const uint8_t header[] = {33, 0x20, 34, 8};

	message1(b);
	memcpy(b->message.b + 2 * COOKIE_LEN, header, sizeof header);
}

static void garbage(struct bench *b)
{
	message1(b);
	b->message.b[17] = 0x50;
}

static const struct {
	const char *what;
	void (*make)(struct bench *);
} kinds[] = {
	{"message 1, answered", message1},
	{"message 1, refused", refused},
	{"aggressive mode", aggressive},
	{"IKEv2", version2},
	{"no ISAKMP", garbage},
};

/* ---- the gateway alone -------------------------------------------------------------- */

static void setup(struct bench *b, uint32_t local)
{
	memset(b, 0, sizeof *b);
	uv_loop_init(&b->loop);
	env_uv_init(&b->world, &b->loop, one_crypto());
	ike_world_init(&b->ike, 3);
	b->ike.ifc[0].set.address = b->ike.ifc[0].live_address = addr_v4(local);
	b->trace = (struct trace){.env = &b->world.env};
	log_init(&b->trace.log, no_line, b);
	b->trace.log.env = &b->world.env;
	b->gw = gateway_create(&b->world.env, &b->ike.config, &b->trace, one_crypto(),
	    &(struct gateway_ops){0}, b);
}

static void teardown(struct bench *b)
{
	gateway_destroy(b->gw);
	env_uv_close(&b->world);
	uv_run(&b->loop, UV_RUN_NOWAIT);
	uv_loop_close(&b->loop);
	ike_world_fini(&b->ike);
}

/* Another one: his cookie, and an address that none of the last four millions had. */
static uint32_t next(struct bench *b)
{
	uint32_t n = ++b->n;

	memcpy(b->message.b, &n, sizeof n);
	return n * 2654435761u % ADDRESSES;
}

static void alone(size_t kind)
{
	static struct bench b;
	struct path path = {.local = {addr_v4(0xac100102), 500}, .remote = {.port = 500}};
	double cpu;

	setup(&b, 0xac100102);
	b.world.env.send = count_answer;
	kinds[kind].make(&b);
	cpu = cpu_now();
	for (unsigned i = 0; i < MESSAGES; i++) {
		path.remote.addr = addr_v4(0x0b000000 + next(&b));
		gateway_ike(b.gw, &path, b.message.b, b.message.len);
	}
	cpu = cpu_now() - cpu;
	printf("%-28s alone       %8.0f /core-s, %4.2f answers each\n", kinds[kind].what,
	    MESSAGES / cpu, (double)b.answered / MESSAGES);
	teardown(&b);
}

/* ---- over a socket ------------------------------------------------------------------- */

/* From addresses of 127.0.0.0/10, as many as the socket takes; what was answered is thrown away. */
static int fill(struct bench *b, int fd, uint16_t port)
{
	static uint8_t copy[SENT_AT_ONCE][INITIATOR_MSG];
	struct mmsghdr m[SENT_AT_ONCE];
	struct iovec part[SENT_AT_ONCE];
	struct sock_ends ends[SENT_AT_ONCE];
	struct path path = {.remote = {addr_v4(INADDR_LOOPBACK), port}};

	for (size_t i = 0; i < SENT_AT_ONCE; i++) {
		path.local.addr = addr_v4(0x7f000002 + next(b));
		memcpy(copy[i], b->message.b, b->message.len);
		part[i] = (struct iovec){copy[i], b->message.len};
		sock_to_send(&m[i].msg_hdr, &ends[i], &part[i], 1, &path, 0);
	}
	return sendmmsg(fd, m, SENT_AT_ONCE, 0);
}

static void before(void *arg)
{
	env_uv_hold(&((struct bench *)arg)->world);
}

static void after(void *arg)
{
	env_uv_flush(&((struct bench *)arg)->world);
}

static void heard(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct bench *b = arg;

	b->heard++;
	gateway_ike(b->gw, path, msg, len);
}

static void shed(void *arg, size_t n)
{
	((struct bench *)arg)->shed += n;
}

static uint16_t bound(int fd, in_addr_t address)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = address};

	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0)
		abort();
	return sock_port(fd);
}

/* `flood`: batches are always full, as they are when more come than can be heard. */
static void by_socket(size_t kind, bool flood)
{
	static struct bench b;
	struct ike_socket s = {.before = before, .after = after, .shed = flood ? shed : NULL,
	    .env = &b.world.env};
	int from = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), least = 1;
	uint16_t port;
	double cpu = 0, at;

	setup(&b, INADDR_LOOPBACK);
	b.world.udp500 = sock_open(SOCK_DGRAM, 0, 0);
	port = bound(b.world.udp500, 0);
	bound(from, 0);
	setsockopt(from, SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
	kinds[kind].make(&b);
	ike_socket_start(&s, &b.loop, b.world.udp500, heard, &b);
	while (b.heard + b.shed < MESSAGES) {
		if (fill(&b, from, port) <= 0)
			abort();
		s.full = flood ? INGRESS_PATIENCE : 0;
		at = cpu_now();
		uv_run(&b.loop, UV_RUN_NOWAIT);
		cpu += cpu_now() - at;
	}
	printf("%-28s %-11s %8.0f /core-s, %3.0f%% heard\n", kinds[kind].what,
	    flood ? "in a flood" : "by socket", MESSAGES / cpu,
	    100.0 * (double)b.heard / (double)(b.heard + b.shed));
	ike_socket_stop(&s);
	teardown(&b);
	close(b.world.udp500);
	close(from);
}

/* `bench_strangers KIND [socket | flood]`: one of these, for a profile. */
int main(int argc, char **argv)
{
	const char *how = argc > 2 ? argv[2] : argc > 1 ? "alone" : "";
	size_t from = argc > 1 ? (size_t)atoi(argv[1]) : 0;
	size_t to = argc > 1 ? from + 1 : sizeof kinds / sizeof *kinds;

	for (size_t k = from; k < to; k++)
		if (!*how || strcmp(how, "alone") == 0)
			alone(k);
	for (size_t k = from; k < to; k++)
		if (!*how || strcmp(how, "socket") == 0)
			by_socket(k, false);
	if (!*how || strcmp(how, "flood") == 0)
		by_socket(from, true);
	return 0;
}
