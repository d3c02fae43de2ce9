/*
 * LDAP's bytes: what is asked, byte for byte; what servers say, whole and cut off; what their codes
 * and words mean.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/ldap/reason.h"
#include "engine/ipc/message.h"

static uint8_t buf[8192];

static struct rd text(const char *s)
{
	return rd_init(s, strlen(s));
}

/* ---- requests --------------------------------------------------------------------------- */

/* Reads a request back to its operation. */
static struct rd operation(const struct wr *w, uint32_t id, uint8_t op)
{
	struct rd all = rd_init(w->base, wr_len(w)), r = ber_expect(&all, BER_SEQUENCE);

	ck_assert(!w->full);
	ck_assert(rd_done(&all));
	ck_assert_uint_eq(ber_length(w->base, wr_len(w)), wr_len(w));
	ck_assert_int_eq(ber_number(&r, BER_INTEGER), (int32_t)id);
	r = ber_expect(&r, op);
	ck_assert(!r.bad);
	return r;
}

static void ck_text(struct rd *r, uint8_t tag, const char *expected)
{
	struct rd got = ber_expect(r, tag);

	ck_assert_uint_eq(rd_left(&got), strlen(expected));
	ck_assert_mem_eq(got.p, expected, strlen(expected));
}

START_TEST(bind_request)
{
	struct wr w = wr_init(buf, sizeof buf);
	struct rd r;

	ldap_write_bind(&w, 0x7fffffff, text("cn=a"), "pw");
	r = operation(&w, 0x7fffffff, 0x60);
	ck_assert_int_eq(ber_number(&r, BER_INTEGER), 3);
	ck_text(&r, BER_OCTETS, "cn=a");
	ck_text(&r, 0x80, "pw");
	ck_assert(rd_done(&r));
}
END_TEST

/* Whatever the name is, it is one value of one equality. */
START_TEST(a_name_is_a_value)
{
	static const char *const names[] = {
	    "erin", "p*(aren)", "*", ")(uid=*", "a\\2ab", "*)(|(uid=*"};
	struct ldap_search s = {.base = "dc=x",
	    .scope = LDAP_SUBTREE,
	    .limit = 2,
	    .n = 1,
	    .attribute = {"uid"},
	    .value = text(names[_i]),
	    .wanted = {"memberOf"},
	    .n_wanted = 1};
	struct wr w = wr_init(buf, sizeof buf);
	struct rd r, filter, wanted;

	ldap_write_search(&w, 7, &s);
	r = operation(&w, 7, 0x63);
	ck_text(&r, BER_OCTETS, "dc=x");
	ck_assert_int_eq(ber_number(&r, BER_ENUMERATED), LDAP_SUBTREE);
	ck_assert_int_eq(ber_number(&r, BER_ENUMERATED), 0);
	ck_assert_int_eq(ber_number(&r, BER_INTEGER), 2);
	ck_assert_int_eq(ber_number(&r, BER_INTEGER), 0);
	ck_assert(ber_is(&r, BER_BOOLEAN));
	ck_assert_uint_eq(rd_u8(&(struct rd){.p = ber_expect(&r, BER_BOOLEAN).p, .end = r.p}), 0);
	filter = ber_expect(&r, 0xa3);
	ck_text(&filter, BER_OCTETS, "uid");
	ck_text(&filter, BER_OCTETS, names[_i]);
	ck_assert(rd_done(&filter));
	wanted = ber_expect(&r, BER_SEQUENCE);
	ck_text(&wanted, BER_OCTETS, "memberOf");
	ck_assert(rd_done(&wanted) && rd_done(&r));
}
END_TEST

START_TEST(either_attribute_and_none_wanted)
{
	struct ldap_search s = {.base = "",
	    .scope = LDAP_ONELEVEL,
	    .n = 2,
	    .attribute = {"uid", "sAMAccountName"},
	    .value = text("erin")};
	struct wr w = wr_init(buf, sizeof buf);
	struct rd r, any, filter;

	ldap_write_search(&w, 1, &s);
	r = operation(&w, 1, 0x63);
	for (int i = 0; i < 6; i++) {
		uint8_t tag;

		ck_assert(ber_next(&r, &tag, &any));
	}
	any = ber_expect(&r, 0xa1);
	for (int i = 0; i < 2; i++) {
		filter = ber_expect(&any, 0xa3);
		ck_text(&filter, BER_OCTETS, s.attribute[i]);
		ck_text(&filter, BER_OCTETS, "erin");
	}
	ck_assert(rd_done(&any));
	r = ber_expect(&r, BER_SEQUENCE);
	ck_text(&r, BER_OCTETS, "1.1");
}
END_TEST

START_TEST(numbers_are_short)
{
	static const struct {
		uint32_t v;
		const char *bytes;
		size_t len;
	} of[] = {{0, "\2\1\0", 3}, {127, "\2\1\x7f", 3}, {128, "\2\2\0\x80", 4},
	    {0x8000, "\2\3\0\x80\0", 5}, {0x7fffffff, "\2\4\x7f\xff\xff\xff", 6}};
	struct wr w = wr_init(buf, sizeof buf);
	struct rd r;

	ber_put_number(&w, BER_INTEGER, of[_i].v);
	ck_assert_uint_eq(wr_len(&w), of[_i].len);
	ck_assert_mem_eq(buf, of[_i].bytes, of[_i].len);
	r = rd_init(buf, wr_len(&w));
	ck_assert_int_eq(ber_number(&r, BER_INTEGER), (int32_t)of[_i].v);
}
END_TEST

/* ---- answers ---------------------------------------------------------------------------- */

/* What slapd 2.5 said to the bind of an expired password, with the policy's control. */
static const uint8_t EXPIRED[] = {0x30, 0x36, 0x02, 0x01, 0x01, 0x61, 0x07, 0x0a, 0x01, 0x31, 0x04,
    0x00, 0x04, 0x00, 0xa0, 0x28, 0x30, 0x26, 0x04, 0x19, '1', '.', '3', '.', '6', '.', '1', '.',
    '4', '.', '1', '.', '4', '2', '.', '2', '.', '2', '7', '.', '8', '.', '5', '.', '1', 0x04, 0x09,
    0x30, 0x07, 0xa0, 0x02, 0x81, 0x00, 0x81, 0x01, 0x00};

static bool result_of(const uint8_t *p, size_t len, struct ldap_result *a)
{
	struct ldap_message m;

	return ldap_read(p, len, &m) && m.op == LDAP_BIND_RESPONSE && ldap_read_result(&m, a);
}

START_TEST(a_result_with_a_control)
{
	uint8_t bytes[sizeof EXPIRED];
	struct ldap_result a;

	memcpy(bytes, EXPIRED, sizeof bytes);
	/* The warning is empty of a number, which is malformed; without it all is well. */
	ck_assert(!result_of(bytes, sizeof bytes, &a));
	memmove(bytes + 49, bytes + 53, 3);
	bytes[1] -= 4, bytes[15] -= 4, bytes[17] -= 4, bytes[46] -= 4, bytes[48] -= 4;
	ck_assert(result_of(bytes, sizeof bytes - 4, &a));
	ck_assert_int_eq(a.code, LDAP_INVALID_CREDENTIALS);
	ck_assert_int_eq(a.policy, 0);
	ck_assert_int_eq(a.expires, -1);
	ck_assert_int_eq(a.grace, -1);
	ck_assert_int_eq(ldap_verdict_user(&a).reason, REASON_AUTH_EXPIRED);
}
END_TEST

/* Every beginning of a message is too short to be one. */
START_TEST(cut_off)
{
	struct ldap_message m;

	for (size_t n = 0; n < sizeof EXPIRED; n++) {
		size_t whole = ber_length(EXPIRED, n);

		ck_assert(whole == 0 || whole == sizeof EXPIRED);
		ck_assert(!ldap_read(EXPIRED, n, &m));
	}
	ck_assert_uint_eq(ber_length((const uint8_t *)"\x30\x80\0\0", 4), SIZE_MAX);
	ck_assert_uint_eq(ber_length((const uint8_t *)"\x30\x85\0\0\0\0\1", 7), SIZE_MAX);
	ck_assert_uint_eq(ber_length((const uint8_t *)"\x30\x84\x7f\xff\xff\xff", 6), 0x80000005);
	ck_assert_uint_eq(ber_length((const uint8_t *)"\x30\x84\x7f\xff\xff", 5), 0);
}
END_TEST

START_TEST(an_entry)
{
	static const uint8_t bytes[] = {0x30, 0x34, 0x02, 0x01, 0x02, 0x64, 0x2f, 0x04, 0x04, 'c',
	    'n', '=', 'x', 0x30, 0x27, 0x30, 0x16, 0x04, 0x10, 'm', 'e', 'm', 'b', 'e', 'r', 'O',
	    'f', ';', 'r', 'a', 'n', 'g', 'e', '=', '0', 0x31, 0x02, 0x04, 0x00, 0x30, 0x0d, 0x04,
	    0x01, 'a', 0x31, 0x08, 0x04, 0x02, 'v', '1', 0x04, 0x02, 'v', '2'};
	struct ldap_message m;
	struct rd dn, attributes, name, values, value;
	char t[32];

	ck_assert(ldap_read(bytes, sizeof bytes, &m));
	ck_assert_uint_eq(m.op, LDAP_SEARCH_ENTRY);
	ck_assert(ldap_read_entry(&m, &dn, &attributes));
	ck_assert_str_eq(ber_text(dn, t, sizeof t), "cn=x");
	ck_assert(ldap_next_attribute(&attributes, &name, &values));
	ck_assert_str_eq(ber_text(name, t, sizeof t), "memberOf"); /* without its range */
	ck_assert(ldap_next_attribute(&attributes, &name, &values));
	ck_assert(ldap_next_value(&values, &value));
	ck_assert_str_eq(ber_text(value, t, sizeof t), "v1");
	ck_assert(ldap_next_value(&values, &value));
	ck_assert(!ldap_next_value(&values, &value));
	ck_assert(!ldap_next_attribute(&attributes, &name, &values));
	ck_assert(!attributes.bad);
}
END_TEST

/* ---- meaning ---------------------------------------------------------------------------- */

static const struct {
	int code, policy, grace;
	const char *text;
	int result;
	enum reason reason;
} VERDICT[] = {
    {0, -1, -1, "", AUTH_ACCEPT, REASON_NONE},
    {0, 0, 2, "", AUTH_ACCEPT, REASON_NONE},
    {0, 2, -1, "", AUTH_REJECT, REASON_AUTH_EXPIRED},
    {49, -1, -1, "", AUTH_REJECT, REASON_AUTH_REJECTED},
    {49, 0, -1, "", AUTH_REJECT, REASON_AUTH_EXPIRED},
    {49, 1, -1, "", AUTH_REJECT, REASON_AUTH_LOCKED},
#define AD(data)                                                                                   \
	"80090308: LdapErr: DSID-0C09042F, comment: AcceptSecurityContext error, data " data       \
	", v2580"
    {49, -1, -1, AD("525"), AUTH_REJECT, REASON_AUTH_UNKNOWN_USER},
    {49, -1, -1, AD("52e"), AUTH_REJECT, REASON_AUTH_REJECTED},
    {49, -1, -1, AD("530"), AUTH_REJECT, REASON_AUTH_HOURS},
    {49, -1, -1, AD("531"), AUTH_REJECT, REASON_AUTH_NOT_AUTHORIZED},
    {49, -1, -1, AD("532"), AUTH_REJECT, REASON_AUTH_EXPIRED},
    {49, -1, -1, AD("533"), AUTH_REJECT, REASON_AUTH_DISABLED},
    {49, -1, -1, AD("701"), AUTH_REJECT, REASON_AUTH_ACCOUNT_EXPIRED},
    {49, -1, -1, AD("773"), AUTH_REJECT, REASON_AUTH_EXPIRED},
    {49, -1, -1, AD("775"), AUTH_REJECT, REASON_AUTH_LOCKED},
    {49, -1, -1, AD("9999"), AUTH_REJECT, REASON_AUTH_REJECTED},
    {53, -1, -1, "NDS error: log account expired (-220)", AUTH_REJECT, REASON_AUTH_DISABLED},
    {53, -1, -1, "NDS error: login lockout (-197)", AUTH_REJECT, REASON_AUTH_LOCKED},
    {53, -1, -1, "Account inactivated. Contact system administrator.", AUTH_REJECT,
	REASON_AUTH_DISABLED},
    {19, -1, -1, "Exceed password retry limit.", AUTH_REJECT, REASON_AUTH_LOCKED},
    {13, -1, -1, "TLS confidentiality required", AUTH_ERROR, REASON_AUTH_SERVER_ERROR},
    {52, -1, -1, "", AUTH_ERROR, REASON_AUTH_SERVER_ERROR},
};

START_TEST(verdicts)
{
	struct ldap_result a = {.code = VERDICT[_i].code,
	    .policy = VERDICT[_i].policy,
	    .grace = VERDICT[_i].grace,
	    .text = text(VERDICT[_i].text)};
	struct ldap_verdict v = ldap_verdict_user(&a);

	ck_assert_int_eq(v.result, VERDICT[_i].result);
	ck_assert_int_eq(v.reason, VERDICT[_i].reason);
}
END_TEST

START_TEST(our_own_bind)
{
	struct ldap_result a = {.code = 49, .policy = 1};

	ck_assert_int_eq(ldap_verdict_own(&a).result, AUTH_ERROR);
	ck_assert_int_eq(ldap_verdict_own(&a).reason, REASON_AUTH_OWN_LOGIN);
	a.code = 52;
	ck_assert_int_eq(ldap_verdict_own(&a).reason, REASON_AUTH_SERVER_ERROR);
	a.code = 0;
	ck_assert_int_eq(ldap_verdict_own(&a).result, AUTH_ACCEPT);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_ldap_codec");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_test(t, bind_request);
	tcase_add_loop_test(t, a_name_is_a_value, 0, 6);
	tcase_add_test(t, either_attribute_and_none_wanted);
	tcase_add_loop_test(t, numbers_are_short, 0, 5);
	tcase_add_test(t, a_result_with_a_control);
	tcase_add_test(t, cut_off);
	tcase_add_test(t, an_entry);
	tcase_add_loop_test(t, verdicts, 0, (int)(sizeof VERDICT / sizeof *VERDICT));
	tcase_add_test(t, our_own_bind);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
