/*
 * Powers of one base by a table (the comb of Lim and Lee, CRYPTO 94): 2^x mod p of the MODP groups
 * for a sixth of the multiplications that any base takes. The exponent is a secret; neither the
 * memory that is read nor the time taken depends on it (see comb.c).
 */
#ifndef GATEHOUSE_COMB_H
#define GATEHOUSE_COMB_H

#include <openssl/bn.h>
#include <stdbool.h>
#include <stdint.h>

struct comb;

/* For exponents of `bytes` bytes modulo p, a prime of a multiple of 32 bytes, at most 512. `mont`
 * is p's and has to outlive it. It holds 256 times p's length. NULL when out of memory. */
struct comb *comb_create(unsigned base, const BIGNUM *p, BN_MONT_CTX *mont, unsigned bytes);
/* NULL is allowed. */
void comb_destroy(struct comb *);
/* base^exponent mod p, most significant byte first, as long as p. False only when out of memory. */
bool comb_power(const struct comb *, const uint8_t *exponent, uint8_t *out, BN_CTX *);

#endif
