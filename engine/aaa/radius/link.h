/*
 * The way to one port of a RADIUS server: sockets with 256 requests each, as many as it takes, or
 * TLS connections (RFC 6614). A request is sent again until it is answered or given up; what is no
 * answer to it, by its signature, is counted and dropped.
 */
#ifndef GATEHOUSE_AAA_RADIUS_LINK_H
#define GATEHOUSE_AAA_RADIUS_LINK_H

#include "engine/aaa/conversation.h"
#include "engine/aaa/radius/packet.h"

struct radius_socket;

struct radius_link {
	const struct aaa_world *world;
	struct aaa_server *server;
	bool accounting;
	struct radius_socket *sockets; /* the first has room, if any has */
	struct timer tidy;
	bool closed; /* nothing new begins */
};

/* A request on its way, embedded in its owner. Zeroed memory is none. */
struct radius_exchange {
	struct radius_link *link;
	struct radius_socket *socket; /* NULL: it is not on its way */
	uint8_t id;
	uint8_t authenticator[RADIUS_AUTHENTICATOR];
	uint8_t *packet; /* owned */
	size_t len;
	uint64_t until; /* monotonic: when its owner gives up */
	struct timer again;
	/* An answer came that was not the server's, or the secrets differ: AUTH_BAD_SECRET; or that
	 * was not signed: AUTH_UNSIGNED. NONE: there was none like that. */
	enum reason doubt;
	bool refused, repeated; /* nobody was there; and it was sent again since */
	/* Its answer; the exchange is over. Signed as it has to be. */
	void (*answered)(struct radius_exchange *, const struct radius_packet *);
	/* It cannot come to an answer; the exchange is over. */
	void (*failed)(struct radius_exchange *, enum reason, const char *why);
};

/* To the port for authentication or for accounting of that server. */
void radius_link_init(
    struct radius_link *, const struct aaa_world *, struct aaa_server *, bool accounting);
/* Whoever waits fails, for that reason. Harmless when done again. */
void radius_link_fini(struct radius_link *, enum reason, const char *why);
/* The secret of that server. */
struct radius_key radius_link_key(const struct radius_link *);

/* Takes an id and writes the packet's header; `w` is over `buffer`, of RADIUS_PACKET_MAX bytes.
 * NULL, or in words why there is none to be had. */
const char *radius_exchange_begin(struct radius_exchange *, struct radius_link *, enum radius_code,
    struct wr *w, uint8_t *buffer);
/* Sends it, until `until`. False: no memory, or it was too long; it is over then. */
bool radius_exchange_send(struct radius_exchange *, struct wr *);
/* Nobody waits for the answer any more. Harmless when it is over. */
void radius_exchange_end(struct radius_exchange *);

#endif
