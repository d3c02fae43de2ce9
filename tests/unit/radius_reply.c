/* Attributes of RADIUS servers as ours: each one's name and value, what is wrong, access lists. */
#include <arpa/inet.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/radius/reply.h"

static struct radius_said said;

static void setup(void)
{
	said = (struct radius_said){0};
}

/* One attribute as text: "name=value"; "": it says nothing; "bad": it cannot be. */
static const char *one(uint32_t vendor, uint8_t type, const void *p, size_t len)
{
	static char text[400];
	struct aaa_attributes list = {.len = 0};
	struct radius_value v = {.vendor = vendor, .type = type, .p = p, .len = len};
	struct aaa_value a;
	struct rd r;
	char ip[ADDR_TEXT_MAX];

	text[0] = '\0';
	if (!radius_reply_attribute(&list, &v))
		return "bad";
	r = rd_init(list.bytes, list.len);
	while (aaa_attribute_next(&r, &a)) {
		const struct aaa_attribute_info *i = &aaa_attribute_info[a.which];
		size_t n = strlen(text);

		if (i->type == AAA_TEXT)
			snprintf(text + n, sizeof text - n, "%s=%s ", i->name, a.text);
		else if (i->type == AAA_NUMBER)
			snprintf(text + n, sizeof text - n, "%s=%u ", i->name, a.number);
		else
			snprintf(text + n, sizeof text - n, "%s=%s ", i->name,
			    addr_text(&a.address, ip));
	}
	if (text[0])
		text[strlen(text) - 1] = '\0';
	return text;
}

START_TEST(numbers_and_addresses)
{
	static const struct {
		uint32_t vendor;
		uint8_t type;
		uint32_t value;
		const char *is;
	} row[] = {
	    {0, 8, 0xc0a8014d, "framed-ip-address=192.168.1.77"},
	    {0, 8, 0xfffffffe, ""},
	    {0, 8, 0xffffffff, ""},
	    {0, 9, 0xffffff00, "framed-ip-netmask=255.255.255.0"},
	    {0, 27, 3600, "session-timeout=3600"},
	    {0, 28, 600, "idle-timeout=600"},
	    {0, 85, 300, "interim-interval=300"},
	    {0, 85, 5, "interim-interval=60"},
	    {0, 6, 6, "service-type=admin"},
	    {0, 6, 7, "service-type=nas-prompt"},
	    {0, 6, 5, "service-type=remote-access"},
	    {0, 6, 2, "service-type=admin"},
	    {0, 6, 17, ""},
	    {0, 6, 4, ""},
	    {3076, 2, 2, "simultaneous-logins=2"},
	    {3076, 5, 0x0a010135, "primary-dns=10.1.1.53"},
	    {3076, 6, 0x0a010136, "secondary-dns=10.1.1.54"},
	    {3076, 7, 0x0a010137, "primary-wins=10.1.1.55"},
	    {3076, 8, 0x0a010138, "secondary-wins=10.1.1.56"},
	    {3076, 11, 8, "tunneling-protocols=4"},
	    {3076, 11, 127, "tunneling-protocols=31"},
	    {3076, 11, 3, "tunneling-protocols=0"},
	    {3076, 55, 1, "split-tunnel-policy=1"},
	    {3076, 220, 15, "privilege-level=15"},
	    {311, 28, 0x08080808, "primary-dns=8.8.8.8"},
	    {9999, 2, 2, ""},
	};
	uint32_t wire;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		wire = htonl(row[i].value);
		ck_assert_str_eq(one(row[i].vendor, row[i].type, &wire, 4), row[i].is);
		if (row[i].is[0])
			ck_assert_str_eq(one(row[i].vendor, row[i].type, &wire, 3), "bad");
	}
}
END_TEST

START_TEST(texts)
{
	static const struct {
		uint32_t vendor;
		uint8_t type;
		const char *value, *is;
	} row[] = {
	    {0, 11, "SALES-ACL", "filter-id=SALES-ACL"},
	    {0, 11, "a\033[2Jb", "filter-id=a?[2Jb"},
	    {0, 25, "OU=SALES;", "group-policy=SALES"},
	    {0, 25, "ou=SALES", "group-policy=SALES"},
	    {0, 25, "SALES", "group-policy=SALES"},
	    {0, 25, "OU=Two words;", "group-policy=Two words"},
	    {0, 25, "CACS:0a/1:ise/1", ""},
	    {0, 25, "DC=example, CN=x", ""},
	    {0, 25, "\xff\xfe\x01", ""},
	    {0, 25, "OU=", ""},
	    {0, 88, "POOL1", "address-pool=POOL1"},
	    {3076, 217, "POOL1,POOL2", "address-pool=POOL1 address-pool=POOL2"},
	    {3076, 27, "SPLIT", "split-tunnel-list=SPLIT"},
	    {3076, 28, "sales.example.com", "default-domain=sales.example.com"},
	    {3076, 85, "DefaultRAGroup", "group-lock=DefaultRAGroup"},
	    {3076, 1, "OFFICE", "access-hours=OFFICE"},
	    {3076, 86, "IN-ACL", "filter-id=IN-ACL"},
	    {9, 1, "shell:priv-lvl=15", "privilege-level=15"},
	    {9, 1, "shell:priv-lvl=99", "bad"},
	    {9, 1, "shell:priv-lvl=5x", "bad"},
	    {9, 1, "subscriber:command=reauthenticate", ""},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_str_eq(
		    one(row[i].vendor, row[i].type, row[i].value, strlen(row[i].value)), row[i].is);
}
END_TEST

START_TEST(masks)
{
	static const struct {
		const char *line, *how, *is;
	} row[] = {
	    {"permit ip any 10.0.0.0 255.0.0.0", "standard", "permit ip any 10.0.0.0 255.0.0.0"},
	    {"permit ip any 10.0.0.0 0.255.255.255", "standard",
		"permit ip any 10.0.0.0 0.255.255.255"},
	    {"permit ip any 10.0.0.0 0.255.255.255", "wildcard",
		"permit ip any 10.0.0.0 255.0.0.0"},
	    {"permit ip 10.1.1.0 0.0.0.255 10.0.0.0 255.0.0.0 log", "auto-detect",
		"permit ip 10.1.1.0 255.255.255.0 10.0.0.0 255.0.0.0 log"},
	    {"permit  tcp host 10.1.1.1 10.0.0.0 0.0.0.255 eq 80", "wildcard",
		"permit tcp host 10.1.1.1 10.0.0.0 255.255.255.0 eq 80"},
	    {"deny udp any host 10.1.1.1 eq 53", "wildcard", "deny udp any host 10.1.1.1 eq 53"},
	};
	char out[256];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		radius_acl_line(row[i].line, row[i].how, out, sizeof out);
		ck_assert_str_eq(out, row[i].is);
	}
}
END_TEST

static void take(enum radius_code code, void (*put)(struct wr *))
{
	static uint8_t buffer[RADIUS_PACKET_MAX];
	struct wr w = wr_init(buffer, sizeof buffer);
	struct radius_packet p;

	radius_begin(&w, code, 1, NULL);
	put(&w);
	wr_patch16(&w, 2, wr_len(&w));
	ck_assert(radius_read(&p, buffer, wr_len(&w)));
	radius_reply_take(&said, &p, "standard");
	radius_reply_finish(&said);
}

static void put_texts(struct wr *w)
{
	radius_put_text(w, RADIUS_REPLY_MESSAGE, "Hello, ");
	radius_put_text(w, RADIUS_REPLY_MESSAGE, "you\r\n");
	radius_put_vendor(w, 3076, 15, "Welcome ", 8);
	radius_put_vendor(w, 3076, 36, "to SALES", 8);
	radius_put(w, RADIUS_CLASS, "OU=SALES;", 9);
	radius_put(w, RADIUS_CLASS, "\0\377lab\0", 6);
}

START_TEST(what_adds_up)
{
	struct bytes list;
	struct aaa_value v;

	take(RADIUS_ACCESS_ACCEPT, put_texts);
	ck_assert(!said.bad);
	ck_assert_str_eq(said.answer.message, "Hello, you\n");
	list = (struct bytes){(uint16_t)said.answer.attributes.len, said.answer.attributes.bytes};
	ck_assert(aaa_attribute_find(&list, AAA_BANNER, &v));
	ck_assert_str_eq(v.text, "Welcome to SALES");
	ck_assert_uint_eq(said.answer.cookie.len, 17);
	ck_assert_mem_eq(said.answer.cookie.p, "\11OU=SALES;\6\0\377lab\0", 17);
}
END_TEST

static void put_user(struct wr *w)
{
	radius_put_text(w, RADIUS_USER_NAME, "mallory");
}

static void put_odd_user(struct wr *w)
{
	radius_put(w, RADIUS_USER_NAME, "mal\nlory", 8);
}

/* Whom the server has let in, which need not be the name that EAP began with (RFC 2865 5.1). */
START_TEST(whom_it_has_let_in)
{
	take(RADIUS_ACCESS_ACCEPT, put_user);
	ck_assert_str_eq(said.answer.user, "mallory");
	said = (struct radius_said){0};
	take(RADIUS_ACCESS_ACCEPT, put_odd_user);
	ck_assert_ptr_null(said.answer.user);
	ck_assert(!said.bad);
	take(RADIUS_COA_REQUEST, put_user); /* there it says which session */
	ck_assert_ptr_null(said.answer.user);
}
END_TEST

/* Attributes are an acceptance's; a rejection has its text. */
START_TEST(a_rejection)
{
	take(RADIUS_ACCESS_REJECT, put_texts);
	ck_assert_str_eq(said.answer.message, "Hello, you\n");
	ck_assert_uint_le(said.answer.attributes.len, 30); /* the banner */
}
END_TEST

static void put_many_lines(struct wr *w)
{
	char text[64];

	for (int i = 0; i < 60; i++) {
		snprintf(text, sizeof text, "ip:inacl#%d=permit ip any host 10.1.%d.1", 60 - i, i);
		radius_put_vendor(w, 9, 1, text, strlen(text));
	}
}

/* By number; more than fits is no access list. */
START_TEST(lines)
{
	struct rd r;
	struct aaa_value v;

	take(RADIUS_ACCESS_ACCEPT, put_many_lines);
	ck_assert(!said.bad);
	r = rd_init(said.answer.attributes.bytes, said.answer.attributes.len);
	ck_assert(aaa_attribute_next(&r, &v));
	ck_assert_str_eq(v.text, "permit ip any host 10.1.59.1");
	setup();
	for (int i = 0; i < 3; i++)
		take(RADIUS_ACCESS_ACCEPT, put_many_lines);
	ck_assert(said.bad);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("radius_reply");
	TCase *tc = tcase_create("radius_reply");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, numbers_and_addresses);
	tcase_add_test(tc, texts);
	tcase_add_test(tc, masks);
	tcase_add_test(tc, what_adds_up);
	tcase_add_test(tc, whom_it_has_let_in);
	tcase_add_test(tc, a_rejection);
	tcase_add_test(tc, lines);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
