/* Notifications and deletions; see informational.h. */
#include "engine/ike/informational.h"

#include "engine/ike/dpd.h"
#include "engine/ike/life.h"
#include "engine/ike/protection.h"
#include "engine/ike/quick_mode_renew.h"
#include "engine/ike/sa_table.h"
#include "engine/ike/send.h"
#include "engine/ike/whereabouts.h"

static void trace_non_routine(struct ike_sa *sa, const struct notify *n)
{
	trace_ike(TRACE_OF(sa), 713068, GROUP_OF(sa),
	    "Received non-routine Notify message: %s (%u)", notify_name(n->type), n->type);
}

/* It may be the answer to a quick mode of ours. */
static void refusal_receive(struct ike_sa *sa, const struct notify *n)
{
	trace_non_routine(sa, n);
	if (sa->state == MM_ACTIVE)
		quick_mode_refused(sa);
}

static void notify_receive(struct ike_sa *sa, const struct payload *p, const struct incoming *in)
{
	struct ike *ike = sa->ike;
	struct notify n;

	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing notify payload");
	if (!notify_read(p->body, &n)) {
		ike->stats.malformed++;
		return;
	}
	ike->stats.notifies_in++;
	switch (n.type) {
	case NOTIFY_INITIAL_CONTACT:
		if (sa->peer)
			ike->ops->initial_contact(ike->owner, sa->peer, sa);
		break;
	case NOTIFY_R_U_THERE:
	case NOTIFY_R_U_THERE_ACK:
		dpd_receive(sa, &n, in);
		break;
	case NOTIFY_NO_PROPOSAL_CHOSEN:
	case NOTIFY_INVALID_ID_INFO:
	case NOTIFY_PAYLOAD_MALFORMED:
		refusal_receive(sa, &n);
		break;
	default:
		trace_non_routine(sa, &n);
		break;
	}
}

void notifies_receive(struct ike_sa *sa, const struct incoming *in)
{
	const struct payload *p;

	for (size_t i = 0; !sa->dead && (p = message_get(&in->m, HAS_NOTIFY, i)) != NULL; i++)
		notify_receive(sa, p, in);
}

/* The client's inbound SPIs are our outbound ones. */
static void delete_children(struct ike_sa *sa, const struct delete_list *d)
{
	struct ike *ike = sa->ike;
	struct rd r = rd_init(d->spis.p, d->spis.len);
	char text[ADDR_TEXT_MAX];

	for (unsigned i = 0; i < d->n && !sa->dead; i++) {
		uint32_t spi = rd_u32(&r);

		trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa),
		    "Active unit receives a delete event for remote peer %s.",
		    addr_text(&sa->path.remote.addr, text));
		ike->ops->child_deleted(ike->owner, sa->peer, spi);
	}
}

/* A client may delete any SA of its own: this one, or one that it replaced. */
static void delete_sas(struct ike_sa *sa, const struct delete_list *d)
{
	struct ike *ike = sa->ike;
	struct rd r = rd_init(d->spis.p, d->spis.len);
	char text[ADDR_TEXT_MAX];

	for (unsigned i = 0; i < d->n; i++) {
		uint8_t cky_i[COOKIE_LEN], cky_r[COOKIE_LEN];
		struct ike_sa *which;

		rd_copy(&r, cky_i, sizeof cky_i);
		rd_copy(&r, cky_r, sizeof cky_r);
		which = sa_by_cookies(ike, cky_i, cky_r);
		if (!which ||
		    (which != sa && (which->state != MM_ACTIVE || which->peer != sa->peer)))
			continue;
		trace_ike(TRACE_OF(sa), 713050, GROUP_OF(which),
		    "Connection terminated for peer %s.  Reason: %s  Remote Proxy N/A, "
		    "Local Proxy N/A",
		    addr_text(&which->path.remote.addr, text),
		    reason_text(REASON_PEER_DELETE)->device);
		sa_end(which, REASON_PEER_DELETE);
	}
}

static void delete_receive(struct ike_sa *sa, const struct payload *p)
{
	struct delete_list d;

	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing delete");
	if (!delete_read(p->body, &d)) {
		sa->ike->stats.malformed++;
		return;
	}
	if (d.protocol == PROTO_ESP && d.spi_len == 4) {
		sa->ike->stats.deletes_in += d.n;
		delete_children(sa, &d);
	} else if (d.protocol == PROTO_ISAKMP && d.spi_len == 2 * COOKIE_LEN) {
		sa->ike->stats.phase1_deletes_in += d.n;
		delete_sas(sa, &d);
	}
}

enum outcome informational_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	const struct payload *p;

	(void)q;
	if (!exchange_begins(sa, dpd_ids(sa, &in->m), in))
		return GO_STAY;
	if (dpd_stale(sa, &in->m)) {
		trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa),
		    "Received keep-alive with an unexpected sequence number, dropping");
		return sa_refuse(sa, &sa->ike->stats.duplicates); /* said again, or too late */
	}
	sa_seen(sa, in->path);
	notifies_receive(sa, in);
	for (size_t i = 0; !sa->dead && (p = message_get(&in->m, HAS_DELETE, i)) != NULL; i++)
		delete_receive(sa, p);
	return GO_STAY;
}

void informational_clear(struct ike *ike, struct ike_sa *sa, struct incoming *in)
{
	struct trace_ctx ip = {.group = sa ? sa->group_name : NULL, .ip = &in->path->remote.addr};
	const struct payload *p;
	struct notify n;

	ike->stats.in_drops++;
	if (!isakmp_payloads_read(&in->m, in->body, in->body_len, false)) {
		ike->stats.malformed++;
		return;
	}
	trace_received(ike, in->path, &in->m);
	p = message_get(&in->m, HAS_NOTIFY, 0);
	if (p && notify_read(p->body, &n))
		trace_ike(ike->trace, 713904, &ip,
		    "Received an un-encrypted %s notify message, dropping", notify_name(n.type));
	trace_ike(ike->trace, 713903, &ip, "Information Exchange processing failed");
}
