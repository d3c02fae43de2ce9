/*
 * The comb; see comb.h. An exponent's bits are laid out in TEETH rows of BLOCKS * width columns:
 *
 *     bit number        5*4w ... 4*4w ... 3*4w ... 2*4w ... 4w ...  0        (w = width)
 *     column 0 takes       |        |        |        |      |      |        one bit of each row
 *
 * What a column contributes is one of 2^TEETH products, known beforehand. A block is `width`
 * neighbouring columns, which share the squarings with those of the other blocks; each has its
 * products in a table. So a power is `width` - 1 squarings and BLOCKS * width multiplications: for
 * 192 bits 7 and 32, where the usual window of four bits takes 192 and 62.
 *
 * Constant time: the columns are taken in the same order whatever the secret is, each reads its
 * block's whole table and keeps the wanted product by masks, and each multiplies, also by the
 * product of no bits. That one would be 1, which in Montgomery form is a short number with the
 * primes of RFC 2409 and 3526 (their upper 64 bits are ones), and the library multiplies and reads
 * short numbers in another way. Therefore all products of a block have a factor in common, and
 * it is chosen such that none of them begins with a zero byte; one multiplication by its inverse,
 * which also leaves the Montgomery form, takes it out of the result. What the library does with a
 * product of two full numbers, whether it is by chance 64 bits shorter, happens once in 2^64.
 */
#include "engine/crypto/comb.h"

#include <openssl/crypto.h>
#include <stdlib.h>

#define TEETH 6
#define BLOCKS 4
#define PRODUCTS (1u << TEETH)
#define LEN_MAX 512 /* bytes of a modulus, a multiple of 32 */

/* Two words that are masked at a time, which every processor of 64 bits can. */
typedef uint64_t pair __attribute__((vector_size(16)));

struct comb {
	BN_MONT_CTX *mont; /* not owned */
	BIGNUM *undo;      /* the inverse of all common factors, not in Montgomery form */
	unsigned bytes;    /* of an exponent */
	unsigned width;    /* columns of a block */
	unsigned len;      /* bytes of the modulus */
	/* Least significant byte first; `len` bytes a product, PRODUCTS of them a block. */
	pair table[];
};

static size_t table_size(unsigned len)
{
	return (size_t)BLOCKS * PRODUCTS * len;
}

static pair *block_of(const struct comb *c, unsigned block)
{
	return (pair *)c->table + (size_t)block * PRODUCTS * (c->len / sizeof(pair));
}

/* ---- making -------------------------------------------------------------------------- */

struct making {
	struct comb *c;
	BN_CTX *ctx;
	BIGNUM *bit[TEETH * BLOCKS]; /* base^2^(width * i): what the lowest column of block b takes
	                              * of row t is number BLOCKS * t + b */
	BIGNUM *product[PRODUCTS];
	BIGNUM *factor; /* of the block at hand */
};

static bool times(const struct making *m, BIGNUM *to, const BIGNUM *a, const BIGNUM *b)
{
	return BN_mod_mul_montgomery(to, a, b, m->c->mont, m->ctx);
}

static bool squared(const struct making *m, BIGNUM *x, unsigned n)
{
	while (n-- > 0)
		if (!times(m, x, x, x))
			return false;
	return true;
}

/* True, and `*full` tells whether none of them is short. */
static bool products(struct making *m, unsigned block, bool *full)
{
	*full = true;
	if (!BN_copy(m->product[0], m->factor))
		return false;
	for (unsigned i = 0; i < PRODUCTS; i++) {
		unsigned row = 0;

		while (i >> row > 1)
			row++;
		if (i && !times(m, m->product[i], m->product[i ^ 1u << row],
		             m->bit[BLOCKS * row + block]))
			return false;
		if (BN_num_bytes(m->product[i]) < (int)m->c->len)
			*full = false;
	}
	return true;
}

static bool block_make(struct making *m, unsigned block)
{
	uint8_t *to = (uint8_t *)block_of(m->c, block);
	bool full;

	do
		if (!squared(m, m->factor, 1) || !products(m, block, &full))
			return false;
	while (!full);
	for (unsigned i = 0; i < PRODUCTS; i++)
		if (BN_bn2lebinpad(m->product[i], to + (size_t)i * m->c->len, (int)m->c->len) < 0)
			return false;
	return true;
}

/* Each of a block's columns has the block's factor in it and is squared as often as its number
 * says: altogether factor^(2^width - 1). */
static bool undo_make(struct making *m, BIGNUM *factors, const BIGNUM *p)
{
	BIGNUM *x = BN_CTX_get(m->ctx);

	return x && BN_copy(x, factors) && squared(m, x, m->c->width) &&
	    BN_mod_inverse(x, x, p, m->ctx) && /* factor^-(2^width) / R, as x was times R */
	    BN_to_montgomery(x, x, m->c->mont, m->ctx) &&
	    BN_to_montgomery(x, x, m->c->mont, m->ctx) && times(m, x, x, factors) &&
	    BN_from_montgomery(m->c->undo, x, m->c->mont, m->ctx);
}

static bool make(struct making *m, unsigned base, const BIGNUM *p)
{
	BIGNUM *x = BN_CTX_get(m->ctx), *factors = BN_CTX_get(m->ctx);

	m->factor = BN_CTX_get(m->ctx);
	for (unsigned i = 0; i < TEETH * BLOCKS; i++)
		m->bit[i] = BN_CTX_get(m->ctx);
	for (unsigned i = 0; i < PRODUCTS; i++)
		m->product[i] = BN_CTX_get(m->ctx);
	if (!m->product[PRODUCTS - 1] || !BN_set_word(x, base) ||
	    !BN_to_montgomery(x, x, m->c->mont, m->ctx) || !BN_one(factors) ||
	    !BN_to_montgomery(factors, factors, m->c->mont, m->ctx))
		return false;
	for (unsigned i = 0; i < TEETH * BLOCKS; i++)
		if (!BN_copy(m->bit[i], x) || !squared(m, x, m->c->width))
			return false;
	/* Behind the highest bit x is a number like any other: the first factor to be tried. */
	if (!BN_copy(m->factor, x))
		return false;
	for (unsigned block = 0; block < BLOCKS; block++)
		if (!block_make(m, block) || !times(m, factors, factors, m->factor))
			return false;
	return undo_make(m, factors, p);
}

struct comb *comb_create(unsigned base, const BIGNUM *p, BN_MONT_CTX *mont, unsigned bytes)
{
	unsigned len = (unsigned)BN_num_bytes(p), rows = TEETH * BLOCKS;
	struct making m = {.ctx = BN_CTX_new()};
	bool ok = false;

	if (posix_memalign((void **)&m.c, 64, sizeof *m.c + table_size(len)))
		m.c = NULL;
	if (m.c && m.ctx) {
		*m.c = (struct comb){.mont = mont, .undo = BN_new(), .bytes = bytes,
		    .width = (bytes * 8 + rows - 1) / rows, .len = len};
		BN_CTX_start(m.ctx);
		ok = m.c->undo && make(&m, base, p);
		BN_CTX_end(m.ctx);
	}
	BN_CTX_free(m.ctx);
	if (ok)
		return m.c;
	comb_destroy(m.c);
	return NULL;
}

void comb_destroy(struct comb *c)
{
	if (c)
		BN_free(c->undo);
	free(c);
}

/* ---- using --------------------------------------------------------------------------- */

static uint64_t bit_of(const struct comb *c, const uint8_t *exponent, unsigned i)
{
	return i < c->bytes * 8 ? (uint64_t)exponent[c->bytes - 1 - i / 8] >> i % 8 & 1 : 0;
}

/* The product that column `column` of `block` asks for, without telling which. */
static bool pick(const struct comb *c, const uint8_t *exponent, unsigned block, unsigned column,
    BIGNUM *to)
{
	size_t pairs = c->len / sizeof(pair);
	uint64_t wanted = 0, mask[PRODUCTS];
	pair found[LEN_MAX / sizeof(pair)], *at = found;
	bool ok;

	for (unsigned row = 0; row < TEETH; row++)
		wanted |= bit_of(c, exponent, (row * BLOCKS + block) * c->width + column) << row;
	for (unsigned i = 0; i < PRODUCTS; i++)
		mask[i] = -(((i ^ wanted) - 1) >> 63);
	for (size_t k = 0; k < pairs; k += 2) { /* 32 bytes of every product */
		const pair *p = block_of(c, block) + k;
		pair first = {0}, second = {0};

		for (unsigned i = 0; i < PRODUCTS; i++, p += pairs) {
			pair keep = {mask[i], mask[i]};

			first |= p[0] & keep;
			second |= p[1] & keep;
		}
		*at++ = first;
		*at++ = second;
	}
	ok = BN_lebin2bn((const uint8_t *)found, (int)c->len, to) != NULL;
	OPENSSL_cleanse(found, c->len);
	OPENSSL_cleanse(mask, sizeof mask);
	OPENSSL_cleanse(&wanted, sizeof wanted);
	return ok;
}

bool comb_power(const struct comb *c, const uint8_t *exponent, uint8_t *out, BN_CTX *ctx)
{
	BIGNUM *sum = BN_CTX_get(ctx), *x = BN_CTX_get(ctx);
	bool ok = x != NULL;

	for (unsigned column = c->width; ok && column-- > 0;)
		for (unsigned block = 0; ok && block < BLOCKS; block++) {
			bool first = column == c->width - 1 && block == 0;

			ok = (block > 0 || first ||
			         BN_mod_mul_montgomery(sum, sum, sum, c->mont, ctx)) &&
			    pick(c, exponent, block, column, first ? sum : x) &&
			    (first || BN_mod_mul_montgomery(sum, sum, x, c->mont, ctx));
		}
	return ok && BN_mod_mul_montgomery(sum, sum, c->undo, c->mont, ctx) &&
	    BN_bn2binpad(sum, out, (int)c->len) == (int)c->len;
}
