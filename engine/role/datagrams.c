/* What comes by the engine's own sockets; see datagrams.h. */
#include "engine/role/datagrams.h"

/* What the manager had said before the client sent his packet counts for it. */
static void before_packets(void *arg)
{
	struct engine *e = arg;

	ipc_hear(e->role[ROLE_MANAGER]);
	env_uv_hold(&e->world);
}

static void after_packets(void *arg)
{
	env_uv_flush(&((struct engine *)arg)->world);
}

static void ike_shed(void *arg, size_t n)
{
	gateway_ike_shed(((struct engine *)arg)->gw, n);
}

static void ike_packet(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	gateway_ike(((struct engine *)arg)->gw, path, msg, len);
}

static void icmp_packet(void *arg, const struct path *path, const uint8_t *ip, size_t len)
{
	(void)path;
	gateway_icmp(((struct engine *)arg)->gw, ip, len);
}

bool datagrams_start(struct engine *e)
{
	e->ike500.before = before_packets;
	e->ike500.after = after_packets;
	e->ike500.shed = ike_shed;
	e->ike500.env = &e->world.env;
	return ike_socket_start(&e->ike500, e->loop, e->fd[OPEN_UDP500], ike_packet, e) &&
	       ike_socket_start(&e->icmp, e->loop, e->fd[OPEN_ICMP], icmp_packet, e);
}
