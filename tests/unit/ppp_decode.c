/* Control packets in the words of `debug ppp`: what is printed of which, what is cut or malformed,
 * and that no secret is. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ppp/decode.h"
#include "engine/ppp/frame.h"

#define BYTES(text) text, sizeof text - 1

static const struct {
	uint16_t protocol;
	const char *packet;
	size_t len;
	const char *words;
} table[] = {
    {PROTO_LCP, BYTES("\x01\x07\x00\x04"), "LCP Configure-Request id 7"},
    {PROTO_LCP, BYTES("\x01\x07\x00\x08\x01\x04\x05\xdc"), "LCP Configure-Request id 7 <mru 1500>"},
    {PROTO_LCP, BYTES("\x02\x07\x00\x06\x07\x02"), "LCP Configure-Ack id 7 <pcomp>"},
    {PROTO_LCP, BYTES("\x03\x07\x00\x09\x03\x05\xc2\x23\x81"),
	"LCP Configure-Nak id 7 <auth ms-chap-v2>"},
    {PROTO_LCP, BYTES("\x04\x07\x00\x0a\x05\x06\x01\x02\x03\xff"),
	"LCP Configure-Reject id 7 <magic 0x010203ff>"},
    {PROTO_LCP, BYTES("\x01\x07\x00\x08\x03\x04\xc0\x23"), "LCP Configure-Request id 7 <auth pap>"},
    {PROTO_LCP, BYTES("\x01\x07\x00\x08\x03\x04\xc2\x27"), "LCP Configure-Request id 7 <auth eap>"},
    {PROTO_LCP, BYTES("\x01\x07\x00\x09\x03\x05\xc2\x23\x06"),
	"LCP Configure-Request id 7 <auth c223>"},
    {PROTO_LCP, BYTES("\x01\x07\x00\x0a\xc8\x04\x01\x02\x08\x02"),
	"LCP Configure-Request id 7 <option 200 0x0102> <accomp>"},
    /* of an option that is cut, or shorter than its own header, nothing more is said */
    {PROTO_LCP, BYTES("\x01\x07\x00\x08\x07\x02\x01\x04"),
	"LCP Configure-Request id 7 <pcomp> (malformed options)"},
    {PROTO_LCP, BYTES("\x01\x07\x00\x08\x07\x02\x01\x01"),
	"LCP Configure-Request id 7 <pcomp> (malformed options)"},
    {PROTO_LCP, BYTES("\x01\x07\x00\x07\x07\x02\x01"),
	"LCP Configure-Request id 7 <pcomp> (malformed options)"},
    /* data, not options: only how much */
    {PROTO_LCP,
	BYTES("\x05\x07\x00\x06"
	      "ab"),
	"LCP Terminate-Request id 7, 2 bytes"},
    {PROTO_LCP, BYTES("\x06\x07\x00\x04"), "LCP Terminate-Ack id 7"},
    {PROTO_LCP, BYTES("\x07\x07\x00\x05\x0e"), "LCP Code-Reject id 7 code 14"},
    {PROTO_LCP, BYTES("\x08\x07\x00\x06\x80\xfd"), "LCP Protocol-Reject id 7 protocol 80fd"},
    {PROTO_LCP, BYTES("\x0d\x07\x00\x04"), "LCP Time-Remaining id 7"},
    {PROTO_LCP, BYTES("\x0e\x07\x00\x04"), "LCP code 14 id 7"},
    {PROTO_LCP, BYTES("\x00\x07\x00\x04"), "LCP code 0 id 7"},
    {PROTO_IPCP, BYTES("\x01\x09\x00\x0a\x03\x06\x0a\x00\x00\x01"),
	"IPCP Configure-Request id 9 <addr 10.0.0.1>"},
    {PROTO_IPCP, BYTES("\x03\x09\x00\x0a\x81\x06\x0a\x00\x00\x01"),
	"IPCP Configure-Nak id 9 <ms-dns1 10.0.0.1>"},
    /* the same number is another option in LCP */
    {PROTO_IPCP, BYTES("\x01\x09\x00\x08\x02\x04\x00\x2d"),
	"IPCP Configure-Request id 9 <compress 0x002d>"},
    {PROTO_IPCP, BYTES("\x08\x09\x00\x06\x80\xfd"), "IPCP Protocol-Reject id 9, 2 bytes"},
    {PROTO_IPCP, BYTES("\x07\x09\x00\x05\x0c"), "IPCP Code-Reject id 9 code 12"},
    {PROTO_CCP, BYTES("\x01\x09\x00\x0a\x12\x06\x01\x00\x00\x20"),
	"CCP Configure-Request id 9, 6 bytes"},
    {PROTO_IPV6CP, BYTES("\x07\x09\x00\x05\x0c"), "IPV6CP Code-Reject id 9 code 12"},
    {PROTO_PAP, BYTES("\x01\x01\x00\x0e\4user\4word"), "PAP Authenticate-Request id 1, 10 bytes"},
    {PROTO_PAP, BYTES("\x04\x01\x00\x04"), "PAP code 4 id 1"},
    {PROTO_CHAP, BYTES("\x01\x01\x00\x05x"), "CHAP Challenge id 1, 1 bytes"},
    {PROTO_CHAP, BYTES("\x04\x01\x00\x05x"), "CHAP Failure id 1, 1 bytes"},
    {PROTO_CHAP, BYTES("\x07\x01\x00\x05x"), "CHAP Change-Password id 1, 1 bytes"},
    {PROTO_CHAP, BYTES("\x05\x01\x00\x05x"), "CHAP code 5 id 1, 1 bytes"},
    {PROTO_EAP, BYTES("\x01\x07\x00\x05\x01"), "EAP Request id 7, identity, 0 bytes"},
    {PROTO_EAP, BYTES("\x02\x07\x00\x09\x01user"), "EAP Response id 7, identity, 4 bytes"},
    {PROTO_EAP, BYTES("\x02\x07\x00\x06\x03\x1a"), "EAP Response id 7, nak, 1 bytes"},
    {PROTO_EAP, BYTES("\x01\x07\x00\x06\x0d\x20"), "EAP Request id 7, tls, 1 bytes"},
    {PROTO_EAP, BYTES("\x01\x07\x00\x05\x07"), "EAP Request id 7, type 7, 0 bytes"},
    {PROTO_EAP, BYTES("\x01\x07\x00\x05\xfe"), "EAP Request id 7, type 254, 0 bytes"},
    {PROTO_EAP, BYTES("\x03\x07\x00\x04"), "EAP Success id 7"},
    /* the length that it says, and what is there */
    {PROTO_LCP, BYTES("\x01\x07\x00\x03"), "LCP malformed"},
    {PROTO_LCP, BYTES("\x01\x07\x00\x05"), "LCP malformed"},
    {PROTO_LCP, BYTES("\x01\x07\x00"), "LCP malformed"},
    {PROTO_LCP, BYTES("\x05\x07\x00\x04pad"), "LCP Terminate-Request id 7"},
    {PROTO_EAP, BYTES("\x01\x07\x00\x04"), "EAP Request id 7"},
};

START_TEST(words)
{
	char line[256];

	ck_assert_str_eq(ppp_decode(line, sizeof line, table[_i].protocol,
			     rd_init(table[_i].packet, table[_i].len)),
	    table[_i].words);
}
END_TEST

/* A line that is too long is cut, and not a byte is written behind it. */
START_TEST(cut)
{
	static const char whole[] = "LCP Configure-Request id 7 <mru 1500>";
	char line[64];

	for (size_t size = 1; size <= sizeof whole + 1; size++) {
		memset(line, '#', sizeof line);
		ppp_decode(line, size, PROTO_LCP, rd_init("\x01\x07\x00\x08\x01\x04\x05\xdc", 8));
		ck_assert_uint_eq(
		    strlen(line), size - 1 < sizeof whole - 1 ? size - 1 : sizeof whole - 1);
		ck_assert_mem_eq(line, whole, strlen(line));
		ck_assert_int_eq(line[size], '#');
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_decode");
	TCase *tc = tcase_create("decode");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(tc, words, 0, sizeof table / sizeof *table);
	tcase_add_test(tc, cut);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
