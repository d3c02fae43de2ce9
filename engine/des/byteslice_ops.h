/*
 * What the byte slice needs of vector registers beyond C's own operators, at one width: whoever
 * includes it has said BYTESLICE_LANES, and BYTESLICE_TARGET, without which it is plain C that
 * runs everywhere, slowly, for tests.
 */
#ifndef GATEHOUSE_BYTESLICE_OPS_H
#define GATEHOUSE_BYTESLICE_OPS_H

#include <stdint.h>

#include "engine/des/byteslice_tables.h"

typedef uint8_t vec __attribute__((vector_size(BYTESLICE_LANES)));
typedef int8_t svec __attribute__((vector_size(BYTESLICE_LANES)));
typedef uint16_t vec16 __attribute__((vector_size(BYTESLICE_LANES)));

#ifdef BYTESLICE_TARGET
#include <immintrin.h>
#define FLAT __attribute__((target(BYTESLICE_TARGET)))
#define INLINE static inline __attribute__((always_inline, target(BYTESLICE_TARGET)))
#else
#define FLAT
#define INLINE static inline __attribute__((always_inline))
#endif

#define AT(p) (*(const vec *)(const void *)(p))
#define ALL(byte) ((vec){0} + (uint8_t)(byte))

/* Where colours 4 and 5 begin: for a look-up by quarters, where vpshufb and vpblendvb look. */
#if BYTESLICE_LANES == 64
#define HIGH 4
#else
#define HIGH 6
#endif
/* A set of colours as bits of a byte. */
#define COLOURS(set) (((set) & 15) | ((set) >> 4) << HIGH)
#define COLOUR(number) (1 << ((number) < 4 ? (number) : (number) - 4 + HIGH))

#if !defined BYTESLICE_TARGET

/* vpshufb, vpunpcklbw and vpunpckhbw, vpermb as the manual has them, byte by byte. */
INLINE vec lookup(vec table, vec index)
{
	vec r = {0};

	for (unsigned i = 0; i < BYTESLICE_LANES; i++)
		r[i] = index[i] & 128 ? 0 : table[(i & ~15u) + (index[i] & 15)];
	return r;
}

INLINE vec interleave(vec a, vec b, unsigned from)
{
	vec r = {0};

	for (unsigned i = 0; i < BYTESLICE_LANES; i++)
		r[i] = (i % 2 ? b : a)[(i & ~15u) + from + i % 16 / 2];
	return r;
}
#define LOW(a, b) interleave(a, b, 0)
#define UP(a, b) interleave(a, b, 8)

#if BYTESLICE_LANES == 64
INLINE vec box(const struct byteslice_tables *t, unsigned number, vec x)
{
	vec r = {0};

	for (unsigned i = 0; i < 64; i++)
		r[i] = t->box[number][x[i] & 63];
	return r;
}
#else
INLINE vec choose(vec a, vec b, vec top)
{
	vec up = (vec)((svec)top < 0);

	return (a & ~up) | (b & up);
}
#endif

#elif BYTESLICE_LANES == 64

#define lookup(table, index) ((vec)_mm512_shuffle_epi8((__m512i)(table), (__m512i)(index)))
#define LOW(a, b) ((vec)_mm512_unpacklo_epi8((__m512i)(a), (__m512i)(b)))
#define UP(a, b) ((vec)_mm512_unpackhi_epi8((__m512i)(a), (__m512i)(b)))
#define box(t, number, x) \
	((vec)_mm512_permutexvar_epi8((__m512i)(x), (__m512i)AT((t)->box[number])))

#elif BYTESLICE_LANES == 32

#define lookup(table, index) ((vec)_mm256_shuffle_epi8((__m256i)(table), (__m256i)(index)))
#define LOW(a, b) ((vec)_mm256_unpacklo_epi8((__m256i)(a), (__m256i)(b)))
#define UP(a, b) ((vec)_mm256_unpackhi_epi8((__m256i)(a), (__m256i)(b)))
#define choose(a, b, top) ((vec)_mm256_blendv_epi8((__m256i)(a), (__m256i)(b), (__m256i)(top)))

#else

#define lookup(table, index) ((vec)_mm_shuffle_epi8((__m128i)(table), (__m128i)(index)))
#define LOW(a, b) ((vec)_mm_unpacklo_epi8((__m128i)(a), (__m128i)(b)))
#define UP(a, b) ((vec)_mm_unpackhi_epi8((__m128i)(a), (__m128i)(b)))
#define choose(a, b, top) ((vec)_mm_blendv_epi8((__m128i)(a), (__m128i)(b), (__m128i)(top)))

#endif

/*
 * Four tables of 16 entries are one of 64. vpshufb gives 0 where the top bit, colour 5, is set:
 * two look-ups, of which one sees it inverted, are a choice by that; colour 4 chooses last.
 */
#define BY_QUARTERS(row, x) \
	choose(lookup(AT((row)[0]), x) | lookup(AT((row)[2]), (x) ^ ALL(128)), \
	    lookup(AT((row)[1]), x) | lookup(AT((row)[3]), (x) ^ ALL(128)), (x) + (x))
#if BYTESLICE_LANES != 64
INLINE vec box(const struct byteslice_tables *t, unsigned number, vec x)
{
	return BY_QUARTERS(t->quarter[number], x);
}
#endif

/* Those bits of all bytes that are zero where they are shifted to. */
#define SHR(x, n) ((vec)((vec16)(x) >> (n)))
#define SHL(x, n) ((vec)((vec16)(x) << (n)))

#endif
