/*
 * The bitslice technique, as the files of one width see it: a register holds
 * one bit of all lanes' blocks, and DES is a circuit of logical operations on
 * registers. docs/des.md has the picture. A width's file defines LANES (a
 * multiple of 64), the file of its circuits, and includes bits_run.h.
 *
 * Of the DES_LANES blocks that lie one behind the other, block l is bit l / WORDS of the
 * word l % WORDS in each register: the cheapest order to bring them into.
 */
#ifndef GATEHOUSE_DES_BITS_H
#define GATEHOUSE_DES_BITS_H

#include <string.h>

#include "engine/des/des.h"

#define WORDS (LANES / 64)
typedef uint64_t vec __attribute__((vector_size(LANES / 8), may_alias));

/* The same in 32-bit elements, and four blocks of packets, wherever they stand. */
typedef int32_t vec32 __attribute__((vector_size(LANES / 8), may_alias));
typedef uint64_t quad __attribute__((vector_size(32), aligned(1), may_alias));

#define CHUNK 4 /* blocks of a packet that are fetched at once; three is what keys need */

/* Part of a packet in neighbouring lanes, deciphering. */
struct run {
	const struct des_key *key;
	uint8_t *data;
	uint64_t before; /* the block of cipher text before it, or the IV */
	unsigned n;	 /* blocks */
};

/* What a call works in. */
struct room {
	vec key[3][56][2]; /* the keys' bits without parity, and their complements */
	vec left[32], right[32];
	union {
		vec in_order[CHUNK][64];
		uint64_t block[CHUNK][LANES];
	};
	/* A lane, enciphering: what is left of its packet. */
	const struct des_key *of[LANES];
	uint8_t *data[LANES];
	uint32_t len[LANES];
	uint64_t chain[LANES]; /* to be added to its next block besides the one before */
	struct run run[LANES];
	unsigned runs;
	const struct des_key *held; /* deciphering: whose key is in all lanes, or NULL */
	/* The table; what is in front of it are keys and plain text. By direction, round and input
	 * bit of the S-boxes: where in key[] its bit is, in bytes. */
	uint16_t where[2][16][48];
};

static inline uint64_t load64(const uint8_t *from)
{
	uint64_t v;

	memcpy(&v, from, sizeof v);
	return v;
}

static inline void store64(uint8_t *to, uint64_t v)
{
	memcpy(to, &v, sizeof v);
}

#endif
