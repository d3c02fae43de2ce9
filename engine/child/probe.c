/* Sockets and time of a child that sends probes. */
#include "engine/child/probe.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

bool probe_resolve(const char *host, struct addr *a)
{
	const struct addrinfo want = {.ai_family = AF_INET, .ai_socktype = SOCK_DGRAM};
	struct addrinfo *found;

	if (addr_parse(host, a))
		return a->family == AF_INET;
	if (getaddrinfo(host, NULL, &want, &found) != 0)
		return false;
	*a = (struct addr){.family = AF_INET};
	a->v4 = ((const struct sockaddr_in *)(const void *)found->ai_addr)->sin_addr.s_addr;
	freeaddrinfo(found);
	return true;
}

uint64_t probe_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static struct sockaddr_in name_of(const struct addr *a, uint16_t port)
{
	struct sockaddr_in s = {.sin_family = AF_INET, .sin_port = htons(port)};

	s.sin_addr.s_addr = a->v4;
	return s;
}

bool probe_bind(int fd, const struct addr *source)
{
	struct sockaddr_in s = name_of(source, 0);

	return !source->family || bind(fd, (struct sockaddr *)(void *)&s, sizeof s) == 0;
}

bool probe_send(int fd, const struct addr *to, uint16_t port, const void *data, size_t len)
{
	struct sockaddr_in s = name_of(to, port);

	return sendto(fd, data, len, 0, (struct sockaddr *)(void *)&s, sizeof s) == (ssize_t)len;
}

/* The manager sends nothing but the end. */
static void look_at_stream(struct prober *p, short events)
{
	char c;

	if (events && read(p->stream, &c, 1) <= 0)
		p->stopped = true;
}

enum probe_end probe_wait(struct prober *p, uint64_t until, struct icmp_heard *h)
{
	for (;;) {
		struct pollfd fds[2] = {
		    {.fd = p->icmp, .events = POLLIN}, {.fd = p->stream, .events = POLLIN}};
		uint64_t now = probe_now();
		int n = now >= until ? 0 : poll(fds, 2, (int)((until - now + 999) / 1000));

		if (n < 0 && errno != EINTR)
			return PROBE_LATE;
		if (n == 0)
			return PROBE_LATE;
		if (n < 0)
			continue;
		look_at_stream(p, fds[1].revents);
		if (p->stopped)
			return PROBE_STOPPED;
		if (fds[0].revents) {
			ssize_t len = recv(p->icmp, p->packet, sizeof p->packet, MSG_DONTWAIT);

			if (len > 0 && icmp_read(p->packet, (size_t)len, h))
				return PROBE_HEARD;
		}
	}
}

bool probe_is_own(const struct icmp_heard *h)
{
	return addr_equal(&h->from, &h->to);
}
