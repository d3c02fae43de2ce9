/*
 * The matcher of compiled access lists; see acl.h. Pure. Ports are where the
 * packet's first piece has them; a later piece goes with its first, of which it
 * is part (RFC 1858): rules that permit fit it by its addresses alone, those
 * that refuse do not if they look at ports.
 *
 *     TCP, UDP, SCTP  | source port | destination port | ...
 *     ICMP            | type | code | checksum | ... | the packet that an error is about |
 */
#include "engine/net/acl.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define ICMP_HEADER 8

enum {
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_QUENCH = 4,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER = 12,
};

/* Rules from which on a list is looked at by its index. */
#define LONG 24

struct acl *acl_new(const struct acl_rule *rules, size_t n)
{
	struct acl *a = calloc(1, acl_size(n));

	if (!a)
		return NULL;
	a->holders = 1;
	a->n = n;
	if (n)
		memcpy(a->rule, rules, n * sizeof *rules);
	a->hits = calloc(n + 1, sizeof *a->hits);
	a->index = n >= LONG ? acl_index_new(a->rule, n) : NULL;
	if (a->hits && (a->index || n < LONG))
		return a;
	acl_let_go(a);
	return NULL;
}

struct acl *acl_hold(struct acl *a)
{
	a->holders++;
	return a;
}

void acl_let_go(struct acl *a)
{
	if (!a || --a->holders)
		return;
	acl_index_free(a->index);
	free(a->hits);
	free(a);
}

static bool rule_equal(const struct acl_rule *a, const struct acl_rule *b)
{
	return a->permit == b->permit && a->protocol == b->protocol &&
	       a->source_first == b->source_first && a->source_last == b->source_last &&
	       a->dest_first == b->dest_first && a->dest_last == b->dest_last &&
	       a->source_low == b->source_low && a->source_high == b->source_high &&
	       a->dest_low == b->dest_low && a->dest_high == b->dest_high;
}

bool acl_equal(const struct acl *a, const struct acl *b)
{
	size_t i = 0;

	if (!a || !b || a->n != b->n)
		return a == b;
	while (i < a->n && rule_equal(&a->rule[i], &b->rule[i]))
		i++;
	return i == a->n;
}

#define TOGETHER 4 /* flows may stand at as many places */

static struct acl_flow *places_of(struct acl_flows *flows, const struct acl_seen *p)
{
	uint32_t h = (p->source ^ p->protocol) * 2654435761u;

	h = (h ^ h >> 15 ^ p->dest) * 2246822519u;
	h = (h ^ h >> 13 ^ ((uint32_t)p->source_port << 16 | p->dest_port)) * 3266489917u;
	return &flows->flow[(h >> 16) % (ACL_FLOWS / TOGETHER) * TOGETHER];
}

static bool same_flow(const struct acl_seen *a, const struct acl_seen *b)
{
	return a->source == b->source && a->dest == b->dest && a->protocol == b->protocol &&
	       a->source_port == b->source_port && a->dest_port == b->dest_port;
}

/* The flow, known or in the place of the one that was known longest there. */
static struct acl_flow *flow_of(struct acl_flows *flows, const struct acl_seen *p)
{
	struct acl_flow *f = places_of(flows, p);

	for (int i = 0; i < TOGETHER; i++)
		if (f[i].known && same_flow(&f[i].seen, p))
			return &f[i];
	memmove(f + 1, f, (TOGETHER - 1) * sizeof *f);
	*f = (struct acl_flow){*p, false, NULL};
	return f;
}

/* The first rule that fits counts a flow once. */
static const struct acl_rule *look_up(
    const struct acl *a, const struct acl_flows *flows, const struct acl_seen *p)
{
	size_t i = acl_first(a->index, a->rule, a->n, p);

	if (i == a->n)
		return NULL;
	if (flows && !p->later && a->hits) {
		atomic_fetch_add_explicit(&a->hits[i].flows, 1, memory_order_relaxed);
		atomic_store_explicit(&a->hits[i].last, flows->now, memory_order_relaxed);
	}
	return &a->rule[i];
}

static bool verdict(const struct acl *a, struct acl_flows *flows, const struct acl_seen *p)
{
	struct acl_flow *f = flows && !p->later ? flow_of(flows, p) : NULL;
	const struct acl_rule *r = f && f->known ? f->rule : look_up(a, flows, p);

	if (flows) {
		flows->rule = r;
		flows->first = f && !f->known;
	}
	if (f) {
		f->known = true;
		f->rule = r;
	}
	return r && r->permit;
}

/* False: a first piece without its ports, which nobody sends who means well. */
static bool look(struct acl_seen *p, struct rd r, const struct ipv4 *h, bool inward)
{
	uint16_t first, second;

	*p = (struct acl_seen){.source = inward ? h->src : h->dst,
	    .dest = inward ? h->dst : h->src,
	    .protocol = h->protocol,
	    .later = (h->fragment & IP_OFFSET) != 0};
	p->ported = h->protocol == IPPROTO_TCP || h->protocol == IPPROTO_UDP ||
		    h->protocol == IPPROTO_SCTP || h->protocol == IPPROTO_ICMP;
	if (!p->ported || p->later)
		return true;
	first = rd_u16(&r);
	second = rd_u16(&r);
	if (h->protocol == IPPROTO_ICMP) {
		p->dest_port = first;
	} else {
		p->source_port = inward ? first : second;
		p->dest_port = inward ? second : first;
	}
	return !r.bad;
}

/* The question that an answer of ICMP belongs to, as type and code; 0: it is no answer. */
static uint16_t question_of(uint16_t type_code)
{
	switch (type_code >> 8) {
	case ICMP_ECHO_REPLY:
		return 8 << 8;
	case 14: /* timestamp */
	case 16: /* information */
	case 18: /* address mask */
		return (uint16_t)(type_code - 0x100);
	default:
		return 0;
	}
}

static bool is_error(uint16_t type_code)
{
	unsigned type = type_code >> 8;

	return type == ICMP_UNREACHABLE || type == ICMP_QUENCH || type == ICMP_TIME_EXCEEDED ||
	       type == ICMP_PARAMETER;
}

/* The packet that an error is about went the other way, from him who hears of it; of it there may
 * be no more than its ports. */
static bool error_permitted(const struct acl *a, struct acl_flows *flows, struct rd r,
    const struct ipv4 *error, bool inward)
{
	struct ipv4 h;
	struct acl_seen p;

	rd_skip(&r, ICMP_HEADER);
	if (r.bad || !ipv4_parse_quoted(r.p, rd_left(&r), &h) || h.src != error->dst ||
	    (inward && h.dst != error->src))
		return false;
	rd_skip(&r, h.header);
	return look(&p, r, &h, !inward) && verdict(a, flows, &p);
}

bool acl_permits(const struct acl *a, struct acl_flows *flows, const uint8_t *ip,
    const struct ipv4 *h, bool inward)
{
	struct rd r = rd_init(ip, h->total);
	struct acl_seen p;

	rd_skip(&r, h->header);
	if (!look(&p, r, h, inward))
		return false;
	if (verdict(a, flows, &p))
		return true;
	if (h->protocol != IPPROTO_ICMP || p.later)
		return false;
	if (is_error(p.dest_port))
		return error_permitted(a, flows, r, h, inward);
	p.dest_port = question_of(p.dest_port);
	return p.dest_port && verdict(a, flows, &p);
}
