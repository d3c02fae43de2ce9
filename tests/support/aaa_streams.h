/*
 * Streams to login servers that the test plays: what was sent on each is kept, and what arrives and
 * how each ends is the test's to say through its events.
 */
#ifndef GATEHOUSE_TESTS_AAA_STREAMS_H
#define GATEHOUSE_TESTS_AAA_STREAMS_H

#include "engine/aaa/net.h"

#define AAA_STREAMS 300

struct aaa_stream {
	const struct aaa_stream_events *events;
	void *arg;
	bool open, tls;
	struct aaa_place to;
	char name[128]; /* of TLS */
	size_t trust_len;
	uint8_t sent[4096];
	size_t len;
};

extern struct aaa_stream aaa_streams[AAA_STREAMS]; /* in the order in which they were opened */
extern size_t aaa_streams_n;
extern bool aaa_streams_none; /* no more can be opened */
extern struct aaa_net aaa_streams_net;

/* As if none had been opened. */
void aaa_streams_reset(void);
/* The other side ends it. */
void aaa_stream_hang_up(size_t, const char *why, bool certificate);
void aaa_streams_all_closed(void);

#endif
