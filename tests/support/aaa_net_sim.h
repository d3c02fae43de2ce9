/*
 * A network for the protocols of login servers in which the test is the server:
 * what they send lies in a list, what it sends arrives at once. Time is a
 * `struct sim`'s. A test program's own; it must stay where it is. Nothing of it
 * is freed before netsim_fini(), which fails the test when a socket, a stream
 * or a lookup is still open. /
 */
#ifndef GATEHOUSE_TESTS_AAA_NET_SIM_H
#define GATEHOUSE_TESTS_AAA_NET_SIM_H

#include "engine/aaa/net.h"

#define NETSIM_SENT 4096 /* datagrams and pieces of streams that are kept, the last ones */
#define NETSIM_OPEN 256

struct netsim;

struct aaa_udp {
	struct netsim *of;
	bool open, listens;
	struct aaa_place to; /* the server; of a port: its number */
	const struct aaa_udp_events *events;
	void *arg;
};

struct aaa_stream {
	struct netsim *of;
	bool open, up; /* up: netsim_accept() was called */
	struct aaa_place to;
	bool tls;
	char name[128]; /* TLS: of whom the certificate has to be */
	size_t trust_len;
	const struct aaa_stream_events *events;
	void *arg;
	uint8_t *sent; /* all that was sent on it and not taken */
	size_t sent_len;
};

struct aaa_lookup {
	struct netsim *of;
	bool open;
	char name[256];
	void (*done)(void *arg, const struct addr *);
	void *arg;
};

/* A question to a domain controller. */
struct aaa_child {
	struct netsim *of;
	bool open;
	char user[256], domain[256], name[256], password[256];
	struct addr controller;
	uint16_t port;
	void (*done)(void *arg, uint32_t status, const char *why);
	void *arg;
};

/* A datagram that a protocol has sent. */
struct netsim_datagram {
	struct aaa_udp *by;
	struct aaa_place to;
	size_t len;
	uint8_t *bytes;
};

struct netsim {
	struct aaa_net net; /* give &n->net to who is tested */
	bool no_sockets;    /* the next ones cannot be had */
	bool no_sending;    /* datagrams cannot be sent now */
	struct aaa_udp udp[NETSIM_OPEN];
	struct aaa_stream stream[NETSIM_OPEN];
	struct aaa_lookup lookup[NETSIM_OPEN];
	struct aaa_child child[NETSIM_OPEN];
	size_t n_child;
	size_t n_udp, n_stream, n_lookup; /* ever opened: the last one is [n - 1] */
	struct netsim_datagram sent[NETSIM_SENT];
	size_t n_sent; /* ever: the last one is sent[(n_sent - 1) % NETSIM_SENT] */
};

void netsim_init(struct netsim *);
void netsim_fini(struct netsim *);

/* The i-th datagram ever sent, -1: the last one. NULL: there is none. */
const struct netsim_datagram *netsim_datagram(const struct netsim *, int i);
/* The server of that socket says this; or who `from` is, to a port. */
void netsim_answer(struct aaa_udp *, const void *, size_t len);
void netsim_come(struct aaa_udp *, const struct aaa_place *from, const void *, size_t len);
/* ICMP. */
void netsim_refuse(struct aaa_udp *, int error);
/* The socket that hears that port; NULL: there is none. */
struct aaa_udp *netsim_port(struct netsim *, uint16_t port);

/* The last stream that was opened and is still; NULL: there is none. */
struct aaa_stream *netsim_stream(struct netsim *);
/* It is connected (with TLS: and trusted). */
void netsim_accept(struct aaa_stream *);
/* The server says this on it. */
void netsim_say(struct aaa_stream *, const void *, size_t len);
/* The server, or the network, ends it. */
void netsim_hang_up(struct aaa_stream *, const char *why, bool certificate);
/* Forgets so many bytes of what was sent, having looked at them. */
void netsim_take(struct aaa_stream *, size_t len);

/* Answers the oldest open question for that user; false: nobody has asked. */
bool netsim_nt(struct netsim *, const char *user, uint32_t status, const char *why);

/* Answers the last open lookup of that name; unset: there is none. False: nobody has asked. */
bool netsim_name(struct netsim *, const char *name, const struct addr *);

#endif
