/*
 * The wire of the simulated world: datagrams between its clients and the gateway, past the NAT and
 * whoever listens (struct world_spy), and what the gateway spends on them.
 */
#include "tests/support/world_parts.h"

static struct path server_view(const struct world_client *c, uint16_t port)
{
	struct path p = {
	    .local = at(WORLD_SERVER, port), .remote = port == 4500 ? c->outer4500 : c->outer500};

	return p;
}

static struct path esp_view(const struct world_client *c)
{
	struct path p = server_view(c, c->tunnel.udp_encap ? 4500 : 0);

	if (!c->tunnel.udp_encap)
		p.remote.port = 0;
	return p;
}

static double cpu_now(const struct world *w)
{
	return w->cpu_now ? w->cpu_now() : 0;
}

static void to_server_ike(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct world *w = ((struct world_client *)arg)->w;
	double start = cpu_now(w);

	gateway_ike(w->gw, path, msg, len);
	w->server_cpu += cpu_now(w) - start;
	if (w->spy.to_server)
		w->spy.to_server(w->spy.arg, path, false, msg, len);
}

static void to_server_esp(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct world_client *c = arg;
	double start = cpu_now(c->w);

	dp_input(c->w->dp, path, c->tunnel.udp_encap, msg, len);
	dp_poll(c->w->dp);
	c->w->server_cpu += cpu_now(c->w) - start;
	if (c->w->spy.to_server)
		c->w->spy.to_server(c->w->spy.arg, path, true, msg, len);
}

void world_put_ike(struct world_client *c, bool floated, const uint8_t *msg, size_t len)
{
	struct path p = server_view(c, floated ? 4500 : 500);

	sim_put(&c->w->sim, to_server_ike, c, &p, msg, len);
}

void world_put_esp(struct world_client *c, const uint8_t *msg, size_t len)
{
	struct path p = esp_view(c);

	sim_put(&c->w->sim, to_server_esp, c, &p, msg, len);
}

void client_l2tp(struct world_client *c, const uint8_t *msg, size_t len)
{
	struct path path = esp_view(c);
	PACKET_HERE(p);

	if (!c->has_tunnel || !tunnel_seal(&c->tunnel, &c->w->sim.env, &p, msg, len))
		return;
	dp_input(c->w->dp, &path, c->tunnel.udp_encap, p.data, p.len);
	dp_poll(c->w->dp);
}

static bool is_there(const struct world_client *c, const struct path *path, bool udp)
{
	const struct endpoint *at = path->local.port == 4500 ? &c->outer4500 : &c->outer500;

	return addr_equal(&path->remote.addr, &c->outer500.addr) &&
	    (udp ? path->remote.port == at->port : !c->nat);
}

/* Where world_client() puts its clients; in a crowd nobody looks at all of them. */
static struct world_client *likely(struct world *w, const struct path *path)
{
	size_t i = (addr_to_v4(&path->remote.addr) - NAT) / 256 * NAT_CLIENTS +
	    (path->remote.port - 20002u) / 2;

	return w->n_clients > NAT_CLIENTS / 10 && i < w->n_clients ? &w->client[i] : NULL;
}

static struct world_client *find(struct world *w, const struct path *path, bool udp)
{
	struct world_client *c = likely(w, path);

	if (c && is_there(c, path, udp))
		return c;
	for (size_t i = 0; i < w->n_clients; i++)
		if (is_there(&w->client[i], path, udp))
			return &w->client[i];
	return NULL;
}

void world_from_server(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct world *w = arg;
	struct world_client *c = find(w, path, true);

	if (c)
		client_hears_ike(c, msg, len);
	if (w->spy.from_server)
		w->spy.from_server(w->spy.arg, path, false, msg, len);
}

static void from_server_esp(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct world *w = arg;
	struct world_client *c = find(w, path, path->local.port == 4500);

	if (c)
		client_hears_esp(c, msg, len);
	if (w->spy.from_server)
		w->spy.from_server(w->spy.arg, path, true, msg, len);
}

void world_wire(void *arg, const struct path *path, bool udp, const uint8_t *esp, size_t len)
{
	struct world *w = arg;
	struct path p = *path;

	p.local.port = udp ? 4500 : 0;
	sim_put(&w->sim, from_server_esp, w, &p, esp, len);
}

void world_tun(void *arg, const uint8_t *ip, size_t len)
{
	struct world *w = arg;
	struct rd r = rd_init(ip, len);

	w->to_tun++;
	rd_skip(&r, 20);
	if (rd_u16(&r) != 0x0304)
		return;
	rd_skip(&r, 4);
	w->told_mtu = rd_u16(&r);
}
