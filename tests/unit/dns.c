/* The question of a name server, and what its answers say: names of every length, answers that are
 * others' or cut short, aliases, and more addresses than are taken. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/dns.h"
#include "engine/wire/wire.h"

static uint8_t question[DNS_QUESTION_MAX], answer[4096];
static size_t question_len;
static struct wr w;
static struct dns_found found;

static void setup(void)
{
	question_len = dns_question(0x1234, "Www.AZ.net", question, sizeof question);
	ck_assert_uint_eq(question_len, 12 + 12 + 4);
}

/* ---- questions ------------------------------------------------------------------------- */

START_TEST(a_question)
{
	static const uint8_t expect[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
					"\3Www\2AZ\3net\0\x00\x01\x00\x01";

	ck_assert_uint_eq(question_len, sizeof expect - 1);
	ck_assert_mem_eq(question, expect, question_len);
	ck_assert_uint_eq(dns_question(0x1234, "Www.AZ.net.", question, sizeof question), 28);
	ck_assert_mem_eq(question, expect, 28);
	ck_assert_uint_eq(dns_question(1, "a", question, 12 + 3 + 4), 19);
	ck_assert_uint_eq(dns_question(1, "a", question, 12 + 3 + 3), 0);
}
END_TEST

/* A label of 63, a name of 255 with all its lengths: no more (RFC 1035 2.3.4). */
START_TEST(names)
{
	static const char *const none[] = {"", ".", "..", "a..b", ".a", "a.b.."};
	char name[300];

	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		ck_assert_msg(!dns_question(1, none[i], question, sizeof question), "%s", none[i]);
	memset(name, 'a', sizeof name);
	name[63] = 0;
	ck_assert_uint_eq(dns_question(1, name, question, sizeof question), 12 + 65 + 4);
	name[63] = 'a';
	name[64] = 0;
	ck_assert_uint_eq(dns_question(1, name, question, sizeof question), 0);
	memset(name, 'a', sizeof name);
	name[63] = name[127] = name[191] = '.';
	name[253] = 0; /* 64 + 64 + 64 + 62 + 1 */
	ck_assert_uint_eq(dns_question(1, name, question, sizeof question), 12 + 255 + 4);
	name[253] = 'a';
	name[254] = 0;
	ck_assert_uint_eq(dns_question(1, name, question, sizeof question), 0);
}
END_TEST

/* ---- answers --------------------------------------------------------------------------- */

/* Begins an answer to the question. */
static void begin(uint16_t flags, uint16_t answers)
{
	w = wr_init(answer, sizeof answer);
	wr_u16(&w, 0x1234);
	wr_u16(&w, flags);
	wr_u16(&w, 1);
	wr_u16(&w, answers);
	wr_u32(&w, 0);
	wr_bytes(&w, question + 12, question_len - 12);
}

static void record(uint16_t type, uint16_t class, uint32_t lives, const void *data, uint16_t len)
{
	wr_u16(&w, 0xc00c);
	wr_u16(&w, type);
	wr_u16(&w, class);
	wr_u32(&w, lives);
	wr_u16(&w, len);
	wr_bytes(&w, data, len);
}

static enum dns_answer said(void)
{
	ck_assert(!w.full);
	return dns_answer(question, question_len, answer, wr_len(&w), &found);
}

#define YES 0x8180

START_TEST(addresses)
{
	begin(YES, 5);
	record(5, 1, 300, "\1x\0", 3); /* an alias */
	record(1, 1, 200, "\12\1\1\1", 4);
	record(28, 1, 7, "\12\1\1\1", 4); /* not asked for */
	record(1, 3, 8, "\12\1\1\2", 4);
	record(1, 1, 250, "\12\1\1\3", 4);
	ck_assert_int_eq(said(), DNS_FOUND);
	ck_assert_uint_eq(found.n, 2);
	ck_assert_uint_eq(addr_to_v4(&found.address[0]), 0x0a010101);
	ck_assert_uint_eq(addr_to_v4(&found.address[1]), 0x0a010103);
	ck_assert_uint_eq(found.lives, 200);
	begin(YES, 2); /* an address of another length is none; the alias lives shortest */
	record(1, 1, 100, "\12\1\1\1\1", 5);
	record(5, 1, 20, "\1x\0", 3);
	ck_assert_int_eq(said(), DNS_NONE);
	record(1, 1, 100, "\12\1\1\1", 4); /* one more than it says there are */
	ck_assert_int_eq(said(), DNS_NONE);
	answer[7] = 3;
	ck_assert_int_eq(said(), DNS_FOUND);
	ck_assert_uint_eq(found.lives, 20);
	/* A name in full in place of a pointer. */
	begin(YES, 1);
	wr_bytes(&w, "\1a\3net\0", 7);
	wr_bytes(&w, "\0\1\0\1\0\0\0\5\0\4\12\1\1\7", 14);
	ck_assert_int_eq(said(), DNS_FOUND);
	ck_assert_uint_eq(addr_to_v4(&found.address[0]), 0x0a010107);
}
END_TEST

START_TEST(more_than_are_taken)
{
	begin(YES, DNS_ADDRESSES + 9);
	for (uint8_t i = 0; i < DNS_ADDRESSES + 9; i++)
		record(1, 1, i < DNS_ADDRESSES ? 100 : 1, (uint8_t[]){10, 0, 0, i}, 4);
	ck_assert_int_eq(said(), DNS_FOUND);
	ck_assert_uint_eq(found.n, DNS_ADDRESSES);
	ck_assert_uint_eq(found.lives, 100);
}
END_TEST

START_TEST(what_a_server_says)
{
	static const struct {
		uint16_t flags;
		enum dns_answer is;
	} row[] = {{YES, DNS_NONE}, {YES | 3, DNS_NONE}, {YES | 2, DNS_FAILED},
	    {YES | 5, DNS_FAILED}, {YES | 1, DNS_FAILED}, {YES | 0x200, DNS_FAILED},
	    {0x0180, DNS_OTHER}};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		begin(row[i].flags, 0);
		ck_assert_msg(said() == row[i].is, "%zu", i);
	}
	begin(YES | 0x200, 1); /* cut, and yet it has one */
	record(1, 1, 100, "\12\1\1\1", 4);
	ck_assert_int_eq(said(), DNS_FOUND);
}
END_TEST

/* Of another question, whatever it says; letters may have another case. */
START_TEST(of_another)
{
	for (size_t i = 0; i < 12 + 16; i++) {
		begin(YES, 1);
		record(1, 1, 100, "\12\1\1\1", 4);
		ck_assert_int_eq(said(), DNS_FOUND);
		if (i >= 6 && i < 12)
			continue; /* how many there are */
		answer[i] ^= i >= 2 && i < 4 ? 0x80 : i < 12 ? 1 : 2;
		if (i != 3)
			ck_assert_msg(said() == DNS_OTHER, "%zu", i);
	}
	begin(YES, 1);
	record(1, 1, 100, "\12\1\1\1", 4);
	memcpy(answer + 13, "wWW", 3);
	memcpy(answer + 17, "az", 2);
	memcpy(answer + 20, "NET", 3);
	ck_assert_int_eq(said(), DNS_FOUND);
	memcpy(answer + 17, "a{", 2); /* behind z, as [ is behind Z */
	ck_assert_int_eq(said(), DNS_OTHER);
	memcpy(answer + 17, "a[", 2);
	ck_assert_int_eq(said(), DNS_OTHER);
	memcpy(answer + 17, "@z", 2);
	ck_assert_int_eq(said(), DNS_OTHER);
}
END_TEST

/* Wherever it is cut: never an address that is not there. */
START_TEST(cut_short)
{
	size_t whole;

	begin(YES, 1);
	record(1, 1, 100, "\12\1\1\1", 4);
	whole = wr_len(&w);
	for (size_t n = 0; n < whole; n++) {
		uint8_t *cut = malloc(n + 1);

		memcpy(cut, answer, n);
		ck_assert_int_eq(dns_answer(question, question_len, cut, n, &found),
		    n < question_len ? DNS_OTHER : DNS_FAILED);
		free(cut);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dns");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, NULL);
	tcase_add_test(c, a_question);
	tcase_add_test(c, names);
	tcase_add_test(c, addresses);
	tcase_add_test(c, more_than_are_taken);
	tcase_add_test(c, what_a_server_says);
	tcase_add_test(c, of_another);
	tcase_add_test(c, cut_short);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
