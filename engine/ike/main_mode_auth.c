/* Messages 5 and 6: who the client is; see main_mode.h. */
#include <string.h>

#include "engine/ike/ident.h"
#include "engine/ike/informational.h"
#include "engine/ike/life.h"
#include "engine/ike/main_mode.h"
#include "engine/ike/offer.h"
#include "engine/ike/psk.h"
#include "engine/ike/sa_table.h"
#include "engine/ike/send.h"
#include "engine/ike/vendor.h"
#include "engine/ike/whereabouts.h"

/* ---- the key of message 5 ------------------------------------------------------ */

enum outcome mm_another_try(struct ike_sa *sa)
{
	sa->ike->stats.in_drops++;
	if (sa->rest->hs->n_tried < MM5_TRIES)
		return GO_STAY;
	sa->ike->stats.message5_ended++;
	trace_ike(TRACE_OF(sa), 713903, GROUP_OF(sa),
	    "%u different messages %u were wrong, aborting!", sa->rest->hs->n_tried,
	    sa->aggressive ? 3 : 5);
	sa_end(sa, REASON_IKE_MALFORMED); /* of a wrong key the attempt knows already */
	return GO_END;
}

static enum outcome wrong_key(struct ike_sa *sa, const struct incoming *in)
{
	struct ike *ike = sa->ike;

	ike->stats.auth_fails++;
	ike->stats.decrypt_fails++;
	trace_ike(ike->trace, 713903, GROUP_OF(sa),
	    "Received encrypted Oakley Main Mode packet with invalid payloads, MessID = 0");
	trace_ike(ike->trace, 713903, GROUP_OF(sa),
	    "ERROR, had problems decrypting packet, probably due to mismatched pre-shared key.  "
	    "Aborting");
	attempt_fail(&sa->attempt, in->path, REASON_IKE_WRONG_PSK, "");
	return mm_another_try(sa);
}

enum outcome mm5_open_psk(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	struct handshake *hs = sa->rest->hs;

	(void)q;
	if (handshake_tried(hs, in->digest))
		return sa_refuse(sa, &sa->ike->stats.duplicates);
	if (hs->n_tried == MM5_TRIES)
		return mm_another_try(sa);
	handshake_try(hs, in->digest);
	hs->keyed_by = psk_find(sa, in);
	return hs->keyed_by ? GO_NEXT : wrong_key(sa, in);
}

/* ---- message 6 ----------------------------------------------------------------- */

/* Our IDir (RFC 2407 4.6.2) as `crypto isakmp identity` says; an address by default. */
void mm_identity_write(struct ike_sa *sa, struct wr *w)
{
	const struct config *cfg = sa->ike->config;
	const char *kind = cfg->isakmp.identity ? cfg->isakmp.identity : "auto";
	const char *text = NULL;

	if (strcmp(kind, "hostname") == 0)
		text = cfg->system.hostname;
	else if (strcmp(kind, "key-id") == 0)
		text = cfg->isakmp.key_id;
	wr_u8(w, text ? text == cfg->isakmp.key_id ? ID_KEY_ID : ID_FQDN : ID_IPV4_ADDR);
	wr_zero(w, 3);
	if (text)
		wr_bytes(w, text, strlen(text));
	else
		wr_u32(w, addr_to_v4(&sa->path.local.addr));
}

static bool mm6_send(struct ike_sa *sa)
{
	const struct crypto *c = sa->ike->crypto;
	const struct vendor *dpd = vendor_by_flag(VID_DPD);
	struct ike_exchanged x = sa_exchanged(sa);
	uint8_t id[4 + 256], hash[CRYPTO_HASH_MAX];
	struct wr w = wr_init(id, sizeof id);
	struct out o;
	bool ok;

	out_begin(&o, sa->cky_i, sa->cky_r, XCHG_MAIN, FLAG_ENCRYPTED, 0);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing ID payload");
	mm_identity_write(sa, &w);
	out_payload(&o, PAY_ID, id, wr_len(&w));
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing hash payload");
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "Computing hash for ISAKMP");
	ok = keymat_hash_auth(c, &sa->rest->keys, &x, false, (struct chunk){id, wr_len(&w)}, hash);
	out_payload(&o, PAY_HASH, hash, hash_info[sa->hash].size);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing dpd vid payload");
	out_payload(&o, PAY_VENDOR, dpd->id, dpd->len);
	ok = ok && send_encrypted(sa, &o, sa->rest->keys.iv, &sa->rest->last);
	out_wipe(&o);
	return ok;
}

/* ---- message 5 ----------------------------------------------------------------- */

static void trace_nat(struct ike_sa *sa)
{
	if (sa->natt)
		trace_ike(TRACE_OF(sa), 713172, GROUP_OF(sa),
		    "Automatic NAT Detection Status: Remote end %s behind a NAT device "
		    "This end %s behind a NAT device",
		    sa->nat_remote ? "IS" : "is NOT", sa->nat_local ? "IS" : "is NOT");
}

static void trace_completed(struct ike_sa *sa)
{
	const struct cfg_tunnel_group *g = config_tunnel_group(sa->ike->config, sa->group_name);

	trace_ike(TRACE_OF(sa), 713119, GROUP_OF(sa), "PHASE 1 COMPLETED");
	trace_ike(TRACE_OF(sa), 713121, IP_OF(sa), "Keep-alive type for this connection: %s",
	    sa->dpd ? "DPD" : "None");
	if (g && g->threshold && !sa->dpd)
		trace_ike(TRACE_OF(sa), 713122, IP_OF(sa),
		    "Keep-alives configured on but peer does not support keep-alives "
		    "(type = None)");
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "Starting P1 rekey timer: %u seconds.",
	    (unsigned)((uint64_t)sa->lifetime * 3 / 4));
}

enum outcome mm_authenticated(struct ike_sa *sa, struct incoming *in)
{
	struct ike *ike = sa->ike;
	struct peer *peer;

	if (sa_may_arrive(sa, in->path))
		sa->path = *in->path;
	sa->authenticated = true;
	answered_note(&sa->rest->last, in->digest);
	attempt_reached(&sa->attempt, ATTEMPT_AUTHENTICATED);
	peer = ike->ops->phase1_up(ike->owner, sa);
	if (sa->dead)
		return GO_END;
	sa_join(sa, peer);
	if (!peer) { /* whoever refused has said why */
		sa_kill(sa, REASON_NO_MEMORY);
		return GO_END;
	}
	if (sa->role == ROLE_RESPONDER && !sa->aggressive && !mm6_send(sa)) {
		sa_end(sa, REASON_IKE_MALFORMED);
		return GO_END;
	}
	sa_drop_handshake(sa);
	sa_activate(sa);
	sa_step(sa, MM_ACTIVE);
	sa_mark_rekey(sa);
	sa_start_lifetime(sa);
	trace_completed(sa);
	notifies_receive(sa, in);
	return sa->dead ? GO_END : GO_NEXT;
}

/* Where he lands in the end: the group whose key it is. */
static bool group_settle(struct ike_sa *sa, const struct cfg_tunnel_group *g)
{
	if (strcmp(g->name, sa->group_name) != 0) {
		trace_ike(TRACE_OF(sa), 713903, GROUP_OF(sa),
		    "WARNING, had problems decrypting packet, probably due to mismatched "
		    "pre-shared key.  Switching user to tunnel-group: %s",
		    g->name);
		if (!sa_set_group_name(sa, g->name))
			return false;
	}
	attempt_group(&sa->attempt, g->name);
	trace_ike(TRACE_OF(sa), 713906, IP_OF(sa), "Connection landed on tunnel_group %s", g->name);
	return true;
}

enum outcome mm5_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	struct ident id;

	(void)q;
	if (!ident_read(message_get(&in->m, HAS_ID, 0)->body, &id) ||
	    !sa_set_identity(sa, id.type, id.data))
		return mm_another_try(sa);
	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing ID payload");
	ident_trace(TRACE_OF(sa), GROUP_OF(sa), &id);
	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing hash payload");
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "Computing hash for ISAKMP");
	offer_vendors_read(sa, &in->m);
	trace_nat(sa);
	if (!group_settle(sa, sa->rest->hs->keyed_by))
		return mm_another_try(sa);
	return mm_authenticated(sa, in);
}
