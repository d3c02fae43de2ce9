/* Messages with one thing in them changed; see ike_edit.h. */
#include "tests/support/ike_edit.h"

#include <check.h>
#include <string.h>

#include "tests/support/ike_initiator_parts.h"

static const uint8_t zero[512];

static void write_edited(struct out *o, const struct edit *e, const struct payload *p, unsigned nth)
{
	size_t len = p->body.len;

	if (p->type != e->type || e->how == AS_IT_IS || e->how == ADD || e->how == ADD_FIRST ||
	    (nth != e->nth && e->how != BYTE && e->how != DROP_ALL)) {
		out_payload(o, p->type, p->body.p, len);
		return;
	}
	if (e->how == DROP || e->how == DROP_ALL)
		return;
	out_open(o, p->type);
	if (e->how == RESIZE) {
		wr_bytes(&o->w, p->body.p, len < e->len ? len : e->len);
		wr_bytes(&o->w, zero, len < e->len ? e->len - len : 0);
	} else if (e->how == BYTE) {
		wr_u8(&o->w, e->nth);
		wr_bytes(&o->w, p->body.p + 1, len - 1);
	} else {
		wr_bytes(&o->w, e->how == ZERO ? zero : p->body.p, len);
	}
	out_close(o);
	if (e->how == TWICE)
		out_payload(o, p->type, p->body.p, len);
}

/* Of phase 2; messages of phase 1 have none that covers all of them. */
static void write_hash(const struct ike_initiator *i, struct out *o, uint32_t msgid,
    const struct initiator_qm *answers)
{
	uint8_t hash[CRYPTO_HASH_MAX];

	if (answers)
		keymat_hash2(i->crypto, &i->keys, msgid,
		    (struct chunk){answers->ni, answers->ni_len}, out_rest(o), hash);
	else
		keymat_hash1(i->crypto, &i->keys, msgid, out_rest(o), hash);
	out_patch_hash(o, hash, hash_info[i->keys.hash].size);
}

void edit(struct ike_initiator *i, struct initiator_message *msg, const struct edit *e,
    const struct edit_seal *seal)
{
	static const struct edit_seal plain = {.iv = NULL};
	static uint8_t body[INITIATOR_MSG];
	uint8_t own[CRYPTO_BLOCK_MAX], used[CRYPTO_BLOCK_MAX];
	bool protected = msg->b[19] & FLAG_ENCRYPTED;
	unsigned seen[256] = {0};
	struct message m;
	struct out o;
	uint32_t msgid = (uint32_t)msg->b[20] << 24 | (uint32_t)msg->b[21] << 16 |
	    (uint32_t)msg->b[22] << 8 | msg->b[23];
	uint8_t *iv;

	seal = seal ? seal : &plain;
	iv = seal->iv ? seal->iv : own;
	if (protected && !seal->iv)
		keymat_iv_phase2(i->crypto, &i->keys, msgid, own);
	memcpy(used, iv, protected ? sizeof used : 0);
	ck_assert(initiator_read(i, msg->b, msg->len, &m, body, protected ? used : NULL));
	out_begin(&o, m.h.cky_i, m.h.cky_r, m.h.exchange, m.h.flags, m.h.msgid);
	if (e->how == ADD_FIRST)
		out_payload(&o, e->type, seal->added ? seal->added : zero, e->len);
	for (size_t k = 0; k < m.n; k++)
		write_edited(&o, e, &m.pay[k], seen[m.pay[k].type]++);
	if (e->how == ADD)
		out_payload(&o, e->type, seal->added ? seal->added : zero, e->len);
	if (protected && msgid)
		write_hash(i, &o, msgid, seal->answers);
	if (protected)
		initiator_finish_encrypted(i, &o, iv, msg);
	else
		initiator_finish(&o, 1, msg);
}
