/*
 * ping: echo requests one after the other, a mark for each: `!` an answer, `?`
 * none in time, `U` the destination cannot be reached, `&` the time to live has
 * passed, `Q` a quench, `C` an answer with other data.
 */
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <unistd.h>

#include "engine/child/child.h"
#include "engine/child/tasks.h"

#define MARKS_A_LINE 70

struct ping {
	struct prober *p;
	const struct msg_keep_ping *q;
	struct addr target;
	uint16_t id;
	uint32_t sent, received, marks;
	uint64_t least, most, sum; /* microseconds */
	uint8_t echo[65536];
};

static void mark(struct ping *g, char c)
{
	char text[2] = {c, '\n'};

	stream_send(g->p->stream, STREAM_TEXT, text, ++g->marks % MARKS_A_LINE ? 1 : 2);
}

static void count(struct ping *g, uint64_t took)
{
	if (!g->received || took < g->least)
		g->least = took;
	if (took > g->most)
		g->most = took;
	g->sum += took;
	g->received++;
}

/* Is the packet an answer to the last request? Errors of our own kernel say only that nobody
 * answered. */
static bool is_answer(const struct ping *g, const struct icmp_heard *h)
{
	return h->protocol == IPPROTO_ICMP && h->id == g->id && h->sequence == (uint16_t)g->sent &&
	       addr_equal(&h->target, &g->target) &&
	       (h->type == ICMP_ECHOREPLY || !probe_is_own(h));
}

static bool is_same(const struct ping *g, const struct icmp_heard *h, size_t len)
{
	return h->len == len && memcmp(h->data, g->echo + ICMP_ECHO_HEAD, len) == 0;
}

/* The mark of an answer. */
static char mark_of(struct ping *g, const struct icmp_heard *h, uint64_t took)
{
	switch (h->type) {
	case ICMP_ECHOREPLY:
		if (g->q->validate && !is_same(g, h, g->q->size - IPV4_HEAD - ICMP_ECHO_HEAD))
			return 'C';
		count(g, took);
		return '!';
	case ICMP_TIME_EXCEEDED:
		return '&';
	case ICMP_SOURCE_QUENCH:
		return 'Q';
	default:
		return 'U';
	}
}

static void wait_for_it(struct ping *g, uint64_t start)
{
	uint64_t until = start + g->q->timeout * 1000000ull;
	struct icmp_heard h;

	for (;;) {
		switch (probe_wait(g->p, until, &h)) {
		case PROBE_STOPPED:
			return;
		case PROBE_LATE:
			mark(g, '?');
			return;
		case PROBE_HEARD:
			if (!is_answer(g, &h))
				continue;
			mark(g, mark_of(g, &h, probe_now() - start));
			return;
		}
	}
}

/* False: there is no way there, and no use in trying on. */
static bool send_one(struct ping *g)
{
	size_t len = g->q->size - IPV4_HEAD;

	g->sent++;
	icmp_echo(g->echo, len, g->id, (uint16_t)g->sent, g->q->pattern);
	if (probe_send(g->p->icmp, &g->target, 0, g->echo, len))
		return true;
	if (errno != ENETUNREACH && errno != EHOSTUNREACH && errno != EACCES && errno != EMSGSIZE)
		return true; /* no room just now, as if it were lost */
	if (errno == EACCES || errno == EMSGSIZE)
		stream_say(g->p->stream, STREAM_TEXT, "ERROR: %s\n", strerror(errno));
	else
		stream_say(g->p->stream, STREAM_TEXT, "No route to host %s\n", g->q->host);
	return false;
}

static unsigned ms(uint64_t microseconds)
{
	return microseconds < 1000 ? 1 : (unsigned)((microseconds + 500) / 1000);
}

static void summary(const struct ping *g)
{
	int out = g->p->stream;

	stream_say(out, STREAM_TEXT, "%sSuccess rate is %u percent (%u/%u)",
	    g->marks % MARKS_A_LINE || !g->marks ? "\n" : "",
	    g->sent ? (unsigned)(g->received * 100ull / g->sent) : 0, g->received, g->sent);
	if (g->received)
		stream_say(out, STREAM_TEXT, ", round-trip min/avg/max = %u/%u/%u ms", ms(g->least),
		    ms(g->sum / g->received), ms(g->most));
	stream_send(out, STREAM_TEXT, "\n", 1);
	stream_send(out, STREAM_END, "", 0);
}

int ping_run(struct prober *p, const struct msg_keep_ping *q)
{
	static struct ping g;
	char text[ADDR_TEXT_MAX];

	g = (struct ping){.p = p, .q = q, .id = (uint16_t)getpid()};
	if (!probe_resolve(q->host, &g.target)) {
		stream_say(p->stream, STREAM_FAILED, "ERROR: %% Invalid Hostname");
		return 0;
	}
	if (!probe_bind(p->icmp, &q->source) || !child_only_packets()) {
		stream_say(p->stream, STREAM_FAILED, "ERROR: %s", strerror(errno));
		return 0;
	}
	stream_say(p->stream, STREAM_TEXT,
	    "Type escape sequence to abort.\n"
	    "Sending %u, %u-byte ICMP Echos to %s, timeout is %u seconds:\n",
	    q->repeat, q->size, addr_text(&g.target, text), q->timeout);
	while (g.sent < q->repeat && !p->stopped) {
		uint64_t start = probe_now();

		if (!send_one(&g))
			break;
		wait_for_it(&g, start);
	}
	summary(&g);
	return 0;
}
