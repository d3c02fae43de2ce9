/* The messages of quick mode; see quick_mode.h. */
#include "engine/ike/quick_mode.h"

#include <string.h>

#include "engine/ike/life.h"
#include "engine/ike/natt.h"
#include "engine/ike/proposal.h"
#include "engine/ike/protection.h"
#include "engine/ike/quick_mode_body.h"
#include "engine/ike/quick_mode_offer.h"
#include "engine/ike/quick_mode_up.h"
#include "engine/ike/send.h"
#include "engine/ike/whereabouts.h"

/* Tells the client, and ends a phase 1 that has never brought forth anything. */
static enum outcome refuse(struct qm *q, enum reason reason)
{
	struct ike_sa *sa = q->sa;
	struct ike *ike = sa->ike;

	++*(reason == REASON_IKE_MALFORMED ? &ike->stats.quick_mode_invalids :
	                                     &ike->stats.quick_mode_rejects);
	send_notify(sa, PROTO_ESP, (struct chunk){NULL, 0}, NOTIFY_NO_PROPOSAL_CHOSEN);
	qm_trace_error(q);
	trace_ike(TRACE_OF(sa), 713902, GROUP_OF(sa),
	    "Removing peer from correlator table failed, no match!");
	qm_fail(q, reason);
	if (sa->dead || sa->rest->children > 0)
		return GO_END;
	trace_ike(TRACE_OF(sa), 713259, GROUP_OF(sa), "Session is being torn down. Reason: %s",
	    reason == REASON_IPSEC_NO_PROPOSAL || reason == REASON_IPSEC_TUNNEL_MODE
	        ? "Phase 2 Mismatch"
	        : reason_text(reason)->device);
	sa_delete(sa, reason);
	return GO_END;
}

/* ---- message 2 --------------------------------------------------------------- */

static void lifetime_notify(struct qm *q, struct out *o)
{
	uint8_t spi[4];
	struct wr w = wr_init(spi, sizeof spi);

	if (!q->notify_seconds && !q->notify_kilobytes)
		return;
	trace_ike_debug(
	    TRACE_OF(q->sa), 715046, GROUP_OF(q->sa), "constructing RESPONDER LIFETIME notify");
	wr_u32(&w, q->child.spi_in);
	q->sa->ike->stats.notifies_out++;
	out_open(o, PAY_NOTIFY);
	wr_notify(&o->w, PROTO_ESP, (struct chunk){spi, sizeof spi}, NOTIFY_RESPONDER_LIFETIME);
	if (q->notify_seconds) {
		wr_attribute_tv(&o->w, IPS_LIFE_TYPE, LIFE_SECONDS);
		wr_attribute(&o->w, IPS_LIFE_DURATION, q->notify_seconds);
	}
	if (q->notify_kilobytes) {
		wr_attribute_tv(&o->w, IPS_LIFE_TYPE, LIFE_KILOBYTES);
		wr_attribute(&o->w, IPS_LIFE_DURATION, q->notify_kilobytes);
	}
	out_close(o);
}

static void trace_proxies(struct ike_sa *sa, const struct qm *q)
{
	char r[ADDR_TEXT_MAX], l[ADDR_TEXT_MAX];

	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa),
	    "Transmitting Proxy Id:\n"
	    "  Remote host: %s  Protocol %u  Port %u\n"
	    "  Local host:  %s  Protocol %u  Port %u",
	    addr_text(&q->child.remote.addr, r), q->child.remote.protocol, q->child.remote.port,
	    addr_text(&q->child.local.addr, l), q->child.local.protocol, q->child.local.port);
}

/* Behind a NAT that he does not see we have the address that he dialled. */
static const struct addr *own_address(const struct qm *q)
{
	const struct selector *local = &q->child.local;
	bool host = q->ids && addr_to_v4(&local->mask) == UINT32_MAX;

	return q->sa->masquerade && host ? &local->addr : &q->sa->path.local.addr;
}

static void qm2_build(struct qm *q, struct out *o)
{
	qm_body(q, o, q->proposal, (struct chunk){q->nr, q->nr_len});
	if (q->ids)
		trace_proxies(q->sa, q);
	if (q->child.udp_encap && q->child.transport)
		natt_write_natoa(q->sa, ROLE_RESPONDER, own_address(q), o);
	lifetime_notify(q, o);
}

static bool qm2_send(struct qm *q, struct chunk gxy)
{
	struct ike_sa *sa = q->sa;
	struct ike *ike = sa->ike;
	struct chunk ni = {q->ni, q->ni_len}, nr = {q->nr, q->nr_len};
	uint8_t hash[CRYPTO_HASH_MAX];
	struct out o;
	bool ok;

	if (!keymat_child(ike->crypto, &sa->rest->keys, gxy, ni, nr, &q->child))
		return false;
	qm2_build(q, &o);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing qm hash payload");
	ok = keymat_hash2(ike->crypto, &sa->rest->keys, q->msgid, ni, out_rest(&o), hash);
	out_patch_hash(&o, hash, hash_info[sa->hash].size);
	ok = ok && ike->ops->child_inbound(ike->owner, sa->peer, &q->child) && !sa->dead;
	if (ok) {
		trace_ike_decode(TRACE_OF(sa), 714005, GROUP_OF(sa),
		    "IKE Responder sending 2nd QM pkt: msg id = %08x", q->msgid);
		ok = send_encrypted(sa, &o, q->iv, &q->last);
	}
	out_wipe(&o);
	return ok;
}

/* ---- message 1 --------------------------------------------------------------- */

/* The Diffie-Hellman of PFS is done. */
static void pfs_ready(struct dh_job *j)
{
	struct qm *q = j->work.owner;
	struct ike_sa *sa = q->sa;

	sa_hold(sa);
	memcpy(q->ke, j->public_value, q->pfs->public_len);
	if (j->ok && qm2_send(q, (struct chunk){j->shared, q->pfs->shared_len})) {
		qm_wait_for_message3(q);
		qm_step(q, QM_WAIT_MSG3);
	} else if (!sa->dead) {
		refuse(q, REASON_IKE_MALFORMED);
	}
	sa_release(sa);
}

static void pfs_put_off(void *owner)
{
	struct qm *q = owner;

	q->sa->ike->stats.dh_put_off++;
	q->sa->ike->stats.capacity_fails++;
	qm_fail(q, REASON_SHARE_USED_UP);
}

static bool pfs_start(struct qm *q)
{
	uint64_t peer = (uintptr_t)q->sa->peer;
	struct dh_work work = {
	    .line = DH_PEERS,
	    .key = {peer, peer},
	    .group = q->pfs,
	    .peer = q->ke,
	    .ready = pfs_ready,
	    .put_off = pfs_put_off,
	    .owner = q,
	};

	return dh_job_start(q->sa->ike->dh, &work, &q->job);
}

enum outcome qm1_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	struct ike *ike = sa->ike;
	enum reason reason;

	if (!exchange_begins(sa, &sa->rest->quick_ids, in))
		return GO_STAY;
	qm_make_room(q);
	sa_seen(sa, in->path);
	if (sa->dead)
		return GO_END;
	ike->stats.quick_modes++;
	memcpy(q->iv, in->iv, sizeof q->iv);
	reason = qm_offer_take(q, &in->m);
	if (sa->dead)
		return GO_END;
	if (reason != REASON_NONE)
		return refuse(q, reason);
	answered_note(&q->last, in->digest);
	if (q->pfs) {
		qm_step(q, QM_BLD_MSG2);
		if (!pfs_start(q))
			return refuse(q, REASON_IKE_MALFORMED);
		return GO_WAIT;
	}
	if (!qm2_send(q, (struct chunk){NULL, 0}))
		return sa->dead ? GO_END : refuse(q, REASON_NO_MEMORY);
	qm_wait_for_message3(q);
	return GO_NEXT;
}

/* ---- message 3 --------------------------------------------------------------- */

enum outcome qm3_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	if (!exchange_proved(q, in))
		return GO_STAY;
	sa_seen(sa, in->path);
	if (qm_lives(sa, q))
		qm_complete(q);
	return GO_END;
}
