/* What operators order: clear and logoff. Each answers with the number of things that went. */
#include <string.h>

#include "engine/session/filter.h"
#include "engine/session/gateway.h"
#include "engine/session/peer.h"
#include "engine/session/sa_pair.h"

uint32_t gateway_clear_ike(struct gateway *gw, const struct addr *peer)
{
	uint32_t n = 0;

	for (size_t i = 0; i < gw->n_peers; i++) {
		struct peer *p = gw->peers[i];

		if (p->ending || (peer->family && !addr_equal(peer, &p->path.remote.addr)))
			continue;
		n += (uint32_t)p->n_ike;
		peer_end(p, REASON_ADMIN_RESET);
	}
	return n;
}

static uint32_t clear_counters(struct gateway *gw)
{
	uint32_t n = 0;

	for (size_t i = 0; i < gw->n_peers; i++) {
		struct sa_pair *s;

		LIST_FOREACH(s, &gw->peers[i]->pairs, link)
			n += sa_pair_clear_counters(s);
	}
	return n;
}

uint32_t gateway_clear_list(struct gateway *gw, const char *name)
{
	return lists_clear(&gw->lists, name);
}

uint32_t gateway_clear_failures(struct gateway *gw)
{
	return failures_clear(&gw->failed);
}

uint32_t gateway_clear_ipsec(struct gateway *gw, const char *filter, const char *value)
{
	uint32_t n = 0;

	if (strcmp(filter, "counters") == 0)
		return clear_counters(gw);

	for (size_t i = 0; i < gw->n_peers; i++) {
		struct sa_pair *s, *next;

		for (s = LIST_FIRST(&gw->peers[i]->pairs); s; s = next) {
			next = LIST_NEXT(s, link);
			if (!s->up || !pair_fits(s, filter, value))
				continue;
			n++;
			sa_pair_remove(s, true);
		}
		peer_check_why(gw->peers[i], REASON_ADMIN_RESET);
	}
	return n;
}

uint32_t gateway_logoff(struct gateway *gw, const char *filter, const char *value)
{
	uint32_t n = 0;

	for (size_t i = 0; i < gw->n_peers; i++) {
		struct peer *p = gw->peers[i];

		if (p->ending || !p->session || !p->session->up ||
		    !session_fits(p->session, filter, value))
			continue;
		n++;
		peer_end(p, REASON_ADMIN_RESET);
	}
	return n;
}
