/*
 * HMAC-SHA2-256 cut to 96 bits: every way of computing it does so, and the packet path finds out
 * who does, if his profile permits it, and nobody else is any weaker for it.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/profile.h"
#include "tests/support/dp_client.h"
#include "tests/support/one_crypto.h"

#define SHORT 12

static struct dp_client f;

static struct child child_of(enum cipher cipher, enum hash auth, bool permitted)
{
	struct child c = dp_client_transport_nat;

	c.cipher = cipher;
	c.auth = auth;
	c.short_icv = permitted;
	return c;
}

/* A client that cuts what it sends, and expects it. */
static void start(enum cipher cipher, enum hash auth, bool permitted)
{
	struct child c = child_of(cipher, auth, permitted);

	dp_client_start(&f, &c);
	crypt_key_cut(f.send, SHORT);
	crypt_key_cut(f.receive, SHORT);
}

static void say(void)
{
	dp_client_udp(&f, 1701, 1701, "\xc8\x02hello", 7);
}

static bool heard(void)
{
	return f.n && f.seen[f.n - 1].what == SEEN_L2TP && f.seen[f.n - 1].len == 7;
}

/* What the server says, opened with the client's key. */
static void answered(uint32_t sequence)
{
	PACKET_HERE(p);

	f.n = 0;
	dp_send_l2tp(f.dp, DP_PEER, 1701, 1701, (const uint8_t *)"\xc8\x02welcome", 9);
	dp_poll(f.dp);
	ck_assert_uint_eq(f.n, 1);
	dp_client_open(&f, &f.seen[0], &p, sequence);
	ck_assert_uint_eq(p.len, 8 + 9);
}

static const enum cipher ciphers[] = {CIPHER_DES, CIPHER_3DES, CIPHER_AES128, CIPHER_AES256};

START_TEST(taken_both_ways)
{
	start(ciphers[_i], HASH_SHA256, true);
	say();
	ck_assert(heard());
	say();
	ck_assert(heard());
	answered(1);
	ck_assert_uint_eq(dp_client_counters(&f).packets, 2);
	ck_assert_uint_eq(dp_client_counters(&f).errors, 0);
	ck_assert_uint_eq(dp_client_stats(&f).short_icv, 1);
	ck_assert_uint_eq(dp_client_stats(&f).short_icv_refused, 0);
	dp_client_finish(&f);
}
END_TEST

START_TEST(before_the_way_out_is_there)
{
	start(CIPHER_AES256, HASH_SHA256, true);
	f.child.spi_in = dp_spi_reserve(f.dp, DP_PEER);
	f.child.spi_out = 0xbbbb0001;
	ck_assert(dp_sa_inbound(f.dp, DP_PEER, &f.path, &f.child, 64));
	say();
	ck_assert(heard());
	ck_assert(dp_sa_outbound(f.dp, DP_PEER, &f.child));
	ck_assert(dp_peer_use(f.dp, DP_PEER, f.child.spi_in));
	answered(1);
	dp_client_finish(&f);
}
END_TEST

/* What he has not said anything on yet is sealed as he wants it. */
START_TEST(the_next_pair_begins_so)
{
	start(ciphers[_i], HASH_SHA256, true);
	say();
	dp_client_install(&f, DP_PEER, 64);
	answered(1);
	ck_assert_uint_eq(dp_client_stats(&f).short_icv, 1);
	say();
	ck_assert(heard());
	answered(2);
	ck_assert_uint_eq(dp_client_counters(&f).errors, 0);
	ck_assert_uint_eq(dp_client_stats(&f).short_icv, 2);
	dp_client_finish(&f);
}
END_TEST

/* He cuts no longer, which his first packet tells; and the pair after that begins with it. */
START_TEST(the_next_pair_is_told_better)
{
	start(CIPHER_AES256, HASH_SHA256, true);
	say();
	dp_client_install(&f, DP_PEER, 64);
	dp_client_keys(&f); /* whole ones */
	say();
	ck_assert(heard());
	answered(1);
	ck_assert_uint_eq(dp_client_counters(&f).errors, 0);
	dp_client_install(&f, DP_PEER, 64);
	answered(1);
	ck_assert_uint_eq(dp_client_stats(&f).short_icv, 1);
	ck_assert_uint_eq(dp_client_stats(&f).short_icv_refused, 0);
	dp_client_finish(&f);
}
END_TEST

/* Nothing is presumed of a pair whose client may not, or whose hash is another. */
START_TEST(presumed_of_no_other)
{
	start(CIPHER_AES256, HASH_SHA256, true);
	say();
	f.child.short_icv = _i == 1;
	f.child.auth = _i == 1 ? HASH_SHA384 : HASH_SHA256;
	dp_client_install(&f, DP_PEER, 64);
	dp_client_keys(&f);
	answered(1);
	say();
	ck_assert(heard());
	ck_assert_uint_eq(dp_client_stats(&f).short_icv, 1);
	dp_client_finish(&f);
}
END_TEST

START_TEST(refused_and_told)
{
	start(CIPHER_AES256, HASH_SHA256, false);
	say();
	ck_assert_uint_eq(f.n, 0);
	dp_poll(f.dp);
	ck_assert_uint_eq(f.refused[DP_REFUSED_SHORT_ICV], 1);
	ck_assert_uint_eq(dp_client_stats(&f).short_icv, 0);
	ck_assert_uint_eq(dp_client_stats(&f).short_icv_refused, 1);
	ck_assert_uint_eq(dp_client_counters(&f).malformed, 1);
	dp_client_keys(&f); /* as it was agreed on */
	f.sequence = 1;
	say();
	ck_assert(heard());
	answered(1);
	dp_client_finish(&f);
}
END_TEST

START_TEST(never_after_a_good_packet)
{
	struct child c = child_of(CIPHER_AES256, HASH_SHA256, true);

	dp_client_start(&f, &c);
	say();
	ck_assert(heard());
	f.n = 0;
	crypt_key_cut(f.send, SHORT);
	say();
	ck_assert_uint_eq(f.n, 0);
	ck_assert_uint_eq(dp_client_stats(&f).short_icv, 0);
	ck_assert_uint_eq(dp_client_counters(&f).malformed, 1);
	answered(1);
	dp_client_finish(&f);
}
END_TEST

START_TEST(not_for_other_hashes)
{
	start(CIPHER_AES256, _i ? HASH_SHA512 : HASH_SHA384, true);
	say();
	ck_assert_uint_eq(f.n, 0);
	ck_assert_uint_eq(dp_client_stats(&f).short_icv, 0);
	dp_client_finish(&f);
}
END_TEST

/* Who guesses has eight tries, and then nobody has any. */
START_TEST(guesses_are_few)
{
	start(CIPHER_AES256, HASH_SHA256, true);
	for (int i = 0; i < 8 + _i; i++) {
		uint8_t forged[8 + 16 + 32 + SHORT] = {0};

		memcpy(forged, (uint8_t[]){(uint8_t)(f.child.spi_in >> 24),
		    (uint8_t)(f.child.spi_in >> 16), (uint8_t)(f.child.spi_in >> 8),
		    (uint8_t)f.child.spi_in, 0, 0, 0, 9}, 8);
		dp_input(f.dp, &f.path, true, forged, i == 7 && _i == 0 ? 9 : sizeof forged);
	}
	say();
	ck_assert_int_eq(heard(), _i == 0); /* one of the eight was of no length at all */
	ck_assert_uint_eq(dp_client_stats(&f).short_icv, _i == 0);
	dp_client_finish(&f);
}
END_TEST

/* ---- the ways ------------------------------------------------------------------------- */

static size_t sealed(struct crypt *c, struct crypt_key *key, struct packet *p)
{
	static const uint8_t iv[16] = {1, 2, 3};
	struct esp_header h = {0x1234, 1};
	struct esp_job job;

	packet_fill(p, "what has to be said, as long as it is", 37);
	ck_assert(esp_seal(p, key, &h, iv, ESP_NEXT_UDP, &job));
	memset(p->data + p->len, 0xa5, 16);
	crypt_run(c, &job, 1, true);
	for (int i = 0; i < 16; i++) /* nothing is written behind it */
		ck_assert_uint_eq(p->data[p->len + (size_t)i], 0xa5);
	return p->len;
}

START_TEST(every_way)
{
	static const uint8_t enc[ESP_KEY_MAX] = {7}, auth[ESP_AUTH_KEY_MAX] = {8};
	struct crypt *c = crypt_create(one_crypto(), (enum crypt_way)_i);
	struct crypt_key *out, *in;
	PACKET_HERE(whole);
	PACKET_HERE(cut);
	struct esp_job job;
	uint8_t next;
	size_t len;

	if (!c)
		return; /* not on this processor */
	out = crypt_key_create(c, CIPHER_AES256, HASH_SHA256, enc, auth, true);
	in = crypt_key_create(c, CIPHER_AES256, HASH_SHA256, enc, auth, false);
	len = sealed(c, out, &whole);
	crypt_key_cut(out, SHORT);
	crypt_key_cut(in, SHORT);
	ck_assert_uint_eq(crypt_key_icv(in), SHORT);
	ck_assert_uint_eq(sealed(c, out, &cut), len - 4);
	ck_assert_mem_eq(cut.data, whole.data, len - 4);
	cut.data[len - 5] ^= 1; /* the last byte that counts */
	ck_assert(esp_open(&cut, in, &job));
	crypt_run(c, &job, 1, false);
	ck_assert(!job.ok);
	sealed(c, out, &cut);
	ck_assert(esp_open(&cut, in, &job));
	crypt_run(c, &job, 1, false);
	ck_assert(job.ok);
	ck_assert(esp_strip(&cut, in, &next));
	ck_assert_uint_eq(cut.len, 37);
	ck_assert_mem_eq(cut.data, "what has to be said", 19);
	crypt_key_destroy(out);
	crypt_key_destroy(in);
	crypt_destroy(c);
}
END_TEST

START_TEST(who_may)
{
	ck_assert_int_eq(profile_cuts_sha256((enum client_profile)_i),
	    _i == PROFILE_ANDROID || _i == PROFILE_UNKNOWN);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("short_icv");
	TCase *tc = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_loop_test(tc, taken_both_ways, 0, 4);
	tcase_add_test(tc, before_the_way_out_is_there);
	tcase_add_loop_test(tc, the_next_pair_begins_so, 0, 4);
	tcase_add_test(tc, the_next_pair_is_told_better);
	tcase_add_loop_test(tc, presumed_of_no_other, 0, 2);
	tcase_add_test(tc, refused_and_told);
	tcase_add_test(tc, never_after_a_good_packet);
	tcase_add_loop_test(tc, not_for_other_hashes, 0, 2);
	tcase_add_loop_test(tc, guesses_are_few, 0, 2);
	tcase_add_loop_test(tc, every_way, 0, CRYPT_WAYS);
	tcase_add_loop_test(tc, who_may, 0, PROFILE_COUNT);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
