/*
 * struct walk: the way of one packet through struct firewall and a table of
 * routes. The order of the steps is that of the kernel's hooks
 * (Documentation/networking/netfilter of Linux; nft_filter.c and nft_nat.c make
 * the rules of these hooks). /
 */
#include "engine/firewall/walk.h"

#include <netinet/in.h>
#include <string.h>

#include "engine/firewall/policy.h"
#include "engine/net/acl_index.h"

struct walking {
	struct walk *w;
	const struct walk_world *world;
	const struct zone *in, *out;
	const char *in_device;
	const struct nat_rule *nat;
	enum nat_way way;
	struct nat_addresses addresses;
};

/* ---- routes --------------------------------------------------------------------------- */

/* The longest prefix, of these the lowest metric. */
const struct walk_route *walk_route(const struct walk_world *w, uint32_t dest)
{
	const struct walk_route *best = NULL;

	for (const struct walk_route *r = w->routes; r < w->routes + w->n_routes; r++)
		if ((dest & r->mask) == r->dest &&
		    (!best || r->mask > best->mask ||
			(r->mask == best->mask && r->metric < best->metric)))
			best = r;
	return best;
}

static bool is_client(const struct walk_route *r, uint32_t address)
{
	return r && r->kind == ROUTE_CLIENT && r->dest == address;
}

static bool address_of(void *arg, const char *device, uint32_t *address)
{
	const struct walk_world *w = arg;

	for (const struct walk_route *r = w->routes; r < w->routes + w->n_routes; r++)
		if (r->kind == ROUTE_LOCAL && !strcmp(r->device, device)) {
			*address = r->dest;
			return true;
		}
	return false;
}

/* Clients are behind the interface that they come by. */
const char *walk_out(const struct walk_world *w, const struct walk_route *r)
{
	const struct zone *clients = r->kind == ROUTE_CLIENT ? policy_clients(w->rules) : NULL;

	return clients ? clients->device : r->device;
}

/* ---- phases ------------------------------------------------------------------------------ */

static struct walk_phase *phase(struct walking *g, enum walk_step step)
{
	struct walk_phase *p = &g->w->phase[g->w->n];

	g->w->n += g->w->n < WALK_PHASES - 1;
	*p = (struct walk_phase){.step = step, .was = g->w->packet, .packet = g->w->packet};
	return p;
}

static bool denied(struct walking *g, struct walk_phase *p)
{
	p->drop = true;
	g->w->end = WALK_DENIED;
	return false;
}

/* ---- addresses --------------------------------------------------------------------------- */

static struct nat_tuple tuple_of(const struct walk_packet *p)
{
	return (struct nat_tuple){p->protocol, p->source, p->dest, p->source_port,
	    p->protocol == IPPROTO_ICMP ? p->source_port : p->dest_port};
}

static void tuple_back(struct walk_packet *p, const struct nat_tuple *t)
{
	p->source = t->source;
	p->dest = t->dest;
	p->source_port = t->source_port;
	if (p->protocol != IPPROTO_ICMP)
		p->dest_port = t->dest_port;
}

static void untranslate(struct walking *g)
{
	const struct firewall *f = g->world->rules;
	const struct walk_route *r = walk_route(g->world, g->w->packet.dest);
	struct nat_tuple t = tuple_of(&g->w->packet);
	struct walk_phase *p;
	struct walk_packet was = g->w->packet;

	g->nat = nat_find(f->nat, f->n_nat, &t, g->in_device, r ? walk_out(g->world, r) : "",
	    &g->addresses, &g->way);
	if (!g->nat)
		return;
	nat_rule_translate_dest(g->nat, g->way, &t);
	/* A rule that says nothing of the destination is told with the source. */
	if (g->way == NAT_FORWARD && range_any(g->nat->dest_mapped) && t.dest_port == was.dest_port)
		return;
	tuple_back(&g->w->packet, &t);
	p = phase(g, WALK_UNTRANSLATE);
	p->was = was;
	p->nat = g->nat;
}

static void translate(struct walking *g)
{
	struct nat_tuple t = tuple_of(&g->w->packet);
	struct walk_packet was = g->w->packet;
	struct walk_phase *p;

	if (!g->nat)
		return;
	nat_rule_translate_source(g->nat, g->way, &g->addresses, &t);
	if (g->way == NAT_BACK && t.source == was.source && t.source_port == was.source_port)
		return;
	tuple_back(&g->w->packet, &t);
	p = phase(g, WALK_TRANSLATE);
	p->was = was;
	p->nat = g->nat;
}

/* ---- lists and levels ---------------------------------------------------------------------- */

/* As the matcher of lists sees it. */
static struct acl_seen seen_of(const struct walk_packet *p)
{
	bool icmp = p->protocol == IPPROTO_ICMP;

	return (struct acl_seen){.source = p->source,
	    .dest = p->dest,
	    .source_port = icmp ? 0 : p->source_port,
	    .dest_port = icmp ? p->type_code : p->dest_port,
	    .protocol = p->protocol,
	    .ported = icmp || p->protocol == IPPROTO_TCP || p->protocol == IPPROTO_UDP ||
		      p->protocol == IPPROTO_SCTP};
}

static const struct access_group *group_at(
    const struct firewall *f, const char *device, uint8_t way)
{
	for (const struct access_group *a = f->groups; a < f->groups + f->n_groups; a++)
		if (a->way == way && !strcmp(a->device, device))
			return a;
	return NULL;
}

enum { SAYS_NOTHING, PERMITS, REFUSES };

static int list_says(struct walking *g, const struct access_group *a)
{
	const struct access_list *l = a ? firewall_list(g->world->rules, a->name) : NULL;
	struct acl_seen seen = seen_of(&g->w->packet);
	size_t i = l ? acl_first(NULL, l->rule, l->n, &seen) : 0;
	struct walk_phase *p;

	if (!l || i == l->n)
		return SAYS_NOTHING;
	p = phase(g, WALK_LIST);
	p->group = a;
	p->rule = &l->rule[i];
	p->index = i;
	if (p->rule->permit)
		return PERMITS;
	(void)denied(g, p);
	return REFUSES;
}

/* The end of a list: what none of its lines is about is refused. */
static bool list_ends(struct walking *g, const struct access_group *a)
{
	struct walk_phase *p = phase(g, WALK_LIST);

	p->group = a;
	return denied(g, p);
}

static bool levels(struct walking *g, bool yes)
{
	struct walk_phase *p = phase(g, WALK_LEVEL);

	return yes || denied(g, p);
}

/* The list of the interface, behind it that of all. */
static bool way_in(struct walking *g)
{
	const struct firewall *f = g->world->rules;
	const struct access_group *own = group_at(f, g->in_device, ACCESS_IN);
	const struct access_group *global = group_at(f, "", ACCESS_IN);
	int said;

	if (policy_apart(f, g->in, g->out))
		return levels(g, false);
	if (!own && !global)
		return levels(g, policy_open(g->in, g->out));
	said = list_says(g, own);
	if (said == SAYS_NOTHING)
		said = list_says(g, global);
	return said == SAYS_NOTHING ? list_ends(g, global ? global : own) : said == PERMITS;
}

static bool way_out(struct walking *g)
{
	const struct access_group *a = group_at(g->world->rules, g->out->device, ACCESS_OUT);
	int said = list_says(g, a);

	if (said == SAYS_NOTHING && a)
		return list_ends(g, a);
	return said != REFUSES;
}

/* ---- clients ------------------------------------------------------------------------------- */

static bool filter_permits(struct walking *g, bool receiver)
{
	const struct walk_filter *f = &g->world->filter[receiver];
	struct walk_phase *p;

	if (!f->client || f->client != (receiver ? g->w->to_client : g->w->from_client))
		return true;
	p = phase(g, WALK_FILTER);
	p->receiver = receiver;
	return f->permit || denied(g, p);
}

static bool came_by_tunnel(struct walking *g)
{
	const struct walk_route *r = walk_route(g->world, g->w->packet.source);

	if (!g->in || g->in != policy_clients(g->world->rules) ||
	    !is_client(r, g->w->packet.source))
		return true;
	g->w->from_client = g->w->packet.source;
	phase(g, WALK_TUNNEL);
	return filter_permits(g, false);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool routed(struct walking *g)
{
	const struct walk_route *r = walk_route(g->world, g->w->packet.dest);
	struct walk_phase *p = phase(g, WALK_ROUTE);

	if (!r) {
		p->drop = true;
		g->w->end = WALK_NO_ROUTE;
		return false;
	}
	p->route = r;
	strcpy(g->w->out, walk_out(g->world, r));
	g->out = policy_zone(g->world->rules, g->w->out);
	if (is_client(r, g->w->packet.dest))
		g->w->to_client = r->dest;
	if (r->kind == ROUTE_LOCAL)
		g->w->end = WALK_TO_BOX;
	return true;
}

/* What is for ourselves only a list of its own holds. */
static void to_box(struct walking *g)
{
	const struct access_group *a =
	    group_at(g->world->rules, g->in_device, ACCESS_CONTROL);

	(void)list_says(g, a);
}

/* Between two interfaces that have names; what is not may be the host's. */
static bool between(struct walking *g)
{
	const struct firewall *f = g->world->rules;

	if (!g->in || !g->out)
		return !g->world->closed || levels(g, false);
	if (!g->w->from_client || !f->permit_vpn)
		return way_in(g) && way_out(g);
	/* No list holds for what clients send, only whether it may go back to where they are. */
	return g->in != g->out || levels(g, !policy_apart(f, g->in, g->out));
}

void walk_packet(struct walk *w, const struct walk_world *world, const char *in,
    const struct walk_packet *packet)
{
	struct walking g = {.w = w, .world = world, .in_device = in,
	    .in = policy_zone(world->rules, in),
	    .addresses = {address_of, (void *)(uintptr_t)world}};

	*w = (struct walk){.packet = *packet};
	if (!came_by_tunnel(&g))
		return;
	untranslate(&g);
	if (!routed(&g))
		return;
	if (w->end == WALK_TO_BOX) {
		to_box(&g);
		return;
	}
	if (!between(&g))
		return;
	translate(&g);
	if (!filter_permits(&g, true))
		return;
	if (w->to_client)
		phase(&g, WALK_ENCRYPT);
}
