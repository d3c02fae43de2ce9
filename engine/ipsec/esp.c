/* The ESP codec: see esp.h. RFC 4303 section 2 and 3.3.2, 3.4.4. */
#include "engine/ipsec/esp.h"

#define HEADER 8
#define TRAILER 2 /* pad length, next header */

static size_t iv_len(enum cipher c)
{
	return c == CIPHER_NULL ? 0 : cipher_info[c].block;
}

/* Payload and trailer fill whole cipher blocks, and whole 32-bit words (RFC 4303 2.4). */
static size_t alignment(enum cipher c)
{
	return cipher_info[c].block < 4 ? 4 : cipher_info[c].block;
}

static size_t pad_len(enum cipher c, size_t len)
{
	size_t align = alignment(c);

	return (align - (len + TRAILER) % align) % align;
}

bool esp_suite_ok(enum cipher c, enum hash h)
{
	return c < CIPHER_COUNT && h > HASH_NONE && h < HASH_COUNT;
}

size_t esp_overhead(enum cipher c, enum hash h, size_t len)
{
	return HEADER + iv_len(c) + pad_len(c, len) + TRAILER + hash_info[h].icv;
}

bool esp_peek(const struct packet *p, struct esp_header *h)
{
	struct rd r = packet_rd(p);

	h->spi = rd_u32(&r);
	h->sequence = rd_u32(&r);
	return !r.bad;
}

bool esp_seal(struct packet *p, const struct crypt_key *key, const struct esp_header *h,
    const uint8_t *iv, uint8_t next, struct esp_job *job)
{
	enum cipher c = crypt_key_cipher(key);
	size_t pad = pad_len(c, p->len), ivs = iv_len(c);
	size_t icv = crypt_key_icv(key);
	uint8_t *tail = packet_put(p, pad + TRAILER), *head = packet_push(p, HEADER + ivs);
	struct wr w;

	if (!tail || !head)
		return false;
	w = wr_init(tail, pad + TRAILER);
	for (size_t i = 1; i <= pad; i++)
		wr_u8(&w, (unsigned)i);
	wr_u8(&w, (unsigned)pad);
	wr_u8(&w, next);
	w = wr_init(head, HEADER + ivs);
	wr_u32(&w, h->spi);
	wr_u32(&w, h->sequence);
	wr_bytes(&w, iv, ivs);
	*job = (struct esp_job){.key = key, .esp = p->data, .len = (uint32_t)p->len};
	return packet_put(p, icv) != NULL;
}

bool esp_open(const struct packet *p, const struct crypt_key *key, struct esp_job *job)
{
	enum cipher c = crypt_key_cipher(key);
	size_t icv = crypt_key_icv(key), head = HEADER + iv_len(c);

	if (p->len < head + alignment(c) + icv || (p->len - head - icv) % alignment(c) != 0)
		return false;
	*job = (struct esp_job){.key = key, .esp = p->data, .len = (uint32_t)(p->len - icv)};
	return true;
}

bool esp_strip(struct packet *p, const struct crypt_key *key, uint8_t *next)
{
	struct rd r, body;
	size_t pad, payload;

	packet_trim(p, p->len - crypt_key_icv(key));
	packet_pull(p, HEADER + iv_len(crypt_key_cipher(key)));
	r = packet_rd(p);
	rd_skip(&r, p->len - TRAILER);
	pad = rd_u8(&r);
	*next = rd_u8(&r);
	if (p->len < pad + TRAILER)
		return false;
	payload = p->len - TRAILER - pad;
	body = packet_rd(p);
	rd_skip(&body, payload);
	for (size_t i = 1; i <= pad; i++)
		if (rd_u8(&body) != i)
			return false;
	packet_trim(p, payload);
	return true;
}
