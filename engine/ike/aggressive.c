/* Aggressive mode; see aggressive.h. */
#include "engine/ike/aggressive.h"

#include <string.h>

#include "engine/ike/dh_job.h"
#include "engine/ike/ident.h"
#include "engine/ike/life.h"
#include "engine/ike/main_mode.h"
#include "engine/ike/natt.h"
#include "engine/ike/offer.h"
#include "engine/ike/psk.h"
#include "engine/ike/sa_table.h"
#include "engine/ike/send.h"
#include "engine/ike/vendor.h"

/* ---- message 2 ----------------------------------------------------------------- */

static void am2_vendors(struct ike_sa *sa, struct out *o)
{
	static const unsigned always[] = {VID_UNITY, VID_XAUTH, VID_DPD};

	for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
		const struct vendor *v = vendor_by_flag(always[i]);

		trace_ike_debug(
		    TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing %s VID payload", v->name);
		out_payload(o, PAY_VENDOR, v->id, v->len);
	}
	offer_vendors_write(sa, o);
}

static bool am2_send(struct ike_sa *sa, const char *psk)
{
	const struct crypto *c = sa->ike->crypto;
	struct ike_exchanged x = sa_exchanged(sa);
	struct handshake *hs = sa->rest->hs;
	struct ike_keys *keys = &sa->rest->keys;
	uint8_t id[PHASE1_ID_MAX], hash[CRYPTO_HASH_MAX];
	struct wr w = wr_init(id, sizeof id);
	struct out o;

	keys->cipher = sa->cipher;
	keys->hash = sa->hash;
	keys->work = &sa->ike->stats.work;
	mm_identity_write(sa, &w);
	if (!keymat_phase1(c, keys, &x, (struct chunk){psk, strlen(psk)}) ||
	    !keymat_hash_auth(c, keys, &x, false, (struct chunk){id, wr_len(&w)}, hash))
		return false;
	out_begin(&o, sa->cky_i, sa->cky_r, XCHG_AGGRESSIVE, 0, 0);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing ISAKMP SA payload");
	offer_accept_write(sa, &o);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing ke payload");
	out_payload(&o, PAY_KE, hs->gxr, sa->group->public_len);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing nonce payload");
	out_payload(&o, PAY_NONCE, hs->nr, hs->nr_len);
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "Generating keys for Responder...");
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing ID payload");
	out_payload(&o, PAY_ID, id, wr_len(&w));
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing hash payload");
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "Computing hash for ISAKMP");
	out_payload(&o, PAY_HASH, hash, hash_info[sa->hash].size);
	am2_vendors(sa, &o);
	natt_write_natd(sa, &o);
	send_clear(sa, &o, &sa->rest->last);
	return true;
}

static void dh_ready(struct dh_job *j)
{
	struct ike_sa *sa = j->work.owner;
	struct handshake *hs = sa->rest->hs;
	const struct cfg_tunnel_group *g = config_tunnel_group(sa->ike->config, sa->group_name);

	if (!j->ok) { /* the client's value is none of the group */
		trace_ike(TRACE_OF(sa), 713048, GROUP_OF(sa),
		    "Error processing payload: Payload ID: %u", PAY_KE);
		sa->ike->stats.malformed++;
		sa_end(sa, REASON_IKE_MALFORMED);
		return;
	}
	memcpy(hs->gxr, j->public_value, sa->group->public_len);
	memcpy(hs->gxy, j->shared, sa->group->shared_len);
	if (!g || !g->psk) {
		sa_end(sa, REASON_IKE_NO_PSK);
		return;
	}
	if (!am2_send(sa, g->psk)) {
		sa_end(sa, REASON_IKE_MALFORMED);
		return;
	}
	sa_wait_for_client(sa);
	sa_step(sa, AM_WAIT_MSG3);
}

/* Others have a better right to the line: he begins again. */
static void dh_put_off(void *owner)
{
	struct ike_sa *sa = owner;

	sa->ike->stats.dh_put_off++;
	sa_end(sa, REASON_SHARE_USED_UP);
}

/* ---- message 1 ----------------------------------------------------------------- */

/* At most so many a second, whoever they are of, for their addresses may be anybody's; and of them
 * no more than its share for an address and its network. */
static bool in_time(struct ike *ike, const struct path *path)
{
	uint64_t now = ike->env->now(ike->env);

	if (now - ike->second.since >= SEC) {
		ike->second.since = now;
		while (ike->second.n > 0)
			shares_give(ike->second.shares, &ike->second.taken[--ike->second.n]);
	}
	if (ike->second.n == AGGRESSIVE_SECOND ||
	    !shares_take(ike->second.shares, &ike->second.taken[ike->second.n],
	        share_key_of(&path->remote.addr)))
		return false;
	ike->second.n++;
	return true;
}

/* What message 1 has beside its offer. */
struct first {
	struct chunk ke, ni, id;
	struct ident ident;
};

static bool only(const struct message *m, unsigned has, struct chunk *body)
{
	const struct payload *p = message_get(m, has, 0);

	if (!p || message_get(m, has, 1))
		return false;
	*body = p->body;
	return true;
}

static bool first_read(const struct message *m, struct first *f)
{
	return only(m, HAS_KE, &f->ke) && only(m, HAS_NONCE, &f->ni) && only(m, HAS_ID, &f->id) &&
	    f->ni.len >= NONCE_MIN && f->ni.len <= NONCE_MAX && f->id.len <= PHASE1_ID_MAX &&
	    ident_read(f->id, &f->ident);
}

static const struct cfg_tunnel_group *group_of(const struct ike *ike, const struct path *path,
    const struct ident *id)
{
	char name[65] = "";

	if ((id->type == ID_KEY_ID || id->type == ID_FQDN || id->type == ID_USER_FQDN) &&
	    id->data.len < sizeof name && !memchr(id->data.p, 0, id->data.len))
		memcpy(name, id->data.p, id->data.len);
	return psk_named(ike, path, name);
}

/* The SA is there: what main mode hears in messages 1, 3 and 5. */
static void begin(struct ike_sa *sa, const struct incoming *in, const struct first *f,
    const struct cfg_tunnel_group *g)
{
	struct handshake *hs = sa->rest->hs;

	memcpy(hs->gxi, f->ke.p, f->ke.len);
	memcpy(hs->ni, f->ni.p, f->ni.len);
	hs->ni_len = f->ni.len;
	memcpy(hs->idii, f->id.p, f->id.len);
	hs->idii_len = f->id.len;
	hs->nr_len = NONCE_LEN;
	ike_random(sa->ike, hs->nr, hs->nr_len);
	answered_note(&sa->rest->last, in->digest);
	sa_wait_for_client(sa);
	sa_step(sa, AM_BLD_MSG2);
	if (!sa_set_group_name(sa, g->name) ||
	    !sa_set_identity(sa, f->ident.type, f->ident.data) ||
	    !mm_dh_start(sa, dh_ready, dh_put_off)) {
		sa_end(sa, REASON_NO_MEMORY);
		return;
	}
}

/* Message 2 is longer than message 1, and nobody has proved where he is: who repeats himself more
 * often than a client does gets no more of it. */
static void again(struct ike_sa *sa, const struct incoming *in)
{
	sa->ike->stats.duplicates++;
	if (sa->state != AM_WAIT_MSG3 || !answered_is(&sa->rest->last, in->digest) ||
	    sa->rest->hs->repeats == AGGRESSIVE_REPEATS) {
		trace_ike(TRACE_OF(sa), 713202, IP_OF(sa),
		    "Duplicate first packet detected.  Ignoring packet.");
		return;
	}
	trace_ike(TRACE_OF(sa), 713201, IP_OF(sa),
	    "Duplicate Phase 1 packet detected.  Retransmitting last packet.");
	sa->rest->hs->repeats++;
	send_again(sa, in->path, &sa->rest->last);
}

void aggressive_start(struct ike *ike, struct incoming *in)
{
	struct ike_sa *sa = sa_by_initiator(ike, &in->path->remote, in->m.h.cky_i);
	const struct cfg_tunnel_group *g;
	struct offer o;
	struct first f;

	if (in->m.h.flags & FLAG_ENCRYPTED || in->m.h.msgid != 0) {
		offer_drop(ike, in, &ike->stats.malformed, REASON_IKE_MALFORMED, "message 1");
		return;
	}
	if (sa) {
		again(sa, in);
		return;
	}
	if (!offer_read(ike, in, &o))
		return;
	if (!first_read(&in->m, &f)) {
		offer_drop(ike, in, &ike->stats.malformed, REASON_IKE_MALFORMED, "message 1");
		return;
	}
	if (f.ke.len != dh_group_find(o.choice.oakley.group)->public_len) {
		offer_refuse(ike, in, &o); /* his group was not the chosen one */
		return;
	}
	ident_trace(ike->trace, &(struct trace_ctx){.ip = &in->path->remote.addr}, &f.ident);
	g = group_of(ike, in->path, &f.ident);
	if (!g) {
		offer_drop(ike, in, &ike->stats.auth_fails, REASON_IKE_NO_PSK, "");
		return;
	}
	if (!in_time(ike, in->path)) {
		offer_drop(ike, in, &ike->stats.aggressive_late, REASON_SHARE_USED_UP, "");
		return;
	}
	sa = offer_accept(ike, in, &o, true);
	if (!sa)
		return;
	attempt_group(&sa->attempt, g->name);
	trace_ike(TRACE_OF(sa), 713906, IP_OF(sa), "Connection landed on tunnel_group %s", g->name);
	begin(sa, in, &f, g);
}

/* ---- message 3 ----------------------------------------------------------------- */

static enum outcome wrong_hash(struct ike_sa *sa, const struct incoming *in)
{
	struct handshake *hs = sa->rest->hs;
	struct ike *ike = sa->ike;

	if (handshake_tried(hs, in->digest)) {
		ike->stats.duplicates++;
		return GO_STAY;
	}
	handshake_try(hs, in->digest);
	ike->stats.auth_fails++;
	ike->stats.hash_fails++;
	trace_ike(ike->trace, 713903, GROUP_OF(sa),
	    "ERROR, HASH_I of aggressive mode is wrong, probably due to mismatched pre-shared key");
	attempt_fail(&sa->attempt, in->path, REASON_IKE_WRONG_PSK, "");
	return mm_another_try(sa);
}

enum outcome am3_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	const struct payload *got = message_get(&in->m, HAS_HASH, 0);
	struct handshake *hs = sa->rest->hs;
	struct ike_exchanged x = sa_exchanged(sa);
	uint8_t hash[CRYPTO_HASH_MAX];

	(void)q;
	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing hash payload");
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "Computing hash for ISAKMP");
	if (!keymat_hash_auth(sa->ike->crypto, &sa->rest->keys, &x, true,
	        (struct chunk){hs->idii, hs->idii_len}, hash) ||
	    got->body.len != hash_info[sa->hash].size ||
	    !crypto_equal(hash, got->body.p, got->body.len))
		return wrong_hash(sa, in);
	if (in->m.h.flags & FLAG_ENCRYPTED)
		memcpy(sa->rest->keys.iv, in->iv, sizeof in->iv);
	natt_detect(sa, &in->m, in->path);
	offer_vendors_read(sa, &in->m);
	return mm_authenticated(sa, in);
}
