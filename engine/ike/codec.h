/*
 * ISAKMP messages as structs (RFC 2408 3.1, 3.2): the header and the chain of payloads, read and
 * written. Pure functions; what is parsed points into the caller's bytes and lives as long.
 */
#ifndef GATEHOUSE_IKE_CODEC_H
#define GATEHOUSE_IKE_CODEC_H

#include "engine/crypto/crypto.h"
#include "engine/ike/isakmp.h"
#include "engine/wire/wire.h"

#define PAYLOADS_MAX 40 /* of one message; more is not IKE */

struct isakmp_header {
	uint8_t cky_i[COOKIE_LEN], cky_r[COOKIE_LEN];
	uint8_t next, version, exchange, flags;
	uint32_t msgid, length;
};

/* A payload without its generic header. */
struct payload {
	uint8_t type;
	struct chunk body;
};

struct message {
	struct isakmp_header h;
	struct payload pay[PAYLOADS_MAX];
	size_t n;
	size_t length;     /* header and payloads, without the padding of encryption */
	struct chunk rest; /* everything behind the first payload, without padding: what
	                    * HASH(1) and HASH(2) cover (RFC 2409 5.5) */
};

/* Buckets: one bit a payload type. */
enum {
#define X(name, number, text) PAYLOAD_AT_##name,
	PAYLOADS(X)
#undef X
	PAYLOAD_KINDS
};
enum {
#define X(name, number, text) HAS_##name = 1 << PAYLOAD_AT_##name,
	PAYLOADS(X)
#undef X
	HAS_OTHER = 1 << PAYLOAD_KINDS, /* private and unknown types */
	/* Several that are the same to us. */
	HAS_NATD = HAS_NAT_D | HAS_NAT_D_DRAFT,
	HAS_NATOA = HAS_NAT_OA | HAS_NAT_OA_DRAFT,
	HAS_CERTS = HAS_CERT | HAS_CERTREQ | HAS_SIG
};

bool cookie_is_zero(const uint8_t *cookie);
/* To compare them by; in no order of bytes. */
uint64_t cookie_number(const uint8_t *cookie);
/* Reads the header. False when there is none, or its version or length is wrong. */
bool isakmp_header_read(struct rd *, struct isakmp_header *);
/* Walks the chain of `body` (what stands behind the header, decrypted) from `m->h.next`; bytes
 * behind the last payload are padding when `encrypted`, else an error. */
bool isakmp_payloads_read(struct message *m, const void *body, size_t len, bool encrypted);
/* The buckets that are filled. */
unsigned message_has(const struct message *);
/* The n-th payload (from 0) of these buckets, or NULL. */
const struct payload *message_get(const struct message *, unsigned has, size_t n);
/* "KE", "NAT-D"; "UNKNOWN" for the rest. */
const char *payload_name(uint8_t type);

/* A message being written. The buffer is wiped by out_wipe(). */
#define OUT_MAX 2048
struct out {
	uint8_t buf[OUT_MAX];
	struct wr w;
	size_t next_at; /* where the type of the next payload goes */
	size_t pay_at;  /* start of the open payload */
	size_t plain;   /* length before padding */
	uint8_t types[PAYLOADS_MAX];
	size_t n;
};

void out_begin(struct out *, const uint8_t *cky_i, const uint8_t *cky_r, uint8_t exchange,
    uint8_t flags, uint32_t msgid);
/* Opens a payload; write its body to o->w, then out_close(). */
void out_open(struct out *, uint8_t type);
void out_close(struct out *);
void out_payload(struct out *, uint8_t type, const void *body, size_t len);
/* Pads the body to `block` (1 = not encrypted) and sets the length; false when it did not fit. */
bool out_end(struct out *, size_t block);
/* What stands behind the header: to encrypt, to hash. */
uint8_t *out_body(struct out *, size_t *len);
/* The bytes behind the first payload, without padding: for HASH(1) and HASH(2). */
struct chunk out_rest(const struct out *);
/* Writes over the body of the first payload, which is the HASH. */
void out_patch_hash(struct out *, const uint8_t *hash, size_t len);
void out_wipe(struct out *);

#endif
