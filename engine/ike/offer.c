/* Message 1 and what is taken of it; see offer.h. */
#include "engine/ike/offer.h"

#include "engine/ike/life.h"
#include "engine/ike/natt_flavour.h"
#include "engine/ike/send.h"
#include "engine/ike/terms.h"
#include "engine/ike/vendor.h"

#define DEFAULT_LIFETIME 86400 /* when neither side names one */

static const uint8_t fragmentation_caps[] = {0xc0, 0, 0, 0}; /* main and aggressive mode */

/* Which family a client is of that gets no SA; nothing is said of it. */
static enum client_profile client_of(const struct incoming *in)
{
	const struct payload *offered = message_get(&in->m, HAS_SA, 0);
	struct family_signs signs = {.seen = 0};
	struct trace silent = {.filter = NULL};
	struct trace_ctx nobody = {.ip = NULL};
	struct proposal prop[PROPOSALS_MAX];
	uint16_t vids = 0;
	size_t n;

	if (offered && sa_read(offered->body, prop, PROPOSALS_MAX, &n))
		signs.seen = family_offer_signs(prop, n);
	vendors_read(&in->m, &silent, &nobody, &vids, &signs);
	return family_of(&signs);
}

/* `terms` may be NULL; they are the caller's. */
static void drop(struct ike *ike, const struct incoming *in, uint64_t *counter,
    enum reason reason, const char *detail, struct attempt_terms *terms)
{
	struct attempt a = {
	    .sink = &ike->attempts,
	    .began = ike->env->now(ike->env),
	    .path = *in->path,
	    .cookie = cookie_number(in->m.h.cky_i),
	    .terms = terms,
	};

	if (attempt_wanted(a.sink, reason))
		a.client = client_of(in);
	++*counter;
	ike->stats.in_drops++;
	ike->stats.responder_fails++;
	attempt_refused_as(&a, reason, detail);
}

void offer_drop(struct ike *ike, const struct incoming *in, uint64_t *counter,
    enum reason reason, const char *detail)
{
	drop(ike, in, counter, reason, detail, NULL);
}

void offer_accept_write(struct ike_sa *sa, struct out *o)
{
	out_open(o, PAY_SA);
	phase1_accept(o, (struct chunk){sa->sai, sa->sai_len}, sa->proposal_at,
	    sa->transform_at, sa->vids & VID_MICROSOFT);
	out_close(o);
}

void offer_vendors_write(struct ike_sa *sa, struct out *o)
{
	const struct vendor *frag = vendor_by_flag(VID_FRAGMENTATION);

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

static uint32_t least(uint32_t own, uint32_t offered)
{
	if (own == 0 || offered == 0)
		return own + offered ? own + offered : DEFAULT_LIFETIME;
	return own < offered ? own : offered;
}

void offer_refuse(struct ike *ike, const struct incoming *in, const struct offer *o)
{
	struct trace_ctx ip = {.ip = &in->path->remote.addr};
	uint8_t cky_r[COOKIE_LEN];
	struct attempt_terms terms;
	enum reason why = phase1_refusal(o->prop, o->n);
	bool wanted = attempt_wanted(&ike->attempts, why);

	trace_ike_debug(ike->trace, 713904, &ip, "All SA proposals found unacceptable");
	trace_ike(ike->trace, 713048, &ip, "Error processing payload: Payload ID: %u", PAY_SA);
	ike_random(ike, cky_r, sizeof cky_r);
	send_notify_clear(ike, in->path, in->m.h.cky_i, cky_r, NOTIFY_NO_PROPOSAL_CHOSEN);
	if (wanted)
		phase1_terms(ike->config, o->prop, o->n, &terms);
	drop(ike, in, &ike->stats.no_proposal, why, "", wanted ? &terms : NULL);
}

static void say_client(struct ike_sa *sa)
{
	enum client_profile client = family_of(&sa->signs);

	sa->dpd = sa->vids & VID_DPD;
	if (client != PROFILE_UNKNOWN) /* who answers us says less than who begins */
		sa->client = client;
	attempt_client(&sa->attempt, sa->client);
}

void offer_vendors_read(struct ike_sa *sa, const struct message *m)
{
	vendors_read(m, TRACE_OF(sa), IP_OF(sa), &sa->vids, &sa->signs);
	say_client(sa);
}

struct ike_sa *offer_accept(struct ike *ike, struct incoming *in, const struct offer *o,
    bool aggressive)
{
	const struct phase1_choice *c = &o->choice;
	struct trace_ctx ip = {.ip = &in->path->remote.addr};
	struct family_signs signs = {.seen = family_offer_signs(o->prop, o->n)};
	struct ike_sa *sa;
	uint16_t vids = 0;

	vendors_read(&in->m, ike->trace, &ip, &vids, &signs);
	trace_ike_debug(ike->trace, 715047, &ip, "processing IKE SA payload");
	phase1_trace(ike->trace, &ip, ike->config, o->prop, o->n, c);
	trace_ike_debug(ike->trace, 715028, &ip,
	    "IKE SA Proposal # %u, Transform # %u acceptable Matches global IKE entry # %u",
	    c->proposal, c->transform, c->entry);
	sa = aggressive ? sa_new_aggressive(ike, in->path, in->m.h.cky_i, o->sai) :
	                  sa_new(ike, in->path, in->m.h.cky_i, o->sai);
	if (!sa) {
		offer_drop(ike, in, &ike->stats.malformed, REASON_IKE_MALFORMED, "offer too long");
		return NULL;
	}
	sa->vids = vids;
	sa->signs = signs;
	say_client(sa);
	sa->natt = sa->natt_agreed = natt_choose(ike->config, o->ifc, vids);
	sa->proposal_at = c->proposal_at;
	sa->transform_at = c->transform_at;
	sa->auth = c->oakley.auth;
	sa->cipher = c->oakley.cipher;
	sa->hash = c->oakley.hash;
	sa->group = dh_group_find(c->oakley.group);
	attempt_chosen(&sa->attempt, "%s/%s/group %u", cipher_info[sa->cipher].word,
	    hash_info[sa->hash].brief, c->oakley.group);
	sa->lifetime = least(c->policy->set.lifetime, c->oakley.lifetime);
	return sa;
}

bool offer_read(struct ike *ike, struct incoming *in, struct offer *o)
{
	struct trace_ctx ip = {.ip = &in->path->remote.addr};
	bool whole = isakmp_payloads_read(&in->m, in->body, in->body_len, false);

	o->ifc = config_interface_by_addr(ike->config, &in->path->local.addr);
	if (!o->ifc || !config_ike_enabled(ike->config, o->ifc)) {
		trace_ike(ike->trace, 713903, &ip, "%s %s... dropping pkt",
		    reason_text(REASON_IKE_NOT_ENABLED)->device,
		    o->ifc && o->ifc->set.nameif ? o->ifc->set.nameif : "");
		offer_drop(ike, in, &ike->stats.not_enabled, REASON_IKE_NOT_ENABLED, "");
		return false;
	}
	if (!whole || in->m.pay[0].type != PAY_SA || message_get(&in->m, HAS_SA, 1)) {
		offer_drop(ike, in, &ike->stats.malformed, REASON_IKE_MALFORMED, "message 1");
		return false;
	}
	trace_received(ike, in->path, &in->m);
	if (!config_map_entry(ike->config, o->ifc, 0)) {
		trace_ike(
		    ike->trace, 713903, &ip, "No crypto map bound to interface... dropping pkt");
		offer_drop(ike, in, &ike->stats.no_map,
		    config_map_bound(ike->config, o->ifc) ? REASON_IKE_MAP_EMPTY
							  : REASON_IKE_MAP_UNBOUND,
		    "");
		return false;
	}
	trace_ike_debug(ike->trace, 715047, &ip, "processing SA payload");
	o->sai = in->m.pay[0].body;
	if (!sa_read(o->sai, o->prop, PROPOSALS_MAX, &o->n)) {
		trace_ike(
		    ike->trace, 713048, &ip, "Error processing payload: Payload ID: %u", PAY_SA);
		offer_drop(ike, in, &ike->stats.malformed, REASON_IKE_MALFORMED, "SA payload");
		return false;
	}
	phase1_choose(ike->config, o->prop, o->n, &o->choice);
	phase1_trace(ike->trace, &ip, ike->config, o->prop, o->n, &o->choice);
	if (!o->choice.policy) {
		offer_refuse(ike, in, o);
		return false;
	}
	trace_ike_debug(ike->trace, 713906, &ip, "Oakley proposal is acceptable");
	return true;
}
