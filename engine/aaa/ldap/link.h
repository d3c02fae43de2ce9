/*
 * One connection to an LDAP server: whole messages in and out, numbers of messages, and when the
 * server was heard last. What is said on it, and as whom, is its owner's business.
 */
#ifndef GATEHOUSE_AAA_LDAP_LINK_H
#define GATEHOUSE_AAA_LDAP_LINK_H

#include "engine/aaa/conversation.h"
#include "engine/aaa/ldap/codec.h"
#include "engine/aaa/net.h"

struct ldap_link;

struct ldap_link_events {
	void (*opened)(struct ldap_link *);
	void (*message)(struct ldap_link *, const struct ldap_message *);
	/* The server is gone, or has said what is no LDAP: `malformed`. The owner closes the link.
	 */
	void (*closed)(struct ldap_link *, const char *why, bool certificate, bool malformed);
};

struct ldap_link {
	struct aaa_net *net;
	struct env *env;
	const struct ldap_link_events *events;
	void *owner;
	struct aaa_stream *stream;
	uint8_t *in; /* an incomplete message */
	size_t in_len, in_size;
	uint32_t last_id;
	uint64_t heard; /* when, monotonic; of the beginning, too */
	uint64_t sent_bytes, got_bytes;
	bool *gone; /* told when it is closed in the middle of its own events */
};

/* Begins to connect as the server's configuration says; NULL when there is no memory or no way. */
struct ldap_link *ldap_link_open(const struct aaa_world *, const struct aaa_server *,
    const struct ldap_link_events *, void *owner);
void ldap_link_close(struct ldap_link *); /* NULL is allowed */
/* Send, return the number of the message, 0 when that failed: close it then. */
uint32_t ldap_link_bind(struct ldap_link *, struct rd dn, const char *password);
uint32_t ldap_link_search(struct ldap_link *, const struct ldap_search *);
void ldap_link_abandon(struct ldap_link *, uint32_t id);
/* Who has asked at `asked` gives up: has nothing been heard since, for so long that the server
 * may be taken for dead? */
bool ldap_link_silent(const struct ldap_link *, uint64_t asked, const struct cfg_aaa_host *);

#endif
