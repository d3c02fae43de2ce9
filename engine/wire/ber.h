/*
 * BER (X.690) as LDAP and Kerberos use it: tags of one byte, definite lengths. A reader over the
 * cursor `struct rd` and a writer over `struct wr`, whose lengths always take four bytes.
 */
#ifndef GATEHOUSE_WIRE_BER_H
#define GATEHOUSE_WIRE_BER_H

#include "engine/wire/wire.h"

enum {
	BER_BOOLEAN = 0x01,
	BER_INTEGER = 0x02,
	BER_OCTETS = 0x04,
	BER_ENUMERATED = 0x0a,
	BER_SEQUENCE = 0x30,
	BER_SET = 0x31
};

/* The next element: its tag and its content in place. False at the end, and `r` bad where
 * it is malformed. */
bool ber_next(struct rd *r, uint8_t *tag, struct rd *content);
/* The next element, which has to have that tag: else `r` is bad and the content empty. */
struct rd ber_expect(struct rd *r, uint8_t tag);
/* The same of a number of at most four bytes (INTEGER, ENUMERATED). */
int32_t ber_number(struct rd *r, uint8_t tag);
/* Is that the next tag? */
bool ber_is(const struct rd *r, uint8_t tag);
/* How long the first element is with its header: 0 while the header is not all there,
 * SIZE_MAX when it is none. */
size_t ber_length(const uint8_t *, size_t have);

/* As text, as it may stand on a terminal: what is not printable is a dot; cut off at `size`.
 * Returns `to`. */
const char *ber_text(struct rd, char *to, size_t size);

/* Begins an element; what is written until ber_end() of the returned place is its content. */
size_t ber_begin(struct wr *, uint8_t tag);
void ber_end(struct wr *, size_t begun);
void ber_put(struct wr *, uint8_t tag, const void *, size_t len);
void ber_put_number(struct wr *, uint8_t tag, uint32_t); /* below 2^31 */

#endif
