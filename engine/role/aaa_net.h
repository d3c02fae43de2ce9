/*
 * The network as the protocols of login servers see it (engine/aaa/net.h), on libuv: sockets of our
 * own, bound to the link that a server is to be reached by; TLS by OpenSSL.
 */
#ifndef GATEHOUSE_ROLE_AAA_NET_H
#define GATEHOUSE_ROLE_AAA_NET_H

#include "engine/base/env.h"
#include "engine/role/aaa_names.h"
#include "engine/role/aaa_net_loop.h"

struct aaa_net_uv {
	struct aaa_net_loop on; /* on.net is what the protocols get */
	struct aaa_names names;
};

/* `ask` has the keeper send what the host knows of names: aaa_names_configure(). The object must
 * stay there until the loop has ended. */
void aaa_net_uv_init(
    struct aaa_net_uv *, uv_loop_t *, struct env *, void (*ask)(void *arg), void *arg);
/* All sockets must be closed; lookups are forgotten. */
void aaa_net_uv_fini(struct aaa_net_uv *);

#endif
