/*
 * How long things are: what fits into an MTU, packets that are just long enough to be ESP, padding
 * of every length (RFC 4303 2.4), and what `debug crypto ipsec` says of a pair.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ipsec/esp.h"
#include "engine/ipsec/mtu.h"
#include "engine/ipsec/replay.h"
#include "engine/ipsec/sa_trace.h"
#include "tests/support/one_crypto.h"

/* ---- the MTU --------------------------------------------------------------------- */

/* The whole packet that a message of `len` bytes becomes. */
static size_t outside(enum cipher c, enum hash h, bool transport, bool udp, size_t len)
{
	size_t inner = 8 + len + (transport ? 0U : 20U);

	return 20U + (udp ? 8U : 0U) + inner + esp_overhead(c, h, inner);
}

/* What is told fits, and one byte more does not. */
START_TEST(messages_that_just_fit)
{
	enum cipher c = (enum cipher)_i;

	for (enum hash h = HASH_MD5; h < HASH_COUNT; h++)
		for (unsigned mode = 0; mode < 4; mode++)
			for (uint32_t mtu = 68; mtu < 400; mtu++) {
				bool transport = mode & 1, udp = mode & 2;
				size_t len = mtu_message(c, h, transport, udp, mtu);

				ck_assert_uint_gt(outside(c, h, transport, udp, len + 1), mtu);
				if (len > 0)
					ck_assert_uint_le(outside(c, h, transport, udp, len), mtu);
			}
}
END_TEST

/* No room at all is no message; no MTU makes one longer than UDP can say. */
START_TEST(mtus_beyond_reason)
{
	static const uint32_t small[] = {0, 19, 20, 27, 28, 29, 40, 60};

	for (size_t k = 0; k < sizeof small / sizeof *small; k++)
		ck_assert_uint_eq(mtu_message(CIPHER_AES256, HASH_SHA512, true, true, small[k]), 0);
	ck_assert_uint_eq(
	    mtu_message(CIPHER_AES256, HASH_SHA1, true, true, 70000), UINT16_MAX - 28);
	ck_assert_uint_eq(
	    mtu_message(CIPHER_NULL, HASH_MD5, false, false, UINT32_MAX), UINT16_MAX - 28);
}
END_TEST

/* ---- ESP -------------------------------------------------------------------------- */

/* At least one block behind header and IV, and whole blocks: else there is nothing to decipher. */
START_TEST(packets_that_are_long_enough)
{
	static const struct {
		enum cipher c;
		enum hash h;
		size_t least, block;
	} row[] = {
		{CIPHER_NULL, HASH_MD5, 8 + 4 + 12, 4},
		{CIPHER_DES, HASH_SHA1, 8 + 8 + 8 + 12, 8},
		{CIPHER_AES128, HASH_SHA256, 8 + 16 + 16 + 16, 16},
		{CIPHER_AES256, HASH_SHA512, 8 + 16 + 16 + 32, 16},
	};
	static const uint8_t key[64], bytes[256];
	struct crypt *c = crypt_create(one_crypto(), CRYPT_OPENSSL);

	for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
		struct crypt_key *in =
		    crypt_key_create(c, row[k].c, row[k].h, key, key, false);

		ck_assert(crypt_key_cipher(in) == row[k].c && crypt_key_hash(in) == row[k].h);
		for (size_t len = 0; len < 200; len++) {
			bool is = len >= row[k].least && (len - row[k].least) % row[k].block == 0;
			struct esp_job job;
			PACKET_HERE(p);

			packet_fill(&p, bytes, len);
			ck_assert_msg(esp_open(&p, in, &job) == is, "%zu: %zu", k, len);
			if (is)
				ck_assert_uint_eq(job.len, len - hash_info[row[k].h].icv);
		}
		crypt_key_destroy(in);
	}
	crypt_key_destroy(NULL);
	crypt_destroy(c);
	crypt_destroy(NULL);
}
END_TEST

/* A deciphered packet: `pad` bytes of padding that count 1, 2, 3 but for one of them. */
static bool strips(const struct crypt_key *key, size_t payload, uint8_t pad, uint8_t said,
    uint8_t wrong, size_t *left)
{
	uint8_t b[600] = {0}, next = 0;
	size_t n = 8 + payload;
	PACKET_HERE(p);
	bool ok;

	for (unsigned i = 1; i <= pad; i++)
		b[n++] = i == wrong ? 0 : (uint8_t)i;
	b[n++] = said;
	b[n++] = ESP_NEXT_UDP;
	packet_fill(&p, b, n + 12);
	ok = esp_strip(&p, key, &next);
	*left = p.len;
	ck_assert_uint_eq(next, ESP_NEXT_UDP);
	return ok;
}

START_TEST(padding)
{
	static const uint8_t secret[64];
	struct crypt *c = crypt_create(one_crypto(), CRYPT_OPENSSL);
	struct crypt_key *k =
	    crypt_key_create(c, CIPHER_NULL, HASH_SHA1, secret, secret, false);
	size_t left;

	for (unsigned pad = 0; pad < 256; pad++) {
		for (size_t payload = 0; payload < 20; payload += 19) {
			ck_assert(strips(k, payload, (uint8_t)pad, (uint8_t)pad, 0, &left));
			ck_assert_uint_eq(left, payload);
		}
		if (pad == 0)
			continue;
		ck_assert(!strips(k, 9, (uint8_t)pad, (uint8_t)pad, 1, &left));
		ck_assert(!strips(k, 9, (uint8_t)pad, (uint8_t)pad, (uint8_t)pad, &left));
		/* One more than there is in the whole packet. */
		ck_assert(!strips(k, 0, (uint8_t)(pad - 1), (uint8_t)pad, 0, &left));
	}
	crypt_key_destroy(k);
	crypt_destroy(c);
}
END_TEST

/* ---- the window, as it is shown ------------------------------------------------------ */

/* The newest number in bit 0, whatever place it has in its word. */
START_TEST(bitmaps)
{
	static const struct {
		uint32_t seq[4];
		uint64_t map;
	} row[] = {
		{{1}, 1}, {{1, 2}, 3}, {{1, 3}, 5}, {{62, 63}, 3}, {{63, 64}, 3}, {{64, 65}, 3},
		{{1, 64}, 1 | 1ULL << 63}, {{1, 65}, 1}, {{2, 65}, 1 | 1ULL << 63},
		{{127, 128, 129}, 7}, {{1, 127}, 1}, {{64, 127}, 1 | 1ULL << 63}, {{0}, 0},
	};

	for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
		struct replay r;

		replay_init(&r, 64);
		for (size_t i = 0; i < 4 && row[k].seq[i]; i++)
			ck_assert(replay_update(&r, row[k].seq[i]));
		ck_assert_msg(replay_bitmap(&r) == row[k].map, "%zu", k);
	}
}
END_TEST

/* The window jumps over as many words as there are, one less and one more: nothing of before is
 * taken for seen. */
START_TEST(jumps)
{
	for (uint32_t words = REPLAY_WORDS - 2; words <= REPLAY_WORDS + 2; words++) {
		struct replay r;

		replay_init(&r, REPLAY_MAX);
		for (uint32_t seq = 1; seq <= 64 * REPLAY_WORDS; seq++)
			ck_assert(replay_update(&r, seq));
		ck_assert(replay_update(&r, 64 * REPLAY_WORDS + 64 * words));
		for (uint32_t back = 1; back < REPLAY_MAX; back++) {
			uint32_t seq = 64 * REPLAY_WORDS + 64 * words - back;

			ck_assert_int_eq(replay_check(&r, seq), seq > 64 * REPLAY_WORDS);
		}
	}
}
END_TEST

/* ---- what is said ---------------------------------------------------------------------- */

static char text[8192];

static void sink(void *arg, enum trace_class cls, unsigned level, const char *line)
{
	(void)arg, (void)cls, (void)level;
	strncat(text, line, sizeof text - strlen(text) - 1);
	strncat(text, "\n", sizeof text - strlen(text) - 1);
}

static unsigned times(const char *what)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
		n++;
	return n;
}

/* Rules about the inner flow name its ports and no SPI, those about ESP the SPI and no ports. */
START_TEST(rules_of_a_pair)
{
	struct trace t = {.level = {[TRACE_IPSEC] = TRACE_DEBUG}, .sink = sink};
	struct sa_trace about = {.serial = 3, .mtu = 1400};
	struct child c = {.spi_in = 0x1111, .spi_out = 0x2222, .local = {.protocol = 17,
	    .port = 1701}, .remote = {.protocol = 17, .port = 0}};

	sa_trace_outbound(&t, &about, &c);
	ck_assert_uint_eq(times("Op   : equal"), 1);
	ck_assert_uint_eq(times("Op   : ignore"), 3);
	ck_assert_uint_eq(times("Upper: 1701"), 1);
	ck_assert_uint_eq(times("Protocol: 17\n"), 1);
	ck_assert_uint_eq(times("Protocol: 50\n"), 1);
	ck_assert_uint_eq(times("    SPI: 0x00000000\n    Use SPI: false\n"), 1);
	ck_assert_uint_eq(times("    SPI: 0x00002222\n    Use SPI: true\n"), 1);
	ck_assert_uint_eq(times("MTU  : 1400 bytes"), 1);
	*text = '\0';
	sa_trace_deleted(&t, &about, 0x1111, 0);
	ck_assert_uint_eq(times("outbound"), 0); /* it never was */
	ck_assert_uint_eq(times("Deleted inbound decrypt rule, SPI 0x00001111"), 1);
	sa_trace_deleted(&t, &about, 0x1111, 0x2222);
	ck_assert_uint_eq(times("Destroy current outbound SPI: 0x00002222"), 1);
	ck_assert_uint_eq(times("Deleted outbound encrypt rule, SPI 0x00002222"), 1);
}
END_TEST

/* Asked for one way, all suites go it, whatever the number of packets. */
START_TEST(what_serves)
{
	struct crypt *c = crypt_create(one_crypto(), CRYPT_OPENSSL);

	ck_assert_str_eq(crypt_describe(c), "des-sha: openssl, 3des-sha: openssl, "
	    "aes-sha: openssl, aes-192-sha: openssl, aes-256-sha: openssl");
	crypt_destroy(c);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ipsec_sizes");
	TCase *tc = tcase_create("sizes");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(tc, messages_that_just_fit, 0, CIPHER_COUNT);
	tcase_add_test(tc, mtus_beyond_reason);
	tcase_add_test(tc, packets_that_are_long_enough);
	tcase_add_test(tc, padding);
	tcase_add_test(tc, bitmaps);
	tcase_add_test(tc, jumps);
	tcase_add_test(tc, rules_of_a_pair);
	tcase_add_test(tc, what_serves);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
