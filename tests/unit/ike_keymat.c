/*
 * Key derivation of RFC 2409, computed a second time here straight from the
 * formulas with the library's one-shot HMAC and plain concatenation, over
 * lengths on both sides of every boundary (key shorter, equal, longer than the
 * prf). Payload codecs: what goes in comes out, what is cut or crooked does not.
 */
#include <check.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/codec.h"
#include "engine/ike/keymat.h"
#include "engine/ike/payload.h"
#include "engine/ike/vendor.h"

static struct crypto *c;

static void setup(void)
{
	c = crypto_create();
	ck_assert_ptr_nonnull(c);
}

static void teardown(void)
{
	crypto_destroy(c);
}

struct text {
	uint8_t b[2048];
	size_t len;
};

static void put(struct text *t, const void *p, size_t len)
{
	memcpy(t->b + t->len, p, len);
	t->len += len;
}

static const EVP_MD *digest_of(enum hash h)
{
	return h == HASH_MD5 ? EVP_md5() : h == HASH_SHA1 ? EVP_sha1() : h == HASH_SHA256 ?
	    EVP_sha256() : h == HASH_SHA384 ? EVP_sha384() : EVP_sha512();
}

static void prf(enum hash h, const void *key, size_t key_len, const struct text *t, uint8_t *out)
{
	unsigned n;

	ck_assert_ptr_nonnull(HMAC(digest_of(h), key, (int)key_len, t->b, t->len, out, &n));
	ck_assert_uint_eq(n, hash_info[h].size);
}

static uint8_t bytes[7][256];
static struct ike_exchanged x;

static void fill(void)
{
	for (size_t k = 0; k < 7; k++)
		for (size_t i = 0; i < 256; i++)
			bytes[k][i] = (uint8_t)(i * 7 + k * 31 + 5);
	x = (struct ike_exchanged){
	    .cky_i = bytes[0],
	    .cky_r = bytes[0] + 8,
	    .gxi = {bytes[1], 128},
	    .gxr = {bytes[2], 128},
	    .gxy = {bytes[3], 128},
	    .ni = {bytes[4], 48},
	    .nr = {bytes[5], 20},
	    .sai = {bytes[6], 208},
	};
}

static const struct {
	enum cipher cipher;
	enum hash hash;
} suites[] = {
	{CIPHER_DES, HASH_MD5},       {CIPHER_3DES, HASH_MD5},    {CIPHER_3DES, HASH_SHA1},
	{CIPHER_AES256, HASH_MD5},    {CIPHER_AES256, HASH_SHA1}, {CIPHER_AES256, HASH_SHA256},
	{CIPHER_AES192, HASH_SHA384}, {CIPHER_AES128, HASH_SHA512},
};
#define N_SUITES ((int)(sizeof suites / sizeof *suites))

START_TEST(phase1_keys)
{
	enum hash h = suites[_i].hash;
	size_t size = hash_info[h].size, want = cipher_info[suites[_i].cipher].key;
	struct ike_keys k = {.cipher = suites[_i].cipher, .hash = h};
	uint8_t skeyid[64], d[64], a[64], e[64], ka[128], iv[64], hash[64], mine[64];
	struct text t = {.len = 0};

	fill();
	ck_assert(keymat_phase1(c, &k, &x, (struct chunk){"C!sc0@123", 9}));
	put(&t, x.ni.p, x.ni.len);
	put(&t, x.nr.p, x.nr.len);
	prf(h, "C!sc0@123", 9, &t, skeyid);
	ck_assert_mem_eq(k.skeyid, skeyid, size);
	for (int n = 0; n < 3; n++) {
		uint8_t *out[] = {d, a, e}, number = (uint8_t)n;

		t.len = 0;
		if (n)
			put(&t, out[n - 1], size);
		put(&t, bytes[3], 128);
		put(&t, bytes[0], 16);
		put(&t, &number, 1);
		prf(h, skeyid, size, &t, out[n]);
	}
	ck_assert_mem_eq(k.skeyid_d, d, size);
	ck_assert_mem_eq(k.skeyid_a, a, size);
	if (want <= size) {
		ck_assert_mem_eq(k.enc, e, want);
	} else { /* appendix B */
		t.len = 0;
		put(&t, "", 1);
		prf(h, e, size, &t, ka);
		t.len = 0;
		put(&t, ka, size);
		prf(h, e, size, &t, ka + size);
		ck_assert_mem_eq(k.enc, ka, want);
	}
	t.len = 0;
	put(&t, bytes[1], 128);
	put(&t, bytes[2], 128);
	ck_assert(EVP_Digest(t.b, t.len, iv, NULL, digest_of(h), NULL));
	ck_assert_mem_eq(k.iv, iv, cipher_info[k.cipher].block);
	/* HASH_R: the publics and cookies change places. */
	t.len = 0;
	put(&t, bytes[2], 128);
	put(&t, bytes[1], 128);
	put(&t, bytes[0] + 8, 8);
	put(&t, bytes[0], 8);
	put(&t, bytes[6], 208);
	put(&t, "\1\0\0\0\254\20\1\2", 8);
	prf(h, skeyid, size, &t, hash);
	ck_assert(keymat_hash_auth(c, &k, &x, false,
	    (struct chunk){"\1\0\0\0\254\20\1\2", 8}, mine));
	ck_assert_mem_eq(mine, hash, size);
}
END_TEST

START_TEST(child_keys)
{
	enum hash h = suites[_i].hash;
	size_t size = hash_info[h].size, have = 0;
	struct ike_keys k = {.cipher = suites[_i].cipher, .hash = h};
	struct child child = {.cipher = CIPHER_AES256, .auth = HASH_SHA512, .spi_in = 0x7ad72e0d,
	    .spi_out = 0x8c14fd70};
	uint8_t keymat[256];

	fill();
	ck_assert(keymat_phase1(c, &k, &x, (struct chunk){"psk", 3}));
	for (int pfs = 0; pfs < 2; pfs++) {
		ck_assert(keymat_child(c, &k, (struct chunk){bytes[3], pfs ? 128 : 0}, x.ni, x.nr,
		    &child));
		for (have = 0; have < 32 + 64; have += size) {
			struct text t = {.len = 0};

			if (have)
				put(&t, keymat + have - size, size);
			if (pfs)
				put(&t, bytes[3], 128);
			put(&t, "\3\x7a\xd7\x2e\x0d", 5);
			put(&t, x.ni.p, x.ni.len);
			put(&t, x.nr.p, x.nr.len);
			prf(h, k.skeyid_d, size, &t, keymat + have);
		}
		ck_assert_mem_eq(child.enc_in, keymat, 32);
		ck_assert_mem_eq(child.auth_in, keymat + 32, 64);
		ck_assert_mem_ne(child.enc_out, keymat, 32);
	}
}
END_TEST

START_TEST(chained_encryption)
{
	struct ike_keys k = {.cipher = CIPHER_3DES, .hash = HASH_SHA1};
	uint8_t plain[48], whole[48], parts[48], iv1[16] = {9}, iv2[16] = {9};

	fill();
	ck_assert(keymat_phase1(c, &k, &x, (struct chunk){"psk", 3}));
	memset(plain, 0x5a, sizeof plain);
	memcpy(whole, plain, sizeof plain);
	memcpy(parts, plain, sizeof plain);
	ck_assert(keymat_crypt(c, &k, true, iv1, whole, 48));
	ck_assert(keymat_crypt(c, &k, true, iv2, parts, 16));
	ck_assert(keymat_crypt(c, &k, true, iv2, parts + 16, 32));
	ck_assert_mem_eq(parts, whole, 48);
	ck_assert_mem_eq(iv1, iv2, 8);
	ck_assert(!keymat_crypt(c, &k, true, iv1, whole, 47));
	ck_assert(!keymat_crypt(c, &k, true, iv1, whole, 0));
}
END_TEST

START_TEST(lifetime_encoding)
{
	uint8_t buf[32];
	struct wr w = wr_init(buf, sizeof buf);

	wr_attribute(&w, OAK_LIFE_DURATION, 28800);
	ck_assert_mem_eq(buf, "\x80\x0c\x70\x80", 4);
	wr_attribute(&w, IPS_LIFE_DURATION, 250000);
	ck_assert_mem_eq(buf + 4, "\0\2\0\4\0\3\xd0\x90", 8);
	ck_assert_uint_eq(wr_len(&w), 12);
}
END_TEST

/* An SA payload: one proposal, two transforms, the second without a cipher. */
static const uint8_t sa[] = {
	0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 40, 0, 3, 4, 2, 1, 2, 3, 4,
	3, 0, 0, 16, 0, 12, 0, 0, 0x80, 4, 0, 2, 0x80, 5, 0, 2,
	0, 0, 0, 12, 1, 20, 0, 0, 0x80, 4, 0, 2,
};

START_TEST(proposals)
{
	struct chunk body = {sa, sizeof sa};
	struct proposal prop[2];
	struct transform t;
	struct rd r;
	uint64_t v;
	size_t n;

	ck_assert(sa_read(body, prop, 2, &n));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(prop[0].number, 0);
	ck_assert_uint_eq(prop[0].spi.len, 4);
	r = rd_init(prop[0].transforms.p, prop[0].transforms.len);
	ck_assert(transform_next(&r, &t));
	ck_assert(attribute_get(&t, IPS_AUTH, &v) && v == 2);
	ck_assert(!attribute_get(&t, IPS_GROUP, &v));
	ck_assert(transform_next(&r, &t));
	ck_assert_uint_eq(t.id, 20);
	ck_assert(!transform_next(&r, &t));
	ck_assert(!r.bad);
	for (body.len = 0; body.len < sizeof sa; body.len++)
		ck_assert(!sa_read(body, prop, 2, &n));
}
END_TEST

START_TEST(vendor_table)
{
	static const uint8_t dpd[] = {0xaf, 0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1, 0xc9, 0x6b, 0x86,
	    0x96, 0xfc, 0x77, 0x57, 0x01, 0x00};
	const struct vendor *v = vendor_find((struct chunk){dpd, sizeof dpd});

	ck_assert_ptr_nonnull(v);
	ck_assert_uint_eq(v->flag, VID_DPD);
	ck_assert_ptr_null(vendor_find((struct chunk){dpd, sizeof dpd - 1}));
	ck_assert_ptr_eq(vendor_by_flag(VID_DPD), v);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_keymat");
	TCase *tc = tcase_create("keymat");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, phase1_keys, 0, N_SUITES);
	tcase_add_loop_test(tc, child_keys, 0, N_SUITES);
	tcase_add_test(tc, chained_encryption);
	tcase_add_test(tc, lifetime_encoding);
	tcase_add_test(tc, proposals);
	tcase_add_test(tc, vendor_table);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
