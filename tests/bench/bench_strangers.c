/*
 * First messages of strangers, each from an address of its own, a core-second:
 * through the gateway alone, and over a socket with its answers. Message 1 of
 * Windows that is answered (whoever waits longest makes room), one with an offer
 * that is refused, IKEv2, aggressive mode, and what is nothing at all.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
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
#define SECONDS 2.0
#define ADDRESSES (1u << 22)

struct bench {
	uv_loop_t loop;
	struct env_uv world;
	struct ike_world ike; /* its configuration */
	struct gateway *gw;
	struct trace trace;
	struct initiator_message message;
	unsigned n;
	uint64_t heard, answered;
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

struct flood {
	struct bench *b;
	uint16_t port;
	atomic_bool over;
};

/* From all addresses of 127.0.0.0/10, as fast as it goes. */
static void *send_all(void *arg)
{
	struct flood *f = arg;
	int fd = socket(AF_INET, SOCK_DGRAM, 0), yes = 1;
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(4999)};
	static uint8_t copy[SENT_AT_ONCE][INITIATOR_MSG];
	struct mmsghdr m[SENT_AT_ONCE];
	struct iovec part[SENT_AT_ONCE][2];
	struct sock_ends ends[SENT_AT_ONCE];
	struct path path = {.remote = {addr_v4(INADDR_LOOPBACK), f->port}};

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof any) < 0)
		abort();
	while (!atomic_load(&f->over)) {
		for (size_t i = 0; i < SENT_AT_ONCE; i++) {
			path.local.addr = addr_v4(0x7f000002 + next(f->b));
			memcpy(copy[i], f->b->message.b, f->b->message.len);
			part[i][0] = (struct iovec){copy[i], f->b->message.len};
			sock_to_send(&m[i].msg_hdr, &ends[i], part[i], 1, &path, 0);
		}
		sendmmsg(fd, m, SENT_AT_ONCE, 0);
	}
	close(fd);
	return NULL;
}

static void heard(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct bench *b = arg;

	b->heard++;
	gateway_ike(b->gw, path, msg, len);
}

static void over(uv_timer_t *t)
{
	uv_stop(t->loop);
}

static void by_socket(size_t kind)
{
	static struct bench b;
	static struct ike_socket s;
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof a;
	struct flood f = {.b = &b};
	uv_timer_t end;
	pthread_t sender;
	double cpu;

	setup(&b, INADDR_LOOPBACK);
	b.world.udp500 = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	sock_prepare(b.world.udp500);
	if (bind(b.world.udp500, (struct sockaddr *)&a, sizeof a) < 0 ||
	    getsockname(b.world.udp500, (struct sockaddr *)&a, &len) < 0)
		abort();
	f.port = ntohs(a.sin_port);
	kinds[kind].make(&b);
	ike_socket_start(&s, &b.loop, b.world.udp500, heard, &b);
	uv_timer_init(&b.loop, &end);
	uv_timer_start(&end, over, (uint64_t)(SECONDS * 1000), 0);
	pthread_create(&sender, NULL, send_all, &f);
	cpu = cpu_now();
	uv_run(&b.loop, UV_RUN_DEFAULT);
	cpu = cpu_now() - cpu;
	atomic_store(&f.over, true);
	pthread_join(sender, NULL);
	printf("%-28s by socket   %8.0f /core-s, %.0f%% of the time\n", kinds[kind].what,
	    (double)b.heard / cpu, 100 * cpu / SECONDS);
	ike_socket_stop(&s);
	uv_close((uv_handle_t *)&end, NULL);
	teardown(&b);
	close(b.world.udp500);
}

/* `bench_strangers KIND`: that one alone, for a profile. */
int main(int argc, char **argv)
{
	if (argc > 1) {
		(argc > 2 ? by_socket : alone)((size_t)atoi(argv[1]));
		return 0;
	}
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		alone(k);
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		by_socket(k);
	return 0;
}
