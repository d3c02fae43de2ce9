/*
 * Main mode with pre-shared keys, responder (RFC 2409 5.4):
 *
 *     1  HDR, SA, VID...              -->
 *     2                               <--  HDR, SA, VID...
 *     3  HDR, KE, Ni, NAT-D, NAT-D    -->
 *     4                               <--  HDR, KE, Nr, VID..., NAT-D, NAT-D
 *     5  HDR*, IDii, HASH_I           -->
 *     6                               <--  HDR*, IDir, HASH_R, VID
 *
 * Until message 3 has come with our cookie an SA is a small record and message 2
 * is not kept: it is built again from the record, byte for byte, when the client
 * repeats message 1.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/ike/internal.h"

#define DEFAULT_LIFETIME 86400 /* when neither side names one */

static const uint8_t fragmentation_caps[] = {0xc0, 0, 0, 0}; /* main and aggressive mode */
static const uint8_t altiga_vid[] = {0x1f, 0x07, 0xf7, 0x0e, 0xaa, 0x65, 0x14, 0xd3, 0xb0, 0xfa,
    0x96, 0x54, 0x2a, 0x50, 0x01, 0x00};

/* ---- message 1 and 2 -------------------------------------------------------- */

static void drop(struct ike *ike, const struct incoming *in, uint64_t *counter,
    enum reason reason, const char *detail)
{
	++*counter;
	ike->stats.in_drops++;
	ike->ops->failed(ike->owner, in->path, reason, detail);
}

static void vendor_receive(struct ike *ike, const struct path *path, struct chunk body,
    uint16_t *vids, const char **client)
{
	struct trace_ctx ip = {.ip = &path->remote.addr};
	const struct vendor *v = vendor_find(body);

	trace_ike_debug(ike->trace, &ip, "processing VID payload");
	if (!v)
		return;
	*vids |= v->flag;
	if (v->client)
		*client = v->client;
	if (v->name)
		trace_ike_debug(ike->trace, &ip, "Received %s VID", v->name);
	if (v->flag == VID_FRAGMENTATION && body.len > v->len)
		trace_ike_debug(ike->trace, &ip,
		    "IKE Peer included IKE fragmentation capability flags: "
		    "Main Mode: True Aggressive Mode: True");
}

void vendors_receive(struct ike_sa *sa, const struct message *m)
{
	const struct payload *p;

	for (size_t i = 0; (p = message_get(m, HAS_VENDOR, i)) != NULL; i++)
		vendor_receive(sa->ike, &sa->path, p->body, &sa->vids, &sa->client);
	if (sa->vids & VID_DPD)
		sa->dpd = true;
}

static void mm2_build(struct ike_sa *sa, struct out *o)
{
	const struct vendor *frag = vendor_by_flag(VID_FRAGMENTATION);

	out_begin(o, sa->cky_i, sa->cky_r, XCHG_MAIN, 0, 0);
	out_open(o, PAY_SA);
	phase1_accept(o, (struct chunk){sa->sai, sa->sai_len}, sa->proposal_at,
	    sa->transform_at, sa->vids & VID_MICROSOFT);
	out_close(o);
	if (sa->natt)
		out_payload(o, PAY_VENDOR, vendor_by_flag(sa->natt)->id,
		    vendor_by_flag(sa->natt)->len);
	if (sa->vids & VID_FRAGMENTATION) {
		out_open(o, PAY_VENDOR);
		wr_bytes(&o->w, frag->id, frag->len);
		wr_bytes(&o->w, fragmentation_caps, sizeof fragmentation_caps);
		out_close(o);
	}
}

static void mm2_send(struct ike_sa *sa)
{
	struct out o;

	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "constructing ISAKMP SA payload");
	if (sa->natt)
		trace_ike_debug(TRACE_OF(sa), IP_OF(sa),
		    "constructing NAT-Traversal VID ver %s payload",
		    sa->natt == VID_NATT_RFC ? "RFC" : sa->natt == VID_NATT_03 ? "03" : "02");
	if (sa->vids & VID_FRAGMENTATION)
		trace_ike_debug(TRACE_OF(sa), IP_OF(sa),
		    "constructing Fragmentation VID + extended capabilities payload");
	mm2_build(sa, &o);
	send_clear(sa, &o, NULL);
}

void main_mode_repeat(struct ike_sa *sa, const struct path *path)
{
	struct out o;

	if (sa->state != MM_WAIT_MSG3) {
		trace_ike(TRACE_OF(sa), IP_OF(sa),
		    "Duplicate first packet detected.  Ignoring packet.");
		return;
	}
	trace_ike(TRACE_OF(sa), IP_OF(sa),
	    "Duplicate Phase 1 packet detected.  Retransmitting last packet.");
	mm2_build(sa, &o);
	send_clear_again(sa, path, &o);
}

static uint32_t least(uint32_t own, uint32_t offered)
{
	if (own == 0 || offered == 0)
		return own + offered ? own + offered : DEFAULT_LIFETIME;
	return own < offered ? own : offered;
}

static void no_proposal(struct ike *ike, const struct incoming *in)
{
	struct trace_ctx ip = {.ip = &in->path->remote.addr};
	uint8_t cky_r[COOKIE_LEN];

	trace_ike_debug(ike->trace, &ip, "All SA proposals found unacceptable");
	trace_ike(ike->trace, &ip, "Error processing payload: Payload ID: %u", PAY_SA);
	ike->env->random(ike->env, cky_r, sizeof cky_r);
	send_notify_clear(ike, in->path, in->m.h.cky_i, cky_r, NOTIFY_NO_PROPOSAL_CHOSEN);
	drop(ike, in, &ike->stats.no_proposal, REASON_IKE_NO_PROPOSAL, "");
}

/* A timer of phase 1 is over: the next message's, or one of the two of an active SA. */
static void sa_timer(struct timer *t)
{
	struct ike_sa *sa = container_of(t, struct ike_sa, timer);
	struct ike *ike = sa->ike;
	uint64_t now = ike->env->now(ike->env);

	if (sa->state != MM_ACTIVE) {
		trace_ike(ike->trace, IP_OF(sa),
		    "IKE session establishment timed out [%s], aborting!",
		    sa_state_name(sa->state));
		sa_end(sa, REASON_IKE_TIMEOUT);
	} else if (now >= sa->expires) {
		ike_sa_delete(ike, sa, REASON_PHASE1_LIFETIME);
	} else {
		/* A responder waits for the client to begin the new phase 1. */
		trace_ike_debug(ike->trace, GROUP_OF(sa), "P1 rekey timer expired");
		timer_start(ike->env, &sa->timer, sa->expires - now);
	}
}

static void wait_for_client(struct ike_sa *sa)
{
	sa->timer.fire = sa_timer;
	timer_start(sa->ike->env, &sa->timer, MM_TIMEOUT);
}

static void mm1_accept(struct ike *ike, struct incoming *in, struct chunk sai,
    const struct interface *ifc, const struct proposal *prop, size_t n,
    const struct phase1_choice *c)
{
	struct trace_ctx ip = {.ip = &in->path->remote.addr};
	const struct payload *p;
	const char *client = "";
	struct ike_sa *sa;
	uint16_t vids = 0;

	for (size_t i = 0; (p = message_get(&in->m, HAS_VENDOR, i)) != NULL; i++)
		vendor_receive(ike, in->path, p->body, &vids, &client);
	trace_ike_debug(ike->trace, &ip, "processing IKE SA payload");
	phase1_trace(ike->trace, ike->config, prop, n, c);
	trace_ike_debug(ike->trace, &ip,
	    "IKE SA Proposal # %u, Transform # %u acceptable Matches global IKE entry # %u",
	    c->proposal, c->transform, c->entry);
	sa = sa_new(ike, in->path, in->m.h.cky_i, sai);
	if (!sa) {
		drop(ike, in, &ike->stats.malformed, REASON_IKE_MALFORMED, "offer too long");
		return;
	}
	sa->vids = vids;
	sa->dpd = vids & VID_DPD;
	sa->client = client;
	sa->natt = sa->natt_agreed = natt_choose(ike->config, ifc, vids);
	sa->proposal_at = c->proposal_at;
	sa->transform_at = c->transform_at;
	sa->cipher = c->oakley.cipher;
	sa->hash = c->oakley.hash;
	sa->group = dh_group_find(c->oakley.group);
	sa->lifetime = least(c->policy->set.lifetime, c->oakley.lifetime);
	wait_for_client(sa);
	mm2_send(sa);
	sa_step(sa, MM_WAIT_MSG3);
}

void main_mode_start(struct ike *ike, struct incoming *in)
{
	const struct interface *ifc = config_interface_by_addr(ike->config, &in->path->local.addr);
	struct trace_ctx ip = {.ip = &in->path->remote.addr};
	struct proposal prop[PROPOSALS_MAX];
	struct phase1_choice choice;
	struct chunk sai;
	size_t n;

	if (!ifc || !config_ike_enabled(ike->config, ifc)) {
		drop(ike, in, &ike->stats.not_enabled, REASON_IKE_NOT_ENABLED, "");
		return;
	}
	if (!isakmp_payloads_read(&in->m, in->body, in->body_len, false) ||
	    in->m.pay[0].type != PAY_SA || message_get(&in->m, HAS_SA, 1)) {
		drop(ike, in, &ike->stats.malformed, REASON_IKE_MALFORMED, "message 1");
		return;
	}
	trace_received(ike, in->path, &in->m);
	if (!config_map_entry(ike->config, ifc, 0)) {
		trace_ike(ike->trace, &ip, "No crypto map bound to interface... dropping pkt");
		drop(ike, in, &ike->stats.no_sa_fails, REASON_IKE_NO_MAP, "");
		return;
	}
	trace_ike_debug(ike->trace, &ip, "processing SA payload");
	sai = in->m.pay[0].body;
	if (!sa_read(sai, prop, PROPOSALS_MAX, &n)) {
		trace_ike(ike->trace, &ip, "Error processing payload: Payload ID: %u", PAY_SA);
		drop(ike, in, &ike->stats.malformed, REASON_IKE_MALFORMED, "SA payload");
		return;
	}
	phase1_choose(ike->config, prop, n, &choice);
	phase1_trace(ike->trace, ike->config, prop, n, &choice);
	if (!choice.policy) {
		no_proposal(ike, in);
		return;
	}
	trace_ike_debug(ike->trace, &ip, "Oakley proposal is acceptable");
	mm1_accept(ike, in, sai, ifc, prop, n, &choice);
}

/* ---- message 3 and 4 -------------------------------------------------------- */

static void mm4_build(struct ike_sa *sa, struct out *o)
{
	struct handshake *hs = sa->rest->hs;
	const struct vendor *unity = vendor_by_flag(VID_UNITY), *xauth = vendor_by_flag(VID_XAUTH);
	uint8_t ios[16];

	out_begin(o, sa->cky_i, sa->cky_r, XCHG_MAIN, 0, 0);
	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "constructing ke payload");
	out_payload(o, PAY_KE, hs->gxr, sa->group->public_len);
	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "constructing nonce payload");
	out_payload(o, PAY_NONCE, hs->nr, NONCE_LEN);
	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "constructing Cisco Unity VID payload");
	out_payload(o, PAY_VENDOR, unity->id, unity->len);
	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "constructing xauth V6 VID payload");
	out_payload(o, PAY_VENDOR, xauth->id, xauth->len);
	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "Send IOS VID");
	trace_ike_debug(TRACE_OF(sa), IP_OF(sa),
	    "Constructing ASA spoofing IOS Vendor ID payload "
	    "(version: 1.0.0, capabilities: 20000001)");
	/* In the field its sixteen bytes look random and differ from SA to SA. */
	sa->ike->env->random(sa->ike->env, ios, sizeof ios);
	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "constructing VID payload");
	out_payload(o, PAY_VENDOR, ios, sizeof ios);
	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "Send Altiga/Cisco VPN3000/Cisco ASA GW VID");
	out_payload(o, PAY_VENDOR, altiga_vid, sizeof altiga_vid);
	natt_write_natd(sa, o);
}

static bool group_name_set(struct ike_sa *sa, const char *name)
{
	char *copy = strdup(name);

	if (!copy)
		return false;
	free(sa->group_name);
	sa->group_name = copy;
	return true;
}

/* Diffie-Hellman is done: message 4. */
static void mm4_ready(struct dh_job *j)
{
	struct ike_sa *sa = j->sa;
	struct handshake *hs = sa->rest->hs;
	const struct cfg_tunnel_group *g = psk_first(sa->ike, &sa->path);
	struct out o;

	hs->job = NULL;
	if (!j->ok) { /* the client's value is none of the group */
		trace_ike(TRACE_OF(sa), IP_OF(sa), "Error processing payload: Payload ID: %u",
		    PAY_KE);
		sa->ike->stats.malformed++;
		answered_drop(&sa->rest->last);
		sa_step(sa, MM_WAIT_MSG3);
		return;
	}
	memcpy(hs->gxr, j->public_value, sa->group->public_len);
	memcpy(hs->gxy, j->shared, sa->group->shared_len);
	mm4_build(sa, &o);
	if (!g || !group_name_set(sa, g->name)) {
		sa_end(sa, REASON_IKE_NO_PSK);
		return;
	}
	trace_ike(TRACE_OF(sa), IP_OF(sa), "Connection landed on tunnel_group %s", g->name);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "Generating keys for Responder...");
	send_clear(sa, &o, &sa->rest->last);
	wait_for_client(sa);
	sa_step(sa, MM_WAIT_MSG5);
}

/* Room for a handshake: the first one's, or a damaged one's again. */
static bool handshake_begin(struct ike_sa *sa)
{
	struct handshake *hs;

	if (!sa->rest)
		return sa_grow(sa);
	hs = sa->rest->hs;
	if (hs->restarts++ >= MM3_RESTARTS)
		return false;
	return true;
}

static bool mm3_valid(const struct ike_sa *sa, const struct message *m, const struct payload *ke,
    const struct payload *ni)
{
	return !message_get(m, HAS_KE, 1) && !message_get(m, HAS_NONCE, 1) &&
	    ke->body.len == sa->group->public_len && ni->body.len >= NONCE_MIN &&
	    ni->body.len <= NONCE_MAX;
}

enum outcome mm3_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	const struct payload *ke = message_get(&in->m, HAS_KE, 0);
	const struct payload *ni = message_get(&in->m, HAS_NONCE, 0);
	struct handshake *hs;

	(void)q;
	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "processing ke payload");
	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "processing ISA_KE payload");
	trace_ike_debug(TRACE_OF(sa), IP_OF(sa), "processing nonce payload");
	if (!mm3_valid(sa, &in->m, ke, ni)) {
		trace_ike(TRACE_OF(sa), IP_OF(sa), "Error processing payload: Payload ID: %u",
		    PAY_KE);
		sa->ike->stats.malformed++;
		return GO_STAY;
	}
	if (!psk_first(sa->ike, in->path)) {
		trace_ike(TRACE_OF(sa), IP_OF(sa), "Can't find a valid tunnel group, aborting...!");
		sa->ike->stats.auth_fails++;
		sa_end(sa, REASON_IKE_NO_PSK);
		return GO_END;
	}
	if (!handshake_begin(sa))
		return GO_STAY;
	hs = sa->rest->hs;
	sa->path = *in->path;
	memcpy(hs->gxi, ke->body.p, ke->body.len);
	memcpy(hs->ni, ni->body.p, ni->body.len);
	hs->ni_len = ni->body.len;
	sa->ike->env->random(sa->ike->env, hs->nr, sizeof hs->nr);
	natt_detect(sa, &in->m);
	vendors_receive(sa, &in->m);
	answered_note(&sa->rest->last, in->digest);
	sa_step(sa, MM_BLD_MSG4);
	wait_for_client(sa);
	if (!dh_job_start(sa, NULL, sa->group, hs->gxi, mm4_ready, &hs->job))
		sa_end(sa, REASON_IKE_TIMEOUT);
	return GO_WAIT;
}

/* ---- message 5 and 6 -------------------------------------------------------- */

/* Is this message 5 one that was tried before? Else it is one try more. */
static bool tried(struct handshake *hs, const uint8_t digest[DIGEST_LEN])
{
	for (unsigned i = 0; i < hs->n_tried; i++)
		if (memcmp(hs->tried[i], digest, DIGEST_LEN) == 0)
			return true;
	memcpy(hs->tried[hs->n_tried++], digest, DIGEST_LEN);
	return false;
}

/* A message 5 that is none: the last of MM5_TRIES ends the exchange, trying costs us a key a group. */
static enum outcome another_try(struct ike_sa *sa)
{
	if (sa->rest->hs->n_tried < MM5_TRIES)
		return GO_STAY;
	sa->ike->stats.message5_ended++;
	trace_ike(TRACE_OF(sa), GROUP_OF(sa), "%u different messages 5 were wrong, aborting!",
	    sa->rest->hs->n_tried);
	sa_end(sa, sa->rest->hs->psk_failed ? REASON_IKE_WRONG_PSK : REASON_IKE_MALFORMED);
	return GO_END;
}

static enum outcome wrong_key(struct ike_sa *sa, const struct incoming *in)
{
	struct handshake *hs = sa->rest->hs;
	struct ike *ike = sa->ike;

	ike->stats.auth_fails++;
	ike->stats.decrypt_fails++;
	trace_ike(ike->trace, GROUP_OF(sa),
	    "Received encrypted Oakley Main Mode packet with invalid payloads, MessID = 0");
	trace_ike(ike->trace, GROUP_OF(sa),
	    "ERROR, had problems decrypting packet, probably due to mismatched pre-shared key.  "
	    "Aborting");
	if (!hs->psk_failed) {
		hs->psk_failed = true;
		ike->ops->failed(ike->owner, in->path, REASON_IKE_WRONG_PSK, sa->group_name);
	}
	return another_try(sa);
}

static void trace_nat(struct ike_sa *sa)
{
	if (sa->natt)
		trace_ike(TRACE_OF(sa), GROUP_OF(sa),
		    "Automatic NAT Detection Status: Remote end %s behind a NAT device "
		    "This end %s behind a NAT device",
		    sa->nat_remote ? "IS" : "is NOT", sa->nat_local ? "IS" : "is NOT");
}

/* Our IDir (RFC 2407 4.6.2) as `crypto isakmp identity` says; an address by default. */
static void identity_write(struct ike_sa *sa, struct wr *w)
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
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "constructing ID payload");
	identity_write(sa, &w);
	out_payload(&o, PAY_ID, id, wr_len(&w));
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "constructing hash payload");
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "Computing hash for ISAKMP");
	ok = keymat_hash_auth(c, &sa->rest->keys, &x, false, (struct chunk){id, wr_len(&w)}, hash);
	out_payload(&o, PAY_HASH, hash, hash_info[sa->hash].size);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "constructing dpd vid payload");
	out_payload(&o, PAY_VENDOR, dpd->id, dpd->len);
	ok = ok && send_encrypted(sa, &o, sa->rest->keys.iv, &sa->rest->last);
	out_wipe(&o);
	return ok;
}

/* A fresh phase 1 of a peer that has one already: they replace each other. */
static void rekey_mark(struct ike_sa *sa)
{
	for (struct ike_sa *other = NULL; (other = sa_sibling(sa, other)) != NULL;)
		other->rekey = sa->rekey = true;
}

static void trace_completed(struct ike_sa *sa)
{
	const struct cfg_tunnel_group *g = config_tunnel_group(sa->ike->config, sa->group_name);

	trace_ike(TRACE_OF(sa), GROUP_OF(sa), "PHASE 1 COMPLETED");
	trace_ike(TRACE_OF(sa), IP_OF(sa), "Keep-alive type for this connection: %s",
	    sa->dpd ? "DPD" : "None");
	if (g && g->threshold && !sa->dpd)
		trace_ike(TRACE_OF(sa), IP_OF(sa),
		    "Keep-alives configured on but peer does not support keep-alives "
		    "(type = None)");
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "Starting P1 rekey timer: %u seconds.",
	    (unsigned)((uint64_t)sa->lifetime * 3 / 4));
}

static bool identity_keep(struct ike_sa *sa, const struct ident *id)
{
	uint8_t *copy = malloc(id->data.len + 1);

	if (!copy)
		return false;
	memcpy(copy, id->data.p, id->data.len);
	free(sa->rest->id);
	sa->rest->id = copy;
	sa->rest->id_len = id->data.len;
	sa->rest->id_type = id->type;
	return true;
}

/*
 * From where message 5 may come, to be answered there: with a NAT between us from anywhere; without
 * one only from where message 3 came, now perhaps on port 4500 (RFC 3947 4).
 */
static bool may_arrive(const struct ike_sa *sa, const struct path *path)
{
	if (sa->nat_local || sa->nat_remote)
		return true;
	return sa->natt && path->local.port == NATT_PORT &&
	    addr_equal(&sa->path.remote.addr, &path->remote.addr) &&
	    addr_equal(&sa->path.local.addr, &path->local.addr);
}

/* HASH_I fits: this is the client. Everything that phase 1 still owes him. */
static enum outcome authenticated(struct ike_sa *sa, struct incoming *in)
{
	struct ike *ike = sa->ike;
	const struct payload *p;
	struct peer *peer;

	if (may_arrive(sa, in->path))
		sa->path = *in->path;
	sa->authenticated = true;
	answered_note(&sa->rest->last, in->digest);
	peer = ike->ops->phase1_up(ike->owner, sa);
	if (sa->dead)
		return GO_END;
	sa_join(sa, peer);
	if (!peer) { /* whoever refused has said why */
		sa_kill(sa);
		return GO_END;
	}
	if (!mm6_send(sa)) {
		sa_end(sa, REASON_IKE_MALFORMED);
		return GO_END;
	}
	sa_drop_handshake(sa);
	sa_move(sa, &ike->active);
	sa_step(sa, MM_ACTIVE);
	rekey_mark(sa);
	sa->expires = ike->env->now(ike->env) + sa->lifetime * SEC;
	timer_start(ike->env, &sa->timer, sa->lifetime * SEC / 4 * 3);
	trace_completed(sa);
	for (size_t i = 0; !sa->dead && (p = message_get(&in->m, HAS_NOTIFY, i)) != NULL; i++)
		notify_receive(sa, p, in->digest);
	return sa->dead ? GO_END : GO_NEXT;
}

enum outcome mm5_receive(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	const struct cfg_tunnel_group *g;
	struct ident id;

	(void)q;
	if (tried(sa->rest->hs, in->digest)) {
		sa->ike->stats.duplicates++;
		return GO_STAY;
	}
	g = psk_find(sa, in);
	if (!g)
		return wrong_key(sa, in);
	trace_received(sa->ike, in->path, &in->m);
	if (!ident_read(message_get(&in->m, HAS_ID, 0)->body, &id) || !identity_keep(sa, &id))
		return another_try(sa);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "processing ID payload");
	ident_trace(sa, &id);
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "processing hash payload");
	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "Computing hash for ISAKMP");
	vendors_receive(sa, &in->m);
	trace_nat(sa);
	if (strcmp(g->name, sa->group_name) != 0) {
		trace_ike(TRACE_OF(sa), GROUP_OF(sa),
		    "WARNING, had problems decrypting packet, probably due to mismatched "
		    "pre-shared key.  Switching user to tunnel-group: %s",
		    g->name);
		if (!group_name_set(sa, g->name))
			return another_try(sa);
	}
	trace_ike(TRACE_OF(sa), IP_OF(sa), "Connection landed on tunnel_group %s", g->name);
	return authenticated(sa, in);
}
