/* The responder's side of main mode and quick mode; see ike_responder.h. */
#include "tests/support/ike_responder.h"

#include <string.h>

#include "engine/ike/proposal.h"
#include "engine/ike/vendor.h"
#include "tests/support/ike_initiator_parts.h"

static void put_vendor(struct out *o, unsigned flag)
{
	const struct vendor *v = vendor_by_flag(flag);

	out_payload(o, PAY_VENDOR, v->id, v->len);
}

/* ---- main mode --------------------------------------------------------------------- */

bool responder_mm1(struct ike_initiator *i, const uint8_t *msg, size_t len,
    struct initiator_message *reply)
{
	uint8_t body[INITIATOR_MSG];
	const struct payload *p;
	struct proposal prop;
	struct transform t;
	struct message m;
	struct out o;
	struct rd r = rd_init(msg, len);
	size_t n;

	if (!isakmp_header_read(&r, &m.h))
		return false;
	memcpy(i->cky_i, m.h.cky_i, COOKIE_LEN);
	if (!initiator_read(i, msg, len, &m, body, NULL) || m.h.exchange != XCHG_MAIN ||
	    !cookie_is_zero(m.h.cky_r) || m.pay[0].type != PAY_SA ||
	    !sa_read(m.pay[0].body, &prop, 1, &n))
		return false;
	r = rd_init(prop.transforms.p, prop.transforms.len);
	if (!transform_next(&r, &t) || !initiator_transform(i, &t))
		return false;
	i->sai_len = m.pay[0].body.len;
	memcpy(i->sai, m.pay[0].body.p, i->sai_len);
	initiator_draw(i, i->cky_r, COOKIE_LEN);
	i->cky_r[0] |= 1;
	for (n = 0; (p = message_get(&m, HAS_VENDOR, n)) != NULL; n++)
		i->use_natt |= i->natt && vendor_find(p->body) == vendor_by_flag(VID_NATT_RFC);
	out_begin(&o, i->cky_i, i->cky_r, XCHG_MAIN, 0, 0);
	out_open(&o, PAY_SA);
	phase1_accept(&o, (struct chunk){i->sai, i->sai_len}, 0, 0, false);
	out_close(&o);
	if (i->use_natt)
		put_vendor(&o, VID_NATT_RFC);
	if (i->dpd)
		put_vendor(&o, VID_DPD);
	initiator_finish(&o, 1, reply);
	return true;
}

bool responder_mm3(struct ike_initiator *i, const uint8_t *msg, size_t len,
    struct initiator_message *reply)
{
	const struct payload *ke, *ni, *d0, *d1;
	uint8_t body[INITIATOR_MSG], hash[CRYPTO_HASH_MAX];
	size_t size = hash_info[i->keys.hash].size;
	struct ike_exchanged x;
	struct message m;
	struct out o;

	if (!initiator_read(i, msg, len, &m, body, NULL))
		return false;
	ke = message_get(&m, HAS_KE, 0);
	ni = message_get(&m, HAS_NONCE, 0);
	d0 = message_get(&m, HAS_NATD, 0);
	d1 = message_get(&m, HAS_NATD, 1);
	if (!ke || !ni || ke->body.len != i->group->public_len || ni->body.len > sizeof i->ni ||
	    i->use_natt != (d0 && d1))
		return false;
	memcpy(i->gxi, ke->body.p, ke->body.len);
	memcpy(i->ni, ni->body.p, ni->body.len);
	i->ni_len = ni->body.len;
	i->nr_len = 32;
	initiator_draw(i, i->nr, i->nr_len);
	initiator_draw(i, i->secret, i->group->secret_len);
	if (i->use_natt) {
		i->nat_me = !initiator_natd_is(i, d0, &i->path.local);
		i->nat_server = !initiator_natd_is(i, d1, &i->path.remote);
	}
	dh_public(i->crypto, i->group, i->secret, i->gxr);
	out_begin(&o, i->cky_i, i->cky_r, XCHG_MAIN, 0, 0);
	out_payload(&o, PAY_KE, i->gxr, i->group->public_len);
	out_payload(&o, PAY_NONCE, i->nr, i->nr_len);
	if (i->use_natt) {
		initiator_natd(i, &i->path.remote, hash);
		out_payload(&o, PAY_NAT_D, hash, size);
		initiator_natd(i, &i->path.local, hash);
		out_payload(&o, PAY_NAT_D, hash, size);
	}
	initiator_finish(&o, 1, reply);
	x = initiator_exchanged(i);
	return dh_shared(i->crypto, i->group, i->secret, i->gxi, i->gxy) &&
	    keymat_phase1(i->crypto, &i->keys, &x, (struct chunk){i->psk, strlen(i->psk)});
}

bool responder_mm5(struct ike_initiator *i, const uint8_t *msg, size_t len,
    struct initiator_message *reply)
{
	struct ike_exchanged x = initiator_exchanged(i);
	uint8_t body[INITIATOR_MSG], hash[CRYPTO_HASH_MAX], iv[CRYPTO_BLOCK_MAX], id[8];
	size_t size = hash_info[i->keys.hash].size;
	const struct payload *theirs, *got;
	struct message m;
	struct out o;

	memcpy(iv, i->keys.iv, sizeof iv);
	if (!initiator_read(i, msg, len, &m, body, iv))
		return false;
	theirs = message_get(&m, HAS_ID, 0);
	got = message_get(&m, HAS_HASH, 0);
	if (!theirs || !got || got->body.len != size || message_get(&m, HAS_NOTIFY, 0) ||
	    !keymat_hash_auth(i->crypto, &i->keys, &x, true, theirs->body, hash) ||
	    memcmp(hash, got->body.p, size) != 0)
		return false;
	initiator_id(id, &i->path.local.addr, 0, 0);
	keymat_hash_auth(i->crypto, &i->keys, &x, false, (struct chunk){id, sizeof id}, hash);
	out_begin(&o, i->cky_i, i->cky_r, XCHG_MAIN, FLAG_ENCRYPTED, 0);
	out_payload(&o, PAY_ID, id, sizeof id);
	out_payload(&o, PAY_HASH, hash, size);
	initiator_finish_encrypted(i, &o, iv, reply);
	memcpy(i->keys.iv, iv, sizeof iv);
	return true;
}

/* ---- quick mode -------------------------------------------------------------------- */

static bool takes(struct initiator_qm *q, struct chunk sa, struct transform *t)
{
	uint64_t auth = 0, bits = 0, group = 0, encapsulation = 0;
	struct proposal prop;
	struct rd r, spi;
	size_t n;

	if (!sa_read(sa, &prop, 1, &n))
		return false;
	r = rd_init(prop.transforms.p, prop.transforms.len);
	spi = rd_init(prop.spi.p, prop.spi.len);
	q->child.spi_out = rd_u32(&spi);
	if (!transform_next(&r, t))
		return false;
	attribute_get(t, IPS_AUTH, &auth);
	attribute_get(t, IPS_KEY_LENGTH, &bits);
	attribute_get(t, IPS_GROUP, &group);
	attribute_get(t, IPS_ENCAPSULATION, &encapsulation);
	q->child.cipher = t->id == 2 ? CIPHER_DES : t->id == 3 ? CIPHER_3DES :
	    bits == 256 ? CIPHER_AES256 : bits == 192 ? CIPHER_AES192 : CIPHER_AES128;
	q->child.auth = auth == 1 ? HASH_MD5 : auth == 2 ? HASH_SHA1 : HASH_SHA256;
	q->child.transport = encapsulation == ENCAP_TRANSPORT ||
	    encapsulation == ENCAP_UDP_TRANSPORT;
	q->child.udp_encap = encapsulation >= ENCAP_UDP_TUNNEL;
	q->pfs = group ? dh_group_find(group) : NULL;
	return rd_done(&spi);
}

static bool ke_answered(struct ike_initiator *i, struct initiator_qm *q, const struct message *m,
    uint8_t *shared)
{
	const struct payload *ke = message_get(m, HAS_KE, 0);

	if (!q->pfs)
		return !ke;
	initiator_draw(i, q->secret, q->pfs->secret_len);
	return ke && ke->body.len == q->pfs->public_len &&
	    dh_public(i->crypto, q->pfs, q->secret, q->ke) &&
	    dh_shared(i->crypto, q->pfs, q->secret, ke->body.p, shared);
}

static void qm2(struct ike_initiator *i, struct initiator_qm *q, const struct message *m,
    const struct transform *t, struct initiator_message *reply)
{
	uint8_t hash[CRYPTO_HASH_MAX] = {0};
	size_t size = hash_info[i->keys.hash].size;
	const struct payload *p;
	struct out o;

	out_begin(&o, i->cky_i, i->cky_r, XCHG_QUICK, FLAG_ENCRYPTED, q->msgid);
	out_payload(&o, PAY_HASH, hash, size);
	out_open(&o, PAY_SA);
	phase2_accept(&o, 1, q->child.spi_in, t);
	out_close(&o);
	out_payload(&o, PAY_NONCE, q->nr, q->nr_len);
	if (q->pfs)
		out_payload(&o, PAY_KE, q->ke, q->pfs->public_len);
	for (size_t n = 0; !i->no_ids && (p = message_get(m, HAS_ID, n)) != NULL; n++)
		out_payload(&o, PAY_ID, p->body.p, p->body.len);
	keymat_hash2(i->crypto, &i->keys, q->msgid, (struct chunk){q->ni, q->ni_len}, out_rest(&o),
	    hash);
	out_patch_hash(&o, hash, size);
	initiator_finish_encrypted(i, &o, q->iv, reply);
}

bool responder_qm1(struct ike_initiator *i, struct initiator_qm *q, const uint8_t *msg, size_t len,
    struct initiator_message *reply)
{
	uint8_t body[INITIATOR_MSG], hash[CRYPTO_HASH_MAX], shared[DH_PUBLIC_MAX];
	const struct payload *p, *sa;
	struct rd r = rd_init(msg, len);
	struct transform t;
	struct message m;

	memset(q, 0, sizeof *q);
	if (!isakmp_header_read(&r, &m.h) ||
	    !keymat_iv_phase2(i->crypto, &i->keys, m.h.msgid, q->iv) ||
	    !initiator_read(i, msg, len, &m, body, q->iv) || m.pay[0].type != PAY_HASH ||
	    !keymat_hash1(i->crypto, &i->keys, m.h.msgid, m.rest, hash) ||
	    memcmp(hash, m.pay[0].body.p, hash_info[i->keys.hash].size) != 0)
		return false;
	sa = message_get(&m, HAS_SA, 0);
	p = message_get(&m, HAS_NONCE, 0);
	if (!sa || !p || p->body.len > sizeof q->ni || !takes(q, sa->body, &t) ||
	    !ke_answered(i, q, &m, shared))
		return false;
	q->msgid = m.h.msgid;
	q->child.spi_in = i->next_spi++;
	q->child.short_icv = i->short_icv;
	memcpy(q->ni, p->body.p, p->body.len);
	q->ni_len = p->body.len;
	q->nr_len = 32;
	initiator_draw(i, q->nr, q->nr_len);
	q->natoa = message_get(&m, HAS_NATOA, 1) != NULL;
	qm2(i, q, &m, &t, reply);
	return keymat_child(i->crypto, &i->keys,
	    (struct chunk){shared, q->pfs ? q->pfs->shared_len : 0},
	    (struct chunk){q->ni, q->ni_len}, (struct chunk){q->nr, q->nr_len}, &q->child);
}

bool responder_qm3(struct ike_initiator *i, struct initiator_qm *q, const uint8_t *msg, size_t len)
{
	uint8_t body[INITIATOR_MSG], hash[CRYPTO_HASH_MAX], iv[CRYPTO_BLOCK_MAX];
	struct message m;

	memcpy(iv, q->iv, sizeof iv);
	return initiator_read(i, msg, len, &m, body, iv) && m.h.msgid == q->msgid &&
	    m.pay[0].type == PAY_HASH &&
	    keymat_hash3(i->crypto, &i->keys, q->msgid, (struct chunk){q->ni, q->ni_len},
	        (struct chunk){q->nr, q->nr_len}, hash) &&
	    memcmp(hash, m.pay[0].body.p, hash_info[i->keys.hash].size) == 0;
}

void responder_refuse(struct ike_initiator *i, struct initiator_message *reply)
{
	initiator_inform(i, NOTIFY_NO_PROPOSAL_CHOSEN, reply);
}
