/*
 * The byte slice at one width (byteslice_ops.h): a register holds the same window of one packet or
 * block in each byte. Each file that includes it makes one `struct byteslice_width` of it.
 *
 * The state: eight windows of the left half, eight of the right, as rounds leave them.
 */
#ifndef GATEHOUSE_BYTESLICE_BODY_H
#define GATEHOUSE_BYTESLICE_BODY_H

#include "engine/des/byteslice.h"
#include "engine/des/byteslice_ops.h"
#include "engine/des/des_tables.h"

#define EACH_8(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)

/* ---- blocks in lanes <-> a byte of each block in a register ----------------------- */

/* LANES words of eight bytes are eight registers; byte n of all words is register n afterwards, in
 * an order of lanes that is the same for blocks and keys. Done twice it is undone. */
INLINE void transpose(vec z[8])
{
	vec y[8];

#define SORT(i) z[i] = lookup(z[i], AT(sorted));
	static const _Alignas(64) uint8_t sorted[64] = {
#define ROW 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15
	    ROW, ROW, ROW, ROW
#undef ROW
	};
	EACH_8(SORT)
#undef SORT
#define BY_4(i) y[i] = LOW(z[i], z[i + 4]), y[i + 4] = UP(z[i], z[i + 4]);
	BY_4(0) BY_4(1) BY_4(2) BY_4(3)
#undef BY_4
#define BY_2(i) z[i] = LOW(y[i], y[i + 2]), z[i + 2] = UP(y[i], y[i + 2]);
	BY_2(0) BY_2(1) BY_2(4) BY_2(5)
#undef BY_2
#define BY_1(i) y[i] = LOW(z[i], z[i + 1]), y[i + 1] = UP(z[i], z[i + 1]);
	BY_1(0) BY_1(2) BY_1(4) BY_1(6)
#undef BY_1
#define COPY(i) z[i] = y[i];
	EACH_8(COPY)
#undef COPY
}

INLINE void swap_bits(vec *a, vec *b, unsigned n, uint8_t mask)
{
	vec d = (SHR(*a, n) ^ *b) & ALL(mask);

	*b ^= d;
	*a ^= SHL(d, n);
}

/* An 8 x 8 transpose of the bits in each byte column: what IP is at heart, and its own inverse. */
INLINE void transpose_bits(vec z[8])
{
	swap_bits(&z[0], &z[4], 4, 0x0f);
	swap_bits(&z[1], &z[5], 4, 0x0f);
	swap_bits(&z[2], &z[6], 4, 0x0f);
	swap_bits(&z[3], &z[7], 4, 0x0f);
	swap_bits(&z[0], &z[2], 2, 0x33);
	swap_bits(&z[1], &z[3], 2, 0x33);
	swap_bits(&z[4], &z[6], 2, 0x33);
	swap_bits(&z[5], &z[7], 2, 0x33);
	swap_bits(&z[0], &z[1], 1, 0x55);
	swap_bits(&z[2], &z[3], 1, 0x55);
	swap_bits(&z[4], &z[5], 1, 0x55);
	swap_bits(&z[6], &z[7], 1, 0x55);
}

/* ---- a half of four bytes <-> its eight windows ----------------------------------- */

INLINE void windows(const struct byteslice_tables *t, const vec byte[4], vec w[8])
{
	vec n[8];

#define SPLIT(i) \
	n[2 * (i)] = SHR(byte[i], 4) & ALL(15); \
	n[2 * (i) + 1] = byte[i] & ALL(15);
	SPLIT(0) SPLIT(1) SPLIT(2) SPLIT(3)
#undef SPLIT
#define WINDOW(i) \
	w[i] = lookup(AT(t->in[i][0]), n[i]) ^ lookup(AT(t->in[i][1]), n[((i) + 7) % 8]) ^ \
	    lookup(AT(t->in[i][2]), n[((i) + 1) % 8]);
	EACH_8(WINDOW)
#undef WINDOW
}

INLINE void blocks_in(const struct byteslice_tables *t, const uint64_t *block, vec left[8],
    vec right[8])
{
	vec z[8];

#define LOAD(i) z[i] = AT(block + (i)*BYTESLICE_LANES / 8);
	EACH_8(LOAD)
#undef LOAD
	transpose(z);
	transpose_bits(z);
	windows(t, (const vec[4]){z[6], z[4], z[2], z[0]}, left);
	windows(t, (const vec[4]){z[7], z[5], z[3], z[1]}, right);
}

/* Two windows make a byte. */
#define FROM(w, i) \
	(lookup(AT(t->out[i][0]), (w)[i] & ALL(15)) ^ \
	    lookup(AT(t->out[i][1]), SHR((w)[i], HIGH) & ALL(3)))
#define BYTE(w, i) (FROM(w, 2 * (i)) ^ FROM(w, 2 * (i) + 1))

/* The last round's halves are not swapped: what stands in the right one comes first. */
INLINE void blocks_out(const struct byteslice_tables *t, const vec left[8], const vec right[8],
    uint64_t *block)
{
	vec z[8];

#define MAKE(i) \
	z[6 - 2 * (i)] = BYTE(right, i); \
	z[7 - 2 * (i)] = BYTE(left, i);
	MAKE(0) MAKE(1) MAKE(2) MAKE(3)
#undef MAKE
	transpose_bits(z);
	transpose(z);
#define STORE(i) *(vec *)(void *)(block + (i)*BYTESLICE_LANES / 8) = z[i];
	EACH_8(STORE)
#undef STORE
}

/* ---- keys ------------------------------------------------------------------------- */

/* A byte of ones or zeros for each bit of a half of the key, in every lane, and once more, so that
 * a shifted half is the 28 from there on. */
INLINE void key_bits(const struct byteslice_tables *t, const uint64_t *key, vec bit[2][56])
{
	vec z[8], shifted[8][8];

#define LOAD(i) z[i] = AT(key + (i)*BYTESLICE_LANES / 8);
	EACH_8(LOAD)
#undef LOAD
	transpose(z);
	for (unsigned i = 0; i < 8; i++)
		for (unsigned b = 0; b < 8; b++) {
			shifted[i][b] = (vec)((svec)z[i] < 0);
			z[i] += z[i];
		}
	for (unsigned h = 0; h < 2; h++)
		for (unsigned i = 0; i < 28; i++) {
			unsigned from = t->key[h][i];

			bit[h][i] = bit[h][i + 28] = shifted[from / 8][from % 8];
		}
}

/* What is added to the eight windows in a round, out of the shifted halves. */
INLINE void round_key(const vec *c, const vec *d, vec k[8])
{
#define BIT(i, at, colour) (((i) < 4 ? c : d)[at] & ALL(COLOUR(colour)))
#define WINDOW(i, c0, c1, c2, c3, c4, c5) \
	k[i] = (BIT(i, c0, 0) | BIT(i, c1, 1) | BIT(i, c2, 2)) | \
	    (BIT(i, c3, 3) | BIT(i, c4, 4) | BIT(i, c5, 5));
	BYTESLICE_KEY(WINDOW)
#undef WINDOW
#undef BIT
}

/* The first of three keys that are executed, and every second one, deciphers when `decrypt`. */
FLAT static void keys_in(const struct byteslice_tables *t, void *keys, const uint64_t *key,
    bool decrypt)
{
	vec(*k)[8] = keys;

	for (unsigned pass = 0; pass < 3; pass++) {
		bool back = decrypt != (pass == 1);
		unsigned shift = 0;
		vec bit[2][56];

		key_bits(t, key + (decrypt ? 2 - pass : pass) * BYTESLICE_LANES, bit);
		for (unsigned r = 0; r < 16; r++) {
			shift += des_shift[r];
			round_key(bit[0] + shift, bit[1] + shift,
			    k[16 * pass + (back ? 15 - r : r)]);
		}
	}
}

/* ---- rounds ----------------------------------------------------------------------- */

INLINE void swap_colours(vec *a, vec *b, vec set)
{
	vec d = (*a ^ *b) & set;

	*a ^= d;
	*b ^= d;
}

/* `half` is added to what the S-boxes make of `x`, the other half with the round's key; `x` is then
 * that sum with the next round's. */
INLINE void one_round(const struct byteslice_tables *t, vec half[8], vec x[8], const vec next[8])
{
	vec o[8];

#define ENTER(slot, enters, leaves) o[slot] = box(t, enters, x[enters]);
	BYTESLICE_SLOTS(ENTER)
#undef ENTER
#define SWITCH(a, b, set, other) \
	swap_colours(&o[a], &o[b], ALL(COLOURS(set))); \
	swap_colours(&o[(a) + 4], &o[(b) + 4], ALL(COLOURS(other)));
	BYTESLICE_LEVEL_1(SWITCH)
	BYTESLICE_LEVEL_2(SWITCH)
#undef SWITCH
#define SWITCH(a, set) swap_colours(&o[a], &o[(a) + 4], ALL(COLOURS(set)));
	BYTESLICE_LEVEL_3(SWITCH)
#undef SWITCH
#define LEAVE(slot, enters, leaves) \
	half[leaves] ^= o[slot]; \
	x[leaves] = half[leaves] ^ next[leaves];
	BYTESLICE_SLOTS(LEAVE)
#undef LEAVE
}

/* One of the three passes of 3DES: sixteen rounds, left half first. */
INLINE void pass(const struct byteslice_tables *t, vec left[8], vec right[8], const vec k[16][8])
{
	vec x[8];

#define START(i) x[i] = right[i] ^ k[0][i];
	EACH_8(START)
#undef START
	for (unsigned r = 0; r < 16; r += 2) {
		one_round(t, left, x, k[r + 1]);
		one_round(t, right, x, k[(r + 2) % 16]);
	}
}

/* Between two passes the halves are swapped, as IP and its inverse leave them. */
static FLAT __attribute__((noinline)) void rounds(const struct byteslice_tables *t, vec s[16],
    const vec k[DES_ROUNDS][8])
{
	pass(t, s, s + 8, k);
	pass(t, s + 8, s, k + 16);
	pass(t, s, s + 8, k + 32);
}

/* ---- the width -------------------------------------------------------------------- */

/* The IV lies as a block lies when it is done: halves swapped. */
FLAT static void chain_from(const struct byteslice_tables *t, void *state, const uint64_t *iv)
{
	vec *s = state;

	blocks_in(t, iv, s + 8, s);
}

FLAT static void cbc(const struct byteslice_tables *t, void *state, const void *keys,
    uint64_t *block, unsigned blocks)
{
	vec *s = state, left[8], right[8];

	(void)blocks; /* one is all it takes */
	blocks_in(t, block, left, right);
#define CHAIN(i) left[i] ^= s[8 + (i)], right[i] ^= s[i];
	EACH_8(CHAIN)
#undef CHAIN
#define PUT(i) s[i] = left[i], s[8 + (i)] = right[i];
	EACH_8(PUT)
#undef PUT
	rounds(t, s, keys);
	blocks_out(t, s, s + 8, block);
}

FLAT static void ecb(const struct byteslice_tables *t, void *state, const void *keys,
    uint64_t *block)
{
	vec *s = state;

	blocks_in(t, block, s, s + 8);
	rounds(t, s, keys);
	blocks_out(t, s, s + 8, block);
}

static const struct byteslice_width BYTESLICE_WIDTH = {
	.lanes = BYTESLICE_LANES,
	.high = HIGH,
	.blocks = 1,
	.keys = keys_in,
	.chain = chain_from,
	.cbc = cbc,
	.ecb = ecb,
};

/* A technique of a wide width, which has `count` lanes, and a narrow one; `works_here`: des.h. */
#define BYTESLICE_WAY(name, works_here, wide, narrow, count) \
	static void name##_prepare(void *scratch) \
	{ \
		byteslice_tables_init(&((struct byteslice_scratch *)scratch)->tables, HIGH); \
	} \
	static void name##_encrypt(void *scratch, const struct des_job *jobs, size_t n) \
	{ \
		byteslice_encrypt(&wide, &narrow, scratch, jobs, n); \
	} \
	static void name##_decrypt(void *scratch, const struct des_job *jobs, size_t n) \
	{ \
		byteslice_decrypt(&wide, &narrow, scratch, jobs, n); \
	} \
	const struct des_way name = { \
	    .lanes = count, \
	    .works = works_here, \
	    .scratch = BYTESLICE_SCRATCH(BYTESLICE_LANES), \
	    .secret = offsetof(struct byteslice_scratch, state), \
	    .secrets = BYTESLICE_SCRATCH(BYTESLICE_LANES) - \
	        offsetof(struct byteslice_scratch, state), \
	    .prepare = name##_prepare, \
	    .encrypt = name##_encrypt, \
	    .decrypt = name##_decrypt, \
	}

#endif
