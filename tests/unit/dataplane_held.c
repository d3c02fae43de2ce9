/*
 * What the control side hears of packets that are stopped: of which flow they are, how many a
 * second, and by which rule.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "engine/dataplane/held.h"
#include "tests/support/one_worker.h"

#define CLIENT 0xc0a80101u
#define SERVER 0x0a010101u

static struct one_worker one;
static struct dp_link link;
static uint8_t ip[64];
static struct ipv4 header;

static void open_one(void)
{
	one_worker_open(&one);
	link = (struct dp_link){.is.session = 7};
}

static void close_one(void)
{
	one_worker_close(&one);
}

/* The packet at hand, whose payload begins with these two numbers. */
static void make(uint8_t protocol, unsigned first, unsigned second, unsigned fragment)
{
	struct wr w = wr_init(ip, sizeof ip);

	ipv4_header(&w, protocol, CLIENT, SERVER, 0, 9, 24);
	wr_patch16(&w, 6, fragment);
	wr_u16(&w, first);
	wr_u16(&w, second);
	wr_zero(&w, 20);
	ck_assert(ipv4_parse(ip, wr_len(&w), &header));
}

/* Is something told? */
static bool heard(struct dp_denied *d)
{
	size_t len;
	const struct event *e = ring_peek(one.worker->outbox.events, &len);

	if (!e)
		return false;
	ck_assert_int_eq(e->type, EVENT_DENIED);
	*d = e->denied;
	ring_release(one.worker->outbox.events);
	return true;
}

/* Ports, of ICMP type and code; a later piece has none, nor has any other protocol. */
START_TEST(which_flow)
{
	static const struct {
		uint8_t protocol;
		uint16_t fragment, src, dst;
	} all[] = {{IPPROTO_TCP, 0, 0x0805, 0x1234}, {IPPROTO_UDP, 0, 0x0805, 0x1234},
	    {IPPROTO_TCP, IP_MF, 0x0805, 0x1234}, {IPPROTO_ICMP, 0, 8, 5},
	    {IPPROTO_TCP, 3, 0, 0}, {IPPROTO_ICMP, 3, 0, 0}, {IPPROTO_GRE, 0, 0, 0}};
	struct dp_denied d;

	make(all[_i].protocol, 0x0805, 0x1234, all[_i].fragment);
	held_spoofed(one.worker, &link, ip, &header);
	ck_assert(heard(&d));
	ck_assert_uint_eq(d.session, 7);
	ck_assert_uint_eq(d.protocol, all[_i].protocol);
	ck_assert_uint_eq(d.src, CLIENT);
	ck_assert_uint_eq(d.dst, SERVER);
	ck_assert_uint_eq(d.src_port, all[_i].src);
	ck_assert_uint_eq(d.dst_port, all[_i].dst);
	ck_assert(d.inward && d.spoofed && !d.permitted && !d.logged);
}
END_TEST

static unsigned told(unsigned of, bool same)
{
	struct dp_denied d;
	unsigned n = 0;

	for (unsigned i = 0; i < of; i++) {
		make(IPPROTO_TCP, 1000, same ? 80 : 81 + i, 0);
		held_spoofed(one.worker, &link, ip, &header);
	}
	while (heard(&d))
		n++;
	return n;
}

/* So many a second, and of one flow half of them again. */
START_TEST(how_many)
{
	one.worker->now = 10 * SEC;
	ck_assert_uint_eq(told(100, true), 1 + DENIALS_TOLD / 2);
	ck_assert_uint_eq(told(100, false), DENIALS_TOLD - 1 - DENIALS_TOLD / 2);
	one.worker->now += SEC - 1;
	ck_assert_uint_eq(told(1, false), 0);
	one.worker->now++;
	ck_assert_uint_eq(told(DENIALS_TOLD + 1, false), DENIALS_TOLD);
}
END_TEST

/* A piece of what nobody knows is refused by no rule, whatever was asked before it. */
START_TEST(by_which_rule)
{
	struct dp_filter *filter = calloc(1, sizeof *filter);
	struct acl_rule rule;
	struct dp_denied d;

	ck_assert(acl_read("permit tcp any any", &rule));
	rule.log = ACL_LOG_LEVEL + 5;
	filter->acl = acl_new(&rule, 1);
	link.filter = filter;
	make(IPPROTO_TCP, 1000, 80, 0);
	ck_assert(held_passes(one.worker, &link, ip, &header, true));
	ck_assert(heard(&d));
	ck_assert(d.permitted && d.logged);
	ck_assert_uint_eq(d.severity, 5);
	ck_assert(held_passes(one.worker, &link, ip, &header, true));
	ck_assert(!heard(&d)); /* its flow was told of */
	make(IPPROTO_TCP, 1000, 80, 3);
	ck_assert(!held_passes(one.worker, &link, ip, &header, true));
	ck_assert(heard(&d));
	ck_assert(!d.permitted && !d.logged && !d.spoofed);
	ck_assert_uint_eq(get(&link.drop_in), 1);
	ck_assert_uint_eq(get(&link.drop_out), 0);
	acl_let_go(filter->acl);
	free(filter);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_held");
	TCase *tc = tcase_create("held");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, open_one, close_one);
	tcase_add_loop_test(tc, which_flow, 0, 7);
	tcase_add_test(tc, how_many);
	tcase_add_test(tc, by_which_rule);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
