/*
 * An IKEv1 initiator that speaks like the Windows client, for tests: every
 * message is built and read by a function of its own, without sockets, timers or
 * clock, so that a test may lose, repeat and damage what it likes. It shares
 * only the codec and the key derivation with the responder under test.
 */
#ifndef GATEHOUSE_IKE_INITIATOR_H
#define GATEHOUSE_IKE_INITIATOR_H

#include "engine/crypto/dh.h"
#include "engine/ike/codec.h"
#include "engine/ike/ike.h"
#include "engine/ike/keymat.h"
#include "engine/ike/payload.h"
#include "tests/support/ike_manners.h"

#define INITIATOR_MSG 6144
#define INITIATOR_OFFERS 130

struct initiator_offer { /* of phase 1, or without `group` of phase 2 */
	enum cipher cipher;
	enum hash hash;
	uint16_t group;
};

struct initiator_message {
	size_t len;
	size_t plain; /* without the padding of encryption: what the device's trace shows */
	uint8_t b[INITIATOR_MSG];
};

struct initiator_qm {
	uint32_t msgid;
	uint8_t iv[CRYPTO_BLOCK_MAX];
	uint8_t ni[48], nr[NONCE_MAX];
	size_t ni_len, nr_len;
	const struct dh_group *pfs;
	uint8_t secret[DH_SECRET_MAX], ke[DH_PUBLIC_MAX];
	struct child child; /* from the client's side: spi_in is the client's own */
	uint8_t proposal, transform;
	uint32_t responder_seconds; /* of RESPONDER-LIFETIME, 0 = none came */
	bool natoa;                 /* two NAT-OA payloads came ... */
	struct addr natoa_own;      /* ... and the second names the server so */
	size_t plain;               /* length of message 2 without padding */
	uint8_t sa2[128];           /* body of its SA payload */
	size_t sa2_len;
};

struct initiator_notice { /* what an informational of the server says */
	bool delete;
	uint8_t protocol;
	uint32_t spi;   /* of a Delete for ESP */
	uint16_t type;  /* of a notify */
	uint32_t seq;   /* of DPD */
};

struct ike_initiator {
	/* Options: set after initiator_init(), before the first message. */
	const char *psk;
	struct path path;    /* from the client's side: `local` is what he believes to be */
	bool natt, dpd;      /* vendor ids offered */
	bool initial_contact; /* notify inside message 5 */
	uint8_t stray;        /* type of a payload that has no place in message 5, 0 = none */
	bool not_windows;     /* its vendor ids are left out */
	bool no_ids; /* an answer to a quick mode of the server leaves its identities out */
	const char *name;     /* aggressive mode: its identity, NULL = its address */
	uint8_t name_type;    /* ID_KEY_ID, ID_FQDN ... */
	bool no_fragments;    /* nor does it take messages in pieces */
	const struct ike_manners *manners; /* NULL = those of Windows 8 */
	/* Phase 1: 0 transforms = the five of Windows 8, byte for byte. */
	struct initiator_offer p1[INITIATOR_OFFERS];
	size_t n_p1;
	uint32_t p1_seconds; /* as four bytes when they fit two or not */
	/* Phase 2: one proposal each; default AES-128, 3DES, DES, all with SHA1. */
	struct {
		enum cipher cipher;
		enum hash auth;
	} p2[INITIATOR_OFFERS];
	size_t n_p2;
	bool tunnel;                 /* tunnel mode instead of transport */
	uint16_t pfs;                /* group, 0 = none */
	bool short_icv;              /* cuts HMAC-SHA2-256 to 96 bits */
	uint32_t seconds, kilobytes; /* kilobytes 0 = not offered */
	uint16_t my_port, your_port; /* of the client identities; default 1701 */

	/* What came of it. */
	const struct crypto *crypto;
	uint64_t seed;
	uint8_t cky_i[COOKIE_LEN], cky_r[COOKIE_LEN];
	uint8_t sai[5120];
	size_t sai_len;
	struct ike_keys keys;
	const struct dh_group *group;
	uint8_t secret[DH_SECRET_MAX], gxi[DH_PUBLIC_MAX], gxr[DH_PUBLIC_MAX], gxy[DH_PUBLIC_MAX];
	uint8_t ni[48], nr[NONCE_MAX];
	size_t ni_len, nr_len;
	uint8_t transform;           /* the number that message 2 accepted */
	bool draft; /* of NAT-T: that with payloads of its own */
	bool use_natt, nat_me, nat_server, peer_dpd;
	size_t plain;                /* of the last encrypted message read */
	uint32_t next_msgid, next_spi;
};

void initiator_init(struct ike_initiator *, const struct crypto *, uint64_t seed);
/* Another one of the same client: all its options but what it offers in phase 1. */
void initiator_like(struct ike_initiator *, const struct ike_initiator *, uint64_t seed);
void initiator_mm1(struct ike_initiator *, struct initiator_message *);
bool initiator_mm2(struct ike_initiator *, const uint8_t *msg, size_t len);
void initiator_mm3(struct ike_initiator *, struct initiator_message *);
bool initiator_mm4(struct ike_initiator *, const uint8_t *msg, size_t len);
/* True when messages 5 and later have to go to port 4500. */
bool initiator_floats(const struct ike_initiator *);
void initiator_mm5(struct ike_initiator *, struct initiator_message *);
bool initiator_mm6(struct ike_initiator *, const uint8_t *msg, size_t len);

/* Aggressive mode; message 3 in clear or not, its NAT-D those of `path` now. */
void initiator_am1(struct ike_initiator *, struct initiator_message *);
bool initiator_am2(struct ike_initiator *, const uint8_t *msg, size_t len);
void initiator_am3(struct ike_initiator *, bool encrypted, struct initiator_message *);

void initiator_qm1(struct ike_initiator *, struct initiator_qm *, struct initiator_message *);
/* True: `q->child` has the keys of both directions. */
bool initiator_qm2(struct ike_initiator *, struct initiator_qm *, const uint8_t *msg, size_t len);
void initiator_qm3(struct ike_initiator *, struct initiator_qm *, struct initiator_message *);

/* Deletes ESP: the client's own inbound SPI. */
void initiator_delete_child(struct ike_initiator *, uint32_t spi, struct initiator_message *);
/* Any SA, by both of its cookies. */
void initiator_delete_cookies(struct ike_initiator *, const uint8_t cookies[2 * COOKIE_LEN],
    struct initiator_message *);
void initiator_delete_sa(struct ike_initiator *, struct initiator_message *);
/* R-U-THERE or R-U-THERE-ACK. */
void initiator_dpd(struct ike_initiator *, bool ack, uint32_t seq, struct initiator_message *);
void initiator_contact(struct ike_initiator *, struct initiator_message *);
/* Any notify about phase 1, without data. */
void initiator_inform(struct ike_initiator *, uint16_t type, struct initiator_message *);
/* Reads a protected informational of the server; false when it is none. */
bool initiator_notice(struct ike_initiator *, const uint8_t *msg, size_t len,
    struct initiator_notice *);

#endif
