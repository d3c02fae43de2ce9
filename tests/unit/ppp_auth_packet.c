/* Packets of PAP and CHAP: what is read, what is refused, what is written. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ppp/auth_packet.h"

static const struct {
	const char *what;
	bool chap;
	size_t value, len;
	const char *bytes;
	const char *user, *password; /* NULL: refused */
} row[] = {
    {"PAP", false, 0, 7, "\2me\3abc", "me", "abc"},
    {"PAP, nothing said", false, 0, 2, "\0\0", "", ""},
    {"PAP, a password may hold anything but NUL", false, 0, 5, "\1u\2\1\177", "u", "\1\177"},
    {"PAP, a NUL in the password", false, 0, 5, "\1u\2a\0", NULL, NULL},
    {"PAP, a NUL in the name", false, 0, 5, "\2u\0\1a", NULL, NULL},
    {"PAP, a control character", false, 0, 5, "\2u\n\1a", NULL, NULL},
    {"PAP, the last control character", false, 0, 5, "\2u\37\1a", NULL, NULL},
    {"PAP, DEL", false, 0, 5, "\2u\177\1a", NULL, NULL},
    {"PAP, a blank and a letter of UTF-8", false, 0, 7, "\4 u\303\251\1a", " u\303\251", "a"},
    {"PAP, a name that is cut off", false, 0, 2, "\2u", NULL, NULL},
    {"PAP, no password", false, 0, 2, "\1u", NULL, NULL},
    {"PAP, a password that is cut off", false, 0, 4, "\1u\2a", NULL, NULL},
    {"CHAP", true, 4, 7, "\4abcdme", "me", ""},
    {"CHAP, no name", true, 4, 5, "\4abcd", "", ""},
    {"CHAP, a longer value", true, 4, 8, "\5abcdeme", NULL, NULL},
    {"CHAP, a shorter value", true, 4, 6, "\3abcme", NULL, NULL},
    {"CHAP, a control character", true, 4, 7, "\4abcdm\r", NULL, NULL},
};

START_TEST(what_is_read)
{
	const struct auth_packets *k = row[_i].chap ? &chap_packets : &pap_packets;
	struct ppp_auth_request q = {.user = ""};
	struct rd r = rd_init(row[_i].bytes, row[_i].len);
	bool ok = k->read(&r, row[_i].value, &q);

	ck_assert_msg(ok == (row[_i].user != NULL), "%s", row[_i].what);
	if (!ok)
		return;
	ck_assert_str_eq(q.user, row[_i].user);
	ck_assert_str_eq(q.password, row[_i].password);
	ck_assert_uint_eq(q.response_len, row[_i].value);
	ck_assert_mem_eq(q.response, row[_i].bytes + 1, q.response_len);
}
END_TEST

/* A name that just fits, and one that does not. */
START_TEST(the_longest_name)
{
	uint8_t bytes[1 + PPP_USER_MAX];
	struct ppp_auth_request q;
	struct rd r;

	memset(bytes, 'n', sizeof bytes);
	bytes[0] = 0;
	r = rd_init(bytes, PPP_USER_MAX);
	ck_assert(chap_packets.read(&r, 0, &q));
	ck_assert_uint_eq(strlen(q.user), PPP_USER_MAX - 1);
	r = rd_init(bytes, 1 + PPP_USER_MAX);
	ck_assert(!chap_packets.read(&r, 0, &q));
}
END_TEST

START_TEST(the_header)
{
	static const struct {
		size_t len;
		const char *bytes;
		bool good;
		size_t left;
	} head[] = {
	    {4, "\1\7\0\4", true, 0},
	    {7, "\1\7\0\6ab+", true, 2}, /* padding is left out */
	    {4, "\1\7\0\3", false, 0},
	    {5, "\1\7\0\6a", false, 0},
	    {3, "\1\7\0", false, 0},
	};
	uint8_t code, id;

	for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
		struct rd r = rd_init(head[i].bytes, head[i].len);

		ck_assert_int_eq(auth_packet_open(&r, &code, &id), head[i].good);
		if (!head[i].good)
			continue;
		ck_assert_uint_eq(code, 1);
		ck_assert_uint_eq(id, 7);
		ck_assert_uint_eq(rd_left(&r), head[i].left);
	}
}
END_TEST

START_TEST(what_is_written)
{
	uint8_t buf[32];

	ck_assert_uint_eq(pap_packets.write("Hello", buf, sizeof buf), 6);
	ck_assert_mem_eq(buf, "\5Hello", 6);
	ck_assert_uint_eq(chap_packets.write("Hello", buf, sizeof buf), 5);
	ck_assert_mem_eq(buf, "Hello", 5);
	ck_assert_uint_eq(
	    chap_challenge_write((const uint8_t *)"abc", 3, "gw", buf, sizeof buf), 6);
	ck_assert_mem_eq(buf, "\3abcgw", 6);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_auth_packet");
	TCase *tc = tcase_create("packet");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(tc, what_is_read, 0, sizeof row / sizeof *row);
	tcase_add_test(tc, the_longest_name);
	tcase_add_test(tc, the_header);
	tcase_add_test(tc, what_is_written);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
