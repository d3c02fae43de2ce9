/*
 * NAT traversal in IKE (RFC 3947 and the drafts 02 and 03 before it). Which
 * flavour is agreed on by vendor ids in messages 1 and 2; the payload numbers
 * and encapsulation modes follow from it.
 *
 *     NAT-D = HASH(CKY-I | CKY-R | IP | port)    first the receiver's end, then the sender's
 */
#include "engine/ike/internal.h"

static const struct {
	uint16_t vid;
	uint8_t natd, natoa;
	uint16_t udp_tunnel, udp_transport;
} flavours[] = { /* best first */
	{VID_NATT_RFC, PAY_NAT_D, PAY_NAT_OA, ENCAP_UDP_TUNNEL, ENCAP_UDP_TRANSPORT},
	{VID_NATT_03, PAY_NAT_D_DRAFT, PAY_NAT_OA_DRAFT, ENCAP_UDP_TUNNEL_DRAFT,
	    ENCAP_UDP_TRANSPORT_DRAFT},
	{VID_NATT_02_N, PAY_NAT_D_DRAFT, PAY_NAT_OA_DRAFT, ENCAP_UDP_TUNNEL_DRAFT,
	    ENCAP_UDP_TRANSPORT_DRAFT},
	{VID_NATT_02, PAY_NAT_D_DRAFT, PAY_NAT_OA_DRAFT, ENCAP_UDP_TUNNEL_DRAFT,
	    ENCAP_UDP_TRANSPORT_DRAFT},
};
#define N_FLAVOURS (sizeof flavours / sizeof *flavours)

static size_t flavour(const struct ike_sa *sa)
{
	size_t i = 0;

	while (i < N_FLAVOURS - 1 && flavours[i].vid != sa->natt)
		i++;
	return i;
}

/* True when every map entry that a client may land on has NAT-T switched off. */
static bool maps_disable(const struct config *cfg, const struct interface *ifc)
{
	const struct map_entry *e;
	size_t n = 0;

	while ((e = config_map_entry(cfg, ifc, n)) != NULL) {
		if (!e->set.nat_t_disable)
			return false;
		n++;
	}
	return n > 0;
}

uint16_t natt_choose(const struct config *cfg, const struct interface *ifc, uint16_t vids)
{
	if (!cfg->isakmp.nat_traversal || maps_disable(cfg, ifc))
		return 0;
	for (size_t i = 0; i < N_FLAVOURS; i++)
		if (vids & flavours[i].vid)
			return flavours[i].vid;
	return 0;
}

bool natt_hash(const struct ike_sa *sa, const struct endpoint *end, uint8_t *out)
{
	uint8_t port[2];
	struct wr w = wr_init(port, sizeof port);
	struct chunk part[] = {
		{sa->cky_i, COOKIE_LEN},
		{sa->cky_r, COOKIE_LEN},
		{end->addr.b, end->addr.family == AF_INET6 ? 16 : 4},
		{port, sizeof port},
	};

	wr_u16(&w, end->port);
	return crypto_hash(sa->ike->crypto, sa->hash, part, 4, out);
}

static bool natd_is(const struct ike_sa *sa, const struct payload *p, const struct endpoint *end)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	size_t size = hash_info[sa->hash].size;

	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "processing NAT-Discovery payload");
	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "computing NAT Discovery hash");
	return natt_hash(sa, end, hash) && p->body.len == size &&
	    crypto_equal(p->body.p, hash, size);
}

void natt_detect(struct ike_sa *sa, const struct message *m)
{
	const struct payload *p = message_get(m, HAS_NATD, 0);
	bool theirs = false;

	sa->natt = sa->natt_agreed;
	sa->nat_local = sa->nat_remote = false;
	if (!sa->natt)
		return;
	if (!p || !message_get(m, HAS_NATD, 1)) { /* the client thought better of it */
		sa->natt = 0;
		return;
	}
	sa->nat_local = !natd_is(sa, p, &sa->path.local);
	for (size_t i = 1; (p = message_get(m, HAS_NATD, i)) != NULL; i++)
		theirs |= natd_is(sa, p, &sa->path.remote);
	sa->nat_remote = !theirs;
}

void natt_write_natd(struct ike_sa *sa, struct out *o)
{
	const struct endpoint *end[] = {&sa->path.remote, &sa->path.local};
	uint8_t hash[CRYPTO_HASH_MAX];

	for (size_t i = 0; sa->natt && i < 2; i++) {
		trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "constructing NAT-Discovery payload");
		trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "computing NAT Discovery hash");
		natt_hash(sa, end[i], hash);
		out_payload(o, flavours[flavour(sa)].natd, hash, hash_info[sa->hash].size);
	}
}

void natt_write_natoa(const struct ike_sa *sa, struct out *o)
{
	const struct endpoint *end[] = {&sa->path.remote, &sa->path.local};

	for (size_t i = 0; i < 2; i++) {
		trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa),
		    "constructing NAT-Original-Address payload");
		out_open(o, flavours[flavour(sa)].natoa);
		wr_u8(&o->w, ID_IPV4_ADDR);
		wr_zero(&o->w, 3);
		wr_u32(&o->w, addr_to_v4(&end[i]->addr));
		out_close(o);
	}
}

bool natt_encapsulation(const struct ike_sa *sa, uint64_t value, bool *transport, bool *udp)
{
	size_t i = flavour(sa);
	bool nat = sa->nat_local || sa->nat_remote;

	*udp = sa->natt &&
	    (value == flavours[i].udp_tunnel || value == flavours[i].udp_transport);
	*transport = value == ENCAP_TRANSPORT || (*udp && value == flavours[i].udp_transport);
	/* ESP alone does not pass a NAT; in UDP it runs where the client has moved to 4500. */
	if (*udp)
		return sa->path.local.port != IKE_PORT;
	return !nat && (value == ENCAP_TRANSPORT || value == ENCAP_TUNNEL || value == 0);
}
