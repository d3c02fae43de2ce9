/*
 * A RADIUS server of the configuration over a network that only notes what is sent: tests play the
 * server. `struct radius_bench` is the test program's own.
 */
#ifndef GATEHOUSE_TESTS_RADIUS_BENCH_H
#define GATEHOUSE_TESTS_RADIUS_BENCH_H

#include "engine/aaa/change.h"
#include "engine/aaa/net.h"
#include "engine/aaa/radius/radius.h"
#include "engine/aaa/radius/packet.h"
#include "engine/aaa/report.h"
#include "tests/support/env_sim.h"

#define BENCH_SENT 4096

/* A socket, a port or a stream of the network. */
struct bench_socket {
	struct radius_bench *of;
	struct aaa_place place;
	const struct aaa_udp_events *udp;
	const struct aaa_stream_events *stream;
	void *arg;
	bool open;
};

struct bench_sent {
	struct bench_socket *socket;
	struct aaa_place to; /* of a port */
	uint8_t *bytes;
	size_t len;
};

/* A login of the tests: what it came to. */
struct bench_login {
	struct conversation c;
	unsigned answers;
	struct aaa_answer last;
	char message[256], why[96];
	uint8_t cookie[AAA_COOKIE_MAX], challenge[AAA_EAP_MAX];
};

struct radius_bench {
	struct aaa_net net; /* first */
	struct sim sim;
	struct aaa_world world;
	struct aaa_listener listener;
	struct cfg_aaa_host host;
	struct cfg_aaa_group cfg;
	struct aaa_server server, *servers[1];
	struct aaa_group group;
	struct bench_socket socket[128];
	size_t sockets;
	struct bench_sent sent[BENCH_SENT];
	size_t n;
	char debug[65536];	  /* lines of `debug radius` */
	struct aaa_change change; /* the last order */
	char change_user[64], change_key[64];
	unsigned changes;
	uint32_t sessions; /* so many it is told to have touched; UINT32_MAX: it is not told */
};

void bench_setup(struct radius_bench *); /* secret "xyzzy5461", timeout 30, retry 3 */
void bench_teardown(struct radius_bench *);
/* A login by that method, "alice" with "Wonderland1". */
struct aaa_request bench_request(enum aaa_method);
void bench_ask(struct radius_bench *, struct bench_login *, const struct aaa_request *);
/* The packet that was sent last. */
const struct bench_sent *bench_last(const struct radius_bench *);
/* An attribute of it: NULL when it has none. */
bool bench_find(const struct bench_sent *, uint32_t vendor, uint8_t type, struct radius_value *);

/* What the server says to a packet: begin, put attributes with radius_put..., send. */
struct wr bench_begin(const struct bench_sent *, enum radius_code, uint8_t *buffer);
/* Signed by that secret, NULL: the right one; `with_ma` false: without Message-Authenticator. */
void bench_answer(struct radius_bench *, const struct bench_sent *, struct wr *, const char *secret,
    bool with_ma);
/* An answer without attributes. */
void bench_plain(struct radius_bench *, const struct bench_sent *, enum radius_code);

#endif
