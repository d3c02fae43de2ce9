/* The library context of a test program; see one_crypto.h. */
#include "tests/support/one_crypto.h"

#include <stdio.h>
#include <stdlib.h>

const struct crypto *one_crypto(void)
{
	static const struct crypto *crypto;

	if (!crypto && !(crypto = crypto_create())) {
		fputs("no cryptographic library\n", stderr);
		exit(EXIT_FAILURE);
	}
	return crypto;
}
