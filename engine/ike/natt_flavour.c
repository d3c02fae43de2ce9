/* The table of NAT-T's flavours; see natt_flavour.h. */
#include "engine/ike/natt_flavour.h"

#include "engine/ike/isakmp.h"
#include "engine/ike/vendor.h"

static const struct natt_flavour flavours[] = { /* best first */
	{VID_NATT_RFC, PAY_NAT_D, PAY_NAT_OA, ENCAP_UDP_TUNNEL, ENCAP_UDP_TRANSPORT},
	{VID_NATT_03, PAY_NAT_D_DRAFT, PAY_NAT_OA_DRAFT, ENCAP_UDP_TUNNEL_DRAFT,
	    ENCAP_UDP_TRANSPORT_DRAFT},
	{VID_NATT_02_N, PAY_NAT_D_DRAFT, PAY_NAT_OA_DRAFT, ENCAP_UDP_TUNNEL_DRAFT,
	    ENCAP_UDP_TRANSPORT_DRAFT},
	{VID_NATT_02, PAY_NAT_D_DRAFT, PAY_NAT_OA_DRAFT, ENCAP_UDP_TUNNEL_DRAFT,
	    ENCAP_UDP_TRANSPORT_DRAFT},
};
#define N_FLAVOURS (sizeof flavours / sizeof *flavours)

const struct natt_flavour *natt_flavour(uint16_t vid)
{
	size_t i = 0;

	while (flavours[i].vid != vid)
		i++;
	return &flavours[i];
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

bool natt_encapsulation(const struct natt_terms *t, uint64_t value, bool *transport, bool *udp)
{
	const struct natt_flavour *f = t->flavour ? natt_flavour(t->flavour) : NULL;

	*udp = f && (value == f->udp_tunnel || value == f->udp_transport);
	*transport = value == ENCAP_TRANSPORT || (*udp && value == f->udp_transport);
	/* ESP alone does not pass a NAT; in UDP it runs where the client has moved to 4500. */
	if (*udp)
		return t->floated;
	return !t->nat && (value == ENCAP_TRANSPORT || value == ENCAP_TUNNEL || value == 0);
}

uint16_t natt_encapsulation_number(const struct natt_terms *t, bool transport, bool udp)
{
	const struct natt_flavour *f = t->flavour ? natt_flavour(t->flavour) : NULL;

	if (udp)
		return !f || !t->floated ? 0 : transport ? f->udp_transport : f->udp_tunnel;
	return t->nat ? 0 : transport ? ENCAP_TRANSPORT : ENCAP_TUNNEL;
}
