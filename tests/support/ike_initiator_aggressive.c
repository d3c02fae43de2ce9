/* The initiator's side of aggressive mode (RFC 2409 5.4); see ike_initiator.h. */
#include <string.h>

#include "tests/support/ike_initiator_parts.h"

/* Its identity: a name when it has one, else its address. */
static size_t identity(const struct ike_initiator *i, uint8_t *to, size_t size)
{
	struct wr w = wr_init(to, size);

	if (!i->name) {
		initiator_id(to, &i->path.local.addr, 0, 0);
		return 8;
	}
	wr_u8(&w, i->name_type);
	wr_zero(&w, 3);
	wr_bytes(&w, i->name, strlen(i->name));
	return wr_len(&w);
}

void initiator_am1(struct ike_initiator *i, struct initiator_message *m)
{
	static const uint8_t none[COOKIE_LEN];
	uint8_t id[256];
	struct out o;

	i->group = dh_group_find(i->n_p1 ? i->p1[0].group : 2);
	initiator_draw(i, i->secret, i->group->secret_len);
	initiator_draw(i, i->ni, i->ni_len);
	dh_public(i->crypto, i->group, i->secret, i->gxi);
	i->sai_len = initiator_offer_phase1(i, i->sai, sizeof i->sai);
	out_begin(&o, i->cky_i, none, XCHG_AGGRESSIVE, 0, 0);
	out_payload(&o, PAY_SA, i->sai, i->sai_len);
	out_payload(&o, PAY_KE, i->gxi, i->group->public_len);
	out_payload(&o, PAY_NONCE, i->ni, i->ni_len);
	out_payload(&o, PAY_ID, id, identity(i, id, sizeof id));
	initiator_vendors(i, &o);
	initiator_finish(&o, 1, m);
}

bool initiator_am2(struct ike_initiator *i, const uint8_t *msg, size_t len)
{
	uint8_t body[INITIATOR_MSG], hash[CRYPTO_HASH_MAX];
	struct message m;
	const struct payload *id, *got;
	struct ike_exchanged x;

	if (!initiator_read(i, msg, len, &m, body, NULL) || m.h.exchange != XCHG_AGGRESSIVE ||
	    !initiator_accepted(i, &m) || !initiator_answered(i, &m))
		return false;
	id = message_get(&m, HAS_ID, 0);
	got = message_get(&m, HAS_HASH, 0);
	x = initiator_exchanged(i);
	return id && got && got->body.len == hash_info[i->keys.hash].size &&
	    keymat_hash_auth(i->crypto, &i->keys, &x, false, id->body, hash) &&
	    memcmp(hash, got->body.p, got->body.len) == 0;
}

void initiator_am3(struct ike_initiator *i, bool encrypted, struct initiator_message *m)
{
	struct ike_exchanged x = initiator_exchanged(i);
	uint8_t id[256], hash[CRYPTO_HASH_MAX];
	size_t len = identity(i, id, sizeof id);
	struct out o;

	keymat_hash_auth(i->crypto, &i->keys, &x, true, (struct chunk){id, len}, hash);
	out_begin(&o, i->cky_i, i->cky_r, XCHG_AGGRESSIVE, encrypted ? FLAG_ENCRYPTED : 0, 0);
	out_payload(&o, PAY_HASH, hash, hash_info[i->keys.hash].size);
	initiator_put_natd(i, &o);
	if (encrypted)
		initiator_finish_encrypted(i, &o, i->keys.iv, m);
	else
		initiator_finish(&o, 1, m);
}
