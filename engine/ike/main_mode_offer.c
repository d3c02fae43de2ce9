/* Messages 1 and 2: what is offered and what we take; see main_mode.h. */
#include "engine/ike/life.h"
#include "engine/ike/main_mode.h"
#include "engine/ike/natt_flavour.h"
#include "engine/ike/proposal.h"
#include "engine/ike/sa_table.h"
#include "engine/ike/send.h"
#include "engine/ike/vendor.h"

#define DEFAULT_LIFETIME 86400 /* when neither side names one */

static const uint8_t fragmentation_caps[] = {0xc0, 0, 0, 0}; /* main and aggressive mode */

static void drop(struct ike *ike, const struct incoming *in, uint64_t *counter,
    enum reason reason, const char *detail)
{
	++*counter;
	ike->stats.in_drops++;
	attempt_refused(&ike->attempts, ike->env->now(ike->env), in->path, reason, detail);
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

	trace_ike_debug(TRACE_OF(sa), 715046, IP_OF(sa), "constructing ISAKMP SA payload");
	if (sa->natt)
		trace_ike_debug(TRACE_OF(sa), 715046, IP_OF(sa),
		    "constructing NAT-Traversal VID ver %s payload",
		    sa->natt == VID_NATT_RFC ? "RFC" : sa->natt == VID_NATT_03 ? "03" : "02");
	if (sa->vids & VID_FRAGMENTATION)
		trace_ike_debug(TRACE_OF(sa), 715046, IP_OF(sa),
		    "constructing Fragmentation VID + extended capabilities payload");
	mm2_build(sa, &o);
	send_clear(sa, &o, NULL);
}

void main_mode_repeat(struct ike_sa *sa, const struct path *path)
{
	struct out o;

	if (sa->state != MM_WAIT_MSG3) {
		trace_ike(TRACE_OF(sa), 713202, IP_OF(sa),
		    "Duplicate first packet detected.  Ignoring packet.");
		return;
	}
	trace_ike(TRACE_OF(sa), 713201, IP_OF(sa),
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

	trace_ike_debug(ike->trace, 713904, &ip, "All SA proposals found unacceptable");
	trace_ike(ike->trace, 713048, &ip, "Error processing payload: Payload ID: %u", PAY_SA);
	ike->env->random(ike->env, cky_r, sizeof cky_r);
	send_notify_clear(ike, in->path, in->m.h.cky_i, cky_r, NOTIFY_NO_PROPOSAL_CHOSEN);
	drop(ike, in, &ike->stats.no_proposal, REASON_IKE_NO_PROPOSAL, "");
}

static void mm1_accept(struct ike *ike, struct incoming *in, struct chunk sai,
    const struct interface *ifc, const struct proposal *prop, size_t n,
    const struct phase1_choice *c)
{
	struct trace_ctx ip = {.ip = &in->path->remote.addr};
	enum client_profile client = PROFILE_UNKNOWN;
	struct ike_sa *sa;
	uint16_t vids = 0;

	vendors_read(&in->m, ike->trace, &ip, &vids, &client);
	trace_ike_debug(ike->trace, 715047, &ip, "processing IKE SA payload");
	phase1_trace(ike->trace, &ip, ike->config, prop, n, c);
	trace_ike_debug(ike->trace, 715028, &ip,
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
	attempt_client(&sa->attempt, client);
	sa->natt = sa->natt_agreed = natt_choose(ike->config, ifc, vids);
	sa->proposal_at = c->proposal_at;
	sa->transform_at = c->transform_at;
	sa->auth = c->oakley.auth;
	sa->cipher = c->oakley.cipher;
	sa->hash = c->oakley.hash;
	sa->group = dh_group_find(c->oakley.group);
	attempt_chosen(&sa->attempt, "%s/%s/group %u", cipher_info[sa->cipher].word,
	    hash_info[sa->hash].brief, c->oakley.group);
	sa->lifetime = least(c->policy->set.lifetime, c->oakley.lifetime);
	sa_wait_for_client(sa);
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
		trace_ike(
		    ike->trace, 713903, &ip, "No crypto map bound to interface... dropping pkt");
		drop(ike, in, &ike->stats.no_sa_fails, REASON_IKE_NO_MAP, "");
		return;
	}
	trace_ike_debug(ike->trace, 715047, &ip, "processing SA payload");
	sai = in->m.pay[0].body;
	if (!sa_read(sai, prop, PROPOSALS_MAX, &n)) {
		trace_ike(
		    ike->trace, 713048, &ip, "Error processing payload: Payload ID: %u", PAY_SA);
		drop(ike, in, &ike->stats.malformed, REASON_IKE_MALFORMED, "SA payload");
		return;
	}
	phase1_choose(ike->config, prop, n, &choice);
	phase1_trace(ike->trace, &ip, ike->config, prop, n, &choice);
	if (!choice.policy) {
		no_proposal(ike, in);
		return;
	}
	trace_ike_debug(ike->trace, 713906, &ip, "Oakley proposal is acceptable");
	mm1_accept(ike, in, sai, ifc, prop, n, &choice);
}
