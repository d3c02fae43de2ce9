/*
 * The tables of FIPS 46-3 as it prints them: numbers of bits from 1 on, the
 * most significant first. Techniques derive theirs from these; data and keys index none of them.
 */
#ifndef GATEHOUSE_DES_TABLES_H
#define GATEHOUSE_DES_TABLES_H

#include <stdint.h>

extern const uint8_t des_sbox[8][64]; /* [number][16 * row + column] */
extern const uint8_t des_e[48];       /* expansion of the right half */
extern const uint8_t des_p[32];       /* permutation of the S-boxes' output */
extern const uint8_t des_pc1[56], des_pc2[48];
extern const uint8_t des_shift[16]; /* of the key's halves before a round */

#endif
