/*
 * One request to a Kerberos server and its answer: a datagram that is repeated, or a stream with
 * lengths (RFC 4120 7.2). What is no answer is passed over.
 */
#ifndef GATEHOUSE_AAA_KERBEROS_LINK_H
#define GATEHOUSE_AAA_KERBEROS_LINK_H

#include "engine/aaa/conversation.h"
#include "engine/aaa/net.h"

struct kerberos_link {
	const struct aaa_world *world;
	struct aaa_server *server;
	/* One of them ends it; it may be asked anew, or closed, within. */
	void (*answered)(struct kerberos_link *, const uint8_t *, size_t len);
	void (*failed)(struct kerberos_link *, const char *why);
	struct aaa_udp *udp;
	struct aaa_stream *stream;
	struct timer again;
	uint8_t *request; /* as it is sent */
	size_t request_len;
	uint8_t *in; /* of a stream: its length, and what has come of the answer */
	size_t in_len;
};

/* Zeroed memory with the first four members set. Sends a copy of the request, by a stream if
 * so; what was asked before is forgotten. False when that cannot be done. */
bool kerberos_link_ask(struct kerberos_link *, const uint8_t *, size_t len, bool stream);
void kerberos_link_close(struct kerberos_link *);

#endif
