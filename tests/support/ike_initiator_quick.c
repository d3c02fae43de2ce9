/* The initiator's side of quick mode; see ike_initiator.h. */
#include <string.h>

#include "tests/support/ike_initiator_parts.h"

void initiator_qm1(struct ike_initiator *i, struct initiator_qm *q, struct initiator_message *m)
{
	uint8_t hash[CRYPTO_HASH_MAX] = {0}, id[8];
	uint8_t natoa = i->draft ? PAY_NAT_OA_DRAFT : PAY_NAT_OA;
	size_t size = hash_info[i->keys.hash].size;
	struct out o;

	memset(q, 0, sizeof *q);
	q->msgid = initiator_msgid(i);
	q->ni_len = i->ni_len;
	q->child.spi_in = i->next_spi++;
	initiator_draw(i, q->ni, q->ni_len);
	out_begin(&o, i->cky_i, i->cky_r, XCHG_QUICK, FLAG_ENCRYPTED, q->msgid);
	out_payload(&o, PAY_HASH, hash, size);
	out_open(&o, PAY_SA);
	initiator_offer_phase2(i, q, &o.w);
	out_close(&o);
	out_payload(&o, PAY_NONCE, q->ni, q->ni_len);
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
		out_payload(&o, natoa, id, sizeof id);
		initiator_id(id, &i->path.remote.addr, 0, 0);
		out_payload(&o, natoa, id, sizeof id);
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
	size_t n, number;

	if (!sa_read(body, &prop, 1, &n))
		return false;
	r = rd_init(prop.transforms.p, prop.transforms.len);
	if (!transform_next(&r, &t))
		return false;
	number = i->manners && i->manners->one_proposal ? t.number : prop.number;
	if (number < 1 || number > i->n_p2)
		return false;
	spi = rd_init(prop.spi.p, prop.spi.len);
	q->child.spi_out = rd_u32(&spi);
	q->proposal = prop.number;
	q->child.cipher = i->p2[number - 1].cipher;
	q->child.auth = i->p2[number - 1].auth;
	q->child.transport = !i->tunnel;
	q->child.short_icv = i->short_icv;
	q->child.udp_encap = initiator_floats(i);
	q->transform = t.number;
	return rd_done(&spi);
}

/* RFC 2409 5.5: both identities come back as they were sent. */
static bool qm2_identities(const struct ike_initiator *i, const struct message *m)
{
	const struct payload *mine = message_get(m, HAS_ID, 0), *yours = message_get(m, HAS_ID, 1);
	uint8_t id[8];

	initiator_id(id, &i->path.local.addr, 17, i->my_port);
	if (!mine || mine->body.len != sizeof id || memcmp(mine->body.p, id, sizeof id) != 0)
		return false;
	initiator_id(id, &i->path.remote.addr, 17, i->your_port);
	return yours && yours->body.len == sizeof id &&
	    memcmp(yours->body.p, id, sizeof id) == 0;
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
	struct chunk ni = {q->ni, q->ni_len}, gxy = {NULL, 0};
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
	if (!qm2_identities(i, &m) || !(p = message_get(&m, HAS_SA, 0)) ||
	    p->body.len > sizeof q->sa2 || !qm2_accepts(i, q, p->body))
		return false;
	q->sa2_len = p->body.len;
	memcpy(q->sa2, p->body.p, p->body.len);
	if (!(p = message_get(&m, HAS_NONCE, 0)) || p->body.len > sizeof q->nr)
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
	keymat_hash3(i->crypto, &i->keys, q->msgid, (struct chunk){q->ni, q->ni_len},
	    (struct chunk){q->nr, q->nr_len}, hash);
	out_payload(&o, PAY_HASH, hash, hash_info[i->keys.hash].size);
	initiator_finish_encrypted(i, &o, q->iv, m);
}
