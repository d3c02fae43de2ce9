/*
 * How a client of IKE differs from Windows 8 in what it says: a value that ike_initiator.c obeys.
 * Rows of them are in personality.c.
 */
#ifndef GATEHOUSE_IKE_MANNERS_H
#define GATEHOUSE_IKE_MANNERS_H

#include <stdbool.h>
#include <stdint.h>

enum initiator_order { /* of a transform's attributes, phase 1 and phase 2 */
	ORDER_LIFE_LAST, /* enc, keylen, hash, group, auth, life; encap, keylen, auth, life */
	ORDER_RACOON,    /* life, enc, keylen, auth, hash, group; life, encap, keylen, auth */
	ORDER_PLUTO      /* life, enc, hash, auth, group, keylen; encap, life, auth, keylen */
};

enum initiator_contact { CONTACT_NEVER, CONTACT_IN_MM5, CONTACT_AFTERWARDS };

struct ike_manners {
	const char *vids[16]; /* in hexadecimal digits; all that it sends */
	enum initiator_order order;
	bool narrow;          /* lives that fit two bytes are basic attributes */
	uint8_t nonce;        /* bytes */
	uint8_t id_protocol;  /* of the identity of phase 1 ... */
	uint16_t id_port;
	enum initiator_contact contact;
	bool one_proposal;    /* quick mode offers transforms of one proposal */
	bool random_ids;      /* message ids are drawn, not counted */
};

#endif
