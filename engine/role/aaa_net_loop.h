/* A network for the protocols, with the loop that it runs on. */
#ifndef GATEHOUSE_ROLE_AAA_NET_LOOP_H
#define GATEHOUSE_ROLE_AAA_NET_LOOP_H

#include <uv.h>

#include "engine/aaa/net.h"

struct aaa_net_loop {
	struct aaa_net net;
	uv_loop_t *loop;
};

#endif
