/* Keys: the schedule of FIPS 46-3 in the order in which a direction executes it. */
#include "engine/des/des.h"

#include <string.h>

#include "engine/des/des_tables.h"

static void rotate(uint8_t half[28])
{
	uint8_t first = half[0];

	memmove(half, half + 1, 27);
	half[27] = first;
}

/* The sixteen rounds of one key, backwards where it deciphers. */
static void schedule(uint8_t round[16][8], const uint8_t key[8], bool encrypt)
{
	uint8_t bit[56];

	for (int i = 0; i < 56; i++) {
		int from = des_pc1[i] - 1;

		bit[i] = key[from / 8] >> (7 - from % 8) & 1;
	}
	for (int r = 0; r < 16; r++) {
		uint8_t *to = round[encrypt ? r : 15 - r];

		for (int s = 0; s < des_shift[r]; s++) {
			rotate(bit);
			rotate(bit + 28);
		}
		for (int i = 0; i < 48; i++)
			to[i / 6] = (uint8_t)(to[i / 6] << 1 | bit[des_pc2[i] - 1]);
	}
	explicit_bzero(bit, sizeof bit);
}

void des_key_init(struct des_key *k, const uint8_t *key, size_t len, bool encrypt)
{
	memset(k, 0, sizeof *k);
	for (size_t i = 0; i < 3; i++)
		memcpy(k->key[i], key + 8 * i % len, 8);
	for (size_t i = 0; i < 3; i++)
		schedule(&k->round[16 * i], k->key[encrypt ? i : 2 - i], encrypt == (i != 1));
}
