/* Message 1 of quick mode judged; see quick_mode_offer.h. */
#include "engine/ike/quick_mode_offer.h"

#include <stdlib.h>
#include <string.h>

#include "engine/ike/natt.h"
#include "engine/ike/proposal_esp.h"
#include "engine/ike/sa_table.h"
#include "engine/ike/selector.h"
#include "engine/ike/terms.h"
#include "engine/ike/vendor.h"

#define RFC_SECONDS 28800 /* RFC 2407 4.5: a life that is not named */

static void trace_no_entry(struct ike_sa *sa, const struct qm *q)
{
	const struct selector *r = &q->child.remote, *l = &q->child.local;
	const struct config *cfg = sa->ike->config;
	const struct interface *ifc = config_interface_by_addr(cfg, &sa->path.local.addr);
	char ra[ADDR_TEXT_MAX], rm[ADDR_TEXT_MAX], la[ADDR_TEXT_MAX], lm[ADDR_TEXT_MAX];

	trace_ike(TRACE_OF(sa), 713061, GROUP_OF(sa),
	    "Rejecting IPSec tunnel: no matching crypto map entry for remote proxy %s/%s/%u/%u "
	    "local proxy %s/%s/%u/%u on interface %s",
	    addr_text(&r->addr, ra), addr_text(&r->mask, rm), r->protocol, r->port,
	    addr_text(&l->addr, la), addr_text(&l->mask, lm), l->protocol, l->port,
	    ifc && ifc->set.nameif ? ifc->set.nameif : "");
}

/* The lesser of both lives; what we cut is told in RESPONDER-LIFETIME. */
static void lives_set(struct ike_sa *sa, struct qm *q, const struct map_entry *e,
    const struct phase2_choice *c)
{
	const struct config *cfg = sa->ike->config;
	uint32_t seconds = e->set.seconds ? e->set.seconds : cfg->ipsec.seconds;
	uint32_t kb = e->set.kilobytes < 0 ? cfg->ipsec.kilobytes : (uint32_t)e->set.kilobytes;
	uint32_t offered = c->seconds ? c->seconds : RFC_SECONDS;

	q->child.seconds = offered;
	q->child.kilobytes = c->kilobytes;
	if (seconds && seconds < offered) {
		q->child.seconds = q->notify_seconds = seconds;
		trace_ike(TRACE_OF(sa), 713075, GROUP_OF(sa),
		    "Overriding Initiator's IPSec rekeying duration from %u to %u seconds", offered,
		    seconds);
	}
	if (kb && kb < c->kilobytes) {
		q->child.kilobytes = q->notify_kilobytes = kb;
		trace_ike(TRACE_OF(sa), 713076, GROUP_OF(sa),
		    "Overriding Initiator's IPSec rekeying duration from %u to %u Kbs",
		    c->kilobytes, kb);
	}
}

static void choice_keep(struct ike_sa *sa, struct qm *q, const struct map_entry *e,
    const struct phase2_choice *c)
{
	struct rd spi = rd_init(c->proposal->spi.p, c->proposal->spi.len);

	q->proposal = c->proposal->number;
	q->transform = c->transform;
	if (sa->vids & VID_MICROSOFT)
		transform_shorten(&q->transform);
	q->child.cipher = c->set->cipher;
	q->child.auth = c->set->auth;
	q->child.spi_out = rd_u32(&spi);
	q->child.pfs_group = c->group;
	q->pfs = c->group ? dh_group_find(c->group) : NULL;
	q->child.transport = c->transport;
	q->child.udp_encap = c->udp_encap;
	q->child.short_icv = profile_cuts_sha256(sa->client);
	strncpy(q->map, e->set.name, sizeof q->map - 1);
	strncpy(q->acl, e->set.match_acl ? e->set.match_acl : "Unknown", sizeof q->acl - 1);
	q->child.map = q->map;
	q->child.map_seq = e->set.seq;
	q->cs_id = qm_opaque_id(q, e->set.name, e->set.seq);
	lives_set(sa, q, e, c);
}

/* With PFS there must be a KE of the group's length, and without none. */
static bool ke_keep(struct qm *q, const struct message *m)
{
	const struct payload *ke = message_get(m, HAS_KE, 0);

	if (!q->pfs)
		return true;
	if (!ke || message_get(m, HAS_KE, 1) || ke->body.len != q->pfs->public_len)
		return false;
	q->ke = malloc(ke->body.len);
	if (q->ke)
		memcpy(q->ke, ke->body.p, ke->body.len);
	return q->ke != NULL;
}

static bool nonce_keep(struct ike_sa *sa, struct qm *q, const struct message *m)
{
	const struct payload *ni = message_get(m, HAS_NONCE, 0);

	if (message_get(m, HAS_NONCE, 1) || ni->body.len < NONCE_MIN || ni->body.len > NONCE_MAX)
		return false;
	memcpy(q->ni, ni->body.p, ni->body.len);
	q->ni_len = ni->body.len;
	q->nr_len = NONCE_LEN;
	ike_random(sa->ike, q->nr, q->nr_len);
	return true;
}

static bool l2tp_allowed(struct ike_sa *sa)
{
	struct ike *ike = sa->ike;
	const struct cfg_tunnel_group *g = config_tunnel_group(ike->config, sa->group_name);

	trace_ike(TRACE_OF(sa), 713906, GROUP_OF(sa), "L2TP/IPSec session detected.");
	if (g && ike->ops->l2tp_allowed(ike->owner, g))
		return true;
	trace_ike(TRACE_OF(sa), 713206, GROUP_OF(sa),
	    "Tunnel Rejected: Conflicting protocols specified by tunnel-group and group-policy");
	return false;
}

/* Who he is, once his identities are known: a fresh phase 1 may have joined the wrong peer. */
static bool peer_settled(struct ike_sa *sa, const struct qm *q)
{
	struct ike *ike = sa->ike;
	struct peer *peer = ike->ops->quick_mode(ike->owner, sa->peer, sa, &q->child);

	if (peer && peer != sa->peer)
		sa_join(sa, peer);
	return peer != NULL;
}

/* Why not; what there was to choose from is told with it. */
static enum reason no_proposal(struct qm *q, const struct phase2_terms *terms,
    const struct proposal *prop, size_t n)
{
	struct attempt_terms said;
	enum reason why = phase2_terms(terms, prop, n, &said);

	qm_terms(q, &said);
	return why;
}

/* The client's proposals against that entry's transform sets. */
static enum reason proposal_take(struct ike_sa *sa, struct qm *q, const struct map_entry *e,
    const struct message *m)
{
	struct proposal prop[PROPOSALS_MAX];
	struct phase2_choice choice;
	struct phase2_terms terms = {
	    .config = sa->ike->config,
	    .entry = e,
	    .natt = natt_terms(sa),
	    .l2tp = q->l2tp,
	    .trace = TRACE_OF(sa),
	    .ctx = GROUP_OF(sa),
	};
	size_t n;

	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing IPSec SA payload");
	if (!sa_read(message_get(m, HAS_SA, 0)->body, prop, PROPOSALS_MAX, &n))
		return REASON_IKE_MALFORMED;
	if (!phase2_choose(&terms, prop, n, &choice)) {
		sa->ike->stats.no_proposal++;
		trace_ike(TRACE_OF(sa), 713904, GROUP_OF(sa),
		    "All IPSec SA proposals found unacceptable!");
		return no_proposal(q, &terms, prop, n);
	}
	trace_ike_debug(TRACE_OF(sa), 715027, GROUP_OF(sa),
	    "IPSec SA Proposal # %u, Transform # %u acceptable Matches global IPSec SA entry # %u",
	    choice.proposal->number, choice.transform.number, e->set.seq);
	choice_keep(sa, q, e, &choice);
	return REASON_NONE;
}

enum reason qm_offer_take(struct qm *q, const struct message *m)
{
	struct ike_sa *sa = q->sa;
	const struct map_entry *e;
	enum reason reason;

	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing SA payload");
	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing nonce payload");
	if (message_get(m, HAS_SA, 1) || !nonce_keep(sa, q, m) || !selectors_read(sa, q, m))
		return REASON_IKE_MALFORMED;
	if (!peer_settled(sa, q))
		return REASON_NO_MEMORY;
	q->l2tp = selectors_are_l2tp(&q->child.local, &q->child.remote);
	if (q->l2tp && !l2tp_allowed(sa))
		return REASON_IPSEC_PROTOCOL_OFF;
	if (sa->rest->children == 0)
		trace_ike(
		    TRACE_OF(sa), 713906, GROUP_OF(sa), "QM IsRekeyed old sa not found by addr");
	e = selectors_entry(sa, q);
	if (!e) {
		trace_no_entry(sa, q);
		return REASON_IKE_NO_MAP;
	}
	trace_ike(TRACE_OF(sa), 713066, GROUP_OF(sa),
	    "IKE Remote Peer configured for crypto map: %s", e->set.name);
	reason = proposal_take(sa, q, e, m);
	if (reason != REASON_NONE)
		return reason;
	if (!ke_keep(q, m))
		return REASON_IKE_MALFORMED;
	if (qm_reserve_spi(q))
		return REASON_NONE;
	sa->ike->stats.capacity_fails++;
	return REASON_NO_MEMORY;
}
