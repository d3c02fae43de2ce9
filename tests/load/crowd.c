/* Many clients of one gateway; see crowd.h. */
#include "tests/load/crowd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define HOLD (3600 * SEC)
#define LIMIT (60 * SEC)
#define LOOK (5 * MSEC) /* between two looks at all timers */
#define LEAVING (12 * SEC)
#define EVENTS 256
#define FILES_EACH 3

uint64_t crowd_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SEC + (uint64_t)t.tv_nsec / 1000;
}

static void on_ike(void *owner, const uint8_t *msg, size_t len)
{
	struct client *c = owner;

	c->net.ops->ike(c->net.owner, &c->path, msg, len);
}

static void on_l2tp(void *owner, const uint8_t *msg, size_t len)
{
	lac_receive(((struct client *)owner)->lac, msg, len);
}

static const struct end_ops OPS = {on_ike, on_l2tp};

static bool raise_limit(unsigned n)
{
	rlim_t need = (rlim_t)n * FILES_EACH + 64;
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l))
		return false;
	if (l.rlim_cur >= need)
		return true;
	l.rlim_cur = need;
	l.rlim_max = l.rlim_max < need ? need : l.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &l) == 0;
}

/* The options of all that come from one address. */
static void variant(struct crowd *w, const struct client_options *o, unsigned i)
{
	struct client_options *v = &w->options[i];

	*v = *o;
	v->like = &w->like;
	v->hold = HOLD;
	v->computers = true;
	v->limit = LIMIT;
	v->user = w->user[i];
	if (w->addresses > 1)
		snprintf(w->user[i], CROWD_USER, "%s%u", o->user, i);
	else
		snprintf(w->user[i], CROWD_USER, "%s", o->user);
	if (o->source.family)
		v->source = addr_v4(addr_to_v4(&o->source) + i);
}

bool crowd_create(struct crowd *w, const struct crypto *crypto, struct crypt *crypt,
    const struct client_options *o, unsigned n, unsigned addresses, enum cipher cipher)
{
	*w = (struct crowd){.world = {epoll_create1(EPOLL_CLOEXEC), crypto, crypt},
	    .addresses = addresses, .like = *personality_find("windows-10"),
	    .offer = {cipher, HASH_SHA1, 0}, .n = n};
	w->like.p2 = &w->offer;
	w->like.n_p2 = 1;
	w->like.p2_kilobytes = 0; /* load is no reason to renew */
	w->options = calloc(addresses, sizeof *w->options);
	w->user = calloc(addresses, sizeof *w->user);
	w->client = calloc(n, sizeof *w->client);
	w->end = calloc(n, sizeof *w->end);
	if (!w->options || !w->user || !w->client || !w->end || w->world.epoll < 0)
		return false;
	for (unsigned i = 0; i < addresses; i++)
		variant(w, o, i);
	return raise_limit(n);
}

void crowd_turn(struct crowd *w, int timeout_ms)
{
	struct epoll_event ev[EVENTS];
	int n = epoll_wait(w->world.epoll, ev, EVENTS, timeout_ms);

	for (int i = 0; i < n; i++)
		net_readable(ev[i].data.ptr);
	if (crowd_now() - w->looked < LOOK)
		return;
	w->looked = crowd_now();
	memset(w->in_state, 0, sizeof w->in_state);
	for (unsigned i = 0; i < w->n; i++) {
		struct client *c = &w->client[i];

		if (!c->w)
			continue;
		timer_run(&c->net.env);
		w->in_state[c->state]++;
	}
}

static bool make_end(struct end *e, struct client *c, unsigned i)
{
	uint32_t host = 0x0a0a0a0a, user = addr_to_v4(&c->ip.client);

	*e = (struct end){.tunnel = &c->tunnel,
	    .fd = c->net.watch[c->tunnel.udp_encap ? NET_4500 : NET_ESP].fd,
	    .udp = c->tunnel.udp_encap,
	    .tunnel_id = lac_server_tunnel(c->lac),
	    .session_id = lac_server_session(c->lac),
	    .up = {.from = user, .to = host, .from_port = (uint16_t)(20000 + i), .to_port = 9},
	    .down = {.from = host, .to = user, .from_port = 9, .to_port = (uint16_t)(20000 + i)},
	    .ops = &OPS,
	    .owner = c};
	return end_prepare(e);
}

/* Clients that began and are not up yet. */
static void fill(struct crowd *w, unsigned *started, unsigned at_a_time)
{
	while (*started < w->n && w->in_state[CLIENT_CONNECTING] < at_a_time) {
		if (!client_start(&w->client[*started], &w->world,
			&w->options[*started % w->addresses], *started)) {
			perror("load: a client's sockets");
			w->client[*started].w = NULL;
			w->n = *started;
			return;
		}
		++*started;
		w->in_state[CLIENT_CONNECTING]++;
	}
}

unsigned crowd_connect(struct crowd *w, unsigned at_a_time)
{
	unsigned started = 0, up = 0;

	fill(w, &started, at_a_time);
	while (started < w->n || w->in_state[CLIENT_CONNECTING]) {
		crowd_turn(w, 1);
		fill(w, &started, at_a_time);
	}
	for (unsigned i = 0; i < w->n; i++) {
		struct client *c = &w->client[i];

		if (c->state == CLIENT_UP && make_end(&w->end[up], c, i))
			up++;
		else if (up == i) /* the first of them says why */
			fprintf(stderr, "load: client %u: %s\n", i,
			    c->failure ? c->failure : "socket");
	}
	return up;
}

void crowd_leave(struct crowd *w)
{
	uint64_t until = crowd_now() + LEAVING;

	for (unsigned i = 0; i < w->n; i++)
		if (w->end[i].tunnel)
			end_release(&w->end[i]);
	for (unsigned i = 0; i < w->n; i++) {
		struct client *c = &w->client[i];

		if (c->state != CLIENT_UP)
			continue;
		c->leave_at = 0;
		timer_start(&c->net.env, &c->timer, 0);
	}
	while (w->in_state[CLIENT_GONE] < w->n && crowd_now() < until)
		crowd_turn(w, 1);
}

void crowd_destroy(struct crowd *w)
{
	for (unsigned i = 0; w->client && i < w->n; i++)
		if (w->client[i].w)
			client_end(&w->client[i]);
	free(w->client);
	free(w->end);
	free(w->options);
	free(w->user);
	if (w->world.epoll >= 0)
		close(w->world.epoll);
}
