/*
 * Who holds how much; see shares.h. Two levels of groups, networks and their
 * addresses, each found by its number; every group knows its members as an array,
 * so that one can be drawn. Networks stand in an array by what they hold, those
 * with most first: a count changes by one, so a network changes places with the
 * first or the last of its equals.
 */
#include "engine/base/shares.h"

#include "engine/base/chains.h"

#include <stdlib.h>
#include <string.h>

#define FEW 2

/* An array that grows; the elements know their places. Most have few. */
struct members {
	void **v, *few[FEW];
	size_t n, room;
};

struct share_group {
	struct chain_link link;       /* by its number */
	size_t held;                 /* with all below */
	struct share_group *network; /* NULL: it is one */
	size_t place; /* of an address in its network, of a network among all by what they hold */
	struct members members;      /* a network's addresses, an address's shares */
};

struct shares {
	struct share_limits limit;
	struct members all;
	uint64_t state;
	struct chains networks, addresses;
	struct members by_held; /* all networks */
	size_t *at_least;       /* how many of them hold so much or more; [0] is not kept */
};

struct share_key share_key_of(const struct addr *a)
{
	uint64_t n = 0;

	if (a->family == AF_INET6) {
		for (size_t i = 0; i < 8; i++)
			n = n << 8 | a->b[i];
		return (struct share_key){n >> 16 | 1ULL << 48, n};
	}
	n = addr_to_v4(a);
	return (struct share_key){n >> 8, n};
}

static size_t below(struct shares *s, size_t n)
{
	s->state ^= s->state << 13;
	s->state ^= s->state >> 7;
	s->state ^= s->state << 17;
	return (size_t)(s->state % n);
}

/* ---- groups ------------------------------------------------------------------ */

static struct share_group *find(const struct chains *groups, uint64_t key)
{
	struct chain_link *l = chains_find(groups, key);

	return l ? container_of(l, struct share_group, link) : NULL;
}

static bool append(struct members *m, void *one, size_t *place)
{
	if (!m->v) {
		m->v = m->few;
		m->room = FEW;
	} else if (m->n == m->room) {
		bool moves = m->v == m->few;
		void **v = realloc(moves ? NULL : m->v, 2 * m->room * sizeof *v);

		if (!v)
			return false;
		if (moves)
			memcpy(v, m->few, sizeof m->few);
		m->v = v;
		m->room *= 2;
	}
	*place = m->n;
	m->v[m->n++] = one;
	return true;
}

/* What was last takes the place that is free; the caller tells it. */
static void *leave(struct members *m, size_t place)
{
	m->v[place] = m->v[--m->n];
	return place < m->n ? m->v[place] : NULL;
}

static void members_free(struct members *m)
{
	if (m->v != m->few)
		free(m->v);
}

static void swap(struct members *m, struct share_group *g, size_t with)
{
	struct share_group *other = m->v[with];

	m->v[g->place] = other;
	other->place = g->place;
	m->v[with] = g;
	g->place = with;
}

/* One more or less: it becomes the last of those above, or the first of those below. */
static void count_network(struct shares *s, struct share_group *net, bool more)
{
	if (more)
		swap(&s->by_held, net, s->at_least[++net->held]++);
	else
		swap(&s->by_held, net, --s->at_least[net->held--]);
}

static struct share_group *add(struct chains *groups, uint64_t key)
{
	struct share_group *g = calloc(1, sizeof *g);

	if (g)
		chains_add(groups, &g->link, key);
	return g;
}

static void drop(struct chains *groups, struct share_group *g)
{
	chains_remove(groups, &g->link);
	members_free(&g->members);
	free(g);
}

static struct share_group *network_get(struct shares *s, uint64_t key)
{
	struct share_group *g = find(&s->networks, key);

	if (g || !(g = add(&s->networks, key)))
		return g;
	if (append(&s->by_held, g, &g->place))
		return g;
	drop(&s->networks, g);
	return NULL;
}

static void network_drop(struct shares *s, struct share_group *g)
{
	if (g->held > 0 || g->members.n > 0)
		return;
	leave(&s->by_held, g->place); /* who holds nothing was last, and there is one of them */
	drop(&s->networks, g);
}

static struct share_group *address_get(struct shares *s, struct share_key key)
{
	struct share_group *g = find(&s->addresses, key.address), *net;

	if (g || !(net = network_get(s, key.network)))
		return g;
	g = add(&s->addresses, key.address);
	if (g) {
		g->network = net;
		if (append(&net->members, g, &g->place))
			return g;
		drop(&s->addresses, g);
	}
	network_drop(s, net);
	return NULL;
}

static void address_drop(struct shares *s, struct share_group *g)
{
	struct share_group *net = g->network, *moved;

	if (g->held > 0)
		return;
	moved = leave(&net->members, g->place);
	if (moved)
		moved->place = g->place;
	drop(&s->addresses, g);
	network_drop(s, net);
}

/* ---- life -------------------------------------------------------------------- */

/* With nothing in it. */
static void shares_free(struct shares *s)
{
	members_free(&s->all);
	members_free(&s->by_held);
	chains_fini(&s->networks);
	chains_fini(&s->addresses);
	free(s->at_least);
	free(s);
}

struct shares *shares_create(struct env *env, const struct share_limits *limit)
{
	struct shares *s = calloc(1, sizeof *s);
	uint64_t secret;
	bool ok;

	if (!s)
		return NULL;
	s->limit = *limit;
	s->at_least = calloc(limit->total + 1, sizeof *s->at_least);
	env->random(env, &secret, sizeof secret);
	env->random(env, &s->state, sizeof s->state);
	s->state |= 1;
	ok = chains_init(&s->networks, limit->total, secret);
	ok = chains_init(&s->addresses, limit->total, secret) && ok;
	if (ok && s->at_least)
		return s;
	shares_free(s);
	return NULL;
}

void shares_destroy(struct shares *s)
{
	if (!s)
		return;
	while (s->all.n)
		shares_give(s, s->all.v[s->all.n - 1]);
	shares_free(s);
}

/* ---- taking and giving ---------------------------------------------------------- */

static void step(struct shares *s, struct share_group *address, bool more)
{
	address->held = more ? address->held + 1 : address->held - 1;
	count_network(s, address->network, more);
}

bool shares_take(struct shares *s, struct share *one, struct share_key key)
{
	struct share_group *g;

	if (shares_victim(s, key) || !(g = address_get(s, key)))
		return false;
	if (!append(&s->all, one, &one->place)) {
		address_drop(s, g);
		return false;
	}
	if (!append(&g->members, one, &one->member)) {
		leave(&s->all, one->place);
		address_drop(s, g);
		return false;
	}
	one->group = g;
	step(s, g, true);
	return true;
}

void shares_give(struct shares *s, struct share *one)
{
	struct share_group *g = one->group;
	struct share *moved;

	if (!g)
		return;
	if ((moved = leave(&s->all, one->place)))
		moved->place = one->place;
	if ((moved = leave(&g->members, one->member)))
		moved->member = one->member;
	one->group = NULL;
	step(s, g, false);
	address_drop(s, g);
}

/* ---- who has to go ------------------------------------------------------------------ */

static struct share *draw(struct shares *s, struct share_group *address)
{
	return address->members.v[below(s, address->members.n)];
}

/* One of the addresses that hold most in this network, each as likely as the other. */
static struct share_group *greediest_address(struct shares *s, struct share_group *net)
{
	struct share_group *most = NULL;
	size_t equals = 0;

	for (size_t i = 0; i < net->members.n; i++) {
		struct share_group *g = net->members.v[i];

		if (!most || g->held > most->held)
			equals = 0;
		else if (g->held < most->held)
			continue;
		if (below(s, ++equals) == 0)
			most = g;
	}
	return most;
}

static struct share_group *greediest_network(struct shares *s)
{
	const struct share_group *first = s->by_held.v[0];

	return s->by_held.v[below(s, s->at_least[first->held])];
}

struct share *shares_victim(struct shares *s, struct share_key key)
{
	struct share_group *g = find(&s->addresses, key.address);
	struct share_group *net = find(&s->networks, key.network);

	if (s->limit.address && g && g->held >= s->limit.address)
		return draw(s, g);
	if (s->limit.network && net && net->held >= s->limit.network)
		return draw(s, greediest_address(s, net));
	if (s->all.n >= s->limit.total)
		return draw(s, greediest_address(s, greediest_network(s)));
	return NULL;
}

size_t shares_total(const struct shares *s)
{
	return s->all.n;
}

size_t shares_of(const struct shares *s, struct share_key key)
{
	const struct share_group *g = find(&s->addresses, key.address);

	return g ? g->held : 0;
}
