/* The messages of a quick mode that we begin; see quick_mode_renew.h. */
#include "engine/ike/quick_mode_renew.h"

#include <stdlib.h>
#include <string.h>

#include "engine/ike/natt.h"
#include "engine/ike/proposal.h"
#include "engine/ike/proposal_esp.h"
#include "engine/ike/protection.h"
#include "engine/ike/quick_mode_body.h"
#include "engine/ike/quick_mode_up.h"
#include "engine/ike/selector.h"
#include "engine/ike/send.h"
#include "engine/ike/whereabouts.h"

#define QM1_AGAIN (2 * SEC) /* message 1, doubled each time */
#define QM1_TRIES 3
#define QM3_AGAIN SEC /* message 3, the same */
#define QM3_TRIES 3

static uint16_t encapsulation(const struct qm *q)
{
	struct natt_terms t = natt_terms(q->sa);

	return natt_encapsulation_number(&t, q->child.transport, q->child.udp_encap);
}

/* ---- repetition ---------------------------------------------------------------- */

static void again(struct qm *q, uint64_t pause)
{
	send_again(q->sa, &q->sa->path, &q->last);
	timer_start(q->sa->ike->env, &q->timer, pause << ++q->resends);
}

static void renew_timer(struct timer *t)
{
	struct qm *q = container_of(t, struct qm, timer);

	if (q->state == QM_CONFIRM) {
		if (q->confirmed || q->resends == QM3_TRIES)
			qm_complete(q);
		else
			again(q, QM3_AGAIN);
	} else if (q->resends == QM1_TRIES) {
		qm_trace_error(q);
		qm_end(q, REASON_QM_TIMEOUT);
	} else {
		again(q, QM1_AGAIN);
	}
}

static void wait(struct qm *q, uint64_t pause)
{
	q->resends = 0;
	q->timer.fire = renew_timer;
	timer_start(q->sa->ike->env, &q->timer, pause);
}

/* ---- Diffie-Hellman of PFS ------------------------------------------------------ */

/* As if the message had been lost. */
static void pfs_put_off(void *owner)
{
	struct qm *q = owner;

	q->sa->ike->stats.dh_put_off++;
	qm_end(q, REASON_SHARE_USED_UP);
}

/* Our value first; with `peer`, theirs, what both have in common. */
static bool pfs_start(struct qm *q, const uint8_t *peer, void (*ready)(struct dh_job *))
{
	uint64_t who = (uintptr_t)q->sa->peer;
	struct dh_work work = {
	    .line = DH_PEERS,
	    .key = {who, who},
	    .group = q->pfs,
	    .peer = peer,
	    .secret = q->secret,
	    .ready = ready,
	    .put_off = pfs_put_off,
	    .owner = q,
	};

	return dh_job_start(q->sa->ike->dh, &work, &q->job);
}

/* ---- message 1 ------------------------------------------------------------------ */

static void qm1_build(struct qm *q, struct out *o)
{
	qm_body(q, o, 1, (struct chunk){q->ni, q->ni_len});
	if (q->child.udp_encap && q->child.transport)
		natt_write_natoa(q->sa, ROLE_INITIATOR, &q->child.local.addr, o);
}

static bool qm1_send(struct qm *q)
{
	struct ike_sa *sa = q->sa;
	const struct crypto *c = sa->ike->crypto;
	uint8_t hash[CRYPTO_HASH_MAX];
	struct out o;
	bool ok;

	qm1_build(q, &o);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing qm hash payload");
	ok = keymat_hash1(c, &sa->rest->keys, q->msgid, out_rest(&o), hash) &&
	    keymat_iv_phase2(c, &sa->rest->keys, q->msgid, q->iv);
	out_patch_hash(&o, hash, hash_info[sa->hash].size);
	trace_ike_decode(TRACE_OF(sa), 714004, GROUP_OF(sa),
	    "IKE Initiator sending 1st QM pkt: msg id = %08x", q->msgid);
	ok = ok && send_encrypted(sa, &o, q->iv, &q->last);
	out_wipe(&o);
	if (!ok)
		return false;
	wait(q, QM1_AGAIN);
	qm_step(q, QM_WAIT_MSG2);
	return true;
}

static void pfs_public_ready(struct dh_job *j)
{
	struct qm *q = j->work.owner;
	size_t len = q->pfs->secret_len;

	q->ke = malloc(q->pfs->public_len);
	q->secret = malloc(len);
	if (j->ok && q->ke && q->secret) {
		memcpy(q->ke, j->public_value, q->pfs->public_len);
		memcpy(q->secret, j->secret, len);
		if (qm1_send(q))
			return;
	}
	qm_end(q, REASON_NO_MEMORY);
}

/* The lesser of what was agreed on and what the map entry says now. */
static void lives_bound(struct qm *q, const struct map_entry *e)
{
	const struct config *cfg = q->sa->ike->config;
	struct child *c = &q->child;
	uint32_t seconds = e->set.seconds ? e->set.seconds : cfg->ipsec.seconds;
	uint32_t kb = e->set.kilobytes < 0 ? cfg->ipsec.kilobytes : (uint32_t)e->set.kilobytes;

	if (seconds && seconds < c->seconds)
		c->seconds = seconds;
	if (kb && c->kilobytes && kb < c->kilobytes)
		c->kilobytes = kb;
}

/* Would we still take what we are about to offer? */
static bool still_configured(const struct qm *q, const struct map_entry *e)
{
	const struct child *c = &q->child;

	if (e->pfs_group && e->pfs_group != c->pfs_group)
		return false;
	for (unsigned i = 0; i < e->set.transform_sets.n; i++) {
		const struct transform_set *set =
		    config_transform_set(q->sa->ike->config, e->set.transform_sets.v[i]);

		if (set && set->cipher == c->cipher && set->auth == c->auth &&
		    set->transport == c->transport)
			return true;
	}
	return false;
}

/* What is wished for; false when it may not be. */
static bool wish(struct qm *q, const struct child *old)
{
	struct ike_sa *sa = q->sa;
	const struct map_entry *e;

	q->child = *old;
	e = selectors_entry(sa, q);
	if (!e || !still_configured(q, e) || !encapsulation(q))
		return false;
	q->pfs = old->pfs_group ? dh_group_find(old->pfs_group) : NULL;
	if (old->pfs_group && !q->pfs)
		return false;
	strncpy(q->map, e->set.name, sizeof q->map - 1);
	strncpy(q->acl, e->set.match_acl ? e->set.match_acl : "Unknown", sizeof q->acl - 1);
	q->child.map = q->map;
	q->child.map_seq = e->set.seq;
	q->cs_id = qm_opaque_id(q, e->set.name, e->set.seq);
	q->l2tp = selectors_are_l2tp(&q->child.local, &q->child.remote);
	lives_bound(q, e);
	selectors_write(q);
	phase2_transform(&q->child, encapsulation(q), &q->transform);
	q->ni_len = NONCE_LEN;
	ike_random(sa->ike, q->ni, q->ni_len);
	return true;
}

static bool begin(struct qm *q)
{
	struct ike_sa *sa = q->sa;

	sa_trace_renewal(sa, 2, &q->child.local.addr, &q->child.remote.addr, q->map);
	trace_ike_decode(TRACE_OF(sa), 714002, IP_OF(sa),
	    "IKE Initiator starting QM: msg id = %08x", q->msgid);
	sa->ike->stats.quick_modes_out++;
	if (!q->pfs)
		return qm1_send(q);
	qm_step(q, QM_BLD_MSG1);
	return pfs_start(q, NULL, pfs_public_ready);
}

uint32_t quick_mode_renew(struct ike_sa *sa, const struct child *old)
{
	struct env *env = sa->ike->env;
	uint32_t msgid, spi;
	struct qm *q;

	if (sa->dead || sa->state != MM_ACTIVE || sa->rest->n_qms >= QUICK_MODES_MAX)
		return 0;
	env->random(env, &msgid, sizeof msgid);
	if (!msgids_add(&sa->rest->quick_ids, msgid))
		return 0;
	q = qm_new(sa, msgid, ROLE_INITIATOR);
	if (!q)
		return 0;
	if (!wish(q, old) || !qm_reserve_spi(q)) {
		qm_end(q, REASON_IPSEC_NO_PROPOSAL);
		return 0;
	}
	spi = q->child.spi_in;
	if (begin(q))
		return spi;
	qm_end(q, REASON_NO_MEMORY);
	return 0;
}

/* ---- messages 2 and 3 ------------------------------------------------------------ */

/* RFC 2407 4.6.3.1: what the responder made of our lives. */
static void lives_read(struct child *c, const struct notify *n)
{
	struct rd r = rd_init(n->data.p, n->data.len);
	uint64_t type = 0;

	while (rd_left(&r) > 0 && !r.bad) {
		uint16_t class = rd_u16(&r), v = rd_u16(&r);
		uint64_t value = v;

		if (!(class & 0x8000)) {
			struct rd in = rd_sub(&r, v);

			for (value = 0; rd_left(&in) > 0;)
				value = value << 8 | rd_u8(&in);
		}
		if ((class & 0x7fff) == IPS_LIFE_TYPE)
			type = value;
		else if (value && type == LIFE_SECONDS && value < c->seconds)
			c->seconds = (uint32_t)value;
		else if (value && type == LIFE_KILOBYTES && (!c->kilobytes || value < c->kilobytes))
			c->kilobytes = (uint32_t)value;
	}
}

/* Message 2 says yes to what was offered, and nothing else. */
static bool answer_read(struct qm *q, const struct message *m)
{
	const struct payload *nr = message_get(m, HAS_NONCE, 0), *ke = message_get(m, HAS_KE, 0);
	const struct payload *p;
	struct notify n;

	if (message_get(m, HAS_SA, 1) || message_get(m, HAS_NONCE, 1) ||
	    message_get(m, HAS_KE, 1) || nr->body.len < NONCE_MIN || nr->body.len > NONCE_MAX ||
	    !selectors_returned(q, m) ||
	    !phase2_taken(message_get(m, HAS_SA, 0)->body, &q->child, encapsulation(q),
	        &q->child.spi_out))
		return false;
	if (!q->pfs != !ke || (ke && ke->body.len != q->pfs->public_len))
		return false;
	memcpy(q->nr, nr->body.p, nr->body.len);
	q->nr_len = nr->body.len;
	for (size_t i = 0; (p = message_get(m, HAS_NOTIFY, i)) != NULL; i++)
		if (notify_read(p->body, &n) && n.type == NOTIFY_RESPONDER_LIFETIME)
			lives_read(&q->child, &n);
	return true;
}

static bool qm3_send(struct qm *q, struct chunk gxy)
{
	struct ike_sa *sa = q->sa;
	struct ike *ike = sa->ike;
	struct chunk ni = {q->ni, q->ni_len}, nr = {q->nr, q->nr_len};
	uint8_t hash[CRYPTO_HASH_MAX];
	struct out o;
	bool ok;

	if (!keymat_child(ike->crypto, &sa->rest->keys, gxy, ni, nr, &q->child) ||
	    !keymat_hash3(ike->crypto, &sa->rest->keys, q->msgid, ni, nr, hash) ||
	    !ike->ops->child_inbound(ike->owner, sa->peer, &q->child) || sa->dead)
		return false;
	out_begin(&o, sa->cky_i, sa->cky_r, XCHG_QUICK, FLAG_ENCRYPTED, q->msgid);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing qm hash payload");
	out_payload(&o, PAY_HASH, hash, hash_info[sa->hash].size);
	trace_ike_decode(TRACE_OF(sa), 714006, GROUP_OF(sa),
	    "IKE Initiator sending 3rd QM pkt: msg id = %08x", q->msgid);
	ok = send_encrypted(sa, &o, q->iv, &q->last);
	out_wipe(&o);
	if (ok)
		wait(q, QM3_AGAIN);
	return ok;
}

static enum outcome failed(struct ike_sa *sa, struct qm *q)
{
	if (!qm_lives(sa, q))
		return GO_END;
	sa->ike->stats.quick_mode_invalids_out++;
	qm_trace_error(q);
	qm_end(q, REASON_IPSEC_NO_PROPOSAL);
	return GO_END;
}

static void pfs_shared_ready(struct dh_job *j)
{
	struct qm *q = j->work.owner;
	struct ike_sa *sa = q->sa;

	sa_hold(sa);
	if (j->ok && qm3_send(q, (struct chunk){j->shared, q->pfs->shared_len}))
		qm_step(q, QM_CONFIRM);
	else
		failed(sa, q);
	sa_release(sa);
}

enum outcome qm2_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	if (!exchange_answered(q, in))
		return GO_STAY;
	sa_seen(sa, in->path);
	if (!qm_lives(sa, q))
		return GO_END;
	if (!answer_read(q, &in->m))
		return failed(sa, q);
	memcpy(q->iv, in->iv, sizeof q->iv);
	answered_note(&q->last, in->digest);
	if (q->pfs) {
		qm_step(q, QM_BLD_MSG3);
		return pfs_start(q, message_get(&in->m, HAS_KE, 0)->body.p, pfs_shared_ready) ?
		    GO_WAIT : failed(sa, q);
	}
	return qm3_send(q, (struct chunk){NULL, 0}) ? GO_NEXT : failed(sa, q);
}

void quick_mode_refused(struct ike_sa *sa)
{
	for (struct qm *q = sa->rest->qms, *next; q; q = next) {
		next = q->next;
		if (q->state != QM_WAIT_MSG2)
			continue;
		sa->ike->stats.quick_mode_rejects_out++;
		qm_trace_error(q);
		qm_end(q, REASON_IPSEC_NO_PROPOSAL);
	}
}
