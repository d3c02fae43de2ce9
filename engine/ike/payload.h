/*
 * The payloads with an inside (RFC 2408 3.3 to 3.6, 3.8, 3.14, 3.15): pure functions between bytes
 * and structs. What is parsed points into the caller's bytes and lives as long.
 */
#ifndef GATEHOUSE_IKE_PAYLOAD_H
#define GATEHOUSE_IKE_PAYLOAD_H

#include "engine/crypto/crypto.h"
#include "engine/ike/isakmp.h"
#include "engine/base/addr.h"
#include "engine/wire/wire.h"

#define PROPOSALS_MAX 64
#define ATTRIBUTES_MAX 16

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
	uint8_t number, protocol;
	struct chunk spi;
	struct chunk transforms; /* the transform payloads, for transform_next() */
};

/* An SA payload body: fills up to `max` proposals, counts them in `n`. False when malformed. */
bool sa_read(struct chunk body, struct proposal *, size_t max, size_t *n);
/* The next transform of a proposal's `transforms`; false at the end or when malformed (r->bad). */
bool transform_next(struct rd *r, struct transform *);
/* Past one that transform_next() has read before. */
void transform_skip(struct rd *r);
/* True and its value when the transform has exactly one such attribute. */
bool attribute_get(const struct transform *, uint16_t type, uint64_t *value);

struct notify {
	uint32_t doi;
	uint8_t protocol;
	uint16_t type;
	struct chunk spi, data;
};
bool notify_read(struct chunk body, struct notify *);
/* "INITIAL_CONTACT"; "Unknown" for what the device has no name for. */
const char *notify_name(uint16_t type);
/* A notify body without data, which may be written behind it. */
void wr_notify(struct wr *, uint8_t protocol, struct chunk spi, uint16_t type);

struct delete_list {
	uint32_t doi;
	uint8_t protocol, spi_len;
	uint16_t n;
	struct chunk spis;
};
bool delete_read(struct chunk body, struct delete_list *);
/* A delete body for one SPI. */
void wr_delete(struct wr *, uint8_t protocol, struct chunk spi);

struct ident {
	uint8_t type, protocol;
	uint16_t port;
	struct chunk data;
};
bool ident_read(struct chunk body, struct ident *);
/* An IPv4 address or subnet; false for other types. A lone address gets a host's mask. */
bool ident_ipv4(const struct ident *, struct addr *address, struct addr *mask);

void wr_attribute_tv(struct wr *, uint16_t type, uint16_t value);
/* A number: as TV when it fits 16 bits, else as TLV of 4 (or 8) bytes. */
void wr_attribute(struct wr *, uint16_t type, uint64_t value);
/* One attribute more, of at most 32 bits, in its shortest form; there are less than
 * ATTRIBUTES_MAX. */
void transform_add(struct transform *, uint16_t type, uint64_t value);
/* Variable attributes become basic ones where their values fit (RFC 2409 A allows it). */
void transform_shorten(struct transform *);
/* The transform with its number and attributes byte for byte as they were read. */
void wr_transform(struct wr *, const struct transform *, bool last);

#endif
