/* The real world of one test client; see net.h. It owns the sockets and the timer heap. */
#include "tests/win/net.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "engine/wire/wire.h"

static const uint16_t PORT[NET_SOCKETS] = {500, 4500, 0, 0};

static uint64_t net_now(struct env *e)
{
	struct timespec t;

	(void)e;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SEC + (uint64_t)t.tv_nsec / 1000;
}

static int64_t net_wall(struct env *e)
{
	(void)e;
	return time(NULL);
}

static void net_random(struct env *e, void *to, size_t len)
{
	uint8_t *p = to;

	(void)e;
	while (len > 0) {
		ssize_t n = getrandom(p, len, 0);

		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
}

static void net_offload(struct env *e, struct job *job)
{
	(void)e;
	job->work(job);
	job->done(job);
}

static void net_send(struct env *e, const struct path *path, const void *msg, size_t len)
{
	struct net *n = container_of(e, struct net, env);
	bool float_port = path->local.port == PORT[NET_4500];
	uint8_t buf[8192];
	struct wr w = wr_init(buf, sizeof buf);

	if (float_port)
		wr_u32(&w, 0);
	wr_bytes(&w, msg, len);
	if (!w.full)
		(void)!send(n->watch[float_port ? NET_4500 : NET_500].fd, buf, wr_len(&w), 0);
}

static struct sockaddr_in sockaddr(const struct addr *a, uint16_t port)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(port)};

	sa.sin_addr.s_addr = a->v4;
	return sa;
}

static bool open_one(struct net *n, int epoll, enum net_socket which, bool nat)
{
	struct sockaddr_in server = sockaddr(&n->server, PORT[which]);
	struct sockaddr_in local = sockaddr(&n->local, nat ? 0 : PORT[which]);
	socklen_t len = sizeof local;
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = &n->watch[which]};
	int fd = which == NET_ESP
		     ? socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ESP)
		     : socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	n->watch[which] = (struct net_watch){n, fd};
	if (fd < 0 || bind(fd, (struct sockaddr *)&local, sizeof local) ||
	    connect(fd, (struct sockaddr *)&server, sizeof server) ||
	    getsockname(fd, (struct sockaddr *)&local, &len))
		return false;
	n->local.family = AF_INET;
	n->local.v4 = local.sin_addr.s_addr;
	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &ev) == 0;
}

bool net_open(struct net *n, int epoll, const struct addr *local, const struct addr *server,
    bool nat, const struct net_ops *ops, void *owner)
{
	memset(n, 0, sizeof *n);
	n->env = (struct env){.now = net_now,
	    .wall = net_wall,
	    .random = net_random,
	    .send = net_send,
	    .offload = net_offload};
	for (int i = 0; i < NET_SOCKETS; i++)
		n->watch[i].fd = -1;
	n->local = *local;
	n->server = *server;
	n->ops = ops;
	n->owner = owner;
	for (int i = 0; i < (nat ? NET_ESP : NET_TUN); i++) {
		if (!open_one(n, epoll, (enum net_socket)i, nat)) {
			int e = errno;

			net_close(n);
			errno = e;
			return false;
		}
	}
	return true;
}

void net_close(struct net *n)
{
	for (int i = 0; i < NET_SOCKETS; i++)
		if (n->watch[i].fd >= 0)
			close(n->watch[i].fd);
	timer_fini(&n->env);
}

void net_send_esp(struct net *n, bool udp, const uint8_t *esp, size_t len)
{
	(void)!send(n->watch[udp ? NET_4500 : NET_ESP].fd, esp, len, 0);
}

/* The address and the MTU of a device, which is up from then on. */
static bool set_up(struct ifreq *q, const struct addr *a, unsigned mtu)
{
	struct sockaddr_in sa = sockaddr(a, 0);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), error;
	bool ok;

	memcpy(&q->ifr_addr, &sa, sizeof sa);
	ok = fd >= 0 && ioctl(fd, SIOCSIFADDR, q) == 0;
	q->ifr_mtu = (int)mtu;
	ok = ok && ioctl(fd, SIOCSIFMTU, q) == 0;
	q->ifr_flags = IFF_UP | IFF_NOARP | IFF_POINTOPOINT;
	ok = ok && ioctl(fd, SIOCSIFFLAGS, q) == 0;
	error = errno;
	close(fd);
	errno = error;
	return ok;
}

bool net_tun(struct net *n, int epoll, const char *name, const struct addr *a, unsigned mtu)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = &n->watch[NET_TUN]};
	struct ifreq q = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	n->watch[NET_TUN] = (struct net_watch){n, fd};
	snprintf(q.ifr_name, sizeof q.ifr_name, "%s", name);
	return fd >= 0 && ioctl(fd, TUNSETIFF, &q) == 0 && set_up(&q, a, mtu) &&
	    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &ev) == 0;
}

void net_send_tun(struct net *n, const uint8_t *ip, size_t len)
{
	(void)!write(n->watch[NET_TUN].fd, ip, len);
}

/* A raw socket hands the IP header over as well. */
static void plain_esp(struct net *n, struct rd *r)
{
	unsigned header = (rd_u8(r) & 15u) * 4;

	rd_skip(r, header ? header - 1 : 0);
	if (!r->bad)
		n->ops->esp(n->owner, r->p, rd_left(r));
}

/* RFC 3948 2: a zero marker says IKE, one byte is a keepalive, the rest is ESP. */
static void in_4500(struct net *n, const struct path *path, struct rd *r)
{
	struct rd peek = *r;

	if (rd_u32(&peek) == 0 && !peek.bad)
		n->ops->ike(n->owner, path, peek.p, rd_left(&peek));
	else if (!peek.bad)
		n->ops->esp(n->owner, r->p, rd_left(r));
}

void net_readable(struct net_watch *w)
{
	struct net *n = w->net;
	enum net_socket which = (enum net_socket)(w - n->watch);
	struct path path = {{n->local, PORT[which]}, {n->server, PORT[which]}};
	uint8_t buf[8192];
	ssize_t got;

	while ((got = read(w->fd, buf, sizeof buf)) >= 0) {
		struct rd r = rd_init(buf, (size_t)got);

		if (which == NET_TUN)
			n->ops->tun(n->owner, buf, (size_t)got);
		else if (which == NET_ESP)
			plain_esp(n, &r);
		else if (which == NET_4500)
			in_4500(n, &path, &r);
		else
			n->ops->ike(n->owner, &path, buf, (size_t)got);
	}
}
