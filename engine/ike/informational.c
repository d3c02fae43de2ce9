/*
 * The informational exchange (RFC 2408 4.8, RFC 2409 5.7): Delete, and the
 * notifications that mean something to us. Unprotected ones are only counted
 * and shown: anybody may send them.
 */
#include <string.h>

#include "engine/ike/internal.h"

static const char *notify_name(uint16_t type)
{
	static const struct {
		uint16_t type;
		const char *name;
	} table[] = {
		{1, "INVALID_PAYLOAD_TYPE"},
		{4, "INVALID_COOKIE"},
		{7, "INVALID_EXCHANGE_TYPE"},
		{9, "INVALID_MESSAGE_ID"},
		{11, "INVALID_SPI"},
		{14, "NO_PROPOSAL_CHOSEN"},
		{16, "PAYLOAD_MALFORMED"},
		{17, "INVALID_KEY_INFO"},
		{18, "INVALID_ID_INFO"},
		{23, "INVALID_HASH_INFO"},
		{24, "AUTH_FAILED"},
		{25, "INVALID_SIGNATURE"},
		{NOTIFY_RESPONDER_LIFETIME, "RESPONDER_LIFETIME"},
		{NOTIFY_INITIAL_CONTACT, "INITIAL_CONTACT"},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].type == type)
			return table[i].name;
	return "Unknown";
}

void notify_receive(struct ike_sa *sa, const struct payload *p, const uint8_t *digest)
{
	struct ike *ike = sa->ike;
	struct notify n;

	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "processing notify payload");
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
		dpd_receive(sa, &n, digest);
		break;
	default:
		trace_ike(TRACE_OF(sa), GROUP_OF(sa),
		    "Received non-routine Notify message: %s (%u)", notify_name(n.type), n.type);
		break;
	}
}

/* The client's inbound SPIs are our outbound ones. */
static void delete_children(struct ike_sa *sa, const struct delete_list *d)
{
	struct ike *ike = sa->ike;
	struct rd r = rd_init(d->spis.p, d->spis.len);
	char text[ADDR_TEXT_MAX];

	for (unsigned i = 0; i < d->n && !sa->dead; i++) {
		uint32_t spi = rd_u32(&r);

		trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa),
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
		trace_ike(TRACE_OF(sa), GROUP_OF(which),
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

	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "processing delete");
	if (!delete_read(p->body, &d)) {
		sa->ike->stats.malformed++;
		return;
	}
	sa->ike->stats.deletes_in++;
	if (d.protocol == PROTO_ESP && d.spi_len == 4)
		delete_children(sa, &d);
	else if (d.protocol == PROTO_ISAKMP && d.spi_len == 2 * COOKIE_LEN)
		delete_sas(sa, &d);
}

enum outcome informational_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	const struct payload *p;

	(void)q;
	if (!exchange_begins(sa, &sa->rest->info_ids, in))
		return GO_STAY;
	if (dpd_stale(sa, &in->m)) {
		trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa),
		    "Received keep-alive with an unexpected sequence number, dropping");
		sa->ike->stats.in_drops++;
		return GO_STAY;
	}
	sa_seen(sa, in->path);
	for (size_t i = 0; !sa->dead && (p = message_get(&in->m, HAS_NOTIFY, i)) != NULL; i++)
		notify_receive(sa, p, in->digest);
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
		trace_ike(ike->trace, &ip, "Received an un-encrypted %s notify message, dropping",
		    notify_name(n.type));
	trace_ike(ike->trace, &ip, "Information Exchange processing failed");
}
