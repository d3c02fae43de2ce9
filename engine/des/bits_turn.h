/*
 * Bitslice: blocks into registers of bits and back. Words and bits of a 64 by
 * 64 matrix change places in six steps, each by another bit of their numbers;
 * three of them at a time in eight registers.
 */
#ifndef GATEHOUSE_DES_BITS_TURN_H
#define GATEHOUSE_DES_BITS_TURN_H

#include "engine/des/bits.h"

/* `shift` bits up in the one for as many registers up: they change places. */
static inline __attribute__((always_inline)) void exchange(
    vec *low, vec *high, int shift, uint64_t mask)
{
	vec t = ((*low >> shift) ^ *high) & mask;

	*high ^= t;
	*low ^= t << shift;
}

/* Three steps: bits 32, 16 and 8, or 4, 2 and 1. */
static inline __attribute__((always_inline)) void turn8(vec z[8], bool bytes)
{
	uint64_t four = bytes ? 0x00000000ffffffff : 0x0f0f0f0f0f0f0f0f;
	uint64_t two = bytes ? 0x0000ffff0000ffff : 0x3333333333333333;
	uint64_t one = bytes ? 0x00ff00ff00ff00ff : 0x5555555555555555;
	int unit = bytes ? 8 : 1;

#pragma GCC unroll 4
	for (int i = 0; i < 4; i++)
		exchange(&z[i], &z[i + 4], 4 * unit, four);
#pragma GCC unroll 4
	for (int i = 0; i < 4; i++)
		exchange(&z[i + (i & 2)], &z[i + (i & 2) + 2], 2 * unit, two);
#pragma GCC unroll 4
	for (int i = 0; i < 4; i++)
		exchange(&z[2 * i], &z[2 * i + 1], unit, one);
}

/* Eight registers a time, which are `stride` apart. */
static inline __attribute__((always_inline)) void fetch8(vec z[8], const vec *from, int stride)
{
#pragma GCC unroll 8
	for (int i = 0; i < 8; i++)
		z[i] = from[i * stride];
}

static inline __attribute__((always_inline)) void put8(vec *to, const vec z[8], int stride)
{
#pragma GCC unroll 8
	for (int i = 0; i < 8; i++)
		to[i * stride] = z[i];
}

/* The first half of the way in, and the second of the way out. */
static void turn_bytes(vec to[64], const vec from[64])
{
	vec z[8];

	for (int i = 0; i < 8; i++) {
		fetch8(z, from + i, 8);
		turn8(z, true);
		put8(to + i, z, 8);
	}
}

/*
 * The initial permutation is a choice of names: of byte b, counted from 0, the bits 6, 4, 2, 0
 * are bit 7 - b of the four bytes of the left half, 7, 5, 3, 1 of the right one. Of a block that
 * was enciphered the halves have changed places, which is where CBC finds it.
 */
static void blocks_in(struct room *r, const vec from[64], bool chain)
{
	vec half[64], z[8];

	turn_bytes(half, from);
	for (int b = 0; b < 8; b++) {
		fetch8(z, half + 8 * b, 1);
		turn8(z, false);
#pragma GCC unroll 4
		for (int i = 0; i < 4; i++) {
			vec *left = &r->left[8 * i + 7 - b], *right = &r->right[8 * i + 7 - b];

			if (chain) {
				z[6 - 2 * i] ^= *right;
				z[7 - 2 * i] ^= *left;
			}
			*left = z[6 - 2 * i];
			*right = z[7 - 2 * i];
		}
	}
}

static void blocks_out(const struct room *r, vec to[64])
{
	vec half[64], z[8];

	for (int b = 0; b < 8; b++) {
#pragma GCC unroll 4
		for (int i = 0; i < 4; i++) {
			z[6 - 2 * i] = r->right[8 * i + 7 - b];
			z[7 - 2 * i] = r->left[8 * i + 7 - b];
		}
		turn8(z, false);
		put8(half + 8 * b, z, 1);
	}
	turn_bytes(to, half);
}

#endif
