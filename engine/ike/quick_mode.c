/*
 * Quick mode, responder (RFC 2409 5.5), any number of them under one phase 1:
 *
 *     1  HDR*, HASH(1), SA, Ni [, KE] [, IDci, IDcr] [, NAT-OA]   -->
 *     2                               <--  HDR*, HASH(2), SA, Nr [, KE] [, IDci, IDcr] ...
 *     3  HDR*, HASH(3)                                            -->
 *
 * Identity: message id within the phase 1. The inbound SA works before message 2
 * leaves, the outbound one when message 3 has proved that the client has it too;
 * what is not proved in 240 s is embryonic no longer but gone.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/ike/internal.h"

#define RFC_SECONDS 28800 /* RFC 2407 4.5: a life that is not named */

/* Where the device prints pointers: ids of our own that tell nothing of memory. */
static uint32_t opaque(const struct qm *q, const char *name, uint32_t number)
{
	uint64_t x = q->sa->ike->secret ^ number;

	for (; *name; name++)
		x = (x ^ (uint8_t)*name) * 0x100000001b3ULL;
	return (uint32_t)(x ^ x >> 32);
}

static void trace_fsm_error(const struct qm *q)
{
	trace_ike(TRACE_OF(q->sa), GROUP_OF(q->sa),
	    "QM FSM error (P2 struct &0x%08x, mess id 0x%x)!", opaque(q, "qm", q->msgid), q->msgid);
}

/* ---- refusing ---------------------------------------------------------------- */

static void qm_timer(struct timer *);

/* Tells the client, and ends a phase 1 that has never brought forth anything. */
static enum outcome refuse(struct qm *q, enum reason reason)
{
	struct ike_sa *sa = q->sa;
	struct ike *ike = sa->ike;

	ike->stats.quick_mode_rejects++;
	send_notify(sa, PROTO_ESP, (struct chunk){NULL, 0}, NOTIFY_NO_PROPOSAL_CHOSEN);
	trace_fsm_error(q);
	trace_ike(TRACE_OF(sa), GROUP_OF(sa),
	    "Removing peer from correlator table failed, no match!");
	qm_end(q, reason);
	if (sa->dead || sa->rest->children > 0)
		return GO_END;
	trace_ike(TRACE_OF(sa), GROUP_OF(sa), "Session is being torn down. Reason: %s",
	    reason == REASON_IPSEC_NO_PROPOSAL ? "Phase 2 Mismatch" : reason_text(reason)->device);
	ike_sa_delete(ike, sa, reason);
	return GO_END;
}

/* ---- message 1 --------------------------------------------------------------- */

static const struct map_entry *entry_find(struct ike_sa *sa, struct qm *q)
{
	const struct config *cfg = sa->ike->config;
	const struct interface *ifc = config_interface_by_addr(cfg, &sa->path.local.addr);
	const struct map_entry *e;

	for (size_t n = 0; (e = config_map_entry(cfg, ifc, n)) != NULL; n++)
		if (selectors_match(sa, q, e))
			return e;
	return NULL;
}

static void trace_no_entry(struct ike_sa *sa, const struct qm *q)
{
	const struct selector *r = &q->child.remote, *l = &q->child.local;
	const struct config *cfg = sa->ike->config;
	const struct interface *ifc = config_interface_by_addr(cfg, &sa->path.local.addr);
	char ra[ADDR_TEXT_MAX], rm[ADDR_TEXT_MAX], la[ADDR_TEXT_MAX], lm[ADDR_TEXT_MAX];

	trace_ike(TRACE_OF(sa), GROUP_OF(sa),
	    "Rejecting IPSec tunnel: no matching crypto map entry for remote proxy %s/%s/%u/%u "
	    "local proxy %s/%s/%u/%u on interface %s",
	    addr_text(&r->addr, ra), addr_text(&r->mask, rm), r->protocol, r->port,
	    addr_text(&l->addr, la), addr_text(&l->mask, lm), l->protocol, l->port,
	    ifc && ifc->set.nameif ? ifc->set.nameif : "");
}

/* The lesser of both lives; what we cut is told in RESPONDER-LIFETIME. */
static void lives_set(struct ike_sa *sa, struct qm *q, const struct phase2_choice *c)
{
	const struct config *cfg = sa->ike->config;
	uint32_t seconds = c->entry->set.seconds ? c->entry->set.seconds : cfg->ipsec.seconds;
	uint32_t kb = c->entry->set.kilobytes < 0 ? cfg->ipsec.kilobytes : (uint32_t)c->entry->set.kilobytes;
	uint32_t offered = c->seconds ? c->seconds : RFC_SECONDS;

	q->child.seconds = offered;
	q->child.kilobytes = c->kilobytes;
	if (seconds && seconds < offered) {
		q->child.seconds = q->notify_seconds = seconds;
		trace_ike(TRACE_OF(sa), GROUP_OF(sa),
		    "Overriding Initiator's IPSec rekeying duration from %u to %u seconds", offered,
		    seconds);
	}
	if (kb && kb < c->kilobytes) {
		q->child.kilobytes = q->notify_kilobytes = kb;
		trace_ike(TRACE_OF(sa), GROUP_OF(sa),
		    "Overriding Initiator's IPSec rekeying duration from %u to %u Kbs",
		    c->kilobytes, kb);
	}
}

static void choice_keep(struct ike_sa *sa, struct qm *q, const struct phase2_choice *c)
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
	natt_encapsulation(sa, c->encapsulation, &q->child.transport, &q->child.udp_encap);
	strncpy(q->map, c->entry->set.name, sizeof q->map - 1);
	strncpy(q->acl, c->entry->set.match_acl ? c->entry->set.match_acl : "Unknown", sizeof q->acl - 1);
	q->child.map = q->map;
	q->child.map_seq = c->entry->set.seq;
	q->cs_id = opaque(q, c->entry->set.name, c->entry->set.seq);
	lives_set(sa, q, c);
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
	sa->ike->env->random(sa->ike->env, q->nr, sizeof q->nr);
	return true;
}

static bool l2tp_allowed(struct ike_sa *sa)
{
	struct ike *ike = sa->ike;
	const struct cfg_tunnel_group *g = config_tunnel_group(ike->config, sa->group_name);

	trace_ike(TRACE_OF(sa), GROUP_OF(sa), "L2TP/IPSec session detected.");
	if (g && ike->ops->l2tp_allowed(ike->owner, g))
		return true;
	trace_ike(TRACE_OF(sa), GROUP_OF(sa),
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

/* From the client's wishes to a reserved SPI; REASON_NONE when all is well. */
static enum reason qm1_negotiate(struct ike_sa *sa, struct qm *q, const struct message *m)
{
	struct ike *ike = sa->ike;
	struct proposal prop[PROPOSALS_MAX];
	struct phase2_choice choice;
	const struct map_entry *e;
	size_t n;

	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "processing SA payload");
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "processing nonce payload");
	if (message_get(m, HAS_SA, 1) || !nonce_keep(sa, q, m) || !selectors_read(sa, q, m))
		return REASON_IKE_MALFORMED;
	if (!peer_settled(sa, q))
		return REASON_IPSEC_NO_PROPOSAL;
	q->l2tp = selectors_l2tp(q);
	if (q->l2tp && !l2tp_allowed(sa))
		return REASON_IPSEC_PROTOCOL_OFF;
	if (sa->rest->children == 0)
		trace_ike(TRACE_OF(sa), GROUP_OF(sa), "QM IsRekeyed old sa not found by addr");
	e = entry_find(sa, q);
	if (!e) {
		trace_no_entry(sa, q);
		return REASON_IKE_NO_MAP;
	}
	trace_ike(TRACE_OF(sa), GROUP_OF(sa), "IKE Remote Peer configured for crypto map: %s",
	    e->set.name);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "processing IPSec SA payload");
	if (!sa_read(message_get(m, HAS_SA, 0)->body, prop, PROPOSALS_MAX, &n))
		return REASON_IKE_MALFORMED;
	if (!phase2_choose(sa, e, q->l2tp, prop, n, &choice)) {
		ike->stats.no_proposal++;
		trace_ike(TRACE_OF(sa), GROUP_OF(sa), "All IPSec SA proposals found unacceptable!");
		return REASON_IPSEC_NO_PROPOSAL;
	}
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa),
	    "IPSec SA Proposal # %u, Transform # %u acceptable Matches global IPSec SA entry # %u",
	    choice.proposal->number, choice.transform.number, e->set.seq);
	choice_keep(sa, q, &choice);
	if (!ke_keep(q, m))
		return REASON_IKE_MALFORMED;
	trace_ike(TRACE_OF(sa), GROUP_OF(sa), "IKE: requesting SPI!");
	q->reserved = ike->ops->child_reserve(ike->owner, sa->peer, &q->child.spi_in);
	if (!q->reserved || !table_add(&ike->children, q->child.spi_in, q))
		return REASON_IPSEC_NO_PROPOSAL;
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "IKE got SPI from key engine: SPI = 0x%08x",
	    q->child.spi_in);
	return REASON_NONE;
}

/* ---- message 2 --------------------------------------------------------------- */

static void lifetime_notify(struct qm *q, struct out *o)
{
	if (!q->notify_seconds && !q->notify_kilobytes)
		return;
	trace_ike_debug(TRACE_OF(q->sa), GROUP_OF(q->sa), "constructing RESPONDER LIFETIME notify");
	out_open(o, PAY_NOTIFY);
	wr_u32(&o->w, DOI_IPSEC);
	wr_u8(&o->w, PROTO_ESP);
	wr_u8(&o->w, 4);
	wr_u16(&o->w, NOTIFY_RESPONDER_LIFETIME);
	wr_u32(&o->w, q->child.spi_in);
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

	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa),
	    "Transmitting Proxy Id:\n"
	    "  Remote host: %s  Protocol %u  Port %u\n"
	    "  Local host:  %s  Protocol %u  Port %u",
	    addr_text(&q->child.remote.addr, r), q->child.remote.protocol, q->child.remote.port,
	    addr_text(&q->child.local.addr, l), q->child.local.protocol, q->child.local.port);
}

static void qm2_build(struct qm *q, struct out *o)
{
	struct ike_sa *sa = q->sa;
	uint8_t blank[CRYPTO_HASH_MAX] = {0};

	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "oakley constucting quick mode");
	out_begin(o, sa->cky_i, sa->cky_r, XCHG_QUICK, FLAG_ENCRYPTED, q->msgid);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "constructing blank hash payload");
	out_payload(o, PAY_HASH, blank, hash_info[sa->hash].size);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "constructing IPSec SA payload");
	out_open(o, PAY_SA);
	phase2_accept(o, q->proposal, q->child.spi_in, &q->transform);
	out_close(o);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "constructing IPSec nonce payload");
	out_payload(o, PAY_NONCE, q->nr, NONCE_LEN);
	if (q->pfs) {
		trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "constructing pfs ke payload");
		out_payload(o, PAY_KE, q->ke, q->pfs->public_len);
	}
	if (q->ids) {
		trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "constructing proxy ID");
		out_payload(o, PAY_ID, q->idci, q->idci_len);
		out_payload(o, PAY_ID, q->idcr, q->idcr_len);
		trace_proxies(sa, q);
	}
	if (q->child.udp_encap && q->child.transport)
		natt_write_natoa(sa, o);
	lifetime_notify(q, o);
}

static bool qm2_send(struct qm *q, struct chunk gxy)
{
	struct ike_sa *sa = q->sa;
	struct ike *ike = sa->ike;
	struct chunk ni = {q->ni, q->ni_len}, nr = {q->nr, NONCE_LEN};
	uint8_t hash[CRYPTO_HASH_MAX];
	struct out o;
	bool ok;

	if (!keymat_child(ike->crypto, &sa->rest->keys, gxy, ni, nr, &q->child))
		return false;
	qm2_build(q, &o);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "constructing qm hash payload");
	ok = keymat_hash2(ike->crypto, &sa->rest->keys, q->msgid, ni, out_rest(&o), hash);
	out_patch_hash(&o, hash, hash_info[sa->hash].size);
	ok = ok && ike->ops->child_inbound(ike->owner, sa->peer, &q->child) && !sa->dead;
	if (ok) {
		trace_ike_decode(TRACE_OF(sa), GROUP_OF(sa),
		    "IKE Responder sending 2nd QM pkt: msg id = %08x", q->msgid);
		ok = send_encrypted(sa, &o, q->iv, &q->last);
	}
	out_wipe(&o);
	return ok;
}

static void wait_for_message3(struct qm *q)
{
	struct env *env = q->sa->ike->env;

	q->deadline = env->now(env) + QM_EMBRYONIC;
	q->timer.fire = qm_timer;
	timer_start(env, &q->timer, QM_RESEND);
}

/* The Diffie-Hellman of PFS is done. */
static void pfs_ready(struct dh_job *j)
{
	struct qm *q = j->qm;
	struct ike_sa *sa = q->sa;

	q->job = NULL;
	memcpy(q->ke, j->public_value, q->pfs->public_len);
	if (!j->ok || !qm2_send(q, (struct chunk){j->shared, q->pfs->shared_len})) {
		if (!sa->dead)
			refuse(q, REASON_IKE_MALFORMED);
		return;
	}
	wait_for_message3(q);
	qm_step(q, QM_WAIT_MSG3);
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
	reason = qm1_negotiate(sa, q, &in->m);
	if (sa->dead)
		return GO_END;
	if (reason != REASON_NONE)
		return refuse(q, reason);
	answered_note(&q->last, in->digest);
	if (q->pfs) {
		qm_step(q, QM_BLD_MSG2);
		if (!dh_job_start(sa, q, q->pfs, q->ke, pfs_ready, &q->job))
			return refuse(q, REASON_IKE_MALFORMED);
		return GO_WAIT;
	}
	if (!qm2_send(q, (struct chunk){NULL, 0}))
		return sa->dead ? GO_END : refuse(q, REASON_IPSEC_NO_PROPOSAL);
	wait_for_message3(q);
	return GO_NEXT;
}

/* ---- message 3 --------------------------------------------------------------- */

static void trace_rule_lookup(struct ike_sa *sa, const struct qm *q)
{
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa),
	    "NP encrypt rule look up for crypto map %s %u matching ACL %s: returned cs_id=%08x; "
	    "encrypt_rule=00000000; tunnelFlow_rule=00000000",
	    q->map, q->child.map_seq, q->acl, q->cs_id);
}

/* Both directions work. The `debug crypto ipsec` blocks come from inside the two calls. */
static void child_up(struct ike_sa *sa, struct qm *q)
{
	struct ike *ike = sa->ike;
	const struct child *c = &q->child;

	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "loading all IPSEC SAs");
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "Generating Quick Mode Key!");
	trace_rule_lookup(sa, q);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "Generating Quick Mode Key!");
	ike->ops->child_up(ike->owner, sa->peer, c);
	if (sa->dead)
		return;
	trace_rule_lookup(sa, q);
	trace_ike(TRACE_OF(sa), GROUP_OF(sa),
	    "Security negotiation complete for User () Responder, Inbound SPI = 0x%08x, "
	    "Outbound SPI = 0x%08x",
	    c->spi_in, c->spi_out);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "IKE got a KEY_ADD msg for SA: SPI = 0x%08x",
	    c->spi_out);
	if (ike->ops->child_trace_inbound)
		ike->ops->child_trace_inbound(ike->owner, sa->peer, c);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "Pitcher: received KEY_UPDATE, spi 0x%08x",
	    c->spi_in);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "Starting P2 rekey timer: %u seconds.",
	    (unsigned)((uint64_t)c->seconds * 95 / 100));
	trace_ike(TRACE_OF(sa), GROUP_OF(sa), "PHASE 2 COMPLETED (msgid=%08x)", q->msgid);
	if (q->l2tp) {
		char text[ADDR_TEXT_MAX];

		trace_ike(TRACE_OF(sa), NULL,
		    "IKEQM_Active() Add L2TP classification rules: ip <%s> mask <0xFFFFFFFF> "
		    "port <%u>",
		    addr_text(&sa->path.remote.addr, text), c->remote.port);
	}
}

/* The client has the SA pair: by message 3, or by the ESP that he sends. */
static void qm_complete(struct ike_sa *sa, struct qm *q)
{
	sa_hold(sa);
	sa->rest->children++;
	q->reserved = false;
	child_up(sa, q);
	if (!sa->dead) {
		qm_step(q, QM_ACTIVE);
		qm_end(q, REASON_NONE); /* the SA remembers its message id: that is all that is needed */
	}
	sa_release(sa);
}

/* Message 3 may have been lost: message 2 again makes the client repeat it. */
static void qm_timer(struct timer *t)
{
	struct qm *q = container_of(t, struct qm, timer);
	struct ike_sa *sa = q->sa;
	struct env *env = sa->ike->env;
	uint64_t now = env->now(env), left;

	if (q->confirmed) {
		qm_complete(sa, q);
		return;
	}
	left = q->deadline > now ? q->deadline - now : 0;
	if (left == 0) {
		trace_fsm_error(q);
		qm_end(q, REASON_QM_TIMEOUT);
		return;
	}
	if (q->resends < QM_RESENDS) {
		uint64_t pause = QM_RESEND << ++q->resends;

		send_again(sa, &sa->path, &q->last);
		left = pause < left ? pause : left;
	}
	timer_start(env, &q->timer, left);
}

void ike_child_confirmed(struct ike *ike, uint32_t spi_in)
{
	struct qm *q = table_get(&ike->children, spi_in);

	if (!q || q->state != QM_WAIT_MSG3 || q->confirmed)
		return;
	q->confirmed = true;
	timer_start(ike->env, &q->timer, QM_LATE);
}

void ike_child_gone(struct ike *ike, uint32_t spi_in)
{
	struct qm *q = table_get(&ike->children, spi_in);

	if (!q || !q->reserved)
		return;
	q->reserved = false;
	qm_end(q, REASON_QM_TIMEOUT);
}

enum outcome qm3_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	struct ike *ike = sa->ike;
	struct chunk ni = {q->ni, q->ni_len}, nr = {q->nr, NONCE_LEN};
	struct chunk got = in->m.pay[0].body;
	size_t size = hash_info[sa->hash].size;
	uint8_t hash[CRYPTO_HASH_MAX];

	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "processing hash payload");
	if (got.len != size ||
	    !keymat_hash3(ike->crypto, &sa->rest->keys, q->msgid, ni, nr, hash) ||
	    !crypto_equal(hash, got.p, size)) {
		ike->stats.hash_fails++;
		ike->stats.in_drops++;
		return GO_STAY;
	}
	sa_seen(sa, in->path);
	if (sa->dead)
		return GO_END;
	qm_complete(sa, q);
	return GO_END;
}
