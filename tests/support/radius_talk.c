/* See radius_talk.h. */
#include "tests/support/radius_talk.h"

struct radius_bench radius_b;
struct bench_login radius_l;
uint8_t radius_buffer[RADIUS_PACKET_MAX];

void radius_setup(void)
{
	bench_setup(&radius_b);
}

void radius_teardown(void)
{
	bench_teardown(&radius_b);
}

void radius_ask(enum aaa_method method)
{
	struct aaa_request r = bench_request(method);

	bench_ask(&radius_b, &radius_l, &r);
}
