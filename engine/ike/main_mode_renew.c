/* The messages of a main mode that we begin; see main_mode_renew.h. */
#include "engine/ike/main_mode_renew.h"

#include <string.h>

#include "engine/ike/dh_job.h"
#include "engine/ike/ident.h"
#include "engine/ike/life.h"
#include "engine/ike/main_mode.h"
#include "engine/ike/natt.h"
#include "engine/ike/offer.h"
#include "engine/ike/proposal.h"
#include "engine/ike/send.h"
#include "engine/ike/sa_table.h"
#include "engine/ike/vendor.h"

#define MM_AGAIN (2 * SEC) /* each of our messages, doubled each time */
#define MM_TRIES 3

/* ---- repetition ---------------------------------------------------------------- */

static void renew_timer(struct timer *t)
{
	struct ike_sa *sa = container_of(t, struct ike_sa, timer);

	if (sa->rest->resends == MM_TRIES) {
		trace_ike(TRACE_OF(sa), 713136, GROUP_OF(sa),
		    "IKE session establishment timed out [%s], aborting!",
		    sa_state_name(sa->state));
		sa_end(sa, REASON_IKE_TIMEOUT);
		return;
	}
	send_again(sa, &sa->path, &sa->rest->last);
	timer_start(sa->ike->env, &sa->timer, MM_AGAIN << ++sa->rest->resends);
}

static void wait_for(struct ike_sa *sa, enum ike_state next)
{
	sa->rest->resends = 0;
	sa->timer.fire = renew_timer;
	timer_start(sa->ike->env, &sa->timer, MM_AGAIN);
	sa_step(sa, next);
}

/* ---- Diffie-Hellman ------------------------------------------------------------- */

/* As if our message had been lost: the timer ends what does not go on. */
static void dh_put_off(void *owner)
{
	((struct ike_sa *)owner)->ike->stats.dh_put_off++;
}

/* Our value first; with `peer`, theirs, what both have in common. */
static bool dh_start(struct ike_sa *sa, const uint8_t *peer, void (*ready)(struct dh_job *))
{
	uint64_t who = (uintptr_t)sa->peer;
	struct dh_work work = {
	    .line = DH_PEERS,
	    .key = {who, who},
	    .group = sa->group,
	    .peer = peer,
	    .secret = peer ? sa->rest->hs->secret : NULL,
	    .ready = ready,
	    .put_off = dh_put_off,
	    .owner = sa,
	};

	return dh_job_start(sa->ike->dh, &work, &sa->rest->hs->job);
}

/* ---- message 1 ------------------------------------------------------------------ */

static void put_vendor(struct out *o, unsigned flag)
{
	const struct vendor *v = vendor_by_flag(flag);

	out_payload(o, PAY_VENDOR, v->id, v->len);
}

static void mm1_send(struct ike_sa *sa)
{
	struct out o;

	out_begin(&o, sa->cky_i, sa->cky_r, XCHG_MAIN, 0, 0);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing ISAKMP SA payload");
	out_payload(&o, PAY_SA, sa->sai, sa->sai_len);
	if (sa->natt_agreed)
		put_vendor(&o, sa->natt_agreed);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing dpd vid payload");
	put_vendor(&o, VID_DPD);
	send_clear(sa, &o, &sa->rest->last);
}

static struct oakley terms_oakley(const struct ike_terms *t)
{
	return (struct oakley){.known = true, .cipher = t->cipher, .hash = t->hash,
	    .auth = t->auth, .group = t->group, .lifetime = t->lifetime};
}

static struct ike_sa *begin(struct ike *ike, struct peer *peer, const struct path *path,
    const struct ike_terms *t)
{
	struct oakley wish = terms_oakley(t);
	struct ike_sa *sa;
	struct out o;

	out_begin(&o, (uint8_t[COOKIE_LEN]){0}, (uint8_t[COOKIE_LEN]){0}, XCHG_MAIN, 0, 0);
	out_open(&o, PAY_SA);
	phase1_offer(&o, &wish);
	sa = sa_begin(ike, peer, path,
	    (struct chunk){o.buf + ISAKMP_HEADER_LEN + 4, wr_len(&o.w) - ISAKMP_HEADER_LEN - 4});
	if (!sa)
		return NULL;
	sa->auth = t->auth;
	sa->cipher = t->cipher;
	sa->hash = t->hash;
	sa->group = dh_group_find(t->group);
	sa->lifetime = t->lifetime;
	sa->natt_agreed = t->natt;
	sa->client = t->client;
	return sa;
}

struct ike_sa *main_mode_renew(struct ike *ike, struct peer *peer, const struct path *path,
    const char *tunnel_group, const struct ike_terms *t)
{
	const struct cfg_tunnel_group *g = config_tunnel_group(ike->config, tunnel_group);
	const struct interface *ifc = config_interface_by_addr(ike->config, &path->local.addr);
	struct oakley wish = terms_oakley(t);
	struct ike_sa *sa;

	if (!g || !g->psk || !ifc || !config_ike_enabled(ike->config, ifc) ||
	    !phase1_allows(ike->config, &wish) || (path->local.port != IKE_PORT && !t->natt))
		return NULL;
	sa = begin(ike, peer, path, t);
	if (!sa)
		return NULL;
	if (!sa_set_group_name(sa, tunnel_group)) {
		sa_join(sa, NULL);
		sa_kill(sa, REASON_NO_MEMORY);
		return NULL;
	}
	sa_trace_renewal(sa, 1, NULL, NULL, NULL);
	mm1_send(sa);
	wait_for(sa, MM_WAIT_MSG2);
	return sa;
}

/* ---- messages 2 and 3 ------------------------------------------------------------ */

static void public_ready(struct dh_job *j)
{
	struct ike_sa *sa = j->work.owner;
	struct handshake *hs = sa->rest->hs;
	struct out o;

	if (!j->ok)
		return; /* for want of memory: the timer goes on */
	memcpy(hs->secret, j->secret, sa->group->secret_len);
	memcpy(hs->gxi, j->public_value, sa->group->public_len);
	hs->ni_len = NONCE_LEN;
	ike_random(sa->ike, hs->ni, hs->ni_len);
	out_begin(&o, sa->cky_i, sa->cky_r, XCHG_MAIN, 0, 0);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing ke payload");
	out_payload(&o, PAY_KE, hs->gxi, sa->group->public_len);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing nonce payload");
	out_payload(&o, PAY_NONCE, hs->ni, hs->ni_len);
	natt_write_natd(sa, &o);
	send_clear(sa, &o, &sa->rest->last);
	wait_for(sa, MM_WAIT_MSG4);
}

enum outcome mm2_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	struct oakley wish = {.known = true, .cipher = sa->cipher, .hash = sa->hash,
	    .auth = sa->auth, .group = sa->group->number};

	(void)q;
	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing SA payload");
	if (in->m.pay[0].type != PAY_SA || message_get(&in->m, HAS_SA, 1) ||
	    !phase1_taken(in->m.pay[0].body, &wish))
		return sa_refuse(sa, &sa->ike->stats.malformed);
	offer_vendors_read(sa, &in->m);
	sa->natt_agreed &= sa->vids;
	sa->natt = sa->natt_agreed;
	if (!sa->natt && sa->path.local.port != IKE_PORT) /* he speaks NAT-T no more */
		return sa_refuse(sa, &sa->ike->stats.malformed);
	sa_answered(sa, in->m.h.cky_r);
	answered_note(&sa->rest->last, in->digest);
	sa_step(sa, MM_BLD_MSG3);
	if (!dh_start(sa, NULL, public_ready)) {
		sa_end(sa, REASON_NO_MEMORY);
		return GO_END;
	}
	return GO_WAIT;
}

/* ---- messages 4 and 5 ------------------------------------------------------------ */

static bool mm5_send(struct ike_sa *sa, const char *psk)
{
	const struct crypto *c = sa->ike->crypto;
	struct ike_exchanged x = sa_exchanged(sa);
	struct ike_keys *keys = &sa->rest->keys;
	uint8_t id[4 + 256], hash[CRYPTO_HASH_MAX];
	struct wr w = wr_init(id, sizeof id);
	struct out o;
	bool ok;

	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "Generating keys for Initiator...");
	keys->cipher = sa->cipher;
	keys->hash = sa->hash;
	keys->work = &sa->ike->stats.work;
	mm_identity_write(sa, &w);
	ok = keymat_phase1(c, keys, &x, (struct chunk){psk, strlen(psk)}) &&
	    keymat_hash_auth(c, keys, &x, true, (struct chunk){id, wr_len(&w)}, hash);
	out_begin(&o, sa->cky_i, sa->cky_r, XCHG_MAIN, FLAG_ENCRYPTED, 0);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing ID payload");
	out_payload(&o, PAY_ID, id, wr_len(&w));
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing hash payload");
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "Computing hash for ISAKMP");
	out_payload(&o, PAY_HASH, hash, hash_info[sa->hash].size);
	ok = ok && send_encrypted(sa, &o, keys->iv, &sa->rest->last);
	out_wipe(&o);
	return ok;
}

static void shared_ready(struct dh_job *j)
{
	struct ike_sa *sa = j->work.owner;
	struct handshake *hs = sa->rest->hs;
	const struct cfg_tunnel_group *g = config_tunnel_group(sa->ike->config, sa->group_name);

	memcpy(hs->gxy, j->shared, sa->group->shared_len);
	if (j->ok && g && g->psk && mm5_send(sa, g->psk))
		wait_for(sa, MM_WAIT_MSG6);
	else
		sa_end(sa, g && g->psk ? REASON_IKE_MALFORMED : REASON_IKE_NO_PSK);
}

enum outcome mm4_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	const struct payload *ke = message_get(&in->m, HAS_KE, 0);
	const struct payload *nr = message_get(&in->m, HAS_NONCE, 0);
	struct handshake *hs = sa->rest->hs;

	(void)q;
	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing ke payload");
	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing nonce payload");
	if (message_get(&in->m, HAS_KE, 1) || message_get(&in->m, HAS_NONCE, 1) ||
	    ke->body.len != sa->group->public_len || nr->body.len < NONCE_MIN ||
	    nr->body.len > NONCE_MAX)
		return sa_refuse(sa, &sa->ike->stats.malformed);
	memcpy(hs->gxr, ke->body.p, ke->body.len);
	memcpy(hs->nr, nr->body.p, nr->body.len);
	hs->nr_len = nr->body.len;
	natt_detect(sa, &in->m, in->path);
	offer_vendors_read(sa, &in->m);
	answered_note(&sa->rest->last, in->digest);
	sa_step(sa, MM_BLD_MSG5);
	if (!dh_start(sa, hs->gxr, shared_ready)) {
		sa_end(sa, REASON_NO_MEMORY);
		return GO_END;
	}
	return GO_WAIT;
}

/* ---- message 6 ------------------------------------------------------------------- */

enum outcome mm6_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	const struct payload *p = message_get(&in->m, HAS_ID, 0);
	const struct payload *got = message_get(&in->m, HAS_HASH, 0);
	struct ike_exchanged x = sa_exchanged(sa);
	size_t size = hash_info[sa->hash].size;
	uint8_t hash[CRYPTO_HASH_MAX];
	struct ident id;

	(void)q;
	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing ID payload");
	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing hash payload");
	if (!keymat_hash_auth(
	        sa->ike->crypto, &sa->rest->keys, &x, false, p->body, hash) ||
	    got->body.len != size || !crypto_equal(hash, got->body.p, size))
		return sa_refuse(sa, &sa->ike->stats.hash_fails);
	if (!ident_read(p->body, &id) || !sa_set_identity(sa, id.type, id.data))
		return sa_refuse(sa, &sa->ike->stats.malformed);
	ident_trace(TRACE_OF(sa), GROUP_OF(sa), &id);
	offer_vendors_read(sa, &in->m);
	memcpy(sa->rest->keys.iv, in->iv, sizeof in->iv);
	return mm_authenticated(sa, in);
}
