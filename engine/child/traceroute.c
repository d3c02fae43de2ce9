/*
 * traceroute: probes whose time to live grows, and who says that it has passed.
 * UDP to ports that nobody listens on, or echo requests.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/child/stream.h"
#include "engine/child/tasks.h"

#define ECHO_LEN 32
#define NAMES_PATIENCE 900000 /* microseconds; who is slower is not asked again */

struct trace {
	struct prober *p;
	const struct msg_keep_traceroute *q;
	struct addr target;
	int udp;
	uint16_t id; /* of the echo requests, or the port that UDP comes from */
	uint16_t probe;
	bool nameless; /* the name server does not answer */
	bool reached;
	struct addr shown; /* whose answer the line has last */
};

/* What UDP's destination port or the sequence of an echo says. */
static uint16_t sequence(const struct trace *t)
{
	return t->q->icmp ? t->probe : (uint16_t)(t->q->port + t->probe);
}

static bool send_probe(const struct trace *t, int ttl)
{
	int fd = t->q->icmp ? t->p->icmp : t->udp;
	uint8_t data[ECHO_LEN] = {0};

	if (setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl) < 0)
		return false;
	if (t->q->icmp)
		icmp_echo(data, sizeof data, t->id, t->probe, 0xabcd);
	return probe_send(fd, &t->target, t->q->icmp ? 0 : sequence(t), data, sizeof data);
}

static bool is_answer(const struct trace *t, const struct icmp_heard *h)
{
	return h->protocol == (t->q->icmp ? IPPROTO_ICMP : IPPROTO_UDP) && h->id == t->id &&
	       h->sequence == sequence(t) && addr_equal(&h->target, &t->target) &&
	       (h->type == ICMP_ECHOREPLY || !probe_is_own(h));
}

/* Who it is; a name first, when there is one and it is wanted. */
static void show_host(struct trace *t, const struct addr *a)
{
	struct sockaddr_in s = {.sin_family = AF_INET};
	char text[ADDR_TEXT_MAX], name[NI_MAXHOST];
	uint64_t start = probe_now();
	bool named;

	s.sin_addr.s_addr = a->v4;
	named = !t->q->numeric && !t->nameless &&
		getnameinfo((struct sockaddr *)(void *)&s, sizeof s, name, sizeof name, NULL, 0,
		    NI_NAMEREQD) == 0;
	t->nameless = t->nameless || probe_now() - start > NAMES_PATIENCE;
	if (named)
		stream_say(t->p->stream, STREAM_TEXT, " %s (%s)", name, addr_text(a, text));
	else
		stream_say(t->p->stream, STREAM_TEXT, " %s", addr_text(a, text));
	t->shown = *a;
}

/* What an unreachable destination says behind its time: nothing when the port was the end. */
static const char *why(const struct icmp_heard *h)
{
	if (h->type != ICMP_DEST_UNREACH)
		return "";
	switch (h->code) {
	case ICMP_PORT_UNREACH:
		return "";
	case ICMP_NET_UNREACH:
		return " !N";
	case ICMP_PROT_UNREACH:
		return " !P";
	case ICMP_NET_ANO:
	case ICMP_HOST_ANO:
	case ICMP_PKT_FILTERED:
		return " !A";
	default:
		return " !H";
	}
}

static void show_answer(struct trace *t, const struct icmp_heard *h, uint64_t took)
{
	if (!addr_equal(&h->from, &t->shown))
		show_host(t, &h->from);
	stream_say(t->p->stream, STREAM_TEXT, " %u msec%s", (unsigned)(took / 1000), why(h));
	if (h->type != ICMP_TIME_EXCEEDED)
		t->reached = true;
}

static void wait_for_it(struct trace *t, uint64_t start)
{
	struct icmp_heard h;
	enum probe_end end;

	do
		end = probe_wait(t->p, start + t->q->timeout * 1000000ull, &h);
	while (end == PROBE_HEARD && !is_answer(t, &h));
	if (end == PROBE_LATE)
		stream_say(t->p->stream, STREAM_TEXT, " *");
	else if (end == PROBE_HEARD)
		show_answer(t, &h, probe_now() - start);
}

/* False: there is no way to send anything there. */
static bool hop(struct trace *t, uint32_t ttl)
{
	t->shown = (struct addr){0};
	stream_say(t->p->stream, STREAM_TEXT, "%2u  ", ttl);
	for (uint32_t i = 0; i < t->q->probes && !t->p->stopped; i++) {
		uint64_t start = probe_now();

		t->probe++;
		if (!send_probe(t, (int)ttl) && (errno == ENETUNREACH || errno == EACCES)) {
			stream_say(t->p->stream, STREAM_TEXT, " No route to host\n");
			return false;
		}
		wait_for_it(t, start);
	}
	stream_say(t->p->stream, STREAM_TEXT, "\n");
	return true;
}

/* The port of its own that UDP leaves from. */
static bool open_udp(struct trace *t)
{
	struct sockaddr_in s = {.sin_family = AF_INET};
	struct addr any = {.family = AF_INET};
	socklen_t len = sizeof s;

	t->udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (t->udp < 0 || !probe_bind(t->udp, t->q->source.family ? &t->q->source : &any) ||
	    getsockname(t->udp, (struct sockaddr *)(void *)&s, &len) < 0)
		return false;
	t->id = ntohs(s.sin_port);
	return true;
}

int traceroute_run(struct prober *p, const struct msg_keep_traceroute *q)
{
	struct trace t = {.p = p, .q = q, .udp = -1, .id = (uint16_t)getpid()};
	char text[ADDR_TEXT_MAX];

	if (!probe_resolve(q->host, &t.target)) {
		stream_say(p->stream, STREAM_FAILED, "ERROR: %% Invalid Hostname");
		return 0;
	}
	if (!(q->icmp ? probe_bind(p->icmp, &q->source) : open_udp(&t))) {
		stream_say(p->stream, STREAM_FAILED, "ERROR: %s", strerror(errno));
		return 0;
	}
	stream_say(p->stream, STREAM_TEXT,
	    "\nType escape sequence to abort.\nTracing the route to %s\n\n",
	    addr_text(&t.target, text));
	for (uint32_t ttl = q->first; ttl <= q->last && !t.reached && !p->stopped; ttl++)
		if (!hop(&t, ttl))
			break;
	stream_send(p->stream, STREAM_END, "", 0);
	return 0;
}
