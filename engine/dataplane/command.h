/* What the control side tells a worker: one record in its ring, in order. */
#ifndef GATEHOUSE_COMMAND_H
#define GATEHOUSE_COMMAND_H

#include "engine/dataplane/link.h"

enum command_type {
	COMMAND_SA_IN,          /* sa, spare, path */
	COMMAND_SA_OUT,         /* spi, key, spi_out */
	COMMAND_SA_GIVE,        /* spi, peer, spare, path */
	COMMAND_SA_REMOVE,      /* spi */
	COMMAND_PEER_USE,       /* peer, spi */
	COMMAND_PEER_MOVE,      /* peer, path */
	COMMAND_PEER_FIT,       /* peer, fit */
	COMMAND_SESSION_ADD,    /* link, change */
	COMMAND_SESSION_CHANGE, /* change */
	COMMAND_SESSION_FILTER, /* session, filter */
	COMMAND_SESSION_REMOVE, /* session */
	COMMAND_SEND,           /* peer, ports, bytes */
	COMMAND_SEND_PPP,       /* session, df, bytes */
	COMMAND_SEND_IP,        /* session, bytes */
};

struct command {
	enum command_type type;
	uint32_t peer, spi, spi_out;
	struct dp_fit fit;
	uint16_t session, local_port, remote_port;
	bool df;
	struct path path;
	struct dp_sa *sa;
	struct dp_peer *spare; /* becomes the SA's peer if that is new */
	struct crypt_key *key;
	struct dp_link *link;
	struct dp_filter *filter;
	struct dp_session change;
	uint8_t bytes[];
};

#endif
