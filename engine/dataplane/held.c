/* A packet before the access list of its session; see held.h. */
#include "engine/dataplane/held.h"

#include <netinet/in.h>

#include "engine/base/env.h"

#define REPEATS_TOLD (DENIALS_TOLD / 2) /* one flow leaves room for the others */

static bool has_ports(const struct ipv4 *h)
{
	return (h->fragment & IP_OFFSET) == 0 &&
	       (h->protocol == IPPROTO_TCP || h->protocol == IPPROTO_UDP ||
		   h->protocol == IPPROTO_ICMP);
}

static struct dp_denied denied(
    const struct dp_link *l, const uint8_t *ip, const struct ipv4 *h, bool inward)
{
	struct dp_denied d = {.session = l->is.session,
	    .inward = inward,
	    .protocol = h->protocol,
	    .src = h->src,
	    .dst = h->dst};
	struct rd r = rd_init(ip, h->total);

	rd_skip(&r, h->header);
	if (has_ports(h) && h->protocol == IPPROTO_ICMP) {
		d.src_port = rd_u8(&r);
		d.dst_port = rd_u8(&r);
	} else if (has_ports(h)) {
		d.src_port = rd_u16(&r);
		d.dst_port = rd_u16(&r);
	}
	return d;
}

/* Was that flow told of in this second? */
static bool told_before(const struct worker *w, const struct dp_denied *d)
{
	unsigned n = 0;

	for (const struct dp_denied *t = w->denied_told; n < w->denied; t++, n++)
		if (t->session == d->session && t->inward == d->inward && t->src == d->src &&
		    t->dst == d->dst && t->src_port == d->src_port &&
		    t->dst_port == d->dst_port && t->protocol == d->protocol)
			break;
	return n < w->denied;
}

static void tell(struct worker *w, const struct dp_denied *d)
{
	struct event *e;
	bool again;

	if (w->now - w->denied_since >= SEC) {
		w->denied_since = w->now;
		w->denied = w->repeated = 0;
	}
	if (w->denied == DENIALS_TOLD)
		return;
	again = told_before(w, d);
	if ((again && w->repeated == REPEATS_TOLD) ||
	    !(e = outbox_event(&w->outbox, EVENT_DENIED, 0)))
		return;
	w->denied_told[w->denied++] = *d;
	w->repeated += again;
	e->denied = *d;
	outbox_commit(&w->outbox);
}

/* A rule may say that it is told: of a flow that it permits the first packet, of one that it
 * refuses each; or that nothing is. */
static void tell_of(struct worker *w, const struct dp_link *l, const uint8_t *ip,
    const struct ipv4 *h, bool inward, bool permitted)
{
	const struct acl_flows *flows = l->filter ? &l->filter->flows : NULL;
	const struct acl_rule *r = flows ? flows->rule : NULL;
	bool logged = r && r->log >= ACL_LOG_LEVEL;
	struct dp_denied d;

	if (logged ? permitted && !flows->first : permitted || (r && r->log == ACL_LOG_NONE))
		return;
	d = denied(l, ip, h, inward);
	d.permitted = permitted;
	d.logged = logged;
	if (logged) {
		d.severity = (uint8_t)(r->log - ACL_LOG_LEVEL);
		d.interval = r->interval;
		d.hash = r->hash;
	}
	tell(w, &d);
}

void held_spoofed(
    struct worker *w, const struct dp_link *l, const uint8_t *ip, const struct ipv4 *h)
{
	struct dp_denied d = denied(l, ip, h, true);

	d.spoofed = true;
	tell(w, &d);
}

/* What the list says; `flows` then tells of its rule, if it was asked. */
static bool asked(
    struct worker *w, struct dp_link *l, const uint8_t *ip, const struct ipv4 *h, bool inward)
{
	bool yes;

	if (!l->filter)
		return false;
	l->filter->flows.rule = NULL;
	l->filter->flows.first = false;
	if (h->fragment & IP_OFFSET)
		return pieces_later(&w->pieces, l->is.session, h, inward, w->now);
	l->filter->flows.now = w->now;
	yes = acl_permits(l->filter->acl, &l->filter->flows, ip, h, inward);
	if (h->fragment & IP_MF)
		pieces_first(&w->pieces, l->is.session, h, inward, w->now, yes);
	return yes;
}

bool held_passes(
    struct worker *w, struct dp_link *l, const uint8_t *ip, const struct ipv4 *h, bool inward)
{
	bool permitted = asked(w, l, ip, h, inward);

	tell_of(w, l, ip, h, inward, permitted);
	if (permitted)
		return true;
	count(&w->stats.filtered, 1);
	count(inward ? &l->drop_in : &l->drop_out, 1);
	return false;
}
