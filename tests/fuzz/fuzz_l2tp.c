/*
 * L2TP: the input is a sequence of datagrams, each behind its length in two
 * bytes, thrown at one server with two peers; the first byte of each chooses
 * the peer and how much time passes. A small PPP-less owner accepts calls. /
 */
#include <stdlib.h>
#include <string.h>

#include "engine/l2tp/l2tp.h"
#include "engine/wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct peer {
	int number;
};

static uint64_t clock_us, counter;

static uint64_t now(struct env *e)
{
	(void)e;
	return clock_us;
}

static int64_t wall(struct env *e)
{
	(void)e;
	return 0;
}

/* Small ids in order, so that the fuzzer can hit tunnels that exist. */
static void count(struct env *e, void *to, size_t len)
{
	(void)e;
	counter++;
	memset(to, 0, len);
	memcpy(to, &counter, len < sizeof counter ? len : sizeof counter);
}

static void out(
    void *owner, struct peer *p, uint16_t local, uint16_t remote, const uint8_t *msg, size_t len)
{
	struct rd r = rd_init(msg, len);

	(void)owner, (void)p, (void)local, (void)remote;
	if (len < 8 || (rd_u16(&r) & 0x4000 && rd_u16(&r) != len))
		abort(); /* what we send ourselves is well-formed */
}

static void *up(void *owner, struct peer *p, const struct l2tp_session_info *i)
{
	(void)owner, (void)p;
	return i->session & 1 ? malloc(1) : NULL;
}

static void ppp(void *owner, void *session, const uint8_t *frame, size_t len)
{
	uint8_t sum = 0;

	(void)owner, (void)session;
	for (size_t i = 0; i < len; i++)
		sum ^= frame[i];
	clock_us += sum & 1;
}

static void down(void *owner, void *session, enum reason why)
{
	(void)owner, (void)why;
	free(session);
}

static void tunnel_down(void *owner, struct peer *p, enum reason why)
{
	(void)owner, (void)p, (void)why;
}

static void sink(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	(void)arg, (void)cls, (void)level;
	if (strlen(text) > 4096)
		abort();
}

/* One server for all inputs, as its tables are large; every input leaves it empty. */
static struct {
	struct env env;
	struct trace trace;
	struct config config;
	struct peer peers[2];
	struct l2tp *l2tp;
} world;

static void build_world(void)
{
	static const struct l2tp_ops ops = {.send = out,
	    .session_up = up, .ppp = ppp, .session_down = down, .tunnel_down = tunnel_down};
	static char host[] = "gateway";

	world.env = (struct env){.now = now, .wall = wall, .random = count};
	world.trace = (struct trace){
	    .sink = sink, .level = {[TRACE_L2TP] = 127, [TRACE_L2TP_PACKET] = 127}};
	world.config = (struct config){.system = {.hostname = host, .hello = 60}};
	world.l2tp = l2tp_create(&world.env, &world.config, &world.trace, &ops, NULL);
	if (!world.l2tp)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rd r = rd_init(data, size);

	if (!world.l2tp)
		build_world();
	counter = 0;
	while (rd_left(&r) > 3) {
		uint8_t how = rd_u8(&r);
		size_t len = rd_u16(&r) % (rd_left(&r) + 1);
		uint8_t *exact = malloc(len ? len : 1);

		rd_copy(&r, exact, len);
		clock_us += (how >> 1) * (SEC / 4);
		timer_run(&world.env);
		l2tp_receive(world.l2tp,
		    &(struct l2tp_origin){&world.peers[how & 1], how >> 6, 1701, 1701, NULL}, exact,
		    len);
		free(exact);
	}
	l2tp_peer_gone(world.l2tp, &world.peers[0], REASON_ADMIN_RESET);
	l2tp_peer_gone(world.l2tp, &world.peers[1], REASON_ADMIN_RESET);
	timer_run(&world.env);
	if (l2tp_tunnels(world.l2tp) != 0 || timer_next(&world.env) != UINT64_MAX)
		abort();
	return 0;
}
