/*
 * Checks of the ways of packets, walked through the compiled rules as packet-tracer does: to the
 * appliance itself, from a client who would have the first address of a pool, and back to him.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/doctor/served.h"
#include "engine/base/addr.h"

/* ---- the world, with a client in it -------------------------------------------------------- */

static const struct zone *zone_of(const struct exam *e, const char *nameif)
{
	const struct firewall *f = e->facts->rules;

	for (size_t i = 0; f && i < f->n_zones; i++)
		if (strcmp(f->zones[i].nameif, nameif) == 0)
			return &f->zones[i];
	return NULL;
}

/* The routes that there are, and one to the client; to be freed. */
static struct walk_route *with_client(const struct exam *e, uint32_t client)
{
	size_t n = e->facts->n_routes;
	struct walk_route *v = calloc(n + 1, sizeof *v);

	if (!v)
		abort();
	if (n)
		memcpy(v, e->facts->routes, n * sizeof *v);
	v[n] = (struct walk_route){
	    .device = "gatehouse", .dest = client, .mask = UINT32_MAX, .kind = ROUTE_CLIENT};
	return v;
}

static struct walk walk_of(
    const struct exam *e, const struct zone *in, uint32_t client, const struct walk_packet *p)
{
	struct walk_route *routes = with_client(e, client);
	struct walk_world world = {
	    .rules = e->facts->rules, .routes = routes, .n_routes = e->facts->n_routes + 1};
	struct walk w;

	walk_packet(&w, &world, in->device, p);
	free(routes);
	return w;
}

static uint32_t first_client(const struct db_row *pool)
{
	char text[ADDR_TEXT_MAX];
	const char *range = cell_text(pool, "range");
	struct addr a;

	snprintf(text, sizeof text, "%.*s", (int)strcspn(range, "-"), range);
	return addr_parse(text, &a) ? addr_to_v4(&a) : 0;
}

/* A host of that interface's network that is not we. */
static uint32_t some_host(const struct db_row *interface)
{
	uint32_t us = cell_v4(interface, "address"), mask = cell_v4(interface, "mask");
	uint32_t first = (us & mask) + 1;

	return !us ? 0 : first == us ? first + 1 : first;
}

/* An interface behind which hosts are that clients want to reach, and whose zone is known. */
static const struct zone *inner(struct exam *e, const struct db_row *interface)
{
	const char *name = cell_text(interface, "nameif");

	if (!*name || strcmp(name, served_interface(e)) == 0 || !some_host(interface) ||
	    db_bool(interface, "shutdown"))
		return NULL;
	return zone_of(e, name);
}

/* ---- to the appliance ---------------------------------------------------------------------- */

static bool denied(
    struct exam *e, const struct zone *in, uint32_t us, uint8_t protocol, uint16_t port)
{
	struct walk_packet p = {.protocol = protocol,
	    .source = EXAM_SOMEBODY,
	    .dest = us,
	    .source_port = port,
	    .dest_port = port};

	return walk_of(e, in, 0, &p).end == WALK_DENIED;
}

void doctor_control_plane(struct exam *e)
{
	const struct db_row *i = served_named(e, served_interface(e));
	const struct zone *in = i ? zone_of(e, db_text(i, "nameif")) : NULL;
	uint32_t us = i ? cell_v4(i, "address") : 0;
	const char *list = in ? firewall_group(e->facts->rules, in->device, ACCESS_CONTROL) : NULL;
	bool ike, natt, esp;

	if (!us || !list || !e->facts->routes)
		return;
	ike = denied(e, in, us, IPPROTO_UDP, 500);
	natt = denied(e, in, us, IPPROTO_UDP, 4500);
	esp = denied(e, in, us, IPPROTO_ESP, 0);
	if (!ike && !natt && !esp)
		return;
	found(e, "access-list %s refuses%s%s%s to the appliance itself", list,
	    ike ? " UDP 500" : "", natt ? " UDP 4500" : "", esp ? " ESP" : "");
	if (ike)
		cure(e, "access-list %s line 1 extended permit udp any any eq 500", list);
	if (natt)
		cure(e, "access-list %s line 1 extended permit udp any any eq 4500", list);
	if (esp)
		cure(e, "access-list %s line 1 extended permit esp any any", list);
}

/* ---- from clients, and to them ------------------------------------------------------------- */

void doctor_permit_vpn(struct exam *e)
{
	const struct zone *out = zone_of(e, served_interface(e));
	const struct sheet *pools = exam_sheet(e, "pool");
	uint32_t client = pools->n ? first_client(pools->row) : 0;

	if (!out || !client || !e->facts->routes || e->facts->rules->permit_vpn)
		return;
	EACH_ROW (e, "interface", i) {
		struct walk_packet p = {.protocol = IPPROTO_TCP,
		    .source = client,
		    .dest = some_host(i),
		    .source_port = 49152,
		    .dest_port = 443};

		if (!inner(e, i) || walk_of(e, out, client, &p).end != WALK_DENIED)
			continue;
		found(e, "access lists hold for what clients send, and refuse it at interface %s",
		    out->nameif);
		cure(e, "sysopt connection permit-vpn");
		return;
	}
}

/* Would what a host there opens to a client come from another address? */
static bool translated(struct exam *e, const struct zone *in, uint32_t host, uint32_t client)
{
	struct walk_packet p = {.protocol = IPPROTO_TCP,
	    .source = host,
	    .dest = client,
	    .source_port = 49152,
	    .dest_port = 443};
	struct walk w = walk_of(e, in, client, &p);

	for (size_t i = 0; i < w.n; i++)
		if (w.phase[i].step == WALK_TRANSLATE && w.phase[i].nat->kind == NAT_DYNAMIC)
			return true;
	return false;
}

void doctor_nat_exemption(struct exam *e)
{
	if (!e->facts->routes || !e->facts->rules)
		return;
	EACH_ROW (e, "pool", p) {
		uint32_t client = first_client(p);
		char first[ADDR_TEXT_MAX];
		const char *range = cell_text(p, "range");

		snprintf(first, sizeof first, "%.*s", (int)strcspn(range, "-"), range);
		EACH_ROW (e, "interface", i) {
			const struct zone *in = inner(e, i);

			if (!in || !client || !translated(e, in, some_host(i), client))
				continue;
			found(e, "NAT of interface %s translates what goes to clients of pool %s",
			    in->nameif, db_text(p, "name"));
			cure(e, "object network VPN-%s", db_text(p, "name"));
			cure(e, " range %s %s", first, range + strcspn(range, "-") + 1);
			cure(e,
			    "nat (%s,%s) 1 source static any any destination static VPN-%s "
			    "VPN-%s no-proxy-arp route-lookup",
			    in->nameif, served_interface(e), db_text(p, "name"),
			    db_text(p, "name"));
		}
	}
}

/* ---- networks of split tunnels ------------------------------------------------------------- */

/* Is there a way to that network other than the one that clients come from? */
static bool reached(struct exam *e, uint32_t net, uint32_t mask)
{
	struct walk_world world = {.routes = e->facts->routes, .n_routes = e->facts->n_routes};
	const struct walk_route *live = walk_route(&world, net | (~mask & 1));
	const struct zone *out = zone_of(e, served_interface(e));

	EACH_ROW (e, "route", r)
		if (cell_v4(r, "mask") && (net & cell_v4(r, "mask")) == cell_v4(r, "net"))
			return true;
	return live && (live->mask || !out || strcmp(live->device, out->device) != 0);
}

void doctor_route_split(struct exam *e)
{
	const struct db_row *policy = NULL, *list = NULL;

	if (!e->facts->routes)
		return;
	EACH_SERVED_GROUP (e, g) {
		policy = served_policy(e, g);
		list = served_says(e, policy, "split_list");
		if (!list || !cell_is(served_says(e, policy, "split_policy"), "split_policy",
				 "tunnelspecified"))
			continue;
		EACH_ROW (e, "access_list", a) {
			uint32_t net = cell_v4(a, "dst"), mask = cell_v4(a, "dst_mask");

			if (!cell_is(a, "name", cell_text(list, "split_list")) ||
			    !cell_is(a, "kind", "standard") || !cell_is(a, "action", "permit") ||
			    !net || reached(e, net, mask ? mask : UINT32_MAX))
				continue;
			found(e,
			    "no route leads to %s %s of access-list %s, which clients reach "
			    "through the tunnel",
			    db_text(a, "dst"), mask ? db_text(a, "dst_mask") : "255.255.255.255",
			    db_text(a, "name"));
			advise(e,
			    "route INTERFACE %s %s ROUTER, the router by which it is reached.",
			    db_text(a, "dst"), mask ? db_text(a, "dst_mask") : "255.255.255.255");
		}
		return;
	}
}
