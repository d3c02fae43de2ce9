/* What all messages of the initiator are made of; see ike_initiator_parts.h. */
#include "tests/support/ike_initiator_parts.h"

#include <stdlib.h>
#include <string.h>

void initiator_draw(struct ike_initiator *i, uint8_t *to, size_t len)
{
	for (size_t k = 0; k < len; k++) {
		i->seed = i->seed * 6364136223846793005ULL + 1442695040888963407ULL;
		to[k] = (uint8_t)(i->seed >> 56);
	}
}

void initiator_finish(struct out *o, size_t block, struct initiator_message *m)
{
	if (!out_end(o, block))
		abort();
	m->len = wr_len(&o->w);
	m->plain = o->plain;
	memcpy(m->b, o->buf, m->len);
}

void initiator_finish_encrypted(struct ike_initiator *i, struct out *o, uint8_t *iv,
    struct initiator_message *m)
{
	initiator_finish(o, cipher_info[i->keys.cipher].block, m);
	keymat_crypt(i->crypto, &i->keys, true, iv, m->b + ISAKMP_HEADER_LEN,
	    m->len - ISAKMP_HEADER_LEN);
}

bool initiator_read(struct ike_initiator *i, const uint8_t *msg, size_t len,
    struct message *m, uint8_t *body, uint8_t *iv)
{
	struct rd r = rd_init(msg, len);
	size_t body_len;

	if (len > INITIATOR_MSG || !isakmp_header_read(&r, &m->h) ||
	    memcmp(m->h.cky_i, i->cky_i, COOKIE_LEN) != 0)
		return false;
	body_len = rd_left(&r);
	rd_copy(&r, body, body_len);
	if (iv && !keymat_crypt(i->crypto, &i->keys, false, iv, body, body_len))
		return false;
	return isakmp_payloads_read(m, body, body_len, iv != NULL);
}

struct ike_exchanged initiator_exchanged(const struct ike_initiator *i)
{
	return (struct ike_exchanged){
	    .cky_i = i->cky_i,
	    .cky_r = i->cky_r,
	    .gxi = {i->gxi, i->group->public_len},
	    .gxr = {i->gxr, i->group->public_len},
	    .gxy = {i->gxy, i->group->shared_len},
	    .ni = {i->ni, i->ni_len},
	    .nr = {i->nr, i->nr_len},
	    .sai = {i->sai, i->sai_len},
	};
}

void initiator_id(uint8_t to[8], const struct addr *a, uint8_t protocol, uint16_t port)
{
	uint32_t v4 = addr_to_v4(a);
	const uint8_t body[8] = {ID_IPV4_ADDR, protocol, (uint8_t)(port >> 8), (uint8_t)port,
	    (uint8_t)(v4 >> 24), (uint8_t)(v4 >> 16), (uint8_t)(v4 >> 8), (uint8_t)v4};

	memcpy(to, body, sizeof body);
}

struct initiator_cookies initiator_cookies(const struct ike_initiator *i)
{
	struct initiator_cookies c;

	memcpy(c.b, i->cky_i, COOKIE_LEN);
	memcpy(c.b + COOKIE_LEN, i->cky_r, COOKIE_LEN);
	return c;
}

uint32_t initiator_msgid(struct ike_initiator *i)
{
	uint32_t id;

	if (!i->manners || !i->manners->random_ids)
		return i->next_msgid++;
	initiator_draw(i, (uint8_t *)&id, sizeof id);
	return id | 1;
}

size_t initiator_notify(const struct ike_initiator *i, uint8_t *to, size_t size, uint16_t type)
{
	struct initiator_cookies c = initiator_cookies(i);
	struct wr w = wr_init(to, size);

	wr_notify(&w, PROTO_ISAKMP, (struct chunk){c.b, sizeof c.b}, type);
	return wr_len(&w);
}
