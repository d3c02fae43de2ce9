/* The initiator's side of quick mode; see ike_initiator.h. */
#include <string.h>

#include "tests/support/ike_initiator_parts.h"

void initiator_qm1(struct ike_initiator *i, struct initiator_qm *q, struct initiator_message *m)
{
	uint8_t hash[CRYPTO_HASH_MAX] = {0}, id[8];
	size_t size = hash_info[i->keys.hash].size;
	struct out o;

	memset(q, 0, sizeof *q);
	q->msgid = i->next_msgid++;
	q->child.spi_in = i->next_spi++;
	initiator_draw(i, q->ni, sizeof q->ni);
	out_begin(&o, i->cky_i, i->cky_r, XCHG_QUICK, FLAG_ENCRYPTED, q->msgid);
	out_payload(&o, PAY_HASH, hash, size);
	out_open(&o, PAY_SA);
	initiator_offer_phase2(i, q, &o.w);
	out_close(&o);
	out_payload(&o, PAY_NONCE, q->ni, sizeof q->ni);
	if (i->pfs) {
		q->pfs = dh_group_find(i->pfs);
		initiator_draw(i, q->secret, q->pfs->secret_len);
		dh_public(i->crypto, q->pfs, q->secret, q->ke);
		out_payload(&o, PAY_KE, q->ke, q->pfs->public_len);
	}
	initiator_id(id, &i->path.local.addr, 17, i->my_port);
	out_payload(&o, PAY_ID, id, sizeof id);
	initiator_id(id, &i->path.remote.addr, 17, i->your_port);
	out_payload(&o, PAY_ID, id, sizeof id);
	if (initiator_floats(i) && !i->tunnel) {
		initiator_id(id, &i->path.local.addr, 0, 0);
		out_payload(&o, PAY_NAT_OA, id, sizeof id);
		initiator_id(id, &i->path.remote.addr, 0, 0);
		out_payload(&o, PAY_NAT_OA, id, sizeof id);
	}
	keymat_hash1(i->crypto, &i->keys, q->msgid, out_rest(&o), hash);
	out_patch_hash(&o, hash, size);
	keymat_iv_phase2(i->crypto, &i->keys, q->msgid, q->iv);
	initiator_finish_encrypted(i, &o, q->iv, m);
}

static bool qm2_accepts(struct ike_initiator *i, struct initiator_qm *q, struct chunk body)
{
	struct proposal prop;
	struct transform t;
	struct rd r, spi;
	size_t n;

	if (!sa_read(body, &prop, 1, &n) || prop.number < 1 || prop.number > i->n_p2)
		return false;
	r = rd_init(prop.transforms.p, prop.transforms.len);
	spi = rd_init(prop.spi.p, prop.spi.len);
	q->child.spi_out = rd_u32(&spi);
	q->proposal = prop.number;
	q->child.cipher = i->p2[prop.number - 1].cipher;
	q->child.auth = i->p2[prop.number - 1].auth;
	q->child.transport = !i->tunnel;
	q->child.udp_encap = initiator_floats(i);
	if (!transform_next(&r, &t))
		return false;
	q->transform = t.number;
	return rd_done(&spi);
}

static void qm2_lifetime(struct initiator_qm *q, const struct message *m)
{
	const struct payload *p = message_get(m, HAS_NOTIFY, 0);
	struct notify n;
	struct rd r;

	if (!p || !notify_read(p->body, &n) || n.type != NOTIFY_RESPONDER_LIFETIME)
		return;
	r = rd_init(n.data.p, n.data.len);
	rd_skip(&r, 4);
	if (rd_u16(&r) & 0x8000)
		q->responder_seconds = rd_u16(&r);
	else if (rd_u16(&r) == 4)
		q->responder_seconds = rd_u32(&r);
}

bool initiator_qm2(struct ike_initiator *i, struct initiator_qm *q, const uint8_t *msg, size_t len)
{
	uint8_t body[INITIATOR_MSG], hash[CRYPTO_HASH_MAX], iv[CRYPTO_BLOCK_MAX];
	uint8_t shared[DH_PUBLIC_MAX];
	struct chunk ni = {q->ni, sizeof q->ni}, gxy = {NULL, 0};
	struct message m;
	const struct payload *p;

	memcpy(iv, q->iv, sizeof iv);
	if (!initiator_read(i, msg, len, &m, body, iv) || m.h.exchange != XCHG_QUICK ||
	    m.h.msgid != q->msgid || m.pay[0].type != PAY_HASH ||
	    m.pay[0].body.len != hash_info[i->keys.hash].size ||
	    !keymat_hash2(i->crypto, &i->keys, q->msgid, ni, m.rest, hash) ||
	    memcmp(hash, m.pay[0].body.p, m.pay[0].body.len) != 0)
		return false;
	memcpy(q->iv, iv, sizeof iv);
	q->plain = m.length;
	if (!(p = message_get(&m, HAS_SA, 0)) || !qm2_accepts(i, q, p->body) ||
	    !(p = message_get(&m, HAS_NONCE, 0)) || p->body.len > sizeof q->nr)
		return false;
	memcpy(q->nr, p->body.p, p->body.len);
	q->nr_len = p->body.len;
	if (q->pfs) {
		p = message_get(&m, HAS_KE, 0);
		if (!p || p->body.len != q->pfs->public_len ||
		    !dh_shared(i->crypto, q->pfs, q->secret, p->body.p, shared))
			return false;
		gxy = (struct chunk){shared, q->pfs->shared_len};
	}
	p = message_get(&m, HAS_NATOA, 1);
	q->natoa = p && p->body.len == 8;
	if (q->natoa) {
		struct rd r = rd_init(p->body.p, p->body.len);

		rd_skip(&r, 4);
		q->natoa_own = addr_v4(rd_u32(&r));
	}
	qm2_lifetime(q, &m);
	return keymat_child(i->crypto, &i->keys, gxy, ni, (struct chunk){q->nr, q->nr_len},
	    &q->child);
}

void initiator_qm3(struct ike_initiator *i, struct initiator_qm *q, struct initiator_message *m)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	struct out o;

	out_begin(&o, i->cky_i, i->cky_r, XCHG_QUICK, FLAG_ENCRYPTED, q->msgid);
	keymat_hash3(i->crypto, &i->keys, q->msgid, (struct chunk){q->ni, sizeof q->ni},
	    (struct chunk){q->nr, q->nr_len}, hash);
	out_payload(&o, PAY_HASH, hash, hash_info[i->keys.hash].size);
	initiator_finish_encrypted(i, &o, q->iv, m);
}
