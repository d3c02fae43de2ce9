/* See aaa_net.h: the parts are those of aaa_udp.c, aaa_stream.c and aaa_names.c. */
#include "engine/role/aaa_net.h"

#include "engine/role/aaa_stream.h"
#include "engine/role/aaa_udp.h"

static struct aaa_lookup *lookup(
    struct aaa_net *net, const char *name, void (*done)(void *arg, const struct addr *), void *arg)
{
	struct aaa_net_uv *n = container_of(net, struct aaa_net_uv, on.net);

	return aaa_names_lookup(&n->names, name, done, arg);
}

static struct aaa_child *nt_ask(struct aaa_net *net, struct ipc_msg *m,
    void (*done)(void *arg, uint32_t status, const char *why), void *arg)
{
	return aaa_nt_ask(&container_of(net, struct aaa_net_uv, on.net)->nt, m, done, arg);
}

void aaa_net_uv_init(struct aaa_net_uv *n, uv_loop_t *loop, struct env *env,
    void (*ask)(void *arg), void (*keeper)(void *arg, const struct ipc_msg *), void *arg)
{
	*n = (struct aaa_net_uv){.on.loop = loop,
	    .on.net = {.udp_open = aaa_udp_open,
		.udp_listen = aaa_udp_listen,
		.udp_send = aaa_udp_send,
		.udp_close = aaa_udp_close,
		.stream_open = aaa_stream_open,
		.stream_send = aaa_stream_send,
		.stream_close = aaa_stream_close,
		.lookup = lookup,
		.lookup_cancel = aaa_names_cancel,
		.nt_ask = nt_ask,
		.nt_end = aaa_nt_end}};
	aaa_nt_init(&n->nt, loop, keeper, arg);
	aaa_names_init(&n->names, env, &n->on.net, ask, arg);
}

void aaa_net_uv_fini(struct aaa_net_uv *n)
{
	aaa_names_fini(&n->names);
	aaa_nt_fini(&n->nt);
}
