/* Keys; see des.h. */
#include "engine/des/des.h"

#include <string.h>

void des_key_init(struct des_key *k, const uint8_t *key, size_t len)
{
	for (size_t i = 0; i < 3; i++)
		memcpy(k->key[i], key + 8 * i % len, 8);
}
