/*
 * What fits towards a peer: the MTU of the interface that he is reached
 * through, told to the packet path, and the MRU that his PPP link asks for.
 * Both follow the SA pair in use, its encapsulation, and the links.
 */
#include "engine/session/fit.h"

#include <string.h>

#include "engine/ipsec/mtu.h"
#include "engine/l2tp/header.h"
#include "engine/ppp/frame.h"

#define MRU_MOST 1500 /* what every PPP link takes (RFC 1661 6.1) */

static const struct interface *interface_of(const struct peer *p)
{
	return config_interface_by_addr(p->gw->config, &p->path.local.addr);
}

const char *peer_nameif(const struct peer *p)
{
	const struct interface *i = interface_of(p);

	return i && i->set.nameif ? i->set.nameif : "";
}

uint32_t peer_link_mtu(const struct peer *p)
{
	const struct interface *i = interface_of(p);

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

const char *peer_df_policy(const struct peer *p)
{
	const struct interface *i = interface_of(p);
	const struct cfg_ipsec_df *df = i ? config_df(p->gw->config, i) : NULL;

	return df && df->policy ? df->policy : "copy-df";
}

uint16_t session_room(const struct session *s, uint32_t outer)
{
	const struct child *c = s->peer->use ? &s->peer->use->child : NULL;
	struct ppp_info info;
	uint16_t header, room;

	if (!c)
		return 0;
	ppp_get(s->ppp, &info);
	header = (uint16_t)(l2tp_data_header(s->sequencing) + ppp_ip_header(info.acfc, info.pfc));
	room = mtu_inner(
	    mtu_message(c->cipher, c->auth, c->transport, c->udp_encap, outer), header);
	return room < info.mru ? room : info.mru;
}

static struct dp_fit fit_of(const struct peer *p)
{
	const struct interface *i = interface_of(p);
	const struct cfg_ipsec_fragmentation *f = i ? config_fragmentation(p->gw->config, i) : NULL;
	const char *df = peer_df_policy(p);
	uint32_t mtu = peer_link_mtu(p), learned = p->path_mtu.learned;

	return (struct dp_fit){.mtu = learned && learned < mtu ? learned : mtu,
	    .df = p->path_mtu.silent         ? DP_DF_NEVER :
	        strcmp(df, "clear-df") == 0 ? DP_DF_CLEAR :
	        strcmp(df, "set-df") == 0     ? DP_DF_SET :
	                                        DP_DF_COPY,
	    .after = f && f->moment && strcmp(f->moment, "after-encryption") == 0};
}

void peer_fit(struct peer *p)
{
	p->fit = fit_of(p);
	dp_peer_fit(p->gw->dp, p->id, &p->fit);
	if (p->session)
		ppp_set_mru(p->session->ppp, peer_mru(p, p->session->sequencing));
}

static bool fit_equal(const struct peer *p)
{
	struct dp_fit is = fit_of(p);

	return is.mtu == p->fit.mtu && is.df == p->fit.df && is.after == p->fit.after;
}

void gateway_links_changed(struct gateway *gw)
{
	for (size_t n = 0; n < gw->n_peers; n++)
		if (!fit_equal(gw->peers[n]))
			peer_fit(gw->peers[n]);
}
