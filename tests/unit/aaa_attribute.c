/* Attributes of an accepted user: the list's codec, and what becomes of it in a policy. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"
#include "engine/session/overlay.h"

static struct bytes bytes_of(const struct aaa_attributes *l)
{
	return (struct bytes){(uint16_t)l->len, l->bytes};
}

static struct aaa_value sample(enum aaa_attribute which)
{
	struct aaa_value v = {.which = which};

	switch (aaa_attribute_info[which].type) {
	case AAA_TEXT:
		v.text = aaa_attribute_info[which].name;
		break;
	case AAA_NUMBER:
		v.number = 0x01020304 + which;
		break;
	case AAA_ADDRESS:
		v.address = addr_v4(0xc0a80101);
		break;
	}
	return v;
}

static void assert_value(const struct aaa_value *got, const struct aaa_value *want)
{
	ck_assert_int_eq(got->which, want->which);
	ck_assert_uint_eq(got->number, want->number);
	ck_assert(addr_equal(&got->address, &want->address));
	ck_assert_str_eq(got->text ? got->text : "-", want->text ? want->text : "-");
}

START_TEST(every_attribute_comes_back)
{
	struct aaa_attributes l = {.len = 0};
	struct aaa_value got, want;
	struct bytes b;
	struct rd r;

	for (enum aaa_attribute i = 0; i < AAA_ATTRIBUTES; i++) {
		want = sample(i);
		ck_assert(aaa_attribute_add(&l, &want));
	}
	b = bytes_of(&l);
	r = rd_init(b.p, b.len);
	for (enum aaa_attribute i = 0; i < AAA_ATTRIBUTES; i++) {
		want = sample(i);
		ck_assert(aaa_attribute_next(&r, &got));
		assert_value(&got, &want);
		ck_assert(aaa_attribute_find(&b, i, &got));
		assert_value(&got, &want);
	}
	ck_assert(!aaa_attribute_next(&r, &got));
}
END_TEST

START_TEST(the_first_of_two)
{
	struct aaa_attributes l = {.len = 0};
	struct aaa_value v;
	struct bytes b = bytes_of(&l);

	ck_assert(!aaa_attribute_find(&b, AAA_PRIVILEGE, &v));
	aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_PRIVILEGE, .number = 1});
	aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_PRIVILEGE, .number = 2});
	b = bytes_of(&l);
	ck_assert(aaa_attribute_find(&b, AAA_PRIVILEGE, &v));
	ck_assert_uint_eq(v.number, 1);
	ck_assert(!aaa_attribute_find(&b, AAA_GROUP_POLICY, &v));
}
END_TEST

/* What does not fit is not there, and what fitted still is. */
START_TEST(a_list_that_is_full)
{
	struct aaa_attributes l = {.len = 0};
	char text[AAA_ATTRIBUTES_MAX];
	struct aaa_value v;
	struct bytes b;

	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	ck_assert(
	    !aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_GROUP_POLICY, .text = text}));
	ck_assert_uint_eq(l.len, 0);
	text[AAA_ATTRIBUTES_MAX - 3 - 1 - 7] = '\0'; /* room for one number besides */
	ck_assert(
	    aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_GROUP_POLICY, .text = text}));
	ck_assert(aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_PRIVILEGE, .number = 7}));
	ck_assert(!aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_PRIVILEGE, .number = 8}));
	b = bytes_of(&l);
	ck_assert_uint_eq(b.len, AAA_ATTRIBUTES_MAX);
	ck_assert(aaa_attribute_find(&b, AAA_PRIVILEGE, &v) && v.number == 7);
}
END_TEST

static const struct {
	const char *what;
	size_t len;
	uint8_t bytes[16];
} malformed[] = {
    {"no such attribute", 7, {AAA_ATTRIBUTES, 0, 4, 0, 0, 0, 1}},
    {"no such attribute, and empty", 3, {AAA_ATTRIBUTES, 0, 0}},
    {"no length", 2, {AAA_PRIVILEGE, 0}},
    {"longer than the list", 6, {AAA_PRIVILEGE, 0, 4, 0, 0, 0}},
    {"a short number", 6, {AAA_PRIVILEGE, 0, 3, 0, 0, 0}},
    {"a long number", 8, {AAA_PRIVILEGE, 0, 5, 0, 0, 0, 0, 0}},
    {"a short address", 6, {AAA_FRAMED_IP, 0, 3, 1, 2, 3}},
    {"an empty text", 3, {AAA_GROUP_POLICY, 0, 0}},
    {"a text without its end", 5, {AAA_GROUP_POLICY, 0, 2, 'a', 'b'}},
    {"a text with two", 6, {AAA_GROUP_POLICY, 0, 3, 'a', 0, 0}},
};

START_TEST(what_cannot_be_read)
{
	uint8_t list[32];
	struct bytes b = {(uint16_t)malformed[_i].len, list};
	struct rd r = rd_init(list, malformed[_i].len);
	struct aaa_value v;

	memcpy(list, malformed[_i].bytes, malformed[_i].len);
	/* Something good behind it is not looked at. */
	memcpy(list + b.len, "\1\0\4\0\0\0\1", 7);
	ck_assert_msg(!aaa_attribute_next(&r, &v), "%s", malformed[_i].what);
	if (malformed[_i].len != 2 && malformed[_i].bytes[2] + 3u == malformed[_i].len)
		b.len = (uint16_t)(b.len + 7);
	ck_assert_msg(!aaa_attribute_find(&b, AAA_PRIVILEGE, &v), "%s", malformed[_i].what);
}
END_TEST

/* ---- over a policy ------------------------------------------------------------------------ */

static struct session_policy some_policy(void)
{
	struct session_policy p;

	memset(&p, 0, sizeof p);
	strcpy(p.group_policy, "Gold");
	strcpy(p.domain, "example.com");
	p.idle_timeout = 60;
	p.session_timeout = 120;
	p.simultaneous_logins = 3;
	p.framed_ip = addr_v4(0x0a000001);
	return p;
}

START_TEST(fields_of_a_policy)
{
	struct session_policy p = some_policy(), before = p;
	struct aaa_attributes l = {.len = 0};
	struct bytes b = bytes_of(&l);

	policy_overlay(&p, &b);
	ck_assert_mem_eq(&p, &before, sizeof p);
	/* Neither of these is a field of a policy. */
	aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_PRIVILEGE, .number = 15});
	aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_SERVICE_TYPE, .text = "admin"});
	aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_GROUP_POLICY, .text = "Silver"});
	b = bytes_of(&l);
	policy_overlay(&p, &b);
	ck_assert_mem_eq(&p, &before, sizeof p);
	aaa_attribute_add(&l,
	    &(struct aaa_value){.which = AAA_FRAMED_IP, .address = addr_v4(0xc0a80107)});
	aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_SESSION_TIMEOUT, .number = 3600});
	aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_IDLE_TIMEOUT, .number = 0});
	aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_DEFAULT_DOMAIN, .text = "corp"});
	b = bytes_of(&l);
	policy_overlay(&p, &b);
	ck_assert_uint_eq(addr_to_v4(&p.framed_ip), 0xc0a80107);
	ck_assert_uint_eq(p.session_timeout, 3600);
	ck_assert_uint_eq(p.idle_timeout, 0);
	ck_assert_str_eq(p.domain, "corp");
	ck_assert_str_eq(p.group_policy, "Gold");
	ck_assert_uint_eq(p.simultaneous_logins, 3);
}
END_TEST

START_TEST(a_text_of_its_fields_length)
{
	struct session_policy p = some_policy();
	struct aaa_attributes l = {.len = 0}, longer = {.len = 0};
	char text[POLICY_DOMAIN_MAX + 1];
	struct bytes b;

	memset(text, 'd', sizeof text);
	text[POLICY_DOMAIN_MAX] = '\0';
	aaa_attribute_add(&longer, &(struct aaa_value){.which = AAA_DEFAULT_DOMAIN, .text = text});
	b = bytes_of(&longer);
	policy_overlay(&p, &b);
	ck_assert_str_eq(p.domain, "example.com");
	text[POLICY_DOMAIN_MAX - 1] = '\0';
	aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_DEFAULT_DOMAIN, .text = text});
	b = bytes_of(&l);
	policy_overlay(&p, &b);
	ck_assert_str_eq(p.domain, text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_attribute");
	TCase *tc = tcase_create("attribute");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, every_attribute_comes_back);
	tcase_add_test(tc, the_first_of_two);
	tcase_add_test(tc, a_list_that_is_full);
	tcase_add_loop_test(tc, what_cannot_be_read, 0, sizeof malformed / sizeof *malformed);
	tcase_add_test(tc, fields_of_a_policy);
	tcase_add_test(tc, a_text_of_its_fields_length);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
