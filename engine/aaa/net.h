/*
 * The network as a protocol of login servers sees it: datagrams to a server, a stream to it (TCP,
 * or TLS over it), names, a port that servers speak to. The glue of the role supplies a real one
 * (engine/role/aaa_net.h), tests a scripted one. Nothing blocks, and nothing calls back from
 * within the call that it belongs to.
 */
#ifndef GATEHOUSE_AAA_NET_H
#define GATEHOUSE_AAA_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/addr.h"

struct aaa_net;
struct aaa_udp;
struct aaa_stream;
struct aaa_lookup;
struct aaa_child;
struct ipc_msg;

/* Where to. `device` is the Linux interface that it has to leave by, "" = as the route says. */
struct aaa_place {
	struct addr address;
	uint16_t port;
	char device[16];
};

/* TLS: `name` is what the certificate has to be of (a host name or an address), `trust` the
 * certificates that are trusted: DER, one behind the other; none: every server is refused. */
struct aaa_tls {
	const char *name;
	const uint8_t *trust;
	size_t trust_len;
};

struct aaa_udp_events {
	/* A datagram; `from` is the server itself, or of a port who has sent it. */
	void (*received)(void *arg, const struct aaa_place *from, const uint8_t *, size_t len);
	/* ICMP said that nobody is there: the error, an errno. May be NULL. */
	void (*refused)(void *arg, int error);
};

struct aaa_stream_events {
	void (*opened)(void *arg); /* with TLS: and the server's certificate is trusted */
	void (*received)(void *arg, const uint8_t *, size_t len);
	/* It is over, `why` in words for the operator; `certificate`: that of the server was not
	 * trusted. Not after stream_close(). The stream is gone when this returns. */
	void (*closed)(void *arg, const char *why, bool certificate);
};

struct aaa_net {
	/* A socket to one server, NULL when there is none to be had (errno). */
	struct aaa_udp *(*udp_open)(struct aaa_net *, const struct aaa_place *,
	    const struct aaa_udp_events *, void *arg);
	/* A socket that hears that port on all of our addresses. NULL: errno. */
	struct aaa_udp *(*udp_listen)(struct aaa_net *, uint16_t port,
	    const struct aaa_udp_events *, void *arg);
	/* `to` is NULL for a socket to one server. False: it could not be sent now (errno). */
	bool (*udp_send)(struct aaa_udp *, const struct aaa_place *to, const void *, size_t len);
	void (*udp_close)(struct aaa_udp *); /* NULL is allowed */

	/* Begins to connect; `tls` NULL: without. The place and `tls` are copied. NULL: no memory.
	 */
	struct aaa_stream *(*stream_open)(struct aaa_net *, const struct aaa_place *,
	    const struct aaa_tls *, const struct aaa_stream_events *, void *arg);
	/* Queues bytes, also before it is open. False when too many wait, or no memory: close it.
	 */
	bool (*stream_send)(struct aaa_stream *, const void *, size_t len);
	void (*stream_close)(struct aaa_stream *); /* without a word; NULL is allowed */

	/* The IPv4 address of a name, by the host's name servers. `done` once, unless cancelled;
	 * unset: there is none. NULL: no memory. */
	struct aaa_lookup *(*lookup)(struct aaa_net *, const char *name,
	    void (*done)(void *arg, const struct addr *), void *arg);
	void (*lookup_cancel)(struct aaa_lookup *); /* NULL is allowed */

	/* A child of the keeper's asks a domain controller: a KEEP_NT whose id is filled in here.
	 * `done` once, unless ended: the controller's status (engine/child/nt.h), or why there is
	 * none, in words. NULL: no memory. */
	struct aaa_child *(*nt_ask)(struct aaa_net *, struct ipc_msg *,
	    void (*done)(void *arg, uint32_t status, const char *why), void *arg);
	void (*nt_end)(struct aaa_child *);
};

#endif
