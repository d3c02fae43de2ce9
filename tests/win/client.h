/*
 * One Windows-like client: main mode, quick mode, ESP transport, L2TP, PPP,
 * a few pings through it all, then a good-bye as Windows says it.
 */
#ifndef GATEHOUSE_TESTS_WIN_CLIENT_H
#define GATEHOUSE_TESTS_WIN_CLIENT_H

#include "engine/crypto/crypto.h"
#include "engine/ipsec/crypt.h"
#include "tests/support/ike_initiator.h"
#include "tests/support/lac.h"
#include "tests/support/personality.h"
#include "tests/win/flow.h"
#include "tests/win/net.h"
#include "tests/win/renew.h"
#include "tests/support/tunnel.h"

struct client_options {
	struct addr server, source; /* source unset: by route */
	const char *psk, *user, *password;
	const struct personality *like; /* NULL: Windows 8 */
	unsigned methods;  /* bits 1 << enum ppp_auth */
	const char *eap;   /* NULL, or a socket behind which its EAP is said (eap.h) */
	bool computers;    /* each client's has a name of its own: by its number */
	bool aggressive;   /* mode; its group is named by ... */
	const char *group; /* ... this, or by its address */
	bool any_server;   /* one behind a NAT will do, as with a value in the registry */
	bool nat;          /* as behind a NAT: UDP from arbitrary ports */
	bool vanish;       /* leaves without a word */
	struct addr ping;  /* unset: none */
	unsigned pings;
	uint64_t every; /* microseconds between the pings of a stay, 0 = none */
	const char *tun;   /* NULL, or a device whose traffic goes through the tunnel */
	uint64_t renew, renew_main; /* microseconds between quick modes, main modes, 0 = none */
	uint64_t hold;     /* microseconds to stay */
	const char *keys;  /* NULL, or a directory for its keys (keys.h) */
	const char *stay;  /* NULL, or a file: when it is gone the stay is over */
	uint64_t limit;    /* microseconds until it is up, else it failed */
	uint64_t patience; /* and before a message of IKE is repeated, then twice as long */
	bool counters;     /* prints what it has carried, each time that this is more */
	bool verbose;      /* prints the length of each IKE message */
};

/* Shared by all clients of the process. */
struct client_world {
	int epoll;
	const struct crypto *crypto;
	struct crypt *crypt;
};

enum client_state { CLIENT_CONNECTING, CLIENT_UP, CLIENT_LEAVING, CLIENT_GONE };

struct client {
	const struct client_options *o;
	const struct client_world *w;
	unsigned number;
	enum client_state state;
	bool ok;            /* it was up, and every ping was answered */
	uint64_t started, took; /* microseconds; took: until it was up */
	const char *failure;
	struct net net;
	struct ike_initiator ike;
	struct initiator_qm qm;
	enum ike_wait { WAIT_AM2, WAIT_MM2, WAIT_MM4, WAIT_MM6, WAIT_QM2, WAIT_NOTHING } wait;
	struct path path;      /* where IKE goes now */
	struct initiator_message last; /* to be repeated until it is answered */
	struct initiator_message third; /* of aggressive mode: nobody answers it */
	struct timer resend;
	unsigned resends;
	struct tunnel tunnel;
	struct renew renew;
	struct lac *lac;
	char computer[16]; /* its name, empty: that of its kind */
	int eap;           /* that socket, -1 = not open */
	struct ppp_ip ip;
	struct tunnel_count user; /* IP packets of the user */
	struct tunnel_count told; /* what ESP had carried when its counters were printed */
	struct flow pings, flow;
	bool flowed; /* the flow is over */
	struct timer timer; /* the next ping, the end of the stay, the limit */
	uint64_t leave_at;
};

/* Opens its sockets and sends message 1. False, with errno, when there are no sockets. */
bool client_start(struct client *, const struct client_world *, const struct client_options *,
    unsigned number);
void client_end(struct client *);

#endif
