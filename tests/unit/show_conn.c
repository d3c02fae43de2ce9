/* show conn: its letters in each state of a connection, its three forms, and which connections a
 * line means. */
#include <check.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show/conn.h"
#include "engine/net/conn_filter.h"

static struct addr ip(const char *text)
{
	struct addr a;

	ck_assert(addr_parse(text, &a));
	return a;
}

static struct show_conn made(const struct msg_rec_connection *c, bool inbound)
{
	return (struct show_conn){c, {"outside", ip("198.51.100.5"), ip("198.51.100.5"), 80, 80},
	    {"inside", ip("10.1.1.15"), ip("203.0.113.1"), 1026, 40001}, inbound};
}

/* What each end has sent: nothing but headers, or more. */
enum { BARE, DATA };

START_TEST(letters)
{
	static const struct {
		uint8_t state;
		bool inbound;
		int sent, got;
		const char *flags;
	} row[] = {
	    {TCP_CONNTRACK_SYN_SENT, false, BARE, BARE, "saA"},
	    {TCP_CONNTRACK_SYN_SENT, true, BARE, BARE, "SaAB"},
	    {TCP_CONNTRACK_SYN_RECV, false, BARE, BARE, "A"},
	    {TCP_CONNTRACK_SYN_RECV, true, BARE, BARE, "aB"},
	    {TCP_CONNTRACK_ESTABLISHED, false, BARE, BARE, "U"},
	    {TCP_CONNTRACK_ESTABLISHED, false, DATA, BARE, "UO"},
	    {TCP_CONNTRACK_ESTABLISHED, false, BARE, DATA, "UI"},
	    {TCP_CONNTRACK_ESTABLISHED, false, DATA, DATA, "UIO"},
	    {TCP_CONNTRACK_ESTABLISHED, true, BARE, BARE, "UB"},
	    {TCP_CONNTRACK_ESTABLISHED, true, DATA, BARE, "UIB"},
	    {TCP_CONNTRACK_ESTABLISHED, true, DATA, DATA, "UIOB"},
	    {TCP_CONNTRACK_FIN_WAIT, false, DATA, DATA, "UfIO"},
	    {TCP_CONNTRACK_CLOSE_WAIT, false, DATA, DATA, "UfRIO"},
	    {TCP_CONNTRACK_TIME_WAIT, false, DATA, DATA, "UfFRrIO"},
	    {TCP_CONNTRACK_FIN_WAIT, true, DATA, DATA, "UFIOB"},
	    {200, false, DATA, DATA, "saA"},
	};
	struct msg_rec_connection c = {.protocol = IPPROTO_TCP};
	char tail[32];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct show_conn s = made(&c, row[i].inbound);
		struct text t = {0};

		c.state = row[i].state;
		c.sent_packets = c.got_packets = 3;
		c.sent_bytes = row[i].sent == DATA ? 165 : 164;
		c.got_bytes = row[i].got == DATA ? 1000 : 120;
		show_conn(&t, &s, SHOW_CONN);
		snprintf(tail, sizeof tail, ", flags %s\n", row[i].flags);
		ck_assert_msg(strstr(text_str(&t), tail) != NULL, "%zu: %s", i, text_str(&t));
		ck_assert(show_conn_in_state(&s, "up") == (row[i].flags[0] == 'U'));
		ck_assert(show_conn_in_state(&s, "conn_inbound") == row[i].inbound);
		ck_assert(show_conn_in_state(&s, "data_in") == (strchr(row[i].flags, 'I') != NULL));
		ck_assert(show_conn_in_state(&s, "finin") == (strchr(row[i].flags, 'F') != NULL));
		ck_assert(!show_conn_in_state(&s, "rpc"));
		text_free(&t);
	}
}
END_TEST

START_TEST(forms)
{
	struct msg_rec_connection c = {.protocol = IPPROTO_TCP,
	    .state = TCP_CONNTRACK_ESTABLISHED,
	    .idle = 3725,
	    .age = 2 * 86400 + 3 * 3600,
	    .timeout = 432000};
	struct show_conn s = made(&c, false);
	struct text t = {0};

	show_conn(&t, &s, SHOW_CONN); /* the kernel does not count: both ways, perhaps */
	c.protocol = IPPROTO_UDP;
	c.sent_bytes = 30;
	c.got_bytes = 100;
	c.idle = 9;
	c.age = 61;
	c.timeout = 120;
	show_conn(&t, &s, SHOW_CONN);
	show_conn(&t, &s, SHOW_CONN_DETAIL);
	c.protocol = 99;
	show_conn(&t, &s, SHOW_CONN_LONG);
	ck_assert_str_eq(text_str(&t),
	    "TCP outside  198.51.100.5:80 inside  10.1.1.15:1026, idle 1:02:05, "
	    "bytes 0, flags UIO\n"
	    "UDP outside  198.51.100.5:80 inside  10.1.1.15:1026, idle 0:00:09, "
	    "bytes 130, flags -\n"
	    "UDP outside: 198.51.100.5/80 inside: 10.1.1.15/1026,\n"
	    "    flags -, idle 9s, uptime 1m1s, timeout 2m0s, bytes 130\n"
	    "IP99 outside: 198.51.100.5/80 (198.51.100.5/80) inside: 10.1.1.15/1026 "
	    "(203.0.113.1/40001), flags -, idle 9s, uptime 1m1s, timeout 2m0s, bytes 130\n");
	text_clear(&t);
	c.idle = 3725;
	c.age = 2 * 86400 + 3 * 3600;
	show_conn(&t, &s, SHOW_CONN_DETAIL);
	ck_assert_ptr_nonnull(strstr(text_str(&t), "idle 1h2m, uptime 2D3h, timeout 2m0s"));
	text_free(&t);
}
END_TEST

/* The two largest units, each from its first second on. */
START_TEST(spans)
{
	static const struct {
		uint32_t seconds;
		const char *text;
	} row[] = {{0, "0s"}, {59, "59s"}, {60, "1m0s"}, {3599, "59m59s"}, {3600, "1h0m"},
	    {86399, "23h59m"}, {86400, "1D0h"}, {90000, "1D1h"}};
	struct msg_rec_connection c = {.protocol = IPPROTO_UDP};
	struct show_conn s = made(&c, false);

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct text t = {0}, want = {0};

		c.idle = c.age = c.timeout = row[i].seconds;
		show_conn(&t, &s, SHOW_CONN_DETAIL);
		text_addf(&want, "idle %s, uptime %s, timeout %s, bytes 0", row[i].text,
		    row[i].text, row[i].text);
		ck_assert_msg(strstr(text_str(&t), text_str(&want)) != NULL, "%s", text_str(&t));
		text_free(&t);
		text_free(&want);
	}
}
END_TEST

#define ANY                                                                                        \
	{                                                                                          \
		{0, UINT32_MAX}, 0, UINT16_MAX                                                     \
	}
#define HOST(address, port)                                                                        \
	{                                                                                          \
		{address, address}, port, port                                                     \
	}

/* 10.1.1.15:1026 has asked 203.0.113.9:80, and seems to be 203.0.113.1:40001; the one asked is
 * 10.2.2.2:8080 in truth. */
START_TEST(which)
{
	static const struct conn_ways c = {
	    IPPROTO_TCP, {0x0a01010f, 0xcb007109, 1026, 80}, {0x0a020202, 0xcb007101, 8080, 40001}};
	static const struct {
		struct conn_filter f;
		bool fits;
	} row[] = {
	    {{0, {ANY, ANY}, false, NULL, 0}, true},
	    {{IPPROTO_TCP, {ANY, ANY}, false, NULL, 0}, true},
	    {{IPPROTO_UDP, {ANY, ANY}, false, NULL, 0}, false},
	    {{0, {HOST(0x0a01010f, 1026), ANY}, false, NULL, 0}, true},
	    {{0, {HOST(0xcb007101, 40001), ANY}, false, NULL, 0}, true},
	    {{0, {HOST(0x0a01010f, 40001), ANY}, false, NULL, 0}, false},
	    {{0, {HOST(0xcb007109, 80), HOST(0x0a01010f, 1026)}, false, NULL, 0}, true},
	    {{0, {HOST(0x0a01010f, 1026), HOST(0x0a020202, 8080)}, false, NULL, 0}, true},
	    /* one end twice */
	    {{0, {HOST(0x0a01010f, 1026), HOST(0xcb007101, 40001)}, false, NULL, 0}, false},
	    {{0, {{{0x0a000000, 0x0affffff}, 0, UINT16_MAX}, {{0x0a000000, 0x0affffff}, 0, 9000}},
		 false, NULL, 0},
		true},
	    {{0, {{{0, UINT32_MAX}, 81, 1025}, ANY}, false, NULL, 0}, false},
	    /* translations: an end as it is, and as the other sees it */
	    {{0, {ANY, ANY}, true, NULL, 0}, true},
	    {{IPPROTO_UDP, {ANY, ANY}, true, NULL, 0}, false},
	    {{0, {HOST(0x0a01010f, 1026), HOST(0xcb007101, 40001)}, true, NULL, 0}, true},
	    {{0, {HOST(0xcb007101, 40001), HOST(0x0a01010f, 1026)}, true, NULL, 0}, false},
	    {{0, {HOST(0x0a020202, 8080), HOST(0xcb007109, 80)}, true, NULL, 0}, true},
	    {{0, {HOST(0xcb007109, 80), ANY}, true, NULL, 0}, false},
	    {{0, {HOST(0x0a01010f, 1026), HOST(0xcb007109, 80)}, true, NULL, 0}, false},
	};

	static const uint32_t others[] = {0xcb007101, 0xcb007109}, opener[] = {1, 0x0a01010f},
			      asked[] = {0x0a020202};
	const struct conn_filter spared[] = {{0, {ANY, ANY}, false, others, 2},
	    {0, {ANY, ANY}, false, opener, 2}, {0, {ANY, ANY}, false, asked, 1},
	    {0, {ANY, ANY}, false, opener, 1}};
	static const struct conn_filter all = {0, {ANY, ANY}, true, NULL, 0};
	struct conn_ways translated = {
	    IPPROTO_TCP, {0x0a01010f, 0xcb007109, 1026, 80}, {0xcb007109, 0, 80, 40001}};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg(conn_fits(&row[i].f, &c) == row[i].fits, "%zu", i);
	/* whose ends are ours: those that NAT gives it do not count */
	ck_assert(conn_fits(&spared[0], &c));
	ck_assert(!conn_fits(&spared[1], &c));
	ck_assert(!conn_fits(&spared[2], &c));
	ck_assert(conn_fits(&spared[3], &c));
	/* by its port alone, by its address alone, and not at all */
	translated.back.dest = c.there.source;
	ck_assert(conn_fits(&all, &translated));
	translated.back.dest = 0xcb007101;
	translated.back.dest_port = 1026;
	ck_assert(conn_fits(&all, &translated));
	translated.back.dest = c.there.source;
	ck_assert(!conn_fits(&all, &translated));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("show_conn");
	TCase *c = tcase_create("show_conn");
	SRunner *r;
	int failed;

	tcase_add_test(c, letters);
	tcase_add_test(c, forms);
	tcase_add_test(c, spans);
	tcase_add_test(c, which);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
