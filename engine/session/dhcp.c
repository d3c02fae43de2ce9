/*
 * `intercept-dhcp`: a client whose link is up asks by DHCPINFORM for what IPCP
 * cannot tell, the domain and the routes of split tunnelling, and is answered
 * here instead of by a server (RFC 2131 4.3.5, RFC 3442).
 */
#include "engine/session/dhcp.h"

#include <string.h>

#include "engine/net/dhcpinform.h"
#include "engine/ppp/frame.h"
#include "engine/session/session.h"

/* The permitted networks of the session's split tunnel list; what a list excludes cannot be told.
 */
static size_t routes_of(const struct session *s, struct dhcpinform_route to[DHCPINFORM_ROUTES_MAX])
{
	const struct config *c = s->gw->config;
	size_t n = 0;

	for (size_t i = 0; i < c->n_access_entries && n < DHCPINFORM_ROUTES_MAX; i++) {
		const struct cfg_access_list *e = &c->access_entries[i];

		/* A standard list names the networks as such; an extended one has them as its
		 * source. */
		if (!e->permit || e->inactive || strcmp(e->name, s->policy.split_list) != 0)
			continue;
		to[n++] = e->standard ? (struct dhcpinform_route){e->dest, e->dest_mask}
		                      : (struct dhcpinform_route){e->source, e->source_mask};
	}
	return n;
}

bool session_dhcp(struct session *s, const uint8_t *frame, size_t len)
{
	struct rd r = rd_init(frame, len);
	struct dhcpinform_route routes[DHCPINFORM_ROUTES_MAX];
	struct dhcpinform_offer offer = {
	    .server = session_own_address(s->peer),
	    .gateway = session_own_address(s->peer),
	    .mask = s->policy.intercept_mask,
	    .domain = *s->policy.domain ? s->policy.domain : NULL,
	    .routes = routes,
	};
	struct dhcpinform question;
	uint8_t answer[DHCPINFORM_ANSWER_MAX];
	size_t n;

	if (!s->open || !s->policy.intercept_dhcp)
		return false;
	if (ppp_unframe(&r) != PROTO_IP || !dhcpinform_read(r.p, rd_left(&r), &question))
		return false;
	if (addr_to_v4(&question.client) != s->address)
		return true; /* somebody else's: no answer */
	offer.n_routes = s->policy.split_policy == SPLIT_SPECIFIED ? routes_of(s, routes) : 0;
	n = dhcpinform_answer(&question, &offer, answer, sizeof answer);
	if (n)
		dp_send_ip(s->gw->dp, s->id, answer, n);
	return true;
}
