/* Identities and the map entry that may serve them; see selector.h. */
#include "engine/ike/selector.h"

#include <string.h>

#include "engine/ike/ident.h"

static void selector_trace(struct ike_sa *sa, const char *side, const struct ident *id,
    const struct selector *s)
{
	bool host = id->type == ID_IPV4_ADDR, local = strcmp(side, "local") == 0;
	enum log_id message = host ? (local ? LOG_713024 : LOG_713025)
				   : (local ? LOG_713034 : LOG_713035);
	char a[ADDR_TEXT_MAX], m[ADDR_TEXT_MAX];

	if (!trace_on(TRACE_OF(sa), TRACE_IKE, TRACE_EVENT) &&
	    !log_wants(&TRACE_OF(sa)->log, message))
		return;
	trace_tagged(TRACE_OF(sa), TRACE_EVENT, "IKEv1", message, GROUP_OF(sa),
	    "Received %s %s data in ID Payload: Address %s,%s%s%s Protocol %u, Port %u", side,
	    host ? "Proxy Host" : "IP Proxy Subnet", addr_text(&s->addr, a), host ? "" : " Mask ",
	    host ? "" : addr_text(&s->mask, m), host ? "" : ",", s->protocol, s->port);
}

/* One identity: kept as bytes to be returned, and as a selector. */
static bool selector_read(struct ike_sa *sa, const char *side, const struct payload *p,
    struct selector *s, uint8_t *type, uint8_t *kept, size_t size, size_t *kept_len)
{
	struct ident id;

	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing ID payload");
	if (p->body.len > size || !ident_read(p->body, &id))
		return false;
	ident_trace(TRACE_OF(sa), GROUP_OF(sa), &id);
	if (!ident_ipv4(&id, &s->addr, &s->mask))
		return false;
	s->protocol = id.protocol;
	s->port = id.port;
	*type = id.type;
	memcpy(kept, p->body.p, p->body.len);
	*kept_len = p->body.len;
	selector_trace(sa, side, &id, s);
	return true;
}

bool selectors_read(struct ike_sa *sa, struct qm *q, const struct message *m)
{
	const struct payload *ci = message_get(m, HAS_ID, 0), *cr = message_get(m, HAS_ID, 1);

	if (!ci) { /* RFC 2409 5.5: then they are the peers' own addresses */
		q->child.remote = (struct selector){sa->path.remote.addr, prefix_mask(32), 0, 0};
		q->child.local = (struct selector){sa->path.local.addr, prefix_mask(32), 0, 0};
		return true;
	}
	q->ids = true;
	return cr && !message_get(m, HAS_ID, 2) &&
	    selector_read(sa, "remote", ci, &q->child.remote, &q->child.remote_id, q->idci,
	        sizeof q->idci, &q->idci_len) &&
	    selector_read(sa, "local", cr, &q->child.local, &q->child.local_id, q->idcr,
	        sizeof q->idcr, &q->idcr_len);
}

static size_t selector_write(uint8_t type, const struct selector *s, uint8_t *to, size_t size)
{
	struct wr w = wr_init(to, size);

	wr_u8(&w, type);
	wr_u8(&w, s->protocol);
	wr_u16(&w, s->port);
	wr_u32(&w, addr_to_v4(&s->addr));
	if (type == ID_IPV4_ADDR_SUBNET)
		wr_u32(&w, addr_to_v4(&s->mask));
	return wr_len(&w);
}

void selectors_write(struct qm *q)
{
	const struct child *c = &q->child;

	q->ids = c->local_id != 0;
	if (!q->ids)
		return;
	q->idci_len = selector_write(c->local_id, &c->local, q->idci, sizeof q->idci);
	q->idcr_len = selector_write(c->remote_id, &c->remote, q->idcr, sizeof q->idcr);
}

static bool returned(const struct payload *p, const uint8_t *id, size_t len)
{
	return p && p->body.len == len && memcmp(p->body.p, id, len) == 0;
}

bool selectors_returned(const struct qm *q, const struct message *m)
{
	if (!message_get(m, HAS_ID, 0))
		return !q->ids;
	return q->ids && !message_get(m, HAS_ID, 2) &&
	    returned(message_get(m, HAS_ID, 0), q->idci, q->idci_len) &&
	    returned(message_get(m, HAS_ID, 1), q->idcr, q->idcr_len);
}

/* The access-list of the entry is written from our side: source local, destination remote. */
static bool list_permits(const struct config *cfg, const char *name, const struct child *c)
{
	const struct config_list *l = config_access_list(cfg, name);

	for (size_t i = 0; l && i < l->rules.n; i++) {
		const struct acl_rule *r = &l->rules.rule[i];

		if ((r->protocol == 0 || r->protocol == c->local.protocol) &&
		    selector_within(&c->local, r->source_first, r->source_last) &&
		    selector_within(&c->remote, r->dest_first, r->dest_last) &&
		    selector_ports_within(&c->local, r->source_low, r->source_high) &&
		    selector_ports_within(&c->remote, r->dest_low, r->dest_high))
			return r->permit;
	}
	return false;
}

static bool peer_named(const struct map_entry *e, const struct addr *peer)
{
	char text[ADDR_TEXT_MAX];

	addr_text(peer, text);
	for (unsigned i = 0; i < e->set.peers.n; i++)
		if (strcmp(e->set.peers.v[i], text) == 0)
			return true;
	return e->set.peers.n == 0;
}

/* May this map entry serve these selectors? Traced. */
static bool selectors_match(struct ike_sa *sa, const struct qm *q, const struct map_entry *e)
{
	char local[ADDR_TEXT_MAX], remote[ADDR_TEXT_MAX];

	if (e->set.transform_sets.n == 0) {
		trace_ike(TRACE_OF(sa), 713225, GROUP_OF(sa),
		    "Static Crypto Map Check by-passed: Crypto map entry incomplete!");
		return false;
	}
	if (!peer_named(e, &sa->path.remote.addr))
		return false;
	if (e->set.match_acl && !list_permits(sa->ike->config, e->set.match_acl, &q->child)) {
		trace_ike(TRACE_OF(sa), 713225, GROUP_OF(sa),
		    "Static Crypto Map check, map = %s, seq = %u, ACL does not match proxy IDs "
		    "src:%s dst:%s",
		    e->set.name, e->set.seq, addr_text(&q->child.remote.addr, remote),
		    addr_text(&q->child.local.addr, local));
		return false;
	}
	trace_ike(TRACE_OF(sa), 713225, GROUP_OF(sa),
	    "Static Crypto Map check, map %s, seq = %u is a successful match", e->set.name,
	    e->set.seq);
	return true;
}

const struct map_entry *selectors_entry(struct ike_sa *sa, const struct qm *q)
{
	const struct config *cfg = sa->ike->config;
	const struct interface *ifc = config_interface_by_addr(cfg, &sa->path.local.addr);
	const struct map_entry *e;

	for (size_t n = 0; (e = config_map_entry(cfg, ifc, n)) != NULL; n++)
		if (selectors_match(sa, q, e))
			return e;
	return NULL;
}
