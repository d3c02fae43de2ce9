/* What is sent as load tells whether it is whole and in order: who judges by it has to notice. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/load/stream.h"

static struct stream s;
static uint8_t ip[STREAM_SUPER], other[STREAM_SUPER];
static const struct stream_cut whole;

static void begin(bool tcp, uint16_t len, uint16_t tail)
{
	stream_init();
	s = (struct stream){.from = 0x0a000001, .to = 0x0a000002, .from_port = 1, .to_port = 2,
	    .shape = {.tcp = tcp, .len = len, .tail = tail, .run = 8}};
}

static unsigned check(const uint8_t *packet, size_t len)
{
	return stream_check(&s, packet, len, &whole);
}

START_TEST(packets_pass)
{
	for (uint16_t len = 48; len <= 1400; len += 13) {
		begin(_i, len, 48);
		for (int i = 0; i < 20; i++)
			ck_assert_uint_eq(check(ip, stream_packet(&s, ip)), 1);
		ck_assert_uint_eq(s.got, 20);
		ck_assert_uint_eq(s.damaged + s.disordered, 0);
	}
}
END_TEST

/* One that is yet to be cut ends with a shorter one, and holds no more than fit. */
START_TEST(supers_pass)
{
	struct stream_cut cut;
	size_t len;

	begin(_i, 1000, 300);
	ck_assert_uint_eq(stream_super(&s, 20, ip, &len, &cut), 8);
	ck_assert_uint_eq(len, cut.header + 7u * cut.segment + 300u - cut.header);
	ck_assert_uint_eq(stream_check(&s, ip, len, &cut), 8);
	s.shape.tail = 0;
	ck_assert_uint_eq(stream_super(&s, 500, ip, &len, &cut), 65535u / (1000u - cut.header));
	ck_assert_uint_eq(stream_check(&s, ip, len, &cut), 65535u / (1000u - cut.header));
	ck_assert_uint_eq(s.damaged + s.disordered, 0);
}
END_TEST

/* No byte of a packet but those that routers change can be another one. */
START_TEST(every_byte_counts)
{
	size_t len;

	begin(_i, 120, 0);
	len = stream_packet(&s, ip);
	for (size_t at = 0; at < len; at++) {
		struct stream before = s;

		ip[at] ^= 1;
		ck_assert_uint_eq(check(ip, len), 0);
		ck_assert_uint_ne(s.damaged, 0);
		ip[at] ^= 1;
		s = before;
	}
	ck_assert_uint_eq(check(ip, len - 1), 0);
	s.damaged = 0;
	ck_assert_uint_eq(check(ip, len), 1);
}
END_TEST

START_TEST(order_counts)
{
	size_t len, later;

	begin(_i, 200, 0);
	len = stream_packet(&s, ip);
	later = stream_packet(&s, other);
	ck_assert_uint_eq(check(other, later), 1);
	ck_assert_uint_eq(check(ip, len), 0);
	ck_assert_uint_eq(s.disordered, 1);
	ck_assert_uint_eq(check(other, later), 0);
	ck_assert_uint_eq(s.disordered, 2);
	ck_assert_uint_eq(s.damaged, 0);
	ck_assert_uint_eq(check(ip, stream_packet(&s, ip)), 1);
}
END_TEST

START_TEST(loss_is_told)
{
	begin(_i, 200, 0);
	for (int i = 0; i < 5; i++)
		stream_packet(&s, ip);
	ck_assert_uint_eq(stream_give_up(&s), 5);
	ck_assert_uint_eq(check(ip, stream_packet(&s, ip)), 1);
}
END_TEST

START_TEST(handshake_is_no_content)
{
	begin(true, 200, 0);
	s.say = STREAM_SYN;
	ck_assert_uint_eq(check(ip, stream_packet(&s, ip)), 0);
	ck_assert(s.open);
	ck_assert_uint_eq(check(ip, stream_packet(&s, ip)), 1);
	ck_assert_uint_eq(s.damaged + s.disordered, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("load_stream");
	TCase *c = tcase_create("stream");
	SRunner *r = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, c);
	tcase_add_loop_test(c, packets_pass, 0, 2);
	tcase_add_loop_test(c, supers_pass, 0, 2);
	tcase_add_loop_test(c, every_byte_counts, 0, 2);
	tcase_add_loop_test(c, order_counts, 0, 2);
	tcase_add_loop_test(c, loss_is_told, 0, 2);
	tcase_add_test(c, handshake_is_no_content);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
