/* What fits through a session, and what has passed; see link.h. */
#include "engine/dataplane/link.h"

#include "engine/ipsec/mtu.h"
#include "engine/l2tp/header.h"
#include "engine/ppp/frame.h"

#define TCP_IP_HEADERS 40 /* without options (RFC 6691 2) */

void link_set(struct dp_link *l, const struct dp_session *is)
{
	l->is = *is;
	l->client = addr_to_v4(&is->client);
	l->header = (uint16_t)(l2tp_data_header(is->sequencing) + ppp_ip_header(is->acfc, is->pfc));
}

uint16_t link_mtu(const struct dp_link *l)
{
	const struct dp_sa *sa = l->peer ? l->peer->current : NULL;
	uint16_t fits = sa ? mtu_inner(sa->message, l->header) : MTU_DEFAULT;

	return l->is.mtu < fits ? l->is.mtu : fits;
}

struct mss_limits link_mss(const struct dp_link *l, uint16_t mtu)
{
	uint16_t most = (uint16_t)(mtu - TCP_IP_HEADERS), least = l->is.mss_least;

	if (l->is.mss != 0 && l->is.mss < most)
		most = l->is.mss;
	return (struct mss_limits){.least = least < most ? least : most, .most = most};
}

void link_counters(const struct dp_link *l, struct dp_session_counters *to)
{
	*to = (struct dp_session_counters){.packets_in = get(&l->packets_in),
	    .bytes_in = get(&l->bytes_in), .packets_out = get(&l->packets_out),
	    .bytes_out = get(&l->bytes_out), .drop_in = get(&l->drop_in),
	    .drop_out = get(&l->drop_out), .last_in = get(&l->last_in),
	    .last_out = get(&l->last_out)};
}
