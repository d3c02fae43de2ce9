/*
 * The byte slice in registers of AVX2: 32 lanes, and 16 with two S-boxes in each register, which
 * take two thirds of the time.
 */
#define BYTESLICE_LANES 32
#define BYTESLICE_TARGET "avx2"
#define BYTESLICE_WIDTH lanes32
#include "engine/des/byteslice_body.h"

#include <string.h>

/*
 * Of 16 lanes, register n has the window that enters at slot n in its lower half, in its upper one
 * that of slot n + 4. The state: four registers of the left half, four of the right. What goes in
 * and out are registers of 32 lanes for two blocks: the upper half of each is the second one.
 */
#define LOWER(a, b) ((vec)_mm256_permute2x128_si256((__m256i)(a), (__m256i)(b), 0x20))
#define UPPER(a, b) ((vec)_mm256_permute2x128_si256((__m256i)(a), (__m256i)(b), 0x31))
#define SWAPPED(a) ((vec)_mm256_permute2x128_si256((__m256i)(a), (__m256i)(a), 1))
#define IN_HALVES(low, up) \
	((vec)_mm256_set_m128i(_mm_set1_epi8((char)(COLOURS(up))), \
	    _mm_set1_epi8((char)(COLOURS(low)))))

static const uint8_t entered[8] = {
#define ROW(slot, enters, leaves) enters,
    BYTESLICE_SLOTS(ROW)
#undef ROW
};

#define EACH_4(X) X(0) X(1) X(2) X(3)

/* Of eight windows of two blocks each, or of two keys, those of the first and of the second. */
INLINE void part(const vec w[8], vec first[4], vec second[4])
{
#define PART(n) \
	first[n] = LOWER(w[entered[n]], w[entered[(n) + 4]]); \
	second[n] = UPPER(w[entered[n]], w[entered[(n) + 4]]);
	EACH_4(PART)
#undef PART
}

INLINE void join(const vec first[4], const vec second[4], vec w[8])
{
#define JOIN(n) \
	w[entered[n]] = LOWER(first[n], second[n]); \
	w[entered[(n) + 4]] = UPPER(first[n], second[n]);
	EACH_4(JOIN)
#undef JOIN
}

/* ---- keys ------------------------------------------------------------------------- */

/* Two of the three keys side by side; what would be a fourth is thrown away. */
FLAT static void keys_in_halves(const struct byteslice_tables *t, void *keys, const uint64_t *key,
    bool decrypt)
{
	vec(*k)[4] = keys, k8[8], none[4], bit[2][56];

	for (unsigned pass = 0; pass < 3; pass += 2) {
		_Alignas(64) uint64_t both[32];
		unsigned shift = 0;

		for (unsigned l = 0; l < 32; l++) {
			unsigned p = pass + l / 2 % 2;

			both[l] = key[(decrypt ? 2 - p % 3 : p % 3) * 16 + l / 4 * 2 + l % 2];
		}
		key_bits(t, both, bit);
		for (unsigned r = 0; r < 16; r++) {
			unsigned at = decrypt ? 15 - r : r;

			shift += des_shift[r];
			round_key(bit[0] + shift, bit[1] + shift, k8);
			part(k8, k[16 * pass + at], pass ? none : k[16 + 15 - at]);
		}
	}
}

/* ---- rounds ----------------------------------------------------------------------- */

/* These wait for each other more than for the processor: what is chosen is so without a detour. */
INLINE void swap_in_halves(vec *a, vec *b, vec set)
{
	vec first = *a;

	*a = (first & ~set) | (*b & set);
	*b = (*b & ~set) | (first & set);
}

INLINE void one_round_in_halves(const struct byteslice_tables *t, vec half[4], vec x[4],
    const vec next[4])
{
	vec o[4];

#define ENTER(n) o[n] = BY_QUARTERS(t->pair[n], x[n]);
	EACH_4(ENTER)
#undef ENTER
#define SWITCH(a, b, set, other) swap_in_halves(&o[a], &o[b], IN_HALVES(set, other));
	BYTESLICE_LEVEL_1(SWITCH)
	BYTESLICE_LEVEL_2(SWITCH)
#undef SWITCH
#define SWITCH(a, set) \
	o[a] = (o[a] & ~ALL(COLOURS(set))) | (SWAPPED(o[a]) & ALL(COLOURS(set)));
	BYTESLICE_LEVEL_3(SWITCH)
#undef SWITCH
#define LEAVE(a, b) \
	x[b] = half[b] ^ next[b] ^ o[a]; \
	half[b] ^= o[a];
	BYTESLICE_PAIRS(LEAVE)
#undef LEAVE
}

INLINE void pass_in_halves(const struct byteslice_tables *t, vec left[4], vec right[4],
    const vec k[16][4])
{
	vec x[4];

#define START(i) x[i] = right[i] ^ k[0][i];
	EACH_4(START)
#undef START
	for (unsigned r = 0; r < 16; r += 2) {
		one_round_in_halves(t, left, x, k[r + 1]);
		one_round_in_halves(t, right, x, k[(r + 2) % 16]);
	}
}

static FLAT __attribute__((noinline)) void rounds_in_halves(const struct byteslice_tables *t,
    vec s[8], const vec k[DES_ROUNDS][4])
{
	pass_in_halves(t, s, s + 4, k);
	pass_in_halves(t, s + 4, s, k + 16);
	pass_in_halves(t, s, s + 4, k + 32);
}

/* ---- the width -------------------------------------------------------------------- */

INLINE void in_halves(const struct byteslice_tables *t, const uint64_t *block, vec first[8],
    vec second[8])
{
	vec left[8], right[8];

	blocks_in(t, block, left, right);
	part(left, first, second);
	part(right, first + 4, second + 4);
}

INLINE void out_of_halves(const struct byteslice_tables *t, const vec first[8], const vec second[8],
    uint64_t *block)
{
	vec left[8], right[8];

	join(first, second, left);
	join(first + 4, second + 4, right);
	blocks_out(t, left, right, block);
}

FLAT static void chain_in_halves(const struct byteslice_tables *t, void *state, const uint64_t *iv)
{
	vec *s = state, first[8], second[8];

	in_halves(t, iv, first, second);
#define SWAP(i) s[i] = first[4 + (i)], s[4 + (i)] = first[i];
	EACH_4(SWAP)
#undef SWAP
}

FLAT static void cbc_in_halves(const struct byteslice_tables *t, void *state, const void *keys,
    uint64_t *block, unsigned blocks)
{
	vec *s = state, first[8], done[8], plain[2][8];

	in_halves(t, block, plain[0], plain[1]);
	for (unsigned b = 0; b < blocks; b++) {
		memcpy(done, s, sizeof done);
#define CHAIN(i) s[i] = plain[b][i] ^ done[4 + (i)], s[4 + (i)] = plain[b][4 + (i)] ^ done[i];
		EACH_4(CHAIN)
#undef CHAIN
		rounds_in_halves(t, s, keys);
		if (b == 0)
			memcpy(first, s, sizeof first);
	}
	out_of_halves(t, first, s, block);
}

FLAT static void ecb_in_halves(const struct byteslice_tables *t, void *state, const void *keys,
    uint64_t *block)
{
	vec *s = state, second[8];

	in_halves(t, block, s, second);
	rounds_in_halves(t, s, keys);
	out_of_halves(t, s, s, block);
}

static const struct byteslice_width lanes16 = {
	.lanes = 16,
	.high = HIGH,
	.blocks = 2,
	.keys = keys_in_halves,
	.chain = chain_in_halves,
	.cbc = cbc_in_halves,
	.ecb = ecb_in_halves,
};

BYTESLICE_WAY(des_bytes16_avx2, des_avx2, lanes16, lanes16, 16);
BYTESLICE_WAY(des_bytes32, des_avx2, lanes32, lanes16, 32);
