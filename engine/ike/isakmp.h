/* The numbers of ISAKMP and IKEv1 (RFC 2407, 2408, 2409, 3947, 3706). */
#ifndef GATEHOUSE_ISAKMP_H
#define GATEHOUSE_ISAKMP_H

#define IKE_PORT 500
#define NATT_PORT 4500

#define COOKIE_LEN 8
#define ISAKMP_HEADER_LEN 28
#define ISAKMP_VERSION 0x10
#define DOI_IPSEC 1
#define SIT_IDENTITY_ONLY 1

enum { /* exchange types, RFC 2408 3.1, RFC 2409 A */
	XCHG_MAIN = 2,
	XCHG_AGGRESSIVE = 4,
	XCHG_INFORMATIONAL = 5,
	XCHG_QUICK = 32
};

enum { FLAG_ENCRYPTED = 1, FLAG_COMMIT = 2 };

/*
 * Payload types (RFC 2408 3.1, RFC 3947, draft-ietf-ipsec-nat-t-ike-03): name, number, text of the
 * trace. A row here is a bucket of its own in codec.h.
 */
#define PAYLOADS(X) \
	X(SA, 1, "SA") \
	X(KE, 4, "KE") \
	X(ID, 5, "ID") \
	X(CERT, 6, "CERT") \
	X(CERTREQ, 7, "CERT_REQ") \
	X(HASH, 8, "HASH") \
	X(SIG, 9, "SIG") \
	X(NONCE, 10, "NONCE") \
	X(NOTIFY, 11, "NOTIFY") \
	X(DELETE, 12, "DELETE") \
	X(VENDOR, 13, "VENDOR") \
	X(NAT_D, 20, "NAT-D") \
	X(NAT_OA, 21, "NAT-OA") \
	X(NAT_D_DRAFT, 130, "NAT-D") \
	X(NAT_OA_DRAFT, 131, "NAT-OA")

enum {
#define X(name, number, text) PAY_##name = number,
	PAYLOADS(X)
#undef X
	PAY_NONE = 0,      /* ends a chain */
	PAY_PROPOSAL = 2,  /* within SA */
	PAY_TRANSFORM = 3, /* within a proposal */
	PAY_FRAGMENT = 132 /* alone in its message */
};

enum { PROTO_ISAKMP = 1, PROTO_ESP = 3 };
enum { KEY_IKE = 1 }; /* the only transform id of ISAKMP */

/* Attribute classes of phase 1 (RFC 2409 A) that are understood; any other spoils its transform. */
#define OAKLEY_ATTRIBUTES(X) \
	X(ENCRYPTION, 1) \
	X(HASH, 2) \
	X(AUTH, 3) \
	X(GROUP, 4) \
	X(LIFE_TYPE, 11) \
	X(LIFE_DURATION, 12) \
	X(KEY_LENGTH, 14)

enum {
#define X(name, number) OAK_##name = number,
	OAKLEY_ATTRIBUTES(X)
#undef X
};
enum { AUTH_PSK = 1, AUTH_RSA_SIG = 3 };

/* The same of phase 2 (RFC 2407 4.5). */
#define IPSEC_ATTRIBUTES(X) \
	X(LIFE_TYPE, 1) \
	X(LIFE_DURATION, 2) \
	X(GROUP, 3) \
	X(ENCAPSULATION, 4) \
	X(AUTH, 5) \
	X(KEY_LENGTH, 6)

enum {
#define X(name, number) IPS_##name = number,
	IPSEC_ATTRIBUTES(X)
#undef X
};
enum { LIFE_SECONDS = 1, LIFE_KILOBYTES = 2 };
enum { /* RFC 2407 4.5, RFC 3947 5.1, draft-ietf-ipsec-nat-t-ike-03 */
	ENCAP_TUNNEL = 1,
	ENCAP_TRANSPORT = 2,
	ENCAP_UDP_TUNNEL = 3,
	ENCAP_UDP_TRANSPORT = 4,
	ENCAP_UDP_TUNNEL_DRAFT = 61443,
	ENCAP_UDP_TRANSPORT_DRAFT = 61444
};

/* Identification types (RFC 2407 4.6.2.1); the trace spells them as they are. */
#define IDENTS(X) \
	X(ID_IPV4_ADDR, 1) \
	X(ID_FQDN, 2) \
	X(ID_USER_FQDN, 3) \
	X(ID_IPV4_ADDR_SUBNET, 4) \
	X(ID_IPV6_ADDR, 5) \
	X(ID_IPV4_ADDR_RANGE, 7) \
	X(ID_DER_ASN1_DN, 9) \
	X(ID_KEY_ID, 11)

enum {
#define X(name, number) name = number,
	IDENTS(X)
#undef X
};

/* Notify types (RFC 2408 3.14.1, RFC 2407 4.6.3, RFC 3706): name, number, text of the trace. */
#define NOTIFIES(X) \
	X(INVALID_PAYLOAD_TYPE, 1, "INVALID_PAYLOAD_TYPE") \
	X(INVALID_COOKIE, 4, "INVALID_COOKIE") \
	X(INVALID_EXCHANGE_TYPE, 7, "INVALID_EXCHANGE_TYPE") \
	X(INVALID_MESSAGE_ID, 9, "INVALID_MESSAGE_ID") \
	X(INVALID_SPI, 11, "INVALID_SPI") \
	X(NO_PROPOSAL_CHOSEN, 14, "NO_PROPOSAL_CHOSEN") \
	X(PAYLOAD_MALFORMED, 16, "PAYLOAD_MALFORMED") \
	X(INVALID_KEY_INFO, 17, "INVALID_KEY_INFO") \
	X(INVALID_ID_INFO, 18, "INVALID_ID_INFO") \
	X(INVALID_HASH_INFO, 23, "INVALID_HASH_INFO") \
	X(AUTH_FAILED, 24, "AUTH_FAILED") \
	X(INVALID_SIGNATURE, 25, "INVALID_SIGNATURE") \
	X(RESPONDER_LIFETIME, 24576, "RESPONDER_LIFETIME") \
	X(INITIAL_CONTACT, 24578, "INITIAL_CONTACT") \
	X(R_U_THERE, 36136, "Unknown") /* in a message of which nobody vouches */ \
	X(R_U_THERE_ACK, 36137, "Unknown")

enum {
#define X(name, number, text) NOTIFY_##name = number,
	NOTIFIES(X)
#undef X
};

#define NONCE_MIN 8
#define NONCE_MAX 256
#define NONCE_LEN 20 /* what we send, like the device */

#endif
