/* The codec of RADIUS against the examples of RFC 2865 7, and against what is not RADIUS. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/radius/packet.h"
#include "tests/support/one_crypto.h"

static struct radius_key key;

static void setup(void)
{
	key = (struct radius_key){one_crypto(), "xyzzy5461"};
}

/* RFC 2865 7.1: nemo logs in with "arctangent". */
static const uint8_t example_authenticator[] = {
    0x0f, 0x40, 0x3f, 0x94, 0x73, 0x97, 0x80, 0x57, 0xbd, 0x83, 0xd5, 0xcb, 0x98, 0xf4, 0x22, 0x7a};
static const uint8_t example_password[] = {
    0x0d, 0xbe, 0x70, 0x8d, 0x93, 0xd4, 0x13, 0xce, 0x31, 0x96, 0xe4, 0x3f, 0x78, 0x2a, 0x0a, 0xee};
static const uint8_t example_accept[] = {0x02, 0x00, 0x00, 0x26, 0x86, 0xfe, 0x22, 0x0e, 0x76, 0x24,
    0xba, 0x2a, 0x10, 0x05, 0xf6, 0xbf, 0x9b, 0x55, 0xe0, 0xb2, 0x06, 0x06, 0x00, 0x00, 0x00, 0x01,
    0x0f, 0x06, 0x00, 0x00, 0x00, 0x00, 0x0e, 0x06, 0xc0, 0xa8, 0x01, 0x03};

START_TEST(the_password_of_the_rfc)
{
	uint8_t buffer[RADIUS_PACKET_MAX];
	struct wr w = wr_init(buffer, sizeof buffer);
	struct radius_packet p;
	struct radius_value v;

	radius_begin(&w, RADIUS_ACCESS_REQUEST, 0, example_authenticator);
	radius_put_text(&w, RADIUS_USER_NAME, "nemo");
	ck_assert(radius_put_password(&w, &key, "arctangent"));
	ck_assert(radius_finish(&w, &key));
	ck_assert(radius_read(&p, buffer, wr_len(&w)));
	ck_assert(radius_find(&p, RADIUS_USER_PASSWORD, &v));
	ck_assert_uint_eq(v.len, 16);
	ck_assert_mem_eq(v.p, example_password, 16);
	/* The request's authenticator is as it was; the first attribute signs it. */
	ck_assert_mem_eq(buffer + 4, example_authenticator, 16);
	ck_assert_uint_eq(buffer[20], RADIUS_MESSAGE_AUTHENTICATOR);
}
END_TEST

START_TEST(the_answer_of_the_rfc)
{
	uint8_t copy[sizeof example_accept];
	struct radius_packet p;
	struct radius_key other = {one_crypto(), "xyzzy5462"};

	ck_assert(radius_read(&p, example_accept, sizeof example_accept));
	ck_assert_int_eq(
	    radius_answer_verify(&p, &key, example_authenticator, false), RADIUS_GENUINE);
	ck_assert_int_eq(radius_answer_verify(&p, &key, example_authenticator, true),
	    RADIUS_UNSIGNED); /* not signed */
	ck_assert_int_eq(
	    radius_answer_verify(&p, &other, example_authenticator, false), RADIUS_FORGED);
	for (size_t i = 0; i < sizeof copy; i++) { /* every bit counts, but those of padding */
		memcpy(copy, example_accept, sizeof copy);
		copy[i] ^= 1;
		ck_assert(
		    !radius_read(&p, copy, sizeof copy) ||
		    radius_answer_verify(&p, &key, example_authenticator, false) != RADIUS_GENUINE);
	}
}
END_TEST

/* A long password takes several blocks, each hidden by the one before; 129 characters none. */
START_TEST(long_passwords)
{
	uint8_t buffer[RADIUS_PACKET_MAX], mask[CRYPTO_HASH_MAX];
	char password[130];
	struct wr w = wr_init(buffer, sizeof buffer);
	const uint8_t *before = example_authenticator, *hidden = buffer + RADIUS_HEADER + 18 + 2;

	memset(password, 'p', sizeof password);
	password[128] = '\0';
	radius_begin(&w, RADIUS_ACCESS_REQUEST, 0, example_authenticator);
	ck_assert(radius_put_password(&w, &key, password));
	ck_assert_uint_eq(hidden[-1], 130);
	for (size_t at = 0; at < 128; at += 16) {
		const struct chunk part[] = {{key.secret, strlen(key.secret)}, {before, 16}};

		ck_assert(crypto_hash(key.crypto, HASH_MD5, part, 2, mask));
		for (size_t i = 0; i < 16; i++)
			ck_assert_uint_eq(hidden[at + i] ^ mask[i], 'p');
		before = hidden + at;
	}
	password[128] = 'p';
	password[129] = '\0';
	ck_assert(!radius_put_password(&w, &key, password));
}
END_TEST

/* RFC 2866 3: what is signed by its authenticator verifies, and nothing else. */
START_TEST(requests_of_others)
{
	uint8_t buffer[RADIUS_PACKET_MAX];
	struct wr w = wr_init(buffer, sizeof buffer);
	struct radius_packet p;

	radius_begin(&w, RADIUS_DISCONNECT_REQUEST, 7, NULL);
	radius_put_text(&w, RADIUS_USER_NAME, "erin");
	ck_assert(radius_finish(&w, &key));
	ck_assert(radius_read(&p, buffer, wr_len(&w)));
	ck_assert(radius_request_verifies(&p, &key));
	buffer[wr_len(&w) - 1] ^= 1;
	ck_assert(!radius_request_verifies(&p, &key));
}
END_TEST

static bool reads(const void *bytes, size_t len)
{
	struct radius_packet p;

	return radius_read(&p, bytes, len);
}

START_TEST(malformed)
{
	uint8_t p[64] = {2, 1, 0, 26};

	p[20] = 8;
	p[21] = 6;
	ck_assert(reads(p, 26));
	ck_assert(reads(p, 64)); /* padding */
	for (size_t len = 0; len < 26; len++)
		ck_assert(!reads(p, len));
	p[21] = 7; /* beyond the end */
	ck_assert(!reads(p, 26));
	p[21] = 5; /* half an attribute behind it */
	ck_assert(!reads(p, 26));
	p[21] = 1;
	ck_assert(!reads(p, 26));
	p[21] = 0;
	ck_assert(!reads(p, 26));
	p[3] = 19;
	ck_assert(!reads(p, 26));
}
END_TEST

/* Those of a vendor come one by one; what a vendor has built its own way comes as it is. */
START_TEST(vendors)
{
	uint8_t buffer[256];
	struct wr w = wr_init(buffer, sizeof buffer);
	struct radius_packet p;
	struct radius_cursor c;
	struct radius_value v;

	radius_begin(&w, RADIUS_ACCESS_ACCEPT, 1, NULL);
	radius_put(&w, RADIUS_VENDOR, "\0\0\x0c\x04\2\6\0\0\0\2\5\6\12\1\1\65", 16);
	radius_put(&w, RADIUS_VENDOR, "\0\0\0\1\377\377", 6);
	radius_put(&w, RADIUS_VENDOR, "\0\0\1", 3);
	wr_patch16(&w, 2, wr_len(&w));
	ck_assert(radius_read(&p, buffer, wr_len(&w)));
	c = radius_cursor(&p);
	ck_assert(radius_next(&c, &v) && v.vendor == 3076 && v.type == 2 && radius_u32(&v) == 2);
	ck_assert(
	    radius_next(&c, &v) && v.vendor == 3076 && v.type == 5 && radius_u32(&v) == 0x0a010135);
	ck_assert(radius_next(&c, &v) && v.vendor == 0 && v.type == RADIUS_VENDOR && v.len == 6);
	ck_assert(radius_next(&c, &v) && v.vendor == 0 && v.type == RADIUS_VENDOR && v.len == 3);
	ck_assert(!radius_next(&c, &v));
}
END_TEST

START_TEST(too_much)
{
	uint8_t buffer[RADIUS_PACKET_MAX], value[300] = {0};
	struct wr w = wr_init(buffer, sizeof buffer);

	radius_begin(&w, RADIUS_ACCESS_REQUEST, 1, example_authenticator);
	radius_put_long(&w, RADIUS_EAP_MESSAGE, value, sizeof value);
	ck_assert_uint_eq(wr_len(&w), RADIUS_HEADER + 18 + 300 + 4);
	radius_put(&w, RADIUS_CLASS, value, 254);
	ck_assert(!radius_finish(&w, &key));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("radius_packet");
	TCase *tc = tcase_create("radius_packet");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, the_password_of_the_rfc);
	tcase_add_test(tc, the_answer_of_the_rfc);
	tcase_add_test(tc, long_passwords);
	tcase_add_test(tc, requests_of_others);
	tcase_add_test(tc, malformed);
	tcase_add_test(tc, vendors);
	tcase_add_test(tc, too_much);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
