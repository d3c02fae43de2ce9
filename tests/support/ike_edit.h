/*
 * One thing changed in a good message of the client's: a payload twice, gone, longer, shorter, of
 * zeros, one more. What protects the message is made again, so that only the change is wrong.
 */
#ifndef GATEHOUSE_IKE_EDIT_H
#define GATEHOUSE_IKE_EDIT_H

#include "tests/support/ike_initiator.h"

enum how { AS_IT_IS, TWICE, DROP, DROP_ALL, RESIZE, ZERO, BYTE, ADD, ADD_FIRST };

struct edit {
	enum how how;
	uint8_t type;
	unsigned nth; /* of that type; BYTE: the first byte's new value */
	size_t len;   /* RESIZE, ADD */
};

struct edit_seal {
	uint8_t *iv; /* that the message was encrypted with; becomes that of the next one */
	const struct initiator_qm *answers; /* quick mode of the server's: HASH(2), else HASH(1) */
	const uint8_t *added; /* the body of ADD and ADD_FIRST, NULL = zeros */
};

/* Without `seal` it is a clear message, or the first of an exchange of phase 2. */
void edit(struct ike_initiator *, struct initiator_message *, const struct edit *,
    const struct edit_seal *);

#endif
