/*
 * One NAT rule in the words of nft. At prerouting the destination is translated,
 * at postrouting the source, each for both ways that a connection may be opened;
 * a rule that fits and translates nothing there ends the search all the same. A
 * destination at postrouting is the one that the connection was opened with
 * (`ct original`): what prerouting made of it hides nothing.
 */
#include "engine/firewall/nft_nat.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>

#include "engine/base/addr.h"

/* ---- parts of a line ------------------------------------------------------------------ */

static void put_address(FILE *f, uint32_t v)
{
	fprintf(f, "%u.%u.%u.%u", v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255);
}

static void put_range(FILE *f, struct range r)
{
	put_address(f, r.first);
	if (r.first == r.last)
		return;
	putc('-', f);
	put_address(f, r.last);
}

static bool is_prefix(struct range r)
{
	uint64_t size = (uint64_t)r.last - r.first + 1;

	return !(size & (size - 1)) && !(r.first & (size - 1));
}

static void put_prefix(FILE *f, struct range r)
{
	uint64_t size = (uint64_t)r.last - r.first + 1;
	int bits = 32;

	for (; size > 1; size >>= 1)
		bits--;
	put_address(f, r.first);
	fprintf(f, "/%d", bits);
}

void nft_nat_match(FILE *f, const char *what, struct range r)
{
	if (range_any(r))
		return;
	fprintf(f, "%s ", what);
	if (r.first != r.last && is_prefix(r))
		put_prefix(f, r);
	else
		put_range(f, r);
	putc(' ', f);
}

/* `iifname { "eth0", "gatehouse0" } `; any device when `name` is "". */
static void match_device(FILE *f, const char *side, const char *name, const char *also)
{
	if (name[0] && also)
		fprintf(f, "%s { \"%s\", \"%s\" } ", side, name, also);
	else if (name[0])
		fprintf(f, "%s \"%s\" ", side, name);
}

static const char *protocol_name(uint8_t protocol)
{
	return protocol == IPPROTO_TCP ? "tcp" : protocol == IPPROTO_UDP ? "udp" : "sctp";
}

static void match_ports(FILE *f, const char *what, uint16_t low, uint16_t high)
{
	if (low == 0 && high == UINT16_MAX)
		return;
	if (low == high)
		fprintf(f, "%s %u ", what, low);
	else
		fprintf(f, "%s %u-%u ", what, low, high);
}

static void count(FILE *f, char way, const struct nat_rule *r)
{
	fprintf(f, "counter name \"%c%016" PRIx64 "\" ", way, r->line);
}

/* ---- who opens it ------------------------------------------------------------------------- */

/* Both hooks look at the same: the source and its port are still what they were at postrouting. */
struct opening {
	const char *dest; /* how this hook calls the address that it was opened towards */
	bool routed;	  /* postrouting: the device that it leaves by is known */
};

static const struct opening PREROUTING = {"ip daddr", false};
static const struct opening POSTROUTING = {"ct original ip daddr", true};

static void match_services(FILE *f, const struct nat_rule *r, bool forward)
{
	const struct nat_service *from = forward ? &r->source_service : &r->dest_service;
	const struct nat_service *to = forward ? &r->dest_service : &r->source_service;
	uint8_t protocol = from->protocol ? from->protocol : to->protocol;

	if (!protocol)
		return;
	fprintf(f, "meta l4proto %s ", protocol_name(protocol));
	if (from->protocol)
		match_ports(f, "ct original proto-src", from->real_low, from->real_high);
	if (to->protocol)
		match_ports(f, "ct original proto-dst", to->mapped_low, to->mapped_high);
}

static void match_forward(
    FILE *f, const struct nat_rule *r, const struct nft_nat *n, const struct opening *o)
{
	match_device(f, "iifname", r->real_if, r->real_clients ? n->tun : NULL);
	nft_nat_match(f, "ip saddr", r->real);
	nft_nat_match(f, o->dest, r->dest_mapped);
	match_services(f, r, true);
	if (range_equal(r->dest_mapped, r->dest_real))
		match_device(f, o->routed ? "oifname" : "fib daddr oifname", r->mapped_if,
		    r->mapped_clients ? n->tun : NULL);
}

/* Who is not translated leads where routes lead him: a rule for inside hosts says nothing of what
 * clients send to the Internet. */
static void match_back(FILE *f, const struct nat_rule *r, struct range mapped,
    const struct nft_nat *n, const struct opening *o)
{
	match_device(f, "iifname", r->mapped_if, r->mapped_clients ? n->tun : NULL);
	nft_nat_match(f, "ip saddr", r->dest_real);
	nft_nat_match(f, o->dest, mapped);
	match_services(f, r, false);
	if (range_equal(mapped, r->real))
		match_device(f, o->routed ? "oifname" : "fib daddr oifname", r->real_if,
		    r->real_clients ? n->tun : NULL);
}

/* ---- what becomes of it ---------------------------------------------------------------------- */

/* One to one, where two prefixes alone will not do: in as few pairs of them as there are; or each
 * address of its own. */
static void put_pairs(FILE *f, struct range from, struct range to, bool prefixes)
{
	uint64_t n = (uint64_t)from.last - from.first + 1, size;

	for (uint64_t i = 0; i < n; i += size) {
		uint32_t x = from.first + (uint32_t)i, y = to.first + (uint32_t)i;
		struct range a, b;

		size = prefixes ? nat_block(x, y, n - i) : 1;
		a = (struct range){x, x + (uint32_t)(size - 1)};
		b = (struct range){y, y + (uint32_t)(size - 1)};
		fputs(i ? ", " : "", f);
		prefixes ? put_prefix(f, a) : put_address(f, a.first);
		fputs(" : ", f);
		prefixes ? put_prefix(f, b) : put_address(f, b.first);
	}
}

static void put_ports(FILE *f, const char *port, uint16_t low, uint16_t high, uint16_t to_low)
{
	if (low == high) {
		fprintf(f, ":%u", to_low);
		return;
	}
	fprintf(f, " : %s map { ", port);
	for (uint32_t i = 0; i <= (uint32_t)(high - low); i++)
		fprintf(f, "%s%u : %u", i ? ", " : "", low + i, to_low + i);
	fputs(" }", f);
}

struct change {
	const char *act, *address, *port; /* "dnat", "ip daddr", "dport" */
	struct range from, to;
	uint8_t protocol; /* 0: ports stay */
	uint16_t low, high, to_low, to_high;
};

/* Translates one to one, or accepts what stays as it is. */
static void put_change(FILE *f, const struct change *c)
{
	bool ports = c->protocol && (c->low != c->to_low || c->high != c->to_high);
	char port[16];

	snprintf(
	    port, sizeof port, "%s %s", c->protocol ? protocol_name(c->protocol) : "", c->port);
	if (range_equal(c->from, c->to) && !ports) {
		fputs("accept\n", f);
		return;
	}
	if (range_equal(c->from, c->to)) {
		fprintf(f, "%s ip to %s", c->act, c->address);
	} else if (c->from.first == c->from.last) {
		fprintf(f, "%s ip to ", c->act);
		put_address(f, c->to.first);
	} else {
		fprintf(f, "%s ip %sto %s map { ", c->act, ports ? "" : "prefix ", c->address);
		put_pairs(f, c->from, c->to, !ports);
		fputs(" }", f);
	}
	if (ports)
		put_ports(f, port, c->low, c->high, c->to_low);
	putc('\n', f);
}

static void put_dnat(FILE *f, struct range from, struct range to, const struct nat_service *s)
{
	struct change c = {.act = "dnat",
	    .address = "ip daddr",
	    .port = "dport",
	    .from = from,
	    .to = to,
	    .protocol = s->protocol,
	    .low = s->mapped_low,
	    .high = s->mapped_high,
	    .to_low = s->real_low,
	    .to_high = s->real_high};

	put_change(f, &c);
}

static void put_snat(FILE *f, struct range from, struct range to, const struct nat_service *s)
{
	struct change c = {.act = "snat",
	    .address = "ip saddr",
	    .port = "sport",
	    .from = from,
	    .to = to,
	    .protocol = s->protocol,
	    .low = s->real_low,
	    .high = s->real_high,
	    .to_low = s->mapped_low,
	    .to_high = s->mapped_high};

	put_change(f, &c);
}

/* ---- the two hooks
 * ------------------------------------------------------------------------------ */

void nft_nat_prerouting(FILE *f, const struct nat_rule *r, const struct nft_nat *n)
{
	struct range mapped;

	match_forward(f, r, n, &PREROUTING);
	put_dnat(f, r->dest_mapped, r->dest_real, &r->dest_service);
	if (r->kind != NAT_STATIC || r->unidirectional ||
	    !nat_rule_mapped(r, &n->addresses, &mapped))
		return;
	match_back(f, r, mapped, n, &PREROUTING);
	count(f, NFT_NAT_UNTRANSLATED, r);
	put_dnat(f, mapped, r->real, &r->source_service);
}

/* A pool: by what the host is a host has always the same address of it, if it is not dealt out in
 * turn. */
static void put_pool(FILE *f, const struct nat_rule *r)
{
	fputs("snat ip to ", f);
	put_range(f, r->mapped);
	fputs(r->to & NAT_TO_ROUND_ROBIN || r->mapped.first == r->mapped.last ? "\n"
									      : " persistent\n",
	    f);
}

/* To the address of the interface: what leaves by another device, to a VPN client, takes it, too.
 */
static void put_interface(FILE *f, const struct nat_rule *r, const struct nft_nat *n)
{
	uint32_t own;

	if (r->mapped_if[0] && r->mapped_clients &&
	    n->addresses.of(n->addresses.arg, r->mapped_if, &own)) {
		fputs("snat ip to ", f);
		put_address(f, own);
		putc('\n', f);
	} else {
		fputs("masquerade\n", f);
	}
}

bool nft_nat_needs_address(const struct nat_rule *r)
{
	return r->mapped_if[0] && !(r->to & NAT_TO_ADDRESSES) &&
	       (r->kind == NAT_STATIC || r->mapped_clients);
}

void nft_nat_postrouting(FILE *f, const struct nat_rule *r, const struct nft_nat *n)
{
	struct range mapped;
	bool there = nat_rule_mapped(r, &n->addresses, &mapped);

	if (r->kind == NAT_STATIC && !there)
		return;
	match_forward(f, r, n, &POSTROUTING);
	if (r->share > 1)
		fprintf(f, "jhash ip saddr mod %u seed 1 0 ", r->share);
	count(f, NFT_NAT_TRANSLATED, r);
	if (r->kind == NAT_STATIC)
		put_snat(f, r->real, mapped, &r->source_service);
	else if (r->to & NAT_TO_ADDRESSES)
		put_pool(f, r);
	else
		put_interface(f, r, n);
	if (r->kind != NAT_STATIC || r->unidirectional)
		return;
	match_back(f, r, mapped, n, &POSTROUTING);
	put_snat(f, r->dest_real, r->dest_mapped, &r->dest_service);
}
