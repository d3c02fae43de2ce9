/* One-time passwords by the clock (RFC 6238, RFC 4226): HMAC-SHA1, six digits, 30 seconds. */
#ifndef GATEHOUSE_TOTP_H
#define GATEHOUSE_TOTP_H

#include "engine/crypto/crypto.h"

#define TOTP_SECRET_MAX 64
#define TOTP_SECRET_MIN 10 /* bytes: 80 bits */
#define TOTP_DIGITS 6
#define TOTP_WINDOW 1 /* steps that a clock may be off, either way */

/* Base32 (RFC 4648 6) of a secret, either case, blanks and padding left out: how many bytes, 0 when
 * it is none or too short. */
size_t totp_secret(const char *base32, uint8_t to[TOTP_SECRET_MAX]);
/* The step of that code, if it is one of the secret's now: greater than `after`, and at most
 * TOTP_WINDOW off `now` (Unix time). 0: it is not. Each try takes the same time. */
uint64_t totp_step(
    const struct crypto *, struct chunk secret, const char *code, int64_t now, uint64_t after);
/* The code of a step. */
bool totp_code(
    const struct crypto *, struct chunk secret, uint64_t step, char code[TOTP_DIGITS + 1]);

#endif
