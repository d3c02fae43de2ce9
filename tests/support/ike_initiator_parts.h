/*
 * What the files of the initiator share: messages as they leave and arrive, bodies of payloads.
 * Each file is one idea that an initiator of the gateway would take over when it is its turn.
 */
#ifndef GATEHOUSE_IKE_INITIATOR_PARTS_H
#define GATEHOUSE_IKE_INITIATOR_PARTS_H

#include "tests/support/ike_initiator.h"

/* ike_initiator_wire.c */
void initiator_draw(struct ike_initiator *, uint8_t *to, size_t len);
void initiator_finish(struct out *, size_t block, struct initiator_message *);
void initiator_finish_encrypted(struct ike_initiator *, struct out *, uint8_t *iv,
    struct initiator_message *);
/* Header and payloads of a message of the server; `body` keeps what is decrypted with `iv`. */
bool initiator_read(struct ike_initiator *, const uint8_t *msg, size_t len, struct message *,
    uint8_t *body, uint8_t *iv);
struct ike_exchanged initiator_exchanged(const struct ike_initiator *);
/* Bodies of payloads; a notify has as many bytes as are returned. */
void initiator_id(uint8_t to[8], const struct addr *, uint8_t protocol, uint16_t port);
size_t initiator_notify(const struct ike_initiator *, uint8_t *to, size_t size, uint16_t type);
/* Of an exchange that begins. */
uint32_t initiator_msgid(struct ike_initiator *);
struct initiator_cookies {
	uint8_t b[2 * COOKIE_LEN];
};
struct initiator_cookies initiator_cookies(const struct ike_initiator *);

/* ike_initiator.c: what messages of both modes have in common. Vendor ids of message 1; what is
 * accepted of its offer, with the server's cookie; his values, NAT-D and the keys; our NAT-D. */
void initiator_vendors(const struct ike_initiator *, struct out *);
bool initiator_accepted(struct ike_initiator *, const struct message *);
bool initiator_answered(struct ike_initiator *, const struct message *);
void initiator_put_natd(const struct ike_initiator *, struct out *);

/* ike_initiator_offer.c: bodies of SA payloads. */
size_t initiator_offer_phase1(const struct ike_initiator *, uint8_t *to, size_t size);
void initiator_offer_phase2(const struct ike_initiator *, const struct initiator_qm *, struct wr *);

/* ike_initiator.c: the transform that is agreed on; NAT-D of an end, and whether this is it. */
bool initiator_transform(struct ike_initiator *, const struct transform *);
void initiator_natd(const struct ike_initiator *, const struct endpoint *, uint8_t *out);
bool initiator_natd_is(const struct ike_initiator *, const struct payload *,
    const struct endpoint *);

#endif
