/*
 * What IKE costs the engine, by CPU time: the two halves of each Diffie-Hellman group beside the
 * library's own way to them, and whole main and quick modes, of which the client's side is not
 * counted. Sockets are not in it.
 */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdio.h>
#include <time.h>

#include "tests/support/ike_talk.h"

#define ROUNDS 5 /* of which the best counts */

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Microseconds a call. */
static double cost(bool (*call)(void *), void *arg, unsigned n)
{
	double best = 1e12;

	for (unsigned round = 0; round < ROUNDS; round++) {
		double began = cpu_now(), took;

		for (unsigned i = 0; i < n; i++)
			ck_assert(call(arg));
		took = (cpu_now() - began) / n;
		if (took < best)
			best = took;
	}
	return best;
}

/* ---- a group's two halves --------------------------------------------------------- */

struct halves {
	const struct crypto *crypto;
	const struct dh_group *g;
	uint8_t secret[DH_SECRET_MAX], peer[DH_PUBLIC_MAX], out[DH_PUBLIC_MAX];
};

static bool ours_public(void *arg)
{
	struct halves *h = arg;

	return dh_public(h->crypto, h->g, h->secret, h->out);
}

static bool ours_shared(void *arg)
{
	struct halves *h = arg;

	return dh_shared(h->crypto, h->g, h->secret, h->peer, h->out);
}

/* A group as the library has it: what keys are made of, and somebody's public value. */
struct evp {
	EVP_PKEY *params, *peer;
};

static EVP_PKEY *evp_keygen(EVP_PKEY *params)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, params, NULL);
	EVP_PKEY *key = NULL;

	ck_assert(EVP_PKEY_keygen_init(ctx) == 1 && EVP_PKEY_keygen(ctx, &key) == 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static bool evp_pair(void *arg)
{
	struct evp *e = arg;
	EVP_PKEY *own = evp_keygen(e->params);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL);
	uint8_t out[DH_PUBLIC_MAX];
	size_t len = sizeof out;
	bool ok = EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, e->peer) == 1 &&
	    EVP_PKEY_derive(ctx, out, &len) == 1;

	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(own);
	return ok;
}

static EVP_PKEY *evp_params(const char *type, const BIGNUM *p, const char *curve)
{
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;

	if (p) {
		ck_assert(OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_FFC_P, p));
		ck_assert(OSSL_PARAM_BLD_push_uint(b, OSSL_PKEY_PARAM_FFC_G, 2));
	} else {
		ck_assert(OSSL_PARAM_BLD_push_utf8_string(
		    b, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0));
	}
	params = OSSL_PARAM_BLD_to_param(b);
	ck_assert(EVP_PKEY_fromdata_init(ctx) == 1);
	ck_assert(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEY_PARAMETERS, params) == 1);
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_BLD_free(b);
	return key;
}

static void bench_group(const struct crypto *c, uint16_t number, BIGNUM *p, const char *curve)
{
	struct halves h = {.crypto = c, .g = dh_group_find(number)};
	struct evp e = {.params = evp_params(p ? "DH" : "EC", p, curve)};
	double own, other, evp;

	for (size_t i = 0; i < sizeof h.secret; i++)
		h.secret[i] = (uint8_t)(i * 37 + 11);
	ck_assert(dh_public(c, h.g, h.secret, h.peer));
	e.peer = evp_keygen(e.params);
	own = cost(ours_public, &h, 200);
	other = cost(ours_shared, &h, 200);
	evp = cost(evp_pair, &e, 20);
	printf("group %-2u: public %6.0f, shared %6.0f, both %6.0f a core-second; %.1f x EVP\n",
	    number, 1e6 / own, 1e6 / other, 1e6 / (own + other), evp / (own + other));
	BN_free(p);
	EVP_PKEY_free(e.params);
	EVP_PKEY_free(e.peer);
}

static void bench_groups(void)
{
	struct crypto *c = crypto_create();

	bench_group(c, 2, BN_get_rfc2409_prime_1024(NULL), NULL);
	bench_group(c, 5, BN_get_rfc3526_prime_1536(NULL), NULL);
	bench_group(c, 14, BN_get_rfc3526_prime_2048(NULL), NULL);
	bench_group(c, 15, BN_get_rfc3526_prime_3072(NULL), NULL);
	bench_group(c, 16, BN_get_rfc3526_prime_4096(NULL), NULL);
	bench_group(c, 19, NULL, "P-256");
	bench_group(c, 20, NULL, "P-384");
	bench_group(c, 21, NULL, "P-521");
	crypto_destroy(c);
}

/* ---- main and quick mode ----------------------------------------------------------- */

static double spent; /* by the responder */

static void say(void)
{
	double began = cpu_now();

	talk_say();
	spent += cpu_now() - began;
}

static void connect_once(uint16_t group, unsigned who)
{
	const uint8_t *answer = talk_world.sent[0].b;
	const size_t *len = &talk_world.sent[0].len;

	talk_path.remote.addr.b[3] = (uint8_t)who;
	talk_path.remote.addr.b[2] = (uint8_t)(who >> 8);
	initiator_init(&talk_client, talk_world.crypto, who);
	talk_client.p1[0] = (struct initiator_offer){CIPHER_3DES, HASH_SHA1, group};
	talk_client.n_p1 = 1;
	talk_client.path.local = talk_path.remote;
	talk_client.path.remote = talk_path.local;
	initiator_mm1(&talk_client, &talk_msg);
	say();
	ck_assert(initiator_mm2(&talk_client, answer, *len));
	initiator_mm3(&talk_client, &talk_msg);
	say();
	ck_assert(initiator_mm4(&talk_client, answer, *len));
	initiator_mm5(&talk_client, &talk_msg);
	say();
	ck_assert(initiator_mm6(&talk_client, answer, *len));
	initiator_qm1(&talk_client, &talk_quick, &talk_msg);
	say();
	ck_assert(initiator_qm2(&talk_client, &talk_quick, answer, *len));
	initiator_qm3(&talk_client, &talk_quick, &talk_msg);
	say();
}

static void bench_modes(uint16_t group)
{
	enum { CLIENTS = 200 };
	double best = 1e12;

	talk_setup();
	talk_world.policy[0].set.dh = group;
	for (unsigned i = 0; i < ROUNDS * CLIENTS; i++) {
		connect_once(group, i);
		if (i % CLIENTS != CLIENTS - 1)
			continue;
		best = spent < best ? spent : best;
		spent = 0;
	}
	ck_assert_uint_eq(talk_world.child_up, ROUNDS * CLIENTS);
	talk_teardown();
	printf("main and quick mode, group %-2u %6.0f a core-second, %.0f us each\n", group,
	    1e6 / best * CLIENTS, best / CLIENTS);
}

START_TEST(groups)
{
	bench_groups();
}
END_TEST

START_TEST(modes)
{
	bench_modes(2);
	bench_modes(14);
	bench_modes(19);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike");
	TCase *c[] = {tcase_create("groups"), tcase_create("modes")};
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, c[0]);
	suite_add_tcase(s, c[1]);
	tcase_add_test(c[0], groups);
	tcase_add_test(c[1], modes);
	srunner_set_fork_status(r, CK_NOFORK);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
