/*
 * ISAKMP messages as structs (RFC 2408 3): pure functions between bytes and
 * structs. What is parsed points into the caller's bytes and lives as long.
 */
#ifndef GATEHOUSE_IKE_CODEC_H
#define GATEHOUSE_IKE_CODEC_H

#include "engine/crypto/crypto.h"
#include "engine/ike/isakmp.h"
#include "engine/base/addr.h"
#include "engine/wire/wire.h"

#define PAYLOADS_MAX 40 /* of one message; more is not IKE */
#define PROPOSALS_MAX 64
#define ATTRIBUTES_MAX 16

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

/* Buckets: one bit a payload type, both numberings of NAT-T in the same one. */
enum {
	HAS_SA = 1 << 0,
	HAS_KE = 1 << 1,
	HAS_ID = 1 << 2,
	HAS_HASH = 1 << 3,
	HAS_NONCE = 1 << 4,
	HAS_NOTIFY = 1 << 5,
	HAS_DELETE = 1 << 6,
	HAS_VENDOR = 1 << 7,
	HAS_NATD = 1 << 8,
	HAS_NATOA = 1 << 9,
	HAS_CERT = 1 << 10, /* CERT, CERT_REQ and SIG: tolerated, not used */
	HAS_OTHER = 1 << 11 /* private and unknown types: tolerated, not used */
};

/* Reads the header. False when there is none, or its version or length is wrong. */
bool isakmp_header_read(struct rd *, struct isakmp_header *);
/* Walks the chain of `body` (what stands behind the header, decrypted) from `m->h.next`; bytes
 * behind the last payload are padding when `encrypted`, else an error. */
bool isakmp_payloads_read(struct message *m, const void *body, size_t len, bool encrypted);
/* The buckets that are filled. */
unsigned message_has(const struct message *);
/* The n-th payload (from 0) of a bucket, or NULL. */
const struct payload *message_get(const struct message *, unsigned has, size_t n);
/* "KE", "NAT-D"; "UNKNOWN" for the rest. */
const char *payload_name(uint8_t type);

/* A transform's attribute as it stands on the wire; only numbers are known. */
struct attribute {
	uint16_t type;
	uint8_t len; /* bytes of a variable one, at most 8; 0 = a basic one */
	uint64_t value;
};

struct transform {
	uint8_t number, id;
	struct attribute attr[ATTRIBUTES_MAX];
	size_t n;
	bool strange; /* an attribute too long to be a number, or too many of them */
};

struct proposal {
	uint8_t number, protocol, n_transforms;
	struct chunk spi;
	struct chunk transforms; /* the transform payloads, for transform_next() */
};

/* An SA payload body: fills up to `max` proposals, counts them in `n`. False when malformed. */
bool sa_read(struct chunk body, struct proposal *, size_t max, size_t *n);
/* The next transform of a proposal's `transforms`; false at the end or when malformed (r->bad). */
bool transform_next(struct rd *r, struct transform *);
/* True and its value when the transform has exactly one such attribute. */
bool attribute_get(const struct transform *, uint16_t type, uint64_t *value);

struct notify {
	uint32_t doi;
	uint8_t protocol;
	uint16_t type;
	struct chunk spi, data;
};
bool notify_read(struct chunk body, struct notify *);

struct delete_list {
	uint32_t doi;
	uint8_t protocol, spi_len;
	uint16_t n;
	struct chunk spis;
};
bool delete_read(struct chunk body, struct delete_list *);

struct ident {
	uint8_t type, protocol;
	uint16_t port;
	struct chunk data;
};
bool ident_read(struct chunk body, struct ident *);
/* An IPv4 address or subnet; false for other types. A lone address gets a host's mask. */
bool ident_ipv4(const struct ident *, struct addr *address, struct addr *mask);

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

void wr_attribute_tv(struct wr *, uint16_t type, uint16_t value);
/* A number: as TV when it fits 16 bits, else as TLV of 4 (or 8) bytes. */
void wr_attribute(struct wr *, uint16_t type, uint64_t value);
/* Variable attributes become basic ones where their values fit (RFC 2409 A allows it). */
void transform_shorten(struct transform *);
/* The transform with its number and attributes byte for byte as they were read. */
void wr_transform(struct wr *, const struct transform *, bool last);

#endif
