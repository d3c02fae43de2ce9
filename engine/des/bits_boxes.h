/*
 * Bitslice: the rounds. The S-boxes are circuits (CIRCUITS, a generated file),
 * E and P are choices of registers. Some outputs are made complemented, which
 * saves gates: the complement of that key bit makes it good where they are next read.
 */
#ifndef GATEHOUSE_DES_BITS_BOXES_H
#define GATEHOUSE_DES_BITS_BOXES_H

#include "engine/des/bits.h"
#include "engine/des/des_tables.h"

/* Where P puts the four outputs of each S-box: bits of the half, from 0. */
static const uint8_t place[8][4] = {{8, 16, 22, 30}, {12, 27, 1, 17}, {23, 15, 29, 5},
    {25, 19, 9, 0}, {7, 13, 24, 2}, {3, 28, 10, 18}, {31, 11, 21, 6}, {4, 26, 14, 20}};

/* Any function of three inputs, by its values: one instruction of AVX-512, else the sum of the
 * products that are 1 (of which an analyser would make far too much). */
#if (LANES == 512 && defined __AVX512F__) || defined __cppcheck__
#include <immintrin.h>
#define LUT(x, a, b, c, f) \
	const vec x = (vec)_mm512_ternarylogic_epi64((__m512i)a, (__m512i)b, (__m512i)c, f);
#elif LANES == 256 && defined __AVX512VL__
#include <immintrin.h>
#define LUT(x, a, b, c, f) \
	const vec x = (vec)_mm256_ternarylogic_epi64((__m256i)a, (__m256i)b, (__m256i)c, f);
#else
#define BIT(f, i) ((uint64_t)(f) >> (i) & 1)
#define PRODUCT(a, b, c, f, i) \
	((a ^ (BIT(i, 2) - 1)) & (b ^ (BIT(i, 1) - 1)) & (c ^ (BIT(i, 0) - 1)) & (0 - BIT(f, i)))
#define LUT(x, a, b, c, f) \
	const vec x = PRODUCT(a, b, c, f, 0) | PRODUCT(a, b, c, f, 1) | PRODUCT(a, b, c, f, 2) | \
	    PRODUCT(a, b, c, f, 3) | PRODUCT(a, b, c, f, 4) | PRODUCT(a, b, c, f, 5) | \
	    PRODUCT(a, b, c, f, 6) | PRODUCT(a, b, c, f, 7);
#endif

/* E: S-box `number` reads six bits of the other half, from the last of the box before on. */
#define BOX(number) \
	static inline __attribute__((always_inline)) void box##number(vec *restrict to, \
	    const vec *restrict from, const char *restrict key, const uint16_t *restrict where) \
	{ \
		enum { box = number - 1 };
#define IN(x, i) \
	const vec x = from[(4 * box - 1 + i) & 31] ^ *(const vec *)(key + where[6 * box + i]);
#define AND(x, a, b) const vec x = a & b;
#define ANDN(x, a, b) const vec x = a & ~b;
#define OR(x, a, b) const vec x = a | b;
#define XOR(x, a, b) const vec x = a ^ b;
#define OUT(o, x) to[place[box][o]] ^= x;
#define NOT(o, x) OUT(o, x)
/* One after the other: more of them at once do not fit into the registers. */
#define END \
	__asm__ volatile("" ::: "memory"); \
	}
#include "engine/des/bits_circuits.h"

static inline __attribute__((always_inline)) void one_round(vec *restrict to,
    const vec *restrict from, const char *restrict key, const uint16_t *restrict where)
{
	box8(to, from, key, where);
	box7(to, from, key, where);
	box6(to, from, key, where);
	box4(to, from, key, where);
	box2(to, from, key, where);
	box3(to, from, key, where);
	box1(to, from, key, where);
	box5(to, from, key, where);
}

/* Between the three, permutations and the halves' last exchange cancel each other out. */
static void cipher(struct room *r, bool decrypt)
{
	vec *to = r->left, *from = r->right;

	for (int k = 0; k < 3; k++) {
		const char *key = (const char *)r->key[decrypt ? 2 - k : k];
		const uint16_t *where = r->where[decrypt != (k == 1)][0];
		vec *t;

		for (int i = 0; i < 16; i++, where += 48) {
			one_round(to, from, key, where);
			t = to;
			to = from;
			from = t;
		}
		t = to;
		to = from;
		from = t;
	}
}

/* Which bits of a half come complemented out of the S-boxes. */
static void find_complements(bool complement[32])
{
	memset(complement, 0, 32 * sizeof *complement);
#define BOX(number) \
	{ \
		enum { box = number - 1 };
#define IN(x, i)
#define LUT(x, a, b, c, f)
#define AND(x, a, b)
#define ANDN(x, a, b)
#define OR(x, a, b)
#define XOR(x, a, b)
#define OUT(o, x)
#define NOT(o, x) complement[place[box][o]] = true;
#define END }
#include "engine/des/bits_circuits.h"
}

/* The key schedule as choices of key bits. A half was written (round + 1) / 2 times before it is
 * read in a round. */
static void prepare(void *scratch)
{
	struct room *r = scratch;
	bool complement[32];
	int shift = 0;

	find_complements(complement);
	for (int i = 0; i < 16; i++) {
		shift += des_shift[i];
		for (int j = 0; j < 48; j++) {
			int c = des_pc2[j] - 1, half = c / 28 * 28;
			int bit = des_pc1[half + (c - half + shift) % 28] - 1;
			int key = bit / 8 * 7 + bit % 8;

			for (int decrypt = 0; decrypt < 2; decrypt++) {
				int round = decrypt ? 15 - i : i;
				bool other = complement[des_e[j] - 1] && (round + 1) / 2 % 2;
				size_t at = (size_t)(2 * key + other) * sizeof(vec);

				r->where[decrypt][round][j] = (uint16_t)at;
			}
		}
	}
}

#endif
