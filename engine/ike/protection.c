/* Messages under phase 1's keys (RFC 2409 5.5, appendix B); see protection.h. */
#include "engine/ike/protection.h"

#include <string.h>

static enum outcome not_opened(struct ike_sa *sa, const struct incoming *in)
{
	struct ike_stats *stats = &sa->ike->stats;
	bool encrypted = in->m.h.flags & FLAG_ENCRYPTED;

	trace_ike(TRACE_OF(sa), 713903, GROUP_OF(sa),
	    "Received %s with invalid payloads, MessID = %u",
	    encrypted ? "encrypted packet" : "packet", in->m.h.msgid);
	return sa_refuse(sa, encrypted ? &stats->decrypt_fails : &stats->malformed);
}

enum outcome open_clear(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	(void)q;
	if (!isakmp_payloads_read(&in->m, in->body, in->body_len, false))
		return not_opened(sa, in);
	return GO_NEXT;
}

/* With in->iv. */
static enum outcome open_encrypted(struct ike_sa *sa, struct incoming *in)
{
	if (!keymat_crypt(sa->ike->crypto, &sa->rest->keys, false, in->iv, in->body,
	        in->body_len) ||
	    !isakmp_payloads_read(&in->m, in->body, in->body_len, true))
		return not_opened(sa, in);
	return GO_NEXT;
}

enum outcome open_first(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	(void)q;
	if (!keymat_iv_phase2(sa->ike->crypto, &sa->rest->keys, in->m.h.msgid, in->iv))
		return not_opened(sa, in);
	return open_encrypted(sa, in);
}

enum outcome open_main(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	(void)q;
	memcpy(in->iv, sa->rest->keys.iv, sizeof in->iv);
	return open_encrypted(sa, in);
}

enum outcome open_next(struct ike_sa *sa, struct qm *q, struct incoming *in)
{
	memcpy(in->iv, q->iv, sizeof in->iv);
	return open_encrypted(sa, in);
}

/* The message's HASH against ours, which could be computed or not. */
static bool hash_fits(struct ike_sa *sa, const struct incoming *in, bool computed,
    const uint8_t *hash)
{
	struct chunk got = in->m.pay[0].body;

	if (computed && got.len == hash_info[sa->hash].size && crypto_equal(hash, got.p, got.len))
		return true;
	sa_refuse(sa, &sa->ike->stats.hash_fails);
	return false;
}

bool exchange_begins(struct ike_sa *sa, struct msgids *ids, const struct incoming *in)
{
	uint32_t msgid = in->m.h.msgid;
	uint8_t hash[CRYPTO_HASH_MAX];

	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing hash payload");
	if (!hash_fits(sa, in,
	        keymat_hash1(sa->ike->crypto, &sa->rest->keys, msgid, in->m.rest, hash), hash))
		return false;
	if (!ids || msgids_add(ids, msgid))
		return true;
	sa_refuse(sa, &sa->ike->stats.duplicates);
	return false;
}

bool exchange_proved(struct qm *q, const struct incoming *in)
{
	struct ike_sa *sa = q->sa;
	struct chunk ni = {q->ni, q->ni_len}, nr = {q->nr, q->nr_len};
	uint8_t hash[CRYPTO_HASH_MAX];

	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing hash payload");
	return hash_fits(sa, in,
	    keymat_hash3(sa->ike->crypto, &sa->rest->keys, q->msgid, ni, nr, hash), hash);
}

bool exchange_answered(struct qm *q, const struct incoming *in)
{
	struct ike_sa *sa = q->sa;
	struct chunk ni = {q->ni, q->ni_len};
	uint8_t hash[CRYPTO_HASH_MAX];

	trace_ike_debug(TRACE_OF(sa), 715047, GROUP_OF(sa), "processing hash payload");
	return hash_fits(sa, in,
	    keymat_hash2(sa->ike->crypto, &sa->rest->keys, q->msgid, ni, in->m.rest, hash), hash);
}
