/*
 * packet-tracer: what would become of a packet. The compiled rules are the manager's own copy, the
 * routes are asked of the keeper, what the filters of clients say of the engine; then the packet is
 * walked (engine/firewall/walk.h) and its way told.
 */
#include "cli/acts/packet_tracer.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/acts.h"
#include "cli/acts/names.h"
#include "cli/acts/routes_of.h"
#include "cli/config/feed.h"
#include "cli/show/packet_tracer.h"
#include "engine/net/access_words.h"

struct tracing {
	struct walk_world world;
	struct walk_packet packet;
	struct walk_route *routes;
	struct walk walk;
	char device[IF_NAMESIZE];
	unsigned n; /* phases told */
	struct verdict {
		bool asked, sent, filtered;
		char user[65], group_policy[65], list[257];
		uint32_t rule; /* UINT32_MAX: none fits */
	} verdict[2]; /* of the client who sends, of him who receives */
	struct text config, information;
};

/* ---- what is asked for -------------------------------------------------------------------- */

static uint32_t address_arg(const struct act *a, const char *name)
{
	struct addr addr = {0};

	(void)addr_parse(gram_arg(&a->match, name), &addr);
	return addr_to_v4(&addr);
}

static uint16_t port_arg(const struct act *a, const char *name)
{
	const char *text = gram_arg(&a->match, name);

	return text ? port_number(text) : 0;
}

static void packet_read(const struct act *a, struct walk_packet *p)
{
	static const struct {
		const char *word;
		uint8_t number;
	} row[] = {{"tcp", IPPROTO_TCP}, {"udp", IPPROTO_UDP}, {"sctp", IPPROTO_SCTP},
	    {"icmp", IPPROTO_ICMP}};
	const char *protocol = gram_arg(&a->match, "protocol");
	const char *number = gram_arg(&a->match, "number"), *type = gram_arg(&a->match, "type");

	*p = (struct walk_packet){.source = address_arg(a, "source"),
	    .dest = address_arg(a, "dest"),
	    .source_port = port_arg(a, type ? "ident" : "sport"),
	    .dest_port = port_arg(a, "dport"),
	    .protocol = number ? protocol_number(number) : 0};
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (!strcmp(protocol, row[i].word))
			p->protocol = row[i].number;
	if (type)
		p->type_code = (uint16_t)(icmp_type(type) << 8 |
		    (int)strtol(gram_arg(&a->match, "code"), NULL, 10));
}

static const struct zone *zone_named(const struct firewall *f, const char *name)
{
	for (const struct zone *z = f->zones; z < f->zones + f->n_zones; z++)
		if (!strcmp(z->nameif, name))
			return z;
	return NULL;
}

static const char *name_of(const struct tracing *t, const char *device)
{
	const struct firewall *f = t->world.rules;

	for (const struct zone *z = f->zones; z < f->zones + f->n_zones; z++)
		if (!strcmp(z->device, device))
			return z->nameif;
	return device;
}

/* ---- what is told --------------------------------------------------------------------------- */

static const char *end_text(uint32_t address, char buf[ADDR_TEXT_MAX])
{
	struct addr a = addr_v4(address);

	return addr_text(&a, buf);
}

static void moved(struct text *out, const char *what, uint32_t from, uint16_t from_port,
    uint32_t to, uint16_t to_port)
{
	char text[2][ADDR_TEXT_MAX];

	text_addf(out, "%s %s/%u to %s/%u\n", what, end_text(from, text[0]), from_port,
	    end_text(to, text[1]), to_port);
}

static void say_untranslate(struct tracing *t, const struct walk_phase *p)
{
	const struct walk_route *r = walk_route(&t->world, p->packet.dest);

	if (r)
		text_addf(&t->information, "NAT divert to egress interface %s\n",
		    name_of(t, walk_out(&t->world, r)));
	moved(&t->information, "Untranslate", p->was.dest, p->was.dest_port, p->packet.dest,
	    p->packet.dest_port);
}

static void say_translate(struct tracing *t, const struct walk_phase *p)
{
	moved(&t->information,
	    p->nat->kind == NAT_DYNAMIC ? "Dynamic translate" : "Static translate", p->was.source,
	    p->was.source_port, p->packet.source, p->packet.source_port);
}

static void say_route(struct tracing *t, const struct walk_phase *p)
{
	const struct walk_route *r = p->route;
	char hop[ADDR_TEXT_MAX];

	if (!r)
		return;
	text_addf(&t->information, "found next-hop %s using egress ifc  %s\n",
	    end_text(r->gateway ? r->gateway : p->packet.dest, hop),
	    r->kind == ROUTE_LOCAL ? "identity" : name_of(t, t->walk.out));
}

static void say_list(struct act *a, struct tracing *t, const struct walk_phase *p)
{
	bool out = p->group->way == ACCESS_OUT;
	const char *ifname = name_of(t, out ? t->walk.out : t->device);

	tracer_group_line(p->group, name_of(t, p->group->device), &t->config);
	if (!p->rule) {
		text_add(&t->config, "Implicit Rule\n");
		return;
	}
	tracer_list_line(a, p->group->name, p->index, &t->config);
	if (gram_typed(&a->match, "detailed"))
		show_tracer_rule(
		    &t->information, p->rule, out ? "any" : ifname, out ? ifname : "any");
}

static void say_filter(struct act *a, struct tracing *t, const struct walk_phase *p)
{
	const struct verdict *v = &t->verdict[p->receiver];

	if (v->sent)
		text_addf(&t->config, "access-list %s\n", v->list);
	else
		text_addf(&t->config, "group-policy %s attributes\n vpn-filter value %s\n",
		    v->group_policy, v->list);
	if (v->rule == UINT32_MAX)
		text_add(&t->config, "Implicit Rule\n");
	else if (!v->sent)
		tracer_list_line(a, v->list, v->rule, &t->config);
	text_addf(&t->information, "Username: %s\n", v->user);
}

static void say_phase(struct act *a, struct tracing *t, const struct walk_phase *p)
{
	static const struct {
		const char *type, *subtype;
	} kind[] = {[WALK_UNTRANSLATE] = {"UN-NAT", "static"},
	    [WALK_ROUTE] = {"ROUTE-LOOKUP", "Resolve Egress Interface"},
	    [WALK_TUNNEL] = {"VPN", "ipsec-tunnel-flow"},
	    [WALK_FILTER] = {"ACCESS-LIST", "vpn-user"},
	    [WALK_LIST] = {"ACCESS-LIST", "log"},
	    [WALK_LEVEL] = {"ACCESS-LIST", NULL},
	    [WALK_TRANSLATE] = {"NAT", NULL},
	    [WALK_ENCRYPT] = {"VPN", "encrypt"}};
	struct show_phase s = {kind[p->step].type, kind[p->step].subtype, p->drop, NULL, NULL};

	text_free(&t->config);
	text_free(&t->information);
	switch (p->step) {
	case WALK_UNTRANSLATE:
		tracer_nat_line(a, p->nat, &t->config);
		say_untranslate(t, p);
		break;
	case WALK_TRANSLATE:
		tracer_nat_line(a, p->nat, &t->config);
		say_translate(t, p);
		break;
	case WALK_ROUTE:
		say_route(t, p);
		break;
	case WALK_LIST:
		say_list(a, t, p);
		if (!p->rule)
			s.subtype = NULL;
		break;
	case WALK_FILTER:
		say_filter(a, t, p);
		break;
	case WALK_LEVEL:
		text_add(&t->config, "Implicit Rule\n");
		break;
	default:
		break;
	}
	s.config = text_str(&t->config);
	s.information = text_str(&t->information);
	show_tracer_phase(&a->out, ++t->n, &s);
}

static const char *reason(const struct walk *w)
{
	static const char *const text[] = {
	    [WALK_DENIED] = "(acl-drop) Flow is denied by configured rule",
	    [WALK_NO_ROUTE] = "(no-route) No route to host"};

	return w->end == WALK_DENIED || w->end == WALK_NO_ROUTE ? text[w->end] : NULL;
}

static void say_result(struct act *a, struct tracing *t)
{
	const struct links *links = &a->manager->links;
	const struct net_link *in = links_find(links, t->device);
	const struct net_link *out = t->walk.out[0] ? links_find(links, t->walk.out) : NULL;
	struct show_tracer r = {.in = name_of(t, t->device), .drop = reason(&t->walk)};

	r.in_up = in && in->up;
	r.in_line = r.in_up && in->carrier;
	if (t->walk.end == WALK_TO_BOX) {
		r.out = "NP Identity Ifc";
		r.out_up = r.out_line = true;
	} else if (t->walk.out[0]) {
		r.out = name_of(t, t->walk.out);
		r.out_up = out && out->up;
		r.out_line = r.out_up && out->carrier;
	}
	show_tracer_result(&a->out, &r);
}

/* ---- asked ------------------------------------------------------------------------------------
 */

static void tracing_drop(struct act *a)
{
	struct tracing *t = a->work;

	a->work = NULL;
	a->drop = NULL;
	if (!t)
		return;
	text_free(&t->config);
	text_free(&t->information);
	free(t->routes);
	free(t);
}

static void done(struct act *a)
{
	tracing_drop(a);
	act_done(a);
}

static void tell(struct act *a, struct tracing *t)
{
	for (size_t i = 0; i < t->walk.n; i++)
		say_phase(a, t, &t->walk.phase[i]);
	say_result(a, t);
	done(a);
}

/* ---- clients -----------------------------------------------------------------------------------
 */

static void walk(struct act *);

static void take_verdict(struct tracing *t, bool receiver, const struct msg_rec_client_filter *r)
{
	struct verdict *v = &t->verdict[receiver];

	v->sent = r->sent;
	v->filtered = r->filtered;
	v->rule = r->rule;
	snprintf(v->user, sizeof(v->user), "%s", r->user);
	snprintf(v->group_policy, sizeof(v->group_policy), "%s", r->group_policy);
	snprintf(v->list, sizeof(v->list), "%s", r->filter_name);
	t->world.filter[receiver].client =
	    r->filtered ? (receiver ? t->walk.to_client : t->walk.from_client) : 0;
	t->world.filter[receiver].permit = r->permit;
}

static void judged(struct act *a, const struct answer *r, bool receiver)
{
	struct msg_rec_client_filter *rec;
	struct tracing *t = a->work;
	size_t n;

	if (act_engine_failed(a, r)) {
		done(a);
		return;
	}
	rec = answer_records(r, MSG_REC_CLIENT_FILTER, sizeof(*rec), &n);
	if (n)
		take_verdict(t, receiver, rec);
	free(rec);
	walk(a);
}

static void sender_judged(struct act *a, const struct answer *r)
{
	judged(a, r, false);
}

static void receiver_judged(struct act *a, const struct answer *r)
{
	judged(a, r, true);
}

/* The filter of that client, if there is one and nobody has asked: true, its answer comes. */
static bool ask_filter(struct act *a, struct tracing *t, bool receiver)
{
	uint32_t client = receiver ? t->walk.to_client : t->walk.from_client;
	const struct walk_packet *p = receiver ? &t->walk.packet : &t->packet;
	char address[ADDR_TEXT_MAX], packet[100];

	if (!client || t->verdict[receiver].asked)
		return false;
	t->verdict[receiver].asked = true;
	snprintf(packet, sizeof(packet), "%u %u %u %u %u %u", p->protocol, p->source,
	    p->source_port, p->dest, p->dest_port, p->type_code);
	act_query(a, ROLE_ENGINE, "client-filter", end_text(client, address), packet,
	    receiver ? receiver_judged : sender_judged);
	return true;
}

static void walk(struct act *a)
{
	struct tracing *t = a->work;

	walk_packet(&t->walk, &t->world, t->device, &t->packet);
	if (!ask_filter(a, t, false) && !ask_filter(a, t, true))
		tell(a, t);
}

static void routed(struct act *a, const struct answer *r)
{
	struct tracing *t = a->work;

	if (act_keeper_failed(a, r)) {
		done(a);
		return;
	}
	t->world.routes = t->routes = routes_of_answer(r, &t->world.n_routes);
	walk(a);
}

static void act_packet_tracer(struct act *a)
{
	const struct firewall *f = feed_firewall(a->manager->running.delivery.feed);
	const struct zone *in = zone_named(f, gram_arg(&a->match, "ifname"));
	const struct net_link *link;
	struct tracing *t;

	if (!in) {
		act_refuse(a, "ERROR: the machine has no link for interface %s",
		    gram_arg(&a->match, "ifname"));
		act_done(a);
		return;
	}
	t = calloc(1, sizeof(*t));
	if (!t)
		abort();
	t->world.rules = f;
	link = links_find(&a->manager->links, in->device);
	t->world.closed = link && link->closed;
	packet_read(a, &t->packet);
	memcpy(t->device, in->device, sizeof(t->device));
	a->work = t;
	a->drop = tracing_drop;
	act_query(a, ROLE_KEEPER, "routes", NULL, NULL, routed);
}

const struct act_row acts_packet_tracer[] = {
    ACT(packet_tracer),
    ACTS_END,
};
