/* The packets of PAP (RFC 1334), CHAP (RFC 1994) and EAP (RFC 3748), bytes to what they say and
 * back: pure. */
#ifndef GATEHOUSE_PPP_AUTH_PACKET_H
#define GATEHOUSE_PPP_AUTH_PACKET_H

#include "engine/ppp/ppp.h"
#include "engine/wire/wire.h"

enum { PAP_REQUEST = 1, PAP_ACK, PAP_NAK };
/* CHANGE: RFC 2433 8, RFC 2759 7. */
enum { CHAP_CHALLENGE = 1, CHAP_RESPONSE, CHAP_SUCCESS, CHAP_FAILURE, CHAP_CHANGE_V2 = 6,
	CHAP_CHANGE_V3 };
enum { EAP_REQUEST = 1, EAP_RESPONSE, EAP_SUCCESS, EAP_FAILURE };
enum { EAP_TYPE_IDENTITY = 1 };

/* What is different between them. */
struct auth_packets {
	uint16_t protocol;
	uint8_t proof, good, bad; /* codes: of what the client sends, of our answers */
	bool challenges;          /* we begin, and our Identifier counts; else the client's */
	/* What the client sends behind the header; `value` bytes of Response. False: malformed,
	 * or a name with control characters, which would go into logs and tables. */
	bool (*read)(struct rd *, size_t value, struct ppp_auth_request *);
	/* Our answer behind the header; its length. */
	size_t (*write)(const char *text, uint8_t *buf, size_t size);
};

extern const struct auth_packets pap_packets, chap_packets, eap_packets;

/* Takes the header off; false: the packet is malformed. */
bool auth_packet_open(struct rd *packet, uint8_t *code, uint8_t *id);
#define CHAP_NAME_MAX 63 /* bytes of our own name that a Challenge carries */
/* A Challenge behind its header; its length. */
size_t chap_challenge_write(const uint8_t *challenge, size_t len, const char *name, uint8_t *buf,
    size_t size);

#endif
