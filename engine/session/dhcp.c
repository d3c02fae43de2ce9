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

/* The addresses as networks, the fewest that have them all. */
static size_t networks_of(uint32_t first, uint32_t last, struct dhcpinform_route *to, size_t n)
{
	size_t had = n;
	int prefix;

	for (uint64_t at = first; n && at <= last; at += (uint64_t)1 << (32 - prefix), n--) {
		prefix = 32;
		while (prefix > 0 && (at & ((uint64_t)1 << (32 - prefix))) == 0 &&
		       at + ((uint64_t)2 << (32 - prefix)) - 1 <= last)
			prefix--;
		*to++ = (struct dhcpinform_route){addr_v4((uint32_t)at), prefix_mask(prefix)};
	}
	return had - n;
}

/* The permitted networks of the session's split tunnel list; what a list excludes cannot be told.
 */
static size_t routes_of(const struct session *s, struct dhcpinform_route to[DHCPINFORM_ROUTES_MAX])
{
	const struct config_list *l = config_access_list(s->gw->config, s->policy.split_list);
	size_t n = 0;

	for (size_t i = 0; l && i < l->rules.n; i++) {
		const struct acl_rule *r = &l->rules.rule[i];

		/* A standard list names the networks as such; an extended one has them as its
		 * source. */
		if (r->permit)
			n += networks_of(l->standard ? r->dest_first : r->source_first,
			    l->standard ? r->dest_last : r->source_last, to + n,
			    DHCPINFORM_ROUTES_MAX - n);
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
