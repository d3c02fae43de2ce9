/* Windows of load; see round.h. */
#include "tests/load/round.h"

#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS 64
#define AT_ONCE 128
#define NAP 100       /* microseconds between two looks at queues */
#define PATIENCE 30000 /* naps without anything, then the rest is lost */
#define PROBES 20      /* until the gateway knows the way to a user and back ... */
#define PROBED 1000    /* ... naps each */
#define HOST UINT32_MAX

bool gateway_watch(struct gateway *g)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.u32 = HOST};

	g->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (g->epoll < 0 || epoll_ctl(g->epoll, EPOLL_CTL_ADD, g->host.fd, &ev))
		return false;
	for (unsigned i = 0; i < g->n; i++) {
		ev.data.u32 = i;
		g->by_address[g->end[i].up.from & 0xffff] = &g->end[i];
		if (epoll_ctl(g->epoll, EPOLL_CTL_ADD, g->end[i].fd, &ev))
			return false;
	}
	return true;
}

struct stream *gateway_stream(void *gateway, uint32_t from)
{
	struct end *e = ((struct gateway *)gateway)->by_address[from & 0xffff];

	return e && e->up.from == from ? &e->up : NULL;
}

/* Takes what is there. Nobody waits in the queues: waking us for each packet would be the gateway's
 * work, which hosts that are elsewhere do not make for it. */
static bool take(struct gateway *g, struct tally *t)
{
	struct epoll_event ev[EVENTS];
	int n = epoll_wait(g->epoll, ev, EVENTS, 0);

	for (int i = 0; i < n; i++) {
		if (ev[i].data.u32 == HOST)
			t->up += host_receive(&g->host, gateway_stream, g);
		else
			t->down += end_receive(g->bench, &g->end[ev[i].data.u32]);
	}
	if (n <= 0)
		usleep(NAP);
	return n > 0;
}

static unsigned send_run(struct gateway *g, const struct plan *p, struct end *e, unsigned n)
{
	unsigned left = n;

	if (p->down)
		n = host_send(&g->host, &e->down, left, p->trains);
	for (unsigned k; p->up && left > 0; left -= k) {
		unsigned most = left < CRYPT_BATCH ? left : CRYPT_BATCH;

		k = end_send(g->bench, e, most < END_TRAIN ? most : END_TRAIN, p->trains);
		if (k == 0)
			break;
	}
	return p->up && left ? 0 : n;
}

/* A window's packets; those that could not be sent are in no queue. */
static unsigned send_window(struct gateway *g, const struct plan *p)
{
	unsigned sent = 0;

	while (sent < p->window) {
		unsigned k = p->window - sent < p->run ? p->window - sent : p->run;

		if (send_run(g, p, &g->end[g->next], k) != k)
			break;
		g->next = (g->next + 1) % g->n;
		sent += k;
	}
	return sent;
}

static uint64_t give_up(struct gateway *g)
{
	uint64_t lost = 0;

	for (unsigned i = 0; i < g->n; i++)
		lost += stream_give_up(&g->end[i].up) + stream_give_up(&g->end[i].down);
	return lost;
}

/* One packet each way of a user, without a claim that it comes through. */
static bool probe(struct gateway *g, struct end *e)
{
	struct tally t = {0};

	if (!end_send(g->bench, e, 1, false) || !host_send(&g->host, &e->down, 1, false))
		return false;
	for (int naps = 0; t.up + t.down < 2 && naps < PROBED; naps++)
		take(g, &t);
	stream_give_up(&e->up);
	stream_give_up(&e->down);
	e->up.disordered = e->down.disordered = 0;
	return t.up + t.down == 2;
}

static bool reach(struct gateway *g, struct end *e, const struct stream_shape *shape)
{
	e->up.shape = e->down.shape = *shape;
	for (int i = 0; i < PROBES; i++)
		if (probe(g, e))
			return true;
	return false;
}

bool round_reach(struct gateway *g, const struct stream_shape *shape)
{
	bool ok = true;

	for (unsigned i = 0; i < g->n && ok; i++)
		ok = reach(g, &g->end[i], shape);
	return ok;
}

bool round_window(struct gateway *g, const struct plan *p, struct tally *t)
{
	struct tally was = *t;
	unsigned sent;
	int silent = 0;

	if (!p->flows)
		meter_hold(&g->meter, true);
	sent = send_window(g, p);
	if (!p->flows)
		meter_hold(&g->meter, false);
	t->unsent += p->window - sent;
	while (((p->up && t->up - was.up < sent) || (p->down && t->down - was.down < sent)) &&
	       silent < PATIENCE)
		silent = take(g, t) ? 0 : silent + 1;
	if (silent < PATIENCE && sent == p->window)
		return true;
	t->lost += give_up(g);
	return false;
}

/* One packet of the connection of each of these users, and the wait until all have come. */
static bool open_some(struct gateway *g, unsigned from, unsigned to, bool up, uint8_t say)
{
	struct tally t = {0};
	unsigned open = 0;

	for (unsigned i = from; i < to; i++) {
		struct end *e = &g->end[i];
		struct stream *s = up ? &e->up : &e->down;

		s->open = false;
		s->say = say;
		if (up ? !end_send(g->bench, e, 1, false) : !host_send(&g->host, s, 1, false))
			return false;
	}
	for (int naps = 0; open < to - from && naps < PATIENCE; naps++) {
		open = 0;
		take(g, &t);
		for (unsigned i = from; i < to; i++)
			open += (up ? &g->end[i].up : &g->end[i].down)->open;
	}
	return open == to - from;
}

/* Of all users, no more at a time than a gateway's queue holds. */
static bool opening(struct gateway *g, bool up, uint8_t say)
{
	bool ok = true;

	for (unsigned i = 0; i < g->n && ok; i += AT_ONCE)
		ok = open_some(g, i, i + AT_ONCE < g->n ? i + AT_ONCE : g->n, up, say);
	return ok;
}

/* TCP's handshake, up to what the first data acknowledges. */
static bool connections(struct gateway *g)
{
	g->connected = opening(g, true, STREAM_SYN) && opening(g, false, STREAM_SYN_ACK);
	return g->connected;
}

static void shape(struct gateway *g, const struct plan *p)
{
	for (unsigned i = 0; i < g->n; i++) {
		stream_give_up(&g->end[i].up);
		stream_give_up(&g->end[i].down);
		g->end[i].up.shape = g->end[i].down.shape = p->shape;
	}
}

bool round_block(struct gateway *g, const struct plan *p, unsigned windows, struct tally *t)
{
	uint64_t from;
	bool ok;

	shape(g, p);
	ok = !p->shape.tcp || g->connected || connections(g);
	from = meter_cpu(&g->meter);
	for (unsigned i = 0; i < windows && ok; i++)
		ok = round_window(g, p, t);
	t->cpu += meter_cpu(&g->meter) - from;
	return ok;
}

struct faults gateway_faults(const struct gateway *g)
{
	struct faults f = {.strange = g->host.strange};

	for (unsigned i = 0; i < g->n; i++) {
		const struct end *e = &g->end[i];

		f.damaged += e->up.damaged + e->down.damaged;
		f.disordered += e->up.disordered + e->down.disordered + e->disordered;
		f.bad += e->bad;
	}
	return f;
}
