/* NAT discovery and original addresses; see natt.h. */
#include "engine/ike/natt.h"

#include <string.h>

static bool natd_hash(const struct ike_sa *sa, const struct endpoint *end, uint8_t *out)
{
	uint8_t port[2];
	struct wr w = wr_init(port, sizeof port);
	struct chunk part[] = {
		{sa->cky_i, COOKIE_LEN},
		{sa->cky_r, COOKIE_LEN},
		{end->addr.b, end->addr.family == AF_INET6 ? 16 : 4},
		{port, sizeof port},
	};

	wr_u16(&w, end->port);
	return crypto_hash(sa->ike->crypto, sa->hash, part, 4, out);
}

/* Is it that of one of these ends? */
static bool natd_is(const struct ike_sa *sa, const struct payload *p, const struct endpoint *end,
    size_t n)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	size_t size = hash_info[sa->hash].size;
	bool is = false;

	trace_ike_debug(TRACE_OF(sa), 715047, IP_OF(sa), "processing NAT-Discovery payload");
	trace_ike_debug(TRACE_OF(sa), 713906, IP_OF(sa), "computing NAT Discovery hash");
	for (size_t i = 0; i < n; i++)
		is |= natd_hash(sa, &end[i], hash) && p->body.len == size &&
		    crypto_equal(p->body.p, hash, size);
	return is;
}

bool natt_masquerade_late(const struct ike_sa *sa)
{
	return sa->nat_local && sa->aggressive && sa->ike->config->isakmp.nat_masquerade;
}

static void masquerade(struct ike_sa *sa, const struct payload *p)
{
	if (natt_masquerade_late(sa))
		trace_ike_debug(TRACE_OF(sa), 713906, IP_OF(sa),
		    "This end is behind a NAT device: aggressive mode has told the peer, NAT-T "
		    "masquerade comes too late");
	/* Of aggressive mode, and of one that we began, he has our NAT-D already. */
	sa->masquerade = sa->nat_local && !sa->aggressive && sa->role == ROLE_RESPONDER &&
	    sa->ike->config->isakmp.nat_masquerade && p->body.len == hash_info[sa->hash].size;
	if (!sa->masquerade)
		return;
	memcpy(sa->rest->hs->natd, p->body.p, p->body.len);
	trace_ike_debug(TRACE_OF(sa), 713906, IP_OF(sa),
	    "This end is behind a NAT device: NAT-T masquerade keeps that from the peer");
}

void natt_detect(struct ike_sa *sa, const struct message *m, const struct path *came)
{
	const struct endpoint ours[] = {sa->path.local, came->local},
			      its[] = {sa->path.remote, came->remote};
	const struct payload *p = message_get(m, HAS_NATD, 0);
	bool theirs = false;

	sa->natt = sa->natt_agreed;
	sa->nat_local = sa->nat_remote = sa->masquerade = false;
	if (!sa->natt)
		return;
	if (!p || !message_get(m, HAS_NATD, 1)) { /* the client thought better of it */
		sa->natt = 0;
		return;
	}
	sa->nat_local = !natd_is(sa, p, ours, 2);
	masquerade(sa, p);
	for (size_t i = 1; (p = message_get(m, HAS_NATD, i)) != NULL; i++)
		theirs |= natd_is(sa, p, its, 2);
	sa->nat_remote = !theirs;
}

/* What he is told of one end: the truth, unless we masquerade. */
static void natd_say(const struct ike_sa *sa, const struct endpoint *end, uint8_t *hash)
{
	const struct endpoint nowhere = {.addr = addr_v4(0)};
	bool ours = end == &sa->path.local;

	if (sa->masquerade && ours)
		memcpy(hash, sa->rest->hs->natd, CRYPTO_HASH_MAX);
	else
		natd_hash(sa, sa->masquerade && !sa->nat_remote ? &nowhere : end, hash);
}

void natt_write_natd(struct ike_sa *sa, struct out *o)
{
	const struct endpoint *end[] = {&sa->path.remote, &sa->path.local};
	uint8_t hash[CRYPTO_HASH_MAX];

	for (size_t i = 0; sa->natt && i < 2; i++) {
		trace_ike_debug(
		    TRACE_OF(sa), 715046, IP_OF(sa), "constructing NAT-Discovery payload");
		trace_ike_debug(TRACE_OF(sa), 713906, IP_OF(sa), "computing NAT Discovery hash");
		natd_say(sa, end[i], hash);
		out_payload(o, natt_flavour(sa->natt)->natd, hash, hash_info[sa->hash].size);
	}
}

void natt_write_natoa(
    const struct ike_sa *sa, enum ike_role role, const struct addr *own, struct out *o)
{
	bool ours = role == ROLE_INITIATOR;
	const struct addr *end[] = {
	    ours ? own : &sa->path.remote.addr, ours ? &sa->path.remote.addr : own};

	for (size_t i = 0; i < 2; i++) {
		trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa),
		    "constructing NAT-Original-Address payload");
		out_open(o, natt_flavour(sa->natt)->natoa);
		wr_u8(&o->w, ID_IPV4_ADDR);
		wr_zero(&o->w, 3);
		wr_u32(&o->w, addr_to_v4(end[i]));
		out_close(o);
	}
}

struct natt_terms natt_terms(const struct ike_sa *sa)
{
	return (struct natt_terms){
	    .flavour = sa->natt,
	    .nat = sa->nat_local || sa->nat_remote,
	    .floated = sa->path.local.port != IKE_PORT,
	};
}
