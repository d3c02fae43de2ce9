/*
 * struct nat_rule: what it fits and what it makes of a packet (the words are those
 * of RFC 2663; the order and the two directions are the device's, see nat.h).
 */
#include "engine/firewall/nat.h"

#include <netinet/in.h>
#include <string.h>

bool range_equal(struct range a, struct range b)
{
	return a.first == b.first && a.last == b.last;
}

bool range_any(struct range r)
{
	return r.first == 0 && r.last == UINT32_MAX;
}

static bool in_range(struct range r, uint32_t v)
{
	return r.first <= v && v <= r.last;
}

static uint64_t size_of(struct range r)
{
	return (uint64_t)r.last - r.first + 1;
}

/* ---- from a message ------------------------------------------------------------------ */

static bool service_sane(const struct nat_service *s)
{
	if (!s->protocol)
		return true;
	return (s->protocol == IPPROTO_TCP || s->protocol == IPPROTO_UDP ||
		   s->protocol == IPPROTO_SCTP) &&
	       s->real_low <= s->real_high && s->mapped_low <= s->mapped_high &&
	       s->real_high - s->real_low == s->mapped_high - s->mapped_low;
}

static bool ranges_sane(const struct nat_rule *r)
{
	if (r->real.first > r->real.last || r->mapped.first > r->mapped.last ||
	    r->dest_mapped.first > r->dest_mapped.last || r->dest_real.first > r->dest_real.last ||
	    size_of(r->dest_mapped) != size_of(r->dest_real))
		return false;
	if (r->kind == NAT_STATIC && r->to == NAT_TO_INTERFACE)
		return size_of(r->real) == 1;
	return r->kind == NAT_DYNAMIC || size_of(r->real) == size_of(r->mapped);
}

uint64_t nat_block(uint32_t a, uint32_t b, uint64_t left)
{
	uint64_t size = a | b ? (a | b) & -(a | b) : (uint64_t)1 << 32;

	while (size > left)
		size /= 2;
	return size;
}

static bool few(struct range from, struct range to, const struct nat_service *s)
{
	bool ports = s->protocol && s->real_low != s->mapped_low;
	uint64_t n = size_of(from), pairs = 0;

	if (range_equal(from, to))
		return true;
	for (uint64_t i = 0; i < n && pairs <= NAT_MAPPED_MAX; pairs++)
		i += ports ? 1
			   : nat_block(from.first + (uint32_t)i, to.first + (uint32_t)i, n - i);
	return pairs <= NAT_MAPPED_MAX;
}

bool nat_rule_few(const struct nat_rule *r)
{
	return (r->kind != NAT_STATIC || r->to == NAT_TO_INTERFACE ||
		   few(r->real, r->mapped, &r->source_service)) &&
	       few(r->dest_mapped, r->dest_real, &r->dest_service);
}

static bool sane(const struct nat_rule *r)
{
	uint8_t where = r->to & (NAT_TO_ADDRESSES | NAT_TO_INTERFACE);

	if (r->kind >= NAT_KINDS || !where || r->to >= NAT_TO_ROUND_ROBIN << 1 || !ranges_sane(r))
		return false;
	if (r->kind == NAT_STATIC &&
	    (where != r->to || where == (NAT_TO_ADDRESSES | NAT_TO_INTERFACE)))
		return false;
	if (r->kind == NAT_STATIC && r->to == NAT_TO_INTERFACE && !r->mapped_if[0])
		return false;
	return service_sane(&r->source_service) && service_sane(&r->dest_service) &&
	       nat_rule_few(r);
}

static struct nat_service service(uint8_t protocol, uint16_t real_low, uint16_t real_high,
    uint16_t mapped_low, uint16_t mapped_high)
{
	if (!protocol)
		return (struct nat_service){0};
	return (struct nat_service){protocol, real_low, real_high, mapped_low, mapped_high};
}

bool nat_rule_read(const struct msg_keep_nat *m, struct nat_rule *r)
{
	*r = (struct nat_rule){.order = m->order,
	    .line = m->line,
	    .kind = (enum nat_kind)m->kind,
	    .to = m->to,
	    .real_clients = m->real_clients,
	    .mapped_clients = m->mapped_clients,
	    .real = m->real,
	    .mapped = m->mapped,
	    .dest_mapped = m->dest_mapped,
	    .dest_real = m->dest_real,
	    .source_service = service(
		m->protocol, m->real_low, m->real_high, m->mapped_low, m->mapped_high),
	    .dest_service = service(m->protocol, m->dest_real_low, m->dest_real_high,
		m->dest_mapped_low, m->dest_mapped_high),
	    .share = m->share,
	    .unidirectional = m->unidirectional,
	    .no_proxy_arp = m->no_proxy_arp,
	    .route_lookup = m->route_lookup};
	if (strlen(m->real_if) >= IF_NAMESIZE || strlen(m->mapped_if) >= IF_NAMESIZE)
		return false;
	strcpy(r->real_if, m->real_if);
	strcpy(r->mapped_if, m->mapped_if);
	return sane(r);
}

static bool service_equal(const struct nat_service *a, const struct nat_service *b)
{
	return a->protocol == b->protocol && a->real_low == b->real_low &&
	       a->real_high == b->real_high && a->mapped_low == b->mapped_low &&
	       a->mapped_high == b->mapped_high;
}

bool nat_rule_equal(const struct nat_rule *a, const struct nat_rule *b)
{
	return a->order == b->order && a->line == b->line && a->kind == b->kind && a->to == b->to &&
	       strcmp(a->real_if, b->real_if) == 0 && strcmp(a->mapped_if, b->mapped_if) == 0 &&
	       a->real_clients == b->real_clients && a->mapped_clients == b->mapped_clients &&
	       range_equal(a->real, b->real) && range_equal(a->mapped, b->mapped) &&
	       range_equal(a->dest_mapped, b->dest_mapped) &&
	       range_equal(a->dest_real, b->dest_real) &&
	       service_equal(&a->source_service, &b->source_service) &&
	       service_equal(&a->dest_service, &b->dest_service) && a->share == b->share &&
	       a->unidirectional == b->unidirectional && a->no_proxy_arp == b->no_proxy_arp &&
	       a->route_lookup == b->route_lookup;
}

/* ---- what it fits --------------------------------------------------------------------- */

static bool device_fits(const char *rule, const char *device)
{
	return !rule[0] || !strcmp(rule, device);
}

static bool port_fits(uint16_t low, uint16_t high, uint16_t port)
{
	return low <= port && port <= high;
}

static bool service_fits(const struct nat_service *s, bool real, uint8_t protocol, uint16_t port)
{
	if (!s->protocol)
		return true;
	return s->protocol == protocol && port_fits(real ? s->real_low : s->mapped_low,
					      real ? s->real_high : s->mapped_high, port);
}

bool nat_rule_mapped(
    const struct nat_rule *r, const struct nat_addresses *addresses, struct range *mapped)
{
	uint32_t own;

	*mapped = r->mapped;
	if (r->to & NAT_TO_ADDRESSES)
		return true;
	if (!addresses->of(addresses->arg, r->mapped_if, &own))
		return false;
	*mapped = (struct range){own, own};
	return true;
}

static bool fits_forward(
    const struct nat_rule *r, const struct nat_tuple *t, const char *in, const char *out)
{
	return device_fits(r->real_if, in) && in_range(r->real, t->source) &&
	       in_range(r->dest_mapped, t->dest) &&
	       service_fits(&r->source_service, true, t->protocol, t->source_port) &&
	       service_fits(&r->dest_service, false, t->protocol, t->dest_port) &&
	       (!range_equal(r->dest_mapped, r->dest_real) || device_fits(r->mapped_if, out));
}

enum nat_way nat_rule_fits(const struct nat_rule *r, const struct nat_tuple *t, const char *in,
    const char *out, const struct nat_addresses *addresses)
{
	struct range mapped;

	if (fits_forward(r, t, in, out))
		return NAT_FORWARD;
	if (r->kind == NAT_STATIC && !r->unidirectional && device_fits(r->mapped_if, in) &&
	    in_range(r->dest_real, t->source) && nat_rule_mapped(r, addresses, &mapped) &&
	    in_range(mapped, t->dest) &&
	    service_fits(&r->source_service, false, t->protocol, t->dest_port) &&
	    service_fits(&r->dest_service, true, t->protocol, t->source_port) &&
	    (!range_equal(mapped, r->real) || device_fits(r->real_if, out)))
		return NAT_BACK;
	return NAT_NONE;
}

/* ---- what it makes ---------------------------------------------------------------------- */

static uint16_t port_moved(const struct nat_service *s, bool to_mapped, uint16_t port)
{
	if (!s->protocol)
		return port;
	return (uint16_t)(to_mapped ? port - s->real_low + s->mapped_low
				    : port - s->mapped_low + s->real_low);
}

void nat_rule_translate_dest(const struct nat_rule *r, enum nat_way way, struct nat_tuple *t)
{
	if (way == NAT_FORWARD) {
		t->dest = t->dest - r->dest_mapped.first + r->dest_real.first;
		t->dest_port = port_moved(&r->dest_service, false, t->dest_port);
	} else if (way == NAT_BACK) {
		t->dest = r->to & NAT_TO_ADDRESSES ? t->dest - r->mapped.first + r->real.first
						   : r->real.first;
		t->dest_port = port_moved(&r->source_service, false, t->dest_port);
	}
}

void nat_rule_translate_source(const struct nat_rule *r, enum nat_way way,
    const struct nat_addresses *addresses, struct nat_tuple *t)
{
	struct range mapped;

	if (way == NAT_BACK) {
		t->source = t->source - r->dest_real.first + r->dest_mapped.first;
		t->source_port = port_moved(&r->dest_service, true, t->source_port);
	} else if (way == NAT_FORWARD && nat_rule_mapped(r, addresses, &mapped)) {
		t->source = r->kind == NAT_STATIC ? t->source - r->real.first + mapped.first
						  : mapped.first;
		t->source_port = port_moved(&r->source_service, true, t->source_port);
	}
}

const struct nat_rule *nat_find(const struct nat_rule *rules, size_t n, const struct nat_tuple *t,
    const char *in, const char *out, const struct nat_addresses *addresses, enum nat_way *way)
{
	for (size_t i = 0; i < n; i++)
		if ((*way = nat_rule_fits(&rules[i], t, in, out, addresses)) != NAT_NONE)
			return &rules[i];
	*way = NAT_NONE;
	return NULL;
}
