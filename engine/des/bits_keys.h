/* Bitslice: the keys of the lanes, each with its own. Parity bits are left out. */
#ifndef GATEHOUSE_DES_BITS_KEYS_H
#define GATEHOUSE_DES_BITS_KEYS_H

#include "engine/des/bits_turn.h"

#define FEW_RUNS 6 /* up to so many, writing ranges of lanes is faster than turning all keys */

/* Any mix of keys: they are turned as blocks are, in whose place they lie. */
static void keys_of_lanes(struct room *r, unsigned lanes)
{
	vec half[64], z[8];

	for (unsigned l = 0; l < lanes; l++)
		for (unsigned k = 0; k < 3; k++)
			r->block[k][l] = load64(r->of[l]->key[k]);
	for (unsigned k = 0; k < 3; k++) {
		turn_bytes(half, r->in_order[k]);
		for (int b = 0; b < 8; b++) {
			fetch8(z, half + 8 * b, 1);
			turn8(z, false);
			for (int i = 0; i < 7; i++) {
				r->key[k][7 * b + i][0] = z[7 - i];
				r->key[k][7 * b + i][1] = ~z[7 - i];
			}
		}
	}
}

/* The lanes from `from` on, before `to`. */
static void lane_mask(vec *mask, unsigned from, unsigned to)
{
	for (unsigned i = 0; i < WORDS; i++) {
		unsigned low = (from + WORDS - 1 - i) / WORDS, high = (to + WORDS - 1 - i) / WORDS;
		uint64_t below = low < 64 ? ((uint64_t)1 << low) - 1 : ~(uint64_t)0;

		(*mask)[i] = (high < 64 ? ((uint64_t)1 << high) - 1 : ~(uint64_t)0) & ~below;
	}
}

/* Of the key in the lanes of `mask`, all bits: each in turn becomes the sign of all elements. */
static void key_into(struct room *r, const struct des_key *key, const vec *mask, bool first,
    bool last)
{
	const uint8_t *from = key->key[0];
	vec(*to)[2] = r->key[0];

	for (; from < key->key[0] + sizeof key->key; from++, to += 7) {
		vec32 byte = (vec32){0} + (int32_t)((uint32_t)*from << 24);

#pragma GCC unroll 7
		for (int i = 0; i < 7; i++) {
			vec set = (vec)(byte < 0) & *mask;

			if (!first)
				set |= to[i][0];
			to[i][0] = set;
			if (last)
				to[i][1] = ~set;
			byte <<= 1;
		}
	}
}

/* Runs of lanes, which have few keys between them. */
static void keys_of_ranges(struct room *r)
{
	unsigned at = 0;
	vec mask;

	for (unsigned i = 0; i < r->runs; i++) {
		unsigned from = at;

		at += r->run[i].n;
		while (i + 1 < r->runs && r->run[i + 1].key == r->run[i].key)
			at += r->run[++i].n;
		lane_mask(&mask, from, at);
		key_into(r, r->run[i].key, &mask, from == 0, i + 1 == r->runs);
	}
}

static void keys_of_runs(struct room *r)
{
	unsigned keys = 1, at = 0;

	for (unsigned i = 1; i < r->runs; i++)
		keys += r->run[i].key != r->run[i - 1].key;
	if (keys == 1 && r->held == r->run[0].key)
		return;
	r->held = NULL;
	if (keys > FEW_RUNS) {
		for (unsigned i = 0; i < r->runs; at += r->run[i++].n)
			for (unsigned k = 0; k < r->run[i].n; k++)
				r->of[at + k] = r->run[i].key;
		keys_of_lanes(r, at);
		return;
	}
	keys_of_ranges(r);
	if (keys == 1)
		r->held = r->run[0].key;
}

#endif
