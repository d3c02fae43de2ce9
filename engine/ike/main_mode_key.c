/* Messages 3 and 4: Diffie-Hellman and nonces; see main_mode.h. */
#include <string.h>

#include "engine/ike/dh_job.h"
#include "engine/ike/life.h"
#include "engine/ike/main_mode.h"
#include "engine/ike/natt.h"
#include "engine/ike/offer.h"
#include "engine/ike/psk.h"
#include "engine/ike/send.h"
#include "engine/ike/vendor.h"

static const uint8_t altiga_vid[] = {0x1f, 0x07, 0xf7, 0x0e, 0xaa, 0x65, 0x14, 0xd3, 0xb0, 0xfa,
    0x96, 0x54, 0x2a, 0x50, 0x01, 0x00};

static void mm4_build(struct ike_sa *sa, struct out *o)
{
	struct handshake *hs = sa->rest->hs;
	const struct vendor *unity = vendor_by_flag(VID_UNITY), *xauth = vendor_by_flag(VID_XAUTH);
	uint8_t ios[16];

	out_begin(o, sa->cky_i, sa->cky_r, XCHG_MAIN, 0, 0);
	trace_ike_debug(TRACE_OF(sa), 715046, IP_OF(sa), "constructing ke payload");
	out_payload(o, PAY_KE, hs->gxr, sa->group->public_len);
	trace_ike_debug(TRACE_OF(sa), 715046, IP_OF(sa), "constructing nonce payload");
	out_payload(o, PAY_NONCE, hs->nr, hs->nr_len);
	trace_ike_debug(TRACE_OF(sa), 715046, IP_OF(sa), "constructing Cisco Unity VID payload");
	out_payload(o, PAY_VENDOR, unity->id, unity->len);
	trace_ike_debug(TRACE_OF(sa), 715046, IP_OF(sa), "constructing xauth V6 VID payload");
	out_payload(o, PAY_VENDOR, xauth->id, xauth->len);
	trace_ike_debug(TRACE_OF(sa), 715048, IP_OF(sa), "Send IOS VID");
	trace_ike_debug(TRACE_OF(sa), 715038, IP_OF(sa),
	    "Constructing ASA spoofing IOS Vendor ID payload "
	    "(version: 1.0.0, capabilities: 20000001)");
	/* In the field its sixteen bytes look random and differ from SA to SA. */
	ike_random(sa->ike, ios, sizeof ios);
	trace_ike_debug(TRACE_OF(sa), 715046, IP_OF(sa), "constructing VID payload");
	out_payload(o, PAY_VENDOR, ios, sizeof ios);
	trace_ike_debug(
	    TRACE_OF(sa), 715048, IP_OF(sa), "Send Altiga/Cisco VPN3000/Cisco ASA GW VID");
	out_payload(o, PAY_VENDOR, altiga_vid, sizeof altiga_vid);
	natt_write_natd(sa, o);
}

/* Diffie-Hellman is done: message 4. */
static void mm4_send(struct ike_sa *sa)
{
	const struct cfg_tunnel_group *g = psk_first(sa->ike, &sa->path);
	struct out o;

	mm4_build(sa, &o);
	if (!g || !sa_set_group_name(sa, g->name)) {
		sa_end(sa, REASON_IKE_NO_PSK);
		return;
	}
	attempt_group(&sa->attempt, g->name);
	trace_ike(TRACE_OF(sa), 713906, IP_OF(sa), "Connection landed on tunnel_group %s", g->name);
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "Generating keys for Responder...");
	send_clear(sa, &o, &sa->rest->last);
	sa_wait_for_client(sa);
	sa_step(sa, MM_WAIT_MSG5);
}

static void dh_ready(struct dh_job *j)
{
	struct ike_sa *sa = j->work.owner;
	struct handshake *hs = sa->rest->hs;

	if (!j->ok) { /* the client's value is none of the group */
		trace_ike(TRACE_OF(sa), 713048, IP_OF(sa),
		    "Error processing payload: Payload ID: %u", PAY_KE);
		sa_refuse(sa, &sa->ike->stats.malformed);
		answered_drop(&sa->rest->last);
		sa_step(sa, MM_WAIT_MSG3);
		return;
	}
	memcpy(hs->gxr, j->public_value, sa->group->public_len);
	memcpy(hs->gxy, j->shared, sa->group->shared_len);
	mm4_send(sa);
}

/* Others have a better right to the line: message 3 is waited for again. */
static void dh_put_off(void *owner)
{
	struct ike_sa *sa = owner;

	sa->ike->stats.dh_put_off++;
	answered_drop(&sa->rest->last);
	sa->rest->hs->restarts--;
	sa_step(sa, MM_WAIT_MSG3);
}

bool mm_dh_start(struct ike_sa *sa, void (*ready)(struct dh_job *), void (*put_off)(void *))
{
	struct dh_work work = {
	    .line = DH_STRANGERS,
	    .key = sa->origin,
	    .group = sa->group,
	    .peer = sa->rest->hs->gxi,
	    .ready = ready,
	    .put_off = put_off,
	    .owner = sa,
	};

	return dh_job_start(sa->ike->dh, &work, &sa->rest->hs->job);
}

/* Room for a handshake: the first one's, or a damaged one's again. */
static bool handshake_begin(struct ike_sa *sa)
{
	if (!sa->rest)
		return sa_grow(sa);
	return sa->rest->hs->restarts++ < MM3_RESTARTS;
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
	trace_ike_debug(TRACE_OF(sa), 715047, IP_OF(sa), "processing ke payload");
	trace_ike_debug(TRACE_OF(sa), 715047, IP_OF(sa), "processing ISA_KE payload");
	trace_ike_debug(TRACE_OF(sa), 715047, IP_OF(sa), "processing nonce payload");
	if (!mm3_valid(sa, &in->m, ke, ni)) {
		trace_ike(TRACE_OF(sa), 713048, IP_OF(sa),
		    "Error processing payload: Payload ID: %u", PAY_KE);
		return sa_refuse(sa, &sa->ike->stats.malformed);
	}
	if (!psk_first(sa->ike, in->path)) {
		trace_ike(TRACE_OF(sa), 713903, IP_OF(sa),
		    "Can't find a valid tunnel group, aborting...!");
		sa_refuse(sa, &sa->ike->stats.auth_fails);
		sa_end(sa, REASON_IKE_NO_PSK);
		return GO_END;
	}
	if (!handshake_begin(sa)) {
		sa->ike->stats.in_drops++;
		return GO_STAY;
	}
	hs = sa->rest->hs;
	sa->path = *in->path;
	memcpy(hs->gxi, ke->body.p, ke->body.len);
	memcpy(hs->ni, ni->body.p, ni->body.len);
	hs->ni_len = ni->body.len;
	hs->nr_len = NONCE_LEN;
	ike_random(sa->ike, hs->nr, hs->nr_len);
	natt_detect(sa, &in->m, in->path);
	offer_vendors_read(sa, &in->m);
	answered_note(&sa->rest->last, in->digest);
	sa_step(sa, MM_BLD_MSG4);
	sa_wait_for_client(sa);
	if (!mm_dh_start(sa, dh_ready, dh_put_off))
		sa_end(sa, REASON_IKE_TIMEOUT);
	return GO_WAIT;
}
