/*
 * `intercept-dhcp`: a client whose link is up asks by DHCPINFORM for what IPCP
 * cannot tell, the domain and the routes of split tunnelling, and is answered
 * here instead of by a server (RFC 2131 4.3.5, RFC 3442). Nothing is kept.
 */
#include "engine/session/dhcp.h"

#include "engine/base/log.h"
#include "engine/dhcp/inform.h"
#include "engine/ppp/frame.h"
#include "engine/session/fit.h"
#include "engine/session/lease.h"
#include "engine/session/peer.h"
#include "engine/session/session.h"

/* ---- which routes ------------------------------------------------------------------- */

/* The networks of the session's list: the first line that has an address decides of it. A standard
 * list names them as such; an extended one has them as its source. */
static bool listed(const struct session *s, struct networks *to)
{
	const struct config_list *l = config_access_list(s->gw->config, s->policy->split_list);
	bool ok = true;

	for (size_t i = l ? l->rules.n : 0; ok && i-- > 0;) {
		const struct acl_rule *r = &l->rules.rule[i];
		uint32_t first = l->standard ? r->dest_first : r->source_first;
		uint32_t last = l->standard ? r->dest_last : r->source_last;

		ok = r->permit ? networks_add(to, first, last) : networks_remove(to, first, last);
	}
	return ok;
}

/* Everything but those: of what a route can be for, so neither 0/8, nor 127/8, nor 224/3. */
static bool excluded(const struct networks * not, struct networks *to)
{
	bool ok = networks_add(to, 0x01000000, 0x7effffff) &&
		  networks_add(to, 0x80000000, 0xdfffffff);

	for (size_t i = 0; ok && i < not ->n; i++)
		ok = networks_remove(to, not ->v[i].first, not ->v[i].last);
	return ok;
}

/* `split-tunnel-all-dns`: the servers are asked through the tunnel, whatever the list says. */
static bool with_dns(const struct session *s, struct networks *to)
{
	struct name_servers n = session_name_servers(s);
	bool ok = true;

	for (int i = 0; ok && i < 2 && s->policy->split_all_dns; i++)
		if (n.dns[i].family)
			ok = networks_add(to, addr_to_v4(&n.dns[i]), addr_to_v4(&n.dns[i]));
	return ok;
}

/* What is to go through the tunnel. False: no memory. */
static bool routes_of(const struct session *s, struct networks *to)
{
	struct networks list = {0};
	bool ok;

	if (s->policy->split_policy == SPLIT_ALL)
		return networks_add(to, 0, UINT32_MAX);
	if (s->policy->split_policy == SPLIT_SPECIFIED)
		return listed(s, to) && with_dns(s, to);
	ok = listed(s, &list) && excluded(&list, to) && with_dns(s, to);
	networks_free(&list);
	return ok;
}

/* ---- the answer ------------------------------------------------------------------------ */

static void say_left_out(const struct session *s, size_t n)
{
	char ip[ADDR_TEXT_MAX];

	log_say(&s->gw->trace->log, 713903,
	    "Group = %s, Username = %s, IP = %s, %zu routes of access-list %s do not fit into the "
	    "answer to DHCPINFORM",
	    s->peer->tunnel_group, s->user, addr_text(&s->peer->path.remote.addr, ip), n,
	    s->policy->split_list);
}

static void answer(struct session *s, const struct dhcp_inform *question)
{
	struct networks routes = {0};
	struct name_servers servers = session_name_servers(s);
	struct dhcp_inform_offer offer = {
	    .server = session_own_address(s->peer),
	    .gateway = session_own_address(s->peer),
	    .mask = s->policy->intercept_mask,
	    .dns = {servers.dns[0], servers.dns[1]},
	    .wins = {servers.wins[0], servers.wins[1]},
	    .domain = *servers.domain ? servers.domain : NULL,
	    .search = *s->policy->split_dns ? s->policy->split_dns : NULL,
	};
	uint8_t packet[DHCP_INFORM_ANSWER_MAX];
	size_t n, left_out;

	if (routes_of(s, &routes))
		offer.routes = &routes;
	/* What the link takes in one piece: clients that ask this early put none together. */
	n = dhcp_inform_answer(
	    question, &offer, packet, peer_mru(s->peer, s->sequencing), &left_out);
	networks_free(&routes);
	if (n)
		dp_send_ip(s->gw->dp, s->id, packet, n);
	if (left_out)
		say_left_out(s, left_out);
}

bool session_dhcp(struct session *s, const uint8_t *frame, size_t len)
{
	struct rd r = rd_init(frame, len);
	struct dhcp_inform question;

	if (!s->open || !s->policy->intercept_dhcp)
		return false;
	if (ppp_unframe(&r) != PROTO_IP || !dhcp_inform_read(r.p, rd_left(&r), &question))
		return false;
	if (addr_to_v4(&question.head.ciaddr) == s->address) /* else somebody else's: no answer */
		answer(s, &question);
	return true;
}
