/*
 * The whole engine in one simulated world: gateway, packet path, aaa with a
 * local user, and clients with real protocol code, under a virtual clock. One
 * seed is one course of events.
 */
#ifndef GATEHOUSE_TESTS_WORLD_H
#define GATEHOUSE_TESTS_WORLD_H

#include "engine/aaa/aaa.h"
#include "engine/session/gateway.h"
#include "tests/support/client_renewal.h"
#include "tests/support/env_sim.h"
#include "tests/support/ike_initiator.h"
#include "tests/support/lac.h"
#include "tests/support/personality.h"
#include "tests/support/tunnel.h"

#define WORLD_CLIENTS 51200
#define WORLD_SERVER 0xac100102 /* 172.16.1.2 */
#define WORLD_INSIDE 0x0a0a0a0a /* 10.10.10.10, somebody there */
#define WORLD_TEXT (1 << 18)
#define WORLD_LOG (1 << 20)
#define WORLD_TOLD 16
#define WORLD_PAST 16

struct steady;

enum client_stage {
	CLIENT_IDLE,
	CLIENT_PHASE1,
	CLIENT_PHASE2,
	CLIENT_L2TP,
	CLIENT_UP,
	CLIENT_GONE
};

struct world_client {
	struct world *w;
	struct ike_initiator ike;
	struct initiator_qm qm;
	struct tunnel tunnel;
	bool has_tunnel;
	struct lac *lac;
	struct endpoint outer500, outer4500; /* as the server sees it */
	bool nat, silent, aggressive;
	bool shy; /* as Windows: gives up when it finds the server behind a NAT */
	bool deaf; /* hears nothing in its tunnel */
	const char *user, *password;
	const char *host; /* the name of its computer, NULL: that of its kind */
	bool bare, sequencing; /* struct lac_config */
	const struct personality *like; /* NULL: Windows 8 */
	uint16_t tunnel_id;
	unsigned methods; /* bits 1 << enum ppp_auth */
	const char *new_password; /* struct lac_config; as the next */
	const uint8_t *change;
	size_t change_len;
	enum client_stage stage;
	unsigned expect; /* the main mode message that is waited for */
	struct ppp_ip ip;
	uint64_t received; /* IP packets through the tunnel */
	size_t longest;    /* outer IP packet that came in ESP */
	size_t last_len;
	uint8_t last[640];  /* the beginning of the last of them */
	size_t notices;    /* informationals of the server */
	struct client_renewal *renewal; /* client_renewal.h; NULL: it is an everyday one */
	unsigned renewed, renewed_phase1; /* that the server began, and it has answered */
	unsigned strays; /* ESP packets for none of its SAs */
	unsigned said, mute_after; /* datagrams sent; it falls silent after that many, 0 = never */
	struct steady *steady;     /* repeats and renews for it (steady.h); NULL = nobody does */
};

/* Whoever listens on the wire; called when the other end has done with the datagram. May be NULL.
 */
struct world_spy {
	void (*to_server)(void *arg, const struct path *, bool esp, const uint8_t *msg, size_t len);
	void (*from_server)(
	    void *arg, const struct path *, bool esp, const uint8_t *msg, size_t len);
	void *arg;
};

struct world {
	struct sim sim;
	struct config config;
	struct trace trace;
	struct crypto *crypto;
	struct crypt *crypt;
	struct aaa *aaa;
	struct gateway *gw;
	struct dataplane *dp;
	struct world_client client[WORLD_CLIENTS];
	size_t n_clients;
	uint64_t crashes; /* of them, so far */
	/* NULL, or measures `server_cpu`: what the gateway spends on datagrams */
	double (*cpu_now)(void);
	double server_cpu;
	struct world_spy spy;
	bool no_answers; /* of login servers */
	uint64_t keepalives;
	size_t routes;    /* host routes that exist now */
	uint64_t to_tun;  /* IP packets that left towards the inside */
	uint16_t told_mtu; /* by the last "fragmentation needed" among them */
	struct ipc_msg told[WORLD_TOLD]; /* records of accounting; the last ones, `n_told` in all */
	uint8_t told_bytes[WORLD_TOLD][4096];
	size_t n_told;
	struct ipc_msg past[WORLD_PAST]; /* records of sessions, likewise */
	uint8_t past_bytes[WORLD_PAST][1024];
	size_t n_past;
	/* A DHCP server hears its clients' messages; NULL: there is none. */
	void (*dhcp)(struct world *, const struct addr *server, const uint8_t *msg, size_t len);
	unsigned relays; /* that are open */
	bool hold_auth;
	struct msg_auth_request held;
	/* What a client said to a challenge. */
	unsigned nexts;
	struct msg_auth_next next; /* its bytes are not valid any more: */
	uint8_t next_response[1500];
	size_t next_len;
	uint32_t held_cancel; /* the id of the cancel that waits behind it, 0 = none */
	char text[WORLD_TEXT]; /* trace lines, each with a newline */
	size_t text_len;
	char log[WORLD_LOG]; /* log lines */
	size_t log_len;
};

/* The guide's configuration, user `test` with password `test`. */
struct world *world_create(uint64_t seed);
/* The same with so many packet workers. */
struct world *world_create_workers(uint64_t seed, unsigned workers);
/* The guide's configuration again, after a change. */
void world_guide(struct world *);
/* What those clients need besides that have no 3DES or no group 2. */
void world_aes(struct world *);
void world_destroy(struct world *);
/* Takes away what clients cannot do without, until world_guide(). */
void world_without_pool(struct world *);
void world_without_tunnel_group(struct world *);
/* One more user with the password `test`. */
void world_user(struct world *, const char *name);
/* The guide's tunnel group, to be changed and given to world_config(). */
struct ipc_msg world_tunnel_group(void);
/* Its group policy, likewise. */
struct ipc_msg world_group_policy(void);
/* Changes the configuration by one message. */
void world_config(struct world *, enum msg_type, struct ipc_msg);
/* A client at 10.1.1.2 or, with `nat`, one more behind the NAT at 172.16.1.1 that believes itself
 * to be 10.1.1.2. Not connected yet; options of client->ike may be changed before. */
struct world_client *world_client(struct world *, bool nat);
/* The same machine after a crash: it knows nothing of what was, and lives where it lived. Options
 * are as of a new client. */
void client_again(struct world_client *);
/* A client of world_client() that has a user of his own. */
struct world_client *world_user_client(struct world *, bool nat, const char *user);
/* Before client_connect(): it speaks like that one from now on, in IKE, L2TP and PPP. */
void client_like(struct world_client *, const struct personality *);
void client_connect(struct world_client *);
/* A new quick mode under the live phase 1; on message 2 it replaces the tunnel. */
void client_rekey(struct world_client *);
/* A new main mode beside the live one, as when its lifetime nears; a quick mode follows. */
void client_renew(struct world_client *);
/* One message of client->ike, from where the client is. */
void client_say(struct world_client *, const struct initiator_message *);
/* Hangs up as Windows does, then deletes both SAs. */
void client_leave(struct world_client *);
/* Hears and says nothing any more. */
void client_vanish(struct world_client *);
/* Frees what the client holds; nothing may reach it any more. */
void client_forget(struct world_client *);
/* One IPv4 packet (protocol 253) from the client's address to `to`. False when it is not up. */
bool client_send(struct world_client *, uint32_t to);
/* The same whether its link is up or not. */
void client_force(struct world_client *, uint32_t to);
/* One packet to the inside and one back, within 10 ms: have both arrived? */
bool client_passes(struct world_client *);
/* Does one to the inside arrive there within 10 ms? */
bool client_reaches_inside(struct world_client *);
/* An L2TP message of these bytes, sealed in its tunnel if there is one; it is there at once. */
void client_l2tp(struct world_client *, const uint8_t *msg, size_t len);
/* A DHCPINFORM as Windows sends it once its link is up. */
bool client_dhcpinform(struct world_client *);
/* One IPv4 packet from the inside to a client's address (host order). */
void world_inside_send(struct world *, uint32_t to);
/* The same with this many bytes; `df`: it must not be cut. */
void world_inside_long(struct world *, uint32_t to, size_t len, bool df);
/* The login server answers what was asked while `hold_auth` was set. */
void world_answer(struct world *);

/* How many records of that kind a query gives; the last one is copied to `last` if not NULL
 * (its strings are not valid any more). */
uint32_t world_query(struct world *, const char *what, struct ipc_msg *last);

#endif
