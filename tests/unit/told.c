/* What NFLOG tells, as messages of the log: the bytes of netlink, and the texts. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/firewall/told.h"
#include "engine/firewall/told_say.h"
#include "engine/net/ipv4.h"
#include "tests/support/env_sim.h"

static struct log l;
static struct config config;
static struct told_say s;
static struct flow_log flows;
static struct sim sim;
static char said[20000];

static void line(void *arg, unsigned severity, unsigned number, const char *text)
{
	size_t n = strlen(said);

	(void)arg;
	snprintf(said + n, sizeof said - n, "%u-%u: %s\n", severity, number, text);
}

static void apply(struct ipc_msg m)
{
	m.fd = -1;
	ck_assert(config_apply(&config, &m));
}

static void setup(void)
{
	static const struct acl_rule rule[] = {
	    {.source_last = UINT32_MAX, .dest_last = UINT32_MAX, .protocol = 6,
		.source_high = UINT16_MAX, .dest_low = 22, .dest_high = 22, .hash = 0x1234abcd},
	    {.source_last = UINT32_MAX, .dest_last = UINT32_MAX, .protocol = 17,
		.source_high = UINT16_MAX, .dest_high = UINT16_MAX, .permit = true,
		.log = ACL_LOG_LEVEL + 6, .interval = 300, .hash = 0xfeed},
	    {.source_last = UINT32_MAX, .dest_last = UINT32_MAX, .protocol = 47,
		.source_high = UINT16_MAX, .dest_high = UINT16_MAX,
		.log = ACL_LOG_LEVEL + 2, .interval = 10, .hash = 0xbad}};
	uint8_t buf[3 * ACL_RULE_BYTES];
	struct wr w = wr_init(buf, sizeof buf);

	acl_rule_write(&w, &rule[0]);
	acl_rule_write(&w, &rule[1]);
	acl_rule_write(&w, &rule[2]);
	said[0] = 0;
	log_init(&l, line, NULL);
	config_init(&config);
	apply((struct ipc_msg){.type = MSG_CFG_ACCESS_LIST,
	    .cfg_access_list = {.op = CFG_SET, .name = "OUT-IN", .total = 3,
		.rules = {(uint16_t)wr_len(&w), buf}}});
	apply((struct ipc_msg){.type = MSG_CFG_INTERFACE,
	    .cfg_interface = {.op = CFG_SET, .hardware = "g0", .device = "eth0",
		.nameif = "outside"}});
	config.interfaces[0].ifindex = 2;
	apply((struct ipc_msg){.type = MSG_CFG_ACCESS_LOG,
	    .cfg_access_log = {.deny_flow_max = 3, .alert_interval = 60}});
	sim_init(&sim, 1, NULL, NULL);
	flow_log_init(&flows, &sim.env, &config, &l);
	s = (struct told_say){.config = &config, .log = &l, .flows = &flows};
}

static void teardown(void)
{
	flow_log_fini(&flows);
	sim_fini(&sim);
	config_fini(&config);
}

static void host16(struct wr *w, uint16_t v)
{
	wr_bytes(w, &v, sizeof v);
}

static void attribute(struct wr *w, uint16_t type, const void *p, size_t len)
{
	host16(w, (uint16_t)(4 + len));
	host16(w, type);
	wr_bytes(w, p, len);
	wr_zero(w, -len & 3);
}

/* A netlink message of the kernel; how long it is. */
static size_t message(uint8_t *to, const char *prefix, uint8_t protocol, uint16_t first,
    uint16_t second, uint8_t flags)
{
	static const uint8_t in[] = {0, 0, 0, 2}, out[] = {0, 0, 0, 3};
	uint8_t packet[64];
	struct wr w = wr_init(to, 512), p = wr_init(packet, sizeof packet);
	uint32_t len;

	ipv4_header(&p, protocol, 0xc6336405, 0x0a0a0a0a, 0, 7, 20);
	wr_u16(&p, first);
	wr_u16(&p, second);
	wr_zero(&p, 9);
	wr_u8(&p, flags);
	wr_zero(&p, 6);
	wr_zero(&w, 4);
	host16(&w, 4 << 8);
	wr_zero(&w, 10);
	wr_zero(&w, 4);
	attribute(&w, 10, prefix, strlen(prefix) + 1);
	attribute(&w, 4, in, sizeof in);
	attribute(&w, 5, out, sizeof out);
	attribute(&w, 9, packet, wr_len(&p));
	len = (uint32_t)wr_len(&w);
	memcpy(to, &len, sizeof len);
	return len;
}

static void hear(const char *prefix, uint8_t protocol, uint16_t first, uint16_t second,
    uint8_t flags)
{
	uint8_t buf[512];
	struct rd r = rd_init(buf, message(buf, prefix, protocol, first, second, flags));
	struct told t;

	ck_assert(told_next(&r, &t));
	told_say(&s, &t);
	ck_assert(!told_next(&r, &t));
}

static void says(const char *text)
{
	ck_assert_str_eq(said, text);
	said[0] = 0;
}

/* How many lines were said that have that. */
static unsigned lines_with(const char *text)
{
	unsigned n = 0;

	for (const char *at = said; (at = strstr(at, text)); at++)
		n++;
	return n;
}

START_TEST(refused_by_a_list)
{
	char prefix[64];

	snprintf(prefix, sizeof prefix, TOLD_LIST "%016lx", (unsigned long)told_mark("OUT-IN"));
	hear(prefix, 6, 4000, 22, 2);
	says("4-106023: Deny tcp src outside:198.51.100.5/4000 dst unknown:10.10.10.10/22 by "
	     "access-group \"OUT-IN\" [0x1234abcd, 0x0]\n");
	hear(prefix, 1, 8 << 8, 0, 0);
	says("4-106023: Deny icmp src outside:198.51.100.5 dst unknown:10.10.10.10 (type 8, code "
	     "0) by access-group \"OUT-IN\" [0x0, 0x0]\n");
	hear(prefix, 50, 0, 0, 0);
	says("4-106023: Deny protocol 50 src outside:198.51.100.5 dst unknown:10.10.10.10 by "
	     "access-group \"OUT-IN\" [0x0, 0x0]\n");
	snprintf(prefix, sizeof prefix, TOLD_LIST "%016lx", (unsigned long)told_mark("GONE"));
	hear(prefix, 6, 4000, 22, 2);
	says("");
}
END_TEST

static char in_list[64];

static void by_list(uint8_t protocol, uint16_t first, uint16_t second)
{
	snprintf(
	    in_list, sizeof in_list, TOLD_LIST "%016lx", (unsigned long)told_mark("OUT-IN"));
	hear(in_list, protocol, first, second, 0);
}

/* The first of a flow; then, at the end of each interval with more of it, how many there were. */
START_TEST(an_element_that_is_logged)
{
	by_list(17, 4000, 53);
	says("6-106100: access-list OUT-IN permitted udp outside/198.51.100.5(4000) -> "
	     "unknown/10.10.10.10(53) hit-cnt 1 first hit [0x0000feed, 0x00000000]\n");
	by_list(17, 4000, 53);
	sim_run(&sim, 298 * SEC);
	by_list(17, 4000, 53);
	says("");
	sim_run(&sim, 3 * SEC);
	says("6-106100: access-list OUT-IN permitted udp outside/198.51.100.5(4000) -> "
	     "unknown/10.10.10.10(53) hit-cnt 3 300-second interval [0x0000feed, 0x00000000]\n");
	by_list(17, 4000, 53);
	says("");
	sim_run(&sim, 301 * SEC);
	says("6-106100: access-list OUT-IN permitted udp outside/198.51.100.5(4000) -> "
	     "unknown/10.10.10.10(53) hit-cnt 1 300-second interval [0x0000feed, 0x00000000]\n");
	ck_assert_uint_eq(flows.total, 1);
	by_list(17, 4001, 53);
	ck_assert_ptr_nonnull(strstr(said, "first hit"));
	ck_assert_uint_eq(flows.total, 2);
	ck_assert_uint_eq(flows.denied, 0);
	said[0] = 0;
	/* An interval without any: it is forgotten, and no timer runs any more. */
	sim_run(&sim, 302 * SEC);
	says("");
	ck_assert_uint_eq(flows.total, 0);
	ck_assert(!timer_armed(&flows.tick));
	by_list(17, 4001, 53);
	ck_assert_ptr_nonnull(strstr(said, "first hit"));
}
END_TEST

/* The message has the severity that the element says; each flow its own interval. */
START_TEST(as_severe_as_the_element_says)
{
	by_list(47, 0, 0);
	says("2-106100: access-list OUT-IN denied 47 outside/198.51.100.5(0) -> "
	     "unknown/10.10.10.10(0) hit-cnt 1 first hit [0x00000bad, 0x00000000]\n");
	by_list(17, 4000, 53);
	ck_assert_ptr_nonnull(strstr(said, "6-106100"));
	said[0] = 0;
	by_list(47, 0, 0);
	sim_run(&sim, 11 * SEC);
	says("2-106100: access-list OUT-IN denied 47 outside/198.51.100.5(0) -> "
	     "unknown/10.10.10.10(0) hit-cnt 2 10-second interval [0x00000bad, 0x00000000]\n");
	ck_assert_uint_eq(flows.denied, 1);
	sim_run(&sim, 11 * SEC);
	ck_assert_uint_eq(flows.denied, 0);
	ck_assert_uint_eq(flows.total, 1);
}
END_TEST

/* One flow that is refused, from that address. */
static void deny_from(uint32_t source)
{
	const struct acl_seen packet = {.source = source, .dest = 9, .protocol = 47};
	const struct flow_hit hit = {LOG_106100, 6, &packet, 0xbad, false, 10, "that one"};

	flow_log_hit(&flows, &hit);
}

/* More flows that are refused than there may be are not said: that it is so is, now and then. */
START_TEST(too_many_are_refused)
{
	for (uint32_t from = 1; from <= 3; from++)
		deny_from(from);
	ck_assert_uint_eq(flows.denied, 3);
	said[0] = 0;
	deny_from(4);
	says("1-106101: Number of cached deny-flows for ACL log has reached limit (3).\n");
	deny_from(5);
	deny_from(1);
	by_list(17, 4000, 53); /* what is permitted is not limited */
	ck_assert_ptr_nonnull(strstr(said, "first hit"));
	said[0] = 0;
	sim_run(&sim, 5 * SEC);
	deny_from(4);
	says("");
	/* Those that were not seen again have gone: there is room. */
	sim_run(&sim, 7 * SEC);
	said[0] = 0;
	ck_assert_uint_eq(flows.denied, 1);
	deny_from(4);
	says("6-106100: that one hit-cnt 1 first hit [0x00000bad, 0x00000000]\n");
	for (uint32_t from = 5; from <= 8; from++)
		deny_from(from);
	ck_assert_ptr_null(strstr(said, "106101"));
	sim_run(&sim, 60 * SEC);
	for (uint32_t from = 1; from <= 5; from++)
		deny_from(from);
	ck_assert_ptr_nonnull(strstr(said, "106101"));
}
END_TEST

/* Of more flows than there is room for each is said as if it were the first. */
START_TEST(a_full_table)
{
	struct acl_seen packet = {.dest = 9, .protocol = 17};
	const struct flow_hit hit = {LOG_106100, 6, &packet, 1, true, 300, "one"};

	l.wanted[LOG_106100] = 0;
	for (packet.source = 0; packet.source < FLOW_LOG_MAX; packet.source++)
		flow_log_hit(&flows, &hit);
	ck_assert_uint_eq(flows.total, FLOW_LOG_MAX);
	l.wanted[LOG_106100] = 1;
	for (int n = 0; n < 2; n++) {
		flow_log_hit(&flows, &hit);
		says("6-106100: one hit-cnt 1 first hit [0x00000001, 0x00000000]\n");
	}
	packet.source = 7;
	flow_log_hit(&flows, &hit);
	says("");
	ck_assert_uint_eq(flows.total, FLOW_LOG_MAX);
}
END_TEST

/* What differs in any one part is another flow. */
START_TEST(flows_differ)
{
	static const struct acl_seen first = {.source = 1, .dest = 2, .protocol = 17,
	    .source_port = 3, .dest_port = 4};
	struct acl_seen p[7];
	uint32_t hash[7];

	for (size_t i = 0; i < 7; i++) {
		p[i] = first;
		hash[i] = 0xbad;
	}
	p[1].source++;
	p[2].dest++;
	p[3].protocol++;
	p[4].source_port++;
	p[5].dest_port++;
	hash[6] = 0xfeed;
	for (size_t i = 0; i < 14; i++) {
		const struct flow_hit hit = {
		    LOG_106100, 6, &p[i % 7], hash[i % 7], true, 10, "that one"};

		said[0] = 0;
		flow_log_hit(&flows, &hit);
		ck_assert_int_eq(strstr(said, "first hit") != NULL, i < 7);
	}
	ck_assert_uint_eq(flows.total, 7);
}
END_TEST

/* The address is another user's now, or the element says another level or interval. */
START_TEST(a_flow_is_one_users_at_one_level)
{
	static const struct acl_seen p = {.source = 1, .dest = 2, .protocol = 17};
	const struct flow_hit hit[] = {{LOG_106102, 6, &p, 0xbad, true, 10, "alice"},
	    {LOG_106102, 6, &p, 0xbad, true, 10, "bob"},
	    {LOG_106102, 4, &p, 0xbad, true, 10, "bob"},
	    {LOG_106102, 4, &p, 0xbad, true, 20, "bob"}};

	for (size_t i = 0; i < 8; i++) {
		said[0] = 0;
		flow_log_hit(&flows, &hit[i / 2]);
		ck_assert_int_eq(strstr(said, "first hit") != NULL, i % 2 == 0);
	}
	said[0] = 0;
	sim_run(&sim, 11 * SEC);
	ck_assert_ptr_nonnull(strstr(said, "6-106102: alice hit-cnt 2 10-second interval"));
	ck_assert_ptr_nonnull(strstr(said, "6-106102: bob hit-cnt 2 10-second interval"));
	ck_assert_ptr_nonnull(strstr(said, "4-106102: bob hit-cnt 2 10-second interval"));
	ck_assert_ptr_null(strstr(said, "20-second"));
}
END_TEST

/* What comes too often to be said is counted until it can be. */
START_TEST(none_is_lost_where_too_many_are_said)
{
	const unsigned most = log_about(LOG_106100)->lines, all = 3 * most;
	struct acl_seen p = {.dest = 9, .protocol = 17};
	const struct flow_hit hit = {LOG_106100, 6, &p, 1, true, 10, "one"};
	unsigned first, later, times;

	l.env = &sim.env;
	sim_run(&sim, SEC); /* a clock at 0 is none */
	said[0] = 0;
	for (unsigned n = 0; n < 2 * all; n++) {
		p.source = n % all;
		flow_log_hit(&flows, &hit);
	}
	first = lines_with("first hit");
	ck_assert_uint_eq(first, most);
	said[0] = 0;
	sim_run(&sim, 16 * SEC);
	later = lines_with("hit-cnt 2 10-second");
	times = lines_with("hit-cnt ");
	ck_assert_uint_eq(later, all);
	ck_assert_uint_eq(times, all);
	sim_run(&sim, 30 * SEC);
	ck_assert_uint_eq(flows.total, 0);
}
END_TEST

/* What is permitted leaves room for what is refused, whose number has a limit of its own. */
START_TEST(what_is_permitted_takes_no_room_of_what_is_refused)
{
	struct acl_seen packet = {.dest = 9, .protocol = 17};
	const struct flow_hit hit = {LOG_106100, 6, &packet, 1, true, 300, "one"};

	l.wanted[LOG_106100] = 0;
	for (packet.source = 0; packet.source < FLOW_LOG_MAX; packet.source++)
		flow_log_hit(&flows, &hit);
	l.wanted[LOG_106100] = 1;
	deny_from(1);
	says("6-106100: that one hit-cnt 1 first hit [0x00000bad, 0x00000000]\n");
	deny_from(1);
	says("");
	ck_assert_uint_eq(flows.denied, 1);
	ck_assert_uint_eq(flows.total, FLOW_LOG_MAX + 1);
}
END_TEST

/* What is none of a packet is passed over; one that ends before it begins is the last. */
START_TEST(messages_that_are_none)
{
	uint8_t buf[1024], one[512];
	size_t len = message(one, TOLD_LEVEL, 47, 0, 0, 0);
	struct told t;

	for (uint32_t first = 0; first <= 24; first += 4) {
		struct wr w = wr_init(buf, sizeof buf);
		struct rd r;
		bool whole = first >= 16;

		wr_bytes(&w, &first, 4); /* as it says; of another type, or too short */
		host16(&w, first == 24 ? 9 : 4 << 8);
		wr_zero(&w, whole ? first - 6 : 10);
		wr_bytes(&w, one, len);
		r = rd_init(buf, wr_len(&w));
		if (first == 20) { /* it says of which family, and no more */
			ck_assert(told_next(&r, &t));
			ck_assert_uint_eq(t.len, 0);
			said[0] = 0;
			told_say(&s, &t);
			says("");
		}
		ck_assert_int_eq(told_next(&r, &t), whole);
		if (whole)
			ck_assert_str_eq(t.prefix, TOLD_LEVEL);
	}
}
END_TEST

/* A text that is longer than there is room for; an attribute that ends before it begins. */
START_TEST(attributes)
{
	uint8_t buf[512];
	char longer[200];
	struct told t;
	struct rd r;

	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = 0;
	r = rd_init(buf, message(buf, longer, 47, 0, 0, 0));
	ck_assert(told_next(&r, &t));
	ck_assert_uint_eq(strlen(t.prefix), sizeof t.prefix - 1);
	ck_assert_uint_eq(t.in, 2);
	ck_assert_uint_eq(t.out, 3);
	for (uint8_t len = 0; len < 4; len++) {
		r = rd_init(buf, message(buf, longer, 47, 0, 0, 0));
		buf[20] = len; /* of the first attribute */
		buf[21] = 0;
		ck_assert(told_next(&r, &t));
		ck_assert_str_eq(t.prefix, "");
		ck_assert_uint_eq(t.len, 0);
	}
}
END_TEST

/* Of which interface: by its link if it has a name, else the one that clients are behind. */
START_TEST(names)
{
	hear(TOLD_LEVEL, 47, 0, 0, 0);
	says("3-106010: Deny inbound protocol 47 src outside:198.51.100.5 dst "
	     "unknown:10.10.10.10\n");
	apply((struct ipc_msg){.type = MSG_CFG_INTERFACE,
	    .cfg_interface = {.op = CFG_SET, .hardware = "g1", .device = "eth1"}});
	config.interfaces[1].ifindex = 3;
	hear(TOLD_LEVEL, 47, 0, 0, 0);
	ck_assert_ptr_nonnull(strstr(said, "dst unknown:"));
	said[0] = 0;
	apply((struct ipc_msg){.type = MSG_CFG_CRYPTO_MAP_INTERFACE,
	    .cfg_crypto_map_interface = {CFG_SET, "outside", "M"}});
	hear(TOLD_LEVEL, 47, 0, 0, 0);
	says("3-106010: Deny inbound protocol 47 src outside:198.51.100.5 dst "
	     "outside:10.10.10.10\n");
}
END_TEST

START_TEST(refused_without_a_list)
{
	hear(TOLD_LEVEL, 6, 4000, 22, 2);
	says("2-106001: Inbound TCP connection denied from 198.51.100.5/4000 to 10.10.10.10/22 "
	     "flags SYN on interface outside\n");
	hear(TOLD_LEVEL, 17, 4000, 123, 0);
	says("2-106006: Deny inbound UDP from 198.51.100.5/4000 to 10.10.10.10/123 on interface "
	     "outside\n");
	hear(TOLD_LEVEL, 17, 4000, 53, 0);
	says("2-106007: Deny inbound UDP from 198.51.100.5/4000 to 10.10.10.10/53 due to DNS "
	     "Query\n");
	hear(TOLD_LEVEL, 1, 8 << 8, 0, 0);
	says("3-106014: Deny inbound icmp src outside:198.51.100.5 dst unknown:10.10.10.10 (type "
	     "8, code 0)\n");
	hear(TOLD_LEVEL, 47, 0, 0, 0);
	says("3-106010: Deny inbound protocol 47 src outside:198.51.100.5 dst "
	     "unknown:10.10.10.10\n");
	hear(TOLD_STATE, 6, 4000, 22, 0x11);
	says("6-106015: Deny TCP (no connection) from 198.51.100.5/4000 to 10.10.10.10/22 flags "
	     "FIN ACK on interface outside\n");
	hear("something else", 6, 4000, 22, 2);
	says("");
}
END_TEST

/* Cut short anywhere, nothing is read beyond what is there. */
START_TEST(cut_short)
{
	uint8_t buf[512];
	size_t len = message(buf, TOLD_LEVEL, 6, 4000, 22, 2);

	for (size_t i = 0; i < len; i++) {
		uint8_t *cut = malloc(i + 1);
		struct rd r = rd_init(cut, i);
		struct told t;
		uint32_t claims = (uint32_t)i;

		memcpy(cut, buf, i);
		if (i >= 16)
			memcpy(cut, &claims, sizeof claims);
		while (told_next(&r, &t))
			told_say(&s, &t);
		free(cut);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("told");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, refused_by_a_list);
	tcase_add_test(c, an_element_that_is_logged);
	tcase_add_test(c, as_severe_as_the_element_says);
	tcase_add_test(c, too_many_are_refused);
	tcase_add_test(c, a_full_table);
	tcase_add_test(c, flows_differ);
	tcase_add_test(c, a_flow_is_one_users_at_one_level);
	tcase_add_test(c, none_is_lost_where_too_many_are_said);
	tcase_add_test(c, what_is_permitted_takes_no_room_of_what_is_refused);
	tcase_add_test(c, messages_that_are_none);
	tcase_add_test(c, attributes);
	tcase_add_test(c, names);
	tcase_add_test(c, refused_without_a_list);
	tcase_add_test(c, cut_short);
	suite_add_tcase(suite, c);
	r = srunner_create(suite);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
