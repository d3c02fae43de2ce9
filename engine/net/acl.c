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

#define ICMP_HEADER 8

enum {
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_QUENCH = 4,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER = 12,
};

/* A packet as rules see it: from the client to the inside. */
struct seen {
	uint32_t source, dest;
	uint16_t source_port, dest_port;
	uint8_t protocol;
	bool ported; /* a protocol with ports, of which a rule may speak */
	bool later;  /* a piece without them */
};

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

static bool port_fits(uint16_t port, uint16_t low, uint16_t high)
{
	return low <= high ? low <= port && port <= high : port >= low || port <= high;
}

static bool any_port(const struct acl_rule *r)
{
	return r->source_low == 0 && r->source_high == UINT16_MAX && r->dest_low == 0 &&
	       r->dest_high == UINT16_MAX;
}

static bool ports_fit(const struct acl_rule *r, const struct seen *p)
{
	if (any_port(r))
		return true;
	if (!p->ported)
		return false;
	if (p->later)
		return r->permit;
	return port_fits(p->source_port, r->source_low, r->source_high) &&
	       port_fits(p->dest_port, r->dest_low, r->dest_high);
}

static bool fits(const struct acl_rule *r, const struct seen *p)
{
	return r->source_first <= p->source && p->source <= r->source_last &&
	       r->dest_first <= p->dest && p->dest <= r->dest_last &&
	       (r->protocol == 0 || r->protocol == p->protocol) && ports_fit(r, p);
}

static bool verdict(const struct acl *a, const struct seen *p)
{
	for (const struct acl_rule *r = a->rule; r < a->rule + a->n; r++)
		if (fits(r, p))
			return r->permit;
	return false;
}

/* False: a first piece without its ports, which nobody sends who means well. */
static bool look(struct seen *p, struct rd r, const struct ipv4 *h, bool inward)
{
	uint16_t first, second;

	*p = (struct seen){.source = inward ? h->src : h->dst,
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
static bool error_permitted(const struct acl *a, struct rd r, const struct ipv4 *error, bool inward)
{
	struct ipv4 h;
	struct seen p;

	rd_skip(&r, ICMP_HEADER);
	if (r.bad || !ipv4_parse_quoted(r.p, rd_left(&r), &h) || h.src != error->dst ||
	    (inward && h.dst != error->src))
		return false;
	rd_skip(&r, h.header);
	return look(&p, r, &h, !inward) && verdict(a, &p);
}

bool acl_permits(const struct acl *a, const uint8_t *ip, const struct ipv4 *h, bool inward)
{
	struct rd r = rd_init(ip, h->total);
	struct seen p;

	rd_skip(&r, h->header);
	if (!look(&p, r, h, inward))
		return false;
	if (verdict(a, &p))
		return true;
	if (h->protocol != IPPROTO_ICMP || p.later)
		return false;
	if (is_error(p.dest_port))
		return error_permitted(a, r, h, inward);
	p.dest_port = question_of(p.dest_port);
	return p.dest_port && verdict(a, &p);
}
