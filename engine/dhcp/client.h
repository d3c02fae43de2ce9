/*
 * One client of DHCP servers (RFC 2131 4.4), for an interface of ours or for a
 * client of the VPN. A machine: it sees the world through struct env and says
 * messages through its owner, whose memory it lives in.
 */
#ifndef GATEHOUSE_DHCP_CLIENT_H
#define GATEHOUSE_DHCP_CLIENT_H

#include "engine/base/env.h"
#include "engine/dhcp/message.h"

#define DHCP_SERVERS_MAX 10
#define DHCP_CLIENT_ID_MAX 128
#define DHCP_NAME_MAX 64
#define DHCP_DOMAIN_MAX 256

enum dhcp_state {
	DHCP_OFF,	 /* nothing is asked for */
	DHCP_REBOOTING,	 /* is the address of before still ours? */
	DHCP_SELECTING,	 /* who has an address? */
	DHCP_REQUESTING, /* one was offered */
	DHCP_PROBING,	 /* it is leased to us: does somebody have it already? */
	DHCP_BOUND,
	DHCP_RENEWING, /* the server is asked for more time */
	DHCP_REBINDING /* any server is */
};

struct dhcp_lease {
	struct addr address, mask, gateway, server; /* gateway: the first; unset = none */
	struct addr dns[2], wins[2];
	char domain[DHCP_DOMAIN_MAX];
	uint32_t seconds, renew, rebind; /* from `since`; seconds UINT32_MAX: for ever */
	uint64_t since;			 /* monotonic, when it was asked for */
};

/* Why there is no lease. */
enum dhcp_loss {
	DHCP_NOBODY,  /* no server has answered */
	DHCP_REFUSED, /* the server takes it back */
	DHCP_EXPIRED  /* nobody has given it more time */
};

struct dhcp_client;

struct dhcp_client_ops {
	/* One message, without IP and UDP. To a server; unset: to everybody at the link. */
	void (*send)(struct dhcp_client *, const struct addr *to, const uint8_t *, size_t len);
	/* Asks the link's stations whether somebody has that address (RFC 5227 2.1.1); who answers
	 * is told by dhcp_client_conflict(). False: nothing went out, which is no try while there
	 * is hope (dhcp_client_probes()). NULL: addresses are taken unasked. */
	bool (*probe)(struct dhcp_client *, const struct addr *);
	/* `lease` is held, for the first time or for longer; changed: another address, mask or
	 * gateway than before. */
	void (*bound)(struct dhcp_client *, bool changed);
	/* There is none (any more). A client of a link goes on asking; one with a list of servers
	 * is DHCP_OFF when none is left to be asked. */
	void (*lost)(struct dhcp_client *, enum dhcp_loss);
};

/* How its requests reach a server that is not at the link (RFC 1542): through us. */
enum dhcp_selection {
	DHCP_BY_RELAY, /* the scope is the relay's address, giaddr */
	DHCP_BY_LINK,  /* part 5 of option 82 (RFC 3527) */
	DHCP_BY_SUBNET /* option 118 (RFC 3011) */
};

struct dhcp_server {
	struct addr addr;
	enum dhcp_selection selection;
	struct addr relay; /* our own address towards it */
};

/* Who it is and whom it asks; set by the owner before dhcp_client_start(). */
struct dhcp_identity {
	uint8_t htype, hlen, chaddr[16];
	uint8_t id[DHCP_CLIENT_ID_MAX]; /* option 61: type and value */
	size_t id_len;			/* 0 = without */
	char hostname[DHCP_NAME_MAX];	/* "" = not told */
	/* None: a client of its link, which asks everybody. Else they are asked one after another,
	 * each as a relay does. */
	struct dhcp_server server[DHCP_SERVERS_MAX];
	size_t n_servers;
	struct addr scope; /* the network that the address is to be of; unset = `relay`'s */
};

struct dhcp_counts {
	uint32_t offers, requests, acks, naks, declines, releases, bad;
};

struct dhcp_client {
	struct env *env;
	const struct dhcp_client_ops *ops;
	struct dhcp_identity self;
	enum dhcp_state state;
	struct dhcp_lease lease; /* from the acknowledgement until it is lost */
	struct dhcp_lease offer; /* what is being requested, or probed */
	size_t asked;		 /* which of the servers */
	uint32_t xid;
	uint64_t began, asked_at; /* monotonic: the exchange, the question that is out */
	unsigned tries;		  /* of that question */
	unsigned unsent;	  /* probes that did not go out */
	unsigned conflicts;	  /* in a row */
	bool told;		  /* that nobody answers */
	struct timer timer;
	struct dhcp_counts counts;
};

/* Fills in what is not its owner's. */
void dhcp_client_init(struct dhcp_client *, struct env *, const struct dhcp_client_ops *);
/* Begins to ask. `before`: an address that it had, and may have still (INIT-REBOOT); NULL or
 * unset: none. */
void dhcp_client_start(struct dhcp_client *, const struct addr *before);
/* A message that has come, without IP and UDP; others' are left alone. `from`: who sent it. */
void dhcp_client_receive(
    struct dhcp_client *, const struct addr *from, const struct dhcp_message *);
/* What probes wait for is here: one goes out at once, if one is due. */
void dhcp_client_probes(struct dhcp_client *);
/* Somebody at the link has the address that is being probed: it is declined, and another one asked
 * for in a while, which is longer after many of these in a row (RFC 5227 2.1.1). False: none is
 * being probed. */
bool dhcp_client_conflict(struct dhcp_client *);
/* Ends; release: the server is told that the lease is not needed any more. No op is called but
 * `send`. */
void dhcp_client_stop(struct dhcp_client *, bool release);
/* "Bound", as the device says it, with its number. */
const char *dhcp_state_word(enum dhcp_state);
/* Seconds until the next message is sent of itself; 0: none will be. */
uint32_t dhcp_client_next(struct dhcp_client *);

#endif
