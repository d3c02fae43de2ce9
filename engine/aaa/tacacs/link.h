/*
 * Connections to a TACACS+ server, and the sessions on them (RFC 8907 4.3): one connection for each
 * session, or one for all, if so configured and the server agrees. A session is one exchange of
 * packets in turns; who owns it says what is in them.
 */
#ifndef GATEHOUSE_AAA_TACACS_LINK_H
#define GATEHOUSE_AAA_TACACS_LINK_H

#include <sys/queue.h>

#include "engine/aaa/net.h"
#include "engine/aaa/tacacs/packet.h"

struct tacacs_link;
struct tacacs_pool;

/* Embedded in its owner. */
struct tacacs_session {
	LIST_ENTRY(tacacs_session) on_link;
	TAILQ_ENTRY(tacacs_session) in_line;
	struct tacacs_pool *pool;
	struct tacacs_link *link; /* NULL: it waits for one, or has lost it */
	bool waits, owed, heard, again;
	uint8_t version, type, seq; /* of the last packet, theirs or ours */
	uint32_t id;
};

/* What its owner is told. He may end the session inside each of them, and the pool's owner may not
 * end the pool. */
struct tacacs_events {
	/* There is a connection: the first packet is to be sent. Once more when a shared
	 * connection was closed by the server before it had answered anything. */
	void (*begin)(struct tacacs_session *);
	/* The body of the server's packet. False: malformed; the connection goes, `lost` follows.
	 */
	bool (*heard)(struct tacacs_session *, struct rd body);
	/* The connection is gone. */
	void (*lost)(struct tacacs_session *, enum reason, const char *why);
};

struct tacacs_pool {
	const struct aaa_world *world;
	struct aaa_server *server;
	const struct tacacs_events *events;
	LIST_HEAD(, tacacs_link) links;
	TAILQ_HEAD(, tacacs_session) line; /* until there is a connection to be had */
	struct tacacs_link *shared;
	unsigned n;
	bool dropped; /* all of it, just now */
};

void tacacs_pool_init(struct tacacs_pool *, const struct aaa_world *, struct aaa_server *,
    const struct tacacs_events *);
/* Every connection goes, `lost` is told of each session; what begins meanwhile is lost at once. */
void tacacs_pool_drop(struct tacacs_pool *, enum reason, const char *why);
/* A session of that type and version begins: `begin` or `lost`, at once or later. */
void tacacs_session_open(
    struct tacacs_session *, struct tacacs_pool *, uint8_t type, uint8_t version);
/* Our packet, in our turn. Nothing when the connection is lost: `lost` has been or will be told. */
void tacacs_session_send(struct tacacs_session *, const struct wr *body);
/* It is over, with whatever it was owed. */
void tacacs_session_close(struct tacacs_session *);

#endif
