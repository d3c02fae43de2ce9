/*
 * Diffie-Hellman; see dh.h. A MODP exponent is short, at least twice the
 * group's strength in bits (RFC 3526 8), and used once; therefore the peer's
 * value needs no more than the range check 2 <= y <= p-2, which saves the
 * full-width exponentiation of the library's own check. Our own value is a power
 * of 2, for which there are tables (comb.c), of 32 KB with group 2 and 128 KB
 * with group 16. A curve's order is prime, so that being on it is all a point
 * has to prove.
 */
#include "engine/crypto/dh.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/crypto/internal.h"

struct row {
	struct dh_group g;
	BIGNUM *(*prime)(BIGNUM *);
	int curve; /* NID, 0 = MODP */
};

/* A curve's secret is 64 bits longer than its order, so that the remainder is not biased. */
static const struct row table[DH_GROUPS] = {
	/* number secret public shared   prime                        curve */
	{{1,      24,    96,    96},     BN_get_rfc2409_prime_768,    0},
	{{2,      24,    128,   128},    BN_get_rfc2409_prime_1024,   0},
	{{5,      28,    192,   192},    BN_get_rfc3526_prime_1536,   0},
	{{14,     28,    256,   256},    BN_get_rfc3526_prime_2048,   0},
	{{15,     40,    384,   384},    BN_get_rfc3526_prime_3072,   0},
	{{16,     48,    512,   512},    BN_get_rfc3526_prime_4096,   0},
	{{19,     40,    64,    32},     NULL,                        NID_X9_62_prime256v1},
	{{20,     56,    96,    48},     NULL,                        NID_secp384r1},
	{{21,     74,    132,   66},     NULL,                        NID_secp521r1},
};

const struct dh_group *dh_group_find(uint64_t number)
{
	for (size_t i = 0; i < DH_GROUPS; i++)
		if (table[i].g.number == number)
			return &table[i].g;
	return NULL;
}

const struct dh_group *dh_group_at(size_t n)
{
	return &table[n].g;
}

size_t dh_group_place(const struct dh_group *g)
{
	size_t i = 0;

	while (table[i].g.number != g->number)
		i++;
	return i;
}

bool dh_setup(struct crypto *c)
{
	BN_CTX *ctx = BN_CTX_new();
	bool ok;

	c->dh = calloc(DH_GROUPS, sizeof *c->dh);
	ok = ctx && c->dh;
	for (size_t i = 0; ok && i < DH_GROUPS; i++) {
		struct dh_params *d = &c->dh[i];

		if (table[i].curve) {
			d->curve = EC_GROUP_new_by_curve_name_ex(c->lib, NULL, table[i].curve);
			ok = d->curve != NULL;
			continue;
		}
		d->p = table[i].prime(NULL);
		d->mont = BN_MONT_CTX_new();
		ok = d->p && d->mont && BN_MONT_CTX_set(d->mont, d->p, ctx);
	}
	BN_CTX_free(ctx);
	return ok;
}

void dh_teardown(struct crypto *c)
{
	for (size_t i = 0; c->dh && i < DH_GROUPS; i++) {
		comb_destroy(c->dh[i].powers);
		BN_free(c->dh[i].p);
		BN_MONT_CTX_free(c->dh[i].mont);
		EC_GROUP_free(c->dh[i].curve);
	}
	free(c->dh);
}

static bool modp_shared(const struct row *row, struct dh_params *d, const uint8_t *secret,
    const uint8_t *peer, uint8_t *out, BN_CTX *ctx)
{
	BIGNUM *y = BN_CTX_get(ctx), *top = BN_CTX_get(ctx), *x = BN_CTX_get(ctx);

	if (!x || !BN_bin2bn(peer, row->g.public_len, y) || !BN_copy(top, d->p) ||
	    !BN_sub_word(top, 1))
		return false;
	if (BN_is_zero(y) || BN_is_one(y) || BN_cmp(y, top) >= 0)
		return false;
	if (!BN_bin2bn(secret, row->g.secret_len, x) || !BN_set_bit(x, row->g.secret_len * 8 - 1))
		return false;
	BN_set_flags(x, BN_FLG_CONSTTIME);
	return BN_mod_exp_mont_consttime(y, y, x, d->p, ctx, d->mont) &&
	    BN_bn2binpad(y, out, row->g.public_len) == row->g.public_len;
}

/* The group's powers of 2, made by whoever needs them first; of two at a time one's are kept. */
static const struct comb *modp_powers(const struct row *row, struct dh_params *d)
{
	struct comb *powers = atomic_load(&d->powers), *made;

	if (powers)
		return powers;
	made = comb_create(2, d->p, d->mont, row->g.secret_len);
	if (made && atomic_compare_exchange_strong(&d->powers, &powers, made))
		return made;
	comb_destroy(made);
	return powers;
}

static bool modp_public(const struct row *row, struct dh_params *d, const uint8_t *secret,
    uint8_t *out, BN_CTX *ctx)
{
	const struct comb *powers = modp_powers(row, d);
	uint8_t x[DH_SECRET_MAX];
	bool ok;

	memcpy(x, secret, row->g.secret_len);
	x[0] |= 0x80;
	ok = powers && comb_power(powers, x, out, ctx);
	OPENSSL_cleanse(x, sizeof x);
	return ok;
}

/* secret mod (order - 1) + 1: never zero, never the order. */
static BIGNUM *curve_scalar(const struct row *row, const struct dh_params *d,
    const uint8_t *secret, BN_CTX *ctx)
{
	BIGNUM *k = BN_CTX_get(ctx), *n = BN_CTX_get(ctx);

	if (!n || !BN_bin2bn(secret, row->g.secret_len, k) ||
	    !EC_GROUP_get_order(d->curve, n, ctx) || !BN_sub_word(n, 1) ||
	    !BN_mod(k, k, n, ctx) || !BN_add_word(k, 1))
		return NULL;
	BN_set_flags(k, BN_FLG_CONSTTIME);
	return k;
}

static bool point_write(const struct row *row, const struct dh_params *d, const EC_POINT *pt,
    bool with_y, uint8_t *out, BN_CTX *ctx)
{
	BIGNUM *x = BN_CTX_get(ctx), *y = BN_CTX_get(ctx);
	int half = row->g.shared_len;

	return y && EC_POINT_get_affine_coordinates(d->curve, pt, x, y, ctx) &&
	    BN_bn2binpad(x, out, half) == half &&
	    (!with_y || BN_bn2binpad(y, out + half, half) == half);
}

static bool curve_public(const struct row *row, struct dh_params *d, const uint8_t *secret,
    uint8_t *out, BN_CTX *ctx)
{
	BIGNUM *k = curve_scalar(row, d, secret, ctx);
	EC_POINT *pt = EC_POINT_new(d->curve);
	bool ok = k && pt && EC_POINT_mul(d->curve, pt, k, NULL, NULL, ctx) &&
	    point_write(row, d, pt, true, out, ctx);

	EC_POINT_clear_free(pt);
	return ok;
}

static bool curve_shared(const struct row *row, struct dh_params *d, const uint8_t *secret,
    const uint8_t *peer, uint8_t *out, BN_CTX *ctx)
{
	BIGNUM *k = curve_scalar(row, d, secret, ctx);
	BIGNUM *x = BN_CTX_get(ctx), *y = BN_CTX_get(ctx);
	EC_POINT *pt = EC_POINT_new(d->curve);
	int half = row->g.shared_len;
	bool ok;

	/* Setting the coordinates checks the curve's equation. */
	ok = k && y && pt && BN_bin2bn(peer, half, x) && BN_bin2bn(peer + half, half, y) &&
	    EC_POINT_set_affine_coordinates(d->curve, pt, x, y, ctx) &&
	    EC_POINT_mul(d->curve, pt, NULL, pt, k, ctx) &&
	    !EC_POINT_is_at_infinity(d->curve, pt) && point_write(row, d, pt, false, out, ctx);
	EC_POINT_clear_free(pt);
	return ok;
}

bool dh_public(const struct crypto *c, const struct dh_group *g, const uint8_t *secret,
    uint8_t *public_value)
{
	size_t i = dh_group_place(g);
	BN_CTX *ctx = BN_CTX_secure_new();
	bool ok = false;

	if (ctx) {
		BN_CTX_start(ctx);
		ok = (table[i].curve ? curve_public : modp_public)(&table[i], &c->dh[i], secret,
		    public_value, ctx);
		BN_CTX_end(ctx);
	}
	BN_CTX_free(ctx);
	if (!ok)
		memset(public_value, 0, g->public_len);
	return ok;
}

bool dh_shared(const struct crypto *c, const struct dh_group *g, const uint8_t *secret,
    const uint8_t *peer_value, uint8_t *shared)
{
	size_t i = dh_group_place(g);
	BN_CTX *ctx = BN_CTX_secure_new();
	bool ok = false;

	if (ctx) {
		BN_CTX_start(ctx);
		ok = (table[i].curve ? curve_shared : modp_shared)(&table[i], &c->dh[i], secret,
		    peer_value, shared, ctx);
		BN_CTX_end(ctx);
	}
	BN_CTX_free(ctx);
	if (!ok)
		memset(shared, 0, g->shared_len);
	return ok;
}
