/*
 * The same client when the server begins: main mode and quick mode as responder. An SA that came
 * about so is used like one of the client's own, by the functions of ike_initiator.h.
 */
#ifndef GATEHOUSE_IKE_RESPONDER_H
#define GATEHOUSE_IKE_RESPONDER_H

#include "tests/support/ike_initiator.h"

/* Message 1 of the server and our message 2, for a client of which nothing but the options is set.
 * False: it is none that he takes. The same of 3 and 4, 5 and 6. */
bool responder_mm1(struct ike_initiator *, const uint8_t *msg, size_t len,
    struct initiator_message *reply);
bool responder_mm3(struct ike_initiator *, const uint8_t *msg, size_t len,
    struct initiator_message *reply);
bool responder_mm5(struct ike_initiator *, const uint8_t *msg, size_t len,
    struct initiator_message *reply);
/* Message 1 of quick mode and our message 2: `q->child` has the keys of both directions. */
bool responder_qm1(struct ike_initiator *, struct initiator_qm *, const uint8_t *msg, size_t len,
    struct initiator_message *reply);
/* Message 3: the server has them, too. */
bool responder_qm3(struct ike_initiator *, struct initiator_qm *, const uint8_t *msg, size_t len);
/* "No" to message 1 of quick mode. */
void responder_refuse(struct ike_initiator *, struct initiator_message *reply);

#endif
