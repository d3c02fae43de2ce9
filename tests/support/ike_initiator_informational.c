/* The initiator's notifications and deletions; see ike_initiator.h. */
#include <string.h>

#include "tests/support/ike_initiator_parts.h"

static void informational(struct ike_initiator *i, uint8_t type, const uint8_t *body, size_t len,
    struct initiator_message *m)
{
	uint8_t hash[CRYPTO_HASH_MAX] = {0}, iv[CRYPTO_BLOCK_MAX];
	size_t size = hash_info[i->keys.hash].size;
	uint32_t msgid = initiator_msgid(i);
	struct out o;

	out_begin(&o, i->cky_i, i->cky_r, XCHG_INFORMATIONAL, FLAG_ENCRYPTED, msgid);
	out_payload(&o, PAY_HASH, hash, size);
	out_payload(&o, type, body, len);
	keymat_hash1(i->crypto, &i->keys, msgid, out_rest(&o), hash);
	out_patch_hash(&o, hash, size);
	keymat_iv_phase2(i->crypto, &i->keys, msgid, iv);
	initiator_finish_encrypted(i, &o, iv, m);
}

void initiator_delete_child(struct ike_initiator *i, uint32_t spi, struct initiator_message *m)
{
	uint8_t body[12], bytes[4];
	struct wr w = wr_init(body, sizeof body), s = wr_init(bytes, sizeof bytes);

	wr_u32(&s, spi);
	wr_delete(&w, PROTO_ESP, (struct chunk){bytes, sizeof bytes});
	informational(i, PAY_DELETE, body, wr_len(&w), m);
}

void initiator_delete_cookies(struct ike_initiator *i, const uint8_t cookies[2 * COOKIE_LEN],
    struct initiator_message *m)
{
	uint8_t body[24];
	struct wr w = wr_init(body, sizeof body);

	wr_delete(&w, PROTO_ISAKMP, (struct chunk){cookies, 2 * COOKIE_LEN});
	informational(i, PAY_DELETE, body, wr_len(&w), m);
}

void initiator_delete_sa(struct ike_initiator *i, struct initiator_message *m)
{
	initiator_delete_cookies(i, initiator_cookies(i).b, m);
}

void initiator_dpd(struct ike_initiator *i, bool ack, uint32_t seq, struct initiator_message *m)
{
	uint8_t body[28];
	size_t len = initiator_notify(i, body, sizeof body,
	    ack ? NOTIFY_R_U_THERE_ACK : NOTIFY_R_U_THERE);
	struct wr w = wr_init(body + len, sizeof body - len);

	wr_u32(&w, seq);
	informational(i, PAY_NOTIFY, body, sizeof body, m);
}

void initiator_contact(struct ike_initiator *i, struct initiator_message *m)
{
	initiator_inform(i, NOTIFY_INITIAL_CONTACT, m);
}

void initiator_inform(struct ike_initiator *i, uint16_t type, struct initiator_message *m)
{
	uint8_t body[24];

	informational(i, PAY_NOTIFY, body,
	    initiator_notify(i, body, sizeof body, type), m);
}

bool initiator_notice(struct ike_initiator *i, const uint8_t *msg, size_t len,
    struct initiator_notice *out)
{
	uint8_t body[INITIATOR_MSG], hash[CRYPTO_HASH_MAX], iv[CRYPTO_BLOCK_MAX];
	struct rd r = rd_init(msg, len);
	struct isakmp_header h;
	struct message m;
	struct notify n;
	struct delete_list d;

	memset(out, 0, sizeof *out);
	if (!isakmp_header_read(&r, &h) || h.exchange != XCHG_INFORMATIONAL ||
	    !(h.flags & FLAG_ENCRYPTED) || !keymat_iv_phase2(i->crypto, &i->keys, h.msgid, iv) ||
	    !initiator_read(i, msg, len, &m, body, iv) || m.n < 2 || m.pay[0].type != PAY_HASH ||
	    !keymat_hash1(i->crypto, &i->keys, h.msgid, m.rest, hash) ||
	    memcmp(hash, m.pay[0].body.p, hash_info[i->keys.hash].size) != 0)
		return false;
	if (m.pay[1].type == PAY_DELETE && delete_read(m.pay[1].body, &d)) {
		out->delete = true;
		out->protocol = d.protocol;
		r = rd_init(d.spis.p, d.spis.len);
		out->spi = d.protocol == PROTO_ESP ? rd_u32(&r) : 0;
		return true;
	}
	if (m.pay[1].type != PAY_NOTIFY || !notify_read(m.pay[1].body, &n))
		return false;
	out->protocol = n.protocol;
	out->type = n.type;
	r = rd_init(n.data.p, n.data.len);
	out->seq = rd_left(&r) == 4 ? rd_u32(&r) : 0;
	return true;
}
