/*
 * What fits towards a peer: the MTU of the interface that he is reached
 * through, told to the packet path, and the MRU that his PPP link asks for.
 * Both follow the SA pair in use, its encapsulation, and the links.
 */
#include "engine/session/fit.h"

#include "engine/ipsec/mtu.h"
#include "engine/l2tp/header.h"
#include "engine/ppp/frame.h"

#define MRU_MOST 1500 /* what every PPP link takes (RFC 1661 6.1) */

uint32_t peer_link_mtu(const struct peer *p)
{
	const struct interface *i = config_interface_by_addr(p->gw->config, &p->path.local.addr);

	return i && i->mtu ? i->mtu : MTU_DEFAULT;
}

/* The client's packets come back the same way, in headers of which nothing is compressed. */
uint16_t peer_mru(const struct peer *p, bool sequencing)
{
	const struct child *c = p->use ? &p->use->child : NULL;
	uint16_t header = (uint16_t)(l2tp_data_header(sequencing) + PPP_HEADER_MAX), mru;

	if (!c)
		return MRU_MOST; /* and nothing can leave */
	mru = mtu_message(c->cipher, c->auth, c->transport, c->udp_encap, peer_link_mtu(p));
	mru = mtu_inner(mru, header);
	return mru < MRU_MOST ? mru : MRU_MOST;
}

void peer_fit(struct peer *p)
{
	p->mtu = peer_link_mtu(p);
	dp_peer_mtu(p->gw->dp, p->id, p->mtu);
	if (p->session)
		ppp_set_mru(p->session->ppp, peer_mru(p, p->session->sequencing));
}

void gateway_links_changed(struct gateway *gw)
{
	for (size_t n = 0; n < gw->n_peers; n++)
		if (gw->peers[n]->mtu != peer_link_mtu(gw->peers[n]))
			peer_fit(gw->peers[n]);
}
