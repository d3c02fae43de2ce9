/*
 * MS-CHAP arithmetic (RFC 2433, RFC 2759), nothing of the protocol: who holds
 * a password or its NT hash can answer a challenge or check an answer.
 */
#ifndef GATEHOUSE_MSCHAP_H
#define GATEHOUSE_MSCHAP_H

#include "engine/crypto/crypto.h"

#define MSCHAP_HASH 16     /* NT hash */
#define MSCHAP_NT_RESPONSE 24
#define MSCHAP_RESPONSE 49 /* the CHAP value of both versions */
#define MSCHAP_SUCCESS 43  /* "S=", 40 hex digits, NUL */

/* MD4 over the UTF-16LE form of a UTF-8 password. False when it is not UTF-8 or over 256 units. */
bool mschap_nt_hash(const struct crypto *, const char *password, uint8_t hash[MSCHAP_HASH]);
/* The same of what an operator typed: a byte that is not UTF-8 stands for itself (Latin-1). */
bool mschap_nt_hash_latin1(const struct crypto *, const char *password,
    uint8_t hash[MSCHAP_HASH]);
/* RFC 2433 A.5: three DES encryptions of the challenge. Also MS-CHAPv2's last step. */
bool mschap_nt_response(const struct crypto *, const uint8_t challenge[8],
    const uint8_t hash[MSCHAP_HASH], uint8_t response[MSCHAP_NT_RESPONSE]);
/* RFC 2759 8.2. `user` as sent: the part up to a backslash is left out. */
bool mschap_challenge_hash(const struct crypto *, const uint8_t peer[16], const uint8_t auth[16],
    const char *user, uint8_t challenge[8]);
/* RFC 2759 8.7: "S=" and 40 upper-case hex digits, NUL-terminated. */
bool mschap_authenticator(const struct crypto *, const uint8_t hash[MSCHAP_HASH],
    const uint8_t nt_response[MSCHAP_NT_RESPONSE], const uint8_t peer[16], const uint8_t auth[16],
    const char *user, char success[MSCHAP_SUCCESS]);

/* Does the 49-byte response fit? Compared in constant time. A version 1 response that offers only
 * the LAN Manager half (flag 0) is refused. */
bool mschap_check_v1(const struct crypto *, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[8], const uint8_t response[MSCHAP_RESPONSE]);
/* As above; on success `success` holds the authenticator response. */
bool mschap_check_v2(const struct crypto *, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[16], const uint8_t response[MSCHAP_RESPONSE], const char *user,
    char success[MSCHAP_SUCCESS]);

/* The client's side: a whole 49-byte response (tests, and proxies that hold the password). */
bool mschap_respond_v1(const struct crypto *, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[8], uint8_t response[MSCHAP_RESPONSE]);
bool mschap_respond_v2(const struct crypto *, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[16], const uint8_t peer[16], const char *user,
    uint8_t response[MSCHAP_RESPONSE]);

#endif
