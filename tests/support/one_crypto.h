/* One library context for a whole test program: made when first asked for, never destroyed. */
#ifndef GATEHOUSE_TESTS_ONE_CRYPTO_H
#define GATEHOUSE_TESTS_ONE_CRYPTO_H

#include "engine/crypto/crypto.h"

/* Ends the program when there is none. */
const struct crypto *one_crypto(void);

#endif
