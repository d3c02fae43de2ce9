/*
 * ESP and its back ends: every cipher with every hash on every way this
 * processor can go, against packets computed here with plain OpenSSL calls,
 * the HMAC vectors of RFC 2202 and 4231, and broken packets.
 */
#include <check.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ipsec/esp.h"
#include "tests/support/one_crypto.h"

static void fill_random(uint8_t *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)rand();
}

/* The same packet the long way round: EVP's own padding off, one-shot HMAC. */
static size_t reference(enum cipher c, enum hash h, const uint8_t *enc, const uint8_t *auth,
    const struct esp_header *head, const uint8_t *iv, const uint8_t *body, size_t len, uint8_t next,
    uint8_t *out)
{
	static const char *const name[CIPHER_COUNT] = {[CIPHER_DES] = "DES-EDE3-CBC",
	    [CIPHER_3DES] = "DES-EDE3-CBC", [CIPHER_AES128] = "AES-128-CBC",
	    [CIPHER_AES192] = "AES-192-CBC", [CIPHER_AES256] = "AES-256-CBC"};
	static const char *const md[HASH_COUNT] = {[HASH_MD5] = "MD5", [HASH_SHA1] = "SHA1",
	    [HASH_SHA256] = "SHA256", [HASH_SHA384] = "SHA384", [HASH_SHA512] = "SHA512"};
	size_t block = cipher_info[c].block, ivs = c == CIPHER_NULL ? 0 : block, n = 0, from;
	uint8_t key[32], digest[64];
	unsigned digest_len;

	for (int i = 24; i >= 0; i -= 8)
		out[n++] = (uint8_t)(head->spi >> i);
	for (int i = 24; i >= 0; i -= 8)
		out[n++] = (uint8_t)(head->sequence >> i);
	memcpy(out + n, iv, ivs);
	from = n += ivs;
	memcpy(out + n, body, len);
	n += len;
	if (block < 4)
		block = 4;
	for (uint8_t pad = 0;; pad++) {
		if ((n - from + 2) % block == 0) {
			out[n++] = pad;
			out[n++] = next;
			break;
		}
		out[n++] = (uint8_t)(pad + 1);
	}
	if (name[c]) {
		EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
		uint8_t copy[2048];
		int done;

		for (size_t i = 0; i < sizeof key; i++)
			key[i] = enc[c == CIPHER_DES ? i % 8 : i];
		memcpy(copy, out + from, n - from);
		EVP_EncryptInit_ex(ctx, EVP_get_cipherbyname(name[c]), NULL, key, iv);
		EVP_CIPHER_CTX_set_padding(ctx, 0);
		ck_assert(EVP_EncryptUpdate(ctx, out + from, &done, copy, (int)(n - from)));
		ck_assert_int_eq(done, (int)(n - from));
		EVP_CIPHER_CTX_free(ctx);
	}
	HMAC(EVP_get_digestbyname(md[h]), auth, hash_info[h].size, out, n, digest, &digest_len);
	memcpy(out + n, digest, hash_info[h].icv);
	return n + hash_info[h].icv;
}

struct suite {
	enum cipher c;
	enum hash h;
	uint8_t enc[32], auth[64];
	struct crypt_key *out, *in;
};

static struct esp_job other;

/* It uses what the batch does. */
static void meanwhile(void *c)
{
	crypt_run(c, &other, 1, true);
}

/* In one go or in pieces. */
static void encrypt(struct crypt *c, struct esp_job *job, size_t n)
{
	static uint8_t esp[2048];
	struct crypt_pauses pauses = {(unsigned)rand() % 9, meanwhile, c};

	other = (struct esp_job){.key = job[0].key, .esp = esp, .len = job[0].len};
	if (pauses.pieces)
		crypt_encrypt_pausing(c, job, n, &pauses);
	else
		crypt_run(c, job, n, true);
}

/* A batch of packets of mixed suites and lengths, there and back. */
static void there_and_back(
    struct crypt *c, struct suite *suite, size_t suites, size_t n, size_t max)
{
	struct packet_room *rooms = aligned_alloc(64, n * sizeof *rooms);
	struct packet p[CRYPT_BATCH];
	struct esp_job job[CRYPT_BATCH];
	struct suite *of[CRYPT_BATCH];
	uint8_t body[CRYPT_BATCH][2048], want[2048], iv[16], next;
	size_t len[CRYPT_BATCH], want_len[CRYPT_BATCH];
	uint8_t (*expect)[2048] = malloc(n * sizeof *expect);

	for (size_t i = 0; i < n; i++) {
		struct esp_header h = {(uint32_t)rand(), (uint32_t)rand()}, seen;

		of[i] = &suite[(size_t)rand() % suites];
		len[i] = (size_t)rand() % (max + 1);
		fill_random(body[i], len[i]);
		fill_random(iv, sizeof iv);
		p[i] = packet_in(&rooms[i]);
		packet_fill(&p[i], body[i], len[i]);
		ck_assert(esp_seal(&p[i], of[i]->out, &h, iv, ESP_NEXT_UDP, &job[i]));
		want_len[i] = reference(of[i]->c, of[i]->h, of[i]->enc, of[i]->auth, &h, iv,
		    body[i], len[i], ESP_NEXT_UDP, expect[i]);
		ck_assert_uint_eq(want_len[i], len[i] + esp_overhead(of[i]->c, of[i]->h, len[i]));
		ck_assert(esp_peek(&p[i], &seen));
		ck_assert_uint_eq(seen.spi, h.spi);
		ck_assert_uint_eq(seen.sequence, h.sequence);
	}
	encrypt(c, job, n);
	for (size_t i = 0; i < n; i++) {
		ck_assert(job[i].ok);
		ck_assert_uint_eq(p[i].len, want_len[i]);
		ck_assert_mem_eq(p[i].data, expect[i], want_len[i]);
		memcpy(want, p[i].data, p[i].len);
		if (i % 5 == 4) /* some arrive damaged */
			p[i].data[(size_t)rand() % p[i].len] ^= (uint8_t)(1 << rand() % 8);
		ck_assert(esp_open(&p[i], of[i]->in, &job[i]));
	}
	crypt_run(c, job, n, false);
	for (size_t i = 0; i < n; i++) {
		ck_assert_int_eq(job[i].ok, i % 5 != 4);
		if (!job[i].ok)
			continue;
		ck_assert(esp_strip(&p[i], of[i]->in, &next));
		ck_assert_uint_eq(next, ESP_NEXT_UDP);
		ck_assert_uint_eq(p[i].len, len[i]);
		ck_assert_mem_eq(p[i].data, body[i], len[i]);
	}
	free(expect);
	free(rooms);
}

static void suite_init(struct crypt *c, struct suite *s, enum cipher cipher, enum hash hash)
{
	s->c = cipher;
	s->h = hash;
	fill_random(s->enc, sizeof s->enc);
	fill_random(s->auth, sizeof s->auth);
	s->out = crypt_key_create(c, cipher, hash, s->enc, s->auth, true);
	s->in = crypt_key_create(c, cipher, hash, s->enc, s->auth, false);
	ck_assert(s->out && s->in);
}

START_TEST(every_suite)
{
	struct crypt *c = crypt_create(one_crypto(), (enum crypt_way)_i);
	struct suite suite[CIPHER_COUNT * HASH_COUNT];
	size_t n = 0;

	if (!c) {
		ck_assert_int_ge(_i, CRYPT_MB_SSE); /* OpenSSL is always there */
		return;
	}
	srand((unsigned)_i);
	for (enum cipher i = 0; i < CIPHER_COUNT; i++)
		for (enum hash h = 0; h < HASH_COUNT; h++)
			if (esp_suite_ok(i, h)) {
				suite_init(c, &suite[n], i, h);
				there_and_back(c, &suite[n], 1, 1, 1500);
				there_and_back(c, &suite[n], 1, 3, 200);
				there_and_back(c, &suite[n], 1, 17, 200);
				n++;
			}
	ck_assert_uint_eq(n, 30);
	for (int round = 0; round < 20; round++) /* all mixed */
		there_and_back(c, suite, n, 1 + (size_t)rand() % CRYPT_BATCH, 400);
	while (n-- > 0) {
		crypt_key_destroy(suite[n].out);
		crypt_key_destroy(suite[n].in);
	}
	crypt_destroy(c);
}
END_TEST

/* Sizes of batches, all of them with what serves a gateway; DES not by libipsec-mb, which takes
 * minutes for it where it has no AVX-512. */
START_TEST(every_size)
{
	static const enum cipher ciphers[] = {CIPHER_NULL, CIPHER_AES128, CIPHER_AES256, CIPHER_DES,
	    CIPHER_3DES, CIPHER_3DES};
	struct crypt *c = crypt_create(one_crypto(), (enum crypt_way)_i);
	size_t suites = _i >= CRYPT_MB_SSE && _i <= CRYPT_MB_AVX512 ? 3 : 6;
	struct suite suite[6];

	if (!c)
		return;
	srand((unsigned)_i);
	for (size_t i = 0; i < suites; i++)
		suite_init(c, &suite[i], ciphers[i], i % 3 ? HASH_SHA1 : HASH_SHA256);
	for (size_t n = 1; n <= CRYPT_BATCH; n += _i == CRYPT_MEASURED ? 1 : 15)
		if (n % 2)
			there_and_back(c, suite, suites, n, n % 16 ? 80 : 1500);
		else
			there_and_back(c, suite + suites - 2, 2, n, n % 16 ? 80 : 1500);
	for (size_t i = 0; i < suites; i++) {
		crypt_key_destroy(suite[i].out);
		crypt_key_destroy(suite[i].in);
	}
	crypt_destroy(c);
}
END_TEST

/* What was measured can be told, and who was told its way measured nothing. A batch of 3DES is
 * never slower than OpenSSL. */
START_TEST(rates)
{
	struct crypt *c = crypt_create(one_crypto(), CRYPT_MEASURED);
	struct crypt_rate rate[CRYPT_RATES];

	for (int encrypt = 0; encrypt < 2; encrypt++) {
		crypt_suite_rates(c, CIPHER_3DES, HASH_SHA1, encrypt, rate);
		ck_assert_uint_eq(rate[0].packets, 1);
		ck_assert_uint_eq(rate[CRYPT_RATES - 1].packets, CRYPT_BATCH);
		for (size_t i = 0; i < CRYPT_RATES; i++)
			ck_assert(rate[i].here && rate[i].openssl);
		ck_assert_uint_ge(rate[CRYPT_RATES - 1].here, rate[CRYPT_RATES - 1].openssl);
	}
	crypt_destroy(c);
	c = crypt_create(one_crypto(), CRYPT_OPENSSL);
	crypt_suite_rates(c, CIPHER_3DES, HASH_SHA1, true, rate);
	ck_assert_uint_eq(rate[0].here, 0);
	ck_assert_uint_eq(rate[0].openssl, 0);
	crypt_destroy(c);
}
END_TEST

START_TEST(refused_suites)
{
	ck_assert(!esp_suite_ok(CIPHER_AES128, HASH_NONE));
	ck_assert(!esp_suite_ok(CIPHER_NULL, HASH_NONE));
	ck_assert(!esp_suite_ok(CIPHER_COUNT, HASH_SHA1));
	ck_assert(!esp_suite_ok(CIPHER_AES128, HASH_COUNT));
	ck_assert(esp_suite_ok(CIPHER_NULL, HASH_MD5));
}
END_TEST

/*
 * HMAC vectors, on the path that packets take: with the NULL cipher a packet is its own
 * text, so a vector whose data can be cut into SPI, sequence and payload is an ESP packet.
 */
START_TEST(hmac_vectors)
{
	static const struct {
		enum hash h;
		uint8_t key_byte; /* repeated over the key's length */
		uint8_t data_byte;
		uint8_t len;
		const char *icv;
	} row[] = {
	    /* RFC 2202 2, case 3: key aa x16, data dd x50 */
	    {HASH_MD5, 0xaa, 0xdd, 50, "\x56\xbe\x34\x52\x1d\x14\x4c\x88\xdb\xb8\xc7\x33"},
	    /* RFC 2202 3, case 3: key aa x20, data dd x50 */
	    {HASH_SHA1, 0xaa, 0xdd, 50, "\x12\x5d\x73\x42\xb9\xac\x11\xcd\x91\xa3\x9a\xf4"},
	    /* RFC 4868 2.7.2.1, test case AUTH256-4 is key 01..20; -3 is key aa x32, dd x50 */
	    {HASH_SHA256, 0xaa, 0xdd, 50,
	        "\xcd\xcb\x12\x20\xd1\xec\xcc\xea\x91\xe5\x3a\xba\x30\x92\xf9\x62"},
	};

	for (int way = 0; way < CRYPT_WAYS; way++) {
		struct crypt *c = crypt_create(one_crypto(), (enum crypt_way)way);

		for (size_t i = 0; c && i < sizeof row / sizeof *row; i++) {
			uint8_t key[64], buf[128];
			struct crypt_key *k;
			struct esp_job job = {.esp = buf, .len = row[i].len};

			memset(key, row[i].key_byte, sizeof key);
			memset(buf, row[i].data_byte, sizeof buf);
			k = crypt_key_create(c, CIPHER_NULL, row[i].h, key, key, true);
			job.key = k;
			crypt_run(c, &job, 1, true);
			ck_assert_mem_eq(buf + row[i].len, row[i].icv, hash_info[row[i].h].icv);
			crypt_key_destroy(k);
		}
		crypt_destroy(c);
	}
}
END_TEST

START_TEST(broken_packets)
{
	struct crypt *c = crypt_create(one_crypto(), CRYPT_OPENSSL);
	struct suite s;
	PACKET_HERE(p);
	struct esp_job job;
	struct esp_header h = {0x12345678, 1};
	uint8_t whole[256], iv[16] = {1}, next;
	size_t len;

	suite_init(c, &s, CIPHER_AES128, HASH_SHA1);
	packet_fill(&p, "hello", 5);
	ck_assert(esp_seal(&p, s.out, &h, iv, ESP_NEXT_UDP, &job));
	crypt_run(c, &job, 1, true);
	len = p.len;
	memcpy(whole, p.data, len);
	for (size_t cut = 0; cut < len; cut++) {
		packet_fill(&p, whole, cut);
		ck_assert_int_eq(esp_peek(&p, &h), cut >= 8);
		if (esp_open(&p, s.in, &job)) {
			crypt_run(c, &job, 1, false);
			ck_assert(!job.ok);
		}
	}
	/* A signed packet whose padding is wrong, and one whose pad length leads outside. */
	for (int bad = 0; bad < 2; bad++) {
		packet_fill(&p, "hello", 5);
		ck_assert(esp_seal(&p, s.out, &h, iv, ESP_NEXT_UDP, &job));
		if (bad)
			p.data[8 + 16 + 14] = 200;
		else
			p.data[8 + 16 + 9]++;
		crypt_run(c, &job, 1, true);
		ck_assert(esp_open(&p, s.in, &job));
		crypt_run(c, &job, 1, false);
		ck_assert(job.ok);
		ck_assert(!esp_strip(&p, s.in, &next));
	}
	/* No room to grow. */
	packet_fill(&p, whole, 100);
	p.len = PACKET_BUF - PACKET_HEAD - 4;
	ck_assert(!esp_seal(&p, s.out, &h, iv, ESP_NEXT_UDP, &job));
	packet_fill(&p, whole, 100);
	packet_push(&p, PACKET_HEAD - 4);
	ck_assert(!esp_seal(&p, s.out, &h, iv, ESP_NEXT_UDP, &job));
	crypt_key_destroy(s.out);
	crypt_key_destroy(s.in);
	crypt_destroy(c);
}
END_TEST

START_TEST(measured_quickly)
{
	struct crypt *c = crypt_create(one_crypto(), CRYPT_MEASURED);

	ck_assert_ptr_nonnull(strstr(crypt_describe(c), "3des-sha: "));
	ck_assert_ptr_nonnull(strstr(crypt_describe(c), "aes-256-sha: "));
	crypt_destroy(c);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("esp_crypt");
	TCase *tc = tcase_create("esp_crypt");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, every_suite, 0, CRYPT_WAYS);
	tcase_add_loop_test(tc, every_size, 0, CRYPT_WAYS);
	tcase_add_test(tc, rates);
	tcase_add_test(tc, refused_suites);
	tcase_add_test(tc, hmac_vectors);
	tcase_add_test(tc, broken_packets);
	tcase_add_test(tc, measured_quickly);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
