/* Every MODP group's two halves against the library's plain exponentiation (engine/crypto). */
#include <check.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <string.h>

#include "engine/crypto/dh.h"
#include "tests/support/one_crypto.h"

#define SECRETS 40

static const struct {
	uint16_t group;
	BIGNUM *(*prime)(BIGNUM *);
} groups[] = {
    {1, BN_get_rfc2409_prime_768},
    {2, BN_get_rfc2409_prime_1024},
    {5, BN_get_rfc3526_prime_1536},
    {14, BN_get_rfc3526_prime_2048},
    {15, BN_get_rfc3526_prime_3072},
    {16, BN_get_rfc3526_prime_4096},
};

/* base^secret mod p, the secret's highest bit taken as set (dh.c). */
static void expect(const BIGNUM *p, const struct dh_group *g, const uint8_t *base,
    const uint8_t *secret, uint8_t *out)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *x = BN_bin2bn(secret, g->secret_len, NULL);
	BIGNUM *b = BN_bin2bn(base, g->public_len, NULL);

	ck_assert(BN_set_bit(x, g->secret_len * 8 - 1) && BN_mod_exp(b, b, x, p, ctx));
	ck_assert_int_eq(BN_bn2binpad(b, out, g->public_len), g->public_len);
	BN_free(b);
	BN_free(x);
	BN_CTX_free(ctx);
}

static void public_holds(const struct crypto *c, size_t which, const uint8_t *secret)
{
	const struct dh_group *g = dh_group_find(groups[which].group);
	BIGNUM *p = groups[which].prime(NULL);
	uint8_t two[DH_PUBLIC_MAX] = {0}, ours[DH_PUBLIC_MAX], theirs[DH_PUBLIC_MAX];

	two[g->public_len - 1] = 2;
	expect(p, g, two, secret, theirs);
	ck_assert(dh_public(c, g, secret, ours));
	ck_assert_mem_eq(ours, theirs, g->public_len);
	BN_free(p);
}

static void shared_holds(const struct crypto *c, size_t which, const uint8_t *secret)
{
	const struct dh_group *g = dh_group_find(groups[which].group);
	BIGNUM *p = groups[which].prime(NULL);
	uint8_t peer[DH_PUBLIC_MAX], ours[DH_PUBLIC_MAX], theirs[DH_PUBLIC_MAX];

	ck_assert_int_eq(RAND_bytes(peer, g->public_len), 1);
	peer[0] &= 0x7f;
	expect(p, g, peer, secret, theirs);
	ck_assert(dh_shared(c, g, secret, peer, ours));
	ck_assert_mem_eq(ours, theirs, g->public_len);
	BN_free(p);
}

START_TEST(random_secrets)
{
	uint8_t secret[DH_SECRET_MAX];

	for (unsigned n = 0; n < SECRETS; n++) {
		ck_assert_int_eq(RAND_bytes(secret, sizeof secret), 1);
		public_holds(one_crypto(), (size_t)_i, secret);
		shared_holds(one_crypto(), (size_t)_i, secret);
	}
}
END_TEST

START_TEST(secrets_at_the_edges)
{
	uint8_t secret[DH_SECRET_MAX];

	for (int each = 0; each < 256; each += 255) {
		memset(secret, each, sizeof secret);
		public_holds(one_crypto(), (size_t)_i, secret);
		shared_holds(one_crypto(), (size_t)_i, secret);
	}
}
END_TEST

/* Each bit alone, set among zeros and clear among ones: none is left out, none counts twice. */
START_TEST(every_bit)
{
	const struct dh_group *g = dh_group_find(groups[_i].group);
	uint8_t secret[DH_SECRET_MAX];

	for (unsigned bit = 0; bit < g->secret_len * 8u; bit += _i < 4 ? 1 : 7)
		for (int others = 0; others < 256; others += 255) {
			memset(secret, others, sizeof secret);
			secret[bit / 8] ^= (uint8_t)(1u << bit % 8);
			public_holds(one_crypto(), (size_t)_i, secret);
		}
}
END_TEST

/* How much of each length was overwritten that held something; the library does that, too. */
static unsigned wiped[DH_PUBLIC_MAX + 1];
static bool watched;

void OPENSSL_cleanse(void *p, size_t len)
{
	uint8_t *b = p;

	if (watched)
		for (size_t i = 0; i < len; i++)
			if (b[i]) {
				wiped[len <= DH_PUBLIC_MAX ? len : 0]++;
				break;
			}
	memset(p, 0, len);
}

/* Of each column of a secret its bits, which product they ask for, and that product: all tell the
 * secret. At the end so does the secret itself. */
START_TEST(no_bit_stays)
{
	const struct dh_group *g = dh_group_find(groups[_i].group);
	unsigned columns = 4 * ((g->secret_len * 8u + 23) / 24);
	uint8_t secret[DH_SECRET_MAX], out[DH_PUBLIC_MAX];

	memset(secret, 0xff, sizeof secret);
	ck_assert(dh_public(one_crypto(), g, secret, out)); /* the table is made */
	memset(wiped, 0, sizeof wiped);
	watched = true;
	ck_assert(dh_public(one_crypto(), g, secret, out));
	watched = false;
	ck_assert_uint_ge(wiped[8], columns);
	if (g->public_len == 64 * 8) {
		ck_assert_uint_ge(wiped[64 * 8], 2 * columns);
	} else {
		ck_assert_uint_ge(wiped[64 * 8], columns);
		ck_assert_uint_ge(wiped[g->public_len], columns);
	}
	ck_assert_uint_ge(wiped[DH_SECRET_MAX], 1);
}
END_TEST

static void *first_use(void *crypto)
{
	const struct dh_group *g = dh_group_find(2);
	uint8_t secret[DH_SECRET_MAX] = {0}, out[DH_PUBLIC_MAX];

	return dh_public(crypto, g, secret, out) ? crypto : NULL;
}

/* A group's table is made by its first user, and several may be that at a time. */
START_TEST(first_users)
{
	for (unsigned round = 0; round < 20; round++) {
		struct crypto *c = crypto_create();
		pthread_t thread[4];

		ck_assert_ptr_nonnull(c);
		for (unsigned i = 0; i < 4; i++)
			ck_assert_int_eq(pthread_create(&thread[i], NULL, first_use, c), 0);
		for (unsigned i = 0; i < 4; i++) {
			void *done;

			ck_assert_int_eq(pthread_join(thread[i], &done), 0);
			ck_assert_ptr_eq(done, c);
		}
		public_holds(c, 1, (const uint8_t[DH_SECRET_MAX]){7});
		crypto_destroy(c);
	}
}
END_TEST

int main(void)
{
	enum { GROUPS = sizeof groups / sizeof *groups };
	Suite *s = suite_create("crypto_dh");
	TCase *tc = tcase_create("powers");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, random_secrets, 0, GROUPS);
	tcase_add_loop_test(tc, secrets_at_the_edges, 0, GROUPS);
	tcase_add_loop_test(tc, every_bit, 0, GROUPS);
	tcase_add_loop_test(tc, no_bit_stays, 0, GROUPS);
	tcase_add_test(tc, first_users);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
