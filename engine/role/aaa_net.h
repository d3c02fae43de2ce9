/*
 * The network as the protocols of login servers see it (engine/aaa/net.h), on libuv: sockets of our
 * own, bound to the link that a server is to be reached by; TLS by OpenSSL.
 */
#ifndef GATEHOUSE_ROLE_AAA_NET_H
#define GATEHOUSE_ROLE_AAA_NET_H

#include "engine/base/env.h"
#include "engine/role/aaa_names.h"
#include "engine/role/aaa_net_loop.h"
#include "engine/role/aaa_nt.h"

struct aaa_net_uv {
	struct aaa_net_loop on; /* on.net is what the protocols get */
	struct aaa_names names;
	struct aaa_nt nt;
};

/* `ask` has the keeper send what the host knows of names: aaa_names_configure(); `keeper` sends it
 * a message. The object must stay there until the loop has ended. */
void aaa_net_uv_init(struct aaa_net_uv *, uv_loop_t *, struct env *, void (*ask)(void *arg),
    void (*keeper)(void *arg, const struct ipc_msg *), void *arg);
/* All sockets must be closed; lookups are forgotten. */
void aaa_net_uv_fini(struct aaa_net_uv *);

#endif
